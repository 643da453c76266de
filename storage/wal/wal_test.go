package wal

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/vedette-siem/vedette/storage/durable"
)

func open(t interface {
	Helper()
	Fatal(...any)
}, dir string) (*Log, []Entry) {
	t.Helper()
	var got []Entry
	l, _, err := Open(dir, nil, func(e *Entry) error { got = append(got, *e); return nil })
	if err != nil {
		t.Fatal(err)
	}
	return l, got
}

func write(t interface {
	Helper()
	Fatal(...any)
}, l *Log, entries ...Entry) {
	t.Helper()
	p, err := l.Append(entries)
	if err == nil {
		err = l.Sync(p)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func entryOf(n int) Entry {
	return Entry{ID: fmt.Sprint("id", n), SeqNo: int64(n), Version: 1, Routing: "r", Source: fmt.Appendf(nil, `{"n":%d}`, n), Delete: n%5 == 4}
}

func same(a, b []Entry) bool {
	return slices.EqualFunc(a, b, func(a, b Entry) bool {
		return a.Delete == b.Delete && a.ID == b.ID && a.SeqNo == b.SeqNo && a.Version == b.Version && a.Routing == b.Routing && bytes.Equal(a.Source, b.Source)
	})
}

func TestEntriesComeBackInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp("", "wal")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		l, _ := open(t, dir)
		var want []Entry
		var marks []int // entries up to each rotated file
		var numbers []uint64
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			switch rapid.IntRange(0, 5).Draw(t, "step") {
			case 0:
				n, err := l.Rotate()
				if err != nil {
					t.Fatal(err)
				}
				marks, numbers = append(marks, len(want)), append(numbers, n)
			case 1:
				if err := l.Close(); err != nil {
					t.Fatal(err)
				}
				var got []Entry
				if l, got = open(t, dir); !same(got, want) {
					t.Fatalf("replayed %v, want %v", got, want)
				}
			case 2:
				if len(marks) == 0 {
					continue
				}
				if err := l.Remove(numbers[0]); err != nil {
					t.Fatal(err)
				}
				gone := marks[0]
				want, marks, numbers = want[gone:], marks[1:], numbers[1:]
				for i := range marks {
					marks[i] -= gone
				}
			default:
				e := entryOf(rapid.IntRange(0, 1000).Draw(t, "entry"))
				write(t, l, e)
				want = append(want, e)
			}
		}
		l.Close()
		l, got := open(t, dir)
		defer l.Close()
		if !same(got, want) {
			t.Fatalf("replayed %v, want %v", got, want)
		}
	})
}

func TestATornEndIsCutAndDamageIsAnError(t *testing.T) {
	for _, c := range []struct {
		name    string
		damage  func(data []byte, starts []int) []byte // starts of the four records
		unsaved int                                    // entries at the end that were appended and never synced
		want    int                                    // entries that come back; -1 is an error
	}{
		{"a file cut inside the last record", func(d []byte, _ []int) []byte { return d[:len(d)-3] }, 1, 3},
		{"a file cut inside a header", func(d []byte, starts []int) []byte { return d[:starts[3]+5] }, 1, 3},
		{"zeros after the end", func(d []byte, _ []int) []byte { return append(d, make([]byte, 4096)...) }, 0, 4},
		{"rubbish in the last record, never synced", func(d []byte, starts []int) []byte { d[starts[3]+headerSize] ^= 1; return d }, 1, 3},
		{"a lost page before a saved one, both never synced", func(d []byte, starts []int) []byte { d[starts[2]+headerSize] ^= 1; return d }, 2, 2},
		{"rubbish in an acknowledged record", func(d []byte, starts []int) []byte { d[starts[1]+headerSize+2] ^= 1; return d }, 0, -1},
		{"rubbish in the last record, which was acknowledged", func(d []byte, starts []int) []byte { d[starts[3]+headerSize+2] ^= 1; return d }, 0, -1},
		{"zeros in an acknowledged record", func(d []byte, starts []int) []byte { clear(d[:starts[1]]); return d }, 0, -1},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			l, _ := open(t, dir)
			var starts []int
			for n := range 4 {
				starts = append(starts, int(l.size))
				p, err := l.Append([]Entry{entryOf(n)})
				if err == nil && n < 4-c.unsaved {
					err = l.Sync(p)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			path := l.file.Name()
			l.Close()
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, c.damage(data, starts), 0o600); err != nil {
				t.Fatal(err)
			}
			var got []Entry
			l, did, err := Open(dir, nil, func(e *Entry) error { got = append(got, *e); return nil })
			if c.want < 0 {
				at := fmt.Sprintf("%s at byte %d of", path, starts[len(got)])
				if !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), at) || !strings.Contains(err.Error(), "vedette check --repair") {
					t.Fatalf("opened with %d entries: %v", len(got), err)
				}
				return
			}
			if _, aside := os.Stat(path + cutSuffix); (len(did.Cut) > 0) != (aside == nil) {
				t.Errorf("told of the cuts %v, and the file with the end: %v", did.Cut, aside)
			}
			if err != nil || len(got) != c.want || did.Writes+did.Deletes != c.want || did.Files != 1 {
				t.Fatalf("%d entries, %+v, %v, want %d", len(got), did, err, c.want)
			}
			l.Close()
			l, got = open(t, dir) // the cut holds
			l.Close()
			if len(got) != c.want {
				t.Errorf("%d entries after opening again", len(got))
			}
		})
	}
}

func TestDamageInAnOlderFileIsAnError(t *testing.T) {
	dir := t.TempDir()
	l, _ := open(t, dir)
	write(t, l, entryOf(1))
	path := l.file.Name()
	if _, err := l.Rotate(); err != nil {
		t.Fatal(err)
	}
	l.Close()
	if err := os.Truncate(path, 10); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Open(dir, nil, func(*Entry) error { return nil }); !errors.Is(err, ErrDamaged) {
		t.Error(err)
	}
}

func TestWritersShareSyncs(t *testing.T) {
	l, _ := open(t, t.TempDir())
	defer l.Close()
	var appendMu sync.Mutex
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for i := range 20 {
				appendMu.Lock()
				p, err := l.Append([]Entry{entryOf(w*100 + i)})
				appendMu.Unlock()
				if err == nil {
					err = l.Sync(p)
				}
				if err != nil {
					t.Error(err)
				}
				if i == 10 && w == 0 {
					appendMu.Lock()
					if _, err := l.Rotate(); err != nil {
						t.Error(err)
					}
					appendMu.Unlock()
				}
			}
		})
	}
	wg.Wait()
	if l.synced != l.appended {
		t.Errorf("%d of %d bytes are synced", l.synced, l.appended)
	}
}

func TestAFailedSyncIsFinal(t *testing.T) {
	l, _ := open(t, t.TempDir())
	p, err := l.Append([]Entry{entryOf(1)})
	if err != nil {
		t.Fatal(err)
	}
	l.file.Close() // makes the sync fail
	if err := l.Sync(p); !errors.Is(err, ErrFailed) {
		t.Fatal(err)
	}
	if err := l.Sync(p); !errors.Is(err, ErrFailed) {
		t.Errorf("the second sync: %v", err)
	}
	if _, err := l.Append([]Entry{entryOf(2)}); !errors.Is(err, ErrFailed) {
		t.Errorf("append: %v", err)
	}
}

func FuzzReplay(f *testing.F) {
	e := entryOf(1)
	whole := appendRecord(nil, &e, 0)
	f.Add(whole)
	f.Add(append(whole, whole[:len(whole)-1]...))
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(t.TempDir(), name(1))
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		r := &replayer{fs: durable.System(nil), replay: func(*Entry) error { return nil }}
		if _, err := r.file(path, true); err != nil && !errors.Is(err, ErrDamaged) {
			t.Error(err)
		}
	})
}

func TestReplayHoldsOneEntryAtATime(t *testing.T) {
	const entries, size = 64, 1 << 20
	dir := t.TempDir()
	l, _ := open(t, dir)
	for n := range entries {
		write(t, l, Entry{ID: fmt.Sprint(n), SeqNo: int64(n), Version: 1, Source: bytes.Repeat([]byte{byte(n)}, size)})
	}
	l.Close()
	held := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before, seen := held(), 0
	l, _, err := Open(dir, nil, func(e *Entry) error {
		if seen++; seen == entries {
			if more := int64(held() - before); more > entries*size/4 {
				t.Errorf("%d bytes are held for the last entry of %d", more, size)
			}
		}
		return nil
	})
	if err != nil || seen != entries {
		t.Fatalf("%d entries, %v", seen, err)
	}
	l.Close()
}

// syncedFirst notes which files were synced.
type syncedFirst struct {
	durable.FS
	synced map[string]bool
}

func (f syncedFirst) OpenFile(path string, flag int, perm os.FileMode) (durable.File, error) {
	file, err := f.FS.OpenFile(path, flag, perm)
	return notedFile{file, f.synced}, err
}

type notedFile struct {
	durable.File
	synced map[string]bool
}

func (f notedFile) Sync() error {
	f.synced[f.Name()] = true
	return f.File.Sync()
}

func TestWhatAKilledProcessHasNotSyncedIsSyncedBeforeItIsReplayed(t *testing.T) {
	dir := t.TempDir()
	l, _ := open(t, dir)
	if _, err := l.Append([]Entry{entryOf(1)}); err != nil {
		t.Fatal(err)
	}
	path := l.file.Name()
	l.Close()
	fs := syncedFirst{durable.System(nil), map[string]bool{}}
	l, did, err := Open(dir, fs, func(*Entry) error {
		if !fs.synced[path] {
			t.Error("the entry was seen before it was synced")
		}
		return nil
	})
	if err != nil || did.Writes != 1 {
		t.Fatalf("%+v, %v", did, err)
	}
	l.Close()
}

func TestOpeningAgainAndAgainLeavesOneEmptyFile(t *testing.T) {
	dir := t.TempDir()
	for range 3 {
		l, _ := open(t, dir)
		l.Close()
	}
	if numbers, err := files(dir); err != nil || len(numbers) != 1 {
		t.Errorf("files %v, %v", numbers, err)
	}
}

// shortDisk writes a half of what it should, once.
type shortDisk struct {
	durable.FS
	at, calls int
}

func (d *shortDisk) OpenFile(path string, flag int, perm os.FileMode) (durable.File, error) {
	f, err := d.FS.OpenFile(path, flag, perm)
	return shortFile{f, d}, err
}

type shortFile struct {
	durable.File
	disk *shortDisk
}

func (f shortFile) WriteAt(p []byte, at int64) (int, error) {
	if f.disk.calls++; f.disk.calls != f.disk.at {
		return f.File.WriteAt(p, at)
	}
	n, err := f.File.WriteAt(p[:len(p)/2], at)
	return n, errors.Join(err, io.ErrShortWrite)
}

func TestAShortWriteAnywhereLeavesNoHole(t *testing.T) {
	for at := 1; ; at++ {
		dir := t.TempDir()
		disk := &shortDisk{FS: durable.System(nil), at: at}
		l, _, err := Open(dir, disk, func(*Entry) error { return nil })
		if err != nil {
			t.Fatal(err)
		}
		var acked []Entry
		for n := range 6 {
			p, err := l.Append([]Entry{entryOf(n)})
			if err == nil {
				err = l.Sync(p)
			}
			if err == nil {
				acked = append(acked, entryOf(n))
			}
			if n%2 == 1 {
				if _, err := l.Rotate(); err != nil {
					t.Fatal(err)
				}
			}
		}
		l.Close()
		l, got := open(t, dir)
		l.Close()
		if !same(got, acked) {
			t.Errorf("write %d was short: replayed %v, want %v", at, got, acked)
		}
		if disk.calls < at {
			return
		}
	}
}
