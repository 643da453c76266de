package dates

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/vedette-siem/vedette/engine/eserr"
)

func TestParseRoundCounts(t *testing.T) {
	now := time.Date(2026, 3, 31, 14, 15, 16, 789_000_000, time.UTC)
	f := func(text, zone, want string) {
		t.Helper()
		got, err := Format{}.ParseRound(text, true, mustZone(t, zone), now)
		if err != nil || got.UTC().Format(exact) != want {
			t.Errorf("%q is %v, %v, want %s", text, got.UTC(), err, want)
		}
	}
	f("now", "", "2026-03-31T14:15:16.789Z")
	f("now-1h", "", "2026-03-31T13:15:16.789Z")
	f("now-1M", "", "2026-02-28T14:15:16.789Z")
	f("now-h", "", "2026-03-31T13:15:16.789Z")
	f("now+1y", "", "2027-03-31T14:15:16.789Z")
	f("now-2w+3d-4H-5m-6s", "", "2026-03-20T10:10:10.789Z")
	f("now-3d", "Europe/Berlin", "2026-03-28T15:15:16.789Z") // summer time began in between: the clock shows the same
	f("2026-01-01||-1d", "", "2025-12-31T00:00:00Z")
}

func TestParseRoundRoundsWithTheBound(t *testing.T) {
	now := time.Date(2026, 3, 31, 14, 15, 16, 789_000_000, time.UTC)
	f := func(text, zone, wantDown, wantUp string) {
		t.Helper()
		down, err1 := Format{}.ParseRound(text, false, mustZone(t, zone), now)
		up, err2 := Format{}.ParseRound(text, true, mustZone(t, zone), now)
		if err1 != nil || err2 != nil {
			t.Errorf("%q: %v, %v", text, err1, err2)
			return
		}
		if got := down.UTC().Format(exact); got != wantDown {
			t.Errorf("%q in %q goes down to %s, want %s", text, zone, got, wantDown)
		}
		if got := up.UTC().Truncate(time.Millisecond).Format(exact); got != wantUp {
			t.Errorf("%q in %q goes up to %s, want %s", text, zone, got, wantUp)
		}
	}
	f("now/s", "", "2026-03-31T14:15:16Z", "2026-03-31T14:15:16.999Z")
	f("now/h", "", "2026-03-31T14:00:00Z", "2026-03-31T14:59:59.999Z")
	f("now/d", "", "2026-03-31T00:00:00Z", "2026-03-31T23:59:59.999Z")
	f("now/d", "+10:00", "2026-03-31T14:00:00Z", "2026-04-01T13:59:59.999Z")
	f("now/w", "", "2026-03-30T00:00:00Z", "2026-04-05T23:59:59.999Z")
	f("now/M", "Europe/Berlin", "2026-02-28T23:00:00Z", "2026-03-31T21:59:59.999Z")
	f("now-1d/d", "", "2026-03-30T00:00:00Z", "2026-03-30T23:59:59.999Z")
	f("now/y", "", "2026-01-01T00:00:00Z", "2026-12-31T23:59:59.999Z")
	f("2026-01-31||+1M/d", "", "2026-02-28T00:00:00Z", "2026-02-28T23:59:59.999Z")
	f("2026-03-29||/d", "Europe/Berlin", "2026-03-28T23:00:00Z", "2026-03-29T21:59:59.999Z") // a day of 23 hours
	f("2026-06", "", "2026-06-01T00:00:00Z", "2026-06-01T23:59:59.999Z")
	f("2026-06-01T10", "", "2026-06-01T10:00:00Z", "2026-06-01T10:59:59.999Z")
	f("2026-06-01", "-05:00", "2026-06-01T05:00:00Z", "2026-06-02T04:59:59.999Z")
	f("2026-06-01T00:00:00Z", "-05:00", "2026-06-01T00:00:00Z", "2026-06-01T00:00:00.999Z")
	f("1780308672123", "-05:00", "2026-06-01T10:11:12.123Z", "2026-06-01T10:11:12.123Z")
}

func TestParseRoundOfEpochSecondsCoversTheSecond(t *testing.T) {
	got, err := mustFormat(t, "epoch_second").ParseRound("1780308672", true, nil, time.Time{})
	if err != nil || got.UnixMilli() != 1780308672999 {
		t.Errorf("%v, %v", got, err)
	}
}

func TestParseRoundRefuses(t *testing.T) {
	f := func(text, want string) {
		t.Helper()
		_, err := Format{}.ParseRound(text, false, nil, time.Unix(0, 0))
		var refusal *eserr.Error
		if !errors.As(err, &refusal) || refusal.Type != "parse_exception" || !strings.HasPrefix(refusal.Reason, want) {
			t.Errorf("%q: %v", text, err)
		}
	}
	f("now*1d", "operator not supported for date math [*1d]")
	f("now+1", "truncated date math [+1]")
	f("now/", "truncated date math [/]")
	f("now/2d", "rounding `/` can only be used on single unit types [/2d]")
	f("now+1x", "unit [x] not supported for date math [+1x]")
	f("now+99999999999999999999d", "number too large in date math")
	f("now+1000000000000y", "date math [+1000000000000y] leads beyond the calendar")
	f("soon", "failed to parse date field [soon] with format [strict_date_optional_time||epoch_millis]: [failed to parse date field [soon]")
	f("soon||/d", "failed to parse date field [soon]")
}

func FuzzDateMath(f *testing.F) {
	for _, seed := range []string{"now", "now-1d/d", "2026-06-01||+1M/d", "2026-06-01T10:11:12.123+02:00", "now+999999999999y-1M/w", "1780308672123", "-1.5"} {
		f.Add(seed, "Europe/Berlin", true)
	}
	f.Fuzz(func(t *testing.T, text, zone string, up bool) {
		loc, err := Zone(zone)
		if err != nil {
			loc = time.UTC
		}
		got, err := Format{}.ParseRound(text, up, loc, time.Unix(1_780_000_000, 0))
		var refusal *eserr.Error
		if err != nil && !errors.As(err, &refusal) {
			t.Fatalf("%q: not a refusal: %v", text, err)
		}
		if err == nil && got.Year() > maxYear+1 {
			t.Fatalf("%q is %v", text, got)
		}
	})
}

func FuzzFormat(f *testing.F) {
	f.Add("yyyy-MM-dd'T'HH:mm[:ss[.SSS]]XXX||epoch_second", "2026-06-01T10:11Z")
	f.Add("EEE MMM d hh:mm a z", "Mon Jun 1 10:11 AM UTC")
	f.Add("week_date_time||8yy]", "2026-W01-1")
	f.Fuzz(func(t *testing.T, format, text string) {
		parsed, err := ParseFormat(format)
		if err != nil {
			return
		}
		if at, ok := parsed.TryParse(text, nil); ok {
			_ = parsed.Format(at, nil)
		}
	})
}
