package elb

import (
	"bytes"

	"github.com/vedette-siem/vedette/ingest/ecs"
)

// network sets the fields of an NLB line; only TLS listeners write them.
func (s *session) network() (ms int64, reason string) {
	t := s.tokens
	if len(t) < 21 || string(t[1]) != "2.0" {
		return 0, "its fields cannot be told apart"
	}
	if ms, reason = s.when(t[2]); reason != "" {
		return 0, reason
	}
	b := s.b
	if len(t) > 21 {
		if created, ok := ecs.ParseTime(t[21]); ok {
			b.Time("event.start", created)
		} else if !ecs.Absent(t[21]) {
			return 0, "tls_connection_creation_time is not a time"
		}
	}
	b.Keywords("event.category", "network")
	b.Keyword("event.outcome", "success")
	if !ecs.Absent(t[11]) {
		b.Keyword("event.outcome", "failure")
	}
	b.KeywordBytes("aws.elb.type", t[0])
	b.KeywordBytes("aws.elb.name", t[3])
	b.KeywordBytes("aws.elb.listener", t[4])
	b.Keyword("aws.elb.protocol", "tcp")
	if reason = s.peers(t[5], t[6]); reason != "" {
		return 0, reason
	}
	s.number("aws.elb.connection_time.ms", t[7])
	s.number("aws.elb.tls_handshake_time.ms", t[8])
	b.LongBytes("source.bytes", t[9])
	b.LongBytes("destination.bytes", t[10])
	b.KeywordBytes("aws.elb.incoming_tls_alert", t[11])
	b.KeywordBytes("aws.elb.chosen_cert.arn", t[12])
	b.KeywordBytes("aws.elb.chosen_cert.serial", t[13])
	s.tls(t[14], t[15])
	b.KeywordBytes("aws.elb.tls_named_group", t[16])
	b.KeywordBytes("destination.domain", t[17])
	b.RelatedHost(t[17])
	b.KeywordBytes("aws.elb.alpn_fe_protocol", t[18])
	b.KeywordBytes("aws.elb.alpn_be_protocol", t[19])
	b.Split("aws.elb.alpn_client_preference_list", bytes.ReplaceAll(t[20], []byte(`"`), nil), ',')
	s.cloud(t[12])
	s.extra(t, 22)
	return ms, ""
}

// connection sets the fields of an ALB connection line: a TLS handshake or a connection without one.
func (s *session) connection() (ms int64, reason string) {
	t := s.tokens
	if len(t) < 12 || !isProtocol(t[4]) {
		return 0, "its fields cannot be told apart"
	}
	if ms, reason = s.when(t[0]); reason != "" {
		return 0, reason
	}
	b := s.b
	b.Keywords("event.category", "network")
	b.Keywords("event.type", "connection")
	switch status := t[10]; {
	case string(status) == "Success":
		b.Keyword("event.outcome", "success")
	case bytes.HasPrefix(status, []byte("Failed")):
		b.Keyword("event.outcome", "failure")
		b.KeywordBytes("event.reason", bytes.TrimPrefix(bytes.TrimPrefix(status, []byte("Failed")), []byte(":")))
	}
	b.Keyword("aws.elb.type", "connection")
	b.Keyword("aws.elb.protocol", "tcp")
	b.Address("source.address", "source.ip", t[1])
	b.LongBytes("source.port", t[2])
	b.LongBytes("destination.port", t[3])
	s.tls(t[5], t[4])
	s.number("aws.elb.tls_handshake_time.sec", t[6])
	b.KeywordBytes("tls.client.subject", t[7])
	s.validity(t[8])
	b.KeywordBytes("tls.client.x509.serial_number", t[9])
	b.KeywordBytes("aws.elb.tls_verify_status", t[10])
	b.KeywordBytes("aws.elb.conn_trace_id", t[11])
	if len(t) > 12 {
		b.KeywordBytes("aws.elb.tls_keyexchange", t[12])
	}
	s.cloud()
	s.extra(t, 13)
	return ms, ""
}

// validity reads `NotBefore=…;NotAfter=…` of the client's certificate.
func (s *session) validity(v []byte) {
	for _, part := range bytes.Split(v, []byte(";")) {
		name, text, _ := bytes.Cut(part, []byte("="))
		ms, ok := ecs.ParseTime(text)
		switch {
		case !ok:
		case string(name) == "NotBefore":
			s.b.Time("tls.client.not_before", ms)
		case string(name) == "NotAfter":
			s.b.Time("tls.client.not_after", ms)
		}
	}
}

// health sets the fields of an ALB health check line.
func (s *session) health() (ms int64, reason string) {
	t := s.tokens
	if len(t) < 8 || (string(t[5]) != "PASS" && string(t[5]) != "FAIL") {
		return 0, "its fields cannot be told apart"
	}
	if ms, reason = s.when(t[1]); reason != "" {
		return 0, reason
	}
	b := s.b
	b.Keywords("event.category", "network")
	b.Keywords("event.type", "info")
	b.Keyword("event.outcome", map[bool]string{true: "success", false: "failure"}[string(t[5]) == "PASS"])
	b.KeywordBytes("event.reason", t[7])
	b.Keyword("aws.elb.type", "health_check")
	b.KeywordBytes("aws.elb.protocol", t[0])
	s.number("aws.elb.health_check.latency.sec", t[2])
	s.backend(t[3])
	b.KeywordBytes("aws.elb.target_group.id", t[4])
	b.KeywordBytes("aws.elb.health_check.status", t[5])
	b.LongBytes("aws.elb.backend.http.response.status_code", t[6])
	s.cloud()
	s.extra(t, 8)
	return ms, ""
}
