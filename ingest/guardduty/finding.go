package guardduty

import (
	"bytes"
	"strconv"

	"github.com/valyala/fastjson"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/carrier"
	"github.com/vedette-siem/vedette/ingest/ecs"
)

// finding sets the fields of a finding of GuardDuty.
func finding(s *carrier.Session, r *carrier.Record) (id string, ms int64, reason string) {
	v := r.JSON
	service := get(v, "service")
	if get(v, "id") == nil || service == nil {
		return "", 0, "not a finding of GuardDuty: it has no id, or no service"
	}
	ms, ok := firstTime(s, get(v, "updatedAt"), get(v, "createdAt"), get(service, "eventLastSeen"))
	if !ok {
		return "", 0, "its updatedAt is not a time"
	}
	about(s, v, service)
	resource := get(v, "resource")
	whom(s, resource)
	action(s, get(service, "action"), service, resource)
	process(s, get(get(service, "runtimeDetails"), "process"))
	hashes(s, service, 0)
	kept(s, v, service, resource)
	count := string(s.Text(get(service, "count")))
	return "gd-" + ingest.HashID(string(s.Text(get(v, "id"))), strconv.FormatInt(ms, 10), count), ms, ""
}

// about sets what was found.
func about(s *carrier.Session, v, service *fastjson.Value) {
	kind := get(v, "type")
	s.B.Keyword("event.kind", "alert")
	s.B.Keywords("event.category", category(service)...)
	s.B.Keywords("event.type", "info")
	s.Keyword("message", get(v, "title"))
	s.Keyword("event.id", get(v, "id"))
	s.Keyword("event.action", get(get(service, "action"), "actionType"))
	s.B.Keyword("event.provider", "guardduty")
	s.Long("event.severity", get(v, "severity")) // of 1.0 to 10.0; without the fraction it is in the same class
	s.Time("event.created", get(v, "createdAt"))
	s.Time("event.start", get(service, "eventFirstSeen"))
	s.Time("event.end", get(service, "eventLastSeen"))
	s.Keyword("rule.name", kind)
	s.Keyword("rule.description", get(v, "description"))
	if purpose, _, found := bytes.Cut(s.Text(kind), []byte(":")); found {
		s.B.KeywordBytes("rule.category", purpose)
	}
	s.Keyword("cloud.account.id", get(v, "accountId"))
	s.Keyword("cloud.region", get(v, "region"))
}

// kept sets what keeps its own names.
func kept(s *carrier.Session, v, service, resource *fastjson.Value) {
	const prefix = "aws.guardduty."
	s.Keyword(prefix+"schema_version", get(v, "schemaVersion"))
	s.Keyword(prefix+"arn", get(v, "arn"))
	s.Keyword(prefix+"partition", get(v, "partition"))
	s.Keyword(prefix+"type", get(v, "type"))
	s.Keyword(prefix+"title", get(v, "title"))
	s.Keyword(prefix+"detector_id", get(service, "detectorId"))
	s.Keyword(prefix+"resource_type", get(resource, "resourceType"))
	s.Keyword(prefix+"resource_role", get(service, "resourceRole"))
	s.Bool(prefix+"archived", get(service, "archived"))
	s.Decimal(prefix+"severity", get(v, "severity"))
	s.Decimal(prefix+"confidence", get(v, "confidence"))
	s.Long(prefix+"count", get(service, "count"))
	s.Time(prefix+"created_at", get(v, "createdAt"))
	s.Time(prefix+"updated_at", get(v, "updatedAt"))
	s.Time(prefix+"event_first_seen", get(service, "eventFirstSeen"))
	s.Time(prefix+"event_last_seen", get(service, "eventLastSeen"))
	flat := s.Flat
	if v.Exists("Id") { // of the command line
		flat = s.FlatCamel
	}
	cut := flat(prefix+"resource", resource)
	if flat(prefix+"service", service) || cut {
		s.B.Bool(prefix+"truncated", true)
	}
	s.Extra(prefix+"extra", v, isFindingMember)
}

func isFindingMember(name []byte) bool {
	if len(name) == 0 {
		return false
	}
	switch string(name[1:]) { // in both spellings
	case "chemaVersion", "ccountId", "egion", "artition", "d", "rn", "ype", "esource", "ervice", "everity", "reatedAt", "pdatedAt", "itle", "escription", "onfidence":
		return true
	}
	return false
}

// category is ECS's for what happened.
func category(service *fastjson.Value) []string {
	out := []string{"intrusion_detection"}
	switch string(get(get(service, "action"), "actionType").GetStringBytes()) {
	case "NETWORK_CONNECTION", "PORT_PROBE", "DNS_REQUEST":
		out = append(out, "network")
	}
	for _, name := range []string{"ebsVolumeScanDetails", "malwareScanDetails"} {
		if get(service, name) != nil {
			out = append(out, "malware")
		}
	}
	return out
}

// firstTime is the first of several that is a time, in milliseconds.
func firstTime(s *carrier.Session, values ...*fastjson.Value) (int64, bool) {
	for _, v := range values {
		if v == nil {
			continue
		}
		if ms, ok := ecs.ParseTime(s.Text(v)); ok {
			return ms, true
		}
	}
	return 0, false
}

// get is a member by its name in camelCase, or with a capital as AWS's command line and ASFF have it; nil where there is none, or null.
func get(v *fastjson.Value, name string) *fastjson.Value {
	if m := carrier.Member(v, name); m != nil {
		return m
	}
	var capital [64]byte
	n := copy(capital[:], name)
	capital[0] -= 'a' - 'A'
	return carrier.Member(v, string(capital[:n]))
}
