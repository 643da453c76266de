package search

import (
	"context"
	"slices"
	"strings"

	"github.com/vedette-siem/vedette/storage/document"
)

// A TermsQuestion asks which terms of a field begin as a text does.
type TermsQuestion struct {
	Field, Prefix   string
	CaseInsensitive bool
	After           string // terms up to this one are left out; empty leaves none out
	Size            int
}

// Terms lists terms of a keyword field in order, and says whether there are no more. Those of documents that were deleted lately may be among them, as in Elasticsearch.
func Terms(ctx context.Context, q TermsQuestion, indices []Index) (terms []string, complete bool, err error) {
	found := map[string]bool{}
	complete = true
	for _, ix := range indices {
		f, ok := ix.Mapping.Lookup(q.Field)
		if !ok || f.Kind != document.Keyword {
			continue
		}
		for _, v := range ix.Views {
			x := &exec{ctx: ctx, view: v}
			if err := guarded("terms of index "+ix.Name, func() error { return q.collect(x, columnOf(f), found, &complete) })(); err != nil {
				return nil, false, err
			}
		}
	}
	for term := range found {
		terms = append(terms, term)
	}
	slices.Sort(terms)
	if len(terms) > q.Size {
		terms, complete = terms[:q.Size], false
	}
	return terms, complete, nil
}

// collect adds the first terms of one segment, one more than are wanted.
func (q *TermsQuestion) collect(x *exec, c column, found map[string]bool, complete *bool) error {
	d := x.dictionary(c)
	if d == nil {
		return nil
	}
	prefix, fold := q.Prefix, func(s string) string { return s }
	if q.CaseInsensitive {
		prefix, fold = "", foldASCII
	}
	from, to := prefixRange(d, prefix)
	want, n := fold(q.Prefix), 0
	for ord := from; ord < to; ord++ {
		if (ord-from)%termBlock == 0 {
			if err := x.stopped(); err != nil {
				return err
			}
		}
		term := d.Term(ord)
		if !strings.HasPrefix(fold(term), want) || q.After != "" && term <= q.After {
			continue
		}
		if n++; n > q.Size {
			*complete = false
			return nil
		}
		found[strings.Clone(term)] = true
	}
	return nil
}
