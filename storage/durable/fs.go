package durable

import (
	"errors"
	"io"
	"os"
)

// FS is the file system as far as Vedette's own code changes it. Where an FS is asked for, nil is the operating system's; tests give one that fails. What bbolt
// writes (meta.db and scorch's root.bolt) does not pass here: bbolt can be given an *os.File, and nothing less.
// All methods may be called by many goroutines; paths and errors are those of package os.
type FS interface {
	// OpenFile is os.OpenFile for a file that is written.
	OpenFile(path string, flag int, perm os.FileMode) (File, error)
	Rename(from, to string) error
	Remove(path string) error
	MkdirAll(path string, perm os.FileMode) error
	// SyncDir makes the names in a folder durable.
	SyncDir(path string) error
}

// File is what is needed of an *os.File to write it.
type File interface {
	io.Writer
	io.WriterAt
	io.Closer
	Name() string
	Sync() error
	Truncate(size int64) error
}

// System returns fs, or the operating system's for nil.
func System(fs FS) FS {
	if fs == nil {
		return system{}
	}
	return fs
}

// system is the operating system's file system.
type system struct{}

// OpenFile implements FS.
func (system) OpenFile(path string, flag int, perm os.FileMode) (File, error) {
	f, err := os.OpenFile(path, flag, perm)
	if err != nil {
		return nil, err // and no File that holds a nil pointer
	}
	return f, nil
}

// Rename implements FS.
func (system) Rename(from, to string) error { return os.Rename(from, to) }

// Remove implements FS.
func (system) Remove(path string) error { return os.Remove(path) }

// MkdirAll implements FS.
func (system) MkdirAll(path string, perm os.FileMode) error { return os.MkdirAll(path, perm) }

// SyncDir implements FS.
func (system) SyncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
