package esapi

import (
	"maps"
	"net/http"
	"slices"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/eserr"
)

// addBlock is a setting of its own name in Elasticsearch: PUT _settings takes it off again.
func (c *call) addBlock() error {
	block := c.path["block"]
	if !slices.Contains([]string{"metadata", "read", "read_only", "write"}, block) {
		return eserr.Illegal("No block found with name %s", clip(block))
	}
	found, err := c.indices()
	if err != nil {
		return err
	}
	t, err := c.target()
	if err != nil {
		return err
	}
	body, err := encode(map[string]bool{"index.blocks." + block: true})
	if err != nil {
		return err
	}
	if err := c.s.backend.PutSettings(c.ctx(), c.p, t, body, false); err != nil {
		return err
	}
	blocked := []map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(found)) {
		blocked = append(blocked, map[string]any{"name": name, "blocked": true})
	}
	return c.send(http.StatusOK, map[string]any{"acknowledged": true, "shards_acknowledged": true, "indices": blocked})
}

// clearCache has nothing to clear: what is kept of a query is kept for as long as it runs.
func (c *call) clearCache() error {
	t, err := c.target()
	if err != nil {
		return err
	}
	found, err := c.s.backend.IndexStats(c.ctx(), c.p, t)
	if err != nil {
		return err
	}
	return c.send(http.StatusOK, map[string]engine.Shards{"_shards": {Total: len(found), Successful: len(found)}})
}
