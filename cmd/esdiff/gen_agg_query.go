package main

import "math/rand/v2"

// aggQuery is a query that chooses documents of an aggregation: one without options, whose own answer and errors are the business of the kinds query.*.
func aggQuery(r *rand.Rand, w *world) any {
	switch r.IntN(7) {
	case 0:
		return map[string]any{"match_all": map[string]any{}}
	case 1:
		return map[string]any{"range": map[string]any{pick(r, "int", "byte", "short"): map[string]any{pick(r, "gte", "lt"): r.IntN(20)}}}
	case 2:
		return map[string]any{"range": map[string]any{"when": map[string]any{"gte": "2024-02-03", "lt": pick(r, "2024-09-01", "2025-03-01")}}}
	case 3:
		return map[string]any{"match": map[string]any{pick(r, "text", "all", "dyn_text"): words[r.IntN(len(words))]}}
	case 4:
		return map[string]any{"exists": map[string]any{"field": pick(r, "kw", "int", "when", "ip", "absent")}}
	case 5:
		return map[string]any{"bool": map[string]any{"must_not": map[string]any{"term": map[string]any{"bool": chance(r, 0.5)}}}}
	}
	return map[string]any{"terms": map[string]any{"kw": []any{words[r.IntN(8)], words[r.IntN(8)], words[8+r.IntN(8)]}}}
}
