package search

import (
	"github.com/vedette-siem/vedette/engine/dsl"
	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/storage/document"
)

func (p *planner) phrase(q *dsl.Phrase, boost float32) (node, error) {
	f, err := p.field(q.Field)
	if f == nil || err != nil || len(q.Terms) == 0 {
		return none{}, err
	}
	if f.Kind != document.Text {
		return nil, eserr.Shard(eserr.QueryShard, "Can only use phrase queries on text fields - not on [%s] which is of type [%s]", f.Name, f.Type)
	}
	n := &phrase{column: columnOf(f), slop: q.Slop, boost: boost}
	for _, t := range q.Terms {
		n.places = append(n.places, phrasePlace{t.Terms, t.Position})
	}
	if q.LastIsPrefix {
		n.limit = q.MaxExpansions
		if n.limit <= 0 {
			n.limit = defaultExpansions
		}
	}
	if len(n.places) == 1 && n.limit == 0 && len(n.places[0].terms) == 1 {
		return &scoredTerm{n.column, n.places[0].terms[0], boost}, nil
	}
	if n.fixed {
		return constant{n, boost}, nil
	}
	return n, nil
}
