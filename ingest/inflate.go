package ingest

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// maxLayers is how many compressions may lie inside each other: CloudWatch payloads in compressed objects have two.
const maxLayers = 2

// maxWindow bounds what a zstd frame may ask for; `zstd --long` (27) needs more memory than an object is worth.
const maxWindow = 64 << 20

var (
	magicGzip = []byte{0x1f, 0x8b, 0x08}
	magicZstd = []byte{0x28, 0xb5, 0x2f, 0xfd}
	magicBOM  = []byte{0xef, 0xbb, 0xbf}
)

// An inflater reads the plain bytes of an object whose compression is told by its first bytes, never by its name:
// gzip (all members), zstd, else plain. It strips a UTF-8 byte order mark and holds the sizes to Limits.
type inflater struct {
	stored *meter
	out    *bufio.Reader
	closes []func()
	limits Limits
	given  int64
}

// meter counts the bytes that pass.
type meter struct {
	r io.Reader
	n int64
}

func (m *meter) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	m.n += int64(n)
	return n, err
}

// newInflater starts on the stored bytes r.
func newInflater(r io.Reader, limits Limits) (*inflater, error) {
	in := &inflater{stored: &meter{r: r}, limits: limits.WithDefaults()}
	in.out = bufio.NewReaderSize(in.stored, 64<<10)
	for range maxLayers {
		more, err := in.layer()
		if err != nil {
			in.Close()
			return nil, err
		}
		if !more {
			break
		}
	}
	if head, _ := in.out.Peek(len(magicBOM)); bytes.Equal(head, magicBOM) {
		_, _ = in.out.Discard(len(magicBOM)) // what was peeked is in the buffer
	}
	return in, nil
}

// layer puts one decompressor on top when the next bytes ask for it.
func (in *inflater) layer() (bool, error) {
	head, err := in.out.Peek(len(magicZstd))
	if err != nil && !errors.Is(err, io.EOF) {
		return false, tellTruncated(err)
	}
	switch {
	case bytes.HasPrefix(head, magicGzip):
		z, err := gzip.NewReader(in.out)
		if err != nil {
			return false, fmt.Errorf("read gzip header: %w", tellTruncated(err))
		}
		in.out = bufio.NewReaderSize(z, 64<<10)
	case bytes.Equal(head, magicZstd):
		z, err := zstd.NewReader(in.out, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return false, fmt.Errorf("read zstd header: %w", tellTruncated(err))
		}
		in.closes = append(in.closes, z.Close)
		in.out = bufio.NewReaderSize(z, 64<<10)
	default:
		return false, nil
	}
	return true, nil
}

// Peek returns up to n plain bytes without taking them. It returns an error only when there is not even one because of it.
func (in *inflater) Peek(n int) ([]byte, error) {
	head, err := in.out.Peek(n)
	if len(head) > 0 || errors.Is(err, io.EOF) {
		return head, nil
	}
	return nil, tellTruncated(err)
}

// Read gives plain bytes until the end, a broken compression (ErrTruncated where bytes are missing) or a limit.
func (in *inflater) Read(p []byte) (int, error) {
	n, err := in.out.Read(p)
	in.given += int64(n)
	switch {
	case in.stored.n > in.limits.ObjectBytes:
		return n, fmt.Errorf("%w: more than %d bytes stored", ErrTooLarge, in.limits.ObjectBytes)
	case in.given > in.limits.InflatedBytes:
		return n, fmt.Errorf("%w: more than %d bytes inflated", ErrTooLarge, in.limits.InflatedBytes)
	case in.given > 1<<20 && in.given > in.limits.InflateRatio*in.stored.n:
		return n, fmt.Errorf("%w: %d bytes from %d stored", ErrInflateRatio, in.given, in.stored.n)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return n, tellTruncated(err)
	}
	return n, err
}

// Close releases the decompressors; the stored bytes stay the caller's.
func (in *inflater) Close() {
	for _, closeLayer := range in.closes {
		closeLayer()
	}
	in.closes = nil
}

// tellTruncated adds ErrTruncated to the errors by which decompressors say that bytes are missing.
func tellTruncated(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		if err != io.ErrUnexpectedEOF && err != io.EOF { // where it comes from broke off, and says more
			return fmt.Errorf("%w: %w", ErrTruncated, err)
		}
		return fmt.Errorf("%w: its compression ends early", ErrTruncated)
	}
	return err
}

// Inflate reads stored bytes as the pipeline does: whatever their compression is, within Limits. Closing it leaves r open.
func Inflate(r io.Reader, limits Limits) (io.ReadCloser, error) {
	in, err := newInflater(r, limits)
	if err != nil {
		return nil, err
	}
	return closer{in}, nil
}

type closer struct{ *inflater }

// Close implements io.Closer.
func (c closer) Close() error {
	c.inflater.Close()
	return nil
}
