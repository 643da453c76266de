package search

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

const maxSourceDepth = 1000

// FilterSource returns the parts of a JSON object whose paths one of includes covers (all when it is empty) and none of excludes does. A pattern
// may hold `*` and covers what lies below the paths that it covers; an array stands for each of its elements. A `*` of an include stays within one name, unless
// one of excludes has a `*` too: Elasticsearch filters by another way then (SourceFilter.filterBytes), in which it goes over dots. Order of keys and spelling
// of numbers and strings stay as they are; white space between them goes. Without patterns src itself is returned.
//
// See https://www.elastic.co/guide/en/elasticsearch/reference/8.19/search-fields.html#source-filtering.
func FilterSource(src json.RawMessage, includes, excludes []string) (json.RawMessage, error) {
	if len(includes) == 0 && len(excludes) == 0 || len(src) == 0 {
		return src, nil
	}
	wild := slices.ContainsFunc(excludes, func(p string) bool { return strings.Contains(p, "*") })
	f := &sourceFilter{in: &globs{patterns: includes, names: !wild}, ex: newGlobs(excludes), src: src, out: make([]byte, 0, len(src))}
	at := where{all: len(includes) == 0, in: f.in.begin(), ex: f.ex.begin()}
	f.space()
	if f.pos >= len(src) || src[f.pos] != '{' {
		return nil, fmt.Errorf("filter source: not a JSON object")
	}
	if _, err := f.object(at, true, 0); err != nil {
		return nil, fmt.Errorf("filter source: %w", err)
	}
	return f.out, nil
}

// sourceFilter copies what is wanted from src to out while it reads src once.
type sourceFilter struct {
	in, ex *globs
	src    []byte
	pos    int
	out    []byte
}

// where is a place in both sets of patterns; all means that every include is settled.
type where struct {
	all    bool
	in, ex place
}

func (f *sourceFilter) down(w where, text string) where {
	w.ex = f.ex.step(w.ex, text)
	if !w.all {
		w.in = f.in.step(w.in, text)
	}
	return w
}

func (f *sourceFilter) included(w where) bool { return w.all || f.in.accepts(w.in) }

func (f *sourceFilter) excluded(w where) bool { return len(w.ex) > 0 && f.ex.accepts(w.ex) }

// value copies the value at pos as far as it is wanted, and reports whether anything of it was.
func (f *sourceFilter) value(w where, depth int) (bool, error) {
	f.space()
	if f.pos >= len(f.src) {
		return false, errShort
	}
	included := f.included(w)
	switch c := f.src[f.pos]; {
	case included && len(w.ex) == 0:
		from := f.pos
		if err := f.skip(depth); err != nil {
			return false, err
		}
		f.out = appendCompact(f.out, f.src[from:f.pos])
		return true, nil
	case !included && len(w.in) == 0:
		return false, f.skip(depth)
	case c == '{':
		return f.object(f.down(where{w.all || included, w.in, w.ex}, "."), included, depth)
	case c == '[':
		return f.array(w, included, depth)
	}
	from := f.pos
	if err := f.skip(depth); err != nil {
		return false, err
	}
	if included {
		f.out = append(f.out, f.src[from:f.pos]...)
	}
	return included, nil
}

// object copies the wanted members of the object at pos. Where none is wanted the object stays, empty, only if keep says so.
func (f *sourceFilter) object(w where, keep bool, depth int) (bool, error) {
	if depth > maxSourceDepth {
		return false, errDeep
	}
	start, n := len(f.out), 0
	f.out = append(f.out, '{')
	err := f.members('}', func() error {
		from := f.pos
		key, err := f.key()
		if err != nil {
			return err
		}
		sub, mark := f.down(w, key), len(f.out)
		if n > 0 {
			f.out = append(f.out, ',')
		}
		f.out = append(append(f.out, f.src[from:f.pos]...), ':')
		f.space()
		f.pos++ // the colon, which key has seen
		wanted := false
		if f.excluded(sub) {
			err = f.skip(depth + 1)
		} else {
			wanted, err = f.value(sub, depth+1)
		}
		if !wanted {
			f.out = f.out[:mark]
		} else {
			n++
		}
		return err
	})
	return f.close(start, '}', n > 0 || keep), err
}

// array copies the wanted elements of the array at pos; an array of which nothing is wanted goes, unless it was empty and included.
func (f *sourceFilter) array(w where, included bool, depth int) (bool, error) {
	if depth > maxSourceDepth {
		return false, errDeep
	}
	start, n, seen := len(f.out), 0, 0
	f.out = append(f.out, '[')
	err := f.members(']', func() error {
		mark := len(f.out)
		if n > 0 {
			f.out = append(f.out, ',')
		}
		wanted, err := f.value(w, depth+1)
		seen++
		if !wanted {
			f.out = f.out[:mark]
		} else {
			n++
		}
		return err
	})
	return f.close(start, ']', n > 0 || included && seen == 0), err
}

func (f *sourceFilter) close(start int, end byte, keep bool) bool {
	if !keep {
		f.out = f.out[:start]
		return false
	}
	f.out = append(f.out, end)
	return true
}
