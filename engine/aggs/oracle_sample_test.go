package aggs_test

import (
	"cmp"
	"slices"

	"github.com/vedette-siem/vedette/storage/segment"
)

// scores tells scores from the column `score`.
func scores(v segment.View) func(uint32) (float32, error) {
	col := v.Numbers("score")
	return func(doc uint32) (float32, error) {
		if col == nil {
			return 1, nil
		}
		n, _ := col.Value(doc)
		return float32(n), nil
	}
}

// answerSample takes the events with the best scores, one after the other.
func answerSample(o, subs map[string]any, events []event) any {
	best := slices.Clone(events)
	slices.SortFunc(best, func(a, b event) int { return cmp.Compare(b.numbers["score"][0], a.numbers["score"][0]) })
	seen := map[any]int{}
	in := []event{}
	for _, e := range best {
		if len(in) == o["shard_size"].(int) {
			break
		}
		if o["field"] != nil {
			var key any
			if list := e.numbers["w"]; len(list) > 0 {
				key = list[0]
			}
			if seen[key]++; seen[key] > o["max_docs_per_value"].(int) {
				continue
			}
		}
		in = append(in, e)
	}
	return single(subs, in)
}

func (g *generator) sample() map[string]any {
	if g.IntN(2) == 0 {
		return map[string]any{"sampler": map[string]any{"shard_size": 1 + g.IntN(20)}}
	}
	return map[string]any{"diversified_sampler": map[string]any{"field": "w", "shard_size": 1 + g.IntN(20), "max_docs_per_value": 1 + g.IntN(4)}}
}
