package dsl

import (
	"testing"

	"github.com/vedette-siem/vedette/engine/eserr"
)

func TestFunctionScoreRefusals(t *testing.T) {
	refuses(t,
		refusal{`{"function_score": {"functions": [{"filter": {"match_all": {}}}]}}`, eserr.Parsing, "an entry in functions list is missing a function."},
		refusal{`{"function_score": {"weight": 1, "functions": [{"weight": 2}]}}`, eserr.Parsing, "already found [functions] array, now encountering [weight]."},
		refusal{`{"function_score": {"functions": [{"gauss": {"a": {"scale": "1d"}}, "exp": {}}]}}`, eserr.Parsing, "already found function [gauss], now encountering [exp]."},
		refusal{`{"function_score": {"gauss": {"a": {"origin": 1}}}}`, eserr.Parsing, "both [scale] and [origin] must be set"},
		refusal{`{"function_score": {"boost_mode": "nonsense"}}`, eserr.IllegalArgument, "No enum constant org.elasticsearch.common.lucene.search.function.CombineFunction.NONSENSE"},
		refusal{`{"function_score": {"field_value_factor": {"factor": 2}}}`, eserr.Parsing, "required field 'field' missing"},
		refusal{`{"function_score": {"foo": 1}}`, eserr.Parsing, "[function_score] query does not support [foo]"},
		refusal{`{"function_score": {"script_score": {"script": "1"}}}`, eserr.IllegalArgument, "scripts are not supported"},
	)
}

func TestOtherScoringRefusals(t *testing.T) {
	refuses(t,
		refusal{`{"terms_set": {"a": {"terms": ["x"]}}}`, eserr.IllegalArgument, "No minimum should match has been specified"},
		refusal{`{"distance_feature": {"field": "a", "pivot": "1d"}}`, eserr.IllegalArgument, "Required [field, origin, pivot]"},
		refusal{`{"wrapper": {}}`, eserr.Parsing, "no [query] specified"},
		refusal{`{"geo_distance": {"a": [1, 2]}}`, eserr.Parsing, "requires 'distance'"},
		refusal{`{"geo_distance": {"distance": "0m", "a": [1, 2]}}`, eserr.IllegalArgument, "distance must be greater than zero"},
		refusal{`{"geo_distance": {"distance": "1m"}}`, eserr.IllegalArgument, "requires fieldName"},
		refusal{`{"geo_bounding_box": {"a": {"top": 1, "left": 0}}}`, eserr.Parsing, "two opposite corners"},
		refusal{`{"geo_bounding_box": {"a": {"top": 1, "left": 0, "bottom": 2, "right": 1}}}`, eserr.IllegalArgument, "top is below bottom corner"},
	)
}
