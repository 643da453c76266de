package resolver

import (
	"bytes"

	"github.com/vedette-siem/vedette/ingest/carrier"
	"github.com/vedette-siem/vedette/ingest/ecs"
)

// The fields of a query log of a public zone, in order.
const (
	zoneVersion = iota
	zoneTime
	zoneID
	zoneName
	zoneType
	zoneCode
	zoneTransport
	zoneEdge
	zoneResolver
	zoneSubnet
	zoneFields
)

// zone sets the fields of a query that a public hosted zone answered.
func zone(s *carrier.Session, r *carrier.Record) (id string, ms int64, reason string) {
	if r.JSON != nil {
		return "", 0, "not a line of a public zone's query log"
	}
	if at, rest, ok := carrier.ExportTime(r.Text); ok {
		r.Ms, r.Text = at, rest
	}
	f := bytes.Fields(r.Text)
	if len(f) < zoneFields {
		return "", 0, "not a line of a public zone's query log: it has less than ten fields"
	}
	ms, ok := ecs.ParseTime(f[zoneTime])
	if !ok {
		return "", 0, "its second field is not a time"
	}
	s.B.Keywords("event.category", "network")
	s.B.Keywords("event.type", "protocol")
	client(s, f[zoneResolver], f[zoneTransport])
	s.B.Question(f[zoneName])
	question(s, f[zoneType], f[zoneCode])
	s.B.KeywordBytes("aws.route53.version", f[zoneVersion])
	s.B.KeywordBytes("aws.route53.hosted_zone_id", f[zoneID])
	s.B.KeywordBytes("aws.route53.edge_location", f[zoneEdge])
	s.B.KeywordBytes("aws.route53.edns_client_subnet", f[zoneSubnet])
	if len(f) > zoneFields { // AWS appends new fields at the end
		s.Counts.ExtraField([]byte("more"))
		s.B.JSON("aws.route53.extra", append(ecs.AppendString([]byte(`{"more":`), bytes.Join(f[zoneFields:], []byte(" "))), '}'))
	}
	return "", ms, ""
}

// client sets who asked, and how.
func client(s *carrier.Session, address, transport []byte) {
	if a, ok := s.B.Address("source.address", "source.ip", address); ok {
		kind := "ipv6"
		if a.Unmap().Is4() {
			kind = "ipv4"
		}
		s.B.Keyword("network.type", kind)
	}
	s.B.Keyword("network.protocol", "dns")
	s.B.KeywordBytes("network.transport", bytes.ToLower(transport))
	switch string(transport) {
	case "UDP":
		s.B.Keyword("network.iana_number", "17")
	case "TCP":
		s.B.Keyword("network.iana_number", "6")
	}
}

// question sets what was asked for but the name, and how it ended.
func question(s *carrier.Session, kind, code []byte) {
	s.B.Keyword("dns.type", "answer") // each is logged with its answer
	s.B.KeywordBytes("dns.question.type", kind)
	s.B.KeywordBytes("dns.response_code", code)
	switch {
	case ecs.Absent(code):
		s.B.Keyword("event.outcome", "unknown")
	case string(code) == "NOERROR":
		s.B.Keyword("event.outcome", "success")
	default:
		s.B.Keyword("event.outcome", "failure")
	}
}
