package eserr

import (
	"cmp"
	"slices"
	"strings"
)

// DidYouMean is Elasticsearch's suggestion for a misspelt name, beginning with a space, or nothing. A candidate is near enough when
// fewer than half of the letters differ.
func DidYouMean(name string, candidates []string) string { return DidYouMeanAt(0.5, name, candidates) }

// DidYouMeanAt is DidYouMean with a limit of its own: a candidate is near enough when more than that part of the letters agree.
func DidYouMeanAt(limit float64, name string, candidates []string) string {
	type scored struct {
		name string
		near float64
	}
	var near []scored
	for _, c := range candidates {
		if s := similarity(name, c); s > limit {
			near = append(near, scored{c, s})
		}
	}
	if len(near) == 0 {
		return ""
	}
	slices.SortFunc(near, func(a, b scored) int { return cmp.Or(-cmp.Compare(a.near, b.near), cmp.Compare(a.name, b.name)) })
	if len(near) == 1 {
		return " did you mean [" + near[0].name + "]?"
	}
	names := make([]string, len(near))
	for i, s := range near {
		names[i] = s.name
	}
	return " did you mean any of [" + strings.Join(names, ", ") + "]?"
}

// similarity is 1 for equal names and 0 for names that share nothing.
func similarity(a, b string) float64 {
	longest := max(len(a), len(b))
	if longest == 0 || longest > 2*min(len(a), len(b)) {
		return 0 // too unlike in length to be near, whatever the letters
	}
	return 1 - float64(editDistance(a, b))/float64(longest)
}

// editDistance is Levenshtein's. Both names are short: similarity sees to it for one of a request's.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// TokenName names the first token of a JSON value as Elasticsearch's parser does; of nothing, the end of the object.
func TokenName(value []byte) string {
	value = []byte(strings.TrimLeft(string(value[:min(len(value), 64)]), " \t\r\n"))
	if len(value) == 0 {
		return "END_OBJECT"
	}
	switch value[0] {
	case '{':
		return "START_OBJECT"
	case '[':
		return "START_ARRAY"
	case '"':
		return "VALUE_STRING"
	case 't', 'f':
		return "VALUE_BOOLEAN"
	case 'n':
		return "VALUE_NULL"
	}
	return "VALUE_NUMBER"
}
