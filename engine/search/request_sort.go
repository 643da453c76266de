package search

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// Names by which a sort can ask for what is no field.
const (
	scoreField    = "_score"
	docField      = "_doc"
	shardDocField = "_shard_doc"
)

// sortKey is one key by which hits are sorted.
type sortKey struct {
	field string
	desc  bool
	// missing is `_first`, `_last` (also when empty) or a value; mode is min, max, avg, sum, median or empty.
	missing, mode string
	// unmapped is the type that a field without a mapping is given; empty refuses it. numeric is the type to which numbers are brought.
	unmapped, numeric string
	format            string
	distance          *distanceSort // of `_geo_distance`, else nil
}

// newSortKey reads the short forms; an empty order is the default one.
func newSortKey(field, order string) (sortKey, error) {
	k := sortKey{field: field, desc: field == scoreField}
	if order == "" {
		return k, nil
	}
	return k, k.setOrder(order)
}

func (k *sortKey) setOrder(order string) error {
	switch upper := strings.ToUpper(order); upper {
	case "ASC":
		k.desc = false
	case "DESC":
		k.desc = true
	default:
		return eserr.Illegal("No enum constant org.elasticsearch.search.sort.SortOrder.%s", upper)
	}
	return nil
}

// parseSort reads `sort`: a name, an object of keys, or an array of both.
func parseSort(raw json.RawMessage) ([]sortKey, error) {
	parts := []json.RawMessage{raw}
	if eserr.TokenName(raw) == "START_ARRAY" {
		parts = nil
		if err := json.Unmarshal(raw, &parts); err != nil {
			return nil, eserr.BadRequest(eserr.Parsing, "malformed sort format, %v", err)
		}
	}
	var keys []sortKey
	for _, part := range parts {
		more, err := parseSortPart(part)
		if err != nil {
			return nil, err
		}
		if keys = append(keys, more...); len(keys) > maxSortKeys {
			return nil, eserr.Illegal("a sort of more than %d keys is not supported", maxSortKeys)
		}
	}
	return scoreOnly(keys), nil
}

// scoreOnly leaves out a sort that is the default one, so that hits show no sort values.
func scoreOnly(keys []sortKey) []sortKey {
	if len(keys) == 1 && keys[0].field == scoreField && keys[0].desc {
		return nil
	}
	return keys
}

func parseSortPart(raw json.RawMessage) ([]sortKey, error) {
	switch eserr.TokenName(raw) {
	case "VALUE_STRING":
		name, _ := scalar(raw)
		key, err := newSortKey(name, "")
		return []sortKey{key}, err
	case "START_OBJECT":
	default:
		return nil, eserr.Illegal("malformed sort format, within the sort array, an object, or an actual string are allowed")
	}
	ms, err := members(raw)
	if err != nil {
		return nil, err
	}
	var keys []sortKey
	for i, m := range ms {
		key, err := parseSortKey(m, i == len(ms)-1)
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// parseSortKey reads one key; last says that no other one follows in its object.
func parseSortKey(m member, last bool) (sortKey, error) {
	if m.name == geoDistanceField || m.name == "_geoDistance" {
		return parseDistanceSort(m)
	}
	if m.name == "_script" {
		return sortKey{}, eserr.Illegal("sort by [%s] is not supported by Vedette", m.name)
	}
	key, err := newSortKey(m.name, "")
	if err != nil {
		return key, err
	}
	switch token := eserr.TokenName(m.raw); token {
	case "VALUE_STRING":
		text, _ := scalar(m.raw)
		return key, key.setOrder(text)
	case "START_OBJECT":
	default:
		return key, eserr.BadRequest(eserr.XContentParse, "[%d:%d] [%s] Expected START_OBJECT but was: %s", m.at.Line, m.at.Column, key.kind(), tokenAfter(m.raw, token, last))
	}
	ms, err := members(m.raw)
	if err != nil {
		return key, err
	}
	for _, option := range ms {
		if err := key.set(option); err != nil {
			return key, err
		}
	}
	return key, nil
}

// tokenAfter is the token behind the first one of a value, at which Elasticsearch complains of a value that is no object.
func tokenAfter(raw json.RawMessage, token string, last bool) string {
	if token == "START_ARRAY" {
		if inside := strings.TrimLeft(string(raw[1:]), " \t\r\n"); inside != "" && inside[0] != ']' {
			return eserr.TokenName([]byte(inside))
		}
		return "END_ARRAY"
	}
	if last {
		return "END_OBJECT"
	}
	return "FIELD_NAME"
}

// set reads one option of a sort key.
func (k *sortKey) set(m member) error {
	if k.field == scoreField && m.name != "order" || !slices.Contains([]string{"order", "missing", "mode", "unmapped_type", "ignore_unmapped", "numeric_type", "format"}, m.name) {
		return eserr.BadRequest(eserr.XContentParse, "[%d:%d] [%s] unknown field [%s]", m.at.Line, m.at.Column, k.kind(), m.name)
	}
	token := eserr.TokenName(m.raw)
	if token != "VALUE_STRING" && !(m.name == "missing" && strings.HasPrefix(token, "VALUE_")) && m.name != "ignore_unmapped" {
		return eserr.BadRequest(eserr.XContentParse, "[%d:%d] [%s] %s doesn't support values of type: %s", m.at.Line, m.at.Column, k.kind(), m.name, token)
	}
	text, _ := scalar(m.raw)
	cause := k.setText(m.name, text)
	if cause == nil {
		return nil
	}
	e := eserr.BadRequest(eserr.XContentParse, "[%d:%d] [%s] failed to parse field [%s]", m.at.Line, m.at.Column, k.kind(), m.name)
	e.CausedBy = cause
	return e
}

// setText sets an option, or says what is wrong with it.
func (k *sortKey) setText(name, text string) *eserr.Error {
	switch name {
	case "order":
		var cause *eserr.Error
		errors.As(k.setOrder(text), &cause)
		return cause
	case "missing":
		k.missing = text
	case "mode":
		if k.mode = strings.ToLower(text); !slices.Contains([]string{"min", "max", "avg", "sum", "median"}, k.mode) {
			return eserr.Illegal("Unknown SortMode [%s]", text)
		}
	case "unmapped_type":
		k.unmapped = text
	case "ignore_unmapped":
		if text == "true" {
			k.unmapped = "long"
		}
	case "numeric_type":
		if !slices.Contains([]string{"long", "double", "date", "date_nanos"}, text) {
			return eserr.Illegal("invalid value for [numeric_type], must be [long, double, date, date_nanos], got %s", text)
		}
		k.numeric = text
	case "format":
		k.format = text
	}
	return nil
}

// kind names the sort in errors.
func (k *sortKey) kind() string {
	if k.field == scoreField {
		return scoreField
	}
	return "field_sort"
}
