package mapping

import (
	"encoding/json"
	"math"
	"net/netip"
	"strings"
	"testing"

	"github.com/vedette-siem/vedette/storage/document"
)

// bars shows zero bytes as read does.
func bars(s string) string { return strings.ReplaceAll(s, "\x00", "|") }

func TestDynamicMapping(t *testing.T) {
	f := func(mapping, source, wantFields, wantMapping string) {
		t.Helper()
		fields, m := read(t, mustParse(t, mapping), source, Options{})
		if fields != wantFields {
			t.Errorf("%s\n has the fields %s\n want %s", source, fields, wantFields)
		}
		if got := shown(t, m); got != wantMapping {
			t.Errorf("%s\n makes the mapping %s\n want %s", source, got, wantMapping)
		}
	}
	text := `{"type":"text","fields":{"keyword":{"type":"keyword","ignore_above":256}}}`
	f(``, `{"s": "Hello World"}`, "s=hello@0 world@1; s.keyword=Hello World", `{"properties":{"s":`+text+`}}`)
	f(``, `{"l": 1, "d": 1.5, "b": true}`, "l=1; d=1.5; b=1", `{"properties":{"b":{"type":"boolean"},"d":{"type":"float"},"l":{"type":"long"}}}`)
	f(``, `{"at": "2026-06-01", "slash": "2026/06/01", "no": "1999", "nor": "a-b"}`,
		"at=1780272000000; slash=1780272000000; no=1999@0; no.keyword=1999; nor=a@0 b@1; nor.keyword=a-b",
		`{"properties":{"at":{"type":"date"},"no":`+text+`,"nor":`+text+`,"slash":{"type":"date","format":"yyyy/MM/dd HH:mm:ss||yyyy/MM/dd||epoch_millis"}}}`)
	f(``, `{"a": null, "b": [], "c": [null], "d": [null, [3, 4]]}`, "d=3; d=4", `{"properties":{"d":{"type":"long"}}}`)
	f(``, `{"o": {}, "p": {"q": [{"x": 1}, {"x": 2, "y": "2026-01-01"}]}}`, "p.q.x=1; p.q.x=2; p.q.y=1767225600000",
		`{"properties":{"o":{"type":"object"},"p":{"properties":{"q":{"properties":{"x":{"type":"long"},"y":{"type":"date"}}}}}}}`)
	f(``, `{"a.b": 1, "a": {"b": 2, "c.d": true}}`, "a.b=1; a.b=2; a.c.d=1", `{"properties":{"a":{"properties":{"b":{"type":"long"},"c":{"properties":{"d":{"type":"boolean"}}}}}}}`)
	f(`{"dynamic": false}`, `{"a": 1, "o": {"b": 1}}`, "", `{"dynamic":"false"}`)
	f(`{"dynamic": "runtime"}`, `{"a": 1}`, "a=1", `{"dynamic":"runtime","properties":{"a":{"type":"long"}}}`)
	f(`{"dynamic": "false", "properties": {"o": {"dynamic": true, "properties": {"k": {"type": "keyword"}}}}}`, `{"a": 1, "o": {"b": 1, "p": {"c": 2}}}`, "o.b=1; o.p.c=2",
		`{"dynamic":"false","properties":{"o":{"dynamic":"true","properties":{"b":{"type":"long"},"k":{"type":"keyword"},"p":{"properties":{"c":{"type":"long"}}}}}}}`)
	f(`{"numeric_detection": true, "date_detection": false}`, `{"a": "1", "b": "1.5", "c": "2026-01-01"}`, "a=1; b=1.5; c=2026@0 01@1 01@2; c.keyword=2026-01-01",
		`{"date_detection":false,"numeric_detection":true,"properties":{"a":{"type":"long"},"b":{"type":"float"},"c":`+text+`}}`)
	f(`{"dynamic_date_formats": ["dd.MM.yyyy", "yyyy"]}`, `{"a": "2026-01-01", "b": "1/1"}`, "a=2026@0 01@1 01@2; a.keyword=2026-01-01; b=1@0 1@1; b.keyword=1/1",
		`{"dynamic_date_formats":["dd.MM.yyyy","yyyy"],"properties":{"a":`+text+`,"b":`+text+`}}`)
	f(`{"properties": {"off": {"enabled": false}}}`, `{"off": {"a": 1}, "off.b": [1, "x"]}`, "", `{"properties":{"off":{"type":"object","enabled":false}}}`)
	f(`{"subobjects": false}`, `{"a.e": 3, "a": {"b": 1, "c": {"d": 2}}}`, "a.e=3; a.b=1; a.c.d=2",
		`{"subobjects":false,"properties":{"a.b":{"type":"long"},"a.c.d":{"type":"long"},"a.e":{"type":"long"}}}`)
}

func TestDynamicTemplates(t *testing.T) {
	m := mustParse(t, `{"dynamic_templates": [
		{"counts": {"match": ["n_*", "*_count"], "unmatch": "n_x", "match_mapping_type": "long", "mapping": {"type": "integer"}}},
		{"ids": {"match_pattern": "regex", "match": "^[a-z]+_id$", "mapping": {"type": "keyword"}}},
		{"below": {"path_match": "o.*", "path_unmatch": "*.not", "match_mapping_type": "string", "mapping": {"type": "keyword", "meta": {"from": "{name}"}}}},
		{"flat": {"match": "tags", "match_mapping_type": "object", "mapping": {"type": "flattened"}}},
		{"any": {"match_mapping_type": "*", "unmatch_mapping_type": ["object", "string"], "mapping": {"type": "{dynamic_type}", "doc_values": false}}},
		{"plain": {"match": "plain", "mapping": {}}}
	]}`)
	fields, m := read(t, m, `{"n_a": 1, "b_count": 2, "n_x": 3, "user_id": 7, "o": {"x": "Y", "not": "Z"}, "tags": {"a": "b"}, "d": 1.5, "plain": "p"}`, Options{})
	if want := "n_a=1; b_count=2; n_x=3; user_id=7; o.x=Y; o.not=z@0; o.not.keyword=Z; tags=b; tags._keyed=a|b; d=1.5; plain=p@0"; fields != want {
		t.Errorf("fields are %s\n want %s", fields, want)
	}
	var got struct{ Properties map[string]json.RawMessage }
	if err := json.Unmarshal([]byte(shown(t, m)), &got); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"n_a": `{"type":"integer"}`, "b_count": `{"type":"integer"}`, "n_x": `{"type":"long","doc_values":false}`, "user_id": `{"type":"keyword"}`,
		"d": `{"type":"double","doc_values":false}`, "tags": `{"type":"flattened"}`, "plain": `{"type":"text"}`,
	} {
		if string(got.Properties[name]) != want {
			t.Errorf("%s is mapped as %s, want %s", name, got.Properties[name], want)
		}
	}
}

func TestFieldTypes(t *testing.T) {
	f := func(def, value, want string) {
		t.Helper()
		m := mustParse(t, `{"properties": {"x": `+def+`, "y": {"type": "text"}}}`)
		if got, _ := read(t, m, `{"x": `+value+`}`, Options{}); got != want {
			t.Errorf("%s as %s gives %s, want %s", value, def, got, want)
		}
	}
	f(`{"type": "keyword"}`, `["a", 1.0, true, null, ["b"]]`, "x=a; x=1.0; x=true; x=b")
	f(`{"type": "keyword", "null_value": "none"}`, `[null, "a"]`, "x=none; x=a")
	f(`{"type": "keyword", "ignore_above": 3}`, `["abc", "abcd", "äöü", "😀😀", "😀😀😀😀"]`, "x=abc; x=äöü; x=😀😀; _ignored=x")
	f(`{"type": "text", "fields": {"k": {"type": "keyword", "ignore_above": 3}}}`, `"😀😀"`, "x=😀@0 😀@1; _ignored=x.k")
	f(`{"type": "text", "fields": {"k": {"type": "keyword", "ignore_above": 3}}}`, `"abcd"`, "x=abcd@0; _ignored=x.k")
	f(`{"type": "keyword", "normalizer": "lowercase"}`, `"ÄB"`, "x=äb")
	f(`{"type": "keyword", "index": false, "doc_values": false}`, `"a"`, "")
	f(`{"type": "keyword", "copy_to": ["y", "z"]}`, `["a", "b"]`, "x=a; y=a@0; z=a@0; z.keyword=a; x=b; y=b@101; z=b@101; z.keyword=b")
	f(`{"type": "text"}`, `["A b", "c", "", 5]`, "x=a@0 b@1; x=c@102; x=5@203")
	f(`{"type": "text", "index": false}`, `"a"`, "")
	f(`{"type": "match_only_text"}`, `"A b"`, "x=a@0 b@1")
	f(`{"type": "wildcard"}`, `"A b"`, "x=A b")
	f(`{"type": "long"}`, `[1, "2", 3.9, "-4.9", "", 1e3, 9223372036854775807]`, "x=1; x=2; x=3; x=-4; x=1000; x=9223372036854775807")
	f(`{"type": "byte"}`, `[127, -128]`, "x=127; x=-128")
	f(`{"type": "double", "null_value": 7}`, `[1, "2.5", null]`, "x=1; x=2.5; x=7")
	f(`{"type": "float"}`, `3.1`, "x=3.0999999046325684")
	f(`{"type": "half_float"}`, `[3.1, 65504, 6e-8]`, "x=3.099609375; x=65504; x=5.960464477539063e-08")
	f(`{"type": "scaled_float", "scaling_factor": 100}`, `[1.239, -1.005]`, "x=1.24; x=-1")
	f(`{"type": "boolean"}`, `[true, "false", ""]`, "x=1; x=0; x=0")
	f(`{"type": "date"}`, `["2026-06-01", 1780272000000, 2026]`, "x=1780272000000; x=1780272000000; x=1767225600000")
	f(`{"type": "date", "format": "dd.MM.yyyy"}`, `"01.06.2026"`, "x=1780272000000")
	f(`{"type": "date_nanos"}`, `"1970-01-01T00:00:00.000000001Z"`, "x=1")
	f(`{"type": "ip"}`, `["10.0.0.1", "::1", "::ffff:1.2.3.4"]`, "x=10.0.0.1; x=::1; x=1.2.3.4")
	f(`{"type": "flattened"}`, `{"a": {"b": ["c", 1]}, "d": null}`, "x=c; x._keyed=a.b|c; x=1; x._keyed=a.b|1")
	f(`{"type": "token_count", "analyzer": "standard"}`, `["a b", "c"]`, "x=2; x=1")
	f(`{"type": "geo_point"}`, `{"lat": 1, "lon": 2}`, "x\x00point="+itoa(int(Point{1, 2}.Encode()))+"; x=1")
	f(`{"type": "geo_point"}`, `[null, [1, 2]]`, "x\x00point="+itoa(int(Point{2, 1}.Encode()))+"; x=1")
	f(`{"type": "geo_point"}`, `[null, []]`, "")
	f(`{"type": "geo_point", "index": false, "doc_values": false}`, `[1, 2]`, "")
	f(`{"type": "binary"}`, `"YQ=="`, "")
	f(`{"type": "binary", "store": true}`, `"YQ=="`, "x=1")
	f(`{"type": "binary", "doc_values": true}`, `[]`, "")
	f(`{"type": "integer_range"}`, `[{"gte": 1, "lt": 2.5}, {}]`, "x\x00span="+bars(sortable(1)+sortable(1))+"; x=1; x\x00span="+bars(sortable(math.MinInt64)+sortable(math.MaxInt64)))
	f(`{"type": "date_range"}`, `{"gte": "1970-01-01", "lt": "1970-01-01T00:00:00.002Z"}`, "x\x00span="+bars(sortable(0)+sortable(1))+"; x=1")
	f(`{"type": "ip_range"}`, `"10.0.0.0/31"`, "x\x00span="+bars(document.IPKey(netip.MustParseAddr("10.0.0.0"))+document.IPKey(netip.MustParseAddr("10.0.0.1")))+"; x=1")
	f(`{"type": "nested"}`, `[{"a": 1}]`, "")
	f(`{"type": "long", "ignore_malformed": true}`, `["a", 5]`, "x=5; _ignored=x")
	f(`{"type": "ip", "fields": {"raw": {"type": "keyword"}}}`, `"10.0.0.1"`, "x=10.0.0.1; x.raw=10.0.0.1")
}

func TestRefusals(t *testing.T) {
	f := func(mapping, source, want string) {
		t.Helper()
		_, err := mustParse(t, mapping).Document(&document.Document{ID: "2", Source: []byte(source)}, Options{})
		if err == nil {
			t.Errorf("%s is accepted", source)
			return
		}
		if got := refusal(t, err).Error(); got != want {
			t.Errorf("%s gives\n%s\nwant\n%s", source, got, want)
		}
	}
	field := func(def, value, where, preview, cause string) {
		t.Helper()
		typ := strings.Split(def, `"`)[3]
		f(`{"properties": {"n": `+def+`}}`, `{"n":`+value+`}`, "document_parsing_exception: ["+where+"] failed to parse field [n] of type ["+typ+"] in document with id '2'. Preview of field's value: '"+preview+"': "+cause)
	}
	field(`{"type": "long"}`, `"text"`, "1:6", "text", `illegal_argument_exception: For input string: "text"`)
	field(`{"type": "long"}`, `true`, "1:6", "true", `illegal_argument_exception: Current token (VALUE_TRUE) not numeric, can not use numeric value accessors`)
	field(`{"type": "long"}`, `9223372036854775808`, "1:6", "9223372036854775808", `illegal_argument_exception: Value [9223372036854775808] is out of range for a long`)
	field(`{"type": "long", "coerce": false}`, `"1"`, "1:6", "1", `illegal_argument_exception: Long value passed as String`)
	field(`{"type": "long", "coerce": false}`, `1.5`, "1:6", "1.5", `illegal_argument_exception: Value [1.5] has a decimal part`)
	field(`{"type": "integer"}`, `"text"`, "1:6", "text", `number_format_exception: For input string: "text"`)
	field(`{"type": "integer"}`, `3000000000`, "1:6", "3000000000", `illegal_argument_exception: Value [3000000000] is out of range for an integer`)
	field(`{"type": "short"}`, `40000`, "1:6", "40000", `illegal_argument_exception: Value [40000] is out of range for a short`)
	field(`{"type": "double"}`, `"NaN"`, "1:6", "NaN", `illegal_argument_exception: [double] supports only finite values, but got [NaN]`)
	field(`{"type": "float"}`, `1e40`, "1:6", "1e40", `illegal_argument_exception: [float] supports only finite values, but got [1e40]`)
	field(`{"type": "boolean"}`, `"yes"`, "1:6", "yes", `illegal_argument_exception: Failed to parse value [yes] as only [true] or [false] are allowed.`)
	field(`{"type": "ip"}`, `[ "10.0.0.1", "10.0.0.300"]`, "1:20", "10.0.0.300", `illegal_argument_exception: '10.0.0.300' is not an IP string literal.`)
	field(`{"type": "date"}`, `"soon"`, "1:6", "soon", `illegal_argument_exception: failed to parse date field [soon] with format [strict_date_optional_time||epoch_millis]: date_time_parse_exception: Failed to parse with all enclosed parsers`)
	field(`{"type": "date_nanos"}`, `"1960-01-01"`, "1:6", "1960-01-01", `illegal_argument_exception: date[1960-01-01T00:00:00Z] is before the epoch in 1970 and cannot be stored in nanosecond resolution`)
	field(`{"type": "keyword"}`, `{"a": [1, "x"]}`, "1:20", "{a=[1, x]}", `illegal_state_exception: Can't get text on a START_OBJECT`)
	field(`{"type": "flattened"}`, `5`, "1:6", "5", `illegal_argument_exception: Failed to parse object: expecting token of type [START_OBJECT] but found [VALUE_NUMBER]`)

	f(`{"properties": {"a": {"properties": {"b": {"type": "long"}}}}}`, "{\"x\": 1,\n \"a\": 5}", "document_parsing_exception: [2:7] object mapping for [a] tried to parse field [a] as object, but found a concrete value")
	f(`{"dynamic": "strict", "properties": {"o": {"properties": {}}}}`, `{"n": 1}`, "strict_dynamic_mapping_exception: [1:7] mapping set to strict, dynamic introduction of [n] within [_doc] is not allowed")
	f(`{"dynamic": "strict", "properties": {"o": {"type": "object"}}}`, `{"o": {"n": 1}}`, "strict_dynamic_mapping_exception: [1:13] mapping set to strict, dynamic introduction of [n] within [o] is not allowed")
	f(``, `{"a": 1, "a.b": 2}`, "document_parsing_exception: [1:17] failed to parse field [a] of type [long] in document with id '2'. Preview of field's value: '{b=2}': illegal_argument_exception: Cannot parse object as number")
	f(`{"properties": {"n": {"type": "long"}, "m": {"type": "alias", "path": "n"}}}`, `{"m": 1}`, "document_parsing_exception: [1:7] failed to parse: Cannot write to a field alias [m].: illegal_argument_exception: Cannot write to a field alias [m].")
	f(``, `{"_source": 1}`, "document_parsing_exception: [1:13] Field [_source] is a metadata field and cannot be added inside a document. Use the index API request parameters.")
	f(``, `{" ": 1}`, "document_parsing_exception: [1:7] failed to parse: field name cannot contain only whitespace: illegal_argument_exception: field name cannot contain only whitespace")
	f(``, `7`, "document_parsing_exception: [1:1] failed to parse: Malformed content, must start with an object")
	f(``, `{"a": 01}`, "document_parsing_exception: [1:8] failed to parse: [1:8] invalid character '1' after object key:value pair: x_content_parse_exception: [1:8] invalid character '1' after object key:value pair")
	f(``, "{\"a\": \"\xff\"}", "document_parsing_exception: [1:1] failed to parse: [1:1] invalid UTF-8: x_content_parse_exception: [1:1] invalid UTF-8")
}

func TestImmenseTerms(t *testing.T) {
	long := strings.Repeat("a", maxTerm+1)
	m := mustParse(t, `{"properties": {"k": {"type": "keyword"}, "f": {"type": "flattened"}}}`)
	_, err := m.Document(&document.Document{ID: "2", Source: []byte(`{"k": "` + long + `"}`)}, Options{})
	cause := refusal(t, err).CausedBy
	if cause == nil || !strings.HasPrefix(cause.Reason, `Document contains at least one immense term in field="k" (whose UTF8 encoding is longer than the max length 32766), all of which were skipped.`) ||
		!strings.HasSuffix(cause.Reason, "97, 97]...'") {
		t.Errorf("%v", err)
	}
	if got, _ := read(t, m, `{"k": "`+long+`", "f": {"x": "`+long+`", "y": 1}}`, Options{Stream: true}); got != "f=1; f._keyed=y|1; _ignored=k; _ignored=f" {
		t.Errorf("in a stream: %s", got)
	}
	if got, _ := read(t, m, `{"k": "`+long[1:]+`"}`, Options{}); got != "k="+long[1:] {
		t.Errorf("the longest term is not indexed")
	}
}

func TestDeepJSONIsRefused(t *testing.T) {
	for _, source := range []string{strings.Repeat(`{"a":`, 100_000), strings.Repeat(`{"a":[`, 400) + strings.Repeat(`]}`, 400)} {
		_, err := empty().Document(&document.Document{Source: []byte(source)}, Options{Stream: true})
		refusal(t, err)
	}
	flat := mustParse(t, `{"properties": {"f": {"type": "flattened", "depth_limit": 3}}}`)
	_, err := flat.Document(&document.Document{Source: []byte(`{"f": {"a": {"b": {"c": {"d": 1}}}}}`)}, Options{})
	if cause := refusal(t, err).CausedBy; cause == nil || cause.Reason != "The provided [flattened] field [f] exceeds the maximum depth limit of [3]." {
		t.Errorf("%v", err)
	}
}

func TestStreamsRefuseNoValue(t *testing.T) {
	m := mustParse(t, `{"properties": {"n": {"type": "long"}, "ip": {"type": "ip"}, "o": {"properties": {"a": {"type": "long"}}}, "target": {"type": "keyword"}, "raw": {"type": "alias", "path": "target"},
		"s": {"dynamic": "strict", "type": "object"}}}`)
	f := func(source, want string) {
		t.Helper()
		if got, _ := read(t, m, source, Options{Stream: true}); got != want {
			t.Errorf("%s gives %s, want %s", source, got, want)
		}
	}
	f(`{"n": "x", "ip": ["10.0.0.1", "-"]}`, "ip=10.0.0.1; _ignored=n; _ignored=ip")
	f(`{"n": {"x": 1}, "o": 5}`, "_ignored=n; _ignored=o")
	f(`{"n.x": 1}`, "_ignored=n")
	f(`{"raw": "v"}`, "target=v; _ignored=raw")
	f(`{"raw": "v", "target": "t"}`, "target=t; _ignored=raw")
	f(`{"target": "t", "raw": null}`, "target=t")
	f(`{"s": {"x": 1}, "_id": "q"}`, "_ignored=s.x; _ignored=_id")
	f(`{"": 1, "..": 2}`, "_ignored=; _ignored=..")
	f(`{}`, "")
}

func TestRoutingAndRereading(t *testing.T) {
	d := &document.Document{Source: []byte(`{"a": 1}`)}
	m := empty()
	for range 2 {
		next, err := m.Document(d, Options{Routing: "r"})
		if err != nil || fieldsText(d) != "a=1; _routing=r" {
			t.Fatalf("%s, %v", fieldsText(d), err)
		}
		m = next
	}
	if again, err := m.Document(d, Options{}); err != nil || again != m {
		t.Error("a document without new fields makes a new mapping")
	}
}

func TestTooManyNestedObjectsAreRefused(t *testing.T) {
	m, err := mustParse(t, `{"properties": {"n": {"type": "nested"}}}`).WithSettings(Settings{NestedObjects: 2})
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := read(t, m, `{"n": [{"a": 1}, {"a": 2}]}`, Options{}); got != "" {
		t.Errorf("two nested objects give %s", got)
	}
	for _, stream := range []bool{false, true} {
		_, err = m.Document(&document.Document{Source: []byte(`{"n": [{"a": 1}, {"a": 2}, {"a": 3}]}`)}, Options{Stream: stream})
		if err == nil || !strings.Contains(err.Error(), "The number of nested documents has exceeded the allowed limit of [2]. This limit can be set by changing the [index.mapping.nested_objects.limit]") {
			t.Errorf("three nested objects: %v", err)
		}
	}
}

func TestValuesThatNoFieldOfTheSourceCanHave(t *testing.T) {
	m := mustParse(t, `{"properties": {"p": {"type": "geo_point"}, "b": {"type": "binary", "store": true}, "d": {"type": "date_range"}, "i": {"type": "ip_range"}, "n": {"type": "long_range"}}}`)
	for source, want := range map[string]string{
		`{"p": "banana"}`:                "parse_exception: unsupported symbol [a] in geohash [banana]",
		`{"p": {"lat": 91, "lon": 0}}`:   "illegal_argument_exception: illegal latitude value [91.0] for p",
		`{"p": [181, 0]}`:                "illegal_argument_exception: illegal longitude value [181.0] for p",
		`{"p": {"lat": 1}}`:              "parse_exception: Required [lon]",
		`{"p": "1,a"}`:                   "parse_exception: longitude must be a number",
		`{"p": [1]}`:                     "expects 2 or 3 numbers, but found 1",
		`{"p": 5}`:                       "parse_exception: geo_point expected",
		`{"p": {"lat":1,"lon":1,"x":1}}`: "parse_exception: field [x] not supported - must be one of: lon, lat, z, type, coordinates",
		`{"b": "?"}`:                     "illegal_argument_exception: Illegal base64 in field [b]",
		`{"d": "x"}`:                     "document_parsing_exception: error parsing field [d], expected an object but got d",
		`{"d": {"nope": 1}}`:             "document_parsing_exception: error parsing field [d], with unknown parameter [nope]",
		`{"d": {"gte": "x"}}`:            "parse_exception: failed to parse date field [x]",
		`{"i": {"gte": "x"}}`:            "illegal_argument_exception: 'x' is not an IP string literal.",
		`{"n": {"gte": "x"}}`:            "number_format_exception: For input string",
	} {
		_, err := m.Document(&document.Document{Source: []byte(source)}, Options{})
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "failed to parse field") {
			t.Errorf("%s: %v, want %s", source, err, want)
		}
		d := &document.Document{Source: []byte(source)}
		if _, err := m.Document(d, Options{Stream: true}); err != nil || len(d.Fields) != 1 || d.Fields[0].Name != "_ignored" {
			t.Errorf("%s in a stream: %v, %v", source, d.Fields, err)
		}
	}
	if _, err := m.Document(&document.Document{Source: []byte(`{"i": "10.0.0.0/8", "d": {"gte": null, "lt": "2026-06-01"}, "n": {"from": 1, "to": "2"}}`)}, Options{}); err != nil {
		t.Error(err)
	}
}
