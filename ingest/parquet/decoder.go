// Package parquet decodes the logs that AWS writes as Parquet: flow logs, and CloudFront's of version 2. The format:
// https://parquet.apache.org/docs/file-format/
//
// It reads the rows of a file as the text form of the same log and gives them to that form's decoder, so that both give the same documents. A file
// is copied to a temporary one, since it is read from its end; memory holds one page of each column and that column's dictionary, whatever the file's size.
//
// It reads what logs are made of: flat columns, plain values and dictionaries, gzip, Snappy, Zstandard or nothing. It trusts no length: sizes are
// held against the file's and against limits before anything is allocated, and counts are only counted down. That is why it is not written with
// github.com/parquet-go/parquet-go, which writes the files of the tests: that makes room for as many values as a run claims.
package parquet

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/vedette-siem/vedette/ingest"
)

// A Decoder implements ingest.Decoder. It is immutable and safe for concurrent use.
type Decoder struct {
	inner  ingest.Decoder
	layout layout
	limits ingest.Limits
}

// FlowLogs reads flow logs; inner decodes their lines.
func FlowLogs(inner ingest.Decoder, limits ingest.Limits) *Decoder {
	return &Decoder{inner, flowLog{}, limits.WithDefaults()}
}

// CloudFront reads logs of CloudFront; inner decodes them as JSON.
func CloudFront(inner ingest.Decoder, limits ingest.Limits) *Decoder {
	return &Decoder{inner, jsonLog{}, limits.WithDefaults()}
}

// Decode implements ingest.Decoder. Offsets are those of the text form.
func (d *Decoder) Decode(ctx context.Context, r io.Reader, o *ingest.Object, emit ingest.Emit) (counts ingest.Counts, err error) {
	file, size, err := spool(r)
	if err != nil {
		return counts, err
	}
	defer func() {
		_ = file.Close() // it was only read
		_ = os.Remove(file.Name())
	}()
	text, err := newReader(file, size, d.limits, d.layout)
	if err != nil {
		return counts, err
	}
	defer text.close()
	return d.inner.Decode(ctx, text, o, emit)
}

// spool copies an object to a temporary file, which has no name any more where the system allows that.
func spool(r io.Reader) (*os.File, int64, error) {
	file, err := os.CreateTemp("", "vedette-*.parquet")
	if err != nil {
		return nil, 0, fmt.Errorf("make a temporary file for Parquet (TMPDIR says where): %w", err)
	}
	_ = os.Remove(file.Name()) // where that fails, it is removed in the end
	size, err := io.Copy(file, r)
	if err != nil {
		_ = file.Close()
		_ = os.Remove(file.Name())
		return nil, 0, fmt.Errorf("copy a Parquet file to %s: %w", file.Name(), err)
	}
	return file, size, nil
}
