package analysis

import (
	"html"
	"regexp"
	"slices"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// builder makes analyzers of settings: sections are `analyzer`, `normalizer`, `tokenizer`, `filter` and `char_filter`.
type builder struct {
	sections map[string]map[string]options
}

func (b *builder) registry() (*Registry, error) {
	r := &Registry{analyzers: map[string]*Analyzer{}, normalizers: map[string]*Analyzer{}}
	for name, o := range b.sections["analyzer"] {
		a, err := b.analyzer(name, o)
		if err != nil {
			return nil, err
		}
		r.analyzers[name] = a
	}
	for name, o := range b.sections["normalizer"] {
		n, err := b.normalizer(name, o)
		if err != nil {
			return nil, err
		}
		r.normalizers[name] = n
	}
	return r, nil
}

func (b *builder) analyzer(name string, o options) (*Analyzer, error) {
	kind := o.text("type", "")
	if kind == "" && o["tokenizer"] != nil || kind == "custom" {
		return b.custom(name, o)
	}
	a := builtin(kind)
	switch {
	case kind == "":
		return nil, eserr.Illegal("analyzer [%s] must specify either an analyzer type, or a tokenizer", name)
	case a == nil:
		return nil, eserr.Illegal("Unknown analyzer type [%s] for [%s]", kind, name)
	}
	return a, configure(a, kind, o)
}

// configure applies the options of a built-in analyzer.
func configure(a *Analyzer, kind string, o options) (err error) {
	if words := stopWords(o, nil); words != nil && kind != "simple" && kind != "whitespace" && kind != "keyword" {
		if a.plain = false; kind == "stop" || kind == "english" {
			a.filters[slices.Index([]string{"", "stop", "english"}, kind)] = stop(words, false)
		} else {
			a.filters = append(a.filters, stop(words, false))
		}
	}
	switch kind {
	case "standard":
		if o["max_token_length"] != nil {
			a.plain = false
			a.tokenize, err = standardTokenizer(o)
		}
	case "pattern":
		var pattern *regexp.Regexp
		if pattern, err = o.pattern("pattern", `\W+`); err != nil {
			return err
		}
		if a.tokenize = splitAt(pattern); !o.flag("lowercase", true) {
			a.filters = a.filters[1:]
		}
	}
	return err
}

func standardTokenizer(o options) (func(string) []Span, error) {
	longest, err := o.number("max_token_length", maxTokenLength)
	return standardTokensOf(max(longest, 1)), err
}

// custom makes an analyzer of a tokenizer and filters by name.
func (b *builder) custom(name string, o options) (*Analyzer, error) {
	a := &Analyzer{}
	tokenizer := o.text("tokenizer", "")
	if tokenizer == "" {
		return nil, eserr.Illegal("analyzer [%s] must specify either an analyzer type, or a tokenizer", name)
	}
	var err error
	if a.tokenize, err = b.tokenizer(name, tokenizer); err != nil {
		return nil, err
	}
	for _, f := range o.list("filter") {
		step, err := b.filter("Custom Analyzer ["+name+"]", f)
		if err != nil {
			return nil, err
		}
		a.filters = append(a.filters, step)
		if own := b.sections["filter"][f]; a.shingles == nil && own.text("type", f) == "shingle" {
			if a.shingles, err = parseShingles(own); err != nil {
				return nil, err
			}
		}
	}
	a.chars, err = b.charFilters("Custom Analyzer ["+name+"]", o)
	return a, err
}

// normalizer makes a normalizer; only filters that keep a text one word are allowed.
func (b *builder) normalizer(name string, o options) (*Analyzer, error) {
	kind := o.text("type", "custom")
	if kind == "lowercase" {
		return &Analyzer{tokenize: keywordTokens, filters: []func([]Span) []Span{lowercase}}, nil
	}
	if kind != "custom" {
		return nil, eserr.Illegal("Unknown normalizer type [%s] for [%s]", kind, name)
	}
	n := &Analyzer{tokenize: keywordTokens}
	for _, f := range o.list("filter") {
		own := b.sections["filter"][f]
		if !slices.Contains([]string{"lowercase", "uppercase", "asciifolding", "trim", "pattern_replace", "apostrophe"}, own.text("type", f)) {
			return nil, eserr.Illegal("Custom normalizer [%s] may not use filter [%s]", name, f)
		}
		step, err := b.filter("Custom normalizer ["+name+"]", f)
		if err != nil {
			return nil, err
		}
		n.filters = append(n.filters, step)
	}
	var err error
	n.chars, err = b.charFilters("Custom normalizer ["+name+"]", o)
	return n, err
}

func (b *builder) charFilters(who string, o options) (steps []func(string) string, err error) {
	for _, name := range o.list("char_filter") {
		own, ok := b.sections["char_filter"][name]
		var step func(string) string
		switch kind := own.text("type", name); kind {
		case "html_strip":
			step = stripHTML
		case "mapping":
			step, err = mappingFilter(own)
		case "pattern_replace":
			var pattern *regexp.Regexp
			if pattern, err = own.pattern("pattern", ""); err == nil {
				step = replace(pattern, javaReplacement(own.text("replacement", "")), true)
			}
		default:
			if ok {
				return nil, eserr.Illegal("Unknown char_filter type [%s] for [%s]", kind, name)
			}
			return nil, eserr.Illegal("%s failed to find char_filter under name [%s]", who, name)
		}
		if err != nil {
			return nil, err
		}
		steps = append(steps, step)
	}
	return steps, nil
}

// mappingFilter reads rules such as `ph => f`.
func mappingFilter(o options) (func(string) string, error) {
	rules, _ := o["mappings"].([]any)
	var pairs []string
	for _, rule := range rules {
		text, _ := rule.(string)
		from, to, ok := strings.Cut(text, "=>")
		if from = strings.TrimSpace(from); !ok || from == "" {
			return nil, eserr.Illegal("Invalid Mapping Rule : [%v]", rule)
		}
		pairs = append(pairs, from, strings.TrimSpace(to))
	}
	if len(pairs) == 0 {
		return nil, eserr.Illegal("mapping requires either `mappings` or `mappings_path` to be configured")
	}
	return strings.NewReplacer(pairs...).Replace, nil
}

// stripHTML removes tags and comments and reads entities.
func stripHTML(text string) string {
	return html.UnescapeString(regexp.MustCompile(`(?s)<!--.*?-->|</?[a-zA-Z!][^<>]*>`).ReplaceAllString(text, " "))
}

// stopWords reads `stopwords`: a list, or one of the lists with a name.
func stopWords(o options, otherwise []string) []string {
	if o["stopwords"] == nil {
		return otherwise
	}
	words := []string{}
	for _, w := range o.list("stopwords") {
		switch w {
		case "_none_":
		case "_english_":
			words = append(words, englishStopWords()...)
		default:
			words = append(words, w)
		}
	}
	return words
}
