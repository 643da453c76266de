package mapping

import (
	"github.com/vedette-siem/vedette/engine/dates"
	"github.com/vedette-siem/vedette/storage/document"
)

// Type is a field type by Elasticsearch's name: `keyword`, `text`, `long`, `date`, `ip`, ... Types that we accept as another one
// (`match_only_text` as text, `wildcard` as keyword) keep their name here and behave as Field.Kind says.
type Type string

// A Field is one leaf of a mapping as queries, aggregations and answers see it. It is immutable.
type Field struct {
	// Name is the full path, such as `source.ip` or `message.keyword`; for a key of a flattened object `labels.team`.
	Name string
	Type Type
	// Kind says which column the field has: Keyword and IP a segment.Terms, Text a segment.Text, the others a segment.Numbers.
	Kind document.Kind
	// Column is the name of that column: Name, but for an alias its target and for a key of a flattened object the column of all keys.
	Column string
	// KeyPrefix is not empty for a key of a flattened object: the terms of Column that begin with it are the key's (segment.Terms.Sub).
	KeyPrefix string
	// Dates is the format of a date or date_nanos field.
	Dates dates.Format
	// ScalingFactor of a scaled_float, whose column is a double; 0 for the others.
	ScalingFactor float64
	// IgnoreAbove is the length in characters above which a keyword is not indexed; 0 is no limit.
	IgnoreAbove int
	// Normalizer (keyword) and Analyzer, SearchAnalyzer (text) are names for analysis.Registry; empty is none, or the standard one.
	Normalizer, Analyzer, SearchAnalyzer string
	// Stored says that the mapping has `store: true`, so that `stored_fields` shows the field.
	Stored bool
	// Offsets says that a text's mapping keeps where its words stand (`index_options: offsets`, `term_vector: with_positions_offsets`).
	Offsets bool
	// Vectors says that its mapping has `term_vector: with_positions_offsets`, which Elasticsearch's fast vector highlighter needs.
	Vectors bool
	// Fielddata says that a text can be sorted by its words.
	Fielddata bool
	// NoNorms says that a text has `norms: false`: its length does not count in scores. ColumnOnly says that a field has values by document and no index (`index: false`):
	// all its matches score the same.
	NoNorms, ColumnOnly bool
	// Searchable is false with `index: false` and no doc values to search, which those of an unsigned_long are not; Aggregatable is false for text.
	Searchable, Aggregatable bool
	// MultiField says that the field is a sub-field (`fields`) of another one, so that it has no place of its own in `_source`; Parent is that one's name.
	MultiField bool
	Parent     string
	// Alias says that Name is an alias field; Column and all else are its target's.
	Alias bool
	// Meta is the field's `meta`, which the caller must not change; nil is none.
	Meta map[string]string
	// Shape says that the field is a geo_point or geo_shape, of which most queries cannot see more than whether it exists (but see PointColumn); SearchableShape
	// and AggregatableShape are what its parameters allow. AggregatableShape is also set for a range field with doc values.
	Shape, SearchableShape, AggregatableShape bool
	// Completion is not nil for a completion field.
	Completion *Completion
	spans      document.Kind // of the bounds of a range field that can be searched; else 0
	// Metadata fields are `_id`, `_index`, `_source`, `_ignored`, `_seq_no`, `_version`, `_field_names`, `_routing`, `_data_stream_timestamp`.
	Metadata bool
}

// Matchable reports whether a query over all fields asks the field: one that can be searched by a value.
func (f *Field) Matchable() bool { return f.Searchable && !f.Shape || f.SpanColumn() != "" }
