//go:build unix

package storage

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// lock takes the lock file for this process. The kernel gives it back when the process ends, however it ends.
func lock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		holder, _ := io.ReadAll(io.LimitReader(f, 512)) // only for people, and for finding the server
		f.Close()
		if errors.Is(err, unix.EWOULDBLOCK) {
			e := &LockedError{}
			for i, part := range strings.Fields(string(holder)) {
				if parts := []*string{&e.Process, &e.Address, &e.Dashboard}; i < len(parts) {
					*parts[i] = part
				}
			}
			return nil, e
		}
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	if err := writeHolder(f, ""); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// writeHolder says in the lock file who holds it, and where that one listens.
func writeHolder(f *os.File, address string) error {
	if err := f.Truncate(0); err != nil {
		return err
	}
	_, err := f.WriteAt(fmt.Appendln(nil, strings.TrimSpace(fmt.Sprint(os.Getpid(), " ", address))), 0)
	return err
}
