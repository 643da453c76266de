package cloudtrail

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/valyala/fastjson"
)

// unwrap parses a record and takes it out of its carrier. original is the text to keep. A nil value without a reason is
// a message without an event.
func (s *session) unwrap(raw []byte) (value *fastjson.Value, original []byte, reason string) {
	value, err := s.outer.ParseBytes(raw)
	if err != nil {
		return nil, nil, notJSON(err)
	}
	if value.Type() != fastjson.TypeObject {
		return nil, nil, "not a JSON object"
	}
	switch {
	case value.Exists("eventVersion"):
		return value, raw, ""
	case isText(value.Get("CloudTrailEvent")): // LookupEvents
		return s.unwrapText(value.GetStringBytes("CloudTrailEvent"))
	case isText(value.Get("message")): // CloudWatch, Firehose
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
		return nil, nil, notJSON(err)
	case value.Type() != fastjson.TypeObject:
		return nil, nil, "its message is not a JSON object"
	}
	return value, text, ""
}

func isText(v *fastjson.Value) bool { return v != nil && v.Type() == fastjson.TypeString }

// notJSON is a parser's error without the input that it quotes, which may hold secrets.
func notJSON(err error) string {
	text, _, _ := strings.Cut(err.Error(), "; unparsed tail")
	text, _, _ = strings.Cut(text, ": \"")
	return fmt.Sprintf("invalid JSON: %.200s", text)
}

// keyCheck makes the last of several members with one name win, as most JSON readers have it.
type keyCheck struct {
	names [][]byte
	twins [][]byte
}

// maxTwins bounds the work for repeated names.
const maxTwins = 64

// lastWins drops all but the last member of each name, at every level. It returns why the value is hopeless, or "".
func (k *keyCheck) lastWins(v *fastjson.Value) string {
	switch v.Type() {
	case fastjson.TypeArray:
		for _, item := range v.GetArray() {
			if reason := k.lastWins(item); reason != "" {
				return reason
			}
		}
	case fastjson.TypeObject:
		return k.object(v.GetObject())
	}
	return ""
}

func (k *keyCheck) object(o *fastjson.Object) string {
	from := len(k.names)
	k.twins = k.twins[:0]
	var seen map[string]struct{}
	o.Visit(func(key []byte, _ *fastjson.Value) {
		if len(k.twins) > maxTwins {
			return
		}
		known := k.names[from:]
		if len(known) < 32 {
			for _, name := range known {
				if len(name) == len(key) && string(name) == string(key) {
					k.twins = append(k.twins, key)
					return
				}
			}
			k.names = append(k.names, key)
			return
		}
		if seen == nil {
			seen = make(map[string]struct{}, o.Len())
			for _, name := range known {
				seen[string(name)] = struct{}{}
			}
		}
		if _, twin := seen[string(key)]; twin {
			k.twins = append(k.twins, key)
			return
		}
		seen[string(key)] = struct{}{}
	})
	k.names = k.names[:from]
	if len(k.twins) > maxTwins {
		return "one JSON object repeats too many of its names"
	}
	for _, name := range k.twins {
		o.Del(string(name)) // the first one of that name
	}
	reason := ""
	o.Visit(func(_ []byte, v *fastjson.Value) {
		if reason == "" && (v.Type() == fastjson.TypeObject || v.Type() == fastjson.TypeArray) {
			reason = k.lastWins(v)
		}
	})
	return reason
}
