package engine

import (
	"encoding/json"
	"fmt"
	"maps"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/vedette-siem/vedette/engine/analysis"
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
}

// index is an open index. Its record is guarded by Embedded.mu, but for Mappings, which is guarded by mapMu; the mapping itself is read freely.
type index struct {
	indexRecord
	store   *storage.Index
	mapMu   sync.Mutex
	mapping atomic.Pointer[mapping.Mapping]
}

func (e *Embedded) openIndex(r indexRecord) (*index, error) {
	reg, err := analysis.NewRegistry(r.Settings.analysis())
	if err != nil {
		return nil, err
	}
	m, err := mapping.Parse(r.Mappings, reg)
	if err != nil {
		return nil, err
	}
	if m, err = m.WithSettings(r.Settings.mappingSettings()); err != nil {
		return nil, err
	}
	ix := &index{indexRecord: r}
	ix.mapping.Store(m)
	ix.store, err = e.dir.Index(r.UUID, func(d *document.Document, routing string) error { return e.read(ix, d, routing) })
	if err != nil {
		return nil, err
	}
	ix.store.SetRefreshInterval(r.Settings.refreshInterval())
	return ix, nil
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
func (e *Embedded) read(ix *index, d *document.Document, routing string) error {
	o := mapping.Options{Now: e.o.Now(), Stream: ix.builtInStream(), Routing: routing}
	m := ix.mapping.Load()
	next, err := m.Document(d, o)
	if err != nil || next == m {
		return err
	}
	ix.mapMu.Lock()
	defer ix.mapMu.Unlock()
	now := ix.mapping.Load()
	if now != m { // somebody else has added fields meanwhile
		if next, err = now.Document(d, o); err != nil || next == now {
			return err
		}
	}
	return e.setMapping(ix, next)
}

// builtInStream says whether the index belongs to one of our own data streams, which never refuse an event for a value that does not fit its field.
func (ix *index) builtInStream() bool { return ix.Stream != "" && isOwnStream(ix.Stream) }

// setMapping makes m the mapping of an index, on disk first. The caller holds ix.mapMu.
func (e *Embedded) setMapping(ix *index, m *mapping.Mapping) error {
	raw, err := m.MarshalJSON()
	if err != nil {
		return fmt.Errorf("save mapping of index %s: %w", ix.Name, err)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
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
	aliases := []byte("{}")
	if len(ix.Aliases) > 0 {
		if aliases, err = json.Marshal(ix.Aliases); err != nil {
			return IndexInfo{}, fmt.Errorf("aliases of index %s: %w", ix.Name, err)
		}
	}
	return IndexInfo{Aliases: aliases, Mappings: mappings, Settings: all.nested(), DataStream: ix.Stream}, nil
}
