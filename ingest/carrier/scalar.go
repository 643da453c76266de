package carrier

import (
	"fmt"
	"strings"

	"github.com/valyala/fastjson"
)

// IsText reports whether v is a string.
func IsText(v *fastjson.Value) bool { return v != nil && v.Type() == fastjson.TypeString }

// IsObject reports whether v is an object.
func IsObject(v *fastjson.Value) bool { return v != nil && v.Type() == fastjson.TypeObject }

// Member is a member of an object that is not null; nil where there is none, or no object.
func Member(v *fastjson.Value, name string) *fastjson.Value {
	if !IsObject(v) {
		return nil
	}
	m := v.Get(name)
	if m == nil || m.Type() == fastjson.TypeNull {
		return nil
	}
	return m
}

// Items are the members of a list; nil for anything else.
func Items(v *fastjson.Value) []*fastjson.Value {
	if v == nil || v.Type() != fastjson.TypeArray {
		return nil
	}
	return v.GetArray()
}

// Text is a scalar as a keyword: strings as they are, numbers as written, truths as words; nil for anything else. Numbers are written
// into scratch, which is returned for the next call; the text is valid until then and as long as v.
func Text(scratch []byte, v *fastjson.Value) (text, rest []byte) {
	if v == nil {
		return nil, scratch
	}
	switch v.Type() {
	case fastjson.TypeString:
		return v.GetStringBytes(), scratch
	case fastjson.TypeNumber:
		scratch = v.MarshalTo(scratch[:0])
		return scratch, scratch
	case fastjson.TypeTrue:
		return wordTrue, scratch
	case fastjson.TypeFalse:
		return wordFalse, scratch
	}
	return nil, scratch
}

// Nobody changes them.
var wordTrue, wordFalse = []byte("true"), []byte("false")

// NotJSON is a parser's error without the input that it quotes, which may hold secrets.
func NotJSON(err error) string {
	text, _, _ := strings.Cut(err.Error(), "; unparsed tail")
	text, _, _ = strings.Cut(text, ": \"")
	return fmt.Sprintf("invalid JSON: %.200s", text)
}
