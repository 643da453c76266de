package security

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/storage/metadb"
)

// How long things last.
const (
	proofKept   = 10 * time.Minute   // a password that was right, in memory
	sessionIdle = 8 * time.Hour      // a session that nobody uses
	sessionLife = 7 * 24 * time.Hour // any session
	useSaved    = 10 * time.Minute   // between two notes on disk that a session is used
)

// maxSessions is how many a user may have at a time; a login ends the one that was used least recently.
const maxSessions = 100

const tokenBytes = 32

// A sessionRecord is what the metadata keeps of a session; its key is the token's hash. Times are Unix milliseconds.
type sessionRecord struct {
	User    string `json:"user"` // the name that was logged in with
	Created int64  `json:"created"`
	Used    int64  `json:"used"`
}

type session struct {
	sessionRecord
	id string
	// used and noted are when it was used last, and when that was written down last, in Unix milliseconds; 0 is Used.
	used, noted atomic.Int64
}

func sessionID(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// expired says whether a session has ended by itself.
func (x *session) expired(now time.Time) bool {
	used := max(x.Used, x.used.Load())
	return now.After(time.UnixMilli(used).Add(sessionIdle)) || now.After(time.UnixMilli(x.Created).Add(sessionLife))
}

// Login begins a session of the dashboard. Its error is an *engine.Error: 401 for a wrong user or password, 429 for too many tries.
func (s *Service) Login(ctx context.Context, name, password, address string) (token string, p engine.Principal, err error) {
	u, err := s.verify(ctx, name, password, address)
	if errors.Is(err, errWrong) {
		return "", p, eserr.Errorf(401, eserr.SecurityFault, "unable to authenticate user [%s]", clip(name))
	}
	if err != nil {
		return "", p, err
	}
	token = randomText(tokenBytes)
	now := s.o.Now()
	x := &session{sessionRecord: sessionRecord{User: name, Created: now.UnixMilli(), Used: now.UnixMilli()}, id: sessionID(token)}
	s.change.Lock()
	defer s.change.Unlock()
	if s.user(name) != u { // changed since the password was checked
		return "", p, eserr.Errorf(401, eserr.SecurityFault, "unable to authenticate user [%s]", clip(name))
	}
	ended := s.toEnd(canonical(name), now)
	err = s.db.Update(func(tx *metadb.Tx) error {
		return errors.Join(deleteAll(tx, ended), put(tx, sessionTable, x.id, x.sessionRecord))
	})
	if err != nil {
		return "", p, fmt.Errorf("save session: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range ended {
		delete(s.sessions, id)
	}
	s.sessions[x.id] = x
	return token, s.principal(name, u), nil
}

// toEnd lists the sessions that are over, and the one of the user that must go for another one.
func (s *Service) toEnd(name string, now time.Time) (ids []string) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	of := 0
	var oldest *session
	for id, x := range s.sessions {
		if x.expired(now) {
			ids = append(ids, id)
			continue
		}
		if canonical(x.User) == name {
			of++
			if oldest == nil || max(x.Used, x.used.Load()) < max(oldest.Used, oldest.used.Load()) {
				oldest = x
			}
		}
	}
	if of >= maxSessions {
		ids = append(ids, oldest.id)
	}
	return ids
}

func deleteAll(tx *metadb.Tx, ids []string) error {
	for _, id := range ids {
		if err := tx.Delete(sessionTable, id); err != nil {
			return err
		}
	}
	return nil
}

// Session says who has begun the session of a token, with what that user may do now. False is for a token that is wrong or whose session is over.
func (s *Service) Session(token string) (engine.Principal, bool) {
	id, now := sessionID(token), s.o.Now()
	s.mu.RLock()
	x := s.sessions[id]
	if x == nil || x.expired(now) {
		s.mu.RUnlock()
		return engine.Principal{}, false
	}
	u := s.users[canonical(x.User)]
	if u == nil || !u.Enabled {
		s.mu.RUnlock()
		return engine.Principal{}, false
	}
	p := s.principal(x.User, u)
	s.mu.RUnlock()
	x.used.Store(now.UnixMilli())
	if last := x.noted.Load(); now.UnixMilli()-max(last, x.Used) > useSaved.Milliseconds() && x.noted.CompareAndSwap(last, now.UnixMilli()) {
		s.noteUse(x, now)
	}
	return p, true
}

// noteUse writes that a session is used, so that it does not end early when the process starts again. A failure is told, and ends nothing.
func (s *Service) noteUse(x *session, now time.Time) {
	s.change.Lock()
	defer s.change.Unlock()
	s.mu.RLock()
	there := s.sessions[x.id] == x
	s.mu.RUnlock()
	if !there {
		return
	}
	r := x.sessionRecord
	r.Used = now.UnixMilli()
	if err := s.save(sessionTable, x.id, r); err != nil {
		s.o.Log.Warn("use of a session could not be written down", "err", err)
	}
}

// Logout ends a session at once. The token of none is no error.
func (s *Service) Logout(token string) {
	s.change.Lock()
	defer s.change.Unlock()
	if err := s.end([]string{sessionID(token)}); err != nil {
		s.o.Log.Error("end of a session could not be written down: it would be valid again after a restart", "err", err)
	}
}

// endSessions ends all sessions of a user. The caller holds s.change, or is alone.
func (s *Service) endSessions(name string) error {
	var ids []string
	s.mu.RLock()
	for id, x := range s.sessions {
		if canonical(x.User) == canonical(name) {
			ids = append(ids, id)
		}
	}
	s.mu.RUnlock()
	return s.end(ids)
}

// end ends sessions, first in memory.
func (s *Service) end(ids []string) error {
	s.mu.Lock()
	for _, id := range ids {
		delete(s.sessions, id)
	}
	s.mu.Unlock()
	if len(ids) == 0 {
		return nil
	}
	if err := s.db.Update(func(tx *metadb.Tx) error { return deleteAll(tx, ids) }); err != nil {
		return fmt.Errorf("end sessions: %w", err)
	}
	return nil
}
