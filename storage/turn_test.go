package storage

import (
	"errors"
	"fmt"
	"testing"
	"time"
)

// tooLong is for how long a disk stays stuck if nobody releases it: a write that waits for it fails the test then.
const tooLong = 10 * time.Second

// fillUp makes the buffer count as full.
func fillUp(ix *Index) {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	ix.buffer.take(maxBufferBytes)
}

// TestAWriteDoesNotWaitForEverForARefresh: the refresh of a full buffer is stuck in the log, with a disk that does not answer.
func TestAWriteDoesNotWaitForEverForARefresh(t *testing.T) {
	for name, full := range map[string]bool{"the buffer is full": true, "there is room": false} {
		t.Run(name, func(t *testing.T) {
			disk := newFaultyDisk(noFault, 1)
			d, ix := openFaulty(t, t.TempDir(), disk, Options{WriteWait: time.Millisecond})
			defer d.Close()
			ix.SetRefreshInterval(-1)
			put(t, ix, 1)
			if full {
				fillUp(ix)
			}
			release := disk.hold(".wal")
			defer release()
			defer time.AfterFunc(tooLong, release).Stop()
			ix.refreshSoon()
			<-disk.waits // the refresh begins a new file of the log
			err := tryPut(ix, 2, 1)
			refused := new(FullError)
			if !errors.As(err, &refused) || !errors.Is(err, ErrFull) || refused.Limit != DefaultMaxUnpersistedBytes {
				t.Errorf("a write that would have to wait: %v", err)
			}
			release()
			for err := errors.New("not yet"); err != nil; err = tryPut(ix, 3, 1) {
				if !errors.Is(err, ErrFull) && err.Error() != "not yet" {
					t.Fatal(err)
				}
			}
			for id, want := range map[int]bool{1: true, 2: false, 3: true} {
				if got, err := ix.Get(fmt.Sprint(id)); err != nil || got.Found != want {
					t.Errorf("document %d: %+v, %v", id, got.Found, err)
				}
			}
		})
	}
}

// TestAFullBufferIsRefreshedByTheWriteThatFindsItSo, and does not wait for the interval, of which there is none.
func TestAFullBufferIsRefreshedByTheWriteThatFindsItSo(t *testing.T) {
	d, ix := openFaulty(t, t.TempDir(), newFaultyDisk(noFault, 1), Options{WriteWait: time.Hour})
	defer d.Close()
	ix.SetRefreshInterval(-1)
	put(t, ix, 1)
	fillUp(ix)
	put(t, ix, 2)
	if st, err := ix.Stats(); err != nil || st.Docs != 1 {
		t.Errorf("%+v, %v, want the first document to be searchable", st, err)
	}
}

// TestNothingWaitsForAnIndexThatHeals: that may take as long as the disk is ill.
func TestNothingWaitsForAnIndexThatHeals(t *testing.T) {
	disk := newFaultyDisk(noFault, 1)
	d, ix := openFaulty(t, t.TempDir(), disk, Options{})
	defer d.Close()
	put(t, ix, 1)
	release := disk.hold(".zap")
	defer release()
	defer time.AfterFunc(tooLong, release).Stop()
	disk.mu.Lock()
	disk.fault = failedSync
	disk.mu.Unlock()
	if err := tryPut(ix, 2, 1); err == nil {
		t.Fatal("a write was acknowledged whose sync failed")
	}
	<-disk.waits // it has been opened again, and waits for its segments to be written
	if err := tryPut(ix, 3, 1); !errors.Is(err, ErrFailed) {
		t.Errorf("a write: %v", err)
	}
	if err := ix.Refresh(); !errors.Is(err, ErrFailed) {
		t.Errorf("a refresh: %v", err)
	}
	release()
	for err := errors.New("not yet"); err != nil; err = tryPut(ix, 4, 1) {
	}
	for id, want := range map[int]bool{1: true, 2: false, 3: false, 4: true} {
		if got, err := ix.Get(fmt.Sprint(id)); err != nil || got.Found != want {
			t.Errorf("document %d: %+v, %v", id, got.Found, err)
		}
	}
}

// TestAWriteThatWaitsLearnsOfAFailure: it was there before the index failed.
func TestAWriteThatWaitsLearnsOfAFailure(t *testing.T) {
	d, ix := openFaulty(t, t.TempDir(), newFaultyDisk(noFault, 1), Options{WriteWait: time.Hour})
	defer d.Close()
	ix.writeMu.Lock()
	done := make(chan error)
	go func() { done <- tryPut(ix, 1, 1) }()
	ix.fail(errors.New("the disk is gone"))
	if err := <-done; !errors.Is(err, ErrFailed) {
		t.Error(err)
	}
	ix.writeMu.Unlock()
}
