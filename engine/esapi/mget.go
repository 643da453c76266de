package esapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/eserr"
)

// maxMultiGet is how many documents one _mget may ask for: its answer is made in memory.
const maxMultiGet = 10_000

// A wantedDocument is an entry of `docs`.
type wantedDocument struct {
	Index   string          `json:"_index"`
	ID      json.RawMessage `json:"_id"`
	Source  json.RawMessage `json:"_source"`
	Routing json.RawMessage `json:"routing"`
	Stored  paths           `json:"stored_fields"`
	// What cannot be honoured is refused, not passed over.
	Version     json.RawMessage `json:"version"`
	VersionType json.RawMessage `json:"version_type"`
}

// wantedKeys are those of a wantedDocument.
var wantedKeys = []string{"_index", "_id", "_source", "routing", "stored_fields", "version", "version_type"}

// A missedDocument is an entry of the answer that could not be looked for.
type missedDocument struct {
	Index string `json:"_index"`
	ID    string `json:"_id"`
	Error any    `json:"error"`
}

func (c *call) multiGet() error {
	wanted, err := c.wantedDocuments()
	if err != nil {
		return err
	}
	found := make([]any, len(wanted))
	for i, w := range wanted {
		if found[i], err = c.getOne(w); err != nil {
			return err
		}
	}
	return c.send(http.StatusOK, map[string]any{"docs": found})
}

func (c *call) wantedDocuments() ([]wantedDocument, error) {
	body, err := c.requiredBodyOrSource()
	if err != nil {
		return nil, err
	}
	if err := checkMultiGet(body); err != nil {
		return nil, err
	}
	var request struct {
		Docs []wantedDocument  `json:"docs"`
		IDs  []json.RawMessage `json:"ids"`
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(&request); err != nil {
		return nil, eserr.BadRequest(eserr.Parsing, "the body of a multi get is {\"docs\":[{\"_index\":..,\"_id\":..}]} or {\"ids\":[..]}: %v", err)
	}
	wanted := request.Docs
	for _, id := range request.IDs {
		wanted = append(wanted, wantedDocument{ID: id})
	}
	if len(wanted) == 0 {
		return nil, invalid("no documents to get")
	}
	if len(wanted) > maxMultiGet {
		return nil, eserr.Illegal("a multi get may ask for at most [%d] documents, not [%d]", maxMultiGet, len(wanted))
	}
	return wanted, c.checkWanted(wanted)
}

// checkMultiGet refuses other keys and kinds of values than a multi get has.
// https://github.com/elastic/elasticsearch/blob/v8.19.0/server/src/main/java/org/elasticsearch/action/get/MultiGetRequest.java
func checkMultiGet(body json.RawMessage) error {
	var parts map[string]json.RawMessage
	if err := json.Unmarshal(body, &parts); err != nil {
		return eserr.BadRequest(eserr.Parsing, "the body of a multi get is no object: %v", err)
	}
	for _, key := range slices.Sorted(maps.Keys(parts)) {
		switch {
		case eserr.TokenName(parts[key]) != "START_ARRAY":
			return eserr.BadRequest(eserr.Parsing, "unexpected token [%s], expected [FIELD_NAME] or [START_ARRAY]", eserr.TokenName(parts[key]))
		case key != "docs" && key != "ids":
			return eserr.BadRequest(eserr.Parsing, "unknown key [%s] for a START_ARRAY, expected [docs] or [ids]", clip(key))
		}
	}
	var docs []map[string]json.RawMessage
	if json.Unmarshal(parts["docs"], &docs) == nil {
		for _, doc := range docs {
			for _, key := range slices.Sorted(maps.Keys(doc)) {
				if !slices.Contains(wantedKeys, key) {
					return eserr.BadRequest("parse_exception", "failed to parse multi get request. unknown field [%s]", clip(key))
				}
			}
		}
	}
	var ids []json.RawMessage
	if json.Unmarshal(parts["ids"], &ids) == nil && slices.ContainsFunc(ids, func(id json.RawMessage) bool { return id[0] == '{' || id[0] == '[' }) {
		return eserr.Illegal("ids array element should only contain ids")
	}
	return nil
}

func (c *call) checkWanted(wanted []wantedDocument) error {
	var problems []string
	for i := range wanted {
		if wanted[i].Index == "" {
			wanted[i].Index = c.path["index"]
		}
		if wanted[i].Index == "" {
			problems = append(problems, "index is missing for doc "+strconv.Itoa(i))
		}
		if wanted[i].Version != nil || wanted[i].VersionType != nil {
			return unsupported("[version] or [version_type] of a document in a multi get")
		}
		if scalarText(wanted[i].ID) == "" {
			problems = append(problems, "id is missing for doc "+strconv.Itoa(i))
		}
	}
	if problems != nil {
		return invalid(problems...)
	}
	return nil
}

// getOne looks a document up; an error that the client caused becomes its entry.
func (c *call) getOne(w wantedDocument) (any, error) {
	filter, err := parseSourceFilter(w.Source, c.sourceFilter())
	if err != nil {
		return nil, err
	}
	o, err := c.getOptions(filter)
	if err != nil {
		return nil, err
	}
	if routing := scalarText(w.Routing); routing != "" {
		o.Routing = routing
	}
	if w.Stored != nil {
		o.StoredFields = w.Stored
	}
	index, err := c.resolveDates(w.Index)
	if err != nil {
		return nil, err
	}
	id := scalarText(w.ID)
	got, err := c.s.backend.Get(c.ctx(), c.p, index, id, o)
	var told *engine.Error
	if errors.As(err, &told) {
		return missedDocument{index, id, errorObject(told, c.s.o.Node)}, nil
	}
	return got, err
}

// parseSourceFilter reads `_source` of a body: a boolean, a path, a list of paths, or includes and excludes. Left out, it is absent.
func parseSourceFilter(raw json.RawMessage, absent engine.SourceFilter) (engine.SourceFilter, error) {
	var (
		yes  bool
		one  string
		many []string
		both struct{ Includes, Include, Excludes, Exclude paths }
	)
	switch {
	case len(raw) == 0:
		return absent, nil
	case json.Unmarshal(raw, &yes) == nil:
		return engine.SourceFilter{Disabled: !yes, Asked: yes}, nil
	case json.Unmarshal(raw, &one) == nil:
		return engine.SourceFilter{Includes: []string{one}}, nil
	case json.Unmarshal(raw, &many) == nil:
		return engine.SourceFilter{Includes: many}, nil
	case json.Unmarshal(raw, &both) == nil:
		return engine.SourceFilter{Includes: append(both.Includes, both.Include...), Excludes: append(both.Excludes, both.Exclude...)}, nil
	}
	return absent, eserr.BadRequest(eserr.Parsing, "[_source] is a boolean, a path, a list of paths, or an object of [includes] and [excludes]")
}

// paths is one path or a list of them.
type paths []string

// UnmarshalJSON implements json.Unmarshaler.
func (p *paths) UnmarshalJSON(raw []byte) error {
	var one string
	if json.Unmarshal(raw, &one) == nil {
		*p = splitList(one)
		return nil
	}
	return json.Unmarshal(raw, (*[]string)(p))
}

// scalarText is a JSON string, number or boolean as text; empty for null and anything else. Ids may be given as numbers.
func scalarText(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	switch {
	case len(raw) == 0, raw[0] == '{', raw[0] == '[', string(raw) == "null":
		return ""
	}
	return string(raw)
}
