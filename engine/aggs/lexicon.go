package aggs

import (
	"github.com/vedette-siem/vedette/storage/segment"
)

// A lexicon knows the terms of one column of a segment by their ordinals, which ascend as the terms do. They are those of the column, with one more among them where
// documents without a term count as one that the column does not have. It is never changed, and may be used as long as the segment is open.
type lexicon struct {
	col   *segment.Terms // nil where the segment has no such column
	terms int            // of the column
	fill  bool
	// fillOrd is the ordinal of documents without a term; extra says that it is not the column's, whose ordinals from fillOrd on are one higher.
	fillOrd  uint32
	extra    bool
	fillText string
}

// count is the number of ordinals.
func (l *lexicon) count() int {
	if l.extra {
		return l.terms + 1
	}
	return l.terms
}

// text is the term of an ordinal, in memory of its own.
func (l *lexicon) text(ord uint32) string {
	switch {
	case !l.extra || ord < l.fillOrd:
		return l.col.Term(ord)
	case ord == l.fillOrd:
		return l.fillText
	}
	return l.col.Term(ord - 1)
}

// find returns the ordinal of a term; false if there is no such term.
func (l *lexicon) find(term string) (uint32, bool) {
	if l.extra && term == l.fillText {
		return l.fillOrd, true
	}
	if l.col == nil {
		return 0, false
	}
	ord, ok := l.col.Seek(term)
	if l.extra && ord >= l.fillOrd {
		ord++
	}
	return ord, ok
}

// walkShare is the share of a dictionary (one in walkShare) from which on going through all of it is cheaper than looking terms up one by one.
const walkShare = 8

// texts visits the terms of ascending ordinals, each valid until the next one.
func (l *lexicon) texts(ords []uint32, visit func([]byte)) {
	if l.extra || len(ords) == 0 || len(ords)*walkShare < l.terms {
		for _, ord := range ords {
			visit([]byte(l.text(ord)))
		}
		return
	}
	l.col.Each(ords[0], func(ord uint32, term []byte) bool {
		if ord == ords[0] {
			visit(term)
			ords = ords[1:]
		}
		return len(ords) > 0
	})
}

// copies returns the terms of ascending ordinals, which lie in one piece of memory. take claims that, and what is needed on the way.
func (l *lexicon) copies(ords []uint32, take func(bytes int) error) (texts []string, err error) {
	if err := take(24 * len(ords)); err != nil {
		return nil, err
	}
	var all []byte
	ends := make([]int, 0, len(ords))
	l.texts(ords, func(text []byte) {
		if err != nil {
			return
		}
		room := cap(all)
		all = append(all, text...)
		ends = append(ends, len(all))
		if cap(all) > room {
			err = take(2 * (cap(all) - room)) // once more below
		}
	})
	if err != nil {
		return nil, err
	}
	rest, from := string(all), 0
	texts = make([]string, len(ords))
	for i, end := range ends {
		texts[i], from = rest[from:end], end
	}
	return texts, nil
}
