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
