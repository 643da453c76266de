package security

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/eserr"
)

// A Realm is where Elasticsearch would have found a user.
type Realm struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

func realmOf(user string) Realm {
	if isReserved(user) {
		return Realm{"reserved", "reserved"}
	}
	return Realm{"default_native", "native"}
}

// Authenticate says on whose behalf a request is made: by Basic, by an API key, or by the token of a session (Bearer). Its error is an *engine.Error, 401 unless
// there were too many tries (429).
func (s *Service) Authenticate(r *http.Request) (engine.Principal, error) {
	header := r.Header.Get("Authorization")
	scheme, credentials, _ := strings.Cut(header, " ")
	credentials = strings.TrimSpace(credentials)
	if r.Header.Get("es-security-runas-user") != "" {
		return engine.Principal{}, eserr.Errorf(403, eserr.SecurityFault, "run as is not supported: leave the header [es-security-runas-user] out")
	}
	switch strings.ToLower(scheme) {
	case "basic":
		return s.basic(r, credentials)
	case "apikey":
		p, err := s.byKey(credentials)
		if err != nil {
			return p, unauthorized("unable to authenticate with provided credentials and anonymous access is not allowed for this request")
		}
		return p, nil
	case "bearer":
		if p, ok := s.Session(credentials); ok {
			return p, nil
		}
		return engine.Principal{}, unauthorized("unable to authenticate with provided credentials and anonymous access is not allowed for this request")
	}
	return engine.Principal{}, unauthorized("missing authentication credentials for REST request [%s]", clip(r.URL.RequestURI()))
}

func (s *Service) basic(r *http.Request, credentials string) (engine.Principal, error) {
	raw, err := base64.StdEncoding.DecodeString(credentials)
	if err != nil {
		return engine.Principal{}, unauthorized("invalid basic authentication header encoding")
	}
	name, password, ok := strings.Cut(string(raw), ":")
	if !ok {
		return engine.Principal{}, unauthorized("invalid basic authentication header value")
	}
	u, err := s.verify(r.Context(), name, password, r.RemoteAddr)
	if errors.Is(err, errWrong) {
		return engine.Principal{}, unauthorized("unable to authenticate user [%s] for REST request [%s]", clip(name), clip(r.URL.RequestURI()))
	}
	if err != nil {
		return engine.Principal{}, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.principal(name, u), nil
}

// unauthorized is a 401, with what a client may show instead.
// https://github.com/elastic/elasticsearch/blob/v8.19.0/x-pack/plugin/core/src/main/java/org/elasticsearch/xpack/core/security/authc/DefaultAuthenticationFailureHandler.java
func unauthorized(format string, args ...any) *engine.Error {
	e := eserr.Errorf(http.StatusUnauthorized, eserr.SecurityFault, format, args...)
	e.Challenge = []string{`Basic realm="security", charset="UTF-8"`, "ApiKey"}
	return e
}

// principal is who a user is, with the grants of its roles now. The caller holds s.mu.
func (s *Service) principal(name string, u *user) engine.Principal {
	p := engine.Principal{Name: name}
	var roles []*role
	for _, r := range u.Roles {
		if found := s.role(r); found != nil {
			roles, p.Roles = append(roles, found), append(p.Roles, r)
			p.Superuser = p.Superuser || r == superuser
		}
	}
	p.Grants = []engine.Grant{together(roles)}
	return p
}

// Identity is who a principal is, in the shape of `_security/_authenticate`.
type Identity struct {
	User
	AuthenticationRealm Realm     `json:"authentication_realm"`
	LookupRealm         Realm     `json:"lookup_realm"`
	AuthenticationType  string    `json:"authentication_type"`
	Key                 *KeyShort `json:"api_key,omitempty"`
}

// A KeyShort names an API key.
type KeyShort struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Identify describes a principal.
func (s *Service) Identify(p engine.Principal) Identity {
	s.mu.RLock()
	defer s.mu.RUnlock()
	realm := realmOf(p.Name)
	out := Identity{User: User{Username: p.Name, Roles: orEmpty(p.Roles), Metadata: json.RawMessage("{}"), Enabled: true}, AuthenticationRealm: realm, LookupRealm: realm, AuthenticationType: "realm"}
	if k := s.keys[p.KeyID]; k != nil {
		out.AuthenticationRealm, out.LookupRealm = Realm{"_es_api_key", "_es_api_key"}, Realm{"_es_api_key", "_es_api_key"}
		out.AuthenticationType, out.Key = "api_key", &KeyShort{k.ID, k.Name}
		out.Metadata = orObject(k.Metadata)
		return out
	}
	if u := s.users[canonical(p.Name)]; u != nil {
		out.User = u.described(p.Name)
	}
	return out
}
