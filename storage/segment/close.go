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

// TimeRange is the least and the greatest time of the documents, deleted ones included, in milliseconds since 1970 UTC; false of a segment without documents.
// It reads no column, so a damaged one does not matter.
func (s *Segment) TimeRange() (least, greatest int64, ok bool) {
	c := s.columns[TimeField]
	if c == nil {
		return 0, 0, false
	}
	return c.Min, c.Max, true
}
