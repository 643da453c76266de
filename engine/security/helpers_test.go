package security

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/storage/metadb"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var ctx = context.Background()

// fixture is a service on a database of its own, with a clock that stands.
type fixture struct {
	*Service
	t     *testing.T
	path  string
	db    *metadb.DB
	o     Options
	clock atomic.Int64
	shown []string
}

func newFixture(t *testing.T, o Options) *fixture {
	f := &fixture{t: t, path: filepath.Join(t.TempDir(), "meta.db"), o: o}
	f.clock.Store(time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC).UnixNano())
	f.o.Now = func() time.Time { return time.Unix(0, f.clock.Load()) }
	f.o.ShowPassword = func(user, password string) { f.shown = append(f.shown, user, password) }
	f.open()
	t.Cleanup(func() { f.db.Close() })
	return f
}

func (f *fixture) open() {
	f.t.Helper()
	var err error
	if f.db, err = metadb.Open(f.path); err == nil {
		f.Service, err = Open(f.db, f.o)
	}
	f.must(err)
}

func (f *fixture) reopen() {
	f.t.Helper()
	f.must(f.db.Close())
	f.open()
}

func (f *fixture) pass(d time.Duration) { f.clock.Add(int64(d)) }

func (f *fixture) must(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

var root = engine.Principal{Name: "root", Superuser: true, Roles: []string{superuser}}

func (f *fixture) put(name, password string, roles ...string) {
	f.t.Helper()
	_, err := f.PutUser(ctx, root, name, UserChange{Password: &password, Roles: orEmpty(roles)})
	f.must(err)
}

func (f *fixture) role(name, descriptor string) {
	f.t.Helper()
	_, err := f.PutRole(root, name, json.RawMessage(descriptor))
	f.must(err)
}

// try authenticates a request with an Authorization header, and returns the status that it would be refused with, or 200.
func (f *fixture) try(header string) (engine.Principal, int) {
	f.t.Helper()
	r := httptest.NewRequest("GET", "/x?y", nil)
	if header != "" {
		r.Header.Set("Authorization", header)
	}
	p, err := f.Authenticate(r)
	var told *engine.Error
	if errors.As(err, &told) {
		return p, told.Status
	}
	f.must(err)
	return p, http.StatusOK
}

func basic(user, password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))
}

func (f *fixture) want(header string, status int) {
	f.t.Helper()
	if _, got := f.try(header); got != status {
		f.t.Errorf("%s: %d, want %d", header, got, status)
	}
}

func (f *fixture) login(user, password string) string {
	f.t.Helper()
	token, _, err := f.Login(ctx, user, password, "192.0.2.1:1")
	f.must(err)
	return token
}

func refusal(t *testing.T, err error, status int) *engine.Error {
	t.Helper()
	var told *engine.Error
	if !errors.As(err, &told) || told.Status != status {
		t.Fatalf("%v, want status %d", err, status)
	}
	return told
}
