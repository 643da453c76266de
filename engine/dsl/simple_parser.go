package dsl

import (
	"strconv"
	"strings"
)

// A simpleNode is a part of a parsed simple_query_string: one of *simpleWord and *simpleGroup.
type simpleNode any

// A simpleWord is a leaf.
type simpleWord struct {
	text   string
	quoted bool
	prefix bool
	// near is the number behind ~: slop of a phrase, edits of a word; -1 without.
	near    int
	negated bool
}

// A simpleGroup joins its parts by one operator; changing operators nest.
type simpleGroup struct {
	or      bool
	negated bool
	parts   []simpleNode
}

// A simpleParser reads a simple_query_string. It never fails: what makes no sense is left out, as in
// https://lucene.apache.org/core/9_12_0/queryparser/org/apache/lucene/queryparser/simple/SimpleQueryParser.html.
type simpleParser struct {
	text  []rune
	flags simpleFlag
	or    bool        // the default operator
	close map[int]int // for each opening parenthesis that is closed, where
	depth int
}

func parseSimple(text string, flags simpleFlag, or bool) simpleNode {
	p := &simpleParser{text: []rune(text), flags: flags, or: or, close: map[int]int{}}
	p.match()
	return p.span(0, len(p.text))
}

// match finds the parentheses that belong together, in one pass.
func (p *simpleParser) match() {
	var open []int
	for i := 0; i < len(p.text); i++ {
		switch c := p.text[i]; {
		case c == '\\' && p.has(simpleEscape):
			i++
		case c == '(':
			open = append(open, i)
		case c == ')' && len(open) > 0:
			p.close[open[len(open)-1]] = i
			open = open[:len(open)-1]
		}
	}
}

func (p *simpleParser) has(f simpleFlag) bool { return p.flags&f != 0 }

// simpleState is a query that grows from left to right: a change of operator puts what there is so far into a new group.
type simpleState struct {
	top      simpleNode
	operator string // before the next part; empty for the default
	previous string
	negated  bool
}

// span reads the text from one place to another; nil if there is nothing in it.
func (p *simpleParser) span(from, to int) simpleNode {
	var s simpleState
	for i := from; i < to; {
		i = p.step(&s, i, to)
	}
	return s.top
}

// step reads one token and returns where the next one begins.
func (p *simpleParser) step(s *simpleState, i, to int) int {
	c := p.text[i]
	switch {
	case c == '-' && p.has(simpleNot):
		s.negated = !s.negated
		return i + 1
	case c == '(' && p.has(simplePrecedence):
		i = p.group(s, i, to)
	case c == ')' && p.has(simplePrecedence):
		i++
	case c == '"' && p.has(simplePhrase):
		i = p.phrase(s, i, to)
	case c == '+' && p.has(simpleAnd):
		i = s.operate("and", i)
	case c == '|' && p.has(simpleOr):
		i = s.operate("or", i)
	case p.space(c):
		i++
	default:
		i = p.word(s, i, to)
	}
	s.negated = false
	return i
}

func (p *simpleParser) space(c rune) bool {
	return p.has(simpleWhitespace) && strings.ContainsRune(" \t\n\r", c)
}

// operate notes the operator before the next part; the first of several counts, and none before the first part.
func (s *simpleState) operate(operator string, i int) int {
	if s.operator == "" && s.top != nil {
		s.operator = operator
	}
	return i + 1
}

// add joins a part to what there is so far.
func (p *simpleParser) add(s *simpleState, part simpleNode) {
	operator := s.operator
	s.operator = ""
	switch {
	case part == nil:
		return
	case s.top == nil:
		s.top = part
		return
	case operator == "" && p.or:
		operator = "or"
	case operator == "":
		operator = "and"
	}
	if g, ok := s.top.(*simpleGroup); ok && s.previous == operator {
		g.parts = append(g.parts, part)
		return
	}
	s.top = &simpleGroup{or: operator == "or", parts: []simpleNode{s.top, part}}
	s.previous = operator
}

func (p *simpleParser) group(s *simpleState, i, to int) int {
	end, ok := p.close[i]
	if !ok || end >= to || p.depth >= maxGroups {
		return i + 1 // never closed: not there
	}
	p.depth++
	part := p.span(i+1, end)
	p.depth--
	if s.negated && part != nil {
		part = &simpleGroup{negated: true, parts: []simpleNode{part}}
	}
	p.add(s, part)
	return end + 1
}

func (p *simpleParser) phrase(s *simpleState, i, to int) int {
	var b strings.Builder
	for j := i + 1; j < to; j++ {
		switch c := p.text[j]; {
		case c == '\\' && p.has(simpleEscape) && j+1 < to:
			j++
			b.WriteRune(p.text[j])
		case c == '"':
			near, n := p.near(j+1, to, simpleNear)
			if b.Len() > 0 {
				p.add(s, &simpleWord{text: b.String(), quoted: true, near: near, negated: s.negated})
			}
			return j + 1 + n
		default:
			b.WriteRune(c)
		}
	}
	return i + 1 // never closed: not there
}

// near reads ~ and digits, and their length; without digits the number is -1 and the length 0.
func (p *simpleParser) near(i, to int, flag simpleFlag) (amount, n int) {
	if i >= to || p.text[i] != '~' || !p.has(flag) {
		return -1, 0
	}
	n = 1
	for i+n < to && isDigit(p.text[i+n]) {
		n++
	}
	amount, err := strconv.Atoi(string(p.text[i+1 : i+n]))
	if n == 1 || err != nil {
		return -1, 0
	}
	return amount, n
}

// word reads up to a space or an operator. A star at its end makes it a prefix, ~ with an optional number fuzzy.
func (p *simpleParser) word(s *simpleState, i, to int) int {
	var b strings.Builder
	w := &simpleWord{near: -1, negated: s.negated}
	for ; i < to && !p.ends(p.text[i]); i++ {
		c := p.text[i]
		atEnd := i+1 == to || p.ends(p.text[i+1])
		switch {
		case c == '\\' && p.has(simpleEscape):
			if i++; i < to {
				b.WriteRune(p.text[i])
			}
			continue
		case c == '*' && atEnd && b.Len() > 0 && p.has(simplePrefix):
			w.prefix = true
			continue
		case c == '~' && b.Len() > 0 && p.has(simpleFuzzy):
			if n, ok := p.fuzzy(i, to); ok {
				w.near = n.amount
				i += n.length - 1
				continue
			}
		}
		b.WriteRune(c)
	}
	if w.text = b.String(); w.text != "" {
		p.add(s, w)
	} else {
		s.operator = ""
	}
	return i
}

type simpleAmount struct{ amount, length int }

// fuzzy reads ~ or ~1 at the end of a word; more than two edits count as two.
func (p *simpleParser) fuzzy(i, to int) (simpleAmount, bool) {
	amount, n := p.near(i, to, simpleFuzzy)
	if n == 0 {
		amount, n = 2, 1
	}
	if i+n < to && !p.ends(p.text[i+n]) {
		return simpleAmount{}, false
	}
	return simpleAmount{min(amount, 2), n}, true
}

// ends reports whether a character cannot be part of a word.
func (p *simpleParser) ends(c rune) bool {
	switch {
	case c == '"':
		return p.has(simplePhrase)
	case c == '|':
		return p.has(simpleOr)
	case c == '+':
		return p.has(simpleAnd)
	case c == '(' || c == ')':
		return p.has(simplePrecedence)
	}
	return p.space(c)
}
