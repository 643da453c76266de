package esapi

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/vedette-siem/vedette/engine"
)

func lifecycleExplainRoutes() []route {
	params := slices.Concat([]string{"include_defaults"}, targetParams(), waitParams())
	return []route{{"GET", "/:index/_lifecycle/explain", params, (*call).explainLifecycle}}
}

// An explainedLifecycle says what the lifecycle of its data stream does with an index.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/data-streams-explain-lifecycle.html
type explainedLifecycle struct {
	Index     string          `json:"index"`
	Managed   bool            `json:"managed_by_lifecycle"`
	Created   int64           `json:"index_creation_date_millis,omitempty"`
	Age       string          `json:"time_since_index_creation,omitempty"`
	Lifecycle json.RawMessage `json:"lifecycle,omitempty"`
}

func (c *call) explainLifecycle() error {
	found, err := c.indices()
	if err != nil {
		return err
	}
	out := map[string]explainedLifecycle{}
	for name, info := range found {
		one := explainedLifecycle{Index: name}
		if info.DataStream != "" {
			if err := c.managed(&one, info); err != nil {
				return err
			}
		}
		out[name] = one
	}
	return c.send(http.StatusOK, map[string]any{"indices": out})
}

// managed fills in what a backing index has, if its data stream has a lifecycle.
func (c *call) managed(one *explainedLifecycle, info engine.IndexInfo) error {
	lifecycles, err := c.s.backend.GetLifecycles(c.ctx(), c.p, engine.Target{Expression: info.DataStream, IgnoreUnavailable: true, ExpandWildcards: "all"})
	if err != nil || len(lifecycles) == 0 || lifecycles[0].Lifecycle == nil {
		return err
	}
	var lifecycle struct {
		Enabled *bool `json:"enabled"`
	}
	if err := json.Unmarshal(lifecycles[0].Lifecycle, &lifecycle); err != nil {
		return fmt.Errorf("lifecycle of data stream %q: %w", info.DataStream, err)
	}
	if lifecycle.Enabled != nil && !*lifecycle.Enabled {
		return nil
	}
	flat := map[string]any{}
	if err := flattenInto(flat, info.Settings); err != nil {
		return fmt.Errorf("settings of index %q: %w", one.Index, err)
	}
	created, err := strconv.ParseInt(fmt.Sprint(flat["index.creation_date"]), 10, 64)
	if err != nil {
		return fmt.Errorf("creation date of index %q: %w", one.Index, err)
	}
	one.Managed, one.Created, one.Lifecycle = true, created, lifecycles[0].Lifecycle
	one.Age = shortDuration(c.s.o.Now().Sub(time.UnixMilli(created)))
	return nil
}

// shortDuration writes a time as Elasticsearch does for people: in its largest unit, with two digits after the point at most, cut off.
func shortDuration(d time.Duration) string {
	for _, u := range []struct {
		name string
		is   time.Duration
	}{{"d", 24 * time.Hour}, {"h", time.Hour}, {"m", time.Minute}, {"s", time.Second}} {
		if d >= u.is {
			return strconv.FormatFloat(float64(d*100/u.is)/100, 'f', -1, 64) + u.name
		}
	}
	return strconv.FormatInt(max(d.Milliseconds(), 0), 10) + "ms"
}
