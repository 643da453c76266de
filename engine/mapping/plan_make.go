package mapping

import (
	"bytes"

	"github.com/vedette-siem/vedette/storage/document"
)

// planner makes a plan by walking over a skeleton as a reader walks over a document. Its methods return false for what a plan cannot do.
type planner struct {
	m        *Mapping
	skeleton []byte
	at       int
	plan     plan
}

// newPlan makes the plan for a skeleton, or nil where documents need to be read whole.
func newPlan(m *Mapping, s *document.Shape) *plan {
	p := &planner{m: m, skeleton: s.Skeleton, plan: plan{steps: make([]step, 0, len(s.Holes))}}
	root := reads{m: m, object: m.root, dyn: m.root.dynamic.or(dynamicTrue)}
	if m.root.disabled {
		root = reads{}
	}
	if !p.value(root) {
		return nil
	}
	return &p.plan
}

// skip goes over blanks and returns what stands there.
func (p *planner) skip() byte {
	for {
		switch c := p.skeleton[p.at]; c {
		case ' ', '\t', '\r', '\n':
			p.at++
		default:
			return c
		}
	}
}

// value goes over one value.
func (p *planner) value(by reads) bool {
	switch p.skip() {
	case '{':
		return p.object(by)
	case '[':
		return p.list(']', func() bool { return p.value(by) })
	}
	p.at++
	p.scalar(by)
	return true
}

// list goes over what stands between a bracket and the closing one.
func (p *planner) list(end byte, each func() bool) bool {
	p.at++
	if p.skip() == end {
		p.at++
		return true
	}
	for each() {
		c := p.skip()
		p.at++
		if c == end {
			return true
		}
	}
	return false
}

// object goes over an object. Where it has a name twice the document is refused, or in a stream the last member counts, which a plan does not know.
func (p *planner) object(by reads) bool {
	if by.leaf != nil && (by.leaf.spec.read != readFlattened || by.depth >= by.leaf.depth) {
		return false
	}
	seen := map[string]bool{}
	return p.list('}', func() bool {
		name := p.name()
		if seen[name] {
			return false
		}
		seen[name] = true
		below, ok := by.member(name)
		return ok && p.value(below)
	})
}

// name goes over the name of a member, which has no escapes, and its colon.
func (p *planner) name() string {
	p.skip()
	from := p.at + 1
	p.at = from + bytes.IndexByte(p.skeleton[from:], '"')
	name := string(p.skeleton[from:p.at])
	p.at++
	p.skip()
	p.at++
	return name
}

// scalar adds the step for the next scalar value.
func (p *planner) scalar(by reads) {
	var s step
	switch {
	case by.object != nil, by.leaf != nil && by.leaf.spec.read == readFlattened && by.depth == 0:
		s.do = doNull
	case by.leaf != nil && by.leaf.spec.read == readFlattened:
		s = step{do: doFlat, leaf: by.leaf, key: by.key}
		p.plan.fields += 2
	case by.leaf != nil:
		s = step{do: doIndex, leaf: by.leaf}
		p.plan.fields += 1 + len(by.leaf.subs)
		for _, path := range by.leaf.copyTo {
			target, _ := p.m.root.find(path)
			p.plan.fields += 1 + len(target.subs)
		}
	}
	p.plan.steps = append(p.plan.steps, s)
}
