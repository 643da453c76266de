package dsl

import (
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// options are the members that an object of a query may have. Each reads its value from the reader's token.
type options map[string]func() error

// common adds `boost` and `_name`.
func (p *parser) common(b *Base, o options) options {
	o["boost"] = p.boostInto(b)
	o["_name"] = func() (err error) {
		b.Named = p.tok != valueNull
		b.Name, err = p.text()
		return err
	}
	return o
}

// members reads the members of an object to its END_OBJECT and refuses those that are no options.
func (p *parser) members(o options) error {
	for {
		if err := p.next(); err != nil {
			return err
		}
		if p.tok == endObject {
			return nil
		}
		name := p.name
		if err := p.next(); err != nil {
			return err
		}
		read, ok := o[name]
		if !ok {
			return p.unknownOption(name)
		}
		if err := read(); err != nil {
			return err
		}
	}
}

func (p *parser) unknownOption(name string) error {
	return p.fail("[%s] query does not support [%s]", p.clause, name)
}

// objectMembers is members for the queries that Elasticsearch reads with its ObjectParser, whose errors look different.
func (p *parser) objectMembers(o options) error {
	for {
		if err := p.next(); err != nil {
			return err
		}
		if p.tok == endObject {
			return nil
		}
		name := p.name
		read, ok := o[name]
		if !ok {
			return p.xcontent("[%s] unknown field [%s]%s", p.clause, name, eserr.DidYouMean(name, slices.Sorted(maps.Keys(o))))
		}
		if err := p.next(); err != nil {
			return err
		}
		if err := read(); err != nil {
			if as, ok := err.(asItIs); ok {
				return as.error
			}
			return p.within(p.clause, name, err)
		}
	}
}

// asItIs is an error that objectMembers does not wrap.
type asItIs struct{ error }

// field reads the form {"<field>": <value>} or {"<field>": {<options>}} and returns the field, empty if there is none.
func (p *parser) field(value func() error, long options) (string, error) {
	field, found := "", false
	for {
		if err := p.next(); err != nil {
			return "", err
		}
		if p.tok == endObject {
			return field, nil
		}
		name := p.name
		if err := p.next(); err != nil {
			return "", err
		}
		if found {
			return "", p.fail("[%s] query doesn't support multiple fields, found [%s] and [%s]", p.clause, field, name)
		}
		field, found = name, true
		read := value
		if p.tok == startObject {
			read = func() error { return p.members(long) }
		}
		if err := read(); err != nil {
			return "", err
		}
	}
}

// scalar refuses an object or an array as a value.
func (p *parser) scalar() error {
	if p.isValue() {
		return nil
	}
	return p.fail("[%s] unknown token [%s] after [%s]", p.clause, p.tok, p.name)
}

// text is a value as text; null is empty.
func (p *parser) text() (string, error) {
	if err := p.scalar(); err != nil {
		return "", err
	}
	switch v := p.val.(type) {
	case string:
		return v, nil
	case json.Number:
		return v.String(), nil
	case bool:
		return strconv.FormatBool(v), nil
	}
	return "", nil
}

func (p *parser) textInto(s *string) func() error {
	return func() (err error) { *s, err = p.text(); return err }
}

// ignored accepts an option that changes nothing here.
func (p *parser) ignored() func() error { return p.scalar }

// valueInto reads a string, a number or a boolean as it is; null leaves nil.
func (p *parser) valueInto(v *any) func() error {
	return func() error {
		if err := p.scalar(); err != nil {
			return err
		}
		*v = p.val
		return nil
	}
}

func (p *parser) boolInto(b *bool) func() error {
	return func() error {
		text, err := p.text()
		if err != nil {
			return err
		}
		if text != "true" && text != "false" {
			return eserr.Illegal("Failed to parse value [%s] as only [true] or [false] are allowed.", text)
		}
		*b = text == "true"
		return nil
	}
}

func (p *parser) floatInto(f *float64) func() error {
	return func() error {
		text, err := p.text()
		if err != nil {
			return err
		}
		n, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
			return eserr.BadRequest(numberFormat, "For input string: %q", text)
		}
		*f = n
		return nil
	}
}

func (p *parser) intInto(n *int) func() error {
	return func() error {
		text, err := p.text()
		if err != nil {
			return err
		}
		f, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
		if err != nil {
			return eserr.BadRequest(numberFormat, "For input string: %q", text)
		}
		if math.IsNaN(f) || f > 1<<31-1 || f < -1<<31 {
			return eserr.Illegal("%s is out of range for an integer", text)
		}
		*n = int(f)
		return nil
	}
}

// atLeast is intInto for an option that must not be smaller than that.
func (p *parser) atLeast(least int, n *int, complaint string) func() error {
	read := p.intInto(n)
	return func() error {
		if err := read(); err != nil {
			return err
		}
		if *n < least {
			return eserr.Illegal("[%s] %s", p.clause, complaint)
		}
		return nil
	}
}

func (p *parser) boostInto(b *Base) func() error {
	return func() error {
		read := p.floatInto(&b.boost)
		if err := read(); err != nil {
			return err
		}
		b.boosted = true
		if b.boost < 0 {
			return eserr.Illegal("negative [boost] are not allowed in [%s], use a value between 0 and 1 to deboost", p.clause)
		}
		return nil
	}
}

// oneOf reads a text that must be one of a few, without regard to case; the result is in lower case.
func (p *parser) oneOf(s *string, refuse func(text string) error, allowed ...string) func() error {
	return func() error {
		text, err := p.text()
		if err != nil {
			return err
		}
		for _, a := range allowed {
			if strings.EqualFold(a, text) {
				*s = a
				return nil
			}
		}
		return refuse(text)
	}
}

func (p *parser) operatorInto(s *string) func() error {
	return p.oneOf(s, func(text string) error { return operatorError(text) }, "or", "and")
}

func operatorError(text string) error {
	return eserr.Illegal("No enum constant org.elasticsearch.index.query.Operator.%s", strings.ToUpper(text))
}

// stringsInto reads a string, or an array of them.
func (p *parser) stringsInto(list *[]string) func() error {
	return func() error {
		return p.each(func() error {
			s, err := p.text()
			*list = append(*list, s)
			return err
		})
	}
}

// each calls read for every element of an array, or once for a single value.
func (p *parser) each(read func() error) error {
	if p.tok != startArray {
		return read()
	}
	for {
		if err := p.next(); err != nil {
			return err
		}
		if p.tok == endArray {
			return nil
		}
		if err := read(); err != nil {
			return err
		}
	}
}
