package storage

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"os"
)

// boltFile is what a bbolt file holds, read without bbolt, which locks the file (scorch has it open while we read), and panics, or worse, on damaged pages.
// Here every offset is checked, so that damage is an error.
//
// The format: https://github.com/etcd-io/bbolt/tree/v1.5.0/internal/common (meta.go, page.go, inode.go, bucket.go).
type boltFile struct {
	data     []byte
	pageSize uint64
	root     uint64 // page of the root bucket
	high     uint64 // number of pages in use
	visited  uint64 // pages; far more than high is a circle
	metas    int    // meta pages that can be read; there are two, and the other one is that of the transaction before
}

const (
	boltMagic      = 0xED0CDAED
	boltVersion    = 2
	boltPageHead   = 16
	boltElement    = 16
	boltBranchFlag = 0x01
	boltLeafFlag   = 0x02
	boltBucketFlag = 0x01 // of an element
	boltBucketHead = 16
	boltMetaSum    = 56 // the bytes of a meta that its checksum is of
)

var errBolt = errors.New("not a whole bbolt file")

// openBolt reads a whole file. Nobody may write it meanwhile.
func openBolt(path string) (*boltFile, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	b := &boltFile{data: data}
	newest := uint64(0)
	for _, size := range []uint64{0, 4096, 8192, 16384, 32768, 65536} { // the second meta lies behind the first page, of whatever size
		root, high, tx, pageSize, ok := boltMeta(data, size)
		if !ok || size != 0 && size != pageSize || b.pageSize != 0 && b.pageSize != pageSize {
			continue
		}
		if b.metas++; b.metas == 1 || tx > newest {
			b.root, b.high, b.pageSize, newest = root, high, pageSize, tx
		}
	}
	switch {
	case b.metas == 0:
		return nil, fmt.Errorf("%s: %w: no meta page can be read", path, errBolt)
	case b.high > uint64(len(data))/b.pageSize:
		return nil, fmt.Errorf("%s: %w: %d pages are in use, but the file ends after %d: it was cut short", path, errBolt, b.high, uint64(len(data))/b.pageSize)
	}
	return b, nil
}

// boltMeta reads the meta page at an offset.
func boltMeta(data []byte, off uint64) (root, high, tx, pageSize uint64, ok bool) {
	if off+boltPageHead+boltMetaSum+8 > uint64(len(data)) {
		return 0, 0, 0, 0, false
	}
	m := data[off+boltPageHead:]
	sum := fnv.New64a()
	sum.Write(m[:boltMetaSum]) // never fails: https://pkg.go.dev/hash#Hash
	u32, u64 := binary.LittleEndian.Uint32, binary.LittleEndian.Uint64
	pageSize = uint64(u32(m[8:]))
	ok = u32(m) == boltMagic && u32(m[4:]) == boltVersion && u64(m[boltMetaSum:]) == sum.Sum64() && pageSize >= 1024
	return u64(m[16:]), u64(m[40:]), u64(m[48:]), pageSize, ok
}

// boltValue is a key of a bucket, and its value or, where bucket is true, the head of a bucket inside of it.
type boltValue struct {
	key, value []byte
	bucket     bool
}

// top lists the root bucket.
func (b *boltFile) top() ([]boltValue, error) { return b.page(b.root, nil) }

// inside lists a bucket.
func (b *boltFile) inside(v boltValue) ([]boltValue, error) {
	if !v.bucket || len(v.value) < boltBucketHead {
		return nil, fmt.Errorf("%w: key %q is no bucket", errBolt, v.key)
	}
	if root := binary.LittleEndian.Uint64(v.value); root != 0 {
		return b.page(root, nil)
	}
	return b.elements(v.value[boltBucketHead:], nil) // a small bucket lies in its value
}

// page appends what a page and those below it hold.
func (b *boltFile) page(id uint64, to []boltValue) ([]boltValue, error) {
	if b.visited++; b.visited > 2*b.high {
		return nil, fmt.Errorf("%w: its pages go in a circle", errBolt)
	}
	if id < 2 || id >= b.high {
		return nil, fmt.Errorf("%w: page %d of %d", errBolt, id, b.high)
	}
	page := b.data[id*b.pageSize:]
	overflow := uint64(binary.LittleEndian.Uint32(page[12:]))
	if found := binary.LittleEndian.Uint64(page); found != id || overflow >= b.high-id {
		return nil, fmt.Errorf("%w: page %d says that it is page %d and %d more", errBolt, id, found, overflow)
	}
	return b.elements(page[:(overflow+1)*b.pageSize], to)
}

// elements appends what the elements of a page hold.
func (b *boltFile) elements(page []byte, to []boltValue) (_ []boltValue, err error) {
	if len(page) < boltPageHead {
		return nil, fmt.Errorf("%w: a page of %d bytes", errBolt, len(page))
	}
	flags, n := binary.LittleEndian.Uint16(page[8:]), int(binary.LittleEndian.Uint16(page[10:]))
	if flags != boltLeafFlag && flags != boltBranchFlag || boltPageHead+n*boltElement > len(page) {
		return nil, fmt.Errorf("%w: a page of type %#x with %d elements", errBolt, flags, n)
	}
	for i := range n {
		e := page[boltPageHead+i*boltElement:]
		if flags == boltBranchFlag {
			if to, err = b.page(binary.LittleEndian.Uint64(e[8:]), to); err != nil {
				return nil, err
			}
			continue
		}
		v, ok := leafElement(e)
		if !ok || len(to) > 0 && string(to[len(to)-1].key) >= string(v.key) {
			return nil, fmt.Errorf("%w: element %d of a page lies outside of it, or is not in order", errBolt, i)
		}
		to = append(to, v)
	}
	return to, nil
}

// leafElement reads the element at the start of e, whose key and value lie behind it in e.
func leafElement(e []byte) (v boltValue, ok bool) {
	u32 := binary.LittleEndian.Uint32
	flags, pos, keySize, size := u32(e), uint64(u32(e[4:])), uint64(u32(e[8:])), uint64(u32(e[12:]))
	if flags > boltBucketFlag || pos < boltElement || pos+keySize+size > uint64(len(e)) {
		return boltValue{}, false
	}
	return boltValue{key: e[pos : pos+keySize], value: e[pos+keySize : pos+keySize+size], bucket: flags == boltBucketFlag}, true
}
