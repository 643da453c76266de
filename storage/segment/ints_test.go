package segment

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/vedette-siem/vedette/storage/document"
)

// packed writes numbers and reads them back.
func packed(t *rapid.T, v []int64) ints {
	var buf bytes.Buffer
	out := newOutput(&buf)
	m := writeInts(out, v)
	if err := out.flush(); err != nil {
		t.Fatal(err)
	}
	s := &Segment{data: buf.Bytes()}
	return s.ints(m)
}

func TestPackedNumbersComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base := rapid.Int64().Draw(t, "base")
		spread := rapid.Uint64Range(0, math.MaxUint64).Draw(t, "spread") >> rapid.IntRange(0, 63).Draw(t, "shift")
		v := make([]int64, rapid.IntRange(1, 3*blockSize).Draw(t, "n"))
		for i := range v {
			v[i] = base + int64(rapid.Uint64Range(0, spread).Draw(t, "v")) // may wrap
		}
		a := packed(t, v)
		var places []uint32
		step := rapid.IntRange(1, 100).Draw(t, "step")
		for i := 0; i < len(v); i += step {
			places = append(places, uint32(i))
		}
		got := make([]int64, len(places))
		gather(&a, places, got)
		for i, at := range places {
			if got[i] != v[at] {
				t.Fatalf("gathered number %d is %d, want %d", at, got[i], v[at])
			}
		}
		var buf [blockSize]int64
		for b := range uint32(len(a.heads)) {
			lo, hi := a.heads[b].bounds()
			for i, got := range a.load(b, buf[:]) {
				at := int(b)*blockSize + i
				if got != v[at] || a.at(uint32(at)) != v[at] || got < lo || got > hi {
					t.Fatalf("number %d is %d and %d, want %d, in [%d, %d]", at, got, a.at(uint32(at)), v[at], lo, hi)
				}
			}
		}
	})
}

// writtenDict writes terms and reads them back.
func writtenDict(t *rapid.T, terms []string) dictionary {
	var buf bytes.Buffer
	out := newOutput(&buf)
	m := writeDict(out, terms)
	if err := out.flush(); err != nil {
		t.Fatal(err)
	}
	s := &Segment{data: buf.Bytes()}
	return s.dictionary(m)
}

func TestDictionaryFindsEveryTerm(t *testing.T) {
	shapes := []*rapid.Generator[string]{
		rapid.StringMatching(`[ab]{0,6}`),
		rapid.StringMatching(`[ab]{150,151}`), // long enough to be compressed
		rapid.StringMatching(`ct-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`),
		rapid.StringMatching(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`),
		rapid.StringMatching(`[0-9a-fA]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`), // almost
	}
	rapid.Check(t, func(t *rapid.T) {
		shape := rapid.SampledFrom(shapes).Draw(t, "shape")
		terms := rapid.SliceOfN(shape, 1, 100).Draw(t, "terms")
		slices.Sort(terms)
		terms = slices.Compact(terms)
		d := writtenDict(t, terms)
		for i, term := range terms {
			if got := d.at(uint32(i)); got != term {
				t.Fatalf("term %d is %q, want %q", i, got, term)
			}
		}
		i := 0
		for c := d.cursor(0); c.ord < d.n; c.next() {
			if c.text() != terms[i] {
				t.Fatalf("the cursor has %q on %d, want %q", c.text(), i, terms[i])
			}
			i++
		}
		for range 20 {
			probe := rapid.OneOf(rapid.StringMatching(`[ab]{0,7}`), shape, rapid.SampledFrom(terms)).Draw(t, "probe")
			want, exact := slices.BinarySearch(terms, probe)
			if got, ok := d.seek(probe); int(got) != want || ok != exact {
				t.Fatalf("seek %q: %d, %v, want %d, %v", probe, got, ok, want, exact)
			}
		}
	})
}

func TestUUIDsTakeSixteenBytes(t *testing.T) {
	var terms []string
	for i := range 100 {
		terms = append(terms, fmt.Sprintf("ct-%08x-0000-4000-8000-%012x", i*7919, i))
	}
	slices.Sort(terms)
	var buf bytes.Buffer
	out := newOutput(&buf)
	if m := writeDict(out, terms); !m.UUIDs || m.Prefix != "ct-" || m.Bytes.Len != 1600 {
		t.Errorf("%+v", m)
	}
}

// TestLargeColumns has columns of several blocks, with frequent and rare terms, so that every form of a posting list occurs.
func TestLargeColumns(t *testing.T) {
	const n = 5 * blockSize
	var docs []*document.Document
	for i := range n {
		d := &document.Document{ID: fmt.Sprintf("id-%06d", i), Time: int64(i), SeqNo: int64(i), Version: 1, Source: fmt.Appendf(nil, `{"n":%d}`, i)}
		add := func(name, value string) {
			d.Fields = append(d.Fields, document.Field{Name: name, Kind: document.Keyword, Str: value})
		}
		add("two", fmt.Sprint(i%2))
		add("rare", fmt.Sprint(i%1000))
		for j := range i % 4 {
			add("several", fmt.Sprint((i+j)%50))
		}
		if i%20 == 0 {
			add("sparse", fmt.Sprint(i%3))
		}
		d.Fields = append(d.Fields, document.Field{Name: "num", Kind: document.Long, Num: int64(i * i % 777)})
		d.Fields = append(d.Fields, document.Field{Name: "text", Kind: document.Text, Tokens: []document.Token{
			{Term: "every", Position: 0}, {Term: fmt.Sprint("w", i%100), Position: 1}, {Term: "every", Position: 2}, {Term: "once", Position: 3}}})
		docs = append(docs, d)
	}
	s, err := Build(docs)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"two", "rare", "several", "sparse"} {
		c := s.Terms(name)
		for ord := range uint32(c.Len()) {
			got := c.Postings(ord, ord+1)
			want := 0
			for i, d := range docs {
				has := slices.ContainsFunc(d.Fields, func(f document.Field) bool { return f.Name == name && f.Str == c.Term(ord) })
				if has {
					want++
				}
				if got.Contains(uint32(i)) != has {
					t.Fatalf("%s %q: document %d: %v", name, c.Term(ord), i, !has)
				}
			}
			if c.DocFreq(ord) != want {
				t.Errorf("%s %q is in %d documents, want %d", name, c.Term(ord), c.DocFreq(ord), want)
			}
		}
	}
	num := s.Numbers("num")
	got := num.Range(100, 200)
	for i := range uint32(n) {
		v, _ := num.Value(i)
		if v != int64(i*i%777) || got.Contains(i) != (v >= 100 && v <= 200) {
			t.Fatalf("document %d has %d, in range: %v", i, v, got.Contains(i))
		}
	}
	text := s.Text("text")
	for term, want := range map[string][]uint32{"every": {0, 2}, "once": {3}, "w7": {1}} {
		ord, _ := text.Seek(term)
		p, count := text.Postings(ord), 0
		for ; p.Next(); count++ {
			if !slices.Equal(p.Positions(), want) || int(p.Freq()) != len(want) {
				t.Fatalf("%s in document %d stands at %v", term, p.Doc(), p.Positions())
			}
		}
		if count != text.DocFreq(ord) || count != int(text.Matching(ord, ord+1).GetCardinality()) {
			t.Errorf("%s is in %d, %d and %d documents", term, count, text.DocFreq(ord), text.Matching(ord, ord+1).GetCardinality())
		}
	}
	all := ""
	s.Terms("two").Each(0, func(_ uint32, term []byte) bool { all += string(term); return true })
	if all != "01" {
		t.Errorf("terms are %q", all)
	}
}
