package ingest

import (
	"context"
	"errors"
	"io"

	"github.com/vedette-siem/vedette/storage/document"
)

// A Source lists objects and opens them. One goroutine lists while several open.
type Source interface {
	// Name is unique among the sources of a process; the console shows it.
	Name() string
	// Objects calls yield for every object in an order that is the same for the same content, and returns when
	// ctx ends (with its error) or yield returns an error (with that error). A part that cannot be listed goes to
	// failed and the listing goes on.
	Objects(ctx context.Context, yield func(Object) error, failed func(Object, error)) error
	// Open returns the object's bytes as stored. The caller closes it. Errors name the object.
	Open(ctx context.Context, o *Object) (io.ReadCloser, error)
}

// A Decoder turns the inflated bytes of one object into documents. It does no I/O of its own, keeps nothing between
// calls and may be called by several goroutines at once.
//
// Decode reads r until its end and calls emit for every document in the order of the records; after an error from
// emit it returns that error. A record that cannot be decoded is emitted as a pipeline error and counted. Decode
// returns ErrMalformed when most of the object cannot be decoded, and the error of r (wrapped) when reading ends early;
// the counts are valid with every error. A document given to emit belongs to emit from then on.
type Decoder interface {
	Decode(ctx context.Context, r io.Reader, o *Object, emit Emit) (Counts, error)
}

// Emit takes one document.
type Emit func(*document.Document) error

// A Sink stores documents. It is called by several goroutines at once.
type Sink interface {
	// Write returns nil only when all documents are durable: the caller then forgets them. written counts those
	// that were new, duplicates those whose id was there before; both together are len(docs). After an error nothing is known
	// about any of them, and the same documents may come again. The documents belong to the sink from the call on; the slice
	// belongs to the caller again when Write returns.
	Write(ctx context.Context, docs []*document.Document) (written, duplicates int, err error)
}

// Checkpoints remember which objects are done, by Object.Identity. They are called by several goroutines at once.
type Checkpoints interface {
	Has(ctx context.Context, identity string) (bool, error)
	// Done is called after the sink has acknowledged the objects as a whole. All are durable when it returns nil.
	Done(ctx context.Context, identities ...string) error
}

// A Settler is a Source that is told what became of each object that it has yielded.
type Settler interface {
	// Settled is called once per object, by several goroutines at once: with nil after its documents are durable and it has its checkpoint (or had
	// it before, or holds nothing by design), else with why it was not read to its end. What was decoded before that is durable too. An error of Settled ends the
	// run. Objects that were not settled when a run ends are not told of.
	Settled(ctx context.Context, o *Object, outcome error) error
}

// Sentinels that tell why an object was not read to its end. What was decoded before stays.
var (
	// ErrMalformed is returned when more than half of at least twenty records cannot be decoded.
	ErrMalformed = errors.New("most records cannot be decoded")
	// ErrTooLarge is returned when an object passes a size of Limits.
	ErrTooLarge = errors.New("object too large")
	// ErrInflateRatio is returned when an object inflates to more than Limits.InflateRatio times its size.
	ErrInflateRatio = errors.New("object inflates suspiciously")
	// ErrTruncated is returned when an object ends in the middle of a record or of its compression.
	ErrTruncated = errors.New("object is truncated")
	// ErrFormatUnknown is why an object was not read: its format cannot be told, or has no decoder, and its lines cannot be kept as they
	// are, since it is binary.
	ErrFormatUnknown = errors.New("format unknown")
)
