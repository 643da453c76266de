package cloudtrail

import "github.com/valyala/fastjson"

// renderer writes a value as Java prints maps: `{name=value, list=[a, b]}`, strings bare, members in the order of the source,
// empty ones left out. It stops soon after maxRendering bytes.
type renderer struct {
	dst        []byte
	keepTokens bool
}

// maxRendering is how many bytes of a rendering are kept: Lucene refuses terms above 32,766.
const maxRendering = 32_000

// value returns false, and leaves dst as it was, for empty values.
func (r *renderer) value(v *fastjson.Value) bool {
	if len(r.dst) > maxRendering {
		return true
	}
	switch v.Type() {
	case fastjson.TypeObject:
		return r.object(v.GetObject())
	case fastjson.TypeArray:
		return r.array(v.GetArray())
	case fastjson.TypeString:
		text := v.GetStringBytes()
		r.dst = append(r.dst, text[:min(len(text), maxRendering+4)]...)
		return len(text) > 0
	case fastjson.TypeNull:
		return false
	}
	r.dst = v.MarshalTo(r.dst)
	return true
}

func (r *renderer) object(o *fastjson.Object) bool {
	start := len(r.dst)
	r.dst = append(r.dst, '{')
	o.Visit(func(key []byte, v *fastjson.Value) {
		if len(r.dst) > maxRendering {
			return
		}
		before := len(r.dst)
		if before > start+1 {
			r.dst = append(r.dst, ", "...)
		}
		r.dst = append(append(r.dst, key...), '=')
		if !r.keepTokens && string(key) == "sessionToken" && v.Type() == fastjson.TypeString {
			r.dst = append(r.dst, mask...)
		} else if !r.value(v) {
			r.dst = r.dst[:before]
		}
	})
	return r.close(start, '}')
}

func (r *renderer) array(items []*fastjson.Value) bool {
	start := len(r.dst)
	r.dst = append(r.dst, '[')
	for _, v := range items {
		if len(r.dst) > maxRendering {
			break
		}
		before := len(r.dst)
		if before > start+1 {
			r.dst = append(r.dst, ", "...)
		}
		if !r.value(v) {
			r.dst = r.dst[:before]
		}
	}
	return r.close(start, ']')
}

func (r *renderer) close(start int, c byte) bool {
	if len(r.dst) == start+1 {
		r.dst = r.dst[:start]
		return false
	}
	r.dst = append(r.dst, c)
	return true
}

// trim cuts what is too long between characters and reports whether it did.
func (r *renderer) trim() bool {
	if len(r.dst) <= maxRendering {
		return false
	}
	end := maxRendering
	for end > maxRendering-4 && r.dst[end]&0xc0 == 0x80 {
		end--
	}
	r.dst = r.dst[:end]
	return true
}
