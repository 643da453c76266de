package main

import (
	"fmt"
	"math"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
)

// share is an amount of memory: a part of what there is, such as 25%, or a size such as 512mb.
type share struct {
	percent float64 // 0 where a size is given
	size    size
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *share) UnmarshalText(text []byte) error {
	if digits, ok := strings.CutSuffix(strings.TrimSpace(string(text)), "%"); ok {
		n, err := strconv.ParseFloat(digits, 64)
		if err != nil || !(n > 0 && n <= 100) {
			return fmt.Errorf("%q: must be a part of the memory such as 25%%, or a size such as 512mb", text)
		}
		*s = share{percent: n}
		return nil
	}
	*s = share{}
	return s.size.UnmarshalText(text)
}

// String is the share as UnmarshalText takes it.
func (s share) String() string {
	if s.percent > 0 {
		return strconv.FormatFloat(s.percent, 'f', -1, 64) + "%"
	}
	return s.size.String()
}

// of is the share of so much memory, in bytes.
func (s share) of(memory int64) int64 {
	if s.percent > 0 {
		return int64(float64(memory) * s.percent / 100)
	}
	return int64(s.size)
}

// memoryThere is how much memory the process may use: what GOMEMLIMIT, its control group and the machine allow, whichever is least. Where nothing can be
// found out it is 2 GiB.
func memoryThere() int64 {
	least := debug.SetMemoryLimit(-1)
	for _, path := range []string{"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"} {
		if raw, err := os.ReadFile(path); err == nil {
			if n, err := strconv.ParseInt(strings.TrimSpace(string(raw)), 10, 64); err == nil && n > 0 {
				least = min(least, n)
			}
		}
	}
	if raw, err := os.ReadFile("/proc/meminfo"); err == nil {
		least = min(least, totalOf(string(raw)))
	}
	if least == math.MaxInt64 {
		return 2 << 30
	}
	return least
}

// totalOf reads `MemTotal:  2014352 kB`.
func totalOf(meminfo string) int64 {
	for line := range strings.Lines(meminfo) {
		if f := strings.Fields(line); len(f) == 3 && f[0] == "MemTotal:" && f[2] == "kB" {
			if n, err := strconv.ParseInt(f[1], 10, 64); err == nil {
				return n << 10
			}
		}
	}
	return math.MaxInt64
}
