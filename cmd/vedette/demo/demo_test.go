package demo

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// noon is a Tuesday that begins and ends amid five minutes.
var noon = time.Date(2026, 11, 24, 12, 3, 20, 0, time.UTC)

// written is everything one run wrote, decompressed, by key.
type written struct {
	summary Summary
	objects map[string][]byte
	parsed  []record // see records
	hash    [32]byte // of all keys and files as they are on disk, in order
	span    span
}

func writeDemo(t *testing.T, o Options) *written {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "absent", "demo")
	w := &written{objects: map[string][]byte{}, span: span{o.Now.Add(-time.Duration(max(o.Days, 1)) * 24 * time.Hour), o.Now}}
	var err error
	if w.summary, err = Write(context.Background(), dir, o); err != nil {
		t.Fatal(err)
	}
	sum := sha256.New()
	err = filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		key, _ := filepath.Rel(dir, path)
		io.WriteString(sum, key)
		sum.Write(raw)
		w.objects[filepath.ToSlash(key)], err = plain(key, raw)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	sum.Sum(w.hash[:0])
	return w
}

func plain(key string, raw []byte) ([]byte, error) {
	if !strings.HasSuffix(key, ".gz") {
		return raw, nil
	}
	z, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

// lines returns the lines of the objects whose key holds the text, header lines of flow logs left out.
func (w *written) lines(t *testing.T, text string) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for key, body := range w.objects {
		if !strings.Contains(key, text) {
			continue
		}
		if !bytes.HasSuffix(body, []byte("\n")) {
			t.Fatalf("%s does not end with a line end", key)
		}
		out[key] = strings.Split(strings.TrimSuffix(string(body), "\n"), "\n")
	}
	return out
}

func TestOneDay(t *testing.T) {
	w := writeDemo(t, Options{Now: noon})
	t.Run("holds about 200,000 events of all formats", func(t *testing.T) { checkTotals(t, w) })
	t.Run("has AWS's key layout", func(t *testing.T) { checkKeys(t, w) })
	t.Run("CloudTrail records are whole, unique and in time", func(t *testing.T) { checkTrail(t, w) })
	t.Run("CloudTrail knows every kind of caller and event", func(t *testing.T) { checkVariety(t, w) })
	t.Run("flow log lines have the columns of their header", func(t *testing.T) { checkFlows(t, w) })
	t.Run("access log lines have the columns of their format", func(t *testing.T) { checkWeb(t, w) })
	t.Run("every story is told and found by its addresses", func(t *testing.T) { checkStories(t, w) })
	t.Run("the background stays below the rules' thresholds", func(t *testing.T) { checkNoise(t, w) })
	t.Run("every external address has a country", func(t *testing.T) { checkCountries(t, w) })
	t.Run("equal parameters give equal bytes", func(t *testing.T) {
		if again := writeDemo(t, Options{Now: noon, Days: 1, Seed: 1}); again.hash != w.hash {
			t.Error("two runs with equal parameters differ")
		}
	})
}

// slotOf makes the objects of the five minutes that hold a time.
func slotOf(t *testing.T, o Options, at time.Time) Summary {
	t.Helper()
	w := newWriter(t.TempDir(), o.filled())
	if err := w.slot(at.Truncate(slot)); err != nil {
		t.Fatal(err)
	}
	return w.summary
}

func TestSeedsAndDays(t *testing.T) {
	evening := noon.Add(-17 * time.Hour)
	t.Run("another seed gives other events", func(t *testing.T) {
		one, other := slotOf(t, Options{Now: noon}, evening), slotOf(t, Options{Now: noon, Seed: 2}, evening)
		if one.Events == other.Events {
			t.Errorf("both seeds give %d events", one.Events)
		}
	})
	t.Run("a week is as busy on its first day as on its last", func(t *testing.T) {
		week := Options{Now: noon, Days: 7}
		if first := slotOf(t, week, noon.AddDate(0, 0, -6)); first.Events < 300 {
			t.Errorf("%d events", first.Events)
		}
		if before := slotOf(t, week, noon.AddDate(0, 0, -8)); before.Events != 0 {
			t.Errorf("%d events before the week", before.Events)
		}
	})
	t.Run("the office is quiet at night and on Sunday", func(t *testing.T) {
		busy := slotOf(t, Options{Now: noon}, noon.Add(-3*time.Hour)).ByType[cloudtrail]
		night := slotOf(t, Options{Now: noon}, noon.Add(-8*time.Hour)).ByType[cloudtrail]
		sunday := slotOf(t, Options{Now: noon, Days: 7}, noon.AddDate(0, 0, -2).Add(-3*time.Hour)).ByType[cloudtrail]
		if night >= busy || sunday >= busy {
			t.Errorf("%d calls in the morning, %d at night, %d on Sunday", busy, night, sunday)
		}
	})
}

func checkTotals(t *testing.T, w *written) {
	s := w.summary
	within := func(what string, got, low, high int) {
		t.Helper()
		if got < low || got > high {
			t.Errorf("%s: %d, want %d to %d", what, got, low, high)
		}
	}
	within("events", s.Events, 180_000, 240_000)
	within("cloudtrail", s.ByType[cloudtrail], 24_000, 36_000)
	within("vpcflow", s.ByType[vpcflow], 80_000, 110_000)
	within("elblogs", s.ByType[elblogs], 70_000, 100_000)
	within("files", s.Files, 3000, 7000)
	if sum := s.ByType[cloudtrail] + s.ByType[vpcflow] + s.ByType[elblogs]; sum != s.Events {
		t.Errorf("the types sum to %d, events are %d", sum, s.Events)
	}
	if len(w.objects) != s.Files {
		t.Errorf("%d files on disk, %d in the summary", len(w.objects), s.Files)
	}
}

func TestWriteRefusals(t *testing.T) {
	t.Run("no time is refused by name", func(t *testing.T) {
		if _, err := Write(context.Background(), t.TempDir(), Options{}); err == nil || !strings.Contains(err.Error(), "time") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("an ended context stops it", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if _, err := Write(ctx, t.TempDir(), Options{Now: noon}); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a file in the folder's place is named", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "occupied")
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Write(context.Background(), path, Options{Now: noon}); err == nil || !strings.Contains(err.Error(), "occupied") {
			t.Errorf("got %v", err)
		}
	})
}
