package dsl

import (
	"testing"

	"github.com/vedette-siem/vedette/engine/eserr"
)

func TestRewriteMatch(t *testing.T) {
	r := rewrites(t)
	r.to(`{"match": {"message": "Failed LOGIN"}}`, `(message:failed message:login)`)
	r.to(`{"match": {"message": {"query": "Failed login", "operator": "and"}}}`, `(+message:failed +message:login)`)
	r.to(`{"match": {"message": {"query": "a b c", "minimum_should_match": "75%"}}}`, `(message:a message:b message:c)~75%`)
	r.to(`{"match": {"message": {"query": "a", "minimum_should_match": 2}}}`, `message:a`)
	r.to(`{"match": {"message": {"query": "a b", "boost": 2, "_name": "n"}}}`, `(((message:a message:b))^2)@n`)
	r.to(`{"match": {"message": 5}}`, `message:5`)
	r.to(`{"match": {"message": {"query": "A B", "analyzer": "keyword"}}}`, `message:"A B"`)
	r.to(`{"match": {"exact": "A B"}}`, `(exact:A exact:B)`)
	r.to(`{"match": {"user": "A B"}}`, `user:"A B"`)
	r.to(`{"match": {"lower": "A B"}}`, `lower:"a b"`)
	r.to(`{"match": {"user": {"query": "A B", "analyzer": "standard"}}}`, `(user:a user:b)`)
	r.to(`{"match": {"port": "80"}}`, `port:80`)
	r.to(`{"match": {"ok": true}}`, `ok:true`)
	r.to(`{"match": {"@timestamp": "2026-06-01"}}`, `@timestamp:[2026-06-01 TO 2026-06-01]`)
	r.refused(`{"match": {"message": {"query": "x", "analyzer": "nope"}}}`, eserr.QueryShard, "[match] analyzer [nope] not found")
	r.refused(`{"match": {"hidden": "x"}}`, eserr.QueryShard, "Cannot search on field [hidden]")
}

func TestRewriteMatchFuzziness(t *testing.T) {
	r := rewrites(t)
	r.to(`{"match": {"message": {"query": "to login attempts", "fuzziness": "AUTO", "prefix_length": 1}}}`, `(message:to message:login~1+1 message:attempts~2+1)`)
	r.to(`{"match": {"user": {"query": "alice", "fuzziness": 1}}}`, `user:alice~1`)
	r.refused(`{"match": {"port": {"query": 80, "fuzziness": 1}}}`, eserr.QueryShard, "Can only use fuzzy queries on keyword and text fields")
}

func TestRewriteMatchLeniency(t *testing.T) {
	r := rewrites(t)
	r.to(`{"match": {"port": {"query": "text", "lenient": true}}}`, `MatchNoDocsQuery`)
	r.to(`{"match": {"@timestamp": {"query": "text", "lenient": true}}}`, `MatchNoDocsQuery`)
	r.to(`{"match": {"ip": {"query": "text", "lenient": true}}}`, `MatchNoDocsQuery`)
	r.refused(`{"match": {"@timestamp": "text"}}`, eserr.QueryShard, "text")
}

func TestRewriteMatchZeroTerms(t *testing.T) {
	r := rewrites(t)
	r.to(`{"match": {"message": "!!"}}`, `MatchNoDocsQuery`)
	r.to(`{"match": {"message": {"query": "", "zero_terms_query": "all", "boost": 2}}}`, `(*:*)^2`)
	r.to(`{"match": {"message": {"query": "the", "analyzer": "stop", "zero_terms_query": "none"}}}`, `MatchNoDocsQuery`)
	r.to(`{"match": {"user": ""}}`, `user:""`)
}

func TestRewriteMatchPhrase(t *testing.T) {
	r := rewrites(t)
	r.to(`{"match_phrase": {"message": "Failed to login"}}`, `message:"failed to login"`)
	r.to(`{"match_phrase": {"message": {"query": "a b", "slop": 2}}}`, `message:"a b"~2`)
	r.to(`{"match_phrase": {"message": {"query": "quick the fox", "analyzer": "stop"}}}`, `message:"quick ? fox"`)
	r.to(`{"match_phrase": {"message": {"query": "the quick fox", "analyzer": "stop"}}}`, `message:"quick fox"`)
	r.to(`{"match_phrase": {"message": "Failed"}}`, `message:failed`)
	r.to(`{"match_phrase": {"message": {"query": "", "zero_terms_query": "all"}}}`, `*:*`)
	r.to(`{"match_phrase": {"user": "A B"}}`, `user:"A B"`)
	r.to(`{"match_phrase": {"port": 80}}`, `port:80`)
	r.refused(`{"match_phrase": {"user": {"query": "A B", "analyzer": "standard"}}}`, eserr.QueryShard, "Can only use phrase queries on text fields - not on [user]")
}

func TestRewriteMatchPhrasePrefix(t *testing.T) {
	r := rewrites(t)
	r.to(`{"match_phrase_prefix": {"message": {"query": "Failed lo", "slop": 1}}}`, `message:"failed lo*"~1`)
	r.to(`{"match_phrase_prefix": {"message": "Fai"}}`, `message:"fai*"`)
	r.refused(`{"match_phrase_prefix": {"user": "A"}}`, eserr.QueryShard, "Can only use phrase prefix queries on text fields - not on [user] which is of type [keyword]")
}

func TestRewriteMatchBoolPrefix(t *testing.T) {
	r := rewrites(t)
	r.to(`{"match_bool_prefix": {"message": "quick brown f"}}`, `(message:quick message:brown message:f*)`)
	r.to(`{"match_bool_prefix": {"message": {"query": "quick f", "operator": "and", "fuzziness": 1}}}`, `(+message:quick~1 +message:f*)`)
	r.to(`{"match_bool_prefix": {"message": "quick "}}`, `message:quick`)
	r.to(`{"match_bool_prefix": {"user": "Qu"}}`, `user:Qu*`)
	r.to(`{"match_bool_prefix": {"port": 80}}`, `port:80`)
}
