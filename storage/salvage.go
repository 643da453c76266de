package storage

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/vedette-siem/vedette/storage/document"
	"github.com/vedette-siem/vedette/storage/segment"
)

// salvageDocs is how many documents go into one rebuilt segment, and salvageBytes about how much memory they may take (DocBytes): merges make fewer segments of them later.
const (
	salvageDocs  = 50_000
	salvageBytes = 32 << 20
)

// salvage sets a bad segment aside and returns the segments that were rebuilt of what can still be read: documents whose id, numbers and source are whole. It adds
// to f what was done and lost. The file stays in its place too until root.bolt names those that were rebuilt: a repair that fails before must be able to begin again.
func (i *indexCheck) salvage(s manifestSegment, path string, f *Finding) (rebuilt []manifestSegment, err error) {
	live := s.Docs
	if deleted, err := (&rootSegment{deleted: s.Deleted}).deletedDocs(); err == nil {
		live -= min(live, deleted.GetCardinality())
	}
	read := uint64(0)
	if seg, err := segment.Open(path); err == nil {
		if i.read != nil && s.Bad == "" && headWhole(seg) {
			rebuilt, read, err = i.rebuild(seg, s)
		}
		if err := errors.Join(err, seg.Release()); err != nil {
			return nil, err
		}
	}
	if _, err := os.Lstat(path); err == nil {
		to, err := linkAside(path, filepath.Join(i.dir, quarantineDir))
		if err != nil {
			return nil, err
		}
		i.linked = append(i.linked, path)
		f.Done = "moved to " + to
	} else {
		f.Done = "left out"
	}
	if read > 0 {
		f.Done += fmt.Sprintf(", and %d documents read again from their sources", read)
	}
	if s.Docs == 0 {
		f.Done += "; how many documents it held is not known"
	}
	if f.add(s.Info); read > 0 || live != s.Docs {
		f.Lost = live - min(live, read)
	}
	return rebuilt, nil
}

// headWhole reports whether the columns are whole without which a document cannot be rebuilt from its source.
func headWhole(s *segment.Segment) bool {
	whole := true
	s.Check(func(d *segment.Damage) { whole = whole && !slices.Contains(needed, d.Column) })
	return whole
}

// rebuild writes the live documents of a segment whose source can be read into new ones.
func (i *indexCheck) rebuild(s *segment.Segment, was manifestSegment) (rebuilt []manifestSegment, read uint64, err error) {
	deleted, err := (&rootSegment{deleted: was.Deleted}).deletedDocs()
	if err != nil {
		return nil, 0, nil
	}
	var sources *segment.SourceReader
	if segment.Guard(func() error { sources = s.Sources(); return nil }) != nil {
		return nil, 0, nil
	}
	var docs []*document.Document
	bytesHeld := 0 // by docs
	flush := func() error {
		if len(docs) == 0 {
			return nil
		}
		m, err := i.writeSegment(docs)
		rebuilt, read, docs, bytesHeld = append(rebuilt, m), read+uint64(len(docs)), nil, 0
		return err
	}
	for n := range uint32(s.NumDocs()) {
		if deleted.Contains(n) {
			continue
		}
		d := &document.Document{ID: s.ID(n)}
		d.SeqNo, _ = s.Numbers(segment.SeqNoField).Value(n)
		d.Version, _ = s.Numbers(segment.VersionField).Value(n)
		routing := ""
		if t := s.Terms(routingField); t != nil {
			if ord, ok := t.Ord(n); ok {
				routing = t.Term(ord)
			}
		}
		var source []byte
		if segment.Guard(func() (err error) { source, err = sources.Read(n); return err }) != nil {
			continue // it is counted as lost: a value of it stood in a damaged column only
		}
		d.Source = bytes.Clone(source)
		if err := i.read(d, routing); err != nil {
			return nil, 0, fmt.Errorf("read document %q again: %w", d.ID, err)
		}
		bytesHeld += DocBytes(d)
		if docs = append(docs, d); len(docs) == salvageDocs || bytesHeld >= salvageBytes {
			if err := flush(); err != nil {
				return nil, 0, err
			}
		}
	}
	return rebuilt, read, flush()
}

// writeSegment writes documents into a file with a number that is free.
func (i *indexCheck) writeSegment(docs []*document.Document) (manifestSegment, error) {
	number, err := highestNumber(filepath.Join(i.dir, scorchDir))
	if err != nil {
		return manifestSegment{}, err
	}
	for _, s := range i.base.Segments {
		number = max(number, s.ID)
	}
	number++
	m := manifestSegment{File: fmt.Sprintf("%012x%s", number, segmentSuffix), ID: number, rebuilt: true}
	path := filepath.Join(i.dir, scorchDir, m.File)
	if err := segment.Write(path, docs); err != nil {
		return m, err
	}
	m.Info, err = segment.Describe(path)
	return m, err
}

// numberOf reads the number of a segment's file.
func numberOf(file string) (uint64, error) {
	return strconv.ParseUint(strings.TrimSuffix(file, segmentSuffix), 16, 64)
}

func highestNumber(dir string) (highest uint64, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return 0, err
	}
	for _, e := range entries {
		if n, err := numberOf(e.Name()); err == nil && strings.HasSuffix(e.Name(), segmentSuffix) {
			highest = max(highest, n)
		}
	}
	return highest, nil
}

// dropOlder marks documents as deleted of which a newer one is in another segment, as scorch would have done when the newer one was written. Only segments that are not
// as scorch left them can have such.
func (i *indexCheck) dropOlder(segments []*segment.Segment) error {
	deleted := make([]*roaring.Bitmap, len(segments))
	for n := range segments {
		var err error
		if deleted[n], err = (&rootSegment{deleted: i.base.Segments[n].Deleted}).deletedDocs(); err != nil {
			return err
		}
	}
	for a, s := range segments {
		if !i.base.Segments[a].rebuilt {
			continue
		}
		for doc := range uint32(s.NumDocs()) {
			for b, other := range segments {
				if at, ok := other.Lookup(s.ID(doc)); ok && a != b && !deleted[a].Contains(doc) && !deleted[b].Contains(at) {
					if seqNo(s, doc) < seqNo(other, at) {
						deleted[a].Add(doc)
					} else {
						deleted[b].Add(at)
					}
				}
			}
		}
	}
	for n := range segments {
		if !deleted[n].IsEmpty() {
			raw, err := deleted[n].ToBytes()
			if err != nil {
				return err
			}
			i.base.Segments[n].Deleted = raw
		}
	}
	return nil
}

func seqNo(s *segment.Segment, doc uint32) int64 {
	n, _ := s.Numbers(segment.SeqNoField).Value(doc)
	return n
}
