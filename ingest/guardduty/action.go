package guardduty

import (
	"bytes"
	"strings"

	"github.com/valyala/fastjson"

	"github.com/vedette-siem/vedette/ingest/carrier"
	"github.com/vedette-siem/vedette/ingest/ecs"
)

// side names the fields of one end of a connection.
type side struct{ address, ip, port, domain, country, code, city, location, asn, organization string }

var (
	source = &side{
		"source.address", "source.ip", "source.port", "source.domain", "source.geo.country_name", "source.geo.country_iso_code", "source.geo.city_name",
		"source.geo.location", "source.as.number", "source.as.organization.name",
	}
	destination = &side{
		"destination.address", "destination.ip", "destination.port", "destination.domain", "destination.geo.country_name", "destination.geo.country_iso_code",
		"destination.geo.city_name", "destination.geo.location", "destination.as.number", "destination.as.organization.name",
	}
)

// action sets who spoke with whom. holder has resourceRole (the service of a finding, or nil), resource the addresses of the resource.
func action(s *carrier.Session, v, holder, resource *fastjson.Value) {
	if c := get(v, "networkConnectionAction"); c != nil {
		connection(s, c, string(s.Text(get(holder, "resourceRole"))), resource)
	}
	if probe := get(v, "portProbeAction"); probe != nil {
		probes(s, probe, resource)
	}
	for _, name := range []string{"awsApiCallAction", "kubernetesApiCallAction", "rdsLoginAttemptAction"} {
		if call := get(v, name); call != nil {
			peer(s, source, get(call, "remoteIpDetails"))
			s.Keyword("error.code", get(call, "errorCode"))
			if agent := get(call, "userAgent"); agent != nil {
				s.B.UserAgent(s.Text(agent))
			}
		}
	}
	if request := get(v, "dnsRequestAction"); request != nil {
		s.B.Question(s.Text(get(request, "domain")))
		s.B.Keyword("network.protocol", "dns")
		transport(s, get(request, "protocol"))
		local(s, source, nil, resource)
	}
}

// connection sets the ends by the direction. Where that is unknown, the resource's role tells who began: a target did not.
func connection(s *carrier.Session, c *fastjson.Value, role string, resource *fastjson.Value) {
	far, near, direction := source, destination, "inbound"
	switch named := string(bytes.ToUpper(s.Text(get(c, "connectionDirection")))); {
	case named == "INBOUND":
	case named == "OUTBOUND", role == "ACTOR":
		far, near, direction = destination, source, "outbound"
	default:
		direction = ""
	}
	if named := s.Text(get(c, "connectionDirection")); direction == "inbound" || len(named) > 0 && string(named) != "UNKNOWN" {
		s.B.Keyword("network.direction", direction)
	}
	transport(s, get(c, "protocol"))
	peer(s, far, get(c, "remoteIpDetails"))
	s.Long(far.port, get(get(c, "remotePortDetails"), "port"))
	local(s, near, get(c, "localIpDetails"), resource)
	s.Long(near.port, get(get(c, "localPortDetails"), "port"))
}

// probes sets the first of the probes, and the addresses of all.
func probes(s *carrier.Session, probe, resource *fastjson.Value) {
	for i, p := range carrier.Items(get(probe, "portProbeDetails")) {
		remote := get(p, "remoteIpDetails")
		if i > 0 {
			if a, ok := ecs.ParseIP(s.Text(address(remote))); ok {
				s.B.RelatedIP(a)
			}
			continue
		}
		s.B.Keyword("network.direction", "inbound")
		peer(s, source, remote)
		local(s, destination, get(p, "localIpDetails"), resource)
		s.Long(destination.port, get(get(p, "localPortDetails"), "port"))
	}
}

// peer sets the far end with what is known of it. A MaxMind database, if there is one, knows better and comes later.
func peer(s *carrier.Session, to *side, details *fastjson.Value) {
	s.B.Address(to.address, to.ip, s.Text(address(details)))
	s.Keyword(to.country, get(get(details, "country"), "countryName"))
	s.Keyword(to.code, get(get(details, "country"), "countryCode"))
	s.Keyword(to.city, get(get(details, "city"), "cityName"))
	place := get(details, "geoLocation")
	if lat, lon := get(place, "lat"), get(place, "lon"); isDegrees(lat, 90) && isDegrees(lon, 180) {
		out := lat.MarshalTo([]byte(`{"lat":`))
		out = lon.MarshalTo(append(out, `,"lon":`...))
		s.B.JSON(to.location, append(out, '}'))
	}
	organization := get(details, "organization")
	s.Long(to.asn, get(organization, "asn"))
	s.Keyword(to.organization, get(organization, "asnOrg"))
}

func isDegrees(v *fastjson.Value, most float64) bool {
	if v == nil || v.Type() != fastjson.TypeNumber || !ecs.IsNumber(v.MarshalTo(nil)) {
		return false
	}
	n, err := v.Float64()
	return err == nil && n >= -most && n <= most
}

func address(details *fastjson.Value) *fastjson.Value {
	if v := get(details, "ipAddressV4"); v != nil {
		return v
	}
	return get(details, "ipAddressV6")
}

// local sets the near end: as the action tells it, else the resource's first private address.
func local(s *carrier.Session, to *side, details, resource *fastjson.Value) {
	v := address(details)
	if v == nil {
		for _, i := range carrier.Items(get(get(resource, "instanceDetails"), "networkInterfaces")) {
			if v = get(i, "privateIpAddress"); v != nil {
				break
			}
		}
	}
	s.B.Address(to.address, to.ip, s.Text(v))
}

// transport sets a protocol by its name, or by its number as far as it has a name here.
func transport(s *carrier.Session, v *fastjson.Value) {
	name := strings.ToLower(string(s.Text(v)))
	switch name {
	case "0", "unknown":
		return
	case "6":
		name = "tcp"
	case "17":
		name = "udp"
	}
	s.B.Keyword("network.transport", name)
}
