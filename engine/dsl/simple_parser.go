package dsl

import (
	"math"
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
	// near is the number behind ~: slop of a phrase, edits of a word, which then are not 0; -1 without.
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
	if end == i+1 {
		s.operator = ""
		return end + 1
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
			if j == i+1 {
				s.operator = ""
				return j + 1
			}
			w := &simpleWord{text: b.String(), quoted: true, near: -1, negated: s.negated}
			if j+1 < to && p.text[j+1] == '~' && p.has(simpleNear) {
				if j++; j+1 < to {
					w.near, j = p.near(j, to)
				}
			}
			p.add(s, w)
			return j + 1 // an operator right behind the slop is read over, as by Lucene
		default:
			b.WriteRune(c)
		}
	}
	return i + 1 // never closed: not there
}

// near reads ~ and what follows up to the end of the word, and returns where that is. Without anything the number is 2, and 0 if it is none.
func (p *simpleParser) near(i, to int) (amount, end int) {
	end = i + 1
	for end < to && !p.ends(p.text[end]) {
		end++
	}
	text := string(p.text[i+1 : end])
	if text == "" {
		return 2, end
	}
	amount, err := strconv.Atoi(text)
	if err != nil || amount < 0 || amount > math.MaxInt32 {
		return 0, end
	}
	return amount, end
}

// word reads up to a space or an operator. A star at its end makes it a prefix, ~ with an optional number fuzzy: more than two edits count as two.
func (p *simpleParser) word(s *simpleState, i, to int) int {
	var b strings.Builder
	w := &simpleWord{near: -1, negated: s.negated}
	for ; i < to && !p.ends(p.text[i]); i++ {
		c := p.text[i]
		if c == '~' && b.Len() > 0 && p.has(simpleFuzzy) {
			w.near, i = p.near(i, to)
			w.near = min(w.near, 2)
			break
		}
		w.prefix = c == '*' && b.Len() > 0 && p.has(simplePrefix)
		if c == '\\' && p.has(simpleEscape) {
			if i++; i == to {
				break
			}
			c = p.text[i]
		}
		b.WriteRune(c)
	}
	switch w.text = b.String(); {
	case w.text == "":
		return i
	case w.near >= 0:
		w.prefix = false
	case w.prefix:
		w.text = strings.TrimSuffix(w.text, "*")
	}
	if w.near == 0 {
		w.near = -1
	}
	p.add(s, w)
	return i
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
