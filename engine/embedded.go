package engine

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/vedette-siem/vedette/engine/aggs"
	"github.com/vedette-siem/vedette/engine/pipeline"
	"github.com/vedette-siem/vedette/engine/search"
	"github.com/vedette-siem/vedette/storage"
	"github.com/vedette-siem/vedette/storage/metadb"
)

// Options of the embedded engine. The zero value will do.
type Options struct {
	// Logger gets warnings; nil discards them.
	Logger *slog.Logger
	// Now is the clock; nil is time.Now.
	Now func() time.Time
	// Workers is how many segments are searched at once; 0 is one for each processor.
	Workers int
	// AllowWildcardDelete lets the deletion of indices take wildcards and `_all`, as Elasticsearch's action.destructive_requires_name: false does.
	AllowWildcardDelete bool
	// RequestMemory is how many bytes one search may take, and TotalMemory how many all may take together with the cache of results; 0 is 256 MiB and no limit.
	RequestMemory, TotalMemory int64
	// CacheBytes is how much the cache of results may hold; 0 is 16 MiB, negative none.
	CacheBytes int64
	// Lifecycle says when data streams roll over and what is deleted of them; its zero value deletes nothing.
	Lifecycle Lifecycle
	// NodeName is what `GET /` calls this process; empty is vedette.
	NodeName string
	// Locate tells the place and the network of an address for the processor geoip, as pipeline.Env says; nil is no database.
	Locate func(netip.Addr) (geo, as []byte)
	// Decode makes events of raw records for the built-in pipelines, as pipeline.Env says; nil is no decoders.
	Decode func(ctx context.Context, format string, raw []byte) (pipeline.Decoded, error)
}

// Embedded is the Backend on a data directory. It does not own the directory: close that after Close, and after the last call has returned.
type Embedded struct {
	dir         *storage.Dir
	o           Options
	clusterUUID string
	lost        int // what load could not read; written by load only
	memory      *aggs.Budget
	cache       *search.Cache // nil is none
	fielddata   *search.Fielddata
	ingested    pipeline.Counts // documents that went through pipelines, each once
	contexts    *contexts
	pipelines   pipelines

	// mu guards the catalogue below. It is held for writing while metadata changes, which wait for the disk, and never while documents are written or searched;
	// index tells the order of locks.
	mu        sync.RWMutex
	stateMu   sync.Mutex        // one closes or opens indices at a time; taken before mu
	indices   map[string]*index // by name
	streams   map[string]*stream
	templates map[TemplateKind]map[string]json.RawMessage
	policies  map[string]policyRecord // index lifecycle policies by name
	// policiesStopped is that policies do nothing (`_ilm/stop`).
	policiesStopped bool
	// persistent and transient are the settings of the cluster; the maps are replaced, never changed.
	persistent, transient settings
}

var _ Backend = (*Embedded)(nil)

// Tables of the metadata.
const (
	clusterTable   = "cluster"
	indexTable     = "indices"      // by uuid: indexRecord
	removedTable   = "removed"      // by uuid: indices whose files are to be deleted
	streamTable    = "data_streams" // by name: streamRecord
	templateTables = "templates/"   // and the kind; by name: the template as it was put
	pipelineTable  = "pipelines"    // by id: pipelineRecord
)

// OpenEmbedded opens the indices of a data directory.
func OpenEmbedded(dir *storage.Dir, o Options) (*Embedded, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	if o.NodeName == "" {
		o.NodeName = "vedette"
	}
	o.RequestMemory, o.CacheBytes = cmp.Or(o.RequestMemory, 256<<20), cmp.Or(o.CacheBytes, 16<<20)
	memory := aggs.NewBudget(o.TotalMemory)
	e := &Embedded{
		dir: dir, o: o, memory: memory, cache: search.NewCache(o.CacheBytes, memory), fielddata: search.NewFielddata(maxFielddata, memory), contexts: newContexts(o.Now, o.Logger), indices: map[string]*index{}, streams: map[string]*stream{},
		policies:  map[string]policyRecord{},
		templates: map[TemplateKind]map[string]json.RawMessage{IndexTemplate: {}, ComponentTemplate: {}, LegacyTemplate: {}},
	}
	err := e.load()
	if errors.Is(err, metadb.ErrDamaged) { // without its data stream an event could be stored twice, without its template an index be made wrongly
		err = fmt.Errorf("%w; restore the data directory from a backup, or run 'vedette check --repair' on it, which goes on without that record", err)
	}
	if err != nil {
		return nil, fmt.Errorf("read catalogue of %s: %w", dir.Path(), err)
	}
	return e, nil
}

// load reads the catalogue.
func (e *Embedded) load() error {
	if err := e.dir.Meta().Doubt(); err != nil {
		e.lose("metadata may have lost records", "err", err)
	}
	var records []indexRecord
	err := e.dir.Meta().Update(func(tx *metadb.Tx) (err error) {
		if e.clusterUUID, err = clusterUUID(tx); err != nil {
			return err
		}
		if err := tx.EachOr(indexTable, func(uuid string, raw []byte) error {
			var r indexRecord
			if err := json.Unmarshal(raw, &r); err != nil {
				return fmt.Errorf("index %s: %w", uuid, err)
			}
			records = append(records, r)
			return nil
		}, func(uuid string, err error) error {
			e.lose("record of an index cannot be read; the others go on; restore the data directory from a backup, or stop vedette and run 'vedette check --repair' on it", "uuid", uuid, "err", err)
			return nil
		}); err != nil {
			return err
		}
		if err := tx.Each(streamTable, func(name string, raw []byte) error {
			s := &stream{door: &door{}}
			e.streams[name] = s
			return json.Unmarshal(raw, &s.streamRecord)
		}); err != nil {
			return err
		}
		if err := errors.Join(e.loadPipelines(tx), e.loadPolicies(tx), e.loadClusterSettings(tx)); err != nil {
			return err
		}
		for kind, of := range e.templates {
			if err := tx.Each(templateTables+string(kind), func(name string, raw []byte) error { of[name] = raw; return nil }); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	folders, err := e.dir.IndexFolders()
	if err != nil {
		return err
	}
	for _, r := range records {
		var ix *index
		err := missingFolder(r, folders)
		switch {
		case err == nil && r.Closed:
			ix, err = e.closedIndex(r)
		case err == nil:
			ix, err = e.openIndex(r)
		}
		if err != nil {
			ix = e.brokenIndex(r, err)
		}
		e.indices[r.Name] = ix
	}
	e.openStreams()
	if err := e.finishRemovals(); err != nil {
		return err
	}
	return e.findOrphans()
}

// missingFolder refuses an index whose folder is gone: it would be made anew, and empty.
func missingFolder(r indexRecord, folders []string) error {
	if slices.Contains(folders, r.UUID) {
		return nil
	}
	return fmt.Errorf("its folder indices/%s is missing: restore it from a backup, or delete the index", r.UUID)
}

// openStreams opens the doors of the data streams, without the indices whose records could not be read.
func (e *Embedded) openStreams() {
	for name, s := range e.streams {
		s.Indices = slices.DeleteFunc(s.Indices, func(backing string) bool { return e.indices[backing] == nil })
		if len(s.Indices) == 0 {
			delete(e.streams, name)
		}
		e.lead(s)
	}
}

// lose reports something that was there once and is not any more. The health stays red, so that nobody takes the rest for the whole.
func (e *Embedded) lose(message string, args ...any) {
	e.lost++
	e.o.Logger.Error(message, args...)
}

// findOrphans reports folders of indices that the catalogue does not know: a damaged catalogue may have forgotten them. Empty ones, which a crash leaves that comes while an index is
// made, it removes.
func (e *Embedded) findOrphans() error {
	uuids, err := e.dir.IndexFolders()
	if err != nil {
		return err
	}
	known := map[string]bool{}
	for _, ix := range e.indices {
		known[ix.UUID] = true
	}
	for _, uuid := range uuids {
		if known[uuid] {
			continue
		}
		empty, err := e.dir.RemoveEmpty(uuid)
		if err != nil {
			return err
		}
		if !empty {
			e.lose("folder of an index that the catalogue does not know is left as it is; stop vedette and run 'vedette check --repair' to set it aside", "uuid", uuid, "data", e.dir.Path())
		}
	}
	return nil
}

// finishRemovals deletes the files of indices that are gone from the catalogue, when a crash kept them from being deleted at once.
func (e *Embedded) finishRemovals() error {
	var uuids []string
	if err := e.dir.Meta().View(func(tx *metadb.Tx) error {
		return tx.Each(removedTable, func(uuid string, _ []byte) error { uuids = append(uuids, uuid); return nil })
	}); err != nil || len(uuids) == 0 {
		return err
	}
	return e.removeFiles(uuids)
}

// removeFiles deletes the files of removed indices, and then the note that they are to be deleted.
func (e *Embedded) removeFiles(uuids []string) error {
	e.contexts.dropIndices(uuids)
	for _, uuid := range uuids {
		if err := e.dir.Remove(uuid); err != nil {
			return err
		}
	}
	return e.dir.Meta().Update(func(tx *metadb.Tx) error {
		for _, uuid := range uuids {
			if err := tx.Delete(removedTable, uuid); err != nil {
				return err
			}
		}
		return nil
	})
}

func clusterUUID(tx *metadb.Tx) (string, error) {
	raw, err := tx.Get(clusterTable, "uuid")
	if errors.Is(err, metadb.ErrNotFound) {
		raw = []byte(newUUID())
		err = tx.Put(clusterTable, "uuid", raw)
	}
	return string(raw), err
}

// newUUID makes a name that is safe as a folder's.
func newUUID() string {
	var b [11]byte
	rand.Read(b[:]) // never fails: https://pkg.go.dev/crypto/rand#Read
	return hex.EncodeToString(b[:])
}

// Info implements Backend.
func (e *Embedded) Info(_ context.Context, p Principal) (*Info, error) {
	if err := allow(p, "cluster:monitor/main"); err != nil {
		return nil, err
	}
	return &Info{
		Name: e.o.NodeName, ClusterName: "vedette", ClusterUUID: e.clusterUUID, Tagline: "You Know, for Search",
		Version: map[string]any{
			"number": ElasticsearchVersion, "build_flavor": "default", "build_type": "tar", "build_hash": "unknown",
			"build_date": "2025-07-24T00:00:00.000000000Z", "build_snapshot": false, "lucene_version": "9.12.2",
			"minimum_wire_compatibility_version": "7.17.0", "minimum_index_compatibility_version": "7.0.0",
		},
	}, nil
}

// ElasticsearchVersion is the version of Elasticsearch whose behaviour the API follows, and which it reports.
const ElasticsearchVersion = "8.19.0"

// Health implements Backend. It is yellow while the disk is full or an index lacks the replicas that somebody asked for, and red when documents are missing.
func (e *Embedded) Health(_ context.Context, p Principal, t Target) (*Health, error) {
	if err := allow(p, "cluster:monitor/health"); err != nil {
		return nil, err
	}
	e.mu.RLock()
	defer e.mu.RUnlock()
	t.IgnoreUnavailable = true
	if t.ExpandWildcards == "" {
		t.ExpandWildcards = "all"
	}
	found, err := e.resolve(itself, "", t) // cluster:monitor/health is an action on the cluster
	if err != nil {
		return nil, err
	}
	h := &Health{ClusterName: "vedette", Status: "green", NumberOfNodes: 1, NumberOfDataNodes: 1, ActiveShardsPercent: 100}
	if e.diskIsFull() {
		h.Status = "yellow"
	}
	if e.lost > 0 {
		h.Status = "red"
	}
	for _, r := range found {
		h.add(r.Name, r.health())
	}
	t.IgnoreUnavailable = false
	if _, err := e.resolve(itself, "", t); err != nil { // an index that is named and missing is waited for, in vain
		h.Status, h.TimedOut = "red", true
	}
	if all := h.ActiveShards + h.UnassignedShards; all > 0 {
		h.ActiveShardsPercent = float64(h.ActiveShards) / float64(all) * 100
	}
	return h, nil
}
