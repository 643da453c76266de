// Package elb decodes the access logs of Application, Classic and Network Load Balancers and the connection and health check logs
// of Application Load Balancers. The fields:
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html,
// https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/access-log-collection.html,
// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-access-logs.html
//
// It is pure: bytes in, documents out. AWS appends new fields at the end of a line: they are kept under
// `aws.elb.extra`. Quotes inside the request or the agent are not always escaped, so every line is checked at places
// that tell a shift and cut anew at a place that cannot be mistaken; a line that still does not fit is a pipeline
// error: fields are never shifted.
package elb

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/vedette-siem/vedette/ingest"
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
	lines := ingest.NewLines(r, d.options.Limits.RecordBytes)
	for lines.Next() {
		if s.counts.Records%1024 == 0 && ctx.Err() != nil {
			return s.counts, ctx.Err()
		}
		if err := s.line(lines); err != nil {
			return s.counts, err
		}
		if s.counts.Hopeless() {
			return s.counts, fmt.Errorf("%w (%d of %d)", ingest.ErrMalformed, s.counts.Errors, s.counts.Records)
		}
	}
	return s.counts, lines.Err()
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
}

// line decodes one line and emits its event or its pipeline error.
func (s *session) line(l *ingest.Lines) error {
	if bytes.HasPrefix(l.Line, []byte("Enable AccessLog for ELB")) || bytes.HasPrefix(l.Line, []byte("Enable ConnectionLog for ELB")) {
		s.counts.Omitted() // AWS's test whether it may write
		return nil
	}
	if l.TooLong > 0 {
		return s.fail(l, fmt.Sprintf("line of %d bytes is too long", l.TooLong))
	}
	if s.format == "" || s.format == ingest.Unknown {
		s.format = ingest.Content(l.Line)
	}
	s.tokens = ingest.SplitQuoted(s.tokens[:0], l.Line)
	var ms int64
	var reason string
	s.b.Begin(l.Offset)
	switch s.format {
	case ingest.ALB:
		ms, reason = s.application(l.Line)
	case ingest.CLB:
		ms, reason = s.classic(l.Line)
	case ingest.NLB:
		ms, reason = s.network()
	case ingest.ALBConnection:
		ms, reason = s.connection()
	case ingest.ALBHealth:
		ms, reason = s.health()
	default:
		s.format, reason = "", "it is no line of a load balancer's log"
	}
	if reason != "" {
		return s.fail(l, reason)
	}
	s.b.Original(l.Line)
	id := s.b.RecordID(s.counts.Records)
	s.counts.Seen(ms)
	return s.emit(s.b.Document(id))
}

func (s *session) fail(l *ingest.Lines, reason string) error {
	if len(l.Line) > 0 && l.Line[0] == '{' {
		reason = "log lines as JSON cannot be read yet"
	}
	id := s.b.RecordID(s.counts.Records)
	s.counts.Failed(reason)
	return s.emit(s.b.Failure(id, l.Offset, l.Line, reason))
}
