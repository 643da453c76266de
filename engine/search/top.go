package search

import (
	"cmp"
	"math"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
)

// top keeps the best documents of one segment: a heap whose root is the worst of them. It is for one goroutine.
type top struct {
	run     *indexRun
	exec    *exec
	page    *page
	keys    []plannedKey
	readers []keyReader
	limit   int
	after   []int64 // codes after which the page begins; nil is at the beginning
	heap    []topEntry
	next    topEntry // the codes of the document that is being looked at
	room    int      // entries that are counted in the request's memory
	err     error    // there is no room for more
}

type topEntry struct {
	doc   uint32
	score float32
	codes []int64
}

func newTop(x *exec, run *indexRun, p *page, limit int) *top {
	t := &top{run: run, exec: x, page: p, keys: p.keys, limit: limit, next: topEntry{codes: make([]int64, len(p.keys))}}
	for i := range t.keys {
		k := &t.keys[i]
		r := k.reader(x, run.index.Name, run.shard)
		t.readers = append(t.readers, r)
		if k.after != nil {
			t.after = append(t.after, r.seek(*k.after))
		}
	}
	t.err = x.failed
	return t
}

// before reports whether the key puts code a before code b.
func (k *plannedKey) before(a, b int64) bool {
	if k.desc {
		return a > b
	}
	return a < b
}

// better reports whether entry a comes before entry b.
func (t *top) better(a, b *topEntry) bool {
	for i := range t.keys {
		if a.codes[i] != b.codes[i] {
			return t.keys[i].before(a.codes[i], b.codes[i])
		}
	}
	return a.doc < b.doc
}

func (t *top) full() bool { return len(t.heap) >= t.limit }

// add looks at a document.
func (t *top) add(doc uint32, score float32) {
	if t.limit == 0 {
		return
	}
	n := &t.next
	n.doc, n.score = doc, score
	for i, r := range t.readers {
		n.codes[i] = r.code(doc, score)
		if i == 0 && t.full() && t.keys[0].before(t.heap[0].codes[0], n.codes[0]) {
			return // worse than the worst by the first key
		}
	}
	if t.after != nil && !t.beyond(n.codes) {
		return
	}
	if !t.full() {
		if !t.reserve() {
			return
		}
		t.heap = append(t.heap, topEntry{doc, score, slices.Clone(n.codes)})
		t.up(len(t.heap) - 1)
		return
	}
	if t.better(n, &t.heap[0]) {
		root := &t.heap[0]
		root.doc, root.score = doc, score
		copy(root.codes, n.codes)
		t.down()
	}
}

// reserve claims memory for one entry more, and for the hit that is made of it in the end. It is false once there is none.
func (t *top) reserve() bool {
	if len(t.heap) < t.room {
		return t.err == nil
	}
	more := min(max(t.room, 64), t.limit-t.room)
	t.room += more
	t.err = t.run.session.options.Budget.Take("hits", int64(more)*int64(96+48*len(t.keys)))
	return t.err == nil
}

// beyond reports whether codes come after the last hit of the page before.
func (t *top) beyond(codes []int64) bool {
	for i := range t.keys {
		if codes[i] != t.after[i] {
			return t.keys[i].before(t.after[i], codes[i])
		}
	}
	return false
}

func (t *top) up(i int) {
	for i > 0 {
		parent := (i - 1) / 2
		if !t.better(&t.heap[parent], &t.heap[i]) {
			return
		}
		t.heap[parent], t.heap[i] = t.heap[i], t.heap[parent]
		i = parent
	}
}

func (t *top) down() {
	for i := 0; ; {
		worst := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(t.heap); child++ {
			if t.better(&t.heap[worst], &t.heap[child]) {
				worst = child
			}
		}
		if worst == i {
			return
		}
		t.heap[worst], t.heap[i] = t.heap[i], t.heap[worst]
		i = worst
	}
}

// ranked is a hit that no longer needs its segment's codes.
type ranked struct {
	run    *indexRun
	page   *page
	x      *exec
	doc    uint32
	score  float32
	values []sortValue
	group  sortValue // of a search that is collapsed
}

// finish returns the best documents, the best first; none if there is an error.
func (t *top) finish() []ranked {
	slices.SortFunc(t.heap, func(a, b topEntry) int {
		if t.better(&a, &b) {
			return -1
		}
		return 1
	})
	out, values, n := make([]ranked, len(t.heap)), make([]sortValue, len(t.heap)*len(t.keys)), len(t.keys)
	for i, e := range t.heap {
		out[i] = ranked{run: t.run, page: t.page, x: t.exec, doc: e.doc, score: e.score, values: values[i*n : (i+1)*n : (i+1)*n]}
		texts := 0
		for j, r := range t.readers {
			out[i].values[j] = r.value(e.doc, e.score)
			texts += len(out[i].values[j].str)
		}
		if err := t.run.session.options.Budget.Take("hits", int64(texts)); err != nil {
			t.err = err
			return nil
		}
	}
	return out
}

// rank merges two lists of hits, each of which has the best first, and keeps the best limit. Equal ones keep the order of indices, segments and documents.
func rank(keys []sortKey, a, b []ranked, limit int) []ranked {
	if len(a) == 0 {
		return b[:min(len(b), limit)]
	}
	out := make([]ranked, 0, min(len(a)+len(b), limit))
	for len(out) < cap(out) {
		if len(b) == 0 || len(a) > 0 && !before(keys, &b[0], &a[0]) {
			out, a = append(out, a[0]), a[1:]
		} else {
			out, b = append(out, b[0]), b[1:]
		}
	}
	return out
}

// before reports whether a hit comes before another one.
func before(keys []sortKey, a, b *ranked) bool {
	return cmp.Or(compareHits(keys, a.values, b.values), cmp.Compare(a.run.shard, b.run.shard), cmp.Compare(a.x.base, b.x.base), cmp.Compare(a.doc, b.doc)) < 0
}

// collect feeds documents to the top, with their scores where s is not nil, and returns the greatest score.
func (t *top) collect(x *exec, docs *roaring.Bitmap, s scorer) (float32, error) {
	if s == nil && t.limit > 0 {
		if done, err := t.collectOrdered(x, docs); done || err != nil {
			return 0, err
		}
	}
	if s == nil && t.limit == 0 {
		return 0, nil
	}
	if score, ok := fixedScore(s); ok && t.scoreOnly() {
		return t.collectFirst(docs, score), nil
	}
	best := float32(0)
	buf, it := make([]uint32, blockSize), docs.ManyIterator()
	for n := it.NextMany(buf); n > 0; n = it.NextMany(buf) {
		if err := x.stopped(); err != nil {
			return best, err
		}
		if t.err != nil {
			return best, nil // which the caller looks at
		}
		for _, doc := range buf[:n] {
			score := float32(0)
			if s != nil {
				score, _ = s.score(doc)
				best = max(best, score)
			}
			t.add(doc, score)
		}
	}
	return best, nil
}

// scoreOnly reports whether documents of one score stay in their own order, and none is left out.
func (t *top) scoreOnly() bool {
	byPlace := len(t.keys) == 1 || len(t.keys) == 2 && t.keys[1].source == fromShardDoc && !t.keys[1].desc
	return t.after == nil && t.keys[0].source == fromScore && byPlace
}

// collectFirst is collect where all documents have the same score, so that the first ones are the best.
func (t *top) collectFirst(docs *roaring.Bitmap, score float32) float32 {
	it := docs.Iterator()
	for !t.full() && it.HasNext() && t.err == nil {
		t.add(it.Next(), score)
	}
	if docs.IsEmpty() {
		return 0
	}
	return score
}

// collectOrdered is collect where documents are in the order of the first key, so that it can stop early. It reports false where they are not.
func (t *top) collectOrdered(x *exec, docs *roaring.Bitmap) (bool, error) {
	first := &t.keys[0]
	if d, is := t.readers[0].(docReader); is {
		return true, t.collectInTurn(x, docs, d)
	}
	r, ok := t.readers[0].(*numberReader)
	if !ok || first.numeric != "" || !x.ordered(first.column.name, r.column) {
		return false, nil
	}
	it := t.beginOrdered(x, docs, r)
	for i := 0; it.HasNext(); i++ {
		if i%blockSize == 0 {
			if err := x.stopped(); err != nil || t.err != nil {
				return true, err
			}
		}
		doc := it.Next()
		if t.full() && first.before(t.heap[0].codes[0], r.code(doc, 0)) {
			break
		}
		t.add(doc, 0)
	}
	return true, nil
}

// collectInTurn is collect where documents are wanted as they lie, or the other way round.
func (t *top) collectInTurn(x *exec, docs *roaring.Bitmap, r docReader) error {
	var it roaring.IntIterable
	if t.keys[0].desc {
		if t.after != nil {
			docs = docs.Clone()
			docs.RemoveRange(uint64(max(t.after[0]-r.base+1, 0)), math.MaxUint32+1)
		}
		it = docs.ReverseIterator()
	} else {
		forward := docs.Iterator()
		if t.after != nil {
			forward.AdvanceIfNeeded(uint32(min(max(t.after[0]-r.base, 0), math.MaxUint32)))
		}
		it = forward
	}
	for i := 0; it.HasNext() && !t.full(); i++ {
		if i%blockSize == 0 {
			if err := x.stopped(); err != nil || t.err != nil {
				return err
			}
		}
		t.add(it.Next(), 0)
	}
	return nil
}

// beginOrdered walks documents from the first that can be on the page: forwards, or backwards where the key descends.
func (t *top) beginOrdered(x *exec, docs *roaring.Bitmap, r *numberReader) roaring.IntIterable {
	n := x.view.NumDocs()
	switch {
	case t.keys[0].desc && t.after == nil:
		return docs.ReverseIterator()
	case t.keys[0].desc:
		docs = docs.Clone()
		docs.RemoveRange(uint64(upperBound(r.column, n, t.after[0])), uint64(n))
		return docs.ReverseIterator()
	}
	it := docs.Iterator()
	if t.after != nil {
		it.AdvanceIfNeeded(uint32(lowerBound(r.column, n, t.after[0])))
	}
	return it
}
