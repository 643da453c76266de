package pipeline

import (
	"strconv"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// Paths are read and written as Elasticsearch's IngestDocument does, with its errors.
// https://github.com/elastic/elasticsearch/blob/v8.19.0/server/src/main/java/org/elasticsearch/ingest/IngestDocument.java

// get is the value at a path; one that is not there is an error.
func (d *Document) get(path string) (any, error) {
	if metaNames[path] {
		if v, ok := d.Meta.get(path); ok {
			return v, nil
		}
		return nil, eserr.Illegal("field [%s] not present as part of path [%s]", path, path)
	}
	base, parts, err := d.root(path)
	if err != nil {
		return nil, err
	}
	var at any = base
	for _, part := range parts {
		if at, err = step(at, part, path); err != nil {
			return nil, err
		}
	}
	return at, nil
}

// lookup is get for a field that may be missing or null: both are false.
func (d *Document) lookup(path string) (any, bool) {
	v, err := d.get(path)
	return v, err == nil && v != nil
}

// has reports whether there is something at a path, if only null.
func (d *Document) has(path string) bool {
	_, err := d.get(path)
	return err == nil
}

func step(at any, part, path string) (any, error) {
	switch at := at.(type) {
	case *Object:
		v, ok := at.get(part)
		if !ok {
			return nil, eserr.Illegal("field [%s] not present as part of path [%s]", part, path)
		}
		return v, nil
	case *List:
		i, err := at.index(part, path)
		if err != nil {
			return nil, err
		}
		return at.items[i], nil
	case nil:
		return nil, eserr.Illegal("cannot resolve [%s] from null as part of path [%s]", part, path)
	}
	return nil, eserr.Illegal("cannot resolve [%s] from object of type [%s] as part of path [%s]", part, javaType(at), path)
}

func (l *List) index(part, path string) (int, error) {
	i, err := strconv.Atoi(part)
	if err != nil {
		return 0, eserr.Illegal("[%s] is not an integer, cannot be used as an index as part of path [%s]", part, path)
	}
	if i < 0 || i >= len(l.items) {
		return 0, eserr.Illegal("[%d] is out of bounds for array with length [%d] as part of path [%s]", i, len(l.items), path)
	}
	return i, nil
}

// parent goes down to what holds the last part of a path, which it returns too.
func (d *Document) parent(path string, down func(at any, part, path string) (any, error)) (at any, last string, err error) {
	base, parts, err := d.root(path)
	if err != nil {
		return nil, "", err
	}
	at = base
	for _, part := range parts[:len(parts)-1] {
		if at, err = down(at, part, path); err != nil {
			return nil, "", err
		}
	}
	return at, parts[len(parts)-1], nil
}

// set puts a value at a path and makes the objects on the way to it.
func (d *Document) set(path string, v any) error {
	if metaNames[path] {
		return d.Meta.set(path, v)
	}
	at, last, err := d.parent(path, descend)
	if err != nil {
		return err
	}
	switch at := at.(type) {
	case *Object:
		at.set(last, v)
		return nil
	case *List:
		i, err := at.index(last, path)
		if err == nil {
			at.items[i] = v
		}
		return err
	case nil:
		return eserr.Illegal("cannot set [%s] with null parent as part of path [%s]", last, path)
	}
	return eserr.Illegal("cannot set [%s] with parent object of type [%s] as part of path [%s]", last, javaType(at), path)
}

// descend goes one step down and makes the object that is missing there.
func descend(at any, part, path string) (any, error) {
	if o, ok := at.(*Object); ok {
		next, there := o.get(part)
		if !there {
			next = newObject()
			o.set(part, next)
		}
		return next, nil
	}
	return step(at, part, path)
}

// remove takes a path out; one that is not there is an error.
func (d *Document) remove(path string) error {
	if metaNames[path] {
		return d.Meta.set(path, nil)
	}
	at, last, err := d.parent(path, step)
	if err != nil {
		return err
	}
	if _, err := step(at, last, path); err != nil {
		if at == nil {
			return eserr.Illegal("cannot remove [%s] from null as part of path [%s]", last, path)
		}
		return err
	}
	switch at := at.(type) {
	case *Object:
		at.remove(last)
	case *List:
		i, err := at.index(last, path)
		if err != nil {
			return err
		}
		at.items = append(at.items[:i], at.items[i+1:]...)
	}
	return nil
}

// append adds values to the list at a path; what stands there and is no list becomes its first item. Without duplicates, values that are there already are left out.
func (d *Document) append(path string, values []any, duplicates bool) error {
	now, err := d.get(path)
	if err != nil || now == nil {
		l := &List{}
		l.add(values, duplicates)
		return d.set(path, l)
	}
	if l, ok := now.(*List); ok {
		l.add(values, duplicates)
		return nil
	}
	l := &List{items: []any{now}}
	if l.add(values, duplicates); !duplicates && len(l.items) == 1 {
		return nil // it stays what it is
	}
	return d.set(path, l)
}

func (l *List) add(values []any, duplicates bool) {
	for _, v := range values {
		if !duplicates && l.contains(v) {
			continue
		}
		l.items = append(l.items, v)
	}
}

func (l *List) contains(v any) bool {
	for _, item := range l.items {
		if equal(item, v) {
			return true
		}
	}
	return false
}
