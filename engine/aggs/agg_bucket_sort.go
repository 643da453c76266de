package aggs

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// bucketSortSpec is `bucket_sort`: it reorders the buckets of its parent, and cuts a page out of them.
type bucketSortSpec struct {
	pipeBase
	desc []bool // beside paths
	from int
	size int // -1 for all
}

func parseBucketSort(o *options) spec {
	s := &bucketSortSpec{size: -1}
	for _, raw := range o.list("sort") {
		path, desc := o.sortKey(raw)
		if err := checkPath(path); err != nil && o.err == nil {
			o.fail(err)
		}
		s.paths, s.desc = append(s.paths, path), append(s.desc, desc)
	}
	from, size := o.whole("from", 0), o.whole("size", -1)
	if from < 0 {
		o.fail(eserr.Illegal("[from] must be a non-negative integer: [%d]", from))
	}
	if o.get("size") != nil && size <= 0 {
		o.fail(eserr.Illegal("[size] must be a positive integer: [%d]", size))
	}
	s.from, s.size = int(min(from, 1<<31-1)), int(min(size, 1<<31-1))
	s.gap = o.gapPolicy()
	return s
}

// sortKey reads one key: its path, or an object with the path and a direction.
func (o *options) sortKey(raw []byte) (path string, desc bool) {
	if text, ok := scalarText(raw); ok {
		return text, false
	}
	members, err := parseObject(raw, "sort")
	if err != nil || len(members) != 1 {
		o.fail(eserr.Illegal("[sort] of aggregation [%s] must hold paths, or objects with one path each", o.name))
		return "", false
	}
	direction, ok := scalarText(members[0].value)
	if !ok {
		sub := newOptions("sort", o.name, members[0].value, nil)
		if sub.members, err = parseObject(members[0].value, "sort"); err != nil {
			o.fail(err)
		}
		direction = sub.text("order")
		if err := sub.finish(); err != nil {
			o.fail(err)
		}
	}
	switch strings.ToLower(direction) {
	case "", "asc":
	case "desc":
		desc = true
	default:
		o.fail(eserr.Illegal("No enum constant org.elasticsearch.search.sort.SortOrder.%s", strings.ToUpper(direction)))
	}
	return members[0].key, desc
}

func (s *bucketSortSpec) check(c *pipeCheck, n *node) {
	c.inside(n)
	if len(s.paths) == 0 && s.size < 0 && s.from == 0 {
		c.fail("[%s] is configured to perform nothing. Please set either of [sort, size, from] to use bucket_sort", n.name)
	}
}

func (s *bucketSortSpec) run(w *writer, p *pipeRun) {
	rows := p.list.rows
	if len(s.paths) > 0 {
		rows = s.sort(w, p)
	}
	if w.err != nil {
		return
	}
	rows = rows[min(s.from, len(rows)):]
	if s.size >= 0 {
		rows = rows[:min(s.size, len(rows))]
	}
	p.list.rows = rows
}

// sort returns the rows in order. Those without any of the values are left out, as Elasticsearch does.
func (s *bucketSortSpec) sort(w *writer, p *pipeRun) []row {
	columns := make([][]float64, len(s.paths))
	for i, path := range s.paths {
		if path != "_key" {
			columns[i] = p.values(w, path, s.gap)
		} else if w.borrow(len(p.list.rows)) {
			columns[i] = make([]float64, len(p.list.rows))
			for j := range p.list.rows {
				columns[i][j] = p.list.num(&p.list.rows[j])
			}
		}
	}
	if w.err != nil || !w.borrow(len(p.list.rows)) {
		return nil
	}
	var order []int
	for i := range p.list.rows {
		for c, column := range columns {
			if s.paths[c] == "_key" || !math.IsNaN(column[i]) {
				order = append(order, i)
				break
			}
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return s.compare(p.list, columns, a, b) })
	out := make([]row, len(order))
	for i, place := range order {
		out[i] = p.list.rows[place]
	}
	return out
}

// compare puts what has no value last, either way.
func (s *bucketSortSpec) compare(l *list, columns [][]float64, a, b int) int {
	for i, column := range columns {
		x, y := column[a], column[b]
		c := cmp.Compare(x, y)
		switch nanX, nanY := math.IsNaN(x), math.IsNaN(y); {
		case nanX && nanY && s.paths[i] == "_key": // keys are text
			c = strings.Compare(l.name(&l.rows[a]), l.name(&l.rows[b]))
		case nanX && nanY:
			continue
		case nanX:
			return 1
		case nanY:
			return -1
		}
		if s.desc[i] {
			c = -c
		}
		if c != 0 {
			return c
		}
	}
	return 0
}
