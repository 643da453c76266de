package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// report counts what was asked and keeps what differed. Safe for concurrent use.
type report struct {
	mu     sync.Mutex
	asked  map[string]int // by kind
	known  map[string]int // by the line of COMPAT.md
	groups map[string]*group
	// nobody counts questions that no server could answer: each lacks something of them, or it closed the connection.
	nobody int
}

// group holds differences of one sort.
type group struct {
	count    int
	examples []example // shortest question first
}

type example struct {
	world *world
	q     question
	by    *server
	diffs []difference
}

// mostExamples is how many examples of a group are kept.
const mostExamples = 5

func newReport() *report {
	return &report{asked: map[string]int{}, known: map[string]int{}, groups: map[string]*group{}}
}

// add takes note of one question and of what differed.
func (r *report) add(w *world, q question, by *server, all []difference) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked[q.kind]++
	var left []difference
	for _, d := range all {
		if k := explain(q, by.name, d); k != nil {
			r.known[k.compat]++
		} else {
			left = append(left, d)
		}
	}
	if len(left) > 0 {
		r.group(q.kind + "  " + sortOf(left[0])).add(example{w, q, by, left})
	}
}

// undecided takes note of a question that no server answers.
func (r *report) undecided(q question) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked[q.kind]++
	r.nobody++
}

func (r *report) group(name string) *group {
	g := r.groups[name]
	if g == nil {
		g = &group{}
		r.groups[name] = g
	}
	return g
}

func (g *group) add(e example) {
	g.count++
	g.examples = append(g.examples, e)
	slices.SortFunc(g.examples, func(a, b example) int { return cmp.Compare(len(a.q.payload()), len(b.q.payload())) })
	g.examples = g.examples[:min(len(g.examples), mostExamples)]
}

var places = regexp.MustCompile(`\[\d+\]`)

// sortOf is what differences of one cause have in common: the place, and for a status both.
func sortOf(d difference) string {
	if d.path == "status" {
		return fmt.Sprintf("status %.3s, not %.3s", d.want, d.got)
	}
	return places.ReplaceAllString(d.path, "[]")
}

// print writes the report and returns how many questions were answered differently.
func (r *report) print(out io.Writer, c config) int {
	total, different := 0, 0
	fmt.Fprintln(out, "\nasked:")
	for _, kind := range slices.Sorted(maps.Keys(r.asked)) {
		fmt.Fprintf(out, "%7d %s\n", r.asked[kind], kind)
		total += r.asked[kind]
	}
	if len(r.known) > 0 {
		fmt.Fprintln(out, "\ndifferent on purpose (engine/COMPAT.md):")
	}
	for _, line := range slices.Sorted(maps.Keys(r.known)) {
		fmt.Fprintf(out, "%7d %s\n", r.known[line], line)
	}
	if r.nobody > 0 {
		fmt.Fprintf(out, "\n%d not decided: each server lacks another part of the question, or closed the connection\n", r.nobody)
	}
	for _, name := range r.byCount() {
		different += r.groups[name].count
		r.groups[name].print(out, name, c)
	}
	fmt.Fprintf(out, "\n%d questions, %d answered differently in %d ways, seed %d\n", total, different, len(r.groups), c.seed)
	return different
}

func (r *report) byCount() []string {
	names := slices.Sorted(maps.Keys(r.groups))
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(r.groups[b].count, r.groups[a].count) })
	return names
}

func (g *group) print(out io.Writer, name string, c config) {
	fmt.Fprintf(out, "\n== %d x %s\n", g.count, name)
	for _, e := range g.examples[:min(len(g.examples), c.examples)] {
		e.print(out, c)
	}
}

// shownDifferences is how many differences of one example are shown.
const shownDifferences = 6

func (e example) print(out io.Writer, c config) {
	for i, d := range e.diffs {
		if i == shownDifferences {
			fmt.Fprintf(out, "   and %d more\n", len(e.diffs)-i)
			break
		}
		fmt.Fprintf(out, "   %s\n     %-13s %s\n     %-13s %s\n", d.path, e.by.name, d.want, "Vedette", d.got)
	}
	fmt.Fprintf(out, "   with -keep and -seed %d:\n", e.world.seed)
	for _, url := range []string{e.by.url, strings.TrimRight(c.vedette, "/")} {
		fmt.Fprintf(out, "   curl -s -X%s '%s%s' -H 'Content-Type: %s' --data-binary '%s'\n",
			e.q.verb(), url, e.q.path, contentType(e.q.path), strings.ReplaceAll(e.q.payload(), "'", `'\''`))
	}
}
