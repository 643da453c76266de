package jsonlog

import (
	"bytes"
	"fmt"

	"github.com/valyala/fastjson"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/ecs"
)

// carried takes a record out of its carrier and decodes it; there may be several in one EventBridge event.
func (s *Session) carried(r *ingest.Records) error {
	rec := Record{Text: r.Raw, offset: r.Offset}
	if r.Problem != "" {
		return s.fail(&rec, r.Problem)
	}
	value, err := s.outer.ParseBytes(r.Raw)
	if err != nil {
		return s.fail(&rec, NotJSON(err))
	}
	s.cloudWatch.Read(r.Envelope)
	rec.Value = value
	if message := value.Get("message"); IsText(message) { // CloudWatch, Firehose
		return s.message(&rec, message.GetStringBytes())
	}
	if string(value.GetStringBytes("messageType")) == "CONTROL_MESSAGE" {
		s.Counts.Omitted()
		return nil
	}
	return s.bridged(&rec)
}

// message decodes what a message of CloudWatch or Firehose holds.
func (s *Session) message(r *Record, text []byte) error {
	text = bytes.TrimSpace(text)
	if bytes.HasPrefix(text, []byte("CWL CONTROL MESSAGE")) {
		s.Counts.Omitted()
		return nil
	}
	r.id = s.cloudWatch.ID(r.Value.GetStringBytes("id"))
	r.TimeMs = max(r.Value.GetInt64("timestamp"), 0)
	r.Text, r.Value = text, nil
	if len(text) == 0 || text[0] != '{' {
		return s.record(r)
	}
	value, err := s.inner.ParseBytes(text)
	if err != nil {
		return s.fail(r, NotJSON(err))
	}
	r.Value = value
	return s.bridged(r)
}

// bridged decodes the record or the records of an EventBridge event
// (https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html), and anything else as it is.
func (s *Session) bridged(r *Record) error {
	detail := Member(r.Value, "detail")
	if !IsObject(detail) || !r.Value.Exists("detail-type") {
		return s.record(r)
	}
	list := Member(detail, s.format.List)
	if s.format.List == "" || list == nil {
		r.Value = detail
		return s.record(r)
	}
	if len(Items(list)) == 0 {
		return s.fail(r, fmt.Sprintf("its detail.%s is no list with anything in it", s.format.List))
	}
	return s.each(r, Items(list))
}

// each decodes the records of a list. The carrier's id is that of the first alone.
func (s *Session) each(r *Record, list []*fastjson.Value) error {
	for i, item := range list {
		one := Record{Value: item, Text: item.MarshalTo(nil), offset: r.offset, TimeMs: r.TimeMs}
		if i == 0 {
			one.id = r.id
		}
		if err := s.record(&one); err != nil {
			return err
		}
	}
	return nil
}

// line decodes a line of text, without the time that a CloudWatch export writes before it
// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/S3Export.html).
func (s *Session) line(l *ingest.Lines) error {
	rec := Record{Text: l.Line, offset: l.Offset}
	if l.TooLong > 0 {
		return s.fail(&rec, fmt.Sprintf("line of %d bytes is too long", l.TooLong))
	}
	if first, rest, found := bytes.Cut(l.Line, []byte(" ")); found && len(first) >= 20 && first[4] == '-' {
		if ms, ok := ecs.ParseTime(first); ok {
			rec.Text, rec.TimeMs = bytes.TrimSpace(rest), ms
		}
	}
	if len(rec.Text) > 0 && rec.Text[0] == '{' {
		value, err := s.inner.ParseBytes(rec.Text)
		if err != nil {
			return s.fail(&rec, NotJSON(err))
		}
		rec.Value = value
	}
	return s.record(&rec)
}
