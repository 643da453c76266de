package esapi

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
)

// A wholeAnswer is what a client gets in the end.
type wholeAnswer struct {
	status int
	body   json.RawMessage
}

// MarshalJSON implements json.Marshaler.
func (w wholeAnswer) MarshalJSON() ([]byte, error) { return w.body, nil }

// whole renders the answer in the order of Elasticsearch's members.
func (a *byQueryAnswer) whole(counts []string) wholeAnswer {
	failures := []byQueryFailure{}
	status := http.StatusOK
	for _, f := range a.failures {
		failures = append(failures, f)
		status = max(status, f.Status)
	}
	list, err := encode(failures)
	if err != nil { // they are made of strings and numbers
		list = []byte("[]")
	}
	out := strconv.AppendInt([]byte(`{"took":`), a.took, 10)
	out = append(out, `,"timed_out":false,`...)
	out = append(out, a.counters(counts)...)
	out = append(append(out, `,"failures":`...), list...)
	return wholeAnswer{status, append(out, '}')}
}

// counters are the members that an answer and the status of a task share.
func (a *byQueryAnswer) counters(counts []string) []byte {
	var out []byte
	number := func(name string, n int64) {
		if len(out) > 0 {
			out = append(out, ',')
		}
		out = strconv.AppendInt(append(append(append(out, '"'), name...), `":`...), n, 10)
	}
	number("total", a.total)
	for _, c := range []struct {
		name string
		n    int64
	}{{"updated", a.updated}, {"created", a.created}, {"deleted", a.deleted}} {
		if slices.Contains(counts, c.name) {
			number(c.name, c.n)
		}
	}
	number("batches", a.batches)
	number("version_conflicts", a.conflicts)
	number("noops", a.noops)
	out = append(out, `,"retries":{"bulk":`...)
	out = strconv.AppendInt(out, a.retries, 10)
	out = append(out, `,"search":0}`...)
	number("throttled_millis", a.throttled.Milliseconds())
	out = append(out, `,"requests_per_second":`...)
	if a.perSecond < 0 {
		out = append(out, "-1.0"...)
	} else {
		out = appendFloat(out, a.perSecond)
	}
	if a.cancelled {
		out = append(out, `,"canceled":"by user request"`...)
	}
	number("throttled_until_millis", 0)
	return out
}

// appendFloat writes a number with a decimal, as Java does.
func appendFloat(out []byte, f float64) []byte {
	text := strconv.FormatFloat(f, 'f', -1, 32)
	if !slices.Contains([]byte(text), '.') {
		text += ".0"
	}
	return append(out, text...)
}
