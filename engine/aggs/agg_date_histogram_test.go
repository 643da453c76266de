package aggs_test

import (
	"testing"
)

func TestDateHistogram(t *testing.T) {
	s := people(t)
	for _, c := range []struct{ name, body, want string }{
		{"fills gaps", `{"field":"t","calendar_interval":"day"}`, `[
			{"key_as_string":"2026-06-01T00:00:00.000Z","key":1780272000000,"doc_count":2},{"key_as_string":"2026-06-02T00:00:00.000Z","key":1780358400000,"doc_count":1},
			{"key_as_string":"2026-06-03T00:00:00.000Z","key":1780444800000,"doc_count":0},{"key_as_string":"2026-06-04T00:00:00.000Z","key":1780531200000,"doc_count":2}]`},
		{"or not", `{"field":"t","fixed_interval":"1d","min_doc_count":1,"format":"dd.MM."}`, `[{"key_as_string":"01.06.","key":1780272000000,"doc_count":2},
			{"key_as_string":"02.06.","key":1780358400000,"doc_count":1},{"key_as_string":"04.06.","key":1780531200000,"doc_count":2}]`},
		{"ordered by count", `{"field":"t","interval":"1d","min_doc_count":1,"format":"d","order":{"_count":"asc"}}`, `[{"key_as_string":"2","key":1780358400000,"doc_count":1},
			{"key_as_string":"1","key":1780272000000,"doc_count":2},{"key_as_string":"4","key":1780531200000,"doc_count":2}]`},
		{"backwards", `{"field":"t","interval":"month","order":{"_key":"desc"},"format":"epoch_millis"}`, `[{"key_as_string":"1780272000000","key":1780272000000,"doc_count":5}]`},
		{"in another zone", `{"field":"t","calendar_interval":"1d","time_zone":"+02:00","min_doc_count":1,"format":"yyyy-MM-dd'T'HH:mmXXX"}`, `[
			{"key_as_string":"2026-06-01T00:00+02:00","key":1780264800000,"doc_count":2},{"key_as_string":"2026-06-02T00:00+02:00","key":1780351200000,"doc_count":1},
			{"key_as_string":"2026-06-04T00:00+02:00","key":1780524000000,"doc_count":1},{"key_as_string":"2026-06-05T00:00+02:00","key":1780610400000,"doc_count":1}]`},
		{"with an offset", `{"field":"t","fixed_interval":"1d","offset":"+11h","min_doc_count":1,"format":"dd HH"}`, `[{"key_as_string":"31 11","key":1780225200000,"doc_count":1},
			{"key_as_string":"01 11","key":1780311600000,"doc_count":2},{"key_as_string":"03 11","key":1780484400000,"doc_count":1},{"key_as_string":"04 11","key":1780570800000,"doc_count":1}]`},
		{"hard bounds cut", `{"field":"t","fixed_interval":"1d","format":"dd","hard_bounds":{"min":"02","max":"03"}}`, `[]`},
		{"missing", `{"field":"tn","calendar_interval":"year","format":"yyyy","missing":"2025"}`,
			`[{"key_as_string":"2025","key":1735689600000,"doc_count":4},{"key_as_string":"2026","key":1767225600000,"doc_count":1}]`},
		{"extended by date math", `{"field":"tn","fixed_interval":"12h","format":"dd HH","extended_bounds":{"min":"now-11d/d","max":1780660800000}}`, `[
			{"key_as_string":"04 00","key":1780531200000,"doc_count":0},{"key_as_string":"04 12","key":1780574400000,"doc_count":1},
			{"key_as_string":"05 00","key":1780617600000,"doc_count":0},{"key_as_string":"05 12","key":1780660800000,"doc_count":0}]`},
		{"bounds alone", `{"field":"nope","fixed_interval":"1d","extended_bounds":{"min":"2026-01-01","max":"2026-01-02"}}`, `[
			{"key_as_string":"2026-01-01T00:00:00.000Z","key":1767225600000,"doc_count":0},{"key_as_string":"2026-01-02T00:00:00.000Z","key":1767312000000,"doc_count":0}]`},
		{"not mapped", `{"field":"nope","fixed_interval":"1d"}`, `[]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			wants(t, `{"a":{"date_histogram":`+c.body+`}}`, `{"a":{"buckets":`+c.want+`}}`, s)
		})
	}
	wants(t, `{"a":{"date_histogram":{"field":"t","calendar_interval":"1M","keyed":true,"format":"yyyy-MM"}}}`,
		`{"a":{"buckets":{"2026-06":{"key_as_string":"2026-06","key":1780272000000,"doc_count":5}}}}`, s)
}

func TestDateHistogramFollowsClockChanges(t *testing.T) {
	s := newShelf(t, "dst", testMapping, kinds(), []string{
		`{"t":"2026-03-28T23:30:00Z"}`, `{"t":"2026-03-29T12:00:00Z"}`, `{"t":"2026-03-29T21:59:59Z"}`, `{"t":"2026-03-29T22:00:00Z"}`,
	})
	wants(t, `{"a":{"date_histogram":{"field":"t","calendar_interval":"day","time_zone":"Europe/Berlin"}}}`, `{"a":{"buckets":[
		{"key_as_string":"2026-03-29T00:00:00.000+01:00","key":1774738800000,"doc_count":3},{"key_as_string":"2026-03-30T00:00:00.000+02:00","key":1774821600000,"doc_count":1}]}}`, s)
}

func TestDateHistogramRefusals(t *testing.T) {
	s := people(t)
	for _, c := range []struct{ body, text string }{
		{`{"field":"t"}`, "Invalid interval specified, must be non-null and non-empty"},
		{`{"field":"t","interval":"1d","fixed_interval":"1d"}`, "Cannot use [interval] with"},
		{`{"field":"t","calendar_interval":"1d","fixed_interval":"1d"}`, "Cannot use [fixed_interval] with [calendar_interval]"},
		{`{"field":"t","calendar_interval":"2d"}`, "2d"},
		{`{"field":"t","fixed_interval":"x"}`, "x"},
		{`{"field":"t","fixed_interval":"1d","time_zone":"Mars/Base"}`, "Mars/Base"},
		{`{"field":"t","fixed_interval":"1d","offset":"soon"}`, "soon"},
		{`{"field":"k","fixed_interval":"1d"}`, "Field [k] of type [keyword] is not supported for aggregation [date_histogram]"},
		{`{"field":"t","fixed_interval":"1d","extended_bounds":{"min":"2026-02-01","max":"2026-01-01"}}`, "cannot be greater than [extended_bounds.max]"},
		{`{"field":"t","fixed_interval":"1s","extended_bounds":{"min":"2000-01-01","max":"2026-01-01"}}`, "Trying to create too many buckets. Must be less than or equal to: [65536]"},
	} {
		refuses(t, `{"a":{"date_histogram":`+c.body+`}}`, s, c.text)
	}
}
