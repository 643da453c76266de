package security

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/privilege"
	"github.com/vedette-siem/vedette/storage/metadb"
)

// superuser is the role that may do everything.
const superuser = "superuser"

// Limits of one role and of all.
const (
	maxRoles   = 10_000
	maxEntries = 1000 // of each list in a role
)

// A Descriptor is a role in Elasticsearch's shape.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/defining-roles.html
type Descriptor struct {
	Cluster      []string        `json:"cluster"`
	Indices      []IndexRules    `json:"indices"`
	Applications []any           `json:"applications"`
	RunAs        []string        `json:"run_as"`
	Metadata     json.RawMessage `json:"metadata"`
	Transient    json.RawMessage `json:"transient_metadata"`
	Description  string          `json:"description,omitempty"`
}

// IndexRules are the privileges of a role on names.
type IndexRules struct {
	Names           []string `json:"names"`
	Privileges      []string `json:"privileges"`
	AllowRestricted bool     `json:"allow_restricted_indices"`
}

// role is a role as long as nothing about it changes.
type role struct {
	Descriptor
	grant engine.Grant
}

// reserved are the roles that are always there and cannot be changed. Elasticsearch's of these names grant less or more on features that are not here.
var reserved = map[string]*role{
	superuser: fixed(Descriptor{Cluster: []string{"all"}, Indices: []IndexRules{{Names: []string{"*"}, Privileges: []string{"all"}, AllowRestricted: true}},
		Description: "Grants full access to manage the cluster and all data."}),
	"viewer": fixed(Descriptor{Cluster: []string{"monitor"}, Indices: []IndexRules{{Names: []string{"*"}, Privileges: []string{"read", "view_index_metadata", "monitor"}}},
		Description: "Grants read access to all data, and to see how the server does."}),
	"editor": fixed(Descriptor{Cluster: []string{"monitor", "manage_own_api_key"}, Indices: []IndexRules{{Names: []string{"*"}, Privileges: []string{"read", "write", "create_index", "view_index_metadata", "monitor", "maintenance"}}},
		Description: "Grants to read and write all data."}),
	"monitoring_user": fixed(Descriptor{Cluster: []string{"monitor"}, Indices: []IndexRules{{Names: []string{"*"}, Privileges: []string{"monitor"}}},
		Description: "Grants to see how the server does, and no data."}),
	"ingest_admin": fixed(Descriptor{Cluster: []string{"manage_index_templates", "manage_pipeline"}, Indices: []IndexRules{},
		Description: "Grants to manage index templates and ingest pipelines."}),
}

func fixed(d Descriptor) *role {
	d.Metadata = json.RawMessage(`{"_reserved":true}`)
	r, err := compile(d)
	if err != nil {
		panic("BUG: reserved role: " + err.Error())
	}
	return r
}

// compile turns names of privileges into what they grant.
func compile(d Descriptor) (*role, error) {
	r := &role{Descriptor: d}
	r.Cluster, r.Applications, r.RunAs, r.Metadata = orEmpty(d.Cluster), []any{}, []string{}, orObject(d.Metadata)
	r.Transient = json.RawMessage(`{"enabled":true}`)
	r.Indices = orEmpty(d.Indices)
	var err error
	if r.grant.Cluster, err = privilege.Cluster(d.Cluster); err != nil {
		return nil, err
	}
	r.grant.OwnKeys = slices.Contains(d.Cluster, "manage_own_api_key")
	for _, rules := range d.Indices {
		allowed, err := privilege.Index(rules.Privileges)
		if err != nil {
			return nil, err
		}
		r.grant.Indices = append(r.grant.Indices, engine.IndexGrant{Names: rules.Names, Actions: allowed})
	}
	return r, nil
}

// together is what several roles grant.
func together(roles []*role) (g engine.Grant) {
	for _, r := range roles {
		g.Cluster = append(g.Cluster, r.grant.Cluster...)
		g.Indices = append(g.Indices, r.grant.Indices...)
		g.OwnKeys = g.OwnKeys || r.grant.OwnKeys
	}
	return g
}

// parseDescriptor reads a role; what would limit it in a way that is not here is refused, never ignored.
func parseDescriptor(name string, raw json.RawMessage) (*role, error) {
	bad := func(format string, args ...any) error {
		return eserr.BadRequest("parse_exception", "failed to parse role [%s]. "+format, append([]any{name}, args...)...)
	}
	var fields map[string]json.RawMessage
	if len(bytes.TrimSpace(raw)) > 0 {
		if err := json.Unmarshal(raw, &fields); err != nil {
			return nil, bad("expected an object: %s", err)
		}
	}
	var d Descriptor
	for _, field := range slices.Sorted(maps.Keys(fields)) {
		value := fields[field]
		var err error
		switch field {
		case "cluster":
			d.Cluster, err = stringOrList(value)
		case "index", "indices":
			d.Indices, err = parseIndices(name, value)
		case "metadata":
			d.Metadata, err = value, json.Unmarshal(value, &map[string]any{})
		case "description":
			err = json.Unmarshal(value, &d.Description)
		case "transient_metadata": // is given in answers, and means nothing in requests
		case "applications", "run_as", "global", "remote_indices", "remote_cluster", "restriction":
			if !isNothing(value) {
				return nil, eserr.Illegal("role [%s]: [%s] is not supported yet, and must be empty", name, field)
			}
		default:
			return nil, bad("unexpected field [%s]", field)
		}
		if told := (*engine.Error)(nil); err != nil && !errors.As(err, &told) {
			return nil, bad("could not parse [%s]: %s", field, err)
		}
		if err != nil {
			return nil, err
		}
	}
	if len(d.Cluster) > maxEntries || len(d.Indices) > maxEntries {
		return nil, eserr.Illegal("role [%s]: a list may have at most [%d] entries", name, maxEntries)
	}
	return compile(d)
}

func parseIndices(role string, raw json.RawMessage) ([]IndexRules, error) {
	var list []map[string]json.RawMessage
	if err := json.Unmarshal(raw, &list); err != nil {
		return nil, err
	}
	out := []IndexRules{}
	for _, fields := range list {
		var rules IndexRules
		for _, field := range slices.Sorted(maps.Keys(fields)) {
			var err error
			switch value := fields[field]; field {
			case "names":
				rules.Names, err = stringOrList(value)
			case "privileges":
				rules.Privileges, err = stringOrList(value)
			case "allow_restricted_indices":
				err = json.Unmarshal(value, &rules.AllowRestricted)
			case "field_security", "query":
				if !isNothing(value) {
					return nil, eserr.Illegal("role [%s]: [%s] is not supported yet: grant whole indices, or an alias with a filter", role, field)
				}
			default:
				return nil, eserr.BadRequest("parse_exception", "failed to parse indices privileges for role [%s]. unexpected field [%s]", role, field)
			}
			if err != nil {
				return nil, err
			}
		}
		switch {
		case len(rules.Names) == 0:
			return nil, eserr.BadRequest("parse_exception", "failed to parse indices privileges for role [%s]. missing required [names] field", role)
		case len(rules.Privileges) == 0:
			return nil, eserr.BadRequest("parse_exception", "failed to parse indices privileges for role [%s]. missing required [privileges] field", role)
		case len(rules.Names) > maxEntries || len(rules.Privileges) > maxEntries:
			return nil, eserr.Illegal("role [%s]: a list may have at most [%d] entries", role, maxEntries)
		}
		for _, name := range rules.Names {
			if strings.HasPrefix(name, "/") || strings.Contains(name, "?") {
				return nil, eserr.Illegal("role [%s]: the name [%s] is a regular expression or has a [?], which is not supported: use [*]", role, name)
			}
		}
		out = append(out, rules)
	}
	return out, nil
}

// stringOrList reads a string or a list of strings.
func stringOrList(raw json.RawMessage) ([]string, error) {
	var one string
	if json.Unmarshal(raw, &one) == nil {
		return []string{one}, nil
	}
	var list []string
	if err := json.Unmarshal(raw, &list); err != nil {
		return nil, err
	}
	return orEmpty(list), nil
}

func isNothing(raw json.RawMessage) bool {
	return slices.Contains([]string{"null", "[]", "{}", `""`}, string(bytes.Join(bytes.Fields(raw), nil)))
}

// role finds a role; nil is none. The caller holds s.mu.
func (s *Service) role(name string) *role {
	if r := reserved[name]; r != nil {
		return r
	}
	return s.roles[name]
}

// Roles describes the roles of the names that exist, all without names.
func (s *Service) Roles(p engine.Principal, names []string) (map[string]Descriptor, error) {
	if err := engine.Allow(p, actions+"role/get"); err != nil {
		return nil, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if len(names) == 0 {
		names = slices.Concat(slices.Collect(maps.Keys(s.roles)), slices.Collect(maps.Keys(reserved)))
	}
	out := map[string]Descriptor{}
	for _, name := range names {
		if r := s.role(name); r != nil {
			out[name] = r.Descriptor
		}
	}
	return out, nil
}

// PutRole makes or replaces a role; who has it is bound by it at once.
func (s *Service) PutRole(p engine.Principal, name string, raw json.RawMessage) (created bool, err error) {
	if err := engine.Allow(p, actions+"role/put"); err != nil {
		return false, err
	}
	if err := checkName("Role", name); err != nil {
		return false, err
	}
	if reserved[name] != nil {
		return false, refused("Role [%s] is reserved and may not be used.", name)
	}
	r, err := parseDescriptor(name, raw)
	if err != nil {
		return false, err
	}
	s.change.Lock()
	defer s.change.Unlock()
	if s.roles[name] == nil && len(s.roles) >= maxRoles {
		return false, eserr.Illegal("there may be at most [%d] roles", maxRoles)
	}
	if err := s.save(roleTable, name, r.Descriptor); err != nil {
		return false, fmt.Errorf("save role %q: %w", name, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	created = s.roles[name] == nil
	s.roles[name] = r
	return created, nil
}

// DeleteRole ends a role; those who have it have it no more.
func (s *Service) DeleteRole(p engine.Principal, name string) (found bool, err error) {
	if err := engine.Allow(p, actions+"role/delete"); err != nil {
		return false, err
	}
	if reserved[name] != nil {
		return false, eserr.Illegal("role [%s] is reserved and cannot be deleted", name)
	}
	s.change.Lock()
	defer s.change.Unlock()
	if s.roles[name] == nil {
		return false, nil
	}
	if err := s.db.Update(func(tx *metadb.Tx) error { return tx.Delete(roleTable, name) }); err != nil {
		return false, fmt.Errorf("delete role %q: %w", name, err)
	}
	s.mu.Lock()
	delete(s.roles, name)
	s.mu.Unlock()
	return true, nil
}
