package demo

import (
	"bytes"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/oschwald/maxminddb-golang/v2"
)

type geoRecord struct {
	Country struct {
		ISOCode string            `maxminddb:"iso_code"`
		Names   map[string]string `maxminddb:"names"`
	} `maxminddb:"country"`
	City struct {
		Names map[string]string `maxminddb:"names"`
	} `maxminddb:"city"`
	Location struct {
		Latitude  float64 `maxminddb:"latitude"`
		Longitude float64 `maxminddb:"longitude"`
	} `maxminddb:"location"`
	ASN uint   `maxminddb:"autonomous_system_number"`
	Org string `maxminddb:"autonomous_system_organization"`
}

func openGeoIP(t *testing.T) *maxminddb.Reader {
	t.Helper()
	path := filepath.Join(t.TempDir(), "demo.mmdb")
	if err := WriteGeoIP(path); err != nil {
		t.Fatal(err)
	}
	db, err := maxminddb.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func TestGeoIPKnowsEveryPool(t *testing.T) {
	db := openGeoIP(t)
	if err := db.Verify(); err != nil {
		t.Fatal(err)
	}
	for _, p := range pools() {
		at := places()[p.place]
		for _, n := range []uint64{0, 1, 5} {
			var got geoRecord
			if err := db.Lookup(netip.MustParseAddr(p.at(n))).Decode(&got); err != nil {
				t.Fatal(err)
			}
			if got.Country.ISOCode != at.code || got.Country.Names["en"] != at.country || got.City.Names["en"] != at.city ||
				got.ASN != uint(p.asn) || got.Org != p.org || got.Location.Latitude != at.latitude {
				t.Errorf("%s %s: %+v", p.name, p.at(n), got)
			}
		}
	}
}

func TestGeoIPIsAlwaysTheSame(t *testing.T) {
	dir := t.TempDir()
	var files [2][]byte
	for i := range files {
		path := filepath.Join(dir, "demo.mmdb")
		if err := WriteGeoIP(path); err != nil {
			t.Fatal(err)
		}
		var err error
		if files[i], err = os.ReadFile(path); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(files[0], files[1]) {
		t.Error("two databases differ")
	}
	if err := WriteGeoIP(filepath.Join(dir, "absent", "demo.mmdb")); err == nil || !strings.Contains(err.Error(), "geoip") {
		t.Errorf("an absent folder gives %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".geoip-*")); len(left) != 0 {
		t.Errorf("temporary files stay: %v", left)
	}
}

func TestPoolsDoNotOverlapAndBelongToNobody(t *testing.T) {
	reserved := []netip.Prefix{
		netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24"),
		netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("2001:db8::/32"),
	}
	all := pools()
	for i, p := range all {
		inside := false
		for _, r := range reserved {
			inside = inside || r.Contains(p.prefix.Addr()) && r.Bits() <= p.prefix.Bits()
		}
		if !inside || p.prefix != p.prefix.Masked() {
			t.Errorf("%s: %s is no network of documentation", p.name, p.prefix)
		}
		for _, q := range all[:i] {
			if p.prefix.Overlaps(q.prefix) || p.name == q.name {
				t.Errorf("%s and %s overlap", p.name, q.name)
			}
		}
	}
}

// checkCountries looks up every external address of the access and flow logs and of CloudTrail.
func checkCountries(t *testing.T, w *written) {
	db := openGeoIP(t)
	countries := map[string]int{}
	seen := map[string]bool{}
	look := func(text string) {
		if seen[text] {
			return
		}
		seen[text] = true
		ip, err := netip.ParseAddr(text)
		if err != nil || ip.IsPrivate() || ip.IsLinkLocalUnicast() {
			return
		}
		var got geoRecord
		if err := db.Lookup(ip).Decode(&got); err != nil || got.Country.ISOCode == "" {
			t.Errorf("%s has no country: %v", text, err)
		}
		countries[got.Country.ISOCode]++
	}
	for _, r := range w.records(t) {
		look(r.SourceIPAddress)
	}
	for _, lines := range w.lines(t, "/vpcflowlogs/") {
		header := strings.Fields(lines[0])
		source, destination := slices.Index(header, "srcaddr"), slices.Index(header, "dstaddr")
		for _, line := range lines[1:] {
			f := strings.Fields(line)
			look(f[source])
			look(f[destination])
		}
	}
	for _, lines := range w.lines(t, "/elasticloadbalancing/") {
		for _, line := range lines {
			for _, field := range strings.SplitN(line, " ", 5)[2:4] { // the client's column depends on the format
				if client, err := netip.ParseAddrPort(field); err == nil {
					look(client.Addr().String())
				}
			}
		}
	}
	if len(countries) < 20 {
		t.Errorf("only %d countries: %v", len(countries), countries)
	}
}
