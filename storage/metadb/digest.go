package metadb

import (
	"encoding/binary"
	"errors"
	"fmt"

	"go.etcd.io/bbolt"

	"github.com/vedette-siem/vedette/storage/boltfile"
)

// The checksum of a record says nothing of records that are gone: a damaged page can lose some without a word, and a bad meta page makes bbolt go back to the
// transaction before. So the table of digests holds how many records each other table has, and the sum of their checksums, and a note if a doubt came up.
const (
	digestTable = "\x00digest"
	doubtKey    = "\x00doubt"
)

// digest is what a table should hold.
type digest struct{ count, sum uint64 }

func (d digest) bytes() []byte {
	return binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(nil, d.count), d.sum)
}

// change takes the old record out of a digest and puts the new one in; nil is none.
func (d *digest) change(old, now []byte) {
	if len(old) >= headerSize {
		d.count--
		d.sum -= uint64(binary.LittleEndian.Uint32(old[1:]))
	}
	if now != nil {
		d.count++
		d.sum += uint64(binary.LittleEndian.Uint32(now[1:]))
	}
}

// note keeps the digest of a table beside a change of one of its records.
func (t *Tx) note(table string, old, now []byte) error {
	b, err := t.tx.CreateBucketIfNotExists([]byte(digestTable))
	if err != nil {
		return err
	}
	d, _, err := storedDigest(b, table)
	if err != nil {
		return nil // it stays damaged, so that Open goes on telling
	}
	d.change(old, now)
	return b.Put([]byte(table), encode([]byte(table), d.bytes()))
}

func storedDigest(b *bbolt.Bucket, table string) (d digest, found bool, err error) {
	raw := b.Get([]byte(table))
	if raw == nil {
		return d, false, nil
	}
	value, err := decode(digestTable, []byte(table), raw)
	if err != nil || len(value) != 16 {
		return d, true, errors.Join(err, fmt.Errorf("digest of table %q cannot be read", table))
	}
	return digest{binary.LittleEndian.Uint64(value), binary.LittleEndian.Uint64(value[8:])}, true, nil
}

// tables counts what each table really holds.
func (t *Tx) tables() map[string]digest {
	all := map[string]digest{}
	_ = t.tx.ForEach(func(name []byte, b *bbolt.Bucket) error { // never fails, as the function does not
		if string(name) == digestTable {
			return nil
		}
		d := digest{}
		_ = b.ForEach(func(_, record []byte) error {
			d.change(nil, append(record, make([]byte, max(0, headerSize-len(record)))...))
			return nil
		})
		all[string(name)] = d
		return nil
	})
	return all
}

// contradiction says which table does not hold what was written, or nil.
func (t *Tx) contradiction() error {
	b := t.tx.Bucket([]byte(digestTable))
	if b == nil {
		return nil
	}
	if raw := b.Get([]byte(doubtKey)); raw != nil {
		note, err := decode(digestTable, []byte(doubtKey), raw)
		return errors.Join(err, errors.New(string(note)))
	}
	held := t.tables()
	for name, has := range held {
		want, _, err := storedDigest(b, name)
		if err == nil && want != has {
			err = fmt.Errorf("table %q holds %d records, and not the %d that were written", name, has.count, want.count)
		}
		if err != nil {
			return err
		}
	}
	return b.ForEach(func(name, _ []byte) error {
		if _, there := held[string(name)]; !there && string(name) != doubtKey {
			if want, _, err := storedDigest(b, string(name)); err != nil || want.count > 0 {
				return errors.Join(err, fmt.Errorf("table %q is gone with %d records", name, want.count))
			}
		}
		return nil
	})
}

// Doubt says what of the database may be missing, by the digests and by what an earlier Open has met, or nil. It stays until Settle.
func (db *DB) Doubt() error { return db.doubt }

// Settle takes what the database holds for the whole of it from now on.
func (db *DB) Settle() error {
	err := db.bolt.Update(func(tx *bbolt.Tx) error { return (&Tx{tx}).settle() })
	if err == nil {
		db.doubt = nil
	}
	return err
}

func (t *Tx) settle() error {
	if err := t.tx.DeleteBucket([]byte(digestTable)); err != nil && t.tx.Bucket([]byte(digestTable)) != nil {
		return err
	}
	b, err := t.tx.CreateBucket([]byte(digestTable))
	if err != nil {
		return err
	}
	for name, d := range t.tables() {
		if err := b.Put([]byte(name), encode([]byte(name), d.bytes())); err != nil {
			return err
		}
	}
	return nil
}

// verify sets the doubt about what a file holds, of which one of the two meta pages may have been unreadable before it was opened.
func (db *DB) verify(path string, metas int) error {
	err := db.bolt.Update(func(tx *bbolt.Tx) error {
		t := &Tx{tx}
		b := tx.Bucket([]byte(digestTable))
		if b == nil {
			return t.settle()
		}
		if metas > 1 || b.Get([]byte(doubtKey)) != nil {
			return nil
		}
		note := "a meta page was damaged, so that what was written last may be missing" // the next transaction writes that page, so this must be kept
		return b.Put([]byte(doubtKey), encode([]byte(doubtKey), []byte(note)))
	})
	if err != nil {
		return err
	}
	return db.bolt.View(func(tx *bbolt.Tx) error {
		if err := (&Tx{tx}).contradiction(); err != nil {
			db.doubt = fmt.Errorf("%w: %s: %w; compare it with a backup, and stop vedette and run 'vedette check --repair' on the data directory to go on with what is there", ErrDamaged, path, err)
		}
		return nil
	})
}

// checkFile looks at a file before bbolt gets it, which would panic, or worse, on damaged pages, and damage them further when it writes.
func checkFile(path string) (metas int, err error) {
	if err := boltfile.Check(path); err != nil {
		if errors.Is(err, boltfile.ErrDamaged) {
			err = fmt.Errorf("%w: %w; restore it from a backup, as what is in it cannot be rebuilt", ErrDamaged, err)
		}
		return 0, err
	}
	f, err := boltfile.Open(path)
	if err != nil {
		return 0, err
	}
	return f.Metas, nil
}
