package segment

import (
	"errors"
	"fmt"
	"runtime/debug"

	"github.com/RoaringBitmap/roaring/v2"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// Scorch takes a segment that cannot be opened for a missing snapshot, and goes on with an older or an empty one. So a damaged file that is expected opens as a
// segment in quarantine: it has its documents' number and nothing to read.

// Quarantined is a segment whose file is damaged or missing.
type Quarantined struct {
	Path string
	// Info is what was written, as far as it is known: else it is zero.
	Info Info
	// Err says what is wrong, and names the file.
	Err error
}

// ErrSpoiled is in the text of a merge's error (scorch keeps nothing but the text) when one of the segments turned out to be damaged. It will not be merged again.
var ErrSpoiled = errors.New("a damaged segment is left out of merges from now on")

// unmergeable is added to the number of documents of a segment that must not be merged: the merge planner leaves segments alone that have more than half of
// maxSegmentSize documents, and nothing but that can be said to it. So it is kept for ever, also when all its documents have been deleted.
// See https://github.com/blevesearch/bleve/blob/v2.6.3/index/scorch/mergeplan/merge_plan.go
const unmergeable = 1 << 32

// quarantinedSegment is what scorch sees of it.
type quarantinedSegment struct{ Quarantined }

// QuarantinedOf returns the quarantined segment behind one of scorch's.
func QuarantinedOf(s segment.Segment) (Quarantined, bool) {
	q, ok := s.(quarantinedSegment)
	return q.Quarantined, ok
}

// Path implements segment.PersistedSegment.
func (s quarantinedSegment) Path() string { return s.Quarantined.Path }

// Count implements segment.Segment.
func (s quarantinedSegment) Count() uint64 { return s.Info.Docs + unmergeable }

// DocNumbers implements segment.Segment: nothing in it can be replaced.
func (s quarantinedSegment) DocNumbers([]string) (*roaring.Bitmap, error) { return roaring.New(), nil }

func (s quarantinedSegment) Dictionary(string) (segment.TermDictionary, error) { return nil, s.Err }
func (s quarantinedSegment) VisitStoredFields(uint64, segment.StoredFieldValueVisitor) error {
	return s.Err
}
func (s quarantinedSegment) DocID(uint64) ([]byte, error) { return nil, s.Err }
func (s quarantinedSegment) Fields() []string             { return nil }
func (s quarantinedSegment) Close() error                 { return nil }
func (s quarantinedSegment) Size() int                    { return 0 }
func (s quarantinedSegment) BytesRead() uint64            { return 0 }
func (s quarantinedSegment) ResetBytesRead(uint64)        {}
func (s quarantinedSegment) BytesWritten() uint64         { return 0 }
func (s quarantinedSegment) AddRef()                      {}
func (s quarantinedSegment) DecRef() error                { return nil }

// openUsing opens the file at path, or stands a quarantined segment in for it.
func openUsing(path string, config map[string]any) (segment.Segment, error) {
	c := configOf(config)
	if q, ok := c.Quarantined[path]; ok {
		return quarantinedSegment{q}, nil
	}
	s, err := openFile(path)
	if err != nil {
		return nil, err
	}
	s.onDamage = c.OnDamage
	return fileSegment{scorchSegment{s}}, nil
}

// Damage is what was found wrong when something of the segment was first read, or nil.
func (s *Segment) Damage() *Damage { return s.damage.Load() }

// LostIDs reports whether the ids were found damaged. Older versions of documents cannot be found in the segment then, so nothing of it may be shown beside newer ones.
func (s *Segment) LostIDs() bool { return s.lostIDs.Load() }

// spoil keeps the first damage, tells of it, and returns d.
func (s *Segment) spoil(d *Damage) *Damage {
	s.damage.CompareAndSwap(nil, d)
	if d.Column == IDField {
		s.lostIDs.Store(true)
	}
	if s.onDamage != nil {
		s.onDamage(d)
	}
	return d
}

// spoiled looks for the damage that made a merge fail, so that the segment is not merged again, and returns the merge's error.
func spoiled(views []View, err error) error {
	for _, v := range views {
		if v.path != "" && v.Damage() == nil {
			v.Check(func(d *Damage) { v.spoil(d) })
		}
		if d := v.Damage(); d != nil {
			return fmt.Errorf("%w: %w", ErrSpoiled, d)
		}
	}
	return err
}

// unreadable is a fault of memory: a mapped page that the disk could not give, or a file that was cut short while it was mapped.
type unreadable interface {
	error
	Addr() uintptr
}

// faultsPanic lets such a fault be a panic of this goroutine, and not the end of the process. The caller calls the returned function when it is done.
func faultsPanic() (undo func()) {
	old := debug.SetPanicOnFault(true)
	return func() { debug.SetPanicOnFault(old) }
}
