package esapi

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/privilege"
	"github.com/vedette-siem/vedette/engine/security"
)

// securityRoutes are there when authentication is on, as in Elasticsearch.
func securityRoutes() []route {
	write := []string{"refresh"}
	return []route{
		{"GET", "/_security/_authenticate", nil, (*call).authenticated},
		{"GET", "/_security/user /_security/user/:name", []string{"with_profile_uid"}, (*call).getUsers},
		{"PUT POST", "/_security/user/:name", write, (*call).putUser},
		{"DELETE", "/_security/user/:name", write, (*call).deleteUser},
		{"PUT POST", "/_security/user/_password /_security/user/:name/_password", write, (*call).changePassword},
		{"PUT POST", "/_security/user/:name/_enable", write, func(c *call) error { return c.enableUser(true) }},
		{"PUT POST", "/_security/user/:name/_disable", write, func(c *call) error { return c.enableUser(false) }},
		{"GET POST", "/_security/user/_has_privileges", nil, (*call).hasPrivileges},
		{"GET", "/_security/user/_privileges", nil, (*call).userPrivileges},
		{"GET", "/_security/privilege/_builtin", nil, (*call).builtinPrivileges},
		{"GET", "/_security/role /_security/role/:name", nil, (*call).getRoles},
		{"PUT POST", "/_security/role/:name", write, (*call).putRole},
		{"DELETE", "/_security/role/:name", write, (*call).deleteRole},
		{"PUT POST", "/_security/api_key", write, (*call).createKey},
		{"GET", "/_security/api_key", []string{"active_only", "id", "name", "owner", "realm_name", "username", "with_limited_by", "with_profile_uid"}, (*call).getKeys},
		{"DELETE", "/_security/api_key", nil, (*call).invalidateKeys},
	}
}

// fields reads a body into v, whose names of fields are all that it may hold. What is for people says what was to be read.
func (c *call) fields(v any, what string) error {
	body, err := c.requiredBody()
	if err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return eserr.BadRequest(eserr.Parsing, "failed to parse %s: %s", what, err)
	}
	return nil
}

// whole answers with a list by names; 404 if names were asked for and none is there.
func (c *call) whole(found int, v any) error {
	status := http.StatusOK
	if found == 0 && c.path["name"] != "" {
		status = http.StatusNotFound
	}
	return c.send(status, v)
}

// gone answers a deletion.
func (c *call) gone(found bool, err error) error {
	status := http.StatusOK
	if !found {
		status = http.StatusNotFound
	}
	if err != nil {
		return err
	}
	return c.send(status, map[string]bool{"found": found})
}

func (c *call) nothing(err error) error {
	if err != nil {
		return err
	}
	return c.sendJSON(http.StatusOK, []byte("{}"))
}

func (c *call) authenticated() error {
	return c.send(http.StatusOK, c.s.o.Security.Identify(c.p))
}

func (c *call) getUsers() error {
	found, err := c.s.o.Security.Users(c.p, splitList(c.path["name"]))
	if err != nil {
		return err
	}
	return c.whole(len(found), found)
}

func (c *call) putUser() error {
	var body struct {
		Username *string
		Password *string
		Roles    []string
		FullName *string `json:"full_name"`
		Email    *string
		Metadata json.RawMessage
		Enabled  *bool
	}
	if err := c.fields(&body, "user"); err != nil {
		return err
	}
	if body.Username != nil && *body.Username != c.path["name"] {
		return eserr.Illegal("the user [%s] of the body is not [%s] of the path", *body.Username, c.path["name"])
	}
	created, err := c.s.o.Security.PutUser(c.ctx(), c.p, c.path["name"],
		security.UserChange{Password: body.Password, Roles: body.Roles, FullName: body.FullName, Email: body.Email, Metadata: body.Metadata, Enabled: body.Enabled})
	if err != nil {
		return err
	}
	return c.send(http.StatusOK, map[string]bool{"created": created})
}

func (c *call) deleteUser() error { return c.gone(c.s.o.Security.DeleteUser(c.p, c.path["name"])) }

func (c *call) changePassword() error {
	var body struct{ Password *string }
	if err := c.fields(&body, "change password request"); err != nil {
		return err
	}
	if body.Password == nil {
		return invalid("password is missing")
	}
	name := c.path["name"]
	if name == "" {
		name = c.p.Name
	}
	return c.nothing(c.s.o.Security.ChangePassword(c.ctx(), c.p, name, *body.Password))
}

func (c *call) enableUser(enabled bool) error {
	return c.nothing(c.s.o.Security.EnableUser(c.p, c.path["name"], enabled))
}

func (c *call) hasPrivileges() error {
	var q security.PrivilegeQuestion
	if err := c.fields(&q, "privileges to check"); err != nil {
		return err
	}
	answer, err := c.s.o.Security.HasPrivileges(c.p, q)
	if err != nil {
		return err
	}
	return c.send(http.StatusOK, answer)
}

func (c *call) userPrivileges() error {
	answer, err := c.s.o.Security.PrivilegesOf(c.p)
	if err != nil {
		return err
	}
	return c.send(http.StatusOK, answer)
}

func (c *call) builtinPrivileges() error {
	if err := c.s.o.Security.AllowPrivileges(c.p); err != nil {
		return err
	}
	return c.send(http.StatusOK, map[string][]string{"cluster": privilege.ClusterNames(), "index": privilege.IndexNames(), "remote_cluster": {}})
}

func (c *call) getRoles() error {
	found, err := c.s.o.Security.Roles(c.p, splitList(c.path["name"]))
	if err != nil {
		return err
	}
	return c.whole(len(found), found)
}

func (c *call) putRole() error {
	body, err := c.requiredBody()
	if err != nil {
		return err
	}
	created, err := c.s.o.Security.PutRole(c.p, c.path["name"], slices.Clone(body))
	if err != nil {
		return err
	}
	return c.send(http.StatusOK, map[string]any{"role": map[string]bool{"created": created}})
}

func (c *call) deleteRole() error { return c.gone(c.s.o.Security.DeleteRole(c.p, c.path["name"])) }
