package search

import (
	"context"
	"fmt"

	"github.com/RoaringBitmap/roaring/v2"
	"golang.org/x/sync/errgroup"

	"github.com/vedette-siem/vedette/storage/segment"
)

const (
	ignoredField = "_ignored"
	routingField = "_routing"
)

// fetchAll reads the hits of a page, several at once.
func (s *session) fetchAll(ctx context.Context, page []ranked) ([]Hit, error) {
	hits := make([]Hit, len(page))
	matched, err := matchNamed(ctx, page)
	if err != nil {
		return nil, err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(s.options.Workers)
	const chunk = 64
	for from := 0; from < len(page); from += chunk {
		g.Go(func() error {
			for i := from; i < min(from+chunk, len(page)); i++ {
				if err := ctx.Err(); err != nil {
					return err
				}
				hit, err := page[i].fetch()
				if err != nil {
					return err
				}
				hit.Matched = matched.names(page[i])
				hits[i] = hit
			}
			return nil
		})
	}
	return hits, g.Wait()
}

// fetch reads what the request wants to see of a hit.
func (r ranked) fetch() (Hit, error) {
	hit, err := r.read()
	if err != nil {
		return hit, fmt.Errorf("fetch document %q of index %s: %w", hit.ID, r.run.index.Name, err)
	}
	req := r.page.request
	if req.showsScores() {
		score := shortest(r.score)
		hit.Score = &score
	}
	if !req.byScore() {
		for i := range r.page.keys {
			hit.Sort = append(hit.Sort, r.page.keys[i].show(r.values[i]))
		}
	}
	return hit, nil
}

func (r ranked) read() (Hit, error) {
	v, spec := r.x.view, r.page.request.fetch
	hit := Hit{Index: r.run.index.Name, ID: string([]byte(v.ID(r.doc))), Ignored: r.texts(ignoredField)}
	if routing := r.texts(routingField); len(routing) > 0 {
		hit.Routing = routing[0]
	}
	if spec.version {
		hit.Version = r.number(segment.VersionField)
	}
	if spec.seqNo {
		one := int64(1)
		hit.SeqNo, hit.PrimaryTerm = r.number(segment.SeqNoField), &one
	}
	if spec.noSource && len(r.page.fields)+len(r.page.marks) == 0 {
		return hit, nil
	}
	src, err := v.Source(r.doc)
	if err != nil {
		return hit, err
	}
	if !spec.noSource {
		if hit.Source, err = FilterSource(src, spec.includes, spec.excludes); err != nil {
			return hit, err
		}
	}
	if len(r.page.fields)+len(r.page.marks) == 0 {
		return hit, nil
	}
	doc := &sourceDoc{raw: src}
	if hit.Fields, err = r.showFields(doc); err != nil {
		return hit, err
	}
	hit.Highlight, err = r.highlight(doc)
	return hit, err
}

// texts returns the values of a keyword column, or nil.
func (r ranked) texts(name string) []string {
	t := r.x.view.Terms(name)
	if t == nil {
		return nil
	}
	var out []string
	for _, ord := range t.Ords(r.doc, nil) {
		out = append(out, string([]byte(t.Term(ord))))
	}
	return out
}

func (r ranked) number(name string) *int64 {
	col := r.x.view.Numbers(name)
	if col == nil {
		return nil
	}
	if n, ok := col.Value(r.doc); ok {
		return &n
	}
	return nil
}

// namedMatches are the documents of each segment that the named clauses match, in the order of indexRun.named.
type namedMatches map[*exec][]*roaring.Bitmap

// matchNamed runs the named clauses on the segments that have hits.
func matchNamed(ctx context.Context, page []ranked) (namedMatches, error) {
	out := namedMatches{}
	for _, r := range page {
		if out[r.x] != nil || len(r.run.named) == 0 {
			continue
		}
		x := *r.x
		x.ctx = ctx
		for _, n := range r.run.named {
			docs, err := n.node.match(&x)
			if err != nil {
				return nil, fmt.Errorf("match the clause %q: %w", n.name, err)
			}
			out[r.x] = append(out[r.x], docs)
		}
	}
	return out, nil
}

// names returns the names of the clauses that match the hit.
func (m namedMatches) names(r ranked) []string {
	var out []string
	for i, docs := range m[r.x] {
		if docs.Contains(r.doc) {
			out = append(out, r.run.named[i].name)
		}
	}
	return out
}
