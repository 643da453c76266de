package search

import (
	"context"
	"encoding/json"
	"math"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/vedette-siem/vedette/engine/dsl"
	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/storage/document"
)

// maxInnerHits is how many lists of hits a collapsed search may show of each group: every one is a search of its own.
const maxInnerHits = 10

// collapse shows only the best hit of those that have the same value in a field; those without a value are one group.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/collapse-search-results.html
type collapse struct {
	field string
	inner []innerHits
}

// innerHits is a list of hits to be shown of each group.
type innerHits struct {
	name    string
	request *Request // its query is that of the search
}

func parseCollapse(m member) (*collapse, error) {
	ms, err := members(m.raw)
	if err != nil {
		return nil, err
	}
	c := &collapse{}
	for _, o := range ms {
		switch o.name {
		case "field":
			if text, ok := scalar(o.raw); ok {
				c.field = text
			}
		case "max_concurrent_group_searches":
			if n, err := integer(string(o.raw)); err != nil || n < 1 {
				return nil, eserr.Illegal("maxConcurrentGroupRequests` must be positive")
			}
		case "inner_hits":
			if c.inner, err = parseAllInnerHits(o); err != nil {
				return nil, err
			}
		default:
			return nil, eserr.BadRequest(eserr.XContentParse, "[%d:%d] [collapse] unknown field [%s]", o.at.Line, o.at.Column, o.name)
		}
	}
	if c.field == "" {
		return nil, eserr.Illegal("collapse: a [field] is required")
	}
	return c, nil
}

// parseAllInnerHits reads one list of inner hits, or several of different names.
func parseAllInnerHits(m member) ([]innerHits, error) {
	parts := []json.RawMessage{m.raw}
	if eserr.TokenName(m.raw) == "START_ARRAY" {
		parts = nil
		if err := json.Unmarshal(m.raw, &parts); err != nil {
			return nil, eserr.BadRequest(eserr.Parsing, "inner_hits: %v", err)
		}
	}
	if len(parts) > maxInnerHits {
		return nil, eserr.Illegal("a collapsed search may have at most [%d] inner_hits", maxInnerHits)
	}
	var out []innerHits
	for _, raw := range parts {
		one, err := parseInnerHits(raw)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(out, func(i innerHits) bool { return i.name == one.name }) {
			return nil, eserr.Illegal("[inner_hits] already contains an entry for key [%s]", one.name)
		}
		out = append(out, one)
	}
	return out, nil
}

func parseInnerHits(raw json.RawMessage) (innerHits, error) {
	out := innerHits{request: &Request{size: defaultTopHits, trackTotal: math.MaxInt64, trackSet: true}}
	ms, err := members(raw)
	if err != nil {
		return out, err
	}
	for _, sub := range ms {
		switch sub.name {
		case "name":
			out.name, _ = scalar(sub.raw)
		case "from", "size", "sort", "_source", "fields", "docvalue_fields", "stored_fields", "version", "seq_no_primary_term", "track_scores", "highlight":
			err = out.request.readMember(sub)
		case "ignore_unmapped":
		case "explain", "script_fields":
			err = onlyEmpty(sub)
		default:
			err = eserr.BadRequest(eserr.XContentParse, "[%d:%d] [inner_hits] unknown field [%s]", sub.at.Line, sub.at.Column, sub.name)
		}
		if err != nil {
			return out, err
		}
	}
	if out.name == "" {
		return out, eserr.Illegal("collapse: [inner_hits] need a [name]")
	}
	return out, nil
}

// checkCollapse refuses what does not go with collapse.
func (r *Request) checkCollapse() error {
	switch {
	case r.collapse == nil:
		return nil
	case r.scroll:
		return invalid("cannot use `collapse` in a scroll context")
	case r.searchAfter != nil && (len(r.sort) != 1 || r.sort[0].field != r.collapse.field):
		return eserr.Shard(eserr.IllegalArgument, "collapse field and sort field must be the same when use `collapse` in conjunction with `search_after`")
	}
	return nil
}

// planCollapse reads the field against one index; nil is none.
func (p *planner) planCollapse(r *Request) (*plannedKey, error) {
	if r.collapse == nil {
		return nil, nil
	}
	name := r.collapse.field
	f, ok := p.mapping.Lookup(name)
	if !ok {
		return nil, eserr.Shard(eserr.IllegalArgument, "no mapping found for `%s` in order to collapse on", name)
	}
	if f.Type != "keyword" && f.Kind != document.Long && f.Kind != document.Double {
		return nil, eserr.Shard(eserr.IllegalArgument, "collapse is not supported for the field [%s] of the type [%s]", name, f.Type)
	}
	if !f.Aggregatable {
		return nil, eserr.Shard(eserr.IllegalArgument, "cannot collapse on field `%s` without `doc_values`", name)
	}
	k, err := p.planKey(sortKey{field: name})
	return &k, shardError(err)
}

// collectGroups is top.collect that keeps the best document of each group, and of the groups as many as the page has. It returns the greatest score.
func (part *segmentRun) collectGroups(t *top, docs *roaring.Bitmap, s scorer) (float32, error) {
	x, run := part.exec, part.run
	reader := run.group.reader(x, run.index.Name, run.shard)
	best, groups := float32(0), map[int64]topEntry{}
	const entryBytes = 96
	for i, it := 0, docs.Iterator(); it.HasNext(); i++ {
		if i%blockSize == 0 {
			if err := x.stopped(); err != nil {
				return best, err
			}
		}
		e := &t.next
		e.doc, e.score = it.Next(), 0
		if s != nil {
			e.score, _ = s.score(e.doc)
			best = max(best, e.score)
		}
		for j, r := range t.readers {
			e.codes[j] = r.code(e.doc, e.score)
		}
		if t.after != nil && !t.beyond(e.codes) {
			continue
		}
		code := reader.code(e.doc, 0)
		old, known := groups[code]
		if known && !t.better(e, &old) {
			continue
		}
		if !known {
			if err := run.session.options.Budget.Take("groups", entryBytes+8*int64(len(t.keys))); err != nil {
				return best, err
			}
		}
		groups[code] = topEntry{e.doc, e.score, slices.Clone(e.codes)}
	}
	for _, e := range groups {
		t.heap = append(t.heap, e)
	}
	slices.SortFunc(t.heap, func(a, b topEntry) int {
		if t.better(&a, &b) {
			return -1
		}
		return 1
	})
	t.heap = t.heap[:min(len(t.heap), t.limit)]
	return best, nil
}

// groupOf sets the groups of the hits of a segment.
func (part *segmentRun) groupOf(hits []ranked) {
	reader := part.run.group.reader(part.exec, part.run.index.Name, part.run.shard)
	for i := range hits {
		hits[i].group = reader.value(hits[i].doc, 0)
	}
}

// oneOfEach leaves the first hit of each group, and at most limit of them.
func oneOfEach(hits []ranked, limit int) []ranked {
	seen := map[sortValue]bool{}
	out := hits[:0]
	for _, h := range hits {
		if !seen[h.group] && len(out) < limit {
			seen[h.group] = true
			out = append(out, h)
		}
	}
	return out
}

// showGroups adds to hits the value by which they were collapsed, and the hits of their groups.
func (s *session) showGroups(ctx context.Context, page []ranked, hits []Hit, indices []Index) error {
	for i := range hits {
		key := page[i].run.group
		value := key.show(page[i].group)
		if page[i].group == key.missing {
			value = json.RawMessage("null") // which is not shown
		} else {
			hits[i].Fields = prependField(hits[i].Fields, s.request.collapse.field, value)
		}
		if err := s.addInnerHits(ctx, &hits[i], value, indices); err != nil {
			return err
		}
	}
	return nil
}

// prependField puts a field with one value before those of an object, which may be empty.
func prependField(object []byte, name string, value json.RawMessage) []byte {
	fields := slices.Concat([]byte("{"), textJSON(name), []byte(":["), value, []byte("]"))
	if len(object) > 2 {
		fields = append(append(fields, ','), object[1:len(object)-1]...)
	}
	return append(fields, '}')
}

// addInnerHits runs the searches for the hits of one group.
func (s *session) addInnerHits(ctx context.Context, hit *Hit, value json.RawMessage, indices []Index) error {
	if len(s.request.collapse.inner) == 0 {
		return nil
	}
	group := &dsl.Bool{}
	filter := `{"term":{` + string(textJSON(s.request.collapse.field)) + `:{"value":` + string(value) + `}}}`
	if string(value) == "null" {
		filter = `{"bool":{"must_not":{"exists":{"field":` + string(textJSON(s.request.collapse.field)) + `}}}}`
	}
	q, err := dsl.Parse(json.RawMessage(filter))
	if err != nil {
		return err
	}
	group.Filter = append(group.Filter, q)
	if s.request.query != nil {
		group.Must = append(group.Must, s.request.query)
	}
	out := map[string]json.RawMessage{}
	for _, inner := range s.request.collapse.inner {
		r := *inner.request
		r.query, r.postFilter, r.slice, r.pit = group, s.request.postFilter, s.request.slice, s.request.pit
		o := s.options
		o.TotalHitsAsInt, o.Cursor = false, nil
		result, err := Run(ctx, &r, indices, o)
		if err != nil {
			return err
		}
		p := struct {
			Total    any    `json:"total"`
			MaxScore *Score `json:"max_score"`
			Hits     []Hit  `json:"hits"`
		}{result.Total.shown(s.options.TotalHitsAsInt), result.MaxScore, result.Hits}
		if out[inner.name], err = plainJSON(map[string]any{"hits": p}); err != nil {
			return err
		}
	}
	hit.InnerHits, err = plainJSON(out)
	return err
}

// shown is how a total is printed.
func (t *Total) shown(asInt bool) any {
	if asInt {
		return t.Value
	}
	return struct {
		Value    int64  `json:"value"`
		Relation string `json:"relation"`
	}{t.Value, t.Relation}
}
