package mapping

import (
	"errors"
	"sort"
	"strings"

	"github.com/vedette-siem/vedette/engine/analysis"
	"github.com/vedette-siem/vedette/engine/dates"
	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/storage/document"
)

// parser reads the tree below `properties`.
type parser struct {
	registry *analysis.Registry
}

// maxNesting bounds the recursion of mappings; the setting of levels is below it.
const maxNesting = 200

// properties reads the fields of an object into o, which nobody else has yet.
func (p parser) properties(o *object, value any, depth int) error {
	if value == nil {
		return nil
	}
	if list, ok := value.([]any); ok && len(list) == 0 { // PHP's empty object
		return nil
	}
	fields, ok := value.(map[string]any)
	if !ok {
		return eserr.BadRequest("parse_exception", "properties must be a map type")
	}
	if depth > maxNesting {
		return eserr.Illegal("Limit of mapping depth [%d] has been exceeded due to object field [%s]", maxNesting, o.path)
	}
	for _, name := range sortedKeys(fields) {
		def, ok := fields[name].(map[string]any)
		if !ok {
			if list, empty := fields[name].([]any); empty && len(list) == 0 {
				continue
			}
			return mapperError("Expected map for property [fields] on field [%s] but got a class java.lang.String", name) // the class of the name, there too
		}
		if err := p.property(o, name, def, depth); err != nil {
			return err
		}
	}
	return nil
}

// property reads one field into o. A name with dots goes into objects on the way.
func (p parser) property(o *object, name string, def map[string]any, depth int) error {
	if err := checkName(name); err != nil {
		return err
	}
	if o.path == "" && metadata(name) != nil {
		return mapperError("Field [%s] is defined more than once", name)
	}
	if head, rest, ok := strings.Cut(name, "."); ok && !o.flat {
		below := &object{path: o.join(head)}
		if n := o.children[head]; n != nil {
			if below = n.object; below == nil {
				return eserr.Illegal("can't merge a non object mapping [%s] with an object mapping", o.join(head))
			}
		}
		return p.through(o, head, below, rest, def, depth)
	}
	n, err := p.node(name, o.join(name), def, depth)
	if err != nil {
		return err
	}
	if old := o.children[name]; old != nil {
		if n, err = mergeNodes(old, n); err != nil {
			return err
		}
	}
	o.set(name, n)
	return nil
}

// through reads a field below an object that the dots of its name make.
func (p parser) through(o *object, head string, below *object, rest string, def map[string]any, depth int) error {
	if depth > maxNesting {
		return eserr.Illegal("Limit of mapping depth [%d] has been exceeded due to object field [%s]", maxNesting, below.path)
	}
	before := (&node{object: below}).size()
	if err := p.property(below, rest, def, depth+1); err != nil {
		return err
	}
	if o.children[head] == nil {
		o.set(head, &node{object: below})
		return nil
	}
	o.count += (&node{object: below}).size() - before
	return nil
}

// checkName refuses names that no document could have.
func checkName(name string) error {
	switch {
	case name == "":
		return eserr.Illegal("field name cannot be an empty string")
	case strings.TrimSpace(name) == "":
		return eserr.Illegal("field name cannot contain only whitespace")
	case name[0] == '.' || name[len(name)-1] == '.' || strings.Contains(name, ".."):
		return eserr.Illegal("field name starting or ending with a [.] makes object resolution ambiguous: [%s]", name)
	case strings.ContainsRune(name, 0): // columns of our own have names with it
		return eserr.Illegal("field name cannot contain a null character")
	case len(name) > maxTerm:
		return eserr.Illegal("field name is longer than %d bytes", maxTerm)
	}
	return nil
}

// node reads the definition of a field or object.
func (p parser) node(name, path string, def map[string]any, depth int) (*node, error) {
	typ, _ := def["type"].(string)
	_, hasProperties := def["properties"]
	switch {
	case typ == "object" || typ == "nested" || typ == "" && (hasProperties || len(def) == 1 && def["enabled"] != nil):
		o, err := p.object(name, path, typ, def, depth)
		return &node{object: o}, err
	case typ == "" && def["type"] != nil:
		typ = javaText(def["type"]) // which is no type
	case typ == "":
		return nil, mapperError("No type specified for field [%s]", name)
	}
	l, err := p.leaf(name, path, Type(typ), def)
	return &node{leaf: l}, err
}

// object reads the definition of an object.
func (p parser) object(name, path, typ string, def map[string]any, depth int) (*object, error) {
	o := &object{path: path, nested: typ == "nested"}
	var err error
	for _, key := range sortedKeys(def) {
		value := def[key]
		var on bool
		switch key {
		case "type", "properties":
		case "dynamic":
			o.dynamic, err = readDynamic(value)
		case "enabled":
			on, err = readBool("enabled.enabled", value)
			o.disabled = !on
		case "subobjects":
			on, err = readBool(name+".subobjects", value)
			o.flat = !on
		case "include_in_parent", "include_in_root":
			if !o.nested {
				return nil, mapperError("Mapping definition for [%s] has unsupported parameters:  [%s : %s]", name, key, javaText(value))
			}
			if on, err = readBool(name+"."+key, value); err == nil {
				if o.extra == nil {
					o.extra = map[string]any{}
				}
				o.extra[key] = on
			}
		default:
			return nil, mapperError("Mapping definition for [%s] has unsupported parameters:  [%s : %s]", name, key, javaText(value))
		}
		if err != nil {
			return nil, err
		}
	}
	return o, p.properties(o, def["properties"], depth+1)
}

// leaf reads the definition of a field.
func (p parser) leaf(name, path string, typ Type, def map[string]any) (*leaf, error) {
	s := typeSpec(typ)
	if s == nil {
		return nil, mapperError("The mapper type [%s] declared on field [%s] does not exist. It might have been created within a future version or requires a plugin to be installed. "+
			"Check the documentation.", typ, name)
	}
	l := &leaf{spec: s, params: map[string]any{}, gap: 100, depth: 20}
	l.field = Field{Name: path, Type: typ, Kind: s.kind, Column: path}
	for _, key := range sortedKeys(def) {
		switch {
		case key == "type" || key == "fields" && s.allows("fields"):
			continue
		case !s.allows(key):
			return nil, mapperError("unknown parameter [%s] on mapper [%s] of type [%s]", key, name, typ)
		}
		shown, isDefault, err := readParam(key, def[key], typ)
		if err != nil {
			return nil, err
		}
		if !isDefault {
			l.params[key] = shown
		}
	}
	if err := p.settle(name, l); err != nil {
		return nil, err
	}
	return l, p.subFields(name, l, def["fields"])
}

// settle fills the parts of a leaf that its parameters decide.
func (p parser) settle(name string, l *leaf) (err error) {
	f, typ := &l.field, l.field.Type
	text := func(key string) string { s, _ := l.params[key].(string); return s }
	f.Normalizer, f.Analyzer, f.SearchAnalyzer = text("normalizer"), text("analyzer"), text("search_analyzer")
	f.IgnoreAbove, _ = l.params["ignore_above"].(int)
	f.ScalingFactor, _ = l.params["scaling_factor"].(float64)
	l.target = text("path")
	l.copyTo, _ = l.params["copy_to"].([]string)
	l.coerce, l.ignoreMalformed = flag(l.params, "coerce"), flag(l.params, "ignore_malformed")
	if gap, ok := l.params["position_increment_gap"].(int); ok {
		l.gap = uint32(gap)
	}
	if depth, ok := l.params["depth_limit"].(int); ok {
		l.depth = min(depth, 100)
	}
	indexed, values := l.params["index"] != false, l.params["doc_values"] != false
	l.column = l.spec.kind != 0 && (indexed || values && f.Kind != document.Text)
	f.Searchable = l.column && (indexed || typ != "unsigned_long") // whose column Elasticsearch does not search
	f.NoNorms, f.ColumnOnly = f.Kind == document.Text && l.params["norms"] == false, l.column && !indexed
	f.Stored = l.params["store"] == true
	f.Fielddata = l.params["fielddata"] == true && l.column
	f.Vectors = strings.HasPrefix(text("term_vector"), "with_positions_offsets")
	f.Offsets = f.Vectors || text("index_options") == "offsets"
	f.Aggregatable = l.column && values && f.Kind != document.Text
	l.settlePresence(indexed, values)
	l.settleCompletion()
	if null, ok := l.params["null_value"]; ok {
		l.null, l.hasNull = scalarText(null), true
	}
	if f.Dates, err = dates.ParseFormat(text("format")); err != nil {
		return eserr.Illegal("Error parsing [format] on field [%s]: %s", name, reason(err))
	}
	return p.checkLeaf(name, typ, l)
}

// settlePresence says of a field that is kept in _source only whether `exists` finds it: where Elasticsearch would keep anything of it apart.
func (l *leaf) settlePresence(indexed, values bool) {
	f := &l.field
	if meta, ok := l.params["meta"].(map[string]any); ok {
		f.Meta = make(map[string]string, len(meta))
		for key, v := range meta {
			f.Meta[key] = scalarText(v)
		}
	}
	if l.spec.kind != 0 || l.spec.read != readNothing {
		return
	}
	l.present = indexed || values || l.params["store"] == true
	if f.Type == "binary" {
		l.present = l.params["doc_values"] == true || l.params["store"] == true
	}
	if _, kind := spanElement(f.Type); indexed || values {
		f.spans = kind
		f.AggregatableShape = kind != 0 && values
	}
	if l.spec.shape {
		f.Shape, f.SearchableShape, f.AggregatableShape = true, indexed || values, values
	}
}

// flag returns a boolean parameter, or nil if it is not given.
func flag(params map[string]any, key string) *bool {
	if b, ok := params[key].(bool); ok {
		return &b
	}
	return nil
}

// checkLeaf refuses parameters that do not fit together or name what does not exist.
func (p parser) checkLeaf(name string, typ Type, l *leaf) error {
	f := &l.field
	switch {
	case typ == "alias" && l.target == "":
		return mapperError("The [path] property must be specified for field [%s].", name)
	case typ == "scaled_float" && f.ScalingFactor == 0:
		return mapperError("Failed to parse mapping for field [%s]: Field [scaling_factor] is required", name)
	case f.Normalizer != "" && !p.registry.HasNormalizer(f.Normalizer):
		return mapperError("normalizer [%s] not found for field [%s]", f.Normalizer, name)
	}
	for _, key := range []string{"analyzer", "search_analyzer", "search_quote_analyzer"} {
		if a, ok := l.params[key].(string); ok && !p.registry.HasAnalyzer(a) {
			return eserr.Illegal("analyzer [%s] has not been configured in mappings", a)
		}
	}
	l.words = p.registry.Analyzer(f.Analyzer)
	if f.SearchAnalyzer == "" && f.Analyzer == "" && f.Kind == document.Text {
		f.SearchAnalyzer = p.registry.SearchDefault()
	}
	if !l.hasNull || l.spec.kind == 0 {
		return nil
	}
	if _, err := l.convert(l.null, valueString, true); err != nil {
		return l.badNull(name, err)
	}
	return nil
}

// badNull is the error of a null_value, which dates and addresses tell with the field.
func (l *leaf) badNull(name string, err error) error {
	var cause *eserr.Error
	isNumber := l.spec.read == readInteger || l.spec.read == readFloat
	switch errors.As(err, &cause); {
	case isNumber && strings.HasPrefix(reason(err), "For input string"):
		return eserr.BadRequest("number_format_exception", "%s", reason(err))
	case cause != nil && (isNumber || l.field.Type == "boolean"):
		return cause
	}
	e := mapperError("Error parsing [null_value] on field [%s]: %s", name, reason(err))
	e.CausedBy = cause
	return e
}

// subFields reads `fields`.
func (p parser) subFields(name string, l *leaf, value any) error {
	if value == nil {
		return nil
	}
	if list, ok := value.([]any); ok && len(list) == 0 {
		return nil
	}
	fields, ok := value.(map[string]any)
	if !ok {
		return mapperError("expected map for property [fields] on field [%s] or [fields] but got a %s", javaText(value), javaClass(value))
	}
	for _, sub := range sortedKeys(fields) {
		def, ok := fields[sub].(map[string]any)
		if !ok {
			return mapperError("illegal field [%s], only fields can be specified inside fields", sub)
		}
		typ, _ := def["type"].(string)
		switch {
		case strings.Contains(sub, ".") || sub == "":
			return mapperError("Field name [%s] which is a multi field of [%s] cannot contain '.'", sub, name)
		case typ == "":
			return mapperError("no type specified for property [%s]", sub)
		case typ == "object" || typ == "nested" || typ == "alias":
			return mapperError("Type [%s] cannot be used in multi field", typ)
		}
		s, err := p.leaf(sub, l.field.Name+"."+sub, Type(typ), def)
		if err != nil {
			return err
		}
		if s.subs != nil || s.copyTo != nil {
			return mapperError("[fields] and [copy_to] of [%s] cannot be used in multi field [%s]", sub, name)
		}
		s.field.MultiField, s.field.Parent = true, l.field.Name
		l.subs = append(l.subs, s)
	}
	sort.Slice(l.subs, func(i, j int) bool { return l.subs[i].field.Name < l.subs[j].field.Name })
	return nil
}
