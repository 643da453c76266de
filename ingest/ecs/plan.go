package ecs

import "slices"

// A state stands for the names that an event has set until now, in their order; the first one is the event's dataset. Most events of a format
// set the same fields in the same order, so that following the states is comparing one name a field, and all that
// depends on the names alone is done once: finding the node, and the plan of the rendered event.
type state struct {
	name   string
	node   int32 // 0 for the dataset
	kind   stateKind
	parent int32
	first  int32 // of the states that have followed; 0 for none
	next   int32 // the next of those that have followed parent
	plan   *plan // of events that end here; nil until there was one
}

type stateKind uint8

const (
	sets   stateKind = iota
	fixes            // sets the value that all events of the dataset have
	orders           // gives the field its place and no value
)

// maxStates bounds the memory for states of one Builder: about 4 MB, and as much again for their plans. Beyond it they are forgotten.
const maxStates = 1 << 16

// follow moves to the state behind a name.
func (b *Builder) follow(name string) int32 {
	at := b.states[b.state].first
	for at != 0 && b.states[at].name != name {
		at = b.states[at].next
	}
	if at == 0 {
		at = b.newState(name)
	}
	b.state = at
	return at
}

func (b *Builder) newState(name string) int32 {
	s := state{name: name, parent: b.state, next: b.states[b.state].first}
	if b.state != 0 {
		s.node = b.node(name)
	}
	b.states = append(b.states, s)
	at := int32(len(b.states) - 1)
	b.states[b.state].first = at
	return at
}

// order gives a field its place in the event; its value comes later.
func (b *Builder) order(name string) {
	at := b.follow(name)
	b.states[at].kind = orders
}

// fixed sets a value that depends on the dataset alone.
func (b *Builder) fixed(name, v string) {
	at := b.begin(name)
	b.values = AppendString(b.values, v)
	b.end(at)
	b.states[b.state].kind = fixes
}

// plan is how the fields of an event become its JSON: texts, and a value behind each.
type plan struct {
	text   []byte // with room for short more
	pieces []piece
	tail   int32 // the text behind the last value begins there
}

// piece is text[from:to] and behind it the value of a node.
type piece struct{ from, to, node int32 }

// render writes the event as one JSON object: fields in the order of their first use, objects where they were begun.
func (b *Builder) render() []byte {
	p := b.states[b.state].plan
	if p == nil {
		p = b.newPlan()
		b.states[b.state].plan = p
	}
	size := len(p.text)
	for i := range p.pieces {
		n := &b.nodes[p.pieces[i].node]
		size += int(n.to - n.from)
	}
	b.values = slices.Grow(b.values, short)
	text, values, dst, at := p.text[:len(p.text)+short], b.values[:len(b.values)+short], make([]byte, size+short), 0
	for i := range p.pieces {
		piece := &p.pieces[i]
		at = put(dst, at, text, piece.from, piece.to)
		n := &b.nodes[piece.node]
		at = put(dst, at, values, n.from, n.to)
	}
	copy(dst[at:], p.text[p.tail:])
	return dst[:size:size]
}

// short is how many bytes put copies at least; what it reads and writes is longer by that.
const short = 16

// put copies src[from:to] to dst[at:] and returns the end. Most pieces are short, and for those a copy of fixed length is several times as fast as one
// that looks at the length.
func put(dst []byte, at int, src []byte, from, to int32) int {
	*(*[short]byte)(dst[at:]) = *(*[short]byte)(src[from:])
	if to-from > short {
		copy(dst[at+short:], src[from+short:to])
	}
	return at + int(to-from)
}

// newPlan makes the plan of events whose names lead to the current state.
func (b *Builder) newPlan() *plan {
	b.path = b.path[:0]
	for at := b.state; at != 0; at = b.states[at].parent {
		b.path = append(b.path, at)
	}
	for i := range b.nodes {
		n := &b.nodes[i]
		n.first, n.last, n.next, n.linked, n.filled, n.fixed = 0, 0, 0, i == 0, false, false
	}
	for i := len(b.path) - 1; i >= 0; i-- {
		s := &b.states[b.path[i]]
		if s.node == 0 {
			continue
		}
		b.link(s.node)
		n := &b.nodes[s.node]
		n.fixed = s.kind == fixes && !n.filled
		n.filled = n.filled || s.kind != orders
	}
	p := &plan{}
	b.planObject(p, 0)
	p.text = slices.Grow(p.text, short)
	return p
}

// link puts a node behind the siblings that are there, its parents first.
func (b *Builder) link(at int32) {
	n := &b.nodes[at]
	if n.linked {
		return
	}
	b.link(n.parent)
	n.linked = true
	parent := &b.nodes[n.parent]
	if parent.last == 0 {
		parent.first = at
	} else {
		b.nodes[parent.last].next = at
	}
	parent.last = at
}

// planObject plans an object. It returns false, and leaves the plan as it was, when the object holds nothing.
func (b *Builder) planObject(p *plan, at int32) bool {
	start := len(p.text)
	p.text = append(p.text, '{')
	empty := true
	for child := b.nodes[at].first; child != 0; child = b.nodes[child].next {
		before := len(p.text)
		if !empty {
			p.text = append(p.text, ',')
		}
		p.text = append(p.text, b.nodes[child].key...)
		if b.planField(p, child) {
			empty = false
		} else {
			p.text = p.text[:before]
		}
	}
	if empty && at != 0 {
		p.text = p.text[:start]
		return false
	}
	p.text = append(p.text, '}')
	return true
}

func (b *Builder) planField(p *plan, at int32) bool {
	n := &b.nodes[at]
	switch {
	case n.fixed:
		p.text = append(p.text, b.values[n.from:n.to]...)
	case n.filled:
		p.pieces = append(p.pieces, piece{p.tail, int32(len(p.text)), at})
		p.tail = int32(len(p.text))
	case n.first != 0:
		return b.planObject(p, at)
	default:
		return false
	}
	return true
}
