package ingest

import (
	"bytes"
	"net/netip"
	"strings"
)

// Content tells a format by the first plain bytes of an object, or Unknown.
func Content(head []byte) Format {
	head = bytes.TrimLeft(head, " \t\r\n,")
	switch {
	case len(head) == 0:
		return Unknown
	case head[0] == '{' || head[0] == '[':
		return contentJSON(head)
	case bytes.HasPrefix(head, []byte("PAR1")):
		return VPCFlowParquet
	case isCloudFrontHeader(head):
		return CloudFront
	}
	line, _, _ := bytes.Cut(head, []byte("\n"))
	return contentLine(bytes.TrimSuffix(line, []byte("\r")))
}

func looksJSON(head []byte) bool {
	head = bytes.TrimLeft(head, " \t\r\n,")
	return len(head) > 0 && (head[0] == '{' || head[0] == '[')
}

// has reports whether the text holds every name as a quoted JSON string, escaped (inside a message) or not.
func has(head []byte, names ...string) bool {
	for _, name := range names {
		if !bytes.Contains(head, []byte(`"`+name+`"`)) && !bytes.Contains(head, []byte(`\"`+name+`\"`)) {
			return false
		}
	}
	return true
}

func contentJSON(head []byte) Format {
	switch {
	case has(head, "logFiles", "digestS3Object"):
		return CloudTrailDigest
	case has(head, "messageType", "logEvents"):
		return contentCloudWatch(head)
	case accessRecord(head) != Unknown:
		return accessRecord(head)
	case has(head, "query_name", "rcode"):
		return Resolver
	case has(head, "schemaVersion", "service"):
		return GuardDuty
	case has(head, "eventVersion", "eventSource") && has(head, "aws:s3"):
		return Unknown // a notification of S3, not an event
	case has(head, "eventVersion") && (has(head, "eventSource") || has(head, "eventType") || has(head, "eventID")):
		return CloudTrail
	case has(head, "CloudTrailEvent"), has(head, "CloudTrailEvents"), has(head, "eventVersion", "eventCategory"):
		return CloudTrail
	case isEmptyList(head, "Records"), isEmptyList(head, "Events"):
		return CloudTrail
	case isHubFinding(head), isEmptyList(head, "Findings"):
		return SecurityHub
	case has(head, "SchemaVersion", "Service", "AccountId"), isEmptyList(head, "findings"): // the former from AWS's command line
		return GuardDuty
	}
	return contentMessage(head)
}

// isHubFinding recognises a finding in AWS's Security Finding Format, whatever carries it.
func isHubFinding(head []byte) bool { return has(head, "ProductArn", "AwsAccountId") }

// isEmptyList recognises `{"Records":[]}`, which CloudTrail may deliver.
func isEmptyList(head []byte, name string) bool {
	var compact []byte
	for _, c := range head[:min(len(head), 64)] {
		if c > ' ' {
			compact = append(compact, c)
		}
	}
	return bytes.HasPrefix(compact, []byte(`{"`+name+`":[]`))
}

// contentCloudWatch looks at the first message of a CloudWatch payload.
func contentCloudWatch(head []byte) Format {
	if has(head, "CONTROL_MESSAGE") {
		return Skip
	}
	_, events, _ := bytes.Cut(head, []byte(`"logEvents"`))
	if has(events, "eventVersion") {
		return CloudTrail
	}
	if f := accessRecord(events); f != Unknown {
		return f
	}
	if has(events, "query_name", "rcode") {
		return Resolver
	}
	if isHubFinding(events) {
		return SecurityHub
	}
	if has(events, "schemaVersion", "service") {
		return GuardDuty
	}
	if f := contentMessage(events); f != Unknown {
		return f
	}
	if bytes.Contains(head, []byte(`"eni-`)) || bytes.Contains(events, []byte(" eni-")) {
		return VPCFlow // a custom format, as the name of its stream tells
	}
	return Unknown
}

// contentMessage looks at the first `"message":"…"` text, as Firehose and CloudWatch wrap lines.
func contentMessage(head []byte) Format {
	_, message, found := bytes.Cut(head, []byte(`"message"`))
	if !found {
		return Unknown
	}
	message = bytes.TrimLeft(message, " \t:")
	if len(message) == 0 || message[0] != '"' {
		return Unknown
	}
	line, _, _ := bytes.Cut(message[1:], []byte(`"`))
	if f := contentLine(line); f == VPCFlow || f == S3Access || f == PublicZone {
		return f
	}
	return Unknown
}

// contentLine tells the format of a text line.
func contentLine(line []byte) Format {
	line = line[:min(len(line), 4096)]
	f := strings.Fields(string(line))
	if len(f) > 1 && isISOTime(f[0]) && isFlow(f[1:]) {
		return VPCFlow // a CloudWatch export
	}
	if len(f) > 1 && isISOTime(f[0]) { // a CloudWatch export
		switch {
		case isZoneQuery(f[1:]):
			return PublicZone
		case f[1][0] == '{' && has(line, "query_name", "rcode"):
			return Resolver
		}
	}
	switch {
	case isFlow(f):
		return VPCFlow
	case isZoneQuery(f):
		return PublicZone
	case len(f) >= 12 && isALBType(f[0]) && isISOTime(f[1]) && isPeer(f[3]):
		return ALB
	case len(f) == 8 && isALBType(f[0]) && isISOTime(f[1]) && (f[5] == "PASS" || f[5] == "FAIL"):
		return ALBHealth
	case len(f) > 2 && f[0] == "tls" && f[1] == "2.0":
		return NLB
	case len(f) >= 12 && isISOTime(f[0]) && isPeer(f[2]):
		return CLB
	case len(f) >= 12 && isISOTime(f[0]) && isAddr(f[1]) && isNumber(f[2]) && isNumber(f[3]):
		return ALBConnection
	case len(f) > 3 && len(f[0]) == 64 && strings.Trim(f[0], "0123456789abcdef") == "" && strings.HasPrefix(f[2], "["):
		return S3Access
	}
	return Unknown
}

// isFlow recognises a header of a flow log, and a line of the default format.
func isFlow(f []string) bool {
	if len(f) > 1 && IsFlowField(f[0]) && IsFlowField(f[1]) {
		return true
	}
	if len(f) != 14 {
		return false
	}
	switch f[12] {
	case "ACCEPT", "REJECT", "-":
		return f[13] == "OK" || f[13] == "NODATA" || f[13] == "SKIPDATA"
	}
	return false
}

// isZoneQuery recognises a line of a public hosted zone's query log.
func isZoneQuery(f []string) bool {
	return len(f) >= 10 && strings.HasPrefix(f[0], "1.") && isISOTime(f[1]) && strings.HasPrefix(f[2], "Z") && (f[6] == "UDP" || f[6] == "TCP")
}

func isALBType(s string) bool {
	switch s {
	case "http", "https", "h2", "grpcs", "ws", "wss":
		return true
	}
	return false
}

func isISOTime(s string) bool {
	return len(s) >= 19 && strings.HasPrefix(s, "20") && s[4] == '-' && s[7] == '-' && s[10] == 'T' && s[13] == ':' && s[16] == ':'
}

func isNumber(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

func isAddr(s string) bool {
	_, err := netip.ParseAddr(s)
	return err == nil
}

// isPeer recognises `address:port`.
func isPeer(s string) bool {
	at := strings.LastIndexByte(s, ':')
	return at > 0 && isNumber(s[at+1:]) && isAddr(strings.Trim(s[:at], "[]"))
}
