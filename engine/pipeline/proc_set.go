package pipeline

import "github.com/vedette-siem/vedette/engine/eserr"

// set puts a value, or a copy of another field, into a field.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/set-processor.html
type set struct {
	field       template
	value       valueTemplate
	copyFrom    string
	override    bool
	ignoreEmpty bool
}

func makeSet(c *config) processor {
	s := &set{field: c.requiredTemplate("field"), copyFrom: c.optional("copy_from", ""), override: c.flag("override", true), ignoreEmpty: c.flag("ignore_empty_value", false)}
	c.mediaType()
	c.read["value"] = true
	v, given := c.o.get("value")
	switch {
	case s.copyFrom == "" && (!given || v == nil):
		c.fail("value", "required property is missing")
	case s.copyFrom != "" && given:
		c.fail("copy_from", "cannot set both `copy_from` and `value` in the same processor")
	case given:
		var err error
		s.value, err = parseValueTemplate(v)
		c.check("value", err)
	}
	return s
}

// mediaType reads how `{{field}}` is escaped: as JSON only.
func (c *config) mediaType() {
	if m := c.optional("media_type", "application/json"); m != "application/json" && m != "text/plain" && m != "application/x-www-form-urlencoded" {
		c.fail("media_type", "property does not contain a supported media type [%s]", clip(m))
	} else if m != "application/json" {
		c.fail("media_type", "[%s] is not supported, only [application/json]: write {{{field}}} for a field as it is", m)
	}
}

func (p *set) run(r *run, d *Document) error {
	field, err := p.field.render(r, d)
	if err != nil {
		return err
	}
	if !p.override {
		if _, ok := d.lookup(field); ok {
			return nil
		}
	}
	var v any
	if p.copyFrom != "" {
		if v, err = d.get(p.copyFrom); err != nil {
			if p.ignoreEmpty {
				return nil
			}
			return err
		}
		v, err = r.clone(v)
	} else {
		v, err = p.value.render(r, d)
	}
	if err != nil || p.ignoreEmpty && (v == nil || v == "") {
		return err
	}
	return d.set(field, v)
}

// appendTo adds values to a list.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/append-processor.html
type appendTo struct {
	field      template
	value      valueTemplate
	copyFrom   string
	duplicates bool
}

func makeAppend(c *config) processor {
	a := &appendTo{field: c.requiredTemplate("field"), copyFrom: c.optional("copy_from", ""), duplicates: c.flag("allow_duplicates", true)}
	c.mediaType()
	v, given := c.take("value")
	if !given && a.copyFrom == "" {
		c.fail("value", "required property is missing")
	}
	if given && a.copyFrom != "" {
		c.fail("copy_from", "cannot set both `copy_from` and `value` in the same processor")
	}
	var err error
	a.value, err = parseValueTemplate(v)
	c.check("value", err)
	return a
}

func (p *appendTo) run(r *run, d *Document) error {
	field, err := p.field.render(r, d)
	if err != nil {
		return err
	}
	var v any
	if p.copyFrom != "" {
		if v, err = d.get(p.copyFrom); err != nil {
			return err
		}
		v, err = r.clone(v)
	} else {
		v, err = p.value.render(r, d)
	}
	if err != nil {
		return err
	}
	if err := r.grow(32); err != nil {
		return err
	}
	if metaNames[field] {
		return eserr.Illegal("[%s] is metadata and no list", field)
	}
	if l, ok := v.(*List); ok {
		return d.append(field, l.items, p.duplicates)
	}
	return d.append(field, []any{v}, p.duplicates)
}
