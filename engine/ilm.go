package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/vedette-siem/vedette/engine/dates"
	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/glob"
	"github.com/vedette-siem/vedette/storage/metadb"
)

// Index lifecycle policies are kept as they were put. Of what they say, `delete` of the phase of that name is carried out, by its min_age, and `rollover` for indices with a
// rollover_alias (ilm_run.go); data streams roll over as the server is configured. The other actions are about nodes that there are not, and are not carried out.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/ilm-index-lifecycle.html

// Policies are the calls about index lifecycle policies.
type Policies interface {
	PutPolicy(ctx context.Context, p Principal, name string, body json.RawMessage) error
	// GetPolicies returns the policies whose name matches a list of names and patterns, by name; empty are all. A plain name that does not exist is an error.
	GetPolicies(ctx context.Context, p Principal, names string) (map[string]Policy, error)
	DeletePolicy(ctx context.Context, p Principal, name string) error
	// RunPolicies starts or stops what policies do; PoliciesRun says whether it is started.
	RunPolicies(ctx context.Context, p Principal, run bool) error
	PoliciesRun(ctx context.Context, p Principal) (bool, error)
	// ExplainPolicies says where indices stand.
	ExplainPolicies(ctx context.Context, p Principal, t Target) (map[string]PolicyState, error)
}

// A Policy is a policy as it is kept.
type Policy struct {
	Version  int64           `json:"version"`
	Modified string          `json:"modified_date"`
	Policy   json.RawMessage `json:"policy"`
	InUse    PolicyUse       `json:"in_use_by"`
}

// PolicyUse is what names a policy.
type PolicyUse struct {
	Indices     []string `json:"indices"`
	DataStreams []string `json:"data_streams"`
	Templates   []string `json:"composable_templates"`
}

// Tables and keys of the metadata.
const (
	policyTable   = "ilm_policies" // by name: policyRecord
	policiesStops = "ilm_stopped"  // in clusterTable: policies do nothing
)

// policyRecord is what the metadata keeps of a policy.
type policyRecord struct {
	Version  int64           `json:"version"`
	Modified int64           `json:"modified"` // milliseconds since 1970 UTC
	Policy   json.RawMessage `json:"policy"`
}

// policyBody is what the engine reads of a policy.
type policyBody struct {
	Phases map[string]struct {
		MinAge  string                     `json:"min_age"`
		Actions map[string]json.RawMessage `json:"actions"`
	} `json:"phases"`
	Meta       json.RawMessage `json:"_meta"`
	Deprecated *bool           `json:"deprecated"`
}

// knownActions are those of each phase.
var knownActions = map[string][]string{
	"hot":    {"set_priority", "unfollow", "rollover", "readonly", "shrink", "forcemerge", "searchable_snapshot", "downsample"},
	"warm":   {"set_priority", "unfollow", "readonly", "allocate", "migrate", "shrink", "forcemerge", "downsample"},
	"cold":   {"set_priority", "unfollow", "readonly", "searchable_snapshot", "allocate", "migrate", "freeze", "downsample"},
	"frozen": {"unfollow", "searchable_snapshot"},
	"delete": {"wait_for_snapshot", "delete"},
}

func parsePolicy(raw json.RawMessage) (*policyBody, error) {
	var p policyBody
	if err := json.Unmarshal(raw, &p); err != nil {
		return nil, eserr.BadRequest(eserr.XContentParse, "[lifecycle_policy] failed to parse: %s", err)
	}
	for phase, body := range p.Phases {
		actions, ok := knownActions[phase]
		if !ok {
			return nil, eserr.Illegal("Timeseries lifecycle does not support phase [%s]", clip(phase))
		}
		for action := range body.Actions {
			if !slices.Contains(actions, action) {
				return nil, eserr.Illegal("invalid action [%s] defined in phase [%s]", clip(action), phase)
			}
		}
		if body.MinAge != "" {
			if _, err := dates.ParseDuration(body.MinAge, "min_age"); err != nil {
				return nil, err
			}
		}
		if rollover, ok := body.Actions["rollover"]; ok {
			var conditions map[string]json.RawMessage
			if err := json.Unmarshal(rollover, &conditions); err != nil {
				return nil, eserr.BadRequest(eserr.XContentParse, "[rollover] failed to parse: %s", err)
			}
			if _, err := parseConditions(conditions); err != nil {
				return nil, err
			}
		}
	}
	return &p, nil
}

// deletes is how long after its rollover, or else its creation, an index is deleted; 0 and false is never.
func (p *policyBody) deletes() (after time.Duration, ok bool) {
	phase, ok := p.Phases["delete"]
	if _, acts := phase.Actions["delete"]; !ok || !acts {
		return 0, false
	}
	ms, err := dates.ParseDuration(phase.MinAge, "min_age")
	if err != nil {
		ms = 0 // none was given: it was read when it was put
	}
	return time.Duration(ms) * time.Millisecond, true
}

// rollover are the conditions of the rollover action; nil is none.
func (p *policyBody) rollover() json.RawMessage { return p.Phases["hot"].Actions["rollover"] }

// PutPolicy implements Backend.
func (e *Embedded) PutPolicy(_ context.Context, p Principal, name string, body json.RawMessage) error {
	if err := allow(p, "cluster:admin/ilm/put"); err != nil {
		return err
	}
	if name == "" || strings.ContainsAny(name, " ,*") || strings.HasPrefix(name, "_") || len(name) > maxNameBytes {
		return eserr.Illegal("invalid policy name [%s]: must not start with '_', must not contain ',', ' ' or '*', and must not be longer than [255] bytes", clip(name))
	}
	var request map[string]json.RawMessage
	if err := json.Unmarshal(body, &request); err != nil || len(request["policy"]) == 0 || len(request) != 1 {
		return eserr.BadRequest(eserr.XContentParse, "[put_lifecycle_request] a body with one member [policy] is needed")
	}
	if _, err := parsePolicy(request["policy"]); err != nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	r := policyRecord{Version: 1, Modified: e.o.Now().UnixMilli(), Policy: request["policy"]}
	if old, ok := e.policies[name]; ok {
		r.Version = old.Version + 1
	}
	raw, err := json.Marshal(r)
	if err == nil {
		err = e.dir.Meta().Update(func(tx *metadb.Tx) error { return tx.Put(policyTable, name, raw) })
	}
	if err != nil {
		return fmt.Errorf("save lifecycle policy %s: %w", name, err)
	}
	e.policies[name] = r
	return nil
}

// GetPolicies implements Backend.
func (e *Embedded) GetPolicies(_ context.Context, p Principal, names string) (map[string]Policy, error) {
	if err := allow(p, "cluster:admin/ilm/get"); err != nil {
		return nil, err
	}
	e.mu.RLock()
	defer e.mu.RUnlock()
	out := map[string]Policy{}
	if names == "" {
		names = "*"
	}
	for _, name := range strings.Split(names, ",") {
		if _, ok := e.policies[name]; !ok && !strings.Contains(name, "*") {
			return nil, noSuchPolicy(name)
		}
		for stored, r := range e.policies {
			if !glob.Match(name, stored) {
				continue
			}
			shown, err := completePolicy(r.Policy)
			if err != nil {
				return nil, fmt.Errorf("lifecycle policy %s: %w", stored, err)
			}
			out[stored] = Policy{Version: r.Version, Modified: time.UnixMilli(r.Modified).UTC().Format("2006-01-02T15:04:05.000Z"), Policy: shown, InUse: e.usesOf(stored)}
		}
	}
	return out, nil
}

// completePolicy is a policy as Elasticsearch answers it: each phase has a min_age.
func completePolicy(raw json.RawMessage) (json.RawMessage, error) {
	var members map[string]json.RawMessage
	var phases map[string]map[string]json.RawMessage
	if err := json.Unmarshal(raw, &members); err != nil {
		return nil, err
	}
	if len(members["phases"]) > 0 {
		if err := json.Unmarshal(members["phases"], &phases); err != nil {
			return nil, err
		}
	}
	for _, phase := range phases {
		if phase["min_age"] == nil {
			phase["min_age"] = json.RawMessage(`"0ms"`)
		}
		if phase["actions"] == nil {
			phase["actions"] = json.RawMessage("{}")
		}
	}
	var err error
	if members["phases"], err = json.Marshal(phases); err != nil {
		return nil, err
	}
	return json.Marshal(members)
}

func noSuchPolicy(name string) error {
	return eserr.Errorf(404, "resource_not_found_exception", "Lifecycle policy not found: [%s]", clip(name))
}

// usesOf finds what names a policy. The caller holds e.mu.
func (e *Embedded) usesOf(policy string) PolicyUse {
	u := PolicyUse{Indices: []string{}, DataStreams: []string{}, Templates: []string{}}
	for name, ix := range e.indices {
		if ix.Settings.get(lifecycleName) != policy {
			continue
		}
		u.Indices = append(u.Indices, name)
		if ix.Stream != "" && !slices.Contains(u.DataStreams, ix.Stream) {
			u.DataStreams = append(u.DataStreams, ix.Stream)
		}
	}
	for name, raw := range e.templates[IndexTemplate] {
		t, err := parseTemplate(IndexTemplate, name, raw)
		if err != nil {
			continue // told where it is used
		}
		if c, err := e.composeFrom(name, t); err == nil && c.settings.get(lifecycleName) == policy {
			u.Templates = append(u.Templates, name)
		}
	}
	slices.Sort(u.Indices)
	slices.Sort(u.DataStreams)
	slices.Sort(u.Templates)
	return u
}

// DeletePolicy implements Backend.
func (e *Embedded) DeletePolicy(_ context.Context, p Principal, name string) error {
	if err := allow(p, "cluster:admin/ilm/delete"); err != nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if _, ok := e.policies[name]; !ok {
		return noSuchPolicy(name)
	}
	if used := e.usesOf(name).Indices; len(used) > 0 {
		return eserr.Illegal("Cannot delete policy [%s]. It is in use by one or more indices: [%s]", name, clip(strings.Join(used, ", ")))
	}
	if err := e.dir.Meta().Update(func(tx *metadb.Tx) error { return tx.Delete(policyTable, name) }); err != nil {
		return fmt.Errorf("delete lifecycle policy %s: %w", name, err)
	}
	delete(e.policies, name)
	return nil
}

// RunPolicies implements Backend.
func (e *Embedded) RunPolicies(_ context.Context, p Principal, run bool) error {
	if err := allow(p, "cluster:admin/ilm/operation_mode/set"); err != nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	err := e.dir.Meta().Update(func(tx *metadb.Tx) error {
		if run {
			return tx.Delete(clusterTable, policiesStops)
		}
		return tx.Put(clusterTable, policiesStops, []byte("true"))
	})
	if err != nil {
		return fmt.Errorf("start or stop lifecycle policies: %w", err)
	}
	e.policiesStopped = !run
	return nil
}

// PoliciesRun implements Backend.
func (e *Embedded) PoliciesRun(_ context.Context, p Principal) (bool, error) {
	if err := allow(p, "cluster:admin/ilm/operation_mode/get"); err != nil {
		return false, err
	}
	e.mu.RLock()
	defer e.mu.RUnlock()
	return !e.policiesStopped, nil
}

// loadPolicies reads the policies.
func (e *Embedded) loadPolicies(tx *metadb.Tx) error {
	if raw, err := tx.Get(clusterTable, policiesStops); err == nil {
		e.policiesStopped = string(raw) == "true"
	}
	return tx.Each(policyTable, func(name string, raw []byte) error {
		var r policyRecord
		if err := json.Unmarshal(raw, &r); err != nil {
			return fmt.Errorf("lifecycle policy %s: %w", name, err)
		}
		e.policies[name] = r
		return nil
	})
}
