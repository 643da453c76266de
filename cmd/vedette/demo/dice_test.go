package demo

import (
	"math"
	"regexp"
	"testing"
	"time"
)

func TestDice(t *testing.T) {
	d := newDice(1, "test", 0)
	t.Run("equal names give equal numbers, others others", func(t *testing.T) {
		if newDice(1, "a", 5).Uint64() != newDice(1, "a", 5).Uint64() {
			t.Error("not repeatable")
		}
		seen := map[uint64]bool{}
		for _, x := range []dice{newDice(1, "a", 5), newDice(2, "a", 5), newDice(1, "b", 5), newDice(1, "a", 6)} {
			seen[x.Uint64()] = true
		}
		if len(seen) != 4 {
			t.Error("streams coincide")
		}
	})
	t.Run("UUIDs are of version 4", func(t *testing.T) {
		form := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
		for range 100 {
			if id := string(d.appendUUID(nil)); !form.MatchString(id) {
				t.Fatal(id)
			}
		}
	})
	t.Run("counts have their mean", func(t *testing.T) {
		for _, mean := range []float64{0, 0.3, 4, 80} {
			sum := 0
			for range 5000 {
				sum += d.poisson(mean)
			}
			if got := float64(sum) / 5000; math.Abs(got-mean) > 0.05*mean+0.01 {
				t.Errorf("mean %v, got %v", mean, got)
			}
		}
	})
	t.Run("weights are frequencies", func(t *testing.T) {
		w, got := cumulate(1, 0, 3), [3]int{}
		for range 4000 {
			got[w.draw(d)]++
		}
		if got[1] != 0 || got[2] < 2*got[0] {
			t.Error(got)
		}
	})
}

func TestCurvesAreOneOnAverage(t *testing.T) {
	for name, load := range map[string]curve{"flat": flat, "shopping": shopping(1), "working": working(-5)} {
		sum := 0.0
		monday := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
		for i := range 288 {
			sum += load(monday.Add(time.Duration(i) * slot))
		}
		if mean := sum / 288; mean < 0.9 || mean > 1.15 {
			t.Errorf("%s: %v", name, mean)
		}
	}
}

func TestPoolAddresses(t *testing.T) {
	byName := newCompany().pools
	for _, c := range []struct {
		pool string
		n    uint64
		want string
	}{
		{"office-berlin", 2, "203.0.113.2"},
		{"office-berlin", 18, "203.0.113.2"},
		{"visitor-de-2", 256, "198.18.33.0"},
		{"visitor6-us", 16, "2001:db8:2000::10"},
	} {
		if got := byName[c.pool].at(c.n); got != c.want {
			t.Errorf("%s %d: %s, want %s", c.pool, c.n, got, c.want)
		}
	}
	d := newDice(1, "test", 1)
	for name, p := range byName {
		for range 20 {
			if host := p.host(d); host == p.at(0) {
				t.Errorf("%s: the network's own address was drawn: %s", name, host)
			}
		}
	}
}
