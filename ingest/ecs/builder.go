// Package ecs builds events in the Elastic Common Schema 8.11 with the field names of Elastic's AWS integration.
//
// A decoder takes a Builder, begins an event, sets fields by their full dotted names in any order and renders the
// `_source` once; the Builder keeps the conventions that all datasets share: absent values are omitted, `related.*` is collected and
// deduplicated, addresses are checked, invalid UTF-8 becomes U+FFFD, provenance and data stream names are set, enrichment (Step)
// sees the addresses before the event is rendered. Field names must be constants of the program, never input.
//
// It knows no format and does no I/O but opening a MaxMind file (GeoIP). The decoders below ingest call it.
package ecs

import (
	"net/netip"
	"sync"
	"time"
)

// Version is the version of the schema that events claim.
const Version = "8.11.0"

// Options say how events are built. The zero value is usable.
type Options struct {
	// Now is the clock of `event.ingested`; nil means time.Now.
	Now func() time.Time
	// DropOriginal leaves `event.original` out of decoded events (pipeline errors always keep it).
	DropOriginal bool
	// Steps enrich every event before it is rendered, in order.
	Steps []Step
}

// A Step adds fields to an event whose decoder has set all of its own. It is called by several goroutines at once,
// each with a Builder of its own, and may not keep it.
type Step interface{ Enrich(b *Builder) }

// Builders hands out Builders of one configuration and takes them back. It is safe for concurrent use.
type Builders struct {
	options Options
	pool    sync.Pool
}

// NewBuilders makes the supply of Builders that a decoder owns.
func NewBuilders(o Options) *Builders {
	if o.Now == nil {
		o.Now = time.Now
	}
	s := &Builders{options: o}
	s.pool.New = func() any { return newBuilder(&s.options) }
	return s
}

// Get returns a Builder for one goroutine. Put it back when the object is done.
func (s *Builders) Get() *Builder { return s.pool.Get().(*Builder) }

// Put takes a Builder back.
func (s *Builders) Put(b *Builder) {
	if cap(b.values) > maxKept {
		return // an unusual event grew it; the garbage collector may have it
	}
	s.pool.Put(b)
}

// maxKept is the largest buffer that a pooled Builder keeps, in bytes.
const maxKept = 4 << 20

// A Builder builds one event at a time. It is for one goroutine; its buffers are reused from event to event.
//
// Values are rendered as JSON when they are set; nodes remember where. A node stands for a field or an object and is kept
// for all events of the Builder's life; gen tells whether the current event has a value for it. The order in which fields are set is followed by
// states (see state), so that events with the fields of an earlier one are rendered by its plan.
type Builder struct {
	options *Options
	names   names
	nodes   []node
	gen     uint32
	states  []state
	state   int32 // where the event is
	begun   begun
	values  []byte
	addrs   []addrField
	related [relatedKinds][]span
	ips     []relatedIP
	time    int64
	clock   clock // of the events
	today   clock // of event.ingested
	object  provenance
	path    []int32 // of newPlan
	agents  memo[agent]
	domains memo[domain]
}

// node 0 is the root.
type node struct {
	gen      uint32
	from, to int32 // the value in Builder.values

	key         []byte // `"name":`
	parent      int32
	first, last int32 // children in the order of the event that newPlan looks at; 0 for none
	next        int32
	linked      bool // newPlan has met it
	filled      bool // it has a value
	fixed       bool // which is that of all events of the dataset
}

type span struct{ from, to int32 }

type addrField struct {
	node int32
	addr netip.Addr
}

// relatedIP is a member of `related.ip` and where it is written among the values, without quotes.
type relatedIP struct {
	addr netip.Addr
	text span
}

func newBuilder(o *Options) *Builder {
	return &Builder{options: o, nodes: make([]node, 1, 128), states: make([]state, 1, 256)}
}

// reset forgets the event but not the names.
func (b *Builder) reset() {
	b.gen++
	if b.gen == 0 { // after 2^32 events stale marks could be mistaken for new ones
		for i := range b.nodes {
			b.nodes[i].gen = 0
		}
		b.gen = 1
	}
	b.addrs, b.ips = b.addrs[:0], b.ips[:0]
	for i := range b.related {
		b.related[i] = b.related[i][:0]
	}
	b.time = 0
}

// begin starts the value of a field: the caller appends its JSON to b.values and calls end.
func (b *Builder) begin(name string) int32 {
	state := b.follow(name)
	at := b.states[state].node
	n := &b.nodes[at]
	n.gen, n.from = b.gen, int32(len(b.values))
	return at
}

func (b *Builder) end(at int32) { b.nodes[at].to = int32(len(b.values)) }

// Has reports whether the event has a value for the field.
func (b *Builder) Has(name string) bool {
	n := &b.nodes[b.node(name)]
	return n.gen == b.gen
}

// Addr returns the address that was set for an IP field.
func (b *Builder) Addr(name string) (netip.Addr, bool) {
	at := b.node(name)
	for i := range b.addrs {
		if b.addrs[i].node == at {
			return b.addrs[i].addr, true
		}
	}
	return netip.Addr{}, false
}
