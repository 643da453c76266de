package esapi

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"

	"github.com/vedette-siem/vedette/engine"
)

func asyncRoutes() []route {
	submit := slices.Concat(searchParams(), ignoredSearchParams(), targetParams(), []string{"keep_alive", "keep_on_completion", "rest_total_hits_as_int", "source",
		"source_content_type", "typed_keys", "wait_for_completion_timeout"})
	return []route{
		{"POST", "/_async_search /:index/_async_search", submit, (*call).submitAsync},
		{"GET", "/_async_search/:id", []string{"keep_alive", "typed_keys", "wait_for_completion_timeout"}, (*call).getAsync},
		{"DELETE", "/_async_search/:id", nil, (*call).deleteAsync},
		{"GET", "/_async_search/status/:id", []string{"keep_alive"}, (*call).asyncStatus},
	}
}

func (c *call) submitAsync() error {
	search, err := c.searchRequest()
	if err != nil {
		return err
	}
	r := &engine.AsyncRequest{Search: *search, Wait: c.query["wait_for_completion_timeout"], KeepAlive: c.query["keep_alive"]}
	if r.KeepOnCompletion, err = c.flag("keep_on_completion", false); err != nil {
		return err
	}
	answer, err := c.s.backend.SubmitSearch(c.ctx(), c.p, r)
	return c.sendAsync(answer, err)
}

func (c *call) getAsync() error {
	answer, err := c.s.backend.AsyncSearch(c.ctx(), c.p, c.path["id"], c.query["wait_for_completion_timeout"], c.query["keep_alive"])
	return c.sendAsync(answer, err)
}

func (c *call) deleteAsync() error {
	return c.acknowledged(c.s.backend.DeleteAsyncSearch(c.ctx(), c.p, c.path["id"]))
}

// asyncState is what answers to asynchronous searches begin with. Times are milliseconds since 1970 UTC.
type asyncState struct {
	ID      string `json:"id,omitempty"`
	Partial bool   `json:"is_partial"`
	Running bool   `json:"is_running"`
	Start   int64  `json:"start_time_in_millis"`
	Expires int64  `json:"expiration_time_in_millis"`
	Ended   *int64 `json:"completion_time_in_millis,omitempty"`
}

func stateOf(a *engine.AsyncAnswer) asyncState {
	s := asyncState{ID: a.ID, Partial: a.Partial, Running: a.Running, Start: a.Start.UnixMilli(), Expires: a.Expires.UnixMilli()}
	if !a.Running {
		ended := a.Ended.UnixMilli()
		s.Ended = &ended
	}
	return s
}

func (c *call) sendAsync(a *engine.AsyncAnswer, err error) error {
	if err != nil {
		return err
	}
	out, err := encode(stateOf(a))
	if err != nil {
		return err
	}
	status, name, text := http.StatusOK, "response", []byte(nil)
	switch {
	case a.Err != nil:
		name = "error"
		status, text, err = c.asyncError(a.Err)
	case a.Answer == nil:
		text, err = encodeSearch(nothingYet())
	default:
		text, err = encodeSearch(a.Answer)
	}
	if err != nil {
		return err
	}
	out = append(append(out[:len(out)-1], `,"`+name+`":`...), text...)
	return c.sendJSON(status, append(out, '}'))
}

// asyncError is the failure of a search, as it stands in the answer.
func (c *call) asyncError(failure error) (status int, text []byte, err error) {
	e, known := refusal(failure)
	if !known {
		c.s.o.Log.Error("asynchronous search failed", "err", failure)
	}
	var told *engine.Error
	if !errors.As(e, &told) {
		return 0, nil, e
	}
	text, err = encode(errorObject(told, c.s.o.Node))
	return told.Status, text, err
}

// nothingYet is the answer to a search that runs: parts of it are not shown.
func nothingYet() *engine.SearchAnswer {
	return &engine.SearchAnswer{Shards: engine.Shards{Skipped: new(int)}, Hits: engine.Hits{Total: engine.TotalHits{Relation: "gte"}, Hits: []engine.Hit{}}}
}

func (c *call) asyncStatus() error {
	a, err := c.s.backend.AsyncSearch(c.ctx(), c.p, c.path["id"], "", c.query["keep_alive"])
	if err != nil {
		return err
	}
	answer := struct {
		asyncState
		Shards json.RawMessage `json:"_shards"`
		Status *int            `json:"completion_status,omitempty"`
	}{asyncState: stateOf(a)}
	shards := nothingYet().Shards
	status := http.StatusOK
	switch {
	case a.Err != nil:
		if status, _, err = c.asyncError(a.Err); err != nil {
			return err
		}
	case a.Answer != nil:
		shards = a.Answer.Shards
	}
	if !a.Running {
		answer.Status = &status
	}
	if answer.Shards, err = encode(shards); err != nil {
		return err
	}
	return c.send(http.StatusOK, answer)
}
