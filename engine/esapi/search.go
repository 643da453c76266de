package esapi

import (
	"encoding/json"
	"net/http"
	"slices"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/eserr"
)

func searchRoutes() []route {
	forms := []string{"rest_total_hits_as_int", "source", "source_content_type", "typed_keys", "scroll"}
	search := slices.Concat(searchParams(), ignoredSearchParams(), targetParams(), forms)
	count := slices.Concat([]string{"analyze_wildcard", "analyzer", "default_operator", "df", "lenient", "min_score", "preference", "q", "routing",
		"source", "source_content_type", "terminate_after"}, targetParams())
	return []route{
		{"GET POST", "/_search /:index/_search", search, (*call).search},
		{"GET POST", "/_count /:index/_count", count, (*call).count},
	}
}

func (c *call) search() error {
	r, err := c.searchRequest()
	if err != nil {
		return err
	}
	answer, err := c.s.backend.Search(c.ctx(), c.p, r)
	return c.sendSearch(answer, err)
}

func (c *call) sendSearch(answer *engine.SearchAnswer, err error) error {
	if err != nil {
		return err
	}
	body, err := encodeSearch(answer)
	if err != nil {
		return err
	}
	return c.sendJSON(http.StatusOK, body)
}

func (c *call) searchRequest() (*engine.SearchRequest, error) {
	r := &engine.SearchRequest{Params: c.pick(searchParams()), Scroll: c.query["scroll"], Routing: c.query["routing"], Preference: c.query["preference"]}
	var err error
	if r.Target, err = c.target(); err != nil {
		return nil, err
	}
	if r.TypedKeys, err = c.flag("typed_keys", false); err != nil {
		return nil, err
	}
	if r.TotalHitsAsInt, err = c.flag("rest_total_hits_as_int", false); err != nil {
		return nil, err
	}
	if err := checkSearchType(c.query["search_type"]); err != nil {
		return nil, err
	}
	delete(r.Params, "search_type")
	if _, ok := r.Params["suggest_text"]; ok && r.Params["suggest_field"] == "" {
		return nil, eserr.Illegal("request [%.200s] contains parameters [suggest_text] but missing 'suggest_field' parameter.", c.r.URL.Path)
	}
	r.Body, err = c.jsonBody()
	return r, err
}

// checkSearchType accepts both types that Elasticsearch has: with one shard they do the same.
func checkSearchType(value string) error {
	switch value {
	case "", "query_then_fetch", "dfs_query_then_fetch":
		return nil
	}
	return eserr.Illegal("No search type for [%.100s]", value)
}

// pick takes the parameters that are given of those named.
func (c *call) pick(names []string) map[string]string {
	out := map[string]string{}
	for _, name := range names {
		if value, ok := c.query[name]; ok {
			out[name] = value
		}
	}
	return out
}

func (c *call) count() error {
	r := &engine.SearchRequest{Params: c.pick([]string{"analyze_wildcard", "analyzer", "default_operator", "df", "lenient", "q"})}
	var err error
	if r.Target, err = c.target(); err != nil {
		return err
	}
	if r.Body, err = c.jsonBody(); err != nil {
		return err
	}
	if err := onlyFields(r.Body, "request does not support [%s]", "query"); err != nil {
		return err
	}
	if c.has("min_score") || c.has("terminate_after") {
		return c.countSome(r)
	}
	answer, err := c.s.backend.Count(c.ctx(), c.p, r)
	if err != nil {
		return err
	}
	return c.send(http.StatusOK, answer)
}

// onlyFields refuses an object that has other fields than those named.
func onlyFields(body json.RawMessage, message string, known ...string) error {
	if len(body) == 0 {
		return nil
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil {
		return eserr.BadRequest(eserr.Parsing, "the body is no JSON object: %v", err)
	}
	for name := range fields {
		if !slices.Contains(known, name) {
			return eserr.BadRequest(eserr.Parsing, message, clip(name))
		}
	}
	return nil
}
