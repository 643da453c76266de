package storage

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.etcd.io/bbolt"
)

// wantDamaged fails the test unless the index is refused with an error that says the text.
func wantDamaged(t *testing.T, path, says string) {
	t.Helper()
	d := openDir(t, path)
	defer d.Close()
	if _, err := d.Index("x", readTest); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), says) || !strings.Contains(err.Error(), "vedette check --repair") {
		t.Errorf("the error is %v, want one that says %q and the way on", err, says)
	}
}

// scorchHas opens the folder with scorch alone, and returns how many documents it shows. It changes the folder.
func scorchHas(t *testing.T, path string) uint64 {
	t.Helper()
	d := openDir(t, path)
	defer d.Close()
	s, err := newScorch(filepath.Join(path, indicesDir, "x", scorchDir), d.queue, 0, nil)
	must(t, err)
	must(t, s.Open())
	defer s.Close()
	r, err := s.Reader()
	must(t, err)
	defer r.Close()
	n, err := r.DocCount()
	must(t, err)
	return n
}

func TestAnOlderRootBoltIsRefused(t *testing.T) {
	path := t.TempDir()
	root := filepath.Join(filled(t, path), rootFile)
	old, err := os.ReadFile(root)
	must(t, err)
	withIndex(t, path, func(ix *Index) { put(t, ix, 3) })
	must(t, os.WriteFile(root, old, 0o600))
	wantDamaged(t, path, "it does not hold snapshot")
	if n := scorchHas(t, path); n != 2 {
		t.Errorf("scorch alone shows %d documents and no error, so the guard may not be needed any more", n)
	}
}

func TestAnEmptyRootBoltIsRefused(t *testing.T) {
	path := t.TempDir()
	root := filepath.Join(filled(t, path), rootFile)
	must(t, os.Remove(root))
	for _, f := range must1(filepath.Glob(filepath.Join(filepath.Dir(root), "*.zap"))) {
		must(t, os.Remove(f))
	}
	wantDamaged(t, path, "missing")
}

func must1[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestOtherDeletedDocumentsAreRefused(t *testing.T) {
	path := t.TempDir()
	dir := filled(t, path)
	withIndex(t, path, func(ix *Index) {
		must(t, ix.Write(func(w *Writer) error { w.Delete("1", 2); return nil }))
	})
	db, err := bbolt.Open(filepath.Join(dir, rootFile), 0o600, nil)
	must(t, err)
	must(t, errors.Join(db.Update(func(tx *bbolt.Tx) error {
		snapshots := tx.Bucket([]byte("s"))
		newest, _ := snapshots.Cursor().Last()
		return snapshots.Bucket(newest).ForEachBucket(func(k []byte) error {
			b := snapshots.Bucket(newest).Bucket(k)
			d := bytes.Clone(b.Get([]byte("d")))
			if len(d) == 0 {
				return nil
			}
			d[len(d)-2] ^= 1 // the number of the only deleted document
			return b.Put([]byte("d"), d)
		})
	}), db.Close()))
	wantDamaged(t, path, "deleted documents")
	if n := scorchHas(t, path); n != 1 {
		t.Errorf("scorch alone shows %d documents", n)
	}
}

// copySnapshot gives root.bolt's newest snapshot again as the next epoch, as a commit does that changes nothing, and drops the old one if that is asked for.
func copySnapshot(t *testing.T, dir string, drop bool) {
	t.Helper()
	db, err := bbolt.Open(filepath.Join(dir, rootFile), 0o600, nil)
	must(t, err)
	must(t, errors.Join(db.Update(func(tx *bbolt.Tx) error {
		snapshots := tx.Bucket([]byte("s"))
		newest, _ := snapshots.Cursor().Last()
		next := bytes.Clone(newest)
		next[len(next)-1]++
		b, err := snapshots.CreateBucket(next)
		if err == nil {
			err = copyBucket(snapshots.Bucket(newest), b)
		}
		if err == nil && drop {
			err = snapshots.DeleteBucket(newest)
		}
		return err
	}), db.Close()))
}

func copyBucket(from, to *bbolt.Bucket) error {
	return from.ForEach(func(k, v []byte) error {
		if v != nil {
			return to.Put(k, v)
		}
		b, err := to.CreateBucket(k)
		if err != nil {
			return err
		}
		return copyBucket(from.Bucket(k), b)
	})
}

func TestARootBoltThatACrashLeftNewerOpens(t *testing.T) {
	path := t.TempDir()
	dir := filled(t, path)
	before := must1(readManifest(filepath.Dir(dir)))
	copySnapshot(t, dir, false)
	withIndex(t, path, func(ix *Index) {
		wantIDs(t, ix, 0, "1", "2")
		if ix.manifest.Epoch != before.Epoch+1 {
			t.Errorf("manifest of snapshot %d, want %d", ix.manifest.Epoch, before.Epoch+1)
		}
	})
}

func TestARootBoltThatIsNewerButNotFromThisFolderIsRefused(t *testing.T) {
	path := t.TempDir()
	dir := filled(t, path)
	copySnapshot(t, dir, true)
	wantDamaged(t, path, "it does not hold snapshot")
}

func TestADamagedManifestIsRefused(t *testing.T) {
	path := t.TempDir()
	overwrite(t, filepath.Join(filepath.Dir(filled(t, path)), manifestFile), 20, "X")
	wantDamaged(t, path, manifestFile)
}

func TestAnIndexOfBeforeManifestsOpens(t *testing.T) {
	path := t.TempDir()
	dir := filepath.Dir(filled(t, path))
	must(t, os.Remove(filepath.Join(dir, manifestFile)))
	withIndex(t, path, func(ix *Index) { wantIDs(t, ix, 0, "1", "2") })
	if m := must1(readManifest(dir)); m == nil || len(m.Segments) != 1 || m.Segments[0].Docs != 2 {
		t.Errorf("manifest %+v", m)
	}
}
