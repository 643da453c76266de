package ingest

// Format names what an object holds. The zero value means "not told": the Detector finds out.
type Format string

// The formats that the Detector recognises. Which of them can be read depends on the decoders that New was given.
const (
	CloudTrail       Format = "cloudtrail"
	CloudTrailDigest Format = "cloudtrail-digest"
	VPCFlow          Format = "vpcflow" // VPC and Transit Gateway flow logs; the header tells them apart
	VPCFlowParquet   Format = "vpcflow-parquet"
	ALB              Format = "alb"
	NLB              Format = "nlb"
	CLB              Format = "clb"
	ALBConnection    Format = "alb-connection"
	ALBHealth        Format = "alb-health"
	WAF              Format = "waf"
	Resolver         Format = "route53-resolver"
	PublicZone       Format = "route53-public"
	GuardDuty        Format = "guardduty"
	SecurityHub      Format = "securityhub"
	CloudFront       Format = "cloudfront"
	// CloudFrontParquet is told from VPCFlowParquet by the key alone.
	CloudFrontParquet Format = "cloudfront-parquet"
	S3Access          Format = "s3access"
	// Skip marks objects that carry no events by design: test files, empty objects, control messages.
	Skip Format = "skip"
	// Unknown marks objects that no rule recognised.
	Unknown Format = "unknown"
)

// isJSON reports whether objects of the format are JSON.
func (f Format) isJSON() bool {
	switch f {
	case CloudTrail, CloudTrailDigest, WAF, Resolver, GuardDuty, SecurityHub:
		return true
	}
	return false
}

// Dataset says where the documents of a format go and what they are called.
type Dataset struct {
	// Name is `event.dataset` and `data_stream.dataset`.
	Name string
	// Type is the short keyword `type` that people search for.
	Type string
}

// Index is the data stream of the dataset.
func (d Dataset) Index() string { return "logs-" + d.Name + "-default" }

// Dataset is the dataset of a format; formats that are not told apart there (ALB, NLB, CLB) share one.
func (f Format) Dataset() Dataset {
	switch f {
	case CloudTrail:
		return Dataset{"aws.cloudtrail", "cloudtrail"}
	case CloudTrailDigest:
		return Dataset{"aws.cloudtrail_digest", "cloudtrail_digest"}
	case VPCFlow, VPCFlowParquet:
		return Dataset{"aws.vpcflow", "vpcflow"}
	case ALB, NLB, CLB, ALBConnection, ALBHealth:
		return Dataset{"aws.elb_logs", "elblogs"}
	case WAF:
		return Dataset{"aws.waf", "waf"}
	case Resolver:
		return Dataset{"aws.route53_resolver_logs", "route53"}
	case PublicZone:
		return Dataset{"aws.route53_public_logs", "route53"}
	case GuardDuty:
		return Dataset{"aws.guardduty", "guardduty"}
	case SecurityHub:
		return Dataset{"aws.securityhub_findings", "securityhub"}
	case CloudFront, CloudFrontParquet:
		return Dataset{"aws.cloudfront_logs", "cloudfront"}
	case S3Access:
		return Dataset{"aws.s3access", "s3access"}
	}
	return Dataset{"aws.unknown", "unknown"}
}
