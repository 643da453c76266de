package aggs_test

import (
	"errors"
	"testing"

	"github.com/vedette-siem/vedette/engine/aggs"
	"github.com/vedette-siem/vedette/engine/eserr"
)

// What Elasticsearch 8.19 says, asked for.
func TestRefusalsOfDefinitions(t *testing.T) {
	for _, c := range []struct{ body, text string }{
		{`{"a":{"terms":{"field":"k"},"aggs":1}}`, "parsing_exception: Expected [START_OBJECT] under [aggs], but got a [VALUE_NUMBER] in [a]"},
		{`{"a":{"terms":{"field":"k"},"x":1}}`, "parsing_exception: Expected [START_OBJECT] under [x], but got a [VALUE_NUMBER] in [a]"},
		{`{"a":{"terms":{"field":"k","shard_size":-1}}}`, "x_content_parse_exception: [terms] failed to parse field [shard_size]: illegal_argument_exception: [shardSize] must be greater than 0. Found [-1] in [a]"},
		{`{"a":{"significant_terms":{"field":"k","shard_size":-1}}}`,
			"x_content_parse_exception: [significant_terms] failed to parse field [shard_size]: illegal_argument_exception: [shardSize] must be greater than 0. Found [-1] in [a]"},
		{`{"a":{"avg":{"field":"n","value_type":"zzz"}}}`, "x_content_parse_exception: [avg] failed to parse field [value_type]: illegal_argument_exception: Unknown value type [zzz]"},
		{`{"a":{"terms":{"field":"n","value_type":""}}}`, "x_content_parse_exception: [terms] failed to parse field [value_type]: illegal_argument_exception: Unknown value type []"},
		{`{"a":{"terms":{"field":"k","execution_hint":5}}}`, "x_content_parse_exception: [terms] execution_hint doesn't support values of type: VALUE_NUMBER"},
		{`{"a":{"histogram":{"field":"n","interval":1},"aggs":{"p":{"bucket_script":{"gap_policy":"x"}}}}}`,
			"x_content_parse_exception: [bucket_script] failed to parse field [gap_policy]: parsing_exception: Invalid gap policy: [x], accepted values: [insert_zeros, skip, keep_values]"},
		{`{"a":{"termz":{}}}`, "parsing_exception: Unknown aggregation type [termz] did you mean [terms]?: named_object_not_found_exception: unknown field [termz]"},
		{`{"a":{"avg":{"field":true}}}`, "x_content_parse_exception: [avg] field doesn't support values of type: VALUE_BOOLEAN"},
		{`{"a":{"avg":{"field":null}}}`, "x_content_parse_exception: [avg] field doesn't support values of type: VALUE_NULL"},
		{`{"a":{"aggs":{"b":{"min":{"x":1}}},"terms":{"y":1}}}`, "x_content_parse_exception: [min] unknown field [x]"},
		{`{"a":{"terms":{"y":1},"aggs":{"b":{"min":{"x":1}}}}}`, "x_content_parse_exception: [terms] unknown field [y]"},
		{`{"a":{"ip_prefix":{"prefix_length":-1,"is_ipv6":true,"field":"ip"}}}`,
			"x_content_parse_exception: [ip_prefix] failed to parse field [prefix_length]: illegal_argument_exception: [prefix_length] must be in range [0, 32] while value is [-1]"},
		{`{"a":{"ip_prefix":{"is_ipv6":true,"prefix_length":-1,"field":"ip"}}}`,
			"x_content_parse_exception: [ip_prefix] failed to parse field [prefix_length]: illegal_argument_exception: [prefix_length] must be in range [0, 128] while value is [-1]"},
	} {
		_, err := aggs.Parse([]byte(c.body))
		var e *eserr.Error
		if !errors.As(err, &e) || e.Error() != c.text {
			t.Errorf("%s\n got %v\nwant %s", c.body, err, c.text)
		}
	}
}

func TestHardBoundsAreHeldAgainstKeysWithoutTheOffset(t *testing.T) {
	s := newShelf(t, "i", testMapping, kinds(), []string{`{"n":1}`, `{"n":2}`, `{"n":3}`, `{"n":7}`})
	wants(t, `{"a":{"histogram":{"field":"n","interval":5,"offset":2,"hard_bounds":{"min":0,"max":1}}}}`, `{"a":{"buckets":[{"key":2.0,"doc_count":2}]}}`, s)
}

func TestAnExecutionHintThatThereIsNotIsRefusedForTexts(t *testing.T) {
	s := newShelf(t, "i", testMapping, kinds(), []string{`{"k":"x","n":1}`})
	for _, kind := range []string{"terms", "significant_terms"} {
		refuses(t, `{"a":{"`+kind+`":{"field":"k","execution_hint":"zzz"}}}`, s, "Unknown `execution_hint`: [zzz], expected any of [map, global_ordinals]")
		for _, fine := range []string{`"field":"k","execution_hint":"map"`, `"field":"n","execution_hint":"zzz"`} {
			if _, err := ask(t, `{"a":{"`+kind+`":{`+fine+`}}}`, false, s); err != nil {
				t.Errorf("%s with %s: %v", kind, fine, err)
			}
		}
	}
	refuses(t, `{"a":{"cardinality":{"field":"n","execution_hint":"map"}}}`, s, "Invalid execution mode for cardinality aggregation.  Got [map]expected one of [global_ordinal, segment_ordinal, direct]")
}
