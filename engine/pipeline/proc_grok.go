package pipeline

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// grok reads a text with named patterns.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/grok-processor.html
type grok struct {
	field         string
	patterns      []*grokPattern
	trace         bool
	ignoreMissing bool
}

// grokPattern is one expression, compiled.
type grokPattern struct {
	re *regexp.Regexp
	// captures are the fields that groups of re go to, by the group's number; empty for a group of no name.
	captures []grokCapture
}

type grokCapture struct{ field, typ string }

// maxGrokDepth is how deep patterns may name each other.
const maxGrokDepth = 50

func makeGrok(c *config) processor {
	p := &grok{field: c.required("field"), trace: c.flag("trace_match", false), ignoreMissing: c.flag("ignore_missing", false)}
	texts := c.requiredList("patterns")
	bank := grokBank{own: map[string]string{}}
	switch mode := c.optional("ecs_compatibility", "disabled"); mode {
	case "disabled":
	case "v1":
		bank.ecs = true
	default:
		c.fail("ecs_compatibility", "unsupported mode '%s'", clip(mode))
	}
	if o := c.object("pattern_definitions"); o != nil {
		for _, name := range o.keys {
			bank.own[name] = text(o.values[name])
		}
	}
	if c.err == nil && len(texts) == 0 {
		c.fail("patterns", "List of patterns must not be empty")
	}
	for _, s := range texts {
		one, err := bank.compile(s)
		if err != nil {
			c.fail("patterns", "Invalid regex pattern found in: [%s]. %s", clip(s), message(err))
			break
		}
		p.patterns = append(p.patterns, one)
	}
	return p
}

// grokBank finds patterns by name.
type grokBank struct {
	own map[string]string
	ecs bool
}

func (b grokBank) find(name string) (string, bool) {
	if s, ok := b.own[name]; ok {
		return s, true
	}
	if b.ecs {
		if s, ok := ecsPatterns[name]; ok {
			return s, true
		}
	}
	s, ok := grokPatterns[name]
	return s, ok
}

// reference is `%{NAME}`, `%{NAME:field}` or `%{NAME:field:type}`, and namedGroup the beginning of `(?<field>..)`.
var (
	reference  = regexp.MustCompile(`%\{([A-Za-z0-9_]+)(?::([^:{}]+))?(?::([a-z]+))?\}`)
	namedGroup = regexp.MustCompile(`\(\?P?<([A-Za-z0-9_.@\[\]-]+)>`)
)

func (b grokBank) compile(s string) (*grokPattern, error) {
	p := &grokPattern{}
	var captures []grokCapture
	expanded, err := b.expand(s, &captures, nil)
	if err != nil {
		return nil, err
	}
	re, err := compileRegexp(expanded)
	if err != nil {
		return nil, err
	}
	p.re, p.captures = re, make([]grokCapture, re.NumSubexp()+1)
	for i, name := range re.SubexpNames() {
		if n, err := strconv.Atoi(strings.TrimPrefix(name, "grok")); err == nil && name != "" {
			p.captures[i] = captures[n]
		}
	}
	return p, nil
}

// expand puts patterns in the place of references. Groups with a name are renamed, since fields may have dots. path are the patterns that are being expanded.
func (b grokBank) expand(s string, captures *[]grokCapture, path []string) (string, error) {
	if len(path) > maxGrokDepth {
		return "", eserr.Illegal("patterns name each other deeper than %d levels", maxGrokDepth)
	}
	group := func(c grokCapture) string {
		*captures = append(*captures, c)
		return "(?P<grok" + strconv.Itoa(len(*captures)-1) + ">"
	}
	var out strings.Builder
	for {
		at := reference.FindStringSubmatchIndex(s)
		literal := s
		if at != nil {
			literal = s[:at[0]]
		}
		out.WriteString(namedGroup.ReplaceAllStringFunc(literal, func(m string) string {
			return group(grokCapture{field: namedGroup.FindStringSubmatch(m)[1]})
		}))
		if at == nil {
			return out.String(), nil
		}
		m := reference.FindStringSubmatch(s)
		s = s[at[1]:]
		pattern, ok := b.find(m[1])
		if !ok {
			return "", eserr.Illegal("Unable to find pattern [%s] in Grok's pattern dictionary", m[1])
		}
		for _, name := range path {
			if name == m[1] {
				return "", eserr.Illegal("circular reference in pattern [%s]", strings.Join(append(path, m[1]), "=>"))
			}
		}
		open := "(?:"
		if m[2] != "" {
			if !grokTypes[m[3]] {
				return "", eserr.Illegal("unknown type [%s] of the field [%s]", m[3], m[2])
			}
			open = group(grokCapture{m[2], m[3]})
		}
		inner, err := b.expand(pattern, captures, append(path[:len(path):len(path)], m[1]))
		if err != nil {
			return "", err
		}
		out.WriteString(open + inner + ")")
		if out.Len() > maxRegexpBytes {
			return "", eserr.Illegal("a pattern may expand to no more than %d bytes", maxRegexpBytes)
		}
	}
}

var grokTypes = map[string]bool{"": true, "string": true, "int": true, "long": true, "float": true, "double": true, "boolean": true}

func (p *grok) run(r *run, d *Document) error {
	v, ok, err := source(d, p.field, p.ignoreMissing, "process it.")
	if !ok {
		return err
	}
	s, err := toText(p.field, v)
	if err != nil {
		return err
	}
	for i, pattern := range p.patterns {
		m := pattern.re.FindStringSubmatchIndex(s)
		if m == nil {
			continue
		}
		if p.trace {
			d.ingest.set("_grok_match_index", strconv.Itoa(i))
		}
		return pattern.store(r, d, s, m)
	}
	return eserr.Illegal("Provided Grok expressions do not match field value: [%s]", clip(s))
}

// store puts what groups matched into their fields; of groups with one name the first that took part counts.
func (p *grokPattern) store(r *run, d *Document, s string, m []int) error {
	done := map[string]bool{}
	for i, c := range p.captures {
		if c.field == "" || done[c.field] || m[2*i] < 0 {
			continue
		}
		done[c.field] = true
		if err := r.grow(m[2*i+1] - m[2*i] + 32); err != nil {
			return err
		}
		v, err := grokValue(s[m[2*i]:m[2*i+1]], c.typ)
		if err != nil {
			return err
		}
		if err := d.set(c.field, v); err != nil {
			return err
		}
	}
	return nil
}

func grokValue(s, typ string) (any, error) {
	switch typ {
	case "int":
		return toWhole(s, 32, "integer")
	case "long":
		return toWhole(s, 64, "long")
	case "float":
		return toFloat(s, 32, "float")
	case "double":
		return toFloat(s, 64, "double")
	case "boolean":
		return strings.EqualFold(s, "true"), nil
	}
	return s, nil
}
