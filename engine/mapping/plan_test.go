package mapping

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/vedette-siem/vedette/engine/analysis"
	"github.com/vedette-siem/vedette/storage/document"
)

// outcome is all that reading a document says.
type outcome struct {
	Fields  []document.Field
	Time    int64
	Error   string
	Mapping string // if it has changed
}

func outcomeOf(t testing.TB, m, next *Mapping, d *document.Document, err error) outcome {
	if err != nil {
		why, _ := json.Marshal(refusal(t, err))
		return outcome{Error: string(why)}
	}
	out := outcome{Fields: append([]document.Field{}, d.Fields...), Time: d.Time}
	if next != m {
		out.Mapping = shown(t, next)
	}
	return out
}

// sameByPlan reads a source as Document does and without plans, and fails where the two differ. It reports whether a plan was used, and returns the new mapping.
func sameByPlan(t testing.TB, m *Mapping, source string, o Options) (planned bool, next *Mapping) {
	t.Helper()
	slow, fast := &document.Document{ID: "2", Source: []byte(source)}, &document.Document{ID: "2", Source: []byte(source)}
	next, err := (&reader{m: m, d: slow, stream: o.Stream, memory: &Memory{}}).whole(o, false)
	want := outcomeOf(t, m, next, slow, err)
	byPlan, err := m.Document(fast, o)
	if got := outcomeOf(t, m, byPlan, fast, err); !reflect.DeepEqual(got, want) {
		t.Fatalf("mapping %s, %+v\n%s\nis read as\n%+v\nwant\n%+v", shown(t, m), o, source, got, want)
	}
	r := &reader{m: m, d: fast, stream: o.Stream, memory: &Memory{}}
	return err == nil && r.shape.Scan(fast.Source) && r.planned(o), next
}

// TestPlansReadAsWithout compares both ways for random mappings and documents: first a document, then others of its skeleton.
func TestPlansReadAsWithout(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	g := generator{rand.New(rand.NewPCG(seed, 0))}
	documents, planned := 0, 0
	for range 200 {
		m := g.mapping(t)
		for range 12 {
			skeleton := g.object(0)
			o := Options{Stream: g.one(2), Now: time.UnixMilli(5)}
			if g.one(4) {
				o.Routing = "r"
			}
			next := m
			for range 4 {
				documents++
				used := false
				if used, next = sameByPlan(t, m, g.fill(skeleton), o); used {
					planned++
				}
			}
			if next != nil && g.one(3) {
				m = next
			}
		}
	}
	t.Logf("%d of %d documents were read by a plan", planned, documents)
	if planned*10 < documents {
		t.Errorf("only %d of %d documents were read by a plan", planned, documents)
	}
}

// TestPlansOfOurStreams reads documents as our decoders and shippers send them, of which each must have a plan.
func TestPlansOfOurStreams(t *testing.T) {
	m := defaultMapping(t, "logs-aws.vpcflow-default")
	for _, source := range []string{
		flow,
		`{"@timestamp":"2026-06-01T10:00:00Z","message":"{\"a\": \"\\u00e9 \ud83d\ude00 \ud800\"}","source.ip":"10.0.0.1","labels":{"team":["a",null,5],"x":{"y":true}},"labels.z":"w"}`,
		`{"@timestamp":1780272000000,"message":["A b","A b"],"source":{"ip":["10.0.0.1",null,"::1"],"bytes":"12","port":null},"aws":{"vpcflow":{}},"network":[{"bytes":1},{"bytes":2.5}]}`,
		`{"@timestamp":"2026-06-01T10:00:00.123456789+02:00","source":{"ip":"-","port":"x"},"event":{"action":"` + strings.Repeat("ä", 2000) + `"}}`,
		"{\n \"@timestamp\" : \"2026-06-01\" ,\t\"tags\" : [ ] , \"host\" : { } , \"related\" : { \"ip\" : [ [ \"10.0.0.1\" ] ] } }",
	} {
		if planned, _ := sameByPlan(t, m, source, Options{Stream: true}); !planned {
			t.Errorf("no plan for %s", source)
		}
		sameByPlan(t, m, source, Options{})
	}
}

// TestAPlanIsNotTakenForAnotherSkeleton reads documents after one that was refused before its plan was looked for.
func TestAPlanIsNotTakenForAnotherSkeleton(t *testing.T) {
	m := mustParse(t, `{"properties": {"n": {"type": "long"}, "k": {"type": "keyword"}}}`)
	other := mustParse(t, `{"properties": {"n": {"type": "keyword"}}}`)
	for range 20 { // a reader may be another one
		read(t, m, `{"k":"1"}`, Options{})
		if _, err := m.Document(&document.Document{Source: []byte("{\"n\":\"\xff\"}")}, Options{}); err == nil {
			t.Fatal("bad UTF-8 is accepted")
		}
		sameByPlan(t, m, `{"n":"5"}`, Options{})
		sameByPlan(t, other, `{"n":"5"}`, Options{})
		sameByPlan(t, m, `{"n":"5"}`, Options{})
	}
}

// TestDocumentsDoNotShareWhatTheyChange reads documents in several goroutines, and looks at all of them when the last one has been read.
func TestDocumentsDoNotShareWhatTheyChange(t *testing.T) {
	m := mustParse(t, `{"properties": {"t": {"type": "text"}, "k": {"type": "keyword", "ignore_above": 3}, "n": {"type": "long"}}}`)
	source := func(i int) []byte {
		return fmt.Appendf(nil, `{"t":["Text %d","more %d"],"k":["%d","%s"],"n":%d}`, i, i, i, strings.Repeat("x", i%7), i)
	}
	docs := make([]document.Document, 4000)
	var done sync.WaitGroup
	for from := range 4 {
		done.Go(func() {
			for i := from; i < len(docs); i += 4 {
				docs[i].Source = source(i)
				if _, err := m.Document(&docs[i], Options{}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	done.Wait()
	for i := range docs {
		want := &document.Document{Source: source(i)}
		if _, err := (&reader{m: m, d: want, memory: &Memory{}}).whole(Options{}, false); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(docs[i].Fields, want.Fields) {
			t.Fatalf("document %d has come to have %s, want %s", i, fieldsText(&docs[i]), fieldsText(want))
		}
	}
}

func TestPlansAreBounded(t *testing.T) {
	m := mustParse(t, `{"dynamic": false, "properties": {"n": {"type": "long"}}}`)
	for i := range 3 * maxPlans {
		read(t, m, fmt.Sprintf(`{"n": 1, "x%d": 2}`, i), Options{})
		if n := len(m.plans.known); n == 0 || n > maxPlans {
			t.Fatalf("%d plans are kept", n)
		}
	}
	for i := range maxSkeletons / maxSkeleton * 3 {
		read(t, m, fmt.Sprintf(`{"n": 1, "x%d": [%s]}`, i, strings.Repeat(" ", maxSkeleton-100)), Options{})
		if m.plans.bytes > maxSkeletons {
			t.Fatalf("skeletons of %d bytes are kept", m.plans.bytes)
		}
	}
	before := len(m.plans.known)
	read(t, m, fmt.Sprintf(`{"n": 1, "x": [%s]}`, strings.Repeat(" ", maxSkeleton)), Options{})
	if len(m.plans.known) != before {
		t.Error("a plan is kept for a large skeleton")
	}
}

// FuzzPlan gives the same documents to both ways, twice, so that the second is read by the plan of the first.
func FuzzPlan(f *testing.F) {
	for _, source := range []string{flow, `{"n":1,"d":"2026-06-01","f":{"a":{"b":[1,null]},"":2},"o":{"x":"Hello \"you\""},"o.x":["y"],"nest":[{"q":1}]}`,
		`{"copied":"a b","off":{"n":{}},"flat":{"a.b":1},"n":"x","a":null,"t1":"y","off.x":1,"f.g":{"h":1}}`, `{"n":1,"n":2}`, `{"\u006e":1}`, `{"k":"\ud800"}`} {
		for mapping := range uint8(4) {
			f.Add(mapping, []byte(source), mapping%2 == 0)
		}
	}
	mappings := []*Mapping{
		mustParse(f, fuzzMapping), defaultMapping(f, "logs-aws.vpcflow-default"),
		mustParse(f, strings.Replace(fuzzMapping, `{"numeric_detection"`, `{"dynamic": false, "numeric_detection"`, 1)),
		mustParse(f, `{"dynamic": "strict", "properties": {"copied": {"type": "text", "copy_to": ["n", "k"]}, "n": {"type": "long", "ignore_malformed": true}, "k": {"type": "keyword", "ignore_above": 3, "null_value": "no", "fields": {"ip": {"type": "ip", "ignore_malformed": true}}}}}`),
	}
	f.Fuzz(func(t *testing.T, mapping uint8, source []byte, stream bool) {
		m := mappings[int(mapping)%len(mappings)]
		for range 2 {
			sameByPlan(t, m, string(source), Options{Stream: stream})
		}
	})
}

// generator makes mappings and documents. Their names are few, so that they meet, and so are the values, so that many fit.
type generator struct{ *rand.Rand }

func (g generator) one(in int) bool { return g.IntN(in) == 0 }

func pick[T any](g generator, list ...T) T { return list[g.IntN(len(list))] }

func (g generator) name() string {
	return pick(g, "a", "b", "c", "d", "e", "f", "@timestamp", "timestamp", "a.b", "b.c.d", "c.a")
}

func (g generator) mapping(t testing.TB) *Mapping {
	registry, err := analysis.NewRegistry([]byte(`{"normalizer": {"low": {"type": "custom", "filter": ["lowercase"]}}}`))
	if err != nil {
		t.Fatal(err)
	}
	for { // not every definition is allowed
		body := map[string]any{"properties": g.properties(0)}
		g.dynamic(body)
		if g.one(10) {
			body["enabled"] = false
		}
		raw, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		m, err := Parse(raw, registry)
		if err != nil {
			continue
		}
		if m, err = m.WithSettings(Settings{IgnoreMalformed: g.one(4), NoCoerce: g.one(4)}); err == nil {
			return m
		}
	}
}

func (g generator) dynamic(def map[string]any) {
	if g.one(2) {
		def["dynamic"] = pick(g, "true", "false", "strict", "runtime", "false")
	}
	if g.one(12) {
		def["subobjects"] = false
	}
}

func (g generator) properties(depth int) map[string]any {
	all := map[string]any{}
	for range 2 + g.IntN(9) {
		all[strings.ReplaceAll(g.name(), ".", "")] = g.field(depth)
	}
	return all
}

func (g generator) field(depth int) map[string]any {
	if depth < 2 && g.one(3) {
		def := map[string]any{"type": pick(g, "object", "object", "object", "nested"), "properties": g.properties(depth + 1)}
		if def["type"] == "object" && g.one(8) {
			def["enabled"] = false
		}
		g.dynamic(def)
		return def
	}
	def := g.leaf()
	if g.one(4) {
		def["fields"] = map[string]any{"x": g.leaf(), "y": g.leaf()}
	}
	if g.one(5) {
		def["copy_to"] = []any{g.name(), g.name()}[:1+g.IntN(2)]
	}
	return def
}

func (g generator) leaf() map[string]any {
	def := map[string]any{"type": pick(g, "keyword", "keyword", "text", "text", "long", "integer", "byte", "double", "float", "half_float", "date", "date_nanos", "boolean", "ip", "flattened",
		"token_count", "geo_point", "alias", "binary", "long_range", "unsigned_long", "constant_keyword", "match_only_text", "wildcard", "version")}
	for name, values := range map[string][]any{
		"ignore_above": {3}, "normalizer": {"low", "lowercase"}, "null_value": {1, "true", "2026-06-01", "::1"}, "index": {false}, "doc_values": {false}, "store": {true}, "ignore_malformed": {true, false},
		"coerce": {true, false}, "format": {"yyyy", "epoch_second||strict_date_optional_time"}, "depth_limit": {2}, "position_increment_gap": {0, 7},
	} {
		if g.one(5) && typeSpec(Type(def["type"].(string))).allows(name) {
			def[name] = pick(g, values...)
		}
	}
	switch def["type"] {
	case "token_count":
		def["analyzer"] = "standard"
	case "alias":
		def["path"] = pick(g, "a", "b", "c", "a.b")
	}
	return def
}

// object is a skeleton: JSON with a zero byte for each scalar value.
func (g generator) object(depth int) string {
	var members []string
	for range g.IntN(6) {
		name := g.name()
		switch {
		case g.one(40):
			name = pick(g, "", "_id", "a..b", " ", ".", `\u0061`, "_ignored.x")
		case g.one(30):
			name = strings.Repeat("n", 30)
		}
		members = append(members, `"`+name+`"`+pick(g, ":", ": ", " :\n")+g.value(depth))
	}
	return "{" + strings.Join(members, pick(g, ",", " , ")) + pick(g, "}", " }")
}

func (g generator) value(depth int) string {
	switch {
	case depth < 3 && g.one(4):
		return g.object(depth + 1)
	case depth < 3 && g.one(5):
		var values []string
		for range g.IntN(4) {
			values = append(values, g.value(depth+1))
		}
		return "[" + strings.Join(values, ",") + "]"
	}
	return "\x00"
}

// fill puts values into a skeleton.
func (g generator) fill(skeleton string) string {
	var out strings.Builder
	for i := range len(skeleton) {
		if skeleton[i] != 0 {
			out.WriteByte(skeleton[i])
			continue
		}
		out.WriteString(pick(g, `1`, `1`, `"1"`, `"2"`, `null`, `true`, `"false"`, `""`, `-1.5`, `1e3`, `"10.0.0.1"`, `"::1"`, `"2026-06-01T10:00:00Z"`, `"2026-06-01T10:00:00.123+02:00"`, `"2026"`,
			`"Hello World"`, `"hello"`, `"A \"b\" \u00e9\n"`, `"\ud83d\ude00 \ud800"`, `"äöü ß"`, `300`, `9223372036854775808`, `1e400`, `1780272000000`, `"YQ=="`, `"`+strings.Repeat("long ", 20)+`"`))
	}
	return out.String()
}
