package esapi

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/eserr"
)

// maxSearches is how many searches one _msearch may hold: their answers are kept until the last is there.
const maxSearches = 1000

func multiSearchRoutes() []route {
	params := slices.Concat(ignoredSearchParams(), targetParams(), []string{"rest_total_hits_as_int", "search_type", "typed_keys"})
	return []route{{"GET POST", "/_msearch /:index/_msearch", params, (*call).multiSearch}}
}

// multiSearch answers each search by itself: what is wrong with one is told in its place. Only a body that cannot be taken apart fails whole.
func (c *call) multiSearch() error { return c.multiSearchOf(func(*searchItem) {}) }

// multiSearchOf answers searches that prepare has looked at before.
func (c *call) multiSearchOf(prepare func(*searchItem)) error {
	start := c.s.o.Now()
	body, err := c.body()
	if err != nil {
		return err
	}
	template, err := c.multiSearchTemplate()
	if err != nil {
		return err
	}
	items, err := c.parseMultiSearch(body, template)
	if err != nil {
		return err
	}
	out := []byte(`,"responses":[`)
	for i, item := range items {
		if i > 0 {
			out = append(out, ',')
		}
		prepare(&item)
		if out, err = c.appendSearch(out, item); err != nil {
			return err
		}
	}
	took := strconv.AppendInt([]byte(`{"took":`), int64(c.s.o.Now().Sub(start)/time.Millisecond), 10)
	return c.sendJSON(http.StatusOK, append(append(took, out...), "]}"...))
}

// multiSearchTemplate is what the URL says for all searches.
func (c *call) multiSearchTemplate() (engine.SearchRequest, error) {
	r := engine.SearchRequest{}
	var err error
	if r.Target, err = c.target(); err != nil {
		return r, err
	}
	if r.TypedKeys, err = c.flag("typed_keys", false); err != nil {
		return r, err
	}
	if r.TotalHitsAsInt, err = c.flag("rest_total_hits_as_int", false); err != nil {
		return r, err
	}
	return r, checkSearchType(c.query["search_type"])
}

// A searchItem is one search, or what was wrong with its body.
type searchItem struct {
	request engine.SearchRequest
	err     error
}

func (c *call) parseMultiSearch(body []byte, template engine.SearchRequest) ([]searchItem, error) {
	if len(body) == 0 {
		return nil, errNoBodyOrSource()
	}
	if body[len(body)-1] != '\n' {
		return nil, eserr.Illegal("The msearch request must be terminated by a newline [\n]")
	}
	var items []searchItem
	for rest := body; len(rest) > 0; {
		var header, search []byte
		header, rest = cutLine(rest)
		if len(rest) == 0 || len(items) == 0 && isBlank(header) && isBlank(rest) { // a header without a search is none
			break
		}
		item := searchItem{request: template}
		if err := c.parseHeader(header, &item.request); err != nil {
			return nil, err
		}
		search, rest = cutLine(rest)
		if !isBlank(search) {
			item.request.Body, item.err = search, checkObject(search)
		}
		if items = append(items, item); len(items) > maxSearches {
			return nil, eserr.Illegal("a multi search may hold at most [%d] searches", maxSearches)
		}
	}
	if len(items) == 0 {
		return nil, invalid("no requests added")
	}
	return items, nil
}

// parseHeader reads the line before a search, which may be empty.
func (c *call) parseHeader(line []byte, r *engine.SearchRequest) error {
	if isBlank(line) {
		return nil
	}
	if err := checkObject(line); err != nil {
		return err
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(line, &fields); err != nil {
		return eserr.BadRequest(eserr.Parsing, "the header of a search is no object: %v", err)
	}
	for name, value := range fields {
		if err := c.setHeader(r, name, value); err != nil {
			return err
		}
	}
	return nil
}

func (c *call) setHeader(r *engine.SearchRequest, name string, value json.RawMessage) error {
	var err error
	switch name {
	case "index", "indices":
		var names paths
		if json.Unmarshal(value, &names) != nil {
			return eserr.Illegal("[%s] in the header of a search is a name or a list of names", name)
		}
		r.Target.Expression, err = c.resolveDates(strings.Join(names, ","))
	case "expand_wildcards":
		var states paths
		if json.Unmarshal(value, &states) != nil {
			return eserr.Illegal("[expand_wildcards] is a state or a list of states")
		}
		r.Target.ExpandWildcards = strings.Join(states, ",")
	case "ignore_unavailable":
		r.Target.IgnoreUnavailable, err = parseFlag(scalarText(value))
	case "allow_no_indices":
		var allow bool
		allow, err = parseFlag(scalarText(value))
		r.Target.DisallowNone = !allow
	case "search_type":
		err = checkSearchType(scalarText(value))
	case "preference", "routing", "request_cache", "ignore_throttled", "ccs_minimize_roundtrips", "allow_partial_search_results",
		"max_concurrent_shard_requests", "type", "project_routing":
	default:
		err = eserr.Illegal("key [%s] is not supported in the metadata section", clip(name))
	}
	return err
}

// appendSearch runs one search and writes its entry, be it a fault of ours. Only a client that is gone ends the whole request.
func (c *call) appendSearch(out []byte, item searchItem) ([]byte, error) {
	err := item.err
	var answer *engine.SearchAnswer
	if err == nil {
		answer, err = c.s.backend.Search(c.ctx(), c.p, &item.request)
	}
	if err == nil {
		text, err := encodeSearch(answer)
		if err != nil {
			return nil, err
		}
		return append(append(out, text[:len(text)-1]...), `,"status":200}`...), nil
	}
	if c.ctx().Err() != nil {
		return nil, err
	}
	e, known := refusal(err)
	if !known {
		c.s.o.Log.Error("search of a multi search failed", "err", err)
	}
	var told *engine.Error
	if !errors.As(e, &told) {
		return nil, err
	}
	text, err := encode(struct {
		Error  any `json:"error"`
		Status int `json:"status"`
	}{errorObject(told, c.s.o.Node), told.Status})
	return append(out, text...), err
}
