package aggs_test

import "testing"

func TestTermsListNumbersWithoutDocuments(t *testing.T) {
	wants(t, `{"f":{"filter":{"term":{"k":"cid"}},"aggs":{"a":{"terms":{"field":"n","min_doc_count":0,"exclude":[9]}},"b":{"terms":{"field":"b","min_doc_count":0}}}}}`,
		`{"f":{"doc_count":1,"a":{"doc_count_error_upper_bound":0,"sum_other_doc_count":0,"buckets":[{"key":-1,"doc_count":1},{"key":5,"doc_count":0},{"key":7,"doc_count":0}]},
		"b":{"doc_count_error_upper_bound":0,"sum_other_doc_count":0,"buckets":[{"key":0,"key_as_string":"false","doc_count":0},{"key":1,"key_as_string":"true","doc_count":0}]}}}`, people(t))
}

func TestValuesForFieldsThatAreNotMapped(t *testing.T) {
	s := newShelf(t, "one", testMapping, kinds(), []string{`{"n":1}`})
	const head = `{"a":{"doc_count_error_upper_bound":0,"sum_other_doc_count":0,"buckets":[{"key":`
	for _, c := range []struct{ options, key string }{
		{`"missing":"x"`, `"x"`},
		{`"missing":"x","value_type":"string"`, `"x"`},
		{`"missing":5`, `5`},
		{`"missing":5.5`, `5.5`},
		{`"missing":"7","value_type":"long"`, `7`},
		{`"missing":7,"value_type":"double"`, `7.0`},
		{`"missing":false`, `"false"`},
		{`"missing":"2016-05-11","value_type":"date"`, `1462924800000,"key_as_string":"2016-05-11T00:00:00.000Z"`},
		{`"missing":1462924800000,"value_type":"date","format":"yyyy"`, `1462924800000,"key_as_string":"2016"`},
		{`"missing":"10.0.0.1","value_type":"ip"`, `"10.0.0.1"`},
	} {
		wants(t, `{"a":{"terms":{"field":"nope",`+c.options+`}}}`, head+c.key+`,"doc_count":1}]}}`, s)
	}
	wants(t, `{"a":{"avg":{"field":"nope","missing":2}}}`, `{"a":{"value":2.0}}`, s)
	wants(t, `{"a":{"date_histogram":{"field":"nope","calendar_interval":"year","missing":"2025-05-05"}}}`,
		`{"a":{"buckets":[{"key_as_string":"2025-01-01T00:00:00.000Z","key":1735689600000,"doc_count":1}]}}`, s)
	wants(t, `{"a":{"ip_range":{"field":"nope","missing":"10.1.1.1","ranges":[{"mask":"10.0.0.0/8"}]}}}`,
		`{"a":{"buckets":[{"key":"10.0.0.0/8","from":"10.0.0.0","to":"11.0.0.0","doc_count":1}]}}`, s)
}

func TestOptionsAreRefusedByName(t *testing.T) {
	s := people(t)
	for _, c := range []struct{ agg, text string }{
		{`{"terms":{"field":"k","size":"many"}}`, `[terms] failed to parse field [size]`},
		{`{"terms":{"field":"k","size":true}}`, `size doesn't support values of type: VALUE_BOOLEAN`},
		{`{"terms":{"field":"k","size":[1]}}`, `size doesn't support values of type: START_ARRAY`},
		{`{"terms":{"field":"k","show_term_doc_count_error":"perhaps"}}`, `only [true] or [false] are allowed`},
		{`{"terms":{"field":"k","order":{}}}`, `Must specify at least one field for [order]`},
		{`{"terms":{"field":"k","shard_size":0}}`, `[shardSize] must be greater than 0`},
		{`{"terms":{"field":"k","missing":[1]}}`, `missing doesn't support values of type: START_ARRAY`},
		{`{"terms":{"field":"k","format":"0.0"}}`, `Field [k] of type [keyword] does not support custom formats`},
		{`{"terms":{"field":"k","include":{"partition":0}}}`, `Missing [num_partitions]`},
		{`{"terms":{"field":"k","include":{"num_partitions":2}}}`, `Missing [partition]`},
		{`{"terms":{"field":"k","include":{"partition":0,"num_partitions":2},"exclude":["a"]}}`, `Cannot specify any excludes`},
		{`{"terms":{"field":"k","include":["a",["b"]]}}`, `include doesn't support values of type: START_ARRAY`},
		{`{"terms":{"field":"ip","include":["nowhere"]}}`, `nowhere`},
		{`{"histogram":{"field":"n","interval":"wide"}}`, `[histogram] failed to parse field [interval]`},
		{`{"histogram":{"field":"n","interval":1,"hard_bounds":{"min":2,"max":1}}}`, `max bound [1.0] must be greater than min bound [2.0]`},
		{`{"histogram":{"field":"n","interval":1,"extended_bounds":{"from":1}}}`, `unknown field [from]`},
		{`{"date_histogram":{"field":"t","fixed_interval":"1d","extended_bounds":{"min":[1]}}}`, `min doesn't support values of type: START_ARRAY`},
		{`{"date_histogram":{"field":"t","fixed_interval":"1d","extended_bounds":{"min":"soon"}}}`, `soon`},
		{`{"terms":{"field":"t","missing":true}}`, `failed to parse date field [true]`},
		{`{"terms":{"field":"n","format":"0#"}}`, `Malformed pattern "0#"`},
		{`{"terms":{"field":"nope","format":"0#","missing":1}}`, `Malformed pattern "0#"`},
	} {
		refuses(t, `{"a":`+c.agg+`}`, s, c.text)
	}
}

func TestNumbersMayBeTexts(t *testing.T) {
	wants(t, `{"a":{"terms":{"field":"k","size":"1","min_doc_count":"1","show_term_doc_count_error":"false"}}}`,
		`{"a":{"doc_count_error_upper_bound":0,"sum_other_doc_count":3,"buckets":[{"key":"ann","doc_count":2}]}}`, people(t))
	wants(t, `{"a":{"histogram":{"field":"n","interval":"100","offset":"50","min_doc_count":1.0,"keyed":"false"}}}`,
		`{"a":{"buckets":[{"key":-50.0,"doc_count":5}]}}`, people(t))
}
