package engine

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf16"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/storage"
)

// Elasticsearch finds a document by its id only on the shard that its routing (or else its id) leads to. We have one shard, so we know all documents; but a
// client that asks with a routing that leads elsewhere is told what Elasticsearch would tell it: that there is no such document.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/mapping-routing-field.html

// shards are the numbers by which Elasticsearch chooses a shard.
type shards struct{ number, slots int }

// shards reads the settings of an index.
func (s settings) shards() shards {
	n := max(s.integer("index.number_of_shards"), 1)
	slots := s.integer("index.number_of_routing_shards")
	if slots < n || slots%n != 0 { // the default leaves room to split the index up to 1,024 shards
		slots = n << max(1, 10-bits.Len(uint(n-1)))
	}
	return shards{n, slots}
}

// of is the shard of a document.
func (s shards) of(id, routing string) int {
	if routing == "" {
		routing = id
	}
	slot := int(int32(murmur3(utf16Bytes(routing)))) % s.slots
	if slot < 0 {
		slot += s.slots
	}
	return slot / (s.slots / s.number)
}

// reaches reports whether a request with a routing would find a document of that id, whose own routing is kept.
func (s shards) reaches(id, kept, asked string) bool {
	return s.number == 1 || kept == asked || s.of(id, kept) == s.of(id, asked)
}

// visible is the state of a document as a request with a routing sees it.
func (s shards) visible(now storage.Current, id, asked string) storage.Current {
	if now.Found && !s.reaches(id, now.Routing, asked) {
		return storage.Current{}
	}
	return now
}

func routingMissing(index, id string) *Error {
	err := eserr.BadRequest("routing_missing_exception", "routing is required for [%s]/[%s]", index, id)
	err.Index, err.IndexUUID = index, "_na_"
	return err
}

// utf16Bytes is a text as Java has it in memory, little-endian.
func utf16Bytes(s string) []byte {
	out := make([]byte, 0, 2*len(s))
	for _, unit := range utf16.Encode([]rune(s)) {
		out = binary.LittleEndian.AppendUint16(out, unit)
	}
	return out
}

// murmur3 is MurmurHash3_x86_32 with seed 0, by which Elasticsearch chooses shards.
func murmur3(data []byte) uint32 {
	const c1, c2 = 0xcc9e2d51, 0x1b873593
	mix := func(k uint32) uint32 { return bits.RotateLeft32(k*c1, 15) * c2 }
	h, rest := uint32(0), data
	for ; len(rest) >= 4; rest = rest[4:] {
		h = bits.RotateLeft32(h^mix(binary.LittleEndian.Uint32(rest)), 13)*5 + 0xe6546b64
	}
	tail := uint32(0)
	for i, b := range rest {
		tail |= uint32(b) << (8 * i)
	}
	if len(rest) > 0 {
		h ^= mix(tail)
	}
	h ^= uint32(len(data))
	h = (h ^ h>>16) * 0x85ebca6b
	h = (h ^ h>>13) * 0xc2b2ae35
	return h ^ h>>16
}
