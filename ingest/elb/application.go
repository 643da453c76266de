package elb

import (
	"bytes"

	"github.com/vedette-siem/vedette/ingest/ecs"
)

// application sets the fields of an ALB line.
func (s *session) application(line []byte) (ms int64, reason string) {
	if !s.json && !albFits(s.tokens) {
		var ok bool
		if s.tokens, ok = anchorALB(s.tokens[:0], line); !ok {
			return 0, "its fields cannot be told apart"
		}
	}
	t := s.tokens
	if ms, reason = s.when(t[1]); reason != "" {
		return 0, reason
	}
	if created, ok := ecs.ParseTime(t[albCreated]); ok {
		s.b.Time("event.start", created)
	}
	b := s.b
	b.Keywords("event.category", "web")
	b.KeywordBytes("aws.elb.type", t[0])
	b.KeywordBytes("aws.elb.name", t[2])
	b.Keyword("aws.elb.protocol", "http")
	if reason = s.peers(t[3], t[4]); reason != "" {
		return 0, reason
	}
	s.times(t[5:8])
	s.statuses(t[8], t[9])
	b.LongBytes("http.request.body.bytes", t[10])
	b.LongBytes("http.response.body.bytes", t[11])
	b.Request(t[albRequest])
	b.UserAgent(t[albAgent])
	s.tls(t[albCipher], t[albProtocol])
	s.routing(t)
	s.newer(t)
	s.cloud(t[16], t[19])
	return ms, ""
}

// routing sets what the load balancer did with the request.
func (s *session) routing(t [][]byte) {
	b := s.b
	b.KeywordBytes("aws.elb.target_group.arn", t[16])
	b.KeywordBytes("trace.id", t[17])
	b.KeywordBytes("aws.elb.trace_id", t[17])
	b.KeywordBytes("destination.domain", t[18])
	b.RelatedHost(t[18])
	b.KeywordBytes("aws.elb.chosen_cert.arn", t[19])
	b.LongBytes("aws.elb.matched_rule_priority", t[20])
	b.Split("aws.elb.action_executed", t[22], ',')
	b.KeywordBytes("aws.elb.redirect_url", t[23])
	b.KeywordBytes("aws.elb.error.reason", t[24])
	b.Split("aws.elb.target_port", t[25], ' ')
	b.Split("aws.elb.target_status_code", t[26], ' ')
	b.KeywordBytes("aws.elb.classification", t[27])
	b.KeywordBytes("aws.elb.classification_reason", t[28])
}

// newer sets the fields that AWS appended over time, as many as there are.
func (s *session) newer(t [][]byte) {
	for i, name := range [...]string{"aws.elb.conn_trace_id", "aws.elb.transformed_host", "aws.elb.transformed_uri", "aws.elb.transform_status"} {
		if len(t) > albMin+i {
			s.b.KeywordBytes(name, t[albMin+i])
		}
	}
	if len(t) > 33 {
		if a, ok := ecs.ParseIP(t[33]); ok {
			s.b.IP("aws.elb.node_ip", a)
		}
		s.extra(t, 34)
	}
}

// classic sets the fields of a CLB line.
func (s *session) classic(line []byte) (ms int64, reason string) {
	if !clbFits(s.tokens) {
		var ok bool
		if s.tokens, ok = anchorCLB(s.tokens[:0], line); !ok {
			return 0, "its fields cannot be told apart"
		}
	}
	t := s.tokens
	if ms, reason = s.when(t[0]); reason != "" {
		return 0, reason
	}
	b := s.b
	http := len(bytes.Trim(t[clbRequest], "- ")) > 0
	b.Keywords("event.category", map[bool]string{true: "web", false: "network"}[http])
	b.KeywordBytes("aws.elb.name", t[1])
	b.Keyword("aws.elb.protocol", map[bool]string{true: "http", false: "tcp"}[http])
	if reason = s.peers(t[2], t[3]); reason != "" {
		return 0, reason
	}
	s.times(t[4:7])
	if http {
		s.statuses(t[7], t[8])
		b.LongBytes("http.request.body.bytes", t[9])
		b.LongBytes("http.response.body.bytes", t[10])
		b.Request(t[clbRequest])
		b.UserAgent(t[12])
	} else {
		b.LongBytes("source.bytes", t[9])
		b.LongBytes("destination.bytes", t[10])
	}
	s.tls(t[13], t[clbProtocol])
	s.cloud()
	return ms, ""
}
