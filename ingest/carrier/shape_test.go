package carrier_test

import (
	"context"
	"strings"
	"testing"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/carrier"
)

func TestShapes(t *testing.T) {
	const bridged = `{"id":"7","detail-type":"x","detail":{"a":1}}`
	const listed = `{"detail-type":"x","detail":{"list":[{"a":1},{"a":2},3]}}`
	quoted := func(text string) string { return strings.ReplaceAll(text, `"`, `\"`) }
	message := func(text string) string {
		return `{"messageType":"DATA_MESSAGE","owner":"1","logGroup":"g","logStream":"s","logEvents":[{"id":"7","timestamp":9,"message":"` + quoted(text) + `"}]}`
	}
	for _, test := range []struct {
		name  string
		shape carrier.Shape
		text  string
		want  []string
	}{
		{"an event of EventBridge", carrier.Shape{Bridge: true}, bridged, []string{`{"a":1} of ` + bridged}},
		{"the same for a format that has none", carrier.Shape{}, bridged, []string{bridged}},
		{"in a log group", carrier.Shape{Bridge: true}, message(bridged), []string{`{"a":1} of ` + bridged + " id"}},
		{"a list, whose first record has the carrier's id", carrier.Shape{Bridge: true, List: "list"}, message(listed), []string{`{"a":1} id`, `{"a":2}`, "! not a JSON object"}},
		{"an empty list", carrier.Shape{Bridge: true, List: "list"}, `{"detail-type":"x","detail":{"list":[]}}`, []string{"! its detail.list is no list with anything in it"}},
		{"a list under a name", carrier.Shape{Arrays: []string{"Findings"}}, `{"Findings":[{"a":1},{"a":2}]}`, []string{`{"a":1}`, `{"a":2}`}},
		{"a message beside others", carrier.Shape{Texts: []string{"message"}}, `{"host":"h","message":"{\"a\":1}"}`, []string{`{"a":1}`}},
		{"a message of a record's own", carrier.Shape{Own: "v", Texts: []string{"message"}}, `{"v":1,"message":"hi"}`, []string{`{"v":1,"message":"hi"}`}},
		{"a text under another name", carrier.Shape{Texts: []string{"Event"}}, `{"Event":"{\"a\":1}"}`, []string{`{"a":1}`}},
		{"an export", carrier.Shape{JSON: true}, `2025-10-09T08:53:20.000Z {"a":1}`, []string{`{"a":1}`}},
		{"JSON behind what is none", carrier.Shape{JSON: true}, "oops {\n\"a\":1}", []string{"! not a JSON object", "{\"a\":1} of {\n\"a\":1}"}},
		{"repeated names", carrier.Shape{}, `{"a":1,"b":{"c":1,"c":2},"a":3}`, []string{`{"b":{"c":2},"a":3} of {"a":1,"b":{"c":1,"c":2},"a":3}`}},
		{"too many of them", carrier.Shape{}, `{` + strings.Repeat(`"a":1,`, 70) + `"a":1}`, []string{"! one JSON object repeats too many of its names"}},
	} {
		var got []string
		var counts ingest.Counts
		r := carrier.Reader{Shape: test.shape}
		err := r.Each(context.Background(), strings.NewReader(test.text), &counts, func(rec *carrier.Record) error {
			counts.Seen(0)
			got = append(got, shown(rec))
			return nil
		})
		if err != nil || strings.Join(got, "\n") != strings.Join(test.want, "\n") {
			t.Errorf("%s: %v\n got %q\nwant %q", test.name, err, got, test.want)
		}
	}
}

// shown is a record's JSON, and the text it is of where that differs; or its problem.
func shown(r *carrier.Record) string {
	if r.Problem != "" {
		return "! " + r.Problem
	}
	line := r.JSON.String()
	if string(r.Text) != line {
		line += " of " + string(r.Text)
	}
	if r.ID != "" {
		line += " id"
	}
	return line
}

func TestAReaderThatIsTakenBackForgetsItsObject(t *testing.T) {
	readers := carrier.NewReaders(carrier.Shape{}, ingest.Limits{})
	r := readers.Get()
	var counts ingest.Counts
	stream := ""
	take := func(rec *carrier.Record) error {
		stream = rec.CloudWatch.Stream
		counts.Seen(0)
		return nil
	}
	for _, step := range []struct{ text, want string }{
		{`{"messageType":"DATA_MESSAGE","owner":"1","logGroup":"g","logStream":"s","logEvents":[{"id":"7","message":"x"}]}`, "s"}, {"a line", ""},
	} {
		if err := r.Each(context.Background(), strings.NewReader(step.text), &counts, take); err != nil || stream != step.want {
			t.Errorf("%.20s: %v, stream %q", step.text, err, stream)
		}
	}
	readers.Put(r)
}
