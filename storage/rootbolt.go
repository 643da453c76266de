package storage

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/vedette-siem/vedette/storage/boltfile"
	"github.com/vedette-siem/vedette/storage/segment"
)

// ErrDamaged is returned for an index of which scorch would drop a part without a word.
var ErrDamaged = errors.New("index is damaged")

// repairHint is the way on for whatever is damaged.
const repairHint = "restore it from a backup, or stop vedette and run 'vedette check --repair' on the data directory"

// rootSnapshot is a snapshot as scorch keeps it in root.bolt.
//
// The keys: https://github.com/blevesearch/bleve/blob/v2.6.3/util/keys.go and prepareBoltSnapshot in index/scorch/persister.go.
type rootSnapshot struct {
	epoch    uint64
	segments []rootSegment
	internal map[string][]byte
}

// rootSegment is a segment of a snapshot.
type rootSegment struct {
	id      uint64
	file    string // its name in scorch's folder
	deleted []byte // a roaring bitmap; nil is none
}

// readRoot lists the snapshots of root.bolt, the newest last. A file that is not there has none.
func readRoot(path string) ([]rootSnapshot, error) {
	b, err := boltfile.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	all, err := rootSnapshots(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	slices.SortFunc(all, func(a, b rootSnapshot) int { return int(int64(a.epoch - b.epoch)) })
	return all, nil
}

func rootSnapshots(b *boltfile.File) (all []rootSnapshot, err error) {
	top, err := b.Top()
	if err != nil {
		return nil, err
	}
	for _, v := range top {
		if string(v.Key) != "s" {
			continue
		}
		epochs, err := b.Inside(v)
		if err != nil {
			return nil, err
		}
		for _, e := range epochs {
			s, err := readSnapshot(b, e)
			if err != nil {
				return nil, fmt.Errorf("snapshot %x: %w", e.Key, err)
			}
			all = append(all, s)
		}
	}
	return all, nil
}

func readSnapshot(b *boltfile.File, v boltfile.Item) (s rootSnapshot, err error) {
	if s.epoch, err = scorchNumber(v.Key); err != nil {
		return s, err
	}
	s.internal = map[string][]byte{}
	parts, err := b.Inside(v)
	if err != nil {
		return s, err
	}
	for _, p := range parts {
		values, err := b.Inside(p)
		if err != nil {
			return s, err
		}
		switch string(p.Key) {
		case "m":
			if err := checkMeta(values); err != nil {
				return s, err
			}
		case "i":
			for _, v := range values {
				if string(v.Key) != "TotBytesWritten" { // of the running process: it changes when scorch writes a snapshot again as it opens
					s.internal[string(v.Key)] = v.Value
				}
			}
		default:
			seg, err := readRootSegment(p.Key, values)
			if err != nil {
				return s, err
			}
			s.segments = append(s.segments, seg)
		}
	}
	return s, nil
}

// checkMeta refuses what would make scorch pass a snapshot over.
func checkMeta(values []boltfile.Item) error {
	found := map[string]string{}
	for _, v := range values {
		found[string(v.Key)] = string(v.Value)
	}
	version := found["version"]
	writer, named := found["fileWriterID"]
	if len(found) != 4 || !named || writer != "" || found["type"] != segment.PluginType || len(version) < 4 || binary.BigEndian.Uint32([]byte(version)) != segment.PluginVersion {
		return fmt.Errorf("it is of another type than %s: %q", segment.PluginType, found)
	}
	return new(time.Time).UnmarshalText([]byte(found["timeStamp"]))
}

func readRootSegment(key []byte, values []boltfile.Item) (s rootSegment, err error) {
	if s.id, err = scorchNumber(key); err != nil {
		return s, err
	}
	for _, v := range values {
		switch string(v.Key) {
		case "p":
			s.file = string(v.Value)
		case "d":
			s.deleted = v.Value
		case "stats":
			var stats map[string]map[string]uint64
			if err := json.Unmarshal(v.Value, &stats); err != nil {
				return s, fmt.Errorf("statistics of segment %x: %w", key, err)
			}
		default:
			return s, fmt.Errorf("segment %x has an unknown value %q", key, v.Key)
		}
	}
	if s.file == "" || s.file != filepath.Base(s.file) {
		return s, fmt.Errorf("segment %x has no file", key)
	}
	return s, nil
}

const scorchZero, scorchSmall = 0x88, 109

// scorchNumber reads a number as scorch writes it into keys: https://github.com/blevesearch/bleve/blob/v2.6.3/index/scorch/int.go
func scorchNumber(key []byte) (uint64, error) {
	if len(key) == 1 && key[0] >= scorchZero && key[0] <= scorchZero+scorchSmall {
		return uint64(key[0] - scorchZero), nil
	}
	if n := len(key) - 1; n > 0 && n <= 8 && int(key[0]) == scorchZero+scorchSmall+n {
		var b [8]byte
		copy(b[8-n:], key[1:])
		return binary.BigEndian.Uint64(b[:]), nil
	}
	return 0, fmt.Errorf("key %x is no number of scorch's", key)
}

// deletedDocs reads the bitmap of a segment's deleted documents.
func (s *rootSegment) deletedDocs() (*roaring.Bitmap, error) {
	b := roaring.New()
	if s.deleted == nil {
		return b, nil
	}
	if _, err := b.ReadFrom(bytes.NewReader(s.deleted)); err != nil {
		return nil, fmt.Errorf("deleted documents of segment %s: %w", s.file, err)
	}
	return b, nil
}

// manifestOf describes a snapshot, whose segments are described by infos.
func (s *rootSnapshot) manifestOf(infos map[string]segment.Info) *manifest {
	m := &manifest{Epoch: s.epoch, Internal: map[string][]byte{}}
	for _, seg := range s.segments {
		m.Segments = append(m.Segments, manifestSegment{File: seg.file, ID: seg.id, Info: infos[seg.file], Deleted: bytes.Clone(seg.deleted)})
	}
	for k, v := range s.internal {
		m.Internal[k] = bytes.Clone(v)
	}
	return m
}

// same says how a snapshot differs from the manifest of its epoch, or nil.
func (s *rootSnapshot) same(m *manifest) error {
	if len(s.segments) != len(m.Segments) {
		return fmt.Errorf("it names %d segments, and not the %d that were written", len(s.segments), len(m.Segments))
	}
	for i, seg := range s.segments {
		want := m.Segments[i]
		switch {
		case seg.file != want.File || seg.id != want.ID:
			return fmt.Errorf("it names segment %s where %s was written", seg.file, want.File)
		case !bytes.Equal(seg.deleted, want.Deleted):
			return fmt.Errorf("the deleted documents of segment %s are not those that were written", seg.file)
		}
	}
	if !maps.EqualFunc(s.internal, m.Internal, bytes.Equal) {
		return errors.New("its counters are not those that were written")
	}
	return nil
}
