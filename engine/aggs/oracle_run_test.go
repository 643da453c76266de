package aggs_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/vedette-siem/vedette/engine/aggs"
)

// TestOracle compares random requests over random documents with the oracle: in one segment, and split over several that are merged in random order.
func TestOracle(t *testing.T) {
	found := []uint64{1, 17262526288529451542, 1048888493740112205} // the second failed by the whiskers of equal quartiles, the third by significant_terms of no documents
	for n := range 80 {
		seed := rand.Uint64()
		if n < len(found) {
			seed = found[n]
		}
		g := &generator{Rand: rand.New(rand.NewPCG(seed, 0))}
		if !g.check(t) {
			t.Fatalf("seed %d", seed)
		}
	}
}

type generator struct {
	*rand.Rand
	names int
	auto  int // auto_date_histograms around, which add up the samples of the buckets that they merge
}

func (g *generator) check(t *testing.T) bool {
	events := make([]event, g.IntN(60))
	for i := range events {
		events[i] = g.event()
		events[i].numbers["score"] = []float64{float64(i*7919%10007 + 1)} // all different
	}
	request := g.aggs(3)
	body, err := json.Marshal(request)
	if err != nil {
		t.Fatal(err)
	}
	for i := range events {
		events[i].all = &events
	}
	want := answer(request, events)
	tree := parse(t, string(body))
	for _, segments := range []int{1, 2 + g.IntN(5)} {
		got, err := g.run(t, tree, g.split(events, segments))
		if err != nil {
			t.Errorf("%s: %v", body, err)
			return false
		}
		var decoded any
		if err := json.Unmarshal(got, &decoded); err != nil {
			t.Errorf("%s: %v: %s", body, err, got)
			return false
		}
		if d := difference(decoded, any(want), "answer"); d != "" {
			t.Errorf("%d segments, %s\n got %s\n%s", segments, body, got, d)
			return false
		}
	}
	return true
}

// run merges the segments' partials in random order, some of them before the others. Deleted documents are mixed in.
func (g *generator) run(t *testing.T, tree *aggs.Tree, segments [][]string) (json.RawMessage, error) {
	s := newShelf(t, "oracle", testMapping, kinds(), segments...)
	s.whole = g.IntN(2) == 0
	for i := range s.segments {
		if docs := s.segments[i].NumDocs(); docs > 0 && s.segments[i].Kind("deleted") != 0 {
			s.segments[i].Deleted = s.segments[i].Docs("deleted")
		}
	}
	parts, err := s.partials(tree, nil, nil)
	if err != nil {
		return nil, err
	}
	if tree.Keepable() && g.IntN(2) == 0 { // as the cache of results does: what is kept must not change when its copy is used up
		copies := make([]*aggs.Partial, len(parts))
		for i, p := range parts {
			copies[i] = p.Clone()
		}
		if _, err := tree.Answer(copies, aggs.Printing{}); err != nil {
			return nil, err
		}
	}
	g.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
	if k := g.IntN(len(parts) + 1); k > 0 {
		parts = append([]*aggs.Partial{aggs.Merge(parts[:k])}, parts[k:]...)
	}
	return tree.Answer(parts, aggs.Printing{})
}

// split deals the events out to segments, and puts documents between them that are deleted.
func (g *generator) split(events []event, segments int) [][]string {
	out := make([][]string, segments)
	for _, e := range events {
		i := g.IntN(segments)
		out[i] = append(out[i], e.source())
		if g.IntN(8) == 0 {
			dead := g.event()
			dead.texts["deleted"] = []string{"yes"}
			out[i] = append(out[i], dead.source())
		}
	}
	return slices.DeleteFunc(out, func(s []string) bool { return len(s) == 0 })
}

func (g *generator) event() event {
	e := event{texts: map[string][]string{}, numbers: map[string][]float64{}}
	for _, name := range []string{"k", "k2", "ip"} {
		for range g.few() {
			value := string(rune('a' + g.IntN(4)))
			if name == "ip" {
				value = fmt.Sprintf("10.0.0.%d", g.IntN(5))
			}
			e.texts[name] = append(e.texts[name], value)
		}
		slices.Sort(e.texts[name])
	}
	for _, name := range []string{"n", "d", "b", "t"} {
		for range g.few() {
			x := float64(g.IntN(40) - 10)
			switch name {
			case "d":
				x /= 4
			case "b":
				x = float64(g.IntN(2))
			case "t":
				x = 1780272000000 + x*20_000_000
			}
			e.numbers[name] = append(e.numbers[name], x)
		}
		slices.Sort(e.numbers[name])
	}
	for range g.few() {
		e.numbers[codes] = append(e.numbers[codes], g.place())
	}
	slices.Sort(e.numbers[codes])
	if g.IntN(4) > 0 {
		e.numbers["w"] = []float64{float64(g.IntN(5))}
		e.numbers["t1"] = []float64{1780272000000 + float64(g.IntN(40)-10)*20_000_000} // one at most, as merged buckets add up their documents
	}
	return e
}

// few is mostly 1, as most fields have one value.
func (g *generator) few() int { return []int{0, 1, 1, 1, 1, 2, 3}[g.IntN(7)] }

func (g *generator) pick(list ...string) string { return list[g.IntN(len(list))] }

func (g *generator) aggs(depth int) map[string]any {
	out := map[string]any{}
	for range 1 + g.IntN(2) {
		g.names++
		name := fmt.Sprintf("a%d", g.names)
		if depth == 0 || g.IntN(3) == 0 {
			out[name] = g.metric()
			continue
		}
		agg := g.bucket()
		if sampled := agg["sampler"] != nil || agg["diversified_sampler"] != nil; sampled || g.IntN(3) > 0 {
			if agg["auto_date_histogram"] != nil {
				g.auto++
			}
			subs := g.aggs(depth - 1)
			if agg["auto_date_histogram"] != nil {
				g.auto--
			}
			agg["aggs"] = subs
			g.orderBySum(agg, subs)
		}
		if _, ok := agg["composite"]; ok && depth < 3 {
			agg["terms"] = map[string]any{"field": "k", "size": 3, "order": map[string]any{"_key": "asc"}}
			delete(agg, "composite")
		}
		_, terms := agg["terms"]
		_, numbers := agg["histogram"]
		if _, times := agg["date_histogram"]; (terms || numbers || times) && g.IntN(2) == 0 {
			g.pipeline(name, agg, out)
		}
		out[name] = agg
	}
	return out
}

// orderBySum orders terms by a sum among their children, where there is one.
func (g *generator) orderBySum(agg, subs map[string]any) {
	terms, ok := agg["terms"].(map[string]any)
	if !ok {
		return
	}
	for name, sub := range subs {
		if _, ok := sub.(map[string]any)["sum"]; ok {
			terms["order"] = map[string]any{name: g.pick("asc", "desc")}
			return
		}
	}
}

func (g *generator) metric() map[string]any {
	kind := g.pick("min", "max", "avg", "sum", "value_count", "stats", "cardinality", "percentiles", "weighted_avg",
		"median_absolute_deviation", "percentile_ranks", "boxplot", "top_metrics", "string_stats", "matrix_stats", "geo_bounds", "geo_centroid")
	o := map[string]any{"field": g.pick("n", "d")}
	if kind == "cardinality" || kind == "value_count" {
		o["field"] = g.pick("n", "d", "k", "ip")
	}
	if kind == "string_stats" {
		o["field"], o["show_distribution"] = g.pick("k", "k2"), true
	}
	if kind == "matrix_stats" {
		return map[string]any{kind: map[string]any{"fields": []string{"n", "d"}, "mode": g.pick("min", "max", "sum")}}
	}
	if kind == "percentiles" {
		o["percents"] = []float64{0, 12.5, 50, 99}
	}
	switch kind {
	case "geo_bounds":
		o["field"], o["wrap_longitude"] = "p", g.IntN(2) == 0
	case "geo_centroid":
		o["field"] = "p"
	case "percentile_ranks":
		o["values"] = []float64{-20, 0, 2.5, 7, 100}
	case "top_metrics": // equal documents show the same
		return map[string]any{kind: map[string]any{"metrics": o, "sort": map[string]any{o["field"].(string): g.pick("asc", "desc")}, "size": 1 + g.IntN(4)}}
	case "weighted_avg": // a document has one weight at most
		return map[string]any{kind: map[string]any{"value": o, "weight": map[string]any{"field": "w", "missing": 3}}}
	}
	return map[string]any{kind: o}
}

func (g *generator) bucket() map[string]any {
	term := func() map[string]any {
		if g.IntN(2) == 0 {
			return map[string]any{"term": map[string]any{"n": float64(g.IntN(20))}}
		}
		return map[string]any{"term": map[string]any{"k": g.pick("a", "b")}}
	}
	switch g.IntN(17) {
	case 0:
		return map[string]any{"histogram": map[string]any{"field": g.pick("n", "d"), "interval": float64(1 + g.IntN(9)), "min_doc_count": g.IntN(2)}}
	case 1:
		return map[string]any{"date_histogram": map[string]any{"field": "t", g.pick("fixed_interval", "calendar_interval"): "1d", "min_doc_count": g.IntN(2)}}
	case 2:
		return map[string]any{"range": map[string]any{"field": g.pick("n", "d"), "ranges": []any{
			map[string]any{"key": "low", "from": -5.0, "to": 4.0}, map[string]any{"key": "mid", "from": 2.0, "to": 6.5}, map[string]any{"key": "high", "from": 6.0, "to": 1e9}}}}
	case 3:
		return map[string]any{"filter": term()}
	case 4:
		return map[string]any{"filters": map[string]any{"other_bucket": true, "filters": map[string]any{"x": term(), "y": term()}}}
	case 5:
		return map[string]any{"missing": map[string]any{"field": g.pick("k", "n", "ip")}}
	case 16:
		if g.auto == 0 {
			return g.sample()
		}
	case 14, 15:
		return g.geoBucket()
	case 12:
		return map[string]any{"ip_prefix": map[string]any{"field": "ip", "prefix_length": 29 + g.IntN(4)}}
	case 10:
		o := map[string]any{"field": g.pick("k", "k2", "ip", "n"), "min_doc_count": 1 + g.IntN(3), "size": 1 + g.IntN(5)}
		o[g.pick("jlh", "chi_square", "percentage")] = map[string]any{}
		return map[string]any{"significant_terms": o}
	case 11:
		return map[string]any{"adjacency_matrix": map[string]any{"filters": map[string]any{"x": term(), "y": term(), "z": term(), "w": term()}}}
	case 9:
		return map[string]any{"auto_date_histogram": map[string]any{"field": "t1", "buckets": 1 + g.IntN(20)}}
	case 7:
		return map[string]any{"rare_terms": map[string]any{"field": g.pick("k", "k2", "ip", "n", "b"), "max_doc_count": 1 + g.IntN(5)}}
	case 8:
		terms := []any{}
		for _, i := range g.Perm(5)[:2+g.IntN(2)] {
			terms = append(terms, map[string]any{"field": []string{"k", "k2", "n", "d", "ip"}[i]})
		}
		return map[string]any{"multi_terms": map[string]any{"terms": terms, "size": 1 + g.IntN(9), "order": map[string]any{g.pick("_key", "_count"): g.pick("asc", "desc")}}}
	case 6:
		sources := []any{}
		for _, i := range g.Perm(4)[:1+g.IntN(3)] {
			name := []string{"k", "k2", "n", "b"}[i]
			sources = append(sources, map[string]any{name: map[string]any{"terms": map[string]any{"field": name}}})
		}
		return map[string]any{"composite": map[string]any{"size": 1 + g.IntN(20), "sources": sources}}
	}
	o := map[string]any{"field": g.pick("k", "k2", "ip", "n", "d", "b"), "size": 1 + g.IntN(6), "order": map[string]any{g.pick("_key", "_count"): g.pick("asc", "desc")}}
	if o["field"] == "k" && g.IntN(2) == 0 {
		o["missing"] = g.pick("b", "bb", "zz", "")
	}
	return map[string]any{"terms": o}
}
