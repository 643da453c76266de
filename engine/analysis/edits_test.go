package analysis

import "testing"

func TestEdits(t *testing.T) {
	for _, c := range []struct {
		a, b  string
		swaps bool
		want  int
	}{{"", "", true, 0}, {"abc", "abc", true, 0}, {"abc", "abd", true, 1}, {"abc", "ab", true, 1}, {"abc", "bac", true, 1}, {"abc", "bac", false, 2}, {"kitten", "sitting", true, 3}, {"ä", "a", true, 1}, {"", "xyz", true, 3}} {
		if got := Edits([]rune(c.a), []rune(c.b), c.swaps); got != c.want {
			t.Errorf("Edits(%q, %q, %v) = %d, want %d", c.a, c.b, c.swaps, got, c.want)
		}
	}
}
