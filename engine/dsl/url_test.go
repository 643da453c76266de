package dsl

import (
	"testing"

	"github.com/vedette-siem/vedette/engine/eserr"
)

func TestFromURL(t *testing.T) {
	f := func(want string, params map[string]string) {
		t.Helper()
		q, err := FromURL(params)
		if err != nil {
			t.Errorf("%v: %v", params, err)
			return
		}
		if got := Format(q); got != want {
			t.Errorf("%v: got %s, want %s", params, got, want)
		}
	}
	f(`query_string("a:b")`, map[string]string{"q": "a:b", "size": "3"})
	f(`query_string("a" default_field=f default_operator=and analyze_wildcard=true)`,
		map[string]string{"q": "a", "df": "f", "default_operator": "AND", "analyze_wildcard": "", "lenient": "true"})
	if q, err := FromURL(map[string]string{"df": "f"}); q != nil || err != nil {
		t.Errorf("without q: got %v, %v", q, err)
	}
}

func TestFromURLTakesLeniencyAsGiven(t *testing.T) {
	for text, want := range map[string]bool{"true": true, "": true, "false": false} {
		q, err := FromURL(map[string]string{"q": "a", "lenient": text})
		if err != nil || *q.(*QueryString).Lenient != want {
			t.Errorf("%q: got %v, %v", text, q, err)
		}
	}
}

func TestFromURLRefuses(t *testing.T) {
	f := func(name, value, reason string) {
		t.Helper()
		_, err := FromURL(map[string]string{"q": "a", name: value})
		checkError(t, name, err, eserr.IllegalArgument, reason)
	}
	f("default_operator", "xor", "No enum constant org.elasticsearch.index.query.Operator.XOR")
	f("analyze_wildcard", "yes", "as only [true] or [false] are allowed.")
	f("lenient", "1", "as only [true] or [false] are allowed.")
}
