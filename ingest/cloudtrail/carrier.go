package cloudtrail

import (
	"bytes"

	"github.com/valyala/fastjson"

	"github.com/vedette-siem/vedette/ingest/jsonlog"
)

// unwrap parses a record and takes it out of its carrier. original is the text to keep. A nil value without a reason is
// a message without an event.
func (s *session) unwrap(raw []byte) (value *fastjson.Value, original []byte, reason string) {
	value, err := s.outer.ParseBytes(raw)
	if err != nil {
		return nil, nil, jsonlog.NotJSON(err)
	}
	if value.Type() != fastjson.TypeObject {
		return nil, nil, "not a JSON object"
	}
	switch {
	case value.Exists("eventVersion"):
		return value, raw, ""
	case jsonlog.IsText(value.Get("CloudTrailEvent")): // LookupEvents
		return s.unwrapText(value.GetStringBytes("CloudTrailEvent"))
	case jsonlog.IsText(value.Get("message")): // CloudWatch, Firehose
		message := value.GetStringBytes("message")
		if bytes.HasPrefix(message, []byte("CWL CONTROL MESSAGE")) {
			return nil, nil, ""
		}
		return s.unwrapText(message)
	case value.Exists("detail-type") && value.Get("detail").Type() == fastjson.TypeObject: // EventBridge
		return value.Get("detail"), raw, ""
	case value.Exists("eventTime") || value.Exists("eventID") || value.Exists("eventId"):
		return value, raw, ""
	}
	return nil, nil, "not a CloudTrail record: it has neither eventVersion nor eventTime"
}

func (s *session) unwrapText(text []byte) (*fastjson.Value, []byte, string) {
	value, err := s.inner.ParseBytes(text)
	switch {
	case err != nil:
		return nil, nil, jsonlog.NotJSON(err)
	case value.Type() != fastjson.TypeObject:
		return nil, nil, "its message is not a JSON object"
	}
	return value, text, ""
}
