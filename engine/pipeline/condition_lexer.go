package pipeline

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// token is a word of a condition.
type token struct {
	kind byte // 'i' name, 's' text, 'n' number, 'o' operator, 0 the end
	text string
	at   int // offset in the source
}

// operators, longer ones before their beginnings.
var operators = []string{"===", "!==", "=~", "==~", "==", "!=", "<=", ">=", "&&", "||", "?.", "?:", "<", ">", "!", "(", ")", "[", "]", ".", ",", ";", "-"}

// lex takes the next word off the source.
func (p *conditionParser) lex() (token, error) {
	p.space()
	s := p.source[p.pos:]
	if s == "" {
		return token{at: p.pos}, nil
	}
	switch c := s[0]; {
	case c == '\'' || c == '"':
		return p.quoted(c)
	case isNameByte(c) && (c < '0' || c > '9'):
		return p.word('i', isNameByte)
	case c >= '0' && c <= '9':
		return p.number()
	}
	for _, op := range operators {
		if strings.HasPrefix(s, op) {
			t := token{'o', op, p.pos}
			p.pos += len(op)
			return t, nil
		}
	}
	r, _ := utf8.DecodeRuneInString(s)
	return token{}, p.unexpected(token{'o', string(r), p.pos})
}

// space skips blanks and comments.
func (p *conditionParser) space() {
	for p.pos < len(p.source) {
		s := p.source[p.pos:]
		switch {
		case strings.ContainsRune(" \t\r\n", rune(s[0])):
			p.pos++
		case strings.HasPrefix(s, "//"):
			line, _, _ := strings.Cut(s, "\n")
			p.pos += len(line)
		case strings.HasPrefix(s, "/*") && strings.Contains(s, "*/"):
			p.pos += strings.Index(s, "*/") + 2
		default:
			return
		}
	}
}

func isNameByte(c byte) bool {
	return c == '_' || c == '@' || c == '$' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

func (p *conditionParser) word(kind byte, in func(byte) bool) (token, error) {
	start := p.pos
	for p.pos < len(p.source) && in(p.source[p.pos]) {
		p.pos++
	}
	return token{kind, p.source[start:p.pos], start}, nil
}

// number reads a decimal; the suffixes of Java's types mean nothing here.
func (p *conditionParser) number() (token, error) {
	t, err := p.word('n', func(c byte) bool { return c >= '0' && c <= '9' })
	if s := p.source[p.pos:]; len(s) > 1 && s[0] == '.' && s[1] >= '0' && s[1] <= '9' {
		p.pos++
		fraction, _ := p.word('n', func(c byte) bool { return c >= '0' && c <= '9' })
		t.text += "." + fraction.text
	}
	if p.pos < len(p.source) && strings.ContainsRune("lLdDfF", rune(p.source[p.pos])) {
		p.pos++
	}
	if p.pos < len(p.source) && isNameByte(p.source[p.pos]) {
		return t, p.unexpected(token{'i', p.source[p.pos : p.pos+1], p.pos})
	}
	if trimmed := strings.TrimLeft(t.text, "0"); trimmed != t.text {
		if t.text = trimmed; trimmed == "" || trimmed[0] == '.' {
			t.text = "0" + trimmed
		}
	}
	return t, err
}

// quoted reads a text. A backslash stands before itself and the quote only, as in Painless.
func (p *conditionParser) quoted(quote byte) (token, error) {
	start := p.pos
	var b strings.Builder
	for p.pos++; p.pos < len(p.source); p.pos++ {
		c := p.source[p.pos]
		switch {
		case c == quote:
			p.pos++
			return token{'s', b.String(), start}, nil
		case c == '\\':
			p.pos++
			if p.pos == len(p.source) || p.source[p.pos] != quote && p.source[p.pos] != '\\' {
				return token{}, fmt.Errorf("at %d: a backslash may only stand before a backslash or the quote", p.pos)
			}
			b.WriteByte(p.source[p.pos])
		default:
			b.WriteByte(c)
		}
	}
	return token{}, fmt.Errorf("at %d: the text is not closed", start+1)
}

// unexpected names what is beyond the subset and where it stands, counted from 1.
func (p *conditionParser) unexpected(t token) error {
	what := "[" + clip(t.text) + "]"
	if t.kind == 0 {
		what = "the end"
	}
	return fmt.Errorf("at %d: %s is not supported here in the script [%s]: conditions are comparisons of fields of ctx, joined by && || !, "+
		"and the methods contains, containsKey, endsWith, equals, equalsIgnoreCase, isEmpty, length, size, startsWith, toLowerCase, toUpperCase, trim", t.at+1, what, clip(p.source))
}
