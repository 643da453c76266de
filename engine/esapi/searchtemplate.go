package esapi

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"

	"github.com/vedette-siem/vedette/engine/esapi/mustache"
	"github.com/vedette-siem/vedette/engine/eserr"
)

func searchTemplateRoutes() []route {
	search := slices.Concat(ignoredSearchParams(), targetParams(), []string{"explain", "profile", "rest_total_hits_as_int", "scroll", "search_type", "source", "source_content_type", "typed_keys"})
	multi := slices.Concat(ignoredSearchParams(), targetParams(), []string{"rest_total_hits_as_int", "search_type", "typed_keys"})
	return []route{
		{"GET POST", "/_search/template /:index/_search/template", search, (*call).searchTemplate},
		{"GET POST", "/_msearch/template /:index/_msearch/template", multi, (*call).multiSearchTemplates},
		{"GET POST", "/_render/template /_render/template/:id", []string{"source", "source_content_type"}, (*call).renderTemplate},
		{"PUT POST", "/_scripts/:id /_scripts/:id/:context", append([]string{"context"}, waitParams()...), (*call).putScript},
		{"GET", "/_scripts/:id", waitParams(), (*call).getScript},
		{"DELETE", "/_scripts/:id", waitParams(), (*call).deleteScript},
	}
}

// A template is a search to be filled in: written out, or stored under an id.
type template struct {
	ID      string          `json:"id"`
	Source  json.RawMessage `json:"source"` // a text, or an object
	Params  map[string]any  `json:"params"`
	Explain bool            `json:"explain"`
	Profile bool            `json:"profile"`
}

// render fills in the template of a body; id, if given, goes before what the body says.
func (c *call) render(body json.RawMessage, id string) (json.RawMessage, error) {
	if err := onlyFields(body, "[search_template] unknown field [%s]", "id", "source", "params", "explain", "profile"); err != nil {
		return nil, err
	}
	t := template{}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	if len(body) > 0 {
		if err := dec.Decode(&t); err != nil {
			return nil, eserr.BadRequest(eserr.Parsing, "[search_template] cannot be read: %v", err)
		}
	}
	if id != "" {
		t.ID, t.Source = id, nil
	}
	if t.Profile {
		return nil, unsupported("[profile]")
	}
	source, err := c.templateSource(t)
	if err != nil {
		return nil, err
	}
	text, err := mustache.Render(source, t.Params)
	if err != nil {
		return nil, eserr.BadRequest("general_script_exception", "Failed to compile inline script [%.200s] using lang [mustache]: %v", source, err)
	}
	return json.RawMessage(text), checkObject([]byte(text))
}

// templateSource is the text of a template.
func (c *call) templateSource(t template) (string, error) {
	switch {
	case t.ID != "" && t.Source != nil:
		return "", eserr.BadRequest("action_request_validation_exception", "Validation Failed: 1: template's script type and id cannot both be given;")
	case t.ID == "" && t.Source == nil:
		return "", invalid("template is missing")
	case t.ID == "":
		return scriptText(t.Source), nil
	}
	source, found, err := c.s.backend.GetScript(c.ctx(), c.p, t.ID)
	if err == nil && !found {
		err = eserr.Errorf(http.StatusNotFound, "resource_not_found_exception", "unable to find script [%.200s] in cluster state", t.ID)
	}
	return source, err
}

// scriptText is a template that is written as a text or as an object.
func scriptText(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	return string(raw)
}

func (c *call) searchTemplate() error {
	r, err := c.searchRequest()
	if err != nil {
		return err
	}
	if len(r.Body) == 0 {
		return errNoBody()
	}
	if r.Body, err = c.render(r.Body, ""); err != nil {
		return err
	}
	answer, err := c.s.backend.Search(c.ctx(), c.p, r)
	return c.sendSearch(answer, err)
}

func (c *call) renderTemplate() error {
	body, err := c.jsonBody()
	if err != nil {
		return err
	}
	text, err := c.render(body, c.path["id"])
	if err != nil {
		return err
	}
	return c.send(http.StatusOK, map[string]json.RawMessage{"template_output": text})
}

// multiSearchTemplates is multiSearch with templates in the place of searches.
func (c *call) multiSearchTemplates() error {
	return c.multiSearchOf(func(item *searchItem) {
		if item.err == nil {
			item.request.Body, item.err = c.render(item.request.Body, "")
		}
	})
}

func (c *call) putScript() error {
	body, err := c.requiredBody()
	if err != nil {
		return err
	}
	if err := onlyFields(body, "[stored script] unknown field [%s]", "script"); err != nil {
		return err
	}
	var request struct {
		Script struct {
			Lang    string          `json:"lang"`
			Source  json.RawMessage `json:"source"`
			Options json.RawMessage `json:"options"`
		} `json:"script"`
	}
	if err := json.Unmarshal(body, &request); err != nil {
		return eserr.BadRequest(eserr.Parsing, "[stored script] cannot be read: %v", err)
	}
	switch s := request.Script; {
	case s.Lang == "":
		return eserr.Illegal("must specify lang for stored script")
	case s.Lang != "mustache":
		return eserr.Illegal("scripts in [%.100s] are not supported: only search templates in [mustache] are", s.Lang)
	case s.Source == nil:
		return eserr.Illegal("must specify source for stored script")
	}
	source := scriptText(request.Script.Source)
	if _, err := mustache.Render(source, nil); err != nil {
		return eserr.BadRequest("general_script_exception", "Failed to compile stored script [%.200s] using lang [mustache]: %v", c.path["id"], err)
	}
	return c.acknowledged(c.s.backend.PutScript(c.ctx(), c.p, c.path["id"], source))
}

func (c *call) getScript() error {
	source, found, err := c.s.backend.GetScript(c.ctx(), c.p, c.path["id"])
	if err != nil {
		return err
	}
	type script struct {
		Lang    string            `json:"lang"`
		Source  string            `json:"source"`
		Options map[string]string `json:"options"`
	}
	answer := struct {
		ID     string  `json:"_id"`
		Found  bool    `json:"found"`
		Script *script `json:"script,omitempty"`
	}{ID: c.path["id"], Found: found}
	if !found {
		return c.send(http.StatusNotFound, answer)
	}
	answer.Script = &script{"mustache", source, map[string]string{"content_type": "application/json;charset=utf-8"}}
	return c.send(http.StatusOK, answer)
}

func (c *call) deleteScript() error {
	return c.acknowledged(c.s.backend.DeleteScript(c.ctx(), c.p, c.path["id"]))
}
