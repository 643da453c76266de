package security

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/glob"
	"github.com/vedette-siem/vedette/storage/metadb"
)

// Limits of API keys.
const (
	maxKeys      = 100_000
	maxKeysOf    = 10_000             // of one user
	deadKeysKept = 7 * 24 * time.Hour // as Elasticsearch's xpack.security.authc.api_key.delete.retention_period
)

// A keyRecord is what the metadata keeps of an API key. Times are Unix milliseconds, 0 is never.
type keyRecord struct {
	ID          string                     `json:"id"`
	Name        string                     `json:"name"`
	Hash        []byte                     `json:"hash"` // SHA-256: the key is random
	Created     int64                      `json:"created"`
	Expires     int64                      `json:"expires,omitempty"`
	Invalidated int64                      `json:"invalidated,omitempty"`
	Owner       string                     `json:"owner"`
	Roles       map[string]json.RawMessage `json:"role_descriptors"`
	LimitedBy   map[string]json.RawMessage `json:"limited_by"` // the roles that the owner had
	Metadata    json.RawMessage            `json:"metadata,omitempty"`
}

// key is an API key as long as nothing about it changes.
type key struct {
	keyRecord
	principal engine.Principal
}

// compile makes the principal of a key. Its grants are its own, if it was given any, and those of its owner when it was made.
func (r keyRecord) compile() (*key, error) {
	k := &key{keyRecord: r, principal: engine.Principal{Name: r.Owner, KeyID: r.ID}}
	ofEverything := r.LimitedBy[superuser] != nil
	k.principal.Superuser = ofEverything && len(r.Roles) == 0
	for _, descriptors := range []map[string]json.RawMessage{r.Roles, r.LimitedBy} {
		if len(descriptors) == 0 && k.principal.Grants == nil && len(r.LimitedBy) > 0 {
			continue // it was given none of its own
		}
		var roles []*role
		for _, name := range slices.Sorted(maps.Keys(descriptors)) {
			compiled, err := parseDescriptor(name, descriptors[name])
			if err != nil {
				return nil, err
			}
			roles = append(roles, compiled)
		}
		k.principal.Grants = append(k.principal.Grants, together(roles))
	}
	return k, nil
}

func (k *key) alive(now time.Time) bool {
	return k.Invalidated == 0 && (k.Expires == 0 || now.UnixMilli() < k.Expires)
}

// A KeyRequest is what a new API key shall be.
type KeyRequest struct {
	Name string
	// Expiration is how long it lasts; 0 is for ever.
	Expiration time.Duration
	Roles      map[string]json.RawMessage
	Metadata   json.RawMessage
}

// A NewKey is the only time that a key is told.
type NewKey struct {
	ID         string `json:"id"`
	Name       string `json:"name"`
	Expiration int64  `json:"expiration,omitempty"`
	Key        string `json:"api_key"`
	Encoded    string `json:"encoded"`
}

// CreateKey makes an API key that may do what its descriptors say, as far as its owner may do it now.
func (s *Service) CreateKey(p engine.Principal, r KeyRequest) (*NewKey, error) {
	if err := allowKeys(p, "create", true); err != nil {
		return nil, err
	}
	if err := r.check(p); err != nil {
		return nil, err
	}
	now := s.o.Now()
	made := NewKey{ID: randomText(15), Name: r.Name, Key: randomText(16)}
	made.Encoded = base64.StdEncoding.EncodeToString([]byte(made.ID + ":" + made.Key))
	if r.Expiration > 0 {
		made.Expiration = now.Add(r.Expiration).UnixMilli()
	}
	hash := sha256.Sum256([]byte(made.Key))
	record := keyRecord{ID: made.ID, Name: r.Name, Hash: hash[:], Created: now.UnixMilli(), Expires: made.Expiration, Owner: p.Name, Roles: r.Roles, Metadata: r.Metadata}
	s.change.Lock()
	defer s.change.Unlock()
	var err error
	if record.LimitedBy, err = s.descriptors(p); err != nil {
		return nil, err
	}
	k, err := record.compile()
	if err != nil {
		return nil, err
	}
	dead, err := s.room(p.Name, now)
	if err != nil {
		return nil, err
	}
	err = s.db.Update(func(tx *metadb.Tx) error {
		for _, id := range dead {
			if err := tx.Delete(keyTable, id); err != nil {
				return err
			}
		}
		return put(tx, keyTable, record.ID, record)
	})
	if err != nil {
		return nil, fmt.Errorf("save API key: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range dead {
		delete(s.keys, id)
	}
	s.keys[record.ID] = k
	return &made, nil
}

func (r KeyRequest) check(p engine.Principal) error {
	switch {
	case r.Name == "":
		return refused("api key name is required")
	case len(r.Name) > 256:
		return refused("api key name may not be more than 256 characters long")
	case strings.TrimSpace(r.Name) != r.Name:
		return refused("api key name may not begin or end with whitespace")
	case strings.HasPrefix(r.Name, "_"):
		return refused("api key name may not begin with an underscore")
	}
	var metadata map[string]json.RawMessage
	if err := json.Unmarshal(orObject(r.Metadata), &metadata); err != nil {
		return refused("API key metadata must be an object")
	}
	for name := range metadata {
		if strings.HasPrefix(name, "_") {
			return refused("API key metadata keys may not start with [_]")
		}
	}
	empty := len(r.Roles) > 0
	for name, raw := range r.Roles {
		d, err := parseDescriptor(name, raw)
		if err != nil {
			return err
		}
		empty = empty && len(d.Cluster) == 0 && len(d.Indices) == 0
	}
	if p.KeyID != "" && !empty {
		return eserr.Illegal("creating derived api keys requires an explicit role descriptor that is empty (has no privileges)")
	}
	return nil
}

// descriptors are the roles that a principal has now. The caller holds s.change.
func (s *Service) descriptors(p engine.Principal) (map[string]json.RawMessage, error) {
	out := map[string]json.RawMessage{}
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, name := range p.Roles {
		r := s.role(name)
		if r == nil {
			continue
		}
		raw, err := json.Marshal(r.Descriptor)
		if err != nil {
			return nil, fmt.Errorf("role %q of a new API key: %w", name, err)
		}
		out[name] = raw
	}
	return out, nil
}

// room lists the keys that ended so long ago that they are forgotten, and refuses one more if there are too many. The caller holds s.change.
func (s *Service) room(owner string, now time.Time) (dead []string, err error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	of := 0
	for id, k := range s.keys {
		ended := k.Invalidated
		if k.Expires > 0 && (ended == 0 || k.Expires < ended) {
			ended = k.Expires
		}
		if ended > 0 && now.Sub(time.UnixMilli(ended)) > deadKeysKept {
			dead = append(dead, id)
		} else if k.Owner == owner {
			of++
		}
	}
	if of >= maxKeysOf || len(s.keys)-len(dead) >= maxKeys {
		return nil, eserr.Illegal("there may be at most [%d] API keys of one user and [%d] in all: invalidate some", maxKeysOf, maxKeys)
	}
	return dead, nil
}

// allowKeys refuses what a principal may not do with API keys; own says that the keys are its own.
func allowKeys(p engine.Principal, verb string, own bool) error {
	err := engine.Allow(p, actions+"api_key/"+verb)
	if err == nil || !own || len(p.Grants) == 0 {
		return err
	}
	for _, g := range p.Grants {
		if !g.OwnKeys {
			return err
		}
	}
	return nil
}

// A KeyFilter says which API keys are meant; empty fields do not matter.
type KeyFilter struct {
	IDs       []string
	Name      string // with `*`
	Username  string
	Realm     string
	Owner     bool // those of the caller
	OnlyAlive bool
}

func (f KeyFilter) matches(k *key, p engine.Principal, now time.Time) bool {
	return (f.IDs == nil || slices.Contains(f.IDs, k.ID)) && (f.Name == "" || glob.Match(f.Name, k.Name)) && (f.Username == "" || f.Username == k.Owner) &&
		(f.Realm == "" || f.Realm == realmOf(k.Owner).Name) && (!f.Owner || k.Owner == p.Name) && (!f.OnlyAlive || k.alive(now))
}

// own says whether the filter can match nothing but keys of the caller's own. A key is its own only.
func (f KeyFilter) own(p engine.Principal) bool {
	if p.KeyID != "" {
		return len(f.IDs) == 1 && f.IDs[0] == p.KeyID
	}
	return f.Owner || f.Username == p.Name && f.Realm == realmOf(p.Name).Name
}

// A KeyInfo is how Elasticsearch describes an API key.
type KeyInfo struct {
	ID           string                  `json:"id"`
	Name         string                  `json:"name"`
	Type         string                  `json:"type"`
	Creation     int64                   `json:"creation"`
	Expiration   int64                   `json:"expiration,omitempty"`
	Invalidated  bool                    `json:"invalidated"`
	Invalidation int64                   `json:"invalidation,omitempty"`
	Username     string                  `json:"username"`
	Realm        string                  `json:"realm"`
	RealmType    string                  `json:"realm_type"`
	Metadata     json.RawMessage         `json:"metadata"`
	Roles        map[string]Descriptor   `json:"role_descriptors"`
	LimitedBy    []map[string]Descriptor `json:"limited_by,omitempty"`
}

// Keys describes API keys, the oldest first.
func (s *Service) Keys(p engine.Principal, f KeyFilter, withLimits bool) ([]KeyInfo, error) {
	if err := allowKeys(p, "get", f.own(p)); err != nil {
		return nil, err
	}
	out := []KeyInfo{}
	for _, k := range s.matching(p, f) {
		info := KeyInfo{ID: k.ID, Name: k.Name, Type: "rest", Creation: k.Created, Expiration: k.Expires, Invalidated: k.Invalidated > 0, Invalidation: k.Invalidated,
			Username: k.Owner, Realm: realmOf(k.Owner).Name, RealmType: realmOf(k.Owner).Type, Metadata: orObject(k.Metadata), Roles: described(k.Roles)}
		if withLimits {
			info.LimitedBy = []map[string]Descriptor{described(k.LimitedBy)}
		}
		out = append(out, info)
	}
	return out, nil
}

func described(raw map[string]json.RawMessage) map[string]Descriptor {
	out := map[string]Descriptor{}
	for name, text := range raw {
		if r, err := parseDescriptor(name, text); err == nil { // it was parsed when the key was made
			out[name] = r.Descriptor
		}
	}
	return out
}

func (s *Service) matching(p engine.Principal, f KeyFilter) (found []*key) {
	now := s.o.Now()
	s.mu.RLock()
	for _, k := range s.keys {
		if f.matches(k, p, now) {
			found = append(found, k)
		}
	}
	s.mu.RUnlock()
	slices.SortFunc(found, func(a, b *key) int {
		if a.Created != b.Created {
			return int(a.Created - b.Created)
		}
		return strings.Compare(a.ID, b.ID)
	})
	return found
}

// InvalidateKeys ends API keys at once, and lists those that it ended and those that had been.
func (s *Service) InvalidateKeys(p engine.Principal, f KeyFilter) (ended, before []string, err error) {
	if err := allowKeys(p, "invalidate", f.own(p)); err != nil {
		return nil, nil, err
	}
	s.change.Lock()
	defer s.change.Unlock()
	now := s.o.Now().UnixMilli()
	ended, before = []string{}, []string{}
	var changed []*key
	for _, k := range s.matching(p, f) {
		if k.Invalidated > 0 {
			before = append(before, k.ID)
			continue
		}
		next := *k
		next.Invalidated = now
		changed, ended = append(changed, &next), append(ended, k.ID)
	}
	err = s.db.Update(func(tx *metadb.Tx) error {
		for _, k := range changed {
			if err := put(tx, keyTable, k.ID, k.keyRecord); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, nil, fmt.Errorf("invalidate API keys: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, k := range changed {
		s.keys[k.ID] = k
	}
	return ended, before, nil
}

var errNoKey = errors.New("no such API key")

// byKey is the principal of an API key, given as the base64 of its id and the key.
func (s *Service) byKey(credentials string) (engine.Principal, error) {
	raw, err := base64.StdEncoding.DecodeString(credentials)
	if err != nil {
		return engine.Principal{}, errNoKey
	}
	id, secret, _ := strings.Cut(string(raw), ":")
	s.mu.RLock()
	k := s.keys[id]
	s.mu.RUnlock()
	hash := sha256.Sum256([]byte(secret))
	if k == nil || subtle.ConstantTimeCompare(hash[:], k.Hash) != 1 || !k.alive(s.o.Now()) {
		return engine.Principal{}, errNoKey
	}
	return k.principal, nil
}
