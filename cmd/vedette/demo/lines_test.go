package demo

import (
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"
)

// checkFlows reads every flow log by its header.
func checkFlows(t *testing.T, w *written) {
	total, columns, gaps := 0, map[int]int{}, 0
	for key, lines := range w.lines(t, "/vpcflowlogs/") {
		header := strings.Fields(lines[0])
		columns[len(header)]++
		f := map[string]string{}
		for _, line := range lines[1:] {
			fields := strings.Split(line, " ")
			if len(fields) != len(header) {
				t.Fatalf("%s: %d columns, want %d: %s", key, len(fields), len(header), line)
			}
			for i, name := range header {
				f[name] = fields[i]
			}
			checkFlow(t, w.span, key, f)
			if f["log-status"] != "OK" {
				gaps++
			}
			total++
		}
	}
	if total != w.summary.ByType[vpcflow] {
		t.Errorf("%d records, the summary says %d", total, w.summary.ByType[vpcflow])
	}
	if columns[14] == 0 || columns[27] == 0 || len(columns) != 2 || gaps == 0 {
		t.Errorf("objects by number of columns %v, %d records without data", columns, gaps)
	}
}

func checkFlow(t *testing.T, s span, key string, f map[string]string) {
	t.Helper()
	start, end := epoch(t, f["start"]), epoch(t, f["end"])
	if !s.holds(start) || !s.holds(end) || end.Before(start) {
		t.Fatalf("%s: from %s to %s", key, start, end)
	}
	if !strings.Contains(key, f["account-id"]) || !strings.HasPrefix(f["interface-id"], "eni-0") {
		t.Fatalf("%s: record of %v", key, f)
	}
	if f["log-status"] != "OK" {
		if f["srcaddr"] != "-" || f["action"] != "-" {
			t.Fatalf("%s: a record without data has some: %v", key, f)
		}
		return
	}
	for _, name := range []string{"srcaddr", "dstaddr"} {
		if _, err := netip.ParseAddr(f[name]); err != nil {
			t.Fatalf("%s: %v", key, err)
		}
	}
	for _, name := range []string{"srcport", "dstport"} {
		if _, err := strconv.ParseUint(f[name], 10, 16); err != nil {
			t.Fatalf("%s: %v", key, err)
		}
	}
	if bytes, packets := number(t, f["bytes"]), number(t, f["packets"]); packets < 1 || bytes < packets*28 {
		t.Fatalf("%s: %d packets of %d bytes", key, packets, bytes)
	}
}

func epoch(t *testing.T, s string) time.Time { return time.Unix(int64(number(t, s)), 0).UTC() }

func number(t *testing.T, s string) int {
	t.Helper()
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// tokens splits an access log line at blanks outside quotes. The demo writes no quotes inside of quotes.
func tokens(line string) []string {
	var out []string
	quoted, from := false, 0
	for i := range len(line) {
		switch {
		case line[i] == '"':
			quoted = !quoted
		case line[i] == ' ' && !quoted:
			out = append(out, strings.Trim(line[from:i], `"`))
			from = i + 1
		}
	}
	return append(out, strings.Trim(line[from:], `"`))
}

// checkWeb reads every access log.
func checkWeb(t *testing.T, w *written) {
	total, statuses := 0, map[string]int{}
	for key, lines := range w.lines(t, "/elasticloadbalancing/") {
		want, at, client, status := 30, []int{1, 21}, 3, 8
		if strings.HasSuffix(key, ".log") {
			want, at, client, status = 15, []int{0}, 2, 7
		}
		for _, line := range lines {
			f := tokens(line)
			if len(f) != want {
				t.Fatalf("%s: %d columns, want %d: %s", key, len(f), want, line)
			}
			for _, i := range at {
				if when, err := time.Parse(isoMicro, f[i]); err != nil || !w.span.holds(when) {
					t.Fatalf("%s: time %s: %v", key, f[i], err)
				}
			}
			if _, err := netip.ParseAddrPort(f[client]); err != nil {
				t.Fatalf("%s: %v", key, err)
			}
			statuses[f[status]]++
			total++
		}
	}
	if total != w.summary.ByType[elblogs] {
		t.Errorf("%d lines, the summary says %d", total, w.summary.ByType[elblogs])
	}
	for _, want := range []string{"200", "201", "301", "302", "304", "401", "403", "404", "500", "502", "503", "504"} {
		if statuses[want] == 0 {
			t.Errorf("no answer %s", want)
		}
	}
}

func TestFlowFormats(t *testing.T) {
	nets := networks()
	at := time.Unix(1_760_000_060, 0).UTC()
	f := flow{src: "198.51.100.7", dst: "10.0.0.1", sport: 40000, dport: 443, proto: tcp, packets: 3, bytes: 180, start: at.Add(-time.Minute), end: at}
	cases := []struct {
		name    string
		network *network
		change  func(*flow)
		want    string
	}{
		{"the default format", nets[0], func(*flow) {}, "198.51.100.7 10.0.0.1 40000 443 6 3 180 1760000000 1760000060 ACCEPT OK"},
		{"a rejected packet", nets[0], func(f *flow) { f.reject = true }, " REJECT OK"},
		{"no data", nets[0], func(f *flow) { f.status = "NODATA" }, " - - - - - - - 1760000000 1760000060 - NODATA"},
		{"the custom format", nets[2], func(*flow) {}, " IPv4 198.51.100.7 10.0.0.1 40000 443 198.51.100.7 10.0.0.1 6 180 3 1760000000 1760000060 ACCEPT 3 OK eu-central-1 euc1-az1 - - ingress -"},
		{"custom, no data", nets[2], func(f *flow) { f.status = "SKIPDATA" }, " - - - - - - - - - - 1760000000 1760000060 - - SKIPDATA eu-central-1 euc1-az1 - - - -"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			f := f
			f.host = &c.network.balancers[0]
			c.change(&f)
			line := string(c.network.appendFlow(nil, &f))
			if !strings.HasSuffix(line, c.want) {
				t.Errorf("got  %s\nwant …%s", line, c.want)
			}
			if got, want := len(strings.Fields(line)), len(strings.Fields(c.network.columns())); got != want {
				t.Errorf("%d columns, want %d", got, want)
			}
		})
	}
}
