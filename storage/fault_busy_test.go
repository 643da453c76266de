package storage

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/vedette-siem/vedette/storage/segment"
)

// TestFaultsUnderLoadLoseNothing lets the disk fail again and again while several goroutines write, read and refresh.
func TestFaultsUnderLoadLoseNothing(t *testing.T) {
	const rounds, writers, writes = 8, 3, 25
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	path := t.TempDir()
	disk := newFaultyDisk(noFault, 1)
	d, ix := openFaulty(t, path, disk, Options{RefreshInterval: time.Millisecond, MaxUnpersistedBytes: 1 << 20})
	var mu sync.Mutex
	acked := map[string]bool{}
	for round := range rounds {
		disk.mu.Lock()
		disk.fault, disk.calls, disk.at = []fault{diskFull, shortWrite, failedSync}[random.IntN(3)], 0, 1+random.IntN(60)
		disk.mu.Unlock()
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				for i := range writes {
					n := (round*writers+w)*writes + i
					if tryPut(ix, n, 100) == nil {
						mu.Lock()
						acked[fmt.Sprint(n)] = true
						mu.Unlock()
					}
				}
			})
		}
		wg.Go(func() {
			for i := range writes {
				mu.Lock()
				one := ""
				for one = range acked {
					break
				}
				mu.Unlock()
				if got, err := ix.Get(one); one != "" && (err != nil || !got.Found) {
					t.Errorf("acknowledged document %s: %+v, %v", one, got, err)
				}
				if _, err := ix.Stats(); err != nil {
					t.Errorf("stats: %v", err)
				}
				if i%5 == 0 {
					_ = ix.Refresh() // may fail with the disk
				}
			}
		})
		wg.Wait()
		disk.lift()
		for err := errors.New("not yet"); err != nil; err = tryPut(ix, -1, 1) {
		}
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if used := d.o.budget.bytes(); used != 0 {
		t.Errorf("%d bytes are still counted after closing", used)
	}
	d, ix = openFaulty(t, path, newFaultyDisk(noFault, 1), Options{})
	defer d.Close()
	s, err := ix.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	found, seqNos := map[string]bool{}, map[int64]bool{}
	for _, v := range s.Views {
		for it := v.Live().Iterator(); it.HasNext(); {
			doc := it.Next()
			n, _ := v.Numbers(segment.SeqNoField).Value(doc)
			if found[v.ID(doc)] || seqNos[n] {
				t.Errorf("document %s with sequence number %d is there twice", v.ID(doc), n)
			}
			found[v.ID(doc)], seqNos[n] = true, true
		}
	}
	for id := range acked {
		if !found[id] {
			t.Errorf("acknowledged document %s is lost", id)
		}
	}
}
