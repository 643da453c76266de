package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/pipeline"
	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/storage/document"
)

var rawErrors = prometheus.NewDesc("vedette_pipeline_decode_errors_total", "Raw records that a pipeline could not decode and kept as events of kind pipeline_error, by format.", []string{"format"}, nil)

// rawRecords decode the records that shippers send through pipelines, one by one. It is safe for concurrent use.
type rawRecords struct {
	decoders map[ingest.Format]ingest.Decoder
	detector *ingest.Detector
	failed   map[string]*atomic.Int64 // by format; not changed
	marker   string                   // begins the ids that say nothing of the record
}

func newRawRecords(decoders map[ingest.Format]ingest.Decoder) *rawRecords {
	r := &rawRecords{decoders: decoders, detector: ingest.NewDetector(), failed: map[string]*atomic.Int64{}, marker: "raw." + rand.Text()}
	for _, format := range pipeline.DecodeFormats() {
		r.failed[format] = &atomic.Int64{}
	}
	return r
}

// failures are how many records could not be decoded, by format.
func (r *rawRecords) failures() map[string]int64 {
	all := map[string]int64{}
	for format, n := range r.failed {
		all[format] = n.Load()
	}
	return all
}

// errSecond ends the decoding of a text that holds more than one record.
var errSecond = errors.New("it holds more than one record, and a document is one: send each by itself")

// decode makes the one event of a raw record; none of a header. A record that cannot be decoded becomes an event that says so, and is counted. What is no single record is refused.
func (r *rawRecords) decode(ctx context.Context, format string, raw []byte) (pipeline.Decoded, error) {
	o := &ingest.Object{Size: int64(len(raw)), Format: r.format(format, raw), IDPrefix: r.marker}
	var event *document.Document
	counts, err := r.decoders[o.Format].Decode(ctx, bytes.NewReader(raw), o, func(d *document.Document) error {
		if event != nil {
			return errSecond
		}
		event = d
		return nil
	})
	if ctx.Err() != nil {
		return pipeline.Decoded{}, ctx.Err()
	}
	switch {
	case event != nil && err == nil:
		if counts.Errors > 0 {
			r.failed[format].Add(1)
		}
		return r.decoded(event), nil
	case event == nil && err == nil:
		return pipeline.Decoded{}, nil // a header, or what is skipped on purpose
	}
	return pipeline.Decoded{}, eserr.Illegal("the record cannot be decoded as %s: %v", o.Format, err)
}

// format is what a pipeline's format means for one record.
func (r *rawRecords) format(name string, raw []byte) ingest.Format {
	found := func(fallback ingest.Format, of ...ingest.Format) ingest.Format {
		f := r.detector.Detect(&ingest.Object{}, raw[:min(len(raw), ingest.DetectBytes)])
		for _, one := range of {
			if f == one {
				return f
			}
		}
		if len(of) == 0 && r.decoders[f] != nil {
			return f
		}
		return fallback
	}
	switch name {
	case "auto":
		return found(ingest.Unknown)
	case "elb":
		return found(ingest.ALB, ingest.ALB, ingest.CLB, ingest.NLB, ingest.ALBConnection, ingest.ALBHealth)
	case "resolver":
		return found(ingest.Resolver, ingest.PublicZone)
	}
	return ingest.Format(name)
}

// decoded leaves out an id that only tells where in its object a record stood.
func (r *rawRecords) decoded(d *document.Document) pipeline.Decoded {
	out := pipeline.Decoded{Index: d.Index, ID: d.ID, Source: d.Source}
	if strings.HasPrefix(d.ID, r.marker) {
		out.ID = ""
	}
	return out
}
