package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// atom is one expression of Lucene's query language.
func atom(r *rand.Rand, w *world) string {
	switch f := textField(r, w); r.IntN(14) {
	case 0:
		return fmt.Sprintf("%q", phrase(r, w)) + pick(r, "", "~2", "^3")
	case 1:
		return f.name + ":" + escaped(r, fmt.Sprint(sought(r, w, f)))
	case 2:
		return fmt.Sprintf("%s:%q", f.name, fmt.Sprint(sought(r, w, f)))
	case 3:
		n := w.field(r, wholes...)
		return n.name + ":" + pick(r, ">5", ">=5", "<10", "<=10", "[1 TO 5]", "{1 TO 5}", "[1 TO 5}", "[* TO 3]", "{2 TO *}", "5", "(1 OR 2)")
	case 4:
		return pick(r, "when", "nanos", "dyn_date") + ":" + pick(r, "[2024-01-01 TO 2024-06-01]", ">2024-02-01", "2024-05-06", "[2024-01-01||/M TO *]", `"2024-01-01T00:00:00Z"`)
	case 5:
		return pick(r, "fo*", "*pha", "qu?ck", "f*x", "*", "user*com", "ALP*", "*:*", "kw:*", "text:fo*", "_exists_:kw", "_exists_:absent", "_exists_:text", "kw:fo?", "*ö*")
	case 6:
		return pick(r, "alhpa~", "quikc~1", "brwn~2", "fox~0", "kw:alpha~", "text:bta~1", "dog~0.5")
	case 7:
		return pick(r, "/al.*/", "kw:/[ab].*/", "text:/fo(x|xes)/", "/[/", "text:/fo./")
	case 8:
		return f.name + ":(" + pick(r, "fox dog", "fox AND dog", "+fox -dog", "\"quick brown\" OR lazy") + ")"
	case 9:
		return "ip:" + pick(r, "10.0.0.1", `"10.0.0.0/28"`, "[10.0.0.1 TO 10.0.0.5]", "10.0.0.0\\/24", `"::1"`, "2001\\:db8\\:\\:1", "x")
	case 10:
		return pick(r, "obj.\\*:fox", "text*:fox", "bool:true", "bool:x", "long:x", "absent:x", "_id:d001", "_index:esdiff*", "obj.a.kw:alpha", "kw_alias:alpha", "place:x")
	}
	return escaped(r, fmt.Sprint(word(r))) + pick(r, "", "", "", "^2")
}

// escaped puts a backslash before what means something, most of the time.
func escaped(r *rand.Rand, s string) string {
	if chance(r, 0.15) {
		return s
	}
	var b strings.Builder
	for _, c := range s {
		if strings.ContainsRune(`+-=&|><!(){}[]^"~*?:\/ `, c) {
			b.WriteByte('\\')
		}
		b.WriteRune(c)
	}
	return b.String()
}

// expression joins atoms by operators.
func expression(r *rand.Rand, w *world, depth int) string {
	var b strings.Builder
	for i := range 1 + r.IntN(3) {
		if i > 0 {
			b.WriteString(pick(r, " ", " AND ", " OR ", " && ", " || ", " NOT ", " AND NOT ", " and "))
		}
		b.WriteString(pick(r, "", "", "", "", "+", "-", "!", "NOT "))
		if depth < 2 && chance(r, 0.15) {
			b.WriteString("(" + expression(r, w, depth+1) + ")" + pick(r, "", "", "^2"))
		} else {
			b.WriteString(atom(r, w))
		}
	}
	if chance(r, 0.04) {
		return b.String() + pick(r, ")", "(", " AND", `"`, "^", "~", " TO", ":", "[1 TO", "\\", "{", "/")
	}
	return b.String()
}

func queryStringClause(r *rand.Rand, w *world) any {
	o := options{"query": expression(r, w, 0)}
	if chance(r, 0.4) {
		o["fields"] = someFields(r, w)
	} else if chance(r, 0.4) {
		o["default_field"] = pick[any](r, textField(r, w).name, "*", "text*", "absent")
	}
	o.maybe(r, 0.2, "default_operator", "and", "or", "AND", "OR")
	o.maybe(r, 0.6, "lenient", true, true, false)
	o.maybe(r, 0.1, "allow_leading_wildcard", true, false)
	o.maybe(r, 0.1, "analyze_wildcard", true, false)
	o.maybe(r, 0.1, "phrase_slop", 0, 1, 3)
	o.maybe(r, 0.1, "fuzziness", "AUTO", 1, 2)
	o.maybe(r, 0.1, "fuzzy_prefix_length", 0, 1)
	o.maybe(r, 0.1, "fuzzy_max_expansions", 1, 50)
	o.maybe(r, 0.1, "type", "best_fields", "most_fields", "cross_fields", "phrase", "phrase_prefix", "bool_prefix")
	o.maybe(r, 0.1, "tie_breaker", 0.3, 1)
	o.maybe(r, 0.1, "quote_field_suffix", ".raw", ".x")
	o.maybe(r, 0.05, "quote_analyzer", "keyword", "whitespace")
	o.maybe(r, 0.05, "time_zone", "+02:00", "Europe/Berlin")
	o.maybe(r, 0.05, "rewrite", rewrites...)
	o.maybe(r, 0.05, "escape", true, false)
	o.maybe(r, 0.05, "enable_position_increments", true, false)
	o.maybe(r, 0.05, "max_determinized_states", 10000)
	o.minimum(r)
	o.analyzer(r)
	return bare(r, "query_string", o)
}

func simpleQueryStringClause(r *rand.Rand, w *world) any {
	o := options{"query": simpleExpression(r, w)}
	if chance(r, 0.8) {
		o["fields"] = someFields(r, w)
	}
	o.maybe(r, 0.3, "default_operator", "and", "or", "AND")
	o.maybe(r, 0.6, "lenient", true, true, false)
	o.maybe(r, 0.2, "flags", "ALL", "NONE", "AND|OR|PREFIX", "PHRASE", "OR|NOT", "FUZZY|SLOP", "nonsense", 3)
	o.maybe(r, 0.1, "analyze_wildcard", true, false)
	o.maybe(r, 0.1, "quote_field_suffix", ".raw")
	o.maybe(r, 0.1, "fuzzy_prefix_length", 0, 1)
	o.maybe(r, 0.1, "fuzzy_max_expansions", 1, 50)
	o.maybe(r, 0.1, "fuzzy_transpositions", true, false)
	o.minimum(r)
	o.analyzer(r)
	return bare(r, "simple_query_string", o)
}

// simpleExpression is of the language in which nothing is an error.
func simpleExpression(r *rand.Rand, w *world) string {
	var b strings.Builder
	for i := range 1 + r.IntN(4) {
		if i > 0 {
			b.WriteString(pick(r, " ", " + ", " | ", " +", " |", " -", "+"))
		}
		switch r.IntN(6) {
		case 0:
			fmt.Fprintf(&b, "%q%s", phrase(r, w), pick(r, "", "~2", "~x"))
		case 1:
			b.WriteString("(" + fmt.Sprint(word(r)) + pick(r, " | ", " ", " + ") + fmt.Sprint(word(r)) + pick(r, ")", ")", ""))
		case 2:
			b.WriteString(piece(r, field{value: word}) + "*")
		case 3:
			b.WriteString(misspelt(r, fmt.Sprint(word(r))) + pick(r, "~", "~1", "~2", "~9"))
		default:
			b.WriteString(pick(r, "", "", "-", "+", "\\") + fmt.Sprint(word(r)))
		}
	}
	return b.String()
}
