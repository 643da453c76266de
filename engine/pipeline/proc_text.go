package pipeline

import (
	"math"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// ofStrings is the base of processors that make one value of a text, or of each text in a list.
type ofStrings struct {
	field, target string
	ignoreMissing bool
	make          func(s string) (any, error)
}

func stringsConfig(c *config, make func(s string) (any, error)) *ofStrings {
	field := c.required("field")
	return &ofStrings{field: field, target: c.optional("target_field", field), ignoreMissing: c.flag("ignore_missing", false), make: make}
}

// source reads the field of a processor: ok is false if it is missing and may be.
func source(d *Document, field string, ignoreMissing bool, purpose string) (v any, ok bool, err error) {
	v, err = d.get(field)
	switch {
	case err == nil && v != nil:
		return v, true, nil
	case ignoreMissing:
		return nil, false, nil
	case err == nil:
		err = eserr.Illegal("field [%s] is null, cannot %s", field, purpose)
	}
	return nil, false, err
}

func (p *ofStrings) run(r *run, d *Document) error {
	v, ok, err := source(d, p.field, p.ignoreMissing, "process it.")
	if !ok {
		return err
	}
	var out any
	switch v := v.(type) {
	case *List:
		l := &List{items: make([]any, len(v.items))}
		for i, item := range v.items {
			s, ok := item.(string)
			if !ok {
				return eserr.Illegal("value [%s] of type [%s] in list field [%s] cannot be cast to [java.lang.String]", clip(text(item)), javaType(item), p.field)
			}
			if l.items[i], err = p.one(r, s); err != nil {
				return err
			}
		}
		out = l
	case string:
		out, err = p.one(r, v)
	default:
		err = cast(p.field, v, "java.lang.String")
	}
	if err != nil {
		return err
	}
	return d.set(p.target, out)
}

func (p *ofStrings) one(r *run, s string) (any, error) {
	v, err := p.make(s)
	if made, ok := v.(string); ok && err == nil {
		err = r.grow(len(made))
	}
	return v, err
}

func makeLowercase(c *config) processor {
	return stringsConfig(c, func(s string) (any, error) { return strings.ToLower(s), nil })
}

func makeUppercase(c *config) processor {
	return stringsConfig(c, func(s string) (any, error) { return strings.ToUpper(s), nil })
}

// makeTrim takes off what Java's trim does: everything up to the blank.
func makeTrim(c *config) processor {
	return stringsConfig(c, func(s string) (any, error) { return strings.TrimFunc(s, func(r rune) bool { return r <= ' ' }), nil })
}

// makeURLDecode decodes as Java's URLDecoder: a plus is a blank.
func makeURLDecode(c *config) processor {
	return stringsConfig(c, func(s string) (any, error) {
		out, err := url.QueryUnescape(s)
		if err != nil {
			return nil, eserr.Illegal("Unable to URL-decode value [%s]: %v", clip(s), err)
		}
		return out, nil
	})
}

var (
	tag    = regexp.MustCompile(`(?s)<!--.*?-->|<[!/?a-zA-Z][^<>]*>`)
	entity = regexp.MustCompile(`&(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,6});`)
	named  = map[string]string{"amp": "&", "lt": "<", "gt": ">", "quot": `"`, "apos": "'", "nbsp": "\u00a0", "copy": "©", "reg": "®", "euro": "€", "hellip": "…", "ndash": "–", "mdash": "—"}
)

// makeHTMLStrip puts a newline in the place of each tag, as Lucene's filter does for those that break lines, and resolves entities.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/htmlstrip-processor.html
func makeHTMLStrip(c *config) processor {
	return stringsConfig(c, func(s string) (any, error) {
		s = tag.ReplaceAllString(s, "\n")
		return entity.ReplaceAllStringFunc(s, unescape), nil
	})
}

func unescape(s string) string {
	name := s[1 : len(s)-1]
	digits, isNumber := strings.CutPrefix(name, "#")
	if !isNumber {
		if v, ok := named[name]; ok {
			return v
		}
		return s
	}
	base := 10
	if digits[0] == 'x' || digits[0] == 'X' {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil || n > unicode.MaxRune {
		return s
	}
	return string(rune(n))
}

// makeBytes reads `1kb` as a number of bytes.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/bytes-processor.html
func makeBytes(c *config) processor {
	return stringsConfig(c, func(s string) (any, error) {
		low := strings.ToLower(strings.TrimSpace(s))
		if low == "0" || low == "-1" {
			return Number(low), nil
		}
		for _, unit := range []struct {
			suffixes []string
			shift    uint
		}{{[]string{"kb", "k"}, 10}, {[]string{"mb", "m"}, 20}, {[]string{"gb", "g"}, 30}, {[]string{"tb", "t"}, 40}, {[]string{"pb", "p"}, 50}, {[]string{"b"}, 0}} {
			for _, suffix := range unit.suffixes {
				digits, ok := strings.CutSuffix(low, suffix)
				if !ok {
					continue
				}
				n, err := strconv.ParseFloat(strings.TrimSpace(digits), 64)
				bytes := n * float64(int64(1)<<unit.shift)
				if err != nil || n < 0 || bytes >= math.MaxInt64 {
					return nil, eserr.Illegal("failed to parse setting [Ingest Field] with value [%s] as a size in bytes", clip(s))
				}
				return integer(int64(bytes)), nil
			}
		}
		return nil, eserr.Illegal("failed to parse setting [Ingest Field] with value [%s] as a size in bytes: unit is missing or unrecognized", clip(s))
	})
}
