package carrier

import (
	"bytes"

	"github.com/valyala/fastjson"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/ecs"
)

// Extra collects the fields of a record that its decoder does not know, for a field of the type flattened. The zero value is ready.
type Extra struct {
	buffer  []byte
	members []extraMember
	out     []byte
}

type extraMember struct {
	name     []byte // as it was added; valid as long as the record
	from, to int
}

// Reset begins a new record.
func (e *Extra) Reset() { e.buffer, e.members = e.buffer[:0], e.members[:0] }

// Text adds a field with its text and counts it. Absent texts are counted only.
func (e *Extra) Text(counts *ingest.Counts, name, text []byte) {
	counts.ExtraField(name)
	if len(text) > maxLeaf || ecs.Absent(text) {
		return
	}
	from := len(e.buffer)
	e.buffer = ecs.AppendString(e.buffer, text)
	e.put(name, from)
}

// Value adds a member of a JSON object with its value and counts it. Empty values are counted only.
func (e *Extra) Value(counts *ingest.Counts, name []byte, v *fastjson.Value) {
	if v.Type() == fastjson.TypeNull {
		return
	}
	counts.ExtraField(name)
	from := len(e.buffer)
	f := Flattener{Dst: e.buffer}
	filled := f.Value(v, 1)
	if e.buffer = f.Dst; filled {
		e.put(name, from)
	}
}

// put keeps what was appended to the buffer, in the place of an earlier member of that name. Fields past ingest.MaxExtraNames
// are left out.
func (e *Extra) put(name []byte, from int) {
	for i := range e.members {
		if bytes.Equal(e.members[i].name, name) {
			e.members[i].from, e.members[i].to = from, len(e.buffer)
			return
		}
	}
	if len(e.members) >= ingest.MaxExtraNames || len(name) == 0 || bytes.IndexByte(name, 0) >= 0 {
		return
	}
	e.members = append(e.members, extraMember{name, from, len(e.buffer)})
}

// Set sets a field, a constant of the program, to what was collected; to nothing where that is nothing.
func (e *Extra) Set(b *ecs.Builder, field string) {
	if len(e.members) == 0 {
		return
	}
	e.out = append(e.out[:0], '{')
	for i, m := range e.members {
		if i > 0 {
			e.out = append(e.out, ',')
		}
		e.out = append(ecs.AppendString(e.out, m.name), ':')
		e.out = append(e.out, e.buffer[m.from:m.to]...)
	}
	b.JSON(field, append(e.out, '}'))
}
