package search

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/vedette-siem/vedette/engine/dsl"
	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/mapping"
	"github.com/vedette-siem/vedette/storage/document"
	"github.com/vedette-siem/vedette/storage/segment"
)

// pattern plans the clauses that look through a dictionary.
func (p *planner) pattern(q dsl.Query, boost float32) (node, error) {
	name, kind, rewrite := "", "", ""
	switch q := q.(type) {
	case *dsl.Prefix:
		name, kind, rewrite = q.Field, "prefix", q.Rewrite
	case *dsl.Wildcard:
		name, kind, rewrite = q.Field, "wildcard", q.Rewrite
	case *dsl.Regexp:
		name, kind, rewrite = q.Field, "regexp", q.Rewrite
		if n, limit := utf8.RuneCountInString(q.Pattern), p.limits().RegexpLength; n > limit {
			return nil, failedQuery("The length of regex [%d] used in the Regexp Query request has exceeded the allowed maximum of [%d]. "+
				"This maximum can be set by changing the [index.max_regex_length] index level setting.", n, limit)
		}
	}
	if name == indexField {
		return p.patternOfIndex(q, boost)
	}
	f, err := p.field(name)
	if f == nil || err != nil {
		return none{}, err
	}
	if err := stringsOnly(f, kind); err != nil {
		return nil, err
	}
	scan, err := p.scan(q, f)
	if r, ok := q.(*dsl.Regexp); ok && r.Lenient && err != nil {
		return none{}, nil
	}
	if err != nil {
		return nil, err
	}
	scan.column = columnOf(f)
	if limit, scores, ok := rewriteOf(rewrite); ok && !scan.fixed {
		return &fuzzy{column: scan.column, scan: scan, limit: limit, scores: scores, boost: boost}, nil
	}
	return constant{scan, boost}, nil
}

// stringsOnly refuses a pattern on a field that holds no strings, and on `_id`, as Elasticsearch does.
func stringsOnly(f *mapping.Field, kind string) error {
	if (f.Kind == document.Keyword || f.Kind == document.Text) && f.Column != segment.IDField {
		return nil
	}
	types := "keyword, text and wildcard"
	if kind == "regexp" || kind == "fuzzy" {
		types = "keyword and text"
	}
	return eserr.Shard(eserr.QueryShard, "Can only use %s queries on %s fields - not on [%s] which is of type [%s]", kind, types, f.Name, f.Type)
}

// scan turns a pattern clause into what looks through a dictionary. A nil field is `_index`.
func (p *planner) scan(q dsl.Query, f *mapping.Field) (*dictionaryScan, error) {
	switch q := q.(type) {
	case *dsl.Prefix:
		value, err := p.normalize(f, q.Value)
		if err != nil {
			return nil, err
		}
		return prefixScan(value, q.CaseInsensitive), nil
	case *dsl.Wildcard:
		pattern, err := p.normalizeWildcard(f, q.Pattern)
		if err != nil {
			return nil, err
		}
		return newGlob(pattern, q.CaseInsensitive).scan(), nil
	case *dsl.Regexp:
		pattern, err := p.normalize(f, q.Pattern)
		if err != nil {
			return nil, err
		}
		return regexpScan(pattern, q.Flags, q.CaseInsensitive)
	}
	return nil, nil
}

func prefixScan(value string, caseInsensitive bool) *dictionaryScan {
	if !caseInsensitive {
		return &dictionaryScan{prefix: value}
	}
	value = foldASCII(value)
	return &dictionaryScan{accept: func(term string) bool {
		return len(term) >= len(value) && foldASCII(term[:len(value)]) == value
	}}
}

func regexpScan(pattern, flags string, caseInsensitive bool) (*dictionaryScan, error) {
	text, err := translateRegexp(pattern, flags)
	if err != nil {
		return nil, err
	}
	mode := "s"
	if caseInsensitive {
		mode = "si"
	}
	whole, err := regexp.Compile(`(?` + mode + `)\A(?:` + text + `)\z`)
	if err != nil {
		return nil, failedQuery("cannot run regular expression [%s]: %v", pattern, err)
	}
	prefix, _ := regexp.MustCompile(`(?` + mode + `)(?:` + text + `)`).LiteralPrefix()
	return &dictionaryScan{prefix: prefix, accept: whole.MatchString}, nil
}

// patternOfIndex runs a pattern on the name of the index.
func (p *planner) patternOfIndex(q dsl.Query, boost float32) (node, error) {
	s, err := p.scan(q, nil)
	if err != nil {
		return nil, err
	}
	return p.ofIndex(boost, func(name string) bool {
		return strings.HasPrefix(name, s.prefix) && (s.accept == nil || s.accept(name))
	}), nil
}

// normalize writes a text as the field's normalizer does.
func (p *planner) normalize(f *mapping.Field, text string) (string, error) {
	if f == nil || f.Normalizer == "" {
		return text, nil
	}
	return p.mapping.Registry().Normalize(f.Normalizer, text)
}

// normalizeWildcard normalizes the literal parts of a wildcard pattern.
func (p *planner) normalizeWildcard(f *mapping.Field, pattern string) (string, error) {
	if f == nil || f.Normalizer == "" {
		return pattern, nil
	}
	var out strings.Builder
	literal := 0
	flush := func(to int) error {
		text, err := p.normalize(f, pattern[literal:to])
		out.WriteString(text)
		return err
	}
	for i := 0; i < len(pattern); i++ {
		size := 1
		switch pattern[i] {
		case '\\':
			size = 2
		case '*', '?':
		default:
			continue
		}
		if err := flush(i); err != nil {
			return "", err
		}
		end := min(i+size, len(pattern))
		out.WriteString(pattern[i:end])
		literal, i = end, end-1
	}
	err := flush(len(pattern))
	return out.String(), err
}

func (p *planner) fuzzy(q *dsl.Fuzzy, boost float32) (node, error) {
	f, err := p.field(q.Field)
	if f == nil || err != nil {
		return none{}, err
	}
	if err := stringsOnly(f, "fuzzy"); err != nil {
		return nil, err
	}
	value, err := p.normalize(f, q.Value)
	if err != nil {
		return nil, err
	}
	if q.Edits <= 0 {
		return &scoredTerm{columnOf(f), value, boost}, nil
	}
	limit := q.MaxExpansions
	if limit <= 0 {
		limit = defaultExpansions
	}
	n := &fuzzy{column: columnOf(f), value: []rune(value), edits: min(q.Edits, 2), prefix: q.PrefixLength, limit: limit, swaps: q.Transpositions, boost: boost}
	top, scores, scored := rewriteOf(q.Rewrite)
	if scored {
		n.limit, n.scores = top, scores
	}
	if n.fixed || q.Rewrite != "" && !scored {
		return constant{n, boost}, nil
	}
	return n, nil
}
