package pipeline

import (
	"regexp"
	"slices"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// kv reads `key=value` pairs.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/kv-processor.html
type kv struct {
	field, target       template
	fieldSplit          *regexp.Regexp
	valueSplit          *regexp.Regexp
	include, exclude    []string
	prefix              string
	trimKey, trimValue  *regexp.Regexp
	strip               bool
	ignoreMissing, only bool
}

func makeKV(c *config) processor {
	p := &kv{field: c.requiredTemplate("field"), target: c.template("target_field", ""), fieldSplit: c.pattern("field_split"), valueSplit: c.pattern("value_split"),
		include: c.list("include_keys"), exclude: c.list("exclude_keys"), prefix: c.optional("prefix", ""), strip: c.flag("strip_brackets", false), ignoreMissing: c.flag("ignore_missing", false)}
	_, p.only = c.take("include_keys")
	p.trimKey, p.trimValue = c.trimmer("trim_key"), c.trimmer("trim_value")
	return p
}

// trimmer is a pattern of the letters to take off both ends, or nil.
func (c *config) trimmer(name string) *regexp.Regexp {
	s := c.optional(name, "")
	if s == "" {
		return nil
	}
	re, err := compileRegexp("^[" + s + "]+|[" + s + "]+$")
	c.check(name, err)
	return re
}

var brackets = regexp.MustCompile(`^[(\[<"']|[\])>"']$`)

func trimmed(re *regexp.Regexp, s string) string {
	if re == nil {
		return s
	}
	return re.ReplaceAllString(s, "")
}

func (p *kv) run(r *run, d *Document) error {
	path, err := p.field.render(r, d)
	if err != nil {
		return err
	}
	if path == "" || !d.has(path) {
		if p.ignoreMissing {
			return nil
		}
		return eserr.Illegal("field [%s] doesn't exist", path)
	}
	v, ok, err := source(d, path, p.ignoreMissing, "extract key-value pairs.")
	if !ok {
		return err
	}
	s, err := toText(path, v)
	if err != nil {
		return err
	}
	target, err := p.target.render(r, d)
	if err != nil {
		return err
	}
	if target != "" {
		target += "."
	}
	for _, part := range javaSplit(p.fieldSplit, s, false) {
		if err := p.pair(r, d, path, target+p.prefix, part); err != nil {
			return err
		}
	}
	return nil
}

func (p *kv) pair(r *run, d *Document, path, prefix, part string) error {
	m := p.valueSplit.FindStringIndex(part)
	if m == nil {
		return eserr.Illegal("field [%s] does not contain value_split [%s]", path, p.valueSplit)
	}
	key, value := trimmed(p.trimKey, part[:m[0]]), part[m[1]:]
	if p.only && !slices.Contains(p.include, key) || slices.Contains(p.exclude, key) {
		return nil
	}
	if p.strip {
		value = trimmed(brackets, value)
	}
	value = trimmed(p.trimValue, value)
	if err := r.grow(len(part) + 32); err != nil {
		return err
	}
	if key = prefix + key; d.has(key) {
		return d.append(key, []any{value}, true)
	}
	return d.set(key, value)
}

// csv reads a line of comma-separated values into fields.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/csv-processor.html
type csv struct {
	field         string
	targets       []string
	separator     byte
	quote         byte
	trim          bool
	empty         any
	fillEmpty     bool
	ignoreMissing bool
}

func makeCSV(c *config) processor {
	p := &csv{field: c.required("field"), targets: c.requiredList("target_fields"), trim: c.flag("trim", false), ignoreMissing: c.flag("ignore_missing", false)}
	separator, quote := c.optional("separator", ","), c.optional("quote", `"`)
	if len(separator) != 1 {
		c.fail("separator", "separator has to be single character string like ,")
	}
	if len(quote) != 1 {
		c.fail("quote", "quote has to be single character string like \" or '")
	}
	if c.err == nil {
		p.separator, p.quote = separator[0], quote[0]
	}
	p.empty, p.fillEmpty = c.take("empty_value")
	if c.err == nil && len(p.targets) == 0 {
		c.fail("target_fields", "target fields list can't be empty")
	}
	return p
}

func (p *csv) run(r *run, d *Document) error {
	v, ok, err := source(d, p.field, p.ignoreMissing, "process it.")
	if !ok {
		return err
	}
	s, err := toText(p.field, v)
	if err != nil {
		return err
	}
	if err := r.grow(2 * len(s)); err != nil {
		return err
	}
	for _, target := range p.targets {
		if s == "" {
			return nil
		}
		var value string
		if value, s, err = p.next(s); err != nil {
			return err
		}
		var out any = value
		if value == "" {
			if !p.fillEmpty {
				continue
			}
			out = p.empty
		}
		if err := d.set(target, out); err != nil {
			return err
		}
	}
	return nil
}

// next takes one value off a line.
func (p *csv) next(s string) (value, rest string, err error) {
	body := s
	if p.trim {
		body = strings.TrimLeft(s, " \t")
	}
	if body == "" || body[0] != p.quote {
		end := strings.IndexByte(body, p.separator)
		value, rest = body, ""
		if end >= 0 {
			value, rest = body[:end], body[end+1:]
		}
		if strings.IndexByte(value, p.quote) >= 0 {
			return "", "", eserr.Illegal("Illegal character inside unquoted field at %d", strings.IndexByte(value, p.quote))
		}
		if p.trim {
			value = strings.TrimSpace(value)
		}
		return value, rest, nil
	}
	var b strings.Builder
	for i := 1; i < len(body); i++ {
		if body[i] != p.quote {
			b.WriteByte(body[i])
			continue
		}
		if i+1 < len(body) && body[i+1] == p.quote {
			b.WriteByte(p.quote)
			i++
			continue
		}
		rest = body[i+1:]
		if p.trim {
			rest = strings.TrimLeft(rest, " \t")
		}
		if rest != "" && rest[0] != p.separator {
			return "", "", eserr.Illegal("Illegal character after quoted field at %d", i+1)
		}
		return b.String(), strings.TrimPrefix(rest, string(p.separator)), nil
	}
	return "", "", eserr.Illegal("Unmatched quote at the beginning of [%s]", clip(body))
}
