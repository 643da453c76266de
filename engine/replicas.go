package engine

import (
	"strings"
)

// Replicas: there are none. An index whose settings ask for them, in its own words or by its template, lacks them and is yellow, as on one Elasticsearch node; where
// nobody said anything, the settings show Elasticsearch's default of one, and nothing is lacking.

// asksForReplicas reports whether a change of settings says how many replicas there are to be; ok is false where it says nothing.
func (s settings) asksForReplicas() (asks, ok bool) {
	v, ok := s["index.number_of_replicas"]
	return v != nil, ok
}

// expandReplicas sets the number of replicas that `auto_expand_replicas` leads to on one node: none, if its range begins with 0; else it changes nothing.
func (s settings) expandReplicas() {
	if strings.HasPrefix(s.get("index.auto_expand_replicas"), "0-") {
		s["index.number_of_replicas"] = "0"
	}
}

// unassigned is how many replicas the index lacks.
func (r *indexRecord) unassigned() int {
	if !r.Replicated {
		return 0
	}
	return r.replicas()
}

// health is the state of one index. The caller holds Embedded.mu.
func (ix *index) health() IndexHealth {
	h := IndexHealth{Status: "green", Shards: 1, Replicas: ix.unassigned(), ActivePrimaries: 1, Active: 1, Unassigned: ix.unassigned()}
	if h.Unassigned > 0 {
		h.Status = "yellow"
	}
	if !ix.Closed && (ix.broken != nil || ix.store.Failure() != nil || len(ix.store.Damage()) > 0) {
		h.Status = "red"
	}
	return h
}

// add counts an index.
func (h *Health) add(name string, ix IndexHealth) {
	if h.Indices == nil {
		h.Indices = map[string]IndexHealth{}
	}
	h.Indices[name] = ix
	h.ActivePrimaryShards += ix.ActivePrimaries
	h.ActiveShards += ix.Active
	h.UnassignedShards += ix.Unassigned
	if ix.Status == "red" || ix.Status == "yellow" && h.Status == "green" {
		h.Status = ix.Status
	}
}
