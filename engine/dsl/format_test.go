package dsl

import (
	"encoding/json"
	"testing"
)

func TestFormatPrintsPrimitives(t *testing.T) {
	f := func(q Query, want string) {
		t.Helper()
		if got := Format(q); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	f(&MatchAll{}, `*:*`)
	f(&MatchAll{Base: Boosted(0)}, `(*:*)^0`)
	f(&Term{Field: "a", Value: json.Number("1")}, `a:1`)
	f(&Term{Field: "a", Value: "b c"}, `a:"b c"`)
	f(&Terms{Field: "a", Values: []any{true, ""}}, `a:(true "")`)
	f(&Range{Field: "a", From: json.Number("1"), IncludeTo: true}, `a:{1 TO *]`)
	f(&Phrase{Field: "a", Terms: []PhraseTerm{{[]string{"x", "y"}, 0}, {[]string{"z"}, 3}}, Slop: 1, LastIsPrefix: true}, `a:"x/y ? ? z*"~1`)
	f(&Bool{Must: []Query{&IDs{Values: []string{"1"}}}, MustNot: []Query{&MatchNone{}}}, `(+_id:(1) -MatchNoDocsQuery)`)
	f(&DisMax{Queries: []Query{&Exists{Field: "a"}}, TieBreaker: 0.5}, `(_exists_:a)~0.5`)
}

func TestBaseBoostsByOneUnlessItSaysOtherwise(t *testing.T) {
	if got := (&Term{}).Boost(); got != 1 {
		t.Errorf("got %v, want 1", got)
	}
	if got := (&Term{Base: Boosted(0)}).Boost(); got != 0 {
		t.Errorf("got %v, want 0", got)
	}
	if got := boosted(&Term{Base: Boosted(3)}, 0.5).Boost(); got != 1.5 {
		t.Errorf("got %v, want 1.5", got)
	}
}
