// Package carrier takes the records of logs out of what carries them, for the decoders of formats that come in several ways: lines of
// text; JSON objects, one a line, pretty-printed, in an array or without anything between; and both as the `message` of CloudWatch Logs
// payloads (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html), of Firehose and of the exports that
// CloudWatch writes to S3, which put a time before each line.
//
// It knows no format and makes no documents: it hands out texts, their JSON parsed, and says of bad ones why they cannot be
// decoded. It counts nothing but the control messages of CloudWatch, which it leaves out.
package carrier

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

// A Record is one record, valid until the function that got it returns.
type Record struct {
	// Text is what the service wrote: a line, or the text of a JSON object, or what can be shown of it with Problem set.
	Text []byte
	// JSON is Text as a JSON object; nil for lines of text and with Problem set.
	JSON *fastjson.Value
	// Offset is where the record, or what carries it, begins in the inflated object.
	Offset int64
	// ID is the document id that its carrier gives it; empty for the object's rule.
	ID string
	// Ms is the time that its carrier gives it, in milliseconds since 1970 UTC; 0 for none.
	Ms int64
	// Problem says why the record cannot be decoded; empty for one that may be. Cut tells that Text is not all of it.
	Problem string
	Cut     bool
	// CloudWatch is where the record comes from; its zero value is nowhere.
	CloudWatch *ingest.CloudWatch
}

// A Reader reads one object after another. The zero value is ready; it is for one goroutine.
type Reader struct {
	Limits ingest.Limits

	outer, inner fastjson.Parser
	cloudWatch   ingest.CloudWatch
	record       Record
}

// Each calls take with every record of r, in order, until r ends or take returns an error, which it returns. It returns
// ingest.ErrMalformed when the counts, which take keeps, say that most records cannot be decoded.
func (d *Reader) Each(ctx context.Context, r io.Reader, counts *ingest.Counts, take func(*Record) error) error {
	buffered := bufio.NewReaderSize(r, 64<<10)
	head, _ := buffered.Peek(512)
	step := d.text
	next, done := d.lines(buffered)
	if beginsJSON(head) {
		step = d.object
		next, done = d.records(buffered)
	}
	for next() {
		if counts.Records%256 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if !step() {
			counts.Omitted()
			continue
		}
		if err := take(&d.record); err != nil {
			return err
		}
		if counts.Hopeless() {
			return fmt.Errorf("%w (%d of %d)", ingest.ErrMalformed, counts.Errors, counts.Records)
		}
	}
	return done()
}

// beginsJSON tells JSON from text that begins with a bracket, such as `[error] …`.
func beginsJSON(head []byte) bool {
	head = bytes.TrimLeft(head, " \t\r\n,\x1e")
	if len(head) == 0 {
		return false
	}
	inner := bytes.TrimLeft(head[1:], " \t\r\n")
	switch head[0] {
	case '{':
		return len(inner) == 0 || inner[0] == '"' || inner[0] == '}'
	case '[':
		return len(inner) > 0 && (inner[0] == '{' || inner[0] == ']')
	}
	return false
}

// lines reads text: the record is a line until step has looked at it.
func (d *Reader) lines(r io.Reader) (next func() bool, done func() error) {
	lines := ingest.NewLines(r, d.Limits.RecordBytes)
	return func() bool {
		if !lines.Next() {
			return false
		}
		d.record = Record{Text: lines.Line, Offset: lines.Offset, CloudWatch: &d.cloudWatch}
		if lines.TooLong > 0 {
			d.record.Problem, d.record.Cut = fmt.Sprintf("line of %d bytes is too long", lines.TooLong), true
		}
		return true
	}, lines.Err
}

// records reads JSON.
func (d *Reader) records(r io.Reader) (next func() bool, done func() error) {
	records := ingest.NewRecords(r, d.Limits, "logEvents")
	return func() bool {
		if !records.Next() {
			return false
		}
		d.cloudWatch.Read(records.Envelope)
		d.record = Record{Text: records.Raw, Offset: records.Offset, Problem: records.Problem, CloudWatch: &d.cloudWatch}
		d.record.Cut = records.Problem != "" && len(records.Raw) >= ingest.OversizeKept
		return true
	}, records.Err
}

// text looks at a line. It returns false for one to leave out.
func (d *Reader) text() bool {
	r := &d.record
	if r.Problem != "" {
		return true
	}
	if ms, rest, ok := ExportTime(r.Text); ok && len(rest) > 0 && rest[0] == '{' {
		r.Ms, r.Text = ms, rest
	}
	if r.Text[0] == '{' {
		d.parse(&d.inner)
	}
	return true
}

// object looks at a JSON record, and takes it out of a carrier. It returns false for one to leave out.
func (d *Reader) object() bool {
	r := &d.record
	if r.Problem != "" {
		return true
	}
	if d.parse(&d.outer); r.JSON == nil {
		return true
	}
	if string(r.JSON.GetStringBytes("messageType")) == "CONTROL_MESSAGE" {
		return false
	}
	message := r.JSON.Get("message")
	if message == nil || message.Type() != fastjson.TypeString || !isCarrier(r.JSON) {
		return true
	}
	text := bytes.TrimSpace(message.GetStringBytes())
	if bytes.HasPrefix(text, []byte("CWL CONTROL MESSAGE")) {
		return false
	}
	r.ID, r.Ms = d.cloudWatch.ID(r.JSON.GetStringBytes("id")), r.JSON.GetInt64("timestamp")
	r.Text, r.JSON = text, nil
	if len(text) == 0 {
		r.Problem = "its message is empty"
	} else if text[0] == '{' {
		d.parse(&d.inner)
	}
	return true
}

// isCarrier reports whether an object has a message and nothing but what carriers put beside it.
func isCarrier(v *fastjson.Value) bool {
	only := true
	v.GetObject().Visit(func(key []byte, _ *fastjson.Value) {
		switch string(key) {
		case "message", "id", "timestamp", "extractedFields", "ingestionTime":
		default:
			only = false
		}
	})
	return only
}

// parse reads the text as a JSON object.
func (d *Reader) parse(p *fastjson.Parser) {
	v, err := p.ParseBytes(d.record.Text)
	switch {
	case err != nil:
		d.record.Problem = "invalid JSON"
	case v.Type() != fastjson.TypeObject:
		d.record.Problem = "not a JSON object"
	default:
		d.record.JSON = v
	}
}

// ExportTime takes the time that a CloudWatch export writes before each line. Without one, rest is the line and ok is false.
func ExportTime(line []byte) (ms int64, rest []byte, ok bool) {
	first, rest, found := bytes.Cut(line, []byte(" "))
	if !found || len(first) < 20 || first[4] != '-' || first[10] != 'T' {
		return 0, line, false
	}
	ms, ok = ecs.ParseTime(first)
	if !ok {
		return 0, line, false
	}
	return ms, bytes.TrimLeft(rest, " "), true
}
