package security

import (
	"encoding/json"
	"strings"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/privilege"
)

// maxAsked is how many privileges one request may ask about.
const maxAsked = 10_000

// A PrivilegeQuestion is the body of `_has_privileges`.
type PrivilegeQuestion struct {
	Cluster     []string     `json:"cluster"`
	Index       []IndexRules `json:"index"`
	Application []any        `json:"application"`
}

// A PrivilegeAnswer is what it answers.
type PrivilegeAnswer struct {
	Username    string                     `json:"username"`
	All         bool                       `json:"has_all_requested"`
	Cluster     map[string]bool            `json:"cluster"`
	Index       map[string]map[string]bool `json:"index"`
	Application struct{}                   `json:"application"`
}

// HasPrivileges says which of the privileges the principal has, on names that may hold wildcards.
func (s *Service) HasPrivileges(p engine.Principal, q PrivilegeQuestion) (*PrivilegeAnswer, error) {
	if len(q.Cluster)+len(q.Index)+len(q.Application) == 0 {
		return nil, refused("must specify at least one privilege")
	}
	if len(q.Application) > 0 {
		return nil, eserr.Illegal("application privileges are not supported: leave [application] empty")
	}
	a := &PrivilegeAnswer{Username: p.Name, All: true, Cluster: map[string]bool{}, Index: map[string]map[string]bool{}}
	asked := len(q.Cluster)
	for _, name := range q.Cluster {
		actions, err := privilege.Cluster([]string{name})
		if err != nil {
			return nil, err
		}
		has := p.Covers("", actions[0])
		if strings.EqualFold(name, "manage_own_api_key") { // which grants no action by itself
			has = allowKeys(p, "create", true) == nil
		}
		a.Cluster[name] = has
		a.All = a.All && has
	}
	for _, rules := range q.Index {
		if asked += len(rules.Names) * len(rules.Privileges); asked > maxAsked {
			return nil, eserr.Illegal("a request may ask about at most [%d] privileges", maxAsked)
		}
		if len(rules.Names) == 0 || len(rules.Privileges) == 0 {
			return nil, refused("index privileges need [names] and [privileges]")
		}
		for _, index := range rules.Names {
			if a.Index[index] == nil {
				a.Index[index] = map[string]bool{}
			}
			for _, name := range rules.Privileges {
				actions, err := privilege.Index([]string{name})
				if err != nil {
					return nil, err
				}
				has := p.Covers(index, actions[0])
				a.Index[index][name] = has
				a.All = a.All && has
			}
		}
	}
	return a, nil
}

// AllowPrivileges refuses to tell the names of privileges to those who may not manage them.
func (s *Service) AllowPrivileges(p engine.Principal) error {
	return engine.Allow(p, actions+"privilege/builtin/get")
}

// Privileges are those of a user, in the shape of `_security/user/_privileges`.
type Privileges struct {
	Cluster      []string     `json:"cluster"`
	Global       []any        `json:"global"`
	Indices      []IndexRules `json:"indices"`
	Applications []any        `json:"applications"`
	RunAs        []string     `json:"run_as"`
}

// PrivilegesOf lists what the roles of the principal say.
func (s *Service) PrivilegesOf(p engine.Principal) (*Privileges, error) {
	if p.KeyID != "" {
		return nil, eserr.Illegal("Cannot retrieve privileges for API keys with assigned role descriptors. Please use the Get API key information API https://ela.st/es-api-get-api-key")
	}
	out := &Privileges{Cluster: []string{}, Global: []any{}, Indices: []IndexRules{}, Applications: []any{}, RunAs: []string{}}
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, name := range p.Roles {
		if r := s.role(name); r != nil {
			out.Cluster, out.Indices = append(out.Cluster, r.Cluster...), append(out.Indices, r.Indices...)
		}
	}
	return out, nil
}

// UnmarshalJSON lets names and privileges be a string or a list.
func (r *IndexRules) UnmarshalJSON(raw []byte) error {
	var fields struct {
		Names           json.RawMessage `json:"names"`
		Privileges      json.RawMessage `json:"privileges"`
		AllowRestricted bool            `json:"allow_restricted_indices"`
	}
	if err := json.Unmarshal(raw, &fields); err != nil {
		return err
	}
	r.AllowRestricted = fields.AllowRestricted
	var err error
	if fields.Names != nil {
		if r.Names, err = stringOrList(fields.Names); err != nil {
			return err
		}
	}
	if fields.Privileges != nil {
		r.Privileges, err = stringOrList(fields.Privileges)
	}
	return err
}
