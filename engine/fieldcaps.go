package engine

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/vedette-siem/vedette/engine/glob"
	"github.com/vedette-siem/vedette/engine/mapping"
)

// FieldCaps implements Backend.
func (e *Embedded) FieldCaps(ctx context.Context, p Principal, r *FieldCapsRequest) (*FieldCapsAnswer, error) {
	if err := allow(p, "indices:data/read/field_caps"); err != nil {
		return nil, err
	}
	found, err := e.findOpen(p, "indices:data/read/field_caps", r.Target)
	if err != nil {
		return nil, err
	}
	if found, err = e.whereQueryCanMatch(ctx, found, r.IndexFilter); err != nil {
		return nil, err
	}
	caps := &capsTable{caps: map[string]map[string][]indexCap{}}
	answer := &FieldCapsAnswer{Indices: []string{}}
	for _, ix := range found {
		answer.Indices = append(answer.Indices, ix.Name)
		caps.addIndex(ix.Name, ix.mapping.Load(), r)
	}
	answer.Fields = caps.answer(answer.Indices, r.IncludeUnmapped)
	return answer, nil
}

// whereQueryCanMatch leaves out indices in which the index filter matches nothing.
func (e *Embedded) whereQueryCanMatch(ctx context.Context, found []resolved, filter json.RawMessage) ([]resolved, error) {
	if len(filter) == 0 {
		return found, nil
	}
	var kept []resolved
	for _, ix := range found {
		n, err := e.count(ctx, []resolved{ix}, filter)
		if err != nil {
			return nil, err
		}
		if n > 0 {
			kept = append(kept, ix)
		}
	}
	return kept, nil
}

// indexCap is what one index can do with a field.
type indexCap struct {
	index string
	FieldCap
}

// capsTable collects by field name and type.
type capsTable struct {
	caps map[string]map[string][]indexCap
}

func (t *capsTable) add(name string, c indexCap) {
	if t.caps[name] == nil {
		t.caps[name] = map[string][]indexCap{}
	}
	t.caps[name][c.Type] = append(t.caps[name][c.Type], c)
}

func (t *capsTable) addIndex(index string, m *mapping.Mapping, r *FieldCapsRequest) {
	seen := map[string]bool{}
	for _, pattern := range r.Fields {
		for _, f := range m.Leaves(pattern) {
			if !seen[f.Name] && wanted(f, r) {
				seen[f.Name] = true
				t.add(f.Name, indexCap{index, capOf(f)})
			}
			if !slices.Contains(r.Filters, "-parent") {
				t.addParents(index, m, f.Name, pattern, seen)
			}
		}
		if !slices.Contains(r.Filters, "-metadata") {
			t.addMetadata(index, m, pattern, seen)
		}
		if f, ok := m.Lookup(pattern); ok && !strings.Contains(pattern, "*") && !seen[f.Name] && wanted(f, r) { // keys of flattened objects
			seen[f.Name] = true
			t.add(pattern, indexCap{index, capOf(f)})
		}
	}
}

// wanted applies the `filters` and `types` of a request.
func wanted(f *mapping.Field, r *FieldCapsRequest) bool {
	if len(r.Types) > 0 && !slices.Contains(r.Types, capType(f)) {
		return false
	}
	return !(slices.Contains(r.Filters, "-multifield") && f.MultiField) && !(slices.Contains(r.Filters, "+metadata") && !f.Metadata)
}

// capType is the type under which Elasticsearch lists a field: families of types go by the family's name.
func capType(f *mapping.Field) string {
	switch f.Type {
	case "match_only_text":
		return "text"
	case "wildcard", "constant_keyword":
		return "keyword"
	}
	return string(f.Type)
}

// capOf is what an index can do with a field. Points and areas count as Elasticsearch counts them, so that clients offer them, though only `exists` works here.
func capOf(f *mapping.Field) FieldCap {
	c := FieldCap{Type: capType(f), MetadataField: f.Metadata, Searchable: f.Searchable || f.SearchableShape || f.SpanColumn() != "", Aggregatable: f.Aggregatable || f.AggregatableShape}
	for key, value := range f.Meta {
		if c.Meta == nil {
			c.Meta = map[string][]string{}
		}
		c.Meta[key] = []string{value}
	}
	return c
}

// addMeta adds the values of one index, ascending and each once.
func (c *FieldCap) addMeta(meta map[string][]string) {
	for key, values := range meta {
		if c.Meta == nil {
			c.Meta = map[string][]string{}
		}
		all := slices.Concat(c.Meta[key], values)
		slices.Sort(all)
		c.Meta[key] = slices.Compact(all)
	}
}

// addParents adds the objects above a field.
func (t *capsTable) addParents(index string, m *mapping.Mapping, name, pattern string, seen map[string]bool) {
	for {
		i := strings.LastIndexByte(name, '.')
		if i < 0 {
			return
		}
		name = name[:i]
		if seen[name] {
			return
		}
		if m.IsObject(name) && (pattern == "" || glob.Match(pattern, name)) {
			seen[name] = true
			t.add(name, indexCap{index, FieldCap{Type: "object"}})
		}
	}
}

// metadataFields are those that Elasticsearch lists, with what it says of them.
var metadataFields = []struct {
	name, typ                string
	searchable, aggregatable bool
}{
	{"_id", "_id", true, false}, {"_index", "_index", true, true}, {"_source", "_source", false, false}, {"_ignored", "_ignored", true, true},
	{"_routing", "_routing", true, false}, {"_seq_no", "_seq_no", true, true}, {"_version", "_version", false, true}, {"_field_names", "_field_names", true, false},
}

func (t *capsTable) addMetadata(index string, m *mapping.Mapping, pattern string, seen map[string]bool) {
	for _, f := range metadataFields {
		if !seen[f.name] && (pattern == "" || glob.Match(pattern, f.name)) {
			seen[f.name] = true
			t.add(f.name, indexCap{index, FieldCap{Type: f.typ, MetadataField: true, Searchable: f.searchable, Aggregatable: f.aggregatable}})
		}
	}
}

// answer merges the indices: they are named only where they differ.
func (t *capsTable) answer(indices []string, unmapped bool) map[string]map[string]FieldCap {
	out := make(map[string]map[string]FieldCap, len(t.caps))
	for name, byType := range t.caps {
		out[name] = map[string]FieldCap{}
		mapped := map[string]bool{}
		for typ, list := range byType {
			out[name][typ] = mergeCaps(list, len(byType) > 1 || unmapped && count(byType) < len(indices))
			for _, c := range list {
				mapped[c.index] = true
			}
		}
		if unmapped && len(mapped) < len(indices) {
			rest := FieldCap{Type: "unmapped"}
			for _, ix := range indices {
				if !mapped[ix] {
					rest.Indices = append(rest.Indices, ix)
				}
			}
			out[name]["unmapped"] = rest
		}
	}
	return out
}

func count(byType map[string][]indexCap) (n int) {
	for _, list := range byType {
		n += len(list)
	}
	return n
}

func mergeCaps(list []indexCap, nameIndices bool) FieldCap {
	merged := FieldCap{Type: list[0].Type, MetadataField: list[0].MetadataField}
	var no, noAgg []string
	for _, c := range list {
		merged.addMeta(c.Meta)
		if nameIndices {
			merged.Indices = append(merged.Indices, c.index)
		}
		if !c.Searchable {
			no = append(no, c.index)
		}
		if !c.Aggregatable {
			noAgg = append(noAgg, c.index)
		}
	}
	merged.Searchable, merged.Aggregatable = len(no) == 0, len(noAgg) == 0
	if len(no) < len(list) {
		merged.NonSearchableIndices = no
	}
	if len(noAgg) < len(list) {
		merged.NonAggregatableIndices = noAgg
	}
	return merged
}
