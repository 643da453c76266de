package demo

import (
	"encoding/binary"
	"net/netip"
)

// place is a city as the GeoIP database gives it.
type place struct {
	city, code, country      string
	continent, continentCode string
	latitude, longitude      float64
	timeZone                 string
}

// pool is a range of addresses of one network in one place. AS numbers are those of RFC 5398 and RFC 6996 (private).
type pool struct {
	name   string
	prefix netip.Prefix
	place  string
	asn    uint32
	org    string
}

// at returns the nth address of the pool, counted from its first; n wraps at the pool's size (64 bits for IPv6).
func (p pool) at(n uint64) string {
	a := p.prefix.Addr()
	if a.Is4() {
		b := a.As4()
		size := uint64(1) << (32 - p.prefix.Bits())
		binary.BigEndian.PutUint32(b[:], binary.BigEndian.Uint32(b[:])+uint32(n%size))
		return netip.AddrFrom4(b).String()
	}
	b := a.As16()
	binary.BigEndian.PutUint64(b[8:], n)
	return netip.AddrFrom16(b).String()
}

// host draws an address that is not the first or the last of the pool.
func (p pool) host(d dice) string {
	if !p.prefix.Addr().Is4() {
		return p.at(d.Uint64()>>1 | 1)
	}
	size := uint64(1) << (32 - p.prefix.Bits())
	return p.at(1 + d.Uint64N(size-2))
}

// pools returns every external network of the demo. The names of visitors, scanners and bots share a prefix by which
// they are found; 192.0.2.0/24 and 198.51.100.128/25 belong to the stories.
func pools() []pool {
	p := func(name, prefix, place string, asn uint32, org string) pool {
		return pool{name, netip.MustParsePrefix(prefix), place, asn, org}
	}
	return []pool{
		p("office-berlin", "203.0.113.0/28", "Berlin", 64496, "Larkspur Outfitters GmbH"),
		p("office-dublin", "203.0.113.16/28", "Dublin", 64496, "Larkspur Outfitters GmbH"),
		p("office-boston", "203.0.113.32/28", "Boston", 64496, "Larkspur Outfitters GmbH"),
		p("cloud-eu-central-1", "203.0.113.64/28", "Frankfurt am Main", 64497, "Example Cloud Computing"),
		p("cloud-eu-west-1", "203.0.113.80/28", "Dublin", 64497, "Example Cloud Computing"),
		p("cloud-us-east-1", "203.0.113.96/28", "Ashburn", 64497, "Example Cloud Computing"),
		p("ci", "203.0.113.128/28", "Amsterdam", 64498, "Example CI Runners"),
		p("monitoring", "203.0.113.144/28", "Chicago", 64499, "Example Observability Inc."),
		p("hotel-lisbon", "203.0.113.160/28", "Lisbon", 64500, "Example Hotels Portugal"),
		p("hotel-tokyo", "203.0.113.176/28", "Tokyo", 64501, "Example Mobile Japan"),
		p("home-berlin", "203.0.113.192/27", "Berlin", 64502, "Example Broadband DE"),
		p("home-dublin", "203.0.113.224/28", "Dublin", 64503, "Example Fibre IE"),
		p("home-boston", "203.0.113.240/29", "Boston", 64504, "Example Cable US"),
		p("home-prague", "203.0.113.248/29", "Prague", 64505, "Example Net CZ"),

		p("story-leaked-key", "192.0.2.16/28", "Hanoi", 64506, "Example Telecom VN"),
		p("story-console", "192.0.2.32/28", "São Paulo", 64507, "Example Telecom BR"),
		p("story-escalation", "192.0.2.48/28", "Prague", 64508, "Example Mobile CZ"),
		p("story-trail", "192.0.2.64/28", "Amsterdam", 64509, "Example Hosting NL"),
		p("story-upload", "192.0.2.80/28", "Singapore", 64510, "Example Hosting SG"),
		p("story-paths", "192.0.2.96/28", "Istanbul", 64511, "Example Telecom TR"),
		p("bots-1", "198.51.100.128/27", "Jakarta", 65536, "Example Telecom ID"),
		p("bots-2", "198.51.100.160/27", "Mexico City", 65537, "Example Telecom MX"),
		p("bots-3", "198.51.100.192/27", "Johannesburg", 65538, "Example Telecom ZA"),
		p("bots-4", "198.51.100.224/27", "Bangkok", 65539, "Example Telecom TH"),

		p("scanner-1", "198.51.100.0/26", "Amsterdam", 64509, "Example Hosting NL"),
		p("scanner-2", "198.51.100.64/27", "San Jose", 65540, "Example Internet Census"),
		p("scanner-3", "198.51.100.96/27", "Singapore", 64510, "Example Hosting SG"),

		p("visitor-de-1", "198.18.0.0/19", "Berlin", 64502, "Example Broadband DE"),
		p("visitor-de-2", "198.18.32.0/19", "Hamburg", 64502, "Example Broadband DE"),
		p("visitor-de-3", "198.18.64.0/19", "Munich", 65541, "Example Mobile DE"),
		p("visitor-at", "198.18.96.0/20", "Vienna", 65542, "Example Telecom AT"),
		p("visitor-ch", "198.18.112.0/20", "Zurich", 65543, "Example Telecom CH"),
		p("visitor-fr", "198.18.128.0/19", "Paris", 65544, "Example Télécom FR"),
		p("visitor-gb", "198.18.160.0/19", "London", 65545, "Example Broadband UK"),
		p("visitor-nl", "198.18.192.0/20", "Amsterdam", 65546, "Example Kabel NL"),
		p("visitor-ie", "198.18.208.0/20", "Dublin", 64503, "Example Fibre IE"),
		p("visitor-es", "198.18.224.0/20", "Madrid", 65547, "Example Red ES"),
		p("visitor-it", "198.18.240.0/20", "Milan", 65548, "Example Rete IT"),
		p("visitor-us-1", "198.19.0.0/19", "New York", 64504, "Example Cable US"),
		p("visitor-us-2", "198.19.32.0/19", "San Jose", 65549, "Example Wireless US"),
		p("visitor-us-3", "198.19.64.0/20", "Chicago", 64504, "Example Cable US"),
		p("visitor-ca", "198.19.80.0/20", "Toronto", 65550, "Example Telecom CA"),
		p("visitor-se", "198.19.96.0/20", "Stockholm", 65551, "Example Bredband SE"),
		p("visitor-pl", "198.19.112.0/20", "Warsaw", 64512, "Example Telekom PL"),
		p("visitor-au", "198.19.128.0/20", "Sydney", 64513, "Example Telecom AU"),
		p("visitor-jp", "198.19.144.0/20", "Tokyo", 64501, "Example Mobile Japan"),
		p("crawler", "198.19.160.0/24", "San Jose", 64514, "Example Search Engine"),
		p("partner-de", "198.19.161.0/24", "Hamburg", 64515, "Example Logistics AG"),
		p("partner-us", "198.19.162.0/24", "Chicago", 64516, "Example Payments Inc."),
		p("cloud-services", "198.19.192.0/18", "Frankfurt am Main", 64497, "Example Cloud Computing"),
		p("visitor6-de", "2001:db8:1000::/36", "Berlin", 64502, "Example Broadband DE"),
		p("visitor6-us", "2001:db8:2000::/36", "New York", 64504, "Example Cable US"),
		p("visitor6-fr", "2001:db8:3000::/36", "Paris", 65544, "Example Télécom FR"),
	}
}

func places() map[string]place {
	const (
		europe, asia, north, south = "Europe", "Asia", "North America", "South America"
	)
	out := map[string]place{}
	add := func(city, code, country, continent, continentCode string, latitude, longitude float64, zone string) {
		out[city] = place{city, code, country, continent, continentCode, latitude, longitude, zone}
	}
	add("Berlin", "DE", "Germany", europe, "EU", 52.52, 13.405, "Europe/Berlin")
	add("Hamburg", "DE", "Germany", europe, "EU", 53.5511, 9.9937, "Europe/Berlin")
	add("Munich", "DE", "Germany", europe, "EU", 48.1374, 11.5755, "Europe/Berlin")
	add("Frankfurt am Main", "DE", "Germany", europe, "EU", 50.1109, 8.6821, "Europe/Berlin")
	add("Dublin", "IE", "Ireland", europe, "EU", 53.3498, -6.2603, "Europe/Dublin")
	add("Amsterdam", "NL", "The Netherlands", europe, "EU", 52.3676, 4.9041, "Europe/Amsterdam")
	add("Lisbon", "PT", "Portugal", europe, "EU", 38.7223, -9.1393, "Europe/Lisbon")
	add("Prague", "CZ", "Czechia", europe, "EU", 50.0755, 14.4378, "Europe/Prague")
	add("Vienna", "AT", "Austria", europe, "EU", 48.2082, 16.3738, "Europe/Vienna")
	add("Zurich", "CH", "Switzerland", europe, "EU", 47.3769, 8.5417, "Europe/Zurich")
	add("Paris", "FR", "France", europe, "EU", 48.8566, 2.3522, "Europe/Paris")
	add("London", "GB", "United Kingdom", europe, "EU", 51.5072, -0.1276, "Europe/London")
	add("Madrid", "ES", "Spain", europe, "EU", 40.4168, -3.7038, "Europe/Madrid")
	add("Milan", "IT", "Italy", europe, "EU", 45.4642, 9.19, "Europe/Rome")
	add("Stockholm", "SE", "Sweden", europe, "EU", 59.3293, 18.0686, "Europe/Stockholm")
	add("Warsaw", "PL", "Poland", europe, "EU", 52.2297, 21.0122, "Europe/Warsaw")
	add("Istanbul", "TR", "Türkiye", europe, "EU", 41.0082, 28.9784, "Europe/Istanbul")
	add("Boston", "US", "United States", north, "NA", 42.3601, -71.0589, "America/New_York")
	add("Ashburn", "US", "United States", north, "NA", 39.0438, -77.4874, "America/New_York")
	add("New York", "US", "United States", north, "NA", 40.7128, -74.006, "America/New_York")
	add("Chicago", "US", "United States", north, "NA", 41.8781, -87.6298, "America/Chicago")
	add("San Jose", "US", "United States", north, "NA", 37.3382, -121.8863, "America/Los_Angeles")
	add("Toronto", "CA", "Canada", north, "NA", 43.6532, -79.3832, "America/Toronto")
	add("Mexico City", "MX", "Mexico", north, "NA", 19.4326, -99.1332, "America/Mexico_City")
	add("São Paulo", "BR", "Brazil", south, "SA", -23.5558, -46.6396, "America/Sao_Paulo")
	add("Hanoi", "VN", "Vietnam", asia, "AS", 21.0278, 105.8342, "Asia/Ho_Chi_Minh")
	add("Singapore", "SG", "Singapore", asia, "AS", 1.3521, 103.8198, "Asia/Singapore")
	add("Jakarta", "ID", "Indonesia", asia, "AS", -6.2088, 106.8456, "Asia/Jakarta")
	add("Bangkok", "TH", "Thailand", asia, "AS", 13.7563, 100.5018, "Asia/Bangkok")
	add("Tokyo", "JP", "Japan", asia, "AS", 35.6762, 139.6503, "Asia/Tokyo")
	add("Johannesburg", "ZA", "South Africa", "Africa", "AF", -26.2041, 28.0473, "Africa/Johannesburg")
	add("Sydney", "AU", "Australia", "Oceania", "OC", -33.8688, 151.2093, "Australia/Sydney")
	return out
}
