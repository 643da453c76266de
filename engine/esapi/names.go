package esapi

import (
	"strings"
	"time"

	"github.com/vedette-siem/vedette/engine/dates"
	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/glob"
)

// indexExpression is the index expression of the path, with its dates computed; empty if the path has none.
func (c *call) indexExpression() (string, error) {
	return c.resolveDates(c.path["index"])
}

func (c *call) resolveDates(expression string) (string, error) {
	if !strings.Contains(expression, "<") {
		return expression, nil
	}
	names := splitExpression(expression)
	for i, name := range names {
		resolved, err := resolveName(name, c.s.o.Now())
		if err != nil {
			return "", err
		}
		names[i] = resolved
	}
	return strings.Join(names, ","), nil
}

// splitExpression splits at commas outside of <...>.
func splitExpression(s string) []string {
	var out []string
	start, inside := 0, false
	for i, r := range s {
		switch r {
		case '<':
			inside = true
		case '>':
			inside = false
		case ',':
			if !inside {
				out = append(out, s[start:i])
				start = i + 1
			}
		}
	}
	return append(out, s[start:])
}

// resolveName computes the dates of a name such as `<logs-{now/d{yyyy.MM|+02:00}}>`, also behind a minus sign; other names stay as they are.
// https://www.elastic.co/docs/reference/elasticsearch/rest-apis/api-conventions#api-date-math-index-names
func resolveName(name string, now time.Time) (string, error) {
	sign := ""
	if strings.HasPrefix(name, "-<") {
		sign, name = "-", name[1:]
	}
	if !strings.HasPrefix(name, "<") || !strings.HasSuffix(name, ">") {
		return sign + name, nil
	}
	out := strings.Builder{}
	for rest := name[1 : len(name)-1]; rest != ""; {
		switch {
		case strings.HasPrefix(rest, `\{`), strings.HasPrefix(rest, `\}`):
			out.WriteByte(rest[1])
			rest = rest[2:]
		case rest[0] == '{':
			length := closing(rest)
			if length < 0 {
				return "", eserr.Illegal("invalid dynamic name expression [%.255s]. date math placeholder is open ended", name)
			}
			date, err := resolveDate(rest[1:length], now)
			if err != nil {
				return "", err
			}
			out.WriteString(date)
			rest = rest[length+1:]
		case rest[0] == '}':
			return "", eserr.Illegal("invalid dynamic name expression [%.255s]. invalid character at position [%d]. `{` and `}` are reserved characters and"+
				" should be escaped when used as part of the index name using `\\` (e.g. `\\{text\\}`)", name, len(name)-len(rest))
		default:
			out.WriteByte(rest[0])
			rest = rest[1:]
		}
	}
	if out.Len() == 0 {
		return "", eserr.Illegal("nothing captured")
	}
	return sign + out.String(), nil
}

// closing is where the brace that begins s ends; -1 if it does not.
func closing(s string) int {
	depth := 0
	for i, r := range s {
		switch r {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

// resolveDate computes `now/d`, `now-1M/M{yyyy.MM}` or `now/d{yyyy.MM.dd|+02:00}`.
func resolveDate(expression string, now time.Time) (string, error) {
	math, pattern, zone := expression, "yyyy.MM.dd", time.UTC
	if i := strings.IndexByte(expression, '{'); i >= 0 {
		if !strings.HasSuffix(expression, "}") {
			return "", eserr.Illegal("invalid dynamic name expression [%.255s]. missing closing `}` for date math format", expression)
		}
		math, pattern = expression[:i], expression[i+1:len(expression)-1]
		if format, name, ok := strings.Cut(pattern, "|"); ok {
			pattern = format
			var err error
			if zone, err = dates.Zone(name); err != nil {
				return "", err
			}
		}
	}
	if pattern == "" {
		return "", eserr.Illegal("missing date format")
	}
	format, err := dates.ParseFormat(pattern)
	if err != nil {
		return "", err
	}
	at, err := dates.Format{}.ParseRound(math, false, zone, now)
	if err != nil {
		return "", err
	}
	return format.Format(at, zone), nil
}

// anyGlobMatches reports whether one of the patterns covers the name; `_all` covers all.
func anyGlobMatches(patterns []string, name string) bool {
	for _, p := range patterns {
		if p == "_all" || glob.Match(p, name) {
			return true
		}
	}
	return false
}

// isPattern says whether a name may match several things or none.
func isPattern(name string) bool { return name == "_all" || strings.Contains(name, "*") }
