package segment

import (
	"crypto/sha256"
	"fmt"
	"testing"

	"github.com/vedette-siem/vedette/storage/document"
)

// TestUsageCountsEachByteOnce has two keywords with the same values, which are written once.
func TestUsageCountsEachByteOnce(t *testing.T) {
	var docs []*document.Document
	for i := range 300 {
		word := fmt.Sprintf("%x", sha256.Sum256([]byte{byte(i), byte(i >> 8)}))
		docs = append(docs, &document.Document{ID: fmt.Sprintf("id-%d", i), Source: []byte(`{"rest":"` + word + `"}`), SeqNo: int64(i), Version: 1, Fields: []document.Field{
			{Name: "a", Kind: document.Keyword, Str: word}, {Name: "b", Kind: document.Keyword, Str: word}, {Name: "n", Kind: document.Long, Num: int64(i * i)}}})
	}
	s, err := Build(docs)
	if err != nil {
		t.Fatal(err)
	}
	columns, source := s.Usage()
	total := source
	for _, u := range columns {
		total += u.Inverted + u.Values + u.Lengths
	}
	if size := s.Info().Bytes; total > size || total < size/3 {
		t.Errorf("%d bytes of a segment of %d", total, size)
	}
	if u := columns["a"]; u.Inverted == 0 || u.Values == 0 || u.Lengths != 0 {
		t.Errorf("keyword takes %+v", u)
	}
	if u := columns["b"]; u.Inverted >= columns["a"].Inverted {
		t.Errorf("the same keyword again takes %+v, the first %+v", u, columns["a"])
	}
	if u := columns["n"]; u.Inverted != 0 || u.Values == 0 {
		t.Errorf("number takes %+v", u)
	}
	if source == 0 {
		t.Error("no sources")
	}
}
