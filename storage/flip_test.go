package storage

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/vedette-siem/vedette/storage/document"
	"github.com/vedette-siem/vedette/storage/metadb"
	"github.com/vedette-siem/vedette/storage/segment"
	"github.com/vedette-siem/vedette/storage/wal"
)

// readRich fills in columns of every layout that the small documents of the flip test need.
func readRich(d *document.Document, _ string) error {
	var src struct{ N int64 }
	if err := json.Unmarshal(d.Source, &src); err != nil {
		return err
	}
	d.Time = src.N
	d.Fields = []document.Field{
		{Name: "n", Kind: document.Long, Num: src.N}, {Name: "kw", Kind: document.Keyword, Str: fmt.Sprint("k", src.N%7)},
		{Name: "text", Kind: document.Text, Tokens: []document.Token{{Term: fmt.Sprint("w", src.N%5)}, {Term: "all", Position: 1}}},
	}
	return nil
}

// content is everything that can be read of an index, by document, or the first error.
func content(ix *Index) (all map[string]string, err error) {
	s, err := ix.Snapshot()
	if err != nil {
		return nil, err
	}
	defer s.Close()
	if len(s.Damaged) > 0 {
		return nil, s.Damaged[0]
	}
	all = map[string]string{}
	return all, segment.Guard(func() error {
		for _, v := range s.Views {
			for it := v.Live().Iterator(); it.HasNext(); {
				doc := it.Next()
				source, err := v.Source(doc)
				if err != nil {
					return err
				}
				line := string(source)
				for _, name := range []string{segment.SeqNoField, segment.VersionField, segment.TimeField, "n"} {
					line += fmt.Sprint(" ", name, v.Numbers(name).Values(doc, nil))
				}
				kw, text := v.Terms("kw"), v.Text("text")
				for ord := range uint32(kw.Len()) {
					if kw.Postings(ord, ord+1).Contains(doc) {
						line += " " + kw.Term(ord)
					}
				}
				for ord := range uint32(text.Len()) {
					if p := text.Postings(ord); p.Advance(doc) && p.Doc() == doc {
						line += fmt.Sprint(" ", text.Term(ord), p.Positions(), text.Length(doc))
					}
				}
				all[v.ID(doc)] = line
			}
		}
		return nil
	})
}

// directoryOfEverything makes a data directory with two segments, deleted documents, unflushed writes in the log, and records; as a killed process leaves it.
func directoryOfEverything(t *testing.T) (path string, want map[string]string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "whole")
	d := openDir(t, path)
	must(t, d.Meta().Update(func(tx *metadb.Tx) error {
		for n := range 40 {
			if err := tx.Put("records", fmt.Sprint(n), []byte(fmt.Sprint("value ", n))); err != nil {
				return err
			}
		}
		return nil
	}))
	must(t, d.Close())
	var segments [2][]*document.Document
	for n := range 200 {
		segments[n/100] = append(segments[n/100], rich(n))
	}
	build(t, path, []string{"0", "90"}, segments[:]...)
	log, _, err := wal.Open(filepath.Join(path, indicesDir, "x", walDir), nil, nil)
	must(t, err)
	var entries []wal.Entry
	for n := 200; n < 220; n++ {
		entries = append(entries, wal.Entry{ID: fmt.Sprint(n), Version: 1, SeqNo: int64(n), Source: rich(n).Source})
	}
	for half := range 2 {
		must(t, log.Sync(must1(log.Append(entries[half*10:half*10+10]))))
	}
	must(t, log.Close())
	d = openDir(t, copyOf(t, path))
	ix := must1(d.Index("x", readRich))
	want = must1(content(ix))
	must(t, d.Close())
	if len(want) != 218 {
		t.Fatalf("%d documents", len(want))
	}
	return path, want
}

func rich(n int) *document.Document {
	d := &document.Document{ID: fmt.Sprint(n), Version: 1, Source: fmt.Appendf(nil, `{"n":%d,"pad":%q}`, n, strings.Repeat(fmt.Sprint(n), 9))}
	if err := readRich(d, ""); err != nil {
		panic(err)
	}
	return d
}

// outcome opens a damaged copy, reads everything in it, and says whether it was told that something is wrong. Wrong answers are an error.
func outcome(t *testing.T, path string, want map[string]string) (told bool, err error) {
	t.Helper()
	d, err := Open(path, Options{RefreshInterval: time.Hour})
	if err != nil {
		return true, nil
	}
	defer func() { told = d.Close() != nil || told }()
	records := 0
	err = d.Meta().View(func(tx *metadb.Tx) error {
		return tx.Each("records", func(key string, value []byte) error {
			if string(value) != "value "+key {
				return fmt.Errorf("WRONG record %s: %s", key, value)
			}
			records++
			return nil
		})
	})
	switch {
	case err != nil && strings.Contains(err.Error(), "WRONG"):
		return false, err
	case err != nil || d.Meta().Doubt() != nil:
		told = true
	case records != 40:
		return false, fmt.Errorf("%d records", records)
	}
	ix, err := d.Index("x", readRich)
	if err != nil {
		return true, nil
	}
	got, err := content(ix)
	if err != nil || len(ix.Damage()) > 0 || ix.Failure() != nil {
		return true, nil
	}
	if !maps.Equal(got, want) {
		for id, line := range want {
			if got[id] != line {
				return false, fmt.Errorf("document %s is %q, want %q", id, got[id], line)
			}
		}
		return false, fmt.Errorf("%d documents, want %d", len(got), len(want))
	}
	return told, nil
}

// eachPage calls f for a random byte in each 4 KiB page of each file of a directory.
func eachPage(t *testing.T, path string, random *rand.Rand, f func(file string, at int)) {
	t.Helper()
	must(t, fs.WalkDir(os.DirFS(path), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		for page := 0; page < int(info.Size()); page += 4096 {
			f(name, page+random.IntN(min(4096, int(info.Size())-page)))
		}
		return nil
	}))
}

// TestNoFlippedByteOfADirectoryGivesAWrongAnswer flips a byte in each page of each file: it is told, or harmless.
func TestNoFlippedByteOfADirectoryGivesAWrongAnswer(t *testing.T) {
	whole, want := directoryOfEverything(t)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	if told, err := outcome(t, copyOf(t, whole), want); told || err != nil {
		t.Fatalf("the whole directory: %v, %v", told, err)
	}
	flips, told := 0, 0
	eachPage(t, whole, random, func(file string, at int) {
		path := copyOf(t, whole)
		flip(t, filepath.Join(path, file), at, 1<<random.IntN(8))
		was, err := outcome(t, path, want)
		if err != nil {
			t.Errorf("%s, byte %d: a wrong answer and no error: %v", file, at, err)
		}
		if flips++; was {
			told++
		}
		must(t, os.RemoveAll(path))
	})
	t.Logf("%d flips, %d told, the others harmless", flips, told)
}

func copyOf(t *testing.T, path string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "copy")
	must(t, os.CopyFS(to, os.DirFS(path)))
	return to
}

func flip(t *testing.T, path string, at int, bit byte) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	must(t, err)
	b := make([]byte, 1)
	_, err = f.ReadAt(b, int64(at))
	must(t, err)
	b[0] ^= bit
	_, err = f.WriteAt(b, int64(at))
	must(t, errors.Join(err, f.Close()))
}
