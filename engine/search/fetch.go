package search

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"golang.org/x/sync/errgroup"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/storage/segment"
)

const (
	ignoredField = "_ignored"
	routingField = "_routing"
)

// fetchAll reads the hits of a page. They are read in the order of their documents, since neighbours share a block, in as many parts as there are workers.
func (s *session) fetchAll(ctx context.Context, page []ranked) ([]Hit, error) {
	hits := make([]Hit, len(page))
	matched, err := matchNamed(ctx, page)
	if err != nil {
		return nil, err
	}
	order := make([]int, len(page))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		p, q := page[a], page[b]
		return cmp.Or(cmp.Compare(p.run.shard, q.run.shard), cmp.Compare(p.x.base, q.x.base), cmp.Compare(p.doc, q.doc))
	})
	g, ctx := errgroup.WithContext(ctx)
	const least = 32 // hits that are worth a goroutine
	for part := range slices.Chunk(order, max(least, (len(order)+s.options.Workers-1)/s.options.Workers)) {
		g.Go(guarded("fetch of hits", func() error {
			var from sources
			for _, i := range part {
				if err := ctx.Err(); err != nil {
					return err
				}
				hit, err := page[i].fetch(&from)
				if err == nil && s.request.fetch.explain {
					err = page[i].explain(ctx, &hit)
				}
				if err != nil {
					return err
				}
				if err := s.options.Budget.Take("hits", hit.Bytes()); err != nil {
					return err
				}
				hit.Matched = matched.names(page[i])
				hits[i] = hit
			}
			return nil
		}))
	}
	return hits, g.Wait()
}

// sources reads documents of one segment after the other. It is for one goroutine; its zero value is ready.
type sources struct {
	x      *exec
	reader *segment.SourceReader
}

// read returns a document's JSON, which is valid until the next call.
func (s *sources) read(x *exec, doc uint32) ([]byte, error) {
	if s.x != x {
		s.x, s.reader = x, x.view.Sources()
	}
	return s.reader.Read(doc)
}

// fetch reads what the request wants to see of a hit.
func (r ranked) fetch(from *sources) (Hit, error) {
	hit, err := r.read(from)
	var refused *eserr.Error
	if errors.As(err, &refused) {
		named := *refused
		named.Index = r.run.index.Name
		return hit, &named
	}
	if err != nil {
		return hit, fmt.Errorf("fetch document %q of index %s: %w", hit.ID, r.run.index.Name, err)
	}
	req := r.page.request
	if req.showsScores() {
		score := Score(shortest(r.score))
		hit.Score = &score
	}
	if !req.byScore() {
		for i := range req.sort {
			hit.Sort = append(hit.Sort, r.page.keys[i].show(r.values[i]))
		}
	}
	return hit, nil
}

func (r ranked) read(from *sources) (Hit, error) {
	if r.page.refused != nil {
		return Hit{}, r.page.refused
	}
	v, spec := r.x.view, r.page.request.fetch
	hit := Hit{Index: r.run.index.Name, ID: string([]byte(v.ID(r.doc))), Ignored: r.texts(ignoredField)}
	if spec.bare {
		hit.ID, hit.Ignored = "", nil
	}
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
	if r.page.noSource && len(r.page.fields)+len(r.page.marks) == 0 {
		return hit, nil
	}
	src, err := from.read(r.x, r.doc)
	if err != nil {
		return hit, err
	}
	if !r.page.noSource {
		kept, err := FilterSource(src, r.page.includes, r.page.excludes)
		if err == nil {
			kept, err = FilterSource(kept, spec.includes, spec.excludes)
		}
		if err != nil {
			return hit, err
		}
		hit.Source = slices.Clone(kept) // src is the reader's
	}
	if len(r.page.fields)+len(r.page.marks) == 0 {
		return hit, nil
	}
	doc := &sourceDoc{raw: src}
	if hit.Fields, hit.IgnoredValues, err = r.showFields(doc, hit.Ignored); err != nil {
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
		x.ctx, x.deadline = ctx, time.Time{}
		for _, n := range r.run.named {
			docs, err := n.node.match(&x)
			if errors.Is(err, errTimeout) { // met by the search, and kept by the node
				docs, err = roaring.New(), nil
			}
			if err == nil {
				err = x.hold(docs)
			}
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
		if docs.Contains(r.doc) && !slices.Contains(out, r.run.named[i].name) {
			out = append(out, r.run.named[i].name)
		}
	}
	return out
}
