package elb_test

import (
	"encoding/json"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/ingesttest"
)

// names of the fields of lines, as AWS documents them.
var names = map[ingest.Format]string{
	ingest.ALB: `type time elb client:port target:port request_processing_time target_processing_time response_processing_time elb_status_code target_status_code
 received_bytes sent_bytes request user_agent ssl_cipher ssl_protocol target_group_arn trace_id domain_name chosen_cert_arn matched_rule_priority request_creation_time
 actions_executed redirect_url error_reason target:port_list target_status_code_list classification classification_reason conn_trace_id transformed_host transformed_uri
 request_transform_status ip_address`,
	ingest.NLB: `type version time elb listener client:port destination:port connection_time tls_handshake_time received_bytes sent_bytes incoming_tls_alert chosen_cert_arn
 chosen_cert_serial tls_cipher tls_protocol_version tls_named_group domain_name alpn_fe_protocol alpn_be_protocol alpn_client_preference_list tls_connection_creation_time`,
	ingest.ALBConnection: `timestamp client_ip client_port listener_port tls_protocol tls_cipher tls_handshake_latency leaf_client_cert_subject leaf_client_cert_validity
 leaf_client_cert_serial_number tls_verify_status conn_trace_id tls_keyexchange`,
	ingest.ALBHealth: `type time latency target_addr target_group_id status status_code reason_code`,
}

// asJSON is the JSON record of a line.
func asJSON(t *testing.T, kind ingest.Format, line string) string {
	t.Helper()
	members := map[string]string{}
	fields := strings.Fields(names[kind])
	for i, token := range ingest.SplitQuoted(nil, []byte(line)) {
		members[fields[i]] = string(token)
	}
	record, err := json.Marshal(members)
	if err != nil {
		t.Fatal(err)
	}
	return string(record)
}

func TestALineAndItsJSONRecordGiveTheSameFields(t *testing.T) {
	for file, kind := range map[string]ingest.Format{
		"alb_edge_cases.log": ingest.ALB, "nlb_handshake_failed.log": ingest.NLB, "alb_connection.log": ingest.ALBConnection, "alb_health_check.log": ingest.ALBHealth,
	} {
		for _, line := range strings.Split(strings.TrimSpace(ingesttest.Read(t, filepath.Join("testdata", file))), "\n") {
			if strings.Count(line, `"`)%2 == 1 || len(ingest.SplitQuoted(nil, []byte(line))) == 31 {
				continue // quotes inside its agent: its tokens are not its fields
			}
			record := asJSON(t, kind, line)
			if got := ingest.Content([]byte(record)); got != kind {
				t.Errorf("%s is detected as %s", record, got)
			}
			want, _, err := ingesttest.Decode(decoder(), object(kind), line)
			if err != nil {
				t.Fatal(err)
			}
			got, counts, err := ingesttest.Decode(decoder(), object(""), record)
			if err != nil || counts.Events != 1 {
				t.Errorf("%s: %+v, %v", record, counts, err)
				continue
			}
			a, b := ingesttest.Fields(t, want[0]), ingesttest.Fields(t, got[0])
			delete(a, "event.original")
			delete(b, "event.original")
			if !reflect.DeepEqual(a, b) {
				t.Errorf("%s:\n got %v\nwant %v", file, b, a)
			}
		}
	}
}

func TestJSONRecordsWithFewFields(t *testing.T) {
	for text, want := range map[string]map[string]any{
		`{"time":"2025-10-09T08:53:21Z","elb_status_code":200,"client_ip":"2001:db8::7","client_port":"40001"}`: {"source.ip": "2001:db8::7", "source.port": json.Number("40001"), "event.category": []any{"web"}},
		`{"time":"2025-10-09T08:53:21Z","tls_verify_status":"Success","client_port":"198.51.100.7:40001"}`:      {"source.ip": "198.51.100.7", "aws.elb.type": "connection", "event.outcome": "success"},
		`{"time":"2025-10-09T08:53:21Z","tls_handshake_time":5,"elb":"net/x/1","incoming_tls_alert":"42"}`:      {"aws.elb.name": "net/x/1", "event.outcome": "failure"},
		`{"time":"2025-10-09T08:53:21Z","tls_handshake_latency":"0.5","elb":"app/x/1","ip_address":"10.0.0.1"}`: {"aws.elb.name": "app/x/1", "aws.elb.node_ip": "10.0.0.1"},
		`{"messageType":"DATA_MESSAGE","owner":"1","logGroup":"g","logStream":"s","logEvents":[{"id":"9","timestamp":1760000000123,"message":"{\"elb_status_code\":404}"}]}`: {
			"@timestamp": "2025-10-09T08:53:20.123Z", "http.response.status_code": json.Number("404"), "aws.cloudwatch.log_group": "g"},
		`{"elb_status_code":404}`:                                                      nil, // no time
		`{"time":"2025-10-09T08:53:21Z","user_agent":"x"}`:                             nil, // nothing tells its kind
		`{"time":"2025-10-09T08:53:21Z","client:port":"nonsense","elb_status_code":1}`: nil,
	} {
		docs, counts, err := ingesttest.Decode(decoder(), object(""), text)
		if err != nil || len(docs) != 1 || counts.Errors != 0 != (want == nil) {
			t.Errorf("%s: %+v, %v", text, counts, err)
			continue
		}
		ingesttest.Check(t, docs, counts, err)
		fields := ingesttest.Fields(t, docs[0])
		for name, value := range want {
			if !reflect.DeepEqual(fields[name], value) {
				t.Errorf("%s: %s is %v, want %v", text, name, fields[name], value)
			}
		}
	}
}
