package esapi

import (
	"os"
	"runtime"
	"runtime/metrics"
	"strconv"
	"strings"
)

// hostFacts are what the machine and the process tell of themselves; what cannot be found out is 0. Sizes are bytes.
type hostFacts struct {
	memoryTotal, memoryFree, swapTotal, swapFree uint64
	load                                         [3]float64
	openFiles, maxFiles                          int64
	resident, virtual                            uint64
	heapUsed, heapMax, heapCommitted             uint64
	goroutines                                   int
	collections                                  uint64
}

func readHost() hostFacts {
	var h hostFacts
	memory := readTable("/proc/meminfo", ":")
	h.memoryTotal, h.memoryFree = memory["MemTotal"]<<10, memory["MemAvailable"]<<10
	h.swapTotal, h.swapFree = memory["SwapTotal"]<<10, memory["SwapFree"]<<10
	own := readTable("/proc/self/status", ":")
	h.resident, h.virtual = own["VmRSS"]<<10, own["VmSize"]<<10
	if raw, err := os.ReadFile("/proc/loadavg"); err == nil {
		for i, text := range strings.Fields(string(raw)) {
			if i < 3 {
				h.load[i], _ = strconv.ParseFloat(text, 64) // 0 if it is none
			}
		}
	}
	if files, err := os.ReadDir("/proc/self/fd"); err == nil {
		h.openFiles = int64(len(files))
	}
	h.maxFiles = maxOpenFiles()
	samples := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/gc/gomemlimit:bytes"}, {Name: "/memory/classes/total:bytes"}, {Name: "/gc/cycles/total:gc-cycles"}}
	metrics.Read(samples)
	h.heapUsed, h.heapMax, h.heapCommitted, h.collections = samples[0].Value.Uint64(), samples[1].Value.Uint64(), samples[2].Value.Uint64(), samples[3].Value.Uint64()
	if h.heapMax > h.memoryTotal { // no limit is set
		h.heapMax = h.memoryTotal
	}
	h.goroutines = runtime.NumGoroutine()
	return h
}

// readTable reads lines of a name and a number.
func readTable(path, separator string) map[string]uint64 {
	out := map[string]uint64{}
	raw, err := os.ReadFile(path)
	if err != nil {
		return out
	}
	for line := range strings.SplitSeq(string(raw), "\n") {
		name, rest, _ := strings.Cut(line, separator)
		if fields := strings.Fields(rest); len(fields) > 0 {
			if n, err := strconv.ParseUint(fields[0], 10, 64); err == nil {
				out[name] = n
			}
		}
	}
	return out
}

// maxOpenFiles is how many files the process may have open.
func maxOpenFiles() int64 {
	raw, err := os.ReadFile("/proc/self/limits")
	if err != nil {
		return 0
	}
	for line := range strings.SplitSeq(string(raw), "\n") {
		if rest, ok := strings.CutPrefix(line, "Max open files"); ok && len(strings.Fields(rest)) > 0 {
			n, _ := strconv.ParseInt(strings.Fields(rest)[0], 10, 64) // 0 is unlimited
			return n
		}
	}
	return 0
}

// pid is the number of this process.
func pid() int { return os.Getpid() }

// percent is the part of a whole, rounded down.
func percent(part, whole uint64) int {
	if whole == 0 {
		return 0
	}
	return int(100 * float64(part) / float64(whole))
}
