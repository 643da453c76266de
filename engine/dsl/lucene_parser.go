package dsl

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A syntaxError says where and why a query_string cannot be read, in Lucene's words.
type syntaxError struct {
	reason  string
	lexical bool // the text cannot be cut into words and operators
}

func (e *syntaxError) Error() string { return e.reason }

// A luceneParser turns lexemes into a tree, in one pass without going back.
type luceneParser struct {
	lexemes []lexeme
	at      int
	depth   int
	// done are the terms that have been read, in order.
	done []*luceneTerm
	// words says that the last of them is several words.
	words bool
}

// parseLucene reads a query_string, which must not be blank. The error is a *syntaxError; done are then the terms before it.
func parseLucene(text string) (group *luceneGroup, done []*luceneTerm, err error) {
	p := &luceneParser{lexemes: lexLucene(text)}
	group, err = p.group("")
	if err == nil && p.kind(0) != lexEOF {
		p.depth = 1
		err = p.unexpected()
	}
	if err != nil {
		return nil, p.done, err
	}
	return group, nil, nil
}

// note keeps a term that has been read. Behind the last one Lucene's reader may fail before it looks at the term.
func (p *luceneParser) note(t *luceneTerm) {
	if p.kind(0) != lexInvalid {
		p.done = append(p.done, t)
	}
}

// kind is that of the n-th lexeme from here; the last one repeats.
func (p *luceneParser) kind(n int) lexKind {
	return p.lexemes[min(p.at+n, len(p.lexemes)-1)].kind
}

func (p *luceneParser) take() lexeme {
	l := p.lexemes[p.at]
	if p.at < len(p.lexemes)-1 {
		p.at++
	}
	return l
}

// group reads clauses up to a closing parenthesis or the end; there must be one at least.
func (p *luceneParser) group(field string) (*luceneGroup, error) {
	if p.depth++; p.depth > maxGroups {
		return nil, &syntaxError{reason: fmt.Sprintf("parentheses are nested deeper than %d", maxGroups)}
	}
	defer func() { p.depth-- }()
	g := &luceneGroup{boost: 1}
	for first := true; first || (p.kind(0) != lexEOF && p.kind(0) != lexClose); first = false {
		c, err := p.clause(field, first)
		if err != nil {
			return nil, err
		}
		g.clauses = append(g.clauses, c)
	}
	return g, nil
}

func (p *luceneParser) clause(field string, first bool) (luceneClause, error) {
	if p.kind(0) == lexTerm && p.wordFollows(1) {
		node, err := p.someWords(field)
		return luceneClause{words: true, node: node}, err
	}
	c := luceneClause{}
	if !first {
		c.and, c.or = p.kind(0) == lexAnd, p.kind(0) == lexOr
		if c.and || c.or {
			p.take()
		}
	}
	switch p.kind(0) {
	case lexPlus:
		c.required = true
		p.take()
	case lexMinus, lexNot:
		c.negated = true
		p.take()
	}
	var err error
	c.node, err = p.fielded(field)
	return c, err
}

// wordFollows reports whether the n-th lexeme is a word that belongs to the words before it: no field name, and nothing that applies to it alone.
func (p *luceneParser) wordFollows(n int) bool {
	if p.kind(n) != lexTerm {
		return false
	}
	switch p.kind(n + 1) {
	case lexColon, lexStar, lexFuzzy, lexCaret, lexAnd, lexOr:
		return false
	}
	return true
}

func (p *luceneParser) someWords(field string) (luceneNode, error) {
	p.words = true
	texts := []string{p.take().image}
	for p.wordFollows(0) {
		texts = append(texts, p.take().image)
	}
	text, err := unescapeLucene(strings.Join(texts, " "))
	t := &luceneTerm{kind: lexTerm, field: field, text: text, boost: 1}
	if err == nil {
		p.note(t)
	}
	return t, err
}

// fielded reads [field:] and a term or a group.
func (p *luceneParser) fielded(field string) (luceneNode, error) {
	if kind := p.kind(0); (kind == lexTerm || kind == lexStar) && p.kind(1) == lexColon {
		name, err := unescapeLucene(p.take().image)
		if err != nil {
			return nil, err
		}
		field = name
		p.take()
	}
	if p.kind(0) != lexOpen {
		return p.term(field)
	}
	p.take()
	g, err := p.group(field)
	if err != nil {
		return nil, err
	}
	if p.kind(0) != lexClose {
		p.depth++
		return nil, p.unexpected()
	}
	p.take()
	_, err = p.boostIf(&g.boost)
	return g, err
}

func (p *luceneParser) term(field string) (luceneNode, error) {
	p.words = false
	t, err := p.unnotedTerm(field)
	if err != nil {
		return nil, err
	}
	p.note(t)
	return t, nil
}

func (p *luceneParser) unnotedTerm(field string) (*luceneTerm, error) {
	t := &luceneTerm{kind: p.kind(0), field: field, boost: 1}
	switch t.kind {
	case lexRangeIn, lexRangeEx:
		return t, p.rangeTerm(t)
	case lexTerm, lexBare, lexStar, lexPrefix, lexWild, lexRegexp, lexQuoted:
	default:
		return nil, p.unexpected()
	}
	if err := t.read(p.take().image); err != nil {
		return nil, err
	}
	return t, p.suffixes(t)
}

// read takes the value out of what is written.
func (t *luceneTerm) read(image string) (err error) {
	switch t.kind {
	case lexTerm:
		t.text, err = unescapeLucene(image)
	case lexBare:
		t.kind, t.text = lexTerm, image[:1]
	case lexStar:
		t.kind, t.text = lexWild, image
	case lexPrefix:
		t.text, err = unescapeLucene(image[:len(image)-1])
	case lexQuoted:
		t.text, err = unescapeLucene(image[1 : len(image)-1])
	case lexRegexp:
		t.text = strings.ReplaceAll(image[1:len(image)-1], `\/`, "/")
	default:
		t.text = image
	}
	return err
}

// suffixes reads ^boost and ~amount, in either order.
func (p *luceneParser) suffixes(t *luceneTerm) error {
	for range 2 {
		if p.kind(0) == lexFuzzy && !t.fuzzy {
			t.fuzzy, t.amount = true, p.take().image[1:]
			continue
		}
		if again, err := p.boostIf(&t.boost); err != nil || !again {
			return err
		}
	}
	return nil
}

// boostIf reads ^number if it stands here.
func (p *luceneParser) boostIf(boost *float64) (read bool, err error) {
	if p.kind(0) != lexCaret {
		return false, nil
	}
	p.take()
	if p.kind(0) != lexNumber {
		return false, p.unexpected()
	}
	n, err := strconv.ParseFloat(p.take().image, 64)
	if err != nil {
		n = 1 // a number of hundreds of digits: Lucene ignores what it cannot read
	}
	*boost = n
	return true, nil
}

// rangeTerm reads [a TO b], with braces for bounds that are left out.
func (p *luceneParser) rangeTerm(t *luceneTerm) (err error) {
	t.kind = lexRangeIn
	t.includeFrom = p.take().kind == lexRangeIn
	if t.from, t.openFrom, err = p.bound(); err != nil {
		return err
	}
	if p.kind(0) != lexTo {
		return p.unexpected()
	}
	p.take()
	if t.to, t.openTo, err = p.bound(); err != nil {
		return err
	}
	if !slices.Contains([]lexKind{lexEndIn, lexEndEx}, p.kind(0)) {
		return p.unexpected()
	}
	t.includeTo = p.take().kind == lexEndIn
	_, err = p.boostIf(&t.boost)
	return err
}

func (p *luceneParser) bound() (text string, open bool, err error) {
	switch p.kind(0) {
	case lexGoop, lexTo:
		image := p.take().image
		text, err = unescapeLucene(image)
		return text, image == "*", err
	case lexRQuoted:
		image := p.take().image
		text, err = unescapeLucene(image[1 : len(image)-1])
		return text, text == "*", err // Elasticsearch takes the quotes off before it looks
	}
	return "", false, p.unexpected()
}

// unexpected is the error for the lexeme that stands here.
func (p *luceneParser) unexpected() error {
	l := p.lexemes[p.at]
	switch l.kind {
	case lexInvalid:
		return &syntaxError{reason: l.image, lexical: true}
	case lexEOF:
		return &syntaxError{reason: fmt.Sprintf("Encountered \"<EOF>\" at line 1, column %d.%s", l.at, p.expected())}
	}
	return &syntaxError{reason: fmt.Sprintf("Encountered \" %s \"%s \"\" at line 1, column %d.%s", l.kind, l.image, l.at, p.expected())}
}
