package pipeline

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// geoip adds the place or the network of an address, from the database that the server was started with (`--geoip`). Without one it tags the document, as Elasticsearch does while its
// database is not there.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/geoip-processor.html
type geoip struct {
	field, target, file string
	properties          []string
	asn                 bool
	ignoreMissing       bool
	firstOnly           bool
}

var (
	cityProperties = []string{"continent_name", "country_name", "country_iso_code", "region_iso_code", "region_name", "city_name", "location"}
	moreProperties = []string{"ip", "continent_code", "country_in_european_union", "timezone", "accuracy_radius", "postal_code", "registered_country_in_european_union", "registered_country_iso_code", "registered_country_name"}
	asnProperties  = []string{"ip", "asn", "organization_name", "network"}
)

func makeGeoIP(c *config) processor {
	p := &geoip{field: c.required("field"), target: c.optional("target_field", "geoip"), file: c.optional("database_file", "GeoLite2-City.mmdb"), properties: c.list("properties"),
		ignoreMissing: c.flag("ignore_missing", false), firstOnly: c.flag("first_only", true)}
	c.flag("download_database_on_pipeline_creation", true)
	p.asn = strings.Contains(p.file, "ASN")
	allowed, standard := append(slices.Clone(cityProperties), moreProperties...), cityProperties
	if p.asn {
		allowed, standard = asnProperties, asnProperties
	}
	for i, name := range p.properties {
		if p.properties[i] = strings.ToLower(name); !slices.Contains(allowed, p.properties[i]) {
			c.fail("properties", "illegal property value [%s]. valid values are %v", clip(name), allowed)
		}
	}
	if p.properties == nil {
		p.properties = standard
	}
	return p
}

func (p *geoip) run(r *run, d *Document) error {
	v, ok, err := source(d, p.field, p.ignoreMissing, "extract geoip information.")
	if !ok {
		return err
	}
	if r.env.Locate == nil {
		return d.append("tags", []any{"_geoip_database_unavailable_" + p.file}, false)
	}
	l, isList := v.(*List)
	if !isList {
		found, err := p.locate(r, v)
		if found == nil || err != nil {
			return err
		}
		return d.set(p.target, found)
	}
	out := &List{}
	for _, item := range l.items {
		found, err := p.locate(r, item)
		if err != nil {
			return err
		}
		if p.firstOnly && found != nil {
			return d.set(p.target, found)
		}
		if found == nil {
			out.items = append(out.items, nil)
		} else {
			out.items = append(out.items, found)
		}
	}
	if p.firstOnly || !slices.ContainsFunc(out.items, func(v any) bool { return v != nil }) {
		return nil
	}
	return d.set(p.target, out)
}

// locate is what is known of an address, or nil.
func (p *geoip) locate(r *run, v any) (*Object, error) {
	s, ok := v.(string)
	if !ok {
		return nil, eserr.Illegal("field [%s] should contain only string or array of strings", p.field)
	}
	a, err := netip.ParseAddr(s)
	if err != nil {
		return nil, eserr.Illegal("'%s' is not an IP string literal.", clip(s))
	}
	geo, as := r.env.Locate(a)
	if p.asn {
		return p.pick(s, asnObject(as)), nil
	}
	return p.pick(s, parseObject(geo)), nil
}

func parseObject(raw []byte) *Object {
	v, err := parseValue(raw)
	if o, ok := v.(*Object); ok && err == nil {
		return o
	}
	return newObject()
}

// asnObject turns `as` of ECS into what the processor calls it.
func asnObject(raw []byte) *Object {
	from, to := parseObject(raw), newObject()
	if n, ok := from.get("number"); ok {
		to.set("asn", n)
	}
	if o, ok := from.values["organization"].(*Object); ok {
		to.set("organization_name", o.values["name"])
	}
	return to
}

func (p *geoip) pick(ip string, from *Object) *Object {
	if len(from.keys) == 0 {
		return nil
	}
	out := newObject()
	for _, name := range p.properties {
		if name == "ip" {
			out.set("ip", ip)
		} else if v, ok := from.get(name); ok {
			out.set(name, v)
		}
	}
	return out
}
