package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/storage/metadb"
)

// backingAction names an index that is to become, or to be no longer, a backing index.
type backingAction struct {
	DataStream   string `json:"data_stream"`
	Index        string `json:"index"`
	FailureStore bool   `json:"failure_store"`
}

// backingActions is one entry of the list of actions, of which it has exactly one.
type backingActions struct {
	Add    *backingAction `json:"add_backing_index"`
	Remove *backingAction `json:"remove_backing_index"`
}

const modifyStreamAction = "indices:admin/data_stream/modify"

// ModifyDataStreams implements Backend. It is as Elasticsearch does it: an index is added as the oldest, its documents are not looked at (so an id may be there twice), and one that is taken
// out becomes an index like any other.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/modify-data-streams-api.html
func (e *Embedded) ModifyDataStreams(_ context.Context, p Principal, body json.RawMessage) error {
	if err := allow(p, modifyStreamAction); err != nil {
		return err
	}
	actions, err := parseBackingActions(body)
	if err != nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	plan := &streamPlan{e: e, by: p, streams: map[string]*stream{}, of: map[*index]string{}}
	for _, a := range actions {
		if a.Add != nil {
			err = plan.add(a.Add)
		} else {
			err = plan.remove(a.Remove)
		}
		if err != nil {
			return err
		}
	}
	return plan.commit()
}

func parseBackingActions(body json.RawMessage) ([]backingActions, error) {
	var request struct {
		Actions []backingActions `json:"actions"`
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(&request); err != nil {
		return nil, eserr.BadRequest(eserr.XContentParse, "[data_stream_actions] failed to parse field [actions]: %s", err)
	}
	if len(request.Actions) == 0 {
		return nil, eserr.Illegal("no data stream actions specified, at least one must be specified")
	}
	for _, a := range request.Actions {
		one := a.Add
		if one == nil {
			one = a.Remove
		}
		switch {
		case one == nil:
			return nil, eserr.Illegal("an action needs [add_backing_index] or [remove_backing_index]")
		case a.Add != nil && a.Remove != nil:
			return nil, eserr.Illegal("too many data stream operations declared on operation entry")
		case strings.TrimSpace(one.DataStream) == "":
			return nil, eserr.Illegal("[data_stream] is required")
		case strings.TrimSpace(one.Index) == "":
			return nil, eserr.Illegal("[index] is required")
		case one.FailureStore:
			return nil, eserr.Illegal("[failure_store] is not supported: data streams have no failure store here")
		}
	}
	return request.Actions, nil
}

// streamPlan collects what the actions change, each on top of those before it, so that all or none of it happens.
type streamPlan struct {
	e       *Embedded
	by      Principal
	streams map[string]*stream // as they will be, by name
	of      map[*index]string  // the streams to which indices will belong; empty is none
}

// find finds the data stream, as it will be, and the index of an action.
func (p *streamPlan) find(a *backingAction) (*stream, *index, error) {
	for _, name := range []string{a.DataStream, a.Index} {
		if !p.e.permits(scope{p.by, modifyStreamAction}, name) {
			return nil, nil, denied(p.by, modifyStreamAction, name)
		}
	}
	s := p.streams[a.DataStream]
	if s == nil {
		now := p.e.streams[a.DataStream]
		if now == nil {
			return nil, nil, eserr.Illegal("data stream [%s] not found", a.DataStream)
		}
		s = &stream{now.streamRecord, now.door}
	}
	ix := p.e.indices[a.Index]
	if ix == nil {
		return nil, nil, eserr.Illegal("index [%s] not found", a.Index)
	}
	return s, ix, nil
}

func (p *streamPlan) streamOf(ix *index) string {
	if name, ok := p.of[ix]; ok {
		return name
	}
	return ix.Stream
}

func (p *streamPlan) add(a *backingAction) error {
	s, ix, err := p.find(a)
	if err != nil {
		return err
	}
	switch of := p.streamOf(ix); {
	case of == s.Name:
		return nil
	case of != "":
		return eserr.Illegal("cannot add index [%s] to data stream [%s] because it is already a backing index on data stream [%s]", ix.Name, s.Name, of)
	}
	if err := ix.canBack(s.Name); err != nil {
		return err
	}
	s.Indices, s.Generation = append([]string{ix.Name}, s.Indices...), s.Generation+1
	p.streams[s.Name], p.of[ix] = s, s.Name
	return nil
}

// canBack refuses an index that a data stream cannot have.
func (ix *index) canBack(stream string) error {
	m := ix.mapping.Load()
	if len(m.Leaves("")) == 0 {
		return eserr.Illegal("backing index [%s] must have mappings for a timestamp field", ix.Name)
	}
	f, ok := m.Lookup("@timestamp")
	if !ok {
		return eserr.Illegal("data stream timestamp field [@timestamp] does not exist")
	}
	if f.Type != "date" && f.Type != "date_nanos" {
		return eserr.Illegal("data stream timestamp field [@timestamp] is of type [%s], but [date,date_nanos] is expected", f.Type)
	}
	names := slices.Sorted(maps.Keys(ix.Aliases))
	switch len(names) {
	case 0:
		return nil
	case 1:
		return eserr.Illegal("cannot add index [%s] to data stream [%s] until its alias [%s] is removed", ix.Name, stream, names[0])
	}
	return eserr.Illegal("cannot add index [%s] to data stream [%s] until its aliases [%s] are removed", ix.Name, stream, strings.Join(names, ","))
}

func (p *streamPlan) remove(a *backingAction) error {
	s, ix, err := p.find(a)
	if err != nil {
		return err
	}
	if p.streamOf(ix) != s.Name {
		return eserr.Illegal("index [%s] not found", a.Index)
	}
	if s.writeIndex() == ix.Name {
		return eserr.Illegal("cannot remove backing index [%s] of data stream [%s] because it is the write index", ix.Name, s.Name)
	}
	s.Indices = slices.DeleteFunc(slices.Clone(s.Indices), func(name string) bool { return name == ix.Name })
	s.Generation++
	p.streams[s.Name], p.of[ix] = s, ""
	return nil
}

// commit carries out the plan, on disk first.
func (p *streamPlan) commit() error {
	records := make(map[*index]indexRecord, len(p.of))
	for _, ix := range slices.SortedFunc(maps.Keys(p.of), func(a, b *index) int { return strings.Compare(a.Name, b.Name) }) {
		ix.recordMu.Lock()
		defer ix.recordMu.Unlock()
		r := ix.indexRecord
		r.Stream, r.Settings = p.of[ix], maps.Clone(r.Settings)
		r.Settings["index.hidden"] = map[bool]string{true: "true", false: "false"}[r.Stream != ""]
		records[ix] = r
	}
	err := p.e.dir.Meta().Update(func(tx *metadb.Tx) error {
		var errs []error
		for _, r := range records {
			errs = append(errs, r.save(tx))
		}
		for _, s := range p.streams {
			errs = append(errs, s.save(tx))
		}
		return errors.Join(errs...)
	})
	if err != nil {
		return fmt.Errorf("modify data streams: %w", err)
	}
	for ix, r := range records {
		ix.Stream, ix.Settings = r.Stream, r.Settings
		ix.ours.Store(isOwnStream(r.Stream))
	}
	for name, s := range p.streams {
		p.e.streams[name] = s
		p.e.lead(s)
	}
	return nil
}
