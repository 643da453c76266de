package aggs_test

import "testing"

func TestHistogram(t *testing.T) {
	s := people(t)
	for _, c := range []struct{ name, body, want string }{
		{"fills gaps", `{"field":"n","interval":4}`, `[{"key":-4.0,"doc_count":1},{"key":0.0,"doc_count":0},{"key":4.0,"doc_count":4},{"key":8.0,"doc_count":1}]`},
		{"of doubles", `{"field":"d","interval":"0.5","min_doc_count":1}`, `[{"key":0.5,"doc_count":1},{"key":1.5,"doc_count":1},{"key":2.5,"doc_count":1},{"key":50.5,"doc_count":1}]`},
		{"with an offset", `{"field":"n","interval":4,"offset":1,"min_doc_count":1}`, `[{"key":-3.0,"doc_count":1},{"key":5.0,"doc_count":4},{"key":9.0,"doc_count":1}]`},
		{"hard bounds", `{"field":"n","interval":1,"hard_bounds":{"min":6,"max":9}}`, `[{"key":7.0,"doc_count":1},{"key":8.0,"doc_count":0},{"key":9.0,"doc_count":1}]`},
		{"extended bounds", `{"field":"n","interval":5,"extended_bounds":{"min":-9,"max":12}}`,
			`[{"key":-10.0,"doc_count":0},{"key":-5.0,"doc_count":1},{"key":0.0,"doc_count":0},{"key":5.0,"doc_count":4},{"key":10.0,"doc_count":0}]`},
		{"inner bounds change nothing", `{"field":"n","interval":10,"extended_bounds":{"min":3,"max":4}}`, `[{"key":-10.0,"doc_count":1},{"key":0.0,"doc_count":4}]`},
		{"missing, by count", `{"field":"d","interval":100,"missing":-1,"order":{"_count":"desc"}}`, `[{"key":0.0,"doc_count":4},{"key":-100.0,"doc_count":1}]`},
		{"formatted", `{"field":"n","interval":10,"format":"#,##0.0"}`, `[{"key":-10.0,"key_as_string":"-10.0","doc_count":1},{"key":0.0,"key_as_string":"0.0","doc_count":4}]`},
		{"of dates", `{"field":"t","interval":86400000000,"format":"yyyy"}`, `[{"key":1.728E12,"key_as_string":"2024","doc_count":5}]`},
		{"not mapped", `{"field":"nope","interval":10,"extended_bounds":{"min":1,"max":2}}`, `[{"key":0.0,"doc_count":0}]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			wants(t, `{"a":{"histogram":`+c.body+`}}`, `{"a":{"buckets":`+c.want+`}}`, s)
		})
	}
	wants(t, `{"a":{"histogram":{"field":"n","interval":10,"keyed":true}}}`, `{"a":{"buckets":{"-10.0":{"key":-10.0,"doc_count":1},"0.0":{"key":0.0,"doc_count":4}}}}`, s)
	for _, c := range []struct{ body, text string }{
		{`{"field":"n"}`, "interval must be positive, got: 0.0"},
		{`{"field":"n","interval":1,"extended_bounds":{"min":0,"max":9},"hard_bounds":{"min":1}}`, "Extended bounds have to be inside hard bounds, hard bounds: [1.0--], extended bounds: [0.0--9.0]"},
		{`{"field":"n","interval":0}`, "[interval] must be >0 for histogram aggregation [a]"},
		{`{"field":"n","interval":1,"extended_bounds":{"min":2,"max":1}}`, "[extended_bounds.min][2.0] cannot be greater than [extended_bounds.max][1.0] for histogram aggregation [a]"},
		{`{"field":"n","interval":0.00001}`, "Trying to create too many buckets"},
		{`{"field":"ip","interval":1}`, "Field [ip] of type [ip] is not supported for aggregation [histogram]"},
		{`{"field":"n","interval":1,"order":{"x":"asc"}}`, "Invalid aggregation order path [x]"},
	} {
		refuses(t, `{"a":{"histogram":`+c.body+`}}`, s, c.text)
	}
}

func TestHistogramOfWholeNumbersAndFractions(t *testing.T) {
	fractions := kinds()
	fractions["n"] = fractions["d"]
	a := newShelf(t, "a", `{"properties":{"n":{"type":"long"}}}`, kinds(), []string{`{"n":3}`, `{"n":13}`})
	b := newShelf(t, "b", `{"properties":{"n":{"type":"double"}}}`, fractions, []string{`{"n":4.5}`})
	want := `{"a":{"buckets":[{"key":0.0,"doc_count":2},{"key":10.0,"doc_count":1}]}}`
	wants(t, `{"a":{"histogram":{"field":"n","interval":10}}}`, want, a, b)
	wants(t, `{"a":{"histogram":{"field":"n","interval":10}}}`, want, b, a)
	wants(t, `{"a":{"composite":{"sources":[{"h":{"histogram":{"field":"n","interval":10}}}]}}}`,
		`{"a":{"after_key":{"h":10.0},"buckets":[{"key":{"h":0.0},"doc_count":2},{"key":{"h":10.0},"doc_count":1}]}}`, a, b)
}
