package carrier_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/valyala/fastjson"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/carrier"
)

// read lists the records of a text as `J text` or `T text`, with id, time and problem where there are such.
func read(text string) (out []string, counts ingest.Counts, err error) {
	var r carrier.Reader
	err = r.Each(context.Background(), strings.NewReader(text), &counts, func(rec *carrier.Record) error {
		kind := "T"
		if rec.JSON != nil {
			kind = "J"
		}
		line := kind + " " + string(rec.Text)
		if rec.ID != "" {
			line += " id=" + rec.ID[strings.LastIndexByte(rec.ID, '-')+1:] + " stream=" + rec.CloudWatch.Stream
		}
		if rec.Ms != 0 {
			line += fmt.Sprint(" ms=", rec.Ms)
		}
		if rec.Problem != "" {
			line += " problem=" + rec.Problem
		}
		out = append(out, line)
		counts.Seen(rec.Ms)
		return nil
	})
	return out, counts, err
}

func TestCarriers(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       []string
	}{
		{"lines", "one\r\n\r\ntwo", []string{"T one", "T two"}},
		{"JSON lines", `{"a":1}` + "\n" + `{"a":2}`, []string{`J {"a":1}`, `J {"a":2}`}},
		{"JSON without anything between", `{"a":1}{"a":2}`, []string{`J {"a":1}`, `J {"a":2}`}},
		{"an array", `[ {"a":1}, {"a":2} ]`, []string{`J {"a":1}`, `J {"a":2}`}},
		{"text that begins with a bracket", "[error] x\n{not JSON", []string{"T [error] x", "T {not JSON problem=invalid JSON: cannot parse JSON: cannot parse object: cannot find opening '\"\" for object key"}},
		{"a JSON line among others", "#Fields: x\n" + `{"a":1}`, []string{"T #Fields: x", `J {"a":1}`}},
		{"a CloudWatch payload", `{"messageType":"DATA_MESSAGE","owner":"1","logGroup":"g","logStream":"s","logEvents":[{"id":"7","timestamp":9,"message":"{\"a\":1}"},{"id":"8","timestamp":10,"message":"text\n"}]}`,
			[]string{`J {"a":1} id=7 stream=s ms=9`, "T text id=8 stream=s ms=10"}},
		{"a Firehose message", `{"message":"{\"a\":1}"}`, []string{`J {"a":1}`}},
		{"a message that is part of the record", `{"message":"hi","level":"info"}`, []string{`J {"message":"hi","level":"info"}`}},
		{"an export of CloudWatch", `2025-10-09T08:53:20.000Z {"a":1}`, []string{`J {"a":1} ms=1760000000000`}},
		{"a line that begins with a time", `2025-10-09T08:53:20.000Z my-lb 1.2.3.4:5`, []string{`T 2025-10-09T08:53:20.000Z my-lb 1.2.3.4:5`}},
		{"an empty message", `{"message":" "}`, []string{"T  problem=its message is empty"}},
		{"broken JSON", `{"a":1}` + "\n" + `{"a":]}` + "\n" + `{"a":3}`, []string{`J {"a":1}`, `T {"a":] problem=JSON brackets do not match`, "T } problem=not a JSON object", `J {"a":3}`}},
		{"control messages", `{"messageType":"CONTROL_MESSAGE","logEvents":[{"id":"","timestamp":1,"message":"CWL CONTROL MESSAGE: Checking"}]}`, nil},
	} {
		got, counts, err := read(test.text)
		if err != nil || strings.Join(got, "\n") != strings.Join(test.want, "\n") {
			t.Errorf("%s: %v\n got %q\nwant %q", test.name, err, got, test.want)
		}
		if test.want == nil && counts.Skipped != 1 {
			t.Errorf("%s: %+v", test.name, counts)
		}
	}
}

func TestLongRecordsAreCutAndSayHowLongTheyAre(t *testing.T) {
	for _, text := range []string{strings.Repeat("x", 2<<20), `{"a":"` + strings.Repeat("x", 2<<20) + `"}`} {
		var r carrier.Reader
		var counts ingest.Counts
		err := r.Each(context.Background(), strings.NewReader(text), &counts, func(rec *carrier.Record) error {
			counts.Failed(rec.Problem)
			if !rec.Cut || len(rec.Text) != ingest.OversizeKept {
				t.Errorf("%d bytes are shown, cut: %v", len(rec.Text), rec.Cut)
			}
			return nil
		})
		if err != nil || counts.Records != 1 || !strings.Contains(counts.LastError, "20971") {
			t.Errorf("%+v, %v", counts, err)
		}
	}
}

func TestReadingEndsWithItsContextItsTakerAndItsPatience(t *testing.T) {
	var r carrier.Reader
	var counts ingest.Counts
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := r.Each(ctx, strings.NewReader("x"), &counts, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	full := errors.New("full")
	if err := r.Each(context.Background(), strings.NewReader("x"), &counts, func(*carrier.Record) error { return full }); !errors.Is(err, full) {
		t.Errorf("%v", err)
	}
	err := r.Each(context.Background(), strings.NewReader(strings.Repeat("x\n", 100)), &counts, func(rec *carrier.Record) error {
		counts.Failed("bad")
		return nil
	})
	if !errors.Is(err, ingest.ErrMalformed) || counts.Records != 20 {
		t.Errorf("%+v, %v", counts, err)
	}
}

func TestFlattenedValuesHaveNoTwinsAndPassNoLimit(t *testing.T) {
	many := strings.Repeat(`"a":1,`, 40)
	for text, want := range map[string]string{
		`{"a":1,"b":null,"c":"","d":[],"e":{},"f":[{"g":true},null,"h"]}`: `{"a":1,"f":[{"g":true},"h"]}`,
		`{"a":1,"a":{"b":1,"b":2}}`:                                       `{"a":{"b":2}}`,
		`{` + many + `"b":2}`:                                             `{"a":1,"b":2}`,
		`{"":1,"x\u0000y":2,"z":3}`:                                       `{"z":3}`,
		`{"n":1e5,"i":nan}`:                                               `{"n":1e5,"i":"nan"}`,
		`{"a":[{"b":[{"c":null}]}]}`:                                      ``,
		`null`:                                                            ``,
		`["{","[","x"]`:                                                   `["{","[","x"]`,
		`{"long":"` + strings.Repeat("x", 40_000) + `","a":1}`:            `{"a":1}`,
		strings.Repeat("[", 30) + "1" + strings.Repeat("]", 30):           ``,
		strings.Repeat(`{"a":`, 20) + "1" + strings.Repeat("}", 20):       strings.Repeat(`{"a":`, 20) + "1" + strings.Repeat("}", 20),
	} {
		v, err := fastjson.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		var twins carrier.Twins
		if reason := twins.LastWins(v); reason != "" {
			t.Fatal(reason)
		}
		f := carrier.Flattener{Dst: []byte("kept")}
		filled := f.Value(v, 1)
		got := f.Dst
		if string(got) != "kept"+want || filled != (want != "") || filled && !json.Valid(got[4:]) {
			t.Errorf("%.80s: %.200s, %v", text, got, filled)
		}
	}
}
