package storage

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/blevesearch/bleve/v2/index/scorch"

	"github.com/vedette-siem/vedette/storage/document"
	"github.com/vedette-siem/vedette/storage/segment"
)

// Nobody can look into a segment in quarantine, so a document in it that is written again is not marked as deleted there, and would be there twice when the file comes back
// from a backup. So the manifest remembers which segments were in quarantine (segment.Info.Away). When one of them opens again, the newest of each document that several
// segments have is written once more, before anybody reads the index: that makes scorch delete the others.

// idsAtOnce is how many documents of a returned segment are looked for in the others at once.
const idsAtOnce = 4096

// settleReturned deals with the segments of ix.returned. The log is not open yet; what it holds is newer, and is written again behind.
func (ix *Index) settleReturned(read Read) error {
	if len(ix.returned) == 0 {
		return nil
	}
	err := ix.rewriteDoubled(read)
	if err == nil {
		err = ix.refreshAlone()
	}
	if err == nil {
		err = ix.allPersisted(context.Background())
	}
	if err != nil {
		return fmt.Errorf("take in segments that have come back: %w", err)
	}
	for _, file := range ix.returned {
		ix.takenIn.Store(file, true)
	}
	close(ix.opened)
	ix.o.Logger.Info("files of an index that were damaged are whole again", "index", filepath.Base(ix.path), "files", ix.returned)
	return nil
}

// rewriteDoubled puts the newest of each document that several segments have into the buffer. A segment whose ids turn out to be damaged is in no further snapshot.
func (ix *Index) rewriteDoubled(read Read) error {
	for {
		r, err := ix.scorch.Reader()
		if err != nil {
			return err
		}
		s, err := ix.snapshotOf(r.(*scorch.IndexSnapshot))
		if err != nil {
			return err
		}
		err = segment.Guard(func() error { return ix.rewriteDoubledIn(s, read) })
		if err := errors.Join(err, s.Close()); !damagedIDs(err) {
			return err
		}
	}
}

// damagedIDs reports whether an error is the damage of a segment's ids.
func damagedIDs(err error) bool {
	d := (*segment.Damage)(nil)
	return errors.As(err, &d) && d.Column == segment.IDField
}

func (ix *Index) rewriteDoubledIn(s *Snapshot, read Read) error {
	for _, v := range s.Views {
		if !slices.Contains(ix.returned, filepath.Base(v.File())) {
			continue
		}
		err := eachID(v, func(ids []string) error {
			for i, p := range newest(s.Views, ids) {
				if p.copies > 1 {
					if err := ix.rewrite(p.view, p.doc, ids[i], read); err != nil {
						return err
					}
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// eachID calls f with the ids of a segment, ascending, some at a time.
func eachID(v segment.View, f func(ids []string) error) (err error) {
	var ids []string
	v.Terms(segment.IDField).Each(0, func(_ uint32, id []byte) bool {
		if ids = append(ids, string(id)); len(ids) == idsAtOnce {
			err, ids = f(ids), nil
		}
		return err == nil
	})
	if err == nil && len(ids) > 0 {
		err = f(ids)
	}
	return err
}

// place is where the newest of the live copies of a document is.
type place struct {
	view   segment.View
	doc    uint32
	seqNo  int64
	copies int
}

// newest finds the documents of ids, which ascend.
func newest(views []segment.View, ids []string) []place {
	places, looked := make([]place, len(ids)), segment.NewIDs(ids)
	for _, v := range views {
		v.Find(looked, func(i int, doc uint32) {
			if v.Deleted != nil && v.Deleted.Contains(doc) {
				return
			}
			p, n := &places[i], seqNo(v.Segment, doc)
			if p.copies++; p.copies == 1 || n > p.seqNo {
				p.view, p.doc, p.seqNo = v, doc, n
			}
		})
	}
	return places
}

// rewrite writes a document of a segment again as it is.
func (ix *Index) rewrite(v segment.View, doc uint32, id string, read Read) error {
	now := stateIn(v, doc)
	source, err := v.Source(doc)
	if err != nil {
		return err
	}
	d := &document.Document{ID: id, SeqNo: now.SeqNo, Version: now.Version, Source: source}
	return ix.writeAgain(d, now.Routing, func(d *document.Document, routing string) error {
		err := read(d, routing)
		d.Time, _ = v.Numbers(segment.TimeField).Value(doc) // one without a time keeps that of its arrival
		return err
	})
}
