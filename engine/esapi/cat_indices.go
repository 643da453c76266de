package esapi

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/vedette-siem/vedette/engine"
)

func (c *call) catIndices() error {
	if err := c.checkHealthFilter(); err != nil {
		return err
	}
	columns := []column{
		{name: "health", aliases: "h", about: "current health status"},
		{name: "status", aliases: "s", about: "open/close status"},
		{name: "index", aliases: "i,idx", about: "index name"},
		{name: "uuid", aliases: "id,uuid", about: "index uuid"},
		{name: "pri", aliases: "p,shards.primary,shardsPrimary", about: "number of primary shards", right: true},
		{name: "rep", aliases: "r,shards.replica,shardsReplica", about: "number of replica shards", right: true},
		{name: "docs.count", aliases: "dc,docsCount", about: "available docs", right: true},
		{name: "docs.deleted", aliases: "dd,docsDeleted", about: "deleted docs", right: true},
		{name: "creation.date", aliases: "cd", about: "index creation date (millisecond value)", extra: true},
		{name: "creation.date.string", aliases: "cds", about: "index creation date (as string)", extra: true},
		{name: "store.size", aliases: "ss,storeSize", about: "store size of primaries & replicas", right: true},
		{name: "pri.store.size", about: "store size of primaries", right: true},
		{name: "dataset.size", about: "total size of dataset", right: true},
		{name: "segments.count", aliases: "sc,segmentsCount", about: "number of segments", extra: true, right: true},
		{name: "pri.segments.count", about: "number of segments", extra: true, right: true},
	}
	return c.sendTable(columns, c.indexRows)
}

func (c *call) indexRows() ([][]cell, error) {
	t, err := c.targetIn("open,closed")
	if err != nil {
		return nil, err
	}
	stats, err := c.s.backend.IndexStats(c.ctx(), c.p, t)
	if err != nil {
		return nil, err
	}
	infos, err := c.s.backend.GetIndex(c.ctx(), c.p, t)
	if err != nil {
		return nil, err
	}
	health, err := c.s.backend.Health(c.ctx(), c.p, t)
	if err != nil {
		return nil, err
	}
	var rows [][]cell
	for _, s := range stats {
		row, err := c.indexRow(s, infos[s.Name], indexHealth(health, s.Name))
		if err != nil {
			return nil, err
		}
		if wanted := strings.ToLower(c.query["health"]); wanted == "" || row[0].text == wanted {
			rows = append(rows, row)
		}
	}
	return rows, nil
}

func (c *call) indexRow(s engine.IndexStats, info engine.IndexInfo, health string) ([]cell, error) {
	shards, replicas, err := shardCounts(info.Settings)
	if err != nil {
		return nil, fmt.Errorf("settings of index %q: %w", s.Name, err)
	}
	size, err := c.bytesCell(s.Bytes)
	if err != nil {
		return nil, err
	}
	if s.Closed {
		return []cell{textCell(health), textCell("close"), textCell(s.Name), textCell(s.UUID), textCell(shards), textCell(replicas),
			noCell, noCell, numberCell(s.CreatedAt), textCell(createdText(s.CreatedAt)), noCell, noCell, noCell, noCell, noCell}, nil
	}
	return []cell{textCell(health), textCell("open"), textCell(s.Name), textCell(s.UUID), textCell(shards), textCell(replicas),
		numberCell(s.Docs), numberCell(s.DeletedDocs), numberCell(s.CreatedAt), textCell(createdText(s.CreatedAt)), size, size, size,
		numberCell(int64(s.Segments)), numberCell(int64(s.Segments))}, nil
}

// createdText is a time of creation as people read it.
func createdText(millis int64) string {
	return time.UnixMilli(millis).UTC().Format("2006-01-02T15:04:05.000Z")
}

// indexHealth is that of an index, or the cluster's where that is worse than all indices: a full disk is no index's own.
func indexHealth(h *engine.Health, name string) string {
	for _, ix := range h.Indices {
		if ix.Status == h.Status {
			return h.Indices[name].Status
		}
	}
	return h.Status
}

// shardCounts are the settings of that name, as they were set.
func shardCounts(settings json.RawMessage) (shards, replicas string, err error) {
	flat := map[string]any{}
	if err := flattenInto(flat, settings); err != nil {
		return "", "", err
	}
	text := func(name, absent string) string {
		if value, ok := flat[name]; ok {
			return fmt.Sprint(value)
		}
		return absent
	}
	return text("index.number_of_shards", "1"), text("index.number_of_replicas", "0"), nil
}

// catShards shows the one shard that each index has, and the replicas that it lacks.
func (c *call) catShards() error {
	columns := []column{
		{name: "index", aliases: "i,idx", about: "index name"},
		{name: "shard", aliases: "s,sh", about: "shard name"},
		{name: "prirep", aliases: "p,pr,primaryOrReplica", about: "primary or replica"},
		{name: "state", aliases: "st", about: "shard state"},
		{name: "docs", aliases: "d,dc", about: "number of docs in shard", right: true},
		{name: "store", aliases: "sto", about: "store size of shard (how much disk it uses)", right: true},
		{name: "node", aliases: "n", about: "name of node where it lives"},
	}
	return c.sendTable(columns, func() ([][]cell, error) {
		stats, err := c.indexStats()
		if err != nil {
			return nil, err
		}
		var rows [][]cell
		for _, s := range stats {
			size, err := c.bytesCell(s.Bytes)
			if err != nil {
				return nil, err
			}
			rows = append(rows, []cell{textCell(s.Name), numberCell(0), textCell("p"), textCell("STARTED"), numberCell(s.Docs), size, textCell(c.s.o.Node)})
			for range s.Unassigned {
				rows = append(rows, []cell{textCell(s.Name), numberCell(0), textCell("r"), textCell("UNASSIGNED"), noCell, noCell, noCell})
			}
		}
		return rows, nil
	})
}
