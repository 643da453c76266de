package engine

import (
	"encoding/json"
	"fmt"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/storage"
	"github.com/vedette-siem/vedette/storage/document"
)

// writing is one operation on one document, under the index's write lock.
type writing struct {
	e    *Embedded
	t    *target
	w    *storage.Writer
	op   *BulkOp
	item *BulkItem
	// older has the documents of the data stream's older indices, by those ids that the batch creates.
	older map[string]storage.Current
}

// do carries out the operation and fills the item.
func (wr *writing) do(doc *document.Document) error {
	wr.item.Index = wr.t.Name
	if wr.op.Action == "update" {
		return wr.update()
	}
	var now storage.Current
	var err error
	if wr.op.ID != "" {
		look := wr.w.Current
		if wr.op.Action == "delete" { // what may lie in a damaged file cannot be deleted
			look = wr.w.Source
		}
		if now, err = look(wr.op.ID); err != nil {
			return wr.t.incomplete(err)
		}
	}
	if old, ok := wr.older[wr.op.ID]; ok && !now.Found && wr.op.Action == "create" {
		now = old
	}
	if wr.op.Action == "delete" && now.Found && !wr.t.shards.reaches(wr.op.ID, now.Routing, wr.op.Routing) {
		wr.item.Status, wr.item.Result = 404, "not_found"
		wr.done(1, now.SeqNo)
		return nil
	}
	version, err := wr.check(now)
	if err != nil {
		return err
	}
	if wr.op.Action == "delete" {
		wr.delete(now, version)
		return nil
	}
	return wr.put(doc, now, version)
}

// check refuses a write that the document's present state forbids, and says which version it gives.
func (wr *writing) check(now storage.Current) (version int64, err error) {
	op := wr.op
	switch {
	case op.IfSeqNo != nil && !now.Found:
		return 0, wr.conflict("required seqNo [%d], primary term [%d]. but no document was found", *op.IfSeqNo, deref(op.IfPrimaryTerm))
	case op.IfSeqNo != nil && (now.SeqNo != *op.IfSeqNo || op.IfPrimaryTerm != nil && *op.IfPrimaryTerm != primaryTerm):
		return 0, wr.conflict("required seqNo [%d], primary term [%d]. current document has seqNo [%d] and primary term [%d]", *op.IfSeqNo, deref(op.IfPrimaryTerm), now.SeqNo, primaryTerm)
	case op.Action == "create" && now.Found:
		return 0, wr.conflict("document already exists (current version [%d])", now.Version)
	case op.Version == nil || op.VersionType == "" || op.VersionType == "internal":
		return now.Version + 1, nil
	}
	given := *op.Version
	exists := now.Found || now.Version > 0
	if exists && op.VersionType == "external_gte" && given < now.Version {
		return 0, wr.conflict("current version [%d] is higher than the one provided [%d]", now.Version, given)
	}
	if exists && op.VersionType == "external" && given <= now.Version {
		return 0, wr.conflict("current version [%d] is higher or equal to the one provided [%d]", now.Version, given)
	}
	return given, nil
}

// primaryTerm counts fail-overs of a shard, of which one process has none.
const primaryTerm = 1

func deref(n *int64) int64 {
	if n == nil {
		return 0
	}
	return *n
}

func (wr *writing) conflict(format string, args ...any) *Error {
	err := eserr.Errorf(409, eserr.VersionConflict, "[%s]: version conflict, %s", wr.op.ID, fmt.Sprintf(format, args...))
	err.Index, err.IndexUUID, err.Shard = wr.t.Name, wr.t.UUID, "0"
	return err
}

func (wr *writing) put(doc *document.Document, now storage.Current, version int64) error {
	doc.Version = version
	if err := wr.w.Put(doc, wr.op.Routing); err != nil {
		return err
	}
	wr.item.ID, wr.item.Status, wr.item.Result = doc.ID, 201, "created"
	if now.Found {
		wr.item.Status, wr.item.Result = 200, "updated"
	}
	wr.done(version, doc.SeqNo)
	return nil
}

func (wr *writing) delete(now storage.Current, version int64) {
	seqNo := wr.w.Delete(wr.op.ID, version)
	wr.item.Status, wr.item.Result = 200, "deleted"
	if !now.Found {
		wr.item.Status, wr.item.Result = 404, "not_found"
	}
	wr.done(version, seqNo)
}

func (wr *writing) done(version, seqNo int64) {
	wr.item.Version, wr.item.SeqNo, wr.item.PrimaryTerm = version, seqNo, primaryTerm
	wr.item.Shards = Shards{Total: 1 + wr.t.replicas, Successful: 1}
}

// MarshalJSON implements json.Marshaler: `{"<action>":{...}}`.
func (b BulkItem) MarshalJSON() ([]byte, error) {
	var inner any
	if b.Error != nil {
		inner = struct {
			Index  string  `json:"_index"`
			ID     *string `json:"_id"`
			Status int     `json:"status"`
			Error  *Error  `json:"error"`
		}{b.Index, optional(b.ID), b.Status, b.Error}
	} else {
		inner = struct {
			WriteAnswer
			Status int `json:"status"`
		}{b.WriteAnswer, b.Status}
	}
	return json.Marshal(map[string]any{b.Action: inner})
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
