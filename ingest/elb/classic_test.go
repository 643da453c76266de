package elb_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/ingesttest"
	"github.com/vedette-siem/vedette/storage/document"
)

func TestClassicLinesAreRealignedAtTheLastQuote(t *testing.T) {
	const head = `2025-10-09T08:53:20.945958Z my-clb 198.51.100.7:2817 10.1.2.3:80 0.1 0.2 0.3 200 200 0 57 `
	for _, test := range []struct{ name, quoted, tail, agent string }{ // an empty agent: the line must be rejected
		{"nothing is broken", `"GET http://a/ HTTP/1.1" "curl/8"`, ` - -`, "curl/8"},
		{"quotes in the agent", `"GET http://a/ HTTP/1.1" "a "b" c"`, ` ECDHE TLSv1.2`, `a "b" c`},
		{"a seam in the agent", `"GET http://a/ HTTP/1.1" "a" "b"`, ` - -`, `a" "b`},
		{"a field too many at the end", `"GET http://a/ HTTP/1.1" "curl/8"`, ` - - -`, ""},
		{"a protocol that is none", `"GET http://a/ HTTP/1.1" "curl/8"`, ` - x`, ""},
		{"no quotes at all", `GET http://a/ HTTP/1.1 curl`, ` - -`, ""},
		{"one quoted field", `"GET http://a/ HTTP/1.1"`, ` - -`, ""},
	} {
		docs, counts, err := ingesttest.Decode(decoder(), object(ingest.CLB), head+test.quoted+test.tail)
		if err != nil || len(docs) != 1 {
			t.Fatalf("%s: %+v, %v", test.name, counts, err)
		}
		fields := ingesttest.Fields(t, docs[0])
		if test.agent == "" {
			if fields["event.kind"] != "pipeline_error" {
				t.Errorf("%s is not rejected: %s", test.name, docs[0].Source)
			}
			continue
		}
		if fields["user_agent.original"] != test.agent || fields["url.original"] != "http://a/" {
			t.Errorf("%s: %s", test.name, docs[0].Source)
		}
	}
}

func TestDecodeEndsWithItsContextAndItsTaker(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	o := object(ingest.CLB)
	text := "2025-10-09T08:53:20.945958Z my-clb 198.51.100.7:2817 - -1 -1 -1 503 0 0 0 \"GET http://a/ HTTP/1.1\" \"curl/8\" - -\n"
	if _, err := decoder().Decode(ctx, strings.NewReader(text), &o, func(*document.Document) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	full := errors.New("full")
	if _, err := decoder().Decode(context.Background(), strings.NewReader(text), &o, func(*document.Document) error { return full }); !errors.Is(err, full) {
		t.Errorf("%v", err)
	}
}

func TestALongLineIsAPipelineErrorAndTheFileGoesOn(t *testing.T) {
	good := "2025-10-09T08:53:20.945958Z my-clb 198.51.100.7:2817 - -1 -1 -1 503 0 0 0 \"GET http://a/ HTTP/1.1\" \"curl/8\" - -\n"
	docs, counts, err := ingesttest.Decode(decoder(), object(ingest.CLB), good+strings.Repeat("y", 2<<20)+"\n"+good)
	if err != nil || counts.Events != 2 || counts.Errors != 1 || !strings.Contains(string(docs[1].Source), "too long") {
		t.Errorf("%+v, %v", counts, err)
	}
}
