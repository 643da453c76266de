package carrier

import (
	"sync"

	"github.com/vedette-siem/vedette/ingest"
)

// Readers hands out the readers of one shape and takes them back, so that small objects do not each pay for buffers. It is safe for concurrent use.
type Readers struct{ pool sync.Pool }

// NewReaders makes the readers that a decoder owns.
func NewReaders(shape Shape, limits ingest.Limits) *Readers {
	return &Readers{pool: sync.Pool{New: func() any { return &Reader{Limits: limits, Shape: shape} }}}
}

// Get returns a reader that is the caller's until Put.
func (p *Readers) Get() *Reader { return p.pool.Get().(*Reader) }

// Put takes a reader back; its records are no longer valid.
func (p *Readers) Put(r *Reader) {
	r.record = Record{}
	r.buffered.Reset(nil)
	p.pool.Put(r)
}
