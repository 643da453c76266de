package mapping

import (
	"strings"

	"github.com/vedette-siem/vedette/engine/analysis"
)

// A node is an object or a leaf of the tree of fields.
type node struct {
	object *object
	leaf   *leaf
}

// An object has fields below it. The root is one without a name. Objects of a Mapping are not changed.
type object struct {
	// path is the full name, empty for the root.
	path string
	// nested objects are kept in _source only, see Document.
	nested bool
	// dynamic is what happens to unknown fields; inherited is the parent's.
	dynamic dynamic
	// disabled says that nothing below is looked at (`enabled: false`).
	disabled bool
	// flat says that names with dots below are leaves of this object (`subobjects: false`).
	flat     bool
	children map[string]*node
	// count is the number of fields and objects below.
	count int
	// extra are parameters that are only shown again (include_in_parent, include_in_root).
	extra map[string]any
}

// A leaf is a field, with its sub-fields.
type leaf struct {
	field Field
	spec  *spec
	// params are the parameters as GET _mapping shows them, without type and fields.
	params map[string]any
	// column says that values are kept in a column at all: false with `index: false` and no doc values, and for what is kept in _source only.
	column bool
	// present says that a column tells which documents have a value, but not which value: what `exists` needs of a field that is kept in _source only.
	present bool
	// null is the text that stands for null; hasNull says whether there is one.
	null    string
	hasNull bool
	// coerce and ignoreMalformed are nil where the index's setting decides.
	coerce, ignoreMalformed *bool
	copyTo                  []string
	// target is the path of an alias.
	target string
	// words is the analyzer of a text or token_count for documents.
	words *analysis.Analyzer
	// gap is the distance between the words of two values of a text.
	gap uint32
	// depth is the limit of levels of a flattened field.
	depth int
	// subs are the sub-fields (`fields`), by name.
	subs []*leaf
}

// dynamic is what happens to fields that the mapping does not know.
type dynamic uint8

const (
	inherited dynamic = iota
	dynamicTrue
	dynamicFalse
	dynamicStrict
	dynamicRuntime // behaves as true
)

func (d dynamic) String() string {
	return [...]string{"", "true", "false", "strict", "runtime"}[d]
}

// or returns the parent's where d is inherited.
func (d dynamic) or(parent dynamic) dynamic {
	if d == inherited {
		return parent
	}
	return d
}

// join is the path of a name below an object.
func (o *object) join(name string) string {
	if o.path == "" {
		return name
	}
	return o.path + "." + name
}

// find returns the leaf or object of a path below o, or neither. It does not look into sub-fields.
func (o *object) find(path string) (*leaf, *object) {
	for {
		if n := o.children[path]; n != nil {
			return n.leaf, n.object
		}
		head, rest, ok := strings.Cut(path, ".")
		n := o.children[head]
		if !ok || n == nil || n.object == nil {
			return nil, nil
		}
		o, path = n.object, rest
	}
}

// put returns a copy of o with a node at a path below it. Objects on the way are copied too, and must exist; those in owned have been copied before and are
// changed in place, so that many fields cost one copy.
func (o *object) put(path string, n *node, owned map[*object]bool) *object {
	next := o
	if !owned[o] {
		next = o.copied()
		owned[next] = true
	}
	name := path
	head, rest, ok := strings.Cut(path, ".")
	before := next.children[name].size()
	if child := next.children[head]; ok && !next.flat && child != nil && child.object != nil {
		name, before = head, child.size()
		n = &node{object: child.object.put(rest, n, owned)}
	}
	next.count += n.size() - before
	next.children[name] = n
	return next
}

// copied is a copy of o with a map of its own.
func (o *object) copied() *object {
	next := *o
	next.children = make(map[string]*node, len(o.children)+1)
	for name, child := range o.children {
		next.children[name] = child
	}
	return &next
}

// size is the number of fields that Elasticsearch counts for a node: itself and what is below it.
func (n *node) size() int {
	switch {
	case n == nil:
		return 0
	case n.object != nil:
		return 1 + n.object.count
	}
	return 1 + len(n.leaf.subs)
}

// set puts a child into an object that nobody else has yet.
func (o *object) set(name string, n *node) {
	if o.children == nil {
		o.children = map[string]*node{}
	}
	o.count += n.size() - o.children[name].size()
	o.children[name] = n
}

// each visits the leaves below o, sub-fields after their parents, in no order.
func (o *object) each(visit func(l *leaf, hidden bool)) { o.eachBelow(visit, false) }

func (o *object) eachBelow(visit func(l *leaf, hidden bool), hidden bool) {
	hidden = hidden || o.nested
	for _, n := range o.children {
		if n.object != nil {
			n.object.eachBelow(visit, hidden)
			continue
		}
		visit(n.leaf, hidden)
		for _, sub := range n.leaf.subs {
			visit(sub, hidden)
		}
	}
}
