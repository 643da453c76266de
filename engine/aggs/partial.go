package aggs

import (
	"encoding/json"
	"time"
)

// A Partial is what one segment, or several, contribute to an answer. It keeps no memory of a segment.
type Partial struct {
	nodes []partial
	now   time.Time
	err   error
}

// A partial is one aggregation's part of a Partial, for all buckets of its parent. A nil partial has counted nothing.
type partial interface {
	// merge makes one partial of several of the same aggregation, none of which is nil, for buckets of the parent. It may keep parts of them.
	merge(parts []share, buckets int) (partial, error)
	// clone shares nothing with the partial that merge or write may change.
	clone() partial
	// bytes is about how much memory the partial holds.
	bytes() int
}

// A share is a partial on its way into a merged one.
type share struct {
	partial partial
	stop    stop
	// to says for each bucket of the parent where it goes, or dropped.
	to []uint32
}

// dropped is where buckets go that the merged parent does not keep.
const dropped = ^uint32(0)

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
func Merge(parts []*Partial) *Partial { return MergeUntil(parts, nil) }

// MergeUntil is Merge, which ends soon after stop has an error; that is then the error of the result.
func MergeUntil(parts []*Partial, stop func() error) *Partial {
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
	out.nodes, out.err = mergeAll(all, to, 1, stop)
	return out
}

// mergeAll merges the children of one aggregation: parts[i] are those of one partial, whose buckets go to[i].
func mergeAll(parts [][]partial, to [][]uint32, buckets int, stop stop) ([]partial, error) {
	if len(parts) == 0 {
		return nil, nil
	}
	out := make([]partial, len(parts[0]))
	for n := range out {
		var shares []share
		for i, p := range parts {
			if p[n] != nil {
				shares = append(shares, share{partial: p[n], to: to[i], stop: stop})
			}
		}
		if len(shares) == 0 {
			continue
		}
		if err := stop.now(); err != nil {
			return nil, err
		}
		var err error
		if out[n], err = shares[0].partial.merge(shares, buckets); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Result prints the object that stands under `aggregations`. p may be nil, where there was no index or no segment. typedKeys prefixes each name with
// its type, as the parameter `typed_keys` asks. A nil tree prints nothing.
func (t *Tree) Result(p *Partial, typedKeys bool) (json.RawMessage, error) {
	return t.ResultUntil(p, typedKeys, nil)
}

// ResultUntil is Result, which ends soon after stop has an error, with that.
func (t *Tree) ResultUntil(p *Partial, typedKeys bool, stop func() error) (json.RawMessage, error) {
	if t == nil {
		return nil, nil
	}
	w := &writer{typed: typedKeys, now: time.Now(), stop: stop}
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
	w.aggs(t.nodes, parts, 0)
	w.close('}')
	return w.buf, w.err
}
