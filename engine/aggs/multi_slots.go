package aggs

import (
	"slices"
	"strings"
)

// multiSlots number the combinations of the slots of several columns, in the order in which they come. A combination of the first i columns is numbered by steps[i],
// as the number of the one before it and a slot more.
type multiSlots struct {
	seg     *segmentState
	sources []*compositeSource
	slots   []slots
	isText  []bool
	steps   []table

	owners      []uint32
	places      []uint32    // 0, 1, 2, ...
	entryDocs   [2][]uint32 // of the combinations so far, for steps in turns
	entryPlaces [2][]uint32
	numbers     [2][]uint32
	texts       []string // of keys, when they are sorted
}

// maxCombinations is how many combinations the documents of one block may have, for what they take while they are made.
const maxCombinations = 1 << 22

func (m *multiSlots) read(docs, owners []uint32) (d, o, s []uint32) {
	m.makePlaces(len(docs))
	entryDocs, entryPlaces, numbers := docs, m.places[:len(docs)], []uint32(nil)
	for i := range m.slots {
		m.makePlaces(len(entryDocs))
		outDocs, outPlaces, out := m.entryDocs[i%2][:0], m.entryPlaces[i%2][:0], m.numbers[i%2][:0]
		d, at, slots := m.slots[i].read(entryDocs, m.places[:len(entryDocs)])
		for j, slot := range slots {
			prefix := uint64(0)
			if i > 0 {
				prefix = uint64(numbers[at[j]])
			}
			outDocs, outPlaces = append(outDocs, d[j]), append(outPlaces, entryPlaces[at[j]])
			out = append(out, m.steps[i].add(prefix<<32|uint64(slot)))
		}
		if len(out) > maxCombinations {
			m.seg.err = firstError(m.seg.err, tooManyBuckets())
			return nil, nil, nil
		}
		m.entryDocs[i%2], m.entryPlaces[i%2], m.numbers[i%2] = outDocs, outPlaces, out
		entryDocs, entryPlaces, numbers = outDocs, outPlaces, out
	}
	if owners == nil {
		return entryDocs, nil, numbers
	}
	m.owners = sized(m.owners, len(numbers))
	for i, place := range entryPlaces {
		m.owners[i] = owners[place]
	}
	return entryDocs, m.owners, numbers
}

// makePlaces makes places for so many entries.
func (m *multiSlots) makePlaces(n int) {
	for i := len(m.places); i < n; i++ {
		m.places = append(m.places, uint32(i))
	}
}

func (m *multiSlots) count() int          { return len(m.steps[len(m.steps)-1].keys) }
func (m *multiSlots) ordered() bool       { return false }
func (m *multiSlots) num(uint32) int64    { return 0 }
func (m *multiSlots) allowed(uint32) bool { return true }

func (m *multiSlots) bytes() int {
	n := 0
	for i := range m.steps {
		n += m.steps[i].bytes() + m.slots[i].bytes()
	}
	return n + 4*(cap(m.places)+2*cap(m.numbers[0])+2*cap(m.numbers[1]))
}

// text is the key of a combination, as composites have it.
func (m *multiSlots) text(slot uint32) string {
	if m.texts != nil {
		return m.texts[slot]
	}
	at := make([]uint32, len(m.steps))
	for i := len(m.steps) - 1; i >= 0; i-- {
		key := m.steps[i].keys[slot]
		at[i], slot = uint32(key), uint32(key>>32)
	}
	var key []byte
	for i, source := range m.sources {
		p := part{}
		if m.isText[i] {
			p.text = append([]byte{}, m.slots[i].text(at[i])...)
		} else {
			p.num = m.slots[i].num(at[i])
		}
		key = source.append(key, p)
	}
	return string(key)
}

// rank is the place of each combination in the order of keys.
func (m *multiSlots) rank() []uint32 {
	n := m.count()
	if m.seg.take(40 * n); m.seg.err != nil {
		return make([]uint32, n)
	}
	texts, order := make([]string, n), make([]uint32, n)
	for i := range texts {
		texts[i], order[i] = m.text(uint32(i)), uint32(i)
		m.seg.take(len(texts[i]))
	}
	m.texts = texts
	slices.SortFunc(order, func(a, b uint32) int { return strings.Compare(texts[a], texts[b]) })
	out := make([]uint32, n)
	for place, slot := range order {
		out[slot] = uint32(place)
	}
	return out
}
