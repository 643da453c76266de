package mapping

import (
	"bytes"
	"encoding/json"
	"sort"
	"strings"
)

// MarshalJSON writes the mapping as GET _mapping shows it: explicit parameters only, fields by name, `{}` when there is nothing to say.
func (m *Mapping) MarshalJSON() ([]byte, error) {
	w := writer{}
	w.open()
	for _, key := range sortedKeys(m.meta) {
		w.member(key, m.meta[key])
	}
	w.children(m.root)
	w.close()
	return w.Bytes(), w.err
}

// FieldMapping is the definition of one field as GET _mapping/field shows it under `mapping`: an object with the field's last name as key.
// It is false where there is no such leaf.
func (m *Mapping) FieldMapping(name string) (json.RawMessage, bool) {
	l, _ := m.root.findField(name)
	if l == nil {
		return nil, false
	}
	w := writer{}
	w.open()
	w.key(name[strings.LastIndexByte(name, '.')+1:])
	w.leaf(l)
	w.close()
	return w.Bytes(), w.err == nil
}

// writer writes JSON objects member by member.
type writer struct {
	bytes.Buffer
	err error
}

func (w *writer) open() { w.WriteByte('{') }

func (w *writer) close() { w.WriteByte('}') }

func (w *writer) key(name string) {
	if b := w.Bytes(); b[len(b)-1] != '{' {
		w.WriteByte(',')
	}
	w.value(name)
	w.WriteByte(':')
}

func (w *writer) value(v any) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		w.err = err
		return
	}
	w.Write(bytes.TrimRight(b.Bytes(), "\n"))
}

func (w *writer) member(name string, v any) {
	w.key(name)
	w.value(v)
}

// children writes `properties`, if there are any.
func (w *writer) children(o *object) {
	if len(o.children) == 0 {
		return
	}
	w.key("properties")
	w.open()
	names := make([]string, 0, len(o.children))
	for name := range o.children {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		w.key(name)
		if n := o.children[name]; n.object != nil {
			w.object(n.object)
		} else {
			w.leaf(n.leaf)
		}
	}
	w.close()
}

func (w *writer) object(o *object) {
	w.open()
	if o.nested {
		w.member("type", "nested")
	} else if len(o.children) == 0 {
		w.member("type", "object")
	}
	if o.dynamic != inherited {
		w.member("dynamic", o.dynamic.String())
	}
	if o.disabled {
		w.member("enabled", false)
	}
	if o.flat {
		w.member("subobjects", false)
	}
	for _, key := range sortedKeys(o.extra) {
		w.member(key, o.extra[key])
	}
	w.children(o)
	w.close()
}

func (w *writer) leaf(l *leaf) {
	w.open()
	w.member("type", l.field.Type)
	for _, key := range sortedKeys(l.params) {
		w.member(key, l.params[key])
	}
	if len(l.subs) > 0 {
		w.key("fields")
		w.open()
		for _, sub := range l.subs {
			w.key(strings.TrimPrefix(sub.field.Name, l.field.Name+"."))
			w.leaf(sub)
		}
		w.close()
	}
	w.close()
}

func sortLeaves(leaves []*leaf) {
	sort.Slice(leaves, func(i, j int) bool { return leaves[i].field.Name < leaves[j].field.Name })
}
