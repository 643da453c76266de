package engine

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// A Simulation is what templates would give to an index. Template is nil if none matches.
type Simulation struct {
	Template    *SimulatedTemplate    `json:"template,omitempty"`
	Overlapping []OverlappingTemplate `json:"overlapping,omitempty"`
}

// MarshalJSON implements json.Marshaler: `overlapping` is there, though empty, if there is a template.
func (s *Simulation) MarshalJSON() ([]byte, error) {
	if s.Template == nil {
		return []byte("{}"), nil
	}
	return json.Marshal(map[string]any{"template": s.Template, "overlapping": append([]OverlappingTemplate{}, s.Overlapping...)})
}

// SimulatedTemplate is all templates of an index put together.
type SimulatedTemplate struct {
	Settings json.RawMessage            `json:"settings"`
	Mappings json.RawMessage            `json:"mappings"`
	Aliases  map[string]json.RawMessage `json:"aliases"`
}

// An OverlappingTemplate is one that matches too, and has no say.
type OverlappingTemplate struct {
	Name     string   `json:"name"`
	Patterns []string `json:"index_patterns"`
}

// SimulateIndex implements Backend.
func (e *Embedded) SimulateIndex(_ context.Context, p Principal, index string, body json.RawMessage) (*Simulation, error) {
	if err := allow(p, "indices:admin/index_template/simulate_index"); err != nil {
		return nil, err
	}
	extra, err := simulated(body)
	if err != nil {
		return nil, err
	}
	e.mu.RLock()
	defer e.mu.RUnlock()
	best, name, err := e.bestTemplate(index)
	if err != nil {
		return nil, err
	}
	if extra != nil && extra.IndexPatterns.match(index) && (best == nil || priority(extra) >= priority(best)) {
		best, name = extra, ""
	}
	var c composed
	if best != nil {
		c, err = e.composeFrom(name, best)
	} else {
		c, err = e.compose(index)
	}
	if err != nil {
		return nil, err
	}
	if best == nil && len(c.mappings) == 0 && len(c.settings) == 0 && len(c.aliases) == 0 {
		return &Simulation{}, nil
	}
	return e.simulation(c, name, func(other patterns) bool { return other.match(index) })
}

// SimulateTemplate implements Backend.
func (e *Embedded) SimulateTemplate(_ context.Context, p Principal, name string, body json.RawMessage) (*Simulation, error) {
	if err := allow(p, "indices:admin/index_template/simulate"); err != nil {
		return nil, err
	}
	t, err := simulated(body)
	if err != nil {
		return nil, err
	}
	e.mu.RLock()
	defer e.mu.RUnlock()
	if t == nil {
		raw := e.templates[IndexTemplate][name]
		if raw == nil {
			return nil, eserr.Illegal("unable to simulate template [%s] that does not exist", clip(name))
		}
		if t, err = parseTemplate(IndexTemplate, name, raw); err != nil {
			return nil, fmt.Errorf("stored template %s: %w", name, err)
		}
	}
	c, err := e.composeFrom(name, t)
	if err != nil {
		return nil, err
	}
	return e.simulation(c, name, func(other patterns) bool { return overlap(t.IndexPatterns, other) })
}

// simulated reads the template of a request; nil is none.
func simulated(body json.RawMessage) (*templateBody, error) {
	if len(body) == 0 || string(body) == "{}" {
		return nil, nil
	}
	return parseTemplate(IndexTemplate, "", body)
}

// simulation renders what was composed. The caller holds e.mu.
func (e *Embedded) simulation(c composed, name string, overlaps func(patterns) bool) (*Simulation, error) {
	_, raw, err := c.build()
	if err != nil {
		return nil, failedMapping(err)
	}
	s := &Simulation{Template: &SimulatedTemplate{Settings: c.settings.nested(), Mappings: raw, Aliases: map[string]json.RawMessage{}}}
	for alias, body := range c.aliases {
		if s.Template.Aliases[alias], err = normalAlias(body); err != nil {
			return nil, err
		}
	}
	for _, kind := range []TemplateKind{LegacyTemplate, IndexTemplate} {
		for _, stored := range slices.Sorted(maps.Keys(e.templates[kind])) {
			t, err := parseTemplate(kind, stored, e.templates[kind][stored])
			if err != nil {
				return nil, fmt.Errorf("stored template %s: %w", stored, err)
			}
			if overlaps(t.IndexPatterns) && !(kind == IndexTemplate && stored == name) {
				s.Overlapping = append(s.Overlapping, OverlappingTemplate{stored, t.IndexPatterns})
			}
		}
	}
	return s, nil
}

// overlap says whether one name can match both lists of patterns.
func overlap(a, b patterns) bool {
	return slices.ContainsFunc(a, func(x string) bool { return slices.ContainsFunc(b, func(y string) bool { return meet(x, y) }) })
}

// meet says whether one text can match both patterns of `*`.
func meet(a, b string) bool {
	row := make([]bool, len(b)+1) // whether the rest of a and b[j:] meet; from the last letter of a on
	for i := len(a); i >= 0; i-- {
		next := slices.Clone(row)
		for j := len(b); j >= 0; j-- {
			switch {
			case i == len(a) && j == len(b):
				row[j] = true
			case i < len(a) && a[i] == '*':
				row[j] = next[j] || j < len(b) && row[j+1]
			case j < len(b) && b[j] == '*':
				row[j] = row[j+1] || i < len(a) && next[j]
			default:
				row[j] = i < len(a) && j < len(b) && a[i] == b[j] && next[j+1]
			}
		}
	}
	return row[0]
}

// bestTemplate is the composable template that an index would have; nil if there is none. The caller holds e.mu.
func (e *Embedded) bestTemplate(name string) (best *templateBody, bestName string, err error) {
	for stored, raw := range e.templates[IndexTemplate] {
		t, err := parseTemplate(IndexTemplate, stored, raw)
		if err != nil {
			return nil, "", fmt.Errorf("stored template %s: %w", stored, err)
		}
		if t.IndexPatterns.match(name) && (best == nil || cmp.Compare(priority(t), priority(best)) > 0) {
			best, bestName = t, stored
		}
	}
	return best, bestName, nil
}
