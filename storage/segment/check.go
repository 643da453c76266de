package segment

import (
	"fmt"
)

// Check reads everything that the segment holds and hands each damaged part to report: first by checksums, then by what the columns must say of each other.
func (s *Segment) Check(report func(*Damage)) {
	bad := map[string]bool{}
	tell := func(column string, err error) {
		if err != nil && !bad[column] {
			bad[column] = true
			report(&Damage{Path: s.path, Column: column, Err: err})
		}
	}
	for _, name := range s.FieldNames() {
		tell(name, s.checked(name, func() error { return s.checkColumn(name) }))
	}
	tell(sourceName, s.checked(sourceName, s.checkSources))
	for _, name := range []string{IDField, SeqNoField, VersionField, TimeField} {
		if s.NumDocs() > 0 && s.Kind(name) == 0 {
			tell(name, fmt.Errorf("the column is missing"))
		}
	}
}

// checked calls f, which looks at a part, with whatever goes wrong in it, panics of damaged offsets included, as its error.
func (s *Segment) checked(part string, f func() error) (err error) {
	defer faultsPanic()()
	defer func() {
		switch p := recover().(type) {
		case nil:
		case *Damage:
			err = p.Err
			if err == nil {
				err = errChecksum
			}
			if p.Column != part { // sources are filled in from columns, and the words of a sub-field stand by the ordinals of its keyword
				err = fmt.Errorf("it needs %q: %w", p.Column, err)
			}
		default:
			err = fmt.Errorf("it cannot be decoded: %v", p)
		}
	}()
	return f()
}

func (s *Segment) checkSources() error {
	r := s.Sources()
	for doc := range uint32(s.NumDocs()) {
		if _, err := r.Read(doc); err != nil {
			return err
		}
	}
	return nil
}

func (s *Segment) checkColumn(name string) error {
	switch kind := s.Kind(name); {
	case kind.Numeric():
		return s.checkNumbers(s.Numbers(name))
	case s.Terms(name) != nil:
		return s.checkTerms(s.Terms(name))
	case s.Text(name) != nil:
		return s.checkText(s.Text(name))
	default:
		return fmt.Errorf("it has the unknown kind %d", kind)
	}
}

// checkNumbers: as many documents have a value as the column says, and each value lies between the least and the greatest.
func (s *Segment) checkNumbers(n *Numbers) error {
	docs := n.Docs()
	if docs.GetCardinality() != uint64(n.count) || !docs.IsEmpty() && int(docs.Maximum()) >= s.NumDocs() {
		return fmt.Errorf("%d documents up to %d have a value, want %d of %d", docs.GetCardinality(), docs.Maximum(), n.count, s.NumDocs())
	}
	var buf []int64
	for it := docs.Iterator(); it.HasNext(); {
		doc := it.Next()
		if buf = n.Values(doc, buf[:0]); len(buf) == 0 {
			return fmt.Errorf("document %d has no value", doc)
		}
		for i, v := range buf {
			if v < n.Min() || v > n.Max() || i > 0 && v < buf[i-1] {
				return fmt.Errorf("value %d of document %d is out of bounds or order", v, doc)
			}
		}
	}
	return nil
}

// checkTerms: the dictionary is in order, every ordinal is in it, and the documents of each term are those that have its ordinal.
func (s *Segment) checkTerms(t *Terms) error {
	if err := ascending(t.Len(), t.Each); err != nil {
		return err
	}
	perTerm := make([]uint64, t.Len())
	var buf []uint32
	with := 0
	for doc := range uint32(s.NumDocs()) {
		buf = t.Ords(doc, buf[:0])
		if len(buf) > 0 {
			with++
		}
		for i, ord := range buf {
			if int(ord) >= t.Len() || i > 0 && ord <= buf[i-1] {
				return fmt.Errorf("ordinal %d of document %d is out of bounds or order", ord, doc)
			}
			perTerm[ord]++
		}
	}
	if docs := t.Docs().GetCardinality(); docs != uint64(with) {
		return fmt.Errorf("%d documents have a value, but %d are listed", with, docs)
	}
	for ord, want := range perTerm {
		docs := t.Postings(uint32(ord), uint32(ord)+1)
		if docs.GetCardinality() != want || want == 0 {
			return fmt.Errorf("term %d has %d documents, but %d have its ordinal", ord, docs.GetCardinality(), want)
		}
		for it := docs.Iterator(); it.HasNext(); {
			doc := it.Next()
			if buf = t.Ords(doc, buf[:0]); !containsOrd(buf, uint32(ord)) {
				return fmt.Errorf("document %d is listed under term %d, which it does not have", doc, ord)
			}
		}
	}
	return nil
}

func containsOrd(ords []uint32, ord uint32) bool {
	for _, o := range ords {
		if o == ord {
			return true
		}
	}
	return false
}

// checkText: the dictionary is in order, documents and positions of each word ascend, and the words add up.
func (s *Segment) checkText(t *Text) error {
	if err := ascending(t.Len(), t.Each); err != nil {
		return err
	}
	present := t.Docs()
	for ord := range uint32(t.Len()) {
		last, n := -1, 0
		for p := t.Postings(ord); p.Next(); n++ {
			doc := p.Doc()
			if int(doc) <= last || int(doc) >= s.NumDocs() || !present.Contains(doc) {
				return fmt.Errorf("document %d of word %d is out of bounds or order", doc, ord)
			}
			last = int(doc)
			places := p.Positions()
			if len(places) != int(p.Freq()) || len(places) == 0 {
				return fmt.Errorf("word %d has %d places in document %d, and a frequency of %d", ord, len(places), doc, p.Freq())
			}
			if t.Length(doc) == 0 {
				return fmt.Errorf("document %d has word %d and no length", doc, ord)
			}
		}
		if n != t.DocFreq(ord) || n == 0 {
			return fmt.Errorf("word %d has %d documents, want %d", ord, n, t.DocFreq(ord))
		}
	}
	return nil
}

// ascending walks a dictionary.
func ascending(n int, each func(uint32, func(uint32, []byte) bool)) (err error) {
	last, count := "", 0
	each(0, func(ord uint32, term []byte) bool {
		if int(ord) != count || count > 0 && string(term) <= last {
			err = fmt.Errorf("term %d of the dictionary is not in order", ord)
			return false
		}
		last = string(term)
		count++
		return true
	})
	if err == nil && count != n {
		err = fmt.Errorf("the dictionary has %d terms, want %d", count, n)
	}
	return err
}
