package storage

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"syscall"

	"github.com/vedette-siem/vedette/storage/boltfile"
	"github.com/vedette-siem/vedette/storage/segment"
)

// inspection is what the files of an index say before scorch gets them.
type inspection struct {
	// manifest is that of the newest snapshot; of an index without one it is empty.
	manifest *manifest
	// stale is true if the manifest on disk is older, and adopted if there is none.
	stale, adopted bool
	// quarantined are the damaged segments, by path; returned the files of those that were, and are whole again.
	quarantined map[string]segment.Quarantined
	returned    []string
}

// inspect compares the manifest of an index's folder with root.bolt, and both with the segments. Damage of a segment that the manifest names is found; any other
// damage is an error, as scorch would drop what is damaged, and everything that root.bolt does not name, without a word.
func inspect(dir string) (*inspection, error) {
	m, err := readManifest(dir)
	if errors.Is(err, ErrDamaged) {
		return nil, fmt.Errorf("%w; %s", err, repairHint)
	}
	if err != nil {
		return nil, err
	}
	root := filepath.Join(dir, scorchDir, rootFile)
	snapshots, err := readRoot(root)
	if err == nil {
		err = checkBolt(root)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w; %s", ErrDamaged, err, repairHint)
	}
	if err := compare(m, snapshots); err != nil {
		return nil, fmt.Errorf("%w: %s: %w; %s", ErrDamaged, root, err, repairHint)
	}
	if len(snapshots) == 0 {
		return inspectEmpty(dir, m)
	}
	return inspectSegments(dir, m, &snapshots[len(snapshots)-1])
}

// checkBolt looks whether bbolt can read and write a file, which need not be there. What it lets pass must not make bbolt panic: scorch would be given up, with the file
// still locked.
func checkBolt(path string) error {
	err := boltfile.Check(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// compare says how root.bolt contradicts the manifest, which may be nil.
func compare(m *manifest, snapshots []rootSnapshot) error {
	if m == nil || m.Epoch == 0 {
		return nil
	}
	if len(snapshots) == 0 {
		return fmt.Errorf("it is missing or holds nothing, but snapshot %d was written", m.Epoch)
	}
	for i := range snapshots {
		if snapshots[i].epoch == m.Epoch {
			return snapshots[i].same(m)
		}
	}
	newest := snapshots[len(snapshots)-1].epoch
	return fmt.Errorf("it does not hold snapshot %d, which was written, but ends with snapshot %d: it is older than the rest of the folder, or damaged", m.Epoch, newest)
}

// inspectEmpty is inspect of an index that has no snapshot yet. Segments without a manifest are those of a root.bolt that is gone; with one they are left over from a
// crash in the middle of the first snapshot.
func inspectEmpty(dir string, m *manifest) (*inspection, error) {
	path := filepath.Join(dir, scorchDir)
	segments, err := hasSegments(path)
	if err == nil && segments && m == nil {
		err = fmt.Errorf("%w: %s holds segments, but no root.bolt that names them; %s", ErrDamaged, path, repairHint)
	}
	if err != nil {
		return nil, err
	}
	return &inspection{manifest: &manifest{}, stale: m == nil}, nil
}

func inspectSegments(dir string, m *manifest, newest *rootSnapshot) (*inspection, error) {
	i := &inspection{quarantined: map[string]segment.Quarantined{}, adopted: m == nil, stale: m == nil || m.Epoch != newest.epoch}
	known, infos := m.infos(), map[string]segment.Info{}
	highest, missing := uint64(0), false
	for _, s := range newest.segments {
		path := filepath.Join(dir, scorchDir, s.file)
		want, written := known[s.file]
		info, err := describe(path, want, written)
		if err != nil {
			if !written || !isDamage(err) { // its name may be wrong: scorch would remove the file that has the right one
				return nil, fmt.Errorf("%w: %w; %s", ErrDamaged, err, repairHint)
			}
			i.quarantined[path] = segment.Quarantined{Path: path, Info: want, Err: err}
			missing = missing || errors.Is(err, fs.ErrNotExist)
			i.stale = i.stale || !want.Away
			info = want
			info.Away = true
		} else if want.Away {
			i.returned = append(i.returned, s.file)
			info.Away = true
		}
		deleted, err := s.deletedDocs()
		if err == nil && deleted.GetCardinality() > info.Docs {
			err = fmt.Errorf("%s has %d documents, but %d are deleted", path, info.Docs, deleted.GetCardinality())
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %w; %s", ErrDamaged, err, repairHint)
		}
		infos[s.file] = info
		number, _ := numberOf(s.file)
		highest = max(highest, number)
	}
	i.manifest = newest.manifestOf(infos)
	i.manifest.keepBad(m)
	if missing {
		return i, reserveNumber(filepath.Join(dir, scorchDir), highest)
	}
	return i, nil
}

// describe is segment.Describe of a file that must be the one that was written.
func describe(path string, want segment.Info, written bool) (segment.Info, error) {
	if want.Bad != "" {
		return want, errors.New(want.Bad)
	}
	want.Away = false
	got, err := segment.Describe(path)
	if err == nil && written && got != want {
		err = fmt.Errorf("segment %s: it is another file than the one that was written: it has %d documents in %d bytes and not %d in %d", path, got.Docs, got.Bytes, want.Docs, want.Bytes)
	}
	return got, err
}

// isDamage tells a damaged file from one that cannot be read at the moment.
func isDamage(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || !errors.As(err, new(*fs.PathError)) && !errors.Is(err, syscall.ENOMEM)
}
