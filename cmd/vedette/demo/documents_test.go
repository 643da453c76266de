package demo

import (
	"encoding/json"
	"net/netip"
	"reflect"
	"slices"
	"testing"
	"time"
)

func TestDocuments(t *testing.T) {
	docs := Documents(Options{Now: noon})
	t.Run("are the same every time", func(t *testing.T) {
		if !reflect.DeepEqual(docs, Documents(Options{Now: noon, Seed: 1, Days: 7})) {
			t.Error("two calls differ")
		}
	})
	t.Run("have distinct ids and stand in index order", func(t *testing.T) {
		ids, indices := map[string]bool{}, []string{}
		for _, d := range docs {
			ids[d.Index+"/"+d.ID] = true
			indices = append(indices, d.Index)
		}
		if len(ids) != len(docs) || !slices.IsSorted(indices) {
			t.Errorf("%d ids of %d documents", len(ids), len(docs))
		}
	})
	t.Run("have the tutorial's fields, in time", func(t *testing.T) {
		count := map[string]int{}
		for _, d := range docs {
			count[d.Index]++
			var fields map[string]any
			if err := json.Unmarshal(d.Source, &fields); err != nil {
				t.Fatal(err)
			}
			want := []string{"timestamp", "status", "severity", "control", "account"}
			if d.Index == "security-events" {
				want = []string{"timestamp", "event_type", "severity", "source_ip", "user", "message", "details"}
				if _, err := netip.ParseAddr(fields["source_ip"].(string)); err != nil {
					t.Error(err)
				}
			}
			for _, name := range want {
				if _, ok := fields[name].(string); !ok {
					t.Errorf("%s lacks %s: %s", d.Index, name, d.Source)
				}
			}
			at, err := time.Parse(time.RFC3339, fields["timestamp"].(string))
			if err != nil || !(span{noon.Add(-24 * time.Hour), noon}).holds(at) {
				t.Errorf("time %v: %v", at, err)
			}
		}
		if count["security-events"] < 30 || count["compliance-findings"] < 20 {
			t.Errorf("%v", count)
		}
	})
	t.Run("show a login attack of five failures in ten minutes", func(t *testing.T) {
		failures := 0
		for _, d := range docs {
			var e event
			if d.Index == "security-events" && json.Unmarshal(d.Source, &e) == nil && e.EventType == "login_failure" && e.SourceIP == "192.0.2.36" {
				failures++
			}
		}
		if failures < 5 {
			t.Errorf("%d failures", failures)
		}
	})
}
