package mapping

import (
	"sync"

	"github.com/vedette-siem/vedette/storage/document"
)

const (
	maxPlans     = 1000    // of one mapping
	maxSkeleton  = 8 << 10 // bytes of one that is kept
	maxSkeletons = 1 << 20 // bytes of all that one mapping keeps
)

// plans are those of one mapping. What clients send cannot make them grow: when they are too many, all are forgotten.
type plans struct {
	mu    sync.RWMutex
	known map[string]*plan // by skeleton; nil for one that needs to be read whole
	bytes int              // of the skeletons
}

// of returns the plan for a skeleton, or nil if there is none.
func (c *plans) of(m *Mapping, s *document.Shape) *plan {
	if s.Escapes || len(s.Skeleton) > maxSkeleton {
		return nil
	}
	c.mu.RLock()
	p, ok := c.known[string(s.Skeleton)]
	c.mu.RUnlock()
	if !ok {
		skeleton := string(s.Skeleton)
		if p = newPlan(m, s); p != nil {
			p.skeleton = skeleton
		}
		c.add(skeleton, p)
	}
	return p
}

func (c *plans) add(skeleton string, p *plan) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known == nil || len(c.known) >= maxPlans || c.bytes+len(skeleton) > maxSkeletons {
		c.known, c.bytes = map[string]*plan{}, 0
	}
	if _, ok := c.known[skeleton]; !ok {
		c.known[skeleton] = p
		c.bytes += len(skeleton)
	}
}
