package dsl

// A luceneNode is a part of a parsed query_string: *luceneGroup or *luceneTerm.
type luceneNode interface{ weight() float64 }

// A luceneGroup is a list of clauses: the whole text, or what stands in parentheses.
type luceneGroup struct {
	clauses []luceneClause
	boost   float64
}

// A luceneClause is a node with the operators before it.
type luceneClause struct {
	and, or  bool // the conjunction to the clause before
	required bool // +
	negated  bool // -, !, NOT
	// words says that the node is several words without an operator between them, which the analyzer sees as one text.
	words bool
	node  luceneNode
}

// A luceneTerm is a leaf.
type luceneTerm struct {
	// kind is lexTerm, lexQuoted, lexPrefix, lexWild, lexRegexp, or lexRangeIn for any range.
	kind lexKind
	// field is the name before the colon, or the one of the group around; empty is the default.
	field string
	// text is the value without its escapes; patterns (lexWild, lexRegexp) keep theirs.
	text string
	// fuzzy says that a ~ follows, amount is the number behind it: edits of a word, slop of a phrase; empty without.
	fuzzy  bool
	amount string
	boost  float64
	// from and to bound a range; open says that the text has a star there.
	from, to               string
	openFrom, openTo       bool
	includeFrom, includeTo bool
}

func (g *luceneGroup) weight() float64 { return g.boost }
func (t *luceneTerm) weight() float64  { return t.boost }
