package mapping

import (
	"sort"
	"strings"

	"github.com/vedette-siem/vedette/engine/glob"
	"github.com/vedette-siem/vedette/storage/document"
)

// keyed is what the column of all keys of a flattened object has after the object's name. Its terms are `key\x00value`.
const keyed = "._keyed"

// names is the index of a mapping's fields by name.
type names struct {
	fields map[string]*Field
	sorted []*Field
	// copied are the fields that copy_to copies to a field, by its name.
	copied map[string][]string
	// defaults are the fields that are searched when none is named.
	defaults []*Field
}

// newNames reads the tree once.
func newNames(m *Mapping) *names {
	n := &names{fields: make(map[string]*Field, m.root.count), copied: map[string][]string{}}
	var aliases []*leaf
	m.root.each(func(l *leaf, hidden bool) {
		if l.target != "" {
			aliases = append(aliases, l)
			return
		}
		n.add(visible(l, hidden))
		for _, target := range l.copyTo {
			n.copied[target] = append(n.copied[target], l.field.Name)
		}
	})
	for _, a := range aliases {
		if target := n.fields[a.target]; target != nil {
			f := *target
			f.Name, f.Alias, f.MultiField, f.Parent = a.field.Name, true, false, ""
			n.add(&f)
		}
	}
	sort.Slice(n.sorted, func(i, j int) bool { return n.sorted[i].Name < n.sorted[j].Name })
	n.defaults = n.searched(m.settings.DefaultField)
	return n
}

// visible is a leaf's field; below a nested object it has no column that a query could reach.
func visible(l *leaf, hidden bool) *Field {
	f := l.field
	if hidden {
		f.Searchable, f.Aggregatable = false, false
	}
	return &f
}

func (n *names) add(f *Field) {
	n.fields[f.Name] = f
	n.sorted = append(n.sorted, f)
}

// searched are the fields of `index.query.default_field`, or all that can be searched. An alias would search its target twice.
func (n *names) searched(patterns []string) (fields []*Field) {
	if len(patterns) == 0 {
		patterns = []string{"*"}
	}
	for _, f := range n.sorted {
		for _, p := range patterns {
			name, _, _ := strings.Cut(p, "^")
			if f.Matchable() && (!f.Alias || name == f.Name) && glob.Match(name, f.Name) {
				fields = append(fields, f)
				break
			}
		}
	}
	return fields
}

// Lookup returns the field of a name: leaves, sub-fields, aliases (as their target), keys of flattened objects, and metadata fields. The name of a keyword with
// `.keyword` after it is that keyword, where there is no such sub-field, because tools append it to whatever they are given. Objects are no fields.
func (m *Mapping) Lookup(name string) (*Field, bool) {
	all := m.names()
	if f := all.fields[name]; f != nil {
		return f, true
	}
	if f := metadata(name); f != nil {
		return f, true
	}
	if parent, ok := strings.CutSuffix(name, ".keyword"); ok {
		if f := all.fields[parent]; f != nil && f.Kind == document.Keyword && f.Type != "flattened" && f.Type != "flat_object" {
			return f, true
		}
	}
	for at := strings.LastIndexByte(name, '.'); at > 0; at = strings.LastIndexByte(name[:at], '.') {
		if f := all.fields[name[:at]]; f != nil {
			return f.key(name, at)
		}
	}
	return nil, false
}

// key is the field of one key of a flattened object.
func (f *Field) key(name string, dot int) (*Field, bool) {
	if f.Type != "flattened" && f.Type != "flat_object" {
		return nil, false
	}
	k := *f
	k.Name, k.Column, k.KeyPrefix = name, f.Column+keyed, name[dot+1:]+"\x00"
	return &k, true
}

// Leaves returns the fields whose name matches a pattern of `*`, by name; sub-fields and aliases are among them, metadata fields are not.
// The empty pattern is `*`. The caller must not change the slice.
func (m *Mapping) Leaves(pattern string) []*Field {
	all := m.names().sorted
	if pattern == "" || pattern == "*" {
		return all
	}
	if !strings.Contains(pattern, "*") {
		if f, ok := m.Lookup(pattern); ok && !f.Metadata {
			return []*Field{f}
		}
		return nil
	}
	prefix, _, _ := strings.Cut(pattern, "*")
	var fields []*Field
	from := sort.Search(len(all), func(i int) bool { return all[i].Name >= prefix })
	for _, f := range all[from:] {
		if !strings.HasPrefix(f.Name, prefix) {
			break
		}
		if glob.Match(pattern, f.Name) {
			fields = append(fields, f)
		}
	}
	return fields
}

// Below returns the fields below an object, by name.
func (m *Mapping) Below(object string) []*Field {
	all := m.names().sorted
	prefix := object + "."
	from := sort.Search(len(all), func(i int) bool { return all[i].Name >= prefix })
	to := from
	for to < len(all) && strings.HasPrefix(all[to].Name, prefix) {
		to++
	}
	return all[from:to]
}

// CopiedTo are the fields whose values `copy_to` copies to the named one. The caller must not change the slice.
func (m *Mapping) CopiedTo(name string) []string { return m.names().copied[name] }

// DefaultFields are the fields that a query without a field searches: those of `index.query.default_field`, else all that can be searched.
func (m *Mapping) DefaultFields() []*Field { return m.names().defaults }

// metadata returns a metadata field, or nil.
func metadata(name string) *Field {
	if name == "" || name[0] != '_' {
		return nil
	}
	f := &Field{Name: name, Type: Type(name), Column: name, Metadata: true, Searchable: true}
	switch name {
	case "_id", "_source", "_field_names", "_data_stream_timestamp":
	case "_index":
		f.Aggregatable = true
	case "_ignored", "_routing":
		f.Kind, f.Aggregatable = document.Keyword, true
	case "_seq_no", "_version":
		f.Kind, f.Type, f.Aggregatable = document.Long, "long", true
	default:
		return nil
	}
	return f
}

// findField is find that also knows sub-fields.
func (o *object) findField(path string) (*leaf, *object) {
	if l, below := o.find(path); l != nil || below != nil {
		return l, below
	}
	at := strings.LastIndexByte(path, '.')
	if at < 0 {
		return nil, nil
	}
	if l, _ := o.find(path[:at]); l != nil {
		for _, sub := range l.subs {
			if sub.field.Name == path {
				return sub, nil
			}
		}
	}
	return nil, nil
}
