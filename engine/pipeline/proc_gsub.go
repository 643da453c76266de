package pipeline

import (
	"regexp"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// maxRegexpBytes is how long a regular expression of a processor may be, with what grok puts into it.
const maxRegexpBytes = 64 << 10

// compileRegexp compiles a regular expression of Go's syntax, which is Java's but for look-around, back references and possessive quantifiers: those cannot be matched in
// time linear to the text, and are refused here.
func compileRegexp(s string) (*regexp.Regexp, error) {
	if len(s) > maxRegexpBytes {
		return nil, eserr.Illegal("a regular expression may be no longer than %d bytes", maxRegexpBytes)
	}
	re, err := regexp.Compile(s)
	if err != nil {
		return nil, eserr.Illegal("Invalid regex pattern [%s]: %v (look-around, back references and possessive quantifiers are not supported)", clip(s), err)
	}
	return re, nil
}

// pattern reads a regular expression of the configuration.
func (c *config) pattern(name string) *regexp.Regexp {
	s := c.required(name)
	if c.err != nil {
		return nil
	}
	re, err := compileRegexp(s)
	c.check(name, err)
	return re
}

// makeGsub replaces what a regular expression matches.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/gsub-processor.html
func makeGsub(c *config) processor {
	re := c.pattern("pattern")
	to, err := javaReplacement(c.required("replacement"))
	c.check("replacement", err)
	return stringsConfig(c, func(s string) (any, error) {
		if out := len(s) + len(to)*(len(s)+1); out > maxGrowth { // it could grow: look before it does
			if n := len(re.FindAllStringIndex(s, -1)); n*len(to)+len(s) > maxGrowth {
				return nil, limit("the pipeline may add no more than %d bytes to a document", maxGrowth)
			}
		}
		return re.ReplaceAllString(s, to), nil
	})
}

// javaReplacement turns `$1`, `${name}` and `\$` of Java into Go's.
func javaReplacement(s string) (string, error) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s):
			i++
			if s[i] == '$' {
				b.WriteString("$$")
			} else {
				b.WriteByte(s[i])
			}
		case c == '$' && i+1 < len(s) && s[i+1] >= '0' && s[i+1] <= '9':
			b.WriteString("${" + s[i+1:i+2] + "}")
			i++
		case c == '$' && i+1 < len(s) && s[i+1] == '{':
			b.WriteByte(c)
		case c == '$' || c == '\\':
			return "", eserr.Illegal("Illegal group reference in the replacement [%s]", clip(s))
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), nil
}
