package engine

import (
	"context"
	"fmt"
	"strings"

	"github.com/vedette-siem/vedette/storage"
	"github.com/vedette-siem/vedette/storage/segment"
)

// IndexDiskUsage is what the searchable segments of an index take, by field.
type IndexDiskUsage struct {
	Index string
	Bytes int64 // of all its files
	// Fields are by their names; those of documents' own are `_id`, `_seq_no`, `_version` and `_source`, which has Stored only.
	Fields map[string]FieldDiskUsage
}

// FieldDiskUsage is what a field takes, in bytes.
type FieldDiskUsage struct {
	segment.Usage
	Stored int64
}

// DiskUsage implements Backend.
func (e *Embedded) DiskUsage(ctx context.Context, p Principal, t Target, flush bool) ([]IndexDiskUsage, error) {
	const action = "indices:admin/analyze_disk_usage"
	if err := allow(p, action); err != nil {
		return nil, err
	}
	found, err := e.findOpen(p, action, t)
	if err != nil {
		return nil, err
	}
	if flush {
		if _, err := refresh(ctx, found); err != nil {
			return nil, err
		}
	}
	out := make([]IndexDiskUsage, len(found))
	for i, r := range found {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		store, err := r.open()
		if err == nil {
			out[i], err = diskUsage(store)
		}
		if err != nil {
			return nil, gone(r.index, fmt.Errorf("disk usage of index %s: %w", r.Name, err))
		}
		out[i].Index = r.Name
	}
	return out, nil
}

func diskUsage(store *storage.Index) (IndexDiskUsage, error) {
	u := IndexDiskUsage{Fields: map[string]FieldDiskUsage{}}
	st, err := store.Stats()
	if err != nil {
		return u, err
	}
	u.Bytes = st.Bytes
	s, err := store.Snapshot()
	if err != nil {
		return u, err
	}
	for _, v := range s.Views {
		columns, source := v.Usage()
		for column, n := range columns {
			u.add(fieldOfColumn(column), FieldDiskUsage{Usage: n})
		}
		u.add("_source", FieldDiskUsage{Stored: source})
	}
	return u, s.Close()
}

func (u *IndexDiskUsage) add(field string, n FieldDiskUsage) {
	sum := u.Fields[field]
	sum.Inverted, sum.Values, sum.Lengths, sum.Stored = sum.Inverted+n.Inverted, sum.Values+n.Values, sum.Lengths+n.Lengths, sum.Stored+n.Stored
	u.Fields[field] = sum
}

// fieldOfColumn is the field that a column belongs to: a field's second column has a zero byte and what it is for behind the field's name, and the time by which documents are
// ordered is that of `@timestamp`.
func fieldOfColumn(column string) string {
	if column == segment.TimeField {
		return "@timestamp"
	}
	field, _, _ := strings.Cut(column, "\x00")
	return field
}
