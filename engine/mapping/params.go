package mapping

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// readBool reads a boolean, which may be a string. A name, "" is none, stands in the error, as it does for what is no parameter of a field.
func readBool(name string, value any) (bool, error) {
	switch v := value.(type) {
	case bool:
		return v, nil
	case string:
		if v == "true" || v == "false" {
			return v == "true", nil
		}
	}
	plain := eserr.Illegal("Failed to parse value [%s] as only [true] or [false] are allowed.", javaText(value))
	if name == "" {
		return false, plain
	}
	named := eserr.Illegal("Could not convert [%s] to boolean", name)
	named.CausedBy = plain
	return false, named
}

// readInt reads a whole number, which may be a string.
func readInt(name string, value any) (int, error) {
	n, err := strconv.ParseFloat(fmt.Sprint(value), 64)
	if text, ok := value.(string); ok && err != nil {
		return 0, eserr.BadRequest("number_format_exception", `For input string: "%s"`, text)
	}
	if err != nil || n != float64(int32(n)) {
		return 0, eserr.Illegal("Failed to parse value [%s] of [%s] as an integer", javaText(value), name)
	}
	return int(n), nil
}

// readParam returns the value of a parameter as GET _mapping shows it, and whether that is the default, which is not shown.
func readParam(name string, value any, t Type) (shown any, isDefault bool, err error) {
	switch name {
	case "index", "doc_values", "split_queries_on_whitespace", "coerce", "norms", "store", "ignore_malformed", "eager_global_ordinals",
		"index_phrases", "fielddata", "time_series_dimension", "ignore_z_value":
		b, err := readBool("", value)
		return b, b == defaultOf(name, t), err
	case "ignore_above", "depth_limit", "position_increment_gap":
		n, err := readInt(name, value)
		if err == nil && n < 0 && name == "position_increment_gap" {
			err = mapperError("[%s] must be positive, got [%d]", name, n)
		} else if err == nil && n < 0 {
			err = eserr.Illegal("[%s] must be positive, got [%d]", name, n)
		}
		return n, false, err
	case "preserve_separators", "preserve_position_increments": // CheckNew refuses what these do not have: mappings of earlier versions may have it
		b, err := readBool(name, value)
		return b || err != nil, false, nil
	case "max_input_length":
		n, err := readInt(name, value)
		return n, err != nil, nil
	case "scaling_factor":
		f, err := strconv.ParseFloat(fmt.Sprint(value), 64)
		if err != nil || f <= 0 {
			return nil, false, eserr.Illegal("[scaling_factor] must be a positive number, got [%s]", javaText(value))
		}
		return f, false, nil
	case "meta":
		return value, false, checkMeta(value)
	case "copy_to":
		targets, err := readTargets(value)
		return targets, len(targets) == 0, err
	case "null_value":
		return value, value == nil, nil
	case "format", "normalizer", "analyzer", "search_analyzer", "search_quote_analyzer", "path", "similarity", "index_options", "term_vector", "locale":
		if _, ok := value.(string); !ok {
			return nil, false, mapperError("[%s] must be a string, got [%s]", name, javaText(value))
		}
	}
	return value, false, nil
}

// defaultOf is the value of a flag that is not given.
func defaultOf(name string, t Type) bool {
	switch name {
	case "index", "coerce":
		return true
	case "doc_values":
		return t != "binary"
	case "norms":
		return t == "text"
	case "ignore_z_value":
		return true
	}
	return false
}

// readTargets reads copy_to: one name or several.
func readTargets(value any) (targets []string, err error) {
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	for _, v := range list {
		name, ok := v.(string)
		if !ok || name == "" || strings.Contains(name, "*") {
			return nil, mapperError("[copy_to] must be a field name or a list of them, got [%s]", javaText(v))
		}
		targets = append(targets, name)
	}
	return targets, nil
}

// checkMeta holds Elasticsearch's limits of a field's `meta`.
func checkMeta(value any) error {
	meta, ok := value.(map[string]any)
	if !ok {
		return mapperError("[meta] must be an object, got [%s]", javaText(value))
	}
	if len(meta) > 5 {
		return mapperError("[meta] can't have more than 5 entries, but got %d", len(meta))
	}
	for key, v := range meta {
		text, ok := v.(string)
		switch {
		case len(key) > 20:
			return mapperError("[meta] keys can't be longer than 20 chars, but got [%d] for [%s]", len(key), key)
		case !ok:
			return mapperError("[meta] values can only be strings, but got [%s] for field [%s]", javaText(v), key)
		case len(text) > 50:
			return mapperError("[meta] values can't be longer than 50 chars, but got [%d] for field [%s]", len(text), key)
		}
	}
	return nil
}

// scalarText is a JSON scalar as Elasticsearch reads it for a field: a string as it is, others as written.
func scalarText(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	}
	return javaText(value)
}
