// Package durable writes files so that a crash or a power cut leaves either the old content or the new: temporary file, sync, rename, sync of the folder.
package durable

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// partSuffix marks a file that is not finished. RemoveParts deletes those that a crash has left.
const partSuffix = ".part"

// Create writes a new file at path, or replaces the one there, with what write gives it, and returns its size. Nothing of it is seen under its name before it is whole and on disk.
func Create(path string, write func(*os.File) error) (size int64, err error) {
	temp := path + partSuffix
	f, err := os.OpenFile(temp, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return 0, err
	}
	size, err = fill(f, write)
	if err == nil {
		err = os.Rename(temp, path)
	}
	if err == nil {
		err = SyncDir(filepath.Dir(path))
	}
	if err != nil {
		return 0, errors.Join(fmt.Errorf("write %s: %w", path, err), ignoreMissing(os.Remove(temp)))
	}
	return size, nil
}

// fill writes, syncs and closes a file.
func fill(f *os.File, write func(*os.File) error) (size int64, err error) {
	err = write(f)
	if err == nil {
		err = f.Sync()
	}
	if err == nil {
		var info os.FileInfo
		if info, err = f.Stat(); err == nil {
			size = info.Size()
		}
	}
	return size, errors.Join(err, f.Close())
}

func ignoreMissing(err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}

// SyncDir makes the names in a folder durable.
func SyncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// RemoveParts deletes the unfinished files of a folder.
func RemoveParts(dir string) error {
	parts, err := filepath.Glob(filepath.Join(dir, "*"+partSuffix))
	if err != nil {
		return err
	}
	for _, p := range parts {
		if err := ignoreMissing(os.Remove(p)); err != nil {
			return err
		}
	}
	return nil
}
