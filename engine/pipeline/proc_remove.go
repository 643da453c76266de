package pipeline

import (
	"slices"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// remove takes fields out, or with keep all others.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/remove-processor.html
type remove struct {
	fields, keep  []template
	ignoreMissing bool
}

func makeRemove(c *config) processor {
	p := &remove{fields: c.templates("field"), keep: c.templates("keep"), ignoreMissing: c.flag("ignore_missing", false)}
	switch {
	case len(p.fields) == 0 && len(p.keep) == 0:
		c.fail("keep", "or [field] must be specified")
	case len(p.fields) > 0 && len(p.keep) > 0:
		c.fail("keep", "and [field] cannot both be used in the same processor")
	}
	return p
}

func (c *config) templates(name string) []template {
	var out []template
	for _, s := range c.oneOrMany(name) {
		t, err := parseTemplate(s)
		c.check(name, err)
		out = append(out, t)
	}
	return out
}

func renderAll(ts []template, r *run, d *Document) ([]string, error) {
	out := make([]string, len(ts))
	for i, t := range ts {
		var err error
		if out[i], err = t.render(r, d); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (p *remove) run(r *run, d *Document) error {
	if len(p.keep) > 0 {
		keep, err := renderAll(p.keep, r, d)
		if err == nil {
			retain(d.Source, "", keep)
		}
		return err
	}
	fields, err := renderAll(p.fields, r, d)
	if err != nil {
		return err
	}
	for _, field := range fields {
		if p.ignoreMissing && !d.has(field) {
			continue
		}
		if err := d.remove(field); err != nil {
			return err
		}
	}
	return nil
}

// retain takes out what is neither kept, nor above or below something kept.
func retain(o *Object, prefix string, keep []string) {
	for _, key := range slices.Clone(o.keys) {
		path := prefix + key
		switch {
		case slices.ContainsFunc(keep, func(k string) bool { return k == path || strings.HasPrefix(path, k+".") }):
		case slices.ContainsFunc(keep, func(k string) bool { return strings.HasPrefix(k, path+".") }):
			if inner, ok := o.values[key].(*Object); ok {
				retain(inner, path+".", keep)
			}
		default:
			o.remove(key)
		}
	}
}

// rename moves a field.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/rename-processor.html
type rename struct {
	field, target template
	ignoreMissing bool
	override      bool
}

func makeRename(c *config) processor {
	return &rename{c.requiredTemplate("field"), c.requiredTemplate("target_field"), c.flag("ignore_missing", false), c.flag("override", false)}
}

func (p *rename) run(r *run, d *Document) error {
	field, err := p.field.render(r, d)
	if err != nil {
		return err
	}
	if field == "" || !d.has(field) {
		if p.ignoreMissing {
			return nil
		}
		return eserr.Illegal("field [%s] doesn't exist", field)
	}
	target, err := p.target.render(r, d)
	if err != nil {
		return err
	}
	if d.has(target) && !p.override {
		return eserr.Illegal("field [%s] already exists", target)
	}
	v, err := d.get(field)
	if err != nil {
		return err
	}
	if err := d.remove(field); err != nil {
		return err
	}
	if err := d.set(target, v); err != nil {
		if back := d.set(field, v); back != nil { // a failed rename leaves the field where it was
			return back
		}
		return err
	}
	return nil
}

// makeDotExpander turns `a.b` into an object a with a member b.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/dot-expand-processor.html
func makeDotExpander(c *config) processor {
	field := c.required("field")
	p := &dotExpander{field: field, path: c.optional("path", ""), override: c.flag("override", false)}
	if field != "*" && !strings.Contains(field, ".") {
		c.fail("field", "field does not contain a dot and is not a wildcard")
	}
	if strings.HasPrefix(field, ".") || strings.HasSuffix(field, ".") || strings.Contains(field, "..") {
		c.fail("field", "Field can't start or end with a dot, nor hold two in a row")
	}
	return p
}

type dotExpander struct {
	field, path string
	override    bool
}

func (p *dotExpander) run(r *run, d *Document) error {
	at, prefix := d.Source, ""
	if p.path != "" {
		v, err := d.get(p.path)
		if err != nil {
			return err
		}
		o, ok := v.(*Object)
		if !ok {
			return cast(p.path, v, "java.util.Map")
		}
		at, prefix = o, p.path+"."
	}
	names := []string{p.field}
	if p.field == "*" {
		names = slices.DeleteFunc(slices.Clone(at.keys), func(k string) bool {
			return !strings.Contains(k, ".") || strings.HasPrefix(k, ".") || strings.HasSuffix(k, ".") || strings.Contains(k, "..")
		})
	}
	for _, name := range names {
		v, ok := at.get(name)
		if !ok {
			continue
		}
		if err := r.grow(64); err != nil {
			return err
		}
		at.remove(name)
		var err error
		switch path := prefix + name; {
		case !d.has(path) || p.override:
			err = d.set(path, v)
		default:
			err = d.append(path, listOf(v), true)
		}
		if err != nil {
			at.set(name, v)
			return err
		}
	}
	return nil
}

// listOf is the items of a list, or the one value.
func listOf(v any) []any {
	if l, ok := v.(*List); ok {
		return l.items
	}
	return []any{v}
}
