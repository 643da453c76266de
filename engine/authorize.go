package engine

import (
	"slices"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/glob"
	"github.com/vedette-siem/vedette/engine/privilege"
)

// A Principal is on whose behalf a call is made. The zero value may do nothing.
type Principal struct {
	// Name is what the audit log and `_security/_authenticate` call it.
	Name string
	// Superuser may do everything, whatever the grants say. With authentication off, every request on loopback is made by the superuser.
	Superuser bool
	// Roles are the names of the roles that the grants come from; nil for an API key.
	Roles []string
	// Grants say what it may do: an action must be in each of them. An API key has two, its own and that of its owner; none allows nothing.
	Grants []Grant
	// KeyID is the id of the API key by which the principal has shown who it is; empty for a user.
	KeyID string
}

// A Grant is what roles together allow. The zero value allows nothing. Its slices are shared and never written to.
type Grant struct {
	// Cluster are the actions on the cluster.
	Cluster []privilege.Actions
	// Indices are the actions on indices by their names.
	Indices []IndexGrant
	// OwnKeys lets API keys be made, seen and ended that are the principal's own (manage_own_api_key).
	OwnKeys bool
}

// An IndexGrant allows actions on the indices, aliases and data streams whose names match.
type IndexGrant struct {
	Names   []string // patterns with `*`
	Actions []privilege.Actions
}

// Allow refuses what the principal may not do. Action is Elasticsearch's name of it: one on the cluster must be granted, one on indices must be granted for some name at
// least; which ones is for resolve to say.
func Allow(p Principal, action string) error { return allow(p, action) }

// allow is Allow, for the methods of the Backend: each calls it first.
func allow(p Principal, action string) error {
	if p.Superuser || p.every(func(g Grant) bool { return g.allows(action) }) {
		return nil
	}
	return denied(p, action)
}

// every says whether each grant, of at least one, is as f says.
func (p Principal) every(f func(Grant) bool) bool {
	return len(p.Grants) > 0 && !slices.ContainsFunc(p.Grants, func(g Grant) bool { return !f(g) })
}

func (g Grant) allows(action string) bool {
	if privilege.IsCluster(action) {
		return has(g.Cluster, action)
	}
	return slices.ContainsFunc(g.Indices, func(i IndexGrant) bool { return has(i.Actions, action) })
}

// on says whether an action is allowed on a name.
func (g Grant) on(name, action string) bool {
	return slices.ContainsFunc(g.Indices, func(i IndexGrant) bool {
		return slices.ContainsFunc(i.Names, func(p string) bool { return glob.Match(p, name) }) && has(i.Actions, action)
	})
}

func has(all []privilege.Actions, action string) bool {
	return slices.ContainsFunc(all, func(a privilege.Actions) bool { return a.Has(action) })
}

// may says whether an action is allowed on one of the names by each grant. The names are those of one thing: an index and the data stream that it belongs to.
func (p Principal) may(action string, names ...string) bool {
	return p.Superuser || p.every(func(g Grant) bool {
		return slices.ContainsFunc(names, func(name string) bool { return name != "" && g.on(name, action) })
	})
}

// allowOn refuses an action on a name that the principal may not do it on, whether there is anything of that name or not.
func allowOn(p Principal, action string, names ...string) error {
	for _, name := range names {
		if !p.may(action, name) {
			return denied(p, action, name)
		}
	}
	return nil
}

// denied is Elasticsearch's refusal, in its words:
// https://github.com/elastic/elasticsearch/blob/v8.19.0/x-pack/plugin/security/src/main/java/org/elasticsearch/xpack/security/authz/AuthorizationDenialMessages.java
func denied(p Principal, action string, names ...string) *Error {
	who := "user [" + p.Name + "] with effective roles [" + strings.Join(slices.Sorted(slices.Values(p.Roles)), ",") + "]"
	if p.KeyID != "" {
		who = "API key id [" + p.KeyID + "] of user [" + p.Name + "]"
	}
	on, kind := "", "index"
	if len(names) > 0 {
		on = " on indices [" + strings.Join(names, ",") + "]"
	}
	if privilege.IsCluster(action) {
		kind = "cluster"
	}
	granted := ""
	if names := privilege.Granting(action); len(names) > 0 {
		granted = ", this action is granted by the " + kind + " privileges [" + strings.Join(names, ",") + "]"
	}
	return eserr.Errorf(403, eserr.SecurityFault, "action [%s] is unauthorized for %s%s%s", action, who, on, granted)
}

// templateAction is the name of an action on templates of a kind, `put`, `get` or `delete`; all are actions on the cluster.
func templateAction(kind TemplateKind, verb string) string {
	if kind == ComponentTemplate {
		return "cluster:admin/component_template/" + verb
	}
	return "indices:admin/" + string(kind) + "/" + verb
}

// itself is the principal of what the process does on its own, after the request that asks for it was allowed.
var itself = Principal{Name: "_system", Superuser: true}

// Covers says whether all of a set of actions is allowed: on a name, which may hold wildcards, or on the cluster if name is empty.
func (p Principal) Covers(name string, a privilege.Actions) bool {
	if p.Superuser {
		return true
	}
	covers := func(all []privilege.Actions) bool {
		return slices.ContainsFunc(all, func(b privilege.Actions) bool { return b.Covers(a) })
	}
	return p.every(func(g Grant) bool {
		if name == "" {
			return covers(g.Cluster)
		}
		return slices.ContainsFunc(g.Indices, func(i IndexGrant) bool {
			return slices.ContainsFunc(i.Names, func(pattern string) bool { return glob.Match(pattern, name) }) && covers(i.Actions)
		})
	})
}
