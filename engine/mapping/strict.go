package mapping

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// CheckNew refuses what Elasticsearch refuses of mappings that a client sends, beyond what Parse looks at. Mappings that are stored are not asked again, so that what an
// earlier version took still opens. The error is a mapper_parsing_exception.
func CheckNew(body json.RawMessage) error {
	root, err := decode(body)
	if err == nil {
		err = checkMetadata(root)
	}
	if err == nil {
		err = checkNewFields(root["properties"], 0)
	}
	if err != nil {
		return failed(err)
	}
	return nil
}

// metadataParams are the parameters of those metadata fields that have any.
// https://github.com/elastic/elasticsearch/blob/v8.19.0/server/src/main/java/org/elasticsearch/index/mapper/MetadataFieldMapper.java
var metadataParams = map[string][]string{
	"_source":                {"enabled", "includes", "excludes", "mode"},
	"_routing":               {"required"},
	"_field_names":           {},
	"_data_stream_timestamp": {"enabled"},
}

func checkMetadata(root map[string]any) error {
	for _, field := range sortedKeys(root) {
		known, ok := metadataParams[field]
		if !ok {
			continue
		}
		params, ok := root[field].(map[string]any)
		if !ok {
			return eserr.Illegal("[%s] config must be an object", field)
		}
		for _, name := range sortedKeys(params) {
			if err := checkMetadataParam(field, name, params[name], known); err != nil {
				return err
			}
		}
	}
	return nil
}

func checkMetadataParam(field, name string, value any, known []string) error {
	switch {
	case field == "_field_names" && name == "enabled":
		return mapperError("The `enabled` setting for the `_field_names` field has been deprecated and removed. Please remove it from your mappings and templates.")
	case !slices.Contains(known, name):
		return mapperError("unknown parameter [%s] on metadata field [%s]", name, field)
	case name == "enabled" || name == "required":
		return onlyBool(value)
	case name == "mode":
		return checkSourceMode(value)
	}
	if _, ok := value.([]any); !ok {
		return eserr.Illegal("[%s] of [%s] must be a list of patterns, got [%s]", name, field, javaText(value))
	}
	return nil
}

func onlyBool(value any) error {
	_, err := readBool("", value)
	return err
}

// checkSourceMode takes all modes that there are: documents are kept as they came.
func checkSourceMode(value any) error {
	mode := strings.ToUpper(javaText(value))
	if slices.Contains([]string{"DISABLED", "STORED", "SYNTHETIC"}, mode) {
		return nil
	}
	return eserr.Illegal("No enum constant org.elasticsearch.index.mapper.SourceFieldMapper.Mode.%s", mode)
}

// checkNewFields looks at the fields below `properties` or `fields`; what is no definition was refused before.
func checkNewFields(value any, depth int) error {
	fields, _ := value.(map[string]any)
	for _, name := range sortedKeys(fields) {
		def, _ := fields[name].(map[string]any)
		if depth > maxNesting {
			return nil // Parse has refused it
		}
		if err := checkNewField(name, def); err != nil {
			return err
		}
		for _, below := range []string{"properties", "fields"} {
			if err := checkNewFields(def[below], depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

var termVectors = []string{"no", "yes", "with_positions", "with_offsets", "with_positions_offsets", "with_positions_payloads", "with_positions_offsets_payloads"}

// checkNewField refuses values that a parameter does not have.
func checkNewField(name string, def map[string]any) error {
	known := map[string][]string{"term_vector": termVectors, "time_series_metric": {"gauge", "counter"}, "index_options": {"docs", "freqs"}, "on_script_error": {"fail", "continue"}}
	if def["type"] == "text" || def["type"] == "search_as_you_type" {
		known["index_options"] = []string{"positions", "docs", "freqs", "offsets"}
	}
	for _, param := range []string{"index_options", "on_script_error", "term_vector", "time_series_metric"} {
		text, ok := def[param].(string)
		if ok && !slices.Contains(known[param], text) {
			return mapperError("Unknown value [%s] for field [%s] - accepted values are [%s]", text, param, strings.Join(known[param], ", "))
		}
	}
	switch text, _ := def["similarity"].(string); text {
	case "", "BM25":
	case "boolean":
		return eserr.Illegal("[similarity: boolean] of field [%s] is not supported: texts are scored by BM25", name)
	default:
		return mapperError("Unknown Similarity type [%s] for field [%s]", text, name)
	}
	if def["index_phrases"] == true && def["index"] == false {
		return eserr.Illegal("Cannot set index_phrases on unindexed field [%s]", name)
	}
	if def["type"] == "completion" {
		return checkNewCompletion(name, def)
	}
	return checkParts(name, def)
}

// checkParts refuses unknown keys of the parameters that are objects.
func checkParts(name string, def map[string]any) error {
	for param, known := range map[string][]string{"index_prefixes": {"min_chars", "max_chars"}, "fielddata_frequency_filter": {"min", "max", "min_segment_size"}} {
		parts, _ := def[param].(map[string]any)
		for _, key := range sortedKeys(parts) {
			if !slices.Contains(known, key) {
				return mapperError("Mapping definition for [%s] has unsupported parameters:  [%s : %s]", name, key, javaText(parts[key]))
			}
		}
	}
	return nil
}
