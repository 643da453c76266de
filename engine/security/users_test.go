package security

import (
	"bytes"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestTheFirstStartMakesAnAdminWithAPasswordThatIsShownOnce(t *testing.T) {
	f := newFixture(t, Options{})
	if len(f.shown) != 2 || f.shown[0] != "admin" || len(f.shown[1]) < 16 {
		t.Fatalf("shown %q", f.shown)
	}
	for _, name := range []string{"admin", "elastic"} {
		p, status := f.try(basic(name, f.shown[1]))
		if status != 200 || !p.Superuser || p.Name != name {
			t.Errorf("%s: %d, %+v", name, status, p)
		}
	}
	f.reopen()
	f.want(basic("admin", f.shown[1]), 200)
	if len(f.shown) != 2 {
		t.Errorf("the second start shows %q", f.shown[2:])
	}
	f.must(f.db.Close())
	raw, err := os.ReadFile(f.path)
	f.must(err)
	if bytes.Contains(raw, []byte(f.shown[1])) {
		t.Error("the database holds the password")
	}
	f.open()
}

// TestTheOptionsPasswordCountsWhenItChanges: the same one, as a container gives it at each start, leaves a changed password alone.
func TestTheOptionsPasswordCountsWhenItChanges(t *testing.T) {
	f := newFixture(t, Options{AdminPassword: "from-options"})
	f.want(basic("elastic", "from-options"), 200)
	f.must(f.ChangePassword(ctx, root, "elastic", "changed"))
	f.reopen()
	f.want(basic("admin", "changed"), 200)
	f.want(basic("admin", "from-options"), 401)
	f.o.AdminPassword = "another"
	token := f.login("admin", "changed")
	f.reopen()
	f.want(basic("admin", "another"), 200)
	f.want(basic("admin", "changed"), 401)
	f.want("Bearer "+token, 401)
	if f.shown != nil {
		t.Errorf("shown %q", f.shown)
	}
	if _, err := Open(f.db, Options{AdminPassword: "short"}); err == nil {
		t.Error("a short password was taken")
	}
}

func TestCredentialsThatAreRefused(t *testing.T) {
	f := newFixture(t, Options{})
	f.put("joe", "secret-joe", "viewer")
	f.want(basic("joe", "secret-joe"), 200)
	for _, header := range []string{"", "Basic", "Basic !", "Basic am9l", basic("joe", "wrong"), basic("joe", ""), basic("", ""), basic("nobody", "secret-joe"), basic("Joe", "secret-joe"),
		basic("joe", "secret-joe\x00"), basic("joe", "secret-joe"+strings.Repeat("x", 2000)), "Bearer x", "ApiKey x", "ApiKey " + basic("a", "b")[6:], "Negotiate x", "joe:secret-joe"} {
		f.want(header, 401)
	}
}

func TestAChangedUserIsBoundAtOnce(t *testing.T) {
	f := newFixture(t, Options{})
	f.put("joe", "secret-joe", "viewer")
	token := f.login("joe", "secret-joe")
	f.want(basic("joe", "secret-joe"), 200)
	f.must(f.ChangePassword(ctx, root, "joe", "another-joe"))
	f.want(basic("joe", "secret-joe"), 401)
	f.want(basic("joe", "another-joe"), 200)
	f.want("Bearer "+token, 401)

	token = f.login("joe", "another-joe")
	f.must(f.EnableUser(root, "joe", false))
	f.want(basic("joe", "another-joe"), 401)
	f.want("Bearer "+token, 401)
	f.must(f.EnableUser(root, "joe", true))
	f.want(basic("joe", "another-joe"), 200)
	f.want("Bearer "+token, 401)

	token = f.login("joe", "another-joe")
	if found, err := f.DeleteUser(root, "joe"); !found || err != nil {
		t.Fatal(found, err)
	}
	f.want(basic("joe", "another-joe"), 401)
	f.want("Bearer "+token, 401)
	f.put("joe", "another-joe")
	f.want("Bearer "+token, 401)
}

func TestRolesBindAtOnce(t *testing.T) {
	f := newFixture(t, Options{})
	f.role("logs", `{"indices":[{"names":"logs-*","privileges":["read"]}]}`)
	f.put("joe", "secret-joe", "logs", "gone")
	token := f.login("joe", "secret-joe")
	p, _ := f.Session(token)
	if !slices.Equal(p.Roles, []string{"logs"}) || len(p.Grants) != 1 || len(p.Grants[0].Indices) != 1 {
		t.Errorf("%+v", p)
	}
	f.role("logs", `{}`)
	if p, _ = f.Session(token); len(p.Grants[0].Indices) != 0 {
		t.Errorf("%+v", p)
	}
	f.reopen()
	if p, _ = f.try(basic("joe", "secret-joe")); !slices.Equal(p.Roles, []string{"logs"}) {
		t.Errorf("%+v", p)
	}
	if found, err := f.DeleteRole(root, "logs"); !found || err != nil {
		t.Fatal(found, err)
	}
	if p, _ = f.try(basic("joe", "secret-joe")); p.Roles != nil {
		t.Errorf("%+v", p)
	}
}

// TestAThousandRequestsCostOneHash counts the places that the hasher gives.
func TestAThousandRequestsCostOneHash(t *testing.T) {
	f := newFixture(t, Options{})
	f.put("joe", "secret-joe")
	f.want(basic("joe", "secret-joe"), 200)
	for range maxHashes {
		f.must(f.hasher.take(ctx)) // nobody else can make a hash now
	}
	for range 1000 {
		f.want(basic("joe", "secret-joe"), 200)
	}
	for range maxHashes {
		f.hasher.leave()
	}
	proof := f.user("joe").proof.Load()
	f.pass(proofKept + time.Second)
	f.want(basic("joe", "secret-joe"), 200)
	if f.user("joe").proof.Load() == proof {
		t.Error("the proof outlived its time")
	}
}

func TestPasswordsWaitForAPlaceAndNotForEver(t *testing.T) {
	f := newFixture(t, Options{AdminPassword: "secret-admin"})
	for range maxHashes {
		f.must(f.hasher.take(ctx))
	}
	f.hasher.waiting.Store(maxWaiting)
	_, _, err := f.Login(ctx, "admin", "secret-admin", "")
	refusal(t, err, 429)
	f.hasher.waiting.Store(0)
	for range maxHashes {
		f.hasher.leave()
	}
	f.login("admin", "secret-admin")
	if n := f.hasher.waiting.Load(); n != 0 || len(f.hasher.places) != 0 {
		t.Errorf("%d wait, %d hash", n, len(f.hasher.places))
	}
}

// TestRequestsThatWaitedNeedNoHashOfTheirOwn lets one wait while its password becomes known; the record has another one, so that a hash would refuse it.
func TestRequestsThatWaitedNeedNoHashOfTheirOwn(t *testing.T) {
	f := newFixture(t, Options{})
	f.put("joe", "secret-joe")
	for range maxHashes {
		f.must(f.hasher.take(ctx))
	}
	done := make(chan error)
	go func() {
		_, _, err := f.Login(ctx, "joe", "known-by-now", "")
		done <- err
	}()
	for f.hasher.waiting.Load() == 0 {
		runtime.Gosched()
	}
	f.user("joe").proof.Store(newProof("known-by-now", f.o.Now().Add(time.Minute).UnixNano()))
	for range maxHashes {
		f.hasher.leave()
	}
	f.must(<-done)
}

func TestWrongPasswordsHaveToWaitLongerAndLonger(t *testing.T) {
	f := newFixture(t, Options{AdminPassword: "secret-admin"})
	login := func(password, address string) error {
		_, _, err := f.Login(ctx, "admin", password, address)
		return err
	}
	for range freeTries {
		refusal(t, login("wrong", "192.0.2.1:1000"), 401)
	}
	for i := range 8 {
		refusal(t, login("secret-admin", "192.0.2.1:2000"), 429) // also the right one, so that the answer tells nothing
		f.pass(min(time.Second<<i, maxPause))
		refusal(t, login("wrong", "192.0.2.1:3000"), 401)
	}
	f.must(login("secret-admin", "192.0.2.2:1000"))
	f.pass(maxPause)
	f.must(login("secret-admin", "192.0.2.1:1000"))
	refusal(t, login("wrong", "192.0.2.1:1000"), 401)
}

func TestThrottleForgets(t *testing.T) {
	now := time.Unix(0, 0)
	tries := throttle{now: func() time.Time { return now }, all: map[string]*tried{}}
	for i := range maxTriedBy + 10 {
		tries.wrong(strings.Repeat("x", i%300)+string(rune('a'+i%26)), time.Unix(int64(i), 0).String())
	}
	if len(tries.all) > maxTriedBy {
		t.Errorf("%d are kept", len(tries.all))
	}
}

func TestUsersThatAreRefused(t *testing.T) {
	f := newFixture(t, Options{})
	short, long := "12345", strings.Repeat("x", maxPassword+1)
	good := "secret"
	for what, try := range map[string]func() error{
		"a short password": func() error {
			_, err := f.PutUser(ctx, root, "a", UserChange{Password: &short, Roles: []string{}})
			return err
		},
		"a long password": func() error {
			_, err := f.PutUser(ctx, root, "a", UserChange{Password: &long, Roles: []string{}})
			return err
		},
		"no password": func() error { _, err := f.PutUser(ctx, root, "a", UserChange{Roles: []string{}}); return err },
		"no roles":    func() error { _, err := f.PutUser(ctx, root, "a", UserChange{Password: &good}); return err },
		"a reserved name": func() error {
			_, err := f.PutUser(ctx, root, "elastic", UserChange{Password: &good, Roles: []string{}})
			return err
		},
		"a name with a space": func() error {
			_, err := f.PutUser(ctx, root, " a", UserChange{Password: &good, Roles: []string{}})
			return err
		},
		"a password for nobody":   func() error { return f.ChangePassword(ctx, root, "a", good) },
		"a short change":          func() error { return f.ChangePassword(ctx, root, "admin", short) },
		"enabling nobody":         func() error { return f.EnableUser(root, "a", true) },
		"deleting admin":          func() error { _, err := f.DeleteUser(root, "elastic"); return err },
		"a reserved role":         func() error { _, err := f.PutRole(root, "superuser", nil); return err },
		"deleting a reserved one": func() error { _, err := f.DeleteRole(root, "viewer"); return err },
	} {
		if err := try(); err == nil {
			t.Errorf("%s was taken", what)
		} else {
			refusal(t, err, 400)
		}
	}
}

// TestNobodyManagesWithoutAPrivilege calls everything that takes a principal.
func TestNobodyManagesWithoutAPrivilege(t *testing.T) {
	f := newFixture(t, Options{})
	f.put("joe", "secret-joe", "editor", "viewer", "monitoring_user", "ingest_admin")
	joe, _ := f.try(basic("joe", "secret-joe"))
	good, no := "secret", false
	before, _ := f.Users(root, nil)
	for what, try := range map[string]func() error{
		"get users":        func() error { _, err := f.Users(joe, nil); return err },
		"get another user": func() error { _, err := f.Users(joe, []string{"admin"}); return err },
		"get two users":    func() error { _, err := f.Users(joe, []string{"joe", "admin"}); return err },
		"put a user": func() error {
			_, err := f.PutUser(ctx, joe, "joe", UserChange{Password: &good, Roles: []string{superuser}, Enabled: &no})
			return err
		},
		"another's password":  func() error { return f.ChangePassword(ctx, joe, "admin", good) },
		"enable":              func() error { return f.EnableUser(joe, "admin", false) },
		"delete a user":       func() error { _, err := f.DeleteUser(joe, "admin"); return err },
		"get roles":           func() error { _, err := f.Roles(joe, nil); return err },
		"put a role":          func() error { _, err := f.PutRole(joe, "r", nil); return err },
		"delete a role":       func() error { _, err := f.DeleteRole(joe, "r"); return err },
		"get all keys":        func() error { _, err := f.Keys(joe, KeyFilter{}, false); return err },
		"invalidate all keys": func() error { _, _, err := f.InvalidateKeys(joe, KeyFilter{}); return err },
	} {
		if err := try(); err == nil {
			t.Errorf("%s was allowed", what)
		} else {
			refusal(t, err, 403)
		}
	}
	if after, _ := f.Users(root, nil); len(after) != len(before) {
		t.Errorf("users were %v and are %v", before, after)
	}
	f.must(f.ChangePassword(ctx, joe, "joe", "another-joe"))
	if own, err := f.Users(joe, []string{"joe"}); err != nil || len(own) != 1 {
		t.Errorf("own: %v, %v", own, err)
	}
}
