package search

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
)

const (
	maxInterval   = 1000      // numbers that an interval `<1-999>` may name
	maxTranslated = 100 << 10 // bytes of the translation
)

// translateRegexp writes a Lucene regular expression in Go's syntax, to be matched against a whole term. Of Lucene's optional operators it knows
// `@` (anything), `#` (nothing), `"literal"` and `<1-99>`; `~` (complement) and `&` (intersection) are refused where flags turn them on.
//
// See https://www.elastic.co/guide/en/elasticsearch/reference/8.19/regexp-syntax.html.
func translateRegexp(pattern, flags string) (string, error) {
	on, err := regexpFlags(flags)
	if err != nil {
		return "", err
	}
	t := &regexpTranslator{in: []rune(pattern), on: on}
	if pattern == "" {
		return "", nil
	}
	if err := t.union(0); err != nil {
		return "", err
	}
	if t.pos < len(t.in) {
		return "", t.fail("end-of-string expected at position %d", t.pos)
	}
	return string(t.out), nil
}

// regexpFlags returns which optional operators are on, by their character. Empty flags are ALL.
func regexpFlags(flags string) (map[rune]bool, error) {
	operators := map[string]string{"COMPLEMENT": "~", "INTERVAL": "<", "INTERSECTION": "&", "EMPTY": "#", "ANYSTRING": "@", "ALL": `~<&#@"`, "NONE": ""}
	on := map[rune]bool{}
	if flags == "" {
		flags = "ALL"
	}
	for _, name := range strings.Split(flags, "|") {
		chars, ok := operators[strings.ToUpper(strings.TrimSpace(name))]
		if !ok {
			return nil, eserr.Illegal("Unknown regexp flag [%s]", name)
		}
		for _, c := range chars {
			on[c] = true
		}
	}
	return on, nil
}

// regexpTranslator reads an expression by recursive descent: union, sequence, repeat, atom.
type regexpTranslator struct {
	in  []rune
	pos int
	on  map[rune]bool
	out []byte
}

func (t *regexpTranslator) fail(format string, args ...any) error {
	return failedQuery(format, args...)
}

func (t *regexpTranslator) more() bool { return t.pos < len(t.in) }

func (t *regexpTranslator) union(depth int) error {
	if depth > 250 {
		return t.fail("too many nested groups")
	}
	for {
		if err := t.sequence(depth); err != nil {
			return err
		}
		if !t.more() || t.in[t.pos] != '|' {
			return nil
		}
		t.write("|")
		t.pos++
	}
}

func (t *regexpTranslator) sequence(depth int) error {
	if !t.more() {
		return t.fail("unexpected end-of-string")
	}
	for first := true; t.more() && (first || t.in[t.pos] != '|' && t.in[t.pos] != ')'); first = false { // the first character stands for itself, whatever it is, as in Lucene
		if t.in[t.pos] == '&' && t.on['&'] {
			return t.fail("the operator & is not supported; escape it, or set flags without INTERSECTION")
		}
		if err := t.repeated(depth); err != nil {
			return err
		}
	}
	return nil
}

func (t *regexpTranslator) repeated(depth int) error {
	start := len(t.out)
	err := t.atom(depth)
	for err == nil && t.more() && strings.ContainsRune("*+?{", t.in[t.pos]) {
		var count string
		count, err = t.count()
		t.out = slices.Insert(t.out, start, []byte("(?:")...)
		t.write(")" + count)
	}
	if len(t.out) > maxTranslated {
		return t.fail("it is too large")
	}
	return err
}

func (t *regexpTranslator) write(s string) { t.out = append(t.out, s...) }

// count reads a repetition.
func (t *regexpTranslator) count() (string, error) {
	c := t.in[t.pos]
	t.pos++
	if c != '{' {
		return string(c), nil
	}
	from := t.pos
	for t.more() && t.in[t.pos] != '}' {
		t.pos++
	}
	if t.pos == from {
		return "", t.fail("integer expected at position %d", t.pos)
	}
	if !t.more() {
		return "", t.fail("expected '}' at position %d", t.pos)
	}
	text := string(t.in[from:t.pos])
	t.pos++
	lo, hi, ranged := strings.Cut(text, ",")
	low, err := strconv.Atoi(lo)
	if err != nil {
		return "", t.fail("integer expected at position %d", from)
	}
	if ranged && hi != "" {
		if high, err := strconv.Atoi(hi); err != nil {
			return "", t.fail("integer expected at position %d", from)
		} else if high < low {
			return "", t.fail("invalid repetition range(out of order): %d..%d", low, high)
		}
	}
	return "{" + text + "}", nil
}

func (t *regexpTranslator) atom(depth int) error {
	c := t.in[t.pos]
	t.pos++
	switch {
	case c == '.':
		t.write(".")
	case c == '(':
		return t.group(depth)
	case c == '[':
		return t.class()
	case c == '\\':
		return t.escape()
	case c == '"' && t.on['"']:
		return t.quoted()
	case c == '@' && t.on['@']:
		t.write(".*")
	case c == '#' && t.on['#']:
		t.write(`[^\x00-\x{10FFFF}]`)
	case c == '~' && t.on['~']:
		return t.fail("the operator ~ is not supported; escape it, or set flags without COMPLEMENT")
	case c == '<' && t.on['<']:
		return t.interval()
	default:
		t.write(regexp.QuoteMeta(string(c)))
	}
	return nil
}

func (t *regexpTranslator) group(depth int) error {
	t.write("(?:")
	if !t.more() || t.in[t.pos] != ')' {
		if err := t.union(depth + 1); err != nil {
			return err
		}
	}
	if !t.more() {
		return t.fail("expected ')' at position %d", t.pos)
	}
	t.pos++
	t.write(")")
	return nil
}

func (t *regexpTranslator) escape() error {
	if !t.more() {
		return t.fail("unexpected end-of-string")
	}
	t.write(escaped(t.in[t.pos]))
	t.pos++
	return nil
}

// escaped is what a backslash makes of a character: a predefined class, or the character itself.
func escaped(c rune) string {
	if strings.ContainsRune("dDwWsS", c) {
		return `\` + string(c)
	}
	return regexp.QuoteMeta(string(c))
}

func (t *regexpTranslator) quoted() error {
	from := t.pos
	for t.more() && t.in[t.pos] != '"' {
		t.pos++
	}
	if !t.more() {
		return t.fail(`expected '"' at position %d`, t.pos)
	}
	t.write("(?:" + regexp.QuoteMeta(string(t.in[from:t.pos])) + ")")
	t.pos++
	return nil
}

// class reads [...] behind its opening bracket.
func (t *regexpTranslator) class() error {
	t.write("[")
	if t.more() && t.in[t.pos] == '^' {
		t.write("^")
		t.pos++
	}
	for first := true; ; first = false {
		if !t.more() {
			return t.fail("expected ']' at position %d", t.pos)
		}
		c := t.in[t.pos]
		t.pos++
		if c == ']' && !first {
			break
		}
		if c == '\\' {
			if !t.more() {
				return t.fail("expected ']' at position %d", t.pos)
			}
			c = t.in[t.pos]
			t.pos++
			if strings.ContainsRune("dDwWsS", c) {
				t.write(`\` + string(c))
				continue
			}
		} else if c == '-' && !first && t.more() && t.in[t.pos] != ']' {
			t.write("-")
			continue
		}
		t.out = fmt.Appendf(t.out, `\x{%x}`, c)
	}
	t.write("]")
	return nil
}

// interval reads <n-m> behind its opening bracket. Numbers of one length match with their leading zeros, others with any.
func (t *regexpTranslator) interval() error {
	from := t.pos
	for t.more() && t.in[t.pos] != '>' {
		t.pos++
	}
	if !t.more() {
		return t.fail("expected '>' at position %d", t.pos)
	}
	text := string(t.in[from:t.pos])
	t.pos++
	lo, hi, ok := strings.Cut(text, "-")
	low, err1 := strconv.ParseUint(lo, 10, 31)
	high, err2 := strconv.ParseUint(hi, 10, 31)
	if !ok || err1 != nil || err2 != nil {
		return t.fail("interval syntax error at position %d", from-1)
	}
	if low > high {
		low, high = high, low
	}
	if high-low >= maxInterval {
		return t.fail("the interval <%s> names more than %d numbers", text, maxInterval)
	}
	format := "%d"
	t.write("(?:")
	if len(lo) == len(hi) {
		format = "%0" + strconv.Itoa(len(lo)) + "d"
	} else {
		t.write("0*")
	}
	t.write("(?:")
	for n := low; n <= high; n++ {
		if n > low {
			t.write("|")
		}
		t.out = fmt.Appendf(t.out, format, n)
	}
	t.write("))")
	return nil
}
