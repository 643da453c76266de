package engine

import (
	"cmp"
	"context"
	"errors"
	"sync"
	"time"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/mapping"
	"github.com/vedette-siem/vedette/storage"
	"github.com/vedette-siem/vedette/storage/document"
)

// Bulk implements Backend. Operations on one index that follow each other are written together.
func (e *Embedded) Bulk(ctx context.Context, p Principal, ops []BulkOp, o BulkOptions) (*BulkAnswer, error) {
	if err := allow(p, "indices:data/write/bulk"); err != nil {
		return nil, err
	}
	begin := time.Now()
	b := &bulk{e: e, p: p, ops: ops, items: make([]BulkItem, len(ops)), targets: map[string]*target{}, touched: map[*index]*written{}, refresh: o.Refresh, body: o.BodyBytes}
	b.memory = memories.Get().(*mapping.Memory)
	defer func() {
		b.memory.Clear()
		memories.Put(b.memory)
	}()
	if err := b.run(ctx); err != nil {
		return nil, err
	}
	b.commit()
	b.makeVisible(ctx)
	answer := &BulkAnswer{Items: b.items, Took: time.Since(begin).Milliseconds()}
	for i := range b.items {
		answer.Errors = answer.Errors || b.items[i].Error != nil
	}
	return answer, nil
}

// bulk is one bulk request under way.
type bulk struct {
	e       *Embedded
	p       Principal
	ops     []BulkOp
	items   []BulkItem
	refresh string
	body    int                // BulkOptions.BodyBytes
	targets map[string]*target // by the name in the request
	// pipelines are those of names that were asked for; nil while none was.
	pipelines map[string]pipelineNames
	touched   map[*index]*written // that were written to
	docs      []document.Document // memory of those to come
	verdicts  map[allowed]error   // of a principal that may not do everything
	memory    *mapping.Memory     // of what documents need until they are written
	full      *storage.FullError  // for which a part was refused; the rest is then refused too, and does not wait again
}

// memories are shared by all requests.
var memories = sync.Pool{New: func() any { return new(mapping.Memory) }}

// target is where operations on one name go.
type target struct {
	*index
	door     *door  // of the data stream that was named; nil for an index
	stream   string // to which the index belonged then; empty is none
	replicas int
	shards   shards
	// pipelines are those that writes run.
	pipelines pipelineNames
	alias     string // by which it was reached, if that has a routing
	routing   string // of that alias
	block     error  // what forbids writes, or nil
	lazy      bool   // the data stream was asked to roll over with its next write
}

// maxBatchBytes is about how much memory the documents may take that are read before they are written: so little that it stays in the processor's cache.
const maxBatchBytes = 512 << 10

// prepared is an operation that is ready to be written.
type prepared struct {
	at  int
	op  *BulkOp
	doc *document.Document // of index and create
}

func (b *bulk) run(ctx context.Context) error {
	var batch []prepared // operations on t that follow each other
	var t *target
	write := func() {
		if len(batch) > 0 {
			b.write(t, batch)
		}
		clear(batch)
		batch = batch[:0]
	}
	bytes := 0
	for i := range b.ops {
		if i%256 == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		op := &b.ops[i]
		b.items[i] = BulkItem{Action: op.Action, WriteAnswer: WriteAnswer{Index: op.Index, ID: op.ID}}
		next, prep, err := b.prepare(ctx, i, op)
		if err != nil {
			b.refuse(i, next, err)
			continue
		}
		if next == nil {
			continue // a pipeline dropped it
		}
		if next != t {
			write()
		}
		t, batch = next, append(batch, prep)
		if prep.doc != nil {
			bytes += storage.DocBytes(prep.doc)
		}
		if bytes > maxBatchBytes {
			write()
			b.memory.Reset()
			bytes = 0
		}
	}
	write()
	return nil
}

// refuse answers an operation with an error. A fault of ours is told as one that a client may try again; the other operations go on.
func (b *bulk) refuse(i int, t *target, err error) {
	var refusal *Error
	item := &b.items[i]
	if !errors.As(err, &refusal) {
		refusal = b.fault(item.Index, err)
	}
	item.Error, item.Status = refusal, refusal.Status
	if t != nil {
		item.Index = t.Name
	}
}

// fault logs a fault of ours, and gives its form for the client: 503, which shippers try again, or 404 for an index that was deleted a moment ago.
func (b *bulk) fault(name string, err error) *Error {
	if errors.Is(err, storage.ErrClosed) {
		return b.e.goneName(name)
	}
	b.e.o.Logger.Error("write failed", "index", name, "err", err)
	return eserr.Errorf(503, "unavailable_shards_exception", "[%s][0] cannot be written now; the server's log says why", name)
}

// prepare runs the pipelines of an operation, finds its index and reads its document. The target is nil if a pipeline dropped the document.
func (b *bulk) prepare(ctx context.Context, i int, op *BulkOp) (*target, prepared, error) {
	if op.Err != nil {
		return nil, prepared{}, op.Err
	}
	if len(op.ID) > maxIDBytes {
		return nil, prepared{}, eserr.Illegal("id [%s] is too long, must be no longer than %d bytes but was: %d", clip(op.ID), maxIDBytes, len(op.ID))
	}
	if !op.ingested {
		if err := op.checkVersions(); err != nil {
			return nil, prepared{}, err
		}
	}
	if err := b.allow(op); err != nil {
		return nil, prepared{}, err
	}
	index := op.Index
	if known := b.targets[op.Index]; (known == nil || op.Pipeline != "" || known.pipelines != pipelineNames{}) && !op.ingested {
		item := &b.items[i]
		drops, err := b.ingest(ctx, op)
		if item.Index, item.ID = op.Index, op.ID; err != nil {
			item.ID = cmp.Or(op.ID, generatedID)
			return nil, prepared{}, err
		}
		if drops {
			dropped(item)
			return nil, prepared{}, nil
		}
		if op.Index != index { // a pipeline has sent it elsewhere
			if err := b.allow(op); err != nil {
				return nil, prepared{}, err
			}
		}
	}
	t, err := b.target(op)
	if err != nil {
		return nil, prepared{}, err
	}
	if err := t.admit(op); err != nil {
		return t, prepared{}, err
	}
	if t.door != nil && op.Action != "create" {
		return t, prepared{}, eserr.Illegal("only write ops with an op_type of create are allowed in data streams")
	}
	if err := t.refuseBacking(op); err != nil {
		return t, prepared{}, err
	}
	return b.read(i, op, t)
}

// read makes an operation ready to be written.
func (b *bulk) read(i int, op *BulkOp, t *target) (*target, prepared, error) {
	prep := prepared{at: i, op: op}
	if op.Action == "index" || op.Action == "create" {
		prep.doc = b.document()
		prep.doc.ID, prep.doc.Source = op.ID, op.Source
		if err := b.e.read(t.index, prep.doc, op.Routing, b.memory); err != nil {
			return t, prepared{}, err
		}
		if t.door != nil && !hasTime(prep.doc) {
			return t, prepared{}, noTimestamp
		}
	}
	return t, prep, nil
}

// document is a new one. They are allocated some at a time, since those of a bulk come and go together.
func (b *bulk) document() *document.Document {
	if len(b.docs) == 0 {
		b.docs = make([]document.Document, min(64, len(b.ops)))
	}
	d := &b.docs[0]
	b.docs = b.docs[1:]
	return d
}

// admit refuses what settings, alias and mapping of the target forbid, and gives the operation its alias' routing.
func (t *target) admit(op *BulkOp) error {
	if t.block != nil {
		return t.block
	}
	if t.routing != "" {
		if op.Routing != "" && op.Routing != t.routing {
			return eserr.Illegal("Alias [%s] has index routing associated with it [%s], and was provided with routing value [%s], rejecting operation", t.alias, t.routing, op.Routing)
		}
		op.Routing = t.routing
	}
	if op.Routing == "" && t.mapping.Load().RoutingRequired() {
		return routingMissing(t.Name, op.ID)
	}
	return nil
}

// maxIDBytes is the longest `_id`.
const maxIDBytes = 512

var noTimestamp = func() *Error {
	err := eserr.BadRequest(eserr.DocumentParsing, "[1:1] failed to parse: data stream timestamp field [@timestamp] is missing")
	err.CausedBy = eserr.Illegal("data stream timestamp field [@timestamp] is missing")
	return err
}()

func hasTime(d *document.Document) bool {
	for i := range d.Fields {
		if d.Fields[i].Name == "@timestamp" {
			return true
		}
	}
	return false
}

// target resolves the name of an operation once per request, and makes the index or data stream if nothing has that name.
func (b *bulk) target(op *BulkOp) (*target, error) {
	if t := b.targets[op.Index]; t != nil && !op.RequireAlias {
		return t, nil
	}
	t, err := b.e.writeTarget(op)
	if err == nil {
		b.targets[op.Index] = t
	}
	return t, err
}

func (e *Embedded) writeTarget(op *BulkOp) (*target, error) {
	t, err := e.findTarget(op)
	if t != nil && t.lazy {
		if err := e.rollOverWaiting(t.stream); err != nil {
			return nil, err
		}
		t, err = e.findTarget(op)
	}
	if t != nil || err != nil {
		return t, err
	}
	if op.Action == "delete" && op.VersionType == "" {
		return nil, noSuchIndex(op.Index)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if t, err := e.existingTarget(op.Index, op.RequireAlias); t != nil || err != nil {
		return t, err
	}
	return e.createTarget(op)
}

func (e *Embedded) findTarget(op *BulkOp) (*target, error) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	return e.existingTarget(op.Index, op.RequireAlias)
}

// createTarget makes the index or data stream of a write. The caller holds e.mu for writing.
func (e *Embedded) createTarget(op *BulkOp) (*target, error) {
	if err := checkName(op.Index); err != nil {
		return nil, err
	}
	if err := e.mayAutoCreate(op.Index); err != nil {
		return nil, err
	}
	c, err := e.compose(op.Index)
	if err != nil {
		return nil, err
	}
	if c.stream {
		if op.Action != "create" {
			return nil, eserr.Illegal("only write ops with an op_type of create are allowed in data streams")
		}
		if _, err := e.createStream(op.Index, c); err != nil {
			return nil, err
		}
	} else if _, err := e.createIndex(op.Index, c); err != nil {
		return nil, err
	}
	return e.existingTarget(op.Index, false)
}

// existingTarget finds the one index that a write to a name goes to, or nil. The caller holds e.mu.
func (e *Embedded) existingTarget(name string, requireAlias bool) (*target, error) {
	if s := e.streams[name]; s != nil && !requireAlias {
		return e.streamTarget(s, ""), nil
	}
	if ix := e.indices[name]; ix != nil && !requireAlias {
		return newTarget(ix, ""), nil
	}
	var behind []*index
	for _, ix := range e.indices {
		raw, ok := ix.Aliases[name]
		if s := e.streams[ix.Stream]; !ok || s != nil && s.writeIndex() != ix.Name { // of a data stream only the last index is written to
			continue
		}
		if isWriteIndex(raw) {
			return e.aliasTarget(ix, name), nil
		}
		behind = append(behind, ix)
	}
	switch {
	case len(behind) == 1:
		return e.aliasTarget(behind[0], name), nil
	case len(behind) > 1:
		return nil, eserr.Illegal("no write index is defined for alias [%s]. The write index may be explicitly disabled using is_write_index=false or the alias points to multiple indices without one being designated as a write index", name)
	case requireAlias:
		err := eserr.Errorf(404, eserr.IndexNotFound, "no such index [%s] and [require_alias] request flag is [true] and [%s] is not an alias", name, name)
		err.Index, err.IndexUUID = name, "_na_"
		return nil, err
	}
	return nil, nil
}

// aliasTarget is what an alias leads to: an index, or the data stream whose index it is. The caller holds e.mu.
func (e *Embedded) aliasTarget(ix *index, alias string) *target {
	if s := e.streams[ix.Stream]; s != nil {
		return e.streamTarget(s, alias)
	}
	return newTarget(ix, alias)
}

func (e *Embedded) streamTarget(s *stream, alias string) *target {
	t := newTarget(e.indices[s.writeIndex()], alias)
	t.door, t.lazy = s.door, s.RolloverOnWrite
	return t
}

// newTarget reads what a write needs to know of an index that was reached by its own name or by an alias. The caller holds e.mu.
func newTarget(ix *index, alias string) *target {
	t := &target{index: ix, stream: ix.Stream, replicas: ix.replicas(), shards: ix.Settings.shards(), pipelines: ix.Settings.pipelines(), block: ix.blocked(opWrite)}
	if routing := aliasRouting(ix.Aliases[alias]); routing != "" {
		t.alias, t.routing = alias, routing
	}
	return t
}

// rejection is Elasticsearch's answer to writes for which there is no memory: a client tries again later.
// https://github.com/elastic/elasticsearch/blob/v8.19.0/server/src/main/java/org/elasticsearch/index/IndexingPressure.java
func rejection(full *storage.FullError, batch []prepared) *Error {
	bytes := 0
	for _, p := range batch {
		bytes += len(p.op.Source)
	}
	return eserr.Errorf(429, "es_rejected_execution_exception", "rejected execution of primary operation [coordinating_and_primary_bytes=%d, replica_bytes=0, all_bytes=%d, "+
		"primary_operation_bytes=%d, max_primary_bytes=%d]", full.Used, full.Used, bytes, full.Limit)
}

// makeVisible makes what was written searchable, or waits until the next refresh does, if the request asks for it. What is written is durable, so a refresh that fails
// is logged and changes no answer.
func (b *bulk) makeVisible(ctx context.Context) {
	if b.refresh != "true" && b.refresh != "wait_for" {
		return
	}
	for ix, w := range b.touched {
		var err error
		if b.refresh == "true" {
			err = w.store.Refresh()
		} else {
			err = w.store.WaitSearchable(ctx)
		}
		if err != nil && !errors.Is(err, storage.ErrClosed) && ctx.Err() == nil {
			b.e.o.Logger.Error("refresh failed", "index", ix.Name, "err", err)
		}
	}
	for i := range b.items {
		if b.items[i].Error == nil && b.refresh == "true" && b.items[i].Result != "noop" {
			b.items[i].ForcedRefresh = true
		}
	}
}
