package search

import (
	"context"
	"sync"

	"github.com/vedette-siem/vedette/storage/document"
	"github.com/vedette-siem/vedette/storage/segment"
)

// stats counts terms over all segments of one index, as scoring needs; deleted documents count until their segment is merged, as in Lucene.
// It is filled on demand and safe for concurrent use.
type stats struct {
	views []segment.View
	// stop is not nil while a search waits: once it has an error the numbers need not be right, since the search ends.
	stop func() error

	mu     sync.Mutex // guards the maps
	fields map[column]fieldStats
	terms  map[termKey]int
}

type termKey struct {
	column
	term string
}

// fieldStats says how many documents have a field, and how many words or terms they have in it.
type fieldStats struct {
	docCount  int
	sumLength uint64
}

func newStats(views []segment.View) *stats {
	return &stats{views: views, fields: map[column]fieldStats{}, terms: map[termKey]int{}}
}

// field counts a column; a key of a flattened object is counted with all keys, which are one field to Lucene.
func (s *stats) field(c column) fieldStats {
	c.prefix = ""
	s.mu.Lock()
	defer s.mu.Unlock()
	got, ok := s.fields[c]
	if ok {
		return got
	}
	for _, v := range s.views {
		if s.stopped() {
			return got
		}
		if t := v.Text(c.name); t != nil {
			got.docCount += t.DocCount()
			got.sumLength += t.SumLengths()
			continue
		}
		got.docCount += int(v.Docs(c.name).GetCardinality())
		if t := v.Terms(c.name); t != nil {
			got.sumLength += s.postings(t)
		}
		if n := v.Numbers(c.name); n != nil && c.kind == document.Boolean {
			got.sumLength += n.Range(0, 0).GetCardinality() + n.Range(1, 1).GetCardinality()
		}
	}
	s.fields[c] = got
	return got
}

// postings is the number of terms that all documents have together.
func (s *stats) postings(t *segment.Terms) uint64 {
	if t.Single() {
		return t.Docs().GetCardinality()
	}
	sum := uint64(0)
	for ord := range uint32(t.Len()) {
		if ord%blockSize == 0 && s.stopped() {
			break
		}
		sum += uint64(t.DocFreq(ord))
	}
	return sum
}

// watch has the counting end with a search; the segments' searches share a context.
func (s *stats) watch(ctx context.Context) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stop = ctx.Err
}

func (s *stats) stopped() bool { return s.stop != nil && s.stop() != nil }

// docFreq is the number of documents that have the term.
func (s *stats) docFreq(c column, term string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := termKey{c, term}
	n, ok := s.terms[key]
	if ok {
		return n
	}
	for _, v := range s.views {
		x := exec{view: v}
		switch d := x.dictionary(c).(type) {
		case *segment.Text:
			if ord, exact := d.Seek(term); exact {
				n += d.DocFreq(ord)
			}
		case *segment.Terms:
			if ord, exact := d.Seek(term); exact {
				n += d.DocFreq(ord)
			}
		}
	}
	s.terms[key] = n
	return n
}

// flagFreq is the number of documents that have the value in a boolean column.
func (s *stats) flagFreq(n numbers) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := termKey{n.column, string(rune('0' + n.lo))}
	freq, ok := s.terms[key]
	if ok {
		return freq
	}
	for _, v := range s.views {
		if col := v.Numbers(n.name); col != nil {
			freq += int(col.Range(n.lo, n.hi).GetCardinality())
		}
	}
	s.terms[key] = freq
	return freq
}
