package storage

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/vedette-siem/vedette/storage/durable"
	"github.com/vedette-siem/vedette/storage/metadb"
	"github.com/vedette-siem/vedette/storage/segment"
)

// CheckOptions say what Check does beside looking.
type CheckOptions struct {
	// Repair sets aside what is bad, into folders named quarantine, and rebuilds what can be rebuilt. Nothing is deleted but ends of logs that were never acknowledged.
	Repair bool
	// Catalogue says which indices the metadata knows, by uuid. It tells found of what is wrong there, and puts it right if repair is true. folders are the
	// uuids that have a folder.
	Catalogue func(db *metadb.DB, folders []string, repair bool, found func(Finding)) (map[string]Catalogued, error)
	// Found is told of each thing that is wrong, when it is found.
	Found func(Finding)
	// Progress is told how many bytes have been read of how many, and what is read next.
	Progress func(done, total int64, file string)
	// Now is the clock; nil is time.Now.
	Now func() time.Time
}

// Catalogued is an index that the metadata knows.
type Catalogued struct {
	Name string
	// Read fills in a document's Time and Fields again from its Source; see Dir.Index. Nil if the mapping cannot be read.
	Read Read
	// Removed says that the index was deleted, and that the next start deletes its files.
	Removed bool
}

// A Finding is something that is wrong in a data directory.
type Finding struct {
	// Index is the name or the uuid of an index; empty is the directory itself.
	Index string
	File  string
	// Problem says what is wrong, and Done what a repair did about it: empty where nothing was or could be done.
	Problem, Done string
	// Lost is how many documents are gone, at most, and From and To the times of the first and the last, in milliseconds since 1970 UTC. They are 0 where they are not known.
	Lost     uint64
	From, To int64
}

// Check verifies everything in the data directory at path, which no other process may have open: a *LockedError says who has. It fails if it cannot look; what is
// wrong in the directory is told to Found, and no error.
func Check(path string, o CheckOptions) error {
	if o.Now == nil {
		o.Now = time.Now
	}
	if _, err := os.Stat(filepath.Join(path, formatFile)); err != nil {
		return fmt.Errorf("check %s: %w: %w", path, ErrForeign, err)
	}
	formatErr := prepare(durable.System(nil), path)
	if formatErr != nil && !errors.Is(formatErr, ErrForeign) {
		return fmt.Errorf("check %s: %w", path, formatErr)
	}
	held, err := lock(filepath.Join(path, lockFile))
	switch {
	case err == nil:
		defer held.Close()
	case o.Repair || errors.Is(err, ErrLocked): // a snapshot that cannot be written needs no lock
		return fmt.Errorf("check %s: %w", path, err)
	}
	c := &checker{path: path, o: o}
	if err := errors.Join(c.format(formatErr), c.run()); err != nil {
		return fmt.Errorf("check %s: %w", path, err)
	}
	return nil
}

type checker struct {
	path        string
	o           CheckOptions
	done, total int64
}

func (c *checker) run() error {
	err := filepath.WalkDir(c.path, func(_ string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if err == nil {
			c.total += info.Size()
		}
		return err
	})
	if err != nil {
		return err
	}
	folders, err := (&Dir{path: c.path}).IndexFolders()
	if err != nil {
		return err
	}
	known, err := c.meta(folders)
	if err != nil {
		return err
	}
	for _, uuid := range folders {
		entry, ok := known[uuid]
		if !ok || entry.Removed {
			continue // told by orphans, or of no use to anybody
		}
		i := &indexCheck{checker: c, dir: filepath.Join(c.path, indicesDir, uuid), name: entry.Name, read: entry.Read}
		if err := i.run(); err != nil {
			return fmt.Errorf("index %s: %w", entry.Name, err)
		}
	}
	return c.orphans(folders, known)
}

// format tells that the file is damaged which says what the directory is.
func (c *checker) format(wrong error) error {
	if wrong == nil {
		return nil
	}
	f := Finding{File: filepath.Join(c.path, formatFile), Problem: wrong.Error()}
	if c.o.Repair {
		if err := writeFormat(nil, c.path); err != nil {
			return err
		}
		f.Done = "written anew"
	}
	c.o.Found(f)
	return nil
}

// progress is told what is read next, and that it will be done then.
func (c *checker) progress(file string) {
	if c.o.Progress != nil {
		c.o.Progress(c.done, c.total, file)
	}
	if info, err := os.Stat(file); err == nil {
		c.done += info.Size()
	}
}

// meta checks the metadata and returns the indices that it knows.
func (c *checker) meta(folders []string) (known map[string]Catalogued, err error) {
	path := filepath.Join(c.path, metaFile)
	c.progress(path)
	open := metadb.OpenReadOnly
	if c.o.Repair {
		open = metadb.Open
	}
	if _, err := os.Stat(path); err != nil {
		c.o.Found(Finding{File: path, Problem: "the metadata is missing: restore it from a backup"})
		return nil, nil
	}
	db, err := open(path)
	if errors.Is(err, metadb.ErrDamaged) {
		c.o.Found(Finding{File: path, Problem: fmt.Sprintf("the metadata cannot be read: restore it from a backup: %v", err)})
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := db.Doubt(); err != nil {
		f := Finding{File: path, Problem: err.Error()}
		if c.o.Repair {
			f.Done = "what is there is taken for the whole from now on"
		}
		c.o.Found(f)
	}
	known, err = c.o.Catalogue(db, folders, c.o.Repair, c.o.Found)
	if err == nil && c.o.Repair {
		err = db.Settle()
	}
	return known, err
}

// orphans tells of folders that the metadata does not know, and sets them aside. Those without anything are left by a crash while the index was made, and are none.
func (c *checker) orphans(folders []string, known map[string]Catalogued) error {
	if known == nil {
		return nil // the metadata cannot be read, so that all would be
	}
	for _, uuid := range folders {
		if _, ok := known[uuid]; ok {
			continue
		}
		path := filepath.Join(c.path, indicesDir, uuid)
		if empty, err := holdsNothing(path); err != nil || empty {
			if err != nil {
				return err
			}
			continue // the next start removes it
		}
		f := Finding{Index: uuid, File: path, Problem: "the metadata does not know this index"}
		if m, err := readManifest(path); err == nil && m != nil {
			for _, s := range m.Segments {
				f.add(s.Info)
			}
		}
		if c.o.Repair {
			to, err := setAside(path, filepath.Join(c.path, quarantineDir))
			if err != nil {
				return err
			}
			f.Done = "moved to " + to
		}
		c.o.Found(f)
	}
	return nil
}

// add counts the documents of a segment as lost.
func (f *Finding) add(i segment.Info) {
	if i.Docs == 0 {
		return
	}
	if f.Lost == 0 {
		f.From, f.To = i.From, i.To
	}
	f.Lost += i.Docs
	f.From, f.To = min(f.From, i.From), max(f.To, i.To)
}

// freeName makes a quarantine folder and returns a path in it for the file of that name that is not taken.
func freeName(path, quarantine string) (to string, err error) {
	if err := os.MkdirAll(quarantine, 0o700); err != nil {
		return "", err
	}
	for n := 0; ; n++ {
		to = filepath.Join(quarantine, filepath.Base(path))
		if n > 0 {
			to += fmt.Sprintf(".%d", n)
		}
		if _, err := os.Lstat(to); errors.Is(err, fs.ErrNotExist) {
			return to, nil
		}
	}
}

// setAside moves a file or folder into a quarantine folder and returns where it is.
func setAside(path, quarantine string) (to string, err error) {
	if to, err = freeName(path, quarantine); err != nil {
		return "", err
	}
	if err := os.Rename(path, to); err != nil {
		return "", fmt.Errorf("set %s aside: %w", path, err)
	}
	return to, errors.Join(durable.SyncDir(quarantine), durable.SyncDir(filepath.Dir(path)))
}

// linkAside is setAside, but leaves the file in its place too.
func linkAside(path, quarantine string) (to string, err error) {
	if to = filepath.Join(quarantine, filepath.Base(path)); sameFile(path, to) { // by a repair that has failed
		return to, nil
	}
	if to, err = freeName(path, quarantine); err != nil {
		return "", err
	}
	if err := os.Link(path, to); err != nil { // the file system has no links
		return copyAside(path, quarantine)
	}
	return to, durable.SyncDir(quarantine)
}

func sameFile(a, b string) bool {
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	return errX == nil && errY == nil && os.SameFile(x, y)
}

// String is one line about it.
func (f Finding) String() string {
	var b strings.Builder
	if f.Index != "" {
		fmt.Fprintf(&b, "index %s: ", f.Index)
	}
	b.WriteString(f.Problem)
	if f.File != "" && !strings.Contains(f.Problem, f.File) {
		fmt.Fprintf(&b, " (%s)", f.File)
	}
	if f.Done != "" {
		fmt.Fprintf(&b, ": %s", f.Done)
	}
	if f.Lost > 0 {
		at := func(ms int64) string { return time.UnixMilli(ms).UTC().Format(time.RFC3339) }
		fmt.Fprintf(&b, "; %d documents from %s to %s", f.Lost, at(f.From), at(f.To))
	}
	return b.String()
}
