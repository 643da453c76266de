package carrier

import "github.com/valyala/fastjson"

// Texts reads JSON values as the texts that log lines would have. The zero value is ready; Reset makes the texts invalid.
type Texts struct{ buffer []byte }

// Reset begins a new record.
func (t *Texts) Reset() { t.buffer = t.buffer[:0] }

// Of is a string without its quotes, a number or a truth as it is written, the members of a list with blanks between, an
// object as JSON, and nil for null.
func (t *Texts) Of(v *fastjson.Value) []byte {
	switch v.Type() {
	case fastjson.TypeString:
		return v.GetStringBytes()
	case fastjson.TypeNull:
		return nil
	case fastjson.TypeArray:
		from := len(t.buffer)
		for i, item := range v.GetArray() {
			if i > 0 {
				t.buffer = append(t.buffer, ' ')
			}
			if item.Type() == fastjson.TypeString {
				t.buffer = append(t.buffer, item.GetStringBytes()...)
				continue
			}
			t.buffer = item.MarshalTo(t.buffer)
		}
		return t.buffer[from:]
	}
	from := len(t.buffer)
	t.buffer = v.MarshalTo(t.buffer)
	return t.buffer[from:]
}
