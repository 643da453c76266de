package esapi

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

func mappingRoutes() []route {
	get := slices.Concat([]string{"include_defaults"}, targetParams(), waitParams())
	put := slices.Concat([]string{"write_index_only"}, targetParams(), waitParams())
	return []route{
		{"GET", "/_mapping /_mappings /:index/_mapping /:index/_mappings", get, (*call).getMapping},
		{"PUT POST", "/:index/_mapping /:index/_mappings", put, (*call).putMapping},
		{"GET", "/_mapping/field/:fields /:index/_mapping/field/:fields", get, (*call).getFieldMapping},
	}
}

func (c *call) getMapping() error {
	found, err := c.indices()
	if err != nil {
		return err
	}
	out := make(map[string]any, len(found))
	for name, info := range found {
		out[name] = map[string]json.RawMessage{"mappings": info.Mappings}
	}
	return c.send(http.StatusOK, out)
}

func (c *call) putMapping() error {
	t, err := c.target()
	if err != nil {
		return err
	}
	body, err := c.requiredBody()
	if err != nil {
		return err
	}
	return c.acknowledged(c.s.backend.PutMapping(c.ctx(), c.p, t, body))
}

// A fieldMapping is a field as GET _mapping/field shows it: its whole name, and its own definition under the last part of it.
type fieldMapping struct {
	FullName string                     `json:"full_name"`
	Mapping  map[string]json.RawMessage `json:"mapping"`
}

func (c *call) getFieldMapping() error {
	found, err := c.indices()
	if err != nil {
		return err
	}
	patterns := splitList(c.path["fields"])
	out := make(map[string]any, len(found))
	for index, info := range found {
		fields := map[string]fieldMapping{}
		if err := collectFields(info.Mappings, "", "properties", patterns, fields); err != nil {
			return fmt.Errorf("mapping of index %q: %w", index, err)
		}
		out[index] = map[string]any{"mappings": fields}
	}
	return c.send(http.StatusOK, out)
}

// collectFields finds the leaf fields below an object of a mapping, or the sub-fields of a field, that match a pattern.
func collectFields(object json.RawMessage, prefix, kind string, patterns []string, out map[string]fieldMapping) error {
	var holder map[string]json.RawMessage
	if err := json.Unmarshal(object, &holder); err != nil {
		return fmt.Errorf("field %q: %w", prefix, err)
	}
	children := map[string]json.RawMessage{}
	if raw, ok := holder[kind]; ok {
		if err := json.Unmarshal(raw, &children); err != nil {
			return fmt.Errorf("%s of field %q: %w", kind, prefix, err)
		}
	}
	for name, definition := range children {
		full := strings.TrimPrefix(prefix+"."+name, ".")
		var field struct {
			Type       string          `json:"type"`
			Properties json.RawMessage `json:"properties"`
			Fields     json.RawMessage `json:"fields"`
		}
		if err := json.Unmarshal(definition, &field); err != nil {
			return fmt.Errorf("field %q: %w", full, err)
		}
		isObject := field.Properties != nil || field.Type == "object" || field.Type == "nested"
		if !isObject && anyGlobMatches(patterns, full) {
			out[full] = fieldMapping{full, map[string]json.RawMessage{name: definition}}
		}
		for _, below := range []string{"properties", "fields"} {
			if err := collectFields(definition, full, below, patterns, out); err != nil {
				return err
			}
		}
	}
	return nil
}
