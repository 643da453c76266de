package engine

import (
	"bytes"
	"encoding/json"
	"math"
	"time"

	"github.com/vedette-siem/vedette/engine/dates"
	"github.com/vedette-siem/vedette/engine/eserr"
)

// streamLifecycle is the `lifecycle` of a template, which a data stream gets when it is made, and which later changes of the template do not touch, as in Elasticsearch.
// https://www.elastic.co/docs/manage-data/lifecycle/data-stream
type streamLifecycle struct {
	// Enabled is false for a data stream that is left alone; nil is true.
	Enabled *bool `json:"enabled,omitempty"`
	// DataRetention is Elasticsearch's text, such as 90d; empty is as the server is configured.
	DataRetention string `json:"data_retention,omitempty"`
}

func (l *streamLifecycle) disabled() bool { return l != nil && l.Enabled != nil && !*l.Enabled }

// retention is how long events are kept; 0 says nothing.
func (l *streamLifecycle) retention() (time.Duration, error) {
	if l == nil || l.DataRetention == "" {
		return 0, nil
	}
	ms, err := dates.ParseDuration(l.DataRetention, "data_retention")
	if err != nil {
		return 0, err
	}
	if ms < 1000 {
		return 0, eserr.Illegal("[data_retention] must be at least one second, but was [%s]", l.DataRetention)
	}
	return time.Duration(min(ms, math.MaxInt64/int64(time.Millisecond))) * time.Millisecond, nil
}

// merged is the lifecycle after a later template has had its say: members that it names win, and a null resets one.
func (l *streamLifecycle) merged(raw json.RawMessage) (*streamLifecycle, error) {
	if len(raw) == 0 || string(raw) == "null" {
		return l, nil
	}
	out := streamLifecycle{}
	if l != nil {
		out = *l
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(raw, &members); err != nil {
		return nil, eserr.BadRequest(eserr.XContentParse, "[lifecycle] must be an object: %s", err)
	}
	for name, v := range members {
		var err error
		switch null := bytes.Equal(v, []byte("null")); {
		case name == "enabled":
			out.Enabled = nil
			err = json.Unmarshal(v, &out.Enabled)
		case name == "data_retention" && null:
			out.DataRetention = ""
		case name == "data_retention":
			err = json.Unmarshal(v, &out.DataRetention)
		case null:
		default: // downsampling makes other documents of those that are there
			return nil, eserr.BadRequest(eserr.XContentParse, "[lifecycle] unknown or unsupported field [%s]", name)
		}
		if err != nil {
			return nil, eserr.BadRequest(eserr.XContentParse, "[lifecycle] failed to parse field [%s]: %s", name, err)
		}
	}
	_, err := out.retention()
	return &out, err
}

// completeLifecycle is the lifecycle of a template as Elasticsearch answers it.
func completeLifecycle(raw json.RawMessage) (json.RawMessage, error) {
	l, err := (*streamLifecycle)(nil).merged(raw)
	if err != nil || l == nil {
		return nil, err
	}
	if l.Enabled == nil {
		l.Enabled = new(bool)
		*l.Enabled = true
	}
	return json.Marshal(l)
}
