package engine

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
)

func (a *aging) policy(name, body string) {
	a.t.Helper()
	a.must(a.PutPolicy(context.Background(), root, name, json.RawMessage(body)))
}

func (a *aging) create(name, body string) {
	a.t.Helper()
	a.must(a.CreateIndex(context.Background(), root, name, json.RawMessage(body)))
}

func TestAPolicyDeletesItsIndicesAndNoOthers(t *testing.T) {
	a := newAging(t, Lifecycle{})
	a.policy("p", `{"policy":{"phases":{"warm":{"actions":{"forcemerge":{"max_num_segments":1}}},"delete":{"min_age":"2d","actions":{"delete":{}}}}}}`)
	a.create("old", `{"settings":{"index.lifecycle.name":"p"}}`)
	a.create("other", `{}`)
	a.create("kept", `{"settings":{"index.lifecycle.name":"p","index.blocks.metadata":true}}`)
	a.create("unknown", `{"settings":{"index.lifecycle.name":"none"}}`)
	a.after(2*day - 1)
	if a.Embedded.indices["old"] == nil {
		t.Error("deleted too early")
	}
	a.must(a.RunPolicies(context.Background(), root, false))
	a.reopen()
	a.after(day)
	if a.Embedded.indices["old"] == nil {
		t.Error("deleted although policies are stopped")
	}
	a.must(a.RunPolicies(context.Background(), root, true))
	a.after(0)
	for name, there := range map[string]bool{"old": false, "other": true, "kept": true, "unknown": true} {
		if (a.Embedded.indices[name] != nil) != there {
			t.Errorf("index %s: there %v, want %v", name, !there, there)
		}
	}
	if !strings.Contains(a.log.String(), "policy p deletes after 48h") {
		t.Errorf("log lacks the reason: %s", a.log.String())
	}
}

func TestAPolicyRollsItsAliasOverAndDeletesWhatItLeft(t *testing.T) {
	a := newAging(t, Lifecycle{})
	a.policy("p", `{"policy":{"phases":{"hot":{"actions":{"rollover":{"max_docs":1}}},"delete":{"min_age":"1d","actions":{"delete":{}}}}}}`)
	a.create("l-1", `{"settings":{"index.lifecycle.name":"p","index.lifecycle.rollover_alias":"l"},"aliases":{"l":{"is_write_index":true}}}`)
	a.after(5 * day) // it has no documents: it neither rolls over nor is deleted
	a.bulk(op("index", "l", "1", `{"n":1}`))
	a.after(0)
	if a.Embedded.indices["l-000002"] == nil {
		t.Fatal("not rolled over")
	}
	a.reopen()
	a.after(day - 1)
	if a.Embedded.indices["l-1"] == nil {
		t.Error("deleted before its age since the rollover")
	}
	a.after(1)
	if a.Embedded.indices["l-1"] != nil || a.Embedded.indices["l-000002"] == nil {
		t.Error("what was rolled over is to be deleted, and nothing else")
	}
}

func TestAPolicyIsTheRetentionOfADataStream(t *testing.T) {
	a := newAging(t, Lifecycle{})
	a.policy("p", `{"policy":{"phases":{"delete":{"min_age":"3d","actions":{"delete":{}}}}}}`)
	a.must(a.PutTemplate(context.Background(), root, IndexTemplate, "t", json.RawMessage(`{"index_patterns":["s"],"data_stream":{},"template":{"settings":{"index.lifecycle.name":"p"}}}`), false))
	a.write("s", "a", 0)
	a.after(day) // by the retention it rolls over after a day
	a.expect("s", "2026.06.01-000001 2026.06.02-000002")
	a.after(3*day - 1)
	a.expect("s", "2026.06.01-000001 2026.06.02-000002")
	a.after(1)
	a.expect("s", "2026.06.02-000002")
}
