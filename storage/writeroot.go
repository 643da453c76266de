package storage

import (
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/bits"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"go.etcd.io/bbolt"

	"github.com/vedette-siem/vedette/storage/durable"
	"github.com/vedette-siem/vedette/storage/segment"
)

// writeBase makes the base what the index holds: a new root.bolt and its manifest. The old root.bolt, and segments that do not count, are set aside: scorch would
// remove them.
func (i *indexCheck) writeBase() (err error) {
	dir, aside := filepath.Join(i.dir, scorchDir), filepath.Join(i.dir, quarantineDir)
	if err := i.finishBase(); err != nil {
		return err
	}
	temp := filepath.Join(dir, rootFile+".new")
	if err := writeRoot(temp, i.base, i.o.Now()); err != nil {
		return fmt.Errorf("write %s: %w", temp, err)
	}
	root := filepath.Join(dir, rootFile)
	if _, err := copyAside(root, aside); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.Rename(temp, root); err != nil {
		return err
	}
	if err := durable.SyncDir(dir); err != nil {
		return err
	}
	if err := writeManifest(nil, i.dir, i.base); err != nil {
		return err
	}
	return i.asideUnnamed(dir, aside)
}

// finishBase fills in what follows from the segments.
func (i *indexCheck) finishBase() (err error) {
	var segments []*segment.Segment
	defer func() {
		for _, s := range segments {
			err = errors.Join(err, s.Release())
		}
	}()
	slices.SortFunc(i.base.Segments, func(a, b manifestSegment) int { return cmp.Compare(a.ID, b.ID) }) // as the keys of root.bolt are
	next := int64(0)
	for n := range i.base.Segments {
		m := &i.base.Segments[n]
		s, err := segment.Open(filepath.Join(i.dir, scorchDir, m.File))
		if err != nil {
			return err
		}
		segments, m.Info = append(segments, s), s.Info()
		if c := s.Numbers(segment.SeqNoField); c != nil {
			next = max(next, c.Max()+1)
		}
	}
	if old := i.base.Internal[nextSeqNoKey]; len(old) == 8 {
		next = max(next, int64(binary.LittleEndian.Uint64(old)))
	}
	if i.base.Internal == nil {
		i.base.Internal = map[string][]byte{}
	}
	i.base.Internal[nextSeqNoKey] = binary.LittleEndian.AppendUint64(nil, uint64(next))
	i.base.Epoch = i.epoch + 1
	return i.dropOlder(segments)
}

// asideUnnamed sets aside the segments that the base does not name.
func (i *indexCheck) asideUnnamed(dir, aside string) error {
	named := map[string]bool{}
	for _, s := range i.base.Segments {
		named[s.File] = true
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), segmentSuffix) || named[e.Name()] {
			continue
		}
		path := filepath.Join(dir, e.Name())
		if slices.Contains(i.linked, path) {
			err = os.Remove(path)
		} else {
			_, err = setAside(path, aside)
		}
		if err != nil {
			return err
		}
	}
	return durable.SyncDir(dir)
}

// writeRoot writes a root.bolt with one snapshot, as scorch would: prepareBoltSnapshot in
// https://github.com/blevesearch/bleve/blob/v2.6.3/index/scorch/persister.go
func writeRoot(path string, m *manifest, now time.Time) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: time.Second})
	if err != nil {
		return err
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		snapshots, err := tx.CreateBucketIfNotExists([]byte("s"))
		if err != nil {
			return err
		}
		s, err := snapshots.CreateBucket(scorchKey(m.Epoch))
		if err != nil {
			return err
		}
		stamp, err := now.MarshalText()
		if err != nil {
			return err
		}
		version := make([]byte, binary.MaxVarintLen32)
		binary.BigEndian.PutUint32(version, segment.PluginVersion)
		if err := putAll(s, "m", map[string][]byte{"type": []byte(segment.PluginType), "version": version, "fileWriterID": {}, "timeStamp": stamp}); err != nil {
			return err
		}
		if err := putAll(s, "i", m.Internal); err != nil {
			return err
		}
		stats, err := json.Marshal(segment.Statistics)
		if err != nil {
			return err
		}
		for _, seg := range m.Segments {
			values := map[string][]byte{"p": []byte(seg.File), "stats": stats}
			if seg.Deleted != nil {
				values["d"] = seg.Deleted
			}
			if err := putAll(s, string(scorchKey(seg.ID)), values); err != nil {
				return err
			}
		}
		return nil
	})
	return errors.Join(err, db.Sync(), db.Close())
}

func putAll(in *bbolt.Bucket, name string, values map[string][]byte) error {
	b, err := in.CreateBucket([]byte(name))
	if err != nil {
		return err
	}
	for k, v := range values {
		if err := b.Put([]byte(k), v); err != nil {
			return err
		}
	}
	return nil
}

// scorchKey writes a number as scorch does into keys; see scorchNumber.
func scorchKey(n uint64) []byte {
	if n <= scorchSmall {
		return []byte{scorchZero + byte(n)}
	}
	size := (bits.Len64(n) + 7) / 8
	full := binary.BigEndian.AppendUint64(nil, n)
	return append([]byte{byte(scorchZero + scorchSmall + size)}, full[8-size:]...)
}
