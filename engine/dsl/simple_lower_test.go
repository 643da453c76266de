package dsl

import "testing"

func TestSimpleQueryString(t *testing.T) {
	r := rewrites(t)
	f := func(query, want string) { t.Helper(); r.simple(query, want, `"fields": ["message"]`) }
	f("Quick brown", `(message:quick message:brown)`)
	f("quick +brown | fox", `((+message:quick +message:brown) message:fox)`)
	f("quick -brown", `(message:quick (*:* -message:brown))`)
	f(`"quick brown"~2`, `message:"quick brown"~2`)
	f("Qui*", `message:qui*`)
	f("quick~1", `message:quick~1`)
	f("(quick | slow) + fox", `(+(message:quick message:slow) +message:fox)`)
	f("-(a b)", `(*:* -(message:a message:b))`)
	f("", `MatchNoDocsQuery`)
	f("( \" ) | + -", `MatchNoDocsQuery`)
	f("!!! quick", `message:quick`)
}

func TestSimpleQueryStringOverFields(t *testing.T) {
	r := rewrites(t)
	r.simple("a b", `((message:a | (user:a)^2)~1 (message:b | (user:b)^2)~1)`, `"fields": ["message", "user^2"]`)
	r.simple("a b", `(+message:a +message:b)`, `"fields": ["message"], "default_operator": "and"`)
	r.simple("a b c", `(message:a message:b message:c)~2`, `"fields": ["message"], "minimum_should_match": 2`)
	r.simple("X", `(book.author:X | book.title:x | exact:X | field name:X | lower:x | message:x | title:x | user:X)~1`)
	r.simple("x", `MatchNoDocsQuery`, `"fields": ["port"], "lenient": true`)
	r.simple("a", `MatchNoDocsQuery`, `"fields": ["nope"]`)
	r.simple("a|b", `message:a|b`, `"fields": ["message"], "flags": "NONE", "analyzer": "keyword"`)
}
