package engine

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/vedette-siem/vedette/engine/analysis"
	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/mapping"
	"github.com/vedette-siem/vedette/storage"
	"github.com/vedette-siem/vedette/storage/document"
	"github.com/vedette-siem/vedette/storage/metadb"
)

// indexRecord is what the metadata keeps of an index.
type indexRecord struct {
	Name      string                     `json:"name"`
	UUID      string                     `json:"uuid"`
	CreatedAt int64                      `json:"created_at"` // milliseconds since 1970 UTC
	Settings  settings                   `json:"settings"`
	Mappings  json.RawMessage            `json:"mappings"`
	Aliases   map[string]json.RawMessage `json:"aliases,omitempty"`
	Stream    string                     `json:"stream,omitempty"` // the data stream whose backing index it is
	Closed    bool                       `json:"closed,omitempty"`
	// Replicated says that somebody asked for the number of replicas, so that those are lacking; false with the default.
	Replicated bool  `json:"replicated,omitempty"`
	RolledAt   int64 `json:"rolled_at,omitempty"` // when an alias went on in another index; milliseconds since 1970 UTC; 0 is not yet. Written under Embedded.mu
}

// index is an index of the catalogue.
//
// The order of locks is a stream's door, Embedded.mu, the store's write lock, recordMu: a document is written under the store's lock and may change the mapping, so Embedded.mu is
// never taken while a document is written.
type index struct {
	// indexRecord is what the metadata holds. Settings, Replicated, Aliases and Stream are written under Embedded.mu and recordMu, so either one is enough to read them; Mappings
	// under recordMu; the rest never changes.
	indexRecord
	recordMu sync.Mutex
	removed  bool                            // guarded by recordMu: the record is gone from the metadata and must not come back
	mapping  atomic.Pointer[mapping.Mapping] // written under recordMu
	store    *storage.Index                  // nil if the index is broken
	broken   error                           // why it could not be opened, or errIndexClosed
	closing  atomic.Bool                     // it is being closed, and another one stands in the catalogue for it

	ours atomic.Bool // Stream is one of our own; written with it

	diskIsFull func() bool

	activity activity
}

// openIndex opens the store of a record.
func (e *Embedded) openIndex(r indexRecord) (*index, error) {
	ix := &index{indexRecord: r, diskIsFull: e.diskIsFull}
	ix.ours.Store(isOwnStream(r.Stream))
	m, err := r.parseMapping()
	if err != nil {
		return nil, err
	}
	ix.mapping.Store(m)
	ix.store, err = e.dir.Index(r.UUID, func(d *document.Document, routing string) error { return e.readAgain(ix, d, routing) })
	if err != nil {
		return nil, err
	}
	ix.store.SetRefreshInterval(r.Settings.refreshInterval())
	ix.store.SetSyncInterval(r.Settings.syncInterval())
	return ix, nil
}

func (r *indexRecord) parseMapping() (*mapping.Mapping, error) {
	reg, err := analysis.NewRegistry(r.Settings.analysis())
	if err != nil {
		return nil, err
	}
	return mapping.ParseWith(r.Mappings, reg, r.Settings.mappingSettings())
}

// brokenIndex stands in the catalogue for an index that could not be opened, so that the others work and this one is not made anew.
func (e *Embedded) brokenIndex(r indexRecord, cause error) *index {
	ix := &index{indexRecord: r, broken: cause, diskIsFull: e.diskIsFull}
	m, err := r.parseMapping()
	if err != nil {
		m, err = mapping.Parse(json.RawMessage("{}"), nil)
	}
	if err != nil {
		panic("BUG: an empty mapping cannot be read: " + err.Error())
	}
	ix.mapping.Store(m)
	e.o.Logger.Error("index cannot be opened; the others go on", "index", r.Name, "err", cause)
	return ix
}

// open returns the store, or the refusal of a broken index.
func (ix *index) open() (*storage.Index, error) {
	if ix.broken == nil {
		return ix.store, nil
	}
	if ix.Closed {
		return nil, ix.closedRefusal()
	}
	err := eserr.Errorf(503, "no_shard_available_action_exception", "index [%s] could not be opened and answers nothing until it is repaired: %s", ix.Name, ix.broken)
	err.Index, err.IndexUUID = ix.Name, ix.UUID
	return nil, err
}

func (r *indexRecord) save(tx *metadb.Tx) error {
	raw, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("save index %s: %w", r.Name, err)
	}
	return tx.Put(indexTable, r.UUID, raw)
}

// hidden indices are matched by wildcards only on request, or by patterns that begin with a dot.
func (r *indexRecord) hidden() bool {
	return r.Stream != "" || r.Settings.get("index.hidden") == "true"
}

// replicas is what `index.number_of_replicas` says. There are none, but answers count them as Elasticsearch does on one node.
func (r *indexRecord) replicas() int {
	return r.Settings.integer("index.number_of_replicas")
}

// read turns a source into a document of the index. Fields that the mapping lacks are added to it, on disk, before read returns.
// The document's fields live in memory, if that is not nil.
func (e *Embedded) read(ix *index, d *document.Document, routing string, memory *mapping.Memory) error {
	return e.readWith(ix, d, mapping.Options{Now: e.o.Now(), Stream: ix.builtInStream(), Routing: routing, Memory: memory})
}

// readAgain reads a document that was acknowledged before. Mapping and settings may have changed since, so nothing is refused any more: a value that does not fit
// stays in the source, and in the worst case that is all that stays.
func (e *Embedded) readAgain(ix *index, d *document.Document, routing string) error {
	own := ix.builtInStream()
	o := mapping.Options{Now: e.o.Now(), Stream: own, Stored: !own, Routing: routing}
	err := e.readWith(ix, d, o)
	if refusal := (*Error)(nil); errors.As(err, &refusal) {
		o.Stream = true
		err = e.readWith(ix, d, o)
	}
	if refusal := (*Error)(nil); errors.As(err, &refusal) {
		e.o.Logger.Warn("acknowledged document does not fit the mapping any more and is found by its id only", "index", ix.Name, "id", d.ID, "err", err)
		d.Fields, d.Skeleton, d.Holes, err = nil, "", nil, nil
	}
	return err
}

func (e *Embedded) readWith(ix *index, d *document.Document, o mapping.Options) error {
	m := ix.mapping.Load()
	next, err := m.Document(d, o)
	if err != nil || next == m {
		return err
	}
	ix.recordMu.Lock()
	defer ix.recordMu.Unlock()
	now := ix.mapping.Load()
	if now != m { // somebody else has added fields meanwhile
		if next, err = now.Document(d, o); err != nil || next == now {
			return err
		}
	}
	return e.setMapping(ix, next)
}

// builtInStream says whether the index belongs to one of our own data streams, which never refuse an event for a value that does not fit its field.
func (ix *index) builtInStream() bool { return ix.ours.Load() }

// goneRefusal is the answer to who still has an index that is not in the catalogue any more.
func (ix *index) goneRefusal() *Error {
	if ix.closing.Load() {
		return ix.closedRefusal()
	}
	return noSuchIndex(ix.Name)
}

// setMapping makes m the mapping of an index, on disk first. The caller holds ix.recordMu.
func (e *Embedded) setMapping(ix *index, m *mapping.Mapping) error {
	if ix.removed {
		return ix.goneRefusal()
	}
	raw, err := m.MarshalJSON()
	if err != nil {
		return fmt.Errorf("save mapping of index %s: %w", ix.Name, err)
	}
	r := ix.indexRecord
	r.Mappings = raw
	if err := e.dir.Meta().Update(func(tx *metadb.Tx) error { return r.save(tx) }); err != nil {
		return fmt.Errorf("save mapping of index %s: %w", ix.Name, err)
	}
	ix.Mappings = raw
	ix.mapping.Store(m)
	return nil
}

// info describes an index. The caller holds e.mu.
func (ix *index) info() (IndexInfo, error) {
	mappings, err := ix.mapping.Load().MarshalJSON()
	if err != nil {
		return IndexInfo{}, fmt.Errorf("mapping of index %s: %w", ix.Name, err)
	}
	all := maps.Clone(ix.Settings)
	all["index.uuid"] = ix.UUID
	all["index.provided_name"] = ix.Name
	all["index.creation_date"] = strconv.FormatInt(ix.CreatedAt, 10)
	all["index.version.created"] = "8536000"
	if ix.Stream != "" {
		all["index.hidden"] = "true"
	}
	if ix.Closed {
		all["index.verified_before_close"] = "true"
	}
	if ix.hasBlock(floodBlock) {
		all[floodBlock] = "true"
	}
	aliases := []byte("{}")
	if len(ix.Aliases) > 0 {
		if aliases, err = json.Marshal(ix.Aliases); err != nil {
			return IndexInfo{}, fmt.Errorf("aliases of index %s: %w", ix.Name, err)
		}
	}
	return IndexInfo{Aliases: aliases, Mappings: mappings, Settings: all.nested(), DataStream: ix.Stream, Closed: ix.Closed, Unassigned: ix.unassigned()}, nil
}
