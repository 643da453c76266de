package esapi

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/vedette-siem/vedette/engine/esapi/jsonscan"
)

// toYAML writes an answer as YAML in Elasticsearch's form: strings in double quotes, numbers as they were spelt, keys in their order, lists not indented. What is no JSON stays as it is.
func toYAML(body []byte) []byte {
	w := yamlWriter{scan: jsonscan.New(body, 10_000)}
	w.out.Grow(len(body) + len(body)/4)
	w.out.WriteString("---\n")
	t, err := w.scan.Next()
	if err == nil {
		err = w.value(t, 0, true)
	}
	if err != nil {
		return body
	}
	return []byte(w.out.String())
}

type yamlWriter struct {
	scan *jsonscan.Scanner
	out  strings.Builder
}

// value writes a value, whose lines begin at the column indent. The first of them is begun if the value stands in a list or is the whole text (first).
func (w *yamlWriter) value(t jsonscan.Token, indent int, first bool) error {
	switch t.Kind {
	case jsonscan.ObjectStart:
		return w.object(indent, first)
	case jsonscan.ArrayStart:
		return w.array(indent, first)
	case jsonscan.String:
		w.gap(first)
		w.quoted(t.Text())
	default:
		w.gap(first)
		w.out.Write(t.Raw)
	}
	w.out.WriteByte('\n')
	return nil
}

// gap parts a value from its key on the same line.
func (w *yamlWriter) gap(first bool) {
	if !first {
		w.out.WriteByte(' ')
	}
}

func (w *yamlWriter) object(indent int, first bool) error {
	t, err := w.scan.Next()
	if err != nil {
		return err
	}
	if t.Kind == jsonscan.ObjectEnd {
		w.gap(first)
		w.out.WriteString("{}\n")
		return nil
	}
	if !first {
		w.out.WriteByte('\n')
	}
	for ; err == nil && t.Kind != jsonscan.ObjectEnd; t, err = w.scan.Next() {
		if !first {
			w.margin(indent)
		}
		first = false
		w.key(t.Text(), indent)
		if t, err = w.scan.Next(); err != nil {
			return err
		}
		below := indent + 2
		if t.Kind == jsonscan.ArrayStart {
			below = indent
		}
		if err = w.value(t, below, false); err != nil {
			return err
		}
	}
	return err
}

func (w *yamlWriter) array(indent int, first bool) error {
	t, err := w.scan.Next()
	if err != nil {
		return err
	}
	if t.Kind == jsonscan.ArrayEnd {
		w.gap(first)
		w.out.WriteString("[]\n")
		return nil
	}
	if !first {
		w.out.WriteByte('\n')
	}
	for ; err == nil && t.Kind != jsonscan.ArrayEnd; t, err = w.scan.Next() {
		if !first {
			w.margin(indent)
		}
		first = false
		w.out.WriteString("- ")
		if err = w.value(t, indent+2, true); err != nil {
			return err
		}
	}
	return err
}

func (w *yamlWriter) margin(n int) {
	for range n {
		w.out.WriteByte(' ')
	}
}

// longestKey is the longest key in bytes that YAML reads without a mark before it.
const longestKey = 1000

func (w *yamlWriter) key(name string, indent int) {
	if len(name) > longestKey {
		w.out.WriteString("? ")
		w.quoted(name)
		w.out.WriteByte('\n')
		w.margin(indent)
	} else if isPlainKey(name) {
		w.out.WriteString(name)
	} else {
		w.quoted(name)
	}
	w.out.WriteByte(':')
}

// isPlainKey reports whether a key needs no quotes: it begins with a letter or underscore and is no word that means something else.
func isPlainKey(name string) bool {
	for i, c := range []byte(name) {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
		if !letter && (i == 0 || !(c >= '0' && c <= '9' || c == '.' || c == '-')) {
			return false
		}
	}
	switch strings.ToLower(name) {
	case "", "true", "false", "null", "yes", "no", "on", "off", "y", "n":
		return false
	}
	return true
}

// quoted writes a string in double quotes, with escapes for all that YAML does not print.
func (w *yamlWriter) quoted(s string) {
	w.out.WriteByte('"')
	for i, r := range s {
		switch {
		case r == '"' || r == '\\':
			w.out.WriteByte('\\')
			w.out.WriteRune(r)
		case r == '\n':
			w.out.WriteString(`\n`)
		case r == '\t':
			w.out.WriteString(`\t`)
		case r == '\r':
			w.out.WriteString(`\r`)
		case r == utf8.RuneError && s[i] != 0xef: // a byte that is no character
			w.out.WriteString(`\uFFFD`)
		case r < 0x20 || r >= 0x7f && r < 0xa0 || r == 0x2028 || r == 0x2029 || r == 0xfeff || r == 0xfffe || r == 0xffff:
			fmt.Fprintf(&w.out, `\u%04X`, r)
		default:
			w.out.WriteRune(r)
		}
	}
	w.out.WriteByte('"')
}
