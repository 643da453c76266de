package mapping

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/vedette-siem/vedette/engine/analysis"
	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/storage/document"
)

func mustParse(t testing.TB, body string) *Mapping {
	t.Helper()
	m, err := Parse(json.RawMessage(body), nil)
	if err != nil {
		t.Fatalf("Parse(%s): %v", body, err)
	}
	return m
}

func shown(t testing.TB, m *Mapping) string {
	t.Helper()
	b, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// read indexes a document and returns its fields as text, with the mapping to use from now on.
func read(t testing.TB, m *Mapping, source string, o Options) (string, *Mapping) {
	t.Helper()
	d := &document.Document{ID: "2", Source: []byte(source)}
	next, err := m.Document(d, o)
	if err != nil {
		t.Fatalf("Document(%s): %v", source, err)
	}
	return fieldsText(d), next
}

func fieldsText(d *document.Document) string {
	var parts []string
	for _, f := range d.Fields {
		value := ""
		switch f.Kind {
		case document.Keyword:
			value = strings.ReplaceAll(f.Str, "\x00", "|")
		case document.Text:
			for _, token := range f.Tokens {
				value += fmt.Sprintf("%s@%d ", token.Term, token.Position)
			}
			value = strings.TrimSpace(value)
		case document.IP:
			addr, _ := document.IPOf(f.Str)
			value = addr.String()
		case document.Double:
			value = fmt.Sprint(document.DoubleOf(f.Num))
		default:
			value = fmt.Sprint(f.Num)
		}
		parts = append(parts, f.Name+"="+value)
	}
	return strings.Join(parts, "; ")
}

func refusal(t testing.TB, err error) *eserr.Error {
	t.Helper()
	var e *eserr.Error
	if !errors.As(err, &e) {
		t.Fatalf("not a refusal: %v", err)
	}
	return e
}

func TestParseShowsWhatItWasGiven(t *testing.T) {
	f := func(body, want string) {
		t.Helper()
		m := mustParse(t, body)
		if got := shown(t, m); got != want {
			t.Errorf("%s\n is shown as %s\n want %s", body, got, want)
		}
		if got := shown(t, mustParse(t, shown(t, m))); got != want {
			t.Errorf("%s\n is, read again, shown as %s", body, got)
		}
	}
	f(``, `{}`)
	f(`{}`, `{}`)
	f(`{"_doc": {"properties": {"a": {"type": "keyword"}}}}`, `{"properties":{"a":{"type":"keyword"}}}`)
	f(`{"properties": {"a.b": {"type": "long"}, "a": {"properties": {"c": {"type": "ip"}}}}}`, `{"properties":{"a":{"properties":{"b":{"type":"long"},"c":{"type":"ip"}}}}}`)
	f(`{"properties": {"k": {"type": "keyword", "ignore_above": "10", "index": "false", "doc_values": true}}}`, `{"properties":{"k":{"type":"keyword","ignore_above":10,"index":false}}}`)
	f(`{"properties": {"o": {"type": "object"}, "p": {"enabled": "false"}, "n": {"type": "nested", "dynamic": "strict"}}}`,
		`{"properties":{"n":{"type":"nested","dynamic":"strict"},"o":{"type":"object"},"p":{"type":"object","enabled":false}}}`)
	f(`{"properties": {"t": {"type": "text", "analyzer": "english", "fields": {"raw": {"type": "keyword"}, "len": {"type": "text", "norms": false}}}}}`,
		`{"properties":{"t":{"type":"text","analyzer":"english","fields":{"len":{"type":"text","norms":false},"raw":{"type":"keyword"}}}}}`)
	f(`{"dynamic": true, "date_detection": "false", "numeric_detection": true, "_meta": {"x": 1}, "dynamic_date_formats": ["yyyy"]}`,
		`{"_meta":{"x":1},"date_detection":false,"dynamic":"true","dynamic_date_formats":["yyyy"],"numeric_detection":true}`)
	f(`{"properties": {"a": {"type": "keyword"}, "b": {"type": "alias", "path": "a"}, "s": {"type": "scaled_float", "scaling_factor": 100}, "d": {"type": "date", "format": "yyyy||epoch_millis"}}}`,
		`{"properties":{"a":{"type":"keyword"},"b":{"type":"alias","path":"a"},"d":{"type":"date","format":"yyyy||epoch_millis"},"s":{"type":"scaled_float","scaling_factor":100}}}`)
	f(`{"dynamic_templates": [{"s": {"match_mapping_type": "string", "mapping": {"type": "keyword"}}}]}`,
		`{"dynamic_templates":[{"s":{"mapping":{"type":"keyword"},"match_mapping_type":"string"}}]}`)
	f(`{"subobjects": false, "properties": {"a.b": {"type": "long"}, "a": {"type": "long", "meta": {"unit": "ms"}}}}`,
		`{"subobjects":false,"properties":{"a":{"type":"long","meta":{"unit":"ms"}},"a.b":{"type":"long"}}}`)
	f(`{"properties": {"a": {"type": "keyword", "copy_to": "all", "null_value": "NULL"}, "all": {"type": "text"}}}`,
		`{"properties":{"a":{"type":"keyword","copy_to":["all"],"null_value":"NULL"},"all":{"type":"text"}}}`)
}

func TestParseRefuses(t *testing.T) {
	f := func(body, want string) {
		t.Helper()
		_, err := Parse(json.RawMessage(body), nil)
		if err == nil {
			t.Errorf("%s is accepted", body)
			return
		}
		e := refusal(t, err)
		wrapped := e.Reason == "Failed to parse mapping: "+want && e.CausedBy != nil && e.CausedBy.Reason == want
		if e.Type != eserr.MapperParsing || !wrapped && !(Alone(e) && e.Reason == want) {
			t.Errorf("%s\n gives %s\n want %s", body, e.Reason, want)
		}
	}
	field := func(def, want string) { t.Helper(); f(`{"properties": {"x": `+def+`}}`, want) }
	f(`{"properties": {"x": {"type": "klingon"}}}`, "The mapper type [klingon] declared on field [x] does not exist. It might have been created within a future version or requires a plugin to be installed. Check the documentation.")
	f(`{"foo": "bar"}`, "Root mapping definition has unsupported parameters:  [foo : bar]")
	f(`{"foo": {"a": 1}}`, "Root mapping definition has unsupported parameters:  [foo : {a=1}]")
	f(`{"properties": {"x": {}}}`, "No type specified for field [x]")
	f(`{"properties": "x"}`, "properties must be a map type")
	f(`{"properties": {"x": "keyword"}}`, "Expected map for property [fields] on field [x] but got a class java.lang.String")
	f(`{"properties": {"": {"type": "long"}}}`, "field name cannot be an empty string")
	f(`{"properties": {".x": {"type": "long"}}}`, "field name starting or ending with a [.] makes object resolution ambiguous: [.x]")
	f(`{"properties": {"a": {"type": "long"}, "a.b": {"type": "long"}}}`, "can't merge a non object mapping [a] with an object mapping")
	f(`{"runtime": {"r": {"type": "long"}}}`, "runtime fields are not supported: [r]")
	f(`{"dynamic": "maybe"}`, "Could not convert [dynamic.dynamic] to boolean")
	field(`{"type": "keyword", "boost": 2}`, "unknown parameter [boost] on mapper [x] of type [keyword]")
	field(`{"type": "keyword", "index": "maybe"}`, "Failed to parse value [maybe] as only [true] or [false] are allowed.")
	field(`{"type": "keyword", "normalizer": "nope"}`, "normalizer [nope] not found for field [x]")
	field(`{"type": "text", "analyzer": "nope"}`, "analyzer [nope] has not been configured in mappings")
	field(`{"type": "alias"}`, "The [path] property must be specified for field [x].")
	field(`{"type": "alias", "path": "y"}`, "Invalid [path] value [y] for field alias [x]: an alias must refer to an existing field in the mappings.")
	field(`{"type": "alias", "path": "x"}`, "Invalid [path] value [x] for field alias [x]: an alias cannot refer to itself.")
	field(`{"type": "scaled_float"}`, "Failed to parse mapping for field [x]: Field [scaling_factor] is required")
	field(`{"type": "date", "format": "nope"}`, "Error parsing [format] on field [x]: Invalid format: [nope]: Unknown pattern letter: o")
	field(`{"type": "ip", "null_value": "x"}`, "Error parsing [null_value] on field [x]: 'x' is not an IP string literal.")
	field(`{"type": "keyword", "fields": {"y": {"type": "object"}}}`, "Type [object] cannot be used in multi field")
	field(`{"type": "keyword", "fields": {"y.z": {"type": "long"}}}`, "Field name [y.z] which is a multi field of [x] cannot contain '.'")
	field(`{"type": "object", "index": false}`, "Mapping definition for [x] has unsupported parameters:  [index : false]")
	f(`{"dynamic_templates": {}}`, "Dynamic template syntax error. An array of named objects is expected.")
	f(`{"dynamic_templates": [{"t": {"match": "*"}}]}`, "template [t] must have either mapping or runtime set")
	f(`{"dynamic_templates": [{"t": {"match": "*", "x": 1, "mapping": {}}}]}`, "Illegal dynamic template parameter: [x]")
	f(`{"dynamic_templates": [{"t": {"match_mapping_type": "text", "mapping": {}}}]}`,
		"No field type matched on [text], possible values are [object, string, long, double, boolean, date, binary]")
	if _, err := Parse([]byte(`{"dynamic_templates": [{"t": {"match": "*", "mapping": {"type": "klingon"}}}]}`), nil); err == nil || !strings.Contains(err.Error(), "The mapper type [klingon]") {
		t.Errorf("a template of an unknown type: %v", err)
	}
	if _, err := Parse([]byte(`{"dynamic_templates": [{"t": {"match": "(", "match_pattern": "regex", "mapping": {}}}]}`), nil); err == nil {
		t.Error("a bad regular expression is accepted")
	}
	if _, err := Parse([]byte(`[`), nil); err == nil {
		t.Error("bad JSON is accepted")
	}
}

func TestDeepMappingsAreRefused(t *testing.T) {
	deep := strings.Repeat(`{"properties": {"a": `, 1000) + `{"type": "long"}` + strings.Repeat(`}}`, 1000)
	if _, err := Parse([]byte(deep), nil); err == nil {
		t.Error("1,000 levels are accepted")
	}
	if _, err := Parse([]byte(`{"properties": {"`+strings.Repeat("a.", 1000)+`a": {"type": "long"}}}`), nil); err == nil {
		t.Error("1,000 dots are accepted")
	}
}

func TestLimits(t *testing.T) {
	m := mustParse(t, `{"properties": {"a": {"type": "text", "fields": {"k": {"type": "keyword"}}}, "o": {"properties": {"b": {"type": "long"}}}}}`)
	if _, err := m.WithSettings(Settings{TotalFields: 4}); err != nil {
		t.Errorf("a text, its sub-field, an object and a long are more than 4: %v", err)
	}
	if _, err := m.WithSettings(Settings{TotalFields: 3}); err == nil || refusal(t, err).Reason != "Limit of total fields [3] has been exceeded" {
		t.Errorf("%v", err)
	}
	four, _ := m.WithSettings(Settings{TotalFields: 4})
	_, err := four.Document(&document.Document{Source: []byte(`{"c": 1}`)}, Options{})
	if err == nil || refusal(t, err).Reason != "[1:7] failed to parse: Limit of total fields [4] has been exceeded while adding new fields [1]" {
		t.Errorf("%v", err)
	}
	if got, next := read(t, four, `{"c": 1, "o": {"b": 5}}`, Options{Stream: true}); got != "o.b=5; _ignored=c" || next != four {
		t.Errorf("in a stream: %s", got)
	}
	if _, err := four.Merge([]byte(`{"properties": {"d": {"type": "long"}}}`)); err == nil {
		t.Error("a put mapping passes the limit")
	}
	_, err = empty().Document(&document.Document{Source: []byte(`{"` + strings.Repeat("a.", 25) + `a": 1}`)}, Options{})
	if err == nil || !strings.Contains(err.Error(), "Limit of mapping depth [20] has been exceeded due to object field [a.a.") {
		t.Errorf("%v", err)
	}
}

func TestFieldsBeyondTheLimitCanBeIgnored(t *testing.T) {
	m := mustParse(t, `{"properties": {"a": {"type": "long"}}}`)
	m, err := m.WithSettings(Settings{TotalFields: 2, IgnoreBeyondLimit: true})
	if err != nil {
		t.Fatal(err)
	}
	got, next := read(t, m, `{"a": 1, "b": 2, "c": 3, "o": {"d": 4}}`, Options{})
	if got != "a=1; b=2; _ignored=c; _ignored=o" || next == m {
		t.Errorf("got %s", got)
	}
	if _, err := next.Merge([]byte(`{"properties": {"d": {"type": "long"}}}`)); err == nil {
		t.Error("a put mapping passes the limit")
	}
}

func TestNamesAndLevelsHaveLimits(t *testing.T) {
	m := mustParse(t, `{"properties": {"abcdef": {"type": "text", "fields": {"keyword": {"type": "keyword"}}}, "o": {"properties": {"p": {"properties": {"q": {"type": "long"}}}}}}}`)
	for _, s := range []Settings{{NameLength: 5}, {NameLength: 6}, {Depth: 2}} {
		if _, err := m.WithSettings(s); err == nil {
			t.Errorf("%+v: accepted", s)
		}
	}
	m, err := m.WithSettings(Settings{NameLength: 7, Depth: 3})
	if err != nil {
		t.Fatal(err)
	}
	_, err = m.Document(&document.Document{Source: []byte(`{"abcdefgh": 1}`)}, Options{})
	if err == nil || !strings.Contains(err.Error(), "Field name [abcdefgh] is longer than the limit of [7] characters") {
		t.Errorf("%v", err)
	}
	if _, err := m.Merge([]byte(`{"properties": {"abcdefgh": {"type": "long"}}}`)); err == nil {
		t.Error("a put mapping passes the limit")
	}
}

func TestMerge(t *testing.T) {
	base := mustParse(t, `{"dynamic": "false", "properties": {"k": {"type": "keyword"}, "t": {"type": "text", "fields": {"raw": {"type": "keyword"}}}, "o": {"properties": {"a": {"type": "long"}}}}}`)
	before := shown(t, base)
	f := func(body, want string) {
		t.Helper()
		m, err := base.Merge([]byte(body))
		if err != nil {
			t.Errorf("%s: %v", body, err)
		} else if got := shown(t, m); got != want {
			t.Errorf("%s\n gives %s\n want %s", body, got, want)
		}
	}
	rest := `"o":{"properties":{"a":{"type":"long"}}},"t":{"type":"text","fields":{"raw":{"type":"keyword"}}}}}`
	f(`{}`, before)
	f(`{"dynamic": "strict"}`, strings.Replace(before, `"false"`, `"strict"`, 1))
	f(`{"properties": {"k": {"type": "keyword", "ignore_above": 5}}}`, `{"dynamic":"false","properties":{"k":{"type":"keyword","ignore_above":5},`+rest)
	f(`{"properties": {"k": {"type": "keyword", "fields": {"x": {"type": "text"}}}}}`, `{"dynamic":"false","properties":{"k":{"type":"keyword","fields":{"x":{"type":"text"}}},`+rest)
	f(`{"properties": {"o.b": {"type": "ip"}}}`, strings.Replace(before, `{"a":{"type":"long"}}`, `{"a":{"type":"long"},"b":{"type":"ip"}}`, 1))

	refuse := func(body, want string) {
		t.Helper()
		_, err := base.Merge([]byte(body))
		if err == nil {
			t.Errorf("%s is accepted", body)
		} else if e := refusal(t, err); e.Reason != want {
			t.Errorf("%s\n gives %s\n want %s", body, e.Reason, want)
		}
	}
	refuse(`{"properties": {"k": {"type": "long"}}}`, "mapper [k] cannot be changed from type [keyword] to [long]")
	refuse(`{"properties": {"t": {"type": "text", "fields": {"raw": {"type": "ip"}}}}}`, "mapper [t.raw] cannot be changed from type [keyword] to [ip]")
	refuse(`{"properties": {"k": {"properties": {"a": {"type": "long"}}}}}`, "can't merge a non object mapping [k] with an object mapping")
	refuse(`{"properties": {"o": {"type": "long"}}}`, "can't merge a non object mapping [o] with an object mapping")
	refuse(`{"properties": {"o": {"type": "nested"}}}`, "can't merge a non-nested mapping [o] with a nested mapping")
	refuse(`{"properties": {"t": {"type": "text", "analyzer": "english"}}}`, "Mapper for [t] conflicts with existing mapper:\n\tCannot update parameter [analyzer] from [default] to [english]")
	refuse(`{"properties": {"k": {"type": "keyword", "index": false}}}`, "Mapper for [k] conflicts with existing mapper:\n\tCannot update parameter [index] from [true] to [false]")
	refuse(`{"properties": {"x": {"type": "klingon"}}}`, "Failed to parse mapping: The mapper type [klingon] declared on field [x] does not exist. It might have been created within a future version or requires a plugin to be installed. Check the documentation.")
	if got := shown(t, base); got != before {
		t.Errorf("the mapping itself is now %s", got)
	}
}

func TestLookup(t *testing.T) {
	m := mustParse(t, `{"properties": {
		"k": {"type": "keyword"}, "t": {"type": "text", "fields": {"keyword": {"type": "keyword"}}}, "o.n": {"type": "long"}, "a": {"type": "alias", "path": "o.n"},
		"f": {"type": "flattened"}, "g": {"type": "alias", "path": "f"}, "geo": {"type": "geo_point"}, "n": {"type": "nested", "properties": {"x": {"type": "keyword"}}}}}`)
	f := func(name, want string) {
		t.Helper()
		got := "none"
		if field, ok := m.Lookup(name); ok {
			got = fmt.Sprintf("%s %s %s %s%q", field.Name, field.Type, field.Kind, field.Column, field.KeyPrefix)
		}
		if got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
	f("k", `k keyword keyword k""`)
	f("k.keyword", `k keyword keyword k""`)
	f("k.other", "none")
	f("t", `t text text t""`)
	f("t.keyword", `t.keyword keyword keyword t.keyword""`)
	f("t.keyword.keyword", `t.keyword keyword keyword t.keyword""`)
	f("o", "none")
	f("o.n", `o.n long long o.n""`)
	f("o.n.keyword", "none")
	f("a", `a long long o.n""`)
	f("f", `f flattened keyword f""`)
	f("f.x.y", `f.x.y flattened keyword f._keyed"x.y\x00"`)
	f("g.x", `g.x flattened keyword f._keyed"x\x00"`)
	f("geo", `geo geo_point invalid geo""`)
	f("_id", `_id _id invalid _id""`)
	f("_ignored", `_ignored _ignored keyword _ignored""`)
	f("_nope", "none")
	f("", "none")
	if field, _ := m.Lookup("n.x"); field.Searchable || field.Aggregatable {
		t.Error("a field of a nested object can be searched")
	}
	if !m.IsObject("o") || !m.IsObject("n") || m.IsObject("k") || m.IsObject("") || m.IsObject("o.n") {
		t.Error("objects and fields are confused")
	}
	names := func(fields []*Field) (names []string) {
		for _, f := range fields {
			names = append(names, f.Name)
		}
		return names
	}
	list := func(what string, got []*Field, want string) {
		t.Helper()
		if s := strings.Join(names(got), " "); s != want {
			t.Errorf("%s: %s, want %s", what, s, want)
		}
	}
	list("all", m.Leaves(""), "a f g geo k n.x o.n t t.keyword")
	list("t*", m.Leaves("t*"), "t t.keyword")
	list("*.*", m.Leaves("*.*"), "n.x o.n t.keyword")
	list("below o", m.Below("o"), "o.n")
	list("defaults", m.DefaultFields(), "f k o.n t t.keyword")
	chosen, err := m.WithSettings(Settings{DefaultField: []string{"t^2", "o.*"}})
	if err != nil {
		t.Fatal(err)
	}
	list("chosen", chosen.DefaultFields(), "o.n t")
	if def, ok := m.FieldMapping("t.keyword"); !ok || string(def) != `{"keyword":{"type":"keyword"}}` {
		t.Errorf("the mapping of a sub-field: %s", def)
	}
}

func TestTimeField(t *testing.T) {
	for body, want := range map[string]string{
		`{"properties": {"@timestamp": {"type": "date"}, "timestamp": {"type": "date"}}}`: "@timestamp",
		`{"properties": {"timestamp": {"type": "date_nanos"}}}`:                           "timestamp",
		`{"properties": {"timestamp": {"type": "keyword"}}}`:                              "",
		`{}`: "",
	} {
		if got := mustParse(t, body).TimeField(); got != want {
			t.Errorf("%s: %q", body, got)
		}
	}
	own := func(body string) *Mapping {
		m, err := mustParse(t, body).WithSettings(Settings{TimeField: "event.at"})
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	at := &document.Document{Source: []byte(`{"timestamp": "1970-01-01T00:00:01.5Z", "event": {"at": "1970-01-01T00:00:09Z"}}`)}
	m := own(`{"properties": {"timestamp": {"type": "date"}, "event": {"properties": {"at": {"type": "date"}}}}}`)
	if _, err := m.Document(at, Options{}); err != nil || m.TimeField() != "event.at" || at.Time != 9000 {
		t.Errorf("with a time field of its own: %q, Time is %d, %v", m.TimeField(), at.Time, err)
	}
	if got := own(`{"properties": {"@timestamp": {"type": "date"}}}`).TimeField(); got != "@timestamp" {
		t.Errorf("@timestamp goes before it, but the field is %q", got)
	}
	d := &document.Document{Source: []byte(`{"timestamp": "1970-01-01T00:00:01.5Z"}`)}
	m = mustParse(t, `{"properties": {"timestamp": {"type": "date_nanos"}}}`)
	if _, err := m.Document(d, Options{}); err != nil || d.Time != 1500 {
		t.Errorf("Time is %d, %v", d.Time, err)
	}
	d.Source = []byte(`{}`)
	if _, err := m.Document(d, Options{Now: time.UnixMilli(77)}); err != nil || d.Time != 77 {
		t.Errorf("without a time, Time is %d, %v", d.Time, err)
	}
}

func TestAnalyzersOfTheIndex(t *testing.T) {
	reg, err := analysis.NewRegistry([]byte(`{"analyzer": {"commas": {"type": "pattern", "pattern": ","}}, "normalizer": {"low": {"filter": ["lowercase"]}}}`))
	if err != nil {
		t.Fatal(err)
	}
	m, err := Parse([]byte(`{"properties": {"t": {"type": "text", "analyzer": "commas"}, "k": {"type": "keyword", "normalizer": "low"}}}`), reg)
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := read(t, m, `{"t": "A b,C", "k": "ÄB"}`, Options{}); got != "t=a b@0 c@1; k=äb" {
		t.Errorf("got %s", got)
	}
}

func TestWhatAMappingSaysOfRoutingAndSource(t *testing.T) {
	for _, c := range []struct {
		body               string
		required, disabled bool
		includes, excludes string
	}{
		{`{}`, false, false, "[]", "[]"},
		{`{"_routing": {"required": true}}`, true, false, "[]", "[]"},
		{`{"_routing": {"required": "false"}}`, false, false, "[]", "[]"},
		{`{"_source": {"enabled": false}}`, false, true, "[]", "[]"},
		{`{"_source": {"includes": ["a*", "b"], "excludes": "a.c"}}`, false, false, "[a* b]", "[a.c]"},
	} {
		m := mustParse(t, c.body)
		disabled, includes, excludes := m.ShownSource()
		if m.RoutingRequired() != c.required || disabled != c.disabled || fmt.Sprint(includes) != c.includes || fmt.Sprint(excludes) != c.excludes {
			t.Errorf("%s: routing required %t, source disabled %t, includes %v, excludes %v", c.body, m.RoutingRequired(), disabled, includes, excludes)
		}
	}
}

func TestFieldsShowMetaAndShape(t *testing.T) {
	m := mustParse(t, `{"properties": {"n": {"type": "long", "meta": {"unit": "ms"}}, "g": {"type": "geo_point", "doc_values": false}, "b": {"type": "binary", "doc_values": true}}}`)
	n, _ := m.Lookup("n")
	g, _ := m.Lookup("g")
	if n.Meta["unit"] != "ms" || !g.Shape || !g.SearchableShape || g.AggregatableShape || g.Searchable {
		t.Errorf("n is %+v, g is %+v", n, g)
	}
	if got := shown(t, m); !strings.Contains(got, `"b":{"type":"binary","doc_values":true}`) {
		t.Errorf("a binary with doc values is shown as %s", got)
	}
}

// empty is a mapping without fields, whose fields come with the documents.
func empty() *Mapping { return (&Mapping{root: &object{}}).sealed() }
