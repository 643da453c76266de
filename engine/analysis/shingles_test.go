package analysis

import (
	"fmt"
	"strings"
	"testing"
)

// The tokens are those of Elasticsearch 8.19's _analyze.
func TestShingles(t *testing.T) {
	f := func(o options, text, want string) {
		t.Helper()
		s, err := parseShingles(o)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, span := range s.filter(stop(englishStopWords(), false)(standardTokens(text))) {
			got = append(got, fmt.Sprintf("%s@%d[%d-%d]", span.Term, span.Position, span.Start, span.End))
		}
		if strings.Join(got, " | ") != want {
			t.Errorf("%v, %q:\ngot  %s\nwant %s", o, text, strings.Join(got, " | "), want)
		}
	}
	f(options{}, "quick brown fox", "quick@0[0-5] | quick brown@0[0-11] | brown@1[6-11] | brown fox@1[6-15] | fox@2[12-15]")
	f(options{"max_shingle_size": "3"}, "quick brown fox", "quick@0[0-5] | quick brown@0[0-11] | quick brown fox@0[0-15] | brown@1[6-11] | brown fox@1[6-15] | fox@2[12-15]")
	f(options{}, "the quick fox is here",
		"_ quick@0[4-9] | quick@1[4-9] | quick fox@1[4-13] | fox@2[10-13] | fox _@2[10-17] | _ here@3[17-21] | here@4[17-21]")
	f(options{"output_unigrams": "false", "token_separator": "_", "filler_token": "*"}, "the quick brown", "*_quick@0[4-9] | quick_brown@1[4-15]")
	f(options{"max_shingle_size": "3"}, "quick the the the the fox",
		"quick@0[0-5] | quick _@0[0-22] | quick _ _@0[0-22] | _ _ fox@1[22-25] | _ fox@2[22-25] | fox@3[22-25]")
	f(options{"min_shingle_size": "3", "max_shingle_size": "3"}, "quick the fox", "quick@0[0-5] | quick _ fox@0[0-13]")
	f(options{"output_unigrams": "false"}, "one", "")
	f(options{"output_unigrams": "false", "output_unigrams_if_no_shingles": "true"}, "one", "one@0[0-3]")
	f(options{"output_unigrams": "false", "output_unigrams_if_no_shingles": "true"}, "one two", "one two@0[0-7]")
}

func TestShinglesThatAreRefused(t *testing.T) {
	f := func(o options, want string) {
		t.Helper()
		if _, err := parseShingles(o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v", o, err)
		}
	}
	f(options{"max_shingle_size": "9"}, "must be less than or equal to: [3] but was [8]")
	f(options{"min_shingle_size": "3"}, "Min shingle size must be <= max shingle size")
	f(options{"min_shingle_size": "1"}, "Min shingle size must be >= 2")
	f(options{"max_shingle_size": "1"}, "Max shingle size must be >= 2")
}
