package suggest

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/vedette-siem/vedette/engine/analysis"
	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/mapping"
	"github.com/vedette-siem/vedette/storage/document"
)

// maxWords is how many words the text of a suggestion may have: for each one the dictionary is gone through.
const maxWords = 1024

// term suggests other words for each word of a text.
//
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/search-suggesters.html#term-suggester
type term struct{ spelling }

func parseTerm(m member) (suggester, asked, error) {
	t, q := &term{defaultSpelling()}, asked{size: defaultSize}
	all, err := members(m.raw, m.at)
	if err != nil {
		return nil, q, err
	}
	for _, m := range all {
		if !m.isValue() {
			return nil, q, m.fail("suggester[term] parsing failed on [%s]", m.name)
		}
		known, err := q.common(m)
		if !known {
			known, err = t.read(m)
		}
		if err == nil && !known {
			err = m.fail("suggester[term] doesn't support field [%s]", m.name)
		}
		if err != nil {
			return nil, q, err
		}
	}
	return t, q, named(all)
}

func (t *term) kind() string { return "term" }

func (t *term) run(x *Index, q *asked) ([]entry, error) {
	f, err := x.field(q.field)
	if err != nil {
		return nil, err
	}
	limit, err := q.perIndex()
	if err != nil {
		return nil, err
	}
	spans, err := x.spans(f, q.analyzer, *q.text)
	if err != nil {
		return nil, err
	}
	check := &checker{spelling: t.spelling, words: x.words(f), docs: x.docs()}
	out := make([]entry, len(spans))
	for i, s := range spans {
		found, err := check.similar(s.Term, limit)
		if err != nil {
			return nil, err
		}
		from := units((*q.text)[:s.Start])
		out[i] = entry{text: s.Term, offset: from, length: units((*q.text)[:s.End]) - from}
		for _, c := range found {
			out[i].options = append(out[i].options, option{text: c.word, score: c.score, freq: c.freq})
		}
	}
	return out, nil
}

func (t *term) combine(all []option) []option {
	return mergeOptions(all, func(a, b option) int {
		return t.compare(candidate{a.text, a.score, a.freq}, candidate{b.text, b.score, b.freq})
	})
}

func (t *term) show(out []byte, o option) ([]byte, error) {
	out = appendFloat(append(out, `,"score":`...), o.score)
	return strconv.AppendInt(append(out, `,"freq":`...), int64(o.freq), 10), nil
}

// analyzer is that of a suggestion: its own one or that of searches of the field; nil where the field has none.
func (x *Index) analyzer(f *mapping.Field, own string) *analysis.Analyzer {
	if own == "" && f.Kind != document.Text {
		return nil
	}
	return x.Mapping.Registry().Analyzer(cmp.Or(own, f.SearchAnalyzer, f.Analyzer))
}

// spans are the words of a text, as a search of the field would see them.
func (x *Index) spans(f *mapping.Field, analyzer, text string) ([]analysis.Span, error) {
	registry := x.Mapping.Registry()
	var out []analysis.Span
	switch {
	case analyzer != "" && !registry.HasAnalyzer(analyzer):
		return nil, eserr.Shard(eserr.IllegalArgument, "analyzer [%s] doesn't exists", analyzer)
	case analyzer == "" && f.Kind != document.Text:
		whole, err := registry.Normalize(f.Normalizer, text)
		return []analysis.Span{{Token: document.Token{Term: whole}, End: len(text)}}, err
	default:
		var err error
		if out, err = registry.Spans(cmp.Or(analyzer, f.SearchAnalyzer, f.Analyzer), text); err != nil {
			return nil, err
		}
	}
	if len(out) > maxWords {
		return nil, eserr.Shard(eserr.IllegalArgument, "the text of a suggestion has %d words, more than the %d that it may have", len(out), maxWords)
	}
	for i := range out {
		out[i].Term = strings.Clone(out[i].Term)
		out[i].Start, out[i].End = min(out[i].Start, len(text)), min(out[i].End, len(text)) // char filters may have changed the length
	}
	return out, nil
}
