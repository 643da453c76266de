package mapping

import (
	"strings"
	"unicode/utf8"

	"github.com/valyala/fastjson"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/storage/document"
)

// field reads the value or values of a leaf.
func (r *reader) field(l *leaf, v *fastjson.Value) error {
	switch l.spec.read {
	case readNothing:
		return r.presence(l, v)
	case readAlias:
		if v.Type() != fastjson.TypeNull {
			r.aliased = append(r.aliased, aliased{l, v})
		}
		return nil
	case readFlattened:
		return r.flattened(l, "", v, 0)
	case readCompletion:
		return r.completion(l, v)
	}
	switch v.Type() {
	case fastjson.TypeArray:
		for _, e := range v.GetArray() {
			if err := r.field(l, e); err != nil {
				return err
			}
		}
		return nil
	case fastjson.TypeObject:
		return r.refuse(l.field.Name, v, r.misfit(l, preview(v), objectCause(l)))
	}
	return r.scalar(l, r.scalarOf(v))
}

// presence checks a value of a field that is kept in _source only, and notes that the document has one.
func (r *reader) presence(l *leaf, v *fastjson.Value) error {
	switch v.Type() {
	case fastjson.TypeNull:
		return nil
	case fastjson.TypeArray:
		if list := v.GetArray(); l.field.Type != "geo_point" || len(list) == 0 || list[0].Type() != fastjson.TypeNumber {
			for _, e := range list {
				if err := r.presence(l, e); err != nil {
					return err
				}
			}
			return nil
		}
	}
	value, err := l.checkShape(v)
	if err != nil {
		if r.ignoresMalformed(l) {
			r.ignore(l.field.Name)
			return nil
		}
		return r.refuse(l.field.Name, v, err)
	}
	if value.Name != "" && r.hidden == 0 {
		r.d.Fields = append(r.d.Fields, value)
	}
	r.exists(l)
	return nil
}

// exists notes once that the document has a value of a field whose values have no column.
func (r *reader) exists(l *leaf) {
	if l.present && r.hidden == 0 && !r.noted[l] {
		if r.noted == nil {
			r.noted = map[*leaf]bool{}
		}
		r.noted[l] = true
		r.d.Fields = append(r.d.Fields, document.Field{Name: l.field.Column, Kind: document.Boolean, Num: 1})
	}
}

// scalar reads one value for a leaf, its sub-fields and the fields that it is copied to.
func (r *reader) scalar(l *leaf, s scalar) error {
	if err := r.withSubs(l, s); err != nil {
		return err
	}
	for _, target := range l.copyTo {
		if err := r.copyTo(target, s); err != nil {
			return err
		}
	}
	return nil
}

// withSubs reads one value for a leaf and its sub-fields.
func (r *reader) withSubs(l *leaf, s scalar) error {
	if err := r.index(l, s); err != nil {
		return err
	}
	for _, sub := range l.subs {
		if err := r.index(sub, s); err != nil {
			return err
		}
	}
	return nil
}

// copyTo indexes a value under another field too, which is made if there is none.
func (r *reader) copyTo(path string, s scalar) error {
	if l, _ := r.m.root.find(path); l != nil {
		return r.withSubs(l, s)
	}
	if n := r.added.find(path); n != nil && n.leaf != nil {
		return r.withSubs(n.leaf, s)
	}
	if s.kind == valueNull || r.copying { // a copy is not copied on
		return nil
	}
	r.copying = true
	defer func() { r.copying = false }()
	return r.member(r.m.root, []byte(path), s.v, r.m.root.dynamic.or(dynamicTrue))
}

// index reads one scalar into the leaf's column.
func (r *reader) index(l *leaf, s scalar) error {
	if s, ok := s.orNull(l); ok {
		return r.present(l, s)
	}
	return nil
}

// present reads one scalar that is not null.
func (r *reader) present(l *leaf, s scalar) error {
	switch l.spec.read {
	case readText:
		r.words(l, s.text)
		return nil
	case readKeyword:
		return r.keyword(l, s)
	case readCompletion:
		return r.inputOf(l, s)
	case readTokenCount:
		r.add(l, cell{num: int64(len(l.words.Tokens(s.text)))})
		return nil
	}
	c, err := l.convert(s.text, s.kind, r.coerces(l))
	if err != nil {
		if r.ignoresMalformed(l) {
			r.ignore(l.field.Name)
			return nil
		}
		return r.refuseScalar(l, s, err)
	}
	if c.none && (l.spec.read != readUnsigned || !l.hasNull) {
		return nil
	}
	if c.none { // of an unsigned_long alone an empty text is as null
		if c, err = l.convert(l.null, valueString, true); err != nil || c.none {
			return err
		}
	}
	r.add(l, c)
	return nil
}

func (r *reader) coerces(l *leaf) bool {
	if l.coerce != nil {
		return *l.coerce
	}
	return !r.m.settings.NoCoerce
}

func (r *reader) ignoresMalformed(l *leaf) bool {
	if l.ignoreMalformed != nil {
		return *l.ignoreMalformed
	}
	return r.m.settings.IgnoreMalformed
}

// add appends a value to the document, and takes its time from the field that has it.
func (r *reader) add(l *leaf, c cell) {
	f := &l.field
	if !r.timed && r.m.mayBeTime(f.Name) && f.Name == r.m.TimeField() {
		r.timed, r.d.Time = true, c.num
		if f.Kind == document.DateNanos {
			r.d.Time = c.num / 1_000_000
		}
	}
	if l.column && r.hidden == 0 {
		r.d.Fields = append(r.d.Fields, document.Field{Name: f.Column, Kind: f.Kind, Str: c.str, Num: c.num})
	}
}

// keyword reads a value of a keyword column.
func (r *reader) keyword(l *leaf, s scalar) error {
	f := &l.field
	if f.TooLong(s.text) {
		r.ignore(f.Name)
		return nil
	}
	if !l.column || r.hidden > 0 {
		return nil
	}
	term := s.text
	if f.Normalizer != "" {
		var err error
		if term, err = r.m.registry.Normalize(f.Normalizer, term); err != nil {
			return r.refuseScalar(l, s, err)
		}
	}
	if len(term) > maxTerm {
		return r.refuseScalar(l, s, immense(f.Name, term))
	}
	r.add(l, cell{str: term})
	return nil
}

// TooLong reports whether a text is above `ignore_above`. Elasticsearch counts characters in what a keyword reads itself, and what Java's length counts in
// what a field reads that it belongs to: KeywordFieldMapper's optimised and plain text differ.
func (f *Field) TooLong(text string) bool {
	switch {
	case f.IgnoreAbove == 0:
		return false
	case f.MultiField:
		return Longer(text, f.IgnoreAbove)
	}
	return utf8.RuneCountInString(text) > f.IgnoreAbove
}

// Longer reports whether a text has more characters than Java's length counts (UTF-16 units).
func Longer(text string, limit int) bool {
	if len(text) <= limit {
		return false
	}
	units := 0
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if units++; r > 0xFFFF {
			units++
		}
		if units > limit {
			return true
		}
		i += size
	}
	return false
}

// immense is Elasticsearch's error for a keyword that Lucene could not index.
func immense(name, term string) *eserr.Error {
	var prefix strings.Builder
	for i := 0; i < 30; i++ {
		if i > 0 {
			prefix.WriteString(", ")
		}
		prefix.WriteString(itoa(int(int8(term[i]))))
	}
	return eserr.Illegal("Document contains at least one immense term in field=\"%s\" (whose UTF8 encoding is longer than the max length %d), all of which were skipped. "+
		"Please correct the analyzer to not produce such terms. The prefix of the first immense term is: '[%s]...'", name, maxTerm, prefix.String())
}

// words reads a value of a text column. The words of a further value follow after a gap, so that no phrase spans two values.
func (r *reader) words(l *leaf, text string) {
	if !l.column || r.hidden > 0 || len(text) == 0 {
		return
	}
	tokens := r.memory.tokens.room(len(text)/4 + 1)
	if tokens = l.words.AppendTokens(tokens, text); len(tokens) == 0 {
		return
	}
	tokens = r.memory.tokens.keep(tokens)
	next := r.position(l)
	if from := *next; from > 0 {
		for i := range tokens {
			tokens[i].Position += from
		}
	}
	*next = tokens[len(tokens)-1].Position + 1 + l.gap
	r.d.Fields = append(r.d.Fields, document.Field{Name: l.field.Column, Kind: document.Text, Tokens: tokens})
}

// position is where the words of a text's next value begin.
func (r *reader) position(l *leaf) *uint32 {
	for i := range r.positions {
		if r.positions[i].text == l {
			return &r.positions[i].next
		}
	}
	r.positions = append(r.positions, textEnd{text: l})
	return &r.positions[len(r.positions)-1].next
}

// flattened reads any JSON below a flattened field: each leaf is a keyword of the whole object, and of its key (the path below the field).
func (r *reader) flattened(l *leaf, key string, v *fastjson.Value, depth int) error {
	switch v.Type() {
	case fastjson.TypeObject:
		return r.flatObject(l, key, v, depth)
	case fastjson.TypeArray:
		for _, e := range v.GetArray() {
			if err := r.flattened(l, key, e, depth); err != nil {
				return err
			}
		}
		return nil
	}
	if depth == 0 && v.Type() != fastjson.TypeNull {
		return r.refuse(l.field.Name, v, r.misfit(l, preview(v), eserr.Illegal("Failed to parse object: expecting token of type [START_OBJECT] but found [%s]", tokenName(v))))
	}
	return r.flatScalar(l, key, r.scalarOf(v), depth)
}

// flatScalar reads a scalar below a flattened field.
func (r *reader) flatScalar(l *leaf, key string, s scalar, depth int) error {
	s, ok := s.orNull(l)
	if !ok || depth == 0 || !l.column || r.hidden > 0 {
		return nil
	}
	f := &l.field
	if f.IgnoreAbove > 0 && Longer(s.text, f.IgnoreAbove) {
		r.ignore(f.Name)
		return nil
	}
	if len(key)+1+len(s.text) > maxTerm {
		return r.refuseScalar(l, s, eserr.Illegal("Flattened field [%s] contains one immense field whose keyed encoding is longer than the allowed max length of %d bytes. "+
			"Key length: %d, value length: %d for key starting with [%.50s]", f.Name, maxTerm, len(key), len(s.text), key))
	}
	both := key + "\x00" + s.text
	r.d.Fields = append(r.d.Fields,
		document.Field{Name: f.Column, Kind: document.Keyword, Str: both[len(key)+1:]},
		document.Field{Name: f.Column + keyed, Kind: document.Keyword, Str: both})
	return nil
}

func (r *reader) flatObject(l *leaf, key string, v *fastjson.Value, depth int) error {
	if depth >= l.depth {
		return r.refuse(l.field.Name, v, r.misfit(l, preview(v), eserr.Illegal("The provided [flattened] field [%s] exceeds the maximum depth limit of [%d].", l.field.Name, l.depth)))
	}
	var err error
	v.GetObject().Visit(func(name []byte, e *fastjson.Value) {
		if err != nil {
			return
		}
		if strings.IndexByte(string(name), 0) >= 0 {
			err = r.refuse(l.field.Name, v, r.misfit(l, preview(v), eserr.Illegal("Keys in [flattened] fields cannot contain the reserved character \\0. Offending key: [%s].", name)))
			return
		}
		below := string(name)
		if key != "" {
			below = key + "." + below
		}
		err = r.flattened(l, below, e, depth+1)
	})
	return err
}
