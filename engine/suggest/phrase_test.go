package suggest

import (
	"errors"
	"strings"
	"testing"
)

// fiveOf is a text of so many words, of which each has five others.
func fiveOf(words int) []set {
	out := make([]set, words)
	for i := range out {
		out[i].given = choice{word: "w", distance: 1, given: true}
		for _, w := range strings.Split("a b c d e", " ") {
			out[i].others = append(out[i].others, choice{word: w, distance: 0.5})
		}
	}
	return out
}

func TestPhrasesAreTriedOnlySoOften(t *testing.T) {
	f := func(most int, want bool) {
		t.Helper()
		x := &Index{Stop: func() error { return nil }, Take: func(int64) error { return nil }}
		c := &correcting{sets: fiveOf(3), limit: 5, most: most, stop: x.Stop,
			likely: &likelihoods{words: &words{index: x}, model: stupidBackoff(0.4), real: 0.95, grams: 1, known: map[string]int64{}}}
		if _, _, err := c.best(3, 0); (err == nil) != want {
			t.Errorf("%d: %v", most, err)
		}
	}
	f(6+6*6+6*6*6, true)
	f(6+6*6+6*6*6-1, false)
}

func TestPhrasesStopWithTheirRequest(t *testing.T) {
	x := &Index{Stop: func() error { return errGone }, Take: func(int64) error { return nil }}
	c := &correcting{sets: fiveOf(5), limit: 5, most: maxPaths, stop: x.Stop,
		likely: &likelihoods{words: &words{index: x}, model: stupidBackoff(0.4), real: 0.95, grams: 1, known: map[string]int64{}}}
	if _, _, err := c.best(5, 0); err != errGone {
		t.Error(err)
	}
}

var errGone = errors.New("the client is gone")

func TestHowManyWordsMayBeWrong(t *testing.T) {
	f := func(maxErrors float32, words, want int) {
		t.Helper()
		if got := numberOf(maxErrors, words); got != want {
			t.Errorf("%v of %d: got %d, want %d", maxErrors, words, got, want)
		}
	}
	f(0.5, 4, 2)
	f(0.5, 3, 2)
	f(0.1, 3, 1)
	f(1, 3, 1)
	f(2.9, 3, 2)
}
