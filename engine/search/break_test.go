package search

import (
	"slices"
	"testing"
)

// The answers are those of BreakIterator of Java 17, in runes.
func TestWordsBreakAsInJava(t *testing.T) {
	for _, c := range []struct {
		text string
		want []int
	}{
		{"", []int{0}},
		{"user@example.com 10.0.0.1. x-y, it's", []int{0, 4, 5, 16, 17, 25, 26, 27, 30, 31, 32, 36}},
		{"$3.5% 3,4 a_b a1b2 日本東京カタひら 42.x", []int{0, 5, 6, 9, 10, 13, 14, 18, 19, 23, 25, 27, 28, 30, 31, 32}},
		{"4. \n über! 2024-05-06", []int{0, 1, 2, 4, 5, 9, 10, 11, 15, 16, 18, 19, 21}},
		{"e\u0301a 😀.", []int{0, 3, 4, 5, 6}},
	} {
		if got := wordBreaks([]rune(c.text)); !slices.Equal(got, c.want) {
			t.Errorf("%q breaks at %v, want %v", c.text, got, c.want)
		}
	}
}

func TestSentencesBreakAsInJava(t *testing.T) {
	for _, c := range []struct {
		text string
		want []int
	}{
		{"", []int{0}},
		{". A b. c 日本. 日本. <b>& x", []int{0, 2, 13, 17, 23}},
		{"a. 😀 b. (x) c! d? \"q\" 3. 4. \n über É", []int{0, 8, 15, 18, 36}},
		{"e. -7 wh?t! a+b!\nx.\nAb. 42. \"Q\". (y) z. \"\n", []int{0, 9, 12, 17, 20, 28, 33, 42}},
		{"wh?t über. 😀", []int{0, 3, 9, 10, 12}}, // where the text ends too early for Java to tell
		{"यह। वह", []int{0, 4, 6}},
	} {
		if got := sentenceBreaks([]rune(c.text)); !slices.Equal(got, c.want) {
			t.Errorf("%q breaks at %v, want %v", c.text, got, c.want)
		}
	}
}
