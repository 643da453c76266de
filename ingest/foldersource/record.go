package foldersource

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/vedette-siem/vedette/ingest"
)

// A Record is how far a file was read, and how it is known again.
type Record struct {
	// Key names the record. ID begins the ids of the file's documents; a copy has that of its original.
	Key string `json:"key"`
	ID  string `json:"id"`
	// Path is where the file was seen last.
	Path   string `json:"path"`
	Device uint64 `json:"device,omitempty"`
	Inode  uint64 `json:"inode,omitempty"`
	// Head is the SHA-256 of the first HeadBytes bytes: as many as there were when the file was seen first, 4,096 at most.
	HeadBytes int    `json:"head_bytes"`
	Head      string `json:"head"`
	// Offset is how many bytes were read, as stored; Tail is the SHA-256 of the last of them, 4,096 at most.
	Offset int64  `json:"offset"`
	Tail   string `json:"tail,omitempty"`
	// Size and ModTime are the file's when it was read last.
	Size    int64     `json:"size,omitempty"`
	ModTime time.Time `json:"mod_time,omitzero"`
	// Format is what the first piece was found to be; empty for not known yet.
	Format ingest.Format `json:"format,omitempty"`
	// Gone is when the file was missing first; zero while it is there.
	Gone time.Time `json:"gone,omitzero"`
}

// node is what a file system calls a file: by path where it has no numbers.
type node struct {
	device, inode uint64
	path          string
}

func (r *Record) node() node {
	if r.Inode != 0 {
		return node{device: r.Device, inode: r.Inode}
	}
	return node{path: r.Path}
}

// same reports whether the file holds what was read of it: its beginning, and what stands before the offset.
func (r *Record) same(f io.ReaderAt, size int64) (bool, error) {
	if size < r.Offset || size < int64(r.HeadBytes) {
		return false, nil
	}
	head, err := hashAt(f, 0, int64(r.HeadBytes))
	if err != nil || head != r.Head {
		return false, err
	}
	tail, err := tailAt(f, r.Offset)
	return tail == r.Tail, err
}

// related reports whether a name in the same folder can be that of a rotated copy: `app.log` has `app.log.1`, `app.log-20261124`, `app-20261124.log`, `app.log.1.gz`.
func (r *Record) related(path string) bool {
	if r.Offset == 0 || filepath.Dir(r.Path) != filepath.Dir(path) || r.Path == path {
		return false
	}
	stem, _, _ := strings.Cut(filepath.Base(r.Path), ".")
	rest, ok := strings.CutPrefix(filepath.Base(path), stem)
	return ok && stem != "" && rest != "" && strings.IndexByte(".-_", rest[0]) >= 0
}

// watched is a record with what is known of its file in this process.
type watched struct {
	Record
	dirty   bool      // not kept yet
	pass    int       // in which it was seen last
	size    int64     // when it was looked at last; -1 for never
	mod     time.Time // the same
	since   time.Time // when it was seen first with that size and time
	retry   time.Time // not before then, unless it changes; zero for at once
	refused bool      // it failed in a way that only a change can mend
	settled bool      // nothing of it is left to read while it does not change
}

// look notes the file's state and reports whether it changed since it was looked at last.
func (w *watched) look(info os.FileInfo, path string, now time.Time) (changed bool) {
	if !w.Gone.IsZero() || w.Path != path {
		w.Gone, w.Path, w.dirty = time.Time{}, path, true
	}
	if w.size == info.Size() && w.mod.Equal(info.ModTime()) {
		return false
	}
	first := w.size < 0
	w.size, w.mod, w.since, w.retry, w.refused = info.Size(), info.ModTime(), now, time.Time{}, false
	w.settled = first && w.Offset == w.size && w.Size == w.size && w.ModTime.Equal(w.mod) // as it was before this process
	return true
}

// quiet reports whether the file has not changed for a while, by its own time or by what was seen.
func (w *watched) quiet(now time.Time, settle time.Duration) bool {
	return now.Sub(w.mod) >= settle || now.Sub(w.since) >= settle
}

// advance moves behind a piece that is durable.
func (w *watched) advance(p *piece) {
	w.Offset, w.Tail, w.Size, w.ModTime, w.dirty = p.end, p.tail, p.size, p.mod, true
	w.settled = p.end == p.size && w.size == p.size && w.mod.Equal(p.mod)
}

// failed notes that a piece was not read to its end. It begins where it began when it is tried again.
func (w *watched) failed(p *piece, outcome error, now time.Time) {
	w.retry = now.Add(retryAfter)
	for _, lasting := range []error{ingest.ErrMalformed, ingest.ErrTooLarge, ingest.ErrInflateRatio, ingest.ErrTruncated} {
		w.refused = w.refused || errors.Is(outcome, lasting)
	}
	if w.size != p.size || !w.mod.Equal(p.mod) { // it has changed already
		w.retry, w.refused = time.Time{}, false
	}
}

// sampleBytes is how much of a file's beginning and of what was read last stands for its content.
const sampleBytes = ingest.HeadBytes

func hashAt(f io.ReaderAt, from, length int64) (string, error) {
	h := sha256.New()
	if n, err := io.Copy(h, io.NewSectionReader(f, from, length)); err != nil || n != length {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// tailAt hashes what stands before an offset; nothing has an empty hash.
func tailAt(f io.ReaderAt, offset int64) (string, error) {
	if offset == 0 {
		return "", nil
	}
	length := min(offset, sampleBytes)
	return hashAt(f, offset-length, length)
}
