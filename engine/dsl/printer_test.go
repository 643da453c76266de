package dsl

import (
	"fmt"
	"strconv"
	"strings"
)

// Format prints a query much as Lucene does: `+` is required, `#` a filter, `-` excluded. Tests compare trees by it.
func Format(q Query) string {
	text := format(q)
	b := q.base()
	if b.Boost() != 1 {
		text = "(" + text + ")^" + number(b.Boost())
	}
	if b.Name != "" {
		text = "(" + text + ")@" + b.Name
	}
	return text
}

func number(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

func format(q Query) string {
	switch q := q.(type) {
	case *MatchAll:
		return "*:*"
	case *MatchNone:
		return "MatchNoDocsQuery"
	case *Term:
		return q.Field + ":" + formatValue(q.Value) + formatIf(q.CaseInsensitive, "(?i)")
	case *Terms:
		return q.Field + ":" + formatValues(q.Values)
	case *Range:
		return formatRange(q)
	case *Exists:
		return "_exists_:" + q.Field
	case *Prefix:
		return q.Field + ":" + q.Value + "*" + formatIf(q.CaseInsensitive, "(?i)")
	case *Wildcard:
		return q.Field + ":wildcard(" + q.Pattern + ")" + formatIf(q.CaseInsensitive, "(?i)")
	case *Regexp:
		return q.Field + ":/" + q.Pattern + "/" + q.Flags + formatIf(q.CaseInsensitive, "(?i)")
	case *Fuzzy:
		return fmt.Sprintf("%s:%s~%d", q.Field, q.Value, q.Edits) + formatIf(q.PrefixLength > 0, fmt.Sprintf("+%d", q.PrefixLength))
	case *Phrase:
		return formatPhrase(q)
	case *IDs:
		return "_id:(" + strings.Join(q.Values, " ") + ")"
	}
	return formatCompound(q)
}

func formatCompound(q Query) string {
	switch q := q.(type) {
	case *Bool:
		return formatBool(q)
	case *ConstantScore:
		return "ConstantScore(" + Format(q.Filter) + ")"
	case *DisMax:
		return "(" + formatList(q.Queries, " | ") + ")" + formatIf(q.TieBreaker != 0, "~"+number(q.TieBreaker))
	case *Boosting:
		return "(" + Format(q.Positive) + " but " + Format(q.Negative) + "^" + number(q.NegativeBoost) + ")"
	case *Match:
		return "match" + q.formatKind() + "(" + q.Field + ":" + q.formatOptions() + ")"
	case *MultiMatch:
		return "multi_match(" + q.MatchType + " " + strings.Join(q.Fields, ",") + ":" + q.formatOptions() + ")"
	case *QueryString:
		return formatText(q)
	}
	return fmt.Sprintf("%T", q)
}

func formatIf(on bool, text string) string {
	if on {
		return text
	}
	return ""
}

// formatValue quotes a text where it could be taken for something else.
func formatValue(v any) string {
	text := valueText(v)
	if _, ok := v.(string); ok && (text == "" || strings.ContainsAny(text, " ():\"*?")) {
		return strconv.Quote(text)
	}
	return text
}

func formatValues(values []any) string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = formatValue(v)
	}
	return "(" + strings.Join(texts, " ") + ")"
}

func formatRange(q *Range) string {
	bound := func(v any) string {
		if v == nil {
			return "*"
		}
		return formatValue(v)
	}
	from, to := "{", "}"
	if q.IncludeFrom {
		from = "["
	}
	if q.IncludeTo {
		to = "]"
	}
	text := q.Field + ":" + from + bound(q.From) + " TO " + bound(q.To) + to
	for _, option := range []string{q.Format, q.TimeZone, q.Relation} {
		text += formatIf(option != "", "@"+option)
	}
	return text
}

// formatPhrase shows a gap in the positions as a question mark.
func formatPhrase(q *Phrase) string {
	var words []string
	for _, t := range q.Terms {
		for len(words) < int(t.Position) && len(words) < 1000 {
			words = append(words, "?")
		}
		words = append(words, strings.Join(t.Terms, "/"))
	}
	return q.Field + `:"` + strings.Join(words, " ") + formatIf(q.LastIsPrefix, "*") + `"` + formatIf(q.Slop > 0, "~"+strconv.Itoa(q.Slop))
}

func formatList(queries []Query, between string) string {
	texts := make([]string, len(queries))
	for i, q := range queries {
		texts[i] = Format(q)
	}
	return strings.Join(texts, between)
}

func formatBool(q *Bool) string {
	var parts []string
	add := func(sign string, queries []Query) {
		for _, sub := range queries {
			parts = append(parts, sign+Format(sub))
		}
	}
	add("+", q.Must)
	add("#", q.Filter)
	add("", q.Should)
	add("-", q.MustNot)
	return "(" + strings.Join(parts, " ") + ")" + formatIf(q.MinimumShouldMatch != "", "~"+q.MinimumShouldMatch)
}

func (q *Match) formatKind() string { return formatIf(q.Type != "", "_"+q.Type) }

func (q *Match) formatOptions() string {
	text := formatValue(q.Query)
	for _, o := range []struct{ name, value string }{
		{"operator", q.Operator}, {"minimum_should_match", q.MinimumShouldMatch}, {"analyzer", q.Analyzer}, {"fuzziness", q.Fuzziness},
		{"zero_terms_query", q.ZeroTermsQuery}, {"slop", formatIf(q.Slop > 0, strconv.Itoa(q.Slop))}, {"lenient", formatIf(q.Lenient, "true")},
	} {
		text += formatIf(o.value != "", " "+o.name+"="+o.value)
	}
	return text
}

func formatText(q *QueryString) string {
	name := "query_string"
	if q.Simple {
		name = "simple_query_string"
	}
	text := name + "(" + strconv.Quote(q.Query)
	text += formatIf(q.DefaultField != "", " default_field="+q.DefaultField)
	text += formatIf(len(q.Fields) > 0, " fields="+strings.Join(q.Fields, ","))
	text += formatIf(q.DefaultOperator != "", " default_operator="+q.DefaultOperator)
	text += formatIf(q.AnalyzeWildcard, " analyze_wildcard=true")
	return text + ")"
}

// Boosted is a Base with that boost, for trees that are made by hand.
func Boosted(boost float64) Base { return Base{boost: boost, boosted: true} }
