package engine

import (
	"errors"
	"fmt"

	"github.com/vedette-siem/vedette/engine/mapping"
	"github.com/vedette-siem/vedette/storage"
)

// maxFielddata is how many bytes are kept of all texts to sort by them.
const maxFielddata = 16 << 20

// fieldBytes counts what is kept of the texts of an index to sort by them, and the columns of its completion fields. Fields without any are left out.
func (e *Embedded) fieldBytes(r resolved) (fielddata, completion map[string]int64, err error) {
	var fields []*mapping.Field
	for _, f := range r.mapping.Load().Leaves("") {
		if (f.Fielddata || f.CompletionColumn() != "") && !f.Alias {
			fields = append(fields, f)
		}
	}
	if len(fields) == 0 {
		return nil, nil, nil
	}
	s, err := r.store.Snapshot()
	if errors.Is(err, storage.ErrClosed) {
		return nil, nil, nil // deleted a moment ago
	}
	if err != nil {
		return nil, nil, fmt.Errorf("count fields of index %s: %w", r.Name, err)
	}
	fielddata, completion = map[string]int64{}, map[string]int64{}
	for _, v := range s.Views {
		for _, f := range fields {
			if n := e.fielddata.Bytes(v.Segment, f.Column); f.Fielddata && n > 0 {
				fielddata[f.Name] += n
			}
			if n := v.ColumnBytes(f.CompletionColumn()); n > 0 {
				completion[f.Name] += n
			}
		}
	}
	return fielddata, completion, s.Close()
}
