package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/glob"
	"github.com/vedette-siem/vedette/storage/metadb"
)

// streamRecord is what the metadata keeps of a data stream.
type streamRecord struct {
	Name       string   `json:"name"`
	Generation int      `json:"generation"`
	Indices    []string `json:"indices"` // backing indices, oldest first; the last one is written to
	Template   string   `json:"template,omitempty"`
	// Lifecycle is what the templates said when the stream was made; nil is nothing.
	Lifecycle *streamLifecycle `json:"lifecycle,omitempty"`
	// RolloverOnWrite has the next write go into a new index (a lazy rollover).
	RolloverOnWrite bool `json:"rollover_on_write,omitempty"`
}

type stream struct {
	streamRecord
	door *door // the same for the stream's whole life, while the record is replaced
}

func (s *stream) writeIndex() string { return s.Indices[len(s.Indices)-1] }

func (s *stream) save(tx *metadb.Tx) error {
	raw, err := json.Marshal(s.streamRecord)
	if err != nil {
		return fmt.Errorf("save data stream %s: %w", s.Name, err)
	}
	return tx.Put(streamTable, s.Name, raw)
}

// isOwnStream says whether a name is one of the data streams that Vedette itself writes, which need no template.
func isOwnStream(name string) bool {
	for _, prefix := range []string{"logs-aws.", "logs-vedette."} {
		if rest, ok := strings.CutPrefix(name, prefix); ok && strings.Contains(rest, "-") {
			return true
		}
	}
	return false
}

func backingName(stream string, day string, generation int) string {
	return fmt.Sprintf(".ds-%s-%s-%06d", stream, day, generation)
}

// createStream makes a data stream with its first backing index. The caller holds e.mu for writing.
func (e *Embedded) createStream(name string, from composed) (*stream, error) {
	s := &stream{door: &door{}, streamRecord: streamRecord{Name: name, Generation: 1, Template: from.template, Lifecycle: from.lifecycle}}
	backing := backingName(name, e.o.Now().UTC().Format("2006.01.02"), 1)
	s.Indices = []string{backing}
	from.aliases = nil
	ix, err := e.newIndex(backing, from, name)
	if err != nil {
		return nil, err
	}
	err = e.dir.Meta().Update(func(tx *metadb.Tx) error {
		if err := ix.save(tx); err != nil {
			return err
		}
		return s.save(tx)
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("create data stream %s: %w", name, err), e.dir.Remove(ix.UUID))
	}
	e.indices[backing], e.streams[name] = ix, s
	e.lead(s)
	return s, nil
}

// CreateDataStream implements Backend.
func (e *Embedded) CreateDataStream(_ context.Context, p Principal, name string) error {
	if err := allow(p, "indices:admin/data_stream/create"); err != nil {
		return err
	}
	if err := allowOn(p, "indices:admin/data_stream/create", name); err != nil {
		return err
	}
	if err := checkName(name); err != nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.streams[name] != nil {
		return eserr.BadRequest("resource_already_exists_exception", "data_stream [%s] already exists", name)
	}
	if err := e.free(name); err != nil {
		return err
	}
	from, err := e.compose(name)
	if err != nil {
		return err
	}
	if !from.stream {
		return eserr.Illegal("no matching index template found for data stream [%s]", name)
	}
	_, err = e.createStream(name, from)
	return err
}

// streamsMatching finds the data streams of a target on which the principal may do something, by name, as resolve does. The caller holds e.mu.
func (e *Embedded) streamsMatching(p Principal, action string, t Target) ([]*stream, error) {
	found := map[string]*stream{}
	expression := t.Expression
	if expression == "" || expression == "_all" {
		expression = "*"
	}
	for _, part := range strings.Split(expression, ",") {
		if !strings.Contains(part, "*") {
			if !t.IgnoreUnavailable && !p.may(action, part) {
				return nil, denied(p, action, part)
			}
			if e.streams[part] == nil {
				if t.IgnoreUnavailable {
					continue
				}
				return nil, noSuchIndex(part)
			}
			if p.may(action, part) {
				found[part] = e.streams[part]
			}
			continue
		}
		for name, s := range e.streams {
			if glob.Match(part, name) && p.may(action, name) {
				found[name] = s
			}
		}
	}
	out := make([]*stream, 0, len(found))
	for _, name := range slices.Sorted(maps.Keys(found)) {
		out = append(out, found[name])
	}
	return out, nil
}

// DataStreams implements Backend.
func (e *Embedded) DataStreams(_ context.Context, p Principal, t Target) ([]DataStream, error) {
	if err := allow(p, "indices:admin/data_stream/get"); err != nil {
		return nil, err
	}
	e.mu.RLock()
	defer e.mu.RUnlock()
	found, err := e.streamsMatching(p, "indices:admin/data_stream/get", t)
	if err != nil {
		return nil, err
	}
	out := make([]DataStream, 0, len(found))
	for _, s := range found {
		d := DataStream{Name: s.Name, TimestampField: map[string]string{"name": "@timestamp"}, Generation: s.Generation, Template: s.Template, RolloverOnWrite: s.RolloverOnWrite}
		health := Health{Status: "green"}
		for _, name := range s.Indices {
			d.Indices = append(d.Indices, StreamIndex{Name: name, UUID: e.indices[name].UUID})
			health.add(name, e.indices[name].health())
		}
		d.Status = strings.ToUpper(health.Status)
		out = append(out, d)
	}
	return out, nil
}

// DeleteDataStream implements Backend.
func (e *Embedded) DeleteDataStream(_ context.Context, p Principal, t Target) error {
	if err := allow(p, "indices:admin/data_stream/delete"); err != nil {
		return err
	}
	removeFiles, err := e.deleteStreams(p, t)
	if err != nil {
		return err
	}
	return removeFiles()
}

func (e *Embedded) deleteStreams(p Principal, t Target) (removeFiles func() error, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	found, err := e.streamsMatching(p, "indices:admin/data_stream/delete", t)
	if err != nil {
		return nil, err
	}
	var doomed []*index
	for _, s := range found {
		for _, name := range s.Indices {
			doomed = append(doomed, e.indices[name])
		}
	}
	return e.drop(doomed, nil)
}
