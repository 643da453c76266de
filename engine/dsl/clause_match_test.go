package dsl

import (
	"testing"

	"github.com/vedette-siem/vedette/engine/eserr"
)

func TestMatch(t *testing.T) {
	parses(t,
		`{"match": {"a": "x y"}}`, `match(a:"x y")`,
		`{"match": {"a": 5}}`, `match(a:5)`,
		`{"match": {"a": {"query": true, "operator": "AND", "minimum_should_match": 2, "lenient": "true", "zero_terms_query": "ALL"}}}`,
		`match(a:true operator=and minimum_should_match=2 zero_terms_query=all lenient=true)`,
		`{"match": {"a": {"query": "x", "analyzer": "simple", "fuzziness": "AUTO", "prefix_length": 1, "max_expansions": 5, "fuzzy_transpositions": true,
			"fuzzy_rewrite": "constant_score", "auto_generate_synonyms_phrase_query": false}}}`, `match(a:x analyzer=simple fuzziness=AUTO)`,
	)
	refuses(t,
		refusal{`{"match": {"a": {"query": "x", "foo": 1}}}`, eserr.Parsing, "[match] query does not support [foo]"},
		refusal{`{"match": {"a": {"query": "x", "cutoff_frequency": 1}}}`, eserr.Parsing, "[match] query does not support [cutoff_frequency]"},
		refusal{`{"match": {"a": {"query": ["x"]}}}`, eserr.Parsing, "[match] unknown token [START_ARRAY] after [query]"},
		refusal{`{"match": {"a": ["x"]}}`, eserr.Parsing, "[match] unknown token [START_ARRAY] after [a]"},
		refusal{`{"match": {"a": "x", "b": "y"}}`, eserr.Parsing, "[match] query doesn't support multiple fields, found [a] and [b]"},
		refusal{`{"match": {}}`, eserr.Parsing, "No text specified for text query"},
		refusal{`{"match": {"a": {"query": "x", "operator": "xor"}}}`, eserr.IllegalArgument, "No enum constant org.elasticsearch.index.query.Operator.XOR"},
		refusal{`{"match": {"a": {"query": "x", "zero_terms_query": "some"}}}`, eserr.Parsing, "Unsupported zero_terms_query value [some]"},
		refusal{`{"match": {"a": {"query": "x", "prefix_length": 1e300}}}`, eserr.IllegalArgument, "out of range"},
	)
}
