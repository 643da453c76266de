package carrier

import (
	"bytes"

	"github.com/valyala/fastjson"

	"github.com/vedette-siem/vedette/ingest/ecs"
)

// A Flattener writes values, whose names do not repeat (see Twins), as JSON without their empty members, within the limits of the type flattened.
type Flattener struct {
	// Dst is appended to.
	Dst []byte
	// Secret is the name of members whose text is not shown (see Mask); empty for none.
	Secret string
	// Camel makes the first letter of names small where a small letter or a digit follows.
	Camel bool
	// Masked counts the texts that were not shown.
	Masked int
	// Cut says that something was left out because of a limit.
	Cut bool
}

// Mask stands in the place of a secret.
const Mask = "***"

// The limits of the type flattened (https://www.elastic.co/docs/reference/elasticsearch/mapping-reference/flattened).
const (
	maxLeaf  = 32_766
	maxLevel = 20
)

// Value appends v, which lies at a level from 1 on. It returns false, and leaves Dst as it was, for empty values and those that pass a limit.
func (f *Flattener) Value(v *fastjson.Value, level int) bool {
	switch v.Type() {
	case fastjson.TypeObject, fastjson.TypeArray:
		if level > maxLevel {
			f.Cut = true
			return false
		}
		return f.group(v, level)
	case fastjson.TypeString:
		text := v.GetStringBytes()
		if len(text) > maxLeaf {
			f.Cut = true
			return false
		}
		f.Dst = ecs.AppendString(f.Dst, text)
		return len(text) > 0 || f.drop(2)
	case fastjson.TypeNumber:
		return f.number(v)
	case fastjson.TypeNull:
		return false
	}
	f.Dst = v.MarshalTo(f.Dst)
	return true
}

// drop takes back n bytes; it returns false.
func (f *Flattener) drop(n int) bool {
	f.Dst = f.Dst[:len(f.Dst)-n]
	return false
}

// number keeps a number's spelling; one that JSON would not spell so becomes a string.
func (f *Flattener) number(v *fastjson.Value) bool {
	from := len(f.Dst)
	f.Dst = v.MarshalTo(f.Dst)
	if raw := f.Dst[from:]; !ecs.IsNumber(raw) {
		text := string(raw)
		f.Dst = ecs.AppendString(f.Dst[:from], text)
	}
	return true
}

func (f *Flattener) group(v *fastjson.Value, level int) bool {
	start := len(f.Dst)
	if v.Type() == fastjson.TypeObject {
		f.Dst = append(f.Dst, '{')
		v.GetObject().Visit(func(key []byte, m *fastjson.Value) { f.Member(key, m, level+1) })
		if len(f.Dst) == start+1 {
			return f.drop(1)
		}
		f.Dst = append(f.Dst, '}')
		return true
	}
	f.Dst = append(f.Dst, '[')
	for _, item := range v.GetArray() {
		before := len(f.Dst)
		if before > start+1 {
			f.Dst = append(f.Dst, ',')
		}
		if !f.Value(item, level+1) {
			f.Dst = f.Dst[:before]
		}
	}
	if len(f.Dst) == start+1 {
		return f.drop(1)
	}
	f.Dst = append(f.Dst, ']')
	return true
}

// Member appends a member of the object that is open at the end of Dst. Names that the type flattened refuses, empty ones and those
// with a zero byte, are left out.
func (f *Flattener) Member(key []byte, v *fastjson.Value, level int) {
	if len(key) == 0 || bytes.IndexByte(key, 0) >= 0 {
		f.Cut = true
		return
	}
	before := len(f.Dst)
	if f.Dst[before-1] != '{' {
		f.Dst = append(f.Dst, ',')
	}
	f.Dst = append(ecs.AppendString(f.Dst, key), ':')
	if at := len(f.Dst) - len(key) - 2; f.Camel && isCapitalised(key) {
		f.Dst[at] += 'a' - 'A'
	}
	if f.Secret != "" && string(key) == f.Secret && v.Type() == fastjson.TypeString {
		f.Dst = ecs.AppendString(f.Dst, Mask)
		f.Masked++
		return
	}
	if !f.Value(v, level) {
		f.Dst = f.Dst[:before]
	}
}

// isCapitalised reports whether a name begins like `Name` or `S3Name`, not like `AWS`. Names with escapes are none.
func isCapitalised(key []byte) bool {
	if len(key) < 2 || key[0] < 'A' || key[0] > 'Z' || (key[1] < 'a' || key[1] > 'z') && (key[1] < '0' || key[1] > '9') {
		return false
	}
	for _, c := range key {
		if c < ' ' || c == '"' || c == '\\' || c >= 0x80 {
			return false
		}
	}
	return true
}
