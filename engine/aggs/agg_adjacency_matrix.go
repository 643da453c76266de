package aggs

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vedette-siem/vedette/engine/dsl"
	"github.com/vedette-siem/vedette/engine/eserr"
)

// adjacencySpec is `adjacency_matrix`: one bucket for each of some queries and for each two of them that have documents in common.
type adjacencySpec struct {
	names     []string // ascending
	queries   []dsl.Query
	separator string
}

// maxAdjacency is how many queries there may be, as `index.max_adjacency_matrix_filters` of Elasticsearch has it by default.
const maxAdjacency = 100

func parseAdjacency(o *options) spec {
	s := &adjacencySpec{separator: o.text("separator")}
	if s.separator == "" {
		s.separator = "&"
	}
	raw := o.get("filters")
	if raw == nil {
		o.fail(eserr.Illegal("Required [filters]"))
		return s
	}
	members, err := parseObject(raw, "filters")
	if err != nil {
		o.fail(err)
	}
	if len(members) > maxAdjacency {
		o.fail(eserr.Illegal("Number of filters is too large, must be less than or equal to: [%d] but was [%d]. This limit can be set by changing the "+
			"[indices.query.bool.max_clause_count] setting.", maxAdjacency, len(members)))
		return s
	}
	slices.SortFunc(members, func(a, b member) int { return strings.Compare(a.key, b.key) })
	for _, m := range members {
		query, err := dsl.Parse(m.value)
		if err != nil {
			o.fail(err)
		}
		s.names, s.queries = append(s.names, m.key), append(s.queries, query)
	}
	return s
}

func (s *adjacencySpec) typed(partial) string { return "adjacency_matrix" }

// cells names the buckets: those of one query, and of two with the separator between them.
func (s *adjacencySpec) cells() []string {
	out := slices.Clone(s.names)
	for i, a := range s.names {
		for _, b := range s.names[i+1:] {
			out = append(out, a+s.separator+b)
		}
	}
	return out
}

func (s *adjacencySpec) bind(n *node, ix *Index, subs []binding) (binding, error) {
	rewritten := make([]dsl.Query, len(s.queries))
	for i, q := range s.queries {
		var err error
		if rewritten[i], err = dsl.Rewrite(q, ix.Mapping, ix.Now); err != nil {
			return nil, err
		}
	}
	return func(seg *segmentState, _ bool) (collector, error) {
		c := &adjacencyCollector{fixedCollector: fixedCollector{seg: seg, width: len(s.cells())}}
		for _, q := range rewritten {
			set, err := bitset(seg, q)
			if err != nil {
				return nil, fmt.Errorf("filter of aggregation %s: %w", n.name, err)
			}
			c.sets = append(c.sets, set)
		}
		var err error
		c.subs, err = collectors(subs, seg, false)
		return c, err
	}, nil
}

// list leaves out empty buckets.
func (s *adjacencySpec) list(w *writer, _ *node, p partial, bucket int) *list {
	f, _ := p.(*fixed)
	names := s.cells()
	l := &list{num: noNumber, name: func(r *row) string { return names[r.id] }}
	if l.head = func(w *writer, r *row) { w.key("key"); w.str(names[r.id]) }; f == nil || !w.borrow(len(names)) {
		return l
	}
	l.rows = slices.DeleteFunc(f.rows(bucket, len(names)), func(r row) bool { return r.count == 0 })
	slices.SortFunc(l.rows, func(a, b row) int { return strings.Compare(names[a.id], names[b.id]) })
	return l
}

// An adjacencyCollector counts documents by the sets, and pairs of sets, that they are in.
type adjacencyCollector struct {
	fixedCollector
	sets [][]uint64
	in   []int
}

func (c *adjacencyCollector) collect(docs, owners []uint32, buckets int) {
	c.docs, c.buckets = c.docs[:0], c.buckets[:0]
	n, owner := len(c.sets), uint32(0)
	for i, doc := range docs {
		if owners != nil {
			owner = owners[i]
		}
		c.in = c.in[:0]
		for b, set := range c.sets {
			if set[doc/64]&(1<<(doc%64)) != 0 {
				c.in = append(c.in, b)
			}
		}
		base := int(owner) * c.width
		for k, a := range c.in {
			c.docs, c.buckets = append(c.docs, doc), append(c.buckets, uint32(base+a))
			for _, b := range c.in[k+1:] {
				// the pairs of a begin behind the n names and those of the names before it
				at := n + a*n - a*(a+1)/2 + b - a - 1
				c.docs, c.buckets = append(c.docs, doc), append(c.buckets, uint32(base+at))
			}
		}
	}
	c.put(c.docs, c.buckets, buckets)
}
