package elb

import (
	"bytes"
	"strconv"

	"github.com/vedette-siem/vedette/ingest/ecs"
)

// when sets the time of the event, which is when it ended.
func (s *session) when(v []byte) (ms int64, reason string) {
	ms, ok := ecs.ParseTime(v)
	if !ok {
		return 0, "its time is not a time"
	}
	s.b.Timestamp(ms)
	s.b.Time("event.end", ms)
	return ms, ""
}

// peers sets the client and the target.
func (s *session) peers(client, target []byte) (reason string) {
	if !ecs.Absent(client) {
		host, port, ok := hostPort(client)
		if !ok {
			return "its client is not an address and a port"
		}
		s.b.Address("source.address", "source.ip", host)
		s.b.LongBytes("source.port", port)
	}
	s.backend(target)
	return ""
}

func (s *session) backend(target []byte) {
	if ecs.Absent(target) {
		return
	}
	host, port, ok := hostPort(target)
	if !ok {
		return
	}
	if a, ok := ecs.ParseIP(host); ok {
		s.b.IP("aws.elb.backend.ip", a)
	}
	if n, ok := ecs.ParseLong(port); ok && n >= 0 {
		s.b.Long("aws.elb.backend.port", n)
	}
}

// hostPort parts at the last colon and takes the brackets off an IPv6 address.
func hostPort(v []byte) (host, port []byte, ok bool) {
	colon := bytes.LastIndexByte(v, ':')
	if colon <= 0 {
		return nil, nil, false
	}
	host, port = v[:colon], v[colon+1:]
	if _, ok := ecs.ParseLong(port); !ok {
		return nil, nil, false
	}
	if n := len(host); host[0] == '[' && host[n-1] == ']' {
		host = host[1 : n-1]
	}
	return host, port, true
}

// times sets the three processing times in seconds; -1 means that there was none.
func (s *session) times(t [][]byte) {
	for i, name := range [...]string{"aws.elb.request_processing_time.sec", "aws.elb.backend_processing_time.sec", "aws.elb.response_processing_time.sec"} {
		s.number(name, t[i])
	}
}

// number sets a number that is not negative.
func (s *session) number(name string, v []byte) {
	if len(v) > 0 && v[0] != '-' {
		s.b.Decimal(name, v)
	}
}

// statuses sets what the load balancer and the target answered.
func (s *session) statuses(own, backend []byte) {
	if code, ok := ecs.ParseLong(own); ok {
		s.b.Long("http.response.status_code", code)
		outcome := "success"
		if code >= 400 {
			outcome = "failure"
		}
		s.b.Keyword("event.outcome", outcome)
	}
	s.b.LongBytes("aws.elb.backend.http.response.status_code", backend)
}

func (s *session) tls(cipher, protocol []byte) {
	s.b.KeywordBytes("tls.cipher", cipher)
	s.b.TLSVersion(protocol)
	s.b.KeywordBytes("aws.elb.ssl_cipher", cipher)
	s.b.KeywordBytes("aws.elb.ssl_protocol", protocol)
}

// cloud sets account and region from the first of the ARNs that has them, else from the object's key.
func (s *session) cloud(arns ...[]byte) {
	account, region := []byte(s.place.Account), []byte(s.place.Region)
	for _, arn := range arns {
		if r, a, ok := ecs.ARNPlace(arn); ok {
			account, region = a, r
			break
		}
	}
	s.b.KeywordBytes("cloud.account.id", account)
	s.b.KeywordBytes("cloud.region", region)
}

// extra keeps tokens that AWS has added since, by their number.
func (s *session) extra(t [][]byte, known int) {
	if len(t) <= known {
		return
	}
	out := append(s.scratch[:0], '{')
	for i := known; i < len(t); i++ {
		name := "field_" + strconv.Itoa(i+1)
		s.counts.ExtraField([]byte(name))
		if ecs.Absent(t[i]) {
			continue
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = append(ecs.AppendString(out, name), ':')
		out = ecs.AppendString(out, t[i])
	}
	if len(out) > 1 {
		s.b.JSON("aws.elb.extra", append(out, '}'))
	}
	s.scratch = out
}
