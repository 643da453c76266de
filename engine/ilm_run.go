package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Settings by which an index names its policy.
const (
	lifecycleName = "index.lifecycle.name"
	rolloverAlias = "index.lifecycle.rollover_alias"
	rolledSetting = "index.lifecycle.indexing_complete"
)

// policyOf is the policy of an index; nil if it has none, or one that does not exist. The caller holds e.mu.
func (e *Embedded) policyOf(ix *index) *policyBody {
	r, ok := e.policies[ix.Settings.get(lifecycleName)]
	if !ok {
		return nil
	}
	p, err := parsePolicy(r.Policy)
	if err != nil {
		e.o.Logger.Error("lifecycle policy cannot be read", "policy", ix.Settings.get(lifecycleName), "err", err)
		return nil
	}
	return p
}

// policyRetention is how long an index of a data stream is kept by its policy; 0 if that says nothing. The caller holds e.mu.
func (e *Embedded) policyRetention(ix *index) time.Duration {
	if e.policiesStopped {
		return 0
	}
	p := e.policyOf(ix)
	if p == nil {
		return 0
	}
	after, ok := p.deletes()
	if !ok {
		return 0
	}
	return max(after, time.Millisecond) // 0 would be for ever
}

// runPolicies rolls over the aliases of indices with a policy, and deletes indices that have a policy and belong to no data stream; those of data streams the lifecycle deletes.
func (e *Embedded) runPolicies(ctx context.Context) error {
	var errs []error
	for _, due := range e.aliasesDue() {
		if err := ctx.Err(); err != nil {
			return err
		}
		errs = append(errs, e.rollOverByPolicy(ctx, due))
	}
	for _, b := range e.expiredByPolicy() {
		errs = append(errs, e.deleteByPolicy(b))
	}
	return errors.Join(errs...)
}

// A dueAlias is an alias that a policy rolls over when its conditions are met.
type dueAlias struct {
	alias      string
	from       *index
	conditions json.RawMessage
}

func (e *Embedded) aliasesDue() []dueAlias {
	e.mu.RLock()
	defer e.mu.RUnlock()
	var out []dueAlias
	for _, ix := range e.indices {
		alias := ix.Settings.get(rolloverAlias)
		if e.policiesStopped || alias == "" || ix.Stream != "" || ix.Closed || ix.Settings.get(rolledSetting) == "true" {
			continue
		}
		p := e.policyOf(ix)
		if write, err := e.aliasWriteIndex(alias); p != nil && p.rollover() != nil && err == nil && write == ix {
			out = append(out, dueAlias{alias, ix, p.rollover()})
		}
	}
	return out
}

// rollOverByPolicy rolls an alias over if its conditions are met; an index without documents stays.
func (e *Embedded) rollOverByPolicy(ctx context.Context, due dueAlias) error {
	st, err := backing{index: due.from}.stats()
	if err != nil || st.Docs == 0 {
		return err
	}
	body, err := json.Marshal(map[string]json.RawMessage{"conditions": due.conditions})
	if err != nil {
		return fmt.Errorf("roll over alias %s: %w", due.alias, err)
	}
	_, err = e.Rollover(ctx, Principal{Name: "lifecycle", Superuser: true}, &RolloverRequest{Name: due.alias, Body: body})
	return err
}

// expiredByPolicy are the indices that belong to no data stream and have been kept for as long as their policies say. Where a policy rolls over, an index that it has not
// rolled over yet is not deleted, as in Elasticsearch.
func (e *Embedded) expiredByPolicy() []backing {
	e.mu.RLock()
	defer e.mu.RUnlock()
	var out []backing
	for _, ix := range e.indices {
		if e.policiesStopped || ix.Stream != "" || ix.Settings.get(lifecycleName) == "" {
			continue
		}
		p := e.policyOf(ix)
		if p == nil {
			continue
		}
		after, ok := p.deletes()
		from := ix.lifecycleStart()
		if !ok || p.rollover() != nil && ix.RolledAt == 0 || e.o.Now().Sub(from) < after {
			continue
		}
		out = append(out, backing{index: ix, created: from, retention: after})
	}
	return out
}

// lifecycleStart is from when the age of an index counts.
func (ix *index) lifecycleStart() time.Time {
	if ix.RolledAt > 0 {
		return time.UnixMilli(ix.RolledAt)
	}
	return time.UnixMilli(ix.CreatedAt)
}

// deleteByPolicy deletes an index, unless blocks protect it or it has changed meanwhile.
func (e *Embedded) deleteByPolicy(b backing) error {
	st, err := b.stats()
	if err != nil {
		return err
	}
	e.mu.Lock()
	if e.indices[b.Name] != b.index || b.blocked(opDelete) != nil {
		e.mu.Unlock()
		return nil
	}
	removeFiles, err := e.drop([]*index{b.index}, nil)
	e.mu.Unlock()
	if err != nil {
		return fmt.Errorf("delete index %s: %w", b.Name, err)
	}
	e.o.Logger.Info("index deleted", "index", b.Name, "documents", st.Docs, "bytes", st.Bytes, "from", st.From, "to", st.To,
		"reason", "policy "+b.Settings.get(lifecycleName)+" deletes after "+b.retention.String())
	return removeFiles()
}

// A PolicyState says where an index stands in its policy.
type PolicyState struct {
	Index    string          `json:"index"`
	Managed  bool            `json:"managed"`
	Policy   string          `json:"policy,omitempty"`
	Created  int64           `json:"index_creation_date_millis,omitempty"`
	Start    int64           `json:"lifecycle_date_millis,omitempty"`
	Phase    string          `json:"phase,omitempty"`
	Action   string          `json:"action,omitempty"`
	Step     string          `json:"step,omitempty"`
	StepInfo json.RawMessage `json:"step_info,omitempty"`
}

// ExplainPolicies implements Backend.
func (e *Embedded) ExplainPolicies(_ context.Context, p Principal, t Target) (map[string]PolicyState, error) {
	if err := allow(p, "indices:admin/ilm/explain"); err != nil {
		return nil, err
	}
	e.mu.RLock()
	defer e.mu.RUnlock()
	found, err := e.resolve(p, "indices:admin/ilm/explain", t)
	if err != nil {
		return nil, err
	}
	out := map[string]PolicyState{}
	for _, r := range found {
		out[r.Name] = e.policyState(r.index)
	}
	return out, nil
}

// policyState says where an index stands. The caller holds e.mu.
func (e *Embedded) policyState(ix *index) PolicyState {
	s := PolicyState{Index: ix.Name, Policy: ix.Settings.get(lifecycleName)}
	if s.Policy == "" {
		return s
	}
	s.Managed, s.Created, s.Start = true, ix.CreatedAt, ix.lifecycleStart().UnixMilli()
	s.Phase, s.Action, s.Step = "hot", "complete", "complete"
	p := e.policyOf(ix)
	switch {
	case p == nil:
		info, err := json.Marshal(map[string]string{"type": "illegal_argument_exception", "reason": "policy [" + s.Policy + "] does not exist"})
		if err == nil { // a text has a JSON form
			s.StepInfo = info
		}
		s.Phase, s.Action, s.Step = "", "", "ERROR"
	case p.rollover() != nil && ix.RolledAt == 0 && ix.Stream == "":
		s.Action, s.Step = "rollover", "check-rollover-ready"
	}
	return s
}
