package segment

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/vedette-siem/vedette/storage/document"
)

// readAll reads every value of every column and every source into a text; it stops at the first error.
func readAll(s *Segment) (all string, err error) {
	err = Guard(func() error {
		for _, name := range s.FieldNames() {
			all += fmt.Sprint(name, s.Docs(name).ToArray())
			if t := s.Terms(name); t != nil {
				for ord := range uint32(t.Len()) {
					all += fmt.Sprint(t.Term(ord), t.Postings(ord, ord+1).ToArray())
				}
			}
			if n := s.Numbers(name); n != nil {
				for doc := range uint32(s.NumDocs()) {
					all += fmt.Sprint(n.Values(doc, nil))
				}
			}
			if x := s.Text(name); x != nil {
				for ord := range uint32(x.Len()) {
					all += x.Term(ord)
					for p := x.Postings(ord); p.Next(); {
						all += fmt.Sprint(p.Doc(), p.Positions(), x.Length(p.Doc()))
					}
				}
			}
		}
		r := s.Sources()
		for doc := range uint32(s.NumDocs()) {
			src, err := r.Read(doc)
			if err != nil {
				return err
			}
			all += string(src)
		}
		return nil
	})
	return all, err
}

// TestNoFlippedByteGivesAWrongAnswer flips single bytes all over a segment: each is refused when the file is opened, told when it is read, or harmless.
func TestNoFlippedByteGivesAWrongAnswer(t *testing.T) {
	var docs []*document.Document
	for i := range 700 {
		docs = append(docs, &document.Document{ID: fmt.Sprintf("id-%04d", i), Time: int64(i), SeqNo: int64(i), Version: 1, Source: fmt.Appendf(nil, `{"n":%d}`, i), Fields: []document.Field{
			{Name: "kw", Kind: document.Keyword, Str: fmt.Sprint(i % 40)}, {Name: "n", Kind: document.Long, Num: int64(i * i % 91)},
			{Name: "t", Kind: document.Text, Tokens: []document.Token{{Term: fmt.Sprint("w", i%9)}, {Term: "all", Position: 1}}},
		}})
	}
	s, err := Build(docs)
	if err != nil {
		t.Fatal(err)
	}
	want, err := readAll(s)
	if err != nil {
		t.Fatal(err)
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	path := filepath.Join(t.TempDir(), "seg")
	told := 0
	for range 300 {
		data := append([]byte(nil), s.data...)
		at := random.IntN(len(data))
		data[at] ^= 1 << random.IntN(8)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		opened, err := openFile(path)
		if err != nil {
			told++
			continue
		}
		got, err := readAll(opened)
		if err != nil {
			told++
		} else if got != want {
			t.Fatalf("byte %d of %d: a wrong answer without an error", at, len(data))
		}
		if err := opened.release(); err != nil {
			t.Fatal(err)
		}
	}
	if told < 200 { // the rest fell into padding
		t.Errorf("only %d of 300 flips were told", told)
	}
}

func TestDamageNamesTheFileAndTheColumn(t *testing.T) {
	err := Guard(func() error { panic(&Damage{Path: "x.zap", Column: "source.ip"}) })
	if d := (*Damage)(nil); !errors.As(err, &d) || err.Error() != `segment x.zap: "source.ip": its checksum does not match: the file is damaged; restore it from a backup, or stop vedette and run 'vedette check --repair' on the data directory` {
		t.Error(err)
	}
}
