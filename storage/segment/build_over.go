package segment

import (
	"slices"
	"strings"

	"github.com/vedette-siem/vedette/storage/document"
)

// A text that is a sub-field of a keyword (`user_agent.original.text`) has the same words in all documents with the same keyword. Where documents share keywords, its
// words are kept once for each ordinal of the keyword instead of once for each document.

// overText collects the words of such a text by ordinal of the keyword, as long as all documents fit.
type overText struct {
	keyword *buildColumn
	tokens  [][]document.Token // by ordinal, in order of first use; nil where no row has the text
	rows    []uint32           // that have the text
}

// overShare is the share (in tenths) of the documents up to which there may be ordinals, for the words to be kept by ordinal.
const overShare = 8

// parentOf is the column of which a column of that name would be a sub-field, or nil.
func (b *Builder) parentOf(name string) *buildColumn {
	dot := strings.LastIndexByte(name, '.')
	if dot < 0 {
		return nil
	}
	if c := b.columns[name[:dot]]; c != nil && c.kind == document.Keyword {
		return c
	}
	return nil
}

// add takes the words of a row, whose keyword must have been added before. It returns false if they do not fit.
func (o *overText) add(row uint32, tokens []document.Token) bool {
	k := o.keyword
	n, rows := len(k.docs), len(o.rows)
	if len(tokens) == 0 || n == 0 || k.docs[n-1] != row || n > 1 && k.docs[n-2] == row || rows > 0 && o.rows[rows-1] == row {
		return false
	}
	for len(o.tokens) < k.terms.len() {
		o.tokens = append(o.tokens, nil)
	}
	ord := k.ords[n-1]
	switch known := o.tokens[ord]; {
	case known == nil:
		o.tokens[ord] = slices.Clone(tokens) // the memory of a document's words is shared with all of its bulk
	case !slices.Equal(known, tokens):
		return false
	}
	o.rows = append(o.rows, row)
	return true
}

// counts returns the rows of each ordinal that are kept, and how many of them have the text; false if a row has two keywords.
func (o *overText) counts(keep []bool) (have, with []uint32, ok bool) {
	k := o.keyword
	have, with = make([]uint32, k.terms.len()), make([]uint32, k.terms.len())
	at := 0
	for i, row := range k.docs {
		if !keep[row] {
			continue
		}
		if i > 0 && k.docs[i-1] == row {
			return nil, nil, false
		}
		have[k.ords[i]]++
		for at < len(o.rows) && o.rows[at] < row {
			at++
		}
		if at < len(o.rows) && o.rows[at] == row {
			with[k.ords[i]]++
		}
	}
	return have, with, true
}

// pays reports whether the words fit the keyword in all rows that are kept, and are fewer by ordinal. weights are the documents of each ordinal.
func (o *overText) pays(keep []bool) (weights []uint32, ok bool) {
	have, with, ok := o.counts(keep)
	if !ok {
		return nil, false
	}
	ords, total := 0, 0
	for ord, n := range have {
		if n == 0 {
			continue
		}
		ords++
		total += int(with[ord])
		if with[ord] > 0 && with[ord] != n {
			return nil, false
		}
	}
	return with, total > 0 && ords*10 <= total*overShare
}

// byOrdinal turns the text into one whose rows are the ordinals of the keyword, in order and without those that are left out. with are the documents of each.
func (o *overText) byOrdinal(keep []bool, with []uint32) *buildText {
	used := make([]bool, o.keyword.terms.len())
	for i, row := range o.keyword.docs {
		used[o.keyword.ords[i]] = used[o.keyword.ords[i]] || keep[row]
	}
	_, newOrd := o.keyword.terms.sorted()
	old := make([]uint32, len(newOrd))
	for i, n := range newOrd {
		old[n] = uint32(i)
	}
	old = slices.DeleteFunc(old, func(ord uint32) bool { return !used[ord] })
	t := &buildText{weights: make([]uint32, len(old))}
	for ord, was := range old {
		if with[was] > 0 {
			t.add(uint32(ord), o.tokens[was])
			t.weights[ord] = with[was]
		}
	}
	return t
}

// settleTexts decides for each text that is a sub-field of a keyword how its words are kept. keep says which rows are.
func (b *Builder) settleTexts(keep []bool) {
	for name, c := range b.columns {
		if c.text == nil || c.text.over == nil {
			continue
		}
		with, pays := c.text.over.pays(keep)
		if !pays {
			c.text.spill()
			continue
		}
		c.text = c.text.over.byOrdinal(keep, with)
		c.text.overName = name[:strings.LastIndexByte(name, '.')]
	}
}
