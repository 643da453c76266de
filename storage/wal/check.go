package wal

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/vedette-siem/vedette/storage/durable"
)

// A Hole is a part of a log's file, [From, To) in bytes, that was acknowledged and cannot be read.
type Hole struct{ From, To int }

// Files lists the paths of the files of the log in dir, in order, and those of ends that were put aside.
func Files(dir string) (logs, cuts []string, err error) {
	if _, err := os.Stat(dir); os.IsNotExist(err) {
		return nil, nil, nil
	}
	numbers, err := files(dir)
	for _, n := range numbers {
		logs = append(logs, filepath.Join(dir, name(n)))
	}
	if err == nil {
		cuts, err = filepath.Glob(filepath.Join(dir, "*"+suffix+cutSuffix))
	}
	if err != nil {
		return nil, nil, fmt.Errorf("list write-ahead log: %w", err)
	}
	return logs, cuts, nil
}

// Check reads a file of a log, which is the last one or not, and returns the operations that can be read, and the holes between them.
func Check(path string, last bool) (entries []*Entry, holes []Hole, err error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, fmt.Errorf("read write-ahead log: %w", err)
	}
	for off := 0; off < len(data); {
		if payload, _, size, ok := record(data[off:]); ok {
			if e, err := entry(payload); err == nil {
				if off += size; !e.mark {
					entries = append(entries, e)
				}
				continue
			}
		}
		next := recordBehind(data, off+1)
		once, err := acknowledged(bytes.NewReader(data), int64(off), int64(len(data)))
		if err != nil {
			return nil, nil, err
		}
		if next < len(data) || !last && !strings.HasSuffix(path, cutSuffix) || once {
			holes = append(holes, Hole{off, next})
		}
		off = next
	}
	return entries, holes, nil
}

// recordBehind is where the first whole record at or behind a place begins, or the end.
func recordBehind(data []byte, at int) int {
	for at < len(data) {
		i := bytes.Index(data[at:], []byte(recordMagic))
		if i < 0 {
			break
		}
		if at += i; isRecord(data[at:]) {
			return at
		}
		at++
	}
	return len(data)
}

func isRecord(data []byte) bool {
	_, _, _, ok := record(data)
	return ok
}

// Rewrite replaces a file of a log with one that has just these operations.
func Rewrite(path string, entries []*Entry) error {
	var buf []byte
	for _, e := range entries {
		buf = appendRecord(buf, e, 0)
	}
	if _, err := durable.Create(nil, path, func(w io.Writer) error { _, err := w.Write(buf); return err }); err != nil {
		return fmt.Errorf("rewrite write-ahead log: %w", err)
	}
	return nil
}
