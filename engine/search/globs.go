package search

// globs is a set of path patterns, in which `*` stands for any characters, dots included. With names it stays within one name, and `**` does not.
// A pattern that covers a path also covers everything below that path, as in Elasticsearch's source filtering.
//
// Matching walks all patterns at once over a path that is fed piece by piece, so that a tree can be pruned where nothing below can match.
// It is for one goroutine.
type globs struct {
	patterns []string
	names    bool
	scratch  [2]place
}

// place is where in the patterns a walk stands: for each pattern the offsets that are still alive. The last offset, len(pattern), is
// acceptance; past it stands len(pattern)+1, which is "below a path that was covered".
type place []int32

// newGlobs makes a set; an empty one matches nothing.
func newGlobs(patterns []string) *globs { return &globs{patterns: patterns} }

// width is the number of offsets that one pattern has.
func width(pattern string) int32 { return int32(len(pattern)) + 2 }

// begin is the place before the first character.
func (g *globs) begin() place {
	var at place
	base := int32(0)
	for _, p := range g.patterns {
		at = g.enter(at, p, base, 0)
		base += width(p)
	}
	return at
}

// enter adds an offset and what can be reached from it without a character. Offsets come in ascending order.
func (g *globs) enter(at place, p string, base, offset int32) place {
	for {
		if n := len(at); n == 0 || at[n-1] < base+offset {
			at = append(at, base+offset)
		}
		if int(offset) >= len(p) || p[offset] != '*' {
			return at
		}
		offset++
	}
}

// step feeds text and returns the new place, which is empty where nothing can match any more.
func (g *globs) step(at place, text string) place {
	for i := 0; i < len(text) && len(at) > 0; i++ {
		g.scratch[i&1] = g.stepByte(at, text[i], g.scratch[i&1][:0])
		at = g.scratch[i&1]
	}
	return append(place(nil), at...)
}

func (g *globs) stepByte(at place, c byte, next place) place {
	base, p := int32(0), 0
	for _, state := range at {
		for state >= base+width(g.patterns[p]) {
			base += width(g.patterns[p])
			p++
		}
		pattern, offset := g.patterns[p], state-base
		switch {
		case int(offset) > len(pattern):
			next = g.add(next, base+offset)
		case int(offset) == len(pattern):
			if c == '.' {
				next = g.add(next, base+offset+1)
			}
		case pattern[offset] == '*' && g.names && c == '.' && !isDoubleStar(pattern, int(offset)):
		case pattern[offset] == '*':
			next = g.enter(next, pattern, base, offset)
		case pattern[offset] == c:
			next = g.enter(next, pattern, base, offset+1)
		}
	}
	return next
}

func isDoubleStar(pattern string, at int) bool {
	return at > 0 && pattern[at-1] == '*' || at+1 < len(pattern) && pattern[at+1] == '*'
}

func (g *globs) add(at place, state int32) place {
	if n := len(at); n > 0 && at[n-1] >= state {
		return at
	}
	return append(at, state)
}

// accepts reports whether the path that led to this place is covered.
func (g *globs) accepts(at place) bool {
	base, p := int32(0), 0
	for _, state := range at {
		for state >= base+width(g.patterns[p]) {
			base += width(g.patterns[p])
			p++
		}
		if int(state-base) >= len(g.patterns[p]) {
			return true
		}
	}
	return false
}
