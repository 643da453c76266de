package analysis

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/storage/document"
	"pgregory.net/rapid"
)

func terms(t *testing.T, r *Registry, analyzer, text string) []string {
	t.Helper()
	tokens, err := r.Analyze(analyzer, text)
	if err != nil {
		t.Fatalf("%s: %v", analyzer, err)
	}
	var out []string
	for _, token := range tokens {
		out = append(out, token.Term)
	}
	return out
}

func TestBuiltInAnalyzers(t *testing.T) {
	f := func(analyzer, text, want string) {
		t.Helper()
		if got := strings.Join(terms(t, nil, analyzer, text), "|"); got != want {
			t.Errorf("%s: %q gives %q, want %q", analyzer, text, got, want)
		}
	}
	f("", "The 2 QUICK Brown-Foxes jumped over the lazy dog's bone.", "the|2|quick|brown|foxes|jumped|over|the|lazy|dog's|bone")
	f("standard", "iam.amazonaws.com said 10.0.0.1, port=443; 1,000.5 foo:bar", "iam.amazonaws.com|said|10.0.0.1|port|443|1,000.5|foo:bar")
	f("standard", "arn:aws:iam::123456789012:user/bob_smith a.1 1.a x_ _ __y 'q'", "arn:aws:iam|123456789012|user|bob_smith|a|1|1|a|x_|__y|q")
	f("standard", "i-0abc eni_1:2", "i|0abc|eni_1|2")
	f("standard", "Größe ÄÖÜ naïve", "größe|äöü|naïve")
	f("standard", "東京 カタカナ", "東|京|カタカナ")
	f("standard", "a 😀😀 b © ❤️ 👍🏽", "a|😀|😀|b|©|❤️|👍🏽")
	f("standard", "👨\u200d👩\u200d👧 🇩🇪🇫🇷 #️⃣ 1️⃣ 12", "👨\u200d👩\u200d👧|🇩🇪|🇫🇷|#️⃣|1️⃣|12")
	f("standard", "ภาษาไทย x", "ภาษาไทย|x")
	f("standard", "", "")
	f("standard", " .,;:'_ ", "")
	f("simple", "The 2 QUICK-Foxes", "the|quick|foxes")
	f("whitespace", "The 2\tQUICK-Foxes ", "The|2|QUICK-Foxes")
	f("keyword", "The 2 QUICK-Foxes", "The 2 QUICK-Foxes")
	f("stop", "The quick fox and the dog", "quick|fox|dog")
	f("english", "The dogs' owner's houses were running", "dog|owner|hous|were|run")
	f("pattern", "Foo, bar-BAZ_1", "foo|bar|baz_1")
}

func TestStopWordsLeaveGaps(t *testing.T) {
	tokens, err := (*Registry)(nil).Analyze("stop", "alarm of the house")
	want := []document.Token{{Term: "alarm", Position: 0}, {Term: "house", Position: 3}}
	if err != nil || !reflect.DeepEqual(tokens, want) {
		t.Errorf("%v, %v", tokens, err)
	}
}

func TestSpansName(t *testing.T) {
	spans, err := (*Registry)(nil).Spans("standard", "über 42")
	want := []Span{
		{Token: document.Token{Term: "über", Position: 0}, Start: 0, End: 5, Type: "<ALPHANUM>"},
		{Token: document.Token{Term: "42", Position: 1}, Start: 6, End: 8, Type: "<NUM>"},
	}
	if err != nil || !reflect.DeepEqual(spans, want) {
		t.Errorf("%v, %v", spans, err)
	}
}

func TestLongWordsAreCut(t *testing.T) {
	for _, letter := range []string{"a", "ä"} {
		got := terms(t, nil, "standard", strings.Repeat(letter, 600))
		if len(got) != 3 || utf8.RuneCountInString(got[0]) != 255 || utf8.RuneCountInString(got[2]) != 90 {
			t.Errorf("%q: %d pieces", letter, len(got))
		}
	}
}

func TestTheFastWayIsTheSlowOne(t *testing.T) {
	alphabet := []rune("aB9_:.,;' -/é")
	rapid.Check(t, func(t *rapid.T) {
		text := string(rapid.SliceOfN(rapid.SampledFrom(alphabet[:len(alphabet)-1]), 0, 30).Draw(t, "text"))
		fast, _ := (*Registry)(nil).Analyze("standard", text)
		// A letter that is not ASCII, far enough away, makes the same text go through the segmenter.
		slow, _ := (*Registry)(nil).Analyze("standard", text+"\n\né")
		if len(slow) != len(fast)+1 {
			t.Fatalf("%q: %v and %v", text, fast, slow)
		}
		for i, token := range fast {
			if token != slow[i] {
				t.Fatalf("%q: %v and %v", text, fast, slow)
			}
		}
	})
}

func TestCustomAnalyzers(t *testing.T) {
	r, err := NewRegistry([]byte(`{
		"analyzer": {
			"folding": {"tokenizer": "standard", "filter": ["lowercase", "asciifolding"]},
			"listed": {"type": "custom", "tokenizer": "whitespace", "filter": "lowercase,my_stop"},
			"path": {"tokenizer": "dirs"},
			"csv": {"type": "pattern", "pattern": ",", "lowercase": "false"},
			"nostop": {"type": "english", "stopwords": "_none_"},
			"short": {"type": "standard", "max_token_length": "3"},
			"prefixes": {"tokenizer": "keyword", "filter": ["lowercase", "edges"]},
			"html": {"tokenizer": "standard", "char_filter": ["html_strip", "signs"]},
			"first": {"tokenizer": "groups"},
			"default": {"tokenizer": "keyword", "filter": ["uppercase"]}
		},
		"tokenizer": {"dirs": {"type": "path_hierarchy"}, "groups": {"type": "pattern", "pattern": "(\\w+)=", "group": 1}},
		"filter.my_stop.type": "stop",
		"filter": {"my_stop": {"stopwords": ["foo"]}, "edges": {"type": "edge_ngram", "min_gram": 2, "max_gram": 4}},
		"char_filter": {"signs": {"type": "mapping", "mappings": ["& => and"]}},
		"normalizer": {"tidy": {"filter": ["lowercase", "trim", "asciifolding"]}}
	}`))
	if err != nil {
		t.Fatal(err)
	}
	f := func(analyzer, text, want string) {
		t.Helper()
		if got := strings.Join(terms(t, r, analyzer, text), "|"); got != want {
			t.Errorf("%s: %q gives %q, want %q", analyzer, text, got, want)
		}
	}
	f("folding", "Ärger Œuvre", "arger|oeuvre")
	f("listed", "FOO bar", "bar")
	f("path", "/a/b/c", "/a|/a/b|/a/b/c")
	f("csv", "A b,C", "A b|C")
	f("nostop", "the dogs", "the|dog")
	f("short", "abcdefg", "abc|def|g")
	f("prefixes", "Alarm", "al|ala|alar")
	f("html", "<b>a</b> & b", "a|and|b")
	f("first", "a=1 b=2", "a|b")
	f("", "mixed Case", "MIXED CASE")
	f("standard", "mixed Case", "mixed|case")
	if got, err := r.Normalize("tidy", " ÄB "); got != "ab" || err != nil {
		t.Errorf("normalized to %q, %v", got, err)
	}
	if got, err := r.Normalize("lowercase", "ÄB"); got != "äb" || err != nil {
		t.Errorf("lower-cased to %q, %v", got, err)
	}
}

func TestRefusals(t *testing.T) {
	f := func(settings, want string) {
		t.Helper()
		_, err := NewRegistry([]byte(settings))
		var refusal *eserr.Error
		if !errors.As(err, &refusal) || refusal.Type != eserr.IllegalArgument || !strings.HasPrefix(refusal.Reason, want) {
			t.Errorf("%s: %v", settings, err)
		}
	}
	f(`[]`, "Failed to parse index.analysis")
	f(`{"analyzer": {"a": 1}}`, "Failed to parse index.analysis: [analyzer.a] must be an object")
	f(`{"analyzer": {"a": {}}}`, "analyzer [a] must specify either an analyzer type, or a tokenizer")
	f(`{"analyzer": {"a": {"type": "klingon"}}}`, "Unknown analyzer type [klingon] for [a]")
	f(`{"analyzer": {"a": {"tokenizer": "x"}}}`, "Custom Analyzer [a] failed to find tokenizer under name [x]")
	f(`{"analyzer": {"a": {"tokenizer": "standard", "filter": ["x"]}}}`, "Custom Analyzer [a] failed to find filter under name [x]")
	f(`{"analyzer": {"a": {"tokenizer": "standard", "char_filter": ["x"]}}}`, "Custom Analyzer [a] failed to find char_filter under name [x]")
	f(`{"analyzer": {"a": {"tokenizer": "t"}}, "tokenizer": {"t": {"type": "thai"}}}`, "Unknown tokenizer type [thai] for [t]")
	f(`{"analyzer": {"a": {"type": "pattern", "pattern": "(?=x)"}}}`, "cannot use the regular expression [(?=x)]")
	f(`{"normalizer": {"n": {"filter": ["edge_ngram"]}}}`, "Custom normalizer [n] may not use filter [edge_ngram]")
	f(`{"analyzer": {"a": {"tokenizer": "ngram", "filter": ["f"]}}, "filter": {"f": {"type": "ngram", "max_gram": 999}}}`, "min_gram [1] and max_gram [999]")
	if _, err := (*Registry)(nil).Analyze("nope", "x"); err == nil || err.Error() != "illegal_argument_exception: failed to find global analyzer [nope]" {
		t.Errorf("%v", err)
	}
}

func FuzzAnalyze(f *testing.F) {
	f.Add("The quick-brown 10.0.0.1", "standard")
	f.Add("\xff\xfe über", "english")
	f.Fuzz(func(t *testing.T, text, analyzer string) {
		tokens, err := (*Registry)(nil).Analyze(analyzer, text)
		if err != nil {
			return
		}
		for i := 1; i < len(tokens); i++ {
			if tokens[i].Position < tokens[i-1].Position {
				t.Fatalf("%q: positions fall: %v", text, tokens)
			}
		}
	})
}

func FuzzSettings(f *testing.F) {
	f.Add(`{"analyzer":{"a":{"tokenizer":"standard","filter":["lowercase"]}}}`)
	f.Add(`{"analyzer.a.type":"pattern","analyzer..":{}}`)
	f.Fuzz(func(t *testing.T, settings string) {
		_, err := NewRegistry([]byte(settings))
		var refusal *eserr.Error
		if err != nil && !errors.As(err, &refusal) {
			t.Fatalf("not a refusal: %v", err)
		}
	})
}
