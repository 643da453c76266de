package aggs

import (
	"regexp"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// maxRegexp is how long an expression may be, in bytes: Elasticsearch's default of `index.max_regex_length`.
const maxRegexp = 1000

// A lackedOperator is the error of an expression that Elasticsearch can read and we cannot.
type lackedOperator struct{ cause *eserr.Error }

func (e lackedOperator) Error() string { return e.cause.Error() }
func (e lackedOperator) Unwrap() error { return e.cause }

// luceneRegexp turns a Lucene regular expression, which must match a whole term, into Go's. Lucene's operators that Go has not
// (`~` complement, `&` intersection, `<1-9>` numbers) are refused.
// See https://www.elastic.co/guide/en/elasticsearch/reference/8.19/regexp-syntax.html.
func luceneRegexp(pattern string) (*regexp.Regexp, error) {
	if len(pattern) > maxRegexp {
		return nil, eserr.Illegal("The length of regex [%d] used in the request has exceeded the allowed maximum of [%d]. "+
			"This maximum can be set by changing the [index.max_regex_length] index level setting.", len(pattern), maxRegexp)
	}
	var b strings.Builder
	b.WriteString(`\A(?s:`)
	class, quoted := false, false
	runes := []rune(pattern)
	for i := 0; i < len(runes); i++ {
		r := runes[i]
		switch {
		case quoted && r == '"', !quoted && !class && r == '"':
			quoted = !quoted
		case quoted:
			b.WriteString(regexp.QuoteMeta(string(r)))
		case r == '\\' && i+1 < len(runes):
			i++
			b.WriteString(escaped(runes[i]))
		case class:
			class = r != ']'
			if r == '[' {
				b.WriteByte('\\')
			}
			b.WriteRune(r)
		case r == '~' || r == '&' || r == '<':
			return nil, lackedOperator{eserr.Illegal("operator [%c] of the regular expression [%s] is not supported", r, pattern)}
		case r == '@':
			b.WriteString(".*")
		case r == '#':
			b.WriteString(`[^\x{0}-\x{10FFFF}]`) // the empty language
		case r == '^' || r == '$':
			b.WriteByte('\\')
			b.WriteRune(r)
		default:
			class = r == '['
			b.WriteRune(r)
			if class && i+1 < len(runes) && runes[i+1] == '^' {
				i++
				b.WriteByte('^')
			}
		}
	}
	b.WriteString(`)\z`)
	re, err := regexp.Compile(b.String())
	if err != nil {
		return nil, eserr.Illegal("invalid regular expression [%s]: %v", pattern, err)
	}
	return re, nil
}

// escaped is a character after a backslash: a class of characters where Lucene has one, else the character itself.
func escaped(r rune) string {
	switch r {
	case 'd', 'D', 's', 'S', 'w', 'W':
		return `\` + string(r)
	}
	return regexp.QuoteMeta(string(r))
}
