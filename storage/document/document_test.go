package document

import (
	"math"
	"net/netip"
	"slices"
	"testing"
)

func TestSortableDoublesKeepTheirOrder(t *testing.T) {
	values := []float64{math.Inf(-1), -math.MaxFloat64, -1.5, -1, -math.SmallestNonzeroFloat64, math.Copysign(0, -1), 0, math.SmallestNonzeroFloat64, 1, 1.5, math.MaxFloat64, math.Inf(1), math.NaN()}
	var sortable []int64
	for _, v := range values {
		n := SortableDouble(v)
		if back := DoubleOf(n); back != v && !math.IsNaN(v) || math.Signbit(back) != math.Signbit(v) {
			t.Errorf("%v comes back as %v", v, back)
		}
		sortable = append(sortable, n)
	}
	if !slices.IsSorted(sortable) {
		t.Errorf("not in order: %v", sortable)
	}
}

func TestAddressesKeepTheirOrderAndFamily(t *testing.T) {
	last := ""
	for _, text := range []string{"0.0.0.0", "9.255.255.255", "10.0.0.1", "203.0.113.5", "2001:db8::1", "2001:db8::2"} {
		key := IPKey(netip.MustParseAddr(text))
		if key <= last {
			t.Errorf("%s is not above the one before", text)
		}
		last = key
		if back, ok := IPOf(key); !ok || back.String() != text {
			t.Errorf("%s comes back as %s, %v", text, back, ok)
		}
	}
	if _, ok := IPOf("short"); ok {
		t.Error("a key of five bytes was taken for an address")
	}
}

func TestKindsHaveElasticsearchsNames(t *testing.T) {
	for kind, want := range map[Kind]string{Keyword: "keyword", DateNanos: "date_nanos", IP: "ip", 0: "invalid", 99: "invalid"} {
		if got := kind.String(); got != want {
			t.Errorf("kind %d is %s, want %s", kind, got, want)
		}
	}
	for kind, want := range map[Kind]bool{Keyword: false, Text: false, Long: true, Double: true, Date: true, DateNanos: true, Boolean: true, IP: false} {
		if kind.Numeric() != want {
			t.Errorf("%s is numeric: %v", kind, kind.Numeric())
		}
	}
}
