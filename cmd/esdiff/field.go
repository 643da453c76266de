package main

import "math/rand/v2"

// field is one that questions may name.
type field struct {
	name string
	// typ is the type in Elasticsearch's words; "none" for a field that is not mapped.
	typ string
	// mapping is nil for fields that the documents or another field bring along.
	mapping map[string]any
	// value makes a value, from few enough that questions find some.
	value func(*rand.Rand) any
	// derived fields get their values from another one: they are not in the documents.
	derived bool
	// single fields take no lists.
	single bool
	// coarse fields have no column, or no index: questions about them answer with errors or in other ways.
	coarse bool
}

// numbers, wholes, dates and exact name the types that most questions are about.
var (
	numbers = []string{"long", "integer", "short", "byte", "double", "float", "half_float", "scaled_float"}
	wholes  = []string{"long", "integer", "short", "byte"}
	dates   = []string{"date", "date_nanos"}
	exact   = []string{"keyword", "long", "integer", "short", "byte", "double", "float", "half_float", "date", "date_nanos", "boolean", "ip"}
)

func typed(typ string, more ...any) map[string]any {
	m := map[string]any{"type": typ}
	for i := 0; i < len(more); i += 2 {
		m[more[i].(string)] = more[i+1]
	}
	return m
}

// coreFields are fields of the types that both servers have. No date is called @timestamp: Vedette orders documents by it, and ties would come in another order.
func coreFields() []field {
	raw := map[string]any{"raw": typed("keyword", "ignore_above", 12)}
	return []field{
		{name: "kw", typ: "keyword", mapping: typed("keyword"), value: word},
		{name: "kw_null", typ: "keyword", mapping: typed("keyword", "null_value", "NULL"), value: word},
		{name: "kw_low", typ: "keyword", mapping: typed("keyword", "normalizer", "lowercase"), value: word},
		{name: "kw_short", typ: "keyword", mapping: typed("keyword", "ignore_above", 4), value: word},
		{name: "kw_plain", typ: "keyword", mapping: typed("keyword", "doc_values", false), value: word, coarse: true},
		{name: "kw_column", typ: "keyword", mapping: typed("keyword", "index", false), value: word, coarse: true},
		{name: "text", typ: "text", mapping: typed("text", "fields", raw, "copy_to", "all"), value: sentence},
		{name: "text.raw", typ: "keyword", value: sentence, derived: true},
		{name: "text_white", typ: "text", mapping: typed("text", "analyzer", "whitespace"), value: sentence},
		{name: "text_stop", typ: "text", mapping: typed("text", "analyzer", "stop"), value: sentence},
		{name: "text_simple", typ: "text", mapping: typed("text", "analyzer", "simple", "search_analyzer", "whitespace"), value: sentence},
		{name: "text_bare", typ: "text", mapping: typed("text", "norms", false), value: sentence},
		{name: "all", typ: "text", mapping: typed("text"), value: sentence, derived: true},
		{name: "long", typ: "long", mapping: typed("long"), value: aLong},
		{name: "int", typ: "integer", mapping: typed("integer", "null_value", 7), value: anInt},
		{name: "short", typ: "short", mapping: typed("short"), value: aShort},
		{name: "byte", typ: "byte", mapping: typed("byte"), value: aByte},
		{name: "double", typ: "double", mapping: typed("double"), value: aDouble},
		{name: "float", typ: "float", mapping: typed("float"), value: aFloat},
		{name: "half", typ: "half_float", mapping: typed("half_float"), value: aHalf},
		{name: "long_lax", typ: "long", mapping: typed("long", "ignore_malformed", true), value: laxLong},
		{name: "long_column", typ: "long", mapping: typed("long", "index", false), value: aLong, coarse: true},
		{name: "long_plain", typ: "long", mapping: typed("long", "doc_values", false), value: aLong, coarse: true},
		{name: "when", typ: "date", mapping: typed("date"), value: aDate},
		{name: "day", typ: "date", mapping: typed("date", "format", "yyyy/MM/dd||epoch_second"), value: aDay},
		{name: "nanos", typ: "date_nanos", mapping: typed("date_nanos"), value: aNanos},
		{name: "bool", typ: "boolean", mapping: typed("boolean"), value: aBool},
		{name: "ip", typ: "ip", mapping: typed("ip"), value: anIP},
		{name: "place", typ: "geo_point", mapping: typed("geo_point"), value: aPlace, single: true},
		{name: "ints", typ: "integer_range", mapping: typed("integer_range"), value: anIntRange},
		{name: "dates", typ: "date_range", mapping: typed("date_range"), value: aDateRange},
		{name: "ips", typ: "ip_range", mapping: typed("ip_range"), value: anIPRange},
		{name: "obj.a.kw", typ: "keyword", mapping: typed("keyword"), value: word},
		{name: "obj.a.n", typ: "long", mapping: typed("long"), value: aLong},
		{name: "obj.t", typ: "text", mapping: typed("text"), value: sentence},
		{name: "kw_alias", typ: "keyword", mapping: typed("alias", "path", "kw"), value: word, derived: true},
		{name: "long_alias", typ: "long", mapping: typed("alias", "path", "long"), value: aLong, derived: true},
		{name: "dyn_text", typ: "text", value: sentence},
		{name: "dyn_text.keyword", typ: "keyword", value: sentence, derived: true},
		{name: "dyn_long", typ: "long", value: anInt},
		{name: "dyn_float", typ: "float", value: aDynamicFloat},
		{name: "dyn_bool", typ: "boolean", value: aRealBool},
		{name: "dyn_date", typ: "date", value: aDynamicDate},
	}
}

// richFields are fields of types that the core of Elasticsearch lacks.
func richFields() []field {
	return []field{
		{name: "scaled", typ: "scaled_float", mapping: typed("scaled_float", "scaling_factor", 100), value: aScaled},
		{name: "wild", typ: "wildcard", mapping: typed("wildcard"), value: word},
		{name: "lean", typ: "text", mapping: typed("match_only_text"), value: sentence},
	}
}
