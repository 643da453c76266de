package parquet

import (
	"errors"
	"fmt"
	"io"

	"github.com/vedette-siem/vedette/ingest"
)

// column reads the values of a field in a row group, page by page.
type column struct {
	field      *field
	file       io.ReaderAt
	inflaters  *inflaters
	budget     *int64 // bytes that all columns together may still take
	codec      int64
	at, end    int64 // of what was not read
	left       int64 // values of the page
	levels     runs
	values     values
	dictionary *dictionary
	page       []byte
	stored     []byte
}

// maxEmpty is how many pages without values there may be in a row: dictionaries, indexes and what careless writers leave.
const maxEmpty = 100

// open begins the column of a row group.
func (c *column) open(k chunk) {
	c.codec, c.at, c.end = k.codec, k.from, k.from+k.size
	c.left = 0
	if c.dictionary != nil {
		*c.budget += int64(cap(c.dictionary.buf) + 4*cap(c.dictionary.places))
	}
	c.dictionary = nil
}

// append appends the next value as text; null tells that there is none.
func (c *column) append(dst []byte) (out []byte, null bool, err error) {
	for empty := 0; c.left == 0; empty++ {
		if empty > maxEmpty {
			return dst, false, damaged("column %.100q has %d pages without a value in a row", c.field.name, empty)
		}
		if err := c.next(); err != nil {
			return dst, false, err
		}
	}
	c.left--
	if c.field.optional {
		level, ok := c.levels.next()
		if !ok {
			return dst, false, damaged("the levels of column %.100q end early", c.field.name)
		}
		if level == 0 {
			return dst, true, nil
		}
	}
	dst, ok := c.values.append(dst)
	if !ok {
		return dst, false, damaged("a page of column %.100q ends early", c.field.name)
	}
	return dst, false, nil
}

// next reads the next page.
func (c *column) next() error {
	h, err := c.header()
	if err != nil {
		return err
	}
	switch h.kind {
	case pageData:
		return c.data(h)
	case pageDataV2:
		return c.dataV2(h)
	case pageDictionary:
		return c.dict(h)
	}
	c.at += h.stored
	return nil
}

func (c *column) header() (header, error) {
	if c.at >= c.end {
		return header{}, damaged("column %.100q has fewer values than rows", c.field.name)
	}
	var first [512]byte
	text := first[:min(c.end-c.at, int64(len(first)))]
	for {
		if _, err := c.file.ReadAt(text, c.at); err != nil {
			return header{}, fmt.Errorf("read the header of a page: %w", err)
		}
		h, ok := parseHeader(text)
		more := min(c.end-c.at, maxHeader)
		if !ok && int64(len(text)) < more { // a long one
			text = make([]byte, more)
			continue
		}
		c.at += int64(h.length)
		switch {
		case !ok || h.stored > c.end-c.at:
			return header{}, damaged("the header of a page of column %.100q cannot be read", c.field.name)
		case h.plain > maxPage || h.stored > maxPage:
			return header{}, fmt.Errorf("%w: a page of column %.100q has %d bytes, and %d are the limit", ingest.ErrTooLarge, c.field.name, max(h.plain, h.stored), maxPage)
		}
		return h, nil
	}
}

// read reads what is stored of a page behind its header; it is valid until the next page.
func (c *column) read(h header) ([]byte, error) {
	if err := c.room(&c.stored, int(h.stored)); err != nil {
		return nil, err
	}
	if _, err := c.file.ReadAt(c.stored, c.at); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read a page: %w", err)
	}
	c.at += h.stored
	return c.stored, nil
}

// room gives a buffer a length.
func (c *column) room(buf *[]byte, n int) error {
	if n <= cap(*buf) {
		*buf = (*buf)[:n]
		return nil
	}
	if *c.budget -= int64(n - cap(*buf)); *c.budget < 0 {
		return fmt.Errorf("%w: the pages of the Parquet file's columns have more than %d bytes together", ingest.ErrTooLarge, maxMemory)
	}
	*buf = make([]byte, n)
	return nil
}

func (c *column) data(h header) error {
	stored, err := c.read(h)
	if err != nil {
		return err
	}
	if err := c.room(&c.page, int(h.plain)); err != nil {
		return err
	}
	if err := c.inflaters.inflate(c.codec, c.page, stored); err != nil {
		return err
	}
	rest := c.page
	if c.field.optional {
		levels, values, ok := prefixed(rest)
		if !ok {
			return damaged("the levels of column %.100q are longer than their page", c.field.name)
		}
		c.levels, rest = runs{buf: levels, width: 1}, values
	}
	return c.begin(h, rest)
}

func (c *column) dataV2(h header) error {
	stored, err := c.read(h)
	if err != nil {
		return err
	}
	if h.repBytes != 0 || h.defBytes > min(h.stored, h.plain) {
		return damaged("the levels of column %.100q are longer than their page", c.field.name)
	}
	codec := c.codec
	if h.raw {
		codec = codecNone
	}
	if err := c.room(&c.page, int(h.plain)); err != nil {
		return err
	}
	copy(c.page, stored[:h.defBytes])
	if err := c.inflaters.inflate(codec, c.page[h.defBytes:], stored[h.defBytes:]); err != nil {
		return err
	}
	c.levels = runs{buf: c.page[:h.defBytes], width: 1}
	return c.begin(h, c.page[h.defBytes:])
}

func (c *column) begin(h header, buf []byte) (err error) {
	c.left = h.values
	if len(buf) == 0 { // nothing but nulls
		c.values = values{field: c.field}
		return nil
	}
	c.values, err = newValues(c.field, h.encoding, c.dictionary, buf)
	return err
}

func (c *column) dict(h header) error {
	stored, err := c.read(h)
	if err != nil {
		return err
	}
	var page []byte
	if c.dictionary != nil {
		return damaged("column %.100q has two dictionaries", c.field.name)
	}
	if err := c.room(&page, int(h.plain)); err != nil {
		return err
	}
	if err := c.inflaters.inflate(c.codec, page, stored); err != nil {
		return err
	}
	if c.dictionary, err = newDictionary(c.field, page); err != nil {
		return err
	}
	*c.budget -= int64(4 * cap(c.dictionary.places))
	return nil
}
