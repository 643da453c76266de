package pipeline

import (
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// A template is a text with `{{field}}` and `{{{field}}}` in it, the part of mustache that pipelines use.
type template []piece

// piece is a literal, or the path of a field to put in its place.
type piece struct {
	text  string
	field bool
	plain bool // without the escapes of JSON
}

// maxTemplateBytes is how long one rendered template may be.
const maxTemplateBytes = 1 << 20

// parseTemplate reads a template. Sections and partials are refused.
func parseTemplate(s string) (template, error) {
	var t template
	for s != "" {
		at := strings.Index(s, "{{")
		if at < 0 {
			return append(t, piece{text: s}), nil
		}
		if at > 0 {
			t = append(t, piece{text: s[:at]})
		}
		p, rest, err := parseTag(s[at+2:])
		if err != nil {
			return nil, err
		}
		t, s = append(t, p), rest
	}
	return t, nil
}

func parseTag(s string) (p piece, rest string, err error) {
	closing := "}}"
	if strings.HasPrefix(s, "{") {
		s, closing, p.plain = s[1:], "}}}", true
	}
	name, rest, ok := strings.Cut(s, closing)
	if !ok {
		return p, "", eserr.Illegal("Improperly closed variable in mustache template [{{%s]", clip(s))
	}
	name = strings.TrimSpace(name)
	if after, ok := strings.CutPrefix(name, "&"); ok {
		name, p.plain = strings.TrimSpace(after), true
	}
	if name == "" || strings.ContainsAny(name[:1], "#/^>!=") {
		return p, "", eserr.Illegal("[{{%s}}] is not supported in a template of a pipeline: only fields are, as {{field}} and {{{field}}}", clip(name))
	}
	p.text, p.field = strings.TrimPrefix(name, "ctx."), true
	return p, rest, nil
}

// fixed is the text of a template without fields.
func (t template) fixed() (string, bool) {
	switch {
	case len(t) == 0:
		return "", true
	case len(t) == 1 && !t[0].field:
		return t[0].text, true
	}
	return "", false
}

// render fills a template. What is missing is empty.
func (t template) render(r *run, d *Document) (string, error) {
	if s, ok := t.fixed(); ok {
		return s, nil
	}
	var b strings.Builder
	for _, p := range t {
		s := p.text
		if p.field {
			s = p.value(d)
		}
		b.WriteString(s)
		if b.Len() > maxTemplateBytes {
			return "", eserr.Illegal("a template of a pipeline may render to no more than %d bytes", maxTemplateBytes)
		}
	}
	return b.String(), r.grow(b.Len())
}

func (p piece) value(d *Document) string {
	v, ok := d.lookup(p.text)
	if !ok {
		return ""
	}
	s := text(v)
	if p.plain {
		return s
	}
	quoted := appendQuoted(nil, s)
	return string(quoted[1 : len(quoted)-1])
}

// valueTemplate is a value of a configuration whose texts, at any depth, are templates.
type valueTemplate struct {
	fixed any // when there is nothing to fill
	text  template
	list  []valueTemplate
	keys  []string // of an object; their values are in list
	kind  byte     // 0 fixed, 't', 'l', 'o'
}

func parseValueTemplate(v any) (valueTemplate, error) {
	switch v := v.(type) {
	case string:
		t, err := parseTemplate(v)
		if s, ok := t.fixed(); ok {
			return valueTemplate{fixed: s}, err
		}
		return valueTemplate{kind: 't', text: t}, err
	case *List:
		out := valueTemplate{kind: 'l'}
		for _, item := range v.items {
			t, err := parseValueTemplate(item)
			if err != nil {
				return out, err
			}
			out.list = append(out.list, t)
		}
		return out, nil
	case *Object:
		out := valueTemplate{kind: 'o', keys: v.keys}
		for _, key := range v.keys {
			t, err := parseValueTemplate(v.values[key])
			if err != nil {
				return out, err
			}
			out.list = append(out.list, t)
		}
		return out, nil
	}
	return valueTemplate{fixed: v}, nil
}

// render makes a value of its own for a document.
func (t valueTemplate) render(r *run, d *Document) (any, error) {
	switch t.kind {
	case 't':
		return t.text.render(r, d)
	case 'l':
		l := &List{items: make([]any, len(t.list))}
		for i := range t.list {
			var err error
			if l.items[i], err = t.list[i].render(r, d); err != nil {
				return nil, err
			}
		}
		return l, r.grow(16 * len(t.list))
	case 'o':
		o := newObject()
		for i, key := range t.keys {
			v, err := t.list[i].render(r, d)
			if err != nil {
				return nil, err
			}
			o.set(key, v)
		}
		return o, r.grow(48 * len(t.list))
	}
	return t.fixed, nil
}

// clip shortens a text for an error.
func clip(s string) string {
	if len(s) > 200 {
		return s[:200] + "..."
	}
	return s
}

// blank is the text of a template where every field is missing.
func (t template) blank() string {
	var out strings.Builder
	for _, p := range t {
		if !p.field {
			out.WriteString(p.text)
		}
	}
	return out.String()
}
