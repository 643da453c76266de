package carrier

import (
	"slices"

	"github.com/valyala/fastjson"

	"github.com/vedette-siem/vedette/ingest/ecs"
)

// Text is a scalar as a keyword (see the function Text), valid until the next call.
func (s *Session) Text(v *fastjson.Value) []byte {
	var text []byte
	text, s.Scratch = Text(s.Scratch, v)
	return text
}

// Keyword sets a field to a scalar; anything else is omitted.
func (s *Session) Keyword(name string, v *fastjson.Value) { s.B.KeywordBytes(name, s.Text(v)) }

// Keywords sets a field to the scalars of a list.
func (s *Session) Keywords(name string, v *fastjson.Value) {
	var texts []string
	for _, item := range Items(v) {
		texts = append(texts, string(s.Text(item)))
	}
	s.B.Keywords(name, texts...)
}

// Long sets a field to an integer, given as a number or a text; a fraction is cut off, anything else is omitted.
func (s *Session) Long(name string, v *fastjson.Value) {
	if s.B.LongBytes(name, s.Text(v)) || v == nil || v.Type() != fastjson.TypeNumber {
		return
	}
	if n, err := v.Float64(); err == nil && n > -1e15 && n < 1e15 {
		s.B.Long(name, int64(n))
	}
}

// Decimal sets a field to a number, given as one or as a text; anything else is omitted.
func (s *Session) Decimal(name string, v *fastjson.Value) { s.B.Decimal(name, s.Text(v)) }

// Bool sets a field to a truth; anything else is omitted.
func (s *Session) Bool(name string, v *fastjson.Value) {
	if v != nil && (v.Type() == fastjson.TypeTrue || v.Type() == fastjson.TypeFalse) {
		s.B.Bool(name, v.Type() == fastjson.TypeTrue)
	}
}

// Time sets a field to a date; what is none is omitted.
func (s *Session) Time(name string, v *fastjson.Value) {
	if ms, ok := ecs.ParseTime(s.Text(v)); ok {
		s.B.Time(name, ms)
	}
}

// Flat sets a field of the type flattened to an object, or to the objects of a list; anything else is omitted. It returns whether
// something was left out because of a limit.
func (s *Session) Flat(name string, v *fastjson.Value) (cut bool) { return s.flat(name, v, false) }

// FlatCamel is Flat with names as Flattener.Camel has them.
func (s *Session) FlatCamel(name string, v *fastjson.Value) (cut bool) { return s.flat(name, v, true) }

func (s *Session) flat(name string, v *fastjson.Value, camel bool) (cut bool) {
	items := Items(v)
	if !IsObject(v) && (len(items) == 0 || slices.ContainsFunc(items, func(v *fastjson.Value) bool { return !IsObject(v) })) {
		return false
	}
	f := Flattener{Dst: s.Scratch[:0], Camel: camel}
	if f.Value(v, 1) {
		s.B.JSON(name, f.Dst)
	}
	s.Scratch = f.Dst
	return f.Cut
}

// Extra keeps the members that are not known under a field of the type flattened, and counts them by name.
func (s *Session) Extra(name string, v *fastjson.Value, known func(name []byte) bool) {
	f := Flattener{Dst: append(s.Scratch[:0], '{')}
	v.GetObject().Visit(func(key []byte, m *fastjson.Value) {
		if m.Type() == fastjson.TypeNull || known(key) {
			return
		}
		s.Counts.ExtraField(key)
		f.Member(key, m, 1)
	})
	if len(f.Dst) > 1 {
		s.B.JSON(name, append(f.Dst, '}'))
	}
	s.Scratch = f.Dst
}
