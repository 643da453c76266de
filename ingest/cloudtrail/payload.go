package cloudtrail

import (
	"github.com/valyala/fastjson"

	"github.com/vedette-siem/vedette/ingest/carrier"
)

// omissions say what of an event's free-form members is not shown.
type omissions struct {
	tokens int  // session tokens that were masked
	cut    bool // something was left out
}

// payloads sets the free-form members, whose structure differs from call to call (1,202 paths in 2,900 events, ten of
// them with two types), twice: as a text that rules search, and as an object of the type flattened.
func (s *session) payloads() {
	e := &s.event
	for _, p := range [...]struct {
		value           *fastjson.Value
		text, flattened string
	}{
		{e.requestParameters, "aws.cloudtrail.request_parameters", "aws.cloudtrail.flattened.request_parameters"},
		{e.responseElements, "aws.cloudtrail.response_elements", "aws.cloudtrail.flattened.response_elements"},
		{e.additionalEventData, "aws.cloudtrail.additional_eventdata", "aws.cloudtrail.flattened.additional_eventdata"},
		{e.serviceEventDetails, "aws.cloudtrail.service_event_details", "aws.cloudtrail.flattened.service_event_details"},
	} {
		if p.value == nil {
			continue
		}
		s.rendering(p.text, p.value)
		s.flatten(p.flattened, p.value)
	}
}

// context sets the members that only some services and event data stores add. omitted says what was left out of an event of an event data store,
// where events end at 1 MB.
func (s *session) context() {
	e := &s.event
	s.flatten("aws.cloudtrail.flattened.edge_device_details", e.edgeDeviceDetails)
	s.flatten("aws.cloudtrail.flattened.event_context", e.eventContext)
	if items := carrier.Items(e.omitted); len(items) > 0 {
		names := make([]string, 0, len(items))
		for _, item := range items {
			names = append(names, string(s.text(item)))
		}
		s.b.Keywords("aws.cloudtrail.omitted", names...)
		return
	}
	s.keyword("aws.cloudtrail.omitted", e.omitted)
	s.flatten("aws.cloudtrail.flattened.omitted", e.omitted)
}

// rendering sets the text of a value as Java prints a map.
func (s *session) rendering(name string, v *fastjson.Value) {
	r := renderer{dst: s.scratch[:0], keepTokens: s.decoder.options.KeepTokens}
	r.value(v)
	if r.trim() {
		s.left.cut = true
	}
	s.b.KeywordBytes(name, r.dst)
	s.scratch = r.dst
}

// flattener writes into the scratch; flattened takes back what it did.
func (s *session) flattener() carrier.Flattener {
	f := carrier.Flattener{Dst: s.scratch[:0], Secret: "sessionToken"}
	if s.decoder.options.KeepTokens {
		f.Secret = ""
	}
	return f
}

func (s *session) flattened(f *carrier.Flattener) {
	s.left.tokens += f.Masked
	s.left.cut = s.left.cut || f.Cut
	s.scratch = f.Dst
}

// flatten sets an object as JSON. Values that are no objects have no members to ask for, and are omitted.
func (s *session) flatten(name string, v *fastjson.Value) {
	if v == nil || v.Type() != fastjson.TypeObject {
		return
	}
	f := s.flattener()
	if f.Value(v, 1) {
		s.b.JSON(name, f.Dst)
	}
	s.flattened(&f)
}

// unknown keeps the members of a known object that are not known, as extra members named after it.
func (s *session) unknown(name string, v *fastjson.Value, known ...string) {
	if v.Type() != fastjson.TypeObject || v.GetObject().Len() == 0 {
		return
	}
	v.GetObject().Visit(func(key []byte, m *fastjson.Value) {
		if m.Type() == fastjson.TypeNull {
			return
		}
		for _, k := range known {
			if string(key) == k {
				return
			}
		}
		s.event.extra = append(s.event.extra, member{[]byte(name + "." + string(key)), m})
	})
}

// extras keeps what is not known under aws.cloudtrail.extra and counts it by name.
func (s *session) extras() {
	e := &s.event
	f := s.flattener()
	f.Dst = append(f.Dst, '{')
	for _, m := range e.extra {
		s.counts.ExtraField(m.name)
		f.Member(m.name, m.value, 1)
	}
	if len(f.Dst) > 1 {
		s.b.JSON("aws.cloudtrail.extra", append(f.Dst, '}'))
	}
	s.flattened(&f)
}
