package engine

import (
	"bytes"
	"encoding/json"
	"slices"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// mergeMappings merges the mappings of templates and of a request into one. A later definition of a field replaces an earlier one, unless both are
// objects; dynamic templates of the same name are replaced, others are added.
func mergeMappings(parts []json.RawMessage) (json.RawMessage, error) {
	if len(parts) == 1 {
		return parts[0], nil
	}
	merged := map[string]any{}
	for _, raw := range parts {
		d := json.NewDecoder(bytes.NewReader(raw))
		d.UseNumber()
		var m map[string]any
		if err := d.Decode(&m); err != nil {
			return nil, eserr.BadRequest(eserr.MapperParsing, "Failed to parse mapping: %s", err)
		}
		mergeObject(merged, m)
	}
	raw, err := json.Marshal(merged)
	if err != nil {
		return nil, eserr.BadRequest(eserr.MapperParsing, "Failed to parse mapping: %s", err)
	}
	return raw, nil
}

func mergeObject(into, from map[string]any) {
	for key, v := range from {
		switch key {
		case "properties":
			mergeProperties(into, v)
		case "dynamic_templates":
			into[key] = mergeDynamicTemplates(into[key], v)
		default:
			into[key] = v
		}
	}
}

func mergeProperties(into map[string]any, v any) {
	properties, ok := v.(map[string]any)
	if !ok {
		into["properties"] = v // the parser will say what is wrong
		return
	}
	old, ok := into["properties"].(map[string]any)
	if !ok {
		old = map[string]any{}
		into["properties"] = old
	}
	for name, def := range properties {
		a, aObject := old[name].(map[string]any)
		b, bObject := def.(map[string]any)
		if aObject && bObject && a["properties"] != nil && b["properties"] != nil {
			mergeObject(a, b)
		} else {
			old[name] = def
		}
	}
}

func mergeDynamicTemplates(old, from any) any {
	a, _ := old.([]any)
	b, ok := from.([]any)
	if !ok {
		return from
	}
	for _, t := range b {
		name := templateName(t)
		i := slices.IndexFunc(a, func(o any) bool { return name != "" && templateName(o) == name })
		if i >= 0 {
			a[i] = t
		} else {
			a = append(a, t)
		}
	}
	return a
}

func templateName(t any) string {
	m, _ := t.(map[string]any)
	for name := range m {
		return name
	}
	return ""
}
