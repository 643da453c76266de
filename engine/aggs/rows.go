package aggs

import "math"

// A row is one bucket on its way into the answer.
type row struct {
	id    int // the list's own number of the bucket; pipelines may drop and reorder rows
	count int64
	// subs and at are the children's partials, and which of their buckets is this one.
	subs []partial
	at   int
	// scope holds what pipelines have made of the children; nil where there are none.
	scope *scope
}

// A list is what stands in the `buckets` of an aggregation, in the order of the answer.
type list struct {
	rows []row
	// single says that the one bucket is printed as the aggregation itself.
	single bool
	// keyed prints an object by name, not an array.
	keyed bool
	// before prints what stands before `buckets`; nil for nothing.
	before func(w *writer)
	// after prints what stands after `buckets`; nil for nothing.
	after func(w *writer)
	// head prints a bucket's key and what belongs to it. tail prints what stands after `doc_count`; nil for nothing.
	head, tail func(w *writer, r *row)
	// name is the key of a bucket as text, as in keyed answers and the paths of pipelines; nil if single.
	name func(r *row) string
	// num is the key of a bucket as a number; nil where keys are not numbers.
	num func(r *row) float64
}

// A bucketer is the spec of an aggregation that has buckets.
type bucketer interface {
	spec
	// list makes the rows of one bucket of the parent. p is nil where nothing was counted. What fails is the writer's error.
	list(w *writer, n *node, p partial, bucket int) *list
}

// A writable is the spec of a metric.
type writable interface {
	// write prints what stands inside the aggregation's object for one bucket of its parent. p is nil where nothing was counted.
	write(w *writer, n *node, p partial, bucket int)
}

// A scope is the aggregations of one bucket on their way into the answer.
type scope struct {
	nodes  []*node
	parts  []partial
	bucket int
	lists  []*list // of the bucketers that pipelines have been through, else nil
	piped  []piped // results of pipelines, by node; nil where there is none
}

func (s *scope) part(i int) partial {
	if i < len(s.parts) {
		return s.parts[i]
	}
	return nil
}

// list makes the rows of the node i, with the results of the pipelines that are nested in it. They are kept where there are pipelines.
func (w *writer) list(s *scope, i int) *list {
	if s.lists != nil && s.lists[i] != nil {
		return s.lists[i]
	}
	n := s.nodes[i]
	l := n.spec.(bucketer).list(w, n, s.part(i), s.bucket)
	if l == nil || w.err != nil {
		return &list{}
	}
	if s.lists != nil {
		s.lists[i] = l
	}
	if n.pipes {
		w.pipe(n, l)
	}
	return l
}

// scopeOf is the scope of a row's children.
func (n *node) scopeOf(r *row) *scope {
	if r.scope != nil {
		return r.scope
	}
	return &scope{nodes: n.subs, parts: r.subs, bucket: r.at}
}

// scope prints the aggregations of a bucket: one key for each.
func (w *writer) scope(s *scope) {
	for i, n := range s.nodes {
		if w.fail(w.stop.now()); !w.charge() {
			return
		}
		if _, pipe := n.spec.(pipeSpec); pipe {
			if s.piped != nil && s.piped[i] != nil {
				w.openAgg(n, s.piped[i].typed())
				s.piped[i].write(w)
				w.close('}')
			}
			continue
		}
		w.openAgg(n, n.spec.typed(s.part(i)))
		if m, ok := n.spec.(writable); ok {
			m.write(w, n, s.part(i), s.bucket)
		} else {
			mark := w.borrowed
			w.rows(n, w.list(s, i))
			w.giveBack(mark)
		}
		w.close('}')
	}
}

// openAgg opens the object of one aggregation.
func (w *writer) openAgg(n *node, typed string) {
	name := n.name
	if w.typed {
		name = typed + "#" + name
	}
	w.key(name)
	w.open('{')
	if n.meta != nil {
		w.key("meta")
		w.raw(string(n.meta))
	}
}

// rows prints the buckets of one aggregation.
func (w *writer) rows(n *node, l *list) {
	if l.before != nil {
		l.before(w)
	}
	if l.single {
		w.row(n, l, &l.rows[0])
		return
	}
	brackets := "[]"
	if l.keyed {
		brackets = "{}"
	}
	w.key("buckets")
	w.open(brackets[0])
	for i := range l.rows {
		if !w.bucket() {
			return
		}
		r := &l.rows[i]
		if l.keyed {
			w.key(l.name(r))
		}
		w.open('{')
		w.row(n, l, r)
		w.close('}')
	}
	w.close(brackets[1])
	if l.after != nil {
		l.after(w)
	}
}

func (w *writer) row(n *node, l *list, r *row) {
	if l.head != nil {
		l.head(w, r)
	}
	w.docCount(r.count)
	if l.tail != nil {
		l.tail(w, r)
	}
	w.scope(n.scopeOf(r))
}

// singleList is the list of an aggregation with one bucket.
func singleList(p partial, bucket int) *list {
	f, _ := p.(*fixed)
	r := row{count: f.count(bucket, 0)}
	r.subs, r.at = f.children(bucket, 0)
	return &list{rows: []row{r}, single: true}
}

// noNumber is the number of a key that is text.
func noNumber(*row) float64 { return math.NaN() }
