package dsl

import "strings"

// The kinds that may begin a term, in the order in which Lucene lists them.
var termKinds = []lexKind{lexBare, lexOpen, lexStar, lexQuoted, lexTerm, lexPrefix, lexWild, lexRegexp, lexRangeIn, lexRangeEx, lexNumber}

// expected lists what could stand here, as Lucene does: some kinds twice, where its grammar looks ahead.
func (p *luceneParser) expected() string {
	kinds := p.expectedKinds()
	var b strings.Builder
	b.WriteString("\nWas expecting")
	if len(kinds) > 1 {
		b.WriteString(" one of")
	}
	b.WriteString(":\n")
	for _, k := range kinds {
		b.WriteString("    " + string(k))
		if k != lexEOF {
			b.WriteString(" ...\n")
		} else {
			b.WriteString(" \n")
		}
	}
	return b.String() + "    "
}

func (p *luceneParser) expectedKinds() []lexKind {
	switch p.before(1) {
	case lexColon:
		return termKinds
	case lexRangeIn, lexRangeEx, lexTo:
		return []lexKind{lexTo, lexRQuoted, lexGoop}
	case lexGoop, lexRQuoted:
		if p.before(2) == lexTo {
			return []lexKind{lexEndIn, lexEndEx}
		}
		return []lexKind{lexTo}
	case lexCaret:
		return []lexKind{lexNumber}
	case lexPlus, lexMinus, lexNot:
		return append(termKinds[:len(termKinds):len(termKinds)], lexTerm, lexStar)
	case lexAnd, lexOr:
		return append(append([]lexKind{lexNot, lexPlus, lexMinus}, termKinds...), lexTerm, lexStar)
	case lexOpen, lexEOF:
		return append(append([]lexKind{lexNot, lexPlus, lexMinus}, termKinds...), lexTerm)
	}
	return p.afterTerm()
}

// before is the kind of the n-th lexeme before this one; lexEOF where the text begins.
func (p *luceneParser) before(n int) lexKind {
	if p.at < n {
		return lexEOF
	}
	return p.lexemes[p.at-n].kind
}

// afterTerm is what may follow a term: another clause, the end of the group, a boost or a slop that the term has not got yet.
func (p *luceneParser) afterTerm() []lexKind {
	caret, fuzzy, n := !p.words, !p.words, 1
	for ; ; n++ {
		switch p.before(n) {
		case lexNumber, lexCaret:
			caret = false
			continue
		case lexFuzzy:
			fuzzy = false
			continue
		case lexEndIn, lexEndEx, lexClose:
			fuzzy = false
		}
		break
	}
	var kinds []lexKind
	if p.depth == 1 {
		kinds = append(kinds, lexEOF)
	}
	kinds = append(kinds, lexAnd, lexOr, lexNot, lexPlus, lexMinus, lexBare, lexOpen)
	if p.depth > 1 {
		kinds = append(kinds, lexClose)
	}
	kinds = append(kinds, lexStar)
	if caret {
		kinds = append(kinds, lexCaret)
	}
	kinds = append(kinds, lexQuoted, lexTerm)
	if fuzzy {
		kinds = append(kinds, lexFuzzy)
	}
	return append(kinds, lexPrefix, lexWild, lexRegexp, lexRangeIn, lexRangeEx, lexNumber)
}
