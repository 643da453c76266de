package dates

import (
	"fmt"
	"strings"
)

// A pattern is a compiled Java DateTimeFormatter pattern.
// https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/time/format/DateTimeFormatter.html#patterns
type pattern struct {
	items []item
	// lenient makes a number of two digits accept one (Elasticsearch's named formats without `strict_`).
	lenient bool
}

// An item is a literal, a letter with its count, or an optional part.
type item struct {
	literal  string
	letter   byte
	count    int
	optional []item
	// adjacent says that a number follows at once, so that this one has exactly count digits.
	adjacent bool
}

// letters are those that we know, with the greatest count that Java allows.
var letters = map[byte]int{
	'G': 5, 'y': 19, 'u': 19, 'Y': 19, 'M': 5, 'L': 5, 'd': 2, 'D': 3, 'w': 2, 'E': 5, 'e': 5, 'c': 5, 'a': 1,
	'h': 2, 'H': 2, 'K': 2, 'k': 2, 'm': 2, 's': 2, 'S': 9, 'n': 9, 'A': 9, 'V': 2, 'z': 4, 'O': 4, 'X': 5, 'x': 5, 'Z': 5,
}

// compilePattern reads a pattern; own allows the letters that only our table of names uses.
func compilePattern(s string, own bool) (pattern, error) {
	c := compiler{text: s, own: own}
	items, err := c.sequence(0)
	return pattern{items: items}, err
}

type compiler struct {
	text string
	at   int
	own  bool
}

// A patternError says why a pattern is none, in Java's words.
type patternError string

func (e patternError) Error() string { return string(e) }

func patternErrorf(format string, args ...any) error {
	return patternError(fmt.Sprintf(format, args...))
}

// maxOptional bounds the nesting of optional parts.
const maxOptional = 20

// sequence reads items up to the end, or to the bracket that closes an optional part.
func (c *compiler) sequence(depth int) (items []item, err error) {
	for c.at < len(c.text) {
		next := item{}
		switch b := c.text[c.at]; {
		case b == '\'':
			if next.literal, err = c.quoted(); err != nil {
				return nil, err
			}
		case b == '[':
			c.at++
			if depth == maxOptional {
				return nil, patternErrorf("Too many nested optional sections")
			}
			if next.optional, err = c.sequence(depth + 1); err != nil {
				return nil, err
			}
		case b == ']':
			if depth == 0 {
				return nil, patternErrorf("Pattern invalid as it contains ] without previous [")
			}
			c.at++
			return link(items), nil
		case b == '{' || b == '}' || b == '#':
			return nil, patternErrorf("Pattern includes reserved character: '%c'", b)
		case b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z':
			if next, err = c.letters(); err != nil {
				return nil, err
			}
		default:
			next.literal = c.text[c.at : c.at+1]
			c.at++
		}
		items = append(items, next)
	}
	return link(items), nil // Java closes optional parts at the end by itself
}

// quoted reads a literal in single quotes; two quotes are one.
func (c *compiler) quoted() (string, error) {
	var b strings.Builder
	for i := c.at + 1; i < len(c.text); i++ {
		if c.text[i] != '\'' {
			b.WriteByte(c.text[i])
			continue
		}
		if i+1 < len(c.text) && c.text[i+1] == '\'' {
			b.WriteByte('\'')
			i++
			continue
		}
		text := b.String()
		if i == c.at+1 {
			text = "'"
		}
		c.at = i + 1
		return text, nil
	}
	return "", patternErrorf("Pattern ends with an incomplete string literal: %s", c.text)
}

// letters reads a run of one letter.
func (c *compiler) letters() (item, error) {
	b, from := c.text[c.at], c.at
	for c.at < len(c.text) && c.text[c.at] == b {
		c.at++
	}
	count, limit := c.at-from, letters[b]
	if c.own && (b == 'f' || b == 'j' || b == 'i') {
		limit = 1
	}
	if limit == 0 {
		return item{}, patternErrorf("Unknown pattern letter: %c", b)
	}
	if count > limit || b == 'V' && count != 2 {
		return item{}, patternErrorf("Too many pattern letters: %c", b)
	}
	return item{letter: b, count: count}, nil
}

// link marks the numbers that another number follows at once.
func link(items []item) []item {
	for i := range items[:max(len(items)-1, 0)] {
		items[i].adjacent = items[i].numeric() && items[i+1].numeric()
	}
	return items
}

// numeric reports whether the item is written in digits.
func (i item) numeric() bool {
	switch i.letter {
	case 0, 'G', 'E', 'a', 'V', 'z', 'O', 'X', 'x', 'Z', 'j':
		return false
	case 'M', 'L', 'e', 'c':
		return i.count <= 2
	}
	return true
}
