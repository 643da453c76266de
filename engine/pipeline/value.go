package pipeline

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/valyala/fastjson"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// A value of a document is nil, a bool, a string, a Number, an *Object or a *List.

// A Number is a JSON number as it was spelt, so that what a pipeline leaves alone stays as it came.
type Number string

// An Object is a JSON object that keeps the order of its keys.
type Object struct {
	keys   []string
	values map[string]any
}

// A List is a JSON array; a pointer, since processors append to it in place.
type List struct{ items []any }

func newObject() *Object { return &Object{values: map[string]any{}} }

func (o *Object) get(key string) (any, bool) {
	v, ok := o.values[key]
	return v, ok
}

func (o *Object) set(key string, v any) {
	if _, ok := o.values[key]; !ok {
		o.keys = append(o.keys, key)
	}
	o.values[key] = v
}

func (o *Object) remove(key string) {
	if _, ok := o.values[key]; !ok {
		return
	}
	delete(o.values, key)
	o.keys = slices.DeleteFunc(o.keys, func(k string) bool { return k == key })
}

func isInteger(n Number) bool { return !strings.ContainsAny(string(n), ".eE") }

// whole is the value of an integer, if 64 bits hold it.
func whole(n Number) (int64, bool) {
	i, err := strconv.ParseInt(string(n), 10, 64)
	return i, err == nil
}

func (n Number) float() float64 {
	f, err := strconv.ParseFloat(string(n), 64)
	if err != nil {
		return math.NaN()
	}
	return f
}

func integer(i int64) Number { return Number(strconv.FormatInt(i, 10)) }

// parseValue reads a JSON text of nesting up to fastjson.MaxDepth. The value does not share its bytes.
func parseValue(raw []byte) (any, error) {
	var p fastjson.Parser
	v, err := p.ParseBytes(raw)
	if err != nil {
		return nil, err
	}
	return fromJSON(v), nil
}

func fromJSON(v *fastjson.Value) any {
	switch v.Type() {
	case fastjson.TypeObject:
		in := v.GetObject()
		o := &Object{keys: make([]string, 0, in.Len()), values: make(map[string]any, in.Len())}
		in.Visit(func(key []byte, item *fastjson.Value) { o.set(string(key), fromJSON(item)) })
		return o
	case fastjson.TypeArray:
		items := v.GetArray()
		l := &List{items: make([]any, len(items))}
		for i, item := range items {
			l.items[i] = fromJSON(item)
		}
		return l
	case fastjson.TypeString:
		return string(v.GetStringBytes())
	case fastjson.TypeNumber:
		return Number(v.MarshalTo(nil))
	case fastjson.TypeTrue:
		return true
	case fastjson.TypeFalse:
		return false
	}
	return nil
}

// maxDepth is how deep a document may be nested when the pipeline is done with it.
const maxDepth = 300

// appendValue writes a value as JSON.
func appendValue(b []byte, v any, depth int) ([]byte, error) {
	if depth > maxDepth {
		return nil, eserr.Illegal("the pipeline nested the document deeper than %d levels", maxDepth)
	}
	var err error
	switch v := v.(type) {
	case *Object:
		b = append(b, '{')
		for i, key := range v.keys {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(appendQuoted(b, key), ':')
			if b, err = appendValue(b, v.values[key], depth+1); err != nil {
				return nil, err
			}
		}
		return append(b, '}'), nil
	case *List:
		b = append(b, '[')
		for i, item := range v.items {
			if i > 0 {
				b = append(b, ',')
			}
			if b, err = appendValue(b, item, depth+1); err != nil {
				return nil, err
			}
		}
		return append(b, ']'), nil
	case string:
		return appendQuoted(b, v), nil
	case Number:
		return append(b, v...), nil
	case bool:
		return strconv.AppendBool(b, v), nil
	}
	return append(b, "null"...), nil
}

func appendQuoted(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c == '\n':
			b = append(b, `\n`...)
		case c == '\r':
			b = append(b, `\r`...)
		case c == '\t':
			b = append(b, `\t`...)
		case c < 0x20:
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			b = append(b, c)
		}
	}
	return append(b, '"')
}

// MarshalJSON implements json.Marshaler.
func (o *Object) MarshalJSON() ([]byte, error) { return appendValue(nil, o, 0) }

// clone copies a value deeply, and says about how many bytes the copy takes.
func clone(v any) (copied any, bytes int) {
	switch v := v.(type) {
	case *Object:
		o := &Object{keys: slices.Clone(v.keys), values: make(map[string]any, len(v.values))}
		bytes = 64
		for key, item := range v.values {
			c, n := clone(item)
			o.values[key] = c
			bytes += n + len(key) + 32
		}
		return o, bytes
	case *List:
		l := &List{items: make([]any, len(v.items))}
		bytes = 32
		for i, item := range v.items {
			c, n := clone(item)
			l.items[i] = c
			bytes += n + 16
		}
		return l, bytes
	case string:
		return v, len(v)
	}
	return v, 8
}

// equal compares as Java's equals does, but that numbers are compared by their value.
func equal(a, b any) bool {
	switch a := a.(type) {
	case *Object:
		o, ok := b.(*Object)
		if !ok || len(o.values) != len(a.values) {
			return false
		}
		for key, v := range a.values {
			if w, ok := o.values[key]; !ok || !equal(v, w) {
				return false
			}
		}
		return true
	case *List:
		l, ok := b.(*List)
		return ok && slices.EqualFunc(a.items, l.items, equal)
	case Number:
		n, ok := b.(Number)
		return ok && compareNumbers(a, n) == 0
	}
	return a == b
}

// compareNumbers is -1, 0 or 1; whole numbers are compared exactly.
func compareNumbers(a, b Number) int {
	i, ok := whole(a)
	j, ok2 := whole(b)
	if ok && ok2 {
		switch {
		case i < j:
			return -1
		case i > j:
			return 1
		}
		return 0
	}
	switch x, y := a.float(), b.float(); {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

// fromAny takes over a value of package encoding/json.
func fromAny(v any) any {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	out, err := parseValue(raw)
	if err != nil {
		return nil
	}
	return out
}
