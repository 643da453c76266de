package engine

import (
	"errors"
	"slices"
	"time"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/storage"
)

// refuseBacking refuses to write a new document into an index of a data stream by the index's own name, in Elasticsearch's words: its id might be in another one.
func (t *target) refuseBacking(op *BulkOp) error {
	switch {
	case t.stream == "" || t.door != nil:
		return nil
	case op.Action == "create":
		return eserr.Illegal("index request with op_type=create targeting backing indices is disallowed, target corresponding data stream [%s] instead", t.stream)
	case op.Action == "index" && (op.IfSeqNo == nil || op.IfPrimaryTerm == nil):
		return eserr.Illegal("index request with op_type=index and no if_primary_term and if_seq_no set targeting backing indices is disallowed, target corresponding data stream [%s] instead", t.stream)
	}
	return nil
}

// write carries out prepared operations on one index or data stream, in order.
func (b *bulk) write(t *target, batch []prepared) {
	if t.door == nil {
		b.writeTo(t, batch, nil)
		return
	}
	for !t.door.enter(t.index) { // it has rolled over since the batch was prepared
		if batch = b.prepareAgain(t, batch); len(batch) == 0 {
			return
		}
	}
	defer t.door.leave()
	older, err := t.door.existing(givenIDs(batch, "create"))
	if err != nil {
		b.refuseAll(t, batch, err)
		return
	}
	b.writeTo(t, batch, older)
}

// prepareAgain reads documents once more, for the index that their data stream writes to now.
func (b *bulk) prepareAgain(t *target, batch []prepared) []prepared {
	fresh, err := b.e.writeTarget(batch[0].op)
	if err != nil {
		b.refuseAll(t, batch, err)
		return nil
	}
	*t = *fresh
	kept := make([]prepared, 0, len(batch))
	for _, p := range batch {
		_, again, err := b.read(p.at, p.op, t)
		if err != nil {
			b.refuse(p.at, t, err)
			continue
		}
		kept = append(kept, again)
	}
	return kept
}

// writeTo writes in as many portions as memory demands: updates of large documents make much out of little.
func (b *bulk) writeTo(t *target, batch []prepared, older map[string]storage.Current) {
	store, err := t.open()
	if err == nil && b.full != nil {
		err = b.full
	}
	for err == nil && len(batch) > 0 {
		done := 0
		begun := time.Now()
		var p storage.Pending
		var fErr error
		p, fErr, err = store.Append(func(w *storage.Writer) error {
			w.Grow(len(batch))
			if err := w.Expect(givenIDs(batch, "index", "create", "delete")); err != nil {
				return err
			}
			for done < len(batch) && w.Bytes() < maxWriteBytes {
				p := batch[done]
				done++
				wr := &writing{e: b.e, t: t, w: w, op: p.op, item: &b.items[p.at], older: older}
				if err := wr.do(p.doc); err != nil {
					b.refuse(p.at, t, err)
				}
			}
			return nil
		})
		t.activity.wrote(b.items, batch[:done], time.Since(begun))
		b.wrote(t.index, store, p)
		if err = errors.Join(err, fErr); err == nil {
			batch = batch[done:]
		}
	}
	if err != nil {
		b.refuseAll(t, batch, err)
	}
}

// maxWriteBytes is about how much memory the writes may take that are logged together.
const maxWriteBytes = 8 << 20

// written is what a request has written to an index.
type written struct {
	store   *storage.Index
	pending storage.Pending
}

// wrote notes a write to be committed.
func (b *bulk) wrote(ix *index, store *storage.Index, p storage.Pending) {
	w := b.touched[ix]
	if w == nil {
		w = &written{store: store}
		b.touched[ix] = w
	}
	both, ok := w.pending.Join(p)
	if !ok { // the index has opened itself again meanwhile
		b.commitTo(ix, w)
		both = p
	}
	w.store, w.pending = store, both
}

// commit waits until everything is on disk: until then nothing may be acknowledged.
func (b *bulk) commit() {
	wasted := b.wasted()
	for ix, w := range b.touched {
		b.commitTo(ix, w)
		w.store.Pin(wasted)
	}
}

// wasted is the memory that a body takes as long as a document of it is buffered, beside its documents: 0 if those are most of it.
func (b *bulk) wasted() int {
	kept := 0
	for i := range b.items {
		if b.items[i].Error == nil {
			kept += len(b.ops[i].Source)
		}
	}
	if b.body < 2*kept {
		return 0
	}
	return b.body - kept
}

// commitTo answers all operations on an index with an error if what they wrote may not be on disk.
func (b *bulk) commitTo(ix *index, w *written) {
	err := w.store.Commit(w.pending)
	if err == nil {
		return
	}
	refusal := b.fault(ix.Name, err)
	for i := range b.items {
		if item := &b.items[i]; item.Error == nil && item.Status != 0 && item.Index == ix.Name {
			b.items[i] = BulkItem{Action: item.Action, WriteAnswer: WriteAnswer{Index: ix.Name, ID: b.ops[i].ID}, Error: refusal, Status: refusal.Status}
		}
	}
}

// refuseAll answers all operations of a batch with one error.
func (b *bulk) refuseAll(t *target, batch []prepared, err error) {
	var refusal *Error
	switch {
	case errors.As(err, &b.full):
		refusal = rejection(b.full, batch)
	case !errors.As(err, &refusal):
		refusal = b.fault(t.Name, err)
	}
	for _, p := range batch {
		b.refuse(p.at, t, refusal)
	}
}

// givenIDs lists the ids that operations of some kinds name, ascending.
func givenIDs(batch []prepared, actions ...string) []string {
	var ids []string
	for _, p := range batch {
		if p.op.ID != "" && slices.Contains(actions, p.op.Action) {
			ids = append(ids, p.op.ID)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}
