package dsl

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/mapping"
	"github.com/vedette-siem/vedette/storage/document"
)

// leaf checks a clause on one field against the mapping.
func (r *rewriter) leaf(q Query) (Query, error) {
	if e, ok := q.(*Exists); ok {
		return r.exists(e)
	}
	name, ok := fieldOf(q)
	if !ok {
		return q, nil // match_all, ids and the like
	}
	f, ok := r.mapping.Lookup(name)
	if !ok {
		return &MatchNone{Base: *q.base()}, nil
	}
	if f.SpanColumn() != "" {
		return r.onSpans(q, f)
	}
	return r.onField(q, f)
}

// searchableBy refuses a clause on a field without an index. What a place does not have at all is refused where the types are looked at.
func (r *rewriter) searchableBy(q Query, f *mapping.Field) error {
	if f.SpanColumn() != "" {
		return nil
	}
	name, _ := fieldOf(q)
	switch q.(type) {
	case *Prefix, *Wildcard, *Regexp, *Fuzzy:
		if f.Shape {
			return nil
		}
	case *Range:
		if f.Shape {
			return shardIllegal("Field [%s] of type [%s] does not support range queries", name, f.Type)
		}
	}
	return searchable(f, name)
}

// onSpans checks a clause on a range field: a value means the ranges that it lies in.
func (r *rewriter) onSpans(q Query, f *mapping.Field) (Query, error) {
	switch q := q.(type) {
	case *Term:
		if q.CaseInsensitive {
			return r.term(q, f)
		}
		return r.onSpans(&Range{Base: q.Base, Field: q.Field, From: q.Value, To: q.Value, IncludeFrom: true, IncludeTo: true}, f)
	case *Terms:
		b := &Bool{}
		for _, v := range q.Values {
			one, err := r.onSpans(&Term{Field: q.Field, Value: v}, f)
			if err != nil {
				return nil, err
			}
			b.Should = append(b.Should, one)
		}
		if len(b.Should) == 0 {
			return &MatchNone{Base: q.Base}, nil
		}
		return &ConstantScore{Base: q.Base, Filter: b}, r.count(len(b.Should))
	case *Range:
		_, _, err := f.ParseSpan(mapping.RangeSpec{From: q.From, To: q.To, IncludeFrom: q.IncludeFrom, IncludeTo: q.IncludeTo, Format: q.Format, TimeZone: q.TimeZone, Now: r.now})
		return q, err
	}
	name, _ := fieldOf(q)
	if name == "" {
		return q, nil
	}
	return r.onField(q, f)
}

func fieldOf(q Query) (string, bool) {
	switch q := q.(type) {
	case *Term:
		return q.Field, true
	case *Terms:
		return q.Field, true
	case *Range:
		return q.Field, true
	case *Prefix:
		return q.Field, true
	case *Wildcard:
		return q.Field, true
	case *Regexp:
		return q.Field, true
	case *Fuzzy:
		return q.Field, true
	case *Phrase:
		return q.Field, true
	}
	return "", false
}

func searchable(f *mapping.Field, name string) error {
	if f.Searchable || f.Metadata {
		return nil
	}
	if f.Shape {
		return shardIllegal("Geometry fields do not support exact searching, use dedicated geometry queries instead: [%s]", name)
	}
	return shardIllegal("Cannot search on field [%s] since it is not indexed.", name)
}

// onField checks the type of the field and normalizes what is looked for.
func (r *rewriter) onField(q Query, f *mapping.Field) (Query, error) {
	if err := r.searchableBy(q, f); err != nil {
		return nil, err
	}
	switch q := q.(type) {
	case *Term:
		return r.term(q, f)
	case *Terms:
		return r.terms(q, f)
	case *Range:
		return r.rangeOn(q, f)
	case *Prefix:
		return r.prefixOn(q, f)
	case *Wildcard:
		return r.wildcardOn(q, f)
	case *Regexp:
		return q, stringsOnly(f, q.Field, "regexp", "keyword and text fields")
	case *Fuzzy:
		return r.fuzzyOn(q, f)
	}
	return q, nil
}

// stringsOnly refuses a query that only fields of texts and keywords have.
func stringsOnly(f *mapping.Field, name, query, fields string) error {
	if hasStrings(f) || f.Name == "_index" && (query == "prefix" || query == "wildcard") {
		return nil
	}
	return eserr.Shard(eserr.QueryShard, "Can only use %s queries on %s - not on [%s] which is of type [%s]", query, fields, concrete(f, name), f.Type)
}

// fuzzyOnly is stringsOnly for a fuzzy query, of which Elasticsearch complains in another way.
func fuzzyOnly(f *mapping.Field, name string) error {
	if hasStrings(f) {
		return nil
	}
	return shardIllegal("Can only use fuzzy queries on keyword and text fields - not on [%s] which is of type [%s]", concrete(f, name), f.Type)
}

func hasStrings(f *mapping.Field) bool {
	return (f.Kind == document.Keyword || f.Kind == document.Text) && f.SpanColumn() == "" && !f.Shape
}

func (r *rewriter) prefixOn(q *Prefix, f *mapping.Field) (Query, error) {
	if err := stringsOnly(f, q.Field, "prefix", "keyword, text and wildcard fields"); err != nil {
		return nil, err
	}
	if f.Normalizer == "" {
		return q, nil
	}
	value, err := r.mapping.Registry().Normalize(f.Normalizer, q.Value)
	out := *q
	out.Value = value
	return &out, err
}

func (r *rewriter) wildcardOn(q *Wildcard, f *mapping.Field) (Query, error) {
	if err := stringsOnly(f, q.Field, "wildcard", "keyword, text and wildcard fields"); err != nil {
		return nil, err
	}
	if f.Normalizer == "" {
		return q, nil
	}
	pattern, err := r.normalizedPattern(q.Pattern, f)
	out := *q
	out.Pattern = pattern
	return &out, err
}

func (r *rewriter) normalizedPattern(pattern string, f *mapping.Field) (string, error) {
	return mapLiterals(pattern, func(s string) (string, error) { return r.mapping.Registry().Normalize(f.Normalizer, s) })
}

func (r *rewriter) fuzzyOn(q *Fuzzy, f *mapping.Field) (Query, error) {
	if err := fuzzyOnly(f, q.Field); err != nil {
		return nil, err
	}
	value, err := r.mapping.Registry().Normalize(f.Normalizer, q.Value)
	out := *q
	out.Value = value
	return &out, err
}

// term refuses a value that the field cannot have. A date is a range: it may name a whole day.
func (r *rewriter) term(q *Term, f *mapping.Field) (Query, error) {
	if q.CaseInsensitive && !hasStrings(f) && !f.Metadata {
		return nil, eserr.Shard(eserr.QueryShard, "[%s] field which is of type [%s], does not support case insensitive term queries", concrete(f, q.Field), f.Type)
	}
	if isDate(f) {
		return r.rangeOn(&Range{Base: q.Base, Field: q.Field, From: q.Value, To: q.Value, IncludeFrom: true, IncludeTo: true}, f)
	}
	if f.Normalizer != "" {
		value, err := r.mapping.Registry().Normalize(f.Normalizer, valueText(q.Value))
		out := *q
		out.Value = value
		return &out, err
	}
	v, err := f.ParseTerm(q.Value)
	if err != nil {
		return nil, err
	}
	if v.None {
		return &MatchNone{Base: q.Base}, nil
	}
	return q, nil
}

func isDate(f *mapping.Field) bool { return f.Kind == document.Date || f.Kind == document.DateNanos }

// terms refuses values that the field cannot have.
func (r *rewriter) terms(q *Terms, f *mapping.Field) (Query, error) {
	if isDate(f) {
		return r.dates(q, f)
	}
	for _, v := range q.Values {
		if _, err := f.ParseTerm(v); err != nil {
			return nil, err
		}
	}
	if f.Normalizer == "" {
		return q, nil
	}
	out := &Terms{Base: q.Base, Field: q.Field, Values: make([]any, len(q.Values))}
	for i, v := range q.Values {
		value, err := r.mapping.Registry().Normalize(f.Normalizer, valueText(v))
		if err != nil {
			return nil, err
		}
		out.Values[i] = value
	}
	return out, nil
}

// dates makes terms on a date field ranges, because each may name a whole day.
func (r *rewriter) dates(q *Terms, f *mapping.Field) (Query, error) {
	b := &Bool{}
	for _, v := range q.Values {
		one, err := r.term(&Term{Field: q.Field, Value: v}, f)
		if err != nil {
			return nil, err
		}
		b.Should = append(b.Should, one)
	}
	if len(b.Should) == 0 {
		return &MatchNone{Base: q.Base}, nil
	}
	return &ConstantScore{Base: q.Base, Filter: b}, nil
}

// rangeOn refuses bounds that the field cannot have.
func (r *rewriter) rangeOn(q *Range, f *mapping.Field) (Query, error) {
	spec := mapping.RangeSpec{
		From: q.From, To: q.To, IncludeFrom: q.IncludeFrom, IncludeTo: q.IncludeTo, Format: q.Format, TimeZone: q.TimeZone, Now: r.now,
	}
	bounds, err := f.ParseRange(spec)
	if err != nil {
		return nil, err
	}
	if bounds.Empty {
		return &MatchNone{Base: q.Base}, nil
	}
	return q, nil
}

// exists expands a pattern of names, and drops names that the mapping lacks.
func (r *rewriter) exists(q *Exists) (Query, error) {
	if q.Field == "_source" {
		return nil, eserr.Shard(eserr.QueryShard, "The _source field is not searchable")
	}
	if !strings.Contains(q.Field, "*") {
		if _, ok := r.mapping.Lookup(q.Field); !ok && !r.mapping.IsObject(q.Field) {
			return &MatchNone{Base: q.Base}, nil
		}
		return q, nil
	}
	b := &Bool{}
	for _, f := range r.mapping.Leaves(q.Field) {
		b.Should = append(b.Should, &Exists{Field: f.Name})
	}
	if len(b.Should) == 0 {
		return &MatchNone{Base: q.Base}, nil
	}
	return &ConstantScore{Base: q.Base, Filter: b}, r.count(len(b.Should))
}

// valueText is a value as a keyword has it.
func valueText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	}
	return fmt.Sprint(v)
}
