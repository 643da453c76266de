package esapi

import (
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/eserr"
)

// countSome counts the documents whose score is high enough, or until there are enough of them.
func (c *call) countSome(r *engine.SearchRequest) error {
	body := map[string]any{"size": 0, "track_total_hits": true}
	if text, ok := c.query["min_score"]; ok {
		score, err := strconv.ParseFloat(text, 32)
		if err != nil {
			e := eserr.Illegal("Failed to parse float parameter [min_score] with value [%s]", clip(text))
			e.CausedBy = notNumber(text)
			return e
		}
		body["min_score"] = score
	}
	most, err := c.terminateAfter()
	if err != nil {
		return err
	}
	if most > 0 {
		body["terminate_after"] = most
	}
	var query struct{ Query json.RawMessage }
	if len(r.Body) > 0 {
		if err := json.Unmarshal(r.Body, &query); err != nil {
			return eserr.BadRequest(eserr.Parsing, "the body is no JSON object: %v", err)
		}
	}
	if query.Query != nil {
		body["query"] = query.Query
	}
	if r.Body, err = json.Marshal(body); err != nil {
		return err
	}
	r.TotalHitsAsInt = true
	found, err := c.s.backend.Search(c.ctx(), c.p, r)
	if err != nil {
		return err
	}
	return c.send(http.StatusOK, countOf(found, most > 0))
}

// terminateAfter is how many documents are enough; 0 is no limit.
func (c *call) terminateAfter() (int64, error) {
	text, ok := c.query["terminate_after"]
	if !ok {
		return 0, nil
	}
	n, err := strconv.ParseInt(text, 10, 32)
	switch {
	case err != nil:
		return 0, notInt("terminate_after", text)
	case n < 0:
		return 0, eserr.Illegal("terminateAfter must be > 0")
	}
	return n, nil
}

// countOf is the answer to a count that was made by a search. limited adds whether the search stopped because there were enough.
func countOf(found *engine.SearchAnswer, limited bool) any {
	out := struct {
		TerminatedEarly *bool `json:"terminated_early,omitempty"`
		engine.CountAnswer
	}{CountAnswer: engine.CountAnswer{Shards: found.Shards}}
	out.Count, _ = found.Hits.Total.(int64)
	if limited {
		early := found.TerminatedEarly != nil && *found.TerminatedEarly
		out.TerminatedEarly = &early
	}
	return out
}
