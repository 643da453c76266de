// Package guardduty decodes findings: those of GuardDuty, and those of Security Hub in AWS's Security Finding Format (ASFF), which collects the
// findings of GuardDuty, Inspector, Macie, its own checks and other products. The fields:
// https://docs.aws.amazon.com/guardduty/latest/APIReference/API_Finding.html,
// https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format.html
//
// It is pure: bytes in, documents out. Findings come in objects of S3 and files (one a line), as the answers of the APIs, and in EventBridge
// events; AWS's command line spells GuardDuty's names with capitals, and both spellings are read. What differs from finding to
// finding is kept whole in fields of the type flattened; members that are not known are kept under `extra`.
package guardduty

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

// A Decoder implements ingest.Decoder for GuardDuty and SecurityHub, as the object's format says. It is immutable and safe for concurrent use.
type Decoder struct {
	findings *carrier.Supply
	hub      *carrier.Supply
}

// New makes a Decoder.
func New(o Options) *Decoder {
	shape := carrier.Shape{JSON: true, Arrays: []string{"findings", "Findings"}, Texts: []string{"message"}, Bridge: true, List: "findings"}
	return &Decoder{findings: carrier.NewSupply(shape, finding, o.ECS, o.Limits), hub: carrier.NewSupply(shape, hubFinding, o.ECS, o.Limits)}
}

// Decode implements ingest.Decoder.
func (d *Decoder) Decode(ctx context.Context, r io.Reader, o *ingest.Object, emit ingest.Emit) (ingest.Counts, error) {
	if o.Format == ingest.SecurityHub {
		return d.hub.Decode(ctx, r, o, ingest.SecurityHub.Dataset(), emit)
	}
	return d.findings.Decode(ctx, r, o, ingest.GuardDuty.Dataset(), emit)
}
