// Package elb decodes the access logs of Application, Classic and Network Load Balancers and the connection and health check logs
// of Application Load Balancers. The fields:
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html,
// https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/access-log-collection.html,
// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-access-logs.html
// It reads them as lines and as the JSON records that newer load balancers send through CloudWatch Logs.
//
// It is pure: bytes in, documents out. AWS appends new fields at the end of a line: they are kept under
// `aws.elb.extra`. Quotes inside the request or the agent are not always escaped, so every line is checked at places
// that tell a shift and cut anew at a place that cannot be mistaken; a line that still does not fit is a pipeline
// error: fields are never shifted.
package elb

import (
	"bytes"
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

// A Decoder implements ingest.Decoder for ALB, CLB, NLB, ALBConnection and ALBHealth, as the object's format says. It is
// immutable and safe for concurrent use.
type Decoder struct {
	options  Options
	builders *ecs.Builders
}

// New makes a Decoder.
func New(o Options) *Decoder {
	return &Decoder{options: o, builders: ecs.NewBuilders(o.ECS)}
}

// Decode implements ingest.Decoder. An object without a format is read as its first line looks.
func (d *Decoder) Decode(ctx context.Context, r io.Reader, o *ingest.Object, emit ingest.Emit) (ingest.Counts, error) {
	s := &session{b: d.builders.Get(), emit: emit, format: o.Format, place: o.Place()}
	defer d.builders.Put(s.b)
	s.b.Object(o, ingest.ALB.Dataset())
	reader := carrier.Reader{Limits: d.options.Limits}
	err := reader.Each(ctx, r, &s.counts, s.record)
	return s.counts, err
}

// session is the state of one Decode.
type session struct {
	b       *ecs.Builder
	emit    ingest.Emit
	format  ingest.Format
	place   ingest.Place
	counts  ingest.Counts
	tokens  [][]byte
	scratch []byte
	json    bool // the tokens are the members of a JSON record, which cannot be shifted
	texts   carrier.Texts
	others  carrier.Extra
}

// record decodes one record and emits its event or its pipeline error.
func (s *session) record(r *carrier.Record) error {
	if bytes.HasPrefix(r.Text, []byte("Enable AccessLog for ELB")) || bytes.HasPrefix(r.Text, []byte("Enable ConnectionLog for ELB")) {
		s.counts.Omitted() // AWS's test whether it may write
		return nil
	}
	if r.Problem != "" {
		return s.fail(r, r.Problem)
	}
	var kind ingest.Format
	var rest loose
	if s.json = r.JSON != nil; s.json {
		kind, rest = s.members(r)
	} else {
		if s.format == "" || s.format == ingest.Unknown {
			s.format = ingest.Content(r.Text)
		}
		kind, s.tokens = s.format, ingest.SplitQuoted(s.tokens[:0], r.Text)
	}
	s.b.Begin(r.Offset)
	ms, reason := s.fields(kind, r.Text)
	if reason != "" {
		return s.fail(r, reason)
	}
	if s.json {
		s.unplaced(&rest)
	}
	s.b.CloudWatch(r.CloudWatch)
	s.b.Original(r.Text)
	id := s.id(r)
	s.counts.Seen(ms)
	return s.emit(s.b.Document(id))
}

// fields sets the fields of a record of a kind from the tokens. reason says why that cannot be.
func (s *session) fields(kind ingest.Format, line []byte) (ms int64, reason string) {
	switch kind {
	case ingest.ALB:
		return s.application(line)
	case ingest.CLB:
		return s.classic(line)
	case ingest.NLB:
		return s.network()
	case ingest.ALBConnection:
		return s.connection()
	case ingest.ALBHealth:
		return s.health()
	}
	if !s.json {
		s.format = ""
	}
	return 0, "it is no record of a load balancer's log"
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
