package dsl

import (
	"errors"
	"strings"
	"testing"

	"github.com/vedette-siem/vedette/engine/eserr"
)

func TestQueryStringOperatorsHaveNoPrecedence(t *testing.T) {
	r := rewrites(t)
	r.text("user:a AND user:b OR user:c", `(+user:a +user:b user:c)`)
	r.text("user:a OR user:b AND user:c", `(+user:b +user:c user:a)`)
	r.text("user:a user:b", `(user:a user:b)`)
	r.text("+user:a -user:b user:c", `(+user:a user:c -user:b)`)
	r.text("user:a && !user:b || user:c", `(+user:a user:c -user:b)`)
	r.text("user:a NOT user:b", `(user:a -user:b)`)
	r.text("user:a user:b", `(+user:a +user:b)`, `"default_operator": "AND"`)
	r.text("user:a OR user:b user:c", `(+user:c user:a user:b)`, `"default_operator": "and"`)
	r.text("(user:a OR user:b) AND user:c", `(+(user:a user:b) +user:c)`)
	r.text("(user:a)", `user:a`)
	r.text("user:a OR user:b OR user:c", `(user:a user:b user:c)~2`, `"minimum_should_match": 2`)
}

func TestQueryStringPurelyNegativeGroupsMatchAllMinus(t *testing.T) {
	r := rewrites(t)
	r.text("NOT user:a", `(#*:* -user:a)`)
	r.text("-user:a -user:b", `(#*:* -user:a -user:b)`)
	r.text("user:x AND (NOT _exists_:user)", `(+user:x +(#*:* -_exists_:user))`)
	r.text("user:x OR (NOT (user:a OR user:b))", `(user:x (#*:* -(user:a user:b)))`)
	r.text("!_exists_:user", `(#*:* -_exists_:user)`)
}

func TestQueryStringFieldGroupsAndValues(t *testing.T) {
	r := rewrites(t)
	r.text(`user:(v1 OR v2* OR "")`, `(user:v1 user:v2* user:"")`)
	r.text(`user:(a OR port:80)`, `(user:a port:80)`)
	r.text(`user:""`, `user:""`)
	r.text(`message:""`, `MatchNoDocsQuery`)
	r.text(`user:(new york)`, `user:"new york"`)
	r.text(`message:(new york)`, `(message:new message:york)`)
	r.text(`message:(new york)`, `(+message:new +message:york)`, `"default_operator": "and"`)
	r.text(`message:new-york`, `(message:new message:york)`)
	r.text(`message:"new york"~2`, `message:"new york"~2`)
	r.text(`message:"new york"`, `message:"new york"~3`, `"phrase_slop": 3`)
	r.text(`user:"new york"`, `user:"new york"`)
	r.text(`user:a^2 message:(b c)^3`, `((user:a)^2 ((message:b message:c))^3)`)
	r.text(`user:alice~ user:bob~1 message:Carols~`, `(user:alice~1 user:bob~1 message:carols~2)`)
	r.text(`user:ab~`, `user:ab`)
	r.text(`"a" AND user:b`, `(+message:a +user:b)`, `"default_field": "message"`)
	r.text(`_id:7 _index:x`, `(_id:7 _index:x)`)
}

func TestQueryStringExists(t *testing.T) {
	r := rewrites(t)
	r.text("_exists_:user", `_exists_:user`)
	r.text("_exists_:book", `_exists_:book`)
	r.text("_exists_:nope", `MatchNoDocsQuery`)
	r.text(`_exists_:"field name"`, `_exists_:field name`)
	r.text("user:*", `_exists_:user`)
	r.text("book:*", `_exists_:book`)
	r.text("*", `*:*`)
	r.text("*:*", `*:*`)
	r.text("*", `_exists_:user`, `"default_field": "user"`)
	r.text("*", `(_exists_:user | _exists_:port)`, `"fields": ["user", "port"]`)
}

func TestQueryStringWildcards(t *testing.T) {
	r := rewrites(t)
	r.text("user:*Mid*", `user:wildcard(*Mid*)`)
	r.text("user:A?c", `user:wildcard(A?c)`)
	r.text("user:Ab*", `user:Ab*`)
	r.text("lower:*MiD*", `lower:wildcard(*mid*)`)
	r.text("lower:Ab*", `lower:ab*`)
	r.text("message:*MiD*", `message:wildcard(*mid*)`)
	r.text("message:Ab*", `message:ab*`)
	r.text("exact:Ab*", `exact:Ab*`)
	r.text(`message:Foo\-Ba*`, `(message:foo message:ba*)`, `"analyze_wildcard": true`)
	r.text(`message:Foo\-Ba*`, `message:foo-ba*`)
	r.text(`user:*Failed\ to\ x*`, `user:wildcard(*Failed\ to\ x*)`)
	r.text(`user:*\<b\>*`, `user:wildcard(*\<b\>*)`)
	r.text("user:a* AND message:b*", `(+user:a* +message:b*)`, `"allow_leading_wildcard": false`)
	r.textRefused("user:*a", eserr.QueryShard, "'*' or '?' not allowed as first character in WildcardQuery", `"allow_leading_wildcard": false`)
	r.textRefused("*a", eserr.QueryShard, "Failed to parse query [*a]", `"allow_leading_wildcard": false, "lenient": true`)
	r.textRefused("port:8*", eserr.QueryShard, "Can only use prefix queries on keyword, text and wildcard fields - not on [port]", `"lenient": false`)
	r.text("port:8*", `MatchNoDocsQuery`)
}

func TestQueryStringRegexps(t *testing.T) {
	r := rewrites(t)
	r.text("user:/Foo.*bar/", `user:/Foo.*bar/`)
	r.text(`message:/A\/b/`, `message:/A/b/`)
	r.text(`lower:/A[B-C]\d/`, `lower:/A[B-C]\d/`)
	r.textRefused("user:/"+strings.Repeat("x", 1110)+"/", eserr.QueryShard, "The length of regex [1110] used in the [query_string] has exceeded the allowed maximum of [1000]")
}

func TestQueryStringEscapes(t *testing.T) {
	r := rewrites(t)
	r.text(`user:a\ b\:c`, `user:"a b:c"`)
	r.text(`user:\-p`, `user:-p`)
	r.text(`user:a\*`, `user:"a*"`)
	r.text(`field\ name:v`, `field name:v`)
	r.text(`book.\*:v`, `(book.author:v | book.title:v)`)
	r.text(`nope.\*:v`, `MatchNoDocsQuery`)
	r.text(`ip:192.168.0.0\/16`, `ip:192.168.0.0/16`)
	r.text(`ip:fc00\:\:\/7`, `ip:"fc00::/7"`)
	r.text(`user:C\:\\Windows\\System32`, `user:"C:\\Windows\\System32"`)
}

func TestQueryStringRanges(t *testing.T) {
	r := rewrites(t)
	r.text("port:[1 TO 5]", `port:[1 TO 5]`)
	r.text("port:{1 TO 5]", `port:{1 TO 5]`)
	r.text("port:[* TO 5}", `port:[* TO 5}`)
	r.text("port:>=5", `port:[5 TO *]`)
	r.text("port:>5", `port:{5 TO *]`)
	r.text("port:<=5", `port:[* TO 5]`)
	r.text("port:(>=5 AND <10)", `(+port:[5 TO *] +port:[* TO 10})`)
	r.text("port:[a TO b]", `MatchNoDocsQuery`)
	r.text("user:[Al TO Bo}", `user:[Al TO Bo}`)
	r.text("lower:[Al TO Bo}", `lower:[al TO bo}`)
	r.text("nope:>5", `MatchNoDocsQuery`)
	r.text(`@timestamp:[now-1h TO now]`, `@timestamp:[now-1h TO now]`)
	r.text(`@timestamp:["2026-06-01 10:00" TO *]`, `MatchNoDocsQuery`)
	r.text(`@timestamp:[2026-06-01 TO *]`, `@timestamp:[2026-06-01 TO *]@+02:00`, `"time_zone": "+02:00"`)
	r.text(`@timestamp:2026-06-01`, `@timestamp:[2026-06-01 TO 2026-06-01]@+02:00`, `"time_zone": "+02:00"`)
}

func TestQueryStringWithoutAField(t *testing.T) {
	r := rewrites(t)
	r.text("X", `(book.author:X | book.title:x | exact:X | field name:X | lower:x | message:x | title:x | user:X)`)
	r.text("80", `(@timestamp:[80 TO 80] | book.author:80 | book.title:80 | exact:80 | field name:80 | lower:80 | message:80 | port:80 | score:80 | title:80 | user:80)`)
	r.text("*Kw*", `(book.author:wildcard(*Kw*) | book.title:wildcard(*kw*) | exact:wildcard(*Kw*) | field name:wildcard(*Kw*) | lower:wildcard(*kw*) | `+
		`message:wildcard(*kw*) | title:wildcard(*kw*) | user:wildcard(*Kw*))`)
	r.text("a b", `(user:"a b" | (message:a message:b))`, `"fields": ["user", "message"]`)
	r.text("a OR b", `((user:a | message:a) (user:b | message:b))`, `"fields": ["user", "message"]`)
	r.text("a", `((user:a)^2 | message:a)~1`, `"fields": ["user^2", "message"], "type": "most_fields"`)
	r.text("a b", `message:"a b"`, `"default_field": "message", "type": "phrase"`)
	r.text("a b", `(+(message:a | title:a) +(message:b | title:b))`, `"fields": ["message", "title"], "type": "cross_fields", "default_operator": "and"`)
	r.text("a", `message:a`, `"default_field": "message"`)
	r.text("a", `MatchNoDocsQuery`, `"default_field": "nope"`)
	r.text("", `MatchNoDocsQuery`)
	r.text("  ", `MatchNoDocsQuery`)
	r.text(">5", `port:{5 TO *]`, `"default_field": "port"`)
}

func TestQueryStringWrongTypes(t *testing.T) {
	r := rewrites(t)
	r.text("port:abc", `MatchNoDocsQuery`)
	r.textRefused("port:abc", eserr.QueryShard, "abc", `"lenient": false`)
	r.textRefused("@timestamp:abc", eserr.QueryShard, "abc", `"lenient": false`)
	r.textRefused("port:[a TO b]", eserr.QueryShard, "a", `"default_field": "user"`)
	r.text("ip:abc", `MatchNoDocsQuery`)
	r.textRefused("ip:abc", eserr.QueryShard, "abc", `"lenient": false`)
	r.textRefused("ok:maybe", eserr.QueryShard, "maybe", `"default_field": "user"`)
}

func TestQueryStringSyntaxErrorsAreNeverLenient(t *testing.T) {
	r := rewrites(t)
	for _, options := range []string{`"lenient": true`, `"lenient": false`, `"default_field": "user"`} {
		r.textRefused("user:a AND", eserr.QueryShard, "Failed to parse query [user:a AND]: parse_exception: Cannot parse 'user:a AND': "+
			`Encountered "<EOF>" at line 1, column 10.`, options)
	}
	r.textRefused("user:(a OR", eserr.QueryShard, "Cannot parse")
	r.textRefused("user:a)", eserr.QueryShard, `Encountered " ")" ") "" at line 1, column 6.`)
	r.textRefused("user:10.0.0.0/8", eserr.QueryShard, "Lexical error")
	r.textRefused("user:a~5", eserr.QueryShard, "Valid edit distances are [0, 1, 2] but was [5]")
	r.textRefused("x", eserr.QueryShard, "[query_string] analyzer [nope] not found", `"analyzer": "nope"`)
}

func TestQueryStringErrorsHaveACause(t *testing.T) {
	_, err := Rewrite(&QueryString{Query: "a AND"}, loadMapping(t, testMapping), testNow())
	var e *eserr.Error
	if !errors.As(err, &e) || e.Phase != eserr.PhaseQuery || e.Reason != "Failed to parse query [a AND]" || e.CausedBy == nil || e.CausedBy.Type != "parse_exception" {
		t.Errorf("got %+v", e)
	}
}

// The strings are as pySigma's Lucene backend writes them.
func TestQueryStringFromSigmaRules(t *testing.T) {
	m := loadMapping(t, `{"properties": {"eventSource": {"type": "keyword"}, "eventName": {"type": "keyword"}, "requestParameters": {"type": "flattened"},
		"userAgent": {"type": "keyword", "normalizer": "lowercase"}, "errorMessage": {"type": "text"}}}`)
	r := rewriting{t, m}
	r.text(`eventSource:iam.amazonaws.com AND eventName:(AttachUserPolicy OR PutUserPolicy)`,
		`(+eventSource:iam.amazonaws.com +(eventName:AttachUserPolicy eventName:PutUserPolicy))`)
	r.text(`(eventSource:s3.amazonaws.com AND eventName:(Get* OR *Bucket*)) AND (NOT userAgent:*AWS\ Internal*)`,
		`(+(+eventSource:s3.amazonaws.com +(eventName:Get* eventName:wildcard(*Bucket*))) +(#*:* -userAgent:wildcard(*aws\ internal*)))`)
	r.text(`errorMessage:*Failed\ to\ x* OR (NOT _exists_:errorMessage)`, `(errorMessage:wildcard(*failed\ to\ x*) (#*:* -_exists_:errorMessage))`)
	r.text(`eventName:/Get.*Policy[0-9]+/`, `eventName:/Get.*Policy[0-9]+/`)
	r.text(`eventSource:\-p AND eventName:""`, `(+eventSource:-p +eventName:"")`)
}

func FuzzRewriteQueryString(f *testing.F) {
	for _, seed := range []string{
		"a AND b OR c", `user:(a OR "b c"~2^3) -message:d*`, `port:[1 TO 5} AND NOT user:/r.*/`, `*Failed\ to\ x*`, `ip:192.168.0.0\/16`, `port:>=5 @timestamp:now`, "a~1^2 b~ *",
	} {
		f.Add(seed, false)
	}
	m := loadMapping(f, testMapping)
	f.Fuzz(func(t *testing.T, text string, simple bool) {
		q, err := Rewrite(&QueryString{Query: text, Simple: simple, AllowLeadingWildcard: true}, m, testNow())
		if err != nil {
			var e *eserr.Error
			if !errors.As(err, &e) || e.Phase != eserr.PhaseQuery {
				t.Fatalf("%v is not a shard's refusal", err)
			}
			return
		}
		Format(q)
	})
}

func TestQueryStringRefusesRangesOfVersions(t *testing.T) {
	r := rewriting{t, loadMapping(t, `{"properties": {"v": {"type": "version"}, "user": {"type": "keyword"}}}`)}
	for _, text := range []string{"v:[1.9.5 TO 2]", "v:{* TO 2}", "v:>1.9.5", "user:a OR v:<=2"} {
		r.refused(`{"query_string": {"query": "`+text+`"}}`, "query_shard_exception",
			"failed to create query: Field [v] is of type [version], whose values Vedette stores as text: 1.10.0 would sort before 1.9.5, so [range] queries are not supported on it")
	}
	r.text("v:1.9.5", `v:1.9.5`)
	r.text("v:[* TO *]", `v:[* TO *]`)
}
