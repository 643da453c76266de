package segment

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"testing"

	segment "github.com/blevesearch/scorch_segment_api/v2"

	"github.com/vedette-siem/vedette/storage/document"
)

// largeViews are segments whose merged dictionaries, of a keyword and of a text, take eight times as much as is held of an array.
func largeViews(t *testing.T) (views []View) {
	t.Helper()
	before := heldBytes
	heldBytes = 1 << 20
	t.Cleanup(func() { heldBytes = before })
	random := rand.New(rand.NewPCG(1, 2))
	for seg := range 4 {
		docs := make([]*document.Document, 500)
		for i := range docs {
			var large []byte
			for len(large) < 4000 {
				large = binary.LittleEndian.AppendUint64(large, random.Uint64())
			}
			docs[i] = &document.Document{ID: fmt.Sprintf("%d-%d", seg, i), Time: random.Int64N(1000), Version: 1, Source: []byte("{}"), Fields: []document.Field{
				{Name: "keyword", Kind: document.Keyword, Str: string(large)},
				{Name: "text", Kind: document.Text, Tokens: []document.Token{{Term: string(large[1:]), Position: 0}, {Term: "often", Position: 1}}},
			}}
		}
		s, err := Build(docs)
		if err != nil {
			t.Fatal(err)
		}
		views = append(views, View{Segment: s})
	}
	return views
}

// probe is a writer that calls back.
type probe struct {
	bytes.Buffer
	called func(written int)
}

func (p *probe) Write(b []byte) (int, error) {
	n, err := p.Buffer.Write(b)
	p.called(p.Len())
	return n, err
}

func TestAMergeHoldsLittleOfLargeTerms(t *testing.T) {
	views := largeViews(t)
	var p probe
	p.Grow(32 << 20)
	heap := func() int64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	before, most := heap(), int64(0)
	p.called = func(int) { most = max(most, heap()-before) }
	if _, err := merge(&p, views, nil); err != nil {
		t.Fatal(err)
	}
	if size := p.Len(); size < 15*heldBytes || most > int64(4*heldBytes) {
		t.Errorf("merging into %d bytes took %d of memory, want %d at most", size, most, 4*heldBytes)
	}
	s, err := parse(p.Bytes(), filepath.Join(t.TempDir(), "merged"))
	if err != nil {
		t.Fatal(err)
	}
	s.Check(func(d *Damage) { t.Error(d) })
	terms := s.Terms("keyword")
	for _, v := range views {
		for doc := range uint32(v.NumDocs()) {
			n, ok := s.Lookup(v.ID(doc))
			ord, has := terms.Ord(n)
			was, _ := v.Terms("keyword").Ord(doc)
			if !ok || !has || terms.Term(ord) != v.Terms("keyword").Term(was) {
				t.Fatalf("document %s has another keyword", v.ID(doc))
			}
		}
	}
}

// TestAMergeEndsSoon closes in the middle of large columns: little is written after that.
func TestAMergeEndsSoon(t *testing.T) {
	views := largeViews(t)
	for _, at := range []int{2 << 20, 4 << 20, 10 << 20} {
		closeCh, after := make(chan struct{}), -1
		p := probe{called: func(written int) {
			if written >= at && after < 0 {
				close(closeCh)
				after = written
			}
		}}
		_, err := merge(&p, views, closeCh)
		if !errors.Is(err, segment.ErrClosed) || p.Len()-after > 3*heldBytes {
			t.Errorf("closed after %d bytes: it went on for %d more; %v", after, p.Len()-after, err)
		}
	}
}

// TestNoStepOfAMergeGoesOn calls the steps that write nothing.
func TestNoStepOfAMergeGoesOn(t *testing.T) {
	closed := make(chan struct{})
	close(closed)
	s, err := Build([]*document.Document{{ID: "1", Source: []byte("{}")}, {ID: "2", Source: []byte("{}")}})
	if err != nil {
		t.Fatal(err)
	}
	m := &merger{views: []View{{Segment: s}}, closeCh: closed}
	if m.order(); len(m.origins) > 0 {
		t.Errorf("%d documents were put in order", len(m.origins))
	}
	dict := &s.Terms(IDField).dict
	if d := m.mergeDicts([]*dictionary{dict}, [][]bool{nil}); d.len() > 0 {
		t.Errorf("%d terms were merged", d.len())
	}
	m.closeCh = nil
	d := m.mergeDicts([]*dictionary{dict}, [][]bool{nil})
	m.closeCh = closed
	d.each(func(term string) bool { t.Errorf("%q was visited", term); return false })
}
