package segment

import (
	"slices"
	"strings"

	"github.com/vedette-siem/vedette/storage/document"
)

// A text that is a sub-field of a keyword (`user_agent.original.text`) has the same words in all documents with the same keyword. Where documents share keywords, its
// words are kept once for each ordinal of the keyword instead of once for each document.

// overText collects the words of such a text by ordinal of the keyword. It stops at the first document that does not fit.
type overText struct {
	keyword *buildColumn
	tokens  [][]document.Token // by ordinal, in order of first use
	docs    []uint32           // with the text, by ordinal
	total   int                // of docs
	last    uint32             // document
	broken  bool
}

// overShare is the share (in tenths) of the documents up to which there may be ordinals, for the words to be kept by ordinal.
const overShare = 8

// parentOf is the column of which a column of that name would be a sub-field, or nil.
func (b *builder) parentOf(name string) *buildColumn {
	dot := strings.LastIndexByte(name, '.')
	if dot < 0 {
		return nil
	}
	if c := b.columns[name[:dot]]; c != nil && c.kind == document.Keyword {
		return c
	}
	return nil
}

// add takes the words of a document. The keyword must have been added before.
func (o *overText) add(doc uint32, tokens []document.Token) {
	k := o.keyword
	n := len(k.docs)
	if o.broken || len(tokens) == 0 || n == 0 || k.docs[n-1] != doc || n > 1 && k.docs[n-2] == doc || o.total > 0 && o.last == doc {
		o.broken = true
		return
	}
	for len(o.tokens) < len(k.dict) {
		o.tokens, o.docs = append(o.tokens, nil), append(o.docs, 0)
	}
	ord := k.ords[n-1]
	switch known := o.tokens[ord]; {
	case known == nil:
		o.tokens[ord] = tokens
	case &known[0] != &tokens[0] && !slices.Equal(known, tokens):
		o.broken = true
	}
	o.docs[ord]++
	o.total++
	o.last = doc
}

// pays reports whether the words fit the keyword in all documents, and are fewer by ordinal. The keyword must not be sorted yet.
func (o *overText) pays() bool {
	if o.broken || len(o.keyword.dict)*10 > o.total*overShare {
		return false
	}
	have := make([]uint32, len(o.keyword.dict))
	for i, doc := range o.keyword.docs {
		if i > 0 && o.keyword.docs[i-1] == doc {
			return false
		}
		have[o.keyword.ords[i]]++
	}
	for ord, n := range o.docs {
		if n > 0 && n != have[ord] {
			return false
		}
	}
	return true
}

// byOrdinal turns the text into one whose documents are the ordinals of the keyword, sorted, with the number of documents of each.
func (o *overText) byOrdinal() (c *buildColumn, weights []uint32) {
	_, newOrd := sortDict(o.keyword.dict)
	old := make([]uint32, len(newOrd))
	for i, n := range newOrd {
		old[n] = uint32(i)
	}
	c = newBuildColumn(document.Text)
	weights = make([]uint32, len(old))
	for ord, was := range old {
		if int(was) < len(o.tokens) && o.tokens[was] != nil {
			c.addText(uint32(ord), o.tokens[was])
			weights[ord] = o.docs[was]
		}
	}
	return c, weights
}

// settleTexts decides for each text that is a sub-field of a keyword how its words are kept.
func (b *builder) settleTexts() {
	for name, c := range b.columns {
		if c.over == nil {
			continue
		}
		if c.over.pays() {
			byOrd, weights := c.over.byOrdinal()
			byOrd.overName, byOrd.weights = name[:strings.LastIndexByte(name, '.')], weights
			b.columns[name] = byOrd
			continue
		}
		b.columns[name] = b.textOf(name)
	}
}

// textOf collects a text by document.
func (b *builder) textOf(name string) *buildColumn {
	c := newBuildColumn(document.Text)
	for doc, d := range b.docs {
		for i := range d.Fields {
			if f := &d.Fields[i]; f.Kind == document.Text && f.Name == name {
				c.addText(uint32(doc), f.Tokens)
			}
		}
	}
	return c
}
