package search

import (
	"encoding/json"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// A PIT is the point in time that a search asks for.
type PIT struct {
	ID string `json:"id"`
	// KeepAlive is how long it is to be kept from now on, as the request has it; empty leaves it as it is.
	KeepAlive string `json:"keep_alive"`
}

// PIT is the point in time of the request, or nil.
func (r *Request) PIT() *PIT { return r.pit }

func parsePIT(m member) (*PIT, error) {
	ms, err := members(m.raw)
	if err != nil {
		return nil, err
	}
	for _, o := range ms {
		if o.name != "id" && o.name != "keep_alive" {
			return nil, eserr.BadRequest(eserr.XContentParse, "[%d:%d] [pit] unknown field [%s]", o.at.Line, o.at.Column, o.name)
		}
	}
	p := &PIT{}
	if err := json.Unmarshal(m.raw, p); err != nil {
		return nil, eserr.BadRequest(eserr.XContentParse, "[%d:%d] [pit] cannot be read: %v", m.at.Line, m.at.Column, err)
	}
	if p.ID == "" {
		return nil, eserr.Illegal("Required [id]")
	}
	return p, nil
}

// addTiebreak gives a sorted search of a point in time the last key by which pages never overlap, as Elasticsearch does.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/paginate-search-results.html#search-after
func (r *Request) addTiebreak() {
	switch {
	case r.pit == nil || !r.sortSet:
		return
	case r.byScore():
		r.sort = []sortKey{{field: scoreField, desc: true}}
	case r.sort[len(r.sort)-1].field == shardDocField:
		return
	}
	r.sort = append(r.sort, sortKey{field: shardDocField})
}
