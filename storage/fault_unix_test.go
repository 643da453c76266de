//go:build unix

package storage

import (
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"os/signal"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/vedette-siem/vedette/storage/metadb"
)

const limitedVariable = "VEDETTE_TEST_LIMITED"

// limitFiles makes all writes of this process fail that go beyond so many bytes of a file: what the file systems of other tests cannot do to bbolt's files.
func limitFiles(bytes uint64) {
	var l unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_FSIZE, &l); err != nil {
		panic(err)
	}
	l.Cur = min(bytes, l.Max)
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &l); err != nil {
		panic(err)
	}
}

// limited runs in a process of its own, whose disk takes nothing more of root.bolt and meta.db for a while.
func limited(t *testing.T, path string) {
	signal.Ignore(unix.SIGXFSZ)
	d, err := Open(path, Options{RefreshInterval: time.Hour, RetryPause: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	ix, err := d.Index("x", readTest)
	if err != nil {
		t.Fatal(err)
	}
	record := func(value string) error {
		return d.Meta().Update(func(tx *metadb.Tx) error { return tx.Put("table", "key", []byte(value)) })
	}
	if err := record("before"); err != nil {
		t.Fatal(err)
	}
	put(t, ix, 1)
	if err := ix.Refresh(); err != nil {
		t.Fatal(err)
	}
	if err := ix.allPersisted(t.Context()); err != nil {
		t.Fatal(err)
	}
	put(t, ix, 2)

	limitFiles(2 * 4096) // the log and the segments of this test are smaller
	if err := record("lost"); err == nil {
		t.Error("meta.db was written")
	}
	if err := ix.Refresh(); err != nil && !errors.Is(err, ErrFailed) { // scorch may have tidied up meanwhile, in vain
		t.Fatal(err)
	}
	awaitFailure(ix)
	for n := 1; n <= 2; n++ {
		if got, err := ix.Get(fmt.Sprint(n)); err != nil || !got.Found {
			t.Errorf("document %d: %+v, %v", n, got, err)
		}
	}

	limitFiles(math.MaxInt64)
	for err := errors.New("not yet"); err != nil; err = tryPut(ix, 3, 1) {
	}
	if err := record("after"); err != nil {
		t.Error(err)
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
}

func TestIndexAndCatalogueGoOnAfterBboltCouldNotWrite(t *testing.T) {
	if path := os.Getenv(limitedVariable); path != "" {
		limited(t, path)
		return
	}
	path := t.TempDir()
	cmd := exec.Command(os.Args[0], "-test.run", "^TestIndexAndCatalogueGoOnAfterBboltCouldNotWrite$")
	cmd.Env = append(os.Environ(), limitedVariable+"="+path)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	d := openDir(t, path)
	defer d.Close()
	ix, err := d.Index("x", readTest)
	if err != nil {
		t.Fatal(err)
	}
	if st, err := ix.Stats(); err != nil || st.Docs != 3 {
		t.Errorf("%+v, %v", st, err)
	}
	err = d.Meta().View(func(tx *metadb.Tx) error {
		got, err := tx.Get("table", "key")
		if string(got) != "after" {
			t.Errorf("the record is %q", got)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
