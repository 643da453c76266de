package carrier

import (
	"bytes"
	"fmt"

	"github.com/valyala/fastjson"

	"github.com/vedette-siem/vedette/ingest/ecs"
)

// unwrap takes the record out of a message. It reports whether CloudWatch speaks of itself.
func (d *Reader) unwrap() (control bool) {
	r := &d.record
	if r.JSON == nil || d.Shape.Own != "" && r.JSON.Exists(d.Shape.Own) {
		return false
	}
	if m := r.JSON.Get("messageType"); m != nil && string(m.GetStringBytes()) == "CONTROL_MESSAGE" {
		return true
	}
	text, ok := d.carried()
	if !ok {
		return false
	}
	text = bytes.TrimSpace(text)
	if bytes.HasPrefix(text, []byte("CWL CONTROL MESSAGE")) {
		return true
	}
	r.ID, r.Ms = d.cloudWatch.ID(r.JSON.GetStringBytes("id")), max(r.JSON.GetInt64("timestamp"), 0)
	r.Text, r.JSON = text, nil
	if len(text) == 0 {
		r.Problem = "its message is empty"
	} else if text[0] == '{' {
		d.parse(&d.inner)
	}
	return false
}

// carried is the text that an object carries.
func (d *Reader) carried() (text []byte, ok bool) {
	for _, name := range d.Shape.Texts {
		if m := d.record.JSON.Get(name); IsText(m) {
			return m.GetStringBytes(), true
		}
	}
	if m := d.record.JSON.Get("message"); len(d.Shape.Texts) == 0 && IsText(m) && isCarrier(d.record.JSON) {
		return m.GetStringBytes(), true
	}
	return nil, false
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

// hand gives the record to take, or those that it lists.
func (d *Reader) hand(take func(*Record) error) error {
	r := &d.record
	list := d.bridged()
	if list == nil {
		d.settle()
		return take(r)
	}
	all := *r
	for i, item := range list {
		*r = all
		r.JSON, r.Text = item, item.MarshalTo(nil)
		if i > 0 {
			r.ID = "" // the carrier's is that of the first alone
		}
		d.settle()
		if err := take(r); err != nil {
			return err
		}
	}
	return nil
}

// bridged takes the record out of an event of EventBridge, or returns those that it lists
// (https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html).
func (d *Reader) bridged() []*fastjson.Value {
	r := &d.record
	if !d.Shape.Bridge || r.JSON == nil {
		return nil
	}
	detail := r.JSON.Get("detail")
	if !IsObject(detail) || !r.JSON.Exists("detail-type") {
		return nil
	}
	r.JSON = detail
	list := Member(detail, d.Shape.List)
	if d.Shape.List == "" || list == nil {
		return nil
	}
	if len(Items(list)) == 0 {
		r.Problem = fmt.Sprintf("its detail.%s is no list with anything in it", d.Shape.List)
		return nil
	}
	return Items(list)
}

// settle leaves a record whose names do not repeat.
func (d *Reader) settle() {
	r := &d.record
	switch {
	case r.JSON == nil || r.Problem != "":
	case !IsObject(r.JSON):
		r.Problem = "not a JSON object"
	default:
		r.Problem = d.twins.LastWins(r.JSON)
	}
	if r.Problem != "" {
		r.JSON = nil
	}
}

// ExportTime takes the time that a CloudWatch export writes before each line (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/S3Export.html).
// Without one, rest is the line and ok is false.
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
