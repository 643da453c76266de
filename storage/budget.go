package storage

import (
	"errors"
	"fmt"
	"sync"
)

// ErrFull is returned, as a *FullError, by a write for which there was no room in time. Nothing of it was written; it may be tried again.
var ErrFull = errors.New("too much waits to be written to disk")

// FullError says how much waits, in bytes: Used is less than Limit if it is not memory that was missing, but a refresh of the index that does not come to its end.
type FullError struct{ Used, Limit int64 }

// Error implements error.
func (e *FullError) Error() string {
	return fmt.Sprintf("%v: %d bytes of %d", ErrFull, e.Used, e.Limit)
}

// Unwrap makes errors.Is find ErrFull.
func (e *FullError) Unwrap() error { return ErrFull }

// budget bounds the memory of what was written and is not a file yet, over all indices of a directory: buffers, and segments in memory. Writes wait until there
// is room; each may then go over the limit by what it brings. A nil budget has no bound.
type budget struct {
	limit int64

	mu      sync.Mutex
	used    int64
	room    chan struct{}       // closed when used falls
	indices map[*Index]struct{} // those that can be asked to refresh
}

func newBudget(limit int64) *budget {
	return &budget{limit: limit, room: make(chan struct{}), indices: map[*Index]struct{}{}}
}

// add takes bytes, or gives them back.
func (b *budget) add(bytes int) {
	if b == nil || bytes == 0 {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.used += int64(bytes); bytes < 0 {
		close(b.room)
		b.room = make(chan struct{})
	}
}

// bytes is what is used now.
func (b *budget) bytes() int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.used
}

func (b *budget) enter(ix *Index) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.indices[ix] = struct{}{}
}

func (b *budget) leave(ix *Index) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.indices, ix)
}

// refusal is the error of a write that has waited too long.
func (b *budget) refusal() error { return &FullError{Used: b.bytes(), Limit: b.limit} }

// wait returns when there is room; or with a *FullError when the patience is over, with ErrClosed when stop is closed. It makes all indices refresh: a buffer that waits for
// nothing but its time would keep the others out.
func (b *budget) wait(p *patience, stop <-chan struct{}) error {
	for asked := false; ; asked = true {
		b.mu.Lock()
		used, room := b.used, b.room
		if used >= b.limit && !asked {
			for ix := range b.indices {
				ix.refreshSoon()
			}
		}
		b.mu.Unlock()
		if used < b.limit {
			return nil
		}
		select {
		case <-room:
		case <-p.over():
			return b.refusal()
		case <-stop:
			return ErrClosed
		}
	}
}
