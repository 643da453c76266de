package parquet

// compact reads Thrift's compact protocol, in which Parquet writes its footer and the headers of its pages
// (https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md). It allocates nothing by what the text claims. After a mistake,
// bad is true and everything reads as zero.
type compact struct {
	buf   []byte
	at    int
	depth int
	bad   bool
}

// The types of the protocol.
const (
	typeTrue   = 1
	typeFalse  = 2
	typeByte   = 3
	typeI16    = 4
	typeI32    = 5
	typeI64    = 6
	typeDouble = 7
	typeBinary = 8
	typeList   = 9
	typeSet    = 10
	typeMap    = 11
	typeStruct = 12
)

const maxNesting = 16

func (c *compact) fail() {
	c.bad, c.at = true, len(c.buf)
}

func (c *compact) byte() byte {
	if c.at >= len(c.buf) {
		c.fail()
		return 0
	}
	c.at++
	return c.buf[c.at-1]
}

func (c *compact) uvarint() uint64 {
	var n uint64
	for shift := 0; shift < 64; shift += 7 {
		b := c.byte()
		n |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return n
		}
	}
	c.fail()
	return 0
}

// varint reads an integer of any width.
func (c *compact) varint() int64 {
	n := c.uvarint()
	return int64(n>>1) ^ -int64(n&1)
}

// bytes reads a text; it is a part of the buffer.
func (c *compact) bytes() []byte {
	n := c.uvarint()
	if n > uint64(len(c.buf)-c.at) {
		c.fail()
		return nil
	}
	c.at += int(n)
	return c.buf[c.at-int(n) : c.at]
}

// object calls field for every field; it must read the value, or skip it.
func (c *compact) object(field func(id int64, kind byte)) {
	if c.depth++; c.depth > maxNesting {
		c.fail()
	}
	for id := int64(0); !c.bad; {
		head := c.byte()
		if head == 0 {
			break
		}
		if delta := int64(head >> 4); delta != 0 {
			id += delta
		} else {
			id = c.varint()
		}
		field(id, head&15)
	}
	c.depth--
}

// list calls item for every item; it must read the value, or skip it.
func (c *compact) list(item func(kind byte)) {
	head := c.byte()
	n := uint64(head >> 4)
	if n == 15 {
		n = c.uvarint()
	}
	for ; n > 0 && !c.bad; n-- {
		item(head & 15)
	}
}

func (c *compact) skip(kind byte) {
	switch kind {
	case typeTrue, typeFalse:
	case typeByte:
		c.byte()
	case typeI16, typeI32, typeI64:
		c.uvarint()
	case typeDouble:
		if len(c.buf)-c.at < 8 {
			c.fail()
			return
		}
		c.at += 8
	case typeBinary:
		c.bytes()
	case typeList, typeSet:
		c.deeper(func() { c.list(c.skipItem) })
	case typeMap:
		c.deeper(c.skipMap)
	case typeStruct:
		c.object(func(_ int64, kind byte) { c.skip(kind) })
	default:
		c.fail()
	}
}

// skipItem is skip for items of lists, where truths take a byte.
func (c *compact) skipItem(kind byte) {
	if kind == typeTrue || kind == typeFalse {
		kind = typeByte
	}
	c.skip(kind)
}

func (c *compact) skipMap() {
	n := c.uvarint()
	if n == 0 {
		return
	}
	kinds := c.byte()
	for ; n > 0 && !c.bad; n-- {
		c.skipItem(kinds >> 4)
		c.skipItem(kinds & 15)
	}
}

func (c *compact) deeper(read func()) {
	if c.depth++; c.depth > maxNesting {
		c.fail()
		return
	}
	read()
	c.depth--
}
