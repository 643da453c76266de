package search

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/vedette-siem/vedette/engine/dsl"
	"github.com/vedette-siem/vedette/engine/eserr"
)

// readParams lets the URL parameters overwrite what the body said.
func (r *Request) readParams(params map[string]string) error {
	q, err := dsl.FromURL(params)
	if err != nil {
		return err
	}
	if q != nil {
		r.query = q
	}
	for _, name := range []string{"from", "size", "timeout", "terminate_after", "track_scores", "track_total_hits", "version", "seq_no_primary_term", "explain"} {
		if text, ok := params[name]; ok {
			if _, err := r.set(name, text); err != nil {
				return parameterError(name, text, err)
			}
		}
	}
	if text, ok := params["request_cache"]; ok {
		on, err := flag("request_cache", text)
		if err != nil {
			return err
		}
		r.cache = &on
	}
	if text, ok := params["sort"]; ok {
		r.sort, r.sortSet = nil, true
		for _, part := range list(text) {
			field, order, _ := strings.Cut(part, ":")
			key, err := newSortKey(field, order)
			if err != nil {
				return err
			}
			r.sort = append(r.sort, key)
		}
		r.sort = scoreOnly(r.sort)
	}
	if text, ok := params["docvalue_fields"]; ok {
		r.fetch.docvalues = nil
		for _, name := range list(text) {
			r.fetch.docvalues = append(r.fetch.docvalues, fieldSpec{pattern: name})
		}
	}
	if err := r.readSuggestParams(params); err != nil {
		return err
	}
	return r.readSourceParams(params)
}

// readSourceParams reads the parameters about `_source`. One of them replaces all that the body said.
func (r *Request) readSourceParams(params map[string]string) error {
	text, whole := params["_source"]
	includes, in := params["_source_includes"]
	excludes, out := params["_source_excludes"]
	if stored, ok := params["stored_fields"]; ok && !whole && !in && !out {
		r.fetch.storedFields(list(stored))
	}
	if !whole && !in && !out {
		return nil
	}
	r.fetch.noSource, r.fetch.includes, r.fetch.excludes = false, list(includes), list(excludes)
	switch {
	case !whole || text == "true" || text == "":
	case text == "false":
		r.fetch.noSource = true
	default:
		r.fetch.includes = append(list(text), r.fetch.includes...)
	}
	return nil
}

// list splits a comma-separated parameter.
func list(text string) []string {
	var out []string
	for _, s := range strings.Split(text, ",") {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// set reads a scalar option, which body and URL name alike. It returns false if there is none of that name.
func (r *Request) set(name, text string) (known bool, err error) {
	switch name {
	case "from":
		r.from, err = notNegative(name, text)
	case "size":
		r.size, err = notNegative(name, text)
	case "terminate_after":
		r.terminateAfter, err = notNegative(name, text)
		if err != nil {
			err = eserr.Illegal("terminateAfter must be > 0")
		}
	case "min_score":
		var f float64
		if f, err = strconv.ParseFloat(text, 32); err != nil {
			err = numberFormat(text)
		}
		r.minScore = float32(f)
	case "track_scores":
		r.trackScores, err = flag(name, text)
	case "version":
		r.fetch.version, err = flag(name, text)
	case "profile":
		r.profile, err = flag(name, text)
	case "explain":
		r.fetch.explain, err = flag(name, text)
	case "seq_no_primary_term":
		r.fetch.seqNo, err = flag(name, text)
	case "track_total_hits":
		r.trackTotal, err = totalHits(text)
		r.trackSet = true
	case "timeout":
		r.timeout, err = Duration(name, text)
	default:
		return false, nil
	}
	return true, err
}

// parameterError is how Elasticsearch reports a URL parameter that is no number.
func parameterError(name, text string, err error) error {
	var cause *eserr.Error
	if !errors.As(err, &cause) || cause.Type != "number_format_exception" {
		return err
	}
	e := eserr.Illegal("Failed to parse int parameter [%s] with value [%s]", name, text)
	e.CausedBy = cause
	return e
}

func numberFormat(text string) error {
	return eserr.BadRequest("number_format_exception", "For input string: %q", text)
}

func integer(text string) (int, error) {
	n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 32)
	if err != nil {
		return 0, numberFormat(text)
	}
	return int(n), nil
}

func notNegative(name, text string) (int, error) {
	n, err := integer(text)
	if err == nil && n < 0 {
		found := ", found"
		if name == "from" {
			found = " but was"
		}
		return 0, eserr.Illegal("[%s] parameter cannot be negative%s [%d]", name, found, n)
	}
	return n, err
}

func flag(name, text string) (bool, error) {
	switch text {
	case "true", "": // a parameter without a value is on
		return true, nil
	case "false":
		return false, nil
	}
	return false, eserr.Illegal("Failed to parse value [%s] as only [true] or [false] are allowed.", text)
}

func totalHits(text string) (int64, error) {
	switch text {
	case "true", "":
		return math.MaxInt64, nil
	case "false":
		return -1, nil
	}
	n, err := integer(text)
	switch {
	case err != nil:
		return 0, err
	case n == -1: // as false: https://github.com/elastic/elasticsearch/blob/8.19/server/src/main/java/org/elasticsearch/search/internal/SearchContext.java
		return -1, nil
	case n < 0:
		return 0, eserr.Illegal("[track_total_hits] parameter must be positive or equals to -1, got %d", n)
	}
	return int64(n), nil
}

// Duration reads one of Elasticsearch's time values, that of the named option; negative is no limit, which is 0 here. The error is an *eserr.Error.
func Duration(name, text string) (time.Duration, error) {
	if text == "-1" || text == "0" {
		return 0, nil
	}
	units := []struct {
		suffix string
		unit   time.Duration
	}{{"nanos", 1}, {"micros", time.Microsecond}, {"ms", time.Millisecond}, {"s", time.Second}, {"m", time.Minute}, {"h", time.Hour}, {"d", 24 * time.Hour}}
	for _, u := range units {
		digits, ok := strings.CutSuffix(strings.ToLower(strings.TrimSpace(text)), u.suffix)
		if !ok {
			continue
		}
		n, err := strconv.ParseInt(strings.TrimSpace(digits), 10, 64)
		if err != nil || n > math.MaxInt64/int64(u.unit) || n < -1 {
			return 0, eserr.Illegal("failed to parse setting [%s] with value [%.100s] as a time value", name, text)
		}
		return max(time.Duration(n)*u.unit, 0), nil
	}
	return 0, eserr.Illegal("failed to parse setting [%s] with value [%.100s] as a time value: unit is missing or unrecognized", name, text)
}
