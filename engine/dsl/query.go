package dsl

import "github.com/vedette-siem/vedette/engine/mapping"

// A Query is one clause as a request has it, not yet read against a mapping. Parse makes them; Rewrite turns the clauses that analyse text or
// name several fields (Match, MultiMatch, QueryString) into the primitive ones, which engine/search runs.
//
// Queries are pointers (*Term, *Bool, ...), and the compiler refuses values. A tree is never changed after Parse or Rewrite has returned it, and
// may share nodes with other trees.
type Query interface {
	// Boost multiplies the score; 1 unless the request says otherwise.
	Boost() float64
	// base is the part that all clauses have in common; it closes the interface to other packages.
	base() *Base
}

// Base carries what every clause may have. Its zero value has a boost of 1 and no name.
type Base struct {
	boost   float64
	boosted bool // boost holds a value, which may be 0
	// Name is `_name`, which may be empty; Named says that there is one.
	Name  string
	Named bool
}

// Boost implements Query; the zero value boosts by 1.
func (b *Base) Boost() float64 {
	if !b.boosted {
		return 1
	}
	return b.boost
}

// QueryName is `_name`, by which `matched_queries` reports a hit; false without one.
func (b *Base) QueryName() (string, bool) { return b.Name, b.Named }

func (b *Base) base() *Base { return b }

// Primitive clauses: all that is left after Rewrite, and what engine/search implements. Field is a name as the request has it; it is looked up in the mapping.
type (
	// MatchAll matches every document with a score of 1.
	MatchAll struct{ Base }

	// MatchNone matches nothing.
	MatchNone struct{ Base }

	// Term matches documents that have exactly this value: a word of a text field, a whole keyword, a number, an address or network, `_id`, `_index`.
	Term struct {
		Base
		Field           string
		Value           any // string, json.Number or bool
		CaseInsensitive bool
	}

	// Terms matches documents that have one of the values, each with a score of 1.
	Terms struct {
		Base
		Field  string
		Values []any // string, json.Number or bool
	}

	// Range matches documents that have a value between two bounds. A bound is nil (open), string, json.Number or bool.
	Range struct {
		Base
		Field            string
		From, To         any
		IncludeFrom      bool
		IncludeTo        bool
		Format, TimeZone string
		Relation         string
	}

	// Exists matches documents that have any value of the field, or of any field below it.
	Exists struct {
		Base
		Field string
	}

	// Prefix matches documents that have a term that begins so.
	Prefix struct {
		Base
		Field, Value    string
		CaseInsensitive bool
		Rewrite         string // how the terms that are found score, in Elasticsearch's words; empty is all the same
	}

	// Wildcard matches documents that have a term that the pattern (`*`, `?`, backslash escapes) covers whole.
	Wildcard struct {
		Base
		Field, Pattern  string
		CaseInsensitive bool
		Rewrite         string // as of Prefix
	}

	// Regexp matches documents that have a term that the Lucene expression covers whole.
	Regexp struct {
		Base
		Field, Pattern  string
		Flags           string // as the request has it; empty is ALL
		CaseInsensitive bool
		Lenient         bool   // an expression that cannot be read matches nothing
		Rewrite         string // as of Prefix
	}

	// Fuzzy matches documents that have a term at most Edits (0 to 2) away from Value.
	Fuzzy struct {
		Base
		Field, Value   string
		Edits          int
		PrefixLength   int
		MaxExpansions  int // 0 is 50
		Transpositions bool
		Rewrite        string // as of Prefix; empty is the best ones, each as if it were as frequent as the most frequent
	}

	// CombinedTerm matches documents that have one of the words in one of the fields, and scores as if there were one field and one word (BM25F).
	CombinedTerm struct {
		Base
		Fields []WeightedField
		Terms  []string
	}

	// Phrase matches documents whose text field has the words at these distances from each other, moved by at most Slop in all.
	Phrase struct {
		Base
		Field string
		Terms []PhraseTerm
		Slop  int
		// LastIsPrefix makes the last term a prefix (match_phrase_prefix), of which at most MaxExpansions terms are tried (0 is 50).
		LastIsPrefix  bool
		MaxExpansions int
	}

	// IDs matches documents by `_id`.
	IDs struct {
		Base
		Values []string
	}

	// Bool combines clauses. MinimumShouldMatch is Elasticsearch's text (`1`, `-1`, `75%`, `2<75%`; see the function of that name); empty is its
	// default: 1 without must and filter, else 0. After Rewrite one of Must, Filter and Should is not empty: a purely negative Bool has got a MatchAll
	// as Filter.
	Bool struct {
		Base
		Must, Filter, Should, MustNot []Query
		MinimumShouldMatch            string
	}

	// ConstantScore matches as Filter does, with a score of Boost.
	ConstantScore struct {
		Base
		Filter Query
	}

	// DisMax matches what any of the clauses matches, with the best score plus TieBreaker times the others.
	DisMax struct {
		Base
		Queries    []Query
		TieBreaker float64
	}

	// Boosting matches as Positive does; what Negative matches too has its score multiplied by NegativeBoost.
	Boosting struct {
		Base
		Positive, Negative Query
		NegativeBoost      float64
	}
)

// Primitive clauses on numbers and places.
type (
	// GeoDistance matches documents with a place at most so many metres from another one.
	GeoDistance struct {
		Base
		Field          string
		From           mapping.Point
		Meters         float64
		IgnoreUnmapped bool
	}

	// GeoBox matches documents with a place in a box of degrees, edges included. It spans the date line if Left is greater than Right.
	GeoBox struct {
		Base
		Field                    string
		Top, Left, Bottom, Right float64
		IgnoreUnmapped           bool
	}

	// TermsSet matches documents that have at least so many of the values as a number in their MinimumField says, or Minimum without one.
	TermsSet struct {
		Base
		Field                 string
		Values                []any
		Minimum, MinimumField string
		// Each are the clauses for the values; Rewrite makes them.
		Each []Query
	}

	// DistanceFeature matches documents that have the field, and scores them the higher the nearer they are to Origin (JSON): half of the boost at Pivot.
	DistanceFeature struct {
		Base
		Field, Pivot string
		Origin       []byte
	}

	// FunctionScore matches as Query does, and changes the score by functions.
	FunctionScore struct {
		Base
		Query                Query
		Functions            []*ScoreFunction
		ScoreMode, BoostMode string
		MaxBoost, MinScore   *float64 // nil is none
	}
)

// ScoreFunction is one function of a FunctionScore: Kind is field_value_factor, random_score, gauss, exp, linear, or empty for a Weight alone.
type ScoreFunction struct {
	Filter Query    // nil is all documents
	Weight *float64 // nil is 1
	Kind   string
	Field  string // of all kinds, may be empty for random_score
	// Factor, Modifier and Missing (nil is an error) are of field_value_factor.
	Factor   float64
	Modifier string
	Missing  *float64
	Seed     string // of random_score
	// Origin (JSON; nil is now), Scale, Offset, Decay and ValueMode are of the decay functions.
	Origin        []byte
	Scale, Offset string
	Decay         float64
	ValueMode     string
}

// PhraseTerm is one place of a phrase: any of the terms (synonyms) at a position counted from 0.
type PhraseTerm struct {
	Terms    []string
	Position uint32
}

// WeightedField is a text of which each word counts Weight times, in its length too.
type WeightedField struct {
	Name   string
	Weight float64
}

// Clauses that Rewrite replaces.
type (
	// Match analyses Query for the field and matches the words; see Elasticsearch's match query for the options.
	Match struct {
		Base
		Field              string
		Query              any // string, json.Number or bool
		Operator           string
		MinimumShouldMatch string
		Analyzer           string
		Fuzziness          string
		PrefixLength       int
		MaxExpansions      int
		Lenient            bool
		ZeroTermsQuery     string
		// NoTranspositions makes a swap of two letters count as two edits.
		NoTranspositions bool
		// Type is empty for match, or `phrase`, `phrase_prefix`, `bool_prefix` for those queries.
		Type string
		Slop int
	}

	// MultiMatch is Match over several fields.
	MultiMatch struct {
		Match
		Fields     []string // each with an optional ^boost, wildcards allowed; empty is all
		MatchType  string   // best_fields (default), most_fields, cross_fields, phrase, phrase_prefix, bool_prefix
		TieBreaker *float64
	}

	// CombinedFields looks for the words of Query in several texts as if they were one.
	CombinedFields struct {
		Base
		Query              string
		Fields             []string // each with an optional ^boost of at least 1, wildcards allowed
		Operator           string
		MinimumShouldMatch string
		ZeroTermsQuery     string
	}

	// QueryString is a text in Lucene's classic syntax (spec: query_string).
	QueryString struct {
		Base
		Query                string
		DefaultField         string
		Fields               []string
		DefaultOperator      string
		Analyzer             string
		AnalyzeWildcard      bool
		AllowLeadingWildcard bool
		Lenient              *bool
		MinimumShouldMatch   string
		TimeZone             string
		Type                 string
		PhraseSlop           int
		// Fuzziness is that of a bare `~`; empty is AUTO.
		Fuzziness                             string
		FuzzyPrefixLength, FuzzyMaxExpansions int
		NoTranspositions                      bool
		TieBreaker                            *float64
		// QuoteAnalyzer and QuoteFieldSuffix are for quoted phrases; empty is as for the rest.
		QuoteAnalyzer, QuoteFieldSuffix string

		Simple bool // simple_query_string: never an error, its own operators
		Flags  string
	}
)
