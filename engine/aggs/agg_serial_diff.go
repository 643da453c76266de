package aggs

import (
	"math"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// serialDiffSpec is `serial_diff`: the difference of a value to that of some buckets before.
type serialDiffSpec struct {
	pipeBase
	lag int
}

func parseSerialDiff(o *options) spec {
	s := &serialDiffSpec{pipeBase: o.pipeBase()}
	lag := o.whole("lag", 1)
	if lag <= 0 {
		o.fail(eserr.BadRequest(eserr.Parsing, "Lag must be a positive, non-zero integer.  Value supplied was%d in [%s]: [lag].", lag, o.name))
	}
	s.lag = int(min(lag, 1<<31-1))
	o.strict()
	return s
}

func (s *serialDiffSpec) check(c *pipeCheck, n *node) { c.sequential(n) }

func (s *serialDiffSpec) run(w *writer, p *pipeRun) {
	values := p.values(w, s.paths[0], s.gap)
	for i := s.lag; i < len(values); i++ {
		if d := values[i] - values[i-s.lag]; !math.IsNaN(d) {
			p.set(&p.list.rows[i], &simpleValue{d, s.show})
		}
	}
}
