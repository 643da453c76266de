// Package vpcflow decodes flow logs of VPCs and Transit Gateways: text with a header, in a configured or in the default format,
// all fields up to version 11, and the same lines inside CloudWatch exports, CloudWatch payloads and Firehose messages.
// The fields: https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html and
// https://docs.aws.amazon.com/vpc/latest/tgw/tgw-flow-logs.html
//
// It is pure: bytes in, documents out. It refuses Parquet (see ingest/parquet) and to guess columns by counting them: the
// header says them, or the configuration, or the line has the fourteen fields of the default.
//
// `network.community_id` is not stored: it is a function of other fields (ecs.CommunityID).
package vpcflow

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/valyala/fastjson"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/ecs"
)

// Options configure a Decoder. The zero value is usable.
type Options struct {
	ECS    ecs.Options
	Limits ingest.Limits
	// DropNoData leaves out records that only say that nothing was seen (NODATA). They are counted as skipped.
	DropNoData bool
}

// A Decoder implements ingest.Decoder. It is immutable and safe for concurrent use.
type Decoder struct {
	options  Options
	builders *ecs.Builders
	table    *table
	standard *layout
}

// New makes a Decoder.
func New(o Options) *Decoder {
	t := newTable()
	return &Decoder{options: o, builders: ecs.NewBuilders(o.ECS), table: t, standard: t.standard()}
}

// Decode implements ingest.Decoder.
func (d *Decoder) Decode(ctx context.Context, r io.Reader, o *ingest.Object, emit ingest.Emit) (ingest.Counts, error) {
	s := &session{Decoder: d, b: d.builders.Get(), emit: emit, place: o.Place(), layout: d.table.configured(o.FlowFormat)}
	defer d.builders.Put(s.b)
	s.b.Object(o, ingest.VPCFlow.Dataset())
	buffered := bufio.NewReaderSize(r, 64<<10)
	var err error
	if head, _ := buffered.Peek(512); isObject(head) {
		err = s.messages(ctx, buffered)
	} else {
		err = s.lines(ctx, buffered)
	}
	return s.counts, err
}

func isObject(head []byte) bool {
	head = bytes.TrimLeft(head, " \t\r\n")
	return len(head) > 0 && head[0] == '{'
}

// session is the state of one Decode.
type session struct {
	*Decoder
	b       *ecs.Builder
	emit    ingest.Emit
	place   ingest.Place
	layout  *layout // nil until it is known
	counts  ingest.Counts
	row     row
	scratch []byte

	cloudWatch ingest.CloudWatch
}

// record is a line and where it comes from.
type record struct {
	line   []byte
	offset int64
	id     string // of the document; empty for the object's rule
	ms     int64  // time of the carrier; 0 for none
}

// lines reads text.
func (s *session) lines(ctx context.Context, r io.Reader) error {
	lines := ingest.NewLines(r, s.options.Limits.RecordBytes)
	for lines.Next() {
		if s.counts.Records%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		rec := record{line: lines.Line, offset: lines.Offset}
		var err error
		if lines.TooLong > 0 {
			err = s.fail(&rec, fmt.Sprintf("line of %d bytes is too long", lines.TooLong))
		} else {
			err = s.line(&rec)
		}
		if err == nil {
			err = s.hopeless()
		}
		if err != nil {
			return err
		}
	}
	return lines.Err()
}

// messages reads lines out of JSON: payloads of CloudWatch, messages of Firehose.
func (s *session) messages(ctx context.Context, r io.Reader) error {
	records := ingest.NewRecords(r, s.options.Limits, "logEvents")
	var parser fastjson.Parser
	for records.Next() {
		if s.counts.Records%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		err := s.message(records, &parser)
		if err == nil {
			err = s.hopeless()
		}
		if err != nil {
			return err
		}
	}
	return records.Err()
}

func (s *session) message(r *ingest.Records, parser *fastjson.Parser) error {
	rec := record{line: r.Raw, offset: r.Offset}
	if r.Problem != "" {
		return s.fail(&rec, r.Problem)
	}
	v, err := parser.ParseBytes(r.Raw)
	if err != nil {
		return s.fail(&rec, "invalid JSON")
	}
	if string(v.GetStringBytes("messageType")) == "CONTROL_MESSAGE" || bytes.HasPrefix(v.GetStringBytes("message"), []byte("CWL CONTROL MESSAGE")) {
		s.counts.Omitted()
		return nil
	}
	line := bytes.TrimSpace(v.GetStringBytes("message"))
	if len(line) == 0 {
		return s.fail(&rec, "it has no message with a line of a flow log")
	}
	rec.line = line
	rec.ms = v.GetInt64("timestamp")
	s.cloudWatch.Read(r.Envelope)
	rec.id = s.cloudWatch.ID(v.GetStringBytes("id"))
	return s.line(&rec)
}

func (s *session) hopeless() error {
	if s.counts.Hopeless() {
		return fmt.Errorf("%w (%d of %d), the last: %s", ingest.ErrMalformed, s.counts.Errors, s.counts.Records, s.counts.LastError)
	}
	return nil
}

// line decodes a line: a header sets the layout, anything else is a record.
func (s *session) line(rec *record) error {
	if l := s.table.header(rec.line); l != nil {
		s.layout = l
		return nil
	}
	text := rec.line
	if ms, rest, ok := exportTime(text); ok {
		text, rec.ms = rest, ms
	}
	l := s.layout
	if l == nil {
		l = s.standard
	}
	n := s.row.split(text, l)
	switch {
	case n == len(l.columns):
	case s.layout == nil:
		return s.fail(rec, fmt.Sprintf("format unknown: no header, no configured format, and %d fields instead of the default's %d: set flow-format", n, len(l.columns)))
	default:
		return s.fail(rec, fmt.Sprintf("%d fields instead of %d", n, len(l.columns)))
	}
	return s.build(rec, l)
}

// exportTime takes the time that a CloudWatch export writes before each line.
func exportTime(line []byte) (ms int64, rest []byte, ok bool) {
	first, rest, found := bytes.Cut(line, []byte(" "))
	if !found || len(first) < 20 || first[4] != '-' {
		return 0, line, false
	}
	ms, ok = ecs.ParseTime(first)
	if !ok {
		return 0, line, false
	}
	return ms, bytes.TrimLeft(rest, " "), true
}

func (s *session) fail(rec *record, reason string) error {
	id := s.id(rec)
	s.counts.Failed(reason)
	return s.emit(s.b.Failure(id, rec.offset, rec.line, reason))
}

func (s *session) id(rec *record) string {
	if rec.id != "" {
		return rec.id
	}
	return s.b.RecordID(s.counts.Records)
}
