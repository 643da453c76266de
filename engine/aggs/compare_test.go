package aggs_test

import (
	"encoding/json"
	"fmt"
	"math"
	"testing"
)

// near checks an answer whose numbers may differ by rounding.
func near(t *testing.T, request, want string, shelves ...shelf) {
	t.Helper()
	got, err := ask(t, request, false, shelves...)
	if err != nil {
		t.Fatalf("%s: %v", request, err)
	}
	var a, b any
	if err := json.Unmarshal([]byte(got), &a); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(want), &b); err != nil {
		t.Fatal(err)
	}
	if d := difference(a, b, "answer"); d != "" {
		t.Errorf("%s\n got %s\nwant %s\n%s", request, got, want, d)
	}
}

// difference tells where two decoded answers differ by more than rounding; empty if nowhere.
func difference(a, b any, path string) string {
	if _, ok := b.(anything); ok {
		return ""
	}
	switch x := a.(type) {
	case float64:
		y, ok := b.(float64)
		if !ok || math.Abs(x-y) > 1e-9*max(1, math.Abs(x), math.Abs(y)) {
			return fmt.Sprintf("%s: %v is not %v", path, a, b)
		}
	case map[string]any:
		y, ok := b.(map[string]any)
		if !ok || len(x) != len(y) {
			return fmt.Sprintf("%s: %v is not %v", path, a, b)
		}
		for key := range x {
			if d := difference(x[key], y[key], path+"."+key); d != "" {
				return d
			}
		}
	case []any:
		y, ok := b.([]any)
		if !ok || len(x) != len(y) {
			return fmt.Sprintf("%s: %v is not %v", path, a, b)
		}
		for i := range x {
			if d := difference(x[i], y[i], fmt.Sprintf("%s[%d]", path, i)); d != "" {
				return d
			}
		}
	default:
		if a != b {
			return fmt.Sprintf("%s: %v is not %v", path, a, b)
		}
	}
	return ""
}

// anything is a value that is not compared.
type anything struct{}
