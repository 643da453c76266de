package ecs

import "strings"

// names is a small hash table from full field name to node. Field names are constants, so the strings compared are
// mostly the same memory and comparing them costs nothing.
type names struct {
	slots []slot // a power of two, at most half full
	used  int
}

type slot struct {
	name string
	node int32
}

// hash looks at five places of a name, which is enough to keep the few hundred names of a decoder apart.
func hash(name string) uint32 {
	n := len(name)
	if n == 0 {
		return 0
	}
	h := uint32(n) * 0x9e3779b1
	for _, at := range [...]int{n - 1, n - 1 - n/8, n - 1 - n/4, n / 2, n / 3} {
		h = (h ^ uint32(name[at])) * 0x01000193
	}
	return h ^ h>>15
}

func (t *names) find(name string) (int32, bool) {
	if len(t.slots) == 0 {
		return 0, false
	}
	mask := uint32(len(t.slots) - 1)
	for at := hash(name) & mask; t.slots[at].name != ""; at = (at + 1) & mask {
		if t.slots[at].name == name {
			return t.slots[at].node, true
		}
	}
	return 0, false
}

func (t *names) add(name string, node int32) {
	if 2*(t.used+1) > len(t.slots) {
		old := t.slots
		t.slots, t.used = make([]slot, max(256, 2*len(old))), 0
		for _, s := range old {
			if s.name != "" {
				t.add(s.name, s.node)
			}
		}
	}
	mask := uint32(len(t.slots) - 1)
	at := hash(name) & mask
	for t.slots[at].name != "" {
		at = (at + 1) & mask
	}
	t.slots[at] = slot{name, node}
	t.used++
}

// node finds or makes the node of a full dotted name.
func (b *Builder) node(name string) int32 {
	if at, ok := b.names.find(name); ok {
		return at
	}
	parent, last := int32(0), name
	if dot := strings.LastIndexByte(name, '.'); dot >= 0 {
		parent, last = b.node(name[:dot]), name[dot+1:]
	}
	b.nodes = append(b.nodes, node{key: append(AppendString(nil, last), ':'), parent: parent})
	at := int32(len(b.nodes) - 1)
	b.names.add(name, at)
	return at
}
