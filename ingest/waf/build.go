package waf

import (
	"bytes"

	"github.com/valyala/fastjson"

	"github.com/vedette-siem/vedette/ingest/carrier"
	"github.com/vedette-siem/vedette/ingest/ecs"
)

// build sets the fields of a record.
func (s *session) build() {
	if s.http.headers != nil && !s.headers.read(s.http.headers) {
		s.cut = true
	}
	s.verdict()
	s.rule()
	s.cloud()
	s.client()
	s.request()
	s.free()
	s.extra.Set(s.b, "aws.waf.extra")
	if s.cut {
		s.b.Bool("aws.waf.truncated", true)
	}
}

// verdict sets what became of the request. All but an ALLOW is an alert: COUNT cannot end a request's way, but says that a rule
// matched. CAPTCHA and CHALLENGE held the request up.
func (s *session) verdict() {
	b, action := s.b, s.acl.action
	b.Keywords("event.category", "web", "network")
	b.KeywordBytes("event.action", action)
	b.KeywordBytes("aws.waf.action", action)
	switch string(action) {
	case "ALLOW":
		b.Keywords("event.type", "access", "allowed")
	case "COUNT":
		b.Keyword("event.kind", "alert")
		b.Keywords("event.type", "access", "allowed")
	case "BLOCK", "CAPTCHA", "CHALLENGE":
		b.Keyword("event.kind", "alert")
		b.Keywords("event.type", "access", "denied")
	default:
		b.Keywords("event.type", "access")
	}
}

func (s *session) rule() {
	b, a := s.b, &s.acl
	b.KeywordBytes("rule.id", a.rule)
	b.KeywordBytes("rule.ruleset", a.ruleType)
	b.KeywordBytes("aws.waf.terminating_rule_type", a.ruleType)
	b.KeywordBytes("aws.waf.format_version", a.formatVersion)
	b.KeywordBytes("aws.waf.source.name", a.sourceName)
	b.KeywordBytes("aws.waf.source.id", a.sourceID)
	b.LongBytes("http.response.status_code", a.code)
	b.LongBytes("http.request.body.bytes", a.bodySize)
	b.KeywordBytes("tls.client.ja3", a.ja3)
	b.KeywordBytes("aws.waf.ja4_fingerprint", a.ja4)
}

// cloud sets the ACL, and account and region from its ARN, else from the object's key. ACLs of WAF Classic have an id only.
func (s *session) cloud() {
	b, arn := s.b, s.acl.arn
	region, account, ok := ecs.ARNPlace(arn)
	if !ok {
		region, account = []byte(s.place.Region), []byte(s.place.Account)
		b.KeywordBytes("aws.waf.id", arn)
	} else {
		b.KeywordBytes("aws.waf.arn", arn)
		b.KeywordBytes("aws.waf.id", arn[bytes.LastIndexByte(arn, ':')+1:])
	}
	b.KeywordBytes("cloud.account.id", account)
	b.KeywordBytes("cloud.region", region)
}

func (s *session) client() {
	b, q := s.b, &s.http
	b.Address("source.address", "source.ip", q.client)
	b.KeywordBytes("source.geo.country_iso_code", q.country)
	b.Forwarded(s.headers.get("x-forwarded-for"))
	b.UserAgent(s.headers.get("user-agent"))
	b.KeywordBytes("http.request.referrer", s.headers.get("referer"))
	b.KeywordBytes("http.request.id", q.id)
	b.KeywordBytes("http.request.method", q.method)
	b.HTTPVersion(q.version)
}

// request sets the parts of the URL and the URL that they make.
func (s *session) request() {
	b, q := s.b, &s.http
	host := q.host
	if ecs.Absent(host) {
		host = s.headers.get("host")
	}
	b.KeywordBytes("url.scheme", q.scheme)
	if !ecs.Absent(host) {
		b.Authority(host)
	}
	b.KeywordBytes("url.path", q.uri)
	b.KeywordBytes("url.query", q.args)
	b.KeywordBytes("url.fragment", q.fragment)
	url := s.scratch[:0]
	if !ecs.Absent(q.scheme) && !ecs.Absent(host) {
		url = append(append(append(url, q.scheme...), "://"...), host...)
	}
	url = append(url, q.uri...)
	if len(q.args) > 0 {
		url = append(append(url, '?'), q.args...)
	}
	b.KeywordBytes("url.original", url)
	s.scratch = url
}

// free sets the members without a fixed shape.
func (s *session) free() {
	s.names("aws.waf.labels", s.acl.labels)
	s.names("aws.waf.oversize_fields", s.acl.oversize)
	if len(s.headers.list) > 0 {
		s.scratch = s.headers.append(s.scratch[:0])
		s.b.JSON("aws.waf.request.headers", s.scratch)
	}
	for i, v := range s.acl.lists {
		if v == nil || v.Type() != fastjson.TypeArray && v.Type() != fastjson.TypeObject {
			continue
		}
		f := carrier.Flattener{Dst: s.scratch[:0]}
		if f.Value(v, 1) {
			s.b.JSON(listFields[i], f.Dst)
		}
		s.cut, s.scratch = s.cut || f.Cut, f.Dst
	}
}

// names sets a list of texts, or of objects with a name.
func (s *session) names(field string, v *fastjson.Value) {
	if v == nil {
		return
	}
	out := append(s.scratch[:0], '[')
	for _, item := range v.GetArray() {
		name := item.GetStringBytes()
		if item.Type() == fastjson.TypeObject {
			name = item.GetStringBytes("name")
		}
		if ecs.Absent(name) {
			continue
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = ecs.AppendString(out, name)
	}
	if len(out) > 1 {
		s.b.JSON(field, append(out, ']'))
	}
	s.scratch = out
}
