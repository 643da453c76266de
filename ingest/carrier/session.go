package carrier

import (
	"context"
	"io"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/ecs"
)

// A Setter sets the fields of a record but its time and `event.original`. It returns the document's id (empty for the rule of the
// carrier or the object), its time in milliseconds, and why the record cannot be decoded, or "". Record.JSON is nil for text.
type Setter func(s *Session, r *Record) (id string, ms int64, reason string)

// A Supply is the common part of decoders that need no state of their own. It is safe for concurrent use.
type Supply struct {
	set      Setter
	builders *ecs.Builders
	readers  *Readers
}

// NewSupply makes the supply that a decoder owns.
func NewSupply(shape Shape, set Setter, o ecs.Options, limits ingest.Limits) *Supply {
	return &Supply{set: set, builders: ecs.NewBuilders(o), readers: NewReaders(shape, limits)}
}

// Decode reads the records of an object as ingest.Decoder says; the documents are those of a dataset.
func (u *Supply) Decode(ctx context.Context, r io.Reader, o *ingest.Object, d ingest.Dataset, emit ingest.Emit) (ingest.Counts, error) {
	s := &Session{set: u.set, B: u.builders.Get(), emit: emit}
	defer u.builders.Put(s.B)
	s.B.Object(o, d)
	reader := u.readers.Get()
	defer u.readers.Put(reader)
	err := reader.Each(ctx, r, &s.Counts, s.record)
	return s.Counts, err
}

// A Session is the state of one Decode.
type Session struct {
	B       *ecs.Builder
	Counts  ingest.Counts
	Scratch []byte

	set  Setter
	emit ingest.Emit
}

// record decodes one record and emits its event, or its pipeline error.
func (s *Session) record(r *Record) error {
	if r.Problem != "" {
		return s.fail(r, r.Problem)
	}
	s.B.Begin(r.Offset)
	s.B.CloudWatch(r.CloudWatch)
	id, ms, reason := s.set(s, r)
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
	return s.emit(s.B.Failure(id, r.Offset, r.Text, reason))
}

// id is by the rule of the carrier, else by that of the object.
func (s *Session) id(r *Record) string {
	if r.ID != "" {
		return r.ID
	}
	return s.B.RecordID(s.Counts.Records)
}
