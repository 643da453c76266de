package cloudfront

import (
	"github.com/vedette-siem/vedette/ingest/ecs"
)

// build sets the fields of the row.
func (s *session) build() {
	b := s.b
	b.Keywords("event.category", "web")
	b.Keywords("event.type", "access")
	b.KeywordBytes("event.id", s.row[colRequest])
	s.outcome()
	s.client()
	s.request()
	s.response()
	s.tls()
	s.url()
	s.edge()
	b.Keyword("cloud.account.id", s.place.Account)
	s.extra.Set(b, "aws.cloudfront.extra")
}

// outcome sets what was answered. A status of 000 says that the client left before anything was.
func (s *session) outcome() {
	b := s.b
	status, ok := ecs.ParseLong(s.row[colStatus])
	if !ok {
		return
	}
	outcome := "failure"
	if status > 0 {
		b.Long("http.response.status_code", status)
		if status < 400 {
			outcome = "success"
		}
	}
	b.Keyword("event.outcome", outcome)
}

func (s *session) client() {
	b, r := s.b, &s.row
	b.Address("source.address", "source.ip", r[colClient])
	b.LongBytes("source.port", r[colPort])
	b.KeywordBytes("source.geo.country_iso_code", r[colCountry])
	b.LongBytes("source.as.number", r[colASN])
	b.Forwarded(s.plain(r[colForwarded], 1))
	b.UserAgent(s.plain(r[colAgent], 2))
}

// plain takes the percent-encoding off a value that CloudFront encoded, agents often twice.
func (s *session) plain(v []byte, rounds int) []byte {
	if ecs.Absent(v) {
		return nil
	}
	s.scratch = ecs.Unescape(s.scratch[:0], v, rounds)
	return s.scratch
}

func (s *session) request() {
	b, r := s.b, &s.row
	b.KeywordBytes("http.request.id", r[colRequest])
	b.KeywordBytes("http.request.method", r[colMethod])
	b.HTTPVersion(r[colVersion])
	b.LongBytes("http.request.bytes", r[colReceived])
	b.KeywordBytes("http.request.referrer", s.plain(r[colReferer], 1))
	b.KeywordBytes("aws.cloudfront.cookies", s.plain(r[colCookie], 1))
}

func (s *session) response() {
	b, r := s.b, &s.row
	b.LongBytes("http.response.bytes", r[colSent])
	if b.LongBytes("http.response.body.bytes", r[colLength]) {
		b.LongBytes("aws.cloudfront.content_length", r[colLength])
	}
	kind := s.plain(r[colType], 1)
	b.KeywordBytes("http.response.mime_type", kind)
	b.KeywordBytes("aws.cloudfront.content_type", kind)
	if b.Decimal("aws.cloudfront.time_taken", r[colTaken]) {
		if ns, ok := ecs.Nanos(r[colTaken]); ok {
			b.Long("event.duration", ns)
		}
	}
}

func (s *session) tls() {
	s.b.TLSVersion(s.row[colTLS])
	s.b.KeywordBytes("tls.cipher", s.row[colCipher])
}

// url sets the URL that the client asked for: the host is what it called, or else the distribution's own. The path stays encoded, as
// URLs are.
func (s *session) url() {
	b, r := s.b, &s.row
	host := r[colViewerHost]
	if ecs.Absent(host) {
		host = r[colHost]
	}
	b.KeywordBytes("aws.cloudfront.domain", r[colHost])
	b.KeywordBytes("destination.domain", host)
	b.KeywordBytes("url.scheme", r[colScheme])
	if !ecs.Absent(host) {
		b.Authority(host)
	}
	b.KeywordBytes("url.path", r[colStem])
	b.KeywordBytes("url.query", r[colQuery])
	if ecs.Absent(r[colStem]) {
		return
	}
	url := s.scratch[:0]
	if !ecs.Absent(r[colScheme]) && !ecs.Absent(host) {
		url = append(append(append(url, r[colScheme]...), "://"...), host...)
	}
	url = append(url, r[colStem]...)
	if !ecs.Absent(r[colQuery]) {
		url = append(append(url, '?'), r[colQuery]...)
	}
	b.KeywordBytes("url.original", url)
	s.scratch = url
}

// edge sets what only CloudFront knows.
func (s *session) edge() {
	b := s.b
	b.Keyword("aws.cloudfront.distribution_id", s.distribution)
	b.KeywordBytes("aws.cloudfront.distribution_id", s.row[colDistribution])
	for i := range namedFields {
		n, v := &namedFields[i], s.row[colNamed+i]
		switch n.form {
		case asKeyword:
			b.KeywordBytes(n.field, v)
		case asDecimal:
			b.Decimal(n.field, v)
		case asLong:
			b.LongBytes(n.field, v)
		}
	}
}
