package search

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/vedette-siem/vedette/engine/eserr"
)

const sortProperties = `{"n":{"type":"long"},"d":{"type":"double"},"f":{"type":"float"},"k":{"type":"keyword"},"ip":{"type":"ip"},"b":{"type":"boolean"},
	"@timestamp":{"type":"date"},"ns":{"type":"date_nanos"},"t":{"type":"text"}}`

func TestSort(t *testing.T) {
	ix := newIndex(t, "i", sortProperties,
		[]string{`{"n":[3,9],"d":1.5,"f":0.1,"k":["b","x"],"ip":"10.0.0.2","b":true,"@timestamp":"2026-06-01T00:00:02Z"}`, `{"n":5,"d":-2,"k":"a","ip":"10.0.0.10","b":false,"@timestamp":"2026-06-01T00:00:01Z"}`},
		[]string{`{"n":7,"k":"c","f":2,"ns":"2026-06-01T00:00:00.000000001Z"}`, `{}`})
	for _, c := range []struct{ name, sort, want, values string }{
		{"a number ascends by its least value", `["n"]`, "1 2 3 4", "3 5 7 9223372036854775807"},
		{"a number descends by its greatest value", `[{"n":"desc"}]`, "1 3 2 4", "9 7 5 -9223372036854775808"},
		{"mode min when descending", `[{"n":{"order":"desc","mode":"min"}}]`, "3 2 1 4", "7 5 3 -9223372036854775808"},
		{"mode avg", `[{"n":{"mode":"avg"}}]`, "2 1 3 4", "5 6 7 9223372036854775807"},
		{"mode sum", `[{"n":{"mode":"sum","order":"desc"}}]`, "1 3 2 4", "12 7 5 -9223372036854775808"},
		{"mode median of two", `[{"n":{"mode":"median"}}]`, "2 1 3 4", "5 6 7 9223372036854775807"},
		{"missing first", `[{"n":{"missing":"_first"}}]`, "4 1 2 3", "-9223372036854775808 3 5 7"},
		{"missing has a value", `[{"n":{"missing":6}}]`, "1 2 4 3", "3 5 6 7"},
		{"doubles", `["d"]`, "2 1 3 4", `-2.0 1.5 "Infinity" "Infinity"`},
		{"floats are as short as they are", `["f"]`, "1 3 2 4", `0.1 2.0 "Infinity" "Infinity"`},
		{"keywords", `["k"]`, "2 1 3 4", `"a" "b" "c" null`},
		{"keywords descend by their greatest", `[{"k":"desc"}]`, "1 3 2 4", `"x" "c" "a" null`},
		{"keywords with missing first", `[{"k":{"order":"desc","missing":"_first"}}]`, "4 1 3 2", `null "x" "c" "a"`},
		{"keywords with a value for missing", `[{"k":{"missing":"bb"}}]`, "2 1 4 3", `"a" "b" "bb" "c"`},
		{"addresses are in numeric order", `["ip"]`, "1 2 3 4", `"10.0.0.2" "10.0.0.10" null null`},
		{"booleans", `[{"b":"desc"},"n"]`, "1 2 3 4", `1,3 0,5 -9223372036854775808,7 -9223372036854775808,9223372036854775807`},
		{"dates are numbers", `["@timestamp"]`, "2 1 3 4", "1780272001000 1780272002000 9223372036854775807 9223372036854775807"},
		{"dates with a format", `[{"@timestamp":{"format":"strict_date_optional_time"}},"k"]`, "2 1 3 4",
			`"2026-06-01T00:00:01.000Z","a" "2026-06-01T00:00:02.000Z","b" 9223372036854775807,"c" 9223372036854775807,null`},
		{"nanoseconds", `[{"ns":"desc"},"_doc"]`, "3 4 1 2", "1780272000000000001,3 -9223372036854775808,2 -9223372036854775808,1 -9223372036854775808,0"},
		{"numeric_type", `[{"n":{"numeric_type":"double","mode":"max"}}]`, "2 3 1 4", `5.0 7.0 9.0 "Infinity"`},
		{"the index, then the document", `["_index",{"_id":"desc"}]`, "4 3 2 1", `"i","4" "i","3" "i","2" "i","1"`},
		{"a field that is not mapped", `[{"nope":{"order":"desc","unmapped_type":"keyword"}},{"n":"asc"}]`, "1 2 3 4", "null,3 null,5 null,7 null,9223372036854775807"},
		{"a number that is not mapped", `[{"nope":{"unmapped_type":"boolean"}},{"n":"asc"}]`, "1 2 3 4", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := ask(t, `{"sort":`+c.sort+`}`, ix)
			if c.name == "nanoseconds" { // which of the documents without a time comes first is the segment's affair
				if ids(got)[:1] != "3" || !strings.HasPrefix(sorts(got), "1780272000000000001,") {
					t.Errorf("hits = %s, %s", ids(got), sorts(got))
				}
				return
			}
			if c.values == "" {
				c.values = sorts(got)
			}
			if ids(got) != c.want || sorts(got) != c.values {
				t.Errorf("hits = %s with %s\nwant %s with %s", ids(got), sorts(got), c.want, c.values)
			}
		})
	}
}

func TestSortRefuses(t *testing.T) {
	ix := newIndex(t, "i", sortProperties, []string{`{"n":1}`})
	for _, c := range []struct{ name, body, typ, reason string }{
		{"a field that is not mapped", `{"sort":["nope"]}`, eserr.QueryShard, "No mapping found for [nope] in order to sort on"},
		{"a text", `{"sort":["t"]}`, eserr.IllegalArgument, "Fielddata is disabled on [t] in [i]."},
		{"an unknown type", `{"sort":[{"nope":{"unmapped_type":"nosuch"}}]}`, eserr.IllegalArgument, "No mapper found for type [nosuch]"},
		{"a value after which nothing can come", `{"sort":["n"],"search_after":["x"]}`, eserr.IllegalArgument, "Failed to parse search_after value for field [n]"},
	} {
		_, err := tryAsk(t, c.body, ix)
		var e *eserr.Error
		if !errors.As(err, &e) || e.Type != c.typ || !strings.Contains(e.Reason, c.reason) || e.Phase != eserr.PhaseQuery {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestSortOverIndicesWithDifferentTypes(t *testing.T) {
	a := newIndex(t, "a", `{"v":{"type":"long"}}`, []string{`{"v":1}`, `{"v":3}`})
	b := newIndex(t, "b", `{"v":{"type":"double"}}`, []string{`{"v":0.5}`, `{"v":2.5}`})
	if got := ask(t, `{"sort":["v"]}`, a, b); sorts(got) != "0.5 1 2.5 3" {
		t.Errorf("sort values = %s", sorts(got))
	}
	c := newIndex(t, "c", `{}`, []string{`{"x":true}`})
	got := ask(t, `{"sort":[{"v":{"order":"desc","unmapped_type":"long"}}]}`, a, c)
	if ids(got) != "2 1 1" || len(got.Failures) != 0 {
		t.Errorf("hits = %s", ids(got))
	}
}

func TestEqualHitsKeepTheOrderOfIndices(t *testing.T) {
	a := newIndex(t, "a", numberedProperties, numbered(0, 2), numbered(2, 4))
	b := newIndex(t, "b", numberedProperties, numbered(0, 2))
	got := ask(t, `{}`, b, a)
	var names []string
	for _, h := range got.Hits {
		names = append(names, h.Index+h.ID)
	}
	if strings.Join(names, " ") != "b1 b2 a1 a2 a3 a4" {
		t.Errorf("hits = %s", names)
	}
}

func TestFloatsPrintAsJavaDoes(t *testing.T) {
	for f, want := range map[float64]string{0: "0.0", 1: "1.0", -2.5: "-2.5", 1e7: "1.0E7", 1234567.25: "1234567.25", 12345678.5: "1.23456785E7",
		0.001: "0.001", 0.00012: "1.2E-4", math.Inf(-1): `"-Infinity"`} {
		if got := string(floatJSON(f)); got != want {
			t.Errorf("floatJSON(%v) = %s, want %s", f, got, want)
		}
	}
	if got := shortest(0.1); got != 0.1 {
		t.Errorf("shortest(0.1) = %v", got)
	}
}
