package esapi

import (
	"encoding/json"
	"net/http"
	"slices"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/eserr"
)

func fieldRoutes() []route {
	params := append([]string{"fields", "filters", "include_empty_fields", "include_unmapped", "types"}, targetParams()...)
	return []route{{"GET POST", "/_field_caps /:index/_field_caps", params, (*call).fieldCaps}}
}

func (c *call) fieldCaps() error {
	r, err := c.fieldCapsRequest()
	if err != nil {
		return err
	}
	answer, err := c.s.backend.FieldCaps(c.ctx(), c.p, r)
	if err != nil {
		return err
	}
	return c.send(http.StatusOK, answer)
}

func (c *call) fieldCapsRequest() (*engine.FieldCapsRequest, error) {
	r := &engine.FieldCapsRequest{Fields: c.list("fields"), Filters: c.list("filters"), Types: c.list("types")}
	var err error
	if r.Target, err = c.target(); err != nil {
		return nil, err
	}
	if r.IncludeUnmapped, err = c.flag("include_unmapped", false); err != nil {
		return nil, err
	}
	if empty, err := c.flag("include_empty_fields", true); err != nil || !empty {
		if err == nil {
			err = unsupported("[include_empty_fields=false]")
		}
		return nil, err
	}
	body, err := c.jsonBody()
	if err != nil {
		return nil, err
	}
	if err := mergeFieldCapsBody(r, body); err != nil {
		return nil, err
	}
	if len(r.Fields) == 0 {
		return nil, invalid("no fields specified")
	}
	return r, nil
}

func mergeFieldCapsBody(r *engine.FieldCapsRequest, body json.RawMessage) error {
	if body == nil {
		return nil
	}
	if err := onlyFields(body, "[field_caps_request] unknown field [%s]", "fields", "index_filter", "runtime_mappings"); err != nil {
		return err
	}
	var request struct {
		Fields      paths                      `json:"fields"`
		IndexFilter json.RawMessage            `json:"index_filter"`
		Runtime     map[string]json.RawMessage `json:"runtime_mappings"`
	}
	if err := json.Unmarshal(body, &request); err != nil {
		return eserr.BadRequest(eserr.Parsing, "[field_caps_request] cannot be read: %v", err)
	}
	if len(request.Runtime) > 0 {
		return unsupported("[runtime_mappings]")
	}
	if len(request.Fields) > 0 {
		if len(r.Fields) > 0 && !slices.Equal(r.Fields, request.Fields) {
			return eserr.Illegal("can't specify a request body and [fields] request parameter, either specify a request body or the [fields] request parameter")
		}
		r.Fields = request.Fields
	}
	r.IndexFilter = request.IndexFilter
	return nil
}
