package esapi

import (
	"encoding/json"
	"net/http"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/search"
)

// maxTermsEnum is how many terms one request may list.
const maxTermsEnum = 10_000

func termsEnumRoutes() []route {
	return []route{{"GET POST", "/:index/_terms_enum", targetParams(), (*call).termsEnum}}
}

// termsEnum lists the terms of a field that begin as a text does.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/search-terms-enum.html
func (c *call) termsEnum() error {
	target, err := c.target()
	if err != nil {
		return err
	}
	body, err := c.requiredBody()
	if err != nil {
		return err
	}
	if err := onlyFields(body, "[terms_enum] unknown field [%s]", "field", "string", "size", "timeout", "case_insensitive", "index_filter", "search_after"); err != nil {
		return err
	}
	request := struct {
		Field           string          `json:"field"`
		String          string          `json:"string"`
		Size            int             `json:"size"`
		Timeout         json.RawMessage `json:"timeout"`
		CaseInsensitive bool            `json:"case_insensitive"`
		IndexFilter     json.RawMessage `json:"index_filter"`
		After           string          `json:"search_after"`
	}{Size: 10}
	if err := json.Unmarshal(body, &request); err != nil {
		return eserr.BadRequest(eserr.Parsing, "[terms_enum] cannot be read: %v", err)
	}
	switch {
	case request.Field == "":
		return invalid("field cannot be null")
	case request.Size <= 0 || request.Size > maxTermsEnum:
		return invalid("size must be between 1 and 10000")
	}
	answer, err := c.s.backend.TermsEnum(c.ctx(), c.p, target, search.TermsQuestion{Field: request.Field, Prefix: request.String, CaseInsensitive: request.CaseInsensitive,
		After: request.After, Size: request.Size}, request.IndexFilter)
	if err != nil {
		return err
	}
	return c.send(http.StatusOK, answer)
}
