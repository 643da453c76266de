package aggs

import (
	"encoding/json"
	"math"
	"slices"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// A pipeSpec is a pipeline aggregation: it counts nothing, and works on the rows of others when they are about to be printed. It is a siblingSpec or a parentSpec.
type pipeSpec interface {
	spec
	// inputs are the paths that it reads, for the order in which pipelines are computed.
	inputs() []string
	// check refuses what cannot work where the pipeline stands.
	check(c *pipeCheck, n *node)
}

// A siblingSpec makes one result from the buckets of an aggregation beside it.
type siblingSpec interface {
	pipeSpec
	compute(w *writer, n *node, s *scope) piped
}

// A parentSpec works on the buckets of the aggregation that it is nested in: it adds results to them, or drops and reorders them.
type parentSpec interface {
	pipeSpec
	run(w *writer, p *pipeRun)
}

// A piped is the result of a pipeline in one bucket.
type piped interface {
	typed() string
	// property is what a path finds below the name of the result.
	property(path []string) (any, error)
	write(w *writer)
}

// A pipeRun is a parentSpec at work on the rows of one list.
type pipeRun struct {
	node   *node // the pipeline
	index  int   // of it among the parent's children
	parent *node
	list   *list
}

// set gives a row the pipeline's result.
func (p *pipeRun) set(r *row, x piped) { r.scope.piped[p.index] = x }

// values reads a path in every bucket.
func (p *pipeRun) values(w *writer, path string, gap gapPolicy) []float64 {
	if !w.borrow(len(p.list.rows)) {
		return nil
	}
	out := make([]float64, len(p.list.rows))
	parsed := parsePath(path)
	for i := range p.list.rows {
		if w.fail(w.stop.at(i)); w.err != nil {
			return nil
		}
		x, err := valueAt(w, p.parent, p.list, &p.list.rows[i], parsed, gap)
		if w.fail(err); w.err != nil {
			return nil
		}
		out[i] = x
	}
	return out
}

// pipe runs the pipelines below the rows of a list, the innermost first.
func (w *writer) pipe(n *node, l *list) {
	if !w.borrow(2 * len(l.rows) * len(n.subs)) {
		return
	}
	for i := range l.rows {
		r := &l.rows[i]
		r.scope = &scope{nodes: n.subs, parts: r.subs, bucket: r.at, lists: make([]*list, len(n.subs)), piped: make([]piped, len(n.subs))}
		for j, sub := range n.subs {
			if w.fail(w.stop.at(i)); w.err != nil {
				return
			}
			if sub.pipes {
				w.list(r.scope, j)
			}
		}
	}
	for _, i := range n.order {
		switch s := n.subs[i].spec.(type) {
		case siblingSpec:
			for j := range l.rows {
				if w.fail(w.stop.at(j)); w.err != nil {
					return
				}
				sc := l.rows[j].scope
				sc.piped[i] = s.compute(w, n.subs[i], sc)
			}
		case parentSpec:
			s.run(w, &pipeRun{node: n.subs[i], index: i, parent: n, list: l})
		}
		if w.err != nil {
			return
		}
	}
}

// top is the scope of the whole answer, with the results of its pipelines.
func (w *writer) top(t *Tree, parts []partial) *scope {
	s := &scope{nodes: t.nodes, parts: parts}
	if !slices.ContainsFunc(t.nodes, func(n *node) bool { return n.pipes }) && len(t.order) == 0 {
		return s
	}
	s.lists, s.piped = make([]*list, len(t.nodes)), make([]piped, len(t.nodes))
	for i, n := range t.nodes {
		if n.pipes {
			w.list(s, i)
		}
	}
	for _, i := range t.order {
		if w.err == nil {
			s.piped[i] = t.nodes[i].spec.(siblingSpec).compute(w, t.nodes[i], s)
		}
	}
	return s
}

// A gapPolicy says what a bucket without a value counts as.
type gapPolicy int

const (
	gapSkip gapPolicy = iota
	gapZeros
	gapKeep
)

// apply turns the value of a bucket with so many documents into what counts. NaN is none.
func (g gapPolicy) apply(docs int64, x float64) float64 {
	missing := math.IsNaN(x) || math.IsInf(x, 0)
	switch {
	case g == gapZeros && (missing || docs == 0):
		return 0
	case missing, g == gapSkip && docs == 0:
		return math.NaN()
	}
	return x
}

// pipeBase is what the options of pipelines have in common.
type pipeBase struct {
	paths []string
	gap   gapPolicy
	show  *decimal // nil without a format
}

func (b *pipeBase) inputs() []string                               { return b.paths }
func (b *pipeBase) typed(partial) string                           { return "" }
func (b *pipeBase) bind(*node, *Index, []binding) (binding, error) { return nil, nil }
func (b *pipeBase) one(c *pipeCheck, n *node) bool {
	if len(b.paths) != 1 {
		c.fail("buckets_path must contain a single entry for aggregation [%s]", n.name)
	}
	return len(b.paths) == 1
}

// pipeBase reads `buckets_path`, a path or a list of them, `gap_policy` and `format`.
func (o *options) pipeBase() pipeBase {
	var b pipeBase
	raw := o.get("buckets_path")
	if raw == nil {
		o.fail(eserr.BadRequest(eserr.Parsing, "Missing required field [buckets_path] for aggregation [%s]", o.name))
		return b
	}
	for _, path := range o.list("buckets_path") {
		b.paths = append(b.paths, o.path("buckets_path", path))
	}
	b.gap, b.show = o.gapPolicy(), o.decimal()
	return b
}

// gaplessBase is pipeBase for pipelines without `gap_policy`.
func (o *options) gaplessBase() pipeBase {
	if slices.ContainsFunc(o.members, func(m member) bool { return m.key == "gap_policy" }) {
		o.fail(eserr.BadRequest(eserr.XContentParse, "[%s] unknown field [gap_policy]", o.agg))
	}
	return o.pipeBase()
}

// path reads one path, and refuses what is none.
func (o *options) path(key string, raw json.RawMessage) string {
	text, ok := scalarText(raw)
	if !ok {
		o.wrong(key, raw)
		return ""
	}
	if err := checkPath(text); err != nil {
		o.fail(err)
	}
	return text
}

// gapPolicy reads `gap_policy`. Elasticsearch reads some of the aggregations with an object parser, which wraps the error.
func (o *options) gapPolicy() gapPolicy {
	switch text := strings.ToLower(o.text("gap_policy")); text {
	case "", "skip":
	case "insert_zeros":
		return gapZeros
	case "keep_values":
		return gapKeep
	default:
		invalid := eserr.BadRequest(eserr.Parsing, "Invalid gap policy: [%s], accepted values: [insert_zeros, skip, keep_values]", text)
		switch o.agg {
		case "bucket_script", "bucket_sort", "moving_fn":
			o.refuse("gap_policy", invalid)
		default:
			o.fail(invalid)
		}
	}
	return gapSkip
}

// decimal reads `format`, nil without.
func (o *options) decimal() *decimal {
	text := o.text("format")
	if text == "" {
		return nil
	}
	d, err := parseDecimal(text)
	if err != nil {
		o.fail(err)
	}
	return d
}

// strict refuses unknown members as the older parsers of pipelines do. It is called when all others were asked for.
func (o *options) strict() {
	for _, m := range o.members {
		if !slices.Contains(o.known, m.key) {
			o.fail(eserr.BadRequest(eserr.Parsing, "Unknown key for a %s in [%s]: [%s].", eserr.TokenName(m.value), o.name, m.key))
		}
	}
}
