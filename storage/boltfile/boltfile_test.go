package boltfile

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.etcd.io/bbolt"
)

// made makes a file with small and large buckets inside of each other, and lists it as bbolt reads it.
func made(t *testing.T) (path, want string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "bolt")
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.Update(func(tx *bbolt.Tx) error {
		for _, n := range []int{3, 300} {
			b, err := tx.CreateBucket(fmt.Append(nil, "bucket", n))
			if err != nil {
				return err
			}
			in, err := b.CreateBucket([]byte("inside"))
			if err != nil {
				return err
			}
			for i := range n {
				if err := errors.Join(b.Put(fmt.Append(nil, i), []byte(strings.Repeat("x", i%50))), in.Put(fmt.Append(nil, "k", i), []byte("v"))); err != nil {
					return err
				}
			}
			if err := b.Put([]byte("large"), make([]byte, 20_000)); err != nil { // of several pages
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	err = db.View(func(tx *bbolt.Tx) error {
		return tx.ForEach(func(name []byte, b *bbolt.Bucket) error {
			want += fmt.Sprintf("%s{", name)
			err := list(b, &want)
			want += "}"
			return err
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return path, want
}

func list(b *bbolt.Bucket, out *string) error {
	return b.ForEach(func(k, v []byte) error {
		if v != nil {
			*out += fmt.Sprintf("%s=%s;", k, v)
			return nil
		}
		*out += fmt.Sprintf("%s{", k)
		err := list(b.Bucket(k), out)
		*out += "}"
		return err
	})
}

func read(f *File, items []Item) (out string, err error) {
	for _, i := range items {
		if !i.Bucket {
			out += fmt.Sprintf("%s=%s;", i.Key, i.Value)
			continue
		}
		inside, err := f.Inside(i)
		if err != nil {
			return "", err
		}
		s, err := read(f, inside)
		if err != nil {
			return "", err
		}
		out += fmt.Sprintf("%s{%s}", i.Key, s)
	}
	return out, nil
}

func TestAFileReadsAsBboltReadsIt(t *testing.T) {
	path, want := made(t)
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	top, err := f.Top()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := read(f, top); err != nil || got != want || f.Metas != 2 {
		t.Errorf("%d bytes, want %d: %v; %d meta pages", len(got), len(want), err, f.Metas)
	}
	if err := Check(path); err != nil {
		t.Error(err)
	}
}

// TestDamagedPagesAreErrorsAndNoPanics overwrites each word of the heads of all pages.
func TestDamagedPagesAreErrorsAndNoPanics(t *testing.T) {
	path, _ := made(t)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	size := os.Getpagesize()
	told := 0
	for page := 0; page < len(whole); page += size {
		for at := 0; at < 64; at += 4 {
			f := &File{data: append([]byte(nil), whole...)}
			copy(f.data[page+at:], "\xff\xff\xff\x7f")
			if err := os.WriteFile(path, f.data, 0o600); err != nil {
				t.Fatal(err)
			}
			f, err := Open(path)
			if err == nil {
				var top []Item
				if top, err = f.Top(); err == nil {
					err = f.walk(top)
				}
			}
			if err != nil {
				told++
			}
			if err != nil && !errors.Is(err, ErrDamaged) {
				t.Fatal(err)
			}
		}
	}
	if told < 100 {
		t.Errorf("only %d were told", told)
	}
}
