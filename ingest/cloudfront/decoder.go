// Package cloudfront decodes the standard logs of CloudFront: the tab-separated files of old, and the logs of version 2, tab-separated
// or as JSON, from S3, CloudWatch Logs and Firehose. The fields:
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html
//
// It is pure: bytes in, documents out. Which fields there are, and in which order, is for the owner of the distribution to choose: the
// `#Fields` line says it, and a line that has not as many fields is a pipeline error. Without such a line, as in messages of
// CloudWatch, it has the thirty-three fields of the default or is one. Fields that are not known are kept under
// `aws.cloudfront.extra`. Parquet is read by ingest/parquet.
package cloudfront

import (
	"bytes"
	"context"
	"io"
	"regexp"

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

// A Decoder implements ingest.Decoder for CloudFront. It is immutable and safe for concurrent use.
type Decoder struct {
	options  Options
	builders *ecs.Builders
	standard *layout
}

// New makes a Decoder.
func New(o Options) *Decoder {
	return &Decoder{options: o, builders: ecs.NewBuilders(o.ECS), standard: newLayout([]byte(defaultFields))}
}

// Decode implements ingest.Decoder.
func (d *Decoder) Decode(ctx context.Context, r io.Reader, o *ingest.Object, emit ingest.Emit) (ingest.Counts, error) {
	s := &session{b: d.builders.Get(), emit: emit, place: o.Place(), distribution: distribution(o), standard: d.standard}
	defer d.builders.Put(s.b)
	s.b.Object(o, ingest.CloudFront.Dataset())
	reader := carrier.Reader{Limits: d.options.Limits}
	err := reader.Each(ctx, r, &s.counts, s.record)
	return s.counts, err
}

// named is how CloudFront calls its files: by the distribution.
var named = regexp.MustCompile(`(?:^|/)([0-9A-Z]{12,14})\.20\d\d-\d\d-\d\d-\d\d\.[0-9a-z]{8}`)

func distribution(o *ingest.Object) string {
	if m := named.FindStringSubmatch(o.Key); m != nil {
		return m[1]
	}
	return ""
}

// session is the state of one Decode.
type session struct {
	b            *ecs.Builder
	emit         ingest.Emit
	place        ingest.Place
	distribution string
	standard     *layout
	layout       *layout // nil until a line tells it
	counts       ingest.Counts
	row          row
	texts        carrier.Texts
	extra        carrier.Extra
	scratch      []byte
}

// record decodes one record and emits its event or its pipeline error. Header lines are none.
func (s *session) record(r *carrier.Record) error {
	if r.Problem != "" {
		return s.fail(r, r.Problem)
	}
	if r.JSON == nil && r.Text[0] == '#' {
		if fields, ok := bytes.CutPrefix(r.Text, []byte("#Fields:")); ok {
			s.layout = newLayout(fields)
		}
		return nil
	}
	s.extra.Reset()
	clear(s.row[:])
	var reason string
	if r.JSON != nil {
		s.members(r.JSON)
	} else {
		reason = s.line(r.Text)
	}
	if reason != "" {
		return s.fail(r, reason)
	}
	ms, ok := s.row.time()
	if !ok && r.Ms > 0 && s.row.silent() {
		ms, ok = r.Ms, true // the owner chose no time, but the carrier has one
	}
	if !ok {
		return s.fail(r, "its time is not a time")
	}
	s.b.Begin(r.Offset)
	s.b.CloudWatch(r.CloudWatch)
	s.b.Timestamp(ms)
	s.b.Time("event.end", ms)
	s.build()
	s.b.Original(r.Text)
	id := s.id(r)
	s.counts.Seen(ms)
	return s.emit(s.b.Document(id))
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

// members reads a JSON record into the row.
func (s *session) members(v *fastjson.Value) {
	s.texts.Reset()
	v.GetObject().Visit(func(name []byte, m *fastjson.Value) {
		if at := column(name); at >= 0 {
			s.row[at] = s.texts.Of(m)
			return
		}
		s.extra.Value(&s.counts, name, m)
	})
}
