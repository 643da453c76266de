package aggs

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"github.com/vedette-siem/vedette/storage/document"
)

// stringStatsSpec is `string_stats`: lengths of texts, and how evenly characters occur in them.
type stringStatsSpec struct {
	source       source
	distribution bool
}

func parseStringStats(o *options) spec {
	return &stringStatsSpec{source: o.source(), distribution: o.flag("show_distribution", false)}
}

func (s *stringStatsSpec) typed(partial) string { return "string_stats" }

func (s *stringStatsSpec) bind(n *node, ix *Index, _ []binding) (binding, error) {
	v, err := s.source.bind(n, ix, func(k document.Kind) bool { return k == document.Keyword })
	if err != nil || v == nil {
		return nil, err
	}
	return func(seg *segmentState, _ bool) (collector, error) {
		if r := v.terms(seg); r != nil {
			return &stringCollector{seg: seg, reader: r}, nil
		}
		return nil, nil
	}, nil
}

// stringStats are those of one bucket. Characters are what Java counts: units of UTF-16.
type stringStats struct {
	count, total int64
	min, max     int64
	chars        map[uint16]int64
}

const stringStatsBytes = 64

func (s *stringStats) add(text string, times int64) (grew int) {
	before, n := len(s.chars), int64(0)
	if s.chars == nil {
		s.chars = map[uint16]int64{}
	}
	for _, r := range text {
		if hi, lo, pair := surrogates(r); pair {
			s.chars[hi] += times
			s.chars[lo] += times
			n += 2
			continue
		}
		s.chars[uint16(r)] += times
		n++
	}
	s.measure(n, n, times, n*times)
	return 32 * (len(s.chars) - before)
}

func surrogates(r rune) (hi, lo uint16, pair bool) {
	if r < 1<<16 {
		return 0, 0, false
	}
	r -= 1 << 16
	return uint16(0xd800 + r>>10), uint16(0xdc00 + r&0x3ff), true
}

func (s *stringStats) measure(least, most, count, total int64) {
	if s.count == 0 || least < s.min {
		s.min = least
	}
	s.max = max(s.max, most)
	s.count, s.total = s.count+count, s.total+total
}

// shares are the characters with their part of all, the most frequent first, and among equals in their order.
func (s *stringStats) shares() ([]uint16, func(uint16) float64) {
	keys := slices.SortedFunc(maps.Keys(s.chars), func(a, b uint16) int {
		if c := cmp.Compare(s.chars[b], s.chars[a]); c != 0 {
			return c
		}
		return cmp.Compare(a, b)
	})
	return keys, func(c uint16) float64 { return float64(s.chars[c]) / float64(s.total) }
}

func (s *stringStats) entropy() float64 {
	sum := 0.0
	keys, share := s.shares()
	for _, c := range keys {
		sum -= share(c) * math.Log2(share(c))
	}
	return sum
}

func (s *stringStatsSpec) write(w *writer, _ *node, p partial, bucket int) {
	x := stringStatsAt(p, bucket)
	w.key("count")
	w.whole(x.count)
	if x.count == 0 {
		for _, name := range []string{"min_length", "max_length", "avg_length"} {
			w.null(name)
		}
		w.key("entropy")
		w.double(0)
		if s.distribution {
			w.null("distribution")
		}
		return
	}
	w.key("min_length")
	w.whole(x.min)
	w.key("max_length")
	w.whole(x.max)
	w.key("avg_length")
	w.double(float64(x.total) / float64(x.count))
	w.key("entropy")
	w.double(x.entropy())
	if s.distribution {
		w.key("distribution")
		w.open('{')
		keys, share := x.shares()
		for _, c := range keys {
			w.key(string(rune(c)))
			w.double(share(c))
		}
		w.close('}')
	}
}

func (s *stringStatsSpec) metric(p partial, bucket int, name string) (float64, bool) {
	x := stringStatsAt(p, bucket)
	switch name {
	case "count":
		return float64(x.count), true
	case "min_length":
		return float64(x.min), true
	case "max_length":
		return float64(x.max), true
	case "avg_length":
		return float64(x.total) / float64(x.count), true
	case "entropy":
		return x.entropy(), true
	}
	return 0, false
}

// stringSets is the partial.
type stringSets struct{ sets []stringStats }

func stringStatsAt(p partial, bucket int) *stringStats {
	s, _ := p.(*stringSets)
	if s == nil {
		return &stringStats{}
	}
	return &s.sets[bucket]
}

func (s *stringSets) merge(m *merging, parts []share, buckets int) (partial, error) {
	if err := m.take(stringStatsBytes * buckets); err != nil {
		return nil, err
	}
	out := &stringSets{sets: make([]stringStats, buckets)}
	for _, part := range parts {
		for from, to := range part.to {
			if to == dropped {
				continue
			}
			if err := m.stop.at(from * 64); err != nil {
				return nil, err
			}
			src, dst := &part.partial.(*stringSets).sets[from], &out.sets[to]
			if src.count == 0 {
				continue
			}
			dst.measure(src.min, src.max, src.count, src.total)
			if dst.chars == nil {
				dst.chars = map[uint16]int64{}
			}
			before := len(dst.chars)
			for c, n := range src.chars {
				dst.chars[c] += n
			}
			if err := m.take(32 * (len(dst.chars) - before)); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

func (s *stringSets) clone() partial {
	out := &stringSets{sets: slices.Clone(s.sets)}
	for i := range out.sets {
		out.sets[i].chars = maps.Clone(out.sets[i].chars)
	}
	return out
}

func (s *stringSets) bytes() int {
	n := stringStatsBytes * len(s.sets)
	for i := range s.sets {
		n += 32 * len(s.sets[i].chars)
	}
	return n
}

// A stringCollector counts how often each owner has each term; the texts are read in the end, each once.
type stringCollector struct {
	seg     *segmentState
	reader  *termReader
	pairs   table // owner<<32 | ordinal
	counts  []uint32
	charged int
	room    reserve
}

func (c *stringCollector) collect(docs, owners []uint32, _ int) {
	_, owners, ords := c.reader.read(docs, owners)
	for i, ord := range ords {
		owner := uint64(0)
		if owners != nil {
			owner = uint64(owners[i])
		}
		at := c.pairs.add(owner<<32 | uint64(ord))
		if int(at) >= len(c.counts) && !c.room.grow(c.seg, int(at)+1, 4) {
			return
		}
		c.counts = grown(c.counts, int(at)+1)
		c.counts[at]++
	}
	if now := c.pairs.bytes(); now > c.charged {
		c.seg.take(now - c.charged)
		c.charged = now
	}
}

func (c *stringCollector) finish(owners []uint32) partial {
	out := &stringSets{sets: make([]stringStats, len(owners))}
	c.seg.take(stringStatsBytes*len(owners) + 4*len(owners))
	place := map[uint32]int{}
	for i, owner := range owners {
		if owner != none {
			place[owner] = i
		}
	}
	for at, key := range c.pairs.keys {
		if c.seg.stopped(at * 16) {
			return nil
		}
		if i, ok := place[uint32(key>>32)]; ok {
			c.seg.take(out.sets[i].add(c.reader.text(uint32(key)), int64(c.counts[at])))
		}
	}
	return out
}
