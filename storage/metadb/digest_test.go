package metadb

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.etcd.io/bbolt"
)

// closed makes a database with two records and closes it.
func closed(t *testing.T) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "meta.db")
	db, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	put(t, db, "a", "1")
	put(t, db, "b", "2")
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// wantDoubt opens the database twice, since a doubt must not go away by itself, and once more after it was settled.
func wantDoubt(t *testing.T, path, says string) {
	t.Helper()
	for range 2 {
		db, err := Open(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Doubt(); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), says) || !strings.Contains(err.Error(), path) {
			t.Errorf("doubt %v, want one that says %q", err, says)
		}
		put(t, db, "c", "3")
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	db := open(t, path)
	if err := db.Settle(); err != nil || db.Doubt() != nil {
		t.Errorf("settled: %v, %v", err, db.Doubt())
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if db := open(t, path); db.Doubt() != nil {
		t.Errorf("after it was settled: %v", db.Doubt())
	}
}

func TestRecordsThatAreGoneAreMissed(t *testing.T) {
	path := closed(t)
	bolt, err := bbolt.Open(path, 0o600, nil)
	if err == nil {
		err = bolt.Update(func(tx *bbolt.Tx) error { return tx.Bucket([]byte("t")).Delete([]byte("a")) })
	}
	if err := errors.Join(err, bolt.Close()); err != nil {
		t.Fatal(err)
	}
	wantDoubt(t, path, `table "t" holds`)
}

func TestATableThatIsGoneIsMissed(t *testing.T) {
	path := closed(t)
	bolt, err := bbolt.Open(path, 0o600, nil)
	if err == nil {
		err = bolt.Update(func(tx *bbolt.Tx) error { return tx.DeleteBucket([]byte("t")) })
	}
	if err := errors.Join(err, bolt.Close()); err != nil {
		t.Fatal(err)
	}
	wantDoubt(t, path, `"t"`)
}

// TestABadMetaPageIsNotForgotten damages the newer one: bbolt alone goes back to the transaction before, without a word.
func TestABadMetaPageIsNotForgotten(t *testing.T) {
	for page := range int64(2) {
		path := closed(t)
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err == nil {
			_, err = f.WriteAt([]byte("XXXX"), page*int64(os.Getpagesize())+40)
		}
		if err := errors.Join(err, f.Close()); err != nil {
			t.Fatal(err)
		}
		wantDoubt(t, path, "a meta page was damaged")
	}
}

// TestAFileThatWasCutShortIsRefused: bbolt alone reads behind its end, which ends the process.
func TestAFileThatWasCutShortIsRefused(t *testing.T) {
	for _, size := range []int64{1, 4096, 8192, 12288} {
		path := closed(t)
		if err := os.Truncate(path, size); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(path); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "restore it from a backup") {
			t.Errorf("of %d bytes: %v", size, err)
		}
	}
}
