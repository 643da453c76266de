package esapi

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/eserr"
)

func templateRoutes() []route {
	var routes []route
	params := append([]string{"cause", "create", "flat_settings", "include_defaults", "order"}, waitParams()...)
	for _, kind := range []engine.TemplateKind{engine.IndexTemplate, engine.ComponentTemplate, engine.LegacyTemplate} {
		t := templates(kind)
		one, all := "/_"+string(kind)+"/:name", "/_"+string(kind)
		routes = append(routes,
			route{"GET", all + " " + one, params, t.get},
			route{"HEAD", one, params, t.exists},
			route{"PUT POST", one, params, t.put},
			route{"DELETE", one, params, t.delete},
		)
	}
	simulate := append([]string{"cause", "create", "include_defaults"}, waitParams()...)
	return append(routes,
		route{"POST", "/_index_template/_simulate_index/:name", simulate, (*call).simulateIndex},
		route{"POST", "/_index_template/_simulate /_index_template/_simulate/:name", simulate, (*call).simulateTemplate})
}

func (c *call) simulateIndex() error { return c.simulate(c.s.backend.SimulateIndex) }

func (c *call) simulateTemplate() error { return c.simulate(c.s.backend.SimulateTemplate) }

func (c *call) simulate(by func(context.Context, engine.Principal, string, json.RawMessage) (*engine.Simulation, error)) error {
	body, err := c.jsonBody()
	if err != nil {
		return err
	}
	answer, err := by(c.ctx(), c.p, c.path["name"], body)
	if err != nil {
		return err
	}
	return c.send(http.StatusOK, answer)
}

// templates answers for one kind of template.
type templates engine.TemplateKind

func (t templates) kind() engine.TemplateKind { return engine.TemplateKind(t) }

// find gives the templates of the path; a name without a wildcard that nothing has is missing.
func (t templates) find(c *call) ([]engine.Template, error) {
	name := c.path["name"]
	found, err := c.s.backend.GetTemplates(c.ctx(), c.p, t.kind(), name)
	if err == nil && len(found) == 0 && name != "" && !isPattern(name) {
		return nil, t.missing(name)
	}
	return found, err
}

func (t templates) missing(name string) error {
	words := map[engine.TemplateKind]string{engine.IndexTemplate: "index template", engine.ComponentTemplate: "component template", engine.LegacyTemplate: "template"}
	return eserr.Errorf(http.StatusNotFound, "resource_not_found_exception", "%s matching [%s] not found", words[t.kind()], clip(name))
}

func (t templates) get(c *call) error {
	found, err := t.find(c)
	if err != nil {
		return t.getMissing(c, err)
	}
	flat, err := c.flag("flat_settings", false)
	if err != nil {
		return err
	}
	if flat {
		for i := range found {
			if found[i].Body, err = flatTemplate(found[i].Body); err != nil {
				return fmt.Errorf("template %q: %w", found[i].Name, err)
			}
		}
	}
	if t.kind() == engine.LegacyTemplate {
		out := make(map[string]json.RawMessage, len(found))
		for _, f := range found {
			out[f.Name] = f.Body
		}
		return c.send(http.StatusOK, out)
	}
	list := make([]map[string]any, len(found))
	for i, f := range found {
		list[i] = map[string]any{"name": f.Name, string(t): f.Body}
	}
	return c.send(http.StatusOK, map[string]any{string(t) + "s": list})
}

// getMissing answers that a legacy template is missing by the status and an empty object, as Elasticsearch does; other errors pass.
func (t templates) getMissing(c *call, err error) error {
	if told, ok := err.(*engine.Error); ok && told.Status == http.StatusNotFound && t.kind() == engine.LegacyTemplate {
		return c.sendJSON(http.StatusNotFound, []byte("{}"))
	}
	return err
}

func (t templates) exists(c *call) error {
	found, err := t.find(c)
	if err == nil && len(found) == 0 {
		return c.exists(false)
	}
	return c.existsOr(err)
}

func (t templates) put(c *call) error {
	create, err := c.flag("create", false)
	if err != nil {
		return err
	}
	body, err := c.requiredBody()
	if err != nil {
		return err
	}
	if order, err := c.number("order"); err != nil || order != nil && t.kind() == engine.LegacyTemplate {
		if err != nil {
			return err
		}
		if body, err = withOrder(body, *order); err != nil {
			return err
		}
	}
	return c.acknowledged(c.s.backend.PutTemplate(c.ctx(), c.p, t.kind(), c.path["name"], body, create))
}

// withOrder sets the order of a legacy template that the URL gives.
func withOrder(body json.RawMessage, order int64) (json.RawMessage, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil {
		return nil, eserr.BadRequest(eserr.Parsing, "the body of a template is no object: %v", err)
	}
	fields["order"] = json.RawMessage(fmt.Sprint(order))
	return encode(fields)
}

func (t templates) delete(c *call) error {
	return c.acknowledged(c.s.backend.DeleteTemplate(c.ctx(), c.p, t.kind(), c.path["name"]))
}

// flatTemplate flattens the settings of a template, which stand at its top or under `template`.
func flatTemplate(body json.RawMessage) (json.RawMessage, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil {
		return nil, fmt.Errorf("read template: %w", err)
	}
	var err error
	if settings, ok := fields["settings"]; ok {
		if fields["settings"], err = flatten(settings); err != nil {
			return nil, err
		}
	}
	if inner, ok := fields["template"]; ok {
		if fields["template"], err = flatTemplate(inner); err != nil {
			return nil, err
		}
	}
	return encode(fields)
}
