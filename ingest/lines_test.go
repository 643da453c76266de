package ingest

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

func TestLines(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       []string
	}{
		{"nothing", "", nil},
		{"no end at the end", "a\nb", []string{"a", "b"}},
		{"CRLF and blank lines", "a\r\n\r\n  \n\nb\r\n", []string{"a", "b"}},
		{"as long as the limit", strings.Repeat("x", 100) + "\nb", []string{strings.Repeat("x", 100), "b"}},
		{"longer than the limit", strings.Repeat("x", 200_000) + "\r\nb\n", []string{"!" + strings.Repeat("x", 102), "b"}},
		{"longer than the limit at the end", "a\n" + strings.Repeat("x", 101), []string{"a", "!" + strings.Repeat("x", 101)}},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, r := range []io.Reader{strings.NewReader(test.text), iotest.HalfReader(strings.NewReader(test.text))} {
				l := NewLines(r, 100)
				var got []string
				for l.Next() {
					line := string(l.Line)
					if !strings.HasPrefix(test.text[l.Offset:], line) {
						t.Errorf("line %.20q is not at %d", line, l.Offset)
					}
					if l.TooLong > 0 {
						line = "!" + line
					}
					got = append(got, line)
				}
				if !slices.Equal(got, test.want) || l.Err() != nil {
					t.Errorf("%.60q, %v", got, l.Err())
				}
			}
		})
	}
}

func TestA300MBLineIsSkippedInLittleMemory(t *testing.T) {
	l := NewLines(io.MultiReader(strings.NewReader("a\n"), endless("x", 300<<20), strings.NewReader("\nb\n")), 0)
	var got []int64
	for l.Next() {
		got = append(got, l.TooLong)
		if cap(l.spill) > 2<<20 {
			t.Fatalf("the buffer has %d bytes", cap(l.spill))
		}
	}
	if !slices.Equal(got, []int64{0, 300<<20 + 1, 0}) || l.Err() != nil {
		t.Errorf("%v, %v", got, l.Err())
	}
}

func TestLinesGiveWhatCameBeforeAnError(t *testing.T) {
	want := errors.New("broken")
	l := NewLines(io.MultiReader(strings.NewReader("a\nb"), iotest.ErrReader(want)), 0)
	n := 0
	for l.Next() {
		n++
	}
	if n != 2 || !errors.Is(l.Err(), want) {
		t.Errorf("%d lines, %v", n, l.Err())
	}
}

func TestSplitQuoted(t *testing.T) {
	for _, test := range []struct {
		line string
		want []string
	}{
		{``, nil},
		{`a  b `, []string{"a", "b"}},
		{`a "b c" d`, []string{"a", "b c", "d"}},
		{`"" "-" x`, []string{"", "-", "x"}},
		{`"a\" b" c`, []string{`a\" b`, "c"}},
		{`"say "hi" x" c`, []string{`say "hi`, `x"`, "c"}},
		{`"say (hi"), x" c`, []string{`say (hi"), x`, "c"}},
		{`h2 "h2","http/1.1" t`, []string{"h2", `"h2","http/1.1"`, "t"}},
		{`"never closed x`, []string{"never closed x"}},
		{`"h2","never closed`, []string{`"h2","never closed`}},
		{`"`, []string{""}},
	} {
		var got []string
		for _, token := range SplitQuoted(nil, []byte(test.line)) {
			got = append(got, string(token))
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", test.line, got, test.want)
		}
	}
}

// FuzzSplitQuoted demands that tokens lie in the line one after the other and that nothing but blanks and quotes
// lies between them.
func FuzzSplitQuoted(f *testing.F) {
	f.Add(`a "b c" "h2","x" "d\" e`)
	f.Fuzz(func(t *testing.T, line string) {
		rest := line
		for _, token := range SplitQuoted(nil, []byte(line)) {
			at := strings.Index(rest, string(token))
			if at < 0 || strings.Trim(rest[:at], ` "`) != "" {
				t.Fatalf("token %q of %q is out of place", token, line)
			}
			rest = rest[at+len(token):]
		}
		if strings.Trim(rest, ` "`) != "" {
			t.Fatalf("%q of %q is lost", rest, line)
		}
	})
}
