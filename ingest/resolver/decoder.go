// Package resolver decodes the DNS logs of Route 53: query logs of the Resolver of a VPC, and query logs of public hosted zones. The fields:
// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-query-logs-format.html,
// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/query-logs.html
//
// It is pure: bytes in, documents out. Members that it does not know are kept under `aws.route53.extra`.
package resolver

import (
	"context"
	"io"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/carrier"
	"github.com/vedette-siem/vedette/ingest/ecs"
)

// Options configure a Decoder. The zero value is usable.
type Options struct {
	ECS    ecs.Options
	Limits ingest.Limits
}

// A Decoder implements ingest.Decoder for Resolver and PublicZone. It is immutable and safe for concurrent use.
type Decoder struct {
	queries *carrier.Supply
	zones   *carrier.Supply
}

// New makes a Decoder.
func New(o Options) *Decoder {
	return &Decoder{
		queries: carrier.NewSupply(carrier.Shape{JSON: true, Texts: []string{"message"}, Bridge: true}, query, o.ECS, o.Limits),
		zones:   carrier.NewSupply(carrier.Shape{Texts: []string{"message"}}, zone, o.ECS, o.Limits),
	}
}

// Decode implements ingest.Decoder. Logs of public zones come as lines or as messages of CloudWatch; those of the Resolver are JSON.
func (d *Decoder) Decode(ctx context.Context, r io.Reader, o *ingest.Object, emit ingest.Emit) (ingest.Counts, error) {
	supply, dataset := d.queries, ingest.Resolver.Dataset()
	if o.Format == ingest.PublicZone {
		supply, dataset = d.zones, ingest.PublicZone.Dataset()
	}
	return supply.Decode(ctx, r, o, dataset, emit)
}
