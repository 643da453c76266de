package suggest

import (
	"cmp"
	"errors"
	"math"
	"slices"
	"strings"

	"github.com/vedette-siem/vedette/engine/analysis"
	"github.com/vedette-siem/vedette/engine/eserr"
)

// A generator says where words that may be meant come from (`direct_generator`).
type generator struct {
	spelling
	field            string
	size             int
	mode, order, far string // `suggest_mode`, `sort` and `string_distance` as they were asked for: they are looked at when an index is searched
	preAnalyzer      string // of words before others are looked for; empty is none
	postAnalyzer     string // of those that are found
}

func (p *phrase) readGenerators(m member) error {
	all, err := m.elements()
	if err != nil {
		return err
	}
	for _, m := range all {
		if m.token() != "START_OBJECT" {
			return parseError(eserr.Parsing, placeOf(m.raw, m.at), "suggester[phrase] doesn't support field [%s]", m.name)
		}
		g, err := parseGenerator(m)
		if err != nil {
			return err
		}
		p.generators = append(p.generators, g)
	}
	if len(p.generators) > maxSuggestions {
		return eserr.Illegal("[direct_generator] has %d generators, more than the %d that a suggestion may have", len(p.generators), maxSuggestions)
	}
	return nil
}

func parseGenerator(m member) (generator, error) {
	g := generator{spelling: defaultSpelling(), size: defaultSize}
	all, err := members(m.raw, m.at)
	if err != nil {
		return g, err
	}
	named := false
	for _, m := range all {
		known, err := g.read(m)
		if err = m.parsed("direct_generator", known, err); err != nil {
			return g, err
		}
		named = named || m.name == "field"
	}
	if !named {
		return g, eserr.Illegal("Required [field]")
	}
	return g, nil
}

func (g *generator) read(m member) (known bool, err error) {
	if !m.isValue() {
		return true, errNoType
	}
	switch m.name {
	case "field":
		g.field = m.text()
	case "pre_filter":
		g.preAnalyzer = m.text()
	case "post_filter":
		g.postAnalyzer = m.text()
	case "suggest_mode":
		g.mode = m.text()
	case "sort":
		g.order = m.text()
	case "string_distance":
		g.far = m.text()
	case "min_doc_freq":
		g.minDocFreq, err = m.float()
	case "max_term_freq":
		g.maxTermFreq, err = m.float()
	case "accuracy":
		g.accuracy, err = m.float()
	default:
		return g.readNumber(m)
	}
	return true, err
}

func (g *generator) readNumber(m member) (known bool, err error) {
	n, err := m.integer()
	switch m.name {
	case "size":
		if g.size = n; err == nil && n <= 0 {
			err = eserr.Illegal("Size must be positive")
		}
	case "max_edits":
		if g.maxEdits = n; err == nil && (n < 1 || n > 2) {
			err = eserr.Illegal("Illegal max_edits value %d", n)
		}
	case "max_inspections":
		g.inspections = max(n, 0)
	case "prefix_length":
		g.prefixLength = max(n, 0)
	case "min_word_length":
		g.minWord = n
	default:
		return false, nil
	}
	return true, err
}

// resolved reads what Elasticsearch looks at when an index is searched.
func (g generator) resolved() (generator, error) {
	modes := []string{"missing", "popular", "always"}
	if g.mode != "" {
		if g.spelling.mode = slices.Index(modes, strings.ToLower(g.mode)); g.spelling.mode < 0 {
			return g, eserr.Illegal("Illegal suggest mode %s", g.mode)
		}
	}
	if g.order != "" {
		if err := g.readSort(g.order); err != nil {
			return g, err
		}
	}
	for _, f := range []float32{g.minDocFreq, g.maxTermFreq} {
		if f >= 1 && float64(f) != math.Floor(float64(f)) {
			return g, eserr.Illegal("Fractional absolute document frequencies are not allowed")
		}
	}
	var err error
	if g.far != "" {
		g.distance, err = parseDistance(g.far)
	}
	return g, err
}

// A choice is a word for a place of the text.
type choice struct {
	word            string
	docFreq         int
	totalFreq       int64   // how often it occurs in all documents
	distance, score float64 // from the given word; 1 is equal
	given           bool    // it is the word of the text
}

// A set is a word of the text with others that may be meant. The best come first.
type set struct {
	given  choice
	others []choice
}

// A drawer draws words from one index for a generator.
type drawer struct {
	generator
	words     *words
	docs      int
	total     int64   // words in all documents
	real      float64 // how near a word is that the analyzer made of a near one
	pre, post *analysis.Analyzer
}

// drawers are those of the generators whose field has words in the index. Without generators words come from the field of the suggestion.
func (p *phrase) drawers(x *Index, field string) ([]*drawer, error) {
	generators := p.generators
	if len(generators) == 0 {
		generators = []generator{{spelling: defaultSpelling(), field: field, size: defaultSize}}
	}
	var out []*drawer
	for _, g := range generators {
		g, err := g.resolved()
		if err != nil {
			return nil, onShard(err)
		}
		d := &drawer{generator: g, docs: x.docs(), real: float64(p.likelihood)}
		if d.pre, err = x.filter(g.preAnalyzer); err != nil {
			return nil, err
		}
		if d.post, err = x.filter(g.postAnalyzer); err != nil {
			return nil, err
		}
		f, ok := x.Mapping.Lookup(g.field)
		if !ok {
			continue
		}
		if d.words = x.words(f); len(d.words.segments) == 0 {
			continue
		}
		if d.total, err = d.words.total(); err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, nil
}

// sets are the words of the text, each with others. Nothing is drawn for texts that are too long.
func (p *phrase) sets(spans []analysis.Span, drawers []*drawer, limit int) ([]set, error) {
	var out []set
	for _, s := range spans {
		if !p.grams && s.Type == analysis.Shingle {
			continue
		}
		given, err := drawers[0].given(s.Term)
		if err != nil {
			return nil, err
		}
		out = append(out, set{given: given})
	}
	if len(out) == 0 && len(spans) > 0 {
		return nil, eserr.Shard(eserr.IllegalArgument, "At least one unigram is required but all tokens were ngrams")
	}
	if len(out) >= p.tokenLimit {
		return nil, nil
	}
	for i := range out {
		for _, d := range drawers {
			if err := d.draw(&out[i]); err != nil {
				return nil, err
			}
		}
		slices.SortStableFunc(out[i].others, func(a, b choice) int { return cmp.Compare(b.score, a.score) })
		out[i].others = out[i].others[:min(len(out[i].others), limit)]
	}
	return out, nil
}

func (d *drawer) given(word string) (choice, error) {
	c := choice{word: word, distance: 1, given: true}
	known := filtered(d.pre, word)
	c.docFreq = d.words.docFreq(known)
	var err error
	c.totalFreq, err = d.words.totalFreq(known)
	c.score = d.score(c.totalFreq, 1)
	return c, err
}

func (d *drawer) score(freq int64, distance float64) float64 {
	return distance * ((float64(freq) + 1) / (float64(d.total) + 1))
}

// draw adds words to a set.
func (d *drawer) draw(s *set) error {
	check := &checker{spelling: d.spelling, words: d.words, docs: d.docs}
	if check.mode != modeAlways {
		check.minDocFreq = max(check.minDocFreq, float32(d.threshold(s.given.docFreq)))
	}
	found, err := check.similar(filtered(d.pre, s.given.word), d.size)
	if err != nil {
		return err
	}
	var drawn []choice
	for _, c := range found {
		more, err := d.choices(c)
		if err != nil {
			return err
		}
		drawn = append(drawn, more...)
	}
	s.add(drawn)
	return nil
}

// threshold is how many documents must have a word that is to replace one of so many documents.
func (d *drawer) threshold(docFreq int) int {
	plateau := int(d.minDocFreq)
	if d.minDocFreq < 1 {
		plateau = int(float32(d.docs) * d.minDocFreq)
	}
	if docFreq <= plateau {
		return 0
	}
	n := math.Floor(float64(docFreq)*(math.Log10(float64(docFreq-plateau))/math.Log10(5)) + 1 + 0.5)
	return int(min(max(0, n), math.MaxInt32))
}

// choices are what the analyzer of found words makes of one.
func (d *drawer) choices(c candidate) ([]choice, error) {
	freq, err := d.words.totalFreq(c.word)
	if err != nil {
		return nil, err
	}
	one := choice{word: c.word, docFreq: c.freq, totalFreq: freq, distance: float64(c.score), score: d.score(freq, float64(c.score))}
	if d.post == nil {
		return []choice{one}, nil
	}
	var out []choice
	for _, t := range d.post.Tokens(c.word) {
		other := one
		if other.word = t.Term; t.Term != c.word {
			other.distance = d.real
		}
		out = append(out, other)
	}
	return out, nil
}

// add puts further words into the order of a set; of two that are equal the new one counts.
func (s *set) add(drawn []choice) {
	for _, old := range s.others {
		if !slices.ContainsFunc(drawn, func(c choice) bool { return c.word == old.word }) {
			drawn = append(drawn, old)
		}
	}
	slices.SortFunc(drawn, func(a, b choice) int { return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.word, b.word)) })
	s.others = slices.CompactFunc(drawn, func(a, b choice) bool { return a.word == b.word })
}

// filter finds an analyzer by name; empty is none.
func (x *Index) filter(name string) (*analysis.Analyzer, error) {
	if name == "" {
		return nil, nil
	}
	a := x.Mapping.Registry().Analyzer(name)
	if a == nil {
		return nil, eserr.Shard(eserr.IllegalArgument, "Analyzer [%s] doesn't exists", name)
	}
	return a, nil
}

// onShard marks a refusal as one that is met when an index is searched.
func onShard(err error) error {
	var e *eserr.Error
	if !errors.As(err, &e) {
		return err
	}
	return eserr.Shard(e.Type, "%s", e.Reason)
}

// filtered is what an analyzer makes of a word.
func filtered(a *analysis.Analyzer, word string) string {
	if a == nil {
		return word
	}
	if tokens := a.Tokens(word); len(tokens) > 0 {
		return tokens[len(tokens)-1].Term
	}
	return word
}
