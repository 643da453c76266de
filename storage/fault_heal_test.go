package storage

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/vedette-siem/vedette/storage/document"
)

// openFaulty opens a directory on a faulty disk, with an index.
func openFaulty(t *testing.T, path string, disk *faultyDisk, o Options) (*Dir, *Index) {
	t.Helper()
	o.FS, o.RetryPause = disk, time.Millisecond
	if o.RefreshInterval == 0 {
		o.RefreshInterval = time.Hour
	}
	d, err := Open(path, o)
	if err != nil {
		t.Fatal(err)
	}
	ix, err := d.Index("x", readTest)
	if err != nil {
		t.Fatal(err)
	}
	return d, ix
}

// tryPut writes a document of about so many bytes that do not compress.
func tryPut(ix *Index, n, bytes int) error {
	filler := make([]byte, bytes/2)
	rand.Read(filler)
	return ix.Write(func(w *Writer) error {
		d := &document.Document{ID: fmt.Sprint(n), Version: 1, Source: fmt.Appendf(nil, `{"n":%d,"filler":"%x"}`, n, filler)}
		if err := readTest(d, ""); err != nil {
			return err
		}
		if err := w.Put(d, ""); err != nil {
			return err
		}
		return nil
	})
}

func TestAnIndexOnAFullDiskIsReadableAndHealsWhenThereIsSpace(t *testing.T) {
	disk := newFaultyDisk(noFault, 1)
	d, ix := openFaulty(t, t.TempDir(), disk, Options{})
	defer d.Close()
	put(t, ix, 1)
	if err := ix.Refresh(); err != nil {
		t.Fatal(err)
	}
	before, err := ix.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	defer before.Close()
	put(t, ix, 2)
	disk.mu.Lock()
	disk.fault = diskFull
	disk.mu.Unlock()
	if err := ix.Refresh(); !errors.Is(err, ErrFailed) { // the log cannot begin a new file
		_ = ix.allPersisted(t.Context())
	}
	tries := func() int { disk.mu.Lock(); defer disk.mu.Unlock(); return disk.calls }
	for first := tries(); tries() < first+20; { // it is closed and opened again and again
		if err := tryPut(ix, 3, 1); err == nil {
			t.Fatal("a write to a full disk was acknowledged")
		}
		for n := 1; n <= 2; n++ {
			if got, err := ix.Get(fmt.Sprint(n)); err != nil || !got.Found {
				t.Fatalf("document %d on the full disk: %+v, %v", n, got, err)
			}
		}
		if got, err := ix.States([]string{"1", "2", "3"}); err != nil || len(got) != 2 {
			t.Fatalf("documents on the full disk, looked up together: %+v, %v", got, err)
		}
		if st, err := ix.Stats(); err != nil || st.Docs < 1 {
			t.Fatalf("a search on the full disk: %+v, %v", st, err)
		}
		if ix.Failure() == nil {
			t.Fatal("the index on the full disk says that it is well")
		}
	}
	disk.lift()
	for err := errors.New("not yet"); err != nil; err = tryPut(ix, 4, 1) {
	}
	if err := ix.Refresh(); err != nil {
		t.Fatal(err)
	}
	if st, err := ix.Stats(); err != nil || st.Docs < 3 || ix.Failure() != nil {
		t.Errorf("after healing: %+v, %v, %v", st, err, ix.Failure())
	}
	if len(before.Views) != 1 || before.Views[0].ID(0) != "1" {
		t.Errorf("the snapshot of before has changed: %+v", before.Views)
	}
	if source, err := before.Views[0].Source(0); err != nil || string(source) != `{"n":1}` {
		t.Errorf("the snapshot of before reads %s, %v", source, err)
	}
}

func TestAFullDiskAtTheStartHealsToo(t *testing.T) {
	path := t.TempDir()
	d := openDir(t, path)
	defer d.Close()
	ix, err := d.Index("x", readTest)
	if err != nil {
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
	copied := t.TempDir() // what a killed process would leave
	for err := os.CopyFS(copied, os.DirFS(path)); err != nil; err = os.CopyFS(copied, os.DirFS(path)) {
		if copied = t.TempDir(); !errors.Is(err, os.ErrNotExist) { // a file that is replaced just now
			t.Fatal(err)
		}
	}
	disk := newFaultyDisk(diskFull, 1)
	again, ix := openFaulty(t, copied, disk, Options{})
	defer again.Close()
	if st, err := ix.Stats(); err != nil || st.Docs != 1 || ix.Failure() == nil {
		t.Errorf("on the full disk: %+v, %v, %v", st, err, ix.Failure())
	}
	disk.lift()
	for err := errors.New("not yet"); err != nil; err = tryPut(ix, 3, 1) {
	}
	for n := 1; n <= 3; n++ {
		if got, err := ix.Get(fmt.Sprint(n)); err != nil || !got.Found {
			t.Errorf("document %d: %+v, %v", n, got, err)
		}
	}
}

func TestAFullDiskWhileADirectoryIsMadeLeavesAFolderThatCanBeUsed(t *testing.T) {
	for at, fired := 1, true; fired; at++ {
		path := filepath.Join(t.TempDir(), "data")
		disk := newFaultyDisk(diskFull, at)
		d, err := Open(path, Options{FS: disk})
		if fired = disk.hasFired(); err == nil {
			d.Close()
		}
		if (err != nil) != fired {
			t.Errorf("call %d failed: %v, and Open says %v", at, fired, err)
		}
		disk.lift()
		if d, err = Open(path, Options{FS: disk}); err != nil {
			t.Fatalf("after call %d had failed: %v", at, err)
		}
		d.Close()
	}
}

func TestAFailedSyncIsNeverTriedAgain(t *testing.T) {
	disk := newFaultyDisk(noFault, 1)
	path := t.TempDir()
	d, ix := openFaulty(t, path, disk, Options{})
	put(t, ix, 1)
	disk.mu.Lock()
	disk.fault = failedSync
	disk.mu.Unlock()
	if err := tryPut(ix, 2, 1); err == nil { // its bytes are gone with the failed sync
		t.Fatal("a write was acknowledged whose sync failed")
	}
	for err := errors.New("not yet"); err != nil; err = tryPut(ix, 3, 1) {
	}
	for n, want := range map[string]bool{"1": true, "2": false, "3": true} {
		if got, err := ix.Get(n); err != nil || got.Found != want {
			t.Errorf("document %s: %+v, %v", n, got, err)
		}
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	d, ix = openFaulty(t, path, newFaultyDisk(noFault, 1), Options{})
	defer d.Close()
	if st, err := ix.Stats(); err != nil || st.Docs != 2 {
		t.Errorf("opened again: %+v, %v", st, err)
	}
}

// After a failed sync the log may read well from the cache of the operating system, though the disk has lost it.
func TestAnIndexHasHealedWhenItsLogLiesInNewFiles(t *testing.T) {
	disk := newFaultyDisk(noFault, 1)
	d, ix := openFaulty(t, t.TempDir(), disk, Options{})
	defer d.Close()
	put(t, ix, 1)
	release := disk.hold(".zap")
	defer release()
	disk.mu.Lock()
	disk.fault = failedSync
	disk.mu.Unlock()
	if err := tryPut(ix, 2, 1); err == nil {
		t.Fatal("a write was acknowledged whose sync failed")
	}
	<-disk.waits // the log is read again, and on its way to the disk
	if ix.Failure() == nil {
		t.Error("the index is well before that is done")
	}
	release()
	for err := errors.New("not yet"); err != nil; err = tryPut(ix, 3, 1) {
	}
	if st, err := ix.Stats(); err != nil || st.Docs != 1 {
		t.Errorf("what the log had is not searchable: %+v, %v", st, err)
	}
}

func TestMemoryIsBoundedWhenNothingGetsToTheDisk(t *testing.T) {
	const limit, document = 500_000, 10_000
	disk := newFaultyDisk(noFault, 1)
	path := t.TempDir()
	d, ix := openFaulty(t, path, disk, Options{MaxUnpersistedBytes: limit, WriteWait: time.Millisecond})
	defer d.Close()
	other, err := d.Index("other", readTest)
	if err != nil {
		t.Fatal(err)
	}
	ix.SetRefreshInterval(-1)
	release := disk.hold(".zap")
	defer release()
	acked := 0
	for {
		if err = tryPut(ix, acked, document); err == nil {
			acked++
		}
		if err != nil || acked%10 == 0 {
			if err := ix.Refresh(); err != nil {
				t.Fatal(err)
			}
		}
		if err != nil && d.o.budget.bytes() >= limit { // with all in segments, so that no room will come
			break
		}
		if acked > 1_000_000 {
			t.Fatal("there is no bound")
		}
	}
	var full *FullError
	if !errors.As(err, &full) || !errors.Is(err, ErrFull) || full.Limit != limit {
		t.Fatalf("the first refused write: %v", err)
	}
	if used := d.o.budget.bytes(); used > limit+10*document*11/10 { // more by no more than the segment that a full buffer becomes
		t.Errorf("%d bytes are held, with a limit of %d", used, limit)
	}
	if err := tryPut(other, 1, 1); !errors.Is(err, ErrFull) {
		t.Errorf("the bound is of one index: %v", err)
	}
	if ix.Failure() != nil {
		t.Errorf("a full memory made the index fail: %v", ix.Failure())
	}
	release()
	for err := errors.New("not yet"); err != nil; err = tryPut(ix, acked, document) {
	}
	if err := ix.Refresh(); err != nil {
		t.Fatal(err)
	}
	if st, err := ix.Stats(); err != nil || st.Docs != int64(acked+1) {
		t.Errorf("%+v, %v, want the %d documents that were acknowledged and the last one", st, err, acked)
	}
}

func TestABufferThatNobodyRefreshesDoesNotKeepOthersOut(t *testing.T) {
	d, ix := openFaulty(t, t.TempDir(), newFaultyDisk(noFault, 1), Options{MaxUnpersistedBytes: 100_000, WriteWait: time.Hour})
	defer d.Close()
	ix.SetRefreshInterval(-1)
	if err := tryPut(ix, 1, 200_000); err != nil { // takes all of it
		t.Fatal(err)
	}
	other, err := d.Index("other", readTest)
	if err != nil {
		t.Fatal(err)
	}
	if err := tryPut(other, 1, 1); err != nil {
		t.Error(err)
	}
}

func TestWaitSearchableWaitsForTheNextRefresh(t *testing.T) {
	d, ix := openFaulty(t, t.TempDir(), newFaultyDisk(noFault, 1), Options{})
	defer d.Close()
	put(t, ix, 1)
	done := make(chan error)
	go func() { done <- ix.WaitSearchable(t.Context()) }()
	for ix.waiting.Load() == 0 { // until it waits
	}
	if st, err := ix.Stats(); err != nil || st.Docs != 0 {
		t.Errorf("waiting has refreshed: %+v, %v", st, err)
	}
	ix.SetRefreshInterval(time.Millisecond)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if st, err := ix.Stats(); err != nil || st.Docs != 1 {
		t.Errorf("%+v, %v", st, err)
	}
	if err := ix.WaitSearchable(t.Context()); err != nil { // there is nothing to wait for
		t.Error(err)
	}
}

func TestTooManyWhoWaitMakeARefreshComeAtOnce(t *testing.T) {
	d, ix := openFaulty(t, t.TempDir(), newFaultyDisk(noFault, 1), Options{})
	defer d.Close()
	put(t, ix, 1)
	ix.waiting.Add(maxWaiting)
	if err := ix.WaitSearchable(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestWritesOfAnAsynchronousIndexAreSyncedLater(t *testing.T) {
	disk := newFaultyDisk(noFault, 1)
	d, ix := openFaulty(t, t.TempDir(), disk, Options{})
	defer d.Close()
	unsynced := func() (left int64) {
		disk.mu.Lock()
		defer disk.mu.Unlock()
		for path, size := range disk.size {
			if strings.HasSuffix(path, ".wal") {
				left = max(left, size-disk.synced[path])
			}
		}
		return left
	}
	ix.SetSyncInterval(time.Hour)
	put(t, ix, 1)
	if unsynced() == 0 {
		t.Fatal("the write was synced")
	}
	if err := ix.Sync(); err != nil {
		t.Fatal(err)
	}
	const mark = 26 // bytes, written behind what was synced
	if left := unsynced(); left > mark {
		t.Errorf("%d bytes are not synced", left)
	}
	put(t, ix, 2)
	ix.SetSyncInterval(time.Millisecond)
	for unsynced() > mark {
		if err := ix.await(t.Context(), func() bool { return true }); err != nil {
			t.Fatal(err)
		}
	}
	ix.SetSyncInterval(0)
	put(t, ix, 3)
	if left := unsynced(); left > mark {
		t.Errorf("%d bytes are not synced, though the index is synchronous again", left)
	}
}

// TestAWriteThatIsNotLoggedHoldsNothing: its documents were in columns already.
func TestAWriteThatIsNotLoggedHoldsNothing(t *testing.T) {
	disk := newFaultyDisk(noFault, 1)
	d, ix := openFaulty(t, t.TempDir(), disk, Options{})
	defer d.Close()
	disk.mu.Lock()
	disk.fault = diskFull
	disk.mu.Unlock()
	for n := range 20 {
		if err := tryPut(ix, n, 10_000); err == nil {
			t.Fatal("a write to a full disk was acknowledged")
		}
	}
	disk.lift()
	ix.writeMu.Lock()
	rows := ix.buffer.columns.Len()
	ix.writeMu.Unlock()
	if used := d.o.budget.bytes(); rows > 1 || used > 20_000 {
		t.Errorf("%d rows and %d bytes are held of writes that failed", rows, used)
	}
	for err := errors.New("not yet"); err != nil; err = tryPut(ix, 100, 1) {
	}
	ids := 0
	for n := range 20 {
		if got, err := ix.Get(fmt.Sprint(n)); err == nil && got.Found {
			ids++
		}
	}
	if ids > 0 {
		t.Errorf("%d documents are there that were refused", ids)
	}
}
