package esapi

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/vedette-siem/vedette/engine/dates"
	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/security"
)

func (c *call) createKey() error {
	var body struct {
		Name       string
		Expiration string
		Roles      map[string]json.RawMessage `json:"role_descriptors"`
		Metadata   json.RawMessage
	}
	if err := c.fields(&body, "api key request"); err != nil {
		return err
	}
	r := security.KeyRequest{Name: body.Name, Roles: body.Roles, Metadata: body.Metadata}
	if body.Expiration != "" {
		ms, err := dates.ParseDuration(body.Expiration, "expiration")
		if err != nil {
			return err
		}
		if ms <= 0 {
			return invalid("api key expiration must be positive")
		}
		r.Expiration = time.Duration(ms) * time.Millisecond
	}
	made, err := c.s.o.Security.CreateKey(c.p, r)
	if err != nil {
		return err
	}
	return c.send(http.StatusOK, made)
}

func (c *call) getKeys() error {
	f := security.KeyFilter{Name: c.query["name"], Username: c.query["username"], Realm: c.query["realm_name"]}
	id := c.query["id"]
	if id != "" {
		f.IDs = []string{id}
	}
	var limits bool
	for name, to := range map[string]*bool{"owner": &f.Owner, "active_only": &f.OnlyAlive, "with_limited_by": &limits} {
		var err error
		if *to, err = c.flag(name, false); err != nil {
			return err
		}
	}
	if err := checkKeyFilter(f); err != nil {
		return err
	}
	found, err := c.s.o.Security.Keys(c.p, f, limits)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if id != "" && len(found) == 0 {
		status = http.StatusNotFound
	}
	return c.send(status, map[string][]security.KeyInfo{"api_keys": found})
}

// checkKeyFilter refuses combinations that Elasticsearch refuses.
func checkKeyFilter(f security.KeyFilter) error {
	byUser := f.Username != "" || f.Realm != ""
	switch {
	case len(f.IDs) > 0 && f.Name != "":
		return invalid("only one of [api key id, api key name] can be specified")
	case f.Owner && byUser:
		return invalid("neither username nor realm-name may be specified when retrieving owned API keys")
	case byUser && (len(f.IDs) > 0 || f.Name != ""):
		return invalid("username or realm name must not be specified when the api key id or api key name are specified")
	}
	return nil
}

func (c *call) invalidateKeys() error {
	var body struct {
		ID       string
		IDs      []string
		Name     string
		Owner    bool
		Username string
		Realm    string `json:"realm_name"`
	}
	if err := c.fields(&body, "invalidate api key request"); err != nil {
		return err
	}
	f := security.KeyFilter{IDs: body.IDs, Name: body.Name, Owner: body.Owner, Username: body.Username, Realm: body.Realm}
	if body.ID != "" {
		if len(f.IDs) > 0 {
			return eserr.Illegal("Must use either [id] or [ids], not both at the same time")
		}
		f.IDs = []string{body.ID}
	}
	if f.IDs != nil && len(f.IDs) == 0 {
		return invalid("Field [ids] cannot be an empty array")
	}
	if f.IDs == nil && f.Name == "" && !f.Owner && f.Username == "" && f.Realm == "" {
		return invalid("One of [api key id(s), api key name, username, realm name] must be specified if [owner] flag is false")
	}
	if err := checkKeyFilter(f); err != nil {
		return err
	}
	ended, before, err := c.s.o.Security.InvalidateKeys(c.p, f)
	if err != nil {
		return err
	}
	return c.send(http.StatusOK, map[string]any{"invalidated_api_keys": ended, "previously_invalidated_api_keys": before, "error_count": 0})
}
