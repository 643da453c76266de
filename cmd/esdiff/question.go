package main

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
)

// question is one request to all servers. The kind says what is asked about: "query.term", "body.sort", "agg.terms"; ".bad" at its end says that it was spoiled.
type question struct {
	kind string
	// method is POST if empty.
	method string
	// path begins with a slash and names the index.
	path string
	body map[string]any
	// raw is sent instead of body if it is not empty.
	raw string
}

// payload is what is sent.
func (q question) payload() string {
	if q.raw != "" {
		return q.raw
	}
	if q.body == nil {
		return ""
	}
	return text(q.body)
}

func (q question) verb() string {
	if q.method == "" {
		return "POST"
	}
	return q.method
}

// search is a question of the world's index.
func search(w *world, kind string, body map[string]any) question {
	return question{kind: kind, path: "/" + w.index + "/_search", body: body}
}

// A maker makes questions of one kind.
type maker struct {
	kind string
	make func(*rand.Rand, *world) question
}

// makers lists everything that can be asked, in a fixed order, so that a seed asks the same again. Only is a list of beginnings with commas between.
func makers(only string) []maker {
	var all []maker
	add := func(kind string, f func(*rand.Rand, *world) question) {
		if asksFor(only, kind) {
			all = append(all, maker{kind, f})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(queries)) {
		kind := "query." + name
		add(kind, func(r *rand.Rand, w *world) question {
			return search(w, kind, map[string]any{"query": queries[name](r, w), "size": 20})
		})
	}
	for _, name := range slices.Sorted(maps.Keys(bodies)) {
		kind := "body." + name
		add(kind, func(r *rand.Rand, w *world) question { return search(w, kind, bodies[name](r, w)) })
	}
	for _, name := range slices.Sorted(maps.Keys(aggregations)) {
		kind := "agg." + name
		add(kind, func(r *rand.Rand, w *world) question {
			body := map[string]any{"size": 0, "aggs": map[string]any{"a": aggregations[name](r, w, 0)}}
			if chance(r, 0.3) {
				body["query"] = aggQuery(r, w)
			}
			q := search(w, kind, body)
			q.path += "?request_cache=false" // OpenSearch's cache takes requests for the same that differ only in the mode of matrix_stats
			return q
		})
	}
	return all
}

// badShare is the share of questions that are spoiled before they are sent.
const badShare = 0.08

// makeQuestion makes the question with this number. Kinds take turns, so that each is asked equally often.
func makeQuestion(list []maker, w *world, r *rand.Rand, number int) question {
	q := list[number%len(list)].make(r, w)
	if q.body != nil && chance(r, badShare) {
		spoil(r, q.body)
		q.kind += ".bad"
	}
	return q
}

func chance(r *rand.Rand, p float64) bool { return r.Float64() < p }

// pick is one of several values.
func pick[T any](r *rand.Rand, values ...T) T { return values[r.IntN(len(values))] }

// asksFor says whether a kind begins with one of the beginnings in a list with commas between.
func asksFor(only, kind string) bool {
	return slices.ContainsFunc(strings.Split(only, ","), func(beginning string) bool { return strings.HasPrefix(kind, beginning) })
}
