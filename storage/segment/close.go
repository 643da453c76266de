package segment

import "sync"

// closeHooks are called when nobody has the segment any more.
type closeHooks struct {
	mu    sync.Mutex // guards hooks
	hooks []func()
}

// OnClose has f called once, when the last snapshot that has the segment is closed: its file was merged into another, or its index closed or deleted.
// The caller has a snapshot open that shows the segment.
func (s *Segment) OnClose(f func()) {
	s.closing.mu.Lock()
	defer s.closing.mu.Unlock()
	s.closing.hooks = append(s.closing.hooks, f)
}

func (c *closeHooks) run() {
	c.mu.Lock()
	hooks := c.hooks
	c.hooks = nil
	c.mu.Unlock()
	for _, f := range hooks {
		f()
	}
}

// Persisted reports whether the segment is a file. One in memory is soon replaced by one that is.
func (s *Segment) Persisted() bool { return s.path != "" }

// Bounds are the least and the greatest value of a numeric column, those of deleted documents included; false where there is no such column. The column is not
// read, so a damaged one does not matter.
func (s *Segment) Bounds(field string) (least, greatest int64, ok bool) {
	c := s.columns[field]
	if c == nil || !c.Kind.Numeric() {
		return 0, 0, false
	}
	return c.Min, c.Max, true
}
