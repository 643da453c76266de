package search

import (
	"context"
	"errors"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/vedette-siem/vedette/engine/aggs"
	"github.com/vedette-siem/vedette/storage/document"
	"github.com/vedette-siem/vedette/storage/segment"
)

// blockSize is how many documents or terms are handled between two looks at the context.
const blockSize = 4096

// errTimeout ends a segment whose request has used up its `timeout`; what was found before counts.
var errTimeout = errors.New("the request's timeout has passed")

// exec is one search of one segment. It is for one goroutine.
type exec struct {
	ctx      context.Context
	deadline time.Time // zero is none
	view     segment.View
	stats    *stats
	base     uint32 // documents of the index in the segments before this one
	sorted   string // the column by which documents may be ordered: the mapping's TimeField, or empty
	budget   *aggs.Budget
	held     int64 // of the budget, until the segment is done

	fielddata *Fielddata
	failed    error // why a key of the sort cannot be read
}

// hold claims the memory of some documents until the segment is done.
func (x *exec) hold(docs *roaring.Bitmap) error { return x.holdBytes(int64(docs.GetSizeInBytes())) }

func (x *exec) holdBytes(n int64) error {
	x.held += n
	return x.budget.Take("documents", n)
}

// keep claims the memory of a term that is copied out of its segment, for as long as the search takes.
func (x *exec) keep(term string) error { return x.budget.Take("terms", int64(len(term))+64) }

// release gives back what hold has claimed.
func (x *exec) release() {
	x.budget.Add(-x.held)
	x.held = 0
}

// stopped returns why the search must not go on, or nil.
func (x *exec) stopped() error {
	if err := x.ctx.Err(); err != nil {
		return err
	}
	if !x.deadline.IsZero() && time.Now().After(x.deadline) {
		return errTimeout
	}
	return nil
}

// termBlock is how many terms are looked at, by expressions that may be slow, between two looks at the context.
const termBlock = 256

// everything returns all documents of the segment, deleted ones included.
func (x *exec) everything() *roaring.Bitmap {
	docs := roaring.New()
	docs.AddRange(0, uint64(x.view.NumDocs()))
	return docs
}

// ordered reports whether the values of a column ascend with the documents, so that a range of values is a range of documents. Documents are in the order
// of segment.TimeField, which the mapping fills from its TimeField: where each document has exactly one value and both columns
// have the same bounds, the two columns are the same.
func (x *exec) ordered(name string, col *segment.Numbers) bool {
	if name != x.sorted || name == "" || col.Kind() != document.Date || !col.Single() {
		return false
	}
	times := x.view.Numbers(segment.TimeField)
	n := uint32(x.view.NumDocs())
	if times == nil || n == 0 || times.Min() != col.Min() || times.Max() != col.Max() {
		return false
	}
	return agree(times, col, n) && col.Docs().GetCardinality() == uint64(n)
}

// agree compares two columns at some documents that are spread over the segment.
func agree(a, b *segment.Numbers, docs uint32) bool {
	const samples = 64
	step := max(docs/samples, 1)
	for doc := uint32(0); doc < docs; doc += step {
		va, oka := a.Value(doc)
		vb, okb := b.Value(doc)
		if !oka || !okb || va != vb {
			return false
		}
	}
	return true
}
