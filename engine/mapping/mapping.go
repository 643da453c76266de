// Package mapping says which fields an index has, and reads documents and values by it: JSON source to typed fields on the way in, values of queries to values
// of columns on the way to a search, and values of columns to JSON on the way out. It speaks Elasticsearch's mappings: types, parameters,
// dynamic mapping with its templates, merging, and the errors of all of these.
//
// A Mapping is a value: reading a document with new fields gives a new one, which the caller stores before it indexes. The package knows no disk,
// no index names but those of its built-in defaults, and no search.
//
// What is accepted but only kept in `_source`: binary, geo_point, geo_shape, the range types, and everything below a nested object; see types.go.
//
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/mapping.html
package mapping

import (
	"cmp"
	"sync"

	"github.com/vedette-siem/vedette/engine/analysis"
	"github.com/vedette-siem/vedette/engine/dates"
	"github.com/vedette-siem/vedette/storage/document"
)

// A Mapping is immutable and safe for concurrent use.
type Mapping struct {
	root     *object
	dynamics dynamics
	// meta are the root's other parameters as GET _mapping shows them: `_meta`, `_source`, `_routing`, ...
	meta     map[string]any
	registry *analysis.Registry
	settings Settings
	// names is built when the first name is looked up: a mapping that a bulk request only passes through does not need it.
	names func() *names
	// plans are for documents of skeletons that were seen before.
	plans *plans
}

// dynamics are the root's parameters of dynamic mapping.
type dynamics struct {
	noDates   bool
	numbers   bool
	formats   []dates.Format // of date detection; nil is Elasticsearch's two
	templates []*template
}

// Settings are the index settings that a mapping obeys.
type Settings struct {
	// DefaultField is `index.query.default_field`; empty is all fields.
	DefaultField []string
	// TotalFields is `index.mapping.total_fields.limit`: 0 is 1,000, negative is no limit.
	TotalFields int
	// IgnoreBeyondLimit is `index.mapping.total_fields.ignore_dynamic_beyond_limit`: what a document brings beyond TotalFields is listed in `_ignored`, and not refused.
	IgnoreBeyondLimit bool
	// Depth is `index.mapping.depth.limit`: 0 is 20.
	Depth int
	// NameLength is `index.mapping.field_name_length.limit`, of one part of a name in characters: 0 is no limit.
	NameLength int
	// IgnoreMalformed is `index.mapping.ignore_malformed`.
	IgnoreMalformed bool
	// NoCoerce is `index.mapping.coerce: false`.
	NoCoerce bool
	// NestedObjects is `index.mapping.nested_objects.limit`, of one document: 0 is 10,000.
	NestedObjects int
	// TimeField is `index.time_field`, a setting of our own: the date that orders documents without `@timestamp`; empty is none.
	TimeField string
	// Limits are those of searches of the index.
	Limits Limits
}

// Limits are index settings that bound a search; 0 is the default.
type Limits struct {
	// Terms is `index.max_terms_count`: 65,536.
	Terms int
	// RegexpLength is `index.max_regex_length` in characters: 1,000.
	RegexpLength int
	// DocvalueFields is `index.max_docvalue_fields_search`: 100.
	DocvalueFields int
	// InnerResultWindow is `index.max_inner_result_window`, the most that from and size of top_hits may add up to: 100.
	InnerResultWindow int
	// AnalyzedOffset is `index.highlight.max_analyzed_offset` in characters: 1,000,000.
	AnalyzedOffset int
}

// WithDefaults fills in what is 0.
func (l Limits) WithDefaults() Limits {
	return Limits{
		Terms: cmp.Or(l.Terms, 65_536), RegexpLength: cmp.Or(l.RegexpLength, 1000), DocvalueFields: cmp.Or(l.DocvalueFields, 100),
		InnerResultWindow: cmp.Or(l.InnerResultWindow, 100), AnalyzedOffset: cmp.Or(l.AnalyzedOffset, 1_000_000),
	}
}

func (s Settings) nestedObjects() int { return cmp.Or(s.NestedObjects, 10_000) }

func (s Settings) totalFields() int {
	if s.TotalFields == 0 {
		return 1000
	}
	return s.TotalFields
}

func (s Settings) depth() int {
	if s.Depth == 0 {
		return 20
	}
	return s.Depth
}

// WithSettings returns the mapping under other settings, or an illegal_argument_exception if it has more fields or levels than they allow.
func (m *Mapping) WithSettings(s Settings) (*Mapping, error) {
	next := *m
	next.settings = s
	if err := next.checkLimits(); err != nil {
		return nil, err
	}
	return next.sealed(), nil
}

// sealed makes a changed copy a mapping of its own.
func (m *Mapping) sealed() *Mapping {
	m.names = sync.OnceValue(func() *names { return newNames(m) })
	m.plans = &plans{}
	return m
}

// Registry holds the analyzers and normalizers that the fields name; nil has the built-in ones.
func (m *Mapping) Registry() *analysis.Registry { return m.registry }

// Settings are those that the mapping was given.
func (m *Mapping) Settings() Settings { return m.settings }

// RoutingRequired reports whether every document of the index must be written and asked for with a routing (`_routing: {"required": true}`).
func (m *Mapping) RoutingRequired() bool {
	routing, _ := m.meta["_routing"].(map[string]any)
	if routing == nil {
		return false
	}
	required, err := readBool("required", routing["required"])
	return err == nil && required
}

// ShownSource is what `_source` of the mapping says of what answers show of a document: nothing, or only what the patterns keep.
func (m *Mapping) ShownSource() (disabled bool, includes, excludes []string) {
	source, _ := m.meta["_source"].(map[string]any)
	if source == nil {
		return false, nil, nil
	}
	enabled, err := readBool("enabled", source["enabled"])
	return err == nil && !enabled || source["mode"] == "disabled", paths(source["includes"]), paths(source["excludes"])
}

// paths is a text or a list of texts.
func paths(value any) (out []string) {
	list, ok := value.([]any)
	if !ok && value != nil {
		list = []any{value}
	}
	for _, v := range list {
		out = append(out, scalarText(v))
	}
	return out
}

// TimeField is the field that orders the documents: `@timestamp` if it is mapped as a date, else the date that Settings.TimeField names, else a date `timestamp`, else empty.
func (m *Mapping) TimeField() string {
	for _, name := range []string{"@timestamp", m.settings.TimeField, "timestamp"} {
		if l, _ := m.root.find(name); l != nil && (l.field.Kind == document.Date || l.field.Kind == document.DateNanos) {
			return name
		}
	}
	return ""
}

// mayBeTime reports whether TimeField could be a field of that name.
func (m *Mapping) mayBeTime(name string) bool {
	return name == "@timestamp" || name == "timestamp" || name == m.settings.TimeField
}

// IsObject reports whether the name is that of an object or nested object.
func (m *Mapping) IsObject(name string) bool {
	_, o := m.root.find(name)
	return o != nil
}
