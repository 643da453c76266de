package storage

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"go.etcd.io/bbolt"

	"github.com/vedette-siem/vedette/storage/segment"
)

// ErrDamaged is returned for an index of which scorch would drop a part without a word.
var ErrDamaged = errors.New("index is damaged")

// checkSegments reads which segments scorch's newest snapshot names and makes sure that each is there and readable. Scorch itself takes a segment that it cannot open
// for a missing snapshot: it would open an older or an empty one without an error, and write on top. It returns the number of documents that are not deleted.
//
// The keys are those of https://github.com/blevesearch/bleve/blob/v2.6.3/util/keys.go.
func checkSegments(path string) (documents uint64, err error) {
	root := filepath.Join(path, "root.bolt")
	if _, err := os.Stat(root); errors.Is(err, os.ErrNotExist) {
		return 0, noSegments(path)
	}
	db, err := bbolt.Open(root, 0o600, &bbolt.Options{ReadOnly: true, Timeout: time.Second})
	if err != nil {
		return 0, fmt.Errorf("%w: %s cannot be opened: %w", ErrDamaged, root, err)
	}
	named, err := newestSegments(db)
	if err := errors.Join(err, db.Close()); err != nil {
		return 0, fmt.Errorf("%w: %s: %w", ErrDamaged, root, err)
	}
	for _, n := range named {
		docs, err := segment.Check(filepath.Join(path, n.file))
		if err == nil && n.deleted > docs {
			err = fmt.Errorf("%s has %d documents, but %d are deleted", n.file, docs, n.deleted)
		}
		if err != nil {
			return 0, fmt.Errorf("%w: %w; restore the file from a backup, or delete the index", ErrDamaged, err)
		}
		documents += docs - n.deleted
	}
	return documents, nil
}

// namedSegment is a segment as a snapshot has it.
type namedSegment struct {
	file    string
	deleted uint64 // number of deleted documents
}

// noSegments refuses a folder that has segments and no root.bolt to name them.
func noSegments(path string) error {
	found, err := filepath.Glob(filepath.Join(path, "*.zap"))
	if err == nil && len(found) > 0 {
		err = fmt.Errorf("%w: %s holds %d segments, but root.bolt is missing; restore it from a backup, or delete the index", ErrDamaged, path, len(found))
	}
	return err
}

// newestSegments lists the files of the snapshot with the highest epoch.
func newestSegments(db *bbolt.DB) (named []namedSegment, err error) {
	err = db.View(func(tx *bbolt.Tx) error {
		snapshots := tx.Bucket([]byte("s"))
		if snapshots == nil {
			return nil
		}
		epoch, _ := snapshots.Cursor().Last()
		if epoch == nil {
			return nil
		}
		snapshot := snapshots.Bucket(epoch)
		if snapshot == nil {
			return fmt.Errorf("snapshot %x is no bucket", epoch)
		}
		return snapshot.ForEachBucket(func(k []byte) error {
			if k[0] == 'i' || k[0] == 'm' { // internal values and metadata
				return nil
			}
			file := snapshot.Bucket(k).Get([]byte("p"))
			if file == nil {
				return fmt.Errorf("segment %x of snapshot %x has no file", k, epoch)
			}
			deleted := roaring.New()
			if raw := snapshot.Bucket(k).Get([]byte("d")); raw != nil {
				if _, err := deleted.FromBuffer(bytes.Clone(raw)); err != nil {
					return fmt.Errorf("deleted documents of segment %s: %w", file, err)
				}
			}
			named = append(named, namedSegment{string(file), deleted.GetCardinality()})
			return nil
		})
	})
	return named, err
}
