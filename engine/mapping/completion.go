package mapping

import (
	"cmp"
	"encoding/binary"
	"math"
	"strconv"
	"strings"

	"github.com/valyala/fastjson"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/storage/document"
)

// A Completion says how the inputs of a completion field are indexed. Its terms are Input.Term.
//
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/search-suggesters.html#completion-suggester
type Completion struct {
	// Separators says that words do not run together, Holes that places of words which the analyzer left out count.
	Separators, Holes bool
	// MaxInput is how many UTF-16 units of an input are kept.
	MaxInput int
	// Contexts says that the mapping has contexts: nothing is indexed then.
	Contexts bool
}

const (
	// inputsOf is what the column of a completion's inputs has after the field's name, as names of fields have no zero byte.
	inputsOf = "\x00completion"
	// separator and hole stand between words and for words that are missing, as in Lucene's ConcatenateGraphFilter.
	separator, hole = "\x1f", "\x1e"
	// maxForms is how many forms words that stand at one place may give an input.
	maxForms = 1024
)

// CompletionColumn is the column of keywords that has the inputs of a completion field; empty if the field has none.
func (f *Field) CompletionColumn() string {
	if f.Completion == nil || f.Completion.Contexts {
		return ""
	}
	return f.Column + inputsOf
}

// An Input is a text that is suggested to complete what somebody types.
type Input struct {
	// Form is what the analyzer makes of the text: whose beginning is typed.
	Form   string
	Weight int32
	Text   string
}

// Term is the input as the column has it. Terms are in the order of their forms.
func (i Input) Term() string {
	return i.Form + "\x00" + string(binary.BigEndian.AppendUint32(nil, uint32(i.Weight))) + i.Text
}

// ReadInput undoes Term. The texts share the term's memory.
func ReadInput(term string) Input {
	form, rest, _ := strings.Cut(term, "\x00")
	return Input{form, int32(binary.BigEndian.Uint32([]byte(rest[:4]))), rest[4:]}
}

// Forms are what an analyzer's words, in order of position, become: one text, or several where words stand at one place. The error is an *eserr.Error.
func (c *Completion) Forms(words []document.Token) ([]string, error) {
	forms, next := []string{""}, uint32(0)
	for i := 0; i < len(words); {
		end := i + 1
		for end < len(words) && words[end].Position == words[i].Position {
			end++
		}
		before := ""
		if c.Holes {
			for ; next < words[i].Position; next++ {
				before += hole
				if c.Separators {
					before += separator
				}
			}
		}
		if c.Separators && i > 0 {
			before = separator + before
		}
		if len(forms)*(end-i) > maxForms {
			return nil, eserr.Illegal("the analyzer makes more than [%d] forms of an input of a completion field", maxForms)
		}
		var longer []string
		for _, form := range forms {
			for _, w := range words[i:end] {
				longer = append(longer, form+before+w.Term)
			}
		}
		forms, next, i = longer, words[i].Position+1, end
	}
	if len(words) == 0 {
		return nil, nil
	}
	return forms, nil
}

// settleCompletion reads the parameters of a completion field, and adds those that Elasticsearch always shows.
func (l *leaf) settleCompletion() {
	if l.field.Type != "completion" {
		return
	}
	c := &Completion{Separators: true, Holes: true, MaxInput: 50}
	for name, to := range map[string]*bool{"preserve_separators": &c.Separators, "preserve_position_increments": &c.Holes} {
		if b, ok := l.params[name].(bool); ok {
			*to = b
		}
		l.params[name] = *to
	}
	if n, ok := l.params["max_input_length"].(int); ok && n > 0 {
		c.MaxInput = n
	}
	l.params["max_input_length"] = c.MaxInput
	if l.field.Analyzer == "" {
		l.field.Analyzer = "simple"
		l.params["analyzer"] = "simple"
	}
	contexts := l.params["contexts"]
	list, isList := contexts.([]any)
	c.Contexts = contexts != nil && (!isList || len(list) > 0)
	l.field.Completion, l.present = c, true
}

// checkNewCompletion refuses parameters that mappings of earlier versions may have: there they mean the default.
func checkNewCompletion(name string, def map[string]any) error {
	for _, param := range []string{"preserve_position_increments", "preserve_separators"} {
		if value, ok := def[param]; ok {
			if _, err := readBool(param, value); err != nil {
				return err
			}
		}
	}
	if value, ok := def["max_input_length"]; ok {
		n, err := readInt("max_input_length", value)
		if err == nil && n <= 0 {
			err = eserr.Illegal("[max_input_length] must be > 0 but was [%d]", n)
		}
		if err != nil {
			return err
		}
	}
	contexts, ok := def["contexts"]
	if list, isList := contexts.([]any); isList && len(list) == 0 {
		return eserr.BadRequest("parse_exception", "expected at least one context mapping")
	}
	if ok && contexts == nil {
		return mapperError("[contexts] on mapper [%s] of type [completion] must not have a [null] value", name)
	}
	return nil
}

// completion reads the value or values of a completion field.
func (r *reader) completion(l *leaf, v *fastjson.Value) error {
	values := []*fastjson.Value{v}
	switch v.Type() {
	case fastjson.TypeNull:
		return nil
	case fastjson.TypeArray:
		values = v.GetArray()
	}
	for _, e := range values {
		var err error
		switch {
		case l.field.Completion.Contexts:
			r.exists(l)
		case e.Type() == fastjson.TypeString:
			err = r.input(l, e, 1)
		case e.Type() == fastjson.TypeObject:
			err = r.inputs(l, e)
		default:
			err = r.unsuggestible(l, e, noInput(l.field.Name, tokenName(e)))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// unsuggestible refuses a value.
func (r *reader) unsuggestible(l *leaf, v *fastjson.Value, cause *eserr.Error) error {
	if v == nil {
		return errNotPlanned
	}
	e := eserr.BadRequest(eserr.DocumentParsing, "failed to parse: %s", cause.Reason)
	e.CausedBy = cause
	return r.refuse(cmp.Or(l.field.Parent, l.field.Name), v, e)
}

func noInput(field, token string) *eserr.Error {
	return eserr.BadRequest(eserr.Parsing, "failed to parse [%s]: expected text or object, but got %s", field, token)
}

// inputs reads an object with `input` and `weight`.
func (r *reader) inputs(l *leaf, object *fastjson.Value) error {
	weight, inputs := int32(1), []*fastjson.Value(nil)
	var cause *eserr.Error
	object.GetObject().Visit(func(key []byte, v *fastjson.Value) {
		if cause != nil {
			return
		}
		switch string(key) {
		case "input":
			inputs, cause = inputTexts(v)
		case "weight":
			weight, cause = inputWeight(v)
		case "contexts":
			cause = eserr.Illegal("contexts field is not supported for field: [%s]", l.field.Name)
		default:
			cause = eserr.Illegal("unknown field name [%s], must be one of [input, weight, contexts]", key)
		}
	})
	if cause != nil {
		return r.unsuggestible(l, object, cause)
	}
	for _, v := range inputs {
		if err := r.input(l, v, weight); err != nil {
			return err
		}
	}
	return nil
}

func inputTexts(v *fastjson.Value) ([]*fastjson.Value, *eserr.Error) {
	switch v.Type() {
	case fastjson.TypeString:
		return []*fastjson.Value{v}, nil
	case fastjson.TypeArray:
		for _, e := range v.GetArray() {
			if e.Type() != fastjson.TypeString {
				return nil, eserr.Illegal("input array must have string values, but was [%s]", tokenName(e))
			}
		}
		return v.GetArray(), nil
	}
	return nil, eserr.Illegal("input must be a string or array, but was [%s]", tokenName(v))
}

func inputWeight(v *fastjson.Value) (int32, *eserr.Error) {
	if v.Type() != fastjson.TypeString && v.Type() != fastjson.TypeNumber {
		return 0, eserr.Illegal("weight must be a number or string, but was [%s]", tokenName(v))
	}
	n, err := strconv.ParseInt(numberText(v), 10, 64)
	switch {
	case err != nil:
		return 0, eserr.Illegal("weight must be an integer, but was [%s]", numberText(v))
	case n < 0 || n > math.MaxInt32:
		return 0, eserr.Illegal("weight must be in the interval [0..2147483647], but was [%d]", n)
	}
	return int32(n), nil
}

// input reads one text for a field, its sub-fields and those that it is copied to.
func (r *reader) input(l *leaf, v *fastjson.Value, weight int32) error {
	s := r.scalarOf(v)
	if cause := r.suggest(l, s.text, weight); cause != nil {
		return r.unsuggestible(l, v, cause)
	}
	for _, sub := range l.subs {
		if err := r.index(sub, s); err != nil {
			return err
		}
	}
	for _, target := range l.copyTo {
		if err := r.copyTo(target, s); err != nil {
			return err
		}
	}
	return nil
}

// inputOf reads the value of another field for a sub-field, or one that is copied.
func (r *reader) inputOf(l *leaf, s scalar) error {
	var cause *eserr.Error
	switch s.kind {
	case valueString:
		cause = r.suggest(l, s.text, 1)
	case valueNumber:
		cause = noInput(l.field.Parent, "VALUE_NUMBER")
	case valueBoolean:
		cause = noInput(l.field.Parent, "VALUE_BOOLEAN")
	}
	if cause != nil {
		return r.unsuggestible(l, s.v, cause)
	}
	return nil
}

// suggest indexes one text. One that is blank, or of which the analyzer leaves nothing, is not suggested.
func (r *reader) suggest(l *leaf, text string, weight int32) *eserr.Error {
	if strings.TrimSpace(text) == "" {
		return nil
	}
	text = firstUnits(text, l.field.Completion.MaxInput)
	if at := strings.IndexAny(text, "\x00\x1e\x1f"); at >= 0 {
		return eserr.Illegal("Illegal input [%s] UTF-16 codepoint [0x%x] at position %d is a reserved character", text, text[at], units(text[:at]))
	}
	r.exists(l)
	if l.field.CompletionColumn() == "" || r.hidden > 0 {
		return nil
	}
	forms, err := l.field.Completion.Forms(l.words.Tokens(text))
	if err != nil {
		return eserr.Illegal("%s", reason(err))
	}
	for _, form := range forms {
		if form == "" || strings.Contains(form, "\x00") {
			continue
		}
		term := Input{form, weight, text}.Term()
		if len(term) > maxTerm {
			return immense(l.field.Name, term)
		}
		r.d.Fields = append(r.d.Fields, document.Field{Name: l.field.CompletionColumn(), Kind: document.Keyword, Str: term})
	}
	return nil
}

// firstUnits cuts a text off after so many UTF-16 units, and before a character that would be cut in two.
func firstUnits(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	n := 0
	for i, c := range text {
		if n++; c > 0xFFFF {
			n++
		}
		if n > limit {
			return text[:i]
		}
	}
	return text
}

// units is the length of a text as Java counts it.
func units(text string) int {
	n := 0
	for _, c := range text {
		if n++; c > 0xFFFF {
			n++
		}
	}
	return n
}
