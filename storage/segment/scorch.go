package segment

import (
	"errors"
	"io"

	"github.com/RoaringBitmap/roaring/v2"
	index "github.com/blevesearch/bleve_index_api"
	segment "github.com/blevesearch/scorch_segment_api/v2"

	"github.com/vedette-siem/vedette/storage/document"
	"github.com/vedette-siem/vedette/storage/durable"
)

// Wrap makes the documents of rows into those that scorch accepts in a batch, all of them in the same one. The Builder is scorch's from then on.
func (b *Builder) Wrap(rows []uint32) []index.Document {
	p := &prepared{b, rows}
	docs := make([]index.Document, len(rows))
	for i, row := range rows {
		docs[i] = wrapped{b.docs[row], p}
	}
	return docs
}

// prepared is what all documents of a batch have in common.
type prepared struct {
	builder *Builder
	rows    []uint32
}

// wrapped answers what scorch asks of a document. Scorch looks at nothing but the ID: all else is in the Builder already.
type wrapped struct {
	*document.Document
	prepared *prepared
}

func (w wrapped) ID() string                                 { return w.Document.ID }
func (w wrapped) Size() int                                  { return len(w.Source) }
func (w wrapped) VisitFields(index.FieldVisitor)             {}
func (w wrapped) VisitComposite(index.CompositeFieldVisitor) {}
func (w wrapped) HasComposite() bool                         { return false }
func (w wrapped) NumPlainTextBytes() uint64                  { return 0 }
func (w wrapped) AddIDField()                                {}
func (w wrapped) StoredFieldsBytes() uint64                  { return 0 }
func (w wrapped) Indexed() bool                              { return true }

// scorchSegment answers what scorch asks of a segment. Bleve's own way of reading, by field dictionaries and stored fields, is not there: readers
// take the Segment and its columns.
type scorchSegment struct{ *Segment }

// memSegment is a segment that scorch has still to write.
type memSegment struct{ scorchSegment }

// fileSegment is a segment that lies on disk.
type fileSegment struct{ scorchSegment }

// Persist implements segment.UnpersistedSegment. The file is on disk, synced with its folder, when it returns.
func (s memSegment) Persist(path string) error {
	_, err := durable.Create(s.fs, path, func(w io.Writer) error {
		_, err := w.Write(s.data)
		return err
	})
	return err
}

// WriteTo implements io.WriterTo, which scorch's copy of a live index needs of segments in memory.
func (s memSegment) WriteTo(w io.Writer) (int64, error) {
	n, err := w.Write(s.data)
	return int64(n), err
}

// Path implements segment.PersistedSegment, which tells it from a segment in memory.
func (s fileSegment) Path() string { return s.path }

// Statistics are those of each segment that scorch keeps in root.bolt; see UpdateFieldStats.
var Statistics = map[string]map[string]uint64{"num_vectors": {"": 1}}

var errNotBleve = errors.New("segment: column segments are not read through Bleve")

func (s scorchSegment) Dictionary(string) (segment.TermDictionary, error) { return nil, errNotBleve }

func (s scorchSegment) VisitStoredFields(uint64, segment.StoredFieldValueVisitor) error {
	return errNotBleve
}

func (s scorchSegment) DocID(doc uint64) (id []byte, err error) {
	err = Guard(func() error {
		id = []byte(s.ID(uint32(doc)))
		return nil
	})
	return id, err
}

// Count implements segment.Segment. A damaged segment is said to be too large to be merged.
func (s scorchSegment) Count() uint64 {
	if s.Damage() != nil {
		return uint64(s.dir.Docs) + unmergeable
	}
	return uint64(s.dir.Docs)
}

func (s scorchSegment) Fields() []string      { return s.FieldNames() }
func (s scorchSegment) Close() error          { return s.DecRef() }
func (s scorchSegment) Size() int             { return len(s.data) }
func (s scorchSegment) BytesRead() uint64     { return 0 }
func (s scorchSegment) ResetBytesRead(uint64) {}
func (s scorchSegment) BytesWritten() uint64  { return uint64(len(s.data)) }
func (s scorchSegment) AddRef()               { s.refs.Add(1) }

// UpdateFieldStats implements segment.FieldStatsReporter. Scorch's planner of merges looks at the size of files only where there are vectors, so it is told of one:
// https://github.com/blevesearch/bleve/blob/v2.6.3/index/scorch/snapshot_segment.go (HasVector). Scorch keeps the statistics in root.bolt.
func (s scorchSegment) UpdateFieldStats(stats segment.FieldStats) {
	for name, fields := range Statistics {
		for field, n := range fields {
			stats.Store(name, field, n)
		}
	}
}

// DecRef gives up one reference; the last one unmaps the file.
func (s scorchSegment) DecRef() error {
	if s.refs.Add(-1) != 0 {
		return nil
	}
	s.closing.run()
	if s.release != nil {
		return s.release()
	}
	return nil
}

// DocNumbers returns the documents that have one of the ids. Scorch calls it with all ids of a batch on every segment, so ids
// outside of the segment's range, which generated ones of a later time are, cost nothing.
func (s scorchSegment) DocNumbers(ids []string) (docs *roaring.Bitmap, err error) {
	docs = roaring.New()
	err = Guard(func() error {
		s.addDocs(docs, ids)
		return nil
	})
	if errors.As(err, new(*Damage)) { // it has been told; writes go on, as beside a segment in quarantine
		return roaring.New(), nil
	}
	return docs, err
}

func (s scorchSegment) addDocs(docs *roaring.Bitmap, ids []string) {
	t := s.Terms(IDField)
	if t == nil || t.Len() == 0 {
		return
	}
	least, greatest := t.Term(0), t.Term(uint32(t.Len()-1))
	for _, id := range ids {
		if id < least || id > greatest || !s.mayHaveID(t, id) {
			continue
		}
		if ord, exact := t.Seek(id); exact {
			docs.Add(uint32(t.post.unique.at(ord)))
		}
	}
}
