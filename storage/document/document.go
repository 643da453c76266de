// Package document is the vocabulary that everything in Vedette shares: what a document is, of which typed
// fields it consists, and how a value of each type is written as a sortable number or string.
//
// It holds no behaviour of storage, ingest or search, and imports the standard library only, so that
// every floor can stand on it.
package document

import (
	"math"
	"net/netip"
)

// A Document is one event on its way to an index.
//
// A decoder fills Index, ID, Time and Source; the mapping adds Fields; the writer adds SeqNo and Version.
type Document struct {
	// Index is the index or data stream that the document is meant for.
	Index string
	// ID is the document's `_id`. Empty means that the writer makes one, and that no older version can exist.
	ID string
	// Time orders documents inside a segment, in milliseconds since 1970 UTC. Zero where the document has no time.
	Time int64
	// Source is the JSON object as its writer sent it. The document owns it; nobody changes it, as the texts of Fields may share its memory.
	Source []byte
	// Fields are the values that can be searched, in any order. A name occurs once per value, always with the same kind.
	Fields []Field
	// Skeleton and Holes are Source taken apart (see Shape), if who read it has done so; else empty.
	Skeleton string
	Holes    []Hole
	// SeqNo counts the writes to an index from 0; Version counts the writes to an ID from 1. Both are given by the writer.
	SeqNo, Version int64
}

// A Field is one value of one column.
type Field struct {
	// Name is the column: a mapped field's full path, such as `source.ip` or `message.keyword`.
	Name string
	Kind Kind
	// Str is the value of a Keyword, and the 16 bytes of an IP (see IPKey).
	Str string
	// Num is the value of a Long, of a Date (milliseconds since 1970 UTC), of a DateNanos (nanoseconds), of a Boolean (0 or 1),
	// of a Double in its sortable form (see SortableDouble), and of an Unsigned in its own (see SortableUnsigned).
	Num int64
	// Tokens are the words of a Text in order of position.
	Tokens []Token
}

// A Token is one word of an analysed text.
type Token struct {
	Term string
	// Position counts words from 0; two tokens may share one (synonyms), and gaps are allowed (removed stop words, further values).
	Position uint32
}

// Kind says how a column stores and compares its values.
type Kind uint8

// The kinds. Their numbers are written to disk and never change.
const (
	Keyword   Kind = 1 // a whole string, ordered by its bytes
	Text      Kind = 2 // words with frequencies, positions and lengths; not sortable
	Long      Kind = 3
	Double    Kind = 4
	Date      Kind = 5
	DateNanos Kind = 6
	Boolean   Kind = 7
	IP        Kind = 8 // 16 bytes, ordered as addresses are
	Unsigned  Kind = 9 // whole numbers from 0 to 2^64-1
)

// String names the kind as Elasticsearch names the closest field type.
func (k Kind) String() string {
	names := [...]string{"invalid", "keyword", "text", "long", "double", "date", "date_nanos", "boolean", "ip", "unsigned_long"}
	if int(k) < len(names) {
		return names[k]
	}
	return names[0]
}

// Numeric reports whether values of the kind are stored as int64 (Field.Num).
func (k Kind) Numeric() bool { return k >= Long && k <= Boolean || k == Unsigned }

// SortableDouble maps a float64 to an int64 of the same order: a < b exactly when SortableDouble(a) < SortableDouble(b).
// -0 sorts below 0, and NaN above everything. It is Lucene's NumericUtils.doubleToSortableLong.
func SortableDouble(f float64) int64 {
	bits := int64(math.Float64bits(f))
	return bits ^ (bits>>63)&math.MaxInt64
}

// DoubleOf undoes SortableDouble.
func DoubleOf(n int64) float64 {
	return math.Float64frombits(uint64(n ^ (n>>63)&math.MaxInt64))
}

// SortableUnsigned maps a whole number up to 2^64-1 to an int64 of the same order: u - 2^63.
func SortableUnsigned(u uint64) int64 { return int64(u ^ 1<<63) }

// UnsignedOf undoes SortableUnsigned.
func UnsignedOf(n int64) uint64 { return uint64(n) ^ 1<<63 }

// IPKey is an address as an IP column stores it: 16 bytes, IPv4 mapped into IPv6, so that the order of
// keys is the order of addresses and a network is a range of them. A zone is dropped.
func IPKey(a netip.Addr) string {
	key := a.As16()
	return string(key[:])
}

// IPOf undoes IPKey; a mapped address comes back as IPv4. It returns false unless key has 16 bytes.
func IPOf(key string) (netip.Addr, bool) {
	if len(key) != 16 {
		return netip.Addr{}, false
	}
	return netip.AddrFrom16([16]byte([]byte(key))).Unmap(), true
}
