package security

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/vedette-siem/vedette/engine"
)

func (f *fixture) key(p engine.Principal, r KeyRequest) *NewKey {
	f.t.Helper()
	made, err := f.CreateKey(p, r)
	f.must(err)
	return made
}

func rolesOf(descriptors string) (out map[string]json.RawMessage) {
	if err := json.Unmarshal([]byte(descriptors), &out); err != nil {
		panic(err)
	}
	return out
}

func TestAnAPIKeyOpensTheDoorUntilItEnds(t *testing.T) {
	f := newFixture(t, Options{AdminPassword: "secret-admin"})
	admin, _ := f.try(basic("admin", "secret-admin"))
	made := f.key(admin, KeyRequest{Name: "k", Expiration: time.Hour, Metadata: json.RawMessage(`{"a":1}`)})
	if raw, _ := base64.StdEncoding.DecodeString(made.Encoded); string(raw) != made.ID+":"+made.Key || len(made.Key) < 22 {
		t.Errorf("%+v", made)
	}
	p, status := f.try("ApiKey " + made.Encoded)
	if status != 200 || p.Name != "admin" || p.KeyID != made.ID || !p.Superuser {
		t.Errorf("%d, %+v", status, p)
	}
	wrong := base64.StdEncoding.EncodeToString([]byte(made.ID + ":" + strings.Repeat("x", len(made.Key))))
	f.want("ApiKey "+wrong, 401)
	f.want("ApiKey "+base64.StdEncoding.EncodeToString([]byte(made.ID+":")), 401)
	f.reopen()
	f.want("apikey "+made.Encoded, 200)
	f.pass(time.Hour)
	f.want("ApiKey "+made.Encoded, 401)

	other := f.key(admin, KeyRequest{Name: "other"})
	ended, before, err := f.InvalidateKeys(root, KeyFilter{IDs: []string{other.ID, "gone"}})
	if err != nil || len(ended) != 1 || len(before) != 0 {
		t.Errorf("%v, %v, %v", ended, before, err)
	}
	f.want("ApiKey "+other.Encoded, 401)
	f.reopen()
	f.want("ApiKey "+other.Encoded, 401)
	if _, before, _ = f.InvalidateKeys(root, KeyFilter{IDs: []string{other.ID}}); len(before) != 1 {
		t.Errorf("before: %v", before)
	}
	f.pass(deadKeysKept + time.Hour)
	f.key(admin, KeyRequest{Name: "third"})
	if len(f.keys) != 1 {
		t.Errorf("%d keys are kept", len(f.keys))
	}
	f.must(f.db.Close())
	raw, err := os.ReadFile(f.path)
	f.must(err)
	if bytes.Contains(raw, []byte(made.Key)) {
		t.Error("the database holds the key")
	}
	f.open()
}

// TestAKeyMayNoMoreThanItsOwner: what the owner gets later the key does not get, and what the key's descriptors say more it does not get either.
func TestAKeyMayNoMoreThanItsOwner(t *testing.T) {
	f := newFixture(t, Options{})
	f.role("logs", `{"cluster":["manage_own_api_key"],"indices":[{"names":["logs-*"],"privileges":["read","write"]}]}`)
	f.put("joe", "secret-joe", "logs")
	joe, _ := f.try(basic("joe", "secret-joe"))
	wide := f.key(joe, KeyRequest{Name: "wide", Roles: rolesOf(`{"superuser":{"cluster":["all"],"indices":[{"names":["*"],"privileges":["all"]}]}}`)})
	plain := f.key(joe, KeyRequest{Name: "plain"})
	narrow := f.key(joe, KeyRequest{Name: "narrow", Roles: rolesOf(`{"r":{"indices":[{"names":["logs-a"],"privileges":["read"]}]}}`)})
	f.put("joe", "secret-joe", "superuser")
	f.reopen()
	for made, want := range map[*NewKey]string{wide: "logs-* read write", plain: "logs-* read write", narrow: "logs-a read"} {
		p, status := f.try("ApiKey " + made.Encoded)
		if status != 200 || p.Superuser {
			t.Fatalf("%s: %d, %+v", made.Name, status, p)
		}
		for action, name := range map[string]string{"indices:data/read/search": "read", "indices:data/write/index": "write", "indices:admin/delete": "all", "cluster:monitor/main": "all"} {
			if err := engine.Allow(p, action); (err == nil) != strings.Contains(want, name) {
				t.Errorf("%s, %s: %v", made.Name, action, err)
			}
		}
	}
	if p, _ := f.try("ApiKey " + narrow.Encoded); len(p.Grants) != 2 {
		t.Errorf("%+v", p)
	}
	byKey, _ := f.try("ApiKey " + plain.Encoded)
	_, err := f.CreateKey(byKey, KeyRequest{Name: "derived"})
	refusal(t, err, 400)
	derived := f.key(byKey, KeyRequest{Name: "derived", Roles: rolesOf(`{"none":{}}`)})
	p, _ := f.try("ApiKey " + derived.Encoded)
	if err := engine.Allow(p, "indices:data/read/search"); err == nil {
		t.Error("a derived key may search")
	}
}

// TestKeysOfOthersAreNotOnesOwn is the check of who may see and end which.
func TestKeysOfOthersAreNotOnesOwn(t *testing.T) {
	f := newFixture(t, Options{})
	f.role("own", `{"cluster":["manage_own_api_key"]}`)
	f.put("joe", "secret-joe", "own")
	f.put("ann", "secret-ann", "own")
	f.put("eve", "secret-eve", "viewer")
	joe, _ := f.try(basic("joe", "secret-joe"))
	ann, _ := f.try(basic("ann", "secret-ann"))
	eve, _ := f.try(basic("eve", "secret-eve"))
	hers, his := f.key(ann, KeyRequest{Name: "hers"}), f.key(joe, KeyRequest{Name: "his"})
	_, err := f.CreateKey(eve, KeyRequest{Name: "x"})
	refusal(t, err, 403)
	for _, filter := range []KeyFilter{{}, {IDs: []string{hers.ID}}, {Username: "ann"}, {Username: "ann", Realm: "default_native"}, {Name: "*"}} {
		_, err := f.Keys(joe, filter, false)
		refusal(t, err, 403)
		_, _, err = f.InvalidateKeys(joe, filter)
		refusal(t, err, 403)
	}
	found, err := f.Keys(joe, KeyFilter{Owner: true}, true)
	if err != nil || len(found) != 1 || found[0].ID != his.ID || found[0].LimitedBy[0]["own"].Cluster[0] != "manage_own_api_key" {
		t.Errorf("%+v, %v", found, err)
	}
	if found, err = f.Keys(joe, KeyFilter{Owner: true, IDs: []string{hers.ID}}, false); err != nil || len(found) != 0 {
		t.Errorf("%+v, %v", found, err)
	}
	ended, _, err := f.InvalidateKeys(joe, KeyFilter{Owner: true, Name: "*"})
	if err != nil || len(ended) != 1 {
		t.Errorf("%v, %v", ended, err)
	}
	f.want("ApiKey "+hers.Encoded, 200)
}

func TestKeysThatAreRefused(t *testing.T) {
	f := newFixture(t, Options{})
	for _, r := range []KeyRequest{
		{}, {Name: "_a"}, {Name: " a"}, {Name: strings.Repeat("x", 257)}, {Name: "a", Metadata: json.RawMessage(`{"_a":1}`)}, {Name: "a", Metadata: json.RawMessage(`1`)},
		{Name: "a", Roles: rolesOf(`{"r":{"cluster":["nothing"]}}`)}, {Name: "a", Roles: rolesOf(`{"r":{"indices":[{"names":["a"],"privileges":["read"],"query":"{}x"}]}}`)},
	} {
		_, err := f.CreateKey(root, r)
		refusal(t, err, 400)
	}
}
