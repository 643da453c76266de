package analysis

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// A Chain is an analyzer whose steps can be looked at one by one, for `_analyze`.
type Chain struct {
	// Custom is set if it is composed of named steps; else Name is that of a built-in analyzer.
	Custom      bool
	Name        string
	CharFilters []string
	Tokenizer   string
	Filters     []string
	steps       *Analyzer
}

// A Stage is what a text is after one step.
type Stage struct {
	Name  string
	Spans []Span
}

// A Part is a char filter, tokenizer or filter in a request: the name of one, or the definition of one.
type Part = json.RawMessage

// Compose makes a chain of parts, of which settings (under `index.analysis`; nil is none) may define some. Without a tokenizer it is a normalizer's, which keeps the text whole.
func Compose(settings json.RawMessage, charFilters []Part, tokenizer Part, filters []Part) (*Chain, error) {
	b, err := newBuilder(settings)
	if err != nil {
		return nil, err
	}
	c := &Chain{Custom: true, Tokenizer: "keyword", steps: &Analyzer{tokenize: keywordTokens}}
	o := options{}
	if o["char_filter"], c.CharFilters, err = b.define("char_filter", charFilters); err != nil {
		return nil, err
	}
	if c.steps.chars, err = b.charFilters("Custom Analyzer [__custom__]", o); err != nil {
		return nil, anonymous(err, "char_filter", c.CharFilters)
	}
	if len(tokenizer) > 0 {
		_, names, err := b.define("tokenizer", []Part{tokenizer})
		if err != nil {
			return nil, err
		}
		c.Tokenizer = names[0]
		if c.steps.tokenize, err = b.tokenizer("__custom__", c.Tokenizer); err != nil {
			return nil, anonymous(err, "tokenizer", names)
		}
	}
	if _, c.Filters, err = b.define("filter", filters); err != nil {
		return nil, err
	}
	for _, name := range c.Filters {
		step, err := b.filter("Custom Analyzer [__custom__]", name)
		if err != nil {
			return nil, anonymous(err, "filter", []string{name})
		}
		c.steps.filters = append(c.steps.filters, step)
	}
	return c, nil
}

// anonymous says, of a part that is nowhere, what Elasticsearch says of it.
func anonymous(err error, section string, names []string) error {
	if len(names) == 1 && strings.Contains(err.Error(), "failed to find") {
		return eserr.Illegal("failed to find global %s under [%s]", section, names[0])
	}
	return err
}

// define gives each part a name that the builder knows, those with a definition one of their own.
func (b *builder) define(section string, parts []Part) (list []any, names []string, err error) {
	for i, part := range parts {
		var name string
		if json.Unmarshal(part, &name) != nil {
			var own options
			if err := json.Unmarshal(part, &own); err != nil {
				return nil, nil, eserr.Illegal("[%s] should be array of %s's name or settings", section, section)
			}
			kind := own.text("type", "")
			if kind == "" {
				return nil, nil, eserr.Illegal("Missing [type] setting for anonymous %s: %s", section, part)
			}
			if name = "__anonymous__" + kind; b.sections[section][name] != nil {
				name = fmt.Sprint(name, "_", i)
			}
			if b.sections[section] == nil {
				b.sections[section] = map[string]options{}
			}
			b.sections[section][name] = own
		}
		list, names = append(list, name), append(names, name)
	}
	return list, names, nil
}

// Chain is the analyzer of that name; nil if there is none. Settings are those of the index.
func (r *Registry) Chain(settings json.RawMessage, name string) (*Chain, error) {
	a := r.Analyzer(name)
	if a == nil {
		return nil, nil
	}
	c := &Chain{Name: name, steps: a}
	b, err := newBuilder(settings)
	if err != nil {
		return nil, err
	}
	if own := b.sections["analyzer"][name]; own["tokenizer"] != nil {
		c.Custom, c.Tokenizer, c.CharFilters, c.Filters = true, own.text("tokenizer", ""), own.list("char_filter"), own.list("filter")
	}
	return c, nil
}

// NormalizerChain is the normalizer of that name; nil if there is none.
func (r *Registry) NormalizerChain(name string) *Chain {
	n := r.normalizer(name)
	if n == nil && name == "lowercase" {
		n = &Analyzer{tokenize: keywordTokens, filters: []func([]Span) []Span{lowercase}}
	}
	if n == nil {
		return nil
	}
	return &Chain{Name: name, steps: n}
}

// Filter is the text after the char filters, step by step; the last one is what is tokenized.
func (c *Chain) Filter(text string) (after []string, last string) {
	for _, f := range c.steps.chars {
		text = f(text)
		after = append(after, text)
	}
	return after, text
}

// Tokenize is what the tokenizer makes of a text that went through the char filters.
func (c *Chain) Tokenize(text string) []Span { return c.steps.tokenize(text) }

// Apply is what the i-th filter makes of tokens, which it may change.
func (c *Chain) Apply(i int, spans []Span) []Span { return c.steps.filters[i](spans) }

// Steps is how many filters there are.
func (c *Chain) Steps() int { return len(c.steps.filters) }
