// Package analysis turns texts into words and keywords into their normal form, as Elasticsearch's analyzers and normalizers do: the built-in ones
// (standard, simple, whitespace, keyword, stop, english, pattern; lowercase) and those that an index composes under `index.analysis`.
//
// The mapping calls it for documents, queries for what is searched in them, and `_analyze` to show both. It knows no field. What it does not have it
// refuses by name in Elasticsearch's words, so that an index never analyses otherwise than it says: languages other than English, synonyms,
// word_delimiter. Regular expressions are Go's, linear in the text; what Java's have beyond them (look-around, back-references) is refused too.
//
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/analysis.html
package analysis

import (
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/storage/document"
)

// A Registry knows the analyzers and normalizers of one index. It is immutable and safe for concurrent use.
// A nil *Registry has the built-in ones.
type Registry struct {
	analyzers, normalizers map[string]*Analyzer
}

// An Analyzer is a chain of steps from a text to words.
type Analyzer struct {
	chars    []func(string) string
	tokenize func(string) []Span
	filters  []func([]Span) []Span
	// plain is set for the standard analyzer without options, which has a way of its own because every text of every event takes it.
	plain bool
	// shingles are those of the first filter that makes any; nil is none.
	shingles *Shingles
}

// A Span is a token with its place in the text, for `_analyze` and highlighting.
type Span struct {
	document.Token
	// Start and End are byte offsets into the text (after its char filters, if it has any that change lengths).
	Start, End int
	// Type is Elasticsearch's name of the token's type: <ALPHANUM>, <NUM>, word, ...
	Type string
}

// Analyze returns the words of a text. The empty name is the index's default analyzer, `standard` unless its settings say otherwise.
// The error is an illegal_argument_exception for an unknown name. Terms may share the memory of text.
func (r *Registry) Analyze(analyzer, text string) ([]document.Token, error) {
	a, err := r.find(analyzer)
	if err != nil {
		return nil, err
	}
	return a.Tokens(text), nil
}

// Spans is Analyze with the place of each word.
func (r *Registry) Spans(analyzer, text string) ([]Span, error) {
	a, err := r.find(analyzer)
	if err != nil {
		return nil, err
	}
	return a.Spans(text), nil
}

// Normalize returns a keyword as a normalizer writes it; the empty name changes nothing.
func (r *Registry) Normalize(normalizer, text string) (string, error) {
	if normalizer == "" {
		return text, nil
	}
	n := r.normalizer(normalizer)
	if n == nil && normalizer == "lowercase" {
		return strings.ToLower(text), nil
	}
	if n == nil {
		return "", eserr.Illegal("failed to find normalizer under [%s]", normalizer)
	}
	return n.whole(text), nil
}

// Analyzer returns the analyzer of that name, or nil if there is none. The empty name is the index's default.
func (r *Registry) Analyzer(name string) *Analyzer {
	if name == "" {
		name = "default"
	}
	if r != nil {
		if a := r.analyzers[name]; a != nil {
			return a
		}
	}
	if name == "default" {
		name = "standard"
	}
	return builtin(name)
}

// SearchDefault is the name of the analyzer for queries on fields that name none: `default_search` if the settings have it, else empty.
func (r *Registry) SearchDefault() string {
	if r != nil && r.analyzers["default_search"] != nil {
		return "default_search"
	}
	return ""
}

// HasAnalyzer reports whether an analyzer of that name exists.
func (r *Registry) HasAnalyzer(name string) bool { return r.Analyzer(name) != nil }

// HasNormalizer reports whether a normalizer of that name exists.
func (r *Registry) HasNormalizer(name string) bool {
	return name == "lowercase" || r.normalizer(name) != nil
}

func (r *Registry) find(name string) (*Analyzer, error) {
	a := r.Analyzer(name)
	if a == nil {
		return nil, eserr.Illegal("failed to find global analyzer [%s]", name)
	}
	return a, nil
}

// normalizer returns a normalizer of the settings, or nil.
func (r *Registry) normalizer(name string) *Analyzer {
	if r == nil {
		return nil
	}
	return r.normalizers[name]
}

// Tokens returns the words of a text.
func (a *Analyzer) Tokens(text string) []document.Token {
	return a.AppendTokens(make([]document.Token, 0, len(text)/6+1), text)
}

// AppendTokens is Tokens into an empty slice, whose memory is used as far as it goes.
func (a *Analyzer) AppendTokens(tokens []document.Token, text string) []document.Token {
	if a.plain {
		if lower, ok := lowerASCII(text); ok {
			return standardASCII(tokens, lower)
		}
	}
	for _, s := range a.Spans(text) {
		tokens = append(tokens, s.Token)
	}
	return tokens
}

// Spans returns the words of a text with their places.
func (a *Analyzer) Spans(text string) []Span {
	for _, f := range a.chars {
		text = f(text)
	}
	spans := a.tokenize(text)
	for _, f := range a.filters {
		spans = f(spans)
	}
	return spans
}

// whole runs the chain of a normalizer, which keeps the text one token.
func (a *Analyzer) whole(text string) string {
	spans := a.Spans(text)
	if len(spans) == 0 {
		return ""
	}
	return spans[0].Term
}

// builtin returns one of Elasticsearch's own analyzers, or nil.
func builtin(name string) *Analyzer {
	type filters = []func([]Span) []Span
	switch name {
	case "standard":
		return &Analyzer{tokenize: standardTokens, filters: filters{lowercase}, plain: true}
	case "simple":
		return &Analyzer{tokenize: letterTokens, filters: filters{lowercase}}
	case "whitespace":
		return &Analyzer{tokenize: whitespaceTokens}
	case "keyword":
		return &Analyzer{tokenize: keywordTokens}
	case "stop":
		return &Analyzer{tokenize: letterTokens, filters: filters{lowercase, stop(englishStopWords(), false)}}
	case "english":
		return &Analyzer{tokenize: standardTokens, filters: filters{possessive, lowercase, stop(englishStopWords(), false), porter}}
	case "pattern":
		return &Analyzer{tokenize: splitAt(nonWord()), filters: filters{lowercase}}
	}
	return nil
}
