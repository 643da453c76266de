package main

import (
	"fmt"
	"log/slog"
	"slices"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/cloudfront"
	"github.com/vedette-siem/vedette/ingest/cloudtrail"
	"github.com/vedette-siem/vedette/ingest/digest"
	"github.com/vedette-siem/vedette/ingest/ecs"
	"github.com/vedette-siem/vedette/ingest/elb"
	"github.com/vedette-siem/vedette/ingest/guardduty"
	"github.com/vedette-siem/vedette/ingest/parquet"
	"github.com/vedette-siem/vedette/ingest/resolver"
	"github.com/vedette-siem/vedette/ingest/s3access"
	"github.com/vedette-siem/vedette/ingest/unknown"
	"github.com/vedette-siem/vedette/ingest/vpcflow"
	"github.com/vedette-siem/vedette/ingest/waf"
)

// reader is a pipeline with what it holds open.
type reader struct {
	*ingest.Pipeline
	geo *ecs.GeoIP // nil without a database
	raw *rawRecords
}

// newReader wires decoders, enrichment and sink. checks may be nil; geoip is the path of a MaxMind database, or empty.
func newReader(sink ingest.Sink, checks ingest.Checkpoints, geoip string, log *slog.Logger) (*reader, error) {
	r := &reader{}
	o := ecs.Options{}
	if geoip != "" {
		var err error
		if r.geo, err = ecs.OpenGeoIP(geoip); err != nil {
			return nil, err
		}
		o.Steps = append(o.Steps, r.geo)
	}
	limits := ingest.Limits{}.WithDefaults()
	p, err := ingest.New(ingest.Options{Sink: sink, Checkpoints: checks, Limits: limits, Log: log, Decoders: decoders(o, limits)})
	if err != nil {
		return nil, fmt.Errorf("make the ingest pipeline: %w", err)
	}
	r.Pipeline, r.raw = p, newRawRecords(decoders(o, limits))
	return r, nil
}

// decoders are those of the formats that can be read.
func decoders(o ecs.Options, limits ingest.Limits) map[ingest.Format]ingest.Decoder {
	balancer := elb.New(elb.Options{ECS: o, Limits: limits})
	dns := resolver.New(resolver.Options{ECS: o, Limits: limits})
	flows := vpcflow.New(vpcflow.Options{ECS: o, Limits: limits})
	edge := cloudfront.New(cloudfront.Options{ECS: o, Limits: limits})
	findings := guardduty.New(guardduty.Options{ECS: o, Limits: limits})
	return map[ingest.Format]ingest.Decoder{
		ingest.CloudTrail:       cloudtrail.New(cloudtrail.Options{ECS: o, Limits: limits}),
		ingest.CloudTrailDigest: digest.NewDecoder(digest.Options{ECS: o, Limits: limits}),
		ingest.VPCFlow:          flows,
		ingest.VPCFlowParquet:   parquet.FlowLogs(flows, limits),
		ingest.ALB:              balancer,
		ingest.CLB:              balancer, ingest.NLB: balancer, ingest.ALBConnection: balancer, ingest.ALBHealth: balancer,
		ingest.S3Access:   s3access.New(s3access.Options{ECS: o, Limits: limits}),
		ingest.CloudFront: edge, ingest.CloudFrontParquet: parquet.CloudFront(edge, limits),
		ingest.WAF:      waf.New(waf.Options{ECS: o, Limits: limits}),
		ingest.Unknown:  unknown.New(unknown.Options{ECS: o, Limits: limits}),
		ingest.Resolver: dns, ingest.PublicZone: dns,
		ingest.GuardDuty: findings, ingest.SecurityHub: findings,
	}
}

// formats are the names of the formats that can be read, in order.
func formats() []string {
	var out []string
	for f := range decoders(ecs.Options{}, ingest.Limits{}.WithDefaults()) {
		out = append(out, string(f))
	}
	slices.Sort(out)
	return out
}

// Close closes the database.
func (r *reader) Close() error {
	if r.geo == nil {
		return nil
	}
	return r.geo.Close()
}
