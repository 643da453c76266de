package demo

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/maxmind/mmdbwriter"
	"github.com/maxmind/mmdbwriter/mmdbtype"
	"go4.org/netipx"
)

// geoipEpoch is the build time in the database's metadata: fixed, so that the file is always the same.
const geoipEpoch = 1_767_225_600 // 2026-01-01

// WriteGeoIP writes the MaxMind database that gives the demo's external addresses a place and a network. A record
// holds the members of GeoLite2 City and ASN together. It replaces path as a whole or leaves it as it was.
func WriteGeoIP(path string) error {
	tree, err := geoipTree()
	if err != nil {
		return fmt.Errorf("build demo geoip database: %w", err)
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".geoip-*")
	if err != nil {
		return fmt.Errorf("write demo geoip database: %w", err)
	}
	_, err = tree.WriteTo(file)
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		os.Remove(file.Name())
		return fmt.Errorf("write demo geoip database %q: %w", path, err)
	}
	return nil
}

func geoipTree() (*mmdbwriter.Tree, error) {
	tree, err := mmdbwriter.New(mmdbwriter.Options{
		BuildEpoch:              geoipEpoch,
		DatabaseType:            "Vedette-Demo-City-ASN",
		Description:             map[string]string{"en": "Invented places of the addresses in Vedette's demo data"},
		Languages:               []string{"en"},
		RecordSize:              24,
		IncludeReservedNetworks: true, // the demo's ranges are all reserved for documentation and tests
		DisableIPv4Aliasing:     true,
	})
	if err != nil {
		return nil, err
	}
	where := places()
	for _, p := range pools() {
		at, ok := where[p.place]
		if !ok {
			return nil, fmt.Errorf("pool %q lies in an unknown place %q", p.name, p.place)
		}
		if err := tree.Insert(netipx.PrefixIPNet(p.prefix), geoipRecord(p, at)); err != nil {
			return nil, fmt.Errorf("insert %s: %w", p.prefix, err)
		}
	}
	return tree, nil
}

func geoipRecord(p pool, at place) mmdbtype.Map {
	names := func(en string) mmdbtype.Map { return mmdbtype.Map{"en": mmdbtype.String(en)} }
	return mmdbtype.Map{
		"continent": mmdbtype.Map{"code": mmdbtype.String(at.continentCode), "names": names(at.continent)},
		"country":   mmdbtype.Map{"iso_code": mmdbtype.String(at.code), "names": names(at.country)},
		"registered_country": mmdbtype.Map{
			"iso_code": mmdbtype.String(at.code), "names": names(at.country),
		},
		"city": mmdbtype.Map{"names": names(at.city)},
		"location": mmdbtype.Map{
			"latitude":        mmdbtype.Float64(at.latitude),
			"longitude":       mmdbtype.Float64(at.longitude),
			"accuracy_radius": mmdbtype.Uint16(20),
			"time_zone":       mmdbtype.String(at.timeZone),
		},
		"autonomous_system_number":       mmdbtype.Uint32(p.asn),
		"autonomous_system_organization": mmdbtype.String(p.org),
	}
}
