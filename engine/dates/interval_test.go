package dates

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func mustInterval(t interface{ Fatalf(string, ...any) }, calendar, fixed string) Interval {
	i, err := ParseInterval(calendar, fixed)
	if err != nil {
		t.Fatalf("ParseInterval(%q, %q): %v", calendar, fixed, err)
	}
	return i
}

func TestFloorAndNext(t *testing.T) {
	f := func(calendar, fixed, zone, at, wantFloor, wantNext string) {
		t.Helper()
		loc := mustZone(t, zone)
		instant, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		i := mustInterval(t, calendar, fixed)
		if got := time.UnixMilli(i.Floor(instant.UnixMilli(), loc, 0)).UTC().Format(time.RFC3339); got != wantFloor {
			t.Errorf("%s%s in %q: %s is floored to %s, want %s", calendar, fixed, zone, at, got, wantFloor)
		}
		if got := time.UnixMilli(i.Next(instant.UnixMilli(), loc, 0)).UTC().Format(time.RFC3339); got != wantNext {
			t.Errorf("%s%s in %q: after %s comes %s, want %s", calendar, fixed, zone, at, got, wantNext)
		}
	}
	f("1m", "", "", "2026-06-03T10:11:12Z", "2026-06-03T10:11:00Z", "2026-06-03T10:12:00Z")
	f("hour", "", "+05:30", "2026-06-03T10:11:12Z", "2026-06-03T09:30:00Z", "2026-06-03T10:30:00Z")
	f("day", "", "", "2026-06-03T10:11:12Z", "2026-06-03T00:00:00Z", "2026-06-04T00:00:00Z")
	f("1w", "", "", "2026-06-03T10:11:12Z", "2026-06-01T00:00:00Z", "2026-06-08T00:00:00Z")
	f("month", "", "", "2026-02-03T10:11:12Z", "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z")
	f("1q", "", "", "2026-06-03T10:11:12Z", "2026-04-01T00:00:00Z", "2026-07-01T00:00:00Z")
	f("year", "", "", "2024-06-03T10:11:12Z", "2024-01-01T00:00:00Z", "2025-01-01T00:00:00Z")
	f("day", "", "", "1969-12-31T10:11:12Z", "1969-12-31T00:00:00Z", "1970-01-01T00:00:00Z")

	// Clocks in Berlin go forward on 2026-03-29 at 01:00Z and back on 2026-10-25 at 01:00Z.
	f("day", "", "Europe/Berlin", "2026-03-29T12:00:00Z", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z")
	f("day", "", "Europe/Berlin", "2026-10-25T12:00:00Z", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z")
	f("month", "", "Europe/Berlin", "2026-03-30T12:00:00Z", "2026-02-28T23:00:00Z", "2026-03-31T22:00:00Z")
	f("hour", "", "Europe/Berlin", "2026-03-29T00:59:00Z", "2026-03-29T00:00:00Z", "2026-03-29T01:00:00Z")
	f("hour", "", "Europe/Berlin", "2026-10-25T00:30:00Z", "2026-10-25T00:00:00Z", "2026-10-25T01:00:00Z")
	f("hour", "", "Europe/Berlin", "2026-10-25T01:30:00Z", "2026-10-25T01:00:00Z", "2026-10-25T02:00:00Z")
	f("", "1d", "Europe/Berlin", "2026-03-29T12:00:00Z", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z")
	f("", "90m", "Europe/Berlin", "2026-03-29T01:10:00Z", "2026-03-29T01:00:00Z", "2026-03-29T02:30:00Z") // rounds to 03:00, the end of the gap
	f("", "12h", "Europe/Berlin", "2026-10-25T05:00:00Z", "2026-10-24T22:00:00Z", "2026-10-25T11:00:00Z")

	// In Sao Paulo 2018-11-04 began at 01:00, the hour before having been skipped at midnight; Samoa skipped the whole of 2011-12-30.
	f("day", "", "America/Sao_Paulo", "2018-11-04T12:00:00Z", "2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z")
	f("day", "", "Pacific/Apia", "2011-12-30T09:00:00Z", "2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z")

	f("", "1500ms", "", "1970-01-01T00:00:04Z", "1970-01-01T00:00:03Z", "1970-01-01T00:00:04Z")
	f("", "7d", "", "2026-06-03T10:11:12Z", "2026-05-28T00:00:00Z", "2026-06-04T00:00:00Z")
}

func TestOffsetMovesTheBuckets(t *testing.T) {
	i := mustInterval(t, "day", "")
	at := time.Date(2026, 6, 3, 5, 0, 0, 0, time.UTC).UnixMilli()
	want := time.Date(2026, 6, 2, 6, 0, 0, 0, time.UTC).UnixMilli()
	if got := i.Floor(at, nil, 6*3_600_000); got != want {
		t.Errorf("got %v", time.UnixMilli(got).UTC())
	}
}

func TestParseIntervalRefuses(t *testing.T) {
	f := func(calendar, fixed, want string) {
		t.Helper()
		if _, err := ParseInterval(calendar, fixed); err == nil || err.Error() != "illegal_argument_exception: "+want {
			t.Errorf("%q, %q: %v", calendar, fixed, err)
		}
	}
	f("2w", "", "The supplied interval [2w] could not be parsed as a calendar interval.")
	f("day", "1d", "Cannot use [fixed_interval] with [calendar_interval] configuration option.")
	f("", "", "Invalid interval specified, must be non-null and non-empty")
	f("", "1M", "failed to parse setting [date_histogram.fixedInterval] with value [1M] as a time value: unit is missing or unrecognized")
	f("", "0s", "Zero or negative time interval not supported")
	f("", "1.5h", "failed to parse [1.5h], fractional time values are not supported: number_format_exception: For input string: \"1.5\"")
	f("", "99999999999999d", "failed to parse [99999999999999d], too large time values are not supported")
}

func TestBucketsTileTheTime(t *testing.T) {
	zones := []string{"", "Europe/Berlin", "America/Sao_Paulo", "Pacific/Apia", "Australia/Lord_Howe", "+05:45"}
	intervals := [][2]string{{"minute", ""}, {"hour", ""}, {"day", ""}, {"week", ""}, {"month", ""}, {"quarter", ""}, {"year", ""}, {"", "90m"}, {"", "1d"}, {"", "7h"}, {"", "100ms"}}
	rapid.Check(t, func(t *rapid.T) {
		loc, err := Zone(rapid.SampledFrom(zones).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		names := rapid.SampledFrom(intervals).Draw(t, "interval")
		i := mustInterval(t, names[0], names[1])
		ms := rapid.Int64Range(1_262_304_000_000, 1_800_000_000_000).Draw(t, "ms")
		offset := rapid.SampledFrom([]int64{0, 3_600_000, -86_400_000}).Draw(t, "offset")
		lo, next := i.Floor(ms, loc, offset), i.Next(ms, loc, offset)
		if lo > ms || next <= ms {
			t.Fatalf("%d lies in [%d, %d)", ms, lo, next)
		}
		for _, at := range []int64{lo, ms, (ms + next) / 2, next - 1} {
			if got := i.Floor(at, loc, offset); got != lo {
				t.Fatalf("%d and %d are in one bucket, but floored to %d and %d", ms, at, lo, got)
			}
		}
		if got := i.Floor(next, loc, offset); got != next {
			t.Fatalf("the next bucket %d is floored to %d", next, got)
		}
	})
}
