package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/mapping"
	"github.com/vedette-siem/vedette/storage/metadb"
)

// A closed index stands in the catalogue with its settings, its mapping and its files, but without a store: nothing of it is in memory, and a start does not open it.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/indices-close.html

// errIndexClosed is why a closed index has no store.
var errIndexClosed = errors.New("index is closed")

// closedRefusal is Elasticsearch's answer to who names a closed index.
func (ix *index) closedRefusal() *Error {
	err := eserr.BadRequest("index_closed_exception", "closed")
	err.Index, err.IndexUUID = ix.Name, ix.UUID
	return err
}

// goneName is goneRefusal for an index of which only the name is at hand.
func (e *Embedded) goneName(name string) *Error {
	e.mu.RLock()
	defer e.mu.RUnlock()
	if ix := e.indices[name]; ix != nil && ix.Closed {
		return ix.closedRefusal()
	}
	return noSuchIndex(name)
}

// closedIndex stands in the catalogue for a closed index.
func (e *Embedded) closedIndex(r indexRecord) (*index, error) {
	ix := &index{indexRecord: r, broken: errIndexClosed, diskIsFull: e.diskIsFull}
	ix.ours.Store(isOwnStream(r.Stream))
	m, err := r.parseMapping()
	if err != nil {
		return nil, err
	}
	ix.mapping.Store(m)
	return ix, nil
}

// expansion says which indices wildcards find, by expand_wildcards.
func (t Target) expansion() (open, closed bool) {
	if t.ExpandWildcards == "" {
		return true, false
	}
	for _, part := range strings.Split(t.ExpandWildcards, ",") {
		switch part {
		case "all":
			return true, true
		case "open":
			open = true
		case "closed":
			closed = true
		case "none":
			return false, false
		}
	}
	return open, closed
}

// inState leaves those of what a wildcard has matched that are open or closed, as expand_wildcards asks. `hidden` alone asks for none of the two, and gets the open ones.
func inState(matched map[string]*resolved, t Target) map[string]*resolved {
	open, closed := t.expansion()
	if !open && !closed && t.ExpandWildcards == "hidden" {
		open = true
	}
	for name, r := range matched {
		if r.Closed && !closed || !r.Closed && !open {
			delete(matched, name)
		}
	}
	return matched
}

// onlyOpen refuses closed indices, or leaves them out where what is unavailable shall be ignored.
func onlyOpen(found []resolved, t Target) ([]resolved, error) {
	for _, r := range found {
		if r.Closed && !t.IgnoreUnavailable {
			return nil, r.closedRefusal()
		}
	}
	return slices.DeleteFunc(found, func(r resolved) bool { return r.Closed }), nil
}

// findOpen is find without closed indices.
func (e *Embedded) findOpen(p Principal, action string, t Target) ([]resolved, error) {
	found, err := e.find(p, action, t)
	if err != nil {
		return nil, err
	}
	return onlyOpen(found, t)
}

// CloseIndex implements Backend.
func (e *Embedded) CloseIndex(_ context.Context, p Principal, t Target) ([]string, error) {
	if err := allow(p, "indices:admin/close"); err != nil {
		return nil, err
	}
	e.stateMu.Lock()
	defer e.stateMu.Unlock()
	names, uuids, err := e.markClosed(p, t)
	for _, uuid := range uuids {
		err = errors.Join(err, e.dir.CloseIndex(uuid))
	}
	return names, err
}

// markClosed takes the stores out of the catalogue, on disk first. Their files are still open.
func (e *Embedded) markClosed(p Principal, t Target) (names, uuids []string, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	found, err := e.resolve(p, "indices:admin/close", t)
	if err != nil {
		return nil, nil, err
	}
	if err := e.refuseWriteIndices(found); err != nil {
		return nil, nil, err
	}
	names = indexNames(found)
	open := slices.DeleteFunc(found, func(r resolved) bool { return r.Closed })
	next := make([]*index, len(open))
	for i, r := range open {
		r.recordMu.Lock()
		defer r.recordMu.Unlock()
		record := r.indexRecord
		record.Closed = true
		if next[i], err = e.closedIndex(record); err != nil {
			return nil, nil, err
		}
	}
	if err := e.dir.Meta().Update(func(tx *metadb.Tx) error { return saveAll(tx, next) }); err != nil {
		return nil, nil, fmt.Errorf("close indices: %w", err)
	}
	for i, r := range open {
		r.removed = true // what still writes to it must not save its record again
		r.closing.Store(true)
		uuids = append(uuids, r.UUID)
		e.replace(next[i])
	}
	return names, uuids, nil
}

// refuseWriteIndices keeps indices that data streams write to open. The caller holds e.mu.
func (e *Embedded) refuseWriteIndices(found []resolved) error {
	var written []string
	for _, r := range found {
		if s := e.streams[r.Stream]; s != nil && s.writeIndex() == r.Name {
			written = append(written, r.Name)
		}
	}
	if written == nil {
		return nil
	}
	return eserr.Illegal("cannot close the following data stream write indices [%s]", strings.Join(written, ","))
}

func saveAll(tx *metadb.Tx, all []*index) error {
	for _, ix := range all {
		if err := ix.save(tx); err != nil {
			return err
		}
	}
	return nil
}

// replace puts another state of an index into the catalogue. The caller holds e.mu for writing.
func (e *Embedded) replace(ix *index) {
	e.indices[ix.Name] = ix
	if s := e.streams[ix.Stream]; s != nil {
		e.lead(s)
	}
}

// OpenIndex implements Backend. An index that cannot be opened is then a broken one, as after a start.
func (e *Embedded) OpenIndex(_ context.Context, p Principal, t Target) error {
	if err := allow(p, "indices:admin/open"); err != nil {
		return err
	}
	e.stateMu.Lock()
	defer e.stateMu.Unlock()
	e.mu.Lock()
	defer e.mu.Unlock()
	found, err := e.resolve(p, "indices:admin/open", t)
	if err != nil {
		return err
	}
	for _, r := range found {
		if !r.Closed {
			continue
		}
		if err := e.reopen(r.index); err != nil {
			return err
		}
	}
	return nil
}

// reopen opens a closed index. The caller holds e.mu for writing.
func (e *Embedded) reopen(old *index) error {
	old.recordMu.Lock()
	defer old.recordMu.Unlock()
	record := old.indexRecord
	record.Closed = false
	if _, err := record.parseMapping(); err != nil {
		return err
	}
	if err := e.dir.Meta().Update(func(tx *metadb.Tx) error { return record.save(tx) }); err != nil {
		return fmt.Errorf("open index %s: %w", old.Name, err)
	}
	old.removed = true
	ix, err := e.openIndex(record)
	if err != nil {
		ix = e.brokenIndex(record, err)
	}
	e.replace(ix)
	return nil
}

// changeClosed writes changed settings of a closed index, which may be such that an open one does not take. The caller holds e.mu for writing, and ix.recordMu.
func (e *Embedded) changeClosed(ix *index, r indexRecord) error {
	m, err := r.parseMapping()
	if err != nil {
		return err
	}
	return e.saveSettings(ix, r, m)
}

// saveSettings makes the settings of r and m those of the index, on disk first. The caller holds e.mu for writing, and ix.recordMu.
func (e *Embedded) saveSettings(ix *index, r indexRecord, m *mapping.Mapping) error {
	if err := e.dir.Meta().Update(func(tx *metadb.Tx) error { return r.save(tx) }); err != nil {
		return fmt.Errorf("save settings of index %s: %w", ix.Name, err)
	}
	ix.Settings, ix.Replicated = r.Settings, r.Replicated
	ix.mapping.Store(m)
	return nil
}
