package mapping

// A slab cuts slices from memory that is allocated for many documents at a time, since those come and go together.
type slab[T any] struct{ free []T }

// room returns an empty slice with room for n values, which is the caller's once it is kept; until then room gives the same memory again.
// chunk is how many values are allocated at a time.
func (s *slab[T]) room(n, chunk int) []T {
	if n > chunk/8 {
		return make([]T, 0, n)
	}
	if n > len(s.free) {
		s.free = make([]T, chunk)
	}
	return s.free[:0:n]
}

// keep takes what a slice has come to use from the slab, and returns it without room for more.
func (s *slab[T]) keep(used []T) []T {
	if len(used) > 0 && len(s.free) > 0 && &used[0] == &s.free[0] {
		s.free = s.free[len(used):]
		return used[:len(used):len(used)]
	}
	return used
}
