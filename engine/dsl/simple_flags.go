package dsl

import (
	"strconv"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// A simpleFlag is an operator of simple_query_string; requests may switch them on one by one.
type simpleFlag uint

const (
	simpleAnd simpleFlag = 1 << iota
	simpleNot
	simpleOr
	simplePrefix
	simplePhrase
	simplePrecedence
	simpleEscape
	simpleWhitespace
	simpleFuzzy
	simpleNear
	simpleAll = simpleNear<<1 - 1
)

// simpleFlags reads `flags`: names joined by `|`, or their sum; empty is all of them.
func simpleFlags(text string) (simpleFlag, error) {
	if text == "" {
		return simpleAll, nil
	}
	if n, err := strconv.Atoi(text); err == nil {
		if n < 0 {
			return simpleAll, nil
		}
		return simpleFlag(n) & simpleAll, nil
	}
	var flags simpleFlag
	for name := range strings.SplitSeq(text, "|") {
		switch strings.ToUpper(strings.TrimSpace(name)) {
		case "ALL":
			return simpleAll, nil
		case "NONE", "":
		case "AND":
			flags |= simpleAnd
		case "NOT":
			flags |= simpleNot
		case "OR":
			flags |= simpleOr
		case "PREFIX":
			flags |= simplePrefix
		case "PHRASE":
			flags |= simplePhrase
		case "PRECEDENCE":
			flags |= simplePrecedence
		case "ESCAPE":
			flags |= simpleEscape
		case "WHITESPACE":
			flags |= simpleWhitespace
		case "FUZZY":
			flags |= simpleFuzzy
		case "NEAR", "SLOP":
			flags |= simpleNear
		default:
			return 0, eserr.Illegal("Unknown simple_query_string flag [%s]", name)
		}
	}
	return flags, nil
}
