package main

import (
	"os"
	"path/filepath"
	"testing"
)

// TestRequestLogsAreFoundByTheNamesOfAWS loads one file of each format under the key that AWS gives such files, or under none.
func TestRequestLogsAreFoundByTheNamesOfAWS(t *testing.T) {
	folder, data := t.TempDir(), t.TempDir()
	for name, from := range map[string]string{
		"2025-10-09-09-00-00-0123456789ABCDEF":      "s3access/testdata/edge_cases.log",
		"s3.json":                                   "s3access/testdata/cloudwatch.json",
		"E2EXAMPLE1ABCD.2025-10-09-08.d111abcd":     "cloudfront/testdata/E2EXAMPLE1ABCD.2025-10-09-08.d111abcd.txt",
		"AWSLogs/111122223333/CloudFront/v2.json":   "cloudfront/testdata/v2.json",
		"AWSLogs/111122223333/CloudFront/v2.log":    "cloudfront/testdata/v2_w3c.log",
		"AWSLogs/111122223333/WAFLogs/r/a/waf.json": "waf/testdata/edge_cases.json",
		"alb.json": "elb/testdata/alb_vended.json",
	} {
		text, err := os.ReadFile(filepath.Join("..", "..", "ingest", filepath.FromSlash(from)))
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		write(t, path, string(text))
	}
	vedette(t, "load", folder, "--data", data).want(t, 0, "7 files: 15 events", " 0 records not readable", "aws.s3access", "aws.cloudfront_logs", "aws.waf", "aws.elb_logs")
	s := serve(t, data)
	for query, want := range map[string]int{
		"type:s3access": 5, "type:cloudfront": 5, "type:waf": 3, "type:elblogs": 2,
		`http_status:403 AND requester:*`: 0, `http_status:403 AND operation:REST.GET.OBJECT`: 1, `key_name:k AND remote_ip:"2001:db8::7"`: 1,
		`sc-status:[400 TO 499] AND type:cloudfront`: 2, `c-ip:"198.51.100.7" AND x-edge-location:FRA56-C1`: 2, `source.ip:"198.51.100.0/24" AND type:cloudfront`: 4,
		`webaclId:*regional* AND terminatingRuleId:sqli`: 1, `httpRequest.clientIp:"2001:db8::7" AND type:waf`: 1, `event.kind:alert AND type:waf`: 2, `aws.waf.request.headers.cookie:"b=2"`: 1,
		`elb_status_code:502 AND aws.elb.node_ip:10.1.0.12`: 1, "_exists_:_ignored": 0, "event.kind:pipeline_error": 0,
	} {
		if n := s.count(t, allLogs, query); n != want {
			t.Errorf("%s: %d documents, want %d", query, n, want)
		}
	}
}
