package mapping

import (
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// Merge returns the mapping with the fields and parameters of another one added, as PUT _mapping does. A field cannot change its type nor
// the parameters that decide how its values are indexed: illegal_argument_exception.
func (m *Mapping) Merge(body json.RawMessage) (*Mapping, error) {
	root, err := decode(body)
	if err != nil {
		return nil, failed(err)
	}
	next := &Mapping{root: &object{}, dynamics: m.dynamics, meta: m.meta, registry: m.registry, settings: m.settings}
	if err := next.readRoot(root); err != nil {
		return nil, failed(err)
	}
	if _, ok := root["dynamic_templates"]; ok {
		next.dynamics.templates = mergeTemplates(m.dynamics.templates, next.dynamics.templates)
		next.keepMeta("dynamic_templates", showTemplates(next.dynamics.templates))
	}
	_, flat := root["subobjects"]
	_, disabled := root["enabled"]
	if flat && next.root.flat != m.root.flat {
		return nil, mapperError("the [subobjects] parameter can't be updated for the object mapping [_doc]")
	}
	if disabled && next.root.disabled != m.root.disabled {
		return nil, mapperError("the [enabled] parameter can't be updated for the object mapping [_doc]")
	}
	if next.root, err = mergeObjects(m.root, next.root); err != nil {
		return nil, err
	}
	if err := next.check(); err != nil {
		return nil, err
	}
	return next.sealed(), nil
}

// mergeObjects adds the fields of b to a. Neither is changed.
func mergeObjects(a, b *object) (*object, error) {
	next := a.copied()
	next.dynamic = b.dynamic.or(a.dynamic)
	for name, n := range b.children {
		if old := a.children[name]; old != nil {
			var err error
			if n, err = mergeNodes(old, n); err != nil {
				return nil, err
			}
		}
		next.set(name, n)
	}
	return next, nil
}

func mergeNodes(a, b *node) (*node, error) {
	switch {
	case a.object == nil && b.object == nil:
		l, err := mergeLeaves(a.leaf, b.leaf)
		return &node{leaf: l}, err
	case a.object == nil:
		return nil, eserr.Illegal("can't merge a non object mapping [%s] with an object mapping", b.object.path)
	case b.object == nil:
		return nil, eserr.Illegal("can't merge a non object mapping [%s] with an object mapping", a.object.path)
	case a.object.nested != b.object.nested:
		return nil, eserr.Illegal("can't merge a non-nested mapping [%s] with a nested mapping", a.object.path)
	case b.object.disabled != a.object.disabled && (b.object.disabled || len(b.object.children) == 0):
		return nil, mapperError("the [enabled] parameter can't be updated for the object mapping [%s]", a.object.path)
	}
	o, err := mergeObjects(a.object, b.object)
	return &node{object: o}, err
}

// changeable are the parameters that a put mapping may change.
func changeable(param string, from, to any) bool {
	switch param {
	case "meta", "ignore_above", "ignore_malformed", "coerce", "search_analyzer", "search_quote_analyzer", "copy_to", "eager_global_ordinals",
		"null_value", "split_queries_on_whitespace", "fielddata", "fielddata_frequency_filter", "depth_limit", "path", "time_series_metric":
		return true
	case "norms":
		return from != false && to == false // norms can be given up, not added
	case "value":
		return from == nil
	}
	return false
}

// mergeLeaves is the new definition of a field with what remains of the old one: its sub-fields.
func mergeLeaves(a, b *leaf) (*leaf, error) {
	if a.field.Type != b.field.Type {
		return nil, eserr.Illegal("mapper [%s] cannot be changed from type [%s] to [%s]", a.field.Name, a.field.Type, b.field.Type)
	}
	conflicts := ""
	for _, param := range paramsOf(a, b) {
		from, to := a.params[param], b.params[param]
		if !reflect.DeepEqual(from, to) && !changeable(param, from, to) {
			conflicts += fmt.Sprintf("\n\tCannot update parameter [%s] from [%s] to [%s]", param, shownParam(param, from, a), shownParam(param, to, b))
		}
	}
	if conflicts != "" {
		return nil, eserr.Illegal("Mapper for [%s] conflicts with existing mapper:%s", a.field.Name, conflicts)
	}
	next := *b
	next.subs = nil
	for _, sub := range a.subs {
		if other := findSub(b.subs, sub.field.Name); other != nil {
			var err error
			if sub, err = mergeLeaves(sub, other); err != nil {
				return nil, err
			}
		}
		next.subs = append(next.subs, sub)
	}
	for _, sub := range b.subs {
		if findSub(a.subs, sub.field.Name) == nil {
			next.subs = append(next.subs, sub)
		}
	}
	sortLeaves(next.subs)
	return &next, nil
}

// paramsOf are the parameters that either has, by name.
func paramsOf(a, b *leaf) []string {
	all := map[string]any{}
	for p := range a.params {
		all[p] = nil
	}
	for p := range b.params {
		all[p] = nil
	}
	return sortedKeys(all)
}

// shownParam is a parameter's value in an error, with Elasticsearch's default where it is not given.
func shownParam(param string, value any, l *leaf) string {
	switch {
	case value != nil:
		return javaText(value)
	case param == "analyzer":
		return "default"
	case param == "format":
		return l.field.dateFormat()
	case param == "index" || param == "doc_values" || param == "store" || param == "norms":
		return fmt.Sprint(defaultOf(param, l.field.Type))
	}
	return "null"
}

func findSub(subs []*leaf, name string) *leaf {
	for _, s := range subs {
		if s.field.Name == name {
			return s
		}
	}
	return nil
}
