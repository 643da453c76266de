package segment

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"
	segment "github.com/blevesearch/scorch_segment_api/v2"
	"pgregory.net/rapid"

	"github.com/vedette-siem/vedette/storage/document"
)

// drawDoc draws a document with single and repeated values, rare and frequent fields, and values that documents share.
func drawDoc(t *rapid.T, id int) *document.Document {
	d := &document.Document{
		ID: fmt.Sprintf("id-%04d", id), Time: rapid.Int64Range(0, 5).Draw(t, "time"), SeqNo: int64(id), Version: 1,
		Source: []byte(fmt.Sprintf(`{"n":%d,"pad":%q}`, id, rapid.StringN(0, 40, 200).Draw(t, "pad"))),
	}
	word := rapid.SampledFrom([]string{"", "a", "ab", "b", "key\x00v", "key\x00w", "zebra"})
	for range rapid.IntRange(0, 3).Draw(t, "keywords") {
		d.Fields = append(d.Fields, document.Field{Name: "kw", Kind: document.Keyword, Str: word.Draw(t, "kw")})
	}
	if rapid.IntRange(0, 20).Draw(t, "rare") == 0 {
		d.Fields = append(d.Fields, document.Field{Name: "rare", Kind: document.Keyword, Str: word.Draw(t, "rare value")})
	}
	if rapid.Bool().Draw(t, "has one") {
		d.Fields = append(d.Fields, document.Field{Name: "one", Kind: document.Long, Num: rapid.Int64().Draw(t, "one")})
	}
	for range rapid.IntRange(0, 2).Draw(t, "numbers") {
		d.Fields = append(d.Fields, document.Field{Name: "num", Kind: document.Double, Num: document.SortableDouble(rapid.Float64Range(-9, 9).Draw(t, "num"))})
	}
	if rapid.Bool().Draw(t, "has text") {
		var tokens []document.Token
		for i := range rapid.IntRange(0, 6).Draw(t, "words") {
			tokens = append(tokens, document.Token{Term: rapid.SampledFrom([]string{"x", "y", "zz"}).Draw(t, "word"), Position: uint32(i)})
		}
		d.Fields = append(d.Fields, document.Field{Name: "text", Kind: document.Text, Tokens: tokens})
	}
	return d
}

func drawDocs(t *rapid.T, from, n int) []*document.Document {
	docs := make([]*document.Document, n)
	for i := range docs {
		docs[i] = drawDoc(t, from+i)
	}
	return docs
}

// checkSegment compares every column of a segment with the documents that it should hold.
func checkSegment(t *rapid.T, s *Segment, docs []*document.Document) {
	if s.NumDocs() != len(docs) {
		t.Fatalf("%d documents, want %d", s.NumDocs(), len(docs))
	}
	last := int64(-1)
	sources := s.Sources()
	for _, d := range docs {
		n, ok := s.Lookup(d.ID)
		if !ok || s.ID(n) != d.ID {
			t.Fatalf("document %s is not found", d.ID)
		}
		if got, err := sources.Read(n); err != nil || !bytes.Equal(got, d.Source) {
			t.Fatalf("source of %s: %s, %v", d.ID, got, err)
		}
		checkValues(t, s, n, d)
	}
	for n := range s.NumDocs() {
		at, _ := s.Numbers(TimeField).Value(uint32(n))
		if at < last {
			t.Fatalf("document %d is older than the one before", n)
		}
		last = at
	}
	for _, name := range []string{"kw", "rare", "one", "num", "text"} {
		want := roaring.New()
		for _, d := range docs {
			if slices.ContainsFunc(d.Fields, func(f document.Field) bool { return f.Name == name }) {
				n, _ := s.Lookup(d.ID)
				want.Add(n)
			}
		}
		if got := s.Docs(name); !got.Equals(want) {
			t.Fatalf("documents with %s: %v, want %v", name, got, want)
		}
	}
}

func checkValues(t *rapid.T, s *Segment, n uint32, d *document.Document) {
	var kw []string
	var num []int64
	words := map[string][]uint32{}
	for _, f := range d.Fields {
		switch f.Name {
		case "kw":
			kw = append(kw, f.Str)
		case "num":
			num = append(num, f.Num)
		case "text":
			for _, tok := range f.Tokens {
				words[tok.Term] = append(words[tok.Term], tok.Position)
			}
		}
	}
	slices.Sort(kw)
	kw = slices.Compact(kw)
	slices.Sort(num)
	var gotKW []string
	if c := s.Terms("kw"); c != nil {
		for _, ord := range c.Ords(n, nil) {
			gotKW = append(gotKW, c.Term(ord))
			if !c.Postings(ord, ord+1).Contains(n) {
				t.Fatalf("posting of %q lacks %s", c.Term(ord), d.ID)
			}
		}
	}
	if !slices.Equal(gotKW, kw) {
		t.Fatalf("terms of %s: %q, want %q", d.ID, gotKW, kw)
	}
	if c := s.Numbers("num"); c != nil {
		if got := c.Values(n, nil); !slices.Equal(got, num) {
			t.Fatalf("numbers of %s: %v, want %v", d.ID, got, num)
		}
	} else if len(num) > 0 {
		t.Fatal("column num is missing")
	}
	if c := s.Text("text"); c != nil {
		for ord := range c.Len() {
			var got []uint32
			if p := c.Postings(uint32(ord)); p.Advance(n) && p.Doc() == n {
				got = p.Positions()
			}
			if !slices.Equal(got, words[c.Term(uint32(ord))]) {
				t.Fatalf("positions of %q in %s: %v, want %v", c.Term(uint32(ord)), d.ID, got, words[c.Term(uint32(ord))])
			}
		}
	}
}

func TestBuildKeepsEveryValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		docs := drawDocs(t, 0, rapid.IntRange(1, 40).Draw(t, "docs"))
		s, err := Build(docs)
		if err != nil {
			t.Fatal(err)
		}
		checkSegment(t, s, docs)
	})
}

func TestMergeKeepsWhatIsAliveInOrderOfTime(t *testing.T) {
	before := listedAtOnce
	listedAtOnce = 3 // so that terms come in parts
	t.Cleanup(func() { listedAtOnce = before })
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		var alive []*document.Document
		var parts []segment.Segment
		var drops []*roaring.Bitmap
		for i := range rapid.IntRange(1, 4).Draw(t, "segments") {
			docs := drawDocs(t, i*100, rapid.IntRange(1, 20).Draw(t, "docs"))
			s, err := Build(docs)
			if err != nil {
				t.Fatal(err)
			}
			var dead *roaring.Bitmap
			if rapid.Bool().Draw(t, "deletes") {
				dead = roaring.New()
			}
			for _, d := range docs {
				n, _ := s.Lookup(d.ID)
				if dead != nil && rapid.Bool().Draw(t, "dead") {
					dead.Add(n)
				} else {
					alive = append(alive, d)
				}
			}
			parts, drops = append(parts, memSegment{scorchSegment{s}}), append(drops, dead)
		}
		path := filepath.Join(dir, "merged")
		newDocs, _, err := plugin{}.MergeUsing(parts, drops, path, nil, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		opened, err := plugin{}.OpenUsing(path, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer opened.Close()
		merged := Of(opened)
		checkSegment(t, merged, alive)
		for i, p := range parts {
			for old, now := range newDocs[i] {
				id := Of(p).ID(uint32(old))
				if (now == dropped) != (drops[i] != nil && drops[i].Contains(uint32(old))) {
					t.Fatalf("%s: new number %d", id, now)
				}
				if now != dropped && merged.ID(uint32(now)) != id {
					t.Fatalf("%s became %s", id, merged.ID(uint32(now)))
				}
			}
		}
	})
}

func TestSubShowsOneKeyOfAFlattenedObject(t *testing.T) {
	docs := []*document.Document{
		{ID: "1", Fields: []document.Field{{Name: "f", Kind: document.Keyword, Str: "a\x00x"}, {Name: "f", Kind: document.Keyword, Str: "b\x00y"}, {Name: "f", Kind: document.Keyword, Str: "b\x00z"}}},
		{ID: "2", Fields: []document.Field{{Name: "f", Kind: document.Keyword, Str: "b\x00y"}}},
		{ID: "3", Fields: []document.Field{{Name: "f", Kind: document.Keyword, Str: "c\x00y"}}},
	}
	s, err := Build(docs)
	if err != nil {
		t.Fatal(err)
	}
	b := s.Terms("f").Sub("b\x00")
	if b.Len() != 2 || b.Term(0) != "y" || b.Term(1) != "z" {
		t.Fatalf("terms: %d, %q", b.Len(), b.Term(0))
	}
	if ord, exact := b.Seek("z"); ord != 1 || !exact {
		t.Errorf("seek z: %d, %v", ord, exact)
	}
	for id, want := range map[string][]uint32{"1": {0, 1}, "2": {0}, "3": nil} {
		n, _ := s.Lookup(id)
		if got := b.Ords(n, nil); !slices.Equal(got, want) {
			t.Errorf("ordinals of %s: %v, want %v", id, got, want)
		}
		if _, ok := b.Ord(n); ok != (want != nil) {
			t.Errorf("ordinal of %s: %v", id, ok)
		}
		if b.Docs().Contains(n) != (want != nil) {
			t.Errorf("documents: %s", id)
		}
	}
}

func TestRangeEqualsScanning(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		docs := drawDocs(t, 0, rapid.IntRange(1, 30).Draw(t, "docs"))
		s, err := Build(docs)
		if err != nil {
			t.Fatal(err)
		}
		c := s.Numbers("num")
		if c == nil {
			return
		}
		lo := document.SortableDouble(rapid.Float64Range(-9, 9).Draw(t, "lo"))
		hi := document.SortableDouble(rapid.Float64Range(-9, 9).Draw(t, "hi"))
		got := c.Range(lo, hi)
		for n := range uint32(s.NumDocs()) {
			want := slices.ContainsFunc(c.Values(n, nil), func(v int64) bool { return v >= lo && v <= hi })
			if got.Contains(n) != want {
				t.Fatalf("document %d in [%d, %d]: %v", n, lo, hi, got.Contains(n))
			}
		}
	})
}

func TestLengthByteIsLucenes(t *testing.T) {
	for n := range uint32(41) {
		if got := DecodeLength(EncodeLength(n)); got != n {
			t.Errorf("length %d comes back as %d", n, got)
		}
	}
	for n, want := range map[uint32]uint32{41: 40, 42: 42, 100: 96, 1000: 984} {
		if got := DecodeLength(EncodeLength(n)); got != want {
			t.Errorf("length %d comes back as %d, want %d", n, got, want)
		}
	}
	for b := range 255 {
		if got := EncodeLength(DecodeLength(byte(b))); got != byte(b) {
			t.Errorf("byte %d comes back as %d", b, got)
		}
	}
}

func TestOpenRefusesWhatIsNoSegment(t *testing.T) {
	s, err := Build([]*document.Document{{ID: "1", Source: []byte("{}")}})
	if err != nil {
		t.Fatal(err)
	}
	flipped := bytes.Clone(s.data)
	flipped[len(flipped)-footerSize-3] ^= 1 // inside the directory
	for name, data := range map[string][]byte{
		"an empty file": {}, "rubbish": bytes.Repeat([]byte("x"), 100), "a file cut short": s.data[:len(s.data)-1], "a changed directory": flipped,
	} {
		path := filepath.Join(t.TempDir(), "seg")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := (plugin{}).OpenUsing(path, nil); err == nil || !bytes.Contains([]byte(err.Error()), []byte(path)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAMergeThatIsToldToCloseLeavesNoFile(t *testing.T) {
	s, err := Build([]*document.Document{{ID: "1", Source: []byte("{}")}})
	if err != nil {
		t.Fatal(err)
	}
	closed := make(chan struct{})
	close(closed)
	path := filepath.Join(t.TempDir(), "merged")
	if _, _, err := (plugin{}).MergeUsing([]segment.Segment{memSegment{scorchSegment{s}}}, nil, path, closed, nil, nil); err == nil {
		t.Fatal("the merge went on")
	}
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("the file is there: %v", err)
	}
}
