package segment

import (
	"math"
	"path/filepath"
	"slices"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"
	segment "github.com/blevesearch/scorch_segment_api/v2"

	"github.com/vedette-siem/vedette/storage/document"
)

// unsignedDocs are documents with one number each, as a mapping of the kind's time makes them.
func unsignedDocs(kind document.Kind, prefix string, numbers ...uint64) []*document.Document {
	var docs []*document.Document
	for i, u := range numbers {
		num := int64(u)
		if kind == document.Unsigned {
			num = document.SortableUnsigned(u)
		}
		source := string(appendUintObject(u))
		docs = append(docs, &document.Document{ID: prefix + string(rune('a'+i)), Source: []byte(source), SeqNo: int64(i), Version: 1,
			Fields: []document.Field{{Name: "u", Kind: kind, Num: num}}})
	}
	return docs
}

func appendUintObject(u uint64) []byte {
	p := &valuePrinter{}
	out, _ := p.number([]byte(`{"u":`), printBare, document.Unsigned, document.SortableUnsigned(u))
	return append(out, '}')
}

// TestOldUnsignedLongsAreReadAndMergedAsTheNewKind has a segment from before there was the kind Unsigned, whose column is of longs, and one of today.
func TestOldUnsignedLongsAreReadAndMergedAsTheNewKind(t *testing.T) {
	old, err := Build(unsignedDocs(document.Long, "old", 0, 7, math.MaxInt64))
	if err != nil {
		t.Fatal(err)
	}
	now, err := Build(unsignedDocs(document.Unsigned, "new", 5, 1<<63, math.MaxUint64))
	if err != nil {
		t.Fatal(err)
	}
	col := old.Numbers("u").As(document.Unsigned)
	if got := valuesOfAll(col, 3); !slices.Equal(got, []uint64{0, 7, math.MaxInt64}) || col.Kind() != document.Unsigned {
		t.Errorf("old column reads %v as %s", got, col.Kind())
	}
	if n := col.Range(document.SortableUnsigned(1), document.SortableUnsigned(math.MaxUint64)).GetCardinality(); n != 2 {
		t.Errorf("%d documents of the old column are above 0", n)
	}
	if raw := old.Numbers("u"); raw.Min() != 0 || raw.Kind() != document.Long {
		t.Error("reading as another kind changed the column")
	}
	path := filepath.Join(t.TempDir(), "merged")
	if _, _, err := (plugin{}).MergeUsing([]segment.Segment{memSegment{scorchSegment{old}}, memSegment{scorchSegment{now}}}, []*roaring.Bitmap{nil, nil}, path, nil, nil, nil); err != nil {
		t.Fatal(err)
	}
	opened, err := plugin{}.OpenUsing(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	merged := Of(opened)
	got := valuesOfAll(merged.Numbers("u"), 6)
	for doc, u := range got {
		source, err := merged.Source(uint32(doc))
		if want := string(appendUintObject(u)); err != nil || string(source) != want {
			t.Errorf("document %d: source %s, want %s (%v)", doc, source, want, err)
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, []uint64{0, 5, 7, math.MaxInt64, 1 << 63, math.MaxUint64}) {
		t.Errorf("merged: %v", got)
	}
}

func valuesOfAll(n *Numbers, docs uint32) []uint64 {
	var out []uint64
	for doc := range docs {
		for _, v := range n.Values(doc, nil) {
			out = append(out, document.UnsignedOf(v))
		}
	}
	return out
}
