package mapping

import (
	"fmt"
	"strings"
	"testing"

	"github.com/vedette-siem/vedette/storage/document"
)

func defaultMapping(t testing.TB, index string) *Mapping {
	t.Helper()
	mappings, _, ok := Default(index)
	if !ok {
		t.Fatalf("%s has no built-in mapping", index)
	}
	m, err := ParseWith(mappings, nil, Settings{TotalFields: -1})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestWhichNamesHaveDefaults(t *testing.T) {
	for name, want := range map[string]bool{
		"logs-aws.cloudtrail-default": true, "logs-aws.vpcflow-team-a": true, "logs-system.auth-default": true, "logs-system.auth": false, "security-events": true, "security-events-2026": true, "compliance-findings": true,
		"logs-aws.cloudtrail": false, "logs-nginx-default": false, "my-security-events": false, "": false,
	} {
		if _, _, ok := Default(name); ok != want {
			t.Errorf("%q: %v", name, ok)
		}
	}
}

func TestAWSFields(t *testing.T) {
	m := defaultMapping(t, "logs-aws.cloudtrail-default")
	f := func(name, want string) {
		t.Helper()
		field, ok := m.Lookup(name)
		if got := fmt.Sprint(field.Type, " ", field.Column); !ok || got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
	f("@timestamp", "date @timestamp")
	f("type", "keyword type")
	f("message", "match_only_text message")
	f("source.ip", "ip source.ip")
	f("related.ip", "ip related.ip")
	f("source.port", "long source.port")
	f("user_agent.original.text", "match_only_text user_agent.original.text")
	f("event.action.keyword", "keyword event.action")
	f("aws.cloudtrail.request_parameters.text", "text aws.cloudtrail.request_parameters.text")
	f("aws.cloudtrail.flattened.request_parameters.tags.key", "flattened aws.cloudtrail.flattened.request_parameters._keyed")
	f("aws.vpcflow.pkt_srcaddr", "ip aws.vpcflow.pkt_srcaddr")
	f("aws.elb.request_processing_time.sec", "float aws.elb.request_processing_time.sec")
	f("eventName", "keyword event.action")
	f("eventName.keyword", "keyword event.action")
	f("sourceIPAddress", "keyword source.address")
	f("userIdentity.sessionContext.sessionIssuer.userName", "keyword user.name")
	f("requestParameters.policyArn", "flattened aws.cloudtrail.flattened.request_parameters._keyed")
	f("elb_status_code", "long http.response.status_code")
	f("key_name", "keyword aws.s3access.key")
	f("bytes_sent", "long aws.s3access.bytes_sent")
	f("turn_around_time", "long aws.s3access.turn_around_time")
	f("traffic-path", "keyword aws.vpcflow.traffic_path")
	f("tgw_src_vpc_id", "keyword aws.vpcflow.tgw_src_vpc_id")
	f("cs(User-Agent)", "keyword user_agent.original")
	f("x-edge-detailed-result-type", "keyword aws.cloudfront.edge_detailed_result_type")
	f("aws.cloudfront.range_start", "long aws.cloudfront.range_start")
	f("httpRequest.httpMethod", "keyword http.request.method")
	f("ruleGroupList.ruleGroupId", "flattened aws.waf.rule_group_list._keyed")
	f("target_processing_time", "float aws.elb.backend_processing_time.sec")
	f("sc-status", "long http.response.status_code")
	f("cs-uri-stem", "keyword url.path")
	f("httpRequest.clientIp", "keyword source.address")
	f("aws.waf.rate_based_rule_list.evaluationWindowSec", "flattened aws.waf.rate_based_rule_list._keyed")
	f("http_status", "long http.response.status_code")
	f("srcaddr", "keyword source.address")
	f("clientip", "keyword source.address")
	if field, _ := m.Lookup("event.original"); field.Searchable || field.Aggregatable {
		t.Error("event.original is indexed")
	}
	if !m.IsObject("aws.cloudtrail") || !m.IsObject("userIdentity") {
		t.Error("objects are missing")
	}
}

func TestAWSDocuments(t *testing.T) {
	m := defaultMapping(t, "logs-aws.elb-default")
	f := func(source, want string) {
		t.Helper()
		d := &document.Document{Source: []byte(source)}
		next, err := m.Document(d, Options{Stream: true})
		if err != nil {
			t.Fatal(err)
		}
		if got := fieldsText(d); got != want {
			t.Errorf("%s\n gives %s\n want %s", source, got, want)
		}
		if strings.Contains(want, "@timestamp") && d.Time != 1780308000000 {
			t.Errorf("Time is %d", d.Time)
		}
		if _, err := next.Document(d, Options{Stream: true}); err != nil {
			t.Error(err)
		}
	}
	f(`{"@timestamp": "2026-06-01T10:00:00Z", "type": "elblogs", "event": {"original": "raw"}}`, "@timestamp=1780308000000; type=elblogs")
	f(`{"elb_status_code": "502", "clientip": "10.0.0.1"}`, "http.response.status_code=502; source.address=10.0.0.1; _ignored=elb_status_code; _ignored=clientip")
	f(`{"bytes_sent": "-", "time-taken": "x"}`, "_ignored=bytes_sent; _ignored=aws.s3access.bytes_sent; _ignored=time-taken; _ignored=aws.cloudfront.time_taken")
	f(`{"eventName": "X", "event.action": "Y"}`, "event.action=Y; _ignored=eventName")
	f(`{"requestParameters": {"a": {"b": 1}}}`, "aws.cloudtrail.flattened.request_parameters=1; aws.cloudtrail.flattened.request_parameters._keyed=a.b|1; _ignored=requestParameters")
	f(`{"userIdentity": {"type": "Root", "new": "n"}}`, "userIdentity.new=n; aws.cloudtrail.user_identity.type=Root; _ignored=userIdentity.type")
	f(`{"aws": {"elb": {"extra": {"a": 1}}, "novel": {"extra": {"b": 2}}}}`, "aws.elb.extra=1; aws.elb.extra._keyed=a|1; aws.novel.extra=2; aws.novel.extra._keyed=b|2")
	f(`{"new": {"text": "2026-01-01", "ip": "10.0.0.1", "n": 5}}`, "new.text=2026-01-01; new.ip=10.0.0.1; new.n=5")
	f(`{"source": {"ip": "AWS Internal", "port": "x"}}`, "_ignored=source.ip; _ignored=source.port")
}

func TestFindings(t *testing.T) {
	m := defaultMapping(t, "security-events")
	f := func(source, want string) {
		t.Helper()
		got, _ := read(t, m, source, Options{})
		if got != want {
			t.Errorf("%s\n gives %s\n want %s", source, got, want)
		}
	}
	f(`{"timestamp": "2026-06-01T10:00:00", "source_ip": "10.0.0.1", "event_type": "login_failure", "attempts": 5, "user": null, "message": "Failed login"}`,
		"timestamp=1780308000000; @timestamp=1780308000000; source_ip=10.0.0.1; source_ip.keyword=10.0.0.1; event_type=login_failure; event_type.text=login_failure@0; attempts=5; message=failed@0 login@1; message.keyword=Failed login")
	f(`{"timestamp": "2026-06-01 10:00:00.123456"}`, "timestamp=1780308000123; @timestamp=1780308000123")
	f(`{"source_ip": "unknown"}`, "source_ip.keyword=unknown; _ignored=source_ip")
	f(`{"details": "Some text", "user": "Bob", "seen": "2026-06-01"}`, "details=some@0 text@1; details.keyword=Some text; user=Bob; user.text=bob@0; seen=1780272000000")
	f(`{"details": {"reason": "x"}, "resource": {"type": "AWS::S3::Bucket"}}`, "details.reason=x; details.reason.text=x@0; resource.type=AWS::S3::Bucket; resource.type.text=aws@0 s3@1 bucket@2")
	for _, name := range []string{"event_type", "severity", "event_type.keyword", "source_ip.keyword"} {
		if field, ok := m.Lookup(name); !ok || !field.Aggregatable {
			t.Errorf("%s cannot be counted", name)
		}
	}
}
