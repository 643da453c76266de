package storage

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"
)

func TestTheWatermarkOfADisk(t *testing.T) {
	const gb = 1 << 30
	for _, c := range []struct {
		flood, headroom string
		total, limit    int64 // limit -1 is an error
	}{
		{"", "", 20 * gb, gb}, // a laptop with 8 GB free goes on
		{"", "", 4096 * gb, gb},
		{"", "", 5 * gb, gb / 2},
		{"95%", "", 100 * gb, 5 * gb},
		{"0.95", "", 100 * gb, 5 * gb},
		{"95%", "2gb", 100 * gb, 2 * gb},
		{"95%", "100gb", 100 * gb, 5 * gb},
		{"", "-1", 100 * gb, 10 * gb},
		{"512mb", "", 100 * gb, gb / 2},
		{"500b", "-1", 100 * gb, 500},
		{"100%", "", 100 * gb, 0},
		{"512mb", "1gb", gb, -1},
		{"110%", "", gb, -1},
		{"nan%", "", gb, -1},
		{"nangb", "", gb, -1},
		{"infb", "", gb, -1},
		{"much", "", gb, -1},
		{"90%", "1", gb, -1},
		{"-5gb", "", gb, -1},
	} {
		w, err := ParseWatermark(c.flood, c.headroom)
		if (err != nil) != (c.limit < 0) {
			t.Errorf("%q, %q: %v", c.flood, c.headroom, err)
		}
		if got := w.limit(c.total); err == nil && (got-c.limit > 1 || c.limit-got > 1) {
			t.Errorf("%q, %q of %d: %d, want %d", c.flood, c.headroom, c.total, got, c.limit)
		}
	}
}

func TestADiskIsAskedOnceASecondAndCountsWhatIsUnderWay(t *testing.T) {
	var log bytes.Buffer
	now := time.Unix(0, 0)
	asked, free := 0, int64(2<<30)
	d, err := Open(t.TempDir(), Options{
		RefreshInterval: time.Hour, Now: func() time.Time { return now }, Logger: slog.New(slog.NewTextHandler(&log, nil)),
		DiskSpace: func(string) (int64, int64, error) { asked++; return free, 100 << 30, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	ix, err := d.Index("x", readTest)
	if err != nil {
		t.Fatal(err)
	}
	state := func(full bool) {
		t.Helper()
		if s := d.Disk(); s.Full != full {
			t.Errorf("the state is %+v", s)
		}
	}
	state(false)
	free = 0
	state(false)
	if asked != 1 {
		t.Errorf("asked %d times in a second", asked)
	}
	now = now.Add(time.Second)
	state(true)
	free = 1<<30 + 1<<20
	now = now.Add(time.Second)
	state(true) // a little more than the limit is not enough to go on
	free = 1<<30 + 1<<28
	now = now.Add(time.Second)
	state(false)
	if lines := strings.Count(log.String(), "\n"); lines != 2 {
		t.Errorf("%d lines in the log, want one for each change:\n%s", lines, &log)
	}
	free = 1<<30 + 1<<20
	now = now.Add(time.Second)
	state(false)
	if err := tryPut(ix, 1, 1<<20); err != nil { // lies in the log and in memory
		t.Fatal(err)
	}
	state(true)
}
