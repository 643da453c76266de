package s3source

import (
	"context"

	"github.com/vedette-siem/vedette/ingest"
)

// Measured is a Source that is listed once before it is read, for a load with a progress. It implements ingest.Measurer.
type Measured struct {
	*Source
	objects, bytes int64
	measured       bool
}

// Measure implements ingest.Measurer. It lists once and remembers.
func (m *Measured) Measure(ctx context.Context) (objects, bytes int64, err error) {
	if m.measured {
		return m.objects, m.bytes, nil
	}
	err = m.Objects(ctx, func(o ingest.Object) error {
		objects++
		bytes += o.Size
		return nil
	}, func(ingest.Object, error) {})
	if err == nil {
		m.objects, m.bytes, m.measured = objects, bytes, true
	}
	return objects, bytes, err
}
