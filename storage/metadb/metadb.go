// Package metadb keeps what Vedette knows beside its documents: the catalogue of indices, templates, data streams, checkpoints and settings. It
// is one bbolt file. Records are opaque bytes to it; each is stored with a version of the record format and a
// checksum, which bbolt's pages lack, so that damage is an error and never a wrong answer.
package metadb

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"
	bbolterrors "go.etcd.io/bbolt/errors"

	"github.com/vedette-siem/vedette/storage/durable"
)

// Errors of a DB.
var (
	// ErrNotFound is returned when there is no record of that key.
	ErrNotFound = errors.New("metadb: no such record")
	// ErrDamaged is returned when a record's checksum does not match its bytes.
	ErrDamaged = errors.New("metadb: damaged record")
)

const (
	recordVersion = 1
	headerSize    = 1 + 4 // version, CRC-32C of the key and the value
	lockWait      = time.Second
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// DB is the open database. Its methods may be called by many goroutines.
type DB struct {
	bolt  *bbolt.DB
	doubt error
}

// Open opens the database at path, or creates it. It fails when another process has it open.
func Open(path string) (*DB, error) {
	if err := create(path); err != nil {
		return nil, fmt.Errorf("create metadata %s: %w", path, err)
	}
	metas, err := checkFile(path)
	var bolt *bbolt.DB
	if err == nil {
		bolt, err = openBolt(path)
	}
	if errors.Is(err, bbolterrors.ErrTimeout) {
		return nil, fmt.Errorf("open metadata %s: another process has it open: %w", path, err)
	}
	if err != nil {
		return nil, fmt.Errorf("open metadata %s: %w", path, err)
	}
	db := &DB{bolt: bolt}
	if err := db.verify(path, metas); err != nil {
		return nil, errors.Join(fmt.Errorf("open metadata %s: %w", path, err), bolt.Close())
	}
	return db, nil
}

func openBolt(path string) (bolt *bbolt.DB, err error) {
	defer damaged(&err)
	return bbolt.Open(path, 0o600, &bbolt.Options{Timeout: lockWait})
}

// create makes a new file in one step, so that a crash leaves either none or a whole one.
func create(path string) error {
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	temp := path + ".new"
	if err := os.Remove(temp); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	bolt, err := bbolt.Open(temp, 0o600, &bbolt.Options{Timeout: lockWait})
	if err != nil {
		return err
	}
	if err := errors.Join(bolt.Sync(), bolt.Close()); err != nil {
		return err
	}
	if err := os.Rename(temp, path); err != nil {
		return err
	}
	return durable.SyncDir(filepath.Dir(path))
}

// Close closes the database; records of finished transactions are on disk.
func (db *DB) Close() error { return db.bolt.Close() }

// A Tx is a transaction. It is valid inside of the function that it was handed to, for one goroutine.
type Tx struct{ tx *bbolt.Tx }

// Update runs f in a transaction that is on disk when Update returns without an error, and undone if f fails.
func (db *DB) Update(f func(*Tx) error) (err error) {
	defer damaged(&err)
	return db.bolt.Update(func(tx *bbolt.Tx) error { return f(&Tx{tx}) })
}

// damaged turns a panic of bbolt, which does not expect damaged pages, into an error.
func damaged(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("%w: %v", ErrDamaged, r)
	}
}

// View runs f on an unchanging view of the database.
func (db *DB) View(f func(*Tx) error) (err error) {
	defer damaged(&err)
	return db.bolt.View(func(tx *bbolt.Tx) error { return f(&Tx{tx}) })
}

// Get returns the record of a key, in memory that the caller owns, or ErrNotFound.
func (t *Tx) Get(table, key string) ([]byte, error) {
	b := t.tx.Bucket([]byte(table))
	if b == nil {
		return nil, ErrNotFound
	}
	raw := b.Get([]byte(key))
	if raw == nil {
		return nil, ErrNotFound
	}
	return decode(table, []byte(key), raw)
}

// Put sets the record of a key.
func (t *Tx) Put(table, key string, value []byte) error {
	b, err := t.tx.CreateBucketIfNotExists([]byte(table))
	if err != nil {
		return fmt.Errorf("metadb: table %s: %w", table, err)
	}
	record := encode([]byte(key), value)
	if err := t.note(table, b.Get([]byte(key)), record); err != nil {
		return fmt.Errorf("metadb: put %s/%s: %w", table, key, err)
	}
	if err := b.Put([]byte(key), record); err != nil {
		return fmt.Errorf("metadb: put %s/%s: %w", table, key, err)
	}
	return nil
}

// Delete removes the record of a key, if there is one.
func (t *Tx) Delete(table, key string) error {
	b := t.tx.Bucket([]byte(table))
	if b == nil {
		return nil
	}
	old := b.Get([]byte(key))
	if old == nil {
		return nil
	}
	if err := t.note(table, old, nil); err != nil {
		return fmt.Errorf("metadb: delete %s/%s: %w", table, key, err)
	}
	if err := b.Delete([]byte(key)); err != nil {
		return fmt.Errorf("metadb: delete %s/%s: %w", table, key, err)
	}
	return nil
}

// Each calls f with each record of a table in order of keys, until f fails. The value is the caller's. A damaged record ends it.
func (t *Tx) Each(table string, f func(key string, value []byte) error) error {
	return t.EachOr(table, f, func(_ string, err error) error { return err })
}

// EachOr is Each, but calls bad with the error of a damaged record, and goes on unless that returns an error.
func (t *Tx) EachOr(table string, f func(key string, value []byte) error, bad func(key string, err error) error) error {
	b := t.tx.Bucket([]byte(table))
	if b == nil {
		return nil
	}
	return b.ForEach(func(k, raw []byte) error {
		value, err := decode(table, k, raw)
		if err != nil {
			return bad(string(k), err)
		}
		return f(string(k), value)
	})
}

func encode(key, value []byte) []byte {
	record := append(make([]byte, headerSize, headerSize+len(value)), value...)
	record[0] = recordVersion
	binary.LittleEndian.PutUint32(record[1:], checksum(key, value))
	return record
}

func decode(table string, key, record []byte) ([]byte, error) {
	if len(record) < headerSize {
		return nil, fmt.Errorf("%w: %s/%s is cut short", ErrDamaged, table, key)
	}
	if record[0] != recordVersion {
		return nil, fmt.Errorf("metadb: %s/%s has record version %d, newer than this program's %d: use a newer vedette", table, key, record[0], recordVersion)
	}
	value := bytes.Clone(record[headerSize:])
	if checksum(key, value) != binary.LittleEndian.Uint32(record[1:]) {
		return nil, fmt.Errorf("%w: %s/%s", ErrDamaged, table, key)
	}
	return value, nil
}

// checksum covers the key too, so that a value under the wrong key is found out.
func checksum(key, value []byte) uint32 {
	return crc32.Update(crc32.Checksum(key, castagnoli), castagnoli, value)
}
