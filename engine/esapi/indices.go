package esapi

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/eserr"
)

func indexRoutes() []route {
	get := slices.Concat([]string{"features", "flat_settings", "include_defaults"}, targetParams(), waitParams())
	change := slices.Concat(targetParams(), waitParams())
	refresh := append([]string{"force", "wait_if_ongoing"}, targetParams()...)
	return []route{
		{"PUT", "/:index", waitParams(), (*call).createIndex},
		{"GET", "/:index", get, (*call).getIndex},
		{"HEAD", "/:index", get, (*call).indexExists},
		{"DELETE", "/:index", change, (*call).deleteIndex},
		{"POST", "/_cache/clear /:index/_cache/clear", append([]string{"fielddata", "fields", "query", "request"}, targetParams()...), (*call).clearCache},
		{"PUT", "/:index/_block/:block", change, (*call).addBlock},
		{"GET POST", "/_refresh /:index/_refresh", refresh, (*call).refreshIndices},
		{"GET POST", "/_flush /:index/_flush", refresh, (*call).flushIndices},
	}
}

func (c *call) createIndex() error {
	name, err := c.indexExpression()
	if err != nil {
		return err
	}
	body, err := c.jsonBody()
	if err != nil {
		return err
	}
	if err := c.s.backend.CreateIndex(c.ctx(), c.p, name, body); err != nil {
		return err
	}
	return c.send(http.StatusOK, struct {
		Acknowledged bool   `json:"acknowledged"`
		Shards       bool   `json:"shards_acknowledged"`
		Index        string `json:"index"`
	}{true, true, name})
}

// indices describes the indices of the request's target.
func (c *call) indices() (map[string]engine.IndexInfo, error) {
	t, err := c.target()
	if err != nil {
		return nil, err
	}
	return c.s.backend.GetIndex(c.ctx(), c.p, t)
}

func (c *call) getIndex() error {
	found, err := c.indices()
	if err != nil {
		return err
	}
	flat, err := c.flag("flat_settings", false)
	if err != nil {
		return err
	}
	features := c.list("features")
	for _, f := range features {
		if f != "aliases" && f != "mappings" && f != "settings" {
			return eserr.Illegal("request [%s] contains unrecognized feature: [%s]", c.r.URL.Path, clip(f))
		}
	}
	out := make(map[string]any, len(found))
	for name, info := range found {
		if info.Settings, err = c.readableSettings(info.Settings); err != nil {
			return err
		}
		if flat {
			if info.Settings, err = flatten(info.Settings); err != nil {
				return err
			}
		}
		out[name] = onlyFeatures(info, features)
	}
	return c.send(http.StatusOK, out)
}

func onlyFeatures(info engine.IndexInfo, features []string) any {
	if len(features) == 0 {
		return info
	}
	all := map[string]json.RawMessage{"aliases": info.Aliases, "mappings": info.Mappings, "settings": info.Settings}
	maps.DeleteFunc(all, func(name string, _ json.RawMessage) bool { return !slices.Contains(features, name) })
	return all
}

// indexExists answers HEAD: whether every name of the expression exists.
func (c *call) indexExists() error {
	_, err := c.indices()
	return c.existsOr(err)
}

// existsOr answers a HEAD request by the error of the look-up: what is missing is told by the status alone.
func (c *call) existsOr(err error) error {
	var told *engine.Error
	if errors.As(err, &told) && told.Status == http.StatusNotFound {
		return c.exists(false)
	}
	if err != nil {
		return err
	}
	return c.exists(true)
}

func (c *call) deleteIndex() error {
	t, err := c.targetIn("open,closed")
	if err != nil {
		return err
	}
	return c.acknowledged(c.s.backend.DeleteIndex(c.ctx(), c.p, t))
}

func (c *call) refreshIndices() error { return c.refreshBy(c.s.backend.Refresh) }

func (c *call) flushIndices() error { return c.refreshBy(c.s.backend.Flush) }

func (c *call) refreshBy(refresh func(context.Context, engine.Principal, engine.Target) (engine.Shards, error)) error {
	t, err := c.target()
	if err != nil {
		return err
	}
	shards, err := refresh(c.ctx(), c.p, t)
	if err != nil {
		return err
	}
	return c.send(http.StatusOK, map[string]engine.Shards{"_shards": shards})
}
