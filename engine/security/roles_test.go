package security

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/vedette-siem/vedette/storage/metadb"
)

// TestRolesThatWouldGrantTooMuchAreRefused: a limit that is not understood must not be left out.
func TestRolesThatWouldGrantTooMuchAreRefused(t *testing.T) {
	f := newFixture(t, Options{})
	for descriptor, says := range map[string]string{
		`{"indices":[{"names":["a"],"privileges":["read"],"field_security":{"grant":["b"]}}]}`: "[field_security] is not supported yet",
		`{"indices":[{"names":["a"],"privileges":["read"],"query":{"match_all":{}}}]}`:         "[query] is not supported yet",
		`{"applications":[{"application":"a"}]}`:                                               "[applications] is not supported yet",
		`{"run_as":["a"]}`:                                                                     "[run_as] is not supported yet",
		`{"remote_indices":[{}]}`:                                                              "[remote_indices] is not supported yet",
		`{"indices":[{"names":["/a.*/"],"privileges":["read"]}]}`:                              "is a regular expression",
		`{"indices":[{"privileges":["read"]}]}`:                                                "missing required [names] field",
		`{"indices":[{"names":["a"]}]}`:                                                        "missing required [privileges] field",
		`{"indices":[{"names":["a"],"privileges":["reed"]}]}`:                                  "unknown index privilege [reed]",
		`{"cluster":["mointor"]}`:                                                              "unknown cluster privilege [mointor]",
		`{"clutser":["monitor"]}`:                                                              "unexpected field [clutser]",
		`{"cluster":{}}`:                                                                       "could not parse [cluster]",
		`[]`:                                                                                   "expected an object",
	} {
		_, err := f.PutRole(root, "r", json.RawMessage(descriptor))
		if told := refusal(t, err, 400); !strings.Contains(told.Reason, says) {
			t.Errorf("%s: %s", descriptor, told.Reason)
		}
	}
	f.role("r", `{"cluster":"monitor","indices":[{"names":"a","privileges":"read","query":"","field_security":{}}],"applications":[],"run_as":[],"metadata":{"a":1},"description":"d"}`)
	found, err := f.Roles(root, []string{"r"})
	f.must(err)
	text, _ := json.Marshal(found)
	if want := `{"r":{"cluster":["monitor"],"indices":[{"names":["a"],"privileges":["read"],"allow_restricted_indices":false}],"applications":[],"run_as":[],"metadata":{"a":1},"transient_metadata":{"enabled":true},"description":"d"}}`; string(text) != want {
		t.Errorf("%s", text)
	}
}

// TestADamagedRecordGrantsNothing, and the others go on.
func TestADamagedRecordGrantsNothing(t *testing.T) {
	f := newFixture(t, Options{AdminPassword: "secret-admin"})
	f.role("all", `{"cluster":["all"]}`)
	f.put("joe", "secret-joe", "all")
	f.must(f.db.Update(func(tx *metadb.Tx) error { return tx.Put(roleTable, "all", []byte(`{"cluster":["no such"]}`)) }))
	f.reopen()
	if p, status := f.try(basic("joe", "secret-joe")); status != 200 || p.Roles != nil {
		t.Errorf("%d, %+v", status, p)
	}
	f.must(f.db.Update(func(tx *metadb.Tx) error { return tx.Put(userTable, "joe", []byte(`{`)) }))
	f.reopen()
	f.want(basic("joe", "secret-joe"), 401)
	f.want(basic("admin", "secret-admin"), 200)
}
