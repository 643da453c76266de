package carrier

import (
	"bytes"

	"github.com/valyala/fastjson"

	"github.com/vedette-siem/vedette/ingest/ecs"
)

type flattener struct {
	dst  []byte
	keys [][]byte // of the objects that are open, the innermost last
	cut  bool
}

// value returns false, and leaves dst as it was, for what is not to be kept.
func (f *flattener) value(v *fastjson.Value, level int) bool {
	start := len(f.dst)
	kept := true
	switch v.Type() {
	case fastjson.TypeNull:
		return false
	case fastjson.TypeObject, fastjson.TypeArray:
		kept = f.group(v, level)
	case fastjson.TypeString:
		text := v.GetStringBytes()
		kept = len(text) > 0 && len(text) <= maxLeaf
		f.cut = f.cut || len(text) > maxLeaf
		f.dst = ecs.AppendString(f.dst, text)
	case fastjson.TypeNumber:
		f.dst = v.MarshalTo(f.dst)
		if raw := f.dst[start:]; !ecs.IsNumber(raw) { // fastjson takes what JSON has not
			f.dst = ecs.AppendString(f.dst[:start], string(raw))
		}
	default:
		f.dst = v.MarshalTo(f.dst)
	}
	if !kept {
		f.dst = f.dst[:start]
	}
	return kept
}

// group returns false where nothing of a list or an object is kept.
func (f *flattener) group(v *fastjson.Value, level int) bool {
	if level > maxLevel {
		f.cut = true
		return false
	}
	start := len(f.dst)
	if v.Type() == fastjson.TypeArray {
		f.dst = append(f.dst, '[')
		for _, item := range v.GetArray() {
			before := f.comma()
			if !f.value(item, level+1) {
				f.dst = f.dst[:before]
			}
		}
		f.dst = append(f.dst, ']')
	} else {
		f.dst = append(f.dst, '{')
		f.members(v.GetObject(), level+1)
		f.dst = append(f.dst, '}')
	}
	return len(f.dst) > start+2
}

// comma parts a member from the one before it and returns where that one ended.
func (f *flattener) comma() (before int) {
	before = len(f.dst)
	if c := f.dst[before-1]; c != '{' && c != '[' {
		f.dst = append(f.dst, ',')
	}
	return before
}

// members writes an object. Of several members with one name the last one stays; names that the type flattened refuses, empty ones
// and those with a zero byte, are left out.
func (f *flattener) members(o *fastjson.Object, level int) {
	from := len(f.keys)
	o.Visit(func(key []byte, _ *fastjson.Value) { f.keys = append(f.keys, key) })
	last := lastOf(f.keys[from:])
	n := 0
	o.Visit(func(key []byte, m *fastjson.Value) {
		twin := last(n)
		n++
		if twin {
			return
		}
		if len(key) == 0 || bytes.IndexByte(key, 0) >= 0 {
			f.cut = true
			return
		}
		before := f.comma()
		f.dst = append(ecs.AppendString(f.dst, key), ':')
		if !f.value(m, level) {
			f.dst = f.dst[:before]
		}
	})
	f.keys = f.keys[:from]
}

// lastOf makes the question whether key n of an object comes again behind it.
func lastOf(keys [][]byte) func(n int) bool {
	if len(keys) <= 32 {
		return func(n int) bool {
			for _, k := range keys[n+1:] {
				if bytes.Equal(k, keys[n]) {
					return true
				}
			}
			return false
		}
	}
	places := make(map[string]int, len(keys))
	for i, k := range keys {
		places[string(k)] = i
	}
	return func(n int) bool { return places[string(keys[n])] != n }
}
