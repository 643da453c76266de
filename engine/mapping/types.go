package mapping

import (
	"strings"

	"github.com/vedette-siem/vedette/storage/document"
)

// A spec is what a field type can do.
type spec struct {
	kind document.Kind // 0: kept in _source only
	read reading
	// allowed are the type's parameters beside type, meta, fields and copy_to, blank-separated.
	allowed string
	// bare types have neither fields nor copy_to.
	bare bool
	// shape types are those of points and areas, which only queries of their own can look into.
	shape bool
}

// reading says how a value of a document is read.
type reading uint8

const (
	readNothing reading = iota
	readKeyword
	readText
	readInteger
	readUnsigned
	readFloat
	readDate
	readBoolean
	readIP
	readFlattened
	readTokenCount
	readAlias
	readCompletion
)

const (
	columnParams  = "index doc_values store null_value "
	numberParams  = columnParams + "coerce ignore_malformed time_series_dimension time_series_metric "
	analysisParam = "analyzer search_analyzer search_quote_analyzer "
	rangeParams   = "coerce index doc_values store "
)

// typeSpec returns what a type can do, or nil for a type that there is not.
func typeSpec(t Type) *spec {
	switch t {
	case "keyword":
		return &spec{kind: document.Keyword, read: readKeyword, allowed: columnParams + "ignore_above normalizer norms similarity index_options eager_global_ordinals split_queries_on_whitespace time_series_dimension "}
	case "wildcard":
		return &spec{kind: document.Keyword, read: readKeyword, allowed: "null_value ignore_above "}
	case "constant_keyword":
		return &spec{kind: document.Keyword, read: readKeyword, allowed: "value ", bare: true}
	case "version":
		return &spec{kind: document.Keyword, read: readKeyword}
	case "text":
		return &spec{kind: document.Text, read: readText, allowed: analysisParam + "index store norms similarity index_options term_vector position_increment_gap index_phrases index_prefixes fielddata fielddata_frequency_filter eager_global_ordinals "}
	case "search_as_you_type": // without its sub-fields of shingles
		return &spec{kind: document.Text, read: readText, allowed: analysisParam + "index store norms similarity index_options term_vector max_shingle_size doc_values "}
	case "token_count":
		return &spec{kind: document.Long, read: readTokenCount, allowed: columnParams + "analyzer enable_position_increments "}
	case "match_only_text":
		return &spec{kind: document.Text, read: readText, allowed: analysisParam}
	case "long", "integer", "short", "byte":
		return &spec{kind: document.Long, read: readInteger, allowed: numberParams}
	case "unsigned_long":
		return &spec{kind: document.Unsigned, read: readUnsigned, allowed: columnParams + "ignore_malformed time_series_dimension time_series_metric "}
	case "double", "float", "half_float":
		return &spec{kind: document.Double, read: readFloat, allowed: numberParams}
	case "scaled_float":
		return &spec{kind: document.Double, read: readFloat, allowed: numberParams + "scaling_factor "}
	case "date":
		return &spec{kind: document.Date, read: readDate, allowed: columnParams + "format locale ignore_malformed "}
	case "date_nanos":
		return &spec{kind: document.DateNanos, read: readDate, allowed: columnParams + "format locale ignore_malformed "}
	case "boolean":
		return &spec{kind: document.Boolean, read: readBoolean, allowed: columnParams + "ignore_malformed time_series_dimension "}
	case "ip":
		return &spec{kind: document.IP, read: readIP, allowed: columnParams + "ignore_malformed time_series_dimension "}
	case "flattened", "flat_object":
		return &spec{kind: document.Keyword, read: readFlattened, bare: true,
			allowed: "index doc_values null_value ignore_above depth_limit eager_global_ordinals index_options similarity split_queries_on_whitespace time_series_dimensions "}
	case "alias":
		return &spec{read: readAlias, allowed: "path ", bare: true}
	}
	return sourceOnly(t)
}

// sourceOnly are the types that a document may have, but that cannot be searched: only whether a document has a value is known.
func sourceOnly(t Type) *spec {
	switch t {
	case "binary":
		return &spec{allowed: "doc_values store "}
	case "geo_point":
		return &spec{shape: true, allowed: columnParams + "ignore_malformed ignore_z_value time_series_metric "}
	case "completion":
		return &spec{read: readCompletion, allowed: "analyzer search_analyzer preserve_separators preserve_position_increments max_input_length contexts "}
	case "geo_shape":
		return &spec{shape: true, allowed: "index doc_values store coerce ignore_malformed ignore_z_value orientation strategy "}
	case "integer_range", "long_range", "float_range", "double_range", "ip_range":
		return &spec{allowed: rangeParams}
	case "date_range":
		return &spec{allowed: rangeParams + "format locale "}
	}
	return nil
}

// allows reports whether the type has a parameter of that name.
func (s *spec) allows(param string) bool {
	if param == "meta" || !s.bare && (param == "fields" || param == "copy_to") {
		return true
	}
	return strings.Contains(" "+s.allowed, " "+param+" ")
}
