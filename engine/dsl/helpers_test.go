package dsl

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// parses checks the printed form of queries, given as body and want in turn.
func parses(t *testing.T, pairs ...string) {
	t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		q, err := Parse(json.RawMessage(pairs[i]))
		if err != nil {
			t.Errorf("%s: %v", pairs[i], err)
			continue
		}
		if got := Format(q); got != pairs[i+1] {
			t.Errorf("%s\n got %s\nwant %s", pairs[i], got, pairs[i+1])
		}
	}
}

// A refusal is a query and what is said to it: the type of the error and a part of its reason or of a cause's.
type refusal struct{ body, kind, reason string }

func refuses(t *testing.T, cases ...refusal) {
	t.Helper()
	for _, c := range cases {
		q, err := Parse(json.RawMessage(c.body))
		if err == nil {
			t.Errorf("%s: got %s, want an error", c.body, Format(q))
			continue
		}
		checkError(t, c.body, err, c.kind, c.reason)
	}
}

func checkError(t *testing.T, what string, err error, kind, reason string) {
	t.Helper()
	var e *eserr.Error
	if !errors.As(err, &e) {
		t.Errorf("%s: %v is not an *eserr.Error", what, err)
		return
	}
	if e.Type != kind || e.Status != 400 {
		t.Errorf("%s: got %d %s (%s), want 400 %s", what, e.Status, e.Type, e.Reason, kind)
	}
	if !strings.Contains(err.Error(), reason) {
		t.Errorf("%s:\n got %s\nwant %s", what, err, reason)
	}
}
