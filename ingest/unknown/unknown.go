// Package unknown keeps what no decoder can read: every line of text and every JSON object becomes a document whose `message` is
// its text, so that a log of a format that is not known, or not yet, is there and can be searched.
//
// It is pure: bytes in, documents out. It interprets nothing but a time, if the record has one where times usually stand; else the event
// has the time of its carrier, of the object, or of reading. Binary content never comes here: the pipeline refuses it.
package unknown

import (
	"context"
	"io"

	"github.com/valyala/fastjson"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/carrier"
	"github.com/vedette-siem/vedette/ingest/ecs"
)

// Options configure a Decoder. The zero value is usable.
type Options struct {
	ECS    ecs.Options
	Limits ingest.Limits
}

// A Decoder implements ingest.Decoder for Unknown. It is immutable and safe for concurrent use.
type Decoder struct {
	options  Options
	builders *ecs.Builders
}

// New makes a Decoder.
func New(o Options) *Decoder { return &Decoder{options: o, builders: ecs.NewBuilders(o.ECS)} }

// Decode implements ingest.Decoder.
func (d *Decoder) Decode(ctx context.Context, r io.Reader, o *ingest.Object, emit ingest.Emit) (ingest.Counts, error) {
	s := &session{b: d.builders.Get(), emit: emit, object: o, place: o.Place()}
	defer d.builders.Put(s.b)
	s.b.Object(o, ingest.Unknown.Dataset())
	reader := carrier.Reader{Limits: d.options.Limits}
	err := reader.Each(ctx, r, &s.counts, s.record)
	return s.counts, err
}

// session is the state of one Decode.
type session struct {
	b      *ecs.Builder
	emit   ingest.Emit
	object *ingest.Object
	place  ingest.Place
	counts ingest.Counts
}

// record keeps one record. Broken JSON is kept as the text that it is; only what is not whole is a pipeline error.
func (s *session) record(r *carrier.Record) error {
	id := r.ID
	if id == "" {
		id = s.b.RecordID(s.counts.Records)
	}
	if r.Cut || len(r.Text) == 0 {
		s.counts.Failed(r.Problem)
		return s.emit(s.b.Failure(id, r.Offset, r.Text, r.Problem))
	}
	ms := s.time(r)
	s.b.Begin(r.Offset)
	s.b.CloudWatch(r.CloudWatch)
	s.b.Timestamp(ms)
	s.b.Text("message", r.Text)
	s.b.Keyword("cloud.account.id", s.place.Account)
	s.b.Keyword("cloud.region", s.place.Region)
	s.b.Keyword("aws.unknown.looks_like", string(s.object.LooksLike))
	s.b.Original(r.Text)
	s.counts.Seen(ms)
	return s.emit(s.b.Document(id))
}

// time is the record's own, or that of what it lies in, in milliseconds since 1970 UTC.
func (s *session) time(r *carrier.Record) int64 {
	if r.JSON != nil {
		for _, name := range [...]string{"@timestamp", "timestamp", "eventTime", "time"} {
			if ms, ok := memberTime(r.JSON.Get(name)); ok {
				return ms
			}
		}
	} else if ms, _, ok := carrier.ExportTime(r.Text); ok {
		return ms
	}
	switch {
	case r.Ms > 0:
		return r.Ms
	case !s.object.ModTime.IsZero():
		return s.object.ModTime.UnixMilli()
	}
	return s.b.Now()
}

// Times before 2000 and after 2100 are taken for numbers of something else.
const (
	year2000 = 946_684_800
	year2100 = 4_102_444_800
)

// memberTime reads a text as RFC 3339 has times, or seconds or milliseconds since 1970.
func memberTime(v *fastjson.Value) (ms int64, ok bool) {
	if v == nil {
		return 0, false
	}
	switch v.Type() {
	case fastjson.TypeString:
		return ecs.ParseTime(v.GetStringBytes())
	case fastjson.TypeNumber:
		switch n := v.GetFloat64(); {
		case n >= year2000 && n <= year2100:
			return int64(n * 1000), true
		case n >= year2000*1000 && n <= year2100*1000:
			return int64(n), true
		}
	}
	return 0, false
}
