package mapping

import (
	"errors"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/valyala/fastjson"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/storage/document"
)

// Options say how a document is read. The zero value reads as an ordinary index does.
type Options struct {
	// Now is the Time of a document that has no time of its own; the zero value leaves it 0.
	Now time.Time
	// Stream makes bad values never refuse a document: they stay in `_source`, and their field is listed in `_ignored`.
	Stream bool
	// Stored says that the document was acknowledged by an earlier version, which took a name twice in an object: the last member counts, and nothing is noted.
	Stored bool
	// Routing is the `_routing` of the write, empty without.
	Routing string
	// Memory is where the document gets its Fields from; nil is memory of its own.
	Memory *Memory
}

// Document reads d.Source into d.Fields and d.Time, and returns the mapping to use from now on: m itself, or a new one with the fields that
// the document brought. d.Fields is replaced, so that a document can be read again if another writer stored a newer mapping in between; the texts in it may
// share the memory of d.Source. Where the document was taken apart, d.Skeleton and d.Holes say how.
//
// Sub-fields, copy_to and null values are filled in; what was not indexed is listed in the `_ignored` column. Fields of nested objects are
// checked but not indexed, as a query that is not nested does not see them. The error is a *eserr.Error; d is then of no use.
func (m *Mapping) Document(d *document.Document, o Options) (*Mapping, error) {
	r := readers.Get().(*reader)
	defer readers.Put(r)
	defer r.reset()
	r.m, r.d, r.stream, r.stored, r.memory = m, d, o.Stream, o.Stored, o.Memory
	if r.memory == nil {
		r.memory = &Memory{}
	}
	d.Skeleton, d.Holes = "", nil
	valid := r.shape.Scan(d.Source)
	if !r.shape.Same {
		r.lastOf = nil
	}
	valid = valid && utf8.Valid(d.Source)
	if valid && r.planned(o) {
		return m, nil
	}
	return r.whole(o, valid)
}

// whole reads a document that has no plan. valid says that its source is known to be a JSON object.
func (r *reader) whole(o Options, valid bool) (*Mapping, error) {
	root, err := r.parse(valid)
	if err != nil {
		return nil, err
	}
	if r.twice = namesTwice(root); r.twice && !r.stream && !o.Stored {
		return nil, twice(r.d.Source)
	}
	r.d.Fields = make([]document.Field, 0, 48)
	if !r.m.root.disabled {
		if err := r.object(r.m.root, root.GetObject(), r.m.root.dynamic.or(dynamicTrue)); err != nil {
			return nil, r.located(err)
		}
	}
	if err := r.finish(o); err != nil {
		return nil, r.located(err)
	}
	return r.extended()
}

// parse reads JSON strictly: fastjson's parser bounds the depth but lets some bad JSON pass, which its validator (unbounded by itself) refuses;
// neither looks at UTF-8.
func (r *reader) parse(valid bool) (*fastjson.Value, error) {
	source := r.d.Source
	root, err := r.parser.ParseBytes(source)
	if err == nil && !valid {
		err = fastjson.ValidateBytes(source)
	}
	switch {
	case err != nil:
		return nil, badJSON(source, err)
	case !valid && !utf8.Valid(source):
		return nil, badJSON(source, errors.New("invalid UTF-8"))
	case root.Type() != fastjson.TypeObject:
		return nil, parsingError(1, 1, "failed to parse: Malformed content, must start with an object")
	}
	return root, nil
}

// reader reads one document.
type reader struct {
	m      *Mapping
	d      *document.Document
	stream bool
	stored bool
	// parser and shape keep their memory from one document to the next.
	parser fastjson.Parser
	shape  document.Shape
	// last is the plan for the skeleton that shape has, of the mapping whose plans are lastOf; nil if it has not been looked up.
	last   *plan
	lastOf *plans
	memory *Memory
	// values holds the text of all values that were parsed: one allocation for the document.
	values strings.Builder
	// hidden counts the nested objects around the present place.
	hidden int
	// nested counts the nested objects of the document.
	nested int
	// positions are where the words of each text's next value begin.
	positions []textEnd
	// noted are the fields of which only the presence is kept, and is.
	noted map[*leaf]bool
	// ignored are the fields for `_ignored`, in order, and ignoring the same as a set.
	ignored  []string
	ignoring map[string]bool
	aliased  []aliased
	added    additions
	// scratch holds the text of the present number.
	scratch []byte
	// twice says that an object of the document has two members of one name.
	twice bool
	// timed says that the document's time is found, copying that the present value is a copy of another field's.
	timed, copying bool
}

// readers are shared by all mappings.
var readers = sync.Pool{New: func() any { return new(reader) }}

// reset forgets the document, but not the memory that the next one can use.
func (r *reader) reset() {
	r.m, r.d, r.memory = nil, nil, nil
	r.values.Reset()
	r.hidden, r.nested, r.timed, r.copying = 0, 0, false, false
	clear(r.positions)
	r.positions = r.positions[:0]
	r.noted, r.ignored, r.ignoring, r.aliased, r.added = nil, nil, nil, nil, additions{}
	if cap(r.shape.Skeleton) > maxKeptShape {
		r.shape = document.Shape{}
	}
	if cap(r.scratch) > maxKeptShape {
		r.scratch = nil
	}
}

// maxKeptShape is up to how many bytes of a skeleton memory is kept for the next document.
const maxKeptShape = 64 << 10

// textEnd is where the words of a text's next value begin.
type textEnd struct {
	text *leaf
	next uint32
}

// aliased is a value that stood under an alias' name.
type aliased struct {
	alias *leaf
	value *fastjson.Value
}

// object reads the members of an object. Of members with the same name, which only streams may have, the last counts.
func (r *reader) object(o *object, members *fastjson.Object, dyn dynamic) error {
	var err error
	var last map[string]int
	if r.twice {
		last = duplicates(members)
	}
	at := -1
	members.Visit(func(key []byte, v *fastjson.Value) {
		if at++; err != nil {
			return
		}
		if last != nil && last[string(key)] != at {
			if !r.stored {
				r.ignore(o.join(string(key)))
			}
			return
		}
		err = r.member(o, key, v, dyn)
	})
	return err
}

// duplicates returns the place of each name's last member, or nil if no name occurs twice.
func duplicates(members *fastjson.Object) map[string]int {
	const few = 24
	if n := members.Len(); n <= few {
		var seen [few][]byte
		i, twice := 0, false
		members.Visit(func(key []byte, _ *fastjson.Value) {
			for _, other := range seen[:i] {
				twice = twice || string(other) == string(key)
			}
			seen[i] = key
			i++
		})
		if !twice {
			return nil
		}
	}
	last, i := make(map[string]int, members.Len()), 0
	members.Visit(func(key []byte, _ *fastjson.Value) {
		last[string(key)] = i
		i++
	})
	if len(last) == members.Len() {
		return nil
	}
	return last
}

// member reads one member of an object.
func (r *reader) member(o *object, key []byte, v *fastjson.Value, dyn dynamic) error {
	if n := o.children[string(key)]; n != nil {
		return r.node(n, v, dyn)
	}
	name := string(key)
	if o == r.m.root && metadata(name) != nil {
		return r.refuse(name, v, eserr.BadRequest(eserr.DocumentParsing, "Field [%s] is a metadata field and cannot be added inside a document. Use the index API request parameters.", name))
	}
	if head, rest, ok := strings.Cut(name, "."); ok && !o.flat {
		return r.dotted(o, head, rest, v, dyn)
	}
	return r.unknown(o, name, v, dyn)
}

// dotted reads a member whose name has dots: it means the same as objects within objects.
func (r *reader) dotted(o *object, head, rest string, v *fastjson.Value, dyn dynamic) error {
	path := o.join(head)
	if err := checkName(head + "." + rest); err != nil {
		return r.refuse(path+"."+rest, v, err)
	}
	n := r.child(o, head)
	switch {
	case n == nil:
		var err error
		if n, err = r.newObject(o, head, v, dyn); n == nil || err != nil {
			return err
		}
	case n.leaf != nil && n.leaf.spec.read == readFlattened:
		return r.flattened(n.leaf, rest, v, 1)
	case n.leaf != nil:
		return r.refuse(path, v, r.misfit(n.leaf, "{"+rest+"="+preview(v)+"}", objectCause(n.leaf)))
	}
	if n.object.disabled {
		return nil
	}
	if n.object.nested {
		r.hidden++
		defer func() { r.hidden-- }()
	}
	return r.member(n.object, []byte(rest), v, n.object.dynamic.or(dyn))
}

// child finds a member in the mapping or among what this document added.
func (r *reader) child(o *object, name string) *node {
	if n := o.children[name]; n != nil {
		return n
	}
	return r.added.find(o.join(name))
}

// node reads a value for a known object or leaf.
func (r *reader) node(n *node, v *fastjson.Value, dyn dynamic) error {
	if n.leaf != nil {
		return r.field(n.leaf, v)
	}
	o := n.object
	switch {
	case o.disabled:
		return nil
	case v.Type() == fastjson.TypeNull:
		return nil
	case v.Type() == fastjson.TypeArray:
		for _, e := range v.GetArray() {
			if err := r.node(n, e, dyn); err != nil {
				return err
			}
		}
		return nil
	case v.Type() != fastjson.TypeObject:
		return r.refuse(o.path, v, eserr.BadRequest(eserr.DocumentParsing, "object mapping for [%s] tried to parse field [%s] as object, but found a concrete value",
			o.path, o.path[strings.LastIndexByte(o.path, '.')+1:]))
	}
	if o.nested {
		if r.nested++; r.nested > r.m.settings.nestedObjects() {
			return r.tooNested(o.path, v)
		}
		r.hidden++
		defer func() { r.hidden-- }()
	}
	return r.object(o, v.GetObject(), o.dynamic.or(dyn))
}

// finish indexes what waited for the end: values under aliases, times, and the metadata columns.
func (r *reader) finish(o Options) error {
	for _, a := range r.aliased {
		if err := r.throughAlias(a); err != nil {
			return err
		}
	}
	if !r.timed {
		r.d.Time = 0
		if !o.Now.IsZero() {
			r.d.Time = o.Now.UnixMilli()
		}
	}
	for _, name := range r.ignored {
		r.d.Fields = append(r.d.Fields, document.Field{Name: "_ignored", Kind: document.Keyword, Str: name})
	}
	if o.Routing != "" {
		r.d.Fields = append(r.d.Fields, document.Field{Name: "_routing", Kind: document.Keyword, Str: o.Routing})
	}
	return nil
}

// throughAlias indexes a value under the alias' target, unless the document has that itself. Elsewhere than in a stream it is refused.
func (r *reader) throughAlias(a aliased) error {
	name := a.alias.field.Name
	if !r.stream {
		return r.refuse(name, a.value, eserr.Illegal("Cannot write to a field alias [%s].", name))
	}
	r.ignore(name)
	target, _ := r.m.root.findField(a.alias.target)
	if target == nil || !target.column {
		return nil
	}
	for i := range r.d.Fields {
		if r.d.Fields[i].Name == target.field.Column {
			return nil
		}
	}
	return r.field(target, a.value)
}

// ignore lists a field in `_ignored`.
func (r *reader) ignore(name string) {
	if len(name) > maxTerm || r.ignoring[name] {
		return
	}
	if r.ignoring == nil {
		r.ignoring = map[string]bool{}
	}
	r.ignoring[name] = true
	r.ignored = append(r.ignored, name)
}
