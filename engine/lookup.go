package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/search"
)

// A termsLookup is `{"terms":{"field":{"index":..,"id":..,"path":..}}}`: the terms are what a document has at a path.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/query-dsl-terms-query.html#query-dsl-terms-lookup
type termsLookup struct {
	from, to                 int // where the lookup stands in the body
	index, id, path, routing string
}

// withLookups puts the terms into a search body where it asks to look them up in a document.
func (e *Embedded) withLookups(ctx context.Context, p Principal, body json.RawMessage) (json.RawMessage, error) {
	if !bytes.Contains(body, []byte(`"terms"`)) || !bytes.Contains(body, []byte(`"path"`)) {
		return body, nil
	}
	found := findLookups(body)
	if len(found) > maxLookups {
		return nil, eserr.Illegal("a search may look terms up in at most [%d] documents, not [%d]", maxLookups, len(found))
	}
	out, at := make([]byte, 0, len(body)), 0
	for _, l := range found {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		values, err := e.lookUp(ctx, p, l)
		if err != nil {
			return nil, err
		}
		out = append(append(out, body[at:l.from]...), values...)
		at = l.to
		if len(out)-len(body) > maxLookupBytes {
			return nil, eserr.Errorf(429, eserr.CircuitBreaking, "[request] Data too large: the terms that the search looks up take more than [%d] bytes", maxLookupBytes)
		}
	}
	return append(out, body[at:]...), nil
}

// Limits of the lookups of one search.
const (
	maxLookups     = 1024
	maxLookupBytes = 64 << 20
)

// lookUp returns the terms as a JSON array, an empty one if there is no such document.
func (e *Embedded) lookUp(ctx context.Context, p Principal, l termsLookup) (json.RawMessage, error) {
	got, err := e.Get(ctx, p, l.index, l.id, GetOptions{Realtime: true, Routing: l.routing})
	if err != nil {
		return nil, err
	}
	values := []any{}
	if got.Source != nil {
		if values, err = search.SourceValues(got.Source, l.path); err != nil {
			return nil, fmt.Errorf("look terms up in %s/%s: %w", l.index, l.id, err)
		}
	}
	return marshalPlain(values)
}

// findLookups goes through a body once. A body that cannot be read has none: its error comes from those who read it next.
func findLookups(body []byte) []termsLookup {
	f := &lookupFinder{dec: json.NewDecoder(bytes.NewReader(body))}
	f.dec.UseNumber()
	for {
		token, err := f.dec.Token()
		if err != nil {
			return f.found
		}
		f.take(token)
	}
}

// level is one object or array around the present place.
type level struct {
	object bool
	key    string // of the present member
	isKey  bool   // the next token is a key
	// members are those of an object that stands where a lookup may; nil elsewhere.
	members map[string]string
	from    int
}

type lookupFinder struct {
	dec    *json.Decoder
	levels []level
	found  []termsLookup
}

func (f *lookupFinder) take(token json.Token) {
	top := f.top()
	switch token {
	case json.Delim('{'), json.Delim('['):
		next := level{object: token == json.Delim('{'), isKey: true, from: int(f.dec.InputOffset()) - 1}
		if n := len(f.levels); next.object && n > 1 && top.object && f.levels[n-2].object && f.levels[n-2].key == "terms" {
			next.members = map[string]string{}
		}
		if top != nil && top.members != nil {
			top.members["{"] = "" // no lookup has anything below it
		}
		f.levels = append(f.levels, next)
		return
	case json.Delim('}'), json.Delim(']'):
		f.close(*top)
		f.levels = f.levels[:len(f.levels)-1]
		top = f.top()
	default:
		if top != nil && top.object && top.isKey {
			top.key, top.isKey = token.(string), false
			return
		}
		if top != nil && top.members != nil {
			top.members[top.key] = fmt.Sprint(token)
		}
	}
	if top != nil {
		top.isKey = true
	}
}

func (f *lookupFinder) top() *level {
	if len(f.levels) == 0 {
		return nil
	}
	return &f.levels[len(f.levels)-1]
}

func (f *lookupFinder) close(l level) {
	m := l.members
	if m["index"] == "" || m["id"] == "" || m["path"] == "" {
		return
	}
	for name := range m {
		if !slices.Contains([]string{"index", "id", "path", "routing"}, name) {
			return
		}
	}
	f.found = append(f.found, termsLookup{from: l.from, to: int(f.dec.InputOffset()), index: m["index"], id: m["id"], path: m["path"], routing: m["routing"]})
}
