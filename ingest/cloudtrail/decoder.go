// Package cloudtrail decodes AWS CloudTrail records: management, data, network activity and Insights events, five-minute
// summaries and addenda, in every carrier they come in (objects of S3, arrays, one a line, pretty-printed, the output of LookupEvents,
// EventBridge and CloudWatch envelopes).
// The record's reference: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
//
// It is pure: bytes in, documents out. It refuses digests (another format) and never validates: members may be
// missing in any version, unknown ones are kept under `aws.cloudtrail.extra`.
package cloudtrail

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
	// KeepTokens leaves session tokens in the documents. By default `sessionToken` values are masked everywhere,
	// in `event.original` too.
	KeepTokens bool
}

// A Decoder implements ingest.Decoder. It is immutable and safe for concurrent use.
type Decoder struct {
	options  Options
	builders *ecs.Builders
	readers  *carrier.Readers
}

// New makes a Decoder.
func New(o Options) *Decoder {
	return &Decoder{options: o, builders: ecs.NewBuilders(o.ECS), readers: carrier.NewReaders(shape, o.Limits)}
}

// Decode implements ingest.Decoder.
func (d *Decoder) Decode(ctx context.Context, r io.Reader, o *ingest.Object, emit ingest.Emit) (ingest.Counts, error) {
	s := &session{decoder: d, b: d.builders.Get(), emit: emit}
	defer d.builders.Put(s.b)
	s.b.Object(o, ingest.CloudTrail.Dataset())
	reader := d.readers.Get()
	defer d.readers.Put(reader)
	err := reader.Each(ctx, r, &s.counts, s.record)
	return s.counts, err
}

// session is the state of one Decode.
type session struct {
	decoder *Decoder
	b       *ecs.Builder
	emit    ingest.Emit
	counts  ingest.Counts
	scratch []byte
	event   event
	left    omissions
}

// record decodes one record and emits it, or its pipeline error.
func (s *session) record(r *carrier.Record) error {
	switch {
	case r.Problem != "":
		return s.fail(r, r.Problem)
	case r.JSON == nil:
		return s.fail(r, "not a JSON object")
	case !isRecord(r.JSON):
		return s.fail(r, "not a CloudTrail record: it has neither eventVersion nor eventTime")
	}
	s.event.read(r.JSON)
	ms, reason := s.event.time()
	if reason != "" {
		return s.fail(r, reason)
	}
	n := s.counts.Records
	s.b.Begin(r.Offset)
	s.b.CloudWatch(r.CloudWatch)
	s.b.Timestamp(ms)
	s.build(r.Text)
	s.counts.Seen(ms)
	return s.emit(s.b.Document(s.id(n)))
}

func (s *session) fail(r *carrier.Record, reason string) error {
	n, raw := s.counts.Records, r.Text
	s.counts.Failed(reason)
	if !s.decoder.options.KeepTokens {
		raw, _ = maskText(nil, raw)
	}
	return s.emit(s.b.Failure(s.b.RecordID(n), r.Offset, raw, reason))
}

// id is `ct-` and the event's own id, whatever carried it; the object's rule where it has none.
func (s *session) id(n int64) string {
	if id := s.event.id(); len(id) > 0 && len(id) <= 128 {
		return "ct-" + string(id)
	}
	return s.b.RecordID(n)
}
