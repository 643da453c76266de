package mapping

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/storage/document"
	"pgregory.net/rapid"
)

const fuzzMapping = `{"numeric_detection": true, "dynamic_templates": [{"t": {"match": "t*", "match_mapping_type": "string", "mapping": {"type": "keyword", "copy_to": "all"}}}], "properties": {
	"n": {"type": "long"}, "d": {"type": "date"}, "ip": {"type": "ip"}, "f": {"type": "flattened"}, "a": {"type": "alias", "path": "n"}, "o": {"properties": {"x": {"type": "text", "fields": {"k": {"type": "keyword"}}}}},
	"nest": {"type": "nested"}, "flat": {"subobjects": false, "type": "object"}, "s": {"type": "scaled_float", "scaling_factor": 3}, "h": {"type": "half_float"}, "off": {"enabled": false}}}`

func FuzzDocument(f *testing.F) {
	for _, seed := range []string{
		`{"n": 1, "d": "2026-06-01", "ip": "::1", "f": {"a": {"b": [1, null]}}, "o": {"x": "Hello"}, "o.x": ["y"]}`,
		`{"n": "x", "a": 5, "new": {"b": [{"c": 1}, {"c": "z"}]}, "flat": {"a": {"b": 1}, "a.b": 2}, "t1": "u", "all": {"x": 1}}`,
		`{"": 1, ".": 2, "a..b": 3, "_id": 4, "o": 5, "nest": [{"q": 1}], "s": 1e308, "h": -0.0}`,
		"{\"x\": \"\xff\"}", `{"a": "\ud800"}`, strings.Repeat(`{"a":`, 1000), `[[]]`, `{"a": 1}{`, `{"d": 99999999999999999999, "n": 1e400}`,
	} {
		f.Add([]byte(seed), true)
		f.Add([]byte(seed), false)
	}
	m, err := Parse([]byte(fuzzMapping), nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, source []byte, stream bool) {
		d := &document.Document{ID: "1", Source: source}
		next, err := m.Document(d, Options{Stream: stream})
		if err != nil {
			refusal(t, err)
			return
		}
		again := &document.Document{ID: "1", Source: source}
		last, err := next.Document(again, Options{Stream: stream})
		if err != nil || last != next {
			t.Fatalf("the mapping %s that a document made does not fit it: %v", shown(t, next), err)
		}
		if fieldsText(d) != fieldsText(again) {
			t.Fatalf("read again, the fields are\n%s\nand were\n%s", fieldsText(again), fieldsText(d))
		}
		body := shown(t, next)
		reread, err := Parse([]byte(body), nil)
		if err != nil || shown(t, reread) != body || reread.root.count != next.root.count {
			t.Fatalf("%s does not survive a round trip: %v", body, err)
		}
	})
}

func FuzzParse(f *testing.F) {
	f.Add(fuzzMapping, `{"properties": {"n": {"type": "keyword"}}}`)
	f.Add(everyType, everyType)
	f.Add(`{"properties": {"a.b.c": {"type": "text", "fields": {"x": {"type": "long"}}}}}`, `{"dynamic": "strict"}`)
	f.Fuzz(func(t *testing.T, body, more string) {
		var refused *eserr.Error
		m, err := Parse(json.RawMessage(body), nil)
		if err != nil {
			if !errors.As(err, &refused) {
				t.Fatalf("not a refusal: %v", err)
			}
			return
		}
		m.Leaves("")
		if m, err = m.Merge(json.RawMessage(more)); err != nil {
			if !errors.As(err, &refused) {
				t.Fatalf("not a refusal: %v", err)
			}
			return
		}
		if _, err := Parse([]byte(shown(t, m)), nil); err != nil {
			t.Fatalf("%s does not survive a round trip: %v", shown(t, m), err)
		}
	})
}

func FuzzValues(f *testing.F) {
	f.Add("now-1d/d", "2026-06-01||/M", "+02:00", "yyyy")
	f.Add("10.0.0.0/8", "-1.5", "", "")
	f.Add("9223372036854775808", "1e400", "Europe/Berlin", "epoch_second")
	fields := mustParse(f, everyType).Leaves("")
	f.Fuzz(func(t *testing.T, from, to, zone, format string) {
		for _, fd := range fields {
			if v, err := fd.ParseTerm(from); err == nil {
				fd.Format(v, format, nil)
			} else {
				refusal(t, err)
			}
			if _, err := fd.ParseRange(RangeSpec{From: from, To: to, TimeZone: zone, Format: format}); err != nil {
				refusal(t, err)
			}
		}
	})
}

func TestObjectsAndDotsMeanTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "b", "c", "d"}), 1, 4, rapid.ID).Draw(t, "names")
		value := rapid.SampledFrom([]string{`1`, `"x"`, `[true, false]`, `"2026-06-01"`}).Draw(t, "value")
		cut := rapid.IntRange(1, len(names)).Draw(t, "cut")
		dotted := fmt.Sprintf(`{"%s": %s}`, strings.Join(names, "."), value)
		nested := `{"` + strings.Join(names[:cut], `":{"`) + `"`
		if rest := names[cut:]; len(rest) > 0 {
			nested += `:{"` + strings.Join(rest, ".") + `":` + value + `}`
		} else {
			nested += ":" + value
		}
		nested += strings.Repeat("}", cut)
		results := map[string]bool{}
		for _, source := range []string{dotted, nested} {
			d := &document.Document{Source: []byte(source)}
			m, err := empty().Document(d, Options{})
			if err != nil {
				t.Fatalf("%s: %v", source, err)
			}
			body, _ := json.Marshal(m)
			results[fieldsText(d)+string(body)] = true
		}
		if len(results) != 1 {
			t.Fatalf("%s and %s differ: %v", dotted, nested, results)
		}
	})
}

func TestThousandsOfFieldsStayCheap(t *testing.T) {
	m, err := empty().WithSettings(Settings{TotalFields: -1})
	if err != nil {
		t.Fatal(err)
	}
	var source strings.Builder
	for i := range 50_000 { // what is quadratic takes minutes here
		fmt.Fprintf(&source, `,"f%d.g": %d, "s%d": "x"`, i, i, i)
	}
	wide := "{" + source.String()[1:] + "}"
	_, m = read(t, m, wide, Options{})
	if m.root.count != 200_000 {
		t.Fatalf("%d fields", m.root.count)
	}
	strict, err := m.Merge([]byte(`{"dynamic": "strict"}`))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := strict.Document(&document.Document{Source: []byte(strings.ReplaceAll(wide, `"s`, `"t`))}, Options{Stream: true}); err != nil {
		t.Fatal(err)
	}
	if f, ok := m.Lookup("f4999.g"); !ok || f.Type != "long" {
		t.Fatal("a field is missing")
	}
	if n := testing.AllocsPerRun(100, func() { m.Lookup("f4999.g") }); n > 0 {
		t.Errorf("a look-up allocates %v times", n)
	}
}

// flow is a document like those of our VPC flow log decoder.
const flow = `{"@timestamp":"2026-06-01T10:00:00.000Z","type":"vpcflow","ecs":{"version":"8.11.0"},"event":{"kind":"event","module":"aws","dataset":"aws.vpcflow","action":"accept","outcome":"success","category":["network"],` +
	`"type":["connection","allowed"],"start":"2026-06-01T09:59:00.000Z","end":"2026-06-01T10:00:00.000Z","original":"2 123456789010 eni-1235b8ca123456789 172.31.9.69 172.31.9.12 49761 3389 6 20 4249 1418530010 1418530070 ACCEPT OK"},` +
	`"data_stream":{"type":"logs","dataset":"aws.vpcflow","namespace":"default"},"cloud":{"provider":"aws","account":{"id":"123456789010"},"region":"eu-central-1"},"source":{"address":"172.31.9.69","ip":"172.31.9.69","port":49761,"packets":20,"bytes":4249},` +
	`"destination":{"address":"172.31.9.12","ip":"172.31.9.12","port":3389},"network":{"type":"ipv4","iana_number":"6","transport":"tcp","packets":20,"bytes":4249},"related":{"ip":["172.31.9.69","172.31.9.12"]},` +
	`"aws":{"vpcflow":{"account_id":"123456789010","interface_id":"eni-1235b8ca123456789","action":"ACCEPT","log_status":"OK","version":"2"}}}`

func BenchmarkDocument(b *testing.B) {
	m := defaultMapping(b, "logs-aws.vpcflow-default")
	d := &document.Document{Source: []byte(flow)}
	b.SetBytes(int64(len(flow)))
	b.ReportAllocs()
	for b.Loop() {
		next, err := m.Document(d, Options{Stream: true})
		if err != nil || next != m {
			b.Fatalf("%v, or the mapping grew: %s", err, fieldsText(d))
		}
	}
}
