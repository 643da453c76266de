package segment

import "encoding/binary"

// sourceMeta says where the sources lie.
type sourceMeta struct {
	Forms     intsMeta // of each document
	Skeletons tableMeta
	Recipes   tableMeta // of each form from 1 on: form.append
	Rest      restMeta
}

// tableMeta is where a list of texts lies: each behind its uvarint length, compressed together.
type tableMeta struct {
	N     uint32
	Bytes span
}

// Limits of what a segment keeps of skeletons and forms. Documents beyond them are kept whole.
const (
	maxSkeletons     = 1 << 14
	maxForms         = 1 << 16
	maxSkeletonBytes = 8 << 20
	maxFormBytes     = 16 << 20
)

// textTable numbers distinct texts from a first number on.
type textTable struct {
	first       uint32
	numbers     map[string]uint32
	list        []string
	bytes       int
	most, limit int // of texts, and of bytes
}

func newTextTable(first uint32, most, limit int) *textTable {
	return &textTable{first: first, numbers: map[string]uint32{}, most: most, limit: limit}
}

// number is that of a text, which is added if it is new. It returns false if the table is full.
func (t *textTable) number(text []byte) (uint32, bool) {
	n, ok := t.numbers[string(text)]
	if ok {
		return n, true
	}
	if len(t.list) >= t.most || t.bytes+len(text) > t.limit {
		return 0, false
	}
	n = t.first + uint32(len(t.list))
	s := string(text)
	t.numbers[s] = n
	t.list = append(t.list, s)
	t.bytes += len(s)
	return n, true
}

func (t *textTable) write(out *output) tableMeta {
	if len(t.list) == 0 {
		return tableMeta{}
	}
	raw := make([]byte, 0, t.bytes+2*len(t.list))
	for _, s := range t.list {
		raw = append(binary.AppendUvarint(raw, uint64(len(s))), s...)
	}
	return tableMeta{N: uint32(len(t.list)), Bytes: out.bytes(pack(nil, raw))}
}

// sourceWriter writes the sources of a segment.
type sourceWriter struct {
	skeletons, forms *textTable
	of               []uint32 // form of each document
	rest             *restWriter
}

func newSourceWriter(out *output) *sourceWriter {
	return &sourceWriter{
		skeletons: newTextTable(0, maxSkeletons, maxSkeletonBytes), forms: newTextTable(wholeForm+1, maxForms, maxFormBytes), rest: newRestWriter(out),
	}
}

// add takes the next document.
func (w *sourceWriter) add(form uint32, rest []byte) {
	w.of = append(w.of, form)
	w.rest.add(rest)
}

func (w *sourceWriter) finish() sourceMeta {
	rest, out := w.rest.finish(), w.rest.out
	return sourceMeta{Rest: rest, Forms: writeInts(out, w.of), Skeletons: w.skeletons.write(out), Recipes: w.forms.write(out)}
}
