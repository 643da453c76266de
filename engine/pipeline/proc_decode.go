package pipeline

import (
	"slices"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// decodeFormats are what the processor vedette_decode reads, in order.
var decodeFormats = []string{"auto", "cloudfront", "cloudtrail", "elb", "guardduty", "resolver", "s3access", "securityhub", "vpcflow", "waf"}

// DecodeFormats are the formats that Env.Decode must know.
func DecodeFormats() []string { return slices.Clone(decodeFormats) }

// Decoded is the event of a raw record.
type Decoded struct {
	// Index is the data stream where such events belong.
	Index string
	// ID follows from the record; empty if it has none of its own.
	ID string
	// Source is the event as a JSON object; nil for what makes no event, such as a header.
	Source []byte
}

// decode is a processor that Elasticsearch does not have: it makes an event of a raw AWS log record. A record that cannot be decoded becomes an event that says so, and keeps it.
type decode struct {
	field, format string
	reroute       bool
}

func makeDecode(c *config) processor {
	p := &decode{field: c.optional("field", "message"), format: c.required("format"), reroute: c.flag("reroute", false)}
	if c.err == nil && !slices.Contains(decodeFormats, p.format) {
		c.fail("format", "format [%s] not supported, must be one of [%s]", clip(p.format), strings.Join(decodeFormats, ", "))
	}
	return p
}

func (p *decode) run(r *run, d *Document) error {
	field, raw, err := p.record(d)
	if err != nil {
		return err
	}
	if r.env.Decode == nil {
		return eserr.Errorf(500, "illegal_state_exception", "this server has no decoder of [%s]", p.format)
	}
	event, err := r.env.Decode(r.ctx, p.format, raw)
	if err != nil {
		return err
	}
	if event.Source == nil {
		d.Dropped = true
		return nil
	}
	if err := r.grow(2 * len(event.Source)); err != nil {
		return err
	}
	v, err := parseValue(event.Source)
	if err != nil {
		return err
	}
	o, ok := v.(*Object)
	if !ok {
		return eserr.Errorf(500, "illegal_state_exception", "the decoder of [%s] made no object", p.format)
	}
	if p.reroute {
		d.Index = event.Index
	}
	if d.Index != event.Index {
		o.remove("data_stream") // which are those of an index with that name
	}
	if d.ID == "" {
		d.ID = event.ID
	}
	if field == p.field {
		if err := d.remove(field); err != nil { // event.original has it
			return err
		}
	}
	if host, ok := d.Source.values["host"].(string); ok { // as rsyslog and Logstash write it; ECS has an object there
		named := newObject()
		named.set("name", host)
		d.Source.set("host", named)
	}
	mergeObjects(d.Source, o)
	return nil
}

// record is the raw record, and the field where it is: the configured one, or event.original, where shippers keep it that have changed that one.
func (p *decode) record(d *Document) (field string, raw []byte, err error) {
	v, ok := d.lookup(p.field)
	if field = p.field; !ok {
		if v, ok = d.lookup("event.original"); ok {
			field = "event.original"
		}
	}
	switch v := v.(type) {
	case string:
		return field, []byte(v), nil
	case *Object: // a shipper has read the JSON
		raw, err = appendValue(nil, v, 0)
		return field, raw, err
	}
	_, err = d.get(p.field)
	if err == nil {
		err = eserr.Illegal("field [%s] must be a string or an object to be decoded", p.field)
	}
	return field, nil, err
}
