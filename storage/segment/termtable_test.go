package segment

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// TestTermTable numbers random terms, many of which share their first eight bytes, and compares with a map.
func TestTermTable(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	for range 20 {
		var table termTable
		if r.IntN(2) == 0 {
			table.reserve(columnSize{terms: r.IntN(1000), bytes: r.IntN(1000)})
		}
		numbers, terms := map[string]uint32{}, []string{}
		for range r.IntN(5000) {
			term := strings.Repeat([]string{"a", "\x00", "ab", "éé"}[r.IntN(4)], r.IntN(9)) + fmt.Sprint(r.IntN(300))[r.IntN(2):]
			got := table.number(r.IntN(4), term)
			want, ok := numbers[term]
			if !ok {
				want = uint32(len(terms))
				numbers[term], terms = want, append(terms, term)
			}
			if got != want || table.at(got) != term || table.len() != len(terms) {
				t.Fatalf("%q is number %d (%q) of %d, want %d of %d", term, got, table.at(got), table.len(), want, len(terms))
			}
		}
		sorted, newOrd := table.sorted()
		if !slices.IsSorted(sorted) || len(sorted) != len(terms) {
			t.Fatalf("sorted: %q", sorted)
		}
		for old, now := range newOrd {
			if sorted[now] != terms[old] {
				t.Fatalf("term %d is %q, but %q in order", old, terms[old], sorted[now])
			}
		}
		keepSome(t, r, &table, terms)
	}
}

// keepSome drops terms.
func keepSome(t *testing.T, r *rand.Rand, table *termTable, terms []string) {
	t.Helper()
	var ords []uint32
	var want []string
	for range r.IntN(len(terms) + 1) {
		ord := uint32(r.IntN(len(terms)))
		ords, want = append(ords, ord), append(want, terms[ord])
	}
	table.keep(ords)
	for i, ord := range ords {
		if table.at(ord) != want[i] {
			t.Fatalf("kept %q, want %q", table.at(ord), want[i])
		}
	}
	slices.Sort(want)
	if n := len(slices.Compact(want)); table.len() != n {
		t.Fatalf("%d terms are left, want %d", table.len(), n)
	}
}

func TestTermStartOrdersAsBytesDo(t *testing.T) {
	terms := []string{"", "\x00", "\x00\x00", "\x01", "a", "ab", "abc", "abcd", "abcde", "abcdefg", "abcdefgh", "abcdefghz", "b", "ÿ", "\xff"}
	for _, a := range terms {
		for _, b := range terms {
			if termStart(a) < termStart(b) && a >= b {
				t.Errorf("%q is before %q", a, b)
			}
		}
		var padded [8]byte
		copy(padded[:], a)
		if got, want := termStart(a), termStart(string(padded[:])); got != want {
			t.Errorf("start of %q is %x, want %x", a, got, want)
		}
	}
}

func TestIsUUID(t *testing.T) {
	const uuid = "0123abcd-4567-89ef-0000-ffffffffffff"
	if !isUUID(uuid) {
		t.Errorf("%s is none", uuid)
	}
	for i := range uuid {
		for _, c := range "-gG:`/A\x00\xff" {
			if bad := uuid[:i] + string(byte(c)) + uuid[i+1:]; bad != uuid && isUUID(bad) {
				t.Errorf("%q is one", bad)
			}
		}
	}
	if got := string(appendUUID(nil, packUUID(nil, uuid))); got != uuid {
		t.Errorf("packed and unpacked: %s", got)
	}
}
