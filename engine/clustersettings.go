package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/glob"
	"github.com/vedette-siem/vedette/storage/metadb"
)

// Node are the calls about this process as the one node of a cluster.
type Node interface {
	// ClusterSettings are the settings of the cluster that were set, by their full names.
	ClusterSettings(ctx context.Context, p Principal) (ClusterSettings, error)
	// PutClusterSettings sets some, as a body of objects `persistent` and `transient`, and answers what is set of those that it names.
	PutClusterSettings(ctx context.Context, p Principal, body json.RawMessage) (ClusterSettings, error)
	// IngestStats counts what ingest pipelines did since the start.
	IngestStats(ctx context.Context, p Principal) (*IngestStats, error)
	// Usage says what the process takes of disk and memory.
	Usage(ctx context.Context, p Principal) (*Usage, error)
}

// ClusterSettings are settings of the cluster. Transient ones are forgotten at a restart.
type ClusterSettings struct{ Persistent, Transient map[string]any }

// Usage is what the process takes; sizes are bytes.
type Usage struct {
	Path                      string // of the data directory
	DiskFree, DiskTotal       int64
	SearchMemory, SearchLimit int64 // of all searches; a limit of 0 is none
	RequestLimit              int64 // of one search
	WriteMemory, WriteLimit   int64 // of writes that are not on disk as segments yet
}

const clusterSettingsKey = "settings" // in clusterTable: the persistent ones

// Settings of the cluster that are honoured.
const (
	destructiveSetting = "action.destructive_requires_name"
	autoCreateSetting  = "action.auto_create_index"
)

// knownClusterSettings are beginnings of names that Elasticsearch 8.19 knows. Most are about nodes, shards and breakers: they are kept and change nothing here.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/settings.html
var knownClusterSettings = []string{
	destructiveSetting, autoCreateSetting, "action.search.", "cluster.auto_shrink_voting_configuration", "cluster.indices.", "cluster.info.update.", "cluster.lifecycle.", "cluster.logsdb.",
	"cluster.max_shards_per_node", "cluster.max_voting_config_exclusions", "cluster.metadata.", "cluster.no_master_block", "cluster.persistent_tasks.", "cluster.routing.", "cluster.service.",
	"data_streams.lifecycle.", "indices.", "ingest.geoip.", "logger.", "search.", "slm.", "snapshot.", "transport.tracer.", "http.tracer.", "xpack.monitoring.", "xpack.ml.", "xpack.watcher.",
}

// ClusterSettings implements Backend.
func (e *Embedded) ClusterSettings(_ context.Context, p Principal) (ClusterSettings, error) {
	if err := allow(p, "cluster:monitor/settings"); err != nil {
		return ClusterSettings{}, err
	}
	e.mu.RLock()
	defer e.mu.RUnlock()
	return ClusterSettings{maps.Clone(e.persistent), maps.Clone(e.transient)}, nil
}

// PutClusterSettings implements Backend.
func (e *Embedded) PutClusterSettings(_ context.Context, p Principal, body json.RawMessage) (ClusterSettings, error) {
	if err := allow(p, "cluster:admin/settings/update"); err != nil {
		return ClusterSettings{}, err
	}
	var scopes map[string]map[string]any
	if err := json.Unmarshal(body, &scopes); err != nil {
		return ClusterSettings{}, eserr.BadRequest(eserr.XContentParse, "the settings must be objects below [persistent] and [transient]")
	}
	changes := map[string]settings{}
	for scope, values := range scopes {
		if scope != "persistent" && scope != "transient" {
			return ClusterSettings{}, eserr.BadRequest(eserr.XContentParse, "[cluster_update_settings_request] unknown field [%s]", clip(scope))
		}
		changes[scope] = settings{}
		if err := changes[scope].add("", values); err != nil {
			return ClusterSettings{}, err
		}
		if err := checkClusterSettings(scope, changes[scope]); err != nil {
			return ClusterSettings{}, err
		}
	}
	if len(changes["persistent"])+len(changes["transient"]) == 0 {
		return ClusterSettings{}, eserr.BadRequest("action_request_validation_exception", "Validation Failed: 1: no settings to update;")
	}
	return e.changeClusterSettings(changes)
}

func checkClusterSettings(scope string, change settings) error {
	for _, name := range slices.Sorted(maps.Keys(change)) {
		known := slices.ContainsFunc(knownClusterSettings, func(k string) bool { return name == k || strings.HasSuffix(k, ".") && strings.HasPrefix(name, k) })
		value := change[name]
		switch {
		case strings.HasPrefix(name, "cluster.blocks.") && value != nil && value != "false":
			return eserr.Illegal("%s setting [%s] is not supported: set the blocks of the indices", scope, name)
		case !known && value != nil && !strings.HasPrefix(name, "cluster.blocks."):
			return eserr.Illegal("%s setting [%s], not recognized", scope, clip(name))
		case name == destructiveSetting && value != nil && value != "true" && value != "false":
			return eserr.Illegal("Failed to parse value [%v] as only [true] or [false] are allowed.", value)
		}
	}
	return nil
}

func (e *Embedded) changeClusterSettings(changes map[string]settings) (ClusterSettings, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	persistent, transient := settings(maps.Clone(e.persistent)), settings(maps.Clone(e.transient))
	persistent.merge(changes["persistent"])
	transient.merge(changes["transient"])
	raw, err := json.Marshal(persistent)
	if err == nil {
		err = e.dir.Meta().Update(func(tx *metadb.Tx) error { return tx.Put(clusterTable, clusterSettingsKey, raw) })
	}
	if err != nil {
		return ClusterSettings{}, fmt.Errorf("save settings of the cluster: %w", err)
	}
	e.persistent, e.transient = persistent, transient
	return ClusterSettings{namedSettings(persistent, changes["persistent"]), namedSettings(transient, changes["transient"])}, nil
}

// namedSettings are those of the settings that a change names.
func namedSettings(all, change settings) map[string]any {
	out := map[string]any{}
	for name := range change {
		if v, ok := all[name]; ok {
			out[name] = v
		}
	}
	return out
}

// loadClusterSettings reads the persistent settings.
func (e *Embedded) loadClusterSettings(tx *metadb.Tx) error {
	e.persistent, e.transient = map[string]any{}, map[string]any{}
	raw, err := tx.Get(clusterTable, clusterSettingsKey)
	if err != nil {
		return nil // none was ever set
	}
	return json.Unmarshal(raw, &e.persistent)
}

// clusterSetting is the value of a setting; transient ones go first. The caller holds e.mu.
func (e *Embedded) clusterSetting(name string) string {
	for _, all := range []settings{e.transient, e.persistent} {
		if v := all.get(name); v != "" {
			return v
		}
		if list, ok := all[name].([]any); ok {
			texts := make([]string, len(list))
			for i, v := range list {
				texts[i] = fmt.Sprint(v)
			}
			return strings.Join(texts, ",")
		}
	}
	return ""
}

// wildcardsDelete says whether indices may be deleted by wildcards. The caller holds e.mu.
func (e *Embedded) wildcardsDelete() bool {
	switch e.clusterSetting(destructiveSetting) {
	case "true":
		return false
	case "false":
		return true
	}
	return e.o.AllowWildcardDelete
}

// mayAutoCreate refuses a write that would make an index which action.auto_create_index forbids. The caller holds e.mu.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/docs-index_.html#index-creation
func (e *Embedded) mayAutoCreate(name string) error {
	value := e.clusterSetting(autoCreateSetting)
	if value == "" || value == "true" {
		return nil
	}
	refuse := func(why string) error {
		err := noSuchIndex(name)
		err.Reason += " and [action.auto_create_index] " + why
		return err
	}
	if value == "false" {
		return refuse("is [false]")
	}
	for _, pattern := range strings.Split(value, ",") {
		pattern = strings.TrimSpace(pattern)
		forbids := strings.HasPrefix(pattern, "-")
		if !glob.Match(strings.TrimLeft(pattern, "+-"), name) {
			continue
		}
		if forbids {
			return refuse("contains [" + pattern + "] which forbids automatic creation of the index")
		}
		return nil
	}
	return refuse("([" + value + "]) doesn't match")
}

// Usage implements Backend.
func (e *Embedded) Usage(_ context.Context, p Principal) (*Usage, error) {
	if err := allow(p, "cluster:monitor/nodes/stats"); err != nil {
		return nil, err
	}
	disk := e.dir.Disk()
	u := &Usage{Path: e.dir.Path(), DiskFree: disk.Free, DiskTotal: disk.Total, SearchMemory: e.memory.Used(), SearchLimit: e.o.TotalMemory, RequestLimit: e.o.RequestMemory}
	u.WriteMemory, u.WriteLimit = e.dir.UnpersistedBytes()
	return u, nil
}
