package aggs

import (
	"encoding/json"

	"github.com/vedette-siem/vedette/engine/mapping"
	"github.com/vedette-siem/vedette/storage/segment"
)

// Hits makes the hits of top_hits: it knows how to sort and fetch documents, which this package does not. Package engine/search implements it.
type Hits interface {
	// New reads the body of a top_hits aggregation against one index. It refuses what it does not know with an *eserr.Error.
	New(body json.RawMessage, index string, m *mapping.Mapping) (HitsSpec, error)
}

// A HitsSpec is one top_hits aggregation read against one index. It is used by many segments at once.
type HitsSpec interface {
	// Collector makes the collector of one segment.
	Collector(v segment.View) HitsCollector
}

// A HitsCollector keeps the best hits of each bucket of one segment. One goroutine uses it.
type HitsCollector interface {
	// Collect takes documents and, in a slice of the same length, the bucket that each belongs to. Buckets count from 0; documents ascend, and
	// occur once per bucket. Both slices belong to the caller and change after the call.
	Collect(docs, owners []uint32)
	// Finish returns the hits of one bucket, which may never have been collected into. The answer keeps no memory of the segment.
	Finish(owner uint32) HitsPartial
}

// HitsPartial are the best hits of one bucket so far.
type HitsPartial interface {
	// Merge returns the best of both. It may change and keep either.
	Merge(HitsPartial) HitsPartial
	// Result prints the object that holds `hits`: `{"hits":{"total":...,"hits":[...]}}`.
	Result() (json.RawMessage, error)
}
