package ingest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// cut reads all records of a text: good ones as they are, bad ones as "!" and their problem.
func cut(r io.Reader, limits Limits) (records []string, err error) {
	s := NewRecords(r, limits, "Records", "logEvents")
	for s.Next() {
		if s.Problem != "" {
			records = append(records, "!"+s.Problem)
			continue
		}
		records = append(records, string(s.Raw))
	}
	return records, s.Err()
}

func TestRecords(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       []string
		truncated  bool
	}{
		{name: "nothing", text: " \n ", want: nil},
		{name: "a container", text: `{"Records":[{"a":1},{"b":[2]}]}`, want: []string{`{"a":1}`, `{"b":[2]}`}},
		{name: "an empty container", text: `{"Records":[]}`, want: nil},
		{name: "a container with members around", text: `{"o":{"Records":[{}]},"Records" : [{"a":1}],"z":[{"Records":[1]}]} {"b":2}`, want: []string{`{"a":1}`, `{"b":2}`}},
		{name: "an array", text: `[{"a":1}, {"b":2}]`, want: []string{`{"a":1}`, `{"b":2}`}},
		{name: "lines", text: "{\"a\":1}\r\n{\"b\":2}\n", want: []string{`{"a":1}`, `{"b":2}`}},
		{name: "nothing between", text: `{"a":1}{"b":2}`, want: []string{`{"a":1}`, `{"b":2}`}},
		{name: "brackets and escapes inside strings", text: `{"a":"}]{\"\\"}{"b":"[\\\\"}`, want: []string{`{"a":"}]{\"\\"}`, `{"b":"[\\\\"}`}},
		{name: "a value named like the array", text: `{"x":"Records","y":[{"a":1}]}`, want: []string{`{"x":"Records","y":[{"a":1}]}`}},
		{name: "an array deeper down", text: `{"x":{"Records":[{"a":1}]}}`, want: []string{`{"x":{"Records":[{"a":1}]}}`}},
		{name: "cut off in a record", text: `{"Records":[{"a":1},{"b`, want: []string{`{"a":1}`, "!the record is cut off"}, truncated: true},
		{name: "cut off between records", text: `{"Records":[{"a":1},`, want: []string{`{"a":1}`}, truncated: true},
		{name: "cut off behind the array", text: `{"Records":[{"a":1}]`, want: []string{`{"a":1}`}, truncated: true},
		{name: "a line that is cut off", text: "{\"a\":\"x\n{\"b\":2}\n", want: []string{"!a JSON string does not end on its line", `{"b":2}`}},
		{name: "a line that is cut off behind a comma", text: "{\"a\":1,\n{\"b\":2}\n", want: []string{"!a JSON object begins where none can", `{"b":2}`}},
		{name: "brackets that do not match", text: `{"Records":[{"a":[1},{"b":2}]}`, want: []string{"!JSON brackets do not match", `{"b":2}`}},
		{name: "other things in the list", text: `{"Records":[1,"x",{"b":2}]}`, want: []string{"!not a JSON object", `{"b":2}`}},
		{name: "rubbish between lines", text: "{\"a\":1}\nrubbish\n{\"b\":2}", want: []string{`{"a":1}`, "!not a JSON object", `{"b":2}`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			for name, r := range map[string]io.Reader{"whole": strings.NewReader(test.text), "byte by byte": iotest.OneByteReader(strings.NewReader(test.text))} {
				got, err := cut(r, Limits{})
				if !slices.Equal(got, test.want) {
					t.Errorf("%s: %q, want %q", name, got, test.want)
				}
				if errors.Is(err, ErrTruncated) != test.truncated || (err != nil) != test.truncated {
					t.Errorf("%s: error %v", name, err)
				}
			}
		})
	}
}

func TestRecordsOffsetsAndEnvelope(t *testing.T) {
	text := "{\"owner\":\"1\",\"logEvents\":[\n{\"a\":1}, {\"big\":\"" + strings.Repeat("x", 3000) + "\"},{\"c\":3}]}\n{\"d\":4}"
	s := NewRecords(iotest.HalfReader(strings.NewReader(text)), Limits{RecordBytes: 1000}, "logEvents")
	var got []string
	for s.Next() {
		if !strings.HasPrefix(text[s.Offset:], string(s.Raw)) && s.Problem == "" {
			t.Errorf("record %s is not at %d", s.Raw, s.Offset)
		}
		got = append(got, fmt.Sprintf("%d %s", len(s.Problem), s.Envelope))
	}
	if s.Err() != nil || len(got) != 4 || got[0] != `0 {"owner":"1","logEvents":` || got[1] == got[0] || got[3] != "0 " {
		t.Errorf("%q, %v", got, s.Err())
	}
}

func TestRecordsAreBoundedInMemory(t *testing.T) {
	for name, r := range map[string]io.Reader{
		"a long string":   io.MultiReader(strings.NewReader(`{"Records":[{"a":"`), endless("x", 8<<20), strings.NewReader(`"},{"b":2}]}`)),
		"many levels":     io.MultiReader(strings.NewReader(`{"Records":[{"a":`), endless("[", 4<<20), endless("]", 4<<20), strings.NewReader(`},{"b":2}]}`)),
		"a long envelope": io.MultiReader(strings.NewReader(`{"x":"`), endless("x", 4<<20), strings.NewReader(`","Records":[{"a":1},{"b":2}]}`)),
	} {
		s := NewRecords(r, Limits{}, "Records")
		last, bad := "", 0
		for s.Next() {
			last = string(s.Raw)
			if s.Problem != "" {
				bad++
			}
			if cap(s.buf) > 3<<20 {
				t.Fatalf("%s: the buffer has %d bytes", name, cap(s.buf))
			}
		}
		if s.Err() != nil || last != `{"b":2}` || bad > 1 {
			t.Errorf("%s: last %.50q, %d bad, %v", name, last, bad, s.Err())
		}
	}
}

// endless is n bytes of a text again and again.
func endless(text string, n int64) io.Reader { return io.LimitReader(repeater(text), n) }

type repeater string

func (r repeater) Read(p []byte) (int, error) {
	n := copy(p, r)
	for n < len(p) {
		n += copy(p[n:], p[:n])
	}
	return len(p), nil
}

func TestRecordsPassReadErrorsOn(t *testing.T) {
	want := errors.New("the disk is on fire")
	got, err := cut(io.MultiReader(strings.NewReader(`{"Records":[{"a":1},{"b":`), iotest.ErrReader(want)), Limits{})
	if !errors.Is(err, want) || len(got) != 2 {
		t.Errorf("%q, %v", got, err)
	}
}

// FuzzRecords compares with encoding/json on lists that are valid, and demands an end on all else.
func FuzzRecords(f *testing.F) {
	f.Add(`{"a":1}`, "x\"\\\n", uint8(0))
	f.Add("{\"a\":\"\n", `]}`, uint8(3))
	f.Fuzz(func(t *testing.T, raw, text string, form uint8) {
		_, _ = cut(strings.NewReader(raw), Limits{RecordBytes: 100, Depth: 5})
		one, err := json.Marshal(map[string]any{"text": text, "list": []string{text, raw}})
		if err != nil {
			t.Fatal(err)
		}
		join := []string{"%s%s", "%s\n%s", "[%s,%s]", `{"Records":[%s , %s]}`, `{"x":[{}],"Records":[%s,%s],"y":{"a":[]}}`}[form%5]
		got, err := cut(iotest.HalfReader(strings.NewReader(fmt.Sprintf(join, one, one))), Limits{})
		if err != nil || len(got) != 2 || got[0] != string(one) || got[1] != string(one) {
			t.Errorf("%q, %v; want twice %s", got, err, one)
		}
	})
}
