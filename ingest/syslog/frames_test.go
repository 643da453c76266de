package syslog

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// shown is a frame as tests compare it.
type shown struct {
	text    string
	cut     int64
	partial bool
}

// cutUp reads all lines.
func cutUp(r io.Reader) (all []shown, err error) {
	f := newFrames(r)
	for {
		one, err := f.next()
		if err != nil {
			return all, err
		}
		all = append(all, shown{string(one.text), one.cut, one.partial})
	}
}

func TestFramingIsFoundOut(t *testing.T) {
	long := strings.Repeat("x", MaxLine)
	for name, c := range map[string]struct {
		in   string
		want []shown
	}{
		"nothing":                          {"", nil},
		"lines":                            {"<13>a\n<13>b\n", []shown{{text: "<13>a"}, {text: "<13>b"}}},
		"a last line without an end":       {"<13>a\n<13>b", []shown{{text: "<13>a"}, {text: "<13>b"}}},
		"CR LF, NUL LF and empty lines":    {"\n<13>a\r\n\r\n<13>b\x00\n", []shown{{text: "<13>a"}, {text: "<13>b"}}},
		"lines without a priority":         {"Nov 24 a\n2026-11-24 b\n7 c\n", []shown{{text: "Nov 24 a"}, {text: "2026-11-24 b"}, {text: "7 c"}}},
		"a number that is too long":        {"1234567890 <13>a\n", []shown{{text: "1234567890 <13>a"}}},
		"only a number":                    {"12", []shown{{text: "12"}}},
		"octets counted":                   {"5 <13>a6 <13>bc", []shown{{text: "<13>a"}, {text: "<13>bc"}}},
		"octets counted, LF within":        {"7 <13>a\nb6 <13>c\n", []shown{{text: "<13>a\nb"}, {text: "<13>c"}}},
		"an empty frame":                   {"5 <13>a0 5 <13>b", []shown{{text: "<13>a"}, {text: "<13>b"}}},
		"the end within a frame":           {"5 <13>a99 <13>b", []shown{{text: "<13>a"}, {text: "<13>b", partial: true}}},
		"the end within a length":          {"5 <13>a9", []shown{{text: "<13>a"}, {text: "9", partial: true}}},
		"a line of the longest":            {long + "\nb\n", []shown{{text: long}, {text: "b"}}},
		"a line that is too long":          {long + "yyy\r\nb\n", []shown{{text: long, cut: 4}, {text: "b"}}},
		"a counted frame that is too long": {fmt.Sprintf("%d <%syy5 <13>b", MaxLine+2, long[1:]), []shown{{text: "<" + long[1:], cut: 2}, {text: "<13>b"}}},
	} {
		for way, r := range map[string]io.Reader{"whole": strings.NewReader(c.in), "by bytes": iotest.OneByteReader(strings.NewReader(c.in))} {
			got, err := cutUp(r)
			if !errors.Is(err, io.EOF) || !reflect.DeepEqual(got, c.want) {
				t.Errorf("%s, %s: %.300v, %v, want %.300v", name, way, got, err, c.want)
			}
		}
	}
}

func TestAWrongLengthEndsTheConnection(t *testing.T) {
	for _, in := range []string{"5 <13>a<13>b\n", "5 <13>a12x <13>b", "5 <13>a1234567890 <13>b", "5 <13>a <13>b"} {
		got, err := cutUp(strings.NewReader(in))
		if !errors.Is(err, errFraming) || len(got) != 2 || got[0].text != "<13>a" || !got[1].partial || !strings.HasSuffix(in, strings.TrimSpace(got[1].text)) && !strings.Contains(in, got[1].text) {
			t.Errorf("%q: %v, %v", in, got, err)
		}
	}
}

func TestAnErrorOfTheConnectionMarksTheLine(t *testing.T) {
	broken := errors.New("reset")
	got, err := cutUp(io.MultiReader(strings.NewReader("<13>a\n<13>b"), iotest.ErrReader(broken)))
	if !errors.Is(err, broken) || !reflect.DeepEqual(got, []shown{{text: "<13>a"}, {text: "<13>b", partial: true}}) {
		t.Errorf("%v, %v", got, err)
	}
}

// naive cuts lines as plainly as can be.
func naive(in []byte) (all []shown) {
	for line := range bytes.SplitSeq(in, []byte("\n")) {
		kept := line[:min(len(line), MaxLine)]
		cut := int64(len(line) - len(kept))
		if kept = bytes.TrimRight(kept, "\r\x00"); len(kept) > 0 {
			all = append(all, shown{text: string(kept), cut: cut})
		}
	}
	return all
}

func withoutRest(all []shown) []shown {
	if n := len(all); n > 0 && all[n-1].partial {
		return slices.Clip(all[:n-1])
	}
	return all
}

// FuzzFrames holds lines against a plain way to cut them, counted frames against what was counted, and whatever it is against itself in other portions.
func FuzzFrames(f *testing.F) {
	for _, seed := range []string{"", "<13>a\n<13>b\r\n", "5 <13>a6 <13>bc", "5 <13>a99 <1", "0 <", "12 x", "\x00\n\n", "999999999 <"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		got, err := cutUp(bytes.NewReader(in))
		if err == nil || !errors.Is(err, io.EOF) && !errors.Is(err, errFraming) {
			t.Fatalf("ended with %v", err)
		}
		for way, r := range map[string]io.Reader{"by bytes": iotest.OneByteReader(bytes.NewReader(in)), "by halves": iotest.HalfReader(bytes.NewReader(in))} {
			again, other := cutUp(r)
			if errors.Is(err, errFraming) { // the rest is what had come
				got, again = withoutRest(got), withoutRest(again)
			}
			if !slices.Equal(got, again) || errors.Is(err, errFraming) != errors.Is(other, errFraming) {
				t.Fatalf("%s: %v, %v, want %v, %v", way, again, other, got, err)
			}
		}
		if !newFrames(bytes.NewReader(in)).counts() {
			if want := naive(in); !reflect.DeepEqual(got, want) {
				t.Fatalf("%v, want %v", got, want)
			}
		}
		line := append([]byte("<13>"), bytes.TrimRight(in, "\r\n\x00")...)
		if len(line) > MaxLine {
			return
		}
		framed := fmt.Appendf(nil, "%d %s%d %s", len(line), line, len(line), line)
		if got, err := cutUp(bytes.NewReader(framed)); !errors.Is(err, io.EOF) || !reflect.DeepEqual(got, []shown{{text: string(line)}, {text: string(line)}}) {
			t.Fatalf("%q: %v, %v", framed, got, err)
		}
	})
}
