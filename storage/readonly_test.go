package storage

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/vedette-siem/vedette/storage/durable"
)

// refusingFS makes and writes no file, as a disk does that is mounted for reading, or belongs to somebody else.
type refusingFS struct {
	durable.FS
	err error
}

func (f *refusingFS) OpenFile(path string, _ int, _ os.FileMode) (durable.File, error) {
	return nil, &fs.PathError{Op: "open", Path: path, Err: f.err}
}

func TestADirectoryThatCannotBeWrittenSaysWhatToDo(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		says string
	}{
		"mounted for reading":      {syscall.EROFS, "mount it for writing, or choose another --data"},
		"that belongs to somebody": {syscall.EACCES, "make it writable for user "},
		"on a full disk":           {syscall.ENOSPC, "free some space"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "data")
			d, err := Open(path, Options{FS: &refusingFS{durable.System(nil), c.err}})
			if err == nil {
				d.Close()
			}
			if !errors.Is(err, c.err) || !strings.Contains(err.Error(), filepath.Join(path, formatFile)) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("the error is %v", err)
			}
		})
	}
}

func TestABackupThatWasCopiedInPartIsRefused(t *testing.T) {
	for _, missing := range []string{metaFile, formatFile} {
		path := t.TempDir()
		filled(t, path)
		must(t, os.Remove(filepath.Join(path, missing)))
		d, err := Open(path, Options{})
		if err == nil {
			d.Close()
			t.Errorf("without %s it was opened", missing)
			continue
		}
		if !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), missing) || !strings.Contains(err.Error(), "copy the whole") {
			t.Errorf("without %s: %v", missing, err)
		}
		if _, err := os.Stat(filepath.Join(path, missing)); !os.IsNotExist(err) {
			t.Errorf("%s was made anew: %v", missing, err)
		}
	}
}

func TestAnIndexThatCannotBeWrittenLeavesTheOthersUsable(t *testing.T) {
	path := t.TempDir()
	filled(t, path)
	must(t, os.Rename(filepath.Join(path, indicesDir, "x"), filepath.Join(path, indicesDir, "y")))
	d, err := Open(path, Options{FS: &readOnlyIndexFS{durable.System(nil), filepath.Join(path, indicesDir, "x")}})
	must(t, err)
	defer d.Close()
	if _, err := d.Index("x", readTest); !errors.Is(err, syscall.EROFS) || !strings.Contains(err.Error(), filepath.Join(path, indicesDir, "x")) || !strings.Contains(err.Error(), "mount it for writing") {
		t.Errorf("the error is %v", err)
	}
	ix, err := d.Index("y", readTest)
	must(t, err)
	put(t, ix, 9)
	must(t, ix.Refresh())
	wantIDs(t, ix, 0, "1", "2", "9")
}

// readOnlyIndexFS refuses to make anything in one folder.
type readOnlyIndexFS struct {
	durable.FS
	path string
}

func (f *readOnlyIndexFS) MkdirAll(path string, perm os.FileMode) error {
	if strings.HasPrefix(path, f.path) {
		return &fs.PathError{Op: "mkdir", Path: path, Err: syscall.EROFS}
	}
	return f.FS.MkdirAll(path, perm)
}
