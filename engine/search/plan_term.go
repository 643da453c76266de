package search

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/vedette-siem/vedette/engine/dsl"
	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/mapping"
	"github.com/vedette-siem/vedette/storage/document"
	"github.com/vedette-siem/vedette/storage/segment"
)

const indexField = "_index"

var idColumn = column{name: segment.IDField, kind: document.Keyword}

// textOf spells a value of a query as a keyword has it.
func textOf(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}

// sortedKeys returns distinct keys in ascending order.
func sortedKeys(keys []string) []string {
	keys = slices.Clone(keys)
	slices.Sort(keys)
	return slices.Compact(keys)
}

// ofIndex answers a clause on `_index`, which the whole index matches or not.
func (p *planner) ofIndex(boost float32, matches func(string) bool) node {
	if matches(p.index) {
		return all{boost}
	}
	return none{}
}

func (p *planner) term(q *dsl.Term, boost float32) (node, error) {
	switch q.Field {
	case indexField:
		return p.ofIndex(boost, func(name string) bool {
			return name == textOf(q.Value) || q.CaseInsensitive && foldASCII(name) == foldASCII(textOf(q.Value))
		}), nil
	case segment.IDField:
		return constant{&termSet{column: idColumn, keys: []string{textOf(q.Value)}}, boost}, nil
	}
	f, err := p.field(q.Field)
	if f == nil || err != nil {
		return none{}, err
	}
	if q.CaseInsensitive && f.Kind != document.Keyword && f.Kind != document.Text {
		return nil, eserr.Shard(eserr.QueryShard, "[%s] field which is of type [%s], does not support case insensitive term queries", f.Name, f.Type)
	}
	if q.CaseInsensitive {
		want := foldASCII(textOf(q.Value))
		return constant{&dictionaryScan{column: columnOf(f), accept: func(term string) bool { return foldASCII(term) == want }}, boost}, nil
	}
	return p.termOf(f, q.Value, boost)
}

// termOf matches one value of a field. A keyword, a word and a boolean score by how rare they are, all else constantly.
func (p *planner) termOf(f *mapping.Field, value any, boost float32) (node, error) {
	if f.Kind == document.Date || f.Kind == document.DateNanos {
		return p.numberRange(f, mapping.RangeSpec{From: value, To: value, IncludeFrom: true, IncludeTo: true, Now: p.now}, boost)
	}
	v, err := f.ParseTerm(value)
	if err != nil {
		return nil, err
	}
	c := columnOf(f)
	switch {
	case v.None:
		return none{}, nil
	case v.Network.IsValid():
		return constant{&termRange{column: c, bounds: mapping.Bounds{From: v.Str, To: v.Last}}, boost}, nil
	case f.Kind == document.Text || f.Kind == document.Keyword:
		return &scoredTerm{c, v.Str, boost}, nil
	case f.Kind == document.IP:
		return constant{&termSet{column: c, keys: []string{v.Str}}, boost}, nil
	case f.Kind == document.Boolean:
		return &scoredFlag{numbers{c, v.Num, v.Num}, boost}, nil
	}
	return constant{numbers{c, v.Num, v.Num}, boost}, nil
}

func (p *planner) terms(q *dsl.Terms, boost float32) (node, error) {
	switch q.Field {
	case indexField:
		return p.ofIndex(boost, func(name string) bool {
			return slices.ContainsFunc(q.Values, func(v any) bool { return textOf(v) == name })
		}), nil
	case segment.IDField:
		return constant{&termSet{column: idColumn, keys: sortedKeys(texts(q.Values))}, boost}, nil
	}
	f, err := p.field(q.Field)
	if f == nil || err != nil {
		return none{}, err
	}
	if n, limit := len(q.Values), p.limits().Terms; n > limit {
		return nil, eserr.Shard(eserr.IllegalArgument, "The number of terms [%d] used in the Terms Query request has exceeded the allowed maximum of [%d]. "+
			"This maximum can be set by changing the [index.max_terms_count] index level setting.", n, limit)
	}
	set := valueSet{field: f}
	for _, value := range q.Values {
		if err := p.addValue(&set, value); err != nil {
			return nil, err
		}
	}
	return constant{set.leaf(), boost}, nil
}

// valueSet collects the values of a terms query.
type valueSet struct {
	field    *mapping.Field
	keys     []string
	spans    []numberSpan
	networks []leaf
}

func (p *planner) addValue(s *valueSet, value any) error {
	if s.field.Kind == document.Date || s.field.Kind == document.DateNanos {
		b, err := s.field.ParseRange(mapping.RangeSpec{From: value, To: value, IncludeFrom: true, IncludeTo: true, Now: p.now})
		if err == nil && !b.Empty {
			s.spans = append(s.spans, numberSpan{b.Lo, b.Hi})
		}
		return err
	}
	v, err := s.field.ParseTerm(value)
	switch {
	case err != nil || v.None:
	case v.Network.IsValid():
		s.networks = append(s.networks, &termRange{column: columnOf(s.field), bounds: mapping.Bounds{From: v.Str, To: v.Last}})
	case s.field.Kind.Numeric():
		s.spans = append(s.spans, numberSpan{v.Num, v.Num})
	default:
		s.keys = append(s.keys, v.Str)
	}
	return err
}

// leaf matches documents that have one of the values.
func (s *valueSet) leaf() leaf {
	parts, c := s.networks, columnOf(s.field)
	if len(s.keys) > 0 {
		parts = append(parts, &termSet{column: c, keys: sortedKeys(s.keys)})
	}
	if len(s.spans) > 0 {
		parts = append(parts, newNumberSet(c, s.spans))
	}
	switch len(parts) {
	case 0:
		return none{}
	case 1:
		return parts[0]
	}
	return &union{parts}
}

func texts(values []any) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = textOf(v)
	}
	return out
}

func (p *planner) rangeOf(q *dsl.Range, boost float32) (node, error) {
	if q.Field == segment.IDField || q.Field == indexField {
		return nil, failedQuery("Field [%s] of type [%s] does not support range queries", q.Field, q.Field)
	}
	spec := mapping.RangeSpec{From: q.From, To: q.To, IncludeFrom: q.IncludeFrom, IncludeTo: q.IncludeTo, Format: q.Format, TimeZone: q.TimeZone, Now: p.now}
	if f, ok := p.mapping.Lookup(q.Field); ok && f.SpanColumn() != "" {
		return p.spans(f, spec, q.Relation, boost)
	}
	f, err := p.field(q.Field)
	if f == nil || err != nil {
		return none{}, err
	}
	if q.From == nil && q.To == nil {
		return constant{&exists{[]column{columnOf(f)}}, boost}, nil
	}
	return p.numberRange(f, spec, boost)
}

// numberRange matches a range of a field of any kind.
func (p *planner) numberRange(f *mapping.Field, spec mapping.RangeSpec, boost float32) (node, error) {
	b, err := f.ParseRange(spec)
	switch {
	case err != nil:
		return nil, err
	case b.Empty:
		return none{}, nil
	case f.Kind.Numeric():
		return constant{numbers{columnOf(f), b.Lo, b.Hi}, boost}, nil
	}
	return constant{&termRange{column: columnOf(f), bounds: b}, boost}, nil
}

func (p *planner) exists(q *dsl.Exists, boost float32) (node, error) {
	if q.Field == segment.IDField || q.Field == indexField {
		return all{boost}, nil
	}
	var fields []*mapping.Field
	if strings.Contains(q.Field, "*") {
		fields = p.mapping.Leaves(q.Field)
	} else if f, ok := p.mapping.Lookup(q.Field); ok {
		fields = []*mapping.Field{f}
	} else {
		fields = p.mapping.Below(q.Field)
	}
	if len(fields) == 0 {
		return none{}, nil
	}
	e := &exists{}
	for _, f := range fields {
		e.columns = append(e.columns, columnOf(f))
	}
	return constant{e, boost}, nil
}
