package engine

import (
	"context"
	"encoding/json"

	"github.com/vedette-siem/vedette/engine/search"
)

// TermsEnum implements Backend.
func (e *Embedded) TermsEnum(ctx context.Context, p Principal, t Target, q search.TermsQuestion, filter json.RawMessage) (*TermsAnswer, error) {
	if err := allow(p, "indices:data/read/xpack/termsenum/list"); err != nil {
		return nil, err
	}
	found, err := e.findFor(p, "indices:data/read/xpack/termsenum/list", t, opRead)
	if err == nil {
		found, err = e.whereQueryCanMatch(ctx, found, filter)
	}
	if err != nil {
		return nil, err
	}
	answer := &TermsAnswer{}
	err = e.onFound(found, func(o *opened) error {
		terms, complete, err := search.Terms(ctx, q, o.indices)
		answer.Terms, answer.Complete = append([]string{}, terms...), complete
		answer.Shards = searchShards(len(o.indices)+len(o.failures), append(o.failures, o.partial...))
		answer.Shards.Skipped = nil
		return err
	})
	return answer, err
}
