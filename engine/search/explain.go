package search

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/vedette-siem/vedette/engine/dsl"
	"github.com/vedette-siem/vedette/storage/document"
)

// An Explanation says how a score came about, in Lucene's words.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/search-explain.html
type Explanation struct {
	// Value prints as Java prints it: `1.0`, or `1` for what is counted.
	Value       json.RawMessage `json:"value"`
	Description string          `json:"description"`
	Details     []Explanation   `json:"details"`
}

func explained(value float32, description string, details ...Explanation) Explanation {
	if details == nil {
		details = []Explanation{}
	}
	return Explanation{floatJSON(shortest(value)), description, details}
}

func counted(n uint64, description string) Explanation {
	return Explanation{strconv.AppendUint(nil, n, 10), description, []Explanation{}}
}

// Explain says how the document of an index with that id scores for a query, as dsl.Parse gives it; nil matches all. found is false where there is no such document.
func Explain(ctx context.Context, q dsl.Query, ix Index, id string, o Options) (e Explanation, found, matched bool, err error) {
	s := &session{request: &Request{query: q}, options: o.withDefaults()}
	run, err := s.prepare(ix, 0)
	if err != nil {
		return e, false, false, err
	}
	for _, part := range run.parts {
		x := part.exec
		x.ctx = ctx
		x.stats.watch(ctx)
		err = guarded("explanation", func() error {
			defer x.release()
			docs, err := part.only(id)
			if err != nil || docs.IsEmpty() {
				return err
			}
			found = true
			e, matched, err = part.explain(docs.Minimum())
			return err
		})()
		if err != nil || found {
			break
		}
	}
	return e, found, matched, err
}

// Describe prints a query, as dsl.Parse gives it, in the way in which it is run on an index; nil is all.
func Describe(q dsl.Query, ix Index, o Options) (string, error) {
	s := &session{request: &Request{query: q}, options: o.withDefaults()}
	run, err := s.prepare(ix, 0)
	if err != nil {
		return "", err
	}
	return describe(run.query), nil
}

// only is the live document of an id.
func (part *segmentRun) only(id string) (*roaring.Bitmap, error) {
	docs, err := (&termSet{idColumn, []string{id}}).match(part.exec)
	if err == nil && part.exec.view.Deleted != nil {
		docs = roaring.AndNot(docs, part.exec.view.Deleted)
	}
	return docs, err
}

// explain explains the score of a document of the segment. What the filter of an alias hides does not match.
func (part *segmentRun) explain(doc uint32) (Explanation, bool, error) {
	if f := part.run.filter; f != nil {
		shown, err := f.match(part.exec)
		if err != nil || !shown.Contains(doc) {
			return explained(0, "the document is hidden by the filter of the alias"), false, err
		}
	}
	return explain(part.exec, part.run.query, doc, part.run.boost())
}

// explain explains the score of a hit.
func (r ranked) explain(ctx context.Context, hit *Hit) error {
	x := *r.x
	x.ctx, x.held = ctx, 0
	x.stats.watch(ctx) // that of the search has ended
	defer x.release()
	e, _, err := explain(&x, r.run.query, r.doc, r.run.boost())
	hit.Shard, hit.Node, hit.Explanation = "["+r.run.index.Name+"][0]", "vedette", &e
	return err
}

// explain explains one clause. matched is false where the document does not match; the explanation then says so.
func explain(x *exec, n node, doc uint32, boost float32) (e Explanation, matched bool, err error) {
	if timed, ok := n.(*timedNode); ok { // its time is that of the search
		n = timed.node
	}
	docs, s, err := n.scored(x, boost)
	if err != nil {
		return e, false, err
	}
	if !docs.Contains(doc) {
		return explained(0, "no match on "+describe(n)), false, nil
	}
	value, _ := s.score(doc)
	switch n := n.(type) {
	case *boolean:
		e, err = n.explain(x, doc, value, boost)
	case *disMax:
		what := "max of:"
		if n.tie != 0 {
			what = "max plus " + string(floatJSON(shortest(n.tie))) + " times others of:"
		}
		e = explained(value, what)
		e.Details, err = explainAll(x, n.nodes, doc, boost*n.boost)
	case *scoredTerm:
		freq, length, text := float32(1), uint32(1), x.view.Text(n.name)
		if text != nil {
			if ord, exact := text.Seek(n.term); exact {
				p := text.Postings(ord)
				p.Advance(doc)
				freq, length = float32(p.Freq()), n.length(text, doc)
			}
		}
		e = x.explainBM25(n.column, value, boost*n.boost, freq, length, doc, describe(n), "freq, occurrences of term within document", x.stats.docFreq(n.column, n.term))
	case *scoredFlag:
		e = x.explainBM25(n.column, value, boost*n.boost, 1, 1, doc, describe(n), "freq, occurrences of term within document", x.stats.flagFreq(n.numbers))
	case *phrase:
		if p, ok := s.(*phraseScorer); ok {
			e = x.explainBM25(n.column, value, boost*n.boost, p.freqs[doc], n.length(x.view.Text(n.name), doc), doc, describe(n),
				"phraseFreq="+string(floatJSON(shortest(p.freqs[doc]))), n.docFreqs(x)...)
			break
		}
		e = explained(value, "sum of: the words of "+describe(n))
	case *combinedTerm:
		if c, ok := s.(*combinedScorer); ok {
			freq := c.freq(doc)
			f, docFreq := n.numbers(x)
			e = explainWeight(f, value, boost*n.boost, freq, c.length(doc), doc, describe(n), "termFreq="+string(floatJSON(shortest(freq))), docFreq)
		}
	case all:
		e = explained(value, "*:*"+suffix(boost*n.boost))
	case constant:
		e = explained(value, describe(n)+suffix(boost*n.boost))
	default:
		e = explained(value, describe(n))
	}
	return e, true, err
}

// suffix is how Lucene shows a boost that is not 1.
func suffix(boost float32) string {
	if boost == 1 {
		return ""
	}
	return "^" + string(floatJSON(shortest(boost)))
}

// explainAll explains the clauses that match.
func explainAll(x *exec, nodes []node, doc uint32, boost float32) ([]Explanation, error) {
	out := []Explanation{}
	for _, n := range nodes {
		e, matched, err := explain(x, n, doc, boost)
		if err != nil {
			return nil, err
		}
		if matched {
			out = append(out, e)
		}
	}
	return out, nil
}

// explain explains a bool that matches: its clauses in the order must, should, filter. One of a single clause is that clause, as in Lucene.
func (n *boolean) explain(x *exec, doc uint32, value, boost float32) (Explanation, error) {
	boost *= n.boost
	scoring := append(append([]node{}, n.must...), n.should...)
	single := len(n.mustNot) == 0
	switch {
	case single && len(scoring) == 1 && len(n.filter) == 0:
		e, _, err := explain(x, scoring[0], doc, boost)
		return e, err
	case single && len(scoring) == 0 && len(n.filter) == 1:
		return explained(value, "ConstantScore("+describe(n.filter[0])+")^0.0"), nil
	}
	e := explained(value, "sum of:")
	var err error
	if e.Details, err = explainAll(x, scoring, doc, boost); err != nil {
		return e, err
	}
	filters, err := explainAll(x, n.filter, doc, 1)
	for _, f := range filters {
		e.Details = append(e.Details, explained(0, "match on required clause, product of:", explained(0, "# clause"), f))
	}
	return e, err
}

// explainBM25 explains the weight of a term or phrase, of which docFreqs documents have each word.
// https://github.com/apache/lucene/blob/main/lucene/core/src/java/org/apache/lucene/search/similarities/BM25Similarity.java
func (x *exec) explainBM25(c column, value, boost, freq float32, length, doc uint32, what, freqText string, docFreqs ...int) Explanation {
	return explainWeight(x.stats.field(c), value, boost, freq, length, doc, what, freqText, docFreqs...)
}

// explainWeight is explainBM25 for a field of those numbers.
func explainWeight(f fieldStats, value, boost, freq float32, length, doc uint32, what, freqText string, docFreqs ...int) Explanation {
	var idfs []Explanation
	sum := 0.0
	for _, n := range docFreqs {
		one := idf(n, f.docCount)
		sum += float64(one)
		idfs = append(idfs, explained(one, "idf, computed as log(1 + (N - n + 0.5) / (n + 0.5)) from:",
			counted(uint64(n), "n, number of documents containing term"), counted(uint64(f.docCount), "N, total number of documents with field")))
	}
	whole := explained(float32(sum), "idf, sum of:", idfs...)
	if len(idfs) == 1 {
		whole = idfs[0]
	}
	avg, kept := float32(float64(f.sumLength)/float64(f.docCount)), keptLength(length)
	lengthText := "dl, length of field"
	if kept > 39 {
		lengthText += " (approximate)"
	}
	tf := freq / (freq + k1*((1-b)+b*float32(kept)/avg))
	score := explained(value, "score(freq="+string(floatJSON(shortest(freq)))+"), computed as boost * idf * tf from:",
		explained(boost*(1+k1), "boost"), whole,
		explained(tf, "tf, computed as freq / (freq + k1 * (1 - b + b * dl / avgdl)) from:",
			explained(freq, freqText), explained(k1, "k1, term saturation parameter"), explained(b, "b, length normalization parameter"),
			explained(float32(kept), lengthText), explained(avg, "avgdl, average length of field")))
	return explained(value, fmt.Sprintf("weight(%s in %d) [PerFieldSimilarity], result of:", what, doc), score)
}

// docFreqs are the numbers by which a phrase is weighed.
func (n *phrase) docFreqs(x *exec) (out []int) {
	places, err := n.resolved(x)
	if err != nil {
		return nil
	}
	for _, place := range places {
		for _, term := range place.terms {
			if freq := x.stats.docFreq(n.column, term); freq > 0 {
				out = append(out, freq)
			}
		}
	}
	return out
}

// describe prints a clause as Lucene does, as far as it keeps what was asked.
func describe(n leaf) string {
	switch n := n.(type) {
	case *timedNode:
		return describe(n.node)
	case all:
		return "*:*"
	case *scoredTerm:
		return n.name + ":" + n.term
	case *scoredFlag:
		return n.name + ":" + map[bool]string{true: "T", false: "F"}[n.lo != 0]
	case *termSet:
		if len(n.keys) == 1 {
			return n.name + ":" + n.keys[0]
		}
		return n.name + ":(" + strings.Join(n.keys, " ") + ")"
	case numbers:
		return n.name + ":[" + numberText(n.kind, n.lo) + " TO " + numberText(n.kind, n.hi) + "]"
	case constant:
		if _, scores := n.leaf.(node); scores { // else it has no scores anyway, as a range
			return "ConstantScore(" + describe(n.leaf) + ")"
		}
		return describe(n.leaf)
	case *phrase:
		return n.describe()
	case *combinedTerm:
		return n.describe()
	case *boolean:
		return n.describe()
	}
	return strings.TrimPrefix(strings.TrimPrefix(fmt.Sprintf("%T", n), "*"), "search.")
}

func numberText(kind document.Kind, n int64) string {
	if kind == document.Double {
		return string(floatJSON(document.DoubleOf(n)))
	}
	if kind == document.Unsigned {
		return strconv.FormatUint(document.UnsignedOf(n), 10)
	}
	return strconv.FormatInt(n, 10)
}

func (n *phrase) describe() string {
	var words []string
	for _, p := range n.places {
		word := strings.Join(p.terms, " ")
		if len(p.terms) > 1 {
			word = "(" + word + ")"
		}
		words = append(words, word)
	}
	text := n.name + `:"` + strings.Join(words, " ") + `"`
	if n.slop > 0 {
		text += "~" + strconv.Itoa(n.slop)
	}
	return text
}

func (n *boolean) describe() string {
	var parts []string
	for _, group := range []struct {
		sign  string
		nodes []node
	}{{"+", n.must}, {"-", n.mustNot}, {"", n.should}, {"#", n.filter}} {
		for _, sub := range group.nodes {
			text := describe(sub)
			if _, nested := sub.(*boolean); nested {
				text = "(" + text + ")"
			}
			parts = append(parts, group.sign+text)
		}
	}
	return strings.Join(parts, " ")
}
