package esapi

import (
	"bytes"
	"slices"
	"strings"

	"github.com/vedette-siem/vedette/engine/esapi/jsonscan"
	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/glob"
)

// filterJSON keeps of an answer what filter_path names: `a.b`, `a.*.c`, `**.c`, wildcards within a name, and `-a.b` for what to leave
// out. Arrays are looked through. Order and spelling of what is kept stay as they are.
// https://www.elastic.co/docs/reference/elasticsearch/rest-apis/common-options#common-options-response-filtering
func filterJSON(body []byte, paths []string) ([]byte, error) {
	var keep, drop []pattern
	for _, p := range paths {
		if rest, ok := strings.CutPrefix(p, "-"); ok {
			drop = append(drop, parsePattern(rest))
		} else {
			keep = append(keep, parsePattern(p))
		}
	}
	if len(keep)+len(drop) > 1000 {
		return nil, eserr.Illegal("filter_path has more than [1000] paths")
	}
	for _, step := range []struct {
		patterns  []pattern
		inclusive bool
	}{{drop, false}, {keep, true}} {
		if len(step.patterns) == 0 {
			continue
		}
		f := filter{in: body, scan: jsonscan.New(body, 10_000), inclusive: step.inclusive}
		if err := f.value(step.patterns); err != nil {
			return nil, err
		}
		isList := len(body) > 0 && body[0] == '['
		if body = f.out.Bytes(); len(body) == 0 {
			if isList {
				return []byte("[]"), nil
			}
			return []byte("{}"), nil
		}
	}
	return body, nil
}

// A pattern is the segments of a path that are still to be matched.
type pattern []string

// parsePattern splits at dots that no backslash escapes.
func parsePattern(s string) pattern {
	var out pattern
	var segment strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s) && s[i+1] == '.':
			i++
			segment.WriteByte('.')
		case s[i] == '.':
			out = append(out, segment.String())
			segment.Reset()
		default:
			segment.WriteByte(s[i])
		}
	}
	return append(out, segment.String())
}

// below gives the patterns that hold inside the field name, and whether one of them ends here.
func below(patterns []pattern, name string) (next []pattern, matched bool) {
	for _, p := range patterns {
		if p[0] == "**" {
			next = addPattern(next, p)
			for len(p) > 1 && p[0] == "**" {
				p = p[1:]
			}
			if p[0] == "**" {
				return nil, true // `a.**` is all of a
			}
		}
		if !glob.Match(p[0], name) {
			continue
		}
		if len(p) == 1 {
			return nil, true
		}
		next = addPattern(next, p[1:])
	}
	return next, false
}

// addPattern adds p unless the same rest of the same path is there: `**` reaches it by many ways, and their number must not grow with depth.
func addPattern(patterns []pattern, p pattern) []pattern {
	same := func(q pattern) bool { return len(p) == len(q) && &p[0] == &q[0] }
	if slices.ContainsFunc(patterns, same) {
		return patterns
	}
	return append(patterns, p)
}

// A filter copies a text, leaving out what the patterns say. Objects and arrays of which nothing is left are left out themselves.
type filter struct {
	in        []byte
	scan      *jsonscan.Scanner
	out       bytes.Buffer
	inclusive bool
}

// value copies the next value as far as the patterns keep it.
func (f *filter) value(patterns []pattern) error {
	t, err := f.scan.Next()
	if err != nil {
		return err
	}
	return f.rest(t, patterns)
}

func (f *filter) rest(t jsonscan.Token, patterns []pattern) error {
	switch t.Kind {
	case jsonscan.ObjectStart:
		return f.object(patterns)
	case jsonscan.ArrayStart:
		return f.array(patterns)
	}
	if !f.inclusive { // a value that no pattern has dropped; an inclusive filter wants more than this scalar has
		f.out.Write(t.Raw)
	}
	return nil
}

// whole copies or skips the next value.
func (f *filter) whole(keep bool) error {
	t, err := f.scan.Next()
	if err != nil {
		return err
	}
	end, err := f.scan.Skip(t)
	if err == nil && keep {
		f.out.Write(f.in[t.Start:end])
	}
	return err
}

func (f *filter) object(patterns []pattern) error {
	start, empty := f.out.Len(), true
	f.out.WriteByte('{')
	for {
		t, err := f.scan.Next()
		if err != nil {
			return err
		}
		if t.Kind == jsonscan.ObjectEnd {
			f.close(start, empty, '}')
			return nil
		}
		before := f.out.Len()
		if !empty {
			f.out.WriteByte(',')
		}
		f.out.Write(t.Raw)
		f.out.WriteByte(':')
		content := f.out.Len()
		if err := f.field(t.Text(), patterns); err != nil {
			return err
		}
		if f.out.Len() == content {
			f.out.Truncate(before)
			continue
		}
		empty = false
	}
}

func (f *filter) field(name string, patterns []pattern) error {
	next, matched := below(patterns, name)
	switch {
	case matched:
		return f.whole(f.inclusive)
	case len(next) == 0:
		return f.whole(!f.inclusive)
	}
	return f.value(next)
}

func (f *filter) array(patterns []pattern) error {
	start, empty := f.out.Len(), true
	f.out.WriteByte('[')
	for {
		t, err := f.scan.Next()
		if err != nil {
			return err
		}
		if t.Kind == jsonscan.ArrayEnd {
			f.close(start, empty, ']')
			return nil
		}
		before := f.out.Len()
		if !empty {
			f.out.WriteByte(',')
		}
		content := f.out.Len()
		if err := f.rest(t, patterns); err != nil {
			return err
		}
		if f.out.Len() == content {
			f.out.Truncate(before)
			continue
		}
		empty = false
	}
}

func (f *filter) close(start int, empty bool, end byte) {
	if empty {
		f.out.Truncate(start)
		return
	}
	f.out.WriteByte(end)
}
