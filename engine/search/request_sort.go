package search

import (
	"encoding/json"
	"slices"

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
	switch order {
	case "asc", "ASC":
		k.desc = false
	case "desc", "DESC":
		k.desc = true
	default:
		return eserr.Illegal("Unknown SortOrder [%s]", order)
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
	for _, m := range ms {
		key, err := parseSortKey(m)
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	return keys, nil
}

func parseSortKey(m member) (sortKey, error) {
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
	if text, ok := scalar(m.raw); ok {
		return key, key.setOrder(text)
	}
	if eserr.TokenName(m.raw) != "START_OBJECT" {
		return key, eserr.Illegal("malformed sort format, within the sort array, an object, or an actual string are allowed")
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

// set reads one option of a sort key.
func (k *sortKey) set(m member) error {
	text, ok := scalar(m.raw)
	if !ok {
		return k.unknown(m)
	}
	switch m.name {
	case "order":
		return k.setOrder(text)
	case "missing":
		k.missing = text
	case "mode":
		if !slices.Contains([]string{"min", "max", "avg", "sum", "median"}, text) {
			return eserr.Illegal("Unknown SortMode [%s]", text)
		}
		k.mode = text
	case "unmapped_type":
		k.unmapped = text
	case "ignore_unmapped":
		if text == "true" {
			k.unmapped = "long"
		}
	case "numeric_type":
		if !slices.Contains([]string{"long", "double", "date", "date_nanos"}, text) {
			return eserr.Illegal("invalid value for [numeric_type], must be [long, double, date, date_nanos], got [%s]", text)
		}
		k.numeric = text
	case "format":
		k.format = text
	default:
		return k.unknown(m)
	}
	return nil
}

func (k *sortKey) unknown(m member) error {
	kind := "field_sort"
	if k.field == scoreField {
		kind = "score_sort"
	}
	return eserr.BadRequest(eserr.XContentParse, "[%d:%d] [%s] unknown field [%s]", m.at.Line, m.at.Column, kind, m.name)
}
