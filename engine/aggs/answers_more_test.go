package aggs_test

import (
	"strings"
	"testing"
)

// A shard of Elasticsearch sends more buckets than are shown; documents of those that have too few are lost, and all others count as other ones.
func TestDocumentsOfBucketsThatAreNotSent(t *testing.T) {
	s := newShelf(t, "i", testMapping, kinds(), []string{`{"k":["a","b","c","d"]}`, `{"k":["a","b","c"]}`, `{"k":["a","b"]}`, `{"k":"e"}`})
	f := func(options, want string) {
		t.Helper()
		wants(t, `{"a":{"terms":{"field":"k",`+options+`}}}`, `{"a":{"doc_count_error_upper_bound":0,`+want+`}}`, s)
	}
	const a, b, c = `{"key":"a","doc_count":3}`, `{"key":"b","doc_count":3}`, `{"key":"c","doc_count":2}`
	f(`"min_doc_count":2`, `"sum_other_doc_count":0,"buckets":[`+a+`,`+b+`,`+c+`]`)
	f(`"min_doc_count":2,"size":1`, `"sum_other_doc_count":5,"buckets":[`+a+`]`)
	f(`"min_doc_count":3,"shard_size":3,"size":3`, `"sum_other_doc_count":2,"buckets":[`+a+`,`+b+`]`)
	f(`"min_doc_count":3,"shard_min_doc_count":2`, `"sum_other_doc_count":2,"buckets":[`+a+`,`+b+`]`)
}

// `after` need not be the key of a bucket.
func TestCompositeAfterBetweenBuckets(t *testing.T) {
	s := newShelf(t, "i", testMapping, kinds(), []string{`{"n":1,"k":"a","t":"2026-06-01T10:00:00Z"}`, `{"n":12,"k":"z","t":"2026-06-02T10:00:00Z"}`, `{"n":17,"k":"a","t":"2026-06-03T10:00:00Z"}`})
	f := func(source, after, want string) {
		t.Helper()
		got, err := ask(t, `{"a":{"composite":{"sources":[{"s":`+source+`},{"k":{"terms":{"field":"k"}}}],"after":{"s":`+after+`,"k":"b"}}}}`, false, s)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(got, `"buckets":[{"key":`+want) {
			t.Errorf("%s after %s does not begin with %s: %s", source, after, want, got)
		}
	}
	f(`{"histogram":{"field":"n","interval":5}}`, `10`, `{"s":10.0,"k":"z"}`)
	f(`{"histogram":{"field":"n","interval":5}}`, `11`, `{"s":15.0,"k":"a"}`)
	f(`{"histogram":{"field":"n","interval":5,"order":"desc"}}`, `10`, `{"s":10.0,"k":"z"}`)
	f(`{"histogram":{"field":"n","interval":5,"order":"desc"}}`, `11`, `{"s":10.0,"k":"z"}`)
	f(`{"histogram":{"field":"n","interval":5,"order":"desc"}}`, `9`, `{"s":0.0,"k":"a"}`)
	f(`{"date_histogram":{"field":"t","fixed_interval":"1d","format":"yyyy-MM-dd||strict_date_time"}}`, `"2026-06-02T00:00:00.001Z"`, `{"s":"2026-06-03","k":"a"}`)
	f(`{"date_histogram":{"field":"t","fixed_interval":"1d","order":"desc","format":"yyyy-MM-dd||strict_date_time"}}`, `"2026-06-02T00:00:00.001Z"`, `{"s":"2026-06-02","k":"z"}`)
}

func TestDecimalsOfGreatNumbers(t *testing.T) {
	f := func(number, pattern, want string) {
		t.Helper()
		s := newShelf(t, "i", testMapping, kinds(), []string{`{"d":` + number + `}`})
		got, err := ask(t, `{"a":{"max":{"field":"d","format":"`+pattern+`"}}}`, false, s)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(got, `"value_as_string":"`+want+`"`) {
			t.Errorf("%s as %s is %s, want %s", number, pattern, got, want)
		}
	}
	f("-256054658813942528", "0.00", "-256054658813942528.00")
	f("1609486862049431040", "#", "1609486862049431040")
	f("-3162678728756730880", "0", "-3162678728756730900")
	f("4611686018427387904", "0", "4611686018427387900")
	f("9007199254740993", "0", "9007199254740992")
	f("1e22", "0", "10000000000000000000000")
	f("-1.5e308", "0%", "-∞%")
}

func TestSignificantTermsOfBackgroundsAndEmptyBuckets(t *testing.T) {
	s := newShelf(t, "i", testMapping, kinds(), []string{`{"k":"a","n":1}`, `{"k":"a","n":2}`, `{"k":"b","n":9}`})
	wants(t, `{"a":{"histogram":{"field":"n","interval":4},"aggs":{"s":{"significant_terms":{"field":"k","min_doc_count":1}}}}}`,
		`{"a":{"buckets":[{"key":0.0,"doc_count":2,"s":{"doc_count":2,"bg_count":3,"buckets":[{"key":"a","doc_count":2,"score":0.5,"bg_count":2}]}},
			{"key":4.0,"doc_count":0,"s":{"doc_count":0,"bg_count":3,"buckets":[]}},
			{"key":8.0,"doc_count":1,"s":{"doc_count":1,"bg_count":3,"buckets":[{"key":"b","doc_count":1,"score":2.0,"bg_count":1}]}}]}}`, s)
	const wrong = `does your background filter not include all documents in the bucket? If so and it is intentional, set "background_is_superset": false`
	refuses(t, `{"a":{"significant_terms":{"field":"k","gnd":{},"background_filter":{"term":{"n":9}}}}}`, s, "subsetFreq > supersetFreq, "+wrong)
	wants(t, `{"a":{"significant_terms":{"field":"k","min_doc_count":1,"jlh":{},"percentage":{}}}}`, `{"a":{"doc_count":3,"bg_count":3,"buckets":[
		{"key":"a","doc_count":2,"score":1.0,"bg_count":2},{"key":"b","doc_count":1,"score":1.0,"bg_count":1}]}}`, s)
	wants(t, `{"a":{"significant_terms":{"field":"k","min_doc_count":1,"percentage":{},"jlh":{}}}}`, `{"a":{"doc_count":3,"bg_count":3,"buckets":[]}}`, s)
}

func TestRefusalsOfShards(t *testing.T) {
	s := newShelf(t, "i", testMapping, kinds(), []string{`{"k":"a"}`})
	refuses(t, `{"a":{"weighted_avg":{"value":{"field":"n"}}}}`, s, "Could not find field name [weight] in multiValuesSource")
	refuses(t, `{"a":{"terms":{"field":"k","order":{"m.zz":"asc"}},"aggs":{"m":{"stats":{"field":"n"}}}}}`, s, "Invalid aggregation order path [m.zz]. ")
	refuses(t, `{"a":{"filters":{"filters":[{"match_all":{}}],"zz":[1]}}}`, s, "parsing_exception: Unknown key for a START_ARRAY in [a]: [zz].")
	wants(t, `{"a":{"weighted_avg":{"value":{"field":"n"}}}}`, `{"a":{"value":null}}`) // no index, no shard that refuses it
}

// What Elasticsearch 8.19 says, asked for.
func TestRefusalsOfValues(t *testing.T) {
	s := newShelf(t, "i", `{"properties":{"k":{"type":"keyword"},"ip":{"type":"ip"},"n":{"type":"long"},"h":{"type":"half_float"},"f":{"type":"float"}}}`, kinds(), []string{`{"k":"a"}`})
	refuses(t, `{"a":{"range":{"field":"h","ranges":[{"from":1e10}]}}}`, s, "[half_float] supports only finite values, but got [1.0E10]")
	refuses(t, `{"a":{"range":{"field":"f","ranges":[{"to":1e39}]}}}`, s, "[float] supports only finite values, but got [Infinity]")
	refuses(t, `{"a":{"weighted_avg":{"value":{"field":"ip","missing":3},"weight":{"field":"n"}}}}`, s, "Expected numeric type on field [ip], but got [ip]")
	refuses(t, `{"a":{"weighted_avg":{"value":{"fields":"n"},"weight":{"field":"n"}}}}`, s, "[field_config] unknown field [fields] did you mean [field]?")
	refuses(t, `{"a":{"terms":{"field":"n","include":"<1-9>"}}}`, s, "Aggregation [a] cannot support regular expression style include/exclude settings")
	refuses(t, `{"a":{"terms":{"field":"k","include":"<1-9>"}}}`, s, "operator [<] of the regular expression [<1-9>] is not supported")
	refuses(t, `{"a":{"date_range":{"field":"n","ranges":[{"zz":1}]}}}`, s, "[range] unknown field [zz]")
	refuses(t, `{"a":{"percentile_ranks":{"zz":1}}}`, s, "[percentile_ranks] unknown field [zz]")
}
