package ingest

import "bytes"

// accessRecord tells the formats of requests by the names of members that only their JSON records have, be they records of their
// own or texts inside messages. Which fields CloudFront and the load balancers write is for their owner to choose, so any of several will do.
func accessRecord(text []byte) Format {
	switch {
	case has(text, "webaclId"):
		return WAF
	case has(text, "bucket_name", "request_time"), has(text, "bucket_owner_id", "operation"):
		return S3Access
	case has(text, "x-edge-request-id"), has(text, "x-edge-location"), has(text, "x-edge-result-type"), has(text, "cs-uri-stem", "sc-status"):
		return CloudFront
	case has(text, "tls_verify_status"), has(text, "tls_handshake_latency"):
		return ALBConnection
	case has(text, "target_group_id", "reason_code"), has(text, "target_addr", "reason_code"):
		return ALBHealth
	case has(text, "tls_handshake_time"), has(text, "alpn_fe_protocol"):
		return NLB
	case has(text, "elb_status_code"), has(text, "elb", "request_line"):
		return ALB
	}
	return Unknown
}

// isCloudFrontHeader recognises the first line of a CloudFront log, with or without a blank behind the colon.
func isCloudFrontHeader(head []byte) bool {
	if fields, ok := bytes.CutPrefix(head, []byte("#Fields:")); ok {
		line, _, _ := bytes.Cut(fields, []byte("\n"))
		return bytes.Contains(line, []byte("x-edge-")) || bytes.Contains(line, []byte("cs-uri-stem"))
	}
	return bytes.HasPrefix(head, []byte("#Version: 1.0")) || bytes.HasPrefix(head, []byte("#Version:1.0"))
}
