package esapi

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/eserr"
)

func catRoutes() []route {
	target := func(more ...string) []string { return catParams(append(more, targetParams()...)...) }
	return []route{
		{"GET", "/_cat", []string{"help"}, (*call).catList},
		{"GET", "/_cat/indices /_cat/indices/:index", target("health", "include_unloaded_segments", "pri"), (*call).catIndices},
		{"GET", "/_cat/shards /_cat/shards/:index", target(), (*call).catShards},
		{"GET", "/_cat/health", catParams(), (*call).catHealth},
		{"GET", "/_cat/count /_cat/count/:index", target(), (*call).catCount},
		{"GET", "/_cat/aliases /_cat/aliases/:name", target(), (*call).catAliases},
		{"GET", "/_cat/templates /_cat/templates/:name", catParams(), (*call).catTemplates},
	}
}

func (c *call) catList() error {
	return c.sendText(http.StatusOK, catNames())
}

func (c *call) catHealth() error {
	columns := []column{
		{name: "epoch", aliases: "t,time", about: "seconds since 1970-01-01 00:00:00", right: true},
		{name: "timestamp", aliases: "ts,hms,hhmmss", about: "time in HH:MM:SS"},
		{name: "cluster", aliases: "cl", about: "cluster name"},
		{name: "status", aliases: "st", about: "health status"},
		{name: "node.total", aliases: "nt,nodeTotal", about: "total number of nodes", right: true},
		{name: "node.data", aliases: "nd,nodeData", about: "number of nodes that can store data", right: true},
		{name: "shards", aliases: "t,sh,shards.total,shardsTotal", about: "total number of shards", right: true},
		{name: "pri", aliases: "p,shards.primary,shardsPrimary", about: "number of primary shards", right: true},
		{name: "relo", aliases: "r,shards.relocating,shardsRelocating", about: "number of relocating nodes", right: true},
		{name: "init", aliases: "i,shards.initializing,shardsInitializing", about: "number of initializing nodes", right: true},
		{name: "unassign", aliases: "u,shards.unassigned,shardsUnassigned", about: "number of unassigned shards", right: true},
		{name: "unassign.pri", aliases: "up,shards.unassigned.primary,shardsUnassignedPrimary", about: "number of unassigned primary shards", right: true},
		{name: "pending_tasks", aliases: "pt,pendingTasks", about: "number of pending tasks", right: true},
		{name: "max_task_wait_time", aliases: "mtwt,maxTaskWaitTime", about: "wait time of longest task pending", right: true},
		{name: "active_shards_percent", aliases: "asp,activeShardsPercent", about: "active number of shards in percent", right: true},
	}
	withTime, err := c.flag("ts", true)
	if err != nil {
		return err
	}
	if !withTime {
		columns[0].extra, columns[1].extra = true, true
	}
	return c.sendTable(columns, func() ([][]cell, error) {
		h, err := c.s.backend.Health(c.ctx(), c.p, engine.Target{})
		if err != nil {
			return nil, err
		}
		row := append(c.clockCells(), textCell(h.ClusterName), textCell(h.Status))
		for _, n := range []int{h.NumberOfNodes, h.NumberOfDataNodes, h.ActiveShards, h.ActivePrimaryShards, h.RelocatingShards,
			h.InitializingShards, h.UnassignedShards, 0, h.NumberOfPendingTasks} {
			row = append(row, numberCell(int64(n)))
		}
		return [][]cell{append(row, textCell("-"), textCell(strconv.FormatFloat(h.ActiveShardsPercent, 'f', 1, 64)+"%"))}, nil
	})
}

// clockCells are the time in seconds and as a clock shows it.
func (c *call) clockCells() []cell {
	now := c.s.o.Now().UTC()
	return []cell{numberCell(now.Unix()), textCell(now.Format(time.TimeOnly))}
}

func (c *call) catCount() error {
	columns := []column{
		{name: "epoch", aliases: "t,time", about: "seconds since 1970-01-01 00:00:00", right: true},
		{name: "timestamp", aliases: "ts,hms,hhmmss", about: "time in HH:MM:SS"},
		{name: "count", aliases: "dc,docs.count,docsCount", about: "the document count", right: true},
	}
	return c.sendTable(columns, func() ([][]cell, error) {
		t, err := c.target()
		if err != nil {
			return nil, err
		}
		n, err := c.s.backend.Count(c.ctx(), c.p, &engine.SearchRequest{Target: t})
		if err != nil {
			return nil, err
		}
		return [][]cell{append(c.clockCells(), numberCell(n.Count))}, nil
	})
}

func (c *call) catAliases() error {
	columns := []column{
		{name: "alias", aliases: "a", about: "alias name"},
		{name: "index", aliases: "i,idx", about: "index alias points to"},
		{name: "filter", aliases: "f,fi", about: "filter"},
		{name: "routing.index", aliases: "ri,routingIndex", about: "index routing"},
		{name: "routing.search", aliases: "rs,routingSearch", about: "search routing"},
		{name: "is_write_index", aliases: "w,isWriteIndex", about: "write index"},
	}
	return c.sendTable(columns, func() ([][]cell, error) {
		found, _, err := c.aliases()
		if err != nil {
			return nil, err
		}
		var rows [][]cell
		for index, aliases := range found {
			for name, raw := range aliases {
				row, err := aliasRow(name, index, raw)
				if err != nil {
					return nil, err
				}
				rows = append(rows, row)
			}
		}
		slices.SortFunc(rows, func(a, b []cell) int {
			return strings.Compare(a[0].text+"\x00"+a[1].text, b[0].text+"\x00"+b[1].text)
		})
		return rows, nil
	})
}

func aliasRow(name, index string, raw json.RawMessage) ([]cell, error) {
	var a struct {
		Filter        json.RawMessage `json:"filter"`
		IndexRouting  string          `json:"index_routing"`
		SearchRouting string          `json:"search_routing"`
		Write         *bool           `json:"is_write_index"`
	}
	if err := json.Unmarshal(raw, &a); err != nil {
		return nil, fmt.Errorf("alias %q of index %q: %w", name, index, err)
	}
	filter, write := "-", "-"
	if len(a.Filter) > 0 {
		filter = "*"
	}
	if a.Write != nil {
		write = strconv.FormatBool(*a.Write)
	}
	dash := func(s string) cell {
		if s == "" {
			s = "-"
		}
		return textCell(s)
	}
	return []cell{textCell(name), textCell(index), textCell(filter), dash(a.IndexRouting), dash(a.SearchRouting), textCell(write)}, nil
}

func (c *call) catTemplates() error {
	columns := []column{
		{name: "name", aliases: "n", about: "template name"},
		{name: "index_patterns", aliases: "t", about: "template index patterns"},
		{name: "order", aliases: "o,p", about: "template application order/priority number"},
		{name: "version", aliases: "v", about: "version"},
		{name: "composed_of", aliases: "c", about: "component templates comprising index template"},
	}
	return c.sendTable(columns, func() ([][]cell, error) {
		var rows [][]cell
		for _, kind := range []engine.TemplateKind{engine.LegacyTemplate, engine.IndexTemplate} {
			found, err := c.s.backend.GetTemplates(c.ctx(), c.p, kind, "")
			if err != nil {
				return nil, err
			}
			for _, t := range found {
				if name := c.path["name"]; name != "" && !anyGlobMatches(splitList(name), t.Name) {
					continue
				}
				row, err := templateRow(t, kind)
				if err != nil {
					return nil, err
				}
				rows = append(rows, row)
			}
		}
		return rows, nil
	})
}

func templateRow(t engine.Template, kind engine.TemplateKind) ([]cell, error) {
	var body struct {
		Patterns paths       `json:"index_patterns"`
		Order    json.Number `json:"order"`
		Priority json.Number `json:"priority"`
		Version  json.Number `json:"version"`
		Composed []string    `json:"composed_of"`
	}
	if err := json.Unmarshal(t.Body, &body); err != nil {
		return nil, fmt.Errorf("template %q: %w", t.Name, err)
	}
	number := func(n json.Number) cell {
		value, err := n.Int64()
		if err != nil {
			return cell{}
		}
		return numberCell(value)
	}
	order, composed := number(body.Order), cell{}
	if kind == engine.IndexTemplate {
		order, composed = number(body.Priority), textCell("["+strings.Join(body.Composed, ", ")+"]")
	}
	return []cell{textCell(t.Name), textCell("[" + strings.Join(body.Patterns, ", ") + "]"), order, number(body.Version), composed}, nil
}

// checkHealthFilter reads the parameter `health`.
func (c *call) checkHealthFilter() error {
	switch value := c.query["health"]; strings.ToLower(value) {
	case "", "green", "yellow", "red":
		return nil
	default:
		return eserr.Illegal("unknown cluster health status [%.100s]", value)
	}
}
