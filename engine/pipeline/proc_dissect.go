package pipeline

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// dissect takes a text apart at fixed delimiters.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/dissect-processor.html
type dissect struct {
	field           string
	pattern         string
	leading         string
	keys            []dissectKey
	appendSeparator string
	ignoreMissing   bool
}

// dissectKey is `%{name}` with the delimiter behind it.
type dissectKey struct {
	name      string
	modifier  byte // 0, '+' append, '?' skip, '*' name of a pair, '&' value of a pair
	order     int
	pad       bool // `->`: the delimiter may be repeated
	delimiter string
}

func makeDissect(c *config) processor {
	p := &dissect{field: c.required("field"), pattern: c.required("pattern"), appendSeparator: c.optional("append_separator", ""), ignoreMissing: c.flag("ignore_missing", false)}
	if c.err == nil {
		c.check("pattern", p.parse())
	}
	return p
}

func (p *dissect) parse() error {
	invalid := func(why string) error {
		return eserr.Illegal("Unable to parse pattern: %s Reason: %s", clip(p.pattern), why)
	}
	leading, rest, ok := strings.Cut(p.pattern, "%{")
	p.leading = leading
	for ok {
		var inner, delimiter string
		if inner, rest, ok = strings.Cut(rest, "}"); !ok {
			return invalid("a key is not closed.")
		}
		delimiter, rest, ok = strings.Cut(rest, "%{")
		key, err := parseDissectKey(inner)
		if err != nil {
			return err
		}
		key.delimiter = delimiter
		p.keys = append(p.keys, key)
	}
	if !slices.ContainsFunc(p.keys, func(k dissectKey) bool { return k.modifier != '?' }) {
		return invalid("Unable to find any keys or delimiters.")
	}
	pairs := map[string]int{}
	for _, k := range p.keys {
		if k.modifier == '*' {
			pairs[k.name] |= 1
		}
		if k.modifier == '&' {
			pairs[k.name] |= 2
		}
	}
	for name, n := range pairs {
		if n != 3 {
			return invalid("Found invalid key/reference associations: '" + name + "' Please ensure each '*<key>' is matched with a matching '&<key>")
		}
	}
	return nil
}

func parseDissectKey(s string) (k dissectKey, err error) {
	s, k.pad = strings.CutSuffix(s, "->")
	if s != "" && strings.IndexByte("+?*&", s[0]) >= 0 {
		k.modifier, s = s[0], s[1:]
	}
	if at := strings.LastIndexByte(s, '/'); k.modifier == '+' && at >= 0 {
		if k.order, err = strconv.Atoi(s[at+1:]); err != nil {
			return k, eserr.Illegal("Unable to parse key: %s Reason: the order is no number", clip(s))
		}
		s = s[:at]
	}
	if k.name = s; s == "" {
		if k.modifier != 0 && k.modifier != '?' {
			return k, eserr.Illegal("Unable to parse key: %c Reason: The key name could not be determined", k.modifier)
		}
		k.modifier = '?'
	}
	return k, nil
}

// match takes the values of the keys off a text, in order; nil if it has not the form.
func (p *dissect) match(s string) []string {
	rest, ok := strings.CutPrefix(s, p.leading)
	if !ok || rest == "" {
		return nil
	}
	values := make([]string, 0, len(p.keys))
	for _, k := range p.keys {
		if k.delimiter == "" {
			values = append(values, rest)
			rest = ""
			continue
		}
		value, after, ok := strings.Cut(rest, k.delimiter)
		if !ok {
			return nil
		}
		for k.pad && strings.HasPrefix(after, k.delimiter) {
			after = after[len(k.delimiter):]
		}
		values, rest = append(values, value), after
	}
	return values
}

func (p *dissect) run(r *run, d *Document) error {
	v, ok, err := source(d, p.field, p.ignoreMissing, "process it.")
	if !ok {
		return err
	}
	s, err := toText(p.field, v)
	if err != nil {
		return err
	}
	values := p.match(s)
	if values == nil {
		return eserr.BadRequest("dissect_exception", "Unable to find match for dissect pattern: %s against source: %s", p.pattern, clip(s))
	}
	if err := r.grow(len(s) + 32*len(values)); err != nil {
		return err
	}
	return p.store(d, values)
}

// store puts the values where the keys say.
func (p *dissect) store(d *Document, values []string) error {
	type part struct {
		order int
		text  string
	}
	parts := map[string][]part{} // of names with a +
	names := map[string]string{} // of pairs
	for i, k := range p.keys {
		if k.modifier == '+' {
			parts[k.name] = nil
		}
		if k.modifier == '*' {
			names[k.name] = values[i]
		}
	}
	for i, k := range p.keys {
		var err error
		_, appends := parts[k.name]
		switch {
		case k.modifier == '&':
			if names[k.name] != "" {
				err = d.set(names[k.name], values[i])
			}
		case k.modifier == '*' || k.modifier == '?':
		case appends:
			parts[k.name] = append(parts[k.name], part{k.order, values[i]})
		default:
			err = d.set(k.name, values[i])
		}
		if err != nil {
			return err
		}
	}
	for name, list := range parts {
		slices.SortStableFunc(list, func(a, b part) int { return cmp.Compare(a.order, b.order) })
		texts := make([]string, len(list))
		for i, one := range list {
			texts[i] = one.text
		}
		if err := d.set(name, strings.Join(texts, p.appendSeparator)); err != nil {
			return err
		}
	}
	return nil
}
