package pipeline

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/vedette-siem/vedette/engine/dates"
	"github.com/vedette-siem/vedette/engine/eserr"
)

// date reads a time in one of several formats.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/date-processor.html
type date struct {
	field, target  string
	formats        []dateFormat
	templates      []template // of formats that depend on the document; nil if none does
	zone           template
	output         dates.Format
	outputStandard bool
}

// dateFormat reads a text; loc is where one without a zone is.
type dateFormat func(s string, loc *time.Location, now time.Time) (time.Time, bool)

func makeDate(c *config) processor {
	p := &date{field: c.required("field"), target: c.optional("target_field", "@timestamp"), zone: c.template("timezone", "UTC")}
	c.locale()
	p.readFormats(c, "formats", c.requiredList("formats"))
	if fixed, ok := p.zone.fixed(); ok && c.err == nil {
		_, err := dates.Zone(fixed)
		c.check("timezone", err)
	}
	output := c.optional("output_format", "")
	p.outputStandard = output == ""
	var err error
	p.output, err = dates.ParseFormat(output)
	c.check("output_format", err)
	return p
}

// locale reads the language of names of months and days: English only.
func (c *config) locale() {
	s := strings.ToLower(c.optional("locale", "en"))
	if fields := strings.FieldsFunc(s, func(r rune) bool { return r == '-' || r == '_' }); s != "english" && s != "root" && s != "" && (len(fields) == 0 || fields[0] != "en") {
		c.fail("locale", "[%s] is not supported: names of months and days are read in English only", clip(s))
	}
}

func (p *date) readFormats(c *config, name string, formats []string) {
	for _, f := range formats {
		t, err := parseTemplate(f)
		c.check(name, err)
		if _, ok := t.fixed(); !ok {
			p.templates = append(p.templates, t)
			continue
		}
		read, err := parseDateFormat(f)
		c.check(name, err)
		p.formats = append(p.formats, read)
	}
}

func parseDateFormat(name string) (dateFormat, error) {
	switch name {
	case "ISO8601":
		f, err := dates.ParseFormat("strict_date_optional_time")
		return func(s string, loc *time.Location, _ time.Time) (time.Time, bool) {
			if strings.Contains(s, " ") || !strings.Contains(s, "T") && strings.Contains(s, ":") {
				return time.Time{}, false
			}
			return f.TryParse(s, loc)
		}, err
	case "UNIX":
		return func(s string, _ *time.Location, _ time.Time) (time.Time, bool) { return epoch(s, 1000) }, nil
	case "UNIX_MS":
		return func(s string, _ *time.Location, _ time.Time) (time.Time, bool) {
			ms, err := strconv.ParseInt(s, 10, 64)
			return time.UnixMilli(ms), err == nil
		}, nil
	case "TAI64N":
		return tai64n, nil
	}
	f, err := dates.ParseFormat(name)
	if err != nil {
		return nil, err
	}
	if lacksYear(name) { // as of syslog: Elasticsearch takes the present year
		f, err = dates.ParseFormat("uuuu " + name)
		return func(s string, loc *time.Location, now time.Time) (time.Time, bool) {
			return f.TryParse(strconv.Itoa(now.In(loc).Year())+" "+s, loc)
		}, err
	}
	return func(s string, loc *time.Location, _ time.Time) (time.Time, bool) { return f.TryParse(s, loc) }, nil
}

// lacksYear reports whether a Java pattern has a day but no year. Built-in names, and lists, all have one.
func lacksYear(name string) bool {
	if strings.Contains(name, "||") || strings.Contains(name, "_") || !strings.ContainsAny(name, "Md") || strings.Contains(name, "epoch") || name == "date" {
		return false
	}
	quoted := false
	for _, r := range name {
		if r == '\'' {
			quoted = !quoted
		}
		if !quoted && strings.ContainsRune("yuY", r) {
			return false
		}
	}
	return true
}

func epoch(s string, scale float64) (time.Time, bool) {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.Abs(f*scale) > math.MaxInt64/2 {
		return time.Time{}, false
	}
	return time.UnixMilli(int64(math.Round(f * scale))), true
}

// tai64n reads `@` and 24 hexadecimal digits: seconds since 1970 + 2^62, and nanoseconds. Ten seconds are what TAI was ahead in 1970.
func tai64n(s string, _ *time.Location, _ time.Time) (time.Time, bool) {
	s = strings.TrimPrefix(s, "@")
	if len(s) != 24 {
		return time.Time{}, false
	}
	seconds, err := strconv.ParseUint(s[:16], 16, 64)
	nanos, err2 := strconv.ParseUint(s[16:], 16, 32)
	return time.Unix(int64(seconds-1<<62)-10, int64(nanos)), err == nil && err2 == nil
}

// read tries the formats on a value.
func (p *date) read(r *run, d *Document) (time.Time, error) {
	v, err := d.get(p.field)
	if err != nil {
		return time.Time{}, err
	}
	zone, err := p.zone.render(r, d)
	if err != nil {
		return time.Time{}, err
	}
	loc, err := dates.Zone(zone)
	if err != nil {
		return time.Time{}, err
	}
	s := text(v)
	if n, ok := v.(Number); ok {
		s = string(n) // 1.7e9 is not what a format expects
	}
	for _, f := range p.formats {
		if t, ok := f(s, loc, r.now()); ok {
			return t.In(loc), nil
		}
	}
	for _, t := range p.templates {
		name, err := t.render(r, d)
		if err != nil {
			return time.Time{}, err
		}
		f, err := parseDateFormat(name)
		if err != nil {
			return time.Time{}, err
		}
		if at, ok := f(s, loc, r.now()); ok {
			return at.In(loc), nil
		}
	}
	return time.Time{}, eserr.Illegal("unable to parse date [%s]", clip(s))
}

func (p *date) run(r *run, d *Document) error {
	t, err := p.read(r, d)
	if err != nil {
		return err
	}
	if p.outputStandard {
		return d.set(p.target, t.Format("2006-01-02T15:04:05.000Z07:00"))
	}
	return d.set(p.target, p.output.Format(t, t.Location()))
}

// dateIndexName makes the name of an index of a time.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/date-index-name-processor.html
type dateIndexName struct {
	date
	prefix, rounding, format template
}

func makeDateIndexName(c *config) processor {
	p := &dateIndexName{date: date{field: c.required("field"), zone: c.template("timezone", "UTC")}}
	c.locale()
	formats := c.list("date_formats")
	if len(formats) == 0 {
		formats = []string{"yyyy-MM-dd'T'HH:mm:ss.SSSXX"}
	}
	p.readFormats(c, "date_formats", formats)
	p.prefix, p.rounding, p.format = c.template("index_name_prefix", ""), c.requiredTemplate("date_rounding"), c.template("index_name_format", "yyyy-MM-dd")
	return p
}

func (p *dateIndexName) run(r *run, d *Document) error {
	t, err := p.read(r, d)
	if err != nil {
		return err
	}
	var texts [3]string
	for i, from := range []template{p.prefix, p.rounding, p.format} {
		if texts[i], err = from.render(r, d); err != nil {
			return err
		}
	}
	if len(texts[1]) != 1 || !strings.Contains("yMwdhms", texts[1]) {
		return eserr.Illegal("date_rounding [%s] must be one of y, M, w, d, h, m, s", clip(texts[1]))
	}
	standard, err := dates.ParseFormat("epoch_millis")
	if err != nil {
		return err
	}
	rounded, err := standard.ParseRound(strconv.FormatInt(t.UnixMilli(), 10)+"||/"+texts[1], false, t.Location(), r.now())
	if err != nil {
		return err
	}
	f, err := dates.ParseFormat(texts[2])
	if err != nil {
		return err
	}
	// Elasticsearch makes a name with date math, `<prefix{2016-04-25||/M{yyyy-MM-dd}}>`, which the write resolves; the result is the same.
	d.Index = texts[0] + f.Format(rounded, t.Location())
	return nil
}
