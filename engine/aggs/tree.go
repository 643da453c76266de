package aggs

import (
	"encoding/json"
	"errors"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// maxDepth is how deep aggregations may be nested.
const maxDepth = 100

// maxDepthBytes bounds what parsing costs: each level reads what is nested in it once more.
const maxDepthBytes = 64 << 20

// A Tree is the `aggs` of a request as typed values. It is immutable. A nil *Tree asks for nothing.
type Tree struct {
	nodes []*node
	order []int // in which the pipelines among nodes are computed
}

// A node is one named aggregation with those nested in it.
type node struct {
	name string
	kind string // `terms`, `avg`, ... as in the request
	meta json.RawMessage
	spec spec
	subs []*node
	// refusal is what the shards of an index say to it, nil if nothing; without an index there is nobody to refuse it.
	refusal *eserr.Error
	// order is that in which the pipelines among subs are computed, and pipes says that there are some below, at any depth.
	order []int
	pipes bool
}

// A spec is what one kind of aggregation was asked to do.
type spec interface {
	// bind reads the aggregation against one index. It may return nil where there is nothing to count.
	bind(n *node, ix *Index, subs []binding) (binding, error)
	// typed is the name that typed_keys puts before the aggregation's.
	typed(p partial) string
}

// Parse reads the value of `aggs` (or `aggregations`). An absent or null body gives a nil Tree.
func Parse(body json.RawMessage) (*Tree, error) {
	if len(body) == 0 || string(body) == "null" {
		return nil, nil
	}
	nodes, err := parseNodes(body, 1)
	if err != nil {
		return nil, err
	}
	if err := validate(nil, nodes); err != nil {
		return nil, err
	}
	t := &Tree{nodes: nodes}
	if err := t.orderPipes(); err != nil {
		return nil, err
	}
	return t, nil
}

// Empty reports whether nothing is asked for.
func (t *Tree) Empty() bool { return t == nil || len(t.nodes) == 0 }

func parseNodes(body json.RawMessage, depth int) ([]*node, error) {
	if depth > maxDepth {
		return nil, eserr.Illegal("aggregations are nested deeper than [%d] levels", maxDepth)
	}
	if depth*len(body) > maxDepthBytes {
		return nil, eserr.Illegal("aggregations of [%d] bytes are nested [%d] levels deep, which is too much together", len(body), depth)
	}
	members, err := parseObject(body, "aggregations")
	if err != nil {
		return nil, err
	}
	nodes := make([]*node, 0, len(members))
	for _, m := range members {
		n, err := parseNode(m.key, m.value, depth)
		if err != nil {
			return nil, err
		}
		nodes = append(nodes, n)
	}
	return nodes, nil
}

// parseNode reads one aggregation: exactly one type, and optionally `aggs` and `meta`.
func parseNode(name string, body json.RawMessage, depth int) (*node, error) {
	if name == "" || strings.ContainsAny(name, "[]>") {
		return nil, eserr.BadRequest(eserr.Parsing,
			"Invalid aggregation name [%s]. Aggregation names can contain any character except '[', ']', and '>'", name)
	}
	members, err := parseObject(body, name)
	if err != nil {
		return nil, eserr.BadRequest(eserr.Parsing, "Aggregation definition for [%s starts with a [%s], expected a [START_OBJECT].", name, eserr.TokenName(body))
	}
	n := &node{name: name}
	nested := false
	for _, m := range members { // each is read where it stands, so that the first error is that of the first that is wrong
		switch token := eserr.TokenName(m.value); {
		case token != "START_OBJECT":
			return nil, eserr.BadRequest(eserr.Parsing, "Expected [START_OBJECT] under [%s], but got a [%s] in [%s]", m.key, token, name)
		case m.key == "meta":
			n.meta = m.value
		case m.key == "aggs" || m.key == "aggregations":
			if nested {
				return nil, eserr.BadRequest(eserr.Parsing, "Found two sub aggregation definitions under [%s]", name)
			}
			nested = true
			if n.subs, err = parseNodes(m.value, depth+1); err != nil {
				return nil, err
			}
		case n.kind != "":
			return nil, eserr.BadRequest(eserr.Parsing, "Found two aggregation type definitions in [%s]: [%s] and [%s]", name, n.kind, m.key)
		default:
			n.kind = m.key
			if err := n.read(m.value); err != nil {
				return nil, err
			}
		}
	}
	if n.kind == "" {
		return nil, eserr.BadRequest(eserr.Parsing, "Missing definition for aggregation [%s]", name)
	}
	return n, n.checkSubs()
}

// read parses the node's own options.
func (n *node) read(options json.RawMessage) error {
	parse, err := kindOf(n.kind, n.name)
	if err != nil {
		return err
	}
	members, err := parseObject(options, n.kind)
	if err != nil {
		return err
	}
	o := newOptions(n.kind, n.name, options, members)
	n.spec = parse(o)
	return n.later(o.finish())
}

// later keeps an error of the shards for them, and returns any other one.
func (n *node) later(err error) error {
	if e := (*eserr.Error)(nil); errors.As(err, &e) && e.Phase == eserr.PhaseQuery {
		n.refusal = e
		return nil
	}
	return err
}

// checkSubs refuses what is nested in an aggregation that takes nothing.
func (n *node) checkSubs() error {
	switch {
	case len(n.subs) == 0:
	case isPipe(n):
		return eserr.Illegal("Aggregation [%s] cannot define sub-aggregations", n.name)
	case leaf(n.spec):
		return eserr.Illegal("Aggregator [%s] of type [%s] cannot accept sub-aggregations", n.name, n.kind)
	}
	return nil
}

// leaf reports whether a kind of aggregation has no buckets.
func leaf(s spec) bool { _, has := s.(bucketer); return !has }

// validator is a spec that checks where it stands and what is nested in it.
type validator interface {
	validate(parents []*node, n *node) error
}

func validate(parents, nodes []*node) error {
	for _, n := range nodes {
		if v, ok := n.spec.(validator); ok {
			if err := n.later(v.validate(parents, n)); err != nil {
				return err
			}
		}
		if err := validate(append(parents[:len(parents):len(parents)], n), n.subs); err != nil {
			return err
		}
	}
	return nil
}
