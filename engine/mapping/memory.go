package mapping

import (
	"unsafe"

	"github.com/vedette-siem/vedette/storage/document"
)

// Memory is where documents that are read get what lives only until they are written: their Fields, the Tokens of those, and their Holes. Reset makes it ready for
// the next documents. The zero value is ready. It is for one goroutine.
type Memory struct {
	fields slab[document.Field]
	tokens slab[document.Token]
	holes  slab[document.Hole]
}

// Reset takes back the memory of all documents that were read with it.
func (m *Memory) Reset() {
	m.fields.reset()
	m.tokens.reset()
	m.holes.reset()
}

// Clear is Reset for a Memory that will not be used for a while: it lets go of the documents whose texts it had.
func (m *Memory) Clear() {
	m.fields.clear()
	m.tokens.clear()
	m.holes.clear()
}

// A slab cuts slices from memory that is allocated for many documents at a time, since those come and go together.
type slab[T any] struct {
	free   []T
	chunks [][]T // that were given out since reset, and those that are to be used again
	used   int   // of chunks
}

// chunkBytes is up to how much memory a slab allocates at a time: first as much as one document needs, then twice as much as before.
const chunkBytes = 64 << 10

// room returns an empty slice with room for n values, which is the caller's once it is kept; until then room gives the same memory again.
func (s *slab[T]) room(n int) []T {
	most := chunkBytes / int(unsafe.Sizeof(*new(T)))
	if n > most/4 {
		return make([]T, 0, n)
	}
	for n > len(s.free) {
		if s.used == len(s.chunks) {
			s.chunks = append(s.chunks, make([]T, s.chunk(n, most)))
		}
		s.free = s.chunks[s.used]
		s.used++
	}
	return s.free[:0:n]
}

// chunk is the size of the next chunk, with room for n.
func (s *slab[T]) chunk(n, most int) int {
	if s.used == 0 {
		return n
	}
	return min(max(n, 2*len(s.chunks[s.used-1])), most)
}

// keep takes what a slice has come to use from the slab, and returns it without room for more.
func (s *slab[T]) keep(used []T) []T {
	if len(used) > 0 && len(s.free) > 0 && &used[0] == &s.free[0] {
		s.free = s.free[len(used):]
		return used[:len(used):len(used)]
	}
	return used
}

func (s *slab[T]) reset() { s.free, s.used = nil, 0 }

// maxKeptChunks is how many chunks a slab keeps that is not used for a while.
const maxKeptChunks = 32

func (s *slab[T]) clear() {
	s.reset()
	if len(s.chunks) > maxKeptChunks {
		s.chunks = nil
	}
	for _, c := range s.chunks {
		clear(c)
	}
}
