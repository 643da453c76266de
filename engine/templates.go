package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/glob"
	"github.com/vedette-siem/vedette/storage/metadb"
)

// templateBody is a template of any kind as the engine reads it.
type templateBody struct {
	IndexPatterns patterns        `json:"index_patterns"`
	ComposedOf    []string        `json:"composed_of"`
	IgnoreMissing []string        `json:"ignore_missing_component_templates"`
	Priority      *int64          `json:"priority"`
	Order         int64           `json:"order"`
	Template      *templatePart   `json:"template"`
	DataStream    json.RawMessage `json:"data_stream"`
	templatePart                  // of a legacy template, which has the parts at its top
	empty         bool            // of one that is not legacy and has no `template`
}

// templatePart is what a template gives to an index.
type templatePart struct {
	Settings json.RawMessage            `json:"settings,omitempty"`
	Mappings json.RawMessage            `json:"mappings,omitempty"`
	Aliases  map[string]json.RawMessage `json:"aliases,omitempty"`
	// Lifecycle is read by streamLifecycle; not of legacy templates.
	Lifecycle json.RawMessage `json:"lifecycle,omitempty"`
}

// patterns are one pattern or a list of them.
type patterns []string

// UnmarshalJSON implements json.Unmarshaler.
func (p *patterns) UnmarshalJSON(raw []byte) error {
	var one string
	if json.Unmarshal(raw, &one) == nil {
		*p = strings.Split(one, ",")
		return nil
	}
	return json.Unmarshal(raw, (*[]string)(p))
}

func (p patterns) match(name string) bool {
	return slices.ContainsFunc(p, func(pattern string) bool { return glob.Match(pattern, name) })
}

// knownKeys are the members that each kind may have.
var knownKeys = map[TemplateKind][]string{
	IndexTemplate: {"index_patterns", "composed_of", "ignore_missing_component_templates", "priority", "template", "data_stream", "version", "_meta", "allow_auto_create", "deprecated",
		"created_date", "created_date_millis", "modified_date", "modified_date_millis"},
	ComponentTemplate: {"template", "version", "_meta", "deprecated"},
	LegacyTemplate:    {"index_patterns", "order", "settings", "mappings", "aliases", "version"},
}

func parseTemplate(kind TemplateKind, name string, raw json.RawMessage) (*templateBody, error) {
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(raw, &keys); err != nil {
		return nil, eserr.BadRequest(eserr.XContentParse, "[%s] template [%s]: %s", kind, name, err)
	}
	for key := range keys {
		if !slices.Contains(knownKeys[kind], key) {
			return nil, eserr.BadRequest(eserr.XContentParse, "[1:2] [%s] unknown field [%s]", kind, key)
		}
	}
	t := &templateBody{}
	if err := json.Unmarshal(raw, t); err != nil {
		return nil, eserr.BadRequest(eserr.XContentParse, "[%s] template [%s]: %s", kind, name, err)
	}
	if kind == LegacyTemplate {
		t.Template = &t.templatePart
	}
	t.empty = t.Template == nil
	if t.Template == nil {
		t.Template = &templatePart{}
	}
	if kind == IndexTemplate && keys["index_patterns"] == nil {
		return nil, eserr.Illegal("Required [index_patterns]")
	}
	if kind != ComponentTemplate && len(t.IndexPatterns) == 0 {
		return nil, eserr.BadRequest("action_request_validation_exception", "Validation Failed: 1: index patterns are missing;")
	}
	return t, nil
}

// checkNew refuses what Elasticsearch refuses of a template that is put. Those that are stored already are not asked again.
func (t *templateBody) checkNew(kind TemplateKind, name string) error {
	if err := t.Template.checkNew(); err != nil {
		return err
	}
	switch {
	case kind == ComponentTemplate && t.empty:
		return eserr.Illegal("Required [template]")
	case kind == IndexTemplate && strings.ToLower(name) != name:
		return eserr.BadRequest("invalid_index_template_exception", "index_template [%s] invalid, cause [Validation Failed: 1: name must be lower cased;]", name)
	case kind == IndexTemplate && priority(t) < 0:
		return eserr.BadRequest("action_request_validation_exception", "Validation Failed: 1: index template priority must be >= 0;")
	}
	return nil
}

// PutTemplate implements Backend.
func (e *Embedded) PutTemplate(_ context.Context, p Principal, kind TemplateKind, name string, body json.RawMessage, create bool) error {
	if err := allow(p, templateAction(kind, "put")); err != nil {
		return err
	}
	if name == "" || strings.ContainsAny(name, " ,#*?\"<>|\\/") || strings.HasPrefix(name, "_") || kind == LegacyTemplate && name != strings.ToLower(name) {
		return eserr.BadRequest("invalid_index_template_exception", "index_template [%s] invalid, cause [Validation Failed: 1: name must not contain a space, a comma, '#' or wildcards, start with '_', or be empty;]", name)
	}
	t, err := parseTemplate(kind, name, body)
	if err == nil {
		err = checkTemplateKeys(kind, body)
	}
	if err == nil {
		err = t.checkNew(kind, name)
	}
	if err != nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if create && e.templates[kind][name] != nil {
		return eserr.Illegal("%s [%s] already exists", strings.ReplaceAll(string(kind), "_", " "), name)
	}
	if err := e.checkTemplate(kind, name, t); err != nil {
		return err
	}
	if err := e.dir.Meta().Update(func(tx *metadb.Tx) error { return tx.Put(templateTables+string(kind), name, body) }); err != nil {
		return fmt.Errorf("save template %s: %w", name, err)
	}
	e.templates[kind][name] = bytes.Clone(body)
	return nil
}

// checkTemplate tries the template out, so that a wrong one is refused now and not when an index is made. The caller holds e.mu.
func (e *Embedded) checkTemplate(kind TemplateKind, name string, t *templateBody) error {
	if kind == IndexTemplate {
		if err := e.checkPriority(name, t); err != nil {
			return err
		}
		for _, c := range t.ComposedOf {
			if e.templates[ComponentTemplate][c] == nil && !slices.Contains(t.IgnoreMissing, c) {
				return eserr.BadRequest("invalid_index_template_exception", "index_template [%s] invalid, cause [index template [%s] specifies component templates [%s] that do not exist]", name, name, c)
			}
		}
	}
	var c composed
	var err error
	if kind == IndexTemplate {
		c, err = e.composeFrom(name, t)
	} else {
		err = c.add(t.Template)
	}
	if err == nil && kind == IndexTemplate && c.lifecycle != nil && !c.stream {
		return eserr.BadRequest("invalid_index_template_exception", "index_template [%s] invalid, cause [index template [%s] specifies lifecycle configuration that can only be used in combination with a data stream]", name, name)
	}
	if err == nil {
		_, err = checkAliases(c.aliases, "index")
	}
	if err == nil {
		_, _, err = c.build()
	}
	return err
}

// checkPriority refuses a template that matches the same names with the same priority as another one.
func (e *Embedded) checkPriority(name string, t *templateBody) error {
	for other, raw := range e.templates[IndexTemplate] {
		o, err := parseTemplate(IndexTemplate, other, raw)
		if err != nil || other == name || priority(o) != priority(t) {
			continue
		}
		for _, a := range t.IndexPatterns {
			for _, b := range o.IndexPatterns {
				if meet(a, b) {
					return eserr.Illegal("index template [%s] has index patterns %v matching patterns from existing templates [%s] with patterns (%s => %v) that have the same priority [%d], multiple index templates may not match during index creation, please use a different priority",
						name, t.IndexPatterns, other, other, o.IndexPatterns, priority(t))
				}
			}
		}
	}
	return nil
}

func priority(t *templateBody) int64 {
	if t.Priority == nil {
		return 0
	}
	return *t.Priority
}

// GetTemplates implements Backend.
func (e *Embedded) GetTemplates(_ context.Context, p Principal, kind TemplateKind, name string) ([]Template, error) {
	if err := allow(p, templateAction(kind, "get")); err != nil {
		return nil, err
	}
	e.mu.RLock()
	defer e.mu.RUnlock()
	if name == "" {
		name = "*"
	}
	var out []Template
	for _, stored := range slices.Sorted(maps.Keys(e.templates[kind])) {
		if !slices.ContainsFunc(strings.Split(name, ","), func(n string) bool { return glob.Match(n, stored) }) {
			continue
		}
		body, err := completeTemplate(kind, stored, e.templates[kind][stored])
		if err != nil {
			return nil, err
		}
		out = append(out, Template{Name: stored, Body: body})
	}
	return out, nil
}

// completeTemplate renders a template as Elasticsearch answers it: settings nested with values as strings, defaults filled in.
func completeTemplate(kind TemplateKind, name string, raw json.RawMessage) (json.RawMessage, error) {
	t, err := parseTemplate(kind, name, raw)
	if err != nil {
		return nil, fmt.Errorf("stored template %s: %w", name, err)
	}
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(raw, &keys); err != nil {
		return nil, fmt.Errorf("stored template %s: %w", name, err)
	}
	set := func(key string, v any) {
		if b, err := json.Marshal(v); err == nil {
			keys[key] = b
		}
	}
	part := *t.Template
	if part.Aliases, err = normalAliases(part.Aliases); err != nil {
		return nil, fmt.Errorf("stored template %s: %w", name, err)
	}
	if part.Lifecycle, err = completeLifecycle(part.Lifecycle); err != nil {
		return nil, fmt.Errorf("stored template %s: %w", name, err)
	}
	if len(part.Settings) > 0 {
		s, err := parseSettings(part.Settings)
		if err != nil {
			return nil, fmt.Errorf("stored template %s: %w", name, err)
		}
		part.Settings = s.nested()
	}
	switch kind {
	case LegacyTemplate:
		set("order", t.Order)
		set("index_patterns", t.IndexPatterns)
		keys["settings"], keys["mappings"] = orEmpty(part.Settings), orEmpty(part.Mappings)
		set("aliases", orEmptyMap(part.Aliases))
	case IndexTemplate:
		set("index_patterns", t.IndexPatterns)
		set("composed_of", append([]string{}, t.ComposedOf...))
		if len(t.DataStream) > 0 {
			set("data_stream", map[string]any{"hidden": false, "allow_custom_routing": false})
		}
		fallthrough
	default:
		if keys["template"] != nil {
			set("template", part)
		}
	}
	out, err := json.Marshal(keys)
	if err != nil {
		return nil, fmt.Errorf("stored template %s: %w", name, err)
	}
	return out, nil
}

// normalAliases renders the aliases of a template as Elasticsearch keeps them.
func normalAliases(aliases map[string]json.RawMessage) (map[string]json.RawMessage, error) {
	if aliases == nil {
		return nil, nil
	}
	out := make(map[string]json.RawMessage, len(aliases))
	for name, raw := range aliases {
		var err error
		if out[name], err = normalAlias(raw); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func orEmpty(raw json.RawMessage) json.RawMessage {
	if len(raw) == 0 {
		return json.RawMessage("{}")
	}
	return raw
}

func orEmptyMap(m map[string]json.RawMessage) map[string]json.RawMessage {
	if m == nil {
		return map[string]json.RawMessage{}
	}
	return m
}

// DeleteTemplate implements Backend.
func (e *Embedded) DeleteTemplate(_ context.Context, p Principal, kind TemplateKind, name string) error {
	if err := allow(p, templateAction(kind, "delete")); err != nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	var doomed []string
	for _, part := range strings.Split(name, ",") {
		n := len(doomed)
		for stored := range e.templates[kind] {
			if glob.Match(part, stored) {
				doomed = append(doomed, stored)
			}
		}
		if n == len(doomed) && part != "*" {
			if kind == ComponentTemplate {
				return eserr.Errorf(404, "resource_not_found_exception", "%s", part)
			}
			return eserr.Errorf(404, "index_template_missing_exception", "index_template [%s] missing", part)
		}
	}
	if err := e.checkUnused(kind, doomed); err != nil {
		return err
	}
	err := e.dir.Meta().Update(func(tx *metadb.Tx) error {
		for _, stored := range doomed {
			if err := tx.Delete(templateTables+string(kind), stored); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("delete template %s: %w", name, err)
	}
	for _, stored := range doomed {
		delete(e.templates[kind], stored)
	}
	return nil
}

// checkUnused refuses to delete what others need. The caller holds e.mu.
func (e *Embedded) checkUnused(kind TemplateKind, doomed []string) error {
	if kind == IndexTemplate {
		for _, s := range e.streams {
			if slices.Contains(doomed, s.Template) {
				return eserr.Illegal("unable to remove composable templates [%s] as they are in use by a data streams [%s]", s.Template, s.Name)
			}
		}
	}
	if kind == ComponentTemplate {
		for name, raw := range e.templates[IndexTemplate] {
			t, err := parseTemplate(IndexTemplate, name, raw)
			if err != nil {
				continue
			}
			for _, c := range t.ComposedOf {
				if slices.Contains(doomed, c) {
					return eserr.Illegal("component templates [%s] cannot be removed as they are still in use by index templates [%s]", c, name)
				}
			}
		}
	}
	return nil
}
