package search

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
)

// sourceDoc is a document's JSON, decoded when it is first asked for.
type sourceDoc struct {
	raw     []byte
	decoded any
	leaves  map[string][]any // by path
}

func (d *sourceDoc) value() (any, error) {
	if d.decoded != nil {
		return d.decoded, nil
	}
	dec := json.NewDecoder(bytes.NewReader(d.raw))
	dec.UseNumber()
	if err := dec.Decode(&d.decoded); err != nil {
		return nil, fmt.Errorf("decode the source: %w", err)
	}
	return d.decoded, nil
}

// at returns the values at a path of the source; arrays are taken apart, and a dot in a key is a step of the path.
func (d *sourceDoc) at(path string) ([]any, error) {
	v, err := d.value()
	if err != nil {
		return nil, err
	}
	if d.leaves == nil {
		d.leaves = map[string][]any{}
		eachLeaf(v, "", func(path string, leaf any) { d.leaves[path] = append(d.leaves[path], leaf) })
	}
	return d.leaves[path], nil
}

// SourceValues returns the values that a document has at a path of its source, arrays taken apart.
func SourceValues(source json.RawMessage, path string) ([]any, error) {
	values, err := (&sourceDoc{raw: source}).at(path)
	return append([]any{}, values...), err
}

// objectsAt returns the objects and other values at a path.
func (d *sourceDoc) objectsAt(path string) ([]any, error) {
	v, err := d.value()
	if err != nil {
		return nil, err
	}
	return valuesAt(v, path, nil), nil
}

func valuesAt(v any, path string, out []any) []any {
	switch v := v.(type) {
	case []any:
		if path == "" && isPair(v) {
			return append(out, v)
		}
		for _, e := range v {
			out = valuesAt(e, path, out)
		}
		return out
	case map[string]any:
		if path == "" {
			return append(out, v)
		}
		for i := 0; i <= len(path); i++ {
			if i < len(path) && path[i] != '.' {
				continue
			}
			if child, ok := v[path[:i]]; ok {
				out = valuesAt(child, path[min(i+1, len(path)):], out)
			}
		}
		return out
	case nil:
		return out
	}
	if path == "" {
		out = append(out, v)
	}
	return out
}

// isPair reports whether an array is a place: longitude and latitude.
func isPair(list []any) bool {
	if len(list) < 2 {
		return false
	}
	_, number := list[0].(json.Number)
	return number
}

// sourceValues reads a field's values from `_source`, in its order, as the mapping understands them; left are those that it does not.
func (f plannedField) sourceValues(doc *sourceDoc) (values, left []any, err error) {
	read := doc.at
	if f.holdsObjects() {
		read = doc.objectsAt
	}
	var raw []any
	for _, path := range f.paths {
		found, err := read(path)
		if err != nil {
			return nil, nil, err
		}
		raw = append(raw, found...)
	}
	for _, v := range raw {
		if shown, ok := f.show(v); ok {
			values = append(values, shown)
		} else {
			left = append(left, v)
		}
	}
	return values, left, nil
}

// holdsObjects reports whether values of the field are objects that are shown as they are.
func (f plannedField) holdsObjects() bool {
	return f.mapped.KeyPrefix == "" && (f.mapped.Type == "flattened" || f.mapped.Type == "geo_point" || f.mapped.SpanColumn() != "")
}

// unmappedValues adds the leaves of `_source` that the pattern covers and the mapping does not know.
func (r ranked) unmappedValues(pattern *glob, doc *sourceDoc, out map[string][]any) error {
	v, err := doc.value()
	if err != nil {
		return err
	}
	m, known := r.run.index.Mapping, map[string]bool{}
	eachLeaf(v, "", func(path string, leaf any) {
		mapped, seen := known[path]
		if !seen {
			_, mapped = m.Lookup(path)
			known[path] = mapped
		}
		if !mapped && pattern.match(path) {
			out[path] = append(out[path], leaf)
		}
	})
	return nil
}

// eachLeaf calls do for every value that is no object, array or null, keys of objects in order of their names.
func eachLeaf(v any, path string, do func(path string, leaf any)) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			eachLeaf(e, path, do)
		}
	case map[string]any:
		keys := make([]string, 0, len(v))
		for k := range v {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		for _, k := range keys {
			below := k
			if path != "" {
				below = path + "." + k
			}
			eachLeaf(v[k], below, do)
		}
	case nil:
	default:
		do(path, v)
	}
}
