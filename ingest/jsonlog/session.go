// Package jsonlog is what the decoders of JSON logs share: it takes records out of what carries them (objects of S3, arrays, one a line,
// CloudWatch payloads, Firehose messages, EventBridge events), settles repeated names, and sets fields of events from members.
//
// It knows no format: the decoder says what a record means. Its limits are those of ingest.Records and of the type flattened.
package jsonlog

import (
	"context"
	"fmt"
	"io"

	"github.com/valyala/fastjson"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/ecs"
)

// A Format is what a decoder says about its records.
type Format struct {
	// Arrays are the names under which a top-level object holds records (see ingest.NewRecords). `logEvents` is always one.
	Arrays []string
	// List is the name under which the detail of an EventBridge event holds several records; empty where it is the record.
	List string
	// Event sets the fields of a record but its time and `event.original`. It returns the document's id (empty for the rule of the
	// carrier or the object), its time in milliseconds, and why the record cannot be decoded, or "".
	Event func(s *Session, r *Record) (id string, ms int64, reason string)
}

// A Record is one record without its carrier, valid during a call of Event.
type Record struct {
	// Value is the record; nil where a message holds none but a text.
	Value *fastjson.Value
	// Text is the record as it was written.
	Text []byte
	// TimeMs is the carrier's time in milliseconds; 0 for none.
	TimeMs int64

	offset int64
	id     string // by the rule of the carrier; empty for that of the object
}

// A Supply hands out what decoding an object needs. It is safe for concurrent use.
type Supply struct {
	format   Format
	limits   ingest.Limits
	builders *ecs.Builders
	parsers  fastjson.ParserPool
}

// NewSupply makes the supply that a decoder owns.
func NewSupply(f Format, o ecs.Options, limits ingest.Limits) *Supply {
	f.Arrays = append([]string{"logEvents"}, f.Arrays...)
	return &Supply{format: f, limits: limits, builders: ecs.NewBuilders(o)}
}

// Decode reads the records of an object as ingest.Decoder says; the documents are those of a dataset.
func (u *Supply) Decode(ctx context.Context, r io.Reader, o *ingest.Object, d ingest.Dataset, emit ingest.Emit) (ingest.Counts, error) {
	s, done := u.session(o, d, emit)
	defer done()
	records := ingest.NewRecords(r, u.limits, u.format.Arrays...)
	for records.Next() {
		if err := s.step(ctx, func() error { return s.carried(records) }); err != nil {
			return s.Counts, err
		}
	}
	return s.Counts, records.Err()
}

// DecodeLines is Decode for an object of text lines.
func (u *Supply) DecodeLines(ctx context.Context, r io.Reader, o *ingest.Object, d ingest.Dataset, emit ingest.Emit) (ingest.Counts, error) {
	s, done := u.session(o, d, emit)
	defer done()
	lines := ingest.NewLines(r, u.limits.RecordBytes)
	for lines.Next() {
		if err := s.step(ctx, func() error { return s.line(lines) }); err != nil {
			return s.Counts, err
		}
	}
	return s.Counts, lines.Err()
}

func (u *Supply) session(o *ingest.Object, d ingest.Dataset, emit ingest.Emit) (s *Session, done func()) {
	s = &Session{format: &u.format, B: u.builders.Get(), emit: emit, outer: u.parsers.Get(), inner: u.parsers.Get()}
	s.B.Object(o, d)
	return s, func() {
		u.builders.Put(s.B)
		u.parsers.Put(s.outer)
		u.parsers.Put(s.inner)
	}
}

// A Session is the state of one Decode.
type Session struct {
	B       *ecs.Builder
	Counts  ingest.Counts
	Scratch []byte

	format       *Format
	emit         ingest.Emit
	outer, inner *fastjson.Parser
	twins        Twins
	cloudWatch   ingest.CloudWatch
}

// step is what belongs around every record.
func (s *Session) step(ctx context.Context, record func() error) error {
	if s.Counts.Records%256 == 0 && ctx.Err() != nil {
		return ctx.Err()
	}
	if err := record(); err != nil {
		return err
	}
	if s.Counts.Hopeless() {
		return fmt.Errorf("%w (%d of %d)", ingest.ErrMalformed, s.Counts.Errors, s.Counts.Records)
	}
	return nil
}

// record decodes one record and emits its event, or its pipeline error.
func (s *Session) record(r *Record) error {
	if r.Value != nil {
		if !IsObject(r.Value) {
			return s.fail(r, "not a JSON object")
		}
		if reason := s.twins.LastWins(r.Value); reason != "" {
			return s.fail(r, reason)
		}
	}
	s.B.Begin(r.offset)
	s.B.CloudWatch(&s.cloudWatch)
	id, ms, reason := s.format.Event(s, r)
	if reason != "" {
		return s.fail(r, reason)
	}
	if id == "" {
		id = s.id(r)
	}
	s.B.Timestamp(ms)
	s.B.Original(r.Text)
	s.Counts.Seen(ms)
	return s.emit(s.B.Document(id))
}

func (s *Session) fail(r *Record, reason string) error {
	id := s.id(r)
	s.Counts.Failed(reason)
	return s.emit(s.B.Failure(id, r.offset, r.Text, reason))
}

// id is by the rule of the carrier, else by that of the object.
func (s *Session) id(r *Record) string {
	if r.id != "" {
		return r.id
	}
	return s.B.RecordID(s.Counts.Records)
}
