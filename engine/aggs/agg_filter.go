package aggs

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/vedette-siem/vedette/engine/dsl"
	"github.com/vedette-siem/vedette/engine/eserr"
)

// filterSpec is `filter`: the documents that match one query.
type filterSpec struct{ query dsl.Query }

func parseFilter(o *options) spec {
	query, err := dsl.Parse(o.raw)
	if err != nil {
		o.fail(err)
	}
	s := &filterSpec{query: query}
	for _, m := range o.members {
		o.ignore(m.key)
	}
	return s
}

func (s *filterSpec) typed(partial) string { return "filter" }

func (s *filterSpec) bind(n *node, ix *Index, subs []binding) (binding, error) {
	return bindFilters(n, ix, []dsl.Query{s.query}, false, subs)
}

func (s *filterSpec) list(_ *writer, _ *node, p partial, bucket int) *list {
	return singleList(p, bucket)
}

// filtersSpec is `filters`: one bucket for each query, named or in order, and one for what none matches.
type filtersSpec struct {
	names   []string // nil where anonymous
	queries []dsl.Query
	other   string // key of the bucket for the rest; empty without
	keyed   bool
}

func parseFilters(o *options) spec {
	s := &filtersSpec{keyed: true}
	raw := o.get("filters")
	other := o.flag("other_bucket", false)
	key := o.text("other_bucket_key")
	asKeyed := o.flag("keyed", true)
	if other || key != "" {
		s.other = key
		if key == "" {
			s.other = "_other_"
		}
	}
	if eserr.TokenName(raw) == "START_ARRAY" {
		s.keyed = false
		s.anonymous(o, raw)
	} else {
		s.named(o, raw)
		s.keyed = asKeyed
	}
	if len(s.queries) == 0 && o.err == nil {
		o.fail(eserr.Illegal("[filters] cannot be empty."))
	}
	if key := o.stranger(); key != "" {
		o.fail(eserr.BadRequest(eserr.Parsing, "Unknown key for a %s in [%s]: [%s].", eserr.TokenName(o.value(key)), o.name, key))
	}
	if n := len(s.queries); n > 1024 {
		o.fail(eserr.Illegal("Number of filters is too large, must be less than or equal to: [1024] but was [%d].", n))
	}
	return s
}

func (s *filtersSpec) anonymous(o *options, raw json.RawMessage) {
	list, err := listOf(raw)
	if err != nil {
		o.fail(badJSON(err))
		return
	}
	for _, body := range list {
		s.add(o, body)
	}
}

// named reads an object of queries; their buckets are in order of the names, as Elasticsearch has it.
func (s *filtersSpec) named(o *options, raw json.RawMessage) {
	if raw == nil {
		return
	}
	members, err := parseObject(raw, "filters")
	if err != nil {
		o.fail(err)
		return
	}
	slices.SortFunc(members, func(a, b member) int { return strings.Compare(a.key, b.key) })
	for _, m := range members {
		s.names = append(s.names, m.key)
		s.add(o, m.value)
	}
}

func (s *filtersSpec) add(o *options, body json.RawMessage) {
	query, err := dsl.Parse(body)
	if err != nil {
		o.fail(err)
		return
	}
	s.queries = append(s.queries, query)
}

func (s *filtersSpec) typed(partial) string { return "filters" }

func (s *filtersSpec) bind(n *node, ix *Index, subs []binding) (binding, error) {
	return bindFilters(n, ix, s.queries, s.other != "", subs)
}

func (s *filtersSpec) list(w *writer, _ *node, p partial, bucket int) *list {
	f, _ := p.(*fixed)
	n := len(s.queries)
	if s.other != "" {
		n++
	}
	if !w.borrow(n) {
		return nil
	}
	l := &list{rows: f.rows(bucket, n), keyed: s.keyed, num: noNumber, name: s.nameOf}
	if !s.keyed && s.names != nil {
		l.head = func(w *writer, r *row) {
			w.key("key")
			w.str(s.nameOf(r))
		}
	}
	return l
}

// nameOf is the name of a query, the other bucket's, or “ of an anonymous one.
func (s *filtersSpec) nameOf(r *row) string {
	switch {
	case r.id == len(s.queries):
		return s.other
	case s.names != nil:
		return s.names[r.id]
	}
	return ""
}

// bindFilters makes the collectors of filter and filters. rest adds a bucket for what no query matches.
func bindFilters(n *node, ix *Index, queries []dsl.Query, rest bool, subs []binding) (binding, error) {
	rewritten := make([]dsl.Query, len(queries))
	for i, q := range queries {
		var err error
		if rewritten[i], err = dsl.Rewrite(q, ix.Mapping, ix.Now); err != nil {
			return nil, err
		}
	}
	width := len(queries)
	if rest {
		width++
	}
	return func(s *segmentState, single bool) (collector, error) {
		c := &filterCollector{fixedCollector: fixedCollector{seg: s, width: width}, rest: rest}
		for _, q := range rewritten {
			set, err := bitset(s, q)
			if err != nil {
				return nil, fmt.Errorf("filter of aggregation %s: %w", n.name, err)
			}
			c.sets = append(c.sets, set)
		}
		var err error
		c.subs, err = collectors(subs, s, single && width == 1)
		return c, err
	}, nil
}

// bitset is a bit for each document of the segment that a query matches.
func bitset(s *segmentState, q dsl.Query) ([]uint64, error) {
	docs, err := s.filter(q)
	if err != nil {
		return nil, err
	}
	words := (s.view.NumDocs() + 63) / 64
	s.take(8 * words)
	set := make([]uint64, words)
	buf := make([]uint32, 1024)
	for it := docs.ManyIterator(); ; {
		n := it.NextMany(buf)
		if n == 0 {
			return set, nil
		}
		for _, doc := range buf[:n] {
			set[doc/64] |= 1 << (doc % 64)
		}
	}
}

// A filterCollector counts documents by the sets that they are in; bit sets, because they are asked for each document.
type filterCollector struct {
	fixedCollector
	sets [][]uint64
	rest bool
}

func (c *filterCollector) collect(docs, owners []uint32, buckets int) {
	c.docs, c.buckets = c.docs[:0], c.buckets[:0]
	if c.width == 1 && owners == nil {
		set := c.sets[0]
		for _, doc := range docs {
			if set[doc/64]&(1<<(doc%64)) != 0 {
				c.docs = append(c.docs, doc)
			}
		}
		c.put(c.docs, nil, 1)
		return
	}
	owner := uint32(0)
	for i, doc := range docs {
		if owners != nil {
			owner = owners[i]
		}
		base, matched := owner*uint32(c.width), false
		for b, set := range c.sets {
			if set[doc/64]&(1<<(doc%64)) != 0 {
				matched = true
				c.docs, c.buckets = append(c.docs, doc), append(c.buckets, base+uint32(b))
			}
		}
		if c.rest && !matched {
			c.docs, c.buckets = append(c.docs, doc), append(c.buckets, base+uint32(len(c.sets)))
		}
	}
	c.put(c.docs, c.buckets, buckets)
}
