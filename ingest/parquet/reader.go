package parquet

import (
	"fmt"
	"io"

	"github.com/vedette-siem/vedette/ingest"
)

// A layout writes the rows of a file as the text form of their log has them.
type layout interface {
	// head appends what stands before the first row. It refuses a file of another log.
	head(dst []byte, names []string) ([]byte, error)
	// row appends a row; texts are the values in the order of names, nil for none.
	row(dst []byte, names []string, texts [][]byte) []byte
}

// reader reads a Parquet file as text. It holds one page of each column, and one row.
type reader struct {
	file      io.ReaderAt
	size      int64
	ratio     int64 // how many bytes of text a byte of the file may give
	footer    *footer
	names     []string
	layout    layout
	columns   []column
	inflaters inflaters
	budget    int64
	group     int // the next one
	rows      int64
	values    []byte
	texts     [][]byte
	places    []int // ends in values; negative for null
	out       []byte
	at        int
	given     int64
}

func newReader(file io.ReaderAt, size int64, limits ingest.Limits, layout layout) (*reader, error) {
	f, err := readFooter(file, size)
	if err != nil {
		return nil, err
	}
	r := &reader{file: file, size: size, ratio: limits.InflateRatio, footer: f, layout: layout, budget: maxMemory}
	r.columns, r.texts, r.places = make([]column, len(f.fields)), make([][]byte, len(f.fields)), make([]int, len(f.fields))
	for i := range f.fields {
		r.names = append(r.names, f.fields[i].name)
		r.columns[i] = column{field: &f.fields[i], file: file, inflaters: &r.inflaters, budget: &r.budget}
	}
	r.out, err = layout.head(nil, r.names)
	return r, err
}

// Read implements io.Reader.
func (r *reader) Read(p []byte) (int, error) {
	for r.at == len(r.out) {
		r.out, r.at = r.out[:0], 0
		if err := r.row(); err != nil {
			return 0, err
		}
	}
	n := copy(p, r.out[r.at:])
	r.at += n
	if r.given += int64(n); r.given > 1<<20 && r.given > r.ratio*r.size {
		return n, fmt.Errorf("%w: %d bytes from %d stored", ingest.ErrInflateRatio, r.given, r.size)
	}
	return n, nil
}

// row writes the next row.
func (r *reader) row() error {
	for r.rows == 0 {
		if r.group == len(r.footer.groups) {
			return io.EOF
		}
		g := &r.footer.groups[r.group]
		for i := range r.columns {
			r.columns[i].open(g.chunks[i])
		}
		r.rows = g.rows
		r.group++
		if len(r.columns) == 0 {
			r.rows = 0
		}
	}
	r.rows--
	r.values = r.values[:0]
	for i := range r.columns {
		values, null, err := r.columns[i].append(r.values)
		if err != nil {
			return err
		}
		if r.values, r.places[i] = values, len(values); null {
			r.places[i] = -1
		}
	}
	from := 0
	for i, to := range r.places {
		r.texts[i] = nil
		if to >= 0 {
			r.texts[i] = r.values[from:to:to]
			from = to
		}
	}
	r.out = r.layout.row(r.out, r.names, r.texts)
	return nil
}

func (r *reader) close() { r.inflaters.close() }
