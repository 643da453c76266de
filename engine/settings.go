package engine

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/vedette-siem/vedette/engine/dates"
	"github.com/vedette-siem/vedette/engine/eserr"
)

// settings of an index by their full name, such as `index.number_of_shards`. Values are strings, or lists of strings.
type settings map[string]any

// parseSettings reads settings as a client sends them: nested or dotted, with or without `index`, values as strings, numbers or booleans.
func parseSettings(raw json.RawMessage) (settings, error) {
	out := settings{}
	if len(raw) == 0 || string(raw) == "null" {
		return out, nil
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v map[string]any
	if err := d.Decode(&v); err != nil {
		return nil, eserr.BadRequest("settings_exception", "Failed to load settings from [%s]", clip(string(raw)))
	}
	if err := out.add("", v); err != nil {
		return nil, err
	}
	for name := range out {
		if !strings.HasPrefix(name, "index.") {
			out["index."+name] = out[name]
			delete(out, name)
		}
	}
	if err := out.checkKnown(); err != nil {
		return nil, err
	}
	return out, out.check()
}

func (s settings) add(prefix string, v map[string]any) error {
	for key, value := range v {
		name := prefix + key
		switch value := value.(type) {
		case map[string]any:
			if err := s.add(name+".", value); err != nil {
				return err
			}
		case []any:
			list := make([]any, len(value))
			for i, item := range value {
				list[i] = fmt.Sprint(item)
			}
			s[name] = list
		case nil:
			s[name] = nil // resets the setting
		default:
			s[name] = fmt.Sprint(value)
		}
	}
	return nil
}

// maxReplicas bounds the replicas that an index can lack, each of which has its row in tables. Elasticsearch has no more than 1,000 shards on a node.
const maxReplicas = 999

// check refuses values that cannot be meant.
func (s settings) check() error {
	for name, least := range map[string]int{"index.number_of_shards": 1, "index.number_of_replicas": 0, "index.max_result_window": 1,
		"index.max_terms_count": 1, "index.max_regex_length": 1, "index.max_docvalue_fields_search": 0, "index.max_inner_result_window": 1, "index.highlight.max_analyzed_offset": 1,
		"index.mapping.total_fields.limit": -1, "index.mapping.depth.limit": 1, "index.mapping.field_name_length.limit": 1, "index.mapping.nested_objects.limit": 0, "index.number_of_routing_shards": 1,
	} {
		v, ok := s[name].(string)
		if !ok {
			continue
		}
		n, err := strconv.Atoi(v)
		if err != nil {
			refused := eserr.Illegal("Failed to parse value [%s] for setting [%s]", v, name)
			refused.CausedBy = eserr.BadRequest("number_format_exception", `For input string: "%s"`, clip(v))
			return refused
		}
		if n < least {
			return eserr.Illegal("Failed to parse value [%s] for setting [%s] must be >= %d", v, name, least)
		}
		if name == "index.number_of_replicas" && n > maxReplicas {
			return eserr.Illegal("Failed to parse value [%s] for setting [%s] must be <= %d", v, name, maxReplicas)
		}
		if name == "index.number_of_shards" && n > mostShards {
			return eserr.Illegal("Failed to parse value [%s] for setting [%s] must be <= %d", v, name, mostShards)
		}
	}
	if v := s.get("index.refresh_interval"); v != "" && v != "-1" {
		ms, err := dates.ParseDuration(v, "index.refresh_interval")
		if err != nil {
			return err
		}
		if ms < 0 {
			return eserr.Illegal("failed to parse setting [index.refresh_interval] with value [%s] as a time value: negative durations are not supported", v)
		}
	}
	for _, name := range flagSettings {
		if v := s.get(name); v != "" && v != "true" && v != "false" {
			return eserr.Illegal("Failed to parse value [%s] as only [true] or [false] are allowed.", clip(v))
		}
	}
	if v := s.get("index.codec"); v != "" && !slices.Contains(codecs, v) {
		return eserr.Illegal("unknown value for [index.codec] must be one of [default, best_compression] but was: %s", clip(v))
	}
	return s.checkTranslog()
}

// mostShards is the most that Elasticsearch allows an index.
const mostShards = 1024

// flagSettings are the settings that are true or false, and obeyed or shown by us.
var flagSettings = []string{
	"index.hidden", "index.blocks.read", "index.blocks.write", "index.blocks.metadata", "index.blocks.read_only", "index.blocks.read_only_allow_delete",
	"index.requests.cache.enable", "index.mapping.total_fields.ignore_dynamic_beyond_limit",
}

// codecs are Elasticsearch's; they change nothing here.
var codecs = []string{"default", "best_compression", "legacy_default", "legacy_best_compression", "lucene_default", "best_speed"}

// Settings of the write-ahead log.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/index-modules-translog.html
const (
	durabilitySetting   = "index.translog.durability"
	syncIntervalSetting = "index.translog.sync_interval"
	leastSyncInterval   = 100 * time.Millisecond
)

func (s settings) checkTranslog() error {
	if v := s.get(durabilitySetting); v != "" && !strings.EqualFold(v, "request") && !strings.EqualFold(v, "async") {
		return eserr.Illegal("No enum constant org.elasticsearch.index.translog.Translog.Durability.%s", strings.ToUpper(clip(v)))
	}
	if v := s.get(syncIntervalSetting); v != "" {
		ms, err := dates.ParseDuration(v, syncIntervalSetting)
		if err != nil {
			return err
		}
		if ms < leastSyncInterval.Milliseconds() {
			return eserr.Illegal("failed to parse value [%s] for setting [%s], must be >= [100ms]", v, syncIntervalSetting)
		}
	}
	return nil
}

// syncInterval is how long a write may stay off the disk after it was acknowledged: 0 with the durability of Elasticsearch's default, `request`.
func (s settings) syncInterval() time.Duration {
	if !strings.EqualFold(s.get(durabilitySetting), "async") {
		return 0
	}
	ms, err := dates.ParseDuration(s.get(syncIntervalSetting), syncIntervalSetting)
	if err != nil {
		return 5 * time.Second
	}
	return time.Duration(ms) * time.Millisecond
}

// get is the value of a setting that is one string, or empty.
func (s settings) get(name string) string {
	v, _ := s[name].(string)
	return v
}

// integer is the value of a setting that is a number, or 0.
func (s settings) integer(name string) int {
	n, err := strconv.Atoi(s.get(name))
	if err != nil {
		return 0
	}
	return n
}

// refreshInterval is how soon writes become searchable: 0 is the default, negative never by itself.
func (s settings) refreshInterval() time.Duration {
	v := s.get("index.refresh_interval")
	if v == "-1" {
		return -1
	}
	ms, err := dates.ParseDuration(v, "index.refresh_interval")
	if err != nil {
		return 0
	}
	return time.Duration(max(ms, 1)) * time.Millisecond
}

// merge sets what other has; a null resets a setting.
func (s settings) merge(other settings) {
	for name, v := range other {
		if v == nil {
			delete(s, name)
		} else {
			s[name] = v
		}
	}
}

// withDefaults adds what Elasticsearch gives every index.
func (s settings) withDefaults() settings {
	for name, v := range map[string]string{"index.number_of_shards": "1", "index.number_of_replicas": "1"} {
		if s[name] == nil {
			s[name] = v
		}
	}
	return s
}

// analysis is the part that defines analyzers, or nil.
func (s settings) analysis() json.RawMessage {
	part := settings{}
	for name, v := range s {
		if rest, ok := strings.CutPrefix(name, "index.analysis."); ok {
			part[rest] = v
		}
	}
	if len(part) == 0 {
		return nil
	}
	return part.nested()
}

// nested renders the settings as objects in objects, as Elasticsearch answers them.
func (s settings) nested() json.RawMessage {
	root := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(s)) {
		at := root
		parts := strings.Split(name, ".")
		for i, part := range parts[:len(parts)-1] {
			next, ok := at[part].(map[string]any)
			if !ok {
				if at[part] != nil { // a setting that has settings below it keeps its dotted name
					parts = []string{strings.Join(parts[i:], ".")}
					break
				}
				next = map[string]any{}
				at[part] = next
			}
			at = next
		}
		at[parts[len(parts)-1]] = s[name]
	}
	raw, err := json.Marshal(root)
	if err != nil {
		panic("BUG: settings hold what JSON cannot: " + err.Error())
	}
	return raw
}

// clip shortens a text for an error.
func clip(s string) string {
	if len(s) > 200 {
		return s[:200] + "..."
	}
	return s
}
