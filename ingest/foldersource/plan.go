package foldersource

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/vedette-siem/vedette/ingest"
)

// plan finds out what there is to read of a listed file; nil is nothing now.
func (s *Source) plan(o ingest.Object) (*ingest.Object, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.listed++
	path, now := filepath.FromSlash(o.Key), s.o.Now()
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	device, inode := identity(info)
	at := Record{Path: path, Device: device, Inode: inode}
	w := s.byNode[at.node()]
	changed := false
	if w != nil {
		w.pass = s.pass
		changed = w.look(info, path, now)
		if !changed && (w.settled || w.refused || now.Before(w.retry)) || w.settled {
			return nil, nil
		}
	}
	if info.Size() == 0 && (w == nil || w.Offset == 0) {
		return nil, nil
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open file: %w", err)
	}
	defer file.Close()
	if w != nil && changed {
		same, err := w.same(file, info.Size())
		if err != nil {
			return nil, err
		}
		if !same { // truncated, replaced in its place, or another file that got the inode
			w.Gone, w.dirty = now.UTC(), true // it stays, for copies to be known by it
			w = nil
		}
	}
	if w == nil {
		if w, err = s.begin(at, file, info, now); err != nil || w == nil {
			return nil, err
		}
	}
	p, err := s.next(w, file, info, now)
	if p == nil || err != nil {
		return nil, err
	}
	o.Ticket, o.Size, o.ModTime = p, p.end-p.start, info.ModTime()
	if o.Format == "" {
		o.Format = w.Format
	}
	o.IDPrefix = ingest.HashID("", o.Base(), w.Head) // as a loaded file has it, and the same when the file grows
	if !p.whole {
		o.ETag = fmt.Sprintf("%s@%d-%d", w.Key, p.start, p.end) // tells the pieces of a file apart in the checkpoints
		o.IDPrefix = ingest.HashID("folder", w.ID, strconv.FormatInt(p.from, 10))
	}
	return &o, nil
}

// begin makes the record of a file that was not seen before, or not with this content. An empty one has none.
func (s *Source) begin(at Record, file *os.File, info os.FileInfo, now time.Time) (*watched, error) {
	if info.Size() == 0 {
		return nil, nil
	}
	if len(s.known) >= maxFiles {
		return nil, errTooMany
	}
	at.HeadBytes = int(min(info.Size(), sampleBytes))
	var err error
	if at.Head, err = hashAt(file, 0, int64(at.HeadBytes)); err != nil {
		return nil, err
	}
	at.Key = ingest.HashID(at.Path, strconv.FormatUint(at.Device, 10), strconv.FormatUint(at.Inode, 10), at.Head, now.UTC().Format(time.RFC3339Nano))
	at.ID = at.Key
	w := &watched{Record: at, dirty: true, pass: s.pass, size: info.Size(), mod: info.ModTime(), since: now}
	if err := s.adopt(w, file, info.Size()); err != nil {
		return nil, err
	}
	s.keep(w)
	return w, nil
}

// adopt looks for the file of which this one is a copy, as rotation by copying and truncating makes them, and goes on where that one was.
func (s *Source) adopt(w *watched, file *os.File, size int64) error {
	for _, c := range s.known {
		if c.Offset <= w.Offset || !c.related(w.Path) { // of several, the one that was read furthest
			continue
		}
		same, err := c.same(file, size)
		if err != nil {
			return err
		}
		if same {
			w.ID, w.Offset, w.Tail, w.Format = c.ID, c.Offset, c.Tail, c.Format
		}
	}
	return nil
}

// next is the next piece of a file; nil if there is none now.
func (s *Source) next(w *watched, file *os.File, info os.FileInfo, now time.Time) (*piece, error) {
	head := make([]byte, ingest.DetectBytes)
	n, err := file.ReadAt(head, 0)
	if err != nil && err != io.EOF {
		return nil, err
	}
	head = head[:n]
	size := info.Size()
	p := &piece{of: w, start: w.Offset, from: w.Offset, end: size, size: size, mod: info.ModTime(), device: w.Device, inode: w.Inode}
	quiet := w.quiet(now, s.o.Settle)
	if !isLines(file, head) {
		if !quiet {
			return nil, nil
		}
		if w.Offset == size {
			w.settled = true
			return nil, nil
		}
		p.start, p.from, p.whole = 0, 0, true
		if err := s.compressed(p, file); err != nil {
			return nil, err
		}
	} else {
		if w.Offset == size {
			w.settled = true
			return nil, nil
		}
		if p.end, err = lineEnd(file, w.Offset, size, s.o.PieceBytes, quiet); err != nil || p.end == w.Offset {
			return nil, err
		}
		s.more = s.more || p.end < size && size-p.start > s.o.PieceBytes
		if p.start > 0 {
			p.header = bytes.Clone(header(head)) // the rest of head is free then
		}
	}
	p.tail, err = tailAt(file, p.end)
	return p, err
}

// compressed looks whether a compressed file is that of a file that was read before its rotation; then only what follows is new.
func (s *Source) compressed(p *piece, file *os.File) error {
	for _, c := range s.known {
		if c == p.of || c.Offset <= p.inflated || !c.related(p.of.Path) {
			continue
		}
		if _, err := file.Seek(0, io.SeekStart); err != nil {
			return err
		}
		plain, err := ingest.Inflate(file, s.o.Limits)
		if err != nil {
			return nil // reading it says what is wrong
		}
		if c.beginning(plain) {
			p.whole, p.inflated, p.from, p.of.ID = false, c.Offset, c.Offset, c.ID
		}
		if err := plain.Close(); err != nil {
			return err
		}
	}
	return nil
}

// beginning reports whether plain bytes begin with what was read of the record's file.
func (r *Record) beginning(plain io.Reader) bool {
	b := bufio.NewReaderSize(plain, 2*sampleBytes)
	head, err := b.Peek(r.HeadBytes)
	if err != nil || hashOf(head) != r.Head {
		return false
	}
	length := min(r.Offset, sampleBytes)
	if _, err := io.CopyN(io.Discard, b, r.Offset-length); err != nil {
		return false
	}
	tail := make([]byte, length)
	_, err = io.ReadFull(b, tail)
	return err == nil && hashOf(tail) == r.Tail
}
