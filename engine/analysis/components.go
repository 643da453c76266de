package analysis

import (
	"regexp"
	"strings"
	"unicode"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// tokenizer finds a tokenizer of the settings or of Elasticsearch's by name.
func (b *builder) tokenizer(analyzer, name string) (func(string) []Span, error) {
	own, isOwn := b.sections["tokenizer"][name]
	switch kind := own.text("type", name); kind {
	case "standard":
		return standardTokenizer(own)
	case "keyword":
		return keywordTokens, nil
	case "whitespace":
		return whitespaceTokens, nil
	case "letter":
		return letterTokens, nil
	case "lowercase":
		return func(text string) []Span { return lowercase(letterTokens(text)) }, nil
	case "pattern":
		return patternTokenizer(own)
	case "char_group":
		return charGroup(own)
	case "ngram", "nGram", "edge_ngram", "edgeNGram":
		return gramTokenizer(own, strings.HasPrefix(kind, "edge"))
	case "path_hierarchy", "PathHierarchy":
		delimiter := own.text("delimiter", "/")
		if len(delimiter) != 1 || own.flag("reverse", false) {
			return nil, eserr.Illegal("tokenizer [%s] supports a delimiter of one ASCII character, and not [reverse]", name)
		}
		return pathTokens(delimiter[0], own.text("replacement", delimiter)), nil
	default:
		if isOwn {
			return nil, eserr.Illegal("Unknown tokenizer type [%s] for [%s]", kind, name)
		}
		return nil, eserr.Illegal("Custom Analyzer [%s] failed to find tokenizer under name [%s]", analyzer, name)
	}
}

func patternTokenizer(o options) (func(string) []Span, error) {
	pattern, err := o.pattern("pattern", `\W+`)
	if err != nil {
		return nil, err
	}
	if g := o.text("group", "-1"); g == "-1" {
		return splitAt(pattern), nil
	}
	group, err := o.number("group", 0)
	if err == nil && group > pattern.NumSubexp() {
		err = eserr.Illegal("invalid group specified: pattern only has: %d capturing groups", pattern.NumSubexp())
	}
	return matchesOf(pattern, group), err
}

func charGroup(o options) (func(string) []Span, error) {
	splits, err := classes(o, "tokenize_on_chars")
	return fieldsOf(func(r rune) bool { return !splits(r) }), err
}

func gramTokenizer(o options, edge bool) (func(string) []Span, error) {
	lo, hi, err := gramLengths(o)
	if err != nil {
		return nil, err
	}
	belongs := func(rune) bool { return true }
	if o["token_chars"] != nil {
		belongs, err = classes(o, "token_chars")
	}
	return grams(lo, hi, edge, belongs), err
}

// gramLengths reads min_gram and max_gram; their distance is bounded as `index.max_ngram_diff` would, though more widely.
func gramLengths(o options) (lo, hi int, err error) {
	if lo, err = o.number("min_gram", 1); err != nil {
		return 0, 0, err
	}
	if hi, err = o.number("max_gram", 2); err != nil {
		return 0, 0, err
	}
	if lo < 1 || hi < lo || hi-lo > 50 {
		return 0, 0, eserr.Illegal("min_gram [%d] and max_gram [%d] must be positive and at most 50 apart", lo, hi)
	}
	return lo, hi, nil
}

// classes reads a list of classes of characters.
func classes(o options, key string) (func(rune) bool, error) {
	var members []func(rune) bool
	for _, name := range o.list(key) {
		if name == `\n` {
			name = "\n"
		}
		member := charClass(name)
		if member == nil {
			return nil, eserr.Illegal("Unknown token type: '%s'", name)
		}
		members = append(members, member)
	}
	return func(r rune) bool {
		for _, m := range members {
			if m(r) {
				return true
			}
		}
		return false
	}, nil
}

// filter finds a token filter of the settings or of Elasticsearch's by name. who is named in the error.
func (b *builder) filter(who, name string) (func([]Span) []Span, error) {
	own, isOwn := b.sections["filter"][name]
	kind := own.text("type", name)
	switch kind {
	case "lowercase":
		return lowercase, nil
	case "uppercase":
		return uppercase, nil
	case "trim":
		return trim, nil
	case "asciifolding":
		return fold, nil
	case "reverse":
		return reverse, nil
	case "porter_stem":
		return porter, nil
	case "apostrophe":
		return eachTerm(func(term string) string { before, _, _ := strings.Cut(term, "'"); return before }), nil
	case "decimal_digit":
		return eachTerm(plainDigits), nil
	case "stemmer":
		return stemmer(own, name)
	case "stop":
		return stop(stopWords(own, englishStopWords()), own.flag("ignore_case", false)), nil
	case "shingle":
		s, err := parseShingles(own)
		if err != nil {
			return nil, err
		}
		return s.filter, nil
	case "unique":
		return unique(own.flag("only_on_same_position", false)), nil
	}
	step, err := numbered(kind, own)
	switch {
	case err != nil || step != nil:
		return step, err
	case isOwn:
		return nil, eserr.Illegal("Unknown filter type [%s] for [%s]", kind, name)
	}
	return nil, eserr.Illegal("%s failed to find filter under name [%s]", who, name)
}

// numbered makes the filters that have lengths or patterns, or nil for another kind.
func numbered(kind string, o options) (func([]Span) []Span, error) {
	switch kind {
	case "length":
		lo, err := o.number("min", 0)
		if err != nil {
			return nil, err
		}
		hi, err := o.number("max", 1<<20)
		return ofLength(lo, hi), err
	case "truncate":
		n, err := o.number("length", 10)
		return truncate(n), err
	case "limit":
		n, err := o.number("max_token_count", 1)
		return limit(n), err
	case "ngram", "nGram", "edge_ngram", "edgeNGram":
		lo, hi, err := gramLengths(o)
		return gramFilter(lo, hi, strings.HasPrefix(kind, "edge"), o.flag("preserve_original", false)), err
	case "pattern_replace":
		var pattern *regexp.Regexp
		pattern, err := o.pattern("pattern", "")
		if err != nil {
			return nil, err
		}
		return eachTerm(replace(pattern, javaReplacement(o.text("replacement", "")), o.flag("all", true))), nil
	}
	return nil, nil
}

func stemmer(o options, name string) (func([]Span) []Span, error) {
	switch language := o.text("language", o.text("name", "english")); language {
	case "english", "porter":
		return porter, nil
	case "possessive_english":
		return possessive, nil
	default:
		return nil, eserr.Illegal("Unknown filter type [stemmer] with language [%s] for [%s]", language, name)
	}
}

// plainDigits writes the digits of other scripts as 0 to 9.
func plainDigits(term string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x80 || !unicode.IsDigit(r) {
			return r
		}
		zero := r
		for unicode.IsDigit(zero-1) && r-zero < 9 {
			zero--
		}
		return '0' + (r - zero)
	}, term)
}
