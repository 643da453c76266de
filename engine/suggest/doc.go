// Package suggest answers the `suggest` of a search: words that are spelt much like those of a text (term), whole texts put right word by word (phrase), and
// what was indexed to complete what somebody types (completion).
//
// It reads the request (Parse), answers it for one index at a time from the dictionaries of its segments (Request.Run), and puts the answers of several indices
// together as Elasticsearch does with those of shards (Request.Answer). Scores and orders are Lucene's. It matches no documents and knows nothing of queries:
// deleted documents count until their segments are merged, as in Lucene, and filters of aliases do not hide words, as in Elasticsearch. Package search calls it.
//
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/search-suggesters.html
package suggest
