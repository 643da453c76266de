package storage

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/vedette-siem/vedette/storage/durable"
	"github.com/vedette-siem/vedette/storage/segment"
	"github.com/vedette-siem/vedette/storage/wal"
)

// indexCheck checks one index.
type indexCheck struct {
	*checker
	dir  string
	name string
	read Read
	base *manifest // what the index should hold
	// epoch is the highest that was found.
	epoch uint64
	// rewrite says that root.bolt and the manifest must be written anew.
	rewrite bool
	linked  []string // paths of segments that are in the quarantine already, and still in their place
}

func (i *indexCheck) run() error { return segment.Guard(i.steps) }

func (i *indexCheck) steps() error {
	if err := i.findBase(); err != nil {
		return err
	}
	if err := i.segments(); err != nil {
		return err
	}
	if i.o.Repair && i.rewrite {
		if err := i.writeBase(); err != nil {
			return err
		}
	}
	return i.log()
}

// tell reports a problem of the index.
func (i *indexCheck) tell(file, problem, done string) {
	if !i.o.Repair {
		done = ""
	}
	i.o.Found(Finding{Index: i.name, File: file, Problem: problem, Done: done})
}

// findBase compares manifest and root.bolt and decides which of them to believe: the manifest, unless root.bolt goes on from it or there is no manifest.
func (i *indexCheck) findBase() error {
	root := filepath.Join(i.dir, scorchDir, rootFile)
	i.progress(root)
	m, manifestErr := readManifest(i.dir)
	if manifestErr != nil && !errors.Is(manifestErr, ErrDamaged) {
		return manifestErr
	}
	snapshots, rootErr := readRoot(root)
	if rootErr == nil {
		rootErr = checkBolt(root)
	}
	if rootErr == nil {
		rootErr = compare(m, snapshots)
	}
	if m != nil {
		i.epoch = m.Epoch
	}
	for _, s := range snapshots {
		i.epoch = max(i.epoch, s.epoch)
	}
	if manifestErr != nil {
		i.tell(filepath.Join(i.dir, manifestFile), manifestErr.Error(), "written anew")
		i.rewrite = true
	}
	if rootErr != nil {
		i.tell(root, rootErr.Error(), "built anew")
		i.rewrite = true
	}
	switch {
	case rootErr == nil && len(snapshots) > 0:
		i.base = snapshots[len(snapshots)-1].manifestOf(m.infos())
		i.base.keepBad(m)
	case m != nil && (m.Epoch > 0 || rootErr == nil):
		i.base = m
	default:
		return i.baseOfFiles()
	}
	return nil
}

// baseOfFiles takes all files of segments, when neither the manifest nor root.bolt says which of them count.
func (i *indexCheck) baseOfFiles() error {
	i.base = &manifest{Internal: map[string][]byte{}}
	paths, err := filepath.Glob(filepath.Join(i.dir, scorchDir, "*"+segmentSuffix))
	if err != nil || len(paths) == 0 {
		return err
	}
	i.tell(filepath.Join(i.dir, scorchDir), "nothing says which segments count", "all of them are taken: documents that were deleted or replaced may be back")
	for _, path := range paths {
		if id, err := numberOf(filepath.Base(path)); err == nil {
			i.base.Segments = append(i.base.Segments, manifestSegment{File: filepath.Base(path), ID: id, rebuilt: true})
		}
	}
	i.rewrite = true
	return nil
}

// segments checks the segments of the base. A repair keeps the good ones in it, and what can be rebuilt of the others.
func (i *indexCheck) segments() error {
	var kept []manifestSegment
	for _, s := range slices.Clone(i.base.Segments) {
		path := filepath.Join(i.dir, scorchDir, s.File)
		i.progress(path)
		info, bad, err := checkSegment(path, s)
		if err == nil && s.Bad != "" {
			info, bad, err = i.wholeAgain(path, s, info, bad)
		}
		if err != nil {
			return err
		}
		if s.rebuilt, s.Info = s.rebuilt || s.Away || s.Bad != "", info; len(bad) == 0 {
			kept = append(kept, s)
			continue
		}
		f := Finding{Index: i.name, File: path, Problem: joinText(bad)}
		if i.o.Repair {
			i.rewrite = true
			rebuilt, err := i.salvage(s, path, &f)
			if err != nil {
				return err
			}
			kept = append(kept, rebuilt...)
			i.base.Segments = append(i.base.Segments, rebuilt...) // so that their numbers are taken
		} else if !rebuildable(bad) {
			f.add(info)
		}
		i.o.Found(f)
	}
	i.base.Segments = kept
	return nil
}

// wholeAgain looks whether a file whose ids were damaged has come back from a backup, so that it counts again. Otherwise it returns what it was given.
func (i *indexCheck) wholeAgain(path string, s manifestSegment, info segment.Info, bad []error) (segment.Info, []error, error) {
	was := s.Bad
	s.Bad = ""
	again, wrong, err := checkSegment(path, s)
	if err != nil || len(wrong) > 0 {
		return info, bad, err
	}
	i.tell(path, was+"; it is whole again", "it counts again")
	i.rewrite = true
	return again, nil, nil
}

func joinText(bad []error) string {
	var all []string
	for _, err := range bad {
		all = append(all, err.Error())
	}
	return strings.Join(all, "; ")
}

// checkSegment reads everything in a segment and returns what is wrong, and what it should hold as far as it is known.
func checkSegment(path string, want manifestSegment) (info segment.Info, bad []error, err error) {
	info, openErr := describe(path, want.Info, want.Docs > 0)
	if openErr != nil && want.Bad == "" {
		if !isDamage(openErr) {
			return info, nil, openErr
		}
		if want.Docs > 0 {
			info = want.Info
		}
		return info, []error{openErr}, nil
	}
	if openErr != nil {
		bad = append(bad, openErr)
	}
	s, err := segment.Open(path)
	if err != nil {
		return want.Info, append(bad, err), nil
	}
	defer func() { err = errors.Join(err, s.Release()) }()
	s.Check(func(d *segment.Damage) { bad = append(bad, d) })
	deleted, err := (&rootSegment{file: want.File, deleted: want.Deleted}).deletedDocs()
	if err == nil && !deleted.IsEmpty() && int(deleted.Maximum()) >= s.NumDocs() {
		err = fmt.Errorf("%s has %d documents, but number %d is deleted", path, s.NumDocs(), deleted.Maximum())
	}
	if err != nil {
		bad = append(bad, err)
	}
	return s.Info(), bad, nil
}

// needed are the columns without which a document cannot be rebuilt from its source.
var needed = []string{segment.IDField, segment.SeqNoField, segment.VersionField, routingField}

// rebuildable reports whether all damage is in columns that can be read again from the sources.
func rebuildable(bad []error) bool {
	for _, err := range bad {
		d := (*segment.Damage)(nil)
		if !errors.As(err, &d) || slices.Contains(needed, d.Column) || d.Column == "_source" {
			return false
		}
	}
	return true
}

// log checks the write-ahead log.
func (i *indexCheck) log() error {
	logs, cuts, err := wal.Files(filepath.Join(i.dir, walDir))
	if err != nil {
		return err
	}
	for n, path := range logs {
		i.progress(path)
		entries, holes, err := wal.Check(path, n == len(logs)-1)
		if err != nil {
			return err
		}
		if len(holes) == 0 {
			continue
		}
		f := Finding{Index: i.name, File: path, Problem: fmt.Sprintf("write-ahead log %s cannot be read at byte %d up to %d, and %d more places; %d operations can", path, holes[0].From, holes[0].To, len(holes)-1, len(entries))}
		if i.o.Repair {
			to, err := copyAside(path, filepath.Join(i.dir, quarantineDir))
			if err == nil {
				err = wal.Rewrite(path, entries)
			}
			if err != nil {
				return err
			}
			f.Done = fmt.Sprintf("%d operations are kept, and the file as it was is %s", len(entries), to)
		}
		i.o.Found(f)
	}
	return i.cuts(cuts)
}

// cuts tells of ends of logs that were never acknowledged, and removes them.
func (i *indexCheck) cuts(paths []string) error {
	for _, path := range paths {
		i.progress(path)
		entries, _, err := wal.Check(path, true)
		if err != nil {
			return err
		}
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		i.tell(path, fmt.Sprintf("end of the write-ahead log that was never acknowledged: %d bytes with %d whole operations%s", info.Size(), len(entries), idsOf(entries)), "removed")
		if i.o.Repair {
			if err := os.Remove(path); err != nil {
				return err
			}
		}
	}
	return nil
}

// idsOf names the first documents of operations.
func idsOf(entries []*wal.Entry) string {
	var ids []string
	for _, e := range entries[:min(5, len(entries))] {
		ids = append(ids, fmt.Sprintf("%q", e.ID))
	}
	if len(ids) == 0 {
		return ""
	}
	return ", of the documents " + strings.Join(ids, ", ")
}

// copyAside is linkAside for a file that is written in its place.
func copyAside(path, quarantine string) (to string, err error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	if to, err = freeName(path, quarantine); err != nil {
		return "", err
	}
	_, err = durable.Create(nil, to, func(w io.Writer) error { _, err := w.Write(raw); return err })
	return to, err
}
