package dsl

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/vedette-siem/vedette/engine/eserr"
)

func TestRewriteKeepsPrimitives(t *testing.T) {
	r := rewrites(t)
	r.to(`{"match_all": {"boost": 2}}`, `(*:*)^2`)
	r.to(`{"ids": {"values": ["1"]}}`, `_id:(1)`)
	r.to(`{"term": {"user": "Bob"}}`, `user:Bob`)
	r.to(`{"term": {"message": "Bob"}}`, `message:Bob`)
	r.to(`{"term": {"who": "Bob"}}`, `who:Bob`)
	r.to(`{"term": {"_id": "1"}}`, `_id:1`)
	r.to(`{"term": {"port": "80"}}`, `port:80`)
	r.to(`{"term": {"ip": "10.0.0.0/8"}}`, `ip:10.0.0.0/8`)
	r.to(`{"terms": {"user": ["a", "b"]}}`, `user:(a b)`)
	r.to(`{"range": {"port": {"gte": 1}}}`, `port:[1 TO *]`)
	r.to(`{"prefix": {"message": "Bo"}}`, `message:Bo*`)
	r.to(`{"regexp": {"lower": "B.*"}}`, `lower:/B.*/`)
	r.to(`{"exists": {"field": "book"}}`, `_exists_:book`)
}

func TestRewriteMakesUnmappedFieldsMatchNothing(t *testing.T) {
	r := rewrites(t)
	for _, body := range []string{
		`{"term": {"x": 1}}`, `{"terms": {"x": [1]}}`, `{"range": {"x": {"gte": 1}}}`, `{"prefix": {"x": "a"}}`, `{"wildcard": {"x": "a"}}`,
		`{"regexp": {"x": "a"}}`, `{"fuzzy": {"x": "a"}}`, `{"exists": {"field": "x"}}`, `{"exists": {"field": "x*"}}`, `{"match": {"x": "a"}}`, `{"match_phrase": {"x": "a"}}`,
		`{"multi_match": {"query": "a", "fields": ["x", "y*"]}}`, `{"query_string": {"query": "x:a"}}`, `{"term": {"book": 1}}`,
	} {
		r.to(body, `MatchNoDocsQuery`)
	}
	r.to(`{"bool": {"must_not": {"term": {"x": 1}}}}`, `(#*:* -MatchNoDocsQuery)`)
}

func TestRewriteNormalizesKeywords(t *testing.T) {
	r := rewrites(t)
	r.to(`{"term": {"lower": "BOB"}}`, `lower:bob`)
	r.to(`{"terms": {"lower": ["BOB", 5]}}`, `lower:(bob 5)`)
	r.to(`{"prefix": {"lower": "BO"}}`, `lower:bo*`)
	r.to(`{"wildcard": {"lower": "B*\\O?B"}}`, `lower:wildcard(b*\O?b)`)
	r.to(`{"fuzzy": {"lower": "BOBBY"}}`, `lower:bobby~1`)
	r.to(`{"wildcard": {"user": "B*"}}`, `user:wildcard(B*)`)
}

func TestRewriteMakesDatesRanges(t *testing.T) {
	r := rewrites(t)
	r.to(`{"term": {"@timestamp": "2026-06-01"}}`, `@timestamp:[2026-06-01 TO 2026-06-01]`)
	r.to(`{"terms": {"@timestamp": ["2026-06-01", "now/d"]}}`, `ConstantScore((@timestamp:[2026-06-01 TO 2026-06-01] @timestamp:[now/d TO now/d]))`)
	r.to(`{"terms": {"@timestamp": []}}`, `MatchNoDocsQuery`)
	r.to(`{"range": {"@timestamp": {"gte": "now-1h"}}}`, `@timestamp:[now-1h TO *]`)
}

func TestRewriteRefusesWhatAFieldCannotHave(t *testing.T) {
	r := rewrites(t)
	r.refused(`{"term": {"port": "text"}}`, eserr.QueryShard, `For input string: "text"`)
	r.refused(`{"terms": {"port": [1, "text"]}}`, eserr.QueryShard, `For input string: "text"`)
	r.refused(`{"match": {"port": "text"}}`, eserr.QueryShard, `For input string: "text"`)
	r.refused(`{"range": {"@timestamp": {"gte": "abc"}}}`, eserr.QueryShard, "abc")
	r.refused(`{"term": {"ip": "not an address"}}`, eserr.QueryShard, "not an address")
	r.refused(`{"prefix": {"port": "1"}}`, eserr.QueryShard, "Can only use prefix queries on keyword, text and wildcard fields - not on [port] which is of type [long]")
	r.refused(`{"regexp": {"_index": "x.*"}}`, eserr.QueryShard, "Can only use regexp queries on keyword and text fields - not on [_index] which is of type [_index]")
	r.refused(`{"wildcard": {"ip": "10.*"}}`, eserr.QueryShard, "Can only use wildcard queries on keyword, text and wildcard fields - not on [ip] which is of type [ip]")
	r.refused(`{"regexp": {"port": "1"}}`, eserr.QueryShard, "Can only use regexp queries on keyword and text fields - not on [port] which is of type [long]")
	r.refused(`{"fuzzy": {"port": "1"}}`, eserr.QueryShard, "Can only use fuzzy queries on keyword and text fields - not on [port] which is of type [long]")
	r.refused(`{"term": {"hidden": "x"}}`, eserr.QueryShard, "Cannot search on field [hidden] since it is not indexed.")
}

func TestRewriteErrorsBelongToAShard(t *testing.T) {
	q, err := Parse(json.RawMessage(`{"bool": {"filter": {"term": {"port": "text"}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	_, err = Rewrite(q, loadMapping(t, testMapping), testNow())
	var e *eserr.Error
	if !errors.As(err, &e) || e.Phase != eserr.PhaseQuery || !strings.HasPrefix(e.Reason, "failed to create query: ") {
		t.Errorf("got %+v", e)
	}
}

func TestRewriteCompounds(t *testing.T) {
	r := rewrites(t)
	r.to(`{"bool": {}}`, `*:*`)
	r.to(`{"bool": {"must_not": {"term": {"user": "a"}}, "boost": 2}}`, `((#*:* -user:a))^2`)
	r.to(`{"bool": {"must": {"match": {"message": "A B"}}, "should": {"term": {"user": "a"}}, "minimum_should_match": "50%"}}`,
		`(+(message:a message:b) user:a)~50%`)
	r.to(`{"constant_score": {"filter": {"match": {"message": "A"}}, "boost": 3}}`, `(ConstantScore(message:a))^3`)
	r.to(`{"dis_max": {"queries": [{"match": {"message": "A"}}, {"term": {"x": 1}}], "tie_breaker": 0.5}}`, `(message:a | MatchNoDocsQuery)~0.5`)
	r.to(`{"boosting": {"positive": {"match": {"message": "A"}}, "negative": {"match": {"message": "B"}}, "negative_boost": 0.5}}`, `(message:a but message:b^0.5)`)
}

func TestRewriteExpandsExists(t *testing.T) {
	r := rewrites(t)
	r.to(`{"exists": {"field": "book.*"}}`, `ConstantScore((_exists_:book.author _exists_:book.title))`)
	r.to(`{"exists": {"field": "book.author", "boost": 2}}`, `(_exists_:book.author)^2`)
}

func TestRewriteLimitsWhatFieldsExpandTo(t *testing.T) {
	var fields []string
	for i := range 900 {
		fields = append(fields, fmt.Sprintf(`"f%d": {"type": "keyword"}`, i))
	}
	m := loadMapping(t, `{"properties": {`+strings.Join(fields, ",")+`}}`)
	rewrite := func(words int) error {
		_, err := Rewrite(&QueryString{Query: strings.Repeat("x* OR ", words-1) + "x*"}, m, testNow())
		return err
	}
	if err := rewrite(20); err != nil {
		t.Error(err)
	}
	checkError(t, "100 words in 900 fields", rewrite(100), eserr.QueryShard, "maxClauseCount is set to 65536")
}

func TestNamesOfIndicesHavePatterns(t *testing.T) {
	r := rewrites(t)
	for body, want := range map[string]string{
		`{"wildcard": {"_index": "x*"}}`: `_index:wildcard(x*)`, `{"prefix": {"_index": "x"}}`: `_index:prefix(x)`,
	} {
		if got, err := r.of(body); err != nil || !strings.HasPrefix(got, "_index:") {
			t.Errorf("%s: %s, %v, want %s", body, got, err, want)
		}
	}
}

func TestPointsAreOnlyLookedForWhetherTheyExist(t *testing.T) {
	r := rewriting{t, loadMapping(t, `{"properties": {"p": {"type": "geo_point"}}}`)}
	r.refused(`{"term": {"p": "x"}}`, eserr.QueryShard, "Geometry fields do not support exact searching, use dedicated geometry queries instead: [p]")
	if got, err := r.of(`{"exists": {"field": "p"}}`); err != nil || !strings.Contains(got, "p") {
		t.Errorf("exists: %s, %v", got, err)
	}
}
