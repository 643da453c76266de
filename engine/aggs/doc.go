// Package aggs answers the `aggs` part of a search: one aggregation per file, each from the request to its share of the answer.
//
// A request becomes a Tree (Parse), the Tree is read against the mapping of each index (Tree.Bind), and each segment of an index
// gets a Collector (Bound.Segment) that is fed blocks of matching documents. What it has counted is a Partial, which may read terms
// of the segment; partials are merged in any order and printed as Elasticsearch prints them (Tree.Answer, or Merge and Tree.Result by steps).
//
// Inside, everything is kept in columns. A bucket aggregation turns each (document, owner bucket) into the number of a bucket of its
// own and hands both slices to its children, so that a metric is one loop over a block that adds to an array indexed by bucket. A nil
// slice of owners says that there is one owner, 0. Terms are counted by ordinal and become strings when the segment is finished or, where
// few of many are shown, when it is known which. Partials hold their keys in ascending order, so that merging compares and never hashes.
// To be printed, an aggregation makes the rows of its buckets (bucketer, list); pipeline aggregations work on those, the innermost first, and count nothing themselves.
// Counts are exact: nothing is left out by less than what all segments say of it.
//
// Package engine/search calls it, decides which documents match, and lends it the sorting and fetching of top_hits (Hits). Refusals that a
// client caused are *eserr.Error in Elasticsearch's words. Scripts are refused, and so are aggregations that are not built yet, by name.
//
// The requests and answers follow https://www.elastic.co/guide/en/elasticsearch/reference/8.19/search-aggregations.html.
package aggs
