package main

func init() { knownDifferences = append(knownDifferences, knownOfAggs...) }

// knownOfAggs are differences of aggregations.
var knownOfAggs = []known{
	{body: re(`"aggs":`), path: re(`^status$`), want: re(`^500`), got: re(`^400`), compat: "what is an error of the server there because of the request (500) is 400"},
	{body: re(`"aggs":`), path: re(`doc_count_error_upper_bound$`), want: re(`^-1$`), got: re(`^0$`), compat: "exact counts: one shard, `doc_count_error_upper_bound` is 0"},
	{body: re(`"matrix_stats"`), path: re(`\bfields\b`), compat: "OpenSearch keeps to the `mode` of an earlier request"},
	{body: re(`"ip_prefix"`), path: re(`^aggregations`), compat: "`ip_prefix` leaves addresses of the other family out, of which Elasticsearch cuts other bytes"},
	{body: re(`"auto_date_histogram"`), path: re(`^aggregations`), compat: "`auto_date_histogram` may count a document with several dates twice in a bucket, as Elasticsearch in others"},
	{body: re(`"rare_terms"`), path: re(`^aggregations.*buckets`), want: re(`9223372036854775807|^\d+$`), compat: "`rare_terms` counts the greatest long in every document"},
	{body: re(`"aggs":`), path: re(`(_source|fields)\.\(order of keys\)$`), compat: "`_source` with filters and `fields` have the order of the document and of names"},
	{body: re(`"format":`), path: re(`_as_string$`), want: re(`\d{17}`), got: re(`\d{17}`), compat: "numbers beyond 2^53 with a `format` have the digits of Java 19 and later"},
	{body: re(`"buckets_path"`), path: re(`^error`), compat: "errors of pipelines say in words which number is missing"},
	{body: re(`"keep_values"`), path: re(`^status$`), want: re(`accepted values: \[insert_zeros, skip\]`), compat: "`gap_policy: keep_values`, which OpenSearch does not know"},
	{body: re(`"significant_terms"`), path: re(`^aggregations`), want: re(`^nothing$|bg_count`), compat: "`significant_terms` of a date or a `missing` value knows how often it occurs; Elasticsearch takes it for never"},
	{body: re(`"terms"`), path: re(`^error`), want: re(`order path|invalid_path|\[\]`), compat: "an `order` by what is not there is refused before anything is counted"},
}
