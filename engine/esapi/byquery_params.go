package esapi

import (
	"encoding/json"
	"math"
	"net/http"
	"slices"
	"strconv"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/eserr"
)

// byQueryParams are those that everything by query has.
func byQueryParams(more ...string) []string {
	return slices.Concat([]string{"max_docs", "refresh", "requests_per_second", "scroll", "scroll_size", "slices", "timeout", "wait_for_active_shards", "wait_for_completion"}, more)
}

// newByQuery reads the parameters that everything by query has.
func (c *call) newByQuery() (*byQuery, error) {
	b := &byQuery{backend: c.s.backend, p: c.p, now: c.s.o.Now, batch: defaultBatch, max: math.MaxInt64, throttle: make(chan struct{})}
	for name, limit := range map[string]*int64{"max_docs": &b.max, "scroll_size": &b.batch} {
		n, err := c.integer(name)
		if err != nil {
			return nil, err
		}
		if n != nil && *n <= 0 {
			return nil, eserr.Illegal("[%s] parameter cannot be zero or negative, found [%d]", name, *n)
		}
		if n != nil {
			*limit = *n
		}
	}
	b.batch = min(b.batch, maxBatch)
	var err error
	if b.answer.perSecond, err = c.perSecond(); err != nil {
		return nil, err
	}
	if n := c.query["slices"]; n != "" && n != "auto" {
		if k, err := strconv.Atoi(n); err != nil || k < 1 {
			return nil, eserr.Illegal("[slices] must be at least 1 but was [%.100s]", n)
		}
	}
	b.refresh, err = c.flag("refresh", false)
	return b, err
}

// perSecond reads requests_per_second; negative is as fast as can be.
func (c *call) perSecond() (float64, error) {
	text, ok := c.query["requests_per_second"]
	if !ok || text == "-1" {
		return -1, nil
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || !(f > 0) || math.IsInf(f, 0) {
		return 0, eserr.Illegal("[requests_per_second] must be a float greater than 0. Use -1 to disable throttling.")
	}
	return f, nil
}

// conflicts reads the parameter of that name, or the member of a body, which goes after it.
func (b *byQuery) conflicts(value string) error {
	switch value {
	case "":
	case "abort":
		b.proceed = false
	case "proceed":
		b.proceed = true
	default:
		return eserr.Illegal("conflicts may only be \"proceed\" or \"abort\" but was [%.100s]", value)
	}
	return nil
}

// byQueryBody is the body of _delete_by_query and _update_by_query.
type byQueryBody struct {
	Query     json.RawMessage `json:"query"`
	MaxDocs   *int64          `json:"max_docs"`
	Conflicts string          `json:"conflicts"`
	Script    json.RawMessage `json:"script"`
}

// readByQuery reads target and body. name is in the errors.
func (c *call) readByQuery(b *byQuery, name string) error {
	var err error
	if b.target, err = c.target(); err != nil {
		return err
	}
	b.targets = b.target
	body, err := c.jsonBody()
	if err != nil {
		return err
	}
	if err := onlyFields(body, "["+name+"] unknown field [%s]", "query", "max_docs", "conflicts", "script"); err != nil {
		return err
	}
	var request byQueryBody
	if body != nil {
		if err := json.Unmarshal(body, &request); err != nil {
			return eserr.BadRequest(eserr.Parsing, "[%s] cannot be read: %v", name, err)
		}
	}
	if len(request.Script) > 0 {
		return noScript(request.Script)
	}
	if request.MaxDocs != nil {
		if *request.MaxDocs <= 0 {
			return eserr.Illegal("[max_docs] parameter cannot be zero or negative, found [%d]", *request.MaxDocs)
		}
		b.max = min(b.max, *request.MaxDocs)
	}
	if err := b.conflicts(request.Conflicts); err != nil {
		return err
	}
	if err := b.conflicts(c.query["conflicts"]); err != nil {
		return err
	}
	b.query = request.Query
	if c.has("q") {
		b.query, err = c.urlQuery()
	}
	return err
}

// noScript names the script that cannot be run.
func noScript(script json.RawMessage) error {
	return eserr.Illegal("scripts are not supported: [script] %s", clip(string(script)))
}

// urlQuery is the parameter q with its options as a query.
func (c *call) urlQuery() (json.RawMessage, error) {
	options := map[string]any{"query": c.query["q"]}
	for name, option := range map[string]string{"df": "default_field", "default_operator": "default_operator", "analyzer": "analyzer",
		"analyze_wildcard": "analyze_wildcard", "lenient": "lenient"} {
		if c.has(name) {
			options[option] = c.query[name]
		}
	}
	return encode(map[string]any{"query_string": options})
}

// sendByQuery does it, and answers with what was done, or with the task if nobody waits.
func (c *call) sendByQuery(b *byQuery, action, description string) error {
	wait, err := c.flag("wait_for_completion", true)
	if err != nil {
		return err
	}
	t := c.newTask(action, description)
	t.cancellable, t.work = true, b
	if !wait {
		return c.detach(t, b.run)
	}
	c.r = c.r.WithContext(c.s.tasks.add(c.ctx(), t))
	defer func() { c.s.tasks.end(t, c.s.o.Now()) }()
	answer, err := b.run(c.ctx())
	if err != nil {
		return err
	}
	whole, _ := answer.(wholeAnswer)
	return c.sendJSON(max(whole.status, http.StatusOK), whole.body)
}

// deletion deletes the document of a hit, if it has not changed meanwhile.
func deletion(hit engine.Hit) engine.BulkOp {
	return engine.BulkOp{Action: "delete", Index: hit.Index, ID: hit.ID, Routing: hit.Routing, IfSeqNo: hit.SeqNo, IfPrimaryTerm: hit.PrimaryTerm}
}
