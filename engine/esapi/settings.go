package esapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

func settingsRoutes() []route {
	get := slices.Concat([]string{"flat_settings", "include_defaults"}, targetParams(), waitParams())
	put := slices.Concat([]string{"flat_settings", "preserve_existing", "reopen"}, targetParams(), waitParams())
	return []route{
		{"GET", "/_settings /_settings/:name /:index/_settings /:index/_settings/:name", get, (*call).getSettings},
		{"PUT", "/_settings /:index/_settings", put, (*call).putSettings},
	}
}

func (c *call) getSettings() error {
	found, err := c.indices()
	if err != nil {
		return err
	}
	isFlat, err := c.flag("flat_settings", false)
	if err != nil {
		return err
	}
	defaults, err := c.flag("include_defaults", false)
	if err != nil {
		return err
	}
	out := make(map[string]any, len(found))
	for index, info := range found {
		settings, err := c.readableSettings(info.Settings)
		if err != nil {
			return err
		}
		shown, err := c.pickSettings(settings, isFlat)
		if err != nil {
			return fmt.Errorf("settings of index %q: %w", index, err)
		}
		entry := map[string]any{"settings": shown}
		if defaults {
			set := map[string]any{}
			if err := flattenInto(set, info.Settings); err != nil {
				return fmt.Errorf("settings of index %q: %w", index, err)
			}
			entry["defaults"] = shape(unset(indexDefaults(), splitList(c.path["name"]), set), isFlat)
		}
		out[index] = entry
	}
	return c.send(http.StatusOK, out)
}

// pickSettings takes those that the path names, if it names any.
func (c *call) pickSettings(nested json.RawMessage, isFlat bool) (any, error) {
	patterns := splitList(c.path["name"])
	if len(patterns) == 0 && !isFlat {
		return nested, nil
	}
	flat := map[string]any{}
	if err := flattenInto(flat, nested); err != nil {
		return nil, err
	}
	for name := range flat {
		if len(patterns) > 0 && !anyGlobMatches(patterns, name) {
			delete(flat, name)
		}
	}
	if isFlat {
		return flat, nil
	}
	return nest(flat), nil
}

func (c *call) putSettings() error {
	t, err := c.targetIn("open,closed")
	if err != nil {
		return err
	}
	preserve, err := c.flag("preserve_existing", false)
	if err != nil {
		return err
	}
	body, err := c.requiredBody()
	if err != nil {
		return err
	}
	return c.acknowledged(c.s.backend.PutSettings(c.ctx(), c.p, t, body, preserve))
}

// flatten turns {"index":{"number_of_shards":"1"}} into {"index.number_of_shards":"1"}.
func flatten(nested json.RawMessage) (json.RawMessage, error) {
	flat := map[string]any{}
	if err := flattenInto(flat, nested); err != nil {
		return nil, err
	}
	return encode(flat)
}

func flattenInto(flat map[string]any, nested json.RawMessage) error {
	if len(nested) == 0 {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(nested))
	d.UseNumber()
	var object map[string]any
	if err := d.Decode(&object); err != nil {
		return fmt.Errorf("read settings: %w", err)
	}
	var walk func(prefix string, object map[string]any)
	walk = func(prefix string, object map[string]any) {
		for name, value := range object {
			if below, ok := value.(map[string]any); ok {
				walk(prefix+name+".", below)
				continue
			}
			flat[prefix+name] = value
		}
	}
	walk("", object)
	return nil
}

// nest is the way back from flatten. A name that is also the beginning of another keeps its dots.
func nest(flat map[string]any) map[string]any {
	root := map[string]any{}
	for name, value := range flat {
		parts := strings.Split(name, ".")
		at, i := root, 0
		for ; i < len(parts)-1; i++ {
			below, ok := at[parts[i]].(map[string]any)
			if !ok && at[parts[i]] != nil {
				break
			}
			if !ok {
				below = map[string]any{}
				at[parts[i]] = below
			}
			at = below
		}
		at[strings.Join(parts[i:], ".")] = value
	}
	return root
}
