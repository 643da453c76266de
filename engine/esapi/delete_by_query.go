package esapi

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/eserr"
)

// maxBatch is how many documents are deleted at a time; scroll_size asks for fewer. With those that are found again (purge.done), they must
// fit into a result window of 10,000.
const maxBatch = 5_000

func deleteByQueryRoutes() []route {
	params := slices.Concat([]string{"analyze_wildcard", "analyzer", "conflicts", "default_operator", "df", "lenient", "max_docs", "preference", "q", "refresh",
		"request_cache", "requests_per_second", "routing", "scroll", "scroll_size", "search_timeout", "slices", "wait_for_completion"}, targetParams(), waitParams())
	return []route{{"POST", "/:index/_delete_by_query", params, (*call).deleteByQuery}}
}

// A purge deletes what a query matches, batch by batch in the order of writing, so that what is written meanwhile is not among it. A document
// that changed between being found and being deleted is a conflict, and stays.
type purge struct {
	target  engine.Target
	query   json.RawMessage
	proceed bool  // conflicts do not end it
	batch   int64 // documents at a time
	max     int64 // documents in all

	// last is the highest _seq_no seen; done are the documents that have it, and are found again. Each index counts for itself, so that
	// several may share one.
	last int64
	done map[string]bool

	answer purgeAnswer
}

// A purgeAnswer is the answer to _delete_by_query.
type purgeAnswer struct {
	Took           int64            `json:"took"` // milliseconds
	TimedOut       bool             `json:"timed_out"`
	Total          int64            `json:"total"`
	Deleted        int64            `json:"deleted"`
	Batches        int64            `json:"batches"`
	Conflicts      int64            `json:"version_conflicts"`
	Noops          int64            `json:"noops"`
	Retries        map[string]int64 `json:"retries"`
	Throttled      int64            `json:"throttled_millis"`
	PerSecond      float64          `json:"requests_per_second"`
	ThrottledUntil int64            `json:"throttled_until_millis"`
	Failures       []purgeFailure   `json:"failures"`
}

type purgeFailure struct {
	Index  string        `json:"index"`
	ID     string        `json:"id"`
	Cause  *engine.Error `json:"cause"`
	Status int           `json:"status"`
}

func (c *call) deleteByQuery() error {
	start := c.s.o.Now()
	p, err := c.newPurge()
	if err != nil {
		return err
	}
	refresh, err := c.refresh()
	if err != nil {
		return err
	}
	for more := true; more; {
		if more, err = p.step(c); err != nil {
			return err
		}
	}
	if refresh != "false" {
		if _, err := c.s.backend.Refresh(c.ctx(), c.p, p.target); err != nil {
			return err
		}
	}
	p.answer.Took = c.s.o.Now().Sub(start).Milliseconds()
	status := http.StatusOK
	if len(p.answer.Failures) > 0 {
		status = p.answer.Failures[0].Status
	}
	return c.send(status, p.answer)
}

func (c *call) newPurge() (*purge, error) {
	p := &purge{batch: maxBatch, max: 1 << 62, last: -1, answer: purgeAnswer{PerSecond: -1, Failures: []purgeFailure{}, Retries: map[string]int64{"bulk": 0, "search": 0}}}
	wait, err := c.flag("wait_for_completion", true)
	if err != nil {
		return nil, err
	}
	if !wait {
		return nil, unsupported("[wait_for_completion=false]")
	}
	switch value := c.query["conflicts"]; value {
	case "", "abort":
	case "proceed":
		p.proceed = true
	default:
		return nil, eserr.Illegal("conflicts may only be \"proceed\" or \"abort\" but was [%.100s]", value)
	}
	if p.target, err = c.target(); err != nil {
		return nil, err
	}
	for name, limit := range map[string]*int64{"max_docs": &p.max, "scroll_size": &p.batch} {
		n, err := c.number(name)
		if err != nil {
			return nil, err
		}
		if n != nil && *n <= 0 {
			return nil, eserr.Illegal("[%s] must be greater than 0", name)
		}
		if n != nil {
			*limit = min(*limit, *n)
		}
	}
	return p, c.readPurgeBody(p)
}

func (c *call) readPurgeBody(p *purge) error {
	body, err := c.jsonBody()
	if err != nil {
		return err
	}
	if err := onlyFields(body, "[delete_by_query] unknown field [%s]", "query", "max_docs"); err != nil {
		return err
	}
	var request struct {
		Query   json.RawMessage `json:"query"`
		MaxDocs *int64          `json:"max_docs"`
	}
	if body != nil {
		if err := json.Unmarshal(body, &request); err != nil {
			return eserr.BadRequest(eserr.Parsing, "[delete_by_query] cannot be read: %v", err)
		}
	}
	if request.MaxDocs != nil && *request.MaxDocs > 0 {
		p.max = min(p.max, *request.MaxDocs)
	}
	p.query = request.Query
	if c.has("q") {
		if p.query, err = c.urlQuery(); err != nil {
			return err
		}
	}
	if p.query == nil {
		return invalid("query is missing")
	}
	return nil
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

// step deletes one batch, and says whether there may be more.
func (p *purge) step(c *call) (more bool, err error) {
	found, err := c.s.backend.Search(c.ctx(), c.p, p.search())
	if err != nil {
		return false, err
	}
	if p.done == nil {
		if total, ok := found.Hits.Total.(engine.TotalHits); ok {
			p.answer.Total = min(total.Value, p.max)
		}
		p.done = map[string]bool{}
	}
	ops := p.operations(found.Hits.Hits)
	if len(ops) == 0 {
		return false, nil
	}
	p.answer.Batches++
	answer, err := c.s.backend.Bulk(c.ctx(), c.p, ops, engine.BulkOptions{})
	if err != nil {
		return false, err
	}
	p.count(answer.Items)
	handled := p.answer.Deleted + p.answer.Conflicts
	return len(p.answer.Failures) == 0 && handled < p.answer.Total, nil
}

func (p *purge) search() *engine.SearchRequest {
	from := strconv.FormatInt(p.last, 10)
	body := `{"query":{"bool":{"filter":[` + string(p.query) + `,{"range":{"_seq_no":{"gte":` + from + `}}}]}},"sort":[{"_seq_no":"asc"}],` +
		`"_source":false,"seq_no_primary_term":true,"track_total_hits":true,"size":` + strconv.FormatInt(p.batch+int64(len(p.done)), 10) + `}`
	return &engine.SearchRequest{Target: p.target, Body: json.RawMessage(body), Params: map[string]string{}}
}

// operations makes deletions of those hits that were not dealt with before.
func (p *purge) operations(hits []engine.Hit) []engine.BulkOp {
	var ops []engine.BulkOp
	left := p.answer.Total - p.answer.Deleted - p.answer.Conflicts
	for _, hit := range hits {
		key := hit.Index + "/" + hit.ID
		if hit.SeqNo == nil || p.done[key] || int64(len(ops)) >= left {
			continue
		}
		if *hit.SeqNo != p.last {
			p.last = *hit.SeqNo
			clear(p.done)
		}
		p.done[key] = true
		ops = append(ops, engine.BulkOp{Action: "delete", Index: hit.Index, ID: hit.ID, Routing: hit.Routing, IfSeqNo: hit.SeqNo, IfPrimaryTerm: hit.PrimaryTerm})
	}
	return ops
}

func (p *purge) count(items []engine.BulkItem) {
	for _, item := range items {
		switch {
		case item.Error == nil:
			p.answer.Deleted++
		case item.Error.Status == http.StatusConflict:
			p.answer.Conflicts++
			if !p.proceed {
				p.answer.Failures = append(p.answer.Failures, purgeFailure{item.Index, item.ID, item.Error, item.Status})
			}
		default:
			p.answer.Failures = append(p.answer.Failures, purgeFailure{item.Index, item.ID, item.Error, item.Status})
		}
	}
}
