package security

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/storage/metadb"
)

// Names of the user that is always there. It has one password under both.
const (
	adminName   = "admin"
	elasticName = "elastic"
)

// maxUsers is how many users there may be.
const maxUsers = 100_000

// canonical is the name under which a user is kept.
func canonical(name string) string {
	if name == elasticName {
		return adminName
	}
	return name
}

func isReserved(name string) bool { return canonical(name) == adminName }

// A userRecord is what the metadata keeps of a user.
type userRecord struct {
	Name     string          `json:"name"`
	Roles    []string        `json:"roles"`
	FullName string          `json:"full_name,omitempty"`
	Email    string          `json:"email,omitempty"`
	Metadata json.RawMessage `json:"metadata,omitempty"`
	Enabled  bool            `json:"enabled"`
	Password passwordRecord  `json:"password"`
}

// user is a user as long as nothing about it changes.
type user struct {
	userRecord
	proof atomic.Pointer[proof]
}

// A User is how Elasticsearch describes one.
type User struct {
	Username string          `json:"username"`
	Roles    []string        `json:"roles"`
	FullName *string         `json:"full_name"`
	Email    *string         `json:"email"`
	Metadata json.RawMessage `json:"metadata"`
	Enabled  bool            `json:"enabled"`
}

func (u *user) described(name string) User {
	out := User{Username: name, Roles: orEmpty(u.Roles), FullName: textOrNil(u.FullName), Email: textOrNil(u.Email), Metadata: orObject(u.Metadata), Enabled: u.Enabled}
	if isReserved(name) {
		out.Metadata = json.RawMessage(`{"_reserved":true}`)
	}
	return out
}

func textOrNil(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// A UserChange is what a request says about a user; nil leaves as it is what is there.
type UserChange struct {
	Password *string
	Roles    []string
	FullName *string
	Email    *string
	Metadata json.RawMessage
	Enabled  *bool
}

const actions = "cluster:admin/xpack/security/"

// invalid is Elasticsearch's answer to what its stores of users and roles refuse.
func invalid(format string, args ...any) *engine.Error {
	return eserr.BadRequest("validation_exception", "Validation Failed: 1: "+format+";", args...)
}

// refused is Elasticsearch's answer to a request that it does not pass on.
func refused(format string, args ...any) *engine.Error {
	return eserr.BadRequest("action_request_validation_exception", "Validation Failed: 1: "+format+";", args...)
}

// checkName refuses names of users and roles that Elasticsearch refuses.
func checkName(kind, name string) error {
	ok := len(name) >= 1 && len(name) <= 1024 && strings.TrimSpace(name) == name && !strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r > '~' })
	if !ok {
		return refused("%s names must be at least 1 and no more than 1024 characters. They can contain alphanumeric characters (a-z, A-Z, 0-9), spaces, punctuation, and "+
			"printable symbols in the Basic Latin (ASCII) block. Leading or trailing whitespace is not allowed.", kind)
	}
	return nil
}

// user finds a user by either name; nil is none.
func (s *Service) user(name string) *user {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.users[canonical(name)]
}

// Users describes the users of the names that exist, all without names.
func (s *Service) Users(p engine.Principal, names []string) (map[string]User, error) {
	if err := engine.Allow(p, actions+"user/get"); err != nil && !slices.Equal(names, []string{p.Name}) {
		return nil, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if len(names) == 0 {
		for name := range s.users {
			names = append(names, name)
		}
		names = append(names, elasticName)
	}
	out := map[string]User{}
	for _, name := range names {
		if u := s.users[canonical(name)]; u != nil {
			out[name] = u.described(name)
		}
	}
	return out, nil
}

// PutUser makes or changes a user. What the request does not say of an existing one goes back to nothing, but for the password.
func (s *Service) PutUser(ctx context.Context, p engine.Principal, name string, c UserChange) (created bool, err error) {
	if err := engine.Allow(p, actions+"user/put"); err != nil {
		return false, err
	}
	if err := checkName("User", name); err != nil {
		return false, err
	}
	if isReserved(name) {
		return false, refused("user [%s] is reserved and only the password can be changed", name)
	}
	if c.Roles == nil {
		return false, refused("roles are missing")
	}
	for _, r := range c.Roles {
		if err := checkName("Role", r); err != nil {
			return false, err
		}
	}
	r := userRecord{Name: name, Roles: c.Roles, FullName: text(c.FullName), Email: text(c.Email), Metadata: c.Metadata, Enabled: c.Enabled == nil || *c.Enabled}
	if c.Password != nil {
		if r.Password, err = s.hashed(ctx, *c.Password); err != nil {
			return false, err
		}
	}
	s.change.Lock()
	defer s.change.Unlock()
	old := s.user(name)
	switch {
	case old == nil && c.Password == nil:
		return false, invalid("password must be specified unless you are updating an existing user")
	case old == nil && len(s.users) >= maxUsers:
		return false, eserr.Illegal("there may be at most [%d] users", maxUsers)
	case old != nil && c.Password == nil:
		r.Password = old.Password
	}
	return old == nil, s.setUser(r, c.Password != nil || !r.Enabled)
}

func text(s *string) string { return *cmp.Or(s, new(string)) }

// hashed makes the record of a new password.
func (s *Service) hashed(ctx context.Context, password string) (passwordRecord, error) {
	if err := checkPassword(password); err != nil {
		return passwordRecord{}, err
	}
	if err := s.hasher.take(ctx); err != nil {
		return passwordRecord{}, err
	}
	defer s.hasher.leave()
	return newPassword(password), nil
}

// setUser saves a user; the caller holds s.change.
func (s *Service) setUser(r userRecord, endSessions bool) error {
	if err := s.save(userTable, r.Name, r); err != nil {
		return fmt.Errorf("save user %q: %w", r.Name, err)
	}
	s.mu.Lock()
	s.users[r.Name] = &user{userRecord: r}
	s.mu.Unlock()
	if endSessions {
		return s.endSessions(r.Name)
	}
	return nil
}

// changeUser changes an existing user.
func (s *Service) changeUser(name, missing string, change func(*userRecord)) error {
	s.change.Lock()
	defer s.change.Unlock()
	old := s.user(name)
	if old == nil {
		return invalid("%s", missing)
	}
	r := old.userRecord
	change(&r)
	return s.setUser(r, true)
}

// ChangePassword sets a password; everybody may set their own.
func (s *Service) ChangePassword(ctx context.Context, p engine.Principal, name, password string) error {
	own := canonical(name) == canonical(p.Name) && p.KeyID == ""
	if err := engine.Allow(p, actions+"user/change_password"); err != nil && !own {
		return err
	}
	if isReserved(name) && !own && !p.Superuser {
		return eserr.Errorf(403, eserr.SecurityFault, "only a superuser may change the password of user [%s]", name)
	}
	hashed, err := s.hashed(ctx, password)
	if err != nil {
		return err
	}
	return s.changeUser(name, "user must exist in order to change password", func(r *userRecord) { r.Password = hashed })
}

// EnableUser lets a user in, or keeps it out.
func (s *Service) EnableUser(p engine.Principal, name string, enabled bool) error {
	if err := engine.Allow(p, actions+"user/set_enabled"); err != nil {
		return err
	}
	if canonical(name) == canonical(p.Name) {
		return eserr.Illegal("users may not update the enabled status of their own account")
	}
	return s.changeUser(name, "only existing users can be "+map[bool]string{true: "enabled", false: "disabled"}[enabled], func(r *userRecord) { r.Enabled = enabled })
}

// DeleteUser ends a user, whose API keys go on.
func (s *Service) DeleteUser(p engine.Principal, name string) (found bool, err error) {
	if err := engine.Allow(p, actions+"user/delete"); err != nil {
		return false, err
	}
	if isReserved(name) {
		return false, eserr.Illegal("user [%s] is reserved and cannot be deleted", name)
	}
	s.change.Lock()
	defer s.change.Unlock()
	if s.user(name) == nil {
		return false, nil
	}
	if err := s.db.Update(func(tx *metadb.Tx) error { return tx.Delete(userTable, name) }); err != nil {
		return false, fmt.Errorf("delete user %q: %w", name, err)
	}
	s.mu.Lock()
	delete(s.users, name)
	s.mu.Unlock()
	return true, s.endSessions(name)
}

// proven says whether the password was right a moment ago. There need be no user.
func (u *user) proven(password string, now time.Time) bool {
	if u == nil || !u.Enabled || len(password) > maxPassword {
		return false
	}
	known := u.proof.Load()
	return known != nil && known.till > now.UnixNano() && known.matches(password)
}

var errWrong = errors.New("wrong user or password")

// verify finds out whether a password is a user's, in the same time for all answers, and returns the user as it was then.
func (s *Service) verify(ctx context.Context, name, password, address string) (*user, error) {
	if err := s.tries.admit(name, address); err != nil {
		return nil, err
	}
	u, now := s.user(name), s.o.Now()
	if u.proven(password, now) {
		return u, nil
	}
	if err := s.hasher.take(ctx); err != nil {
		return nil, err
	}
	defer s.hasher.leave()
	if u.proven(password, now) { // by one of the many requests that a client may begin with, while this one waited
		return u, nil
	}
	record := s.hasher.dummy
	if u != nil {
		record = u.Password
	}
	right := record.matches(password[:min(len(password), maxPassword)]) && len(password) <= maxPassword
	if !right || u == nil || !u.Enabled {
		if s.tries.wrong(name, address) {
			s.o.Log.Warn("many wrong passwords, further tries have to wait", "user", clip(name), "address", address)
		}
		return nil, errWrong
	}
	s.tries.right(name, address)
	u.proof.Store(newProof(password, now.Add(proofKept).UnixNano()))
	return u, nil
}
