// Package boltfile reads what a bbolt file holds without bbolt, which locks the file (scorch has one open while we read it), and panics, or worse, on damaged
// pages. Here every offset is checked, so that damage is an error. It writes nothing.
//
// The format: https://github.com/etcd-io/bbolt/tree/v1.5.0/internal/common (meta.go, page.go, inode.go, bucket.go).
package boltfile

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"os"
	"time"

	"go.etcd.io/bbolt"
)

// A File is the content of a file at one moment.
type File struct {
	// Metas is how many of the two meta pages can be read. If it is one, then what the last transaction wrote may be missing: the other page was its.
	Metas    int
	data     []byte
	pageSize uint64
	root     uint64 // page of the root bucket
	free     uint64 // page of the list of free pages
	high     uint64 // number of pages in use
	visited  uint64 // pages; far more than high is a circle
	claimed  []bool // pages that belong to something; nil unless the file is checked
}

const (
	magic         = 0xED0CDAED
	formatVersion = 2
	pageHead      = 16
	elementHead   = 16
	branchFlag    = 0x01
	leafFlag      = 0x02
	freeFlag      = 0x10
	longList      = 0xffff     // as the length of a list of free pages: its first element is the length
	noFreeList    = ^uint64(0) // as its page
	bucketFlag    = 0x01       // of an element
	bucketHead    = 16
	metaSum       = 56 // the bytes of a meta that its checksum is of
)

// ErrDamaged is returned for a file that is no whole bbolt file.
var ErrDamaged = errors.New("not a whole bbolt file")

// Open reads a whole file. Nobody may write it meanwhile. The error names the file.
func Open(path string) (*File, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	b := &File{data: data}
	newest := uint64(0)
	for _, size := range []uint64{0, 4096, 8192, 16384, 32768, 65536} { // the second meta lies behind the first page, of whatever size
		m, ok := readMeta(data, size)
		if !ok || size != 0 && size != m.pageSize || b.pageSize != 0 && b.pageSize != m.pageSize {
			continue
		}
		if b.Metas++; b.Metas == 1 || m.tx > newest {
			b.root, b.free, b.high, b.pageSize, newest = m.root, m.free, m.high, m.pageSize, m.tx
		}
	}
	switch {
	case b.Metas == 0:
		return nil, fmt.Errorf("%s: %w: no meta page can be read", path, ErrDamaged)
	case b.high > uint64(len(data))/b.pageSize:
		return nil, fmt.Errorf("%s: %w: %d pages are in use, but the file ends after %d: it was cut short", path, ErrDamaged, b.high, uint64(len(data))/b.pageSize)
	}
	return b, nil
}

// meta is what a meta page says.
type meta struct{ root, free, high, tx, pageSize uint64 }

// readMeta reads the meta page at an offset.
func readMeta(data []byte, off uint64) (_ meta, ok bool) {
	if off+pageHead+metaSum+8 > uint64(len(data)) {
		return meta{}, false
	}
	m := data[off+pageHead:]
	sum := fnv.New64a()
	sum.Write(m[:metaSum]) // never fails: https://pkg.go.dev/hash#Hash
	u32, u64 := binary.LittleEndian.Uint32, binary.LittleEndian.Uint64
	out := meta{root: u64(m[16:]), free: u64(m[32:]), high: u64(m[40:]), tx: u64(m[48:]), pageSize: uint64(u32(m[8:]))}
	return out, u32(m) == magic && u32(m[4:]) == formatVersion && u64(m[metaSum:]) == sum.Sum64() && out.pageSize >= 1024
}

// An Item is a key of a bucket, and its value or, if Bucket is true, a bucket inside of it.
type Item struct {
	Key, Value []byte
	Bucket     bool
}

// Top lists the root bucket.
func (b *File) Top() ([]Item, error) { return b.page(b.root, nil) }

// Inside lists a bucket.
func (b *File) Inside(v Item) ([]Item, error) {
	if !v.Bucket || len(v.Value) < bucketHead {
		return nil, fmt.Errorf("%w: key %q is no bucket", ErrDamaged, v.Key)
	}
	if root := binary.LittleEndian.Uint64(v.Value); root != 0 {
		return b.page(root, nil)
	}
	return b.elements(v.Value[bucketHead:], nil) // a small bucket lies in its value
}

// page appends what a page and those below it hold.
func (b *File) page(id uint64, to []Item) ([]Item, error) {
	if b.visited++; b.visited > 2*b.high {
		return nil, fmt.Errorf("%w: its pages go in a circle", ErrDamaged)
	}
	page, err := b.pageBytes(id)
	if err != nil {
		return nil, err
	}
	return b.elements(page, to)
}

// pageBytes is a page with those that go on from it.
func (b *File) pageBytes(id uint64) ([]byte, error) {
	if id < 2 || id >= b.high {
		return nil, fmt.Errorf("%w: page %d of %d", ErrDamaged, id, b.high)
	}
	page := b.data[id*b.pageSize:]
	overflow := uint64(binary.LittleEndian.Uint32(page[12:]))
	if found := binary.LittleEndian.Uint64(page); found != id || overflow >= b.high-id {
		return nil, fmt.Errorf("%w: page %d says that it is page %d and %d more", ErrDamaged, id, found, overflow)
	}
	return page[:(overflow+1)*b.pageSize], b.claim(id, overflow+1)
}

// claim notes to what n pages belong, while the file is checked. A page that belongs to two things, one of which may be the list of free pages, makes bbolt panic when it
// writes, with its locks held; its own Check does not find all of them.
func (b *File) claim(id, n uint64) error {
	if b.claimed == nil {
		return nil
	}
	for ; n > 0; id, n = id+1, n-1 {
		if id < 2 || id >= b.high || b.claimed[id] {
			return fmt.Errorf("%w: page %d of %d is used twice", ErrDamaged, id, b.high)
		}
		b.claimed[id] = true
	}
	return nil
}

// freePages checks the list of free pages, which bbolt reads without a look at its length, and claims them.
func (b *File) freePages() error {
	if b.free == noFreeList {
		return nil
	}
	page, err := b.pageBytes(b.free)
	if err != nil {
		return err
	}
	flags, n := binary.LittleEndian.Uint16(page[8:]), uint64(binary.LittleEndian.Uint16(page[10:]))
	ids := page[pageHead:]
	if n == longList {
		n, ids = binary.LittleEndian.Uint64(ids), ids[8:]
	}
	if flags != freeFlag || n > uint64(len(ids))/8 {
		return fmt.Errorf("%w: a list of free pages of type %#x with %d of them", ErrDamaged, flags, n)
	}
	for ; n > 0; n, ids = n-1, ids[8:] {
		if err := b.claim(binary.LittleEndian.Uint64(ids), 1); err != nil {
			return err
		}
	}
	return nil
}

// elements appends what the elements of a page hold.
func (b *File) elements(page []byte, to []Item) (_ []Item, err error) {
	if len(page) < pageHead {
		return nil, fmt.Errorf("%w: a page of %d bytes", ErrDamaged, len(page))
	}
	flags, n := binary.LittleEndian.Uint16(page[8:]), int(binary.LittleEndian.Uint16(page[10:]))
	if flags != leafFlag && (flags != branchFlag || n == 0) || pageHead+n*elementHead > len(page) { // bbolt goes to the first element of a branch in any case
		return nil, fmt.Errorf("%w: a page of type %#x with %d elements", ErrDamaged, flags, n)
	}
	for i := range n {
		e := page[pageHead+i*elementHead:]
		if flags == branchFlag {
			if pos, size := uint64(binary.LittleEndian.Uint32(e)), uint64(binary.LittleEndian.Uint32(e[4:])); pos+size > uint64(len(e)) {
				return nil, fmt.Errorf("%w: element %d of a page lies outside of it", ErrDamaged, i)
			}
			if to, err = b.page(binary.LittleEndian.Uint64(e[8:]), to); err != nil {
				return nil, err
			}
			continue
		}
		v, ok := leafElement(e)
		if !ok || len(to) > 0 && string(to[len(to)-1].Key) >= string(v.Key) {
			return nil, fmt.Errorf("%w: element %d of a page lies outside of it, or is not in order", ErrDamaged, i)
		}
		to = append(to, v)
	}
	return to, nil
}

// leafElement reads the element at the start of e, whose key and value lie behind it in e.
func leafElement(e []byte) (v Item, ok bool) {
	u32 := binary.LittleEndian.Uint32
	flags, pos, keySize, size := u32(e), uint64(u32(e[4:])), uint64(u32(e[8:])), uint64(u32(e[12:]))
	if flags > bucketFlag || pos < elementHead || pos+keySize+size > uint64(len(e)) {
		return Item{}, false
	}
	return Item{Key: e[pos : pos+keySize], Value: e[pos+keySize : pos+keySize+size], Bucket: flags == bucketFlag}, true
}

// walk goes through all buckets inside of one that was listed.
func (b *File) walk(items []Item) error {
	for _, i := range items {
		if !i.Bucket {
			continue
		}
		inside, err := b.Inside(i)
		if err == nil {
			err = b.walk(inside)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Check looks whether the pages of a file fit together, which bbolt itself takes for granted when it writes. It waits a second at most for the file's lock.
func Check(path string) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%s: %w: %v", path, ErrDamaged, r)
		}
	}()
	f, err := Open(path)
	if err != nil {
		return err
	}
	f.claimed = make([]bool, f.high)
	top, err := f.Top()
	if err == nil {
		err = errors.Join(f.walk(top), f.freePages())
	}
	if err != nil { // bbolt would read outside of the file, which ends the process
		return fmt.Errorf("%s: %w", path, err)
	}
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true, Timeout: time.Second})
	if err != nil {
		return fmt.Errorf("open %s: %w", path, err)
	}
	defer func() { err = errors.Join(err, db.Close()) }() // after a panic too, which would leave the file locked
	err = db.View(func(tx *bbolt.Tx) (first error) {
		for e := range tx.Check() {
			if first == nil {
				first = fmt.Errorf("%w: %w", ErrDamaged, e)
			}
		}
		return first
	})
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}
