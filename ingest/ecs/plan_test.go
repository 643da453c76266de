package ecs_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/ecs"
	"github.com/vedette-siem/vedette/ingest/ingesttest"
)

// TestEventsOfAnyOrderAreRenderedAsTheyWereSet holds a Builder, which renders by plans that it forgets when there are too many, against a map.
func TestEventsOfAnyOrderAreRenderedAsTheyWereSet(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Log("seed", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	b := ecs.NewBuilders(ecs.Options{}).Get()
	var names []string
	for i := range 40 {
		names = append(names, fmt.Sprintf("part%d.of%d.name%d", i%3, i%5, i))
	}
	for n := range 4000 { // some 100,000 states
		if n%50 == 0 {
			b.Object(&ingest.Object{Key: fmt.Sprint("object", n)}, []ingest.Format{ingest.VPCFlow, ingest.ALB}[n/50%2].Dataset())
		}
		b.Begin(int64(n))
		want := map[string]string{}
		for range 1 + random.IntN(60) {
			name, value := names[random.IntN(len(names))], fmt.Sprint(random.Uint64())
			b.Keyword(name, value)
			want[name] = value
			if !b.Has(name) {
				t.Fatal("a field that was set is not there")
			}
		}
		kind := "event"
		if n%7 == 0 {
			kind = "alert"
			b.Keyword("event.kind", kind)
		}
		d := b.Document("i")
		got := ingesttest.Fields(t, d)
		for _, name := range names {
			if value, ok := want[name]; ok != (got[name] != nil) || ok && got[name] != value || b.Has(name) != ok {
				t.Fatalf("event %d: %s is %v instead of %q: %s", n, name, got[name], value, d.Source)
			}
		}
		dataset := []string{"aws.vpcflow", "aws.elb_logs"}[n/50%2]
		if got["event.kind"] != kind || got["event.dataset"] != dataset || got["log.file.path"] != fmt.Sprint("object", n/50*50) || got["log.offset"] != json.Number(fmt.Sprint(n)) {
			t.Fatalf("event %d: %s", n, d.Source)
		}
	}
}

func TestStringsAreEscapedAsTheStandardLibraryReadsThem(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Log("seed", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	parts := []string{"a", "plain text ", `"`, `\`, "\n", "\x00", "\x1f", "\x7f", "é", "😀", "\xff", "\xc3", "12345678", " "}
	for range 20_000 {
		var s strings.Builder
		for range random.IntN(12) {
			s.WriteString(parts[random.IntN(len(parts))])
		}
		text := s.String()
		var got string
		if err := json.Unmarshal(ecs.AppendString(nil, text), &got); err != nil || !utf8.ValidString(got) {
			t.Fatalf("%q: %v", text, err)
		}
		want := string([]rune(text)) // as it is, but for what is no UTF-8
		if got != want || string(ecs.AppendString(nil, []byte(text))) != string(ecs.AppendString(nil, text)) {
			t.Fatalf("%q is read as %q", text, got)
		}
	}
}
