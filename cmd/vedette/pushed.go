package main

import (
	"context"
	"fmt"
	"io"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/ingest"
)

// Names of the sources of what is sent here. They are the kinds of the console too.
const (
	sourceFirehose = "firehose"
	sourceUpload   = "upload"
	sourceSyslog   = "syslog"
)

// pushed is the ingest.Source of what somebody sends: objects with their bytes, read once.
type pushed struct {
	name    string
	objects []ingest.Object // Ticket is an io.Reader
}

var _ ingest.Quiet = (*pushed)(nil)

// Name implements ingest.Source.
func (p *pushed) Name() string { return p.name }

// Quiet implements ingest.Quiet: requests are counted, and not a line of the log each.
func (p *pushed) Quiet() {}

// Objects implements ingest.Source.
func (p *pushed) Objects(_ context.Context, yield func(ingest.Object) error, _ func(ingest.Object, error)) error {
	for _, o := range p.objects {
		if err := yield(o); err != nil {
			return err
		}
	}
	return nil
}

// Open implements ingest.Source.
func (p *pushed) Open(_ context.Context, o *ingest.Object) (io.ReadCloser, error) {
	return io.NopCloser(o.Ticket.(io.Reader)), nil
}

// take reads what was sent on behalf of a principal and returns when all of it is durable.
func (a *app) take(ctx context.Context, p engine.Principal, src *pushed) (ingest.SourceStatus, error) {
	return a.pipeline.Run(withPrincipal(ctx, p), src)
}

// unread is why not all of what was sent is stored, or nil.
func unread(s ingest.SourceStatus) error {
	if s.Counts.FilesFailed+s.Counts.Unknown == 0 {
		return nil
	}
	if s.LastError == nil {
		return fmt.Errorf("%d parts could not be read", s.Counts.FilesFailed+s.Counts.Unknown)
	}
	return fmt.Errorf("%d parts could not be read to their end, the last because of: %s", s.Counts.FilesFailed+s.Counts.Unknown, s.LastError.Message)
}

type principalKey struct{}

// withPrincipal says on whose behalf engineSink writes; otherwise it does for the process itself.
func withPrincipal(ctx context.Context, p engine.Principal) context.Context {
	return context.WithValue(ctx, principalKey{}, p)
}

func principalOf(ctx context.Context) engine.Principal {
	if p, ok := ctx.Value(principalKey{}).(engine.Principal); ok {
		return p
	}
	return operator
}
