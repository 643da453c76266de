package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/storage/metadb"
)

// A rolloverPlan is what a rollover would do, as things are when it is made.
type rolloverPlan struct {
	name   string // of the alias or data stream
	from   backing
	to     string // the name of the new index
	stream bool
	body   *rolloverBody
}

// Rollover implements Backend.
func (e *Embedded) Rollover(_ context.Context, p Principal, r *RolloverRequest) (*RolloverAnswer, error) {
	if err := allow(p, "indices:admin/rollover"); err != nil {
		return nil, err
	}
	body, conditions, err := parseRollover(r)
	if err != nil {
		return nil, err
	}
	plan, err := e.planRollover(p, r, body)
	if err != nil {
		return nil, err
	}
	answer := &RolloverAnswer{OldIndex: plan.from.Name, NewIndex: plan.to, DryRun: r.DryRun, Lazy: r.Lazy, Conditions: map[string]bool{}}
	st, err := plan.from.stats()
	if err != nil {
		return nil, err
	}
	for _, c := range conditions {
		answer.Conditions[c.String()] = c.met(e.o.Now().Sub(plan.from.created), st)
	}
	switch {
	case r.DryRun || !allMet(conditions, answer.Conditions):
		return answer, nil
	case r.Lazy:
		answer.Acknowledged = true
		return answer, e.rollOverLazily(plan.name)
	case plan.stream:
		err = e.rollOver(plan.from, "asked for")
	default:
		err = e.rollOverAlias(plan)
	}
	if err != nil {
		return nil, err
	}
	answer.Acknowledged, answer.ShardsAcknowledged, answer.RolledOver = true, true, true
	return answer, nil
}

// planRollover finds out from which index to which one the alias or data stream would go.
func (e *Embedded) planRollover(p Principal, r *RolloverRequest, body *rolloverBody) (*rolloverPlan, error) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	if !e.permits(scope{p, "indices:admin/rollover"}, r.Name) {
		return nil, denied(p, "indices:admin/rollover", r.Name)
	}
	plan := &rolloverPlan{name: r.Name, body: body}
	if s := e.streams[r.Name]; s != nil {
		plan.stream = true
		if r.NewIndex != "" {
			return nil, eserr.Illegal("new index name may not be specified when rolling over a data stream")
		}
		if len(body.Settings)+len(body.Mappings)+len(body.Aliases) > 0 {
			return nil, eserr.Illegal("aliases, mappings, and index settings may not be specified when rolling over a data stream")
		}
		plan.setFrom(e.indices[s.writeIndex()], r.Name)
		plan.to = backingName(s.Name, e.o.Now().UTC().Format("2006.01.02"), s.Generation+1)
		return plan, e.free(plan.to)
	}
	if r.Lazy {
		return nil, eserr.Illegal("Lazy rollover can be applied only on a data stream. Please remove the query parameter 'lazy'.")
	}
	from, err := e.aliasWriteIndex(r.Name)
	if err != nil {
		return nil, err
	}
	plan.setFrom(from, "")
	if plan.to = r.NewIndex; plan.to == "" {
		if plan.to, err = countedUp(from.Name); err != nil {
			return nil, err
		}
	}
	if err := checkName(plan.to); err != nil {
		return nil, err
	}
	return plan, e.free(plan.to)
}

func (p *rolloverPlan) setFrom(ix *index, stream string) {
	p.from = backing{index: ix, stream: stream, write: true, created: time.UnixMilli(ix.CreatedAt)}
}

// aliasWriteIndex is the index that writes to an alias go to. The caller holds e.mu.
func (e *Embedded) aliasWriteIndex(alias string) (*index, error) {
	if e.indices[alias] != nil {
		return nil, eserr.Illegal("rollover target is a [concrete index] but one of [alias,data_stream] was expected")
	}
	var of []*index
	for _, ix := range e.indices {
		raw, ok := ix.Aliases[alias]
		if !ok {
			continue
		}
		if isWriteIndex(raw) {
			return ix, nil
		}
		of = append(of, ix)
	}
	switch {
	case len(of) == 0:
		return nil, eserr.Errorf(404, "resource_not_found_exception", "rollover target [%s] does not exist", alias)
	case len(of) > 1 || writeIndexIsFalse(of[0].Aliases[alias]):
		return nil, eserr.Illegal("rollover target [%s] does not point to a write index", alias)
	}
	return of[0], nil
}

func writeIndexIsFalse(raw json.RawMessage) bool {
	var b aliasBody
	return json.Unmarshal(raw, &b) == nil && b.IsWriteIndex != nil && !*b.IsWriteIndex
}

var countedName = regexp.MustCompile(`^(.*-)(\d+)$`)

// countedUp is the name of the index that follows one: logs-1 gives logs-000002.
func countedUp(name string) (string, error) {
	parts := countedName.FindStringSubmatch(name)
	if parts == nil {
		return "", eserr.Illegal("index name [%s] does not match pattern '^.*-\\d+$'", name)
	}
	n, err := strconv.ParseInt(parts[2], 10, 64)
	if err != nil {
		return "", eserr.Illegal("index name [%s] has a number that is too large to be counted up", name)
	}
	return fmt.Sprintf("%s%06d", parts[1], n+1), nil
}

// rollOverAlias makes the new index of an alias, and has the alias write to it. An alias that named its write index goes on to name the old one too; else it moves.
func (e *Embedded) rollOverAlias(plan *rolloverPlan) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	old := plan.from.index
	raw, ok := old.Aliases[plan.name]
	if e.indices[old.Name] != old || !ok {
		return eserr.Illegal("rollover target [%s] has changed meanwhile: try again", plan.name)
	}
	if err := e.free(plan.to); err != nil {
		return err
	}
	c, err := e.compose(plan.to)
	if err != nil {
		return err
	}
	if _, ok := c.aliases[plan.name]; ok {
		return eserr.Illegal("Rollover alias [%s] can point to multiple indices, found duplicated alias [[%s]] in index template [%s]", plan.name, plan.name, c.template)
	}
	if err := c.add(&plan.body.templatePart); err != nil {
		return err
	}
	if c.aliases == nil {
		c.aliases = map[string]json.RawMessage{}
	}
	var kept map[string]json.RawMessage
	if c.aliases[plan.name], kept, err = movedAlias(plan.name, raw, old.Aliases); err != nil {
		return err
	}
	ix, err := e.newIndex(plan.to, c, "")
	if err != nil {
		return err
	}
	old.recordMu.Lock()
	defer old.recordMu.Unlock()
	record := old.indexRecord
	record.Aliases, record.RolledAt = kept, e.o.Now().UnixMilli()
	err = e.dir.Meta().Update(func(tx *metadb.Tx) error {
		if err := ix.save(tx); err != nil {
			return err
		}
		return record.save(tx)
	})
	if err != nil {
		return fmt.Errorf("roll over alias %s: %w", plan.name, errors.Join(err, e.dir.Remove(ix.UUID)))
	}
	e.indices[plan.to], old.Aliases, old.RolledAt = ix, kept, record.RolledAt
	e.o.Logger.Info("alias rolled over", "alias", plan.name, "index", plan.to, "from", old.Name)
	return nil
}

// movedAlias is the alias of the new index, and the aliases that the old one keeps.
func movedAlias(name string, raw json.RawMessage, all map[string]json.RawMessage) (moved json.RawMessage, kept map[string]json.RawMessage, err error) {
	var body aliasBody
	if err := json.Unmarshal(raw, &body); err != nil {
		return nil, nil, fmt.Errorf("alias %s: %w", name, err)
	}
	kept = maps.Clone(all)
	next := aliasBody{IsHidden: body.IsHidden}
	if body.IsWriteIndex == nil || !*body.IsWriteIndex {
		delete(kept, name)
	} else {
		yes, no := true, false
		next.IsWriteIndex = &yes
		body.IsWriteIndex = &no
		if kept[name], err = json.Marshal(body); err != nil {
			return nil, nil, fmt.Errorf("alias %s: %w", name, err)
		}
	}
	moved, err = json.Marshal(next)
	return moved, kept, err
}

// rollOverLazily has a data stream roll over with its next write.
func (e *Embedded) rollOverLazily(name string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	old := e.streams[name]
	if old == nil {
		return noSuchIndex(name)
	}
	next := &stream{old.streamRecord, old.door}
	next.RolloverOnWrite = true
	if err := e.dir.Meta().Update(next.save); err != nil {
		return fmt.Errorf("roll over data stream %s: %w", name, err)
	}
	e.streams[name] = next
	return nil
}

// rollOverWaiting rolls over the data stream of a write, if that was asked to wait for one.
func (e *Embedded) rollOverWaiting(name string) error {
	e.mu.RLock()
	s := e.streams[name]
	var from backing
	if s != nil && s.RolloverOnWrite {
		from = backing{index: e.indices[s.writeIndex()], stream: name}
	}
	e.mu.RUnlock()
	if from.index == nil {
		return nil
	}
	return e.rollOver(from, "a write after a lazy rollover")
}

// indexNames are the names of indices, sorted.
func indexNames(found []resolved) []string {
	names := make([]string, len(found))
	for i, r := range found {
		names[i] = r.Name
	}
	slices.Sort(names)
	return names
}
