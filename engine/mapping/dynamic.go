package mapping

import (
	"strconv"
	"strings"

	"github.com/valyala/fastjson"

	"github.com/vedette-siem/vedette/engine/dates"
	"github.com/vedette-siem/vedette/engine/eserr"
)

// additions are the fields that a document brings. Objects among them belong to the reader until the document is done, so that
// fields below them can be put into them at once.
type additions struct {
	nodes map[string]*node // all, by path
	tops  []string         // paths of those whose parent is in the mapping already, in order
	mine  map[*object]bool
	count int
}

func (a *additions) find(path string) *node { return a.nodes[path] }

// put adds a field below an object.
func (a *additions) put(parent *object, name string, n *node) {
	if a.nodes == nil {
		a.nodes, a.mine = map[string]*node{}, map[*object]bool{}
	}
	path := parent.join(name)
	a.nodes[path] = n
	a.count += n.size()
	if n.object != nil {
		a.mine[n.object] = true
	}
	if a.mine[parent] {
		parent.set(name, n)
		return
	}
	a.tops = append(a.tops, path)
}

// extended is the mapping with what the document added, or the mapping itself.
func (r *reader) extended() (*Mapping, error) {
	if len(r.added.tops) == 0 {
		return r.m, nil
	}
	next, owned := *r.m, map[*object]bool{}
	for _, path := range r.added.tops {
		n := r.added.nodes[path]
		if n.object != nil {
			n.object.recount()
		}
		next.root = next.root.put(path, n, owned)
	}
	return next.sealed(), nil
}

// recount counts the fields below an object that was filled after it was put in its place.
func (o *object) recount() {
	o.count = 0
	for _, n := range o.children {
		if n.object != nil {
			n.object.recount()
		}
		o.count += n.size()
	}
}

// unknown reads a member that the mapping does not have, or that the document added before.
func (r *reader) unknown(o *object, name string, v *fastjson.Value, dyn dynamic) error {
	path := o.join(name)
	if n := r.added.find(path); n != nil {
		return r.node(n, v, dyn)
	}
	first := representative(v)
	if first == nil {
		return nil // null and empty lists say nothing
	}
	if err := checkName(name); err != nil {
		return r.refuse(path, v, err)
	}
	if first.Type() == fastjson.TypeObject && o.flat {
		return r.flat(o, name, v, dyn)
	}
	if first.Type() == fastjson.TypeObject {
		n, err := r.newObject(o, name, v, dyn)
		if n == nil || err != nil {
			return err
		}
		return r.node(n, v, dyn)
	}
	n, err := r.newLeaf(o, name, first, v, dyn)
	if n == nil || err != nil {
		return err
	}
	return r.node(n, v, dyn)
}

// flat reads an object within one that has no objects (`subobjects: false`): its members' names get a prefix.
func (r *reader) flat(o *object, prefix string, v *fastjson.Value, dyn dynamic) error {
	for _, e := range v.GetArray() {
		if err := r.flat(o, prefix, e, dyn); err != nil {
			return err
		}
	}
	if v.Type() != fastjson.TypeObject {
		return nil
	}
	var err error
	v.GetObject().Visit(func(key []byte, e *fastjson.Value) {
		if err == nil {
			err = r.member(o, []byte(prefix+"."+string(key)), e, dyn)
		}
	})
	return err
}

// representative is the first value within lists that is not null.
func representative(v *fastjson.Value) *fastjson.Value {
	switch v.Type() {
	case fastjson.TypeNull:
		return nil
	case fastjson.TypeArray:
		for _, e := range v.GetArray() {
			if first := representative(e); first != nil {
				return first
			}
		}
		return nil
	}
	return v
}

// allowed decides what happens to a new field: false without an error leaves it out.
func (r *reader) allowed(o *object, name string, v *fastjson.Value, dyn dynamic) (bool, error) {
	switch dyn {
	case dynamicFalse:
		return false, nil
	case dynamicStrict:
		within := o.path
		if within == "" {
			within = "_doc"
		}
		return false, r.refuse(o.join(name), v, eserr.BadRequest("strict_dynamic_mapping_exception",
			"mapping set to strict, dynamic introduction of [%s] within [%s] is not allowed", name, within))
	}
	return true, nil
}

// put adds a field below an object, unless it would be too many; it returns nil without an error if those are to be ignored.
func (r *reader) put(o *object, name string, n *node, v *fastjson.Value) (*node, error) {
	if limit := r.m.settings.totalFields(); r.m.settings.IgnoreBeyondLimit && limit >= 0 && r.m.root.count+r.added.count+n.size() > limit {
		r.ignore(o.join(name))
		return nil, nil
	}
	if err := r.m.checkAdding(r.added.count+n.size(), name); err != nil {
		return nil, r.refuse(o.join(name), v, err)
	}
	r.added.put(o, name, n)
	return n, nil
}

// newObject adds an object; it returns nil without an error if the mapping wants none.
func (r *reader) newObject(o *object, name string, v *fastjson.Value, dyn dynamic) (*node, error) {
	if ok, err := r.allowed(o, name, v, dyn); !ok {
		return nil, err
	}
	path := o.join(name)
	if depth := strings.Count(path, ".") + 2; depth > r.m.settings.depth() {
		return nil, r.refuse(path, v, eserr.Illegal("Limit of mapping depth [%d] has been exceeded due to object field [%s]", r.m.settings.depth(), path))
	}
	n := &node{object: &object{path: path}}
	if t := r.template(name, path, jsonObject); t != nil {
		var err error
		if n, err = r.fromTemplate(t, name, path, jsonObject); err != nil {
			return nil, r.refuse(path, v, err)
		}
	}
	if n.leaf != nil && n.leaf.spec.read != readFlattened && n.leaf.spec.read != readNothing && n.leaf.spec.read != readCompletion {
		return nil, r.refuse(path, v, r.misfit(n.leaf, preview(v), objectCause(n.leaf)))
	}
	return r.put(o, name, n, v)
}

// newLeaf adds a field for a value; it returns nil without an error if the mapping wants none.
func (r *reader) newLeaf(o *object, name string, first, v *fastjson.Value, dyn dynamic) (*node, error) {
	if ok, err := r.allowed(o, name, v, dyn); !ok {
		return nil, err
	}
	path := o.join(name)
	kind, format := r.kindOf(first)
	var n *node
	var err error
	if t := r.template(name, path, kind); t != nil {
		n, err = r.fromTemplate(t, name, path, kind)
	} else {
		n, err = (parser{registry: r.m.registry}).node(name, path, defaultDefinition(kind, format), 0)
	}
	if err != nil {
		return nil, r.refuse(path, v, err)
	}
	if n.object != nil {
		return nil, r.refuse(path, v, eserr.BadRequest(eserr.DocumentParsing, "object mapping for [%s] tried to parse field [%s] as object, but found a concrete value", path, name))
	}
	return r.put(o, name, n, v)
}

// template is the first dynamic template for a new field, or nil.
func (r *reader) template(name, path, kind string) *template {
	for _, t := range r.m.dynamics.templates {
		if t.matches(name, path, kind) {
			return t
		}
	}
	return nil
}

func (r *reader) fromTemplate(t *template, name, path, kind string) (*node, error) {
	return (parser{registry: r.m.registry}).node(name, path, t.definition(name, kind), 0)
}

// kindOf is what a scalar is taken for: a string may be a number or date. The format is that of a detected date, empty for the default.
func (r *reader) kindOf(v *fastjson.Value) (kind, format string) {
	switch v.Type() {
	case fastjson.TypeTrue, fastjson.TypeFalse:
		return jsonBoolean, ""
	case fastjson.TypeNumber:
		r.scratch = v.MarshalTo(r.scratch[:0])
		if strings.ContainsAny(string(r.scratch), ".eE") {
			return jsonDouble, ""
		}
		return jsonLong, ""
	}
	text := string(v.GetStringBytes())
	if r.m.dynamics.numbers {
		if _, err := strconv.ParseInt(text, 10, 64); err == nil {
			return jsonLong, ""
		}
		if _, err := parseFloat(text); err == nil {
			return jsonDouble, ""
		}
	}
	if !r.m.dynamics.noDates && strings.ContainsAny(text, ":-/") {
		if format, ok := r.dateFormat(text); ok {
			return jsonDate, format
		}
	}
	return jsonString, ""
}

// secondDateFormat is the other format that Elasticsearch detects by itself.
const secondDateFormat = "yyyy/MM/dd HH:mm:ss||yyyy/MM/dd||epoch_millis"

// dateFormat finds the format of date detection that a text has.
func (r *reader) dateFormat(text string) (format string, ok bool) {
	if r.m.dynamics.formats == nil {
		if strict, err := dates.ParseFormat("strict_date_optional_time"); err == nil {
			if _, ok := strict.TryParse(text, nil); ok {
				return "", true
			}
		}
		slashed, err := dates.ParseFormat(secondDateFormat)
		if err != nil {
			return "", false
		}
		_, ok := slashed.TryParse(text, nil)
		return secondDateFormat, ok
	}
	for _, f := range r.m.dynamics.formats {
		if _, ok := f.TryParse(text, nil); ok {
			if f.String() == "strict_date_optional_time" || f.String() == dates.DefaultName {
				return "", true
			}
			return f.String(), true
		}
	}
	return "", false
}

// defaultDefinition is the definition of a new field without a template.
func defaultDefinition(kind, format string) map[string]any {
	switch kind {
	case jsonString:
		return map[string]any{"type": "text", "fields": map[string]any{"keyword": map[string]any{"type": "keyword", "ignore_above": "256"}}}
	case jsonDouble:
		return map[string]any{"type": "float"}
	case jsonDate:
		if format != "" {
			return map[string]any{"type": "date", "format": format}
		}
	}
	return map[string]any{"type": kind}
}
