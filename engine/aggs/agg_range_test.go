package aggs_test

import "testing"

func TestRange(t *testing.T) {
	s := people(t)
	for _, c := range []struct{ name, agg, want string }{
		{"numbers, sorted by their bounds, overlapping", `{"range":{"field":"n","ranges":[{"from":6},{"to":"5"},{"from":5,"to":8},{"from":null,"to":100,"key":"all"}]}}`, `[
			{"key":"*-5.0","to":5.0,"doc_count":1},{"key":"all","to":100.0,"doc_count":5},{"key":"5.0-8.0","from":5.0,"to":8.0,"doc_count":4},{"key":"6.0-*","from":6.0,"doc_count":2}]`},
		{"doubles with a format", `{"range":{"field":"d","format":"0.00","ranges":[{"from":1}]}}`, `[{"key":"1.00-*","from":1.0,"from_as_string":"1.00","doc_count":3}]`},
		{"keyed", `{"range":{"field":"n","keyed":true,"ranges":[{"from":6},{"key":"low","to":6}]}}`, `{"low":{"to":6.0,"doc_count":4},"6.0-*":{"from":6.0,"doc_count":2}}`},
		{"missing", `{"range":{"field":"d","missing":7,"ranges":[{"from":7,"to":8}]}}`, `[{"key":"7.0-8.0","from":7.0,"to":8.0,"doc_count":1}]`},
		{"not mapped", `{"range":{"field":"nope","ranges":[{"from":1}]},"aggs":{"s":{"sum":{"field":"n"}}}}`, `[{"key":"1.0-*","from":1.0,"doc_count":0,"s":{"value":0.0}}]`},
		{"dates", `{"date_range":{"field":"t","format":"yyyy-MM-dd","ranges":[{"to":"2026-06-02"},{"from":"2026-06-02","to":"now"}]}}`, `[
			{"key":"*-2026-06-02","to":1.7803584E12,"to_as_string":"2026-06-02","doc_count":2},
			{"key":"2026-06-02-2026-06-15","from":1.7803584E12,"from_as_string":"2026-06-02","to":1.7815248E12,"to_as_string":"2026-06-15","doc_count":3}]`},
		{"milliseconds of dates", `{"range":{"field":"ts","ranges":[{"from":1000}]}}`, `[{"key":"1-*","from":1000.0,"from_as_string":"1","doc_count":0}]`},
		{"dates of seconds", `{"date_range":{"field":"ts","ranges":[{"from":1000,"to":3000}]}}`,
			`[{"key":"1000-3000","from":1000000.0,"from_as_string":"1000","to":3000000.0,"to_as_string":"3000","doc_count":0}]`},
		{"dates that are not mapped", `{"date_range":{"field":"nope","ranges":[{"from":"2020-01-01T00:00:00Z"}]},"aggs":{"c":{"cardinality":{"field":"k"}}}}`,
			`[{"key":"2020-01-01T00:00:00.000Z-*","from":1.5778368E12,"from_as_string":"2020-01-01T00:00:00.000Z","doc_count":0,"c":{"value":0}}]`},
		{"addresses", `{"ip_range":{"field":"ip","ranges":[{"to":"10.0.0.2"},{"mask":"10.0.0.0/31"},{"from":"10.0.0.2"},{"mask":"2001:db8::/32","key":"six"}]}}`, `[
			{"key":"*-10.0.0.2","to":"10.0.0.2","doc_count":2},{"key":"10.0.0.0/31","from":"10.0.0.0","to":"10.0.0.2","doc_count":2},
			{"key":"10.0.0.2-*","from":"10.0.0.2","doc_count":2},{"key":"six","from":"2001:db8::","to":"2001:db9::","doc_count":1}]`},
		{"addresses, keyed and not mapped", `{"ip_range":{"field":"nope","keyed":true,"ranges":[{"mask":"::/0"}]}}`, `{"::/0":{"doc_count":0}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			wants(t, `{"a":`+c.agg+`}`, `{"a":{"buckets":`+c.want+`}}`, s)
		})
	}
	for _, c := range []struct{ agg, text string }{
		{`{"range":{"field":"n"}}`, "No [ranges] specified for the [a] aggregation"},
		{`{"range":{"field":"n","ranges":[{"from":"x"}]}}`, "x"},
		{`{"range":{"field":"n","ranges":[{"gte":1}]}}`, "unknown field [gte]"},
		{`{"range":{"field":"n","ranges":[{"from":[1]}]}}`, "START_ARRAY"},
		{`{"range":{"field":"k","ranges":[{"from":1}]}}`, "Field [k] of type [keyword] is not supported for aggregation [range]"},
		{`{"date_range":{"field":"t","ranges":[{"from":"yesterday"}]}}`, "yesterday"},
		{`{"ip_range":{"field":"ip","ranges":[{"from":"10"}]}}`, "'10' is not an IP string literal."},
		{`{"ip_range":{"field":"ip","ranges":[{"mask":"10.0.0.0"}]}}`, "10.0.0.0"},
		{`{"ip_range":{"field":"k","ranges":[{"mask":"10.0.0.0/8"}]}}`, "Field [k] of type [keyword] is not supported for aggregation [ip_range]"},
	} {
		refuses(t, `{"a":`+c.agg+`}`, s, c.text)
	}
}

func TestRangeCountsADocumentOncePerRange(t *testing.T) {
	s := newShelf(t, "many", testMapping, kinds(), []string{`{"n":[1,2,30],"ip":["10.0.0.1","10.0.0.2"]}`, `{"n":[]}`})
	wants(t, `{"a":{"range":{"field":"n","ranges":[{"to":10},{"from":20}]},"aggs":{"s":{"value_count":{"field":"n"}}}}}`,
		`{"a":{"buckets":[{"key":"*-10.0","to":10.0,"doc_count":1,"s":{"value":3}},{"key":"20.0-*","from":20.0,"doc_count":1,"s":{"value":3}}]}}`, s)
	wants(t, `{"a":{"ip_range":{"field":"ip","ranges":[{"mask":"10.0.0.0/8"}]}}}`, `{"a":{"buckets":[{"key":"10.0.0.0/8","from":"10.0.0.0","to":"11.0.0.0","doc_count":1}]}}`, s)
}
