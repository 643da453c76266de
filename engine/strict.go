package engine

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/mapping"
)

// What a client sends is looked at more strictly than what is stored: settings, mappings and templates that an earlier version took still open and still make indices.

// checkNew refuses what Elasticsearch refuses of the settings and mappings of an index or template.
func (p *templatePart) checkNew() error {
	if err := checkNewMappings(p.Mappings); err != nil {
		return err
	}
	s, err := parseSettings(p.Settings)
	if err != nil {
		return err
	}
	return s.checkNew()
}

// checkNew refuses what only the server sets, and values that stored settings may have.
func (s settings) checkNew() error {
	for _, name := range []string{"index.creation_date", "index.provided_name", "index.uuid"} {
		if _, ok := s[name]; ok {
			return unknownSetting(name)
		}
	}
	if _, ok := s["index.version.created"]; ok {
		return invalid([]string{"private index setting [index.version.created] can not be set explicitly"})
	}
	if v := s.get("index.mapping.total_fields.limit"); strings.HasPrefix(v, "-") {
		return eserr.Illegal("Failed to parse value [%s] for setting [index.mapping.total_fields.limit] must be >= 0", v)
	}
	return s.checkExpandReplicas()
}

func checkNewMappings(mappings json.RawMessage) error {
	if len(bytes.TrimSpace(mappings)) == 0 {
		return nil
	}
	return mapping.CheckNew(mappings)
}

// checkExpandReplicas refuses ranges of replicas that are none.
// https://github.com/elastic/elasticsearch/blob/v8.19.0/server/src/main/java/org/elasticsearch/cluster/metadata/AutoExpandReplicas.java
func (s settings) checkExpandReplicas() error {
	v, ok := s["index.auto_expand_replicas"]
	text := s.get("index.auto_expand_replicas")
	if !ok || v == nil || text == "false" {
		return nil
	}
	dash := strings.IndexByte(text, '-')
	if dash < 0 {
		return expandError(text, dash)
	}
	least, err := strconv.ParseUint(text[:dash], 10, 31)
	if err != nil {
		return expandNumber(text, dash, text[:dash])
	}
	if text[dash+1:] == "all" {
		return nil
	}
	most, err := strconv.ParseInt(text[dash+1:], 10, 32)
	if err != nil {
		return expandNumber(text, dash, text[dash+1:])
	}
	if int64(least) > most {
		return eserr.Illegal("[index.auto_expand_replicas] minReplicas must be =< maxReplicas but wasn't %d > %d", least, most)
	}
	return nil
}

func expandError(text string, dash int) *Error {
	return eserr.Illegal("failed to parse [index.auto_expand_replicas] from value: [%s] at index %d", clip(text), dash)
}

func expandNumber(text string, dash int, number string) *Error {
	e := expandError(text, dash)
	e.CausedBy = eserr.BadRequest("number_format_exception", `For input string: "%s"`, clip(number))
	return e
}

// checkTemplateKeys refuses unknown keys below `template`.
func checkTemplateKeys(kind TemplateKind, body json.RawMessage) error {
	var parts struct {
		Template map[string]json.RawMessage `json:"template"`
	}
	if kind == LegacyTemplate || json.Unmarshal(body, &parts) != nil {
		return nil // what is no object was refused before
	}
	for key := range parts.Template {
		if !slices.Contains([]string{"aliases", "lifecycle", "mappings", "settings"}, key) {
			e := eserr.BadRequest(eserr.XContentParse, "[%s] failed to parse field [template]", kind)
			e.CausedBy = eserr.BadRequest(eserr.XContentParse, "[template] unknown field [%s]", clip(key))
			return e
		}
	}
	return nil
}
