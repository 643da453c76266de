package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/glob"
	"github.com/vedette-siem/vedette/engine/pipeline"
	"github.com/vedette-siem/vedette/storage/metadb"
)

const (
	// maxPipelines is how many ingest pipelines there may be.
	maxPipelines = 1000
	// maxPipelineBytes is how long one may be.
	maxPipelineBytes = 1 << 20
)

// pipelines are the ingest pipelines by id. Writes look them up without a lock.
type pipelines struct {
	mu  sync.Mutex // held while they change; taken after Embedded.mu, if both are
	now atomic.Pointer[map[string]*storedPipeline]
	// builtin are there without being put. It does not change.
	builtin map[string]*storedPipeline
}

// storedPipeline is one as it was put, and compiled.
type storedPipeline struct {
	raw      json.RawMessage
	compiled *pipeline.Pipeline // nil if err is set
	err      error              // what this version finds wrong with one that another version took
}

// pipelineRecord is how a pipeline is kept. Format is 1.
type pipelineRecord struct {
	Format   int             `json:"format"`
	Pipeline json.RawMessage `json:"pipeline"`
}

func (p *pipelines) all() map[string]*storedPipeline {
	if now := p.now.Load(); now != nil {
		return *now
	}
	return nil
}

// find is a pipeline ready to run, or nil.
func (p *pipelines) find(id string) *pipeline.Pipeline {
	if s := p.get(id); s != nil {
		return s.compiled
	}
	return nil
}

func newStoredPipeline(id string, raw []byte) *storedPipeline {
	s := &storedPipeline{raw: bytes.Clone(raw)}
	s.compiled, s.err = pipeline.Compile(id, raw)
	return s
}

// loadPipelines reads them when the data directory is opened. One that does not compile any more stays, refuses documents, and is told.
func (e *Embedded) loadPipelines(tx *metadb.Tx) error {
	all := map[string]*storedPipeline{}
	err := tx.Each(pipelineTable, func(id string, raw []byte) error {
		var r pipelineRecord
		if err := json.Unmarshal(raw, &r); err != nil {
			return fmt.Errorf("ingest pipeline %s: %w", id, err)
		}
		if r.Format != 1 {
			return fmt.Errorf("ingest pipeline %s has format %d, which this version cannot read: start the version of vedette that wrote it", id, r.Format)
		}
		all[id] = newStoredPipeline(id, r.Pipeline)
		if err := all[id].err; err != nil {
			e.o.Logger.Error("ingest pipeline cannot be used; documents that need it are refused; put it again", "pipeline", id, "err", err)
		}
		return nil
	})
	e.pipelines.builtin = builtinPipelines()
	e.pipelines.now.Store(&all)
	return err
}

// changePipelines replaces the pipelines by what edit makes of a copy of them, on disk first.
func (e *Embedded) changePipelines(edit func(all map[string]*storedPipeline) error) error {
	e.pipelines.mu.Lock()
	defer e.pipelines.mu.Unlock()
	before := e.pipelines.all()
	after := maps.Clone(before)
	if err := edit(after); err != nil {
		return err
	}
	err := e.dir.Meta().Update(func(tx *metadb.Tx) error {
		for id := range before {
			if after[id] == nil {
				if err := tx.Delete(pipelineTable, id); err != nil {
					return err
				}
			}
		}
		for id, s := range after {
			if before[id] == s {
				continue
			}
			raw, err := json.Marshal(pipelineRecord{1, s.raw})
			if err != nil {
				return err
			}
			if err := tx.Put(pipelineTable, id, raw); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("save ingest pipelines: %w", err)
	}
	e.pipelines.now.Store(&after)
	return nil
}

// PutPipeline implements Backend.
func (e *Embedded) PutPipeline(_ context.Context, p Principal, id string, body json.RawMessage, ifVersion *int64) error {
	if err := allow(p, "cluster:admin/ingest/pipeline/put"); err != nil {
		return err
	}
	if id == "" || len(id) > maxIDBytes || strings.ContainsAny(id, "*,") || id == "_none" {
		return eserr.Illegal("pipeline id [%s] may not be empty, longer than %d bytes, [_none], or hold a comma or a wildcard", clip(id), maxIDBytes)
	}
	if len(body) > maxPipelineBytes {
		return eserr.Illegal("a pipeline may be no longer than %d bytes but [%s] is %d", maxPipelineBytes, clip(id), len(body))
	}
	return e.changePipelines(func(all map[string]*storedPipeline) error {
		var err error
		if ifVersion != nil {
			if body, err = nextVersion(all[id], id, body, *ifVersion); err != nil {
				return err
			}
		}
		s := newStoredPipeline(id, body)
		if s.err != nil {
			return s.err
		}
		if old := all[id]; old != nil {
			if old.compiled != nil {
				s.compiled.CountOn(old.compiled)
			}
		} else if len(all) >= maxPipelines {
			return eserr.Illegal("there may be no more than %d pipelines: delete some first", maxPipelines)
		}
		all[id] = s
		return nil
	})
}

// nextVersion checks `if_version` and gives the pipeline the version that follows if it has none of its own.
func nextVersion(now *storedPipeline, id string, body json.RawMessage, want int64) (json.RawMessage, error) {
	if now == nil {
		return nil, eserr.Illegal("version conflict, required version [%d] for pipeline [%s] but no pipeline was found", want, id)
	}
	var old, fresh struct {
		Version *int64 `json:"version"`
	}
	if err := json.Unmarshal(now.raw, &old); err != nil {
		return nil, fmt.Errorf("stored pipeline %s: %w", id, err)
	}
	if old.Version == nil || *old.Version != want {
		is := "null"
		if old.Version != nil {
			is = fmt.Sprint(*old.Version)
		}
		return nil, eserr.Illegal("version conflict, required version [%d] for pipeline [%s] but current version is [%s]", want, id, is)
	}
	var fields map[string]json.RawMessage
	if json.Unmarshal(body, &fields) != nil || json.Unmarshal(body, &fresh) != nil {
		return body, nil // the compiler says what is wrong
	}
	if fresh.Version != nil && *fresh.Version == want {
		return nil, eserr.Illegal("cannot update pipeline [%s] with the same version [%d]", id, want)
	}
	if fresh.Version == nil {
		fields["version"] = json.RawMessage(fmt.Sprint(want + 1))
		return marshalPlain(fields)
	}
	return body, nil
}

// GetPipelines implements Backend.
func (e *Embedded) GetPipelines(_ context.Context, p Principal, ids string) ([]Template, error) {
	if err := allow(p, "cluster:admin/ingest/pipeline/get"); err != nil {
		return nil, err
	}
	all := e.pipelines.shown(ids)
	if ids == "" || ids == "_all" {
		ids = "*"
	}
	var out []Template
	for _, id := range slices.Sorted(maps.Keys(all)) {
		if slices.ContainsFunc(strings.Split(ids, ","), func(pattern string) bool { return glob.Match(pattern, id) }) {
			out = append(out, Template{Name: id, Body: all[id].raw})
		}
	}
	return out, nil
}

// DeletePipeline implements Backend. A pipeline that an index runs by its settings is not deleted, since its documents would be refused.
func (e *Embedded) DeletePipeline(_ context.Context, p Principal, pattern string) error {
	if err := allow(p, "cluster:admin/ingest/pipeline/delete"); err != nil {
		return err
	}
	e.mu.RLock()
	defer e.mu.RUnlock()
	return e.changePipelines(func(all map[string]*storedPipeline) error {
		n := len(all)
		for id := range all {
			if !glob.Match(pattern, id) {
				continue
			}
			if err := e.checkPipelineUnused(id); err != nil {
				return err
			}
			delete(all, id)
		}
		if len(all) == n && pattern != "*" {
			return eserr.Errorf(404, "resource_not_found_exception", "pipeline [%s] is missing", clip(pattern))
		}
		return nil
	})
}

// checkPipelineUnused refuses if settings of an index name the pipeline. The caller holds e.mu.
func (e *Embedded) checkPipelineUnused(id string) error {
	for _, kind := range []string{"default", "final"} {
		var users []string
		for name, ix := range e.indices {
			if ix.Settings.get("index."+kind+"_pipeline") == id {
				users = append(users, name)
			}
		}
		if slices.Sort(users); len(users) > 0 {
			return eserr.Illegal("pipeline [%s] cannot be deleted because it is the %s pipeline for %d index(es) including [%s]", id, kind, len(users), strings.Join(users[:min(len(users), 3)], ","))
		}
	}
	return nil
}

// SimulatePipeline implements Backend.
func (e *Embedded) SimulatePipeline(ctx context.Context, p Principal, id string, body json.RawMessage, verbose bool) (json.RawMessage, error) {
	if err := allow(p, "cluster:admin/ingest/pipeline/simulate"); err != nil {
		return nil, err
	}
	s, err := pipeline.ParseSimulation(body)
	if err != nil {
		return nil, err
	}
	one := s.Pipeline
	if id != "" {
		stored := e.pipelines.get(id)
		if stored == nil {
			return nil, eserr.Illegal("pipeline [%s] does not exist", clip(id))
		}
		if stored.err != nil {
			return nil, stored.err
		}
		one = stored.compiled
	}
	if one == nil {
		return nil, eserr.BadRequest("parse_exception", "[pipeline] required property is missing")
	}
	return s.Run(ctx, e.ingestEnv(), one, verbose)
}

// ingestEnv is what pipelines need of the server.
func (e *Embedded) ingestEnv() *pipeline.Env {
	return &pipeline.Env{Lookup: e.pipelines.find, Locate: e.o.Locate, Decode: e.o.Decode, Now: e.o.Now}
}
