package suggest

import "testing"

// The numbers are those that Elasticsearch 8.19 gave for the words, and Lucene's own tests'.
func TestDistances(t *testing.T) {
	f := func(name, a, b string, want float32) {
		t.Helper()
		d, err := parseDistance(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := d([]rune(a), []rune(b)); got-want > 1e-6 || want-got > 1e-6 {
			t.Errorf("%s of %q and %q: got %v, want %v", name, a, b, got, want)
		}
	}
	f("damerau_levenshtein", "quikc", "quick", 0.8)
	f("damerau_levenshtein", "elasticsaerch", "elasticsearch", 0.9230769)
	f("damerau_levenshtein", "same", "same", 1)
	f("levenshtein", "quikc", "quick", 0.6)
	f("levenshtein", "serch", "search", 0.8333333)
	f("levenshtein", "elasticsaerch", "elasticsearch", 0.84615386)
	f("jaro_winkler", "quikc", "quick", 0.9533333)
	f("jaro_winkler", "serch", "search", 0.95555556)
	f("jaro_winkler", "elasticsaerch", "elasticsearch", 0.99013805)
	f("jaro_winkler", "abc", "xyz", 0)
	f("ngram", "quikc", "quick", 0.7)
	f("ngram", "serch", "search", 0.75)
	f("ngram", "elasticsaerch", "elasticsearch", 0.84615386)
	f("ngram", "a", "ab", 0.5)
	f("ngram", "", "", 0)
}

func TestUnknownDistancesAreRefused(t *testing.T) {
	if _, err := parseDistance("soundex"); err == nil || err.Error() != "illegal_argument_exception: Illegal distance option soundex" {
		t.Error(err)
	}
}

func TestTextsAreMeasuredAsJavaDoes(t *testing.T) {
	if got := units("aé😀"); got != 4 {
		t.Errorf("got %d units", got)
	}
}
