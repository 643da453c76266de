// Package resolver decodes the DNS logs of Route 53: query logs of the Resolver of a VPC, and query logs of public hosted zones. The fields:
// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-query-logs-format.html,
// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/query-logs.html
//
// It is pure: bytes in, documents out. Members that it does not know are kept under `aws.route53.extra`.
package resolver

import (
	"bytes"
	"context"
	"io"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/ecs"
	"github.com/vedette-siem/vedette/ingest/jsonlog"
)

// Options configure a Decoder. The zero value is usable.
type Options struct {
	ECS    ecs.Options
	Limits ingest.Limits
}

// A Decoder implements ingest.Decoder for Resolver and PublicZone. It is immutable and safe for concurrent use.
type Decoder struct {
	queries *jsonlog.Supply
	zones   *jsonlog.Supply
}

// New makes a Decoder.
func New(o Options) *Decoder {
	return &Decoder{
		queries: jsonlog.NewSupply(jsonlog.Format{Event: query}, o.ECS, o.Limits),
		zones:   jsonlog.NewSupply(jsonlog.Format{Event: zone}, o.ECS, o.Limits),
	}
}

// Decode implements ingest.Decoder. Logs of public zones come as lines or as messages of CloudWatch; those of the Resolver are JSON.
func (d *Decoder) Decode(ctx context.Context, r io.Reader, o *ingest.Object, emit ingest.Emit) (ingest.Counts, error) {
	supply, dataset := d.queries, ingest.Resolver.Dataset()
	if o.Format == ingest.PublicZone {
		supply, dataset = d.zones, ingest.PublicZone.Dataset()
	}
	r, isJSON, err := startsJSON(r)
	switch {
	case err != nil:
		return ingest.Counts{}, err
	case isJSON:
		return supply.Decode(ctx, r, o, dataset, emit)
	}
	return supply.DecodeLines(ctx, r, o, dataset, emit)
}

// startsJSON looks at the first byte that is not blank, within the first 512.
func startsJSON(r io.Reader) (io.Reader, bool, error) {
	head := make([]byte, 512)
	n, err := io.ReadFull(r, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return nil, false, err
	}
	head = head[:n]
	text := bytes.TrimLeft(head, " \t\r\n,")
	return io.MultiReader(bytes.NewReader(head), r), len(text) > 0 && (text[0] == '{' || text[0] == '['), nil
}
