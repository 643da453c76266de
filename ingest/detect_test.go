package ingest

import (
	"strings"
	"testing"
)

func TestDetectKey(t *testing.T) {
	d := NewDetector()
	for key, want := range map[string]Format{
		"AWSLogs/1/CloudTrail/eu-central-1/2026/01/02/111122223333_CloudTrail_eu-central-1_20260102T0305Z_abc.json.gz":    CloudTrail,
		"AWSLogs/o-abc/1/CloudTrail-Insight/us-east-1/x.json.gz":                                                          CloudTrail,
		"AWSLogs/1/CloudTrail-NetworkActivity/us-east-1/x.json.gz":                                                        CloudTrail,
		"AWSLogs/1/CloudTrail-Aggregated/us-east-1/x.json.gz":                                                             CloudTrail,
		"AWSLogs/1/CloudTrail-Digest/us-east-1/x.json.gz":                                                                 CloudTrailDigest,
		"x/AWSLogs/1/elasticloadbalancing/r/2026/01/02/1_elasticloadbalancing_r_app.my.1_20260102T0305Z_1.2.3.4_x.log.gz": ALB,
		"x/1_elasticloadbalancing_r_net.my.1_20260102T0305Z_x.log.gz":                                                     NLB,
		"x/1_elasticloadbalancing_r_my-lb_20260102T0305Z_1.2.3.4_x.log":                                                   CLB,
		"x/conn_log_111122223333_elasticloadbalancing_r_app.my.1_x.log.gz":                                                ALBConnection,
		"health_check_log_111122223333_elasticloadbalancing_r_app.my.1_x.log.gz":                                          ALBHealth,
		"AWSLogs/1/ELBAccessLogTestFile":                                                                                  Skip,
		"AWSLogs/1/CloudTrail/":                                                                                           Skip,
		"AWSLogs/aws-account-id=1/aws-service=vpcflowlogs/aws-region=r/year=2026/x.log.gz":                                VPCFlow,
		"AWSLogs/1/WAFLogs/r/acl/x.log.gz":                                                                                WAF,
		"AWSLogs/1/vpcdnsquerylogs/vpc-1/x.log.gz":                                                                        Resolver,
		"AWSLogs/1/GuardDuty/r/2026/01/02/x.jsonl.gz":                                                                     GuardDuty,
		"cf/E2EXAMPLE1ABCD.2025-10-09-08.d111abcd.gz":                                                                     CloudFront,
		"AWSLogs/111122223333/CloudFront/2025/10/09/x.gz":                                                                 CloudFront,
		"AWSLogs/aws-account-id=1/CloudFront/DistributionId=E1/year=2025/x.gz":                                            CloudFront,
		"p/111122223333/eu-west-1/bkt/2026/01/02/2026-01-02-03-04-05-0123456789ABCDEF":                                    S3Access,
		"logs2026-01-02-03-04-05-0123456789ABCDEF":                                                                        S3Access,
		"notes.txt": Unknown,
	} {
		if got := d.Key(key); got != want {
			t.Errorf("%s: %s, want %s", key, got, want)
		}
	}
}

func TestDetectContent(t *testing.T) {
	for text, want := range map[string]Format{
		"": Unknown, "hello world": Unknown, "{}": Unknown, `{"a":1}`: Unknown, "\x00\x01": Unknown,
		`{"Records":[{"eventVersion":"1.08","eventSource":"iam.amazonaws.com"`: CloudTrail,
		`{ "Records" : [] }`: CloudTrail,
		`{"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","s3":{}}]}`:                                          Unknown,
		`[{"eventVersion":"1.08","eventID":"x"}]`:                                                                      CloudTrail,
		`{"Events":[{"EventId":"x","CloudTrailEvent":"{\"eventVersion\":`:                                              CloudTrail,
		`{"detail-type":"AWS API Call via CloudTrail","detail":{"eventVersion":"1.08","eventSource":"x"}}`:             CloudTrail,
		`{"messageType":"DATA_MESSAGE","logEvents":[{"message":"{\"eventVersion\":\"1.08\",\"eventSource\":`:           CloudTrail,
		`{"messageType":"CONTROL_MESSAGE","logEvents":[]}`:                                                             Skip,
		`{"messageType":"DATA_MESSAGE","logStream":"eni-1-all","logEvents":[{"message":"2 x"}]}`:                       VPCFlow,
		`{"messageType":"DATA_MESSAGE","logStream":"app","logEvents":[{"message":"hello"}]}`:                           Unknown,
		`{"message":"2 1 eni-1 10.0.0.1 10.0.0.2 1 2 6 1 1 1760000000 1760000060 ACCEPT OK"}`:                          VPCFlow,
		`{"awsAccountId":"1","digestS3Object":"x","logFiles":[]}`:                                                      CloudTrailDigest,
		`{"timestamp":1,"webaclId":"x"}`:                                                                               WAF,
		`{"query_name":"x.","rcode":"NOERROR"}`:                                                                        Resolver,
		`{"schemaVersion":"2.0","service":{}}`:                                                                         GuardDuty,
		`{"schema_version_id":"V_1_0","bucket_name":"b","request_time":"2025-10-09T08:53:20.000Z"}`:                    S3Access,
		`{"messageType":"DATA_MESSAGE","logEvents":[{"message":"{\"bucket_name\":\"b\",\"request_time\":\"2025\"}"}]}`: S3Access,
		`{"messageType":"DATA_MESSAGE","logEvents":[{"message":"{\"timestamp\":1,\"webaclId\":\"x\"}"}]}`:              WAF,
		`{"message":"{\"timestamp\":1,\"webaclId\":\"x\"}"}`:                                                           WAF,
		`{"date":"2025-10-09","x-edge-location":"FRA56-C1"}`:                                                           CloudFront,
		`{"cs-uri-stem":"/","sc-status":"200"}`:                                                                        CloudFront,
		"#Fields: date time x-edge-location":                                                                           CloudFront,
		"#Version:1.0\n#Fields: date":                                                                                  CloudFront,
		"#Fields: whatever":                                                                                            Unknown,
		"#Version: 1.0\n#Fields: date":                                                                                 CloudFront,
		"version account-id\n2 1":                                                                                      VPCFlow,
		"2 1 eni-1 - - - - - - - 1760000000 1760000060 - NODATA\n":                                                     VPCFlow,
		"2025-10-09T08:53:20.000Z 2 1 eni-1 10.0.0.1 10.0.0.2 1 2 6 1 1 1760000000 1760000060 ACCEPT OK":               VPCFlow,
		`2026-01-02T03:04:06.000Z {"query_name":"x.","rcode":"NOERROR"}`:                                               Resolver,
		"1.0 2017-12-13T08:16:02.130Z Z123412341234 example.com A NOERROR UDP FRA6 192.168.1.1 -":                      PublicZone,
		"2017-12-13T08:16:03.000Z 1.0 2017-12-13T08:16:02.130Z Z1 example.com A NOERROR TCP FRA6 ::1 -":                PublicZone,
		`{"messageType":"DATA_MESSAGE","logGroup":"/aws/route53/x","logEvents":[{"id":"1","message":"1.0 2017-12-13T08:16:02.130Z Z1 x.com A NOERROR UDP FRA6 192.0.2.1 -"}]}`: PublicZone,
		`{"messageType":"DATA_MESSAGE","logEvents":[{"message":"{\"query_name\":\"x.\",\"rcode\":\"NOERROR\"`:                                                                  Resolver,
		`{"Findings":[{"SchemaVersion":"2.0","AccountId":"1","Service":{}}]}`:                                                                                                  GuardDuty,
		`{"findings":[]}`: GuardDuty,
		`{"Findings":[]}`: SecurityHub,
		`{"Findings":[{"SchemaVersion":"2018-10-08","ProductArn":"x","AwsAccountId":"1"}]}`:                                                 SecurityHub,
		`{"detail-type":"Security Hub Findings - Imported","detail":{"findings":[{"ProductArn":"x","AwsAccountId":"1"`:                      SecurityHub,
		`{"detail-type":"GuardDuty Finding","detail":{"schemaVersion":"2.0","service":{`:                                                    GuardDuty,
		`{"messageType":"DATA_MESSAGE","logEvents":[{"message":"{\"detail-type\":\"x\",\"detail\":{\"schemaVersion\":\"2.0\",\"service\":{`: GuardDuty,
		`{"messageType":"DATA_MESSAGE","logEvents":[{"message":"{\"ProductArn\":\"x\",\"AwsAccountId\":\"1\"`:                               SecurityHub,
		"type of thing": Unknown,
		"PAR1\x00":      VPCFlowParquet,
		strings.Repeat("a1", 32) + " bucket [06/Feb/2019:00:00:38 +0000] 192.0.2.3": S3Access,
	} {
		if got := Content([]byte(text)); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

func TestDetect(t *testing.T) {
	d := NewDetector()
	trail := `{"Records":[{"eventVersion":"1.08","eventSource":"iam.amazonaws.com"}]}`
	flow := "2 1 eni-1 - - - - - - - 1760000000 1760000060 - NODATA"
	for _, test := range []struct {
		name   string
		object Object
		head   string
		want   Format
	}{
		{"the setting wins", Object{Key: "a/CloudTrail/x", Format: VPCFlow}, trail, VPCFlow},
		{"JSON wins over the key", Object{Key: "a/vpcflowlogs/x.log"}, trail, CloudTrail},
		{"the key wins over text", Object{Key: "a/1_elasticloadbalancing_r_app.x.log"}, flow, ALB},
		{"the key where content tells nothing", Object{Key: "a/vpcflowlogs/x.log"}, "version", VPCFlow},
		{"content where the key tells nothing", Object{Key: "x.log"}, flow, VPCFlow},
		{"a key of JSON over text", Object{Key: "a/CloudTrail/LICENSE"}, "MIT License", Unknown},
		{"a key of JSON over strange JSON", Object{Key: "a/CloudTrail/x.json"}, "{\"a\":1}", CloudTrail},
		{"nothing tells", Object{Key: "x.log"}, "hello", Unknown},
		{"empty", Object{Key: "a/CloudTrail/x.json"}, "", Skip},
		{"test file", Object{Key: "AWSLogs/1/ELBAccessLogTestFile"}, "Enable", Skip},
		{"Parquet of CloudFront", Object{Key: "AWSLogs/aws-account-id=111122223333/CloudFront/DistributionId=E1/year=2026/x.parquet"}, "PAR1", CloudFrontParquet},
		{"Parquet under the key of text", Object{Key: "a/vpcflowlogs/x.log.parquet"}, "PAR1", VPCFlowParquet},
	} {
		if got := d.Detect(&test.object, []byte(test.head)); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}

func TestBinaryContent(t *testing.T) {
	for text, want := range map[string]bool{
		"": false, "hello\tworld\r\n": false, "caf\xe9 au lait in Latin-1": false, "\x1b[31mred\x1b[0m": false, "日本語のログ": false, "日本"[:4]: false,
		"a\x00b": true, "\x1f\x8bnot gzip at all": true, "PAR1 and more": true, "\x01\x02\x03text": true, "\xff\xfe\xfd\xfc\xfb": true, strings.Repeat("\xe4", 100): true,
	} {
		if got := isBinary([]byte(text)); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func FuzzDetect(f *testing.F) {
	f.Add("AWSLogs/1/CloudTrail/x", `{"Records":[]}`)
	f.Add("x", "http 2018-07-02T22:23:00.186641Z app/x 1.2.3.4:5 ")
	d := NewDetector()
	f.Fuzz(func(t *testing.T, key, head string) {
		if got := d.Detect(&Object{Key: key}, []byte(head)); got == "" {
			t.Errorf("no format for %q", key)
		}
	})
}
