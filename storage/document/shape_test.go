package document

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func TestScanTakesApart(t *testing.T) {
	f := func(source, skeleton string, paths ...string) {
		t.Helper()
		var s Shape
		if !s.Scan([]byte(source)) {
			t.Fatalf("%s: refused", source)
		}
		if got := strings.ReplaceAll(string(s.Skeleton), "\x00", "_"); got != skeleton {
			t.Errorf("%s: skeleton %s, want %s", source, got, skeleton)
		}
		if got := Paths(s.Skeleton); !slices.Equal(got, paths) {
			t.Errorf("%s: paths %q, want %q", source, got, paths)
		}
		if got := filled(&s, source); got != source {
			t.Errorf("%s: filled again it is %s", source, got)
		}
	}
	f(`{}`, `{}`)
	f(` { } `, ` { } `)
	f(`{"a":1}`, `{"a":_}`, "a")
	f(`{"a":{"b":"x","c":[true, null]},"d":-1.5e+3}`, `{"a":{"b":_,"c":[_, _]},"d":_}`, "a.b", "a.c", "a.c", "d")
	f(`{"a":[{"b":1},{"b":[[2]]}],"c":[]}`, `{"a":[{"b":_},{"b":[[_]]}],"c":[]}`, "a.b", "a.b")
	f(`{"a":{},"b":{"c":{"d":"\u00e9\"{"}},"e.f":0}`, `{"a":{},"b":{"c":{"d":_}},"e.f":_}`, "b.c.d", "e.f")
}

// filled puts the holes back.
func filled(s *Shape, source string) string {
	var out strings.Builder
	hole := 0
	for _, c := range s.Skeleton {
		if c != 0 {
			out.WriteByte(c)
			continue
		}
		out.WriteString(source[s.Holes[hole].From:s.Holes[hole].To])
		hole++
	}
	return out.String()
}

// TestScanAgreesWithJSON changes valid objects at random: Scan must accept what encoding/json does.
func TestScanAgreesWithJSON(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	seeds := []string{
		`{"a":{"b":"x\n\u12aB\"","c":[true, null,false]},"d":-1.5e+3,"e":0.25, "f":[[],{},[{}]]}`,
		`{"@timestamp":"2026-06-28T23:59:51Z","n":[1,2,{"x":[3,"4"]}],"z":{"y":10E-2}}`,
	}
	before := ""
	var s Shape // one for all, as it goes by the skeleton before
	bits := []string{`{`, `}`, `[`, `]`, `"`, `,`, `:`, `\`, `0`, `-`, `.`, `e`, ` `, "\x00", "\x1f", `true`, `null`, "\xff", `\u00`, `"a":1,`}
	for range 20_000 {
		source := []byte(seeds[r.IntN(len(seeds))])
		for range r.IntN(3) {
			from := r.IntN(len(source))
			to := from + r.IntN(min(3, len(source)-from+1))
			source = slices.Concat(source[:from], []byte(bits[r.IntN(len(bits))]), source[to:])
		}
		object := bytes.HasPrefix(bytes.TrimLeft(source, " \t\r\n"), []byte("{"))
		got, want := s.Scan(source), json.Valid(source) && object
		if got != want {
			t.Fatalf("Scan(%q) = %v, want %v", source, got, want)
		}
		if got && filled(&s, string(source)) != string(source) {
			t.Fatalf("%q does not come back", source)
		}
		if alone := new(Shape); got && (!alone.Scan(source) || string(alone.Skeleton) != string(s.Skeleton) || !slices.Equal(alone.Holes, s.Holes) || alone.Escapes != s.Escapes) {
			t.Fatalf("%q is taken apart as %q, %v, alone as %q, %v", source, s.Skeleton, s.Holes, alone.Skeleton, alone.Holes)
		}
		if got && s.Same != (string(s.Skeleton) == before) {
			t.Fatalf("%q: same as before is %v", source, s.Same)
		}
		before = string(s.Skeleton)
		if got && len(Paths(s.Skeleton)) != len(s.Holes) {
			t.Fatalf("%q: %d paths of %d holes", source, len(Paths(s.Skeleton)), len(s.Holes))
		}
	}
}

func TestScanRefusesDepth(t *testing.T) {
	var s Shape
	deep := func(n int) []byte {
		return fmt.Appendf(nil, `{"a":%s%s}`, strings.Repeat("[", n), strings.Repeat("]", n))
	}
	if !s.Scan(deep(maxShapeDepth-1)) || s.Scan(deep(maxShapeDepth)) {
		t.Error("the limit of depth does not hold")
	}
}

func BenchmarkScan(b *testing.B) {
	source := []byte(`{"@timestamp":"2026-06-28T23:59:51Z","type":"vpcflow","message":"2 123456789012 eni-0465852dbd3eeb5d3 10.0.80.202 10.0.49.250 59059 8080 6 3 4374 1782691147 1782691191 ACCEPT OK","source":{"ip":"10.0.80.202","port":59059,"bytes":4374,"packets":3},"destination":{"ip":"10.0.49.250","port":8080},"network":{"transport":"tcp","iana_number":"6","bytes":4374,"packets":3},"event":{"action":"accept","outcome":"success","start":"2026-06-28T23:59:07Z","end":"2026-06-28T23:59:51Z"},"aws":{"vpcflow":{"action":"ACCEPT","log_status":"OK","interface_id":"eni-0465852dbd3eeb5d3","account_id":"123456789012"}}}`)
	b.SetBytes(int64(len(source)))
	var s Shape
	for b.Loop() {
		if !s.Scan(source) {
			b.Fatal("refused")
		}
	}
}
