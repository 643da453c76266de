//go:build unix

package storage

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// diskSpace asks for the free space that is left to this user, and the size of the disk, in bytes.
func diskSpace(path string) (free, total int64, err error) {
	var st unix.Statfs_t
	if err := unix.Statfs(path, &st); err != nil {
		return 0, 0, fmt.Errorf("free space of %s: %w", path, err)
	}
	return int64(st.Bavail) * int64(st.Bsize), int64(st.Blocks) * int64(st.Bsize), nil
}
