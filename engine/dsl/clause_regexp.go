package dsl

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// regexp reads https://www.elastic.co/guide/en/elasticsearch/reference/8.19/query-dsl-regexp-query.html.
func (p *parser) regexp() (Query, error) {
	q := &Regexp{}
	var states int
	field, err := p.pattern(&q.Base, &q.Pattern, &q.Rewrite, options{
		"value":                   nil,
		"flags":                   p.checked(&q.Flags, checkRegexpFlags),
		"flags_value":             p.ignored(),
		"max_determinized_states": p.intInto(&states),
		"case_insensitive":        p.boolInto(&q.CaseInsensitive),
	})
	if err != nil {
		return nil, err
	}
	q.Field = field
	return q, regexpLimit(q.Pattern, "Regexp Query request")
}

func regexpLimit(pattern, where string) error {
	if n := utf8.RuneCountInString(pattern); n > maxRegexLength {
		return shardIllegal("The length of regex [%s] used in the %s has exceeded the allowed maximum of [%d]. "+
			"This maximum can be set by changing the [index.max_regex_length] index level setting.", strconv.Itoa(n), where, maxRegexLength)
	}
	return nil
}

func checkRegexpFlags(flags string) error {
	if flags == "" {
		return nil
	}
	for flag := range strings.SplitSeq(flags, "|") {
		switch strings.ToUpper(strings.TrimSpace(flag)) {
		case "ALL", "NONE", "ANYSTRING", "COMPLEMENT", "EMPTY", "INTERSECTION", "INTERVAL":
		default:
			return eserr.Illegal("Unknown regexp flag [%s]", flag)
		}
	}
	return nil
}
