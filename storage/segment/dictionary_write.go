package segment

import (
	"encoding/binary"
	"unsafe"
)

// termList is a sorted list of distinct terms, which can be gone through more than once.
type termList interface {
	len() int
	// form is that in which the terms can lie.
	form() dictForm
	// each calls f with the terms in order until it returns false. A term is valid until f returns.
	each(f func(term string) bool)
}

// stringTerms is a termList in memory.
type stringTerms []string

func (t stringTerms) len() int { return len(t) }

func (t stringTerms) form() dictForm {
	var f formFinder
	t.each(f.add)
	return f.form()
}

func (t stringTerms) each(f func(string) bool) {
	for _, term := range t {
		if !f(term) {
			return
		}
	}
}

// writeDict writes sorted terms.
func writeDict(out *output, terms []string) dictMeta { return writeTermList(out, stringTerms(terms)) }

// writeTermList writes a dictionary. It holds no more of it than an arrayWriter does.
func writeTermList(out *output, terms termList) dictMeta {
	f := terms.form()
	m := dictMeta{N: uint32(terms.len()), Prefix: f.prefix, UUIDs: f.uuids, Digits: f.digits}
	if f.digits > 0 {
		var numbers intsWriter
		terms.each(func(term string) bool {
			numbers.add(int64(readDigits(term[len(f.prefix):])))
			return true
		})
		numbers.end()
		m.Numbers = numbers.write(out)
		return m
	}
	to := out.array()
	if f.uuids {
		var packed []byte
		terms.each(func(term string) bool {
			packed = packUUID(packed[:0], term[len(f.prefix):])
			to.write(packed)
			return true
		})
		m.Bytes = to.end()
		return m
	}
	g := groupWriter{to: to}
	terms.each(g.add)
	g.close()
	m.Bytes = to.end()
	g.starts.end()
	m.Groups = g.starts.write(out)
	return m
}

// groupWriter writes a dictionary in groups.
type groupWriter struct {
	to            *arrayWriter
	starts        intsWriter // in bytes
	at            int64      // of the next group
	terms         int        // of the group
	group, packed []byte
	last          []byte // term
}

func (g *groupWriter) add(term string) bool {
	shared := 0
	if g.terms > 0 {
		shared = sharedPrefix(textOf(g.last), term)
		g.group = binary.AppendUvarint(g.group, uint64(shared))
	}
	g.group = binary.AppendUvarint(g.group, uint64(len(term)-shared))
	g.group = append(g.group, term[shared:]...)
	g.last = append(g.last[:0], term...)
	if g.terms++; g.terms == dictGroup {
		g.close()
	}
	return true
}

// close ends a group.
func (g *groupWriter) close() {
	if g.terms == 0 {
		return
	}
	form, group := byte(0), g.group
	if len(group) >= packGroupBytes {
		if g.packed = pack(g.packed[:0], group); len(g.packed)*8 < len(group)*7 {
			form, group = 1, g.packed
		}
	}
	g.starts.add(g.at)
	g.to.write([]byte{form})
	g.to.write(group)
	g.at += int64(1 + len(group))
	g.group, g.terms = g.group[:0], 0
}

// textOf is bytes as a string that changes when they do.
func textOf(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

func sharedPrefix(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}
