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
	case isBridge(value):
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
	case isBridge(value): // a rule whose target is a log group
		return value.Get("detail"), text, ""
	}
	return value, text, ""
}

// isBridge reports whether a value is an event of EventBridge, which carries a record as its detail
// (https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html).
func isBridge(v *fastjson.Value) bool {
	return v.Exists("detail-type") && jsonlog.IsObject(v.Get("detail"))
}
