// Package s3access decodes the server access logs of S3: the lines that S3 puts into a bucket, and the JSON records that it sends to
// CloudWatch Logs. The fields: https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html and
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/sal-cw-log-format.html
//
// It is pure: bytes in, documents out. AWS appends new fields at the end of a line: they are kept under `aws.s3access.extra`. The
// referer and the agent are what the client sent, quotes and all, and nothing is escaped: a line whose fields cannot be told apart
// for certain is a pipeline error: fields are never shifted, and nobody forges those behind the agent.
//
// A copy writes two records of one request id; both are kept.
package s3access

import (
	"context"
	"io"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/carrier"
	"github.com/vedette-siem/vedette/ingest/ecs"
)

// Options configure a Decoder. The zero value is usable.
type Options struct {
	ECS    ecs.Options
	Limits ingest.Limits
}

// A Decoder implements ingest.Decoder for S3Access. It is immutable and safe for concurrent use.
type Decoder struct {
	options  Options
	builders *ecs.Builders
}

// New makes a Decoder.
func New(o Options) *Decoder { return &Decoder{options: o, builders: ecs.NewBuilders(o.ECS)} }

// Decode implements ingest.Decoder.
func (d *Decoder) Decode(ctx context.Context, r io.Reader, o *ingest.Object, emit ingest.Emit) (ingest.Counts, error) {
	s := &session{b: d.builders.Get(), emit: emit, place: place(o)}
	defer d.builders.Put(s.b)
	s.b.Object(o, ingest.S3Access.Dataset())
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
	row     row
	texts   carrier.Texts
	extra   carrier.Extra
	scratch []byte
}

// record decodes one record and emits its event or its pipeline error.
func (s *session) record(r *carrier.Record) error {
	if r.Problem != "" {
		return s.fail(r, r.Problem)
	}
	s.extra.Reset()
	clear(s.row[:])
	var reason string
	if r.JSON != nil {
		reason = s.members(r.JSON)
	} else {
		reason = s.line(r.Text)
	}
	if reason != "" {
		return s.fail(r, reason)
	}
	ms, ok := requestTime(s.row[colTime])
	if !ok {
		return s.fail(r, "its time is not a time")
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
