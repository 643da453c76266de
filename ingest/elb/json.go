package elb

import (
	"bytes"
	"time"

	"github.com/valyala/fastjson"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/carrier"
	"github.com/vedette-siem/vedette/ingest/ecs"
)

// order names the fields of each kind of line in its order, as JSON records call them: the names of the lines with an underscore where
// those have a colon (a colon will do too). Which of them a record has is for the owner of the load balancer to choose. The names are those that AWS offers for that choice:
// https://docs.aws.amazon.com/cdk/api/v2/python/aws_cdk.mixins_preview.aws_elasticloadbalancingv2.mixins/CfnLoadBalancerAlbAccessLogsRecordFields.html,
// and …NlbAccessLogsRecordFields, …AlbConnectionLogsRecordFields and …AlbHealthCheckLogsRecordFields beside it.
var order = map[ingest.Format][]string{
	ingest.ALB: {
		"type", "time", "elb", "client_port", "target_port", "request_processing_time", "target_processing_time", "response_processing_time",
		"elb_status_code", "target_status_code", "received_bytes", "sent_bytes", "request_line", "user_agent", "ssl_cipher", "ssl_protocol", "target_group_arn",
		"trace_id", "domain_name", "chosen_cert_arn", "matched_rule_priority", "request_creation_time", "actions_executed", "redirect_url", "error_reason",
		"target_port_list", "target_status_code_list", "classification", "classification_reason", "conn_trace_id", "transformed_host", "transformed_uri",
		"request_transform_status", "ip_address",
	},
	ingest.NLB: {
		"type", "version", "time", "elb", "listener", "client_port", "destination_port", "connection_time", "tls_handshake_time", "received_bytes", "sent_bytes",
		"incoming_tls_alert", "chosen_cert_arn", "chosen_cert_serial", "tls_cipher", "tls_protocol_version", "tls_keyexchange", "domain_name",
		"alpn_fe_protocol", "alpn_be_protocol", "alpn_client_preference_list", "tls_connection_creation_time",
	},
	ingest.ALBConnection: {
		"time", "client_ip", "client_port", "listener_port", "tls_protocol", "tls_cipher", "tls_handshake_latency", "leaf_client_cert_subject",
		"leaf_client_cert_validity", "leaf_client_cert_serial_number", "tls_verify_status", "conn_trace_id", "tls_keyexchange",
	},
	ingest.ALBHealth: {"type", "time", "latency", "target_addr", "target_group_id", "status", "status_code", "reason_code"},
}

// synonyms are other names of fields.
var synonyms = map[string]string{"request": "request_line", "timestamp": "time", "tls_named_group": "tls_keyexchange"}

// places has the place of each field by kind and name.
var places = func() map[ingest.Format]map[string]int {
	all := make(map[ingest.Format]map[string]int, len(order))
	for kind, names := range order {
		all[kind] = make(map[string]int, len(names))
		for at, name := range names {
			all[kind][name] = at
		}
	}
	return all
}()

// dash stands for a field that a record has not.
var dash = []byte("-")

// kindOf tells the kind of a record by members that only one kind has, or Unknown.
func kindOf(v *fastjson.Value) ingest.Format {
	switch {
	case v.Exists("tls_verify_status"), v.Exists("tls_handshake_latency"), v.Exists("leaf_client_cert_subject"):
		return ingest.ALBConnection
	case v.Exists("target_group_id"), v.Exists("reason_code"), v.Exists("target_addr"):
		return ingest.ALBHealth
	case v.Exists("tls_handshake_time"), v.Exists("alpn_fe_protocol"), v.Exists("tls_connection_creation_time"), v.Exists("incoming_tls_alert"):
		return ingest.NLB
	case v.Exists("elb_status_code"), v.Exists("request_line"), v.Exists("target_status_code"), v.Exists("request_creation_time"):
		return ingest.ALB
	}
	return ingest.Unknown
}

// loose are members that belong to no place of the lines.
type loose struct{ clientIP, targetIP, name, node []byte }

// members reads a JSON record into the tokens that its line would have, and returns its kind.
func (s *session) members(r *carrier.Record) (kind ingest.Format, rest loose) {
	kind = kindOf(r.JSON)
	if kind == ingest.Unknown {
		return kind, rest
	}
	s.texts.Reset()
	s.others.Reset()
	s.tokens = s.tokens[:0]
	for range order[kind] {
		s.tokens = append(s.tokens, dash)
	}
	r.JSON.GetObject().Visit(func(key []byte, v *fastjson.Value) { s.member(kind, &rest, key, v) })
	s.amend(kind, r.Ms, &rest)
	return kind, rest
}

func (s *session) member(kind ingest.Format, rest *loose, key []byte, v *fastjson.Value) {
	var lower [32]byte
	name := appendName(lower[:0], key)
	if known, ok := synonyms[string(name)]; ok {
		name = append(name[:0], known...)
	}
	text := s.texts.Of(v)
	if v.Type() == fastjson.TypeArray && (string(name) == "actions_executed" || string(name) == "alpn_client_preference_list") {
		text = bytes.ReplaceAll(text, []byte(" "), []byte(",")) // as the lines have them
	}
	at, known := places[kind][string(name)]
	switch {
	case known && len(text) > 0:
		s.tokens[at] = text
	case known:
	case string(name) == "client_ip":
		rest.clientIP = text
	case string(name) == "target_ip":
		rest.targetIP = text
	case string(name) == "elb":
		rest.name = text
	case string(name) == "ip_address":
		rest.node = text
	default:
		s.others.Value(&s.counts, key, v)
	}
}

// appendName appends a name in lower case, with underscores.
func appendName(dst, name []byte) []byte {
	for _, c := range name {
		switch {
		case c >= 'A' && c <= 'Z':
			c += 'a' - 'A'
		case c == ':' || c == '-':
			c = '_'
		}
		dst = append(dst, c)
	}
	return dst
}

// amend makes the tokens what the lines have: address and port in one, a time, the version of NLB's lines.
func (s *session) amend(kind ingest.Format, ms int64, rest *loose) {
	t, at := s.tokens, places[kind]["time"]
	if ecs.Absent(t[at]) && ms > 0 {
		t[at] = time.UnixMilli(ms).UTC().AppendFormat(nil, time.RFC3339Nano)
	}
	switch kind {
	case ingest.ALB:
		t[3], t[4] = joined(rest.clientIP, t[3]), joined(rest.targetIP, t[4])
	case ingest.NLB:
		t[1] = []byte("2.0")
		t[5], t[6] = joined(rest.clientIP, t[5]), joined(rest.targetIP, t[6])
	case ingest.ALBConnection:
		if host, port, ok := hostPort(t[2]); ok && ecs.Absent(t[1]) {
			t[1], t[2] = host, port
		}
	}
}

// joined is `address:port` of the two, and the port alone where it is that already, or where one is absent.
func joined(address, port []byte) []byte {
	if ecs.Absent(address) || ecs.Absent(port) || bytes.IndexByte(port, ':') >= 0 {
		return port
	}
	if bytes.IndexByte(address, ':') >= 0 && address[0] != '[' {
		address = append(append([]byte{'['}, address...), ']')
	}
	return append(append(bytes.Clone(address), ':'), port...)
}

// unplaced sets what has no place in the lines of the record's kind, and what nobody knows.
func (s *session) unplaced(rest *loose) {
	s.b.KeywordBytes("aws.elb.name", rest.name)
	if a, ok := ecs.ParseIP(rest.node); ok {
		s.b.IP("aws.elb.node_ip", a)
	}
	s.others.Set(s.b, "aws.elb.extra")
}
