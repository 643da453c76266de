package aggs

import (
	"cmp"
	"slices"
)

// choose returns the candidates of the sample, the best first: by score, and among equals what was written first. value tells the value of a candidate.
func (s *samplerSpec) choose(list []candidate, value func(*candidate) any) []candidate {
	slices.SortFunc(list, func(a, b candidate) int {
		if c := cmp.Compare(b.score, a.score); c != 0 {
			return c
		}
		return cmp.Compare(a.order, b.order)
	})
	if s.source == nil {
		return list[:min(len(list), s.size)]
	}
	seen := map[any]int{}
	out := list[:0]
	for i := range list {
		if len(out) == s.size {
			break
		}
		key := value(&list[i])
		if seen[key]++; seen[key] <= s.perValue {
			out = append(out, list[i])
		}
	}
	return out
}

// A sampled partial is that of a sampler until it is known which documents are in the sample: the hauls of several segments, whose collectors wait for them.
type sampled struct {
	hauls   []*haul
	buckets int
	done    *fixed
}

// nothingSampled is the collector and the partial of an index without the field to diversify by.
type nothingSampled struct{}

func (nothingSampled) collect(_, _ []uint32, _ int) {}
func (n nothingSampled) finish([]uint32) partial    { return n }
func (n nothingSampled) clone() partial             { return n }
func (nothingSampled) bytes() int                   { return 0 }

func (n nothingSampled) merge(m *merging, parts []share, buckets int) (partial, error) {
	for _, part := range parts {
		if s, ok := part.partial.(*sampled); ok {
			return s.merge(m, parts, buckets)
		}
	}
	return n, nil
}

// A haul is what one segment contributes: for each of its buckets the candidates, and the bucket of the merged partial that they go to.
type haul struct {
	collector *sampleCollector
	found     [][]candidate
	to        []uint32
}

func (s *sampled) clone() partial { panic("BUG: aggs: the sample of a segment is kept") }
func (s *sampled) bytes() int     { return 0 }

func (s *sampled) merge(m *merging, parts []share, buckets int) (partial, error) {
	out := &sampled{buckets: buckets}
	for _, part := range parts {
		from, ok := part.partial.(*sampled)
		if !ok {
			continue
		}
		for _, p := range from.hauls {
			if err := m.take(4 * len(p.to)); err != nil {
				return nil, err
			}
			moved := &haul{collector: p.collector, found: p.found, to: make([]uint32, len(p.to))}
			for i, to := range p.to {
				if moved.to[i] = dropped; to != dropped {
					moved.to[i] = part.to[to]
				}
			}
			out.hauls = append(out.hauls, moved)
		}
	}
	if !m.last {
		return out, nil
	}
	return out.resolve(m)
}

// resolve lets what is nested see the sample of each index.
func (s *sampled) resolve(m *merging) (*fixed, error) {
	if s.done != nil {
		return s.done, nil
	}
	out := &fixed{width: 1, counts: make([]int64, s.buckets)}
	chosen := make([][]sampledDoc, len(s.hauls))
	for _, index := range s.indices() {
		for bucket, list := range s.candidates(index) {
			if err := m.stop.at(bucket); err != nil {
				return nil, err
			}
			list = index.choose(list, func(x *candidate) any { return x.key })
			out.counts[bucket] += int64(len(list))
			for _, x := range list {
				chosen[x.haul] = append(chosen[x.haul], sampledDoc{x.doc, uint32(bucket)})
			}
		}
	}
	identity := make([]uint32, s.buckets)
	for i := range identity {
		identity[i] = uint32(i)
	}
	subs, to := make([][]partial, len(s.hauls)), make([][]uint32, len(s.hauls))
	for i, p := range s.hauls {
		var err error
		if subs[i], err = p.collector.replay(m, chosen[i], identity); err != nil {
			return nil, err
		}
		to[i] = identity
	}
	var err error
	out.subs, err = mergeAll(m, subs, to, s.buckets)
	s.done = out
	return out, err
}

func (s *sampled) indices() []*sampledIndex {
	var out []*sampledIndex
	for _, p := range s.hauls {
		if !slices.Contains(out, p.collector.index) {
			out = append(out, p.collector.index)
		}
	}
	return out
}

// candidates are those of one index, by merged bucket.
func (s *sampled) candidates(index *sampledIndex) [][]candidate {
	out := make([][]candidate, s.buckets)
	for n, p := range s.hauls {
		if p.collector.index != index {
			continue
		}
		for i, to := range p.to {
			if to == dropped {
				continue
			}
			for _, x := range p.found[i] {
				x.haul = n
				out[to] = append(out[to], x)
			}
		}
	}
	return out
}

// A sampledDoc is a document of a sample and its bucket.
type sampledDoc struct{ doc, bucket uint32 }

// replay has what is nested collect the sample's documents of the segment.
func (c *sampleCollector) replay(m *merging, list []sampledDoc, buckets []uint32) ([]partial, error) {
	if err := m.take(8 * len(buckets) * (1 + len(c.subs))); err != nil {
		return nil, err
	}
	c.seg.stop = m.stop // that of the segment's search has ended
	slices.SortFunc(list, func(a, b sampledDoc) int {
		return cmp.Or(cmp.Compare(a.doc, b.doc), cmp.Compare(a.bucket, b.bucket))
	})
	for block := range slices.Chunk(list, maxBlock) {
		docs, owners := make([]uint32, len(block)), make([]uint32, len(block))
		for i, x := range block {
			docs[i], owners[i] = x.doc, x.bucket
		}
		if c.single {
			owners = nil
		}
		collectAll(c.subs, docs, owners, len(buckets))
		if err := firstError(c.seg.err, m.stop.now()); err != nil {
			return nil, err
		}
	}
	out := finishAll(c.subs, buckets)
	return out, c.seg.err
}
