package dsl

// simple parses and lowers a simple_query_string. A field that cannot have a word matches nothing.
func (l *lowering) simple() (Query, error) {
	flags, err := simpleFlags(l.q.Flags)
	if err != nil {
		return nil, err
	}
	return l.simpleNode(parseSimple(l.q.Query, flags, !l.and))
}

func (l *lowering) simpleNode(n simpleNode) (Query, error) {
	switch n := n.(type) {
	case *simpleWord:
		q, err := l.simpleWord(n)
		return negatedIf(n.negated, q), err
	case *simpleGroup:
		q, err := l.simpleGroup(n)
		return negatedIf(n.negated, q), err
	}
	return nil, nil
}

func negatedIf(on bool, q Query) Query {
	if !on || q == nil {
		return q
	}
	return &Bool{MustNot: []Query{q}, Should: []Query{&MatchAll{}}} // so that what is left scores 1
}

func (l *lowering) simpleGroup(g *simpleGroup) (Query, error) {
	var list []occurring
	for _, part := range g.parts {
		q, err := l.simpleNode(part)
		if err != nil {
			return nil, err
		}
		if q != nil {
			o := must
			if g.or {
				o = should
			}
			list = append(list, occurring{q, o})
		}
	}
	return combined(list), nil
}

func (l *lowering) simpleWord(n *simpleWord) (Query, error) {
	w := l.wording()
	switch {
	case n.prefix:
		return l.prefix("", n.text)
	case n.quoted:
		w.slop = max(n.near, 0)
		return l.acrossFields(w, typePhrase, l.target("", l.q.QuoteFieldSuffix), l.q.TieBreaker, n.text)
	case n.near >= 0:
		return l.fuzzy(&luceneTerm{text: n.text, amount: string(rune('0' + n.near))})
	}
	return l.acrossFields(w, l.way, l.fields, l.q.TieBreaker, n.text)
}
