package search

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// glob is a wildcard pattern: pieces between its stars, each of which matches a run of characters of its own length.
type glob struct {
	pieces []globPiece
	fold   bool
}

// globPiece is a text in which anyRune stands for any one character; exact says that none does, so that it is literal.
type globPiece struct {
	runes   []rune
	literal string
	exact   bool
}

const anyRune = rune(-1)

// newGlob reads a pattern of `*`, `?` and backslash escapes. fold compares ASCII letters without regard to case.
func newGlob(pattern string, fold bool) *glob {
	if fold {
		pattern = foldASCII(pattern)
	}
	g, piece, escaped := &glob{fold: fold}, []rune(nil), false
	for _, r := range pattern {
		switch {
		case escaped:
			piece, escaped = append(piece, r), false
		case r == '\\':
			escaped = true
		case r == '*':
			g.pieces, piece = append(g.pieces, newGlobPiece(piece)), nil
		case r == '?':
			piece = append(piece, anyRune)
		default:
			piece = append(piece, r)
		}
	}
	if escaped { // a backslash at the end is one
		piece = append(piece, '\\')
	}
	g.pieces = append(g.pieces, newGlobPiece(piece))
	return g
}

func newGlobPiece(runes []rune) globPiece {
	return globPiece{runes, string(runes), !slices.Contains(runes, anyRune)}
}

// scan is the glob as a look through a dictionary: its literal beginning narrows it.
func (g *glob) scan() *dictionaryScan {
	first := g.pieces[0]
	s := &dictionaryScan{accept: g.match}
	switch {
	case g.fold:
	case !first.exact:
		s.prefix = string(first.runes[:slices.Index(first.runes, anyRune)])
	default:
		s.prefix = first.literal
		if len(g.pieces) == 2 && len(g.pieces[1].runes) == 0 {
			s.accept = nil
		}
	}
	return s
}

// match reports whether the pattern covers the whole text. It takes time in proportion to both at the most.
func (g *glob) match(text string) bool {
	if g.fold {
		text = foldASCII(text)
	}
	n, ok := g.pieces[0].prefix(text)
	if !ok {
		return false
	}
	if len(g.pieces) == 1 {
		return n == len(text)
	}
	text = text[n:]
	last := len(g.pieces) - 1
	for _, piece := range g.pieces[1:last] {
		end := piece.find(text)
		if end < 0 {
			return false
		}
		text = text[end:]
	}
	return g.pieces[last].suffix(text)
}

// prefix matches the piece at the beginning of text and returns how many bytes it took.
func (p globPiece) prefix(text string) (int, bool) {
	at := 0
	for _, want := range p.runes {
		r, size := utf8.DecodeRuneInString(text[at:])
		if size == 0 || want != anyRune && want != r {
			return 0, false
		}
		at += size
	}
	return at, true
}

// find returns the end of the first place of the piece in text, or -1.
func (p globPiece) find(text string) int {
	if p.exact {
		if i := strings.Index(text, p.literal); i >= 0 {
			return i + len(p.literal)
		}
		return -1
	}
	for at := 0; ; {
		if n, ok := p.prefix(text[at:]); ok {
			return at + n
		}
		_, size := utf8.DecodeRuneInString(text[at:])
		if size == 0 {
			return -1
		}
		at += size
	}
}

func (p globPiece) suffix(text string) bool {
	at := len(text)
	for i := len(p.runes) - 1; i >= 0; i-- {
		r, size := utf8.DecodeLastRuneInString(text[:at])
		if size == 0 || p.runes[i] != anyRune && p.runes[i] != r {
			return false
		}
		at -= size
	}
	return true
}

// foldASCII writes ASCII letters in lower case and leaves all else, as `case_insensitive` does.
func foldASCII(s string) string {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c >= 'A' && c <= 'Z' {
			return strings.Map(func(r rune) rune {
				if r >= 'A' && r <= 'Z' {
					return r + 'a' - 'A'
				}
				return r
			}, s)
		}
	}
	return s
}
