package esapi

import (
	"cmp"
	"errors"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/eserr"
)

// Parameters that every endpoint has: they are about the answer's form.
func commonParams() []string {
	return []string{"error_trace", "filter_path", "format", "human", "pretty"}
}

// targetParams say how an index expression is read; ignore_throttled is accepted and means nothing here.
func targetParams() []string {
	return []string{"allow_no_indices", "expand_wildcards", "ignore_throttled", "ignore_unavailable"}
}

// waitParams are accepted and mean nothing here: nothing waits for other nodes.
func waitParams() []string {
	return []string{"cluster_manager_timeout", "local", "master_timeout", "timeout", "wait_for_active_shards"}
}

// searchParams go to the Backend with a search as they stand.
func searchParams() []string {
	return []string{"_source", "_source_excludes", "_source_includes", "analyze_wildcard", "analyzer", "default_operator", "df",
		"docvalue_fields", "explain", "from", "lenient", "q", "request_cache", "search_type", "seq_no_primary_term", "size", "sort", "stats", "stored_fields",
		"suggest_field", "suggest_mode", "suggest_size", "suggest_text",
		"terminate_after", "timeout", "track_scores", "track_total_hits", "version"}
}

// ignoredSearchParams steer a cluster; one process has nothing to steer.
func ignoredSearchParams() []string {
	return []string{"allow_partial_search_results", "batched_reduce_size", "ccs_minimize_roundtrips", "force_synthetic_source",
		"include_named_queries_score", "max_concurrent_searches", "max_concurrent_shard_requests", "pre_filter_shard_size", "preference",
		"routing"}
}

// parseQuery reads the URL's parameters; of one given twice the last counts.
func parseQuery(raw string) (map[string]string, error) {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return nil, eserr.Illegal("the URL's parameters cannot be read: %v", err)
	}
	params := make(map[string]string, len(values))
	for name, all := range values {
		params[name] = all[len(all)-1]
	}
	return params, nil
}

// checkParams refuses parameters that the endpoint does not know.
func checkParams(path string, given map[string]string, known []string) error {
	var unknown []string
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if !slices.Contains(known, name) && !slices.Contains(commonParams(), name) {
			unknown = append(unknown, name)
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	hints := slices.DeleteFunc(append(commonParams(), known...), func(name string) bool { return unhinted(path, name) })
	return unrecognized(path, "parameter", unknown, hints)
}

// unhinted are parameters that Elasticsearch never suggests: it knows of a parameter when it has asked for its value, and asks for these only
// where they were given.
// https://github.com/elastic/elasticsearch/blob/v8.19.0/server/src/main/java/org/elasticsearch/rest/action/search/RestSearchAction.java
func unhinted(path, name string) bool {
	switch name {
	case "source", "version", "lang":
		return true
	case "allow_partial_search_results", "explain", "from", "max_concurrent_searches", "max_concurrent_shard_requests", "pre_filter_shard_size", "seq_no_primary_term",
		"size", "terminate_after", "timeout", "track_scores", "track_total_hits":
		return strings.HasSuffix(path, "/_search")
	}
	return false
}

// unrecognized is Elasticsearch's answer to names it does not know, with those that the client may have meant.
func unrecognized(path, what string, unknown, known []string) *engine.Error {
	if len(unknown) > 1 {
		what += "s"
	}
	var hints []string
	for _, name := range unknown {
		hint := "[" + name + "]"
		switch near := similar(name, known); len(near) {
		case 0:
		case 1:
			hint += " -> did you mean [" + near[0] + "]?"
		default:
			hint += " -> did you mean any of [" + strings.Join(near, ", ") + "]?"
		}
		hints = append(hints, hint)
	}
	return eserr.Illegal("request [%s] contains unrecognized %s: %s", path, what, strings.Join(hints, ", "))
}

// similar lists the candidates that are more than half like name, the most alike first.
func similar(name string, candidates []string) []string {
	score := map[string]float64{}
	for _, c := range candidates {
		if s := 1 - float64(distance(name, c))/float64(max(1, len(name), len(c))); s > 0.5 {
			score[c] = s
		}
	}
	return slices.SortedFunc(maps.Keys(score), func(a, b string) int {
		return cmp.Or(cmp.Compare(score[b], score[a]), strings.Compare(a, b))
	})
}

// distance is the number of letters to insert, delete or replace to make b of a. Long names are cut: they are like nothing.
func distance(a, b string) int {
	a, b = a[:min(len(a), 64)], b[:min(len(b), 64)]
	var rows [66][66]int
	for i := range len(a) + 1 {
		for j := range len(b) + 1 {
			if i == 0 || j == 0 {
				rows[i][j] = i + j
				continue
			}
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			best := min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			rows[i][j] = best
		}
	}
	return rows[len(a)][len(b)]
}

// has says whether a parameter was given at all.
func (c *call) has(name string) bool {
	_, ok := c.query[name]
	return ok
}

// flag reads a yes-or-no parameter; given without a value it is yes.
func (c *call) flag(name string, absent bool) (bool, error) {
	value, ok := c.query[name]
	if !ok {
		return absent, nil
	}
	return parseFlag(value)
}

// option is flag for those of index expressions, whose errors name the parameter.
func (c *call) option(name string, absent bool) (bool, error) {
	value, err := c.flag(name, absent)
	if err == nil {
		return value, nil
	}
	named := eserr.Illegal("Could not convert [%s] to boolean", name)
	errors.As(err, &named.CausedBy)
	return absent, named
}

func parseFlag(value string) (bool, error) {
	switch value {
	case "", "true":
		return true, nil
	case "false":
		return false, nil
	}
	return false, eserr.Illegal("Failed to parse value [%.200s] as only [true] or [false] are allowed.", value)
}

// number reads a whole number; nil if it was not given.
func (c *call) number(name string) (*int64, error) { return c.wholeNumber(name, "long", 64) }

// integer is number for what is an int there.
func (c *call) integer(name string) (*int64, error) { return c.wholeNumber(name, "int", 32) }

func (c *call) wholeNumber(name, kind string, bits int) (*int64, error) {
	value, ok := c.query[name]
	if !ok {
		return nil, nil
	}
	n, err := strconv.ParseInt(value, 10, bits)
	if err != nil {
		e := eserr.Illegal("Failed to parse %s parameter [%s] with value [%.200s]", kind, name, value)
		e.CausedBy = eserr.BadRequest("number_format_exception", `For input string: "%.200s"`, value)
		return nil, e
	}
	return &n, nil
}

// list reads a comma-separated list; empty parts are left out.
func (c *call) list(name string) []string { return splitList(c.query[name]) }

func splitList(s string) []string {
	var out []string
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// targetIn is target with what expand_wildcards is if the request does not say it.
func (c *call) targetIn(expand string) (engine.Target, error) {
	t, err := c.target()
	if t.ExpandWildcards == "" {
		t.ExpandWildcards = expand
	}
	return t, err
}

// target reads the index expression of the path with its parameters.
func (c *call) target() (engine.Target, error) {
	t := engine.Target{ExpandWildcards: c.query["expand_wildcards"]}
	var err error
	if t.Expression, err = c.indexExpression(); err != nil {
		return t, err
	}
	if t.IgnoreUnavailable, err = c.option("ignore_unavailable", false); err != nil {
		return t, err
	}
	allowNone, err := c.option("allow_no_indices", true)
	t.DisallowNone = !allowNone
	return t, err
}

// refresh reads the parameter of that name for a write.
func (c *call) refresh() (string, error) {
	switch value, ok := c.query["refresh"]; {
	case !ok:
		return "false", nil
	case value == "" || value == "true":
		return "true", nil
	case value == "false" || value == "wait_for":
		return value, nil
	default:
		return "", eserr.Illegal("Unknown value for refresh: [%.200s].", value)
	}
}

// sourceFilter reads _source, _source_includes and _source_excludes.
func (c *call) sourceFilter() engine.SourceFilter {
	f := engine.SourceFilter{Includes: c.list("_source_includes"), Excludes: c.list("_source_excludes")}
	switch value := c.query["_source"]; value {
	case "":
	case "true":
		f.Asked = true
	case "false":
		f.Disabled = true
	default:
		f.Includes = append(f.Includes, splitList(value)...)
	}
	return f
}

// appendQuoted writes a JSON string; plain ones, which almost all names and ids are, without an allocation.
func appendQuoted(out []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			if text, err := encode(s); err == nil { // every string has a JSON form
				return append(out, text...)
			}
		}
	}
	out = append(out, '"')
	out = append(out, s...)
	return append(out, '"')
}
