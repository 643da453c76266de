package aggs

import (
	"math/bits"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// cardinalitySpec is `cardinality`: how many distinct values there are, exactly up to a threshold and estimated above.
type cardinalitySpec struct {
	source    source
	threshold int
}

// Thresholds of the exact count: Elasticsearch's default, and the highest that it takes.
const (
	defaultThreshold = 3000
	maxThreshold     = 40000
)

func parseCardinality(o *options) spec {
	s := &cardinalitySpec{source: o.source()}
	n := o.whole("precision_threshold", defaultThreshold)
	if n < 0 {
		o.refuse("precision_threshold", eserr.Illegal("[precisionThreshold] must be greater than or equal to 0. Found [%d] in [%s]", n, o.name))
	}
	s.threshold = int(min(max(n, defaultThreshold), maxThreshold))
	o.ignore("rehash")
	hint := o.onlyText("execution_hint") // which changes nothing
	switch strings.ToLower(hint) {
	case "direct", "global_ordinals", "segment_ordinals", "save_memory_heuristic", "save_time_heuristic":
	default:
		if o.value("execution_hint") != nil {
			o.fail(eserr.Shard(eserr.IllegalArgument, "Invalid execution mode for cardinality aggregation.  Got [%s]expected one of [global_ordinal, segment_ordinal, direct]", hint))
		}
	}
	return s
}

func (s *cardinalitySpec) typed(partial) string { return "cardinality" }

func (s *cardinalitySpec) bind(n *node, ix *Index, _ []binding) (binding, error) {
	if field, err := s.source.spans(ix); err != nil {
		return nil, err
	} else if field != nil {
		return bindDistinctSpans(field, s.threshold), nil
	}
	v, err := s.source.bind(n, ix, anyKind)
	if err != nil || v == nil {
		return nil, err
	}
	if v.show.isText() {
		return func(seg *segmentState, single bool) (collector, error) {
			r := v.terms(seg)
			if r == nil {
				return nil, nil
			}
			c := &distinctTerms{seg: seg, reader: r}
			c.threshold = s.threshold
			if single {
				seg.take(r.count() / 8)
				c.seen = make([]uint64, (r.count()+63)/64)
			}
			return c, nil
		}, nil
	}
	return func(seg *segmentState, single bool) (collector, error) {
		r := v.numbers(seg)
		if r == nil {
			return nil, nil
		}
		c := &distinctNumbers{seg: seg, reader: r, distincts: distincts{threshold: s.threshold}}
		if single {
			c.narrow()
		}
		return c, nil
	}, nil
}

func (s *cardinalitySpec) write(w *writer, _ *node, p partial, bucket int) {
	x, _ := s.metric(p, bucket, "")
	w.key("value")
	w.whole(int64(x))
}

func (s *cardinalitySpec) metric(p partial, bucket int, name string) (float64, bool) {
	if name != "" && name != "value" {
		return 0, false
	}
	d, _ := p.(*distincts)
	if d == nil {
		return 0, true
	}
	return float64(d.sets[bucket].count()), true
}

// distincts are the sets of distinct values of many buckets.
type distincts struct {
	threshold int
	sets      []hashSet
	room      reserve
}

// setBytes is what an empty set holds.
const setBytes = 40

func (d *distincts) merge(m *merging, parts []share, buckets int) (partial, error) {
	if err := m.take(setBytes * buckets); err != nil {
		return nil, err
	}
	out := &distincts{threshold: d.threshold, sets: make([]hashSet, buckets)}
	for _, part := range parts {
		p := part.partial.(*distincts)
		for from, to := range part.to {
			if to == dropped {
				continue
			}
			if err := m.stop.at(from * 256); err != nil { // a set takes much longer than a number
				return nil, err
			}
			grew, err := out.sets[to].merge(&p.sets[from], d.threshold)
			if err = firstError(err, m.take(grew)); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// gather detaches the sets of some buckets.
func (d *distincts) gather(seg *segmentState, owners []uint32) partial {
	out := &distincts{threshold: d.threshold, sets: make([]hashSet, len(owners))}
	for to, from := range owners {
		if int(from) < len(d.sets) {
			out.sets[to] = d.sets[from]
		}
	}
	seg.take(setBytes * len(owners))
	return out
}

// distinctNumbers collects the values of a numeric column. With one owner, and values that lie close together, only a bit is kept for each.
type distinctNumbers struct {
	seg    *segmentState
	reader *numberReader
	base   int64
	seen   []uint64 // a bit for each distance from base; nil otherwise
	distincts
}

// maxBits is how wide a range of numbers may be to be kept as bits.
const maxBits = 1 << 22

// narrow keeps bits if the column's values lie close together.
func (c *distinctNumbers) narrow() {
	if lo, hi, ok := c.reader.bounds(); ok && uint64(hi)-uint64(lo) < maxBits {
		c.base, c.seen = lo, make([]uint64, (hi-lo)/64+1)
		c.seg.take(8 * len(c.seen))
	}
}

func (c *distinctNumbers) collect(docs, owners []uint32, buckets int) {
	_, owners, nums := c.reader.read(docs, owners)
	if c.seen != nil {
		for _, n := range nums {
			at := uint64(n - c.base)
			c.seen[at/64] |= 1 << (at % 64)
		}
		return
	}
	if !c.room.grow(c.seg, buckets, setBytes) {
		return
	}
	c.sets = grown(c.sets, buckets)
	grew, owner := 0, uint32(0)
	for i, n := range nums {
		if owners != nil {
			owner = owners[i]
		}
		grew += c.sets[owner].add(mix(c.reader.plain(n)), c.threshold)
	}
	c.seg.take(grew)
}

func (c *distinctNumbers) finish(owners []uint32) partial {
	if c.seen != nil {
		c.sets = make([]hashSet, 1)
		grew := 0
		for i, word := range c.seen {
			for ; word != 0; word &= word - 1 {
				n := c.base + int64(i*64+bits.TrailingZeros64(word))
				grew += c.sets[0].add(mix(c.reader.plain(n)), c.threshold)
			}
		}
		c.seg.take(grew)
	}
	return c.gather(c.seg, owners)
}

// distinctTerms collects the terms of a column by ordinal; a term is hashed once. With one owner only a bit is kept for each ordinal.
type distinctTerms struct {
	seg    *segmentState
	reader *termReader
	seen   []uint64 // a bit for each ordinal; nil with several owners
	hashes []uint64 // by ordinal, 0 where not known yet
	distincts
}

func (c *distinctTerms) collect(docs, owners []uint32, buckets int) {
	_, owners, ords := c.reader.read(docs, owners)
	if c.seen != nil {
		for _, ord := range ords {
			c.seen[ord/64] |= 1 << (ord % 64)
		}
		return
	}
	if c.hashes == nil {
		c.seg.take(8 * c.reader.count())
		c.hashes = make([]uint64, c.reader.count())
	}
	if !c.room.grow(c.seg, buckets, setBytes) {
		return
	}
	c.sets = grown(c.sets, buckets)
	grew, owner := 0, uint32(0)
	for i, ord := range ords {
		if owners != nil {
			owner = owners[i]
		}
		h := c.hashes[ord]
		if h == 0 {
			h = hashText(c.reader.text(ord))
			c.hashes[ord] = h
		}
		grew += c.sets[owner].add(h, c.threshold)
	}
	c.seg.take(grew)
}

func (c *distinctTerms) finish(owners []uint32) partial {
	if c.seen != nil {
		c.sets = make([]hashSet, 1)
		var ords []uint32
		for i, word := range c.seen {
			for ; word != 0; word &= word - 1 {
				ords = append(ords, uint32(i*64+bits.TrailingZeros64(word)))
			}
		}
		grew := 4 * cap(ords)
		if len(ords) > 0 {
			c.reader.texts(ords, func(text []byte) { grew += c.sets[0].add(hashText(string(text)), c.threshold) })
		}
		c.seg.take(grew)
	}
	return c.gather(c.seg, owners)
}
