package ecs_test

import (
	"testing"

	"github.com/vedette-siem/vedette/ingest/ecs"
)

func TestUnescape(t *testing.T) {
	for _, test := range []struct {
		text   string
		rounds int
		want   string
	}{
		{"plain", 2, "plain"}, {"", 2, ""}, {"100%", 2, "100%"}, {"%zz%2", 2, "%zz%2"}, {"a%20b", 1, "a b"},
		{"a%2520b", 1, "a%20b"}, {"a%2520b", 2, "a b"}, {"a%252520b", 2, "a%20b"}, {"%C3%a9", 1, "é"}, {"%%41", 1, "%A"},
	} {
		if got := string(ecs.Unescape([]byte("kept"), []byte(test.text), test.rounds)); got != "kept"+test.want {
			t.Errorf("%s in %d rounds: %q", test.text, test.rounds, got)
		}
	}
}

func TestNanos(t *testing.T) {
	for text, want := range map[string]int64{"0": 0, "0.001": 1e6, "12": 12e9, "1.5": 15e8, "0.1234567899": 123456789, "9000000000": 9e18} {
		if got, ok := ecs.Nanos([]byte(text)); !ok || got != want {
			t.Errorf("%s: %d, %v", text, got, ok)
		}
	}
	for _, text := range []string{"", "-", "-1", "-0.5", "x", "1.x", ".5", "1e3", "9000000001", "99999999999999999999"} {
		if got, ok := ecs.Nanos([]byte(text)); ok {
			t.Errorf("%q: %d", text, got)
		}
	}
}

func TestForwardedAddressesAreTheFirstAndAllRelated(t *testing.T) {
	b := begin(ecs.Options{})
	b.Forwarded([]byte("unknown, 198.51.100.7,2001:db8::1 , 198.51.100.7"))
	want := `"network":{"forwarded_ip":"198.51.100.7"},"related":{"ip":["198.51.100.7","2001:db8::1"]}}`
	if got := own(b.Document("i").Source); len(got) < len(want) || got[len(got)-len(want):] != want {
		t.Errorf("%s", got)
	}
}
