package mapping

import "strings"

// A reads is what reads a value: an object's fields, a leaf, or nothing.
type reads struct {
	m      *Mapping
	object *object
	dyn    dynamic // of the object
	leaf   *leaf
	// key and depth are those of a place below a flattened leaf.
	key   string
	depth int
}

// member finds what reads a member of an object. It returns false if a plan cannot do it: the name is unknown, or the member is of an unusual kind.
func (by reads) member(name string) (reads, bool) {
	switch {
	case by.leaf != nil && by.key != "":
		return reads{leaf: by.leaf, key: by.key + "." + name, depth: by.depth + 1}, true
	case by.leaf != nil:
		return reads{leaf: by.leaf, key: name, depth: by.depth + 1}, true
	case by.object == nil:
		return reads{}, true
	}
	if n := by.object.children[name]; n != nil {
		return by.node(n)
	}
	if checkName(name) != nil || by.object == by.m.root && metadata(name) != nil || by.object.flat {
		return reads{}, false
	}
	head, rest, dotted := strings.Cut(name, ".")
	n := by.object.children[head]
	switch {
	case !dotted || n == nil:
		return reads{}, by.dyn == dynamicFalse
	case n.leaf != nil && n.leaf.spec.read == readFlattened:
		return reads{leaf: n.leaf, key: rest, depth: 1}, true
	case n.leaf != nil:
		return reads{}, false
	}
	below, ok := by.node(n)
	if !ok || below.object == nil {
		return below, ok
	}
	return below.member(rest)
}

// node is what reads a value for a known object or leaf.
func (by reads) node(n *node) (reads, bool) {
	switch {
	case n.leaf != nil:
		return reads{leaf: n.leaf}, n.leaf.spec.read == readFlattened || by.m.simple(n.leaf)
	case n.object.disabled:
		return reads{}, true
	}
	return reads{m: by.m, object: n.object, dyn: n.object.dynamic.or(by.dyn)}, !n.object.nested
}

// simple reports whether a leaf, its sub-fields and all that it is copied to are fields whose values are scalar.
func (m *Mapping) simple(l *leaf) bool {
	if !l.simple() {
		return false
	}
	for _, path := range l.copyTo {
		if target, _ := m.root.find(path); target == nil || !target.simple() {
			return false
		}
	}
	return true
}

func (l *leaf) simple() bool {
	for _, sub := range l.subs {
		if !sub.spec.read.scalar() {
			return false
		}
	}
	return l.spec.read.scalar()
}

// scalar reports whether values are scalar and go to columns.
func (r reading) scalar() bool {
	return r != readNothing && r != readFlattened && r != readAlias && r != readCompletion
}
