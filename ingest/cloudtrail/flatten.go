package cloudtrail

import (
	"github.com/valyala/fastjson"

	"github.com/vedette-siem/vedette/ingest/ecs"
)

// flattener writes a value as JSON without its empty members, within the limits of the type flattened.
type flattener struct {
	dst        []byte
	keepTokens bool
	left       *omissions
}

// The limits of the type flattened (https://www.elastic.co/docs/reference/elasticsearch/mapping-reference/flattened).
const (
	maxLeaf  = 32_766
	maxLevel = 20
)

// value returns false, and leaves dst as it was, for empty values and those that pass a limit.
func (f *flattener) value(v *fastjson.Value, level int) bool {
	switch v.Type() {
	case fastjson.TypeObject, fastjson.TypeArray:
		if level > maxLevel {
			f.left.cut = true
			return false
		}
		return f.group(v, level)
	case fastjson.TypeString:
		text := v.GetStringBytes()
		if len(text) > maxLeaf {
			f.left.cut = true
			return false
		}
		f.dst = ecs.AppendString(f.dst, text)
		return len(text) > 0 || f.drop(2)
	case fastjson.TypeNumber:
		return f.number(v)
	case fastjson.TypeNull:
		return false
	}
	f.dst = v.MarshalTo(f.dst)
	return true
}

// drop takes back n bytes; it returns false.
func (f *flattener) drop(n int) bool {
	f.dst = f.dst[:len(f.dst)-n]
	return false
}

// number keeps a number's spelling; one that JSON would not spell so becomes a string.
func (f *flattener) number(v *fastjson.Value) bool {
	from := len(f.dst)
	f.dst = v.MarshalTo(f.dst)
	if raw := f.dst[from:]; !ecs.IsNumber(raw) {
		text := string(raw)
		f.dst = ecs.AppendString(f.dst[:from], text)
	}
	return true
}

func (f *flattener) group(v *fastjson.Value, level int) bool {
	start := len(f.dst)
	if v.Type() == fastjson.TypeObject {
		f.dst = append(f.dst, '{')
		v.GetObject().Visit(func(key []byte, m *fastjson.Value) { f.member(key, m, level+1) })
		if len(f.dst) == start+1 {
			return f.drop(1)
		}
		f.dst = append(f.dst, '}')
		return true
	}
	f.dst = append(f.dst, '[')
	for _, item := range v.GetArray() {
		before := len(f.dst)
		if before > start+1 {
			f.dst = append(f.dst, ',')
		}
		if !f.value(item, level+1) {
			f.dst = f.dst[:before]
		}
	}
	if len(f.dst) == start+1 {
		return f.drop(1)
	}
	f.dst = append(f.dst, ']')
	return true
}

// member appends a member of the object that is open at the end of dst.
func (f *flattener) member(key []byte, v *fastjson.Value, level int) {
	before := len(f.dst)
	if f.dst[before-1] != '{' {
		f.dst = append(f.dst, ',')
	}
	f.dst = append(ecs.AppendString(f.dst, key), ':')
	if !f.keepTokens && string(key) == "sessionToken" && v.Type() == fastjson.TypeString {
		f.dst = ecs.AppendString(f.dst, mask)
		f.left.tokens++
		return
	}
	if !f.value(v, level) {
		f.dst = f.dst[:before]
	}
}
