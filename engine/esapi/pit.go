package esapi

import (
	"encoding/json"
	"net/http"
	"slices"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/eserr"
)

// Points in time, in Elasticsearch's words and in OpenSearch's.
func pitRoutes() []route {
	open := slices.Concat([]string{"allow_partial_search_results", "keep_alive", "max_concurrent_shard_requests", "preference", "routing"}, targetParams())
	openSearch := slices.Concat([]string{"allow_partial_pit_creation", "keep_alive", "preference", "routing"}, targetParams())
	return []route{
		{"POST", "/:index/_pit", open, (*call).openPIT},
		{"DELETE", "/_pit", nil, (*call).closePIT},
		{"POST", "/:index/_search/point_in_time", openSearch, (*call).openPointInTime},
		{"DELETE", "/_search/point_in_time", nil, (*call).closePointsInTime},
		{"GET", "/_search/point_in_time/_all", nil, (*call).listPointsInTime},
		{"DELETE", "/_search/point_in_time/_all", nil, (*call).closePointsInTime},
	}
}

// openPIT opens a point in time.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/point-in-time-api.html
func (c *call) openPIT() error {
	body, err := c.jsonBody()
	if err != nil {
		return err
	}
	if err := onlyFields(body, "[open_point_in_time] unknown field [%s]", "index_filter"); err != nil {
		return err
	}
	var request struct {
		IndexFilter json.RawMessage `json:"index_filter"`
	}
	if body != nil {
		if err := json.Unmarshal(body, &request); err != nil {
			return eserr.BadRequest(eserr.Parsing, "[open_point_in_time] cannot be read: %v", err)
		}
	}
	pit, err := c.pit(request.IndexFilter)
	if err != nil {
		return err
	}
	return c.send(http.StatusOK, struct {
		ID     string        `json:"id"`
		Shards engine.Shards `json:"_shards"`
	}{pit.ID, pit.Shards})
}

func (c *call) pit(filter json.RawMessage) (*engine.PIT, error) {
	target, err := c.target()
	if err != nil {
		return nil, err
	}
	return c.s.backend.OpenPIT(c.ctx(), c.p, &engine.PITRequest{Target: target, KeepAlive: c.query["keep_alive"], IndexFilter: filter})
}

func (c *call) closePIT() error {
	body, err := c.requiredBodyOrSource()
	if err != nil {
		return err
	}
	if err := onlyParameters(body, "FIELD_NAME", "id"); err != nil {
		return err
	}
	ids, err := idsField(body, "id")
	if err != nil {
		return err
	}
	if len(ids) == 0 {
		return invalid("[id] must not be null or empty")
	}
	closed, err := c.s.backend.ClosePIT(c.ctx(), c.p, ids)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if len(closed) == 0 {
		status = http.StatusNotFound
	}
	return c.send(status, freedAnswer{true, len(closed)})
}

// openPointInTime is openPIT in OpenSearch's words.
// https://docs.opensearch.org/docs/2.19/search-plugins/searching-data/point-in-time-api/
func (c *call) openPointInTime() error {
	pit, err := c.pit(nil)
	if err != nil {
		return err
	}
	return c.send(http.StatusOK, struct {
		ID      string        `json:"pit_id"`
		Shards  engine.Shards `json:"_shards"`
		Created int64         `json:"creation_time"` // milliseconds since 1970 UTC
	}{pit.ID, pit.Shards, pit.Created.UnixMilli()})
}

// closePointsInTime closes those that the body names, or all.
func (c *call) closePointsInTime() error {
	var ids []string
	if c.r.URL.Path == "/_search/point_in_time" {
		body, err := c.requiredBody()
		if err != nil {
			return err
		}
		if err := onlyParameters(body, "", "pit_id"); err != nil {
			return err
		}
		if ids, err = idsField(body, "pit_id"); err != nil {
			return err
		}
		if len(ids) == 0 {
			return invalid("no pit ids specified")
		}
	}
	closed, err := c.s.backend.ClosePIT(c.ctx(), c.p, ids)
	if err != nil {
		return err
	}
	type outcome struct {
		Successful bool   `json:"successful"`
		ID         string `json:"pit_id"`
	}
	answer := struct {
		PITs []outcome `json:"pits"`
	}{[]outcome{}}
	for _, pit := range closed {
		answer.PITs = append(answer.PITs, outcome{true, pit.ID})
		ids = slices.DeleteFunc(ids, func(id string) bool { return id == pit.ID })
	}
	status := http.StatusOK
	if len(closed) == 0 && len(ids) > 0 {
		status = http.StatusNotFound
	}
	for _, id := range ids {
		answer.PITs = append(answer.PITs, outcome{false, id})
	}
	return c.send(status, answer)
}

func (c *call) listPointsInTime() error {
	all, err := c.s.backend.PITs(c.ctx(), c.p)
	if err != nil {
		return err
	}
	type open struct {
		ID        string `json:"pit_id"`
		Created   int64  `json:"creation_time"` // milliseconds since 1970 UTC
		KeepAlive int64  `json:"keep_alive"`    // milliseconds
	}
	answer := struct {
		PITs []open `json:"pits"`
	}{[]open{}}
	for _, pit := range all {
		answer.PITs = append(answer.PITs, open{pit.ID, pit.Created.UnixMilli(), pit.KeepAlive.Milliseconds()})
	}
	return c.send(http.StatusOK, answer)
}
