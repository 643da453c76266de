package parquet

import (
	"bytes"
	"errors"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"
)

// header is the header of a page.
type header struct {
	kind               int64
	plain, stored      int64 // sizes in bytes
	values, encoding   int64
	defBytes, repBytes int64 // of levels, in pages of version 2
	raw                bool  // a page of version 2 says that it is not compressed
	length             int   // of the header itself
}

const (
	pageData       = 0
	pageIndex      = 1
	pageDictionary = 2
	pageDataV2     = 3
)

// maxHeader is how long a header may be: it can hold the smallest and the largest value of the page.
const maxHeader = 64 << 10

func parseHeader(text []byte) (h header, ok bool) {
	c := &compact{buf: text}
	c.object(func(id int64, kind byte) {
		switch {
		case id == 1 && kind == typeI32:
			h.kind = c.varint()
		case id == 2 && kind == typeI32:
			h.plain = c.varint()
		case id == 3 && kind == typeI32:
			h.stored = c.varint()
		case (id == 5 || id == 7) && kind == typeStruct:
			h.ofPage(c, 2)
		case id == 8 && kind == typeStruct:
			h.ofPage(c, 4)
		default:
			c.skip(kind)
		}
	})
	h.length = c.at
	return h, !c.bad && h.plain >= 0 && h.stored >= 0 && h.values >= 0 && h.defBytes >= 0 && h.repBytes >= 0
}

// ofPage reads what depends on the kind of page; encoding is the number of that field, which tells the versions apart.
func (h *header) ofPage(c *compact, encoding int64) {
	c.object(func(id int64, kind byte) {
		switch {
		case id == 1 && kind == typeI32:
			h.values = c.varint()
		case id == encoding && kind == typeI32:
			h.encoding = c.varint()
		case encoding == 4 && id == 5 && kind == typeI32:
			h.defBytes = c.varint()
		case encoding == 4 && id == 6 && kind == typeI32:
			h.repBytes = c.varint()
		case encoding == 4 && id == 7:
			h.raw = kind == typeFalse
			c.skip(kind)
		default:
			c.skip(kind)
		}
	})
}

// inflaters are reused from page to page.
type inflaters struct {
	gzip *gzip.Reader
	zstd *zstd.Decoder
}

// The compressions that are read. Others (LZO, Brotli, LZ4) no log of AWS has.
const (
	codecNone   = 0
	codecSnappy = 1
	codecGzip   = 2
	codecZstd   = 6
)

// inflate decompresses src into dst, whose length is what the header promises, no more and no less.
func (z *inflaters) inflate(codec int64, dst, src []byte) error {
	switch codec {
	case codecNone:
		if len(src) != len(dst) {
			return damaged("a page of %d bytes should have %d", len(src), len(dst))
		}
		copy(dst, src)
		return nil
	case codecSnappy:
		if n, err := snappy.DecodedLen(src); err != nil || n != len(dst) {
			return damaged("a page inflates to %d bytes instead of %d", n, len(dst))
		}
		_, err := snappy.Decode(dst, src)
		return tell(err)
	case codecGzip:
		return z.ungzip(dst, src)
	case codecZstd:
		return z.unzstd(dst, src)
	}
	return errors.New("BUG: a compression that canInflate refuses")
}

func canInflate(codec int64) bool {
	return codec == codecNone || codec == codecSnappy || codec == codecGzip || codec == codecZstd
}

func tell(err error) error {
	if err != nil {
		return damaged("a page cannot be inflated: %v", err)
	}
	return nil
}

func (z *inflaters) ungzip(dst, src []byte) (err error) {
	if z.gzip == nil {
		z.gzip, err = gzip.NewReader(bytes.NewReader(src))
	} else {
		err = z.gzip.Reset(bytes.NewReader(src))
	}
	if err != nil {
		return tell(err)
	}
	return exactly(z.gzip, dst)
}

func (z *inflaters) unzstd(dst, src []byte) (err error) {
	if z.zstd == nil {
		z.zstd, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxPage))
	}
	if err == nil {
		err = z.zstd.Reset(bytes.NewReader(src))
	}
	if err != nil {
		return tell(err)
	}
	return exactly(z.zstd, dst)
}

// exactly fills dst from r, which must end there.
func exactly(r io.Reader, dst []byte) error {
	if _, err := io.ReadFull(r, dst); err != nil {
		return tell(err)
	}
	var more [1]byte
	if n, err := io.ReadFull(r, more[:]); n > 0 {
		return damaged("a page is longer than the %d bytes that it promises", len(dst))
	} else if !errors.Is(err, io.EOF) {
		return tell(err)
	}
	return nil
}

func (z *inflaters) close() {
	if z.zstd != nil {
		z.zstd.Close()
	}
}
