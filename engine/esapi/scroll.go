package esapi

import (
	"cmp"
	"encoding/json"
	"maps"
	"net/http"
	"slices"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/eserr"
)

func scrollRoutes() []route {
	params := []string{"rest_total_hits_as_int", "scroll", "scroll_id", "source", "source_content_type"}
	return []route{
		{"GET POST", "/_search/scroll /_search/scroll/:scroll_id", params, (*call).scroll},
		{"DELETE", "/_search/scroll /_search/scroll/:scroll_id", []string{"scroll_id", "source", "source_content_type"}, (*call).clearScroll},
	}
}

// scroll answers the next page. What the body says goes before the URL.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/scroll-api.html
func (c *call) scroll() error {
	r := &engine.ScrollRequest{ID: c.scrollID(), KeepAlive: c.query["scroll"]}
	var err error
	if r.TotalHitsAsInt, err = c.flag("rest_total_hits_as_int", false); err != nil {
		return err
	}
	body, err := c.jsonBody()
	if err != nil {
		return err
	}
	for _, f := range []struct {
		name string
		to   *string
	}{{"scroll_id", &r.ID}, {"scroll", &r.KeepAlive}} {
		if err := textField(body, f.name, f.to); err != nil {
			return err
		}
	}
	if err := onlyParameters(body, "", "scroll_id", "scroll"); err != nil {
		return err
	}
	if r.ID == "" {
		return invalid("scrollId is missing")
	}
	answer, err := c.s.backend.Scroll(c.ctx(), c.p, r)
	return c.sendSearch(answer, err)
}

func (c *call) scrollID() string {
	if id := c.path["scroll_id"]; id != "" {
		return id
	}
	return c.query["scroll_id"]
}

// textField reads a field of an object that is a text, if it is there.
func textField(body json.RawMessage, name string, to *string) error {
	var fields map[string]json.RawMessage
	if len(body) == 0 {
		return nil
	}
	if err := json.Unmarshal(body, &fields); err != nil {
		return eserr.BadRequest(eserr.Parsing, "the body is no JSON object: %v", err)
	}
	if raw, ok := fields[name]; ok && json.Unmarshal(raw, to) != nil {
		return eserr.Illegal("Unknown parameter [%s] in request body or parameter is of the wrong type[%s] ", name, eserr.TokenName(raw))
	}
	return nil
}

// onlyParameters refuses an object that has other fields than those named, in the words of scrolls and points in time; token is what is said to stand there, "" is the value.
func onlyParameters(body json.RawMessage, token string, known ...string) error {
	var fields map[string]json.RawMessage
	if len(body) == 0 {
		return nil
	}
	if err := json.Unmarshal(body, &fields); err != nil {
		return eserr.BadRequest(eserr.Parsing, "the body is no JSON object: %v", err)
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if !slices.Contains(known, name) {
			return eserr.Illegal("Unknown parameter [%s] in request body or parameter is of the wrong type[%s] ", clip(name), cmp.Or(token, eserr.TokenName(fields[name])))
		}
	}
	return nil
}

// clearScroll ends scrolls.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/clear-scroll-api.html
func (c *call) clearScroll() error {
	ids := splitList(c.scrollID())
	body, err := c.jsonBody()
	if err != nil {
		return err
	}
	if err := onlyParameters(body, "", "scroll_id"); err != nil {
		return err
	}
	if inBody, err := idsField(body, "scroll_id"); err != nil {
		return err
	} else if inBody != nil {
		ids = inBody
	}
	if len(ids) == 0 {
		return invalid("no scroll ids specified")
	}
	all := len(ids) == 1 && ids[0] == "_all"
	if all {
		ids = nil
	}
	freed, err := c.s.backend.ClearScroll(c.ctx(), c.p, ids)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if freed == 0 && !all {
		status = http.StatusNotFound
	}
	return c.send(status, freedAnswer{true, freed})
}

// A freedAnswer says how many searches that went on have ended.
type freedAnswer struct {
	Succeeded bool `json:"succeeded"`
	Freed     int  `json:"num_freed"`
}

// idsField reads a field of an object that is a text or a list of texts; nil if it is not there.
func idsField(body json.RawMessage, name string) ([]string, error) {
	if len(body) == 0 {
		return nil, nil
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil {
		return nil, eserr.BadRequest(eserr.Parsing, "the body is no JSON object: %v", err)
	}
	raw, ok := fields[name]
	if !ok {
		return nil, nil
	}
	var one string
	if json.Unmarshal(raw, &one) == nil {
		return []string{one}, nil
	}
	ids := []string{}
	if json.Unmarshal(raw, &ids) != nil {
		return nil, eserr.Illegal("[%s] is a text or a list of texts, not %.100s", name, raw)
	}
	return ids, nil
}
