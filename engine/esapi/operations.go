package esapi

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/eserr"
)

func operationRoutes() []route {
	change := slices.Concat(targetParams(), waitParams())
	return []route{
		{"POST", "/:index/_rollover /:index/_rollover/:new", append([]string{"dry_run", "lazy", "target_failure_store"}, waitParams()...), (*call).rollover},
		{"POST", "/:index/_close", change, (*call).closeIndex},
		{"POST", "/:index/_open", change, (*call).openIndex},
		{"POST", "/_forcemerge /:index/_forcemerge", append([]string{"flush", "max_num_segments", "only_expunge_deletes"}, targetParams()...), (*call).forceMerge},
		{"GET POST", "/_analyze /:index/_analyze", []string{"index", "prefer_local"}, (*call).analyze},
	}
}

func (c *call) rollover() error {
	r := &engine.RolloverRequest{}
	var err error
	if r.Name, err = c.indexExpression(); err != nil {
		return err
	}
	if r.NewIndex, err = c.resolveDates(c.path["new"]); err != nil {
		return err
	}
	if r.DryRun, err = c.flag("dry_run", false); err != nil {
		return err
	}
	if r.Lazy, err = c.flag("lazy", false); err != nil {
		return err
	}
	if r.Body, err = c.jsonBody(); err != nil {
		return err
	}
	answer, err := c.s.backend.Rollover(c.ctx(), c.p, r)
	if err != nil {
		return err
	}
	return c.send(http.StatusOK, answer)
}

func (c *call) closeIndex() error {
	t, err := c.target()
	if err != nil {
		return err
	}
	names, err := c.s.backend.CloseIndex(c.ctx(), c.p, t)
	if err != nil {
		return err
	}
	closed := map[string]any{}
	for _, name := range names {
		closed[name] = map[string]bool{"closed": true}
	}
	return c.send(http.StatusOK, struct {
		Acknowledged bool           `json:"acknowledged"`
		Shards       bool           `json:"shards_acknowledged"`
		Indices      map[string]any `json:"indices"`
	}{true, true, closed})
}

// openIndex: wildcards find closed indices only, as in Elasticsearch.
func (c *call) openIndex() error {
	t, err := c.targetIn("closed")
	if err != nil {
		return err
	}
	if err := c.s.backend.OpenIndex(c.ctx(), c.p, t); err != nil {
		return err
	}
	return c.sendJSON(http.StatusOK, []byte(`{"acknowledged":true,"shards_acknowledged":true}`))
}

// forceMerge goes on if the client does not wait for it, as Elasticsearch's does.
func (c *call) forceMerge() error {
	t, err := c.target()
	if err != nil {
		return err
	}
	o, err := c.mergeOptions()
	if err != nil {
		return err
	}
	shards, err := c.s.backend.ForceMerge(context.WithoutCancel(c.ctx()), c.p, t, o)
	if err != nil {
		return err
	}
	return c.send(http.StatusOK, map[string]engine.Shards{"_shards": shards})
}

// mergeOptions reads the parameters. What was acknowledged is on disk already, so that `flush` changes nothing.
func (c *call) mergeOptions() (o engine.MergeOptions, err error) {
	n, err := c.integer("max_num_segments")
	if err != nil {
		return o, err
	}
	if n != nil && *n < 1 && *n != -1 {
		return o, eserr.Illegal("max_num_segments must be a positive integer, not [%d]", *n)
	}
	if n != nil && *n > 0 {
		o.MaxSegments = int(min(*n, 1<<30))
	}
	if _, err := c.flag("flush", true); err != nil {
		return o, err
	}
	o.OnlyExpungeDeletes, err = c.flag("only_expunge_deletes", false)
	return o, err
}

func (c *call) analyze() error {
	name, err := c.indexExpression()
	if err != nil {
		return err
	}
	if name == "" {
		name = c.query["index"]
	}
	body, err := c.requiredBodyOrSource()
	if err != nil {
		return err
	}
	answer, err := c.s.backend.Analyze(c.ctx(), c.p, name, json.RawMessage(body))
	if err != nil {
		return err
	}
	return c.send(http.StatusOK, answer)
}
