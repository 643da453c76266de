package security

import (
	"slices"
	"testing"
	"time"
)

func TestSessionsEnd(t *testing.T) {
	f := newFixture(t, Options{AdminPassword: "secret-admin"})
	a, b := f.login("admin", "secret-admin"), f.login("elastic", "secret-admin")
	if p, ok := f.Session(b); !ok || p.Name != "elastic" || !p.Superuser {
		t.Errorf("%+v, %v", p, ok)
	}
	f.Logout(a)
	f.want("Bearer "+a, 401)
	f.want("Bearer "+b, 200)
	f.reopen()
	f.want("Bearer "+a, 401)
	f.want("Bearer "+b, 200)
	for range 100 { // in use, it lasts
		f.pass(sessionIdle - time.Minute)
		if _, ok := f.Session(b); !ok {
			break
		}
		f.reopen() // that it is used is on disk
	}
	if f.clock.Load() < time.Date(2026, 6, 8, 0, 0, 0, 0, time.UTC).UnixNano() {
		t.Errorf("ended at %s although it was used", f.o.Now())
	}
	f.want("Bearer "+b, 401) // but not for ever
	c := f.login("admin", "secret-admin")
	f.pass(sessionIdle + time.Second)
	f.want("Bearer "+c, 401)
}

func TestAUserHasSoManySessions(t *testing.T) {
	f := newFixture(t, Options{AdminPassword: "secret-admin"})
	var tokens []string
	for range maxSessions + 1 {
		tokens = append(tokens, f.login("admin", "secret-admin"))
		f.pass(time.Millisecond)
	}
	f.want("Bearer "+tokens[0], 401)
	f.want("Bearer "+tokens[1], 200)
	slices.Sort(tokens)
	if len(slices.Compact(tokens)) != maxSessions+1 || len(tokens[0]) < 43 {
		t.Error("tokens are alike or short")
	}
	f.pass(sessionIdle + time.Second)
	f.login("admin", "secret-admin")
	if len(f.sessions) != 1 {
		t.Errorf("%d sessions are kept", len(f.sessions))
	}
}
