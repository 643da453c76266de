package collect

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/vedette-siem/vedette/storage/metadb"
)

const (
	definitionTable = "sources"
	stateTable      = "sources.state"
)

// What a definition cannot be, by the names that are there.
var (
	// ErrExists is returned (wrapped) when a name is taken.
	ErrExists = errors.New("is there already")
	// ErrNotFound is returned (wrapped) when no source of a name was added.
	ErrNotFound = errors.New("no source")
)

func exists(name string) error {
	return fmt.Errorf("source %q %w: remove it first, or choose another name", name, ErrExists)
}

// Store keeps the definitions that commands added, and how far sources have come.
type Store struct{ db *metadb.DB }

// NewStore keeps them in db, which stays the caller's.
func NewStore(db *metadb.DB) *Store { return &Store{db} }

// Add keeps a definition. One of that name must not be there.
func (s *Store) Add(d Definition) error {
	if err := d.Check(); err != nil {
		return err
	}
	value, err := json.Marshal(d)
	if err != nil {
		return err
	}
	return s.db.Update(func(tx *metadb.Tx) error {
		if _, err := tx.Get(definitionTable, d.Name); err == nil {
			return exists(d.Name)
		} else if ignoreAbsent(err) != nil {
			return err
		}
		return tx.Put(definitionTable, d.Name, value)
	})
}

// Remove forgets a definition and how far it has come. What it has read stays, and so do its dead letters and checkpoints.
func (s *Store) Remove(name string) error {
	return s.db.Update(func(tx *metadb.Tx) error {
		if _, err := tx.Get(definitionTable, name); err != nil {
			if ignoreAbsent(err) == nil {
				return fmt.Errorf("%w %q was added by 'vedette sources add'; those of the configuration file are removed there", ErrNotFound, name)
			}
			return err
		}
		if err := tx.Delete(stateTable, name); err != nil {
			return err
		}
		return tx.Delete(definitionTable, name)
	})
}

// All are the definitions, in order of name.
func (s *Store) All() (all []Definition, err error) {
	err = s.db.View(func(tx *metadb.Tx) error {
		return tx.Each(definitionTable, func(name string, value []byte) error {
			var d Definition
			if err := json.Unmarshal(value, &d); err != nil {
				return fmt.Errorf("source %q: %w", name, err)
			}
			all = append(all, d)
			return nil
		})
	})
	return all, err
}

// ListedUpTo is when the last listing began that found all there was; zero is never.
func (s *Store) ListedUpTo(name string) (at time.Time, err error) {
	err = s.db.View(func(tx *metadb.Tx) error {
		value, err := tx.Get(stateTable, name)
		if err != nil {
			return ignoreAbsent(err)
		}
		return at.UnmarshalText(value)
	})
	return at, err
}

// SetListedUpTo keeps it.
func (s *Store) SetListedUpTo(name string, at time.Time) error {
	value, err := at.UTC().MarshalText()
	if err != nil {
		return err
	}
	return s.db.Update(func(tx *metadb.Tx) error { return tx.Put(stateTable, name, value) })
}
