package dates

import (
	"errors"
	"math/rand/v2"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/vedette-siem/vedette/engine/eserr"
	"pgregory.net/rapid"
)

func mustFormat(t *testing.T, s string) Format {
	t.Helper()
	f, err := ParseFormat(s)
	if err != nil {
		t.Fatalf("ParseFormat(%q): %v", s, err)
	}
	return f
}

func mustZone(t *testing.T, s string) *time.Location {
	t.Helper()
	loc, err := Zone(s)
	if err != nil {
		t.Fatalf("Zone(%q): %v", s, err)
	}
	return loc
}

const exact = "2006-01-02T15:04:05.999999999Z07:00"

func TestParse(t *testing.T) {
	f := func(format, text, want string) {
		t.Helper()
		got, err := mustFormat(t, format).Parse(text, nil)
		if err != nil {
			t.Errorf("%s: %q: %v", format, text, err)
		} else if s := got.UTC().Format(exact); s != want {
			t.Errorf("%s: %q is %s, want %s", format, text, s, want)
		}
	}
	f("", "2026", "2026-01-01T00:00:00Z")
	f("", "2026-06", "2026-06-01T00:00:00Z")
	f("", "2026-06-01T", "2026-06-01T00:00:00Z")
	f("", "2026-06-01T10", "2026-06-01T10:00:00Z")
	f("", "2026-06-01T10Z", "2026-06-01T10:00:00Z")
	f("", "2026-06-01T10:11:12.123456789+02:00", "2026-06-01T08:11:12.123456789Z")
	f("", "2026-06-01T10:11:12,5-0330", "2026-06-01T13:41:12.5Z")
	f("", "2026-06-01T10:11:12Europe/Berlin", "2026-06-01T08:11:12Z")
	f("", "1780308672123", "2026-06-01T10:11:12.123Z")
	f("", "-1", "1969-12-31T23:59:59.999Z")
	f("", "-0001-01-01", "-0001-01-01T00:00:00Z")
	f("epoch_millis", "1.5", "1970-01-01T00:00:00.0015Z")
	f("epoch_second", "1780308672.25", "2026-06-01T10:11:12.25Z")
	f("date_optional_time", "2026-6-1T1:2:3", "2026-06-01T01:02:03Z")
	f("strict_date_optional_time_nanos", "2026-06-01T00:00:00.000000001Z", "2026-06-01T00:00:00.000000001Z")
	f("basic_date", "20260601", "2026-06-01T00:00:00Z")
	f("basic_date_time_no_millis", "20260601T101112Z", "2026-06-01T10:11:12Z")
	f("date_time", "2026-06-01T10:11:12.1+01:00", "2026-06-01T09:11:12.1Z")
	f("year_month", "2026-6", "2026-06-01T00:00:00Z")
	f("hour_minute", "7:05", "1970-01-01T07:05:00Z")
	f("week_date", "2026-W01-1", "2025-12-29T00:00:00Z")
	f("weekyear_week", "2026-W23", "2026-06-01T00:00:00Z")
	f("ordinal_date", "2026-152", "2026-06-01T00:00:00Z")
	f("yyyy-MM-dd HH:mm:ss", "2026-06-01 10:11:12", "2026-06-01T10:11:12Z")
	f("yyyy/MM/dd HH:mm:ss||yyyy/MM/dd||epoch_millis", "2026/06/01", "2026-06-01T00:00:00Z")
	f("dd/MMM/yyyy:HH:mm:ss Z", "06/Feb/2019:00:00:38 +0100", "2019-02-05T23:00:38Z")
	f("EEE, d MMM yyyy hh:mm a", "Mon, 1 Jun 2026 12:05 AM", "2026-06-01T00:05:00Z")
	f("yyyyMMddHHmmssSSS", "20260601101112123", "2026-06-01T10:11:12.123Z")
	f("yyyy-MM-dd['T'HH:mm[:ss]][XXX]", "2026-06-01T10:11", "2026-06-01T10:11:00Z")
	f("yyyy-MM-dd['T'HH:mm[:ss]][XXX]", "2026-06-01+02:00", "2026-05-31T22:00:00Z")
	f("yyyy-MM-dd HH:mm VV", "2026-06-01 10:11 Asia/Tokyo", "2026-06-01T01:11:00Z")
	f("yy-M-d 'o''clock' H", "26-6-1 o'clock 9", "2026-06-01T09:00:00Z")
	f("8uuuu-MM-dd", "2026-06-01", "2026-06-01T00:00:00Z")
}

func TestParseRefuses(t *testing.T) {
	f := func(format, text string) {
		t.Helper()
		got, err := mustFormat(t, format).Parse(text, nil)
		var refusal *eserr.Error
		if !errors.As(err, &refusal) || refusal.Type != eserr.IllegalArgument {
			t.Errorf("%s: %q is %v, %v", format, text, got, err)
		}
	}
	for _, text := range []string{"", "x", "12x", "2026-1-1", "2026-13-01", "2026-02-29", "2026-06-01 10:00", "2026-06-01T24:00:00", "2026-06-01T10:60", "2026T10",
		"2026-06-01T10:00:00.", "2026-06-01T10:00:00.1234567890", "2026-06-01T10:00:00Nowhere/City", "2026-06-01T10:00:00+19:00", "99999999999999999999", "20260-01-01"} {
		f("", text)
	}
	f("yyyy-MM-dd", "2026-06-01T00:00:00Z")
	f("yyyy-MM-dd", "2026-6-01")
	f("week_date", "2025-W53-1")
	f("basic_date", "2026-06-01")
}

func TestParseFailureNamesTheFormat(t *testing.T) {
	_, err := Format{}.Parse("soon", nil)
	want := "illegal_argument_exception: failed to parse date field [soon] with format [strict_date_optional_time||epoch_millis]: " +
		"date_time_parse_exception: Failed to parse with all enclosed parsers"
	if err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
}

func TestParseFormatRefuses(t *testing.T) {
	f := func(format, want string) {
		t.Helper()
		if _, err := ParseFormat(format); err == nil || err.Error() != "illegal_argument_exception: Invalid format: ["+format+"]: "+want {
			t.Errorf("%q: %v", format, err)
		}
	}
	f("nonsense", "Unknown pattern letter: o")
	f("yyyy||", "No date pattern provided")
	f("yyyy'T", "Pattern ends with an incomplete string literal: yyyy'T")
	f("yyyy]", "Pattern invalid as it contains ] without previous [")
	f("yyyy{", "Pattern includes reserved character: '{'")
	f("HHH", "Too many pattern letters: H")
	f("HH:mm:ss.f", "Unknown pattern letter: f")
}

func TestFormat(t *testing.T) {
	at := time.Date(2026, 6, 1, 10, 11, 12, 123_456_000, time.UTC)
	f := func(format, zone, want string) {
		t.Helper()
		if got := mustFormat(t, format).Format(at, mustZone(t, zone)); got != want {
			t.Errorf("%s in %q: %q, want %q", format, zone, got, want)
		}
	}
	f("", "", "2026-06-01T10:11:12.123456Z")
	f("", "Europe/Berlin", "2026-06-01T12:11:12.123456+02:00")
	f("epoch_millis", "", "1780308672123.456")
	f("strict_date_optional_time", "", "2026-06-01T10:11:12.123Z")
	f("strict_date_optional_time_nanos", "", "2026-06-01T10:11:12.123456Z")
	f("epoch_second", "", "1780308672.123456")
	f("yyyy-MM-dd", "Asia/Tokyo", "2026-06-01")
	f("basic_date_time", "", "20260601T101112.123456Z")
	f("week_date", "", "2026-W23-1")
	f("e c EEE", "", "2 2 Mon")
	f("EEEE, d MMMM uu h a", "", "Monday, 1 June 26 10 AM")
	f("HH:mm:ss.SSS Z XXX x VV", "+02:30", "12:41:12.123 +0230 +02:30 +0230 +02:30")
	f("yyyy-MM-dd HH:mm||epoch_millis", "", "2026-06-01 10:11")
	if got := (Format{}).Format(time.UnixMilli(0), nil); got != "1970-01-01T00:00:00.000Z" {
		t.Errorf("the epoch is %s", got)
	}
	if got := (Format{}).Format(time.Date(12345, 1, 2, 0, 0, 0, 0, time.UTC), nil); got != "+12345-01-02T00:00:00.000Z" {
		t.Errorf("a distant year is %s", got)
	}
}

func TestEveryNamedFormatReadsWhatItWrites(t *testing.T) {
	at := time.Date(2026, 6, 1, 10, 11, 12, 123_000_000, time.UTC)
	for name := range named {
		for _, full := range []string{name, "strict_" + name} {
			f := mustFormat(t, full)
			text := f.Format(at, nil)
			got, err := f.Parse(text, nil)
			if err != nil || f.Format(got, nil) != text {
				t.Errorf("%s: %q is read as %v, %v", full, text, got, err)
			}
		}
	}
}

func TestDefaultRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ms := rapid.Int64Range(-62_000_000_000_000, 250_000_000_000_000).Draw(t, "ms")
		text := Format{}.Format(time.UnixMilli(ms), nil)
		got, err := Format{}.Parse(text, nil)
		if err != nil || got.UnixMilli() != ms {
			t.Fatalf("%q is %v, %v", text, got, err)
		}
	})
}

func TestZone(t *testing.T) {
	f := func(text string, wantSeconds int) {
		t.Helper()
		_, got := time.Unix(1_780_000_000, 0).In(mustZone(t, text)).Zone()
		if got != wantSeconds {
			t.Errorf("%q is %d s", text, got)
		}
	}
	f("", 0)
	f("Z", 0)
	f("+02:00", 7200)
	f("-5", -18000)
	f("+0530", 19800)
	f("-03:30:15", -12615)
	f("UTC+1", 3600)
	f("Europe/Berlin", 7200)
	for _, text := range []string{"Local", "../etc/passwd", "Mars/Olympus", "+25", "+1:00", "+02:60", "+", "UTC+"} {
		if loc, err := Zone(text); err == nil {
			t.Errorf("%q is %v", text, loc)
		}
	}
}

// TestInstantsAreReadAsTheGeneralWayDoes changes common texts at random: what instant reads must be what the format says of it.
func TestInstantsAreReadAsTheGeneralWayDoes(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	common := []string{"2026-06-01T10:00:00Z", "2024-02-29T23:59:59.999Z", "0000-01-31T00:00:00.123456789Z", "9999-12-31T23:59:59.1Z", "1900-02-28T24:00:60Z"}
	read := 0
	for range 100_000 {
		text := []byte(common[r.IntN(len(common))])
		for range r.IntN(3) {
			text[r.IntN(len(text))] = "0123456789-:T.,Z+ "[r.IntN(18)]
		}
		got, ok := instant(string(text))
		if !ok {
			continue
		}
		read++
		var want time.Time
		c, ok := iso{strict: true}.read(string(text))
		if ok {
			want, ok = c.resolve(nil, false)
		}
		if !ok || !want.Equal(got) || want.Location() != got.Location() {
			t.Fatalf("%s is read as %v, want %v, %t", text, got, want, ok)
		}
	}
	if read < 10_000 {
		t.Errorf("only %d texts were read", read)
	}
	if end, ok := (Format{}).parse(common[0], nil, true); !ok || end.Nanosecond() != 999_999_999 {
		t.Errorf("the end of the second %s is %v", common[0], end)
	}
}
