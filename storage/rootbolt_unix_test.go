//go:build unix

package storage

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// boltPage is the size of a page of the files that the tests make.
var boltPage = os.Getpagesize()

// damagedPages calls f with every way in which one page of a file is damaged.
func damagedPages(random *rand.Rand, whole []byte, f func(how string, damaged []byte)) {
	for at := 0; at < len(whole); at += boltPage {
		if bytes.Count(whole[at:at+boltPage], []byte{0}) == boltPage {
			continue // never written
		}
		with := func(how string, change func(page []byte)) {
			damaged := bytes.Clone(whole)
			change(damaged[at : at+boltPage])
			f(fmt.Sprintf("page %d: %s", at/boltPage, how), damaged)
		}
		with("zeroes", func(page []byte) { clear(page) })
		with("noise", func(page []byte) {
			for i := range page {
				page[i] = byte(random.Uint32())
			}
		})
		other := random.IntN(len(whole)/boltPage) * boltPage
		with(fmt.Sprint("what was meant for page ", other/boltPage), func(page []byte) { copy(page, whole[other:other+boltPage]) })
		for _, value := range []uint16{1, 2, 0xffff} {
			for _, word := range []int{8, 10, 12, 16 + 2*random.IntN(32)} { // kind of page, number of elements, pages that go on from it, an element
				with(fmt.Sprintf("%#x at %d", value, word), func(page []byte) { binary.LittleEndian.PutUint16(page[word:], value) })
			}
		}
	}
}

// TestNoDamageOfRootBoltComesToScorch, which would panic in bbolt and leave the file locked, so that it could not be opened again by this process; or read outside of
// the file, which ends the process.
func TestNoDamageOfRootBoltComesToScorch(t *testing.T) {
	t.Parallel()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	for name, dir := range map[string]string{"of many snapshots": manySnapshots(t), "of an empty index": emptyIndex(t)} {
		t.Run(name, func(t *testing.T) {
			base := filepath.Join(dir, indicesDir, "x")
			whole := must1(os.ReadFile(filepath.Join(base, scorchDir, rootFile)))
			d := openDir(t, t.TempDir())
			tries, told := 0, 0
			damagedPages(random, whole, func(how string, damaged []byte) {
				tries++
				name := fmt.Sprint("x", tries)
				root := filepath.Join(d.indexPath(name), scorchDir, rootFile)
				must(t, os.CopyFS(d.indexPath(name), os.DirFS(base)))
				must(t, os.WriteFile(root, damaged, 0o600))
				ix, err := d.Index(name, readTest)
				if err != nil {
					told++
					if !errors.Is(err, ErrDamaged) || strings.Contains(err.Error(), panicInScorch) {
						t.Errorf("%s: %v", how, err)
					}
				} else {
					put(t, ix, 100)
					must(t, ix.Refresh())
					if err := ix.allPersisted(t.Context()); err != nil { // written into root.bolt
						t.Fatalf("%s: %v", how, err)
					}
				}
				if err := unlocked(root); err != nil && ix == nil {
					t.Fatalf("%s: root.bolt is still locked: %v", how, err)
				}
				must(t, d.Remove(name))
			})
			must(t, d.Close())
			t.Logf("%d tries, %d told", tries, told)
		})
	}
}

// unlocked says why a file cannot be locked.
func unlocked(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
}

// manySnapshots makes a directory whose index has a root.bolt of many pages.
func manySnapshots(t *testing.T) string {
	path := t.TempDir()
	d := openDir(t, path)
	ix := must1(d.Index("x", readTest))
	for n := range 4 {
		put(t, ix, n)
		put(t, ix, n/2)
		must(t, ix.Refresh())
		must(t, ix.allPersisted(t.Context()))
	}
	must(t, d.Close())
	return path
}

// emptyIndex makes a directory with an index that nothing was written to.
func emptyIndex(t *testing.T) string {
	path := t.TempDir()
	d := openDir(t, path)
	must1(d.Index("x", readTest))
	must(t, d.Close())
	return path
}
