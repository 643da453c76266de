package ingest

import "regexp"

// DetectBytes is how much plain content the Detector wants to see.
const DetectBytes = 16 << 10

// A Detector tells the format of an object: an explicit setting wins; then a pattern of the key; then the first
// content. Where key and content disagree, content wins for JSON and the key wins for text;
// where the content tells nothing the key counts, unless it promises JSON and the content is none.
// The zero value is not usable; it is immutable and safe for concurrent use.
type Detector struct{ keys []keyRule }

type keyRule struct {
	pattern *regexp.Regexp
	format  Format
}

// NewDetector compiles the key patterns. They run once an object, never for a record.
func NewDetector() *Detector {
	d := &Detector{}
	for _, rule := range []struct {
		pattern string
		format  Format
	}{
		{`(ELBAccessLogTestFile|ELBConnectionLogTestFile|aws-logs-write-test|/)$`, Skip},
		{`/CloudTrail-Digest/`, CloudTrailDigest},
		{`/CloudTrail(-Insight|-NetworkActivity|-Aggregated)?/`, CloudTrail},
		{`(^|/)conn_log_\d{12}_elasticloadbalancing_`, ALBConnection},
		{`(^|/)health_check_log_\d{12}_elasticloadbalancing_`, ALBHealth},
		{`elasticloadbalancing_.*_app\.`, ALB},
		{`elasticloadbalancing_.*_net\.`, NLB},
		{`elasticloadbalancing_.*\.log(\.gz)?$`, CLB},
		{`vpcflowlogs`, VPCFlow},
		{`_waflogs_|/WAFLogs/|aws-waf-logs-`, WAF},
		{`vpcdnsquerylogs`, Resolver},
		{`/GuardDuty/.*\.jsonl(\.gz)?$`, GuardDuty},
		{`(^|/)[0-9A-Z]{12,14}\.20\d\d-\d\d-\d\d-\d\d\.[0-9a-z]{8}(\.gz)?$`, CloudFront},
		{`AWSLogs/.*/CloudFront/`, CloudFront},
		{`20\d\d-[01]\d-\d\d-\d\d-\d\d-\d\d-[0-9A-F]{16}$`, S3Access},
	} {
		d.keys = append(d.keys, keyRule{regexp.MustCompile(rule.pattern), rule.format})
	}
	return d
}

// Key is the format that a key promises, or Unknown.
func (d *Detector) Key(key string) Format {
	for _, rule := range d.keys {
		if rule.pattern.MatchString(key) {
			return rule.format
		}
	}
	return Unknown
}

// Detect decides for an object whose first plain bytes (DetectBytes of them, fewer only at its end) are head.
func (d *Detector) Detect(o *Object, head []byte) Format {
	if o.Format != "" {
		return o.Format
	}
	key := d.Key(o.Key)
	if key == Skip || len(head) == 0 {
		return Skip
	}
	content := Content(head)
	if o.FlowFormat != "" && content == Unknown && key == Unknown && !looksJSON(head) {
		return VPCFlow // somebody has said what its columns are
	}
	switch {
	case content == Unknown && key.isJSON() && !looksJSON(head):
		return Unknown
	case content == Unknown:
		return key
	case content == VPCFlowParquet && key == CloudFront:
		return CloudFrontParquet // what its columns are is written at its end
	case key == Unknown, looksJSON(head), content == VPCFlowParquet:
		return content
	}
	return key
}
