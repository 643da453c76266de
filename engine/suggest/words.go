package suggest

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"

	"github.com/vedette-siem/vedette/engine/analysis"
	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/mapping"
	"github.com/vedette-siem/vedette/storage/document"
	"github.com/vedette-siem/vedette/storage/segment"
)

// An Index is one index as a suggestion sees it. Its segments must stay open until Run has returned.
type Index struct {
	Mapping *mapping.Mapping
	Views   []segment.View
	// Stop returns why the request must not go on, or nil. It is asked often.
	Stop func() error
	// Fetch prints a hit as an object, with the fields that the search shows.
	Fetch func(h *Hit) (json.RawMessage, error)
	// Take claims memory, in bytes, that is held until the request is answered.
	Take func(bytes int64) error
}

// field looks up the field of a suggestion.
func (x *Index) field(name string) (*mapping.Field, error) {
	f, ok := x.Mapping.Lookup(name)
	if !ok {
		return nil, eserr.Shard(eserr.IllegalArgument, "no mapping found for field [%s]", name)
	}
	return f, nil
}

// docs is the number of documents, deleted ones included.
func (x *Index) docs() int {
	n := 0
	for _, v := range x.Views {
		n += v.NumDocs()
	}
	return n
}

// lexicon is what keywords and words of a segment have in common.
type lexicon interface {
	Len() int
	Each(from uint32, f func(ord uint32, term []byte) bool)
	Seek(term string) (ord uint32, exact bool)
	DocFreq(ord uint32) int
}

// words is the dictionary of a field over all segments of an index.
type words struct {
	index    *Index
	segments []lexicon
	shingles bool // segments do not count words that stand at one place
}

func (x *Index) words(f *mapping.Field) *words {
	w := &words{index: x}
	if a := x.Mapping.Registry().Analyzer(f.Analyzer); f.Kind == document.Text && a != nil {
		w.shingles = a.Shingles() != nil
	}
	for _, v := range x.Views {
		if f.Kind == document.Text {
			if t := v.Text(f.Column); t != nil {
				w.segments = append(w.segments, t)
			}
			continue
		}
		if t := v.Terms(f.Column); t != nil && f.Kind == document.Keyword {
			if f.KeyPrefix != "" {
				t = t.Sub(f.KeyPrefix)
			}
			w.segments = append(w.segments, t)
		}
	}
	return w
}

// docFreq is the number of documents that have the word.
func (w *words) docFreq(word string) int {
	n := 0
	for _, s := range w.segments {
		if ord, exact := s.Seek(word); exact {
			n += s.DocFreq(ord)
		}
	}
	return n
}

// totalFreq is how often the word occurs in all documents.
func (w *words) totalFreq(word string) (int64, error) {
	n := int64(0)
	for _, s := range w.segments {
		if ord, exact := s.Seek(word); exact {
			n += freq(s, ord)
		}
		if err := w.index.Stop(); err != nil {
			return 0, err
		}
	}
	return n, nil
}

// total is how many words all documents have together.
func (w *words) total() (int64, error) {
	n := int64(0)
	for _, s := range w.segments {
		if text, ok := s.(*segment.Text); ok && !w.shingles {
			n += int64(text.SumLengths())
			continue
		}
		for ord := range uint32(s.Len()) {
			if ord%termBlock == 0 {
				if err := w.index.Stop(); err != nil {
					return 0, err
				}
			}
			n += freq(s, ord)
		}
	}
	return n, nil
}

// freq is how often a word of a segment occurs in its documents.
func freq(s lexicon, ord uint32) int64 {
	text, ok := s.(*segment.Text)
	if !ok {
		return int64(s.DocFreq(ord))
	}
	n := int64(0)
	for p := text.Postings(ord); p.Next(); {
		n += int64(p.Freq())
	}
	return n
}

// A nearWord is a word of the dictionary with its distance from another.
type nearWord struct {
	word  string
	runes []rune
	edits int
	freq  int // documents that have it
}

// termBlock is how many terms are looked at between two looks at whether to stop.
const termBlock = 1024

// near finds the words that begin as the word does, for so many characters, and that so many edits lie between.
func (w *words) near(word []rune, prefixLength, maxEdits int) (map[string]*nearWord, error) {
	prefix := string(word[:min(prefixLength, len(word))])
	found := map[string]*nearWord{}
	for _, s := range w.segments {
		if err := w.nearIn(s, word, prefix, maxEdits, found); err != nil {
			return nil, err
		}
	}
	return found, nil
}

func (w *words) nearIn(s lexicon, word []rune, prefix string, maxEdits int, found map[string]*nearWord) error {
	from, _ := s.Seek(prefix)
	var err error
	var runes []rune
	s.Each(from, func(ord uint32, term []byte) bool {
		if ord%termBlock == 0 {
			if err = w.index.Stop(); err != nil {
				return false
			}
		}
		if !bytes.HasPrefix(term, []byte(prefix)) {
			return false
		}
		if n := utf8.RuneCount(term); n < len(word)-maxEdits || n > len(word)+maxEdits {
			return true
		}
		runes = append(runes[:0], []rune(string(term))...)
		n := analysis.Edits(word, runes, true)
		if n > maxEdits {
			return true
		}
		if near := found[string(term)]; near != nil {
			near.freq += s.DocFreq(ord)
			return true
		}
		err = w.index.Take(int64(5*len(term) + 96))
		found[string(term)] = &nearWord{word: string(term), runes: append([]rune(nil), runes...), edits: n, freq: s.DocFreq(ord)}
		return err == nil
	})
	return err
}
