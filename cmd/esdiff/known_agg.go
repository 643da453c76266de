package main

func init() { knownDifferences = append(knownDifferences, knownOfAggs...) }

// knownOfAggs are differences of aggregations.
var knownOfAggs = []known{
	{body: re(`"aggs":`), path: re(`doc_count_error_upper_bound$`), want: re(`^-1$`), got: re(`^0$`), compat: "exact counts: one shard, `doc_count_error_upper_bound` is 0"},
	{path: re(`\bhits\[\d+\]\.fields\.\(order of keys\)$`), compat: "`_source` with filters and `fields` have the order of the document and of names"},
	{body: re(`"_source":("[^"]|\[|\{)`), path: re(`\bhits\[\d+\]\._source\b.*\(order of keys\)$`), compat: "`_source` with filters and `fields` have the order of the document and of names"},
	{body: re(`"keep_values"`), path: re(`^status$`), want: re(`accepted values: \[insert_zeros, skip\]`), compat: "`gap_policy: keep_values`, which OpenSearch does not know"},
}
