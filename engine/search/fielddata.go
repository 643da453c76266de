package search

import (
	lru "container/list"
	"sync"

	"github.com/vedette-siem/vedette/engine/aggs"
	"github.com/vedette-siem/vedette/storage/segment"
)

// Fielddata keeps the first and the last word of each document of texts whose mapping has `fielddata: true`: what sorting by them needs, made from the words when it is
// first asked for. It goes by what a column holds, so that a segment that was in memory finds its own again when it is a file. The least recently used goes first. It may be
// used by many goroutines; a nil *Fielddata keeps nothing.
//
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/text.html#fielddata-mapping-param
type Fielddata struct {
	limit  int64
	budget *aggs.Budget // counts what is kept

	mu     sync.Mutex // guards what follows
	used   int64
	of     map[string]*lru.Element // of *ends, by the column's fingerprint
	recent *lru.List               // the most recently used first
}

// ends are the ordinals of each document's first and last word, each one more than itself; 0 is a document without a word.
type ends struct {
	first, last []uint32
	column      string // its fingerprint
}

func (e *ends) bytes() int64 { return int64(4 * (len(e.first) + len(e.last))) }

// NewFielddata makes one of at most so many bytes, which are counted in budget too.
func NewFielddata(maxBytes int64, budget *aggs.Budget) *Fielddata {
	return &Fielddata{limit: maxBytes, budget: budget, of: map[string]*lru.Element{}, recent: lru.New()}
}

// Bytes is how much is kept of a column of a segment.
func (f *Fielddata) Bytes(s *segment.Segment, column string) int64 {
	if e := f.get(s.Fingerprint(column)); e != nil {
		return e.bytes()
	}
	return 0
}

func (f *Fielddata) get(column string) *ends {
	if f == nil {
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	e := f.of[column]
	if e == nil {
		return nil
	}
	f.recent.MoveToFront(e)
	return e.Value.(*ends)
}

func (f *Fielddata) put(e *ends) {
	if f == nil || e.bytes() > f.limit {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.of[e.column] != nil {
		return // of a search at the same time
	}
	f.of[e.column] = f.recent.PushFront(e)
	f.count(e.bytes())
	for f.used > f.limit {
		last := f.recent.Back()
		old := last.Value.(*ends)
		f.recent.Remove(last)
		delete(f.of, old.column)
		f.count(-old.bytes())
	}
}

func (f *Fielddata) count(bytes int64) {
	f.used += bytes
	f.budget.Add(bytes)
}

// ends returns the first and last words of the documents, or what was found of them before the search had to stop, which it notices before it uses them.
func (x *exec) ends(t *segment.Text, column string) (*ends, error) {
	fingerprint := x.view.Fingerprint(column)
	if kept := x.fielddata.get(fingerprint); kept != nil {
		return kept, nil
	}
	docs := x.view.NumDocs()
	if err := x.holdBytes(int64(8 * docs)); err != nil {
		return nil, err
	}
	e := &ends{make([]uint32, docs), make([]uint32, docs), fingerprint}
	for ord := range uint32(t.Len()) {
		if ord%termBlock == 0 && x.stopped() != nil {
			return e, nil
		}
		for p := t.Postings(ord); p.Next(); {
			doc := p.Doc()
			if e.last[doc] = ord + 1; e.first[doc] == 0 {
				e.first[doc] = ord + 1
			}
		}
	}
	x.fielddata.put(e)
	return e, nil
}

// wordReader reads the first or last word of a text. Codes are those of a termReader.
type wordReader struct {
	text    *segment.Text
	ords    []uint32
	nulls   int64
	missing int64
	absent  sortValue
}

// newWordReader opens a text. Without memory for it the search is refused before the reader is used.
func newWordReader(x *exec, t *segment.Text, k *plannedKey) keyReader {
	e, err := x.ends(t, k.column.name)
	if err != nil {
		x.failed = err
		return fixedReader{k.missing, k.nulls()}
	}
	r := &wordReader{text: t, ords: e.first, nulls: k.nulls(), absent: k.missing}
	if k.mode == "max" || k.mode == "" && k.desc {
		r.ords = e.last
	}
	r.missing = r.seek(k.missing)
	return r
}

func (r *wordReader) code(doc uint32, _ float32) int64 {
	if ord := r.ords[doc]; ord > 0 {
		return 2 * int64(ord-1)
	}
	return r.missing
}

func (r *wordReader) seek(v sortValue) int64 {
	if v.kind == nullValue {
		return r.nulls
	}
	ord, exact := r.text.Seek(v.str)
	if exact {
		return 2 * int64(ord)
	}
	return 2*int64(ord) - 1
}

func (r *wordReader) value(doc uint32, _ float32) sortValue {
	if ord := r.ords[doc]; ord > 0 {
		return sortValue{kind: textValue, str: r.text.Term(ord - 1)}
	}
	return r.absent
}
