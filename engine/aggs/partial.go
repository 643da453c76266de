package aggs

import (
	"encoding/json"
	"time"
)

// A Partial is what one segment, or several, contribute to an answer. It may read terms of its segments until it is merged and printed, so they must stay open.
type Partial struct {
	nodes []partial
	now   time.Time
	err   error
}

// A partial is one aggregation's part of a Partial, for all buckets of its parent. A nil partial has counted nothing.
type partial interface {
	// merge makes one partial of several of the same aggregation, none of which is nil, for buckets of the parent. It may keep parts of them.
	merge(m *merging, parts []share, buckets int) (partial, error)
	// clone shares nothing with the partial that merge or write may change.
	clone() partial
	// bytes is about how much memory the partial holds.
	bytes() int
}

// A share is a partial on its way into a merged one.
type share struct {
	partial partial
	// to says for each bucket of the parent where it goes, or dropped.
	to []uint32
}

// dropped is where buckets go that the merged parent does not keep.
const dropped = ^uint32(0)

// A merging is what all partials share while they are merged.
type merging struct {
	stop   stop
	budget *Budget
	// last says that the merged partial is printed and merged no more, so that it need not keep what the answer does not show.
	last bool
}

// take claims memory of the request.
func (m *merging) take(bytes int) error { return m.budget.take(int64(bytes)) }

// A stop tells why work has to end before its time, or nil; a nil stop never does.
type stop func() error

// now reports the error.
func (s stop) now() error {
	if s == nil {
		return nil
	}
	return s()
}

// at is now for every 4,096th step only.
func (s stop) at(step int) error {
	if s == nil || step&(maxBlock-1) != 0 {
		return nil
	}
	return s()
}

// Merge makes one partial of several, in any order, and uses them up. Nil parts count for nothing; of none it makes nil.
func Merge(parts []*Partial) *Partial { return mergeParts(&merging{}, parts) }

func mergeParts(m *merging, parts []*Partial) *Partial {
	var out *Partial
	var all [][]partial
	for _, p := range parts {
		if p == nil {
			continue
		}
		if out == nil {
			out = &Partial{now: p.now, err: p.err}
		}
		if out.err == nil {
			out.err = p.err
		}
		all = append(all, p.nodes)
	}
	if out == nil || out.err != nil {
		return out
	}
	to := make([][]uint32, len(all))
	for i := range to {
		to[i] = []uint32{0}
	}
	out.nodes, out.err = mergeAll(m, all, to, 1)
	return out
}

// mergeAll merges the children of one aggregation: parts[i] are those of one partial, whose buckets go to[i].
func mergeAll(m *merging, parts [][]partial, to [][]uint32, buckets int) ([]partial, error) {
	if len(parts) == 0 {
		return nil, nil
	}
	out := make([]partial, len(parts[0]))
	for n := range out {
		var shares []share
		for i, p := range parts {
			if p[n] != nil {
				shares = append(shares, share{partial: p[n], to: to[i]})
			}
		}
		if len(shares) == 0 {
			continue
		}
		if err := m.stop.now(); err != nil {
			return nil, err
		}
		var err error
		if out[n], err = shares[0].partial.merge(m, shares, buckets); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Printing says how an answer is made.
type Printing struct {
	// TypedKeys prefixes each name with its type, as the parameter `typed_keys` asks.
	TypedKeys bool
	// Stop ends the work soon after it has an error, with that; nil never does.
	Stop func() error
	// Budget counts the memory of what is merged and of the text; nil is no limit.
	Budget *Budget
}

// Answer merges partials, in any order, and prints the object that stands under `aggregations`. It uses them up. A nil tree prints nothing.
func (t *Tree) Answer(parts []*Partial, p Printing) (json.RawMessage, error) {
	return t.print(mergeParts(&merging{stop: p.Stop, budget: p.Budget, last: true}, parts), p)
}

// Result prints what Merge has made. p may be nil, where there was no index or no segment.
func (t *Tree) Result(p *Partial, typedKeys bool) (json.RawMessage, error) {
	return t.print(p, Printing{TypedKeys: typedKeys})
}

func (t *Tree) print(p *Partial, o Printing) (json.RawMessage, error) {
	if t == nil {
		return nil, nil
	}
	w := &writer{typed: o.TypedKeys, now: time.Now(), stop: o.Stop, budget: o.Budget}
	var parts []partial
	if p != nil {
		if p.err != nil {
			return nil, p.err
		}
		parts = p.nodes
		if !p.now.IsZero() {
			w.now = p.now
		}
	}
	w.open('{')
	w.scope(w.top(t, parts))
	w.close('}')
	return w.buf, w.err
}
