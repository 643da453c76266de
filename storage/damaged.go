package storage

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/vedette-siem/vedette/storage/segment"
)

// ErrIncomplete is returned where a document was not found, but may lie in a damaged file.
var ErrIncomplete = errors.New("document may lie in a damaged file")

// Damaged is a file of an index that is not as it was written.
type Damaged struct {
	// File is its path.
	File string
	// Info is what was written, zero where it is not known.
	segment.Info
	// Err says what is wrong, names the file and the way on.
	Err error
}

// Error implements error.
func (d Damaged) Error() string {
	if d.Docs == 0 {
		return d.Err.Error()
	}
	at := func(ms int64) string { return time.UnixMilli(ms).UTC().Format(time.RFC3339) }
	return fmt.Sprintf("%d documents from %s to %s are missing: %v; %s", d.Docs, at(d.From), at(d.To), d.Err, repairHint)
}

// damageList is what is known to be damaged in an index. Its zero value is empty.
type damageList struct {
	mu sync.Mutex
	of map[string]Damaged // by file and column
}

// add reports whether it is news.
func (l *damageList) add(d Damaged) bool {
	key := d.File
	if c := (*segment.Damage)(nil); errors.As(d.Err, &c) {
		key += "\x00" + c.Column
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, old := l.of[key]; old {
		return false
	}
	if l.of == nil {
		l.of = map[string]Damaged{}
	}
	l.of[key] = d
	return true
}

// all lists the damage, in order of files.
func (l *damageList) all() []Damaged {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []Damaged
	for _, key := range slices.Sorted(maps.Keys(l.of)) {
		all = append(all, l.of[key])
	}
	return all
}

// lostIDs says what is wrong with the files whose ids were found damaged, by name.
func (l *damageList) lostIDs() map[string]string {
	lost := map[string]string{}
	for _, d := range l.all() {
		if c := (*segment.Damage)(nil); errors.As(d.Err, &c) && c.Column == segment.IDField {
			lost[filepath.Base(d.File)] = c.Error()
		}
	}
	return lost
}

// Damage lists what is known to be damaged: whole files, and parts that were found to be when they were first read.
func (ix *Index) Damage() []Damaged { return ix.damage.all() }

// damaged is told by a segment what was found when it was read. It takes no lock of the index, as it may be called under any.
func (ix *Index) damaged(d *segment.Damage) {
	if ix.damage.add(Damaged{File: d.Path, Err: d}) {
		ix.o.Logger.Error("part of an index is damaged; what needs it fails until it is restored or 'vedette check --repair' was run",
			"index", filepath.Base(ix.path), "file", d.Path, "err", d)
	}
}
