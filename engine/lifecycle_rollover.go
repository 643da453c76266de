package engine

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/storage"
	"github.com/vedette-siem/vedette/storage/metadb"
)

// rollOver gives a data stream a new index to write to, as its templates are now, with the aliases of the old one. Requests under way go on in the new one.
// Nothing happens if the stream has rolled over meanwhile, or is gone. It waits for those who are writing, and has nobody else wait for them.
func (e *Embedded) rollOver(from backing, reason string) error {
	door := e.doorOf(from.stream)
	if door == nil {
		return nil
	}
	door.mu.Lock()
	defer door.mu.Unlock()
	e.mu.Lock()
	defer e.mu.Unlock()
	old := e.streams[from.stream]
	if old == nil || old.door != door || old.writeIndex() != from.Name {
		return nil
	}
	next, err := e.nextIndex(old)
	if err != nil {
		return fmt.Errorf("roll over data stream %s: %w", from.stream, err)
	}
	e.o.Logger.Info("data stream rolled over", "stream", from.stream, "index", next, "from", from.Name, "reason", reason)
	return nil
}

// nextIndex makes the next index of a stream and lets writers into it. The caller holds the stream's door and e.mu for writing.
func (e *Embedded) nextIndex(old *stream) (name string, err error) {
	c, err := e.compose(old.Name)
	if err != nil {
		return "", err
	}
	if !c.stream {
		return "", eserr.Illegal("no matching index template found for data stream [%s]", old.Name)
	}
	next := &stream{old.streamRecord, old.door}
	next.Generation++
	next.RolloverOnWrite = false
	next.Template = c.template
	name = backingName(next.Name, e.o.Now().UTC().Format("2006.01.02"), next.Generation)
	if err := e.free(name); err != nil {
		return "", err
	}
	next.Indices = append(slices.Clone(old.Indices), name)
	c.aliases = maps.Clone(e.indices[old.writeIndex()].Aliases)
	ix, err := e.newIndex(name, c, next.Name)
	if err != nil {
		return "", err
	}
	err = e.dir.Meta().Update(func(tx *metadb.Tx) error { return errors.Join(ix.save(tx), next.save(tx)) })
	if err != nil {
		return "", errors.Join(err, e.dir.Remove(ix.UUID))
	}
	e.indices[name], e.streams[next.Name] = ix, next
	e.lead(next)
	return name, nil
}

// deleteBacking deletes an index of a data stream. One that is written to, or that blocks protect, stays.
func (e *Embedded) deleteBacking(b backing, st storage.Stats, reason string) error {
	removeFiles, err := e.takeOut(b)
	if err != nil {
		return fmt.Errorf("delete index %s of data stream %s: %w", b.Name, b.stream, err)
	}
	if removeFiles == nil {
		return nil
	}
	e.o.Logger.Info("index deleted", "index", b.Name, "stream", b.stream, "documents", st.Docs, "bytes", st.Bytes, "from", st.From, "to", st.To, "reason", reason)
	if err := removeFiles(); err != nil {
		return fmt.Errorf("delete the files of index %s, which will be tried again: %w", b.Name, err)
	}
	return nil
}

// takeOut takes the index out of the catalogue; nil is that nothing is to be done.
func (e *Embedded) takeOut(b backing) (removeFiles func() error, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	s := e.streams[b.stream]
	if e.indices[b.Name] != b.index || s == nil || s.writeIndex() == b.Name {
		return nil, nil
	}
	if b.blocked(opDelete) != nil { // somebody has protected it
		return nil, nil
	}
	return e.drop([]*index{b.index}, nil)
}
