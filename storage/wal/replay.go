package wal

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/vedette-siem/vedette/storage/durable"
)

// replayer hands on the entries of a log's files. It holds one record at a time in memory.
type replayer struct {
	Replayed
	fs     durable.FS
	replay func(*Entry) error
}

// cutSuffix names the file into which the end of a log goes that was never acknowledged.
const cutSuffix = ".cut"

// file replays one file and returns how many bytes it has. A bad end of the last file is cut off if it was never acknowledged; anything else that cannot be read is damage.
func (r *replayer) file(path string, last bool) (size int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, fmt.Errorf("read write-ahead log: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return 0, fmt.Errorf("read write-ahead log: %w", err)
	}
	size = info.Size()
	if last && size > 0 { // what a killed process wrote and never synced is seen now, and must not go any more
		if err := r.sync(path); err != nil {
			return 0, err
		}
	}
	whole, err := r.records(f, size)
	if err != nil {
		return 0, err
	}
	r.Files++
	if whole == size {
		return size, nil
	}
	if !last {
		return 0, damaged(path, whole, size)
	}
	if once, err := acknowledged(f, whole, size); err != nil || once {
		return 0, errors.Join(err, damaged(path, whole, size))
	}
	return whole, r.cut(f, whole, size)
}

func damaged(path string, at, size int64) error {
	return fmt.Errorf("%w: %s at byte %d of %d: the index is not opened, so that nothing acknowledged is dropped unseen; restore the file from a backup, "+
		"or stop vedette and run 'vedette check --repair' on the data directory, which keeps what can be read of it", ErrDamaged, path, at, size)
}

// records hands on the entries up to the first record that is not whole, and returns where that begins: at size if there is none.
func (r *replayer) records(f *os.File, size int64) (off int64, err error) {
	in := bufio.NewReaderSize(f, 1<<18)
	var buf []byte
	for off < size {
		var ok bool
		if buf, ok, err = nextRecord(in, buf, size-off); err != nil {
			return off, fmt.Errorf("read write-ahead log %s at byte %d: %w", f.Name(), off, err)
		}
		if !ok {
			return off, nil
		}
		e, err := entry(buf[headerSize:])
		if err != nil {
			return off, fmt.Errorf("%w: %s at byte %d: %w", ErrDamaged, f.Name(), off, err)
		}
		if err := r.one(e); err != nil {
			return off, fmt.Errorf("replay write-ahead log %s at byte %d: %w", f.Name(), off, err)
		}
		off += int64(len(buf))
	}
	return off, nil
}

func (r *replayer) one(e *Entry) error {
	switch {
	case e.mark:
		return nil
	case e.Delete:
		r.Deletes++
	default:
		r.Writes++
	}
	r.Bytes += int64(headerSize + len(e.ID) + len(e.Routing) + len(e.Source))
	return r.replay(e)
}

// nextRecord reads a record into buf, of at most left bytes. ok is false if there is none that is whole.
func nextRecord(in io.Reader, buf []byte, left int64) (_ []byte, ok bool, err error) {
	if left < headerSize {
		return buf, false, nil
	}
	if cap(buf) < headerSize || cap(buf) > maxKeptBytes {
		buf = make([]byte, headerSize, 4096)
	}
	buf = buf[:headerSize]
	if _, err := io.ReadFull(in, buf); err != nil {
		return buf, false, err
	}
	n := int64(binary.LittleEndian.Uint32(buf[4:]))
	if string(buf[:len(recordMagic)]) != recordMagic || n > maxPayload || n > left-headerSize {
		return buf, false, nil
	}
	if int64(cap(buf)) < headerSize+n {
		buf = append(make([]byte, 0, headerSize+n), buf...)
	}
	buf = buf[:headerSize+n]
	if _, err := io.ReadFull(in, buf[headerSize:]); err != nil {
		return buf, false, err
	}
	_, _, _, ok = record(buf)
	return buf, ok, nil
}

// acknowledged reports whether a later record says that the bytes at off were on disk.
func acknowledged(f io.ReaderAt, off, size int64) (bool, error) {
	chunk := make([]byte, 1<<18)
	var buf []byte
	for at := off + 1; at < size; {
		n, err := f.ReadAt(chunk[:min(int64(len(chunk)), size-at)], at)
		if err != nil && err != io.EOF {
			return false, fmt.Errorf("read write-ahead log at byte %d: %w", at, err)
		}
		i := bytes.Index(chunk[:n], []byte(recordMagic))
		if i < 0 {
			at += int64(max(n-len(recordMagic), 0)) + 1 // the magic may lie across the border
			continue
		}
		at += int64(i)
		var ok bool
		if buf, ok, err = nextRecord(io.NewSectionReader(f, at, size-at), buf, size-at); err != nil {
			return false, fmt.Errorf("read write-ahead log at byte %d: %w", at, err)
		}
		if ok && int64(binary.LittleEndian.Uint64(buf[8:])) > off {
			return true, nil
		}
		at++
	}
	return false, nil
}

// cut puts the end of a file aside.
func (r *replayer) cut(f *os.File, whole, size int64) error {
	aside := f.Name() + cutSuffix
	end := io.NewSectionReader(f, whole, size-whole)
	if _, err := durable.Create(r.fs, aside, func(w io.Writer) error { _, err := io.Copy(w, end); return err }); err != nil {
		return fmt.Errorf("put aside the end of write-ahead log %s: %w", f.Name(), err)
	}
	if err := r.change(f.Name(), func(f durable.File) error { return errors.Join(f.Truncate(whole), f.Sync()) }); err != nil {
		return fmt.Errorf("cut write-ahead log: %w", err)
	}
	r.Cut = append(r.Cut, Cut{Path: aside, Bytes: size - whole})
	return nil
}

func (r *replayer) sync(path string) error {
	if err := r.change(path, durable.File.Sync); err != nil {
		return fmt.Errorf("sync write-ahead log: %w", err)
	}
	return nil
}

// change opens a file for writing and does something to it.
func (r *replayer) change(path string, do func(durable.File) error) error {
	f, err := r.fs.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	return errors.Join(do(f), f.Close())
}
