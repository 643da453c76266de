package dsl

import (
	"fmt"
	"strings"
)

// A lexKind is a kind of token of Lucene's classic query parser. The grammar, with its quirks, is that of
// https://github.com/apache/lucene/blob/main/lucene/queryparser/src/java/org/apache/lucene/queryparser/classic/QueryParser.jj.
// The value is how Lucene's errors print it.
type lexKind string

const (
	lexEOF     lexKind = "<EOF>"
	lexAnd     lexKind = "<AND>"
	lexOr      lexKind = "<OR>"
	lexNot     lexKind = "<NOT>"
	lexPlus    lexKind = `"+"`
	lexMinus   lexKind = `"-"`
	lexBare    lexKind = "<BAREOPER>" // an operator with a space behind it: a word, not an operator
	lexOpen    lexKind = `"("`
	lexClose   lexKind = `")"`
	lexColon   lexKind = `":"`
	lexStar    lexKind = `"*"`
	lexCaret   lexKind = `"^"`
	lexQuoted  lexKind = "<QUOTED>"
	lexTerm    lexKind = "<TERM>"
	lexFuzzy   lexKind = "<FUZZY_SLOP>"
	lexPrefix  lexKind = "<PREFIXTERM>"
	lexWild    lexKind = "<WILDTERM>"
	lexRegexp  lexKind = "<REGEXPTERM>"
	lexRangeIn lexKind = `"["`
	lexRangeEx lexKind = `"{"`
	lexNumber  lexKind = "<NUMBER>"
	lexTo      lexKind = `"TO"`
	lexEndIn   lexKind = `"]"`
	lexEndEx   lexKind = `"}"`
	lexRQuoted lexKind = "<RANGE_QUOTED>"
	lexGoop    lexKind = "<RANGE_GOOP>"
	lexInvalid lexKind = "" // the text cannot be read any further; image is the reason

)

// A lexeme is a token with its text as written and the place of its first character, from 0, as Lucene counts columns.
type lexeme struct {
	kind  lexKind
	image string
	at    int
}

// A luceneLexer cuts a text into lexemes, in time proportional to its length.
type luceneLexer struct {
	text []rune
	at   int
	out  []lexeme
}

// lexLucene cuts a whole text. The last lexeme is lexEOF or lexInvalid.
func lexLucene(text string) []lexeme {
	l := &luceneLexer{text: []rune(text)}
	inRange := false
	for l.skip(); l.at < len(l.text); l.skip() {
		next := l.plain
		switch {
		case inRange:
			next = l.inRange
		case len(l.out) > 0 && l.out[len(l.out)-1].kind == lexCaret:
			next = l.number
		}
		kind, n := next()
		if kind == lexInvalid {
			l.invalid()
			return l.out
		}
		l.emit(kind, n)
		switch kind {
		case lexRangeIn, lexRangeEx:
			inRange = true
		case lexEndIn, lexEndEx:
			inRange = false
		}
	}
	l.emit(lexEOF, 0)
	return l.out
}

func (l *luceneLexer) emit(kind lexKind, n int) {
	l.out = append(l.out, lexeme{kind, string(l.text[l.at : l.at+n]), l.at})
	l.at += n
}

// invalid ends the text with an error as Lucene words it.
func (l *luceneLexer) invalid() {
	last, state := l.at == len(l.text)-1, " (in lexical state 2)"
	if len(l.out) > 0 && l.out[len(l.out)-1].kind == lexCaret {
		state = ""
	}
	var reason string
	switch c := l.text[l.at]; {
	case last:
		reason = fmt.Sprintf("Lexical error at line 1, column %d.  Encountered: <EOF>%s", len(l.text)+1, state)
	case state != "" && (c == '"' || c == '/'):
		reason = fmt.Sprintf("Lexical error at line 1, column %d.  Encountered: <EOF> after prefix %q%s", len(l.text)+1, string(l.text[l.at:]), state)
	default:
		reason = fmt.Sprintf("Lexical error at line 1, column %d.  Encountered: '%d' (%d),%s", l.at+1, c, c, state)
	}
	l.out = append(l.out, lexeme{lexInvalid, reason, l.at})
}

func (l *luceneLexer) skip() {
	if n := len(l.out); n > 0 && l.out[n-1].kind == lexCaret {
		return // a boost follows its ^ at once
	}
	for l.at < len(l.text) && isLuceneSpace(l.text[l.at]) {
		l.at++
	}
}

func isLuceneSpace(c rune) bool { return strings.ContainsRune(" \t\n\r\u3000", c) }

// peek is the character at an offset from here, 0 past the end.
func (l *luceneLexer) peek(n int) rune {
	if l.at+n < len(l.text) {
		return l.text[l.at+n]
	}
	return 0
}

// plain is a lexeme outside ranges and boosts.
func (l *luceneLexer) plain() (lexKind, int) {
	c := l.peek(0)
	switch c {
	case '+', '-', '!':
		return l.operator(c)
	case '(':
		return lexOpen, 1
	case ')':
		return lexClose, 1
	case ':':
		return lexColon, 1
	case '^':
		return lexCaret, 1
	case '[':
		return lexRangeIn, 1
	case '{':
		return lexRangeEx, 1
	case '"':
		return l.delimited('"', lexQuoted)
	case '/':
		return l.delimited('/', lexRegexp)
	case '~':
		return lexFuzzy, 1 + l.digits(1)
	}
	return l.word()
}

func (l *luceneLexer) operator(c rune) (lexKind, int) {
	switch {
	case l.at+1 < len(l.text) && isLuceneSpace(l.peek(1)):
		return lexBare, 2
	case c == '+':
		return lexPlus, 1
	case c == '-':
		return lexMinus, 1
	}
	return lexNot, 1
}

// delimited is a quoted phrase or a regular expression, with backslash escapes inside.
func (l *luceneLexer) delimited(end rune, kind lexKind) (lexKind, int) {
	for i := l.at + 1; i < len(l.text); i++ {
		switch l.text[i] {
		case '\\':
			i++
		case end:
			return kind, i + 1 - l.at
		}
	}
	return lexInvalid, 0
}

// digits is the length of digits with an optional fraction, n characters from here.
func (l *luceneLexer) digits(n int) int {
	from := n
	for isDigit(l.peek(n)) {
		n++
	}
	if n > from && l.peek(n) == '.' && isDigit(l.peek(n+1)) {
		for n++; isDigit(l.peek(n)); {
			n++
		}
	}
	return n - from
}

func isDigit(c rune) bool { return c >= '0' && c <= '9' }

func (l *luceneLexer) number() (lexKind, int) {
	if n := l.digits(0); n > 0 {
		return lexNumber, n
	}
	return lexInvalid, 0
}

// word is a term with or without wildcards, or an operator that is spelt like one.
func (l *luceneLexer) word() (lexKind, int) {
	n, stars, marks := 0, 0, 0
	for l.at+n < len(l.text) {
		c := l.peek(n)
		switch {
		case c == '*':
			stars++
		case c == '?':
			marks++
		case c == '\\' && l.at+n+1 < len(l.text):
			n++
		case c == '\\' || strings.ContainsRune(`!():^[]"{}~/`, c) || isLuceneSpace(c):
			return l.wordKind(n, stars, marks)
		}
		n++
	}
	return l.wordKind(n, stars, marks)
}

func (l *luceneLexer) wordKind(n, stars, marks int) (lexKind, int) {
	switch image := string(l.text[l.at : l.at+n]); {
	case n == 0:
		return lexInvalid, 0
	case image == "AND" || image == "&&":
		return lexAnd, n
	case image == "OR" || image == "||":
		return lexOr, n
	case image == "NOT":
		return lexNot, n
	case image == "*":
		return lexStar, n
	case stars == 0 && marks == 0:
		return lexTerm, n
	case stars == 1 && marks == 0 && l.peek(n-1) == '*':
		return lexPrefix, n
	}
	return lexWild, n
}

// inRange is a lexeme between brackets or braces.
func (l *luceneLexer) inRange() (lexKind, int) {
	switch l.peek(0) {
	case ']':
		return lexEndIn, 1
	case '}':
		return lexEndEx, 1
	}
	goop := 0
	for l.at+goop < len(l.text) && !strings.ContainsRune(" ]}", l.peek(goop)) {
		goop++
	}
	if l.peek(0) == '"' {
		if kind, n := l.delimited('"', lexRQuoted); kind == lexRQuoted && n >= goop && n > 2 {
			return kind, n
		}
	}
	if goop == 2 && l.peek(0) == 'T' && l.peek(1) == 'O' {
		return lexTo, 2
	}
	return lexGoop, goop
}
