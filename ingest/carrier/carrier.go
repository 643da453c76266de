// Package carrier takes the records of logs out of what carries them, for the decoders of formats that come in several ways: lines of
// text; JSON objects, one a line, pretty-printed, in an array or without anything between; and both as the `message` of CloudWatch Logs
// payloads (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html), of Firehose and of the exports that
// CloudWatch writes to S3, which put a time before each line; and events of EventBridge.
//
// It knows no format: a Reader hands out texts, their JSON parsed and repeated names settled, and says of bad ones why they cannot be
// decoded. It counts nothing but the control messages of CloudWatch, which it leaves out. A Supply makes documents of them for decoders
// that keep nothing from one record to the next; a Flattener writes what the type flattened takes.
package carrier

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/valyala/fastjson"

	"github.com/vedette-siem/vedette/ingest"
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

// A Shape says in what the records of a format come. Its zero value is right for records that come in several forms and may have a
// member `message` of their own: lines, JSON, and messages of CloudWatch and Firehose with nothing of their own beside.
type Shape struct {
	// JSON says that objects are JSON whatever they begin with, but for exports of CloudWatch, where a time stands before each record.
	JSON bool
	// Arrays are the names under which a top-level object holds records (see ingest.NewRecords). `logEvents` is always one.
	Arrays []string
	// Own is a member that each record has: an object with it carries nothing. Empty for none.
	Own string
	// Texts are the members under which an object carries a record as its text, whatever stands beside. Empty for the rule of the zero value.
	Texts []string
	// Bridge takes the detail out of events of EventBridge, which is the record.
	Bridge bool
	// List is the member of that detail that holds several records; empty where it is the record.
	List string
}

// A Reader reads one object after another. The zero value is ready; it is for one goroutine.
type Reader struct {
	Limits ingest.Limits
	Shape  Shape

	arrays       []string
	buffered     *bufio.Reader
	outer, inner fastjson.Parser
	twins        Twins
	cloudWatch   ingest.CloudWatch
	record       Record
}

// Each calls take with every record of r, in order, until r ends or take returns an error, which it returns. It returns
// ingest.ErrMalformed when the counts, which take keeps, say that most records cannot be decoded.
func (d *Reader) Each(ctx context.Context, r io.Reader, counts *ingest.Counts, take func(*Record) error) error {
	next, done := d.open(r)
	for next() {
		if counts.Records%256 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if d.unwrap() {
			counts.Omitted()
			continue
		}
		if err := d.hand(take); err != nil {
			return err
		}
		if counts.Hopeless() {
			return fmt.Errorf("%w (%d of %d)", ingest.ErrMalformed, counts.Errors, counts.Records)
		}
	}
	return done()
}

// open looks at the beginning of an object and reads it as what it is.
func (d *Reader) open(r io.Reader) (next func() bool, done func() error) {
	if d.buffered == nil {
		d.buffered = bufio.NewReaderSize(nil, 4<<10)
		d.arrays = append([]string{"logEvents"}, d.Shape.Arrays...)
	}
	d.cloudWatch.Read(nil)
	d.buffered.Reset(r)
	head, _ := d.buffered.Peek(512)
	if beginsJSON(head) || d.Shape.JSON && !beginsTime(head) {
		return d.records(d.buffered)
	}
	return d.lines(d.buffered)
}

// beginsTime reports whether a text begins with a digit, as times do.
func beginsTime(head []byte) bool {
	head = bytes.TrimLeft(head, " \t\r\n")
	return len(head) > 0 && head[0] >= '0' && head[0] <= '9'
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

// lines reads text, and the records of exports.
func (d *Reader) lines(r io.Reader) (next func() bool, done func() error) {
	lines := ingest.NewLines(r, d.Limits.RecordBytes)
	return func() bool {
		if !lines.Next() {
			return false
		}
		d.record = Record{Text: lines.Line, Offset: lines.Offset, CloudWatch: &d.cloudWatch}
		if lines.TooLong > 0 {
			d.record.Problem, d.record.Cut = fmt.Sprintf("line of %d bytes is too long", lines.TooLong), true
			return true
		}
		d.line()
		return true
	}, lines.Err
}

// line looks at a line of text.
func (d *Reader) line() {
	r := &d.record
	if ms, rest, ok := ExportTime(r.Text); ok && len(rest) > 0 && rest[0] == '{' {
		r.Ms, r.Text = ms, rest
	}
	if r.Text[0] == '{' {
		d.parse(&d.inner)
	}
}

// records reads JSON.
func (d *Reader) records(r io.Reader) (next func() bool, done func() error) {
	records := ingest.NewRecords(r, d.Limits, d.arrays...)
	return func() bool {
		if !records.Next() {
			return false
		}
		d.record = Record{Text: records.Raw, Offset: records.Offset, Problem: records.Problem, CloudWatch: &d.cloudWatch}
		if records.Problem != "" {
			d.record.Cut = len(records.Raw) >= ingest.OversizeKept
			return true
		}
		d.cloudWatch.Read(records.Envelope)
		d.parse(&d.outer)
		return true
	}, records.Err
}

// parse reads the text as a JSON object.
func (d *Reader) parse(p *fastjson.Parser) {
	v, err := p.ParseBytes(d.record.Text)
	switch {
	case err != nil:
		d.record.Problem = NotJSON(err)
	case !IsObject(v):
		d.record.Problem = "not a JSON object"
	default:
		d.record.JSON = v
	}
}
