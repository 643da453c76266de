package dsl

import (
	"testing"

	"github.com/vedette-siem/vedette/engine/eserr"
)

func TestRewriteMultiMatch(t *testing.T) {
	r := rewrites(t)
	f := func(options, want string) { t.Helper(); r.to(`{"multi_match": {`+options+`}}`, want) }
	f(`"query": "A B", "fields": ["message", "title^2"]`, `((message:a message:b) | ((title:a title:b))^2)`)
	f(`"query": "A", "fields": ["message"]`, `message:a`)
	f(`"query": "A", "fields": ["message", "title"], "tie_breaker": 0.3`, `(message:a | title:a)~0.3`)
	f(`"query": "A", "fields": ["message", "title"], "type": "most_fields"`, `(message:a | title:a)~1`)
	f(`"query": "A B", "fields": ["message", "title"], "type": "phrase", "slop": 1`, `(message:"a b"~1 | title:"a b"~1)`)
	f(`"query": "A b", "fields": ["message", "title"], "type": "phrase_prefix"`, `(message:"a b*" | title:"a b*")`)
	f(`"query": "A b", "fields": ["message", "title"], "type": "bool_prefix", "minimum_should_match": 2`,
		`((message:a message:b*)~2 | (title:a title:b*)~2)~1`)
	f(`"query": "A", "fields": ["book.*"]`, `(book.author:A | book.title:a)`)
	f(`"query": "A", "fields": ["message^2", "mess*^3"]`, `(message:a)^6`)
	f(`"query": "A", "fields": ["user", "who"], "boost": 2`, `((user:A | who:A))^2`)
	f(`"query": "80", "fields": ["port", "message"]`, `(port:80 | message:80)`)
	f(`"query": "!", "fields": ["message", "title"], "zero_terms_query": "all"`, `*:*`)
	r.refused(`{"multi_match": {"query": "x", "fields": ["port", "message"]}}`, eserr.QueryShard, `For input string: "x"`)
}

func TestRewriteMultiMatchOverAllFieldsIsLenient(t *testing.T) {
	r := rewrites(t)
	const want = `(book.author:X | book.title:x | exact:X | field name:X | lower:x | message:x | title:x | user:X)`
	r.to(`{"multi_match": {"query": "X"}}`, want)
	r.to(`{"multi_match": {"query": "X", "fields": ["*"]}}`, want)
	r.to(`{"multi_match": {"query": "X", "fields": ["*"], "type": "phrase"}}`, want)
}

func TestRewriteMultiMatchAcrossFields(t *testing.T) {
	r := rewrites(t)
	f := func(options, want string) {
		t.Helper()
		r.to(`{"multi_match": {"type": "cross_fields", `+options+`}}`, want)
	}
	f(`"query": "Will Smith", "fields": ["message", "title^2"], "operator": "and"`, `(+(message:will | (title:will)^2) +(message:smith | (title:smith)^2))`)
	f(`"query": "Will Smith", "fields": ["message", "title"], "minimum_should_match": "50%"`, `((message:will | title:will) (message:smith | title:smith))~50%`)
	f(`"query": "Will", "fields": ["message", "title"]`, `(message:will | title:will)`)
	f(`"query": "A B", "fields": ["message", "title", "exact", "user"]`,
		`(((message:a | title:a) (message:b | title:b)) | (exact:A exact:B) | user:"A B")`)
	f(`"query": "", "fields": ["message", "title"]`, `MatchNoDocsQuery`)
}
