package main

import (
	"testing"
	"time"
)

func TestUnitsAreReadAndPrinted(t *testing.T) {
	for text, want := range map[string]time.Duration{"90d": 90 * 24 * time.Hour, "36h": 36 * time.Hour, "1500ms": 1500 * time.Millisecond, "0": 0} {
		var a age
		if err := a.UnmarshalText([]byte(text)); err != nil || time.Duration(a) != want || a.String() != text {
			t.Errorf("age %s: %v %q, %v", text, time.Duration(a), a, err)
		}
	}
	for text, want := range map[string]int64{"50gb": 50 << 30, "512mb": 512 << 20, "7b": 7, "0": 0} {
		var s size
		if err := s.UnmarshalText([]byte(text)); err != nil || int64(s) != want || s.String() != text {
			t.Errorf("size %s: %d %q, %v", text, int64(s), s, err)
		}
	}
	for text, want := range map[string]int64{"25%": 1 << 20, "0.5%": 20971, "3mb": 3 << 20, "0": 0} {
		var s share
		if err := s.UnmarshalText([]byte(text)); err != nil || s.of(4<<20) != want || s.String() != text {
			t.Errorf("share %s: %d %q, %v", text, s.of(4<<20), s, err)
		}
	}
	for _, text := range []string{"", "%", "0%", "101%", "NaN%", "1"} {
		if new(share).UnmarshalText([]byte(text)) == nil {
			t.Errorf("share %q is taken", text)
		}
	}
	if got := totalOf("MemFree: 1 kB\nMemTotal:  2014352 kB\n"); got != 2014352<<10 {
		t.Errorf("memory of the machine: %d", got)
	}
	for _, text := range []string{"", "x", "-1d", "90", "5M", "200000000000000000d"} {
		if new(age).UnmarshalText([]byte(text)) == nil {
			t.Errorf("age %q is taken", text)
		}
	}
	for _, text := range []string{"", "gb", "-1gb", "50", "99999999999tb", "nanb"} {
		if new(size).UnmarshalText([]byte(text)) == nil {
			t.Errorf("size %q is taken", text)
		}
	}
}
