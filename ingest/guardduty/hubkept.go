package guardduty

import (
	"github.com/valyala/fastjson"

	"github.com/vedette-siem/vedette/ingest/carrier"
)

// hubKept sets what keeps its own names, as Elastic's integration spells them, and the free-form members.
func hubKept(s *carrier.Session, v *fastjson.Value) {
	const prefix = "aws.securityhub_findings."
	s.Keyword(prefix+"schema.version", get(v, "schemaVersion"))
	s.Keyword(prefix+"product.arn", get(v, "productArn"))
	s.Keyword(prefix+"product.name", get(v, "productName"))
	s.Keyword(prefix+"company.name", get(v, "companyName"))
	s.Keyword(prefix+"generator.id", get(v, "generatorId"))
	s.Keywords(prefix+"types", get(v, "types"))
	s.Keyword(prefix+"title", get(v, "title"))
	s.Keyword(prefix+"record_state", get(v, "recordState"))
	s.Keyword(prefix+"verification_state", get(v, "verificationState"))
	s.Keyword(prefix+"workflow.status", get(get(v, "workflow"), "status"))
	s.Keyword(prefix+"workflow.state", get(v, "workflowState"))
	s.Long(prefix+"confidence", get(v, "confidence"))
	s.Long(prefix+"criticality", get(v, "criticality"))
	s.Bool(prefix+"sample", get(v, "sample"))
	s.Time(prefix+"created_at", get(v, "createdAt"))
	s.Time(prefix+"updated_at", get(v, "updatedAt"))
	s.Time(prefix+"first_observed_at", get(v, "firstObservedAt"))
	s.Time(prefix+"last_observed_at", get(v, "lastObservedAt"))
	s.Keyword(prefix+"remediation.recommendation.text", get(get(get(v, "remediation"), "recommendation"), "text"))
	compliance := get(v, "compliance")
	s.Keyword(prefix+"compliance.status", get(compliance, "status"))
	s.Keyword(prefix+"compliance.security_control_id", get(compliance, "securityControlId"))
	s.Keywords(prefix+"compliance.related_requirements", get(compliance, "relatedRequirements"))
	hubIDs(s, v)
	cut := false
	for _, m := range hubFree {
		cut = s.Flat(m.field, get(v, m.name)) || cut
	}
	if cut {
		s.B.Bool(prefix+"truncated", true)
	}
	s.Extra(prefix+"extra", v, isHubMember)
}

// hubIDs sets the lists of what a finding names.
func hubIDs(s *carrier.Session, v *fastjson.Value) {
	list := func(field string, items *fastjson.Value, name string) {
		var ids []string
		for _, item := range carrier.Items(items) {
			ids = append(ids, string(s.Text(get(item, name))))
		}
		s.B.Keywords(field, ids...)
	}
	list("aws.securityhub_findings.resource_ids", get(v, "resources"), "id")
	list("aws.securityhub_findings.resource_types", get(v, "resources"), "type")
	list("aws.securityhub_findings.compliance.associated_standards", get(get(v, "compliance"), "associatedStandards"), "standardsId")
	list("vulnerability.id", get(v, "vulnerabilities"), "id")
	if carrier.Items(get(v, "vulnerabilities")) != nil {
		s.Keyword("vulnerability.severity", get(get(v, "severity"), "label"))
	}
}

// hubFree are the members whose structure differs from finding to finding.
var hubFree = []struct{ name, field string }{
	{"action", "aws.securityhub_findings.action"},
	{"detection", "aws.securityhub_findings.detection"},
	{"findingProviderFields", "aws.securityhub_findings.provider_fields"},
	{"generatorDetails", "aws.securityhub_findings.generator.details"},
	{"malware", "aws.securityhub_findings.malware"},
	{"network", "aws.securityhub_findings.network"},
	{"networkPath", "aws.securityhub_findings.network_path"},
	{"note", "aws.securityhub_findings.note"},
	{"patchSummary", "aws.securityhub_findings.patch_summary"},
	{"process", "aws.securityhub_findings.process"},
	{"productFields", "aws.securityhub_findings.product_fields"},
	{"relatedFindings", "aws.securityhub_findings.related_findings"},
	{"resources", "aws.securityhub_findings.resources"},
	{"threatIntelIndicators", "aws.securityhub_findings.threat_intel_indicators"},
	{"threats", "aws.securityhub_findings.threats"},
	{"userDefinedFields", "aws.securityhub_findings.user_defined_fields"},
	{"vulnerabilities", "aws.securityhub_findings.vulnerabilities"},
}

func isHubMember(name []byte) bool {
	switch string(name) {
	case "SchemaVersion", "Id", "ProductArn", "ProductName", "CompanyName", "Region", "GeneratorId", "AwsAccountId", "AwsAccountName", "Types",
		"FirstObservedAt", "LastObservedAt", "CreatedAt", "UpdatedAt", "Severity", "Confidence", "Criticality", "Title", "Description",
		"Remediation", "SourceUrl", "Compliance", "VerificationState", "WorkflowState", "Workflow", "RecordState", "Sample":
		return true
	}
	for _, m := range hubFree {
		if len(m.name) == len(name) && m.name[1:] == string(name[1:]) {
			return true
		}
	}
	return false
}
