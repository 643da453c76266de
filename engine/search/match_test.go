package search

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/vedette-siem/vedette/engine/dsl"
	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/mapping"
)

func TestQueriesOfOneIndex(t *testing.T) {
	ix := newIndex(t, "logs-a", `{"k":{"type":"keyword"},"low":{"type":"keyword","normalizer":"lowercase"},"t":{"type":"text"},"n":{"type":"integer"},"d":{"type":"double"},"ip":{"type":"ip"},
		"b":{"type":"boolean"},"@timestamp":{"type":"date"},"ns":{"type":"date_nanos"},"l":{"type":"flattened"},"o":{"properties":{"x":{"type":"keyword"}}},"a":{"type":"alias","path":"k"}}`,
		[]string{
			`{"k":"Alpha","low":"MixED","t":"one two three two","n":1,"d":0.5,"ip":"10.0.0.1","b":true,"@timestamp":"2026-06-01T00:00:00Z","l":{"x":"1","y":"2"}}`,
			`{"k":["beta","gamma"],"t":"two one","n":[2,20],"d":-0.5,"ip":"10.0.1.1","b":"false","@timestamp":"2026-06-01T23:59:59.999Z","ns":"2026-06-01T00:00:00.5Z","l":{"x":"2"}}`},
		[]string{`{"k":"","t":"three","n":3,"ip":"2001:db8::1","@timestamp":"2026-06-02T11:30:00Z","o":{"x":"v"}}`, `{"@timestamp":"2026-05-01"}`})
	for _, c := range []struct{ name, query, want string }{
		{"a keyword", `{"term":{"k":"Alpha"}}`, "1"}, {"an alias", `{"term":{"a":"gamma"}}`, "2"}, {"an empty keyword", `{"term":{"k":""}}`, "3"},
		{"a keyword whatever its case", `{"term":{"k":{"value":"ALPHA","case_insensitive":true}}}`, "1"},
		{"a normalized keyword", `{"term":{"low":"mIXed"}}`, "1"}, {"a normalized wildcard", `{"wildcard":{"low":"MIX*"}}`, "1"}, {"a normalized prefix", `{"prefix":{"low":"MI"}}`, "1"},
		{"a number as text", `{"term":{"n":"20"}}`, "2"}, {"a number with a fraction", `{"term":{"n":1.5}}`, ""}, {"a double", `{"term":{"d":-0.5}}`, "2"},
		{"a boolean as text", `{"term":{"b":"false"}}`, "2"}, {"an address", `{"term":{"ip":"10.0.0.1"}}`, "1"}, {"a network", `{"term":{"ip":"10.0.0.0/16"}}`, "1 2"},
		{"an IPv6 network", `{"term":{"ip":"2001:db8::/32"}}`, "3"}, {"networks and addresses", `{"terms":{"ip":["10.0.1.0/24","2001:db8::1"]}}`, "2 3"},
		{"a day", `{"term":{"@timestamp":"2026-06-01"}}`, "1 2"}, {"days", `{"terms":{"@timestamp":["2026-06-01T00:00:00Z","2026-05-01"]}}`, "1 4"},
		{"numbers", `{"terms":{"n":[1,"3",7]}}`, "1 3"}, {"one of two values", `{"terms":{"n":[20]}}`, "2"}, {"no values", `{"terms":{"n":[]}}`, ""},
		{"days and times", `{"terms":{"@timestamp":["2026-05-01","2026-06-01","2026-06-01T12:00:00Z"]}}`, "1 2 4"}, {"doubles", `{"terms":{"d":[0.5,-0.5,3]}}`, "1 2"},
		{"an id", `{"term":{"_id":"2"}}`, "2"}, {"ids", `{"ids":{"values":["3","1","nope"]}}`, "1 3"}, {"ids as terms", `{"terms":{"_id":["4"]}}`, "4"},
		{"the index", `{"term":{"_index":"logs-a"}}`, "1 2 3 4"}, {"another index", `{"term":{"_index":"logs-b"}}`, ""}, {"indices", `{"terms":{"_index":["x","logs-a"]}}`, "1 2 3 4"},
		{"a range of numbers", `{"range":{"n":{"gt":1,"lte":3}}}`, "2 3"}, {"a range with fractions", `{"range":{"n":{"gt":0.5,"lt":2.5}}}`, "1 2"},
		{"a range beyond the type", `{"range":{"n":{"gte":-1e30,"lt":3000000000}}}`, "1 2 3"}, {"a range of doubles", `{"range":{"d":{"gt":-0.5}}}`, "1"},
		{"a range of keywords", `{"range":{"k":{"gt":"Alpha","lte":"beta"}}}`, "2"}, {"a range of addresses", `{"range":{"ip":{"gte":"10.0.0.2","lt":"2001:db8::1"}}}`, "2"},
		{"a range of time", `{"range":{"@timestamp":{"gte":"2026-06-01","lt":"2026-06-02"}}}`, "1 2"}, {"up to a day is with the day", `{"range":{"@timestamp":{"gt":"2026-05-01","lte":"2026-06-01"}}}`, "1 2"},
		{"date math", `{"range":{"@timestamp":{"gte":"now-1h"}}}`, "3"}, {"date math with rounding", `{"range":{"@timestamp":{"gte":"now-1d/d","lt":"now/d"}}}`, "1 2"},
		{"milliseconds", `{"range":{"@timestamp":{"gte":1780272000000,"lte":1780272000000}}}`, "1"}, {"a format", `{"range":{"@timestamp":{"gte":"02/06/2026","format":"dd/MM/yyyy"}}}`, "3"},
		{"a time zone", `{"range":{"@timestamp":{"gte":"2026-06-02T00:00:00","time_zone":"+12:00","lt":"2026-06-02T12:00:00"}}}`, "2"},
		{"nanoseconds", `{"range":{"ns":{"gt":"2026-06-01T00:00:00.499999999Z","lt":"2026-06-01T00:00:00.500000001Z"}}}`, "2"},
		{"a range without bounds", `{"range":{"n":{}}}`, "1 2 3"}, {"legacy bounds", `{"range":{"n":{"from":1,"to":3,"include_lower":false,"include_upper":false}}}`, "2"},
		{"something", `{"exists":{"field":"t"}}`, "1 2 3"}, {"something empty", `{"exists":{"field":"k"}}`, "1 2 3"}, {"something below", `{"exists":{"field":"o"}}`, "3"},
		{"a flattened object", `{"exists":{"field":"l"}}`, "1 2"}, {"a key of it", `{"exists":{"field":"l.y"}}`, "1"}, {"a value of a key", `{"term":{"l.x":"2"}}`, "2"},
		{"a value of any key", `{"term":{"l":"2"}}`, "1 2"}, {"a prefix of a key's value", `{"prefix":{"l.x":""}}`, "1 2"}, {"a range of a key's values", `{"range":{"l.x":{"gte":"2"}}}`, "2"},
		{"a sequence number", `{"range":{"_seq_no":{"gte":2}}}`, "3 4"}, {"a version", `{"term":{"_version":1}}`, "1 2 3 4"}, {"an ignored field", `{"exists":{"field":"_ignored"}}`, ""},
		{"a routing", `{"exists":{"field":"_routing"}}`, ""}, {"a sequence number there", `{"exists":{"field":"_seq_no"}}`, "1 2 3 4"}, {"fields by a pattern", `{"exists":{"field":"n*"}}`, "1 2 3"},
		{"any id", `{"exists":{"field":"_id"}}`, "1 2 3 4"}, {"nothing like it", `{"exists":{"field":"nope"}}`, ""},
		{"a prefix", `{"prefix":{"k":"ga"}}`, "2"}, {"a prefix whatever its case", `{"prefix":{"k":{"value":"AL","case_insensitive":true}}}`, "1"}, {"every keyword", `{"wildcard":{"k":"*"}}`, "1 2 3"},
		{"an infix", `{"wildcard":{"k":"*mm*"}}`, "2"}, {"single characters", `{"wildcard":{"k":"?lph?"}}`, "1"}, {"a wildcard whatever its case", `{"wildcard":{"k":{"value":"a*A","case_insensitive":true}}}`, "1"},
		{"a regular expression", `{"regexp":{"k":"[bg](et|am)+m?a"}}`, "2"}, {"one whatever its case", `{"regexp":{"k":{"value":"ALPH.","case_insensitive":true}}}`, "1"},
		{"a word of a text", `{"term":{"t":"two"}}`, "1 2"}, {"a word of a text is not analysed", `{"term":{"t":"Two"}}`, ""}, {"a wildcard in a text", `{"wildcard":{"t":"t*e*"}}`, "1 3"},
		{"a fuzzy keyword", `{"fuzzy":{"k":"betta"}}`, "2"}, {"a fuzzy word", `{"fuzzy":{"t":"tow"}}`, "1 2"}, {"fuzzy with a prefix", `{"fuzzy":{"t":{"value":"xwo","prefix_length":1}}}`, ""},
		{"a phrase", `{"match_phrase":{"t":"one two"}}`, "1"}, {"a phrase the other way round needs slop 2", `{"match_phrase":{"t":{"query":"one two","slop":2}}}`, "1 2"},
		{"slop 1 is not enough", `{"match_phrase":{"t":{"query":"one three","slop":0}}}`, ""}, {"slop over a word", `{"match_phrase":{"t":{"query":"one three","slop":1}}}`, "1"},
		{"a word twice", `{"match_phrase":{"t":{"query":"two two","slop":1}}}`, "1"}, {"the beginning of a last word", `{"match_phrase_prefix":{"t":"two th"}}`, "1"},
		{"the beginning of an only word", `{"match_phrase_prefix":{"t":"thr"}}`, "1 3"},
		{"two of three", `{"bool":{"should":[{"term":{"t":"one"}},{"term":{"t":"two"}},{"term":{"n":3}}],"minimum_should_match":2}}`, "1 2"},
		{"two thirds", `{"bool":{"should":[{"term":{"t":"one"}},{"term":{"t":"three"}},{"term":{"n":3}}],"minimum_should_match":"67%"}}`, "1 3"},
		{"all but one", `{"bool":{"should":[{"term":{"t":"one"}},{"term":{"t":"two"}},{"term":{"n":1}}],"minimum_should_match":-1}}`, "1 2"},
		{"more than there are", `{"bool":{"should":[{"term":{"t":"one"}}],"minimum_should_match":2}}`, ""},
		{"should beside filter is optional", `{"bool":{"filter":{"exists":{"field":"n"}},"should":{"term":{"t":"one"}}}}`, "1 2 3"},
		{"must_not", `{"bool":{"must_not":[{"exists":{"field":"t"}},{"ids":{"values":["9"]}}]}}`, "4"}, {"an empty bool", `{"bool":{}}`, "1 2 3 4"},
		{"nothing", `{"match_none":{}}`, ""}, {"a field that is not mapped", `{"bool":{"should":[{"term":{"nope":1}},{"range":{"nope":{"gt":1}}},{"prefix":{"nope":"a"}},{"terms":{"nope":[1]}}]}}`, ""},
		{"query_string without the type", `{"query_string":{"query":"n:abc OR n:3"}}`, "3"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := strings.Fields(ids(ask(t, `{"query":`+c.query+`,"sort":["_id"]}`, ix)))
			scored := strings.Fields(ids(ask(t, `{"query":`+c.query+`,"sort":["_id"],"track_scores":true}`, ix)))
			if strings.Join(got, " ") != c.want || strings.Join(scored, " ") != c.want {
				t.Errorf("hits = %s, scored %s, want %s", got, scored, c.want)
			}
		})
	}
}

func TestPatternsOfTheIndexName(t *testing.T) {
	p := &planner{index: "logs-a", mapping: &mapping.Mapping{}}
	for _, c := range []struct {
		query dsl.Query
		want  bool
	}{
		{&dsl.Wildcard{Field: "_index", Pattern: "logs-*"}, true}, {&dsl.Wildcard{Field: "_index", Pattern: "x*"}, false}, {&dsl.Prefix{Field: "_index", Value: "log"}, true},
		{&dsl.Regexp{Field: "_index", Pattern: "logs-[a-c]"}, true}, {&dsl.Regexp{Field: "_index", Pattern: "logs"}, false},
	} {
		n, err := p.plan(c.query)
		if err != nil {
			t.Fatal(err)
		}
		if _, got := n.(all); got != c.want {
			t.Errorf("%+v matches the index = %v, want %v", c.query, got, c.want)
		}
	}
}

// Above some number of terms a query reads every document's ordinal instead of the terms' lists.
func TestManyTerms(t *testing.T) {
	for name, format := range map[string]string{"single": `{"k":"k%03d"}`, "several": `{"k":["k%03d","x"]}`} {
		var docs []string
		for i := range 900 {
			docs = append(docs, fmt.Sprintf(format, i))
		}
		ix := newIndex(t, "i", `{"k":{"type":"keyword"}}`, docs)
		for query, want := range map[string]int64{
			`{"range":{"k":{"gte":"k100","lt":"k700"}}}`: 600, `{"wildcard":{"k":"*5?"}}`: 90, `{"wildcard":{"k":"k*1*"}}`: 900 - 8*9*9, `{"prefix":{"k":"k"}}`: 900, `{"regexp":{"k":"k[0-4].."}}`: 500,
		} {
			if got := ask(t, `{"size":0,"query":`+query+`}`, ix); got.Total.Value != want {
				t.Errorf("%s: %s matches %d, want %d", name, query, got.Total.Value, want)
			}
		}
	}
}

func TestPlacesWithSeveralWords(t *testing.T) {
	ix := newIndex(t, "i", `{"t":{"type":"text"}}`, []string{`{"t":"fast car"}`, `{"t":"quick car"}`, `{"t":"car fast quick"}`})
	for _, c := range []struct {
		places []dsl.PhraseTerm
		prefix bool
		want   string
	}{
		{[]dsl.PhraseTerm{{Terms: []string{"fast", "quick"}}, {Terms: []string{"car"}, Position: 1}}, false, "1 2"},
		{[]dsl.PhraseTerm{{Terms: []string{"fast", "quick"}}}, false, "3 1 2"},
		{[]dsl.PhraseTerm{{Terms: []string{"qu"}}}, true, "2 3"},
		{[]dsl.PhraseTerm{{Terms: []string{"fast"}}, {Terms: []string{"c", "q"}, Position: 1}}, true, "1 3"},
		{[]dsl.PhraseTerm{{Terms: []string{"fast"}}, {Terms: []string{"z"}, Position: 1}}, true, ""},
	} {
		r, err := Parse(nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.query = &dsl.Phrase{Field: "t", Terms: c.places, LastIsPrefix: c.prefix}
		got, err := Run(t.Context(), r, []Index{ix}, Options{})
		if err != nil || ids(got) != c.want {
			t.Errorf("%v = %s, %v, want %s", c.places, ids(got), err, c.want)
		}
	}
}

func TestQueriesAreRefused(t *testing.T) {
	full := newIndex(t, "i", `{"n":{"type":"long"},"k":{"type":"keyword"},"t":{"type":"text"},"d":{"type":"date"},"ip":{"type":"ip"},"b":{"type":"boolean"},"off":{"type":"keyword","index":false,"doc_values":false}}`, []string{`{"n":1,"k":"a"}`})
	bare := full
	bare.Views = nil
	for _, c := range []struct{ name, query, reason string }{
		{"a word for a number", `{"term":{"n":"text"}}`, `failed to create query: For input string: "text"`},
		{"a word for an address", `{"term":{"ip":"text"}}`, "'text' is not an IP string literal."},
		{"a word for a date", `{"range":{"d":{"gte":"yesterday"}}}`, "failed to parse date field [yesterday]"},
		{"a word for a boolean", `{"term":{"b":"maybe"}}`, "maybe"},
		{"a prefix of a number", `{"prefix":{"n":"1"}}`, "Can only use prefix queries on keyword, text and wildcard fields - not on [n] which is of type [long]"},
		{"a wildcard in an address", `{"wildcard":{"ip":"10.*"}}`, "Can only use wildcard queries on keyword, text and wildcard fields - not on [ip] which is of type [ip]"},
		{"a regexp on a date", `{"regexp":{"d":"2.*"}}`, "Can only use regexp queries on keyword and text fields - not on [d] which is of type [date]"},
		{"a fuzzy boolean", `{"fuzzy":{"b":"tru"}}`, "Can only use fuzzy queries on keyword and text fields - not on [b] which is of type [boolean]"},
		{"a broken regexp", `{"regexp":{"k":"(a"}}`, "expected ')'"},
		{"a long regexp", `{"regexp":{"k":"` + strings.Repeat("a", 1001) + `"}}`, "The length of regex [1001] used in the Regexp Query request has exceeded the allowed maximum of [1000]."},
		{"a field that cannot be searched", `{"term":{"off":"x"}}`, "Cannot search on field [off] since it is not indexed"},
		{"a dangling operator", `{"query_string":{"query":"a AND"}}`, "Failed to parse query [a AND]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, ix := range []Index{full, bare} { // even an empty index refuses it
				_, err := tryAsk(t, `{"query":`+c.query+`}`, ix)
				var e *eserr.Error
				if !errors.As(err, &e) || e.Status != 400 || e.Phase != eserr.PhaseQuery || !strings.Contains(e.Error(), c.reason) {
					t.Errorf("err = %v, want %q", err, c.reason)
				}
			}
		})
	}
}
