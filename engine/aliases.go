package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/vedette-siem/vedette/engine/dsl"
	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/glob"
	"github.com/vedette-siem/vedette/storage/metadb"
)

// aliasBody is what an alias may have, as requests give it.
type aliasBody struct {
	Filter        json.RawMessage `json:"filter,omitempty"`
	IndexRouting  textOrNumber    `json:"index_routing,omitempty"`
	SearchRouting textOrNumber    `json:"search_routing,omitempty"`
	Routing       textOrNumber    `json:"routing,omitempty"` // both
	IsWriteIndex  *bool           `json:"is_write_index,omitempty"`
	IsHidden      *bool           `json:"is_hidden,omitempty"`
}

// normalAlias renders the body of an alias as Elasticsearch keeps it.
func normalAlias(raw json.RawMessage) (json.RawMessage, error) {
	var b aliasBody
	if len(raw) > 0 && string(raw) != "null" {
		if err := json.Unmarshal(raw, &b); err != nil {
			return nil, eserr.Illegal("failed to parse alias: %s", err)
		}
	}
	if b.Routing != "" {
		b.IndexRouting, b.SearchRouting, b.Routing = orString(b.IndexRouting, b.Routing), orString(b.SearchRouting, b.Routing), ""
	}
	if string(b.Filter) == "null" {
		b.Filter = nil
	}
	out, err := json.Marshal(b)
	if err != nil {
		return nil, eserr.Illegal("failed to parse alias: %s", err)
	}
	return out, nil
}

func orString(a, b textOrNumber) textOrNumber {
	if a != "" {
		return a
	}
	return b
}

// textOrNumber is a text that clients may send as a number.
type textOrNumber string

// UnmarshalJSON implements json.Unmarshaler.
func (t *textOrNumber) UnmarshalJSON(raw []byte) error {
	var n json.Number
	if len(raw) > 0 && raw[0] != '"' && json.Unmarshal(raw, &n) == nil {
		*t = textOrNumber(n)
		return nil
	}
	return json.Unmarshal(raw, (*string)(t))
}

// aliasFilter is the query of an alias, or empty.
func aliasFilter(raw json.RawMessage) string {
	var b aliasBody
	if json.Unmarshal(raw, &b) != nil {
		return ""
	}
	return string(b.Filter)
}

// aliasRouting is what an alias gives to writes and gets, or empty.
func aliasRouting(raw json.RawMessage) string {
	var b aliasBody
	if len(raw) == 0 || json.Unmarshal(raw, &b) != nil {
		return ""
	}
	return string(b.IndexRouting)
}

func isHiddenAlias(raw json.RawMessage) bool {
	var b aliasBody
	return json.Unmarshal(raw, &b) == nil && b.IsHidden != nil && *b.IsHidden
}

func isWriteIndex(raw json.RawMessage) bool {
	var b aliasBody
	return json.Unmarshal(raw, &b) == nil && b.IsWriteIndex != nil && *b.IsWriteIndex
}

// checkAliases reads the aliases of a new index; `{index}` in a name stands for the index.
func checkAliases(aliases map[string]json.RawMessage, index string) (map[string]json.RawMessage, error) {
	out := map[string]json.RawMessage{}
	for name, raw := range aliases {
		name = strings.ReplaceAll(name, "{index}", index)
		if err := checkAliasName(name); err != nil {
			return nil, err
		}
		if name == index {
			return nil, eserr.Illegal("alias name [%s] self-conflicts with index name", name)
		}
		body, err := normalAlias(raw)
		if err == nil {
			err = checkAliasFilter(name, body)
		}
		if err != nil {
			return nil, err
		}
		out[name] = body
	}
	return out, nil
}

// checkAliasFilter refuses a filter that is no query. One that an alias has already is not asked again.
func checkAliasFilter(name string, body json.RawMessage) error {
	filter := aliasFilter(body)
	if filter == "" {
		return nil
	}
	_, err := dsl.Parse(json.RawMessage(filter))
	if err == nil {
		return nil
	}
	refused := eserr.Illegal("failed to parse filter for alias [%s]", name)
	errors.As(err, &refused.CausedBy)
	return refused
}

func checkAliasName(name string) error {
	why := ""
	switch {
	case name == "":
		why = "must not be empty"
	case strings.ContainsAny(name, "\\/*?\"<>| ,"):
		why = `must not contain the following characters [' ','"','*',',','/','<','>','?','\','|']`
	case strings.Contains(name, "#"):
		why = "must not contain '#'"
	case strings.Contains(name, ":"):
		why = "must not contain ':'"
	case strings.ContainsAny(name[:1], "_-+"):
		why = "must not start with '_', '-', or '+'"
	default:
		return nil
	}
	return eserr.BadRequest("invalid_alias_name_exception", "Invalid alias name [%s]: %s", name, why)
}

// aliasNames lists the aliases of all indices. The caller holds e.mu.
func (e *Embedded) aliasNames() []string {
	names := map[string]bool{}
	for _, ix := range e.indices {
		for name := range ix.Aliases {
			names[name] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// refuseAliases refuses an action on indices that names them by an alias. The caller holds e.mu.
func (e *Embedded) refuseAliases(p Principal, action string, t Target) error {
	for _, part := range strings.Split(t.Expression, ",") {
		if !p.may(action, part) {
			continue // resolve refuses it
		}
		if !t.IgnoreUnavailable && e.indices[part] == nil && e.streams[part] == nil && slices.Contains(e.aliasNames(), part) {
			return eserr.Illegal("The provided expression [%s] matches an alias, specify the corresponding concrete indices instead.", part)
		}
		if action == deleteAction && e.streams[part] != nil && !t.IgnoreUnavailable {
			return eserr.Illegal("The provided expression [%s] matches a data stream, specify the corresponding concrete indices instead.", part)
		}
	}
	return nil
}

func isWildcard(expression string) bool {
	return expression == "" || expression == "_all" || strings.Contains(expression, "*")
}

// oneOrMany is a name or a list of names.
type oneOrMany []string

// UnmarshalJSON implements json.Unmarshaler.
func (o *oneOrMany) UnmarshalJSON(raw []byte) error {
	var one string
	if json.Unmarshal(raw, &one) == nil {
		*o = oneOrMany{one}
		return nil
	}
	return json.Unmarshal(raw, (*[]string)(o))
}

// aliasAction is one action of an aliases request.
type aliasAction struct {
	Index     oneOrMany `json:"index"`
	Indices   oneOrMany `json:"indices"`
	Alias     oneOrMany `json:"alias"`
	Aliases   oneOrMany `json:"aliases"`
	MustExist *bool     `json:"must_exist"`
	aliasBody
}

// aliasesAction must be allowed on the indices and on the names of the aliases.
const aliasesAction = "indices:admin/aliases"

// deleteAction must be allowed on indices that are deleted.
const deleteAction = "indices:admin/delete"

// UpdateAliases implements Backend.
func (e *Embedded) UpdateAliases(_ context.Context, p Principal, body json.RawMessage) error {
	if err := allow(p, aliasesAction); err != nil {
		return err
	}
	var request struct {
		Actions []map[string]aliasAction `json:"actions"`
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(&request); err != nil {
		return actionError(body, err)
	}
	if len(request.Actions) == 0 {
		return eserr.Illegal("No action specified")
	}
	for _, actions := range request.Actions {
		if len(actions) == 0 {
			return eserr.BadRequest(eserr.XContentParse, "[aliases] failed to parse field [actions]: an action is [add], [remove] or [remove_index]")
		}
	}
	removeFiles, err := e.planAliases(p, request.Actions)
	if err != nil {
		return err
	}
	return removeFiles()
}

// actionError says which action or field there is not.
func actionError(body json.RawMessage, why error) *Error {
	refused := eserr.BadRequest(eserr.XContentParse, "[aliases] failed to parse field [actions]")
	var request struct {
		Actions []map[string]map[string]json.RawMessage `json:"actions"`
	}
	name, unknown := strings.CutPrefix(why.Error(), "json: unknown field ")
	if !unknown || json.Unmarshal(body, &request) != nil {
		refused.CausedBy = eserr.BadRequest(eserr.XContentParse, "%s", why)
		return refused
	}
	name = strings.Trim(name, `"`)
	for _, actions := range request.Actions {
		for verb, fields := range actions {
			if _, ok := fields[name]; ok {
				refused.CausedBy = eserr.BadRequest(eserr.XContentParse, "[alias_action] failed to parse field [%s]", clip(verb))
				refused.CausedBy.CausedBy = eserr.BadRequest(eserr.XContentParse, "[%s] unknown field [%s]", clip(verb), clip(name))
				return refused
			}
		}
	}
	refused.CausedBy = eserr.BadRequest(eserr.XContentParse, "[aliases] unknown field [%s]", clip(name))
	return refused
}

// planAliases carries out the actions, all or none.
func (e *Embedded) planAliases(p Principal, all []map[string]aliasAction) (removeFiles func() error, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	plan := &aliasPlan{e: e, by: p, changed: map[string]map[string]json.RawMessage{}}
	for _, first := range []bool{true, false} { // indices to remove first, since an alias may take the name of one
		for _, actions := range all {
			for verb, a := range actions {
				if (verb == "remove_index") != first {
					continue
				}
				if err := plan.add(verb, a); err != nil {
					return nil, err
				}
			}
		}
	}
	return plan.commit()
}

// aliasPlan collects what the actions change, so that all or none of it happens.
type aliasPlan struct {
	e       *Embedded
	by      Principal
	changed map[string]map[string]json.RawMessage // new aliases by index
	doomed  []*index
}

func (p *aliasPlan) aliases(ix *index) map[string]json.RawMessage {
	if p.changed[ix.Name] == nil {
		p.changed[ix.Name] = maps.Clone(ix.Aliases)
		if p.changed[ix.Name] == nil {
			p.changed[ix.Name] = map[string]json.RawMessage{}
		}
	}
	return p.changed[ix.Name]
}

func (p *aliasPlan) add(verb string, a aliasAction) error {
	names := append(a.Alias, a.Aliases...)
	indices := append(a.Index, a.Indices...)
	if len(indices) == 0 {
		return eserr.Illegal("One of [index] or [indices] is required")
	}
	action := aliasesAction
	if verb == "remove_index" {
		action = deleteAction
	}
	// aliases are not looked through: a wildcard that matches but an alias must not reach, or delete, the index behind it
	target := Target{Expression: strings.Join(indices, ","), DisallowNone: true, IndicesOnly: true}
	if err := p.e.refuseAliases(p.by, action, target); err != nil {
		return err
	}
	found, err := p.e.resolve(p.by, action, target)
	if err == nil {
		err = anyBlocked(found, opMetadata)
	}
	if err != nil {
		return err
	}
	switch verb {
	case "add":
		return p.put(found, names, a)
	case "remove":
		return p.remove(found, names, a)
	case "remove_index":
		for _, r := range found {
			if s := p.e.streams[r.Stream]; s != nil && s.writeIndex() == r.Name {
				return eserr.Illegal("index [%s] is the write index for data stream [%s] and cannot be deleted", r.Name, r.Stream)
			}
			if !slices.Contains(p.doomed, r.index) {
				p.doomed = append(p.doomed, r.index)
			}
		}
		return nil
	}
	return eserr.BadRequest(eserr.XContentParse, "[alias_action] unknown field [%s]", verb)
}

func (p *aliasPlan) put(found []resolved, names []string, a aliasAction) error {
	if len(names) == 0 {
		return eserr.Illegal("One of [alias] or [aliases] is required")
	}
	raw, err := json.Marshal(a.aliasBody)
	if err != nil {
		return eserr.Illegal("failed to parse alias: %s", err)
	}
	body, err := normalAlias(raw)
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := checkAliasFilter(name, body); err != nil {
			return err
		}
		if err := allowOn(p.by, aliasesAction, name); err != nil {
			return err
		}
		if err := checkAliasName(name); err != nil {
			return err
		}
		if taken := p.e.indices[name]; taken != nil && !slices.Contains(p.doomed, taken) || p.e.streams[name] != nil {
			return eserr.BadRequest("invalid_alias_name_exception", "Invalid alias name [%s]: an index or data stream exists with the same name as the alias", name)
		}
		for _, r := range found {
			p.aliases(r.index)[name] = body
		}
	}
	return nil
}

func (p *aliasPlan) remove(found []resolved, names []string, a aliasAction) error {
	removed := false
	for _, pattern := range names {
		if !isWildcard(pattern) {
			if err := allowOn(p.by, aliasesAction, pattern); err != nil {
				return err
			}
		}
		for _, r := range found {
			for name := range maps.Clone(p.aliases(r.index)) {
				if (pattern == "_all" || glob.Match(pattern, name)) && p.by.may(aliasesAction, name) {
					delete(p.aliases(r.index), name)
					removed = true
				}
			}
		}
	}
	if !removed && (a.MustExist == nil || *a.MustExist) {
		err := eserr.Errorf(404, "aliases_not_found_exception", "aliases [%s] missing", strings.Join(names, ","))
		err.ResourceType, err.ResourceID = "aliases", strings.Join(names, ",")
		return err
	}
	return nil
}

// commit writes the plan. The caller holds e.mu for writing.
func (p *aliasPlan) commit() (removeFiles func() error, err error) {
	for _, ix := range p.doomed {
		delete(p.changed, ix.Name)
	}
	for name := range p.changed {
		ix := p.e.indices[name]
		ix.recordMu.Lock()
		defer ix.recordMu.Unlock()
	}
	removeFiles, err = p.e.drop(p.doomed, func(tx *metadb.Tx) error {
		for name, aliases := range p.changed {
			r := p.e.indices[name].indexRecord
			r.Aliases = aliases
			if err := r.save(tx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("update aliases: %w", err)
	}
	for name, aliases := range p.changed {
		p.e.indices[name].Aliases = aliases
	}
	return removeFiles, nil
}
