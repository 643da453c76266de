package aggs_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/vedette-siem/vedette/storage/document"
)

// site is the index of Elasticsearch's own tests of composite.
func site(t testing.TB) shelf {
	return newShelf(t, "site", testMapping, kinds(), []string{
		`{"k":"foo","n":[10,20]}`, `{"k":["foo","bar"]}`, `{"k":"bar","n":[100,0]}`,
	}, []string{
		`{"k":"bar","n":[1000,0],"b":true}`, `{"t":"2017-10-20T03:08:45Z"}`, `{"t":"2017-10-21T07:00:00Z","d":2.5,"ip":"10.0.0.1"}`,
	})
}

func TestComposite(t *testing.T) {
	s := site(t)
	const pair = `"sources":[{"n":{"terms":{"field":"n"}}},{"k":{"terms":{"field":"k"}}}]`
	bucket := func(n int, k string, count int) string {
		return fmt.Sprintf(`{"key":{"n":%d,"k":%q},"doc_count":%d}`, n, k, count)
	}
	for _, c := range []struct{ name, body, want string }{
		{"combinations", pair, `"after_key":{"n":1000,"k":"bar"},"buckets":[` + strings.Join([]string{bucket(0, "bar", 2), bucket(10, "foo", 1), bucket(20, "foo", 1), bucket(100, "bar", 1), bucket(1000, "bar", 1)}, ",") + `]`},
		{"a page", pair + `,"size":2`, `"after_key":{"n":10,"k":"foo"},"buckets":[` + bucket(0, "bar", 2) + "," + bucket(10, "foo", 1) + `]`},
		{"the next page", pair + `,"size":2,"after":{"n":10,"k":"foo"}`, `"after_key":{"n":100,"k":"bar"},"buckets":[` + bucket(20, "foo", 1) + "," + bucket(100, "bar", 1) + `]`},
		{"after a value that is not there", `"sources":{"k":{"terms":{"field":"k"}}},"after":{"k":"delta"}`, `"after_key":{"k":"foo"},"buckets":[{"key":{"k":"foo"},"doc_count":2}]`},
		{"after the last", `"sources":{"k":{"terms":{"field":"k"}}},"after":{"k":"foo"}`, `"buckets":[]`},
		{"descending", `"sources":{"k":{"terms":{"field":"k","order":"desc"}}}`, `"after_key":{"k":"bar"},"buckets":[{"key":{"k":"foo"},"doc_count":2},{"key":{"k":"bar"},"doc_count":3}]`},
		{"descending, after", `"sources":{"k":{"terms":{"field":"k","order":"desc"}}},"after":{"k":"c"}`, `"after_key":{"k":"bar"},"buckets":[{"key":{"k":"bar"},"doc_count":3}]`},
		{"documents without a value", `"sources":{"k":{"terms":{"field":"k","missing_bucket":true}}},"size":2`,
			`"after_key":{"k":"bar"},"buckets":[{"key":{"k":null},"doc_count":2},{"key":{"k":"bar"},"doc_count":3}]`},
		{"after those without a value", `"sources":{"k":{"terms":{"field":"k","missing_bucket":true}}},"size":1,"after":{"k":null}`,
			`"after_key":{"k":"bar"},"buckets":[{"key":{"k":"bar"},"doc_count":3}]`},
		{"those without a value last", `"sources":{"k":{"terms":{"field":"k","missing_bucket":true,"missing_order":"last"}}},"after":{"k":"foo"}`,
			`"after_key":{"k":null},"buckets":[{"key":{"k":null},"doc_count":2}]`},
		{"a field that is not mapped", `"sources":[{"x":{"terms":{"field":"nope"}}},{"k":{"terms":{"field":"k"}}}]`, `"buckets":[]`},
		{"a field that is not mapped, as null", `"sources":[{"x":{"terms":{"field":"nope","missing_bucket":true}}},{"b":{"terms":{"field":"b"}}}]`,
			`"after_key":{"x":null,"b":true},"buckets":[{"key":{"x":null,"b":true},"doc_count":1}]`},
		{"days", `"sources":[{"t":{"date_histogram":{"field":"t","calendar_interval":"1d"}}}]`,
			`"after_key":{"t":1508544000000},"buckets":[{"key":{"t":1508457600000},"doc_count":1},{"key":{"t":1508544000000},"doc_count":1}]`},
		{"days as text", `"sources":[{"t":{"date_histogram":{"field":"t","calendar_interval":"1d","format":"strict_date"}}}],"after":{"t":"2017-10-20"}`,
			`"after_key":{"t":"2017-10-21"},"buckets":[{"key":{"t":"2017-10-21"},"doc_count":1}]`},
		{"days with an offset", `"sources":[{"t":{"date_histogram":{"field":"t","calendar_interval":"1d","offset":"4h","format":"iso8601"}}}]`,
			`"after_key":{"t":"2017-10-21T04:00:00.000Z"},"buckets":[{"key":{"t":"2017-10-19T04:00:00.000Z"},"doc_count":1},{"key":{"t":"2017-10-21T04:00:00.000Z"},"doc_count":1}]`},
		{"days in a zone", `"sources":[{"t":{"date_histogram":{"field":"t","calendar_interval":"1d","time_zone":"-02:00","format":"iso8601"}}}],"after":{"t":"2017-10-20"}`,
			`"after_key":{"t":"2017-10-21T00:00:00.000-02:00"},"buckets":[{"key":{"t":"2017-10-21T00:00:00.000-02:00"},"doc_count":1}]`},
		{"steps of numbers", `"sources":[{"n":{"histogram":{"field":"n","interval":50,"order":"desc"}}}],"after":{"n":100}`,
			`"after_key":{"n":0.0},"buckets":[{"key":{"n":0.0},"doc_count":3}]`},
		{"doubles and addresses", `"sources":[{"d":{"terms":{"field":"d"}}},{"ip":{"terms":{"field":"ip"}}}]`,
			`"after_key":{"d":2.5,"ip":"10.0.0.1"},"buckets":[{"key":{"d":2.5,"ip":"10.0.0.1"},"doc_count":1}]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			wants(t, `{"a":{"composite":{`+c.body+`}}}`, `{"a":{`+c.want+`}}`, s)
		})
	}
	wants(t, `{"f":{"filter":{"term":{"k":"bar"}},"aggs":{"a":{"composite":{"size":1,`+pair+`},"aggs":{"m":{"max":{"field":"n"}}}}}}}`,
		`{"f":{"doc_count":3,"a":{"after_key":{"n":0,"k":"bar"},"buckets":[{"key":{"n":0,"k":"bar"},"doc_count":2,"m":{"value":1000.0}}]}}}`, s)
}

func TestCompositeKeysSortLikeTheirValues(t *testing.T) {
	texts := []string{"", "a", "a\x00", "a\x00b", "a\x01", "ab", "b\xff"}
	var docs []string
	for _, text := range texts {
		source, _ := json.Marshal(map[string]string{"k": text, "k2": text})
		docs = append(docs, string(source))
	}
	docs[len(docs)-1] = `{"k":"ü","k2":"ü"}`
	s := newShelf(t, "z", testMapping, map[string]document.Kind{"k": document.Keyword, "k2": document.Keyword}, docs[:3], docs[3:])
	for _, order := range []string{"asc", "desc"} {
		whole := pages(t, s, `{"k":{"terms":{"field":"k","order":"`+order+`"}}},{"k2":{"terms":{"field":"k2"}}}`, 100)
		paged := pages(t, s, `{"k":{"terms":{"field":"k","order":"`+order+`"}}},{"k2":{"terms":{"field":"k2"}}}`, 1)
		if len(whole) != len(texts) || strings.Join(whole, "|") != strings.Join(paged, "|") {
			t.Errorf("%s: one page %q, single pages %q", order, whole, paged)
		}
	}
}

// pages reads all pages of a composite, and returns the keys.
func pages(t testing.TB, s shelf, sources string, size int) []string {
	t.Helper()
	var keys []string
	after := ""
	for range 1000 {
		got, err := ask(t, fmt.Sprintf(`{"a":{"composite":{"size":%d,%s"sources":[%s]}}}`, size, after, sources), false, s)
		if err != nil {
			t.Fatal(err)
		}
		var answer struct {
			A struct {
				AfterKey json.RawMessage `json:"after_key"`
				Buckets  []struct{ Key json.RawMessage }
			}
		}
		if err := json.Unmarshal([]byte(got), &answer); err != nil {
			t.Fatal(err)
		}
		if len(answer.A.Buckets) == 0 {
			return keys
		}
		for _, b := range answer.A.Buckets {
			keys = append(keys, string(b.Key))
		}
		after = `"after":` + string(answer.A.AfterKey) + `,`
	}
	t.Fatal("the pages do not end")
	return nil
}

func TestCompositeRefusals(t *testing.T) {
	s := site(t)
	const k = `"sources":[{"k":{"terms":{"field":"k"}}}]`
	for _, c := range []struct{ body, text string }{
		{`"size":1`, "Required [sources]"},
		{`"sources":[]`, "Composite [sources] cannot be null or empty"},
		{`"sources":[{"k":{"terms":{"field":"k"}}},{"k":{"terms":{"field":"k"}}}]`, "Composite source names must be unique, found duplicates: [k]"},
		{`"size":1000000000,` + k, "Trying to create too many buckets. Must be less than or equal to: [65536] but was [1000000000]"},
		{`"size":0,` + k, "[size] must be greater than 0"},
		{k + `,"after":{"k":"a","b":"c"}`, "[after] has 2 value(s) but [sources] has 1"},
		{k + `,"after":{"b":"c"}`, "Missing value for [after.k]"},
		{`"sources":[{"k":{"geohash_grid":{"field":"k"}}}]`, "invalid source type: geohash_grid"},
		{`"sources":[{"k":{"terms":{"field":"k","order":"up"}}}]`, "No enum constant org.elasticsearch.search.sort.SortOrder.UP"},
		{`"sources":[{"k":{"terms":{"field":"txt"}}}]`, "Fielddata is disabled"},
		{`"sources":[{"k":{"histogram":{"field":"n"}}}]`, "[interval]"},
		{`"sources":[{"k":{"date_histogram":{"field":"t"}}}]`, "Invalid interval"},
	} {
		refuses(t, `{"a":{"composite":{`+c.body+`}}}`, s, c.text)
	}
	refuses(t, `{"a":{"terms":{"field":"k"},"aggs":{"c":{"composite":{`+k+`}}}}}`, s, "[composite] aggregation cannot be used with a parentAggregation of type: [TermsAggregatorFactory]")
}
