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
	"fmt"
	"io"

	"github.com/valyala/fastjson"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/ecs"
	"github.com/vedette-siem/vedette/ingest/jsonlog"
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
	parsers  fastjson.ParserPool
}

// New makes a Decoder.
func New(o Options) *Decoder {
	return &Decoder{options: o, builders: ecs.NewBuilders(o.ECS)}
}

// arrays are the members under which containers hold records.
var arrays = []string{"Records", "Events", "CloudTrailEvents", "logEvents"}

// Decode implements ingest.Decoder.
func (d *Decoder) Decode(ctx context.Context, r io.Reader, o *ingest.Object, emit ingest.Emit) (ingest.Counts, error) {
	s := &session{decoder: d, b: d.builders.Get(), emit: emit, outer: d.parsers.Get(), inner: d.parsers.Get()}
	defer d.builders.Put(s.b)
	defer d.parsers.Put(s.outer)
	defer d.parsers.Put(s.inner)
	s.b.Object(o, ingest.CloudTrail.Dataset())
	records := ingest.NewRecords(r, d.options.Limits, arrays...)
	for records.Next() {
		if s.counts.Records%256 == 0 && ctx.Err() != nil {
			return s.counts, ctx.Err()
		}
		if err := s.record(records); err != nil {
			return s.counts, err
		}
		if s.counts.Hopeless() {
			return s.counts, fmt.Errorf("%w (%d of %d)", ingest.ErrMalformed, s.counts.Errors, s.counts.Records)
		}
	}
	return s.counts, records.Err()
}

// session is the state of one Decode.
type session struct {
	decoder      *Decoder
	b            *ecs.Builder
	emit         ingest.Emit
	outer, inner *fastjson.Parser
	counts       ingest.Counts
	scratch      []byte
	event        event
	keys         jsonlog.Twins
	left         omissions
	cloudWatch   ingest.CloudWatch
}

// record decodes one record and emits it, or its pipeline error.
func (s *session) record(r *ingest.Records) error {
	n := s.counts.Records
	if r.Problem != "" {
		return s.fail(n, r.Offset, r.Raw, r.Problem)
	}
	value, original, reason := s.unwrap(r.Raw)
	if reason != "" {
		return s.fail(n, r.Offset, r.Raw, reason)
	}
	if value == nil { // a control message
		s.counts.Omitted()
		return nil
	}
	if reason := s.keys.LastWins(value); reason != "" {
		return s.fail(n, r.Offset, r.Raw, reason)
	}
	s.event.read(value)
	ms, reason := s.event.time()
	if reason != "" {
		return s.fail(n, r.Offset, r.Raw, reason)
	}
	s.b.Begin(r.Offset)
	s.cloudWatch.Read(r.Envelope)
	s.b.CloudWatch(&s.cloudWatch)
	s.b.Timestamp(ms)
	s.build(original)
	s.counts.Seen(ms)
	return s.emit(s.b.Document(s.id(n)))
}

func (s *session) fail(n, offset int64, raw []byte, reason string) error {
	s.counts.Failed(reason)
	if !s.decoder.options.KeepTokens {
		raw, _ = maskText(nil, raw)
	}
	return s.emit(s.b.Failure(s.b.RecordID(n), offset, raw, reason))
}

// id is `ct-` and the event's own id, whatever carried it; the object's rule where it has none.
func (s *session) id(n int64) string {
	if id := s.event.id(); len(id) > 0 && len(id) <= 128 {
		return "ct-" + string(id)
	}
	return s.b.RecordID(n)
}
