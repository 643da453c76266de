// Package search answers a search over the segments of some indices: it reads the request (Parse), turns its query into bitmaps of
// documents, a segment at a time and segments in parallel, scores only where a score is asked for, keeps the best hits, feeds the
// aggregations, and fetches the sources of the hits that it returns (Run).
//
// It knows documents only through the columns of storage/segment and fields only through engine/mapping. It resolves no index names,
// holds nothing between two searches (no scroll, no point in time), and writes nothing. Package engine calls it.
//
// A query passes three stages. dsl.Rewrite leaves primitive clauses; plan reads them against the mapping of one index and refuses bad values
// (plan.go, plan_*.go); the nodes it makes then run on each segment (exec.go, match_*.go). So a wrong request is refused even by an empty index.
//
// Scores are Lucene's BM25 to the bit where Lucene's arithmetic is known (bm25.go), because clients see the order of hits.
package search
