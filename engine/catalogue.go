package engine

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/vedette-siem/vedette/engine/mapping"
	"github.com/vedette-siem/vedette/storage"
	"github.com/vedette-siem/vedette/storage/document"
	"github.com/vedette-siem/vedette/storage/metadb"
)

// catalogueCheck is one CheckCatalogue.
type catalogueCheck struct {
	tx      *metadb.Tx
	repair  bool
	found   func(storage.Finding)
	records map[string]indexRecord // by uuid
	streams map[string]streamRecord
	removed []string // uuids of indices that were deleted, but for their files
}

// CheckCatalogue looks whether the records of the metadata can be read and fit together and the folders (uuids), for storage.Check. A repair adopts the record of an
// index again that is legible although its checksum does not match, and takes out the records that are not; what they held is told.
func CheckCatalogue(db *metadb.DB, folders []string, repair bool, found func(storage.Finding)) (map[string]storage.Catalogued, error) {
	c := &catalogueCheck{repair: repair, found: found, records: map[string]indexRecord{}, streams: map[string]streamRecord{}}
	run := db.View
	if repair {
		run = db.Update
	}
	err := run(func(tx *metadb.Tx) error {
		c.tx = tx
		return errors.Join(c.bad(), c.read(), c.checkFolders(folders), c.checkStreams())
	})
	if err != nil {
		return nil, fmt.Errorf("check catalogue: %w", err)
	}
	known := map[string]storage.Catalogued{}
	for uuid, r := range c.records {
		known[uuid] = storage.Catalogued{Name: r.Name, Read: r.reader()}
	}
	for _, uuid := range c.removed {
		known[uuid] = storage.Catalogued{Removed: true}
	}
	return known, nil
}

// tell reports a problem, and what a repair does about it.
func (c *catalogueCheck) tell(index, problem, done string) {
	if !c.repair {
		done = ""
	}
	c.found(storage.Finding{Index: index, Problem: problem, Done: done})
}

// bad deals with the records whose checksum does not match.
func (c *catalogueCheck) bad() error {
	for _, b := range c.tx.Bad() {
		problem := b.Err.Error()
		var r indexRecord
		if b.Table == indexTable && json.Unmarshal(b.Raw, &r) == nil && r.UUID == b.Key && checkName(strings.TrimPrefix(r.Name, ".ds-")) == nil && r.reader() != nil {
			c.tell(r.Name, problem, fmt.Sprintf("its name %q and its mapping are legible, and are taken again", r.Name))
			if c.repair {
				if err := r.save(c.tx); err != nil {
					return err
				}
			} else {
				c.records[r.UUID] = r
			}
			continue
		}
		c.tell("", problem, fmt.Sprintf("taken out; what was left of it: %.1000q", b.Raw))
		if c.repair {
			if err := c.tx.Delete(b.Table, b.Key); err != nil {
				return err
			}
		}
	}
	return nil
}

// read reads the records that are whole.
func (c *catalogueCheck) read() error {
	skip := func(string, error) error { return nil } // told by bad
	err := c.tx.EachOr(indexTable, func(uuid string, raw []byte) error {
		var r indexRecord
		if err := json.Unmarshal(raw, &r); err != nil {
			c.tell(uuid, fmt.Sprintf("record of the index cannot be read: %v", err), "")
			return nil
		}
		c.records[uuid] = r
		if r.reader() == nil {
			c.tell(r.Name, "mapping of the index cannot be read", "")
		}
		return nil
	}, skip)
	if err != nil {
		return err
	}
	err = c.tx.EachOr(removedTable, func(uuid string, _ []byte) error { c.removed = append(c.removed, uuid); return nil }, skip)
	if err != nil {
		return err
	}
	return c.tx.EachOr(streamTable, func(name string, raw []byte) error {
		var s streamRecord
		if err := json.Unmarshal(raw, &s); err != nil {
			c.tell("", fmt.Sprintf("record of data stream %s cannot be read: %v", name, err), "")
			return nil
		}
		c.streams[name] = s
		return nil
	}, skip)
}

// checkFolders tells of indices without a folder; folders without an index are told by storage.Check.
func (c *catalogueCheck) checkFolders(folders []string) error {
	for _, uuid := range slices.Sorted(maps.Keys(c.records)) {
		if !slices.Contains(folders, uuid) {
			c.tell(c.records[uuid].Name, fmt.Sprintf("folder %s of the index is missing: restore it from a backup, or delete the index", uuid), "")
		}
	}
	return nil
}

// checkStreams compares data streams with their backing indices.
func (c *catalogueCheck) checkStreams() error {
	backing := map[string][]indexRecord{}
	names := map[string]bool{}
	for _, r := range c.records {
		names[r.Name] = true
		if r.Stream != "" {
			backing[r.Stream] = append(backing[r.Stream], r)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(backing)) {
		if _, ok := c.streams[name]; !ok {
			c.tell("", fmt.Sprintf("data stream %s has backing indices and no record", name), "the record is made again of them")
			c.streams[name] = streamOf(name, backing[name])
			if err := c.save(c.streams[name]); err != nil {
				return err
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.streams)) {
		s := c.streams[name]
		kept := slices.DeleteFunc(slices.Clone(s.Indices), func(index string) bool { return !names[index] })
		if len(kept) == len(s.Indices) {
			continue
		}
		c.tell("", fmt.Sprintf("data stream %s names %d backing indices that are not there", name, len(s.Indices)-len(kept)), "they are taken out of it")
		if s.Indices = kept; len(kept) > 0 {
			if err := c.save(s); err != nil {
				return err
			}
		} else if c.repair {
			if err := c.tx.Delete(streamTable, name); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *catalogueCheck) save(s streamRecord) error {
	if !c.repair {
		return nil
	}
	return (&stream{streamRecord: s}).save(c.tx)
}

// streamOf makes the record of a data stream of its backing indices.
func streamOf(name string, of []indexRecord) streamRecord {
	slices.SortFunc(of, func(a, b indexRecord) int {
		return cmp.Or(cmp.Compare(a.CreatedAt, b.CreatedAt), cmp.Compare(a.Name, b.Name))
	})
	s := streamRecord{Name: name}
	for _, r := range of {
		s.Indices = append(s.Indices, r.Name)
		if n, err := strconv.Atoi(r.Name[strings.LastIndexByte(r.Name, '-')+1:]); err == nil {
			s.Generation = max(s.Generation, n)
		}
	}
	return s
}

// reader reads documents of the index again, as they were read when they were written; see Embedded.readAgain. Nil if its mapping cannot be read.
func (r *indexRecord) reader() storage.Read {
	m, err := r.parseMapping()
	if err != nil {
		return nil
	}
	return func(d *document.Document, routing string) error {
		next, err := m.Document(d, mapping.Options{Now: time.UnixMilli(r.CreatedAt), Stream: true, Routing: routing})
		if errors.As(err, new(*Error)) {
			d.Fields = nil // it is found by its id only, as if it had been replayed
			return nil
		}
		if err == nil {
			m = next
		}
		return err
	}
}
