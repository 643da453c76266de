// Package dates reads and writes times as Elasticsearch does: its named formats and Java's patterns, date math, time zones, and the
// intervals of date histograms. Everything above it that touches a date, from mappings to answers, comes here.
//
// It knows no field, no query and no clock: the time that `now` means is given by the caller. Refusals are *eserr.Error.
//
// Formats and date math: https://www.elastic.co/guide/en/elasticsearch/reference/8.19/mapping-date-format.html and
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/common-options.html#date-math
package dates

import (
	"strings"
	"time"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// DefaultName is what Elasticsearch calls the format of a date field that names none.
const DefaultName = "strict_date_optional_time||epoch_millis"

// A Format reads and writes times. It is immutable; two formats are the same when their String is.
// The zero value is Elasticsearch's default, `strict_date_optional_time||epoch_millis`.
type Format struct{ c *compiled }

// compiled is a list of formats that are tried in order; the first one writes.
type compiled struct {
	text  string
	parts []part
}

// A part is one format of a list.
type part interface {
	// read returns the components of a text, or false if the whole of it does not have the format.
	read(s string) (components, bool)
	// write appends t, which is in the zone to write.
	write(b []byte, t time.Time) []byte
}

// ParseFormat reads a format of a mapping or request: Elasticsearch's built-in names and Java patterns, joined with `||`.
// The empty text is the zero Format. The error is an illegal_argument_exception.
func ParseFormat(s string) (Format, error) {
	if s == "" {
		return Format{}, nil
	}
	c := &compiled{text: s}
	for _, name := range strings.Split(s, "||") {
		p, err := parsePart(strings.TrimPrefix(name, "8"))
		if err != nil {
			return Format{}, eserr.Illegal("Invalid format: [%s]: %s", s, err)
		}
		c.parts = append(c.parts, p)
	}
	return Format{c}, nil
}

// String is the text that ParseFormat was given; empty for the zero Format.
func (f Format) String() string {
	if f.c == nil {
		return ""
	}
	return f.c.text
}

// Name is String, with the default's name for the zero Format, as errors cite it.
func (f Format) Name() string {
	if f.c == nil {
		return DefaultName
	}
	return f.c.text
}

// Parse reads one exact instant. A text without a zone is in loc; nil is UTC. The error is an illegal_argument_exception.
func (f Format) Parse(s string, loc *time.Location) (time.Time, error) {
	t, ok := f.TryParse(s, loc)
	if !ok {
		return time.Time{}, f.failure(s)
	}
	return t, nil
}

// TryParse is Parse for callers that only want to know whether s is a time, such as the detection of dates.
func (f Format) TryParse(s string, loc *time.Location) (time.Time, bool) {
	return f.parse(s, loc, false)
}

// parse reads a time; missing parts of the time of day are the last ones with up, else the first.
func (f Format) parse(s string, loc *time.Location, up bool) (time.Time, bool) {
	if f.c == nil {
		if t, ok := instant(s); ok && !up { // a second without a fraction has a last nanosecond
			return t, true
		}
		if c, ok := (iso{strict: true}).read(s); ok {
			return c.resolve(loc, up)
		}
		c, ok := epoch(time.Millisecond).read(s)
		if !ok {
			return time.Time{}, false
		}
		return c.resolve(loc, up)
	}
	for _, p := range f.c.parts {
		if c, ok := p.read(s); ok {
			if t, ok := c.resolve(loc, up); ok {
				return t, true
			}
		}
	}
	return time.Time{}, false
}

// failure is Elasticsearch's error for a text that has none of the formats.
func (f Format) failure(s string) *eserr.Error {
	e := eserr.Illegal("failed to parse date field [%s] with format [%s]", s, f.Name())
	if f.c == nil || len(f.c.parts) > 1 {
		e.CausedBy = eserr.BadRequest("date_time_parse_exception", "Failed to parse with all enclosed parsers")
	} else {
		e.CausedBy = eserr.BadRequest("date_time_parse_exception", "Text '%s' could not be parsed", s)
	}
	return e
}

// Format writes t, in loc (nil is UTC), in the first of the formats; the zero Format writes `2026-06-01T10:00:00.000Z`.
func (f Format) Format(t time.Time, loc *time.Location) string {
	return string(f.Append(nil, t, loc))
}

// Append is Format into a buffer.
func (f Format) Append(b []byte, t time.Time, loc *time.Location) []byte {
	if loc == nil {
		loc = time.UTC
	}
	t = t.In(loc)
	if f.c == nil {
		return iso{nanos: true}.write(b, t)
	}
	return f.c.parts[0].write(b, t)
}
