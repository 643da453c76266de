package dsl

import "testing"

func TestEdits(t *testing.T) {
	f := func(fuzziness, word string, want int) {
		t.Helper()
		if got, err := edits(fuzziness, word); err != nil || got != want {
			t.Errorf("%q of %q: got %d, %v, want %d", fuzziness, word, got, err, want)
		}
	}
	f("", "ab", 0)
	f("AUTO", "abc", 1)
	f("auto", "abcde", 1)
	f("AUTO", "abcdef", 2)
	f("AUTO", "éé", 0)
	f("AUTO:0,0", "", 2)
	f("AUTO: 2, 4", "ab", 1)
	f("0", "abcdef", 0)
	f("1", "a", 1)
	f("2.0", "a", 2)
	for _, bad := range []string{"3", "-1", "0.5", "x", "AUTO:", "AUTO:1", "AUTO:a,b", "AUTO:4,2", "NaN"} {
		if got, err := edits(bad, "abc"); err == nil {
			t.Errorf("%q: got %d, want an error", bad, got)
		}
	}
}
