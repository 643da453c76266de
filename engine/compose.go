package engine

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/vedette-siem/vedette/engine/analysis"
	"github.com/vedette-siem/vedette/engine/mapping"
)

// composed is what templates and defaults give to a new index.
type composed struct {
	settings settings
	mappings []json.RawMessage // later ones win
	aliases  map[string]json.RawMessage
	stream   bool
	template string
	// lifecycle is that of a data stream; nil where no template has one.
	lifecycle *streamLifecycle
}

func (c *composed) add(part *templatePart) error {
	s, err := parseSettings(part.Settings)
	if err != nil {
		return err
	}
	if c.settings == nil {
		c.settings = settings{}
	}
	c.settings.merge(s)
	if c.lifecycle, err = c.lifecycle.merged(part.Lifecycle); err != nil {
		return err
	}
	if len(part.Mappings) > 0 && string(part.Mappings) != "null" {
		c.mappings = append(c.mappings, part.Mappings)
	}
	for name, alias := range part.Aliases {
		if c.aliases == nil {
			c.aliases = map[string]json.RawMessage{}
		}
		c.aliases[name] = alias
	}
	return nil
}

// build reads what was composed.
func (c *composed) build() (*mapping.Mapping, json.RawMessage, error) {
	reg, err := analysis.NewRegistry(c.settings.analysis())
	if err != nil {
		return nil, nil, err
	}
	merged, err := mergeMappings(c.mappings)
	if err != nil {
		return nil, nil, err
	}
	m, err := mapping.ParseWith(merged, reg, c.settings.mappingSettings())
	if err != nil {
		return nil, nil, err
	}
	raw, err := m.MarshalJSON()
	return m, raw, err
}

// compose finds the templates for a new index or data stream. The caller holds e.mu.
func (e *Embedded) compose(name string) (composed, error) {
	best, bestName, err := e.bestTemplate(name)
	if err != nil {
		return composed{}, err
	}
	if best != nil {
		return e.composeFrom(bestName, best)
	}
	if c, ok, err := e.composeLegacy(name); ok || err != nil {
		return c, err
	}
	return composeDefault(name)
}

func (e *Embedded) composeFrom(name string, t *templateBody) (composed, error) {
	c := composed{template: name, stream: len(t.DataStream) > 0}
	for _, component := range t.ComposedOf {
		raw := e.templates[ComponentTemplate][component]
		if raw == nil {
			continue // allowed by ignore_missing_component_templates when the template was put
		}
		part, err := parseTemplate(ComponentTemplate, component, raw)
		if err != nil {
			return c, fmt.Errorf("stored template %s: %w", component, err)
		}
		if err := c.add(part.Template); err != nil {
			return c, err
		}
	}
	return c, c.add(t.Template)
}

func (e *Embedded) composeLegacy(name string) (c composed, found bool, err error) {
	var matching []*templateBody
	for stored, raw := range e.templates[LegacyTemplate] {
		t, err := parseTemplate(LegacyTemplate, stored, raw)
		if err != nil {
			return c, false, fmt.Errorf("stored template %s: %w", stored, err)
		}
		if t.IndexPatterns.match(name) {
			matching = append(matching, t)
		}
	}
	slices.SortFunc(matching, func(a, b *templateBody) int { return cmp.Compare(a.Order, b.Order) })
	for _, t := range matching {
		if err := c.add(t.Template); err != nil {
			return c, false, err
		}
	}
	return c, len(matching) > 0, nil
}

// composeDefault gives the built-in mappings, which apply where no template of the user's does.
func composeDefault(name string) (composed, error) {
	c := composed{stream: isOwnStream(name)}
	mappings, set, ok := mapping.Default(name)
	if !ok {
		return c, nil
	}
	return c, c.add(&templatePart{Settings: set, Mappings: mappings})
}
