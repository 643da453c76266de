package guardduty

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/valyala/fastjson"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/carrier"
	"github.com/vedette-siem/vedette/ingest/ecs"
)

// hubFinding sets the fields of a finding of Security Hub. One that a person or a rule has worked on since (its workflow, record state or
// verification) is a document of its own.
func hubFinding(s *carrier.Session, r *carrier.Record) (id string, ms int64, reason string) {
	v := r.JSON
	if get(v, "id") == nil || get(v, "productArn") == nil {
		return "", 0, "not a finding of Security Hub: it has no Id, or no ProductArn"
	}
	ms, ok := firstTime(s, get(v, "updatedAt"), get(v, "createdAt"))
	if !ok {
		return "", 0, "its UpdatedAt is not a time"
	}
	hubAbout(s, v)
	hubRule(s, v)
	action(s, get(v, "action"), nil, nil)
	if get(v, "action") == nil {
		hubNetwork(s, get(v, "network"))
	}
	process(s, get(v, "process"))
	hubResources(s, carrier.Items(get(v, "resources")))
	hashes(s, v, 0)
	hubKept(s, v)
	parts := []string{strconv.FormatInt(ms, 10)}
	for _, part := range []*fastjson.Value{get(v, "productArn"), get(v, "id"), get(get(v, "workflow"), "status"), get(v, "recordState"), get(v, "verificationState")} {
		parts = append(parts, string(s.Text(part)))
	}
	return "sh-" + ingest.HashID(parts...), ms, ""
}

// hubAbout sets what was found. A check that passed is a state, no alert.
func hubAbout(s *carrier.Session, v *fastjson.Value) {
	status := string(s.Text(get(get(v, "compliance"), "status")))
	s.B.Keyword("event.kind", "alert")
	switch status {
	case "PASSED":
		s.B.Keyword("event.kind", "state")
		s.B.Keyword("event.outcome", "success")
	case "NOT_AVAILABLE":
		s.B.Keyword("event.kind", "state")
		s.B.Keyword("event.outcome", "unknown")
	case "FAILED", "WARNING":
		s.B.Keyword("event.outcome", "failure")
	}
	s.B.Keywords("event.category", hubCategory(s, v)...)
	s.B.Keywords("event.type", "info")
	s.Keyword("message", get(v, "title"))
	s.Keyword("event.id", get(v, "id"))
	s.Keyword("event.action", get(get(v, "action"), "actionType"))
	s.Keyword("event.provider", get(v, "productName"))
	s.Keyword("event.url", get(v, "sourceUrl"))
	s.Time("event.created", get(v, "createdAt"))
	s.Time("event.start", get(v, "firstObservedAt"))
	s.Time("event.end", get(v, "lastObservedAt"))
	hubSeverity(s, get(v, "severity"))
	s.Keyword("cloud.account.id", get(v, "awsAccountId"))
	s.Keyword("cloud.account.name", get(v, "awsAccountName"))
	s.Keyword("cloud.region", get(v, "region"))
}

// hubRule sets what found it: a control of Security Hub's own checks, else the finding's type.
func hubRule(s *carrier.Session, v *fastjson.Value) {
	s.Keyword("rule.id", get(v, "generatorId"))
	s.Keyword("rule.description", get(v, "description"))
	s.Keyword("rule.reference", get(get(get(v, "remediation"), "recommendation"), "url"))
	kinds := carrier.Items(get(v, "types"))
	if len(kinds) > 0 {
		s.Keyword("rule.name", kinds[0])
		name, _, _ := bytes.Cut(s.Text(kinds[0]), []byte("/"))
		s.B.KeywordBytes("rule.category", name)
	}
	if control := get(get(v, "compliance"), "securityControlId"); control != nil {
		s.Keyword("rule.name", control)
	}
}

// hubCategory is ECS's for the namespace of the types
// (https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format-type-taxonomy.html).
func hubCategory(s *carrier.Session, v *fastjson.Value) []string {
	var out []string
	if carrier.Items(get(v, "vulnerabilities")) != nil {
		out = append(out, "vulnerability")
	}
	if carrier.Items(get(v, "malware")) != nil {
		out = append(out, "malware")
	}
	if get(v, "network") != nil {
		out = append(out, "network")
	}
	for _, kind := range carrier.Items(get(v, "types")) {
		if bytes.HasPrefix(s.Text(kind), []byte("Software and Configuration Checks")) {
			if len(out) == 0 {
				out = append(out, "configuration")
			}
			return out
		}
	}
	return append(out, "intrusion_detection")
}

// hubSeverity sets a number from 0 to 100; a label alone stands for the least of its range
// (https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_Severity.html).
func hubSeverity(s *carrier.Session, v *fastjson.Value) {
	const prefix = "aws.securityhub_findings.severity."
	s.Keyword(prefix+"label", get(v, "label"))
	s.Keyword(prefix+"original", get(v, "original"))
	s.Long(prefix+"normalized", get(v, "normalized"))
	s.Long("event.severity", get(v, "normalized"))
	if s.B.Has("event.severity") {
		return
	}
	switch string(s.Text(get(v, "label"))) {
	case "INFORMATIONAL":
		s.B.Long("event.severity", 0)
	case "LOW":
		s.B.Long("event.severity", 1)
	case "MEDIUM":
		s.B.Long("event.severity", 40)
	case "HIGH":
		s.B.Long("event.severity", 70)
	case "CRITICAL":
		s.B.Long("event.severity", 90)
	}
}

// hubNetwork sets the ends of a finding without an action.
func hubNetwork(s *carrier.Session, n *fastjson.Value) {
	for _, v := range []struct {
		to           *side
		v4, v6, port string
		domain       string
	}{{source, "sourceIpV4", "sourceIpV6", "sourcePort", "sourceDomain"}, {destination, "destinationIpV4", "destinationIpV6", "destinationPort", "destinationDomain"}} {
		a := get(n, v.v4)
		if a == nil {
			a = get(n, v.v6)
		}
		s.B.Address(v.to.address, v.to.ip, s.Text(a))
		s.Long(v.to.port, get(n, v.port))
		s.Keyword(v.to.domain, get(n, v.domain))
		s.B.RelatedHost(s.Text(get(n, v.domain)))
	}
	switch string(s.Text(get(n, "direction"))) {
	case "IN":
		s.B.Keyword("network.direction", "inbound")
	case "OUT":
		s.B.Keyword("network.direction", "outbound")
	}
	transport(s, get(n, "protocol"))
}

// hubResources sets the first instance and user among the resources.
func hubResources(s *carrier.Session, resources []*fastjson.Value) {
	for _, r := range resources {
		details := get(r, "details")
		switch string(s.Text(get(r, "type"))) {
		case "AwsEc2Instance":
			if _, id, found := strings.Cut(string(s.Text(get(r, "id"))), "instance/"); found && !s.B.Has("cloud.instance.id") {
				s.B.Keyword("cloud.instance.id", id)
			}
			for _, a := range carrier.Items(get(get(details, "awsEc2Instance"), "ipV4Addresses")) {
				if a, ok := ecs.ParseIP(s.Text(a)); ok {
					s.B.RelatedIP(a)
				}
			}
		case "AwsIamUser":
			hubUser(s, get(get(details, "awsIamUser"), "userName"))
		case "AwsIamAccessKey":
			hubUser(s, get(get(details, "awsIamAccessKey"), "principalName"))
		}
	}
}

func hubUser(s *carrier.Session, name *fastjson.Value) {
	if !s.B.Has("user.name") {
		s.Keyword("user.name", name)
	}
	s.B.RelatedUser(s.Text(name))
}
