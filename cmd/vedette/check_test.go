package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.etcd.io/bbolt"
)

// damagedDirectory is one of a server that has stopped, with documents in the index events, after a change of one kind of its files.
func damagedDirectory(t *testing.T, pattern string, change func(path string) error) (data string) {
	t.Helper()
	data = t.TempDir()
	s := serve(t, data)
	s.ok(t, "POST", "/_bulk?refresh=true", bulk("events", 1)+bulk("events", 2))
	s.stop()
	found, err := filepath.Glob(filepath.Join(data, pattern))
	if err != nil || len(found) == 0 {
		t.Fatalf("%s: %v, %v", pattern, found, err)
	}
	for _, path := range found {
		if err := change(path); err != nil {
			t.Fatal(err)
		}
	}
	return data
}

func TestCheckRepairsUntilTheHealthIsGreenAgain(t *testing.T) {
	flipRecord := func(path string, at func(raw []byte) int) error {
		db, err := bbolt.Open(path, 0o600, nil)
		if err != nil {
			return err
		}
		return errors.Join(db.Update(func(tx *bbolt.Tx) error {
			b := tx.Bucket([]byte("indices"))
			key, raw := b.Cursor().First()
			raw = bytes.Clone(raw)
			raw[at(raw)] ^= 1
			return b.Put(key, raw)
		}), db.Close())
	}
	for name, c := range map[string]struct {
		pattern, says string
		change        func(string) error
		documents     int // after the repair; -1 if the index is gone
	}{
		"a segment cut short":      {"indices/*/scorch/*.zap", "moved to", func(path string) error { return os.Truncate(path, 100) }, 0},
		"a root.bolt that is gone": {"indices/*/scorch/root.bolt", "built anew", os.Remove, 2},
		"a record of an index": {"meta.db", "taken out", func(path string) error {
			return flipRecord(path, func(raw []byte) int { return bytes.Index(raw, []byte(`"name"`)) + 2 })
		}, -1},
		"a checksum of a record": {"meta.db", "are taken again", func(path string) error { return flipRecord(path, func([]byte) int { return 1 }) }, 2},
	} {
		t.Run(name, func(t *testing.T) {
			data := damagedDirectory(t, c.pattern, c.change)
			s := serve(t, data)
			if body := s.ok(t, "GET", "/_cluster/health", ""); !strings.Contains(body, `"red"`) {
				t.Errorf("health before: %s", body)
			}
			s.stop()
			vedette(t, "check", data).want(t, 1, "vedette check --repair")
			vedette(t, "check", "--repair", data).want(t, 1, c.says)
			vedette(t, "check", data).want(t, 0)
			s = serve(t, data)
			if body := s.ok(t, "GET", "/_cluster/health", ""); !strings.Contains(body, `"green"`) {
				t.Errorf("health after: %s", body)
			}
			if c.documents >= 0 {
				if n := s.count(t, "events", "*"); int(n) != c.documents {
					t.Errorf("%d documents, want %d", n, c.documents)
				}
			}
			s.stop()
		})
	}
}

func TestCheckSaysWhyItCannotLook(t *testing.T) {
	data := t.TempDir()
	vedette(t, "check", data).want(t, 2, data, "not a Vedette data directory")
	s := serve(t, data)
	vedette(t, "check", data).want(t, 2, "in use by another process", "copy or a snapshot")
	s.stop()
	vedette(t, "check", data).want(t, 0, "everything is as it was written")
	if err := os.WriteFile(filepath.Join(data, "vedette-data.json"), []byte(`{"format":99}`), 0o600); err != nil {
		t.Fatal(err)
	}
	vedette(t, "check", data).want(t, 2, "newer version")
}

func TestADirectoryThatCannotBeUsedIsSaidToBe(t *testing.T) {
	for name, c := range map[string]struct {
		pattern, says string
		change        func(string) error
	}{
		"of a newer version":  {"vedette-data.json", "newer version", func(path string) error { return os.WriteFile(path, []byte(`{"format":99}`), 0o600) }},
		"with half a meta.db": {"meta.db", "meta.db", func(path string) error { return os.Truncate(path, 9000) }},
	} {
		t.Run(name, func(t *testing.T) {
			data := damagedDirectory(t, c.pattern, c.change)
			vedette(t, "serve", "--data", data, "--listen", "127.0.0.1:0", "--dashboard", "127.0.0.1:0").want(t, 1, c.says, data)
		})
	}
}

func TestAnIndexWhoseFolderWasNotCopiedIsNotMadeAnew(t *testing.T) {
	data := damagedDirectory(t, "indices/*", os.RemoveAll)
	s := serve(t, data)
	a := s.ask(t, "GET", "/events/_search", "")
	wantFailure(t, a, 503, "no_shard_available_action_exception", "is missing: restore it from a backup")
	s.ok(t, "PUT", "/other/_doc/1", "{}")
	s.stop()
	vedette(t, "check", data).want(t, 1, "is missing")
}
