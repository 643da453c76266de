// Package durable writes files so that a crash or a power cut leaves either the old content or the new: temporary file, sync, rename, sync of the folder.
package durable

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// partSuffix marks a file that is not finished. RemoveParts deletes those that a crash has left.
const partSuffix = ".part"

// Create writes a new file at path, or replaces the one there, with what write gives it, and returns its size. Nothing of it is seen under its name before it is whole and on disk.
// A file whose sync failed is thrown away, never synced again: what the disk holds of it is unknown.
func Create(fs FS, path string, write func(io.Writer) error) (size int64, err error) {
	fs = System(fs)
	temp := path + partSuffix
	f, err := fs.OpenFile(temp, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return 0, err
	}
	size, err = fill(f, write)
	if err == nil {
		err = fs.Rename(temp, path)
	}
	if err == nil {
		err = fs.SyncDir(filepath.Dir(path))
	}
	if err != nil {
		return 0, errors.Join(fmt.Errorf("write %s: %w", path, err), ignoreMissing(fs.Remove(temp)))
	}
	return size, nil
}

// fill writes, syncs and closes a file.
func fill(f File, write func(io.Writer) error) (size int64, err error) {
	w := &counter{w: f}
	err = write(w)
	if err == nil {
		err = f.Sync()
	}
	return w.n, errors.Join(err, f.Close())
}

// counter counts what is written.
type counter struct {
	w io.Writer
	n int64
}

// Write implements io.Writer.
func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

func ignoreMissing(err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}

// SyncDir makes the names in a folder durable.
func SyncDir(path string) error { return system{}.SyncDir(path) }

// RemoveParts deletes the unfinished files of a folder.
func RemoveParts(fs FS, dir string) error {
	parts, err := filepath.Glob(filepath.Join(dir, "*"+partSuffix))
	if err != nil {
		return err
	}
	for _, p := range parts {
		if err := ignoreMissing(System(fs).Remove(p)); err != nil {
			return err
		}
	}
	return nil
}
