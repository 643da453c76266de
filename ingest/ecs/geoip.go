package ecs

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"strconv"
	"sync"

	"github.com/oschwald/maxminddb-golang/v2"
)

// GeoIP is the enrichment Step that gives external addresses a place and a network: `source.geo`, `source.as`,
// `destination.geo`, `destination.as`, from MaxMind files that the user supplies (City, Country, ASN, or one that holds all).
// It is safe for concurrent use.
type GeoIP struct {
	mu    sync.RWMutex // guards what follows; who reads a file holds it
	files []*geoFile
	known map[netip.Addr]located
}

// geoFile is a database that is open. It is mapped into memory: replacing it means renaming another file to its path, as geoipupdate does, never
// writing into it.
type geoFile struct {
	path   string
	info   os.FileInfo
	reader *maxminddb.Reader
}

// located is what an address is enriched with, rendered; nil parts are unknown.
type located struct{ geo, as []byte }

// knownAddrs bounds the memory for rendered places: about 20 MB.
const knownAddrs = 1 << 16

// mmdbRecord is what is read of a record (https://dev.maxmind.com/geoip/docs/databases).
type mmdbRecord struct {
	Country struct {
		Code  string            `maxminddb:"iso_code"`
		Names map[string]string `maxminddb:"names"`
	} `maxminddb:"country"`
	City struct {
		Names map[string]string `maxminddb:"names"`
	} `maxminddb:"city"`
	Regions []struct {
		Code  string            `maxminddb:"iso_code"`
		Names map[string]string `maxminddb:"names"`
	} `maxminddb:"subdivisions"`
	Location struct {
		Lat *float64 `maxminddb:"latitude"`
		Lon *float64 `maxminddb:"longitude"`
	} `maxminddb:"location"`
	ASNumber uint32 `maxminddb:"autonomous_system_number"`
	ASName   string `maxminddb:"autonomous_system_organization"`
}

// OpenGeoIP opens MaxMind files. Where several know something of an address, an earlier file wins. Errors name the file.
// Close releases them.
func OpenGeoIP(paths ...string) (*GeoIP, error) {
	g := &GeoIP{known: make(map[netip.Addr]located)}
	for _, path := range paths {
		f, err := openGeoFile(path)
		if err != nil {
			return nil, errors.Join(err, g.Close())
		}
		g.files = append(g.files, f)
	}
	return g, nil
}

// openGeoFile looks at the file before it opens it: one that is replaced in between is only opened once more.
func openGeoFile(path string) (*geoFile, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("open geoip database: %w", err)
	}
	r, err := maxminddb.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open geoip database %q: %w", path, err)
	}
	return &geoFile{path, info, r}, nil
}

// Reload opens the files anew that were replaced since they were opened; events that are read from now on are told by them. One that cannot be
// opened is an error, and the old one stays in use.
func (g *GeoIP) Reload() error {
	var errs []error
	for i := range g.files { // the length never changes
		errs = append(errs, g.reload(i))
	}
	return errors.Join(errs...)
}

func (g *GeoIP) reload(i int) error {
	g.mu.RLock()
	old := g.files[i]
	g.mu.RUnlock()
	info, err := os.Stat(old.path)
	if err == nil && os.SameFile(info, old.info) && info.ModTime().Equal(old.info.ModTime()) && info.Size() == old.info.Size() {
		return nil
	}
	f, err := openGeoFile(old.path)
	if err != nil {
		return fmt.Errorf("the old one stays in use: %w", err)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.files[i] = f
	clear(g.known)
	return old.reader.Close()
}

// Close unmaps the files. Nobody may call Enrich any more.
func (g *GeoIP) Close() error {
	var errs []error
	for _, f := range g.files {
		errs = append(errs, f.reader.Close())
	}
	g.files = nil
	return errors.Join(errs...)
}

// Locate renders what is known of an address as the objects `geo` and `as` of ECS; nil is nothing. The caller must not change them.
func (g *GeoIP) Locate(a netip.Addr) (geo, as []byte) {
	l := g.locate(a.Unmap())
	return l.geo, l.as
}

// Enrich implements Step.
func (g *GeoIP) Enrich(b *Builder) {
	if a, ok := b.Addr("source.ip"); ok {
		l := g.locate(a)
		b.JSON("source.geo", l.geo)
		b.JSON("source.as", l.as)
	}
	if a, ok := b.Addr("destination.ip"); ok {
		l := g.locate(a)
		b.JSON("destination.geo", l.geo)
		b.JSON("destination.as", l.as)
	}
}

func (g *GeoIP) locate(a netip.Addr) located {
	if a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() || a.IsMulticast() || a.IsUnspecified() {
		return located{}
	}
	g.mu.RLock()
	l, ok := g.known[a]
	g.mu.RUnlock()
	if ok {
		return l
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	l = g.lookUp(a)
	if len(g.known) >= knownAddrs {
		clear(g.known)
	}
	g.known[a] = l
	return l
}

// lookUp asks the files. A damaged record is no reason to lose an event: what it cannot tell is left out.
func (g *GeoIP) lookUp(a netip.Addr) (l located) {
	for _, f := range g.files {
		found := f.reader.Lookup(a)
		if !found.Found() {
			continue
		}
		var record mmdbRecord
		if found.Decode(&record) != nil {
			continue
		}
		if l.geo == nil {
			l.geo = record.geo()
		}
		if l.as == nil {
			l.as = record.as()
		}
	}
	return l
}

// geo renders the members of an ECS geo object.
func (r *mmdbRecord) geo() []byte {
	o := rendering{}
	o.text("country_iso_code", r.Country.Code)
	o.text("country_name", r.Country.Names["en"])
	if len(r.Regions) > 0 {
		region := r.Regions[0]
		if r.Country.Code != "" && region.Code != "" {
			o.text("region_iso_code", r.Country.Code+"-"+region.Code)
		}
		o.text("region_name", region.Names["en"])
	}
	o.text("city_name", r.City.Names["en"])
	if r.Location.Lat != nil && r.Location.Lon != nil {
		o.name("location")
		o.json = append(o.json, `{"lat":`...)
		o.json = strconv.AppendFloat(o.json, *r.Location.Lat, 'f', -1, 64)
		o.json = append(o.json, `,"lon":`...)
		o.json = strconv.AppendFloat(o.json, *r.Location.Lon, 'f', -1, 64)
		o.json = append(o.json, '}')
	}
	return o.done()
}

// as renders the members of an ECS as object.
func (r *mmdbRecord) as() []byte {
	o := rendering{}
	if r.ASNumber != 0 {
		o.name("number")
		o.json = strconv.AppendUint(o.json, uint64(r.ASNumber), 10)
	}
	if r.ASName != "" {
		o.name("organization")
		o.json = append(o.json, `{"name":`...)
		o.json = AppendString(o.json, r.ASName)
		o.json = append(o.json, '}')
	}
	return o.done()
}

// rendering is a small JSON object being written.
type rendering struct{ json []byte }

func (o *rendering) name(name string) {
	if o.json == nil {
		o.json = append(o.json, '{')
	} else {
		o.json = append(o.json, ',')
	}
	o.json = append(AppendString(o.json, name), ':')
}

func (o *rendering) text(name, v string) {
	if v != "" {
		o.name(name)
		o.json = AppendString(o.json, v)
	}
}

func (o *rendering) done() []byte {
	if o.json == nil {
		return nil
	}
	return append(o.json, '}')
}
