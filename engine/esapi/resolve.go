package esapi

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"

	"github.com/vedette-siem/vedette/engine"
)

func resolveRoutes() []route {
	validate := slices.Concat([]string{"all_shards", "analyze_wildcard", "analyzer", "default_operator", "df", "explain", "lenient", "q", "rewrite"}, targetParams())
	return []route{
		{"GET", "/_resolve/index/:index", append([]string{"mode"}, targetParams()...), (*call).resolve},
		{"GET POST", "/_validate/query /:index/_validate/query", validate, (*call).validateQuery},
	}
}

// A resolvedIndex, resolvedAlias and resolvedStream are what names an expression covers.
type resolvedIndex struct {
	Name       string   `json:"name"`
	Aliases    []string `json:"aliases,omitempty"`
	Attributes []string `json:"attributes"`
	DataStream string   `json:"data_stream,omitempty"`
}

type resolvedAlias struct {
	Name    string   `json:"name"`
	Indices []string `json:"indices"`
}

type resolvedStream struct {
	Name      string   `json:"name"`
	Indices   []string `json:"backing_indices"`
	Timestamp string   `json:"timestamp_field"`
}

func (c *call) resolve() error {
	found, err := c.indices()
	if err != nil {
		return err
	}
	indices, aliases, streams := []resolvedIndex{}, map[string]*resolvedAlias{}, map[string]*resolvedStream{}
	for _, name := range slices.Sorted(maps.Keys(found)) {
		info := found[name]
		var own map[string]json.RawMessage
		if err := json.Unmarshal(info.Aliases, &own); err != nil {
			return fmt.Errorf("aliases of index %q: %w", name, err)
		}
		index := resolvedIndex{Name: name, Aliases: slices.Sorted(maps.Keys(own)), Attributes: attributes(info), DataStream: info.DataStream}
		for _, alias := range index.Aliases {
			a := aliases[alias]
			if a == nil {
				a = &resolvedAlias{Name: alias}
				aliases[alias] = a
			}
			a.Indices = append(a.Indices, name)
		}
		if info.DataStream != "" {
			s := streams[info.DataStream]
			if s == nil {
				s = &resolvedStream{Name: info.DataStream, Timestamp: "@timestamp"}
				streams[info.DataStream] = s
			}
			s.Indices = append(s.Indices, name)
		}
		indices = append(indices, index)
	}
	return c.send(http.StatusOK, map[string]any{"indices": indices,
		"aliases":      values(aliases, func(a *resolvedAlias) string { return a.Name }),
		"data_streams": values(streams, func(s *resolvedStream) string { return s.Name })})
}

// attributes of an index in the order of their names, as far as they are not told by themselves.
func attributes(info engine.IndexInfo) []string {
	var out []string
	if info.Closed {
		out = append(out, "closed")
	}
	if info.DataStream != "" || isHiddenIndex(info.Settings) {
		out = append(out, "hidden")
	}
	if !info.Closed {
		out = append(out, "open")
	}
	return out
}

// isHiddenIndex reads index.hidden of an index's settings.
func isHiddenIndex(settings json.RawMessage) bool {
	var s struct {
		Index struct {
			Hidden string `json:"hidden"`
		} `json:"index"`
	}
	return json.Unmarshal(settings, &s) == nil && s.Index.Hidden == "true"
}

// values are the values of a map in the order of their names, and never nil.
func values[T any](m map[string]T, name func(T) string) []T {
	out := make([]T, 0, len(m))
	for _, v := range m {
		out = append(out, v)
	}
	slices.SortFunc(out, func(a, b T) int { return cmp.Compare(name(a), name(b)) })
	return out
}

// validateQuery finds out by counting: a query that can be counted is valid.
func (c *call) validateQuery() error {
	r := &engine.SearchRequest{Params: c.pick([]string{"analyze_wildcard", "analyzer", "default_operator", "df", "lenient", "q"})}
	var err error
	if r.Target, err = c.target(); err != nil {
		return err
	}
	explain, err := c.flag("explain", false)
	if err != nil {
		return err
	}
	if r.Body, err = c.jsonBody(); err != nil {
		return err
	}
	answer, err := c.s.backend.Count(c.ctx(), c.p, r)
	var told *engine.Error
	if errors.As(err, &told) && told.Status == http.StatusBadRequest {
		out := map[string]any{"valid": false}
		if explain {
			out["error"] = told.Error()
		}
		return c.send(http.StatusOK, out)
	}
	if err != nil {
		return err
	}
	out := struct {
		Shards       engine.Shards             `json:"_shards"`
		Valid        bool                      `json:"valid"`
		Explanations []engine.QueryDescription `json:"explanations,omitempty"`
	}{Shards: answer.Shards, Valid: true}
	if rewrite, err := c.flag("rewrite", false); err != nil {
		return err
	} else if explain || rewrite {
		if out.Explanations, err = c.s.backend.DescribeQuery(c.ctx(), c.p, r); err != nil {
			return err
		}
	}
	return c.send(http.StatusOK, out)
}
