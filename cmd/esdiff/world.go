package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
)

// world is one index that all servers have: random documents under a mapping with every type of field.
type world struct {
	seed  uint64
	index string
	// rich worlds have types that the core of Elasticsearch lacks; only OpenSearch is asked about them.
	rich      bool
	fields    []field
	documents []document
}

type document struct {
	id   string
	body map[string]any
}

// mostDocuments is the largest number of documents of a world.
const mostDocuments = 200

func newWorld(prefix string, seed uint64, mayBeRich bool) *world {
	r := rand.New(rand.NewPCG(seed, 0))
	w := &world{seed: seed, index: fmt.Sprintf("%s-%d", prefix, seed), rich: mayBeRich && chance(r, 0.1)}
	w.fields = coreFields()
	if w.rich {
		w.fields = append(w.fields, richFields()...)
	}
	for i := range 20 + r.IntN(mostDocuments-20) {
		w.documents = append(w.documents, document{fmt.Sprintf("d%03d", i), makeDocument(r, w.fields)})
	}
	return w
}

// makeDocument gives each field no value, a null, an empty list, one value or several.
func makeDocument(r *rand.Rand, fields []field) map[string]any {
	doc := map[string]any{}
	for _, f := range fields {
		if f.derived || chance(r, 0.25) {
			continue
		}
		doc[f.name] = someValues(r, f)
	}
	return doc
}

func someValues(r *rand.Rand, f field) any {
	switch n := r.Float64(); {
	case n < 0.03:
		return nil
	case n < 0.06:
		return []any{}
	case n < 0.8 || f.single:
		return f.value(r)
	}
	list := []any{}
	for range 1 + r.IntN(4) {
		list = append(list, f.value(r))
	}
	return list
}

// definition is the body that makes the index.
func (w *world) definition() string {
	properties := map[string]any{}
	for _, f := range w.fields {
		if f.mapping != nil {
			properties[f.name] = f.mapping
		}
	}
	return text(map[string]any{
		"settings": map[string]any{"number_of_shards": 1, "number_of_replicas": 0, "refresh_interval": -1},
		"mappings": map[string]any{"properties": properties},
	})
}

// put makes the index on all servers that know its types. One bulk and one refresh leave one segment, so that documents lie in the order in which they were sent: ties have the same order everywhere.
func (w *world) put(ctx context.Context, all servers) error {
	var bulk strings.Builder
	for _, d := range w.documents {
		fmt.Fprintf(&bulk, "{\"index\":{\"_id\":%q}}\n%s\n", d.id, text(d.body))
	}
	for _, s := range w.servers(all) {
		if err := w.putOn(ctx, s, bulk.String()); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) putOn(ctx context.Context, s *server, bulk string) error {
	if _, err := s.send(ctx, "DELETE", "/"+w.index, ""); err != nil {
		return err
	}
	if _, err := s.must(ctx, "PUT", "/"+w.index, w.definition()); err != nil {
		return err
	}
	a, err := s.must(ctx, "POST", "/"+w.index+"/_bulk", bulk)
	if err != nil {
		return err
	}
	if body, _ := a.body.(*object); body.get("errors") != false {
		return fmt.Errorf("%s does not take the documents: %s", s.name, firstError(a))
	}
	_, err = s.must(ctx, "POST", "/"+w.index+"/_refresh", "")
	if err == nil {
		_, err = s.must(ctx, "POST", "/"+w.index+"/_forcemerge?max_num_segments=1", "")
	}
	return err
}

// firstError is the first item of a bulk's answer that failed.
func firstError(a answer) string {
	body, _ := a.body.(*object)
	items, _ := body.get("items").([]any)
	for _, item := range items {
		if s := text(item); strings.Contains(s, `"error"`) {
			return s
		}
	}
	return short(a.body)
}

func (w *world) servers(all servers) []*server {
	if w.rich {
		all.elasticsearch = nil
	}
	return all.all()
}

func (w *world) remove(ctx context.Context, all servers) error {
	var failed []error
	for _, s := range w.servers(all) {
		if _, err := s.send(ctx, "DELETE", "/"+w.index, ""); err != nil {
			failed = append(failed, err)
		}
	}
	return errors.Join(failed...)
}

// of returns the fields whose type is one of those; all if none is given.
func (w *world) of(types ...string) []field {
	var list []field
	for _, f := range w.fields {
		if len(types) == 0 || contains(types, f.typ) {
			list = append(list, f)
		}
	}
	return list
}

func contains(list []string, s string) bool {
	for _, one := range list {
		if one == s {
			return true
		}
	}
	return false
}

// field picks a field of one of those types, and now and then one of another type or none at all, as users do.
func (w *world) field(r *rand.Rand, types ...string) field {
	switch n := r.Float64(); {
	case n < 0.02:
		return field{name: "absent", typ: "none", value: word}
	case n < 0.05:
		return pick(r, w.fields...)
	}
	return pick(r, w.of(types...)...)
}
