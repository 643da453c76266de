package engine

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/glob"
)

// maxNameBytes is the longest name of an index.
const maxNameBytes = 255

// checkName refuses names that Elasticsearch refuses, in its words.
func checkName(name string) error {
	refuse := func(why string) error {
		err := eserr.BadRequest("invalid_index_name_exception", "Invalid index name [%s], %s", name, why)
		err.Index, err.IndexUUID = name, "_na_"
		return err
	}
	switch {
	case name == "":
		return refuse("must not be empty")
	case name == "." || name == "..":
		return refuse("must not be '.' or '..'")
	case strings.ContainsAny(name, "\\/*?\"<>| ,"):
		return refuse(`must not contain the following characters [' ','"','*',',','/','<','>','?','\','|']`)
	case strings.Contains(name, "#"):
		return refuse("must not contain '#'")
	case strings.Contains(name, ":"):
		return refuse("must not contain ':'")
	case strings.ContainsAny(name[:1], "_-+"):
		return refuse("must not start with '_', '-', or '+'")
	case name != strings.ToLower(name):
		return refuse("must be lowercase")
	case len(name) > maxNameBytes:
		return refuse(fmt.Sprintf("index name is too long, (%d > %d)", len(name), maxNameBytes))
	case strings.ContainsFunc(name, unicode.IsControl):
		return refuse("must not contain control characters")
	}
	return nil
}

// noSuchIndex is Elasticsearch's answer to a name that means nothing.
func noSuchIndex(name string) *Error {
	err := eserr.Errorf(404, eserr.IndexNotFound, "no such index [%s]", name)
	err.Index, err.IndexUUID, err.ResourceType, err.ResourceID = name, "_na_", "index_or_alias", name
	return err
}

// resolved is what one expression names: indices, each with the filters of the aliases that it was reached by.
type resolved struct {
	*index
	// filters are those of the aliases; nil if the index was also reached without one.
	filters []string
	// copies is how many shards the settings ask for, replicas counted. There is one; answers count as Elasticsearch would on one node.
	copies int
	// primaries is copies without the replicas.
	primaries int
	shards    shards
	// routing is that of the alias by which a single index was reached.
	routing string
	// uncached is `index.requests.cache.enable: false`.
	uncached bool
	// window is the index's max_result_window; 0 is the default.
	window int
}

// resolve finds the indices of a target on which the principal may do something (Elasticsearch's name of the action), by name. Wildcards match only what it may see for that
// action; a name that it may not is refused, whether there is such a thing or not. The caller holds e.mu.
func (e *Embedded) resolve(p Principal, action string, t Target) ([]resolved, error) {
	by := scope{p, action}
	found := map[string]*resolved{}
	sawWildcard := false
	expression := t.Expression
	if expression == "" {
		expression = "_all"
	}
	for _, part := range strings.Split(expression, ",") {
		if rest, ok := strings.CutPrefix(part, "-"); ok && sawWildcard {
			for name := range e.matching(by, rest, t) {
				delete(found, name)
			}
			continue
		}
		if part == "_all" || strings.ContainsAny(part, "*") {
			sawWildcard = true
			if err := e.addWildcard(by, found, part, t); err != nil {
				return nil, err
			}
			continue
		}
		if err := e.addName(by, found, part, t); err != nil {
			return nil, err
		}
	}
	out := make([]resolved, 0, len(found))
	for _, r := range found {
		r.shards = r.Settings.shards()
		r.primaries = r.shards.number
		r.copies = r.primaries * (1 + r.replicas())
		r.uncached = r.Settings.get("index.requests.cache.enable") == "false"
		r.window = r.Settings.integer("index.max_result_window")
		out = append(out, *r)
	}
	slices.SortFunc(out, func(a, b resolved) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

func (e *Embedded) addWildcard(by scope, found map[string]*resolved, pattern string, t Target) error {
	matched := e.matching(by, pattern, t)
	if len(matched) == 0 && t.DisallowNone {
		return noSuchIndex(pattern)
	}
	for name, r := range matched {
		merge(found, name, r)
	}
	return nil
}

func (e *Embedded) addName(by scope, found map[string]*resolved, name string, t Target) error {
	matched := map[string]*resolved{}
	if !e.permits(by, name) {
		if t.IgnoreUnavailable {
			return nil
		}
		return denied(by.p, by.action, name)
	}
	switch {
	case e.indices[name] != nil:
		matched[name] = &resolved{index: e.indices[name]}
	case e.streams[name] != nil:
		e.addStream(matched, e.streams[name])
	case !t.IndicesOnly:
		e.addAlias(matched, name, true)
	}
	if len(matched) == 0 {
		if t.IgnoreUnavailable {
			return nil
		}
		if err := checkName(name); err != nil {
			return err
		}
		return noSuchIndex(name)
	}
	for n, r := range matched {
		merge(found, n, r)
	}
	return nil
}

// matching finds what a pattern matches: indices, data streams and aliases.
func (e *Embedded) matching(by scope, pattern string, t Target) map[string]*resolved {
	if pattern == "_all" {
		pattern = "*"
	}
	everything := pattern == "*" // which Elasticsearch reads as all indices, and does not look at aliases for
	matched := map[string]*resolved{}
	hidden := strings.HasPrefix(pattern, ".") || strings.Contains(t.ExpandWildcards, "hidden") || strings.Contains(t.ExpandWildcards, "all")
	for name, ix := range e.indices {
		if glob.Match(pattern, name) && (hidden || !ix.hidden()) && by.p.may(by.action, name, ix.Stream) {
			matched[name] = &resolved{index: ix}
		}
	}
	for name, s := range e.streams {
		if glob.Match(pattern, name) && by.p.may(by.action, name) {
			e.addStream(matched, s)
		}
	}
	if everything && by.p.Superuser || t.IndicesOnly { // others may be allowed an alias and not what lies behind it
		return inState(matched, t)
	}
	for _, name := range e.aliasNames() {
		if glob.Match(pattern, name) && e.permits(by, name) {
			e.addAlias(matched, name, hidden)
		}
	}
	return inState(matched, t)
}

// A scope is who does what to indices.
type scope struct {
	p      Principal
	action string
}

// permits says whether the action is allowed on a name, or on all that an alias of that name leads to.
func (e *Embedded) permits(by scope, name string) bool {
	if ix := e.indices[name]; ix != nil {
		return by.p.may(by.action, name, ix.Stream)
	}
	if by.p.may(by.action, name) {
		return true
	}
	behind := 0
	for _, ix := range e.indices {
		if _, ok := ix.Aliases[name]; ok {
			if behind++; !by.p.may(by.action, ix.Name, ix.Stream) {
				return false
			}
		}
	}
	return behind > 0
}

func (e *Embedded) addStream(found map[string]*resolved, s *stream) {
	for _, name := range s.Indices {
		merge(found, name, &resolved{index: e.indices[name]})
	}
}

// addAlias adds the indices of an alias, hidden ones only on request.
func (e *Embedded) addAlias(found map[string]*resolved, alias string, hidden bool) {
	for name, ix := range e.indices {
		if raw, ok := ix.Aliases[alias]; ok && (hidden || !isHiddenAlias(raw)) {
			r := &resolved{index: ix, routing: aliasRouting(raw)}
			if f := aliasFilter(raw); f != "" {
				r.filters = []string{f}
			}
			merge(found, name, r)
		}
	}
}

// merge adds an index; one that is reached both with and without a filter is not filtered.
func merge(found map[string]*resolved, name string, r *resolved) {
	old := found[name]
	switch {
	case old == nil:
		found[name] = r
	case old.filters == nil || r.filters == nil:
		found[name] = &resolved{index: r.index}
	default:
		old.filters = append(old.filters, r.filters...)
	}
}
