package mapping

import (
	"errors"
	"strings"

	"github.com/valyala/fastjson"
)

// A scalar is one value of a document that is no object and no list.
type scalar struct {
	// text is that of a string without its quotes and escapes, else the value as it stands in the JSON. It lives as long as the document, so that columns share it.
	text string
	kind jsonKind
	// v is the value as it was parsed, nil where a plan reads the document.
	v *fastjson.Value
}

// scalarOf copies a value's text to the memory of the document's values.
func (r *reader) scalarOf(v *fastjson.Value) scalar {
	switch v.Type() {
	case fastjson.TypeNull:
		return scalar{"", valueNull, v}
	case fastjson.TypeString:
		return scalar{r.keep(v.GetStringBytes()), valueString, v}
	case fastjson.TypeTrue:
		return scalar{"true", valueBoolean, v}
	case fastjson.TypeFalse:
		return scalar{"false", valueBoolean, v}
	}
	r.scratch = v.MarshalTo(r.scratch[:0])
	return scalar{r.keep(r.scratch), valueNumber, v}
}

// keep copies a text to the memory of the document's values.
func (r *reader) keep(text []byte) string {
	if r.values.Cap() == 0 {
		r.values.Grow(len(r.d.Source))
	}
	from := r.values.Len()
	r.values.Write(text)
	return r.values.String()[from:]
}

// scalarIn reads a scalar from the JSON of a document, whose memory its text shares unless it has escapes.
func (r *reader) scalarIn(json string) (s scalar, err error) {
	switch json[0] {
	case '"':
		s = scalar{text: json[1 : len(json)-1], kind: valueString}
		if strings.IndexByte(s.text, '\\') >= 0 {
			s.text, err = r.unescaped(json)
		}
		return s, err
	case 'n':
		return scalar{kind: valueNull}, nil
	case 't', 'f':
		return scalar{text: json, kind: valueBoolean}, nil
	}
	return scalar{text: json, kind: valueNumber}, nil
}

// unescaped is the text of a string in JSON, by the same parser that reads whole documents.
func (r *reader) unescaped(json string) (string, error) {
	v, err := r.parser.Parse(json)
	if err != nil {
		return "", err
	}
	return string(v.GetStringBytes()), nil
}

// orNull puts the leaf's null value in place of null; false says that there is none.
func (s scalar) orNull(l *leaf) (scalar, bool) {
	if s.kind != valueNull {
		return s, true
	}
	return scalar{l.null, valueString, s.v}, l.hasNull
}

// errNotPlanned says that a document must be read again without its plan: errors name the place of a value, which a plan does not know.
var errNotPlanned = errors.New("document does not fit its plan")

// refuseScalar refuses a document because a leaf cannot hold a value, as refuse does.
func (r *reader) refuseScalar(l *leaf, s scalar, cause error) error {
	switch {
	case r.stream:
		r.ignore(l.field.Name)
		return nil
	case s.v == nil:
		return errNotPlanned
	}
	return r.refuse(l.field.Name, s.v, r.misfit(l, s.text, cause))
}
