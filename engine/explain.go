package engine

import (
	"context"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/search"
)

// Explain implements Backend.
func (e *Embedded) Explain(ctx context.Context, p Principal, r *SearchRequest, id string) (*ExplainAnswer, error) {
	if err := allow(p, "indices:data/read/explain"); err != nil {
		return nil, err
	}
	q, err := e.queryOf(ctx, p, r)
	if err != nil {
		return nil, err
	}
	if q == nil {
		return nil, eserr.BadRequest("action_request_validation_exception", "Validation Failed: 1: query is missing;")
	}
	budget := e.memory.Request(e.o.RequestMemory)
	defer budget.Release()
	answer := &ExplainAnswer{ID: id}
	err = e.onSnapshots(p, "indices:data/read/explain", r.Target, searchCount{}, func(o *opened) error {
		if len(o.indices) != 1 {
			return eserr.Illegal("[%s] stands for %d indices: a document is explained in one", r.Target.Expression, len(o.indices))
		}
		ix := o.indices[0]
		answer.Index = ix.Name
		explanation, found, matched, err := search.Explain(ctx, q, ix, id, search.Options{Now: e.o.Now(), Budget: budget})
		answer.Found, answer.Matched, answer.Explanation = found, matched, &explanation
		return err
	})
	if err != nil {
		return nil, e.told(err, r.Target)
	}
	return answer, nil
}

// DescribeQuery implements Backend.
func (e *Embedded) DescribeQuery(ctx context.Context, p Principal, r *SearchRequest) ([]QueryDescription, error) {
	if err := allow(p, "indices:admin/validate/query"); err != nil {
		return nil, err
	}
	q, err := e.queryOf(ctx, p, r)
	if err != nil {
		return nil, err
	}
	out := []QueryDescription{}
	err = e.onSnapshots(p, "indices:admin/validate/query", r.Target, searchCount{}, func(o *opened) error {
		out = out[:0]
		for _, ix := range o.indices {
			text, err := search.Describe(q, ix, search.Options{Now: e.o.Now()})
			if err != nil {
				return err
			}
			out = append(out, QueryDescription{ix.Name, true, text})
		}
		return nil
	})
	return out, err
}
