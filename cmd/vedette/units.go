package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/vedette-siem/vedette/engine/dates"
)

// age is a length of time such as 90d, 12h or 30m; 0 is none.
type age time.Duration

// UnmarshalText implements encoding.TextUnmarshaler.
func (a *age) UnmarshalText(text []byte) error {
	ms, err := dates.ParseDuration(string(text), "age")
	if err != nil || ms < 0 || ms > math.MaxInt64/int64(time.Millisecond) {
		return fmt.Errorf("%q: must be a time such as 90d, 12h or 30m, or 0", text)
	}
	*a = age(ms) * age(time.Millisecond)
	return nil
}

// String is the time as UnmarshalText takes it.
func (a age) String() string {
	d := time.Duration(a)
	for _, unit := range []struct {
		length time.Duration
		suffix string
	}{{24 * time.Hour, "d"}, {time.Hour, "h"}, {time.Minute, "m"}, {time.Second, "s"}} {
		if d > 0 && d%unit.length == 0 {
			return strconv.FormatInt(int64(d/unit.length), 10) + unit.suffix
		}
	}
	if d == 0 {
		return "0"
	}
	return strconv.FormatInt(d.Milliseconds(), 10) + "ms"
}

// byteUnits are Elasticsearch's: powers of 1,024.
var byteUnits = []struct {
	suffix string
	bytes  float64
}{{"tb", 1 << 40}, {"gb", 1 << 30}, {"mb", 1 << 20}, {"kb", 1 << 10}, {"b", 1}}

// size is a number of bytes such as 50gb or 512mb; 0 is none.
type size int64

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *size) UnmarshalText(text []byte) error {
	t := strings.ToLower(strings.TrimSpace(string(text)))
	for _, u := range byteUnits {
		digits, ok := strings.CutSuffix(t, u.suffix)
		if n, err := strconv.ParseFloat(strings.TrimSpace(digits), 64); ok && err == nil && n >= 0 && n*u.bytes < math.MaxInt64 {
			*s = size(n * u.bytes)
			return nil
		}
	}
	if t == "0" {
		*s = 0
		return nil
	}
	return fmt.Errorf("%q: must be a size such as 50gb or 512mb, or 0", text)
}

// String is the size as UnmarshalText takes it.
func (s size) String() string {
	for _, u := range byteUnits {
		if s > 0 && int64(s)%int64(u.bytes) == 0 {
			return strconv.FormatInt(int64(s)/int64(u.bytes), 10) + u.suffix
		}
	}
	return "0"
}
