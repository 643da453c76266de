// Package glob matches names against patterns in which `*` stands for any text, as Elasticsearch's names of indices, templates and fields do.
package glob

import "strings"

// Match reports whether the pattern covers the whole name, in time that grows with their product at most.
func Match(pattern, name string) bool {
	p, n, star, mark := 0, 0, -1, 0
	for n < len(name) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, n
			p++
		case p < len(pattern) && pattern[p] == name[n]:
			p++
			n++
		case star >= 0:
			mark++
			p, n = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}
