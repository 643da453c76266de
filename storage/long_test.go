package storage

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// longRun is how often something is done: the number in an environment variable, which long.sh sets, or what a change should wait for.
func longRun(variable string, short int) int {
	if n, err := strconv.Atoi(os.Getenv(variable)); err == nil && n > 0 {
		return n
	}
	return short
}

// seedOf is a seed that is printed, and can be given as VEDETTE_SEED.
func seedOf(t *testing.T) uint64 {
	t.Helper()
	seed, err := strconv.ParseUint(os.Getenv("VEDETTE_SEED"), 10, 64)
	if err != nil {
		seed = uint64(time.Now().UnixNano())
	}
	t.Logf("VEDETTE_SEED=%d", seed)
	return seed
}

// crashCopy copies an open directory as a kill would leave it: two copies that are the same show what there was when the first one ended.
func crashCopy(t *testing.T, path, to string) {
	t.Helper()
	for again := true; again; {
		second := to + "-again"
		err := os.CopyFS(to, os.DirFS(path))
		if err == nil {
			err = os.CopyFS(second, os.DirFS(path))
		}
		if again = err != nil || sumOf(t, to) != sumOf(t, second); again { // something was written or removed meanwhile
			must(t, os.RemoveAll(to))
		}
		must(t, os.RemoveAll(second))
	}
}

// sumOf is all files of a directory, with the checksums of what is in them.
func sumOf(t *testing.T, path string) string {
	t.Helper()
	var out strings.Builder
	must(t, fs.WalkDir(os.DirFS(path), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		raw, err := os.ReadFile(filepath.Join(path, name))
		fmt.Fprintf(&out, "%s %x\n", name, sha256.Sum256(raw))
		return err
	}))
	return out.String()
}
