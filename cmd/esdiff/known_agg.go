package main

func init() { knownDifferences = append(knownDifferences, knownOfAggs...) }

// knownOfAggs are differences of aggregations.
var knownOfAggs = []known{
	{body: re(`"aggs":`), path: re(`doc_count_error_upper_bound$`), want: re(`^-1$`), got: re(`^0$`), compat: "exact counts: one shard, `doc_count_error_upper_bound` is 0"},
	{path: re(`\bhits\[\d+\]\.fields\.\(order of keys\)$`), compat: "`_source` with filters and `fields` of `top_hits` have the order of the document and of names"},
	{body: re(`"_source":("[^"]|\[|\{)`), path: re(`\bhits\[\d+\]\._source\b.*\(order of keys\)$`), compat: "`_source` with filters and `fields` of `top_hits` have the order of the document and of names"},
	{ // 1.0, 5.0 or 25.0 in the path
		by: "OpenSearch", body: re(`"percentiles"|"percentile_ranks"`), path: re(`\.values(\.-?[\d.E]+(_as_string)?|\[\d+\]\.value(_as_string)?)$`),
		compat: "percentiles interpolate between the values on both sides, as in Elasticsearch; OpenSearch's do not",
	},
	{body: re(`"high_accuracy"`), path: re(`\.values(\.-?[\d.E]+(_as_string)?|\[\d+\]\.value(_as_string)?)$`), compat: "`percentiles` interpolate whatever `execution_hint` says"},
	{by: "OpenSearch", path: re(`\.meta$`), want: re(`^\{\}$`), got: re(`^nothing$`), compat: "no empty `meta` of filters that match nothing, as in Elasticsearch"},
	{by: "OpenSearch", path: re(`^status$`), want: re(`Unknown key for a VALUE_BOOLEAN in \[\w\]: \[keyed\]|\[tdigest\] unknown field \[execution_hint\]|Unknown execution_hint: \[\w+\], expected any of \[direct, ordinals\]|SignificantText aggregation requires`),
		got: re(`^200`), compat: "options of aggregations that Elasticsearch has and OpenSearch has not"},
	{body: re(`"precision_threshold":(0|10)\b`), path: re(`\.value$`), want: re(`^\d+$`), got: re(`^\d+$`), compat: "`cardinality` above its `precision_threshold` is another estimate"},
	{path: re(`reason$`), want: re(`did you mean \[(date_histogram|top_hits)\]\?`), got: re(`did you mean any of \[`), compat: "suggestions name each aggregation that there is here"},
	{by: "OpenSearch", body: re(`"auto_date_histogram"`), path: re(`\.buckets\[\d+\]\.doc_count$`), compat: "`auto_date_histogram`: a document with several values counts once in each of the finest buckets"},
	{body: re(`"keep_values"`), path: re(`^status$`), want: re(`accepted values: \[insert_zeros, skip\]`), compat: "`gap_policy: keep_values`, which OpenSearch does not know"},
}
