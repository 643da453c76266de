package metadb

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"go.etcd.io/bbolt"
)

func open(t *testing.T, path string) *DB {
	t.Helper()
	db, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func put(t *testing.T, db *DB, key, value string) {
	t.Helper()
	if err := db.Update(func(tx *Tx) error { return tx.Put("t", key, []byte(value)) }); err != nil {
		t.Fatal(err)
	}
}

func get(db *DB, key string) (value string, err error) {
	err = db.View(func(tx *Tx) error {
		b, err := tx.Get("t", key)
		value = string(b)
		return err
	})
	return value, err
}

func TestRecordsOutliveTheProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "meta.db")
	db := open(t, path)
	put(t, db, "a", "1")
	put(t, db, "b", "")
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	db = open(t, path)
	for key, want := range map[string]string{"a": "1", "b": ""} {
		if got, err := get(db, key); err != nil || got != want {
			t.Errorf("%s: %q, %v", key, got, err)
		}
	}
}

func TestAMissingRecordIsAnError(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "meta.db"))
	if _, err := get(db, "a"); !errors.Is(err, ErrNotFound) {
		t.Errorf("in no table: %v", err)
	}
	put(t, db, "a", "1")
	if err := db.Update(func(tx *Tx) error { return tx.Delete("t", "a") }); err != nil {
		t.Fatal(err)
	}
	if _, err := get(db, "a"); !errors.Is(err, ErrNotFound) {
		t.Errorf("after deleting: %v", err)
	}
}

func TestAFailedTransactionChangesNothing(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "meta.db"))
	put(t, db, "a", "1")
	stop := errors.New("stop")
	err := db.Update(func(tx *Tx) error { return errors.Join(tx.Put("t", "a", []byte("2")), stop) })
	if !errors.Is(err, stop) {
		t.Fatal(err)
	}
	if got, _ := get(db, "a"); got != "1" {
		t.Errorf("a is %q", got)
	}
}

func TestEachGoesInOrderOfKeys(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "meta.db"))
	for _, key := range []string{"b", "c", "a"} {
		put(t, db, key, key)
	}
	got := ""
	if err := db.View(func(tx *Tx) error {
		return tx.Each("t", func(key string, value []byte) error { got += key + string(value); return nil })
	}); err != nil || got != "aabbcc" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestDamageIsFoundOut(t *testing.T) {
	cases := map[string]func(record []byte) []byte{
		"a flipped bit":  func(r []byte) []byte { r[len(r)-1] ^= 1; return r },
		"a short record": func(r []byte) []byte { return r[:2] },
	}
	for name, damage := range cases {
		db := open(t, filepath.Join(t.TempDir(), "meta.db"))
		put(t, db, "a", "value")
		err := db.bolt.Update(func(tx *bbolt.Tx) error {
			b := tx.Bucket([]byte("t"))
			return b.Put([]byte("a"), damage(append([]byte(nil), b.Get([]byte("a"))...)))
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := get(db, "a"); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestASecondProcessIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "meta.db")
	open(t, path)
	if _, err := Open(path); err == nil {
		t.Error("opened twice")
	}
}

func TestAHalfMadeFileIsMadeAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "meta.db")
	if err := os.WriteFile(path+".new", []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	put(t, open(t, path), "a", "1")
}
