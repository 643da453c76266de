package ecs_test

import (
	"encoding/json"
	"math"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/ecs"
)

func fixed() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 678_000_000, time.UTC) }

func begin(o ecs.Options) *ecs.Builder {
	if o.Now == nil {
		o.Now = fixed
	}
	b := ecs.NewBuilders(o).Get()
	b.Object(&ingest.Object{Bucket: "bkt", Key: "k/x.log", IDPrefix: "prefix"}, ingest.VPCFlow.Dataset())
	b.Begin(7)
	return b
}

// own is what a test set itself: the source without what every event has.
func own(source []byte) string {
	const first = `"ecs":{"version":"8.11.0"},`
	text := string(source)
	return text[strings.Index(text, first)+len(first):]
}

func TestEveryEventHasTheConventions(t *testing.T) {
	b := begin(ecs.Options{})
	b.Timestamp(1760000060123)
	b.Original([]byte("raw"))
	d := b.Document(b.RecordID(3))
	want := `{"@timestamp":"2025-10-09T08:54:20.123Z","type":"vpcflow",` +
		`"event":{"kind":"event","module":"aws","dataset":"aws.vpcflow","original":"raw","ingested":"2026-01-02T03:04:05.678Z"},` +
		`"data_stream":{"type":"logs","dataset":"aws.vpcflow","namespace":"default"},"cloud":{"provider":"aws"},"ecs":{"version":"8.11.0"},` +
		`"aws":{"s3":{"bucket":{"name":"bkt","arn":"arn:aws:s3:::bkt"},"object":{"key":"k/x.log"}}},"log":{"file":{"path":"s3://bkt/k/x.log"},"offset":7}}`
	if string(d.Source) != want {
		t.Errorf(" got %s\nwant %s", d.Source, want)
	}
	if d.Index != "logs-aws.vpcflow-default" || d.ID != "prefix-0000003" || d.Time != 1760000060123 {
		t.Errorf("%s %s %d", d.Index, d.ID, d.Time)
	}
}

func TestFieldsAreGroupedInTheOrderOfFirstUse(t *testing.T) {
	b := begin(ecs.Options{})
	b.Keyword("source.address", "a")
	b.Long("destination.port", 443)
	b.Keyword("source.domain", "d")
	b.Keyword("x.y.z.w", "deep")
	b.Long("source.port", 80)
	b.Keyword("source.address", "replaced")
	got := own(b.Document("i").Source)
	if want := `"source":{"address":"replaced","domain":"d","port":80},"destination":{"port":443},"x":{"y":{"z":{"w":"deep"}}}}`; !strings.HasSuffix(got, want) {
		t.Errorf("%s does not end in %s", got, want)
	}
	b.Begin(8)
	b.Long("source.port", 81)
	if got := own(b.Document("i").Source); !strings.HasSuffix(got, `"source":{"port":81}}`) {
		t.Errorf("the next event begins with leftovers: %s", got)
	}
}

func TestAbsentValuesAreOmitted(t *testing.T) {
	b := begin(ecs.Options{})
	b.Keyword("a.b", "")
	b.Keyword("a.c", "-")
	b.KeywordBytes("a.d", nil)
	b.Keywords("a.e", "", "-")
	b.Keywords("a.f")
	b.Split("a.g", []byte("- "), ' ')
	b.LongBytes("a.h", []byte("-"))
	b.Decimal("a.i", []byte("1."))
	b.Double("a.j", math.NaN())
	b.Double("a.k", math.Inf(1))
	b.JSON("a.l", nil)
	b.Address("a.m", "a.n", []byte("-"))
	b.RelatedUser(nil)
	if source := string(b.Document("i").Source); strings.Contains(source, `"a":`) || strings.Contains(source, "related") {
		t.Errorf("%s", source)
	}
}

func TestValues(t *testing.T) {
	b := begin(ecs.Options{})
	b.Keywords("v.keywords", "a", "-", "b")
	b.Split("v.split", []byte("1,,-,2"), ',')
	b.LongBytes("v.long", []byte("-9223372036854775807"))
	b.Double("v.double", 0.25)
	b.Decimal("v.decimal", []byte("0.000"))
	b.Bool("v.bool", true)
	b.Time("v.time", -1)
	b.JSON("v.json", []byte(`{"x":[1]}`))
	got := own(b.Document("i").Source)
	want := `"v":{"keywords":["a","b"],"split":["1","2"],"long":-9223372036854775807,"double":0.25,"decimal":0.000,"bool":true,"time":"1969-12-31T23:59:59.999Z","json":{"x":[1]}}}`
	if !strings.HasSuffix(got, want) {
		t.Errorf("%s does not end in %s", got, want)
	}
}

func TestRelatedIsCollectedOnce(t *testing.T) {
	b := begin(ecs.Options{})
	b.Address("source.address", "source.ip", []byte("10.0.0.1"))
	b.Address("destination.address", "destination.ip", []byte("[2001:DB8::1]"))
	b.Address("client.address", "client.ip", []byte("10.0.0.1"))
	b.Address("server.address", "server.ip", []byte("10.0.0.01"))
	b.RelatedUser([]byte("al\"ice"))
	b.RelatedUser([]byte("al\"ice"))
	b.RelatedUser([]byte("bob"))
	b.RelatedHost([]byte("h"))
	b.RelatedHash([]byte("x"))
	source := string(b.Document("i").Source)
	if want := `"related":{"ip":["10.0.0.1","2001:db8::1"],"user":["al\"ice","bob"],"hosts":["h"],"hash":["x"]}}`; !strings.HasSuffix(source, want) {
		t.Errorf("%s does not end in %s", source, want)
	}
	if !strings.Contains(source, `"server":{"address":"10.0.0.01"}`) {
		t.Errorf("an address with a leading zero is no address: %s", source)
	}
	if a, ok := b.Addr("destination.ip"); !ok || a != netip.MustParseAddr("2001:db8::1") {
		t.Errorf("%v, %v", a, ok)
	}
	if _, ok := b.Addr("server.ip"); ok || b.Has("server.ip") || !b.Has("source.ip") {
		t.Error("server.ip is there")
	}
}

func TestFailure(t *testing.T) {
	b := begin(ecs.Options{DropOriginal: true})
	b.Keyword("left", "over")
	d := b.Failure("id", 9, []byte("bad \xff\x00 line"), "it is bad")
	var s struct {
		Timestamp string `json:"@timestamp"`
		Left      string
		Event     struct{ Kind, Original string }
		Error     struct{ Message string }
		Log       struct{ Offset int }
	}
	if err := json.Unmarshal(d.Source, &s); err != nil {
		t.Fatal(err)
	}
	if s.Timestamp != "2026-01-02T03:04:05.678Z" || s.Left != "" || s.Event.Kind != "pipeline_error" || s.Event.Original != "bad \uFFFD\x00 line" || s.Error.Message != "it is bad" || s.Log.Offset != 9 {
		t.Errorf("%s", d.Source)
	}
}

func TestOriginalCanBeDropped(t *testing.T) {
	b := begin(ecs.Options{DropOriginal: true})
	b.Original([]byte("raw"))
	if d := b.Document("i"); strings.Contains(string(d.Source), "original") {
		t.Errorf("%s", d.Source)
	}
}

func TestManyNamesAndEvents(t *testing.T) {
	b := begin(ecs.Options{})
	names := make([]string, 2000)
	for i := range names {
		names[i] = "g" + strings.Repeat("x", i%7) + "." + string(rune('a'+i%26)) + strings.Repeat("y", i/26)
	}
	for range 3 {
		b.Begin(0)
		for i, name := range names {
			b.Long(name, int64(i))
		}
		for i, name := range names {
			if !b.Has(name) {
				t.Fatalf("%d %s is lost", i, name)
			}
		}
		if d := b.Document("i"); !json.Valid(d.Source) {
			t.Fatal("no JSON")
		}
	}
}

type stamp struct{}

func (stamp) Enrich(b *ecs.Builder) { b.Keyword("labels.stamp", "yes") }

func TestStepsEnrichEventsBeforeTheyAreRendered(t *testing.T) {
	b := begin(ecs.Options{Steps: []ecs.Step{stamp{}}})
	if d := b.Document("i"); !strings.Contains(string(d.Source), `"labels":{"stamp":"yes"}`) {
		t.Errorf("%s", d.Source)
	}
}
