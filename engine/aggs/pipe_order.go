package aggs

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// A pipeCheck goes through the pipelines of a tree before anything is counted. Its failures are told together, as Elasticsearch's request validation tells them.
type pipeCheck struct {
	failures []string
	parent   *node   // nil at the top
	siblings []*node // the pipelines' own level
}

func (c *pipeCheck) fail(format string, args ...any) {
	c.failures = append(c.failures, fmt.Sprintf(format, args...))
}

// order sets the order of the pipelines of a tree and checks each.
func (t *Tree) orderPipes() error {
	c := &pipeCheck{}
	t.order = c.level(nil, t.nodes)
	if len(c.failures) == 0 {
		return nil
	}
	var text strings.Builder
	for i, f := range c.failures {
		fmt.Fprintf(&text, "%d: %s;", i+1, f)
	}
	return eserr.BadRequest("action_request_validation_exception", "Validation Failed: %s", text.String())
}

// level orders and checks the pipelines among the children of one aggregation, and then those below.
func (c *pipeCheck) level(parent *node, nodes []*node) []int {
	c.parent, c.siblings = parent, nodes
	order, err := pipeOrder(nodes)
	if err != nil {
		c.fail("%s", err)
	}
	for _, i := range order {
		nodes[i].spec.(pipeSpec).check(c, nodes[i])
	}
	for _, n := range nodes {
		n.order = c.level(n, n.subs)
		n.pipes = len(n.order) > 0 || slices.ContainsFunc(n.subs, func(sub *node) bool { return sub.pipes })
	}
	return order
}

// pipeOrder numbers the pipelines among nodes so that each comes after those that it reads.
func pipeOrder(nodes []*node) ([]int, error) {
	o := &pipeWalk{nodes: nodes, state: make([]int, len(nodes))}
	for i, n := range nodes {
		if _, pipe := n.spec.(pipeSpec); pipe {
			if err := o.visit(i); err != nil {
				return nil, err
			}
		}
	}
	return o.order, nil
}

// A pathFailure tells in Elasticsearch's words why the pipelines of one level cannot be ordered.
type pathFailure string

func (f pathFailure) Error() string { return string(f) }

func failedPath(format string, args ...any) error { return pathFailure(fmt.Sprintf(format, args...)) }

// pipeWalk is a walk along the paths of pipelines.
type pipeWalk struct {
	nodes []*node
	state []int // 0 not seen, 1 on the way, 2 done
	order []int
}

func (o *pipeWalk) visit(i int) error {
	switch o.state[i] {
	case 1:
		return failedPath("Cyclical dependency found with pipeline aggregator [%s]", o.nodes[i].name)
	case 2:
		return nil
	}
	o.state[i] = 1
	for _, path := range o.nodes[i].spec.(pipeSpec).inputs() {
		if err := o.follow(path); err != nil {
			return err
		}
	}
	o.state[i] = 2
	o.order = append(o.order, i)
	return nil
}

// follow checks that a path leads somewhere, and computes the pipeline that it begins with first.
func (o *pipeWalk) follow(path string) error {
	if path == "_count" || path == "_key" {
		return nil
	}
	elements := parsePath(path).elements
	i := slices.IndexFunc(o.nodes, func(n *node) bool { return n.name == elements[0] })
	if i < 0 {
		return failedPath("No aggregation found for path [%s]", path)
	}
	n := o.nodes[i]
	if _, pipe := n.spec.(pipeSpec); pipe {
		return o.visit(i)
	}
	for k, name := range elements[1:] {
		last := k == len(elements)-2
		if last && (strings.EqualFold(name, "_key") || name == "_count") {
			return nil
		}
		j := slices.IndexFunc(n.subs, func(sub *node) bool { return sub.name == name })
		if j < 0 {
			return failedPath("No aggregation [%s] found for path [%s]", name, path)
		}
		if _, pipe := n.subs[j].spec.(pipeSpec); pipe && !last {
			return failedPath("No aggregation [%s] found for path [%s]", name, path)
		}
		n = n.subs[j]
	}
	return nil
}

// inside refuses a pipeline without a parent, and one whose parent has no buckets to choose from, which Elasticsearch finds out when it is too late.
func (c *pipeCheck) inside(n *node) {
	switch {
	case c.parent == nil:
		c.fail("%s aggregation [%s] must be declared inside of another aggregation", n.kind, n.name)
	case single(c.parent):
		c.fail("%s aggregation [%s] must have a parent with many buckets, [%s] of type [%s] has one", n.kind, n.name, c.parent.name, c.parent.kind)
	}
}

// sequential refuses a pipeline whose parent's buckets do not follow each other.
func (c *pipeCheck) sequential(n *node) bool {
	if c.parent == nil {
		c.fail("%s aggregation [%s] must have a histogram, date_histogram or auto_date_histogram as parent but doesn't have a parent", n.kind, n.name)
		return false
	}
	switch c.parent.kind {
	case "histogram", "date_histogram", "auto_date_histogram":
		return true
	}
	c.fail("%s aggregation [%s] must have a histogram, date_histogram or auto_date_histogram as parent", n.kind, n.name)
	return false
}

// gapless is sequential, and refuses histograms that leave out empty buckets.
func (c *pipeCheck) gapless(n *node) {
	if !c.sequential(n) {
		return
	}
	least := int64(0)
	switch s := c.parent.spec.(type) {
	case *histogramSpec:
		least = s.minDocCount
	case *dateHistogramSpec:
		least = s.minDocCount
	}
	if least != 0 {
		c.fail("parent histogram of %s aggregation [%s] must have min_doc_count of 0", n.kind, n.name)
	}
}
