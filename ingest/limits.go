package ingest

// Limits bound what one object may cost. The zero value of a field means its default.
type Limits struct {
	// RecordBytes is the longest line or JSON record; the rest of a longer one is skipped and counted. Default 1 MiB.
	RecordBytes int
	// ObjectBytes is the largest object as stored. Default 4 GiB.
	ObjectBytes int64
	// InflatedBytes is the largest object after inflating. Default 40 GiB.
	InflatedBytes int64
	// InflateRatio is how many times its size an object may inflate to. Default 1000; gzip reaches 1032 at most.
	InflateRatio int64
	// Depth is how deep JSON may nest. Default 64.
	Depth int
}

// OversizeKept is how much of a record longer than the limit is kept as `event.original` of its pipeline error.
const OversizeKept = 32 << 10

// WithDefaults fills in what is zero.
func (l Limits) WithDefaults() Limits {
	if l.RecordBytes <= 0 {
		l.RecordBytes = 1 << 20
	}
	if l.ObjectBytes <= 0 {
		l.ObjectBytes = 4 << 30
	}
	if l.InflatedBytes <= 0 {
		l.InflatedBytes = 40 << 30
	}
	if l.InflateRatio <= 0 {
		l.InflateRatio = 1000
	}
	if l.Depth <= 0 {
		l.Depth = 64
	}
	return l
}
