// Package dsl reads Elasticsearch's query language: JSON clauses (Parse), Lucene's query_string and simple_query_string inside them or in a URL (FromURL),
// and turns them into primitive clauses for one index (Rewrite), which engine/search runs.
//
// Parse knows no mapping: it checks the form, and refuses unknown queries and options, too deep and too many clauses in Elasticsearch's own words
// (https://www.elastic.co/guide/en/elasticsearch/reference/8.19/query-dsl.html). Rewrite knows one mapping: it analyses texts, expands field patterns,
// drops unmapped fields and refuses values that a field cannot have. Neither reads documents.
//
// What is left out on purpose answers 400 and names the query: scripts, vectors, percolation, joins, spans, intervals, shapes, nested, more_like_this. `cross_fields` is approximate: a word scores as in its best field, without blended frequencies.
//
// Files: clause_*.go one JSON clause each; reader*.go and options.go what they share; rewrite*.go the way to primitives; lucene_*.go the query_string
// grammar; simple_*.go simple_query_string; format.go the printed form.
package dsl
