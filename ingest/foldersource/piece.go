package foldersource

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/vedette-siem/vedette/ingest"
)

// piece is what one pass reads of a file: the ticket of its object.
type piece struct {
	of         *watched
	start, end int64 // of the bytes as stored
	// from is where the ids count from: start, or behind what was read before the file was compressed.
	from int64
	// whole marks a file that is read as one, with the ids of a loaded file.
	whole bool
	// inflated is how many plain bytes of a compressed file were read before it was compressed.
	inflated int64
	// header are the lines at the file's top that say what its columns are.
	header        []byte
	tail          string
	size          int64
	mod           time.Time
	device, inode uint64
}

// open reads the piece of a file that was opened by its name, if that still is the one that was listed.
func (p *piece) open(file *os.File, limits ingest.Limits) (io.ReadCloser, error) {
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if device, inode := identity(info); device != p.device || inode != p.inode {
		return nil, errors.New("another file took its place before it was read; the next pass finds it")
	}
	if p.inflated > 0 {
		plain, err := ingest.Inflate(file, limits)
		if err != nil {
			return nil, err
		}
		if _, err := io.CopyN(io.Discard, plain, p.inflated); err != nil {
			return nil, errors.Join(fmt.Errorf("read what was read before: %w", err), plain.Close())
		}
		return &opened{Reader: plain, closers: []io.Closer{plain, file}}, nil
	}
	if _, err := file.Seek(p.start, io.SeekStart); err != nil {
		return nil, err
	}
	body := &exactly{r: io.LimitReader(file, p.end-p.start), left: p.end - p.start}
	return &opened{Reader: io.MultiReader(bytes.NewReader(p.header), body), closers: []io.Closer{file}}, nil
}

// opened closes what lies beneath.
type opened struct {
	io.Reader
	closers []io.Closer
}

// Close implements io.Closer.
func (o *opened) Close() error {
	var errs []error
	for _, c := range o.closers {
		errs = append(errs, c.Close())
	}
	return errors.Join(errs...)
}

// exactly fails where a file has become shorter than the piece of it.
type exactly struct {
	r    io.Reader
	left int64
}

// Read implements io.Reader.
func (e *exactly) Read(b []byte) (int, error) {
	n, err := e.r.Read(b)
	if e.left -= int64(n); err == io.EOF && e.left > 0 {
		return n, fmt.Errorf("the file became shorter while it was read: %d bytes are missing", e.left)
	}
	return n, err
}

// isLines reports whether a file is read line by line: text, but for JSON that has no whole value on its first line.
func isLines(file io.ReaderAt, head []byte) bool {
	for _, magic := range []string{"\x1f\x8b\x08", "\x28\xb5\x2f\xfd", "PAR1"} {
		if bytes.HasPrefix(head, []byte(magic)) {
			return false
		}
	}
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	if len(text) == 0 || text[0] != '{' && text[0] != '[' {
		return true
	}
	if text[0] == '[' && !json.Valid(firstLine(text)) && bytes.IndexByte(text, '\n') >= 0 && !startsJSON(text) {
		return true // such as `[2026-11-24 10:00:00] something`
	}
	line := firstLine(text)
	if len(line) == len(text) && len(head) == ingest.DetectBytes { // it is longer than what we have
		long := make([]byte, ingest.Limits{}.WithDefaults().RecordBytes)
		n, _ := file.ReadAt(long, 0) // an end before is no error
		line = firstLine(bytes.TrimLeft(long[:n], " \t\r\n"))
		return len(line) < n && json.Valid(line)
	}
	return len(line) < len(text) && json.Valid(line)
}

func firstLine(text []byte) []byte {
	if at := bytes.IndexByte(text, '\n'); at >= 0 {
		return text[:at]
	}
	return text
}

// startsJSON reports whether the text behind a bracket can begin a value of JSON that goes on, rather than the time of a log line.
func startsJSON(text []byte) bool {
	rest := bytes.TrimLeft(text[1:], " \t\r\n")
	return len(rest) == 0 || bytes.IndexByte([]byte(`{["]`), rest[0]) >= 0
}

// lineEnd is behind the last newline between start and size, or pieceBytes behind start at most. What has none is taken if the file is quiet, or longer than that.
func lineEnd(file io.ReaderAt, start, size, pieceBytes int64, quiet bool) (int64, error) {
	limit := min(size, start+pieceBytes)
	if quiet && limit == size {
		return size, nil
	}
	block := make([]byte, 64<<10)
	for at := limit; at > start; {
		from := max(start, at-int64(len(block)))
		part := block[:at-from]
		if _, err := file.ReadAt(part, from); err != nil && err != io.EOF {
			return 0, err
		}
		if i := bytes.LastIndexByte(part, '\n'); i >= 0 {
			return from + int64(i) + 1, nil
		}
		at = from
	}
	if limit < size {
		return limit, nil
	}
	return start, nil
}

// header are the lines at a file's top that name its columns, which every piece needs: a flow log's, and those of W3C's extended format.
func header(head []byte) []byte {
	if bytes.HasPrefix(head, []byte("#Version:")) {
		at := 0
		for at < len(head) && head[at] == '#' {
			at += len(firstLine(head[at:])) + 1
		}
		return head[:min(at, len(head))]
	}
	line := firstLine(head)
	words := bytes.Fields(line)
	if len(line) < len(head) && len(words) > 1 && ingest.IsFlowField(string(words[0])) && ingest.IsFlowField(string(words[1])) {
		return head[:len(line)+1]
	}
	return nil
}

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
