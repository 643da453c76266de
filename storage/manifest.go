package storage

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/vedette-siem/vedette/storage/durable"
	"github.com/vedette-siem/vedette/storage/segment"
)

// manifest is our own record of what scorch's root.bolt should hold: bbolt's pages carry no checksum, and root.bolt names the segments and holds the bitmaps of
// deleted documents.
//
// The protocol. Scorch's persister (index/scorch/persister.go) commits a snapshot to root.bolt, then calls the callbacks of the batches in it, then reports
// progress, then removes older snapshots and their files; all in one goroutine. In the callbacks, before the log's files are removed, and again at each report,
// because merges persist snapshots without batches, the newest snapshot of root.bolt is read back and written here. So at any moment, also of a crash,
//
//   - the snapshot that the manifest describes is in root.bolt, bit for bit;
//   - root.bolt may hold newer ones: what is new in them is also still in the log, and their files are on disk;
//   - no file that the manifest names has been removed.
//
// At open, a root.bolt that lacks the manifest's snapshot, or has it otherwise, is damaged or not the one that belongs to the folder, and scorch does not get it.
// An older root.bolt is found out this way too, for whatever reason it is older (a bad meta page makes bbolt take the transaction before).
type manifest struct {
	// Epoch is the number of the snapshot; 0 before the first one.
	Epoch    uint64            `json:"epoch"`
	Segments []manifestSegment `json:"segments"`
	// Internal are scorch's internal values, such as the next sequence number.
	Internal map[string][]byte `json:"internal"`
}

type manifestSegment struct {
	File string `json:"file"`
	ID   uint64 `json:"id"` // scorch's
	segment.Info
	// Deleted is the bitmap of deleted documents as root.bolt has it; nil is none.
	Deleted []byte `json:"deleted,omitempty"`

	rebuilt bool // by a repair, or back from quarantine, so that there may be newer versions of its documents elsewhere
}

const manifestMagic = "VEDMAN01"

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// writeManifest replaces the manifest of an index's folder.
func writeManifest(fsys durable.FS, dir string, m *manifest) error {
	raw, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("write manifest: %w", err)
	}
	head := binary.LittleEndian.AppendUint32([]byte(manifestMagic), crc32.Checksum(raw, castagnoli))
	if _, err := durable.Create(fsys, filepath.Join(dir, manifestFile), func(w io.Writer) error { _, err := w.Write(append(head, raw...)); return err }); err != nil {
		return fmt.Errorf("write manifest: %w", err)
	}
	return nil
}

// readManifest reads the manifest of an index's folder, or returns nil if there is none.
func readManifest(dir string) (*manifest, error) {
	path := filepath.Join(dir, manifestFile)
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read manifest: %w", err)
	}
	const head = len(manifestMagic) + 4
	if len(raw) < head || string(raw[:len(manifestMagic)]) != manifestMagic || binary.LittleEndian.Uint32(raw[head-4:]) != crc32.Checksum(raw[head:], castagnoli) {
		return nil, fmt.Errorf("%w: the checksum of %s does not match", ErrDamaged, path)
	}
	m := &manifest{}
	if err := json.Unmarshal(raw[head:], m); err != nil {
		return nil, fmt.Errorf("%w: read %s: %w", ErrDamaged, path, err)
	}
	return m, nil
}

// infos are the descriptions of the segments by file.
func (m *manifest) infos() map[string]segment.Info {
	all := map[string]segment.Info{}
	if m != nil {
		for _, s := range m.Segments {
			all[s.File] = s.Info
		}
	}
	return all
}

// keepBad keeps what an older manifest says of files that must not be read.
func (m *manifest) keepBad(old *manifest) {
	known := old.infos()
	for i := range m.Segments {
		s := &m.Segments[i]
		s.Bad = known[s.File].Bad
	}
}

// keepManifest writes the manifest of root.bolt's newest snapshot, unless that is done. Only scorch's persister calls it, which is the only one to write root.bolt.
func (ix *Index) keepManifest() error {
	all, err := readRoot(filepath.Join(ix.path, scorchDir, rootFile))
	if err != nil {
		return fmt.Errorf("write manifest: %w", err)
	}
	if len(all) == 0 || all[len(all)-1].epoch == ix.manifest.Epoch {
		return nil
	}
	newest := all[len(all)-1]
	known, infos := ix.manifest.infos(), map[string]segment.Info{}
	for _, s := range newest.segments {
		info, ok := known[s.file]
		if !ok {
			if info, err = segment.Describe(filepath.Join(ix.path, scorchDir, s.file)); err != nil {
				return fmt.Errorf("write manifest: %w", err)
			}
		}
		infos[s.file] = info
	}
	next := newest.manifestOf(infos)
	lost := ix.damage.lostIDs()
	for i := range next.Segments {
		s := &next.Segments[i]
		if s.Bad == "" {
			s.Bad = lost[s.File]
		}
		if _, settled := ix.takenIn.Load(s.File); settled {
			s.Away = false
		}
	}
	if err := writeManifest(ix.o.FS, ix.path, next); err != nil {
		return err
	}
	ix.manifest = next
	return nil
}
