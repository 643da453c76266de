package main

import "regexp"

// known is a difference on purpose. An empty pattern matches everything.
type known struct {
	// body, path, want and got match the body of the question, the place in the answer and both values.
	body, path, want, got *regexp.Regexp
	// by is the only server that differs from Vedette in this way; "" is any.
	by string
	// compat is a phrase of engine/COMPAT.md, where it is told. TestKnownDifferencesAreInCompat looks for it.
	compat string
}

func (k known) matches(q question, by string, d difference) bool {
	return (k.by == "" || k.by == by) && is(k.body, q.payload()) && is(k.path, d.path) && is(k.want, d.want) && is(k.got, d.got)
}

func is(pattern *regexp.Regexp, s string) bool { return pattern == nil || pattern.MatchString(s) }

var re = regexp.MustCompile

// knownDifferences lists what differs on purpose. What matches is counted and printed.
var knownDifferences = []known{
	{
		body: re(`"collapse":`), path: re(`^status$`), want: re(`grouping field must be single valued`), got: re(`^200`),
		compat: "of a field with several values the first counts",
	},
	{
		body: re(`"search_after":\[.*null`), path: re(`^status$`), want: re(`^500`), got: re(`^200`),
		compat: "search_after: null stands for a missing value of any field; Elasticsearch fails at numbers",
	},
	{
		path: re(`^status$`), want: re(`^(200|500)`), got: re(`^400 Can't load fielddata on \[\w+\] because fielddata is unsupported on fields of type \[\w+_range\]`),
		compat: "docvalue_fields and sort of ranges: 400",
	},
	{ // only where null stands in the document
		path: re(`^hits\.hits\[\d+\]\.fields\.kw_null(\.\(length\))?$`), want: re(`"NULL"|^\d`), got: re(`^(nothing|\d)$`),
		compat: "fields: no null_value",
	},
	{
		body: re(`"_source":[\[{"]`), path: re(`_source(\.\w+)*\.\(order of keys\)$`),
		compat: "keys stay in the document's order",
	},
	{
		path: re(`^status$`), want: re(`^200`), got: re(`^400 terminateAfter must be > 0`),
		compat: "terminate_after below 0: 400, as in Elasticsearch; OpenSearch takes it",
	},
	{
		path: re(`^status$`), want: re(`^400 \[highlight_field\] unknown field \[encoder\]`), got: re(`^200`),
		compat: "highlight: encoder of a field, as in Elasticsearch; OpenSearch does not know it",
	},
	{
		body: re(`"exists":\{[^}]*"field":"(text|all|obj\.t|dyn_text|obj|kw\*)|_exists_`), path: re(`^hits\.`),
		compat: "`exists` and a text without a word",
	},
	{
		path: re(`^status$`), want: re(`^500`), got: re(`^(200|400)`),
		compat: "is answered, or refused with a 400",
	},
	{
		path: re(`^status$`), want: re(`^200`), got: re(`the operator . is not supported`),
		compat: "the operators `~` and `&` in `regexp`: 400",
	},
}

// differencesOfOpenSearch are where it differs from Elasticsearch, which has the say; OpenSearch decides in worlds with types that the core of Elasticsearch lacks.
var differencesOfOpenSearch = []known{
	{by: "OpenSearch", body: re(`"fields":`), path: re(`^hits\.hits\[\d+\]\.fields(\._index|\.all)?$`), want: re(`^nothing$`), compat: "fields: _index and copied values, as in Elasticsearch; OpenSearch has none"},
	{by: "OpenSearch", path: re(`^terminated_early$`), want: re(`^nothing$`), got: re(`^false$`), compat: "terminated_early, as in Elasticsearch; OpenSearch has it only with terminate_after"},
}

func init() { knownDifferences = append(knownDifferences, differencesOfOpenSearch...) }

// explain finds the known difference that explains d, or nil.
func explain(q question, by string, d difference) *known {
	for i := range knownDifferences {
		if knownDifferences[i].matches(q, by, d) {
			return &knownDifferences[i]
		}
	}
	return nil
}
