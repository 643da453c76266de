package mapping

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/vedette-siem/vedette/storage/document"
)

// TestMemoryIsUsedAgain reads batches of documents with one Memory, of which all of a batch must be whole until it is reset, whatever the sizes.
func TestMemoryIsUsedAgain(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	m := mustParse(t, `{"properties": {"t": {"type": "text"}, "k": {"type": "keyword"}, "n": {"type": "long"}}}`)
	var memory Memory
	for batch := range 30 {
		docs := make([]document.Document, r.IntN(400))
		for i := range docs {
			words := strings.Repeat(fmt.Sprintf("Word%d ", r.IntN(100)), r.IntN(1+r.IntN(3000)))
			docs[i].Source = fmt.Appendf(nil, `{"t":%q,"k":["%d"%s],"n":%d}`, words, i, strings.Repeat(`,"x"`, r.IntN(1+r.IntN(400))), i)
			if _, err := m.Document(&docs[i], Options{Memory: &memory}); err != nil {
				t.Fatal(err)
			}
		}
		for i := range docs {
			want := &document.Document{Source: docs[i].Source}
			if _, err := (&reader{m: m, d: want, memory: &Memory{}}).whole(Options{}, false); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(docs[i].Fields, want.Fields) {
				t.Fatalf("document %d of batch %d has come to have %s, want %s", i, batch, fieldsText(&docs[i]), fieldsText(want))
			}
			sameShape(t, &docs[i])
		}
		if memory.Reset(); batch%5 == 4 {
			memory.Clear()
		}
	}
	if n := len(memory.tokens.chunks); n > maxKeptChunks {
		t.Errorf("%d chunks are kept for nobody", n)
	}
}

// sameShape compares what was found out about a source with what a Shape says.
func sameShape(t *testing.T, d *document.Document) {
	t.Helper()
	var s document.Shape
	if !s.Scan(d.Source) {
		t.Fatalf("no shape: %s", d.Source)
	}
	if d.Skeleton != string(s.Skeleton) || !reflect.DeepEqual(d.Holes, s.Holes) {
		t.Fatalf("%s was taken apart as %q, %v", d.Source, d.Skeleton, d.Holes)
	}
}

// TestADocumentThatIsReadAgainForgetsItsShape: a source can be replaced between.
func TestADocumentThatIsReadAgainForgetsItsShape(t *testing.T) {
	m := mustParse(t, `{"dynamic": "strict", "properties": {"n": {"type": "long"}}}`)
	d := &document.Document{Source: []byte(`{"n":1}`)}
	if _, err := m.Document(d, Options{}); err != nil || d.Skeleton == "" {
		t.Fatal(err, d.Skeleton)
	}
	d.Source = []byte(`{"n":[1,2],"x":3}`)
	if _, err := m.Document(d, Options{}); err == nil {
		t.Fatal("a field that is not mapped was accepted")
	}
	if d.Skeleton != "" || d.Holes != nil {
		t.Errorf("the shape of another source stays: %q %v", d.Skeleton, d.Holes)
	}
}
