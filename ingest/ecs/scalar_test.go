package ecs_test

import (
	"encoding/json"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/vedette-siem/vedette/ingest/ecs"
)

// FuzzAppendString compares with encoding/json.
func FuzzAppendString(f *testing.F) {
	for _, s := range []string{"", "plain", "q\"b\\s/", "\x00\x1f\x7f\n\r\t", "é€😀", "\xff\xc3", "\xed\xa0\x80", "é\xe2\x82", "\u2028"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := ecs.AppendString(nil, s)
		if other := ecs.AppendString(nil, []byte(s)); string(other) != string(got) {
			t.Errorf("bytes give %s, the string %s", other, got)
		}
		var back string
		if err := json.Unmarshal(got, &back); err != nil || !utf8.Valid(got) {
			t.Fatalf("%q is no JSON: %v", got, err)
		}
		if want := strings.ToValidUTF8(replaceEach(s), "\uFFFD"); back != want {
			t.Errorf("%q comes back as %q", s, back)
		}
	})
}

// replaceEach replaces every invalid byte, where strings.ToValidUTF8 replaces runs of them.
func replaceEach(s string) string {
	var b strings.Builder
	for _, r := range s {
		b.WriteRune(r)
	}
	return b.String()
}

func FuzzParseTime(f *testing.F) {
	for _, s := range []string{"2023-07-10T11:45:01Z", "2018-07-02T22:23:00.186641Z", "2020-04-01T08:51:42", "2024-02-29T23:59:59.9Z", "2023-02-29T00:00:00Z",
		"1900-01-01T00:00:00Z", "0000-01-01T00:00:00Z", "2023-07-10T11:45:01+02:00", "2023-07-10T11:45:01.Z", "2023-07-10 11:45:01Z", "2023-07-10T24:00:00Z"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := ecs.ParseTime([]byte(s))
		want, err := time.Parse(time.RFC3339Nano, s)
		if err != nil {
			want, err = time.Parse("2006-01-02T15:04:05.999999999", s)
		}
		if strings.ContainsRune(s, ',') || strings.HasSuffix(s, "Z.") {
			return // the time package also takes a comma for the point
		}
		if ok != (err == nil) || (ok && got != want.UnixMilli()) {
			t.Errorf("%q: %d %v, the time package says %v %v", s, got, ok, want, err)
		}
	})
}

func TestTimesAreRenderedAsTheTimePackageDoes(t *testing.T) {
	b := begin(ecs.Options{})
	for _, ms := range []int64{0, -1, -86_400_000, -86_400_001, 951_782_400_000, 1_760_000_060_123, 253_402_300_799_999, 253_402_300_800_000, -62_167_219_200_001} {
		b.Begin(0)
		b.Time("t", ms)
		want := time.UnixMilli(ms).UTC().Format("2006-01-02T15:04:05.000Z")
		if got := string(b.Document("i").Source); !strings.Contains(got, `"t":"`+want+`"`) {
			t.Errorf("%d: want %s in %s", ms, want, got)
		}
	}
}

func FuzzParseIP(f *testing.F) {
	for _, s := range []string{"10.0.0.1", "0.0.0.0", "255.255.255.255", "256.1.1.1", "01.2.3.4", "1.2.3", "1.2.3.4.5", "1..2.3", "::1", "[2001:db8::1]", "fe80::1%eth0", "::ffff:1.2.3.4", "AWS Internal", "225.01.00.16"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := ecs.ParseIP([]byte(s))
		inner := s
		if len(s) > 2 && s[0] == '[' && s[len(s)-1] == ']' {
			inner = s[1 : len(s)-1]
		}
		want, err := netip.ParseAddr(inner)
		valid := err == nil && want.Zone() == "" && len(inner) <= 45
		if ok != valid || (ok && got != want) {
			t.Errorf("%q: %v %v, want %v %v", s, got, ok, want, err)
		}
	})
}

func FuzzNumbers(f *testing.F) {
	for _, s := range []string{"0", "-0", "12", "-12", "01", "1.5", "1.", ".5", "1e3", "1E+3", "1e", "--1", "9223372036854775807", "9223372036854775808", "-9223372036854775808", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		trimmed := strings.Trim(s, " \t\r\n")
		valid := trimmed == s && s != "" && (s[0] == '-' || s[0] >= '0' && s[0] <= '9') && json.Valid([]byte(s))
		if got := ecs.IsNumber([]byte(s)); got != valid {
			t.Errorf("IsNumber(%q) is %v", s, got)
		}
		n, ok := ecs.ParseLong([]byte(s))
		want, err := strconv.ParseInt(s, 10, 64)
		if ok && (err != nil || n != want) {
			t.Errorf("ParseLong(%q) is %d, want %d %v", s, n, want, err)
		}
		if !ok && err == nil && len(s) <= 19 && s[0] != '+' {
			t.Errorf("ParseLong(%q) refuses %d", s, want)
		}
	})
}
