package storage

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"

	"github.com/vedette-siem/vedette/storage/segment"
)

// ErrDamaged is returned for an index of which scorch would drop a part without a word.
var ErrDamaged = errors.New("index is damaged")

// checkSegments reads which segments scorch's newest snapshot names and makes sure that each is there and readable. Scorch itself takes a segment that it cannot open
// for a missing snapshot: it would open an older or an empty one without an error, and write on top.
//
// The keys are those of https://github.com/blevesearch/bleve/blob/v2.6.3/util/keys.go.
func checkSegments(path string) error {
	root := filepath.Join(path, "root.bolt")
	if _, err := os.Stat(root); errors.Is(err, os.ErrNotExist) {
		return noSegments(path)
	}
	db, err := bbolt.Open(root, 0o600, &bbolt.Options{ReadOnly: true, Timeout: time.Second})
	if err != nil {
		return fmt.Errorf("%w: %s cannot be opened: %w", ErrDamaged, root, err)
	}
	names, err := newestSegments(db)
	if err := errors.Join(err, db.Close()); err != nil {
		return fmt.Errorf("%w: %s: %w", ErrDamaged, root, err)
	}
	for _, name := range names {
		if err := segment.Check(filepath.Join(path, name)); err != nil {
			return fmt.Errorf("%w: %w; restore the file from a backup, or delete the index", ErrDamaged, err)
		}
	}
	return nil
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
func newestSegments(db *bbolt.DB) (names []string, err error) {
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
			names = append(names, string(file))
			return nil
		})
	})
	return names, err
}
