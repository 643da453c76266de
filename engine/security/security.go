// Package security knows who may use Vedette: users with passwords, roles, API keys and the sessions of the dashboard, in Elasticsearch's terms. It says on whose
// behalf a request is made, with what grants; whether these allow what is asked is for package engine to say. It speaks no HTTP but for the header that holds
// credentials. Package cmd/vedette opens a Service; packages esapi and console ask it.
//
// Secrets are kept as hashes only: passwords by argon2id, API keys and tokens, which are random, by SHA-256. Everything is in the metadata of the data directory and
// in memory, where it is read; a change is on disk before it counts.
package security

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/vedette-siem/vedette/storage/metadb"
)

// Tables of the metadata. Records are JSON; metadb gives each a version and a checksum.
const (
	userTable    = "users"      // by name: userRecord
	roleTable    = "roles"      // by name: Descriptor
	keyTable     = "api_keys"   // by id: keyRecord
	sessionTable = "sessions"   // by the hash of the token: sessionRecord
	setupTable   = "auth_setup" // what a start has to remember
)

// Options of a Service. The zero value will do.
type Options struct {
	// AdminPassword is that of the user `admin`, and of `elastic`, which is the same. It is set when it differs from the one that was set by an earlier start, so that a password
	// which was changed since stays. Empty makes a random one when there is no such user yet.
	AdminPassword string
	// ShowPassword is called once with a password that was made; it must not write it to the log. Nil shows it to nobody.
	ShowPassword func(user, password string)
	// Log gets warnings; nil discards them.
	Log *slog.Logger
	// Now is the clock; nil is time.Now.
	Now func() time.Time
}

// A Service knows users, roles, keys and sessions. It is safe for concurrent use and holds nothing that must be closed; the database stays its caller's.
type Service struct {
	db     *metadb.DB
	o      Options
	hasher hasher
	tries  throttle

	change sync.Mutex // held while something is changed, disk included; taken before mu
	// mu guards the maps below. What they point to never changes: it is replaced.
	mu       sync.RWMutex
	users    map[string]*user
	roles    map[string]*role
	keys     map[string]*key
	sessions map[string]*session
}

// Open reads what the database knows, and makes the first user.
func Open(db *metadb.DB, o Options) (*Service, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	s := &Service{
		db: db, o: o, hasher: newHasher(), tries: throttle{now: o.Now, all: map[string]*tried{}},
		users: map[string]*user{}, roles: map[string]*role{}, keys: map[string]*key{}, sessions: map[string]*session{},
	}
	if err := s.load(); err != nil {
		return nil, fmt.Errorf("read users and roles: %w", err)
	}
	if err := s.setUp(); err != nil {
		return nil, fmt.Errorf("set up user %s: %w", adminName, err)
	}
	return s, nil
}

// load reads all tables. What cannot be read grants nothing to anybody; it is told, and stays for a repair.
func (s *Service) load() error {
	return s.db.View(func(tx *metadb.Tx) error {
		return errors.Join(
			each(s, tx, userTable, func(name string, r userRecord) { s.users[name] = &user{userRecord: r} }),
			each(s, tx, roleTable, func(name string, d Descriptor) {
				if r, err := compile(d); err != nil {
					s.lose(roleTable, name, err)
				} else {
					s.roles[name] = r
				}
			}),
			each(s, tx, keyTable, func(id string, r keyRecord) {
				if k, err := r.compile(); err != nil {
					s.lose(keyTable, id, err)
				} else {
					s.keys[id] = k
				}
			}),
			each(s, tx, sessionTable, func(id string, r sessionRecord) { s.sessions[id] = &session{sessionRecord: r, id: id} }),
		)
	})
}

func each[T any](s *Service, tx *metadb.Tx, table string, found func(key string, record T)) error {
	return tx.EachOr(table, func(key string, raw []byte) error {
		var record T
		if err := json.Unmarshal(raw, &record); err != nil {
			s.lose(table, key, err)
			return nil
		}
		found(key, record)
		return nil
	}, func(key string, err error) error {
		s.lose(table, key, err)
		return nil
	})
}

func (s *Service) lose(table, key string, err error) {
	s.o.Log.Error("a record of users and roles cannot be read, and grants nothing; put it again, or restore the data directory from a backup", "table", table, "key", key, "err", err)
}

// setUp makes the user admin, or gives it the password of the options.
func (s *Service) setUp() error {
	if s.o.AdminPassword == "" {
		if s.users[adminName] != nil {
			return nil
		}
		made := randomText(15)
		if err := s.setAdmin(made, nil); err != nil {
			return err
		}
		if s.o.ShowPassword != nil {
			s.o.ShowPassword(adminName, made)
		}
		return nil
	}
	if err := checkPassword(s.o.AdminPassword); err != nil {
		return err
	}
	var last passwordRecord
	err := s.db.View(func(tx *metadb.Tx) error {
		raw, err := tx.Get(setupTable, adminName)
		if err != nil {
			return err
		}
		return json.Unmarshal(raw, &last)
	})
	if err == nil && s.users[adminName] != nil && last.matches(s.o.AdminPassword) {
		return nil
	}
	if err != nil && !errors.Is(err, metadb.ErrNotFound) {
		s.lose(setupTable, adminName, err)
	}
	given := newPassword(s.o.AdminPassword)
	return s.setAdmin(s.o.AdminPassword, &given)
}

// setAdmin sets the password of the user admin; given is what the options gave, to be remembered.
func (s *Service) setAdmin(password string, given *passwordRecord) error {
	r := userRecord{Name: adminName, Roles: []string{superuser}, Enabled: true, Password: newPassword(password)}
	err := s.db.Update(func(tx *metadb.Tx) error {
		if given != nil {
			if err := put(tx, setupTable, adminName, given); err != nil {
				return err
			}
		}
		return put(tx, userTable, adminName, r)
	})
	if err != nil {
		return err
	}
	s.users[adminName] = &user{userRecord: r}
	return s.endSessions(adminName)
}

func put(tx *metadb.Tx, table, key string, record any) error {
	raw, err := json.Marshal(record)
	if err != nil {
		return fmt.Errorf("write %s/%s: %w", table, key, err)
	}
	return tx.Put(table, key, raw)
}

// save writes one record.
func (s *Service) save(table, key string, record any) error {
	return s.db.Update(func(tx *metadb.Tx) error { return put(tx, table, key, record) })
}

// randomText is URL-safe text from n random bytes.
func randomText(n int) string {
	b := make([]byte, n)
	rand.Read(b) // never fails: https://pkg.go.dev/crypto/rand#Read
	return base64.RawURLEncoding.EncodeToString(b)
}

// clip keeps what a client has sent from filling answers and logs.
func clip(text string) string { return text[:min(len(text), 256)] }

func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// orObject is an empty JSON object in place of nothing.
func orObject(raw json.RawMessage) json.RawMessage {
	if len(raw) == 0 || string(raw) == "null" {
		return json.RawMessage("{}")
	}
	return raw
}
