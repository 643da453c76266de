// Package waf decodes the logs of AWS WAF, one JSON record for each request that a web ACL looked at, from S3, from CloudWatch Logs and
// from Firehose. The fields: https://docs.aws.amazon.com/waf/latest/developerguide/logging-fields.html
//
// It is pure: bytes in, documents out. The lists of rules have a shape of their own for each kind of rule, and spell one member now as a
// number and now as text: they are kept as flattened objects. Members that are not known are kept under `aws.waf.extra`.
package waf

import (
	"context"
	"io"

	"github.com/valyala/fastjson"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/carrier"
	"github.com/vedette-siem/vedette/ingest/ecs"
)

// Options configure a Decoder. The zero value is usable.
type Options struct {
	ECS    ecs.Options
	Limits ingest.Limits
}

// A Decoder implements ingest.Decoder for WAF. It is immutable and safe for concurrent use.
type Decoder struct {
	options  Options
	builders *ecs.Builders
}

// New makes a Decoder.
func New(o Options) *Decoder { return &Decoder{options: o, builders: ecs.NewBuilders(o.ECS)} }

// Decode implements ingest.Decoder.
func (d *Decoder) Decode(ctx context.Context, r io.Reader, o *ingest.Object, emit ingest.Emit) (ingest.Counts, error) {
	s := &session{b: d.builders.Get(), emit: emit, place: o.Place()}
	defer d.builders.Put(s.b)
	s.b.Object(o, ingest.WAF.Dataset())
	reader := carrier.Reader{Limits: d.options.Limits}
	err := reader.Each(ctx, r, &s.counts, s.record)
	return s.counts, err
}

// session is the state of one Decode.
type session struct {
	b       *ecs.Builder
	emit    ingest.Emit
	place   ingest.Place
	counts  ingest.Counts
	acl     acl
	http    request
	headers headers
	texts   carrier.Texts
	extra   carrier.Extra
	scratch []byte
	cut     bool // something of the record is not shown
}

// record decodes one record and emits its event or its pipeline error.
func (s *session) record(r *carrier.Record) error {
	switch {
	case r.Problem != "":
		return s.fail(r, r.Problem)
	case r.JSON == nil:
		return s.fail(r, "not a JSON object")
	}
	s.reset()
	s.members(r.JSON)
	ms, ok := s.time(r)
	switch {
	case s.acl.arn == nil:
		return s.fail(r, "it is no record of a web ACL: it has no webaclId")
	case !ok:
		return s.fail(r, "its timestamp is not a time")
	}
	s.b.Begin(r.Offset)
	s.b.CloudWatch(r.CloudWatch)
	s.b.Timestamp(ms)
	s.build()
	s.b.Original(r.Text)
	id := s.id(r)
	s.counts.Seen(ms)
	return s.emit(s.b.Document(id))
}

func (s *session) reset() {
	s.acl, s.http, s.cut = acl{}, request{}, false
	s.headers.reset()
	s.texts.Reset()
	s.extra.Reset()
}

// maxMs is the end of the year 9999.
const maxMs = 253_402_300_799_999

// time is when the ACL looked at the request, in milliseconds since 1970 UTC.
func (s *session) time(r *carrier.Record) (ms int64, ok bool) {
	if s.acl.timestamp == nil {
		return r.Ms, r.Ms > 0 && r.Ms <= maxMs
	}
	ms, ok = ecs.ParseLong(s.acl.timestamp)
	return ms, ok && ms > 0 && ms <= maxMs
}

func (s *session) fail(r *carrier.Record, reason string) error {
	id := s.id(r)
	s.counts.Failed(reason)
	return s.emit(s.b.Failure(id, r.Offset, r.Text, reason))
}

func (s *session) id(r *carrier.Record) string {
	if r.ID != "" {
		return r.ID
	}
	return s.b.RecordID(s.counts.Records)
}

// members reads a record. Of several members with one name the last one counts.
func (s *session) members(v *fastjson.Value) {
	v.GetObject().Visit(func(name []byte, m *fastjson.Value) {
		if string(name) == "httpRequest" && m.Type() == fastjson.TypeObject {
			s.http = request{}
			s.headers.reset()
			m.GetObject().Visit(func(name []byte, m *fastjson.Value) {
				if !s.http.member(&s.texts, string(name), m) {
					s.extra.Value(&s.counts, append([]byte("httpRequest."), name...), m)
				}
			})
			return
		}
		if !s.acl.member(&s.texts, string(name), m) {
			s.extra.Value(&s.counts, name, m)
		}
	})
}
