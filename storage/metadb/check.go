package metadb

import (
	"errors"
	"fmt"

	"go.etcd.io/bbolt"
)

// OpenReadOnly opens the database at path to look at it. Nothing is written, also not on what is noticed (Doubt).
func OpenReadOnly(path string) (*DB, error) {
	metas, err := checkFile(path)
	if err != nil {
		return nil, fmt.Errorf("open metadata %s: %w", path, err)
	}
	bolt, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: lockWait, ReadOnly: true})
	if err != nil {
		return nil, fmt.Errorf("open metadata %s: %w", path, err)
	}
	db := &DB{bolt: bolt}
	err = bolt.View(func(tx *bbolt.Tx) error { return (&Tx{tx}).contradiction() })
	if metas < 2 {
		err = errors.Join(err, errors.New("a meta page is damaged, so that what was written last may be missing"))
	}
	if err != nil {
		db.doubt = fmt.Errorf("%w: %s: %w", ErrDamaged, path, err)
	}
	return db, nil
}

// Bad is a record that cannot be read.
type Bad struct {
	Table, Key string
	// Raw is what is left of its value, which may be anything.
	Raw []byte
	Err error
}

// Bad lists the records of all tables that cannot be read.
func (t *Tx) Bad() (all []Bad) {
	for table := range t.tables() {
		b := t.tx.Bucket([]byte(table))
		_ = b.ForEach(func(k, raw []byte) error { // never fails, as the function does not
			if _, err := decode(table, k, raw); err != nil {
				all = append(all, Bad{table, string(k), append([]byte(nil), raw[min(headerSize, len(raw)):]...), err})
			}
			return nil
		})
	}
	return all
}
