package suggest

import (
	"cmp"
	"slices"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/mapping"
)

// A Hit is a document that is suggested.
type Hit struct {
	// View is the place of its segment among those of the index, and Doc its place in that.
	View  int
	Doc   uint32
	Score float32

	index *Index
}

// completion suggests documents of which an input begins as a text does.
//
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/search-suggesters.html#completion-suggester
type completion struct {
	fuzzy          *fuzzyPrefix // nil is exact
	skipDuplicates bool
	contexts       bool
}

func parseCompletion(m member) (suggester, asked, error) {
	c, q := &completion{}, asked{size: defaultSize}
	all, err := members(m.raw, m.at)
	if err != nil {
		return nil, q, err
	}
	for _, m := range all {
		known, err := q.common(m)
		if !known {
			known, err = c.read(m)
		}
		if err = m.parsed("completion", known, err); err != nil {
			return nil, q, err
		}
	}
	return c, q, named(all)
}

func (c *completion) read(m member) (known bool, err error) {
	switch m.name {
	case "skip_duplicates":
		c.skipDuplicates, err = m.boolean()
	case "fuzzy":
		c.fuzzy, err = parseFuzzyPrefix(m)
	case "contexts":
		c.contexts = true
	case "regex": // says how an expression is read
	default:
		return false, nil
	}
	return true, err
}

func (c *completion) kind() string { return "completion" }

func (c *completion) run(x *Index, q *asked) ([]entry, error) {
	f, err := x.field(q.field)
	if err != nil {
		return nil, err
	}
	switch {
	case q.analyzer != "" && !x.Mapping.Registry().HasAnalyzer(q.analyzer):
		return nil, eserr.Shard(eserr.IllegalArgument, "analyzer [%s] doesn't exists", q.analyzer)
	case f.Completion == nil:
		return nil, eserr.Shard(eserr.IllegalArgument, "Field [%s] is not a completion suggest field", f.Name)
	case f.CompletionColumn() == "":
		return nil, eserr.Shard(eserr.IllegalArgument, "Field [%s] has contexts: suggestions of such fields are not supported by Vedette", f.Name)
	case c.contexts:
		return nil, eserr.Shard(eserr.IllegalArgument, "suggester [%s] doesn't expect any context", f.Name)
	case q.prefix == nil:
		return nil, eserr.Shard(eserr.IllegalArgument, "[regex] of a completion suggestion is not supported by Vedette; use [prefix]")
	}
	limit, err := q.perIndex()
	if err != nil {
		return nil, err
	}
	words := x.Mapping.Registry().Analyzer(cmp.Or(f.SearchAnalyzer, f.Analyzer)).Tokens(*q.prefix)
	forms, err := f.Completion.Forms(words)
	if err != nil {
		return nil, onShard(err)
	}
	found := &completing{index: x, limit: limit, skipDuplicates: c.skipDuplicates}
	for _, form := range forms {
		if err := found.add(f, c.fuzzy.prefix(form)); err != nil {
			return nil, err
		}
	}
	return []entry{{text: *q.text, length: units(*q.text), options: found.best()}}, nil
}

func (c *completion) combine(all []option) []option {
	slices.SortStableFunc(all, byScore)
	if !c.skipDuplicates {
		return all
	}
	return slices.CompactFunc(all, func(a, b option) bool { return a.text == b.text })
}

// show prints the document, as a hit is printed.
func (c *completion) show(out []byte, o option) ([]byte, error) {
	hit, err := o.hit.index.Fetch(o.hit)
	if err != nil || len(hit) <= 2 {
		return out, err
	}
	return append(append(out, ','), hit[1:len(hit)-1]...), nil
}

// completing gathers the best options of the segments of an index.
type completing struct {
	index          *Index
	limit          int
	skipDuplicates bool

	options []option
	full    bool // options has been cut, to its best limit options: worse ones are of no use
}

// add finds the inputs that begin with a prefix.
func (c *completing) add(f *mapping.Field, p prefixMatcher) error {
	for i, v := range c.index.Views {
		column := v.Terms(f.CompletionColumn())
		if column == nil {
			continue
		}
		from, _ := column.Seek(p.fixed())
		var err error
		column.Each(from, func(ord uint32, term []byte) bool {
			if ord%termBlock == 0 {
				if err = c.index.Stop(); err != nil {
					return false
				}
			}
			if !strings.HasPrefix(string(term), p.fixed()) {
				return false
			}
			input := mapping.ReadInput(string(term))
			score, ok := p.score(input)
			if !ok || !c.wants(score, input.Form) {
				return true
			}
			docs := column.Postings(ord, ord+1)
			if v.Deleted != nil {
				docs.AndNot(v.Deleted)
			}
			err = c.keep(i, docs.ToArray(), score, input)
			return err == nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// byForm is the order in which Lucene finds inputs: the better first, and equals by their forms.
func byForm(a, b option) int {
	return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.form, b.form))
}

// wants reports whether an option may be among the best.
func (c *completing) wants(score float32, form string) bool {
	return !c.full || byForm(option{form: form, score: score}, c.options[c.limit-1]) <= 0
}

// keep adds an input of some documents. What is too bad is left out from time to time.
func (c *completing) keep(view int, docs []uint32, score float32, input mapping.Input) error {
	form, text := strings.Clone(input.Form), strings.Clone(input.Text)
	for _, doc := range docs {
		if err := c.index.Take(int64(len(text)+len(form)) + 128); err != nil {
			return err
		}
		c.options = append(c.options, option{text: text, form: form, score: score, hit: &Hit{View: view, Doc: doc, Score: score, index: c.index}})
		const room = 1024
		if len(c.options) >= c.limit+room {
			c.cut()
		}
	}
	return nil
}

// cut leaves the best options, each of another document and, where that is wanted, with another text.
func (c *completing) cut() {
	slices.SortStableFunc(c.options, byForm)
	type place struct {
		view int
		doc  uint32
	}
	docs, texts := map[place]bool{}, map[string]bool{}
	var kept []option
	for _, o := range c.options {
		at := place{o.hit.View, o.hit.Doc}
		if len(kept) == c.limit || docs[at] || c.skipDuplicates && texts[o.text] {
			continue
		}
		docs[at], texts[o.text] = true, true
		kept = append(kept, o)
	}
	c.options, c.full = kept, len(kept) == c.limit
}

// best are the best options in the order in which they are shown.
func (c *completing) best() []option {
	c.cut()
	slices.SortStableFunc(c.options, byScore)
	return c.options
}
