package pipeline

import (
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// config reads the members of one processor. The first error stays; what was read is ticked off, so that the rest can be told.
type config struct {
	typ, tag string
	o        *Object
	read     map[string]bool
	err      error
}

func newConfig(typ string, o *Object) *config {
	return &config{typ: typ, o: o, read: map[string]bool{}}
}

// fail notes an error about a property, in the words of Elasticsearch's ConfigurationUtils.
func (c *config) fail(property, format string, args ...any) {
	if c.err != nil {
		return
	}
	e := eserr.BadRequest("parse_exception", format, args...)
	if property != "" {
		e.Reason = "[" + property + "] " + e.Reason
	}
	e.ProcessorType, e.ProcessorTag, e.PropertyName = c.typ, c.tag, property
	c.err = e
}

// check notes an error that another package gave.
func (c *config) check(property string, err error) {
	if err == nil {
		return
	}
	if told, ok := err.(*eserr.Error); ok {
		c.fail(property, "%s", told.Reason)
	} else {
		c.fail(property, "%s", err)
	}
}

func (c *config) take(name string) (any, bool) {
	c.read[name] = true
	v, ok := c.o.get(name)
	return v, ok && v != nil
}

// finish reports what is wrong, or what nobody asked for.
func (c *config) finish() error {
	if c.err != nil {
		return c.err
	}
	var unknown []string
	for _, key := range c.o.keys {
		if !c.read[key] {
			unknown = append(unknown, key)
		}
	}
	if len(unknown) > 0 {
		c.fail("", "processor [%s] doesn't support one or more provided configuration parameters [%s]", c.typ, strings.Join(unknown, ", "))
	}
	return c.err
}

// optional is a string, or absent.
func (c *config) optional(name, absent string) string {
	v, ok := c.take(name)
	if !ok {
		return absent
	}
	switch v := v.(type) {
	case string:
		return v
	case Number:
		return string(v)
	case bool:
		return text(v)
	}
	c.fail(name, "property isn't a string, but of type [%s]", javaType(v))
	return absent
}

func (c *config) required(name string) string {
	if _, ok := c.take(name); !ok {
		c.fail(name, "required property is missing")
	}
	return c.optional(name, "")
}

func (c *config) flag(name string, absent bool) bool {
	v, ok := c.take(name)
	if !ok {
		return absent
	}
	switch v {
	case true, "true":
		return true
	case false, "false":
		return false
	}
	c.fail(name, "property isn't a boolean, but of type [%s]", javaType(v))
	return absent
}

func (c *config) number(name string, absent int) int {
	v, ok := c.take(name)
	if !ok {
		return absent
	}
	n, ok := whole(Number(text(v)))
	if !ok || int64(int(n)) != n {
		c.fail(name, "property cannot be converted to an int [%s]", clip(text(v)))
	}
	return int(n)
}

// list is a list of strings, or nil.
func (c *config) list(name string) []string {
	v, ok := c.take(name)
	if !ok {
		return nil
	}
	l, ok := v.(*List)
	if !ok {
		c.fail(name, "property isn't a list, but of type [%s]", javaType(v))
		return nil
	}
	out := make([]string, len(l.items))
	for i, item := range l.items {
		out[i] = text(item)
	}
	return out
}

func (c *config) requiredList(name string) []string {
	if _, ok := c.take(name); !ok {
		c.fail(name, "required property is missing")
	}
	return c.list(name)
}

// oneOrMany is a string or a list of them.
func (c *config) oneOrMany(name string) []string {
	if v, ok := c.take(name); ok {
		if s, ok := v.(string); ok {
			return []string{s}
		}
	}
	return c.list(name)
}

func (c *config) object(name string) *Object {
	v, ok := c.take(name)
	if !ok {
		return nil
	}
	o, ok := v.(*Object)
	if !ok {
		c.fail(name, "property isn't a map, but of type [%s]", javaType(v))
	}
	return o
}

// template is a string that may name fields.
func (c *config) template(name, absent string) template {
	t, err := parseTemplate(c.optional(name, absent))
	c.check(name, err)
	return t
}

func (c *config) requiredTemplate(name string) template {
	t, err := parseTemplate(c.required(name))
	c.check(name, err)
	return t
}
