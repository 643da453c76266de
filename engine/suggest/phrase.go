package suggest

import (
	"math"
	"slices"
	"strings"

	"github.com/vedette-siem/vedette/engine/analysis"
	"github.com/vedette-siem/vedette/engine/eserr"
)

// phrase suggests whole texts, in which words are replaced by others that make them likelier.
//
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/search-suggesters.html#phrase-suggester
type phrase struct {
	maxErrors  float32 // from 1 on a number of words, below a part of them
	likelihood float32 // that a word of the dictionary is meant
	confidence float32 // a suggestion must be so many times as likely as the text
	gramSize   int     // 0 is that of the analyzer's shingles
	grams      bool    // shingles of the text are words too (`force_unigrams: false`)
	tokenLimit int
	separator  string // of the words in shingles
	highlight  *[2]string
	smoothing  smoothing
	generators []generator
}

func parsePhrase(m member) (suggester, asked, error) {
	p := &phrase{maxErrors: 0.5, likelihood: 0.95, confidence: 1, tokenLimit: 10, separator: " ", smoothing: stupidBackoff(0.4)}
	q := asked{size: defaultSize}
	all, err := members(m.raw, m.at)
	if err != nil {
		return nil, q, err
	}
	for _, m := range all {
		switch {
		case m.isValue():
			var known bool
			if known, err = q.common(m); !known {
				err = p.readValue(m)
			}
		case m.token() == "START_ARRAY" && m.name == "direct_generator":
			err = p.readGenerators(m)
		case m.token() == "START_OBJECT":
			err = p.readObject(m)
		case m.token() == "START_ARRAY":
			err = m.fail("suggester[phrase]  doesn't support array field [%s]", m.name)
		default:
			err = m.fail("suggester[phrase] doesn't support field [%s]", m.name)
		}
		if err != nil {
			return nil, q, err
		}
	}
	return p, q, named(all)
}

func (p *phrase) readValue(m member) (err error) {
	switch m.name {
	case "max_errors":
		if p.maxErrors, err = m.float(); err == nil && p.maxErrors <= 0 {
			err = eserr.Illegal("max_error must be > 0.0")
		}
	case "real_word_error_likelihood":
		if p.likelihood, err = m.float(); err == nil && p.likelihood <= 0 {
			err = eserr.Illegal("real_word_error_likelihood must be > 0.0")
		}
	case "confidence":
		if p.confidence, err = m.float(); err == nil && p.confidence < 0 {
			err = eserr.Illegal("confidence must be >= 0.0")
		}
	case "gram_size":
		if p.gramSize, err = m.integer(); err == nil && p.gramSize < 1 {
			err = eserr.Illegal("gramSize must be >= 1")
		}
	case "token_limit":
		if p.tokenLimit, err = m.integer(); err == nil && p.tokenLimit <= 0 {
			err = eserr.Illegal("token_limit must be >= 1")
		}
	case "separator":
		p.separator = m.text()
	case "force_unigrams":
		var force bool
		force, err = m.boolean()
		p.grams = !force
	default:
		err = m.fail("suggester[phrase] doesn't support field [%s]", m.name)
	}
	return err
}

func (p *phrase) readObject(m member) (err error) {
	switch m.name {
	case "smoothing":
		p.smoothing, err = parseSmoothing(m)
	case "highlight":
		err = p.readHighlight(m)
	case "collate":
		err = checkCollate(m)
	default:
		err = m.fail("suggester[phrase]  doesn't support array field [%s]", m.name)
	}
	return err
}

func (p *phrase) readHighlight(m member) error {
	all, err := members(m.raw, m.at)
	if err != nil {
		return err
	}
	var tags [2]string
	given := 0
	for _, m := range all {
		switch at := slices.Index([]string{"pre_tag", "post_tag"}, m.name); {
		case !m.isValue():
		case at < 0:
			return m.fail("suggester[phrase][highlight] doesn't support field [%s]", m.name)
		default:
			tags[at] = m.text()
			given++
		}
	}
	switch given {
	case 1:
		return eserr.Illegal("Pre and post tag must both be null or both not be null.")
	case 2:
		p.highlight = &tags
	}
	return nil
}

// checkCollate refuses a query by which suggestions are tried: it is a template of a script language.
func checkCollate(m member) error {
	all, err := members(m.raw, m.at)
	if err != nil {
		return err
	}
	for _, m := range all {
		switch m.name {
		case "query":
			return eserr.Illegal("[collate] of a phrase suggestion is not supported by Vedette: its query is a script")
		case "params", "prune":
		default:
			return m.fail("suggester[phrase][collate] doesn't support field [%s]", m.name)
		}
	}
	return nil
}

func (p *phrase) kind() string { return "phrase" }

func (p *phrase) run(x *Index, q *asked) ([]entry, error) {
	f, err := x.field(q.field)
	if err != nil {
		return nil, err
	}
	limit, err := q.perIndex()
	if err != nil {
		return nil, err
	}
	out := entry{text: *q.text, length: units(*q.text)}
	spans, err := x.spans(f, q.analyzer, *q.text)
	if err != nil {
		return nil, err
	}
	drawers, err := p.drawers(x, f.Name)
	if err != nil {
		return nil, err
	}
	dictionary := x.words(f)
	if len(drawers) == 0 || len(dictionary.segments) == 0 {
		return []entry{out}, nil
	}
	sets, err := p.sets(spans, drawers, limit)
	if err != nil || len(sets) == 0 {
		return []entry{out}, err
	}
	search := &correcting{
		sets: sets, limit: limit, most: maxPaths, stop: x.Stop,
		likely: &likelihoods{words: dictionary, model: p.smoothing, separator: p.separator, real: float64(p.likelihood), grams: p.size(x.analyzer(f, q.analyzer)), known: map[string]int64{}},
	}
	found, cutoff, err := search.best(p.maxErrors, p.confidence)
	if err != nil {
		return nil, err
	}
	out.cutoff = cutoff
	for _, c := range found {
		if o := p.option(c); float64(o.score) > cutoff {
			out.options = append(out.options, o)
		}
	}
	return []entry{out}, nil
}

// size is how many words a shingle has at most.
func (p *phrase) size(a *analysis.Analyzer) int {
	if p.gramSize == 0 && a != nil && a.Shingles() != nil {
		return a.Shingles().Max
	}
	return max(p.gramSize, 1)
}

func (p *phrase) option(c correction) option {
	words := make([]string, len(c.path))
	for i, w := range c.path {
		words[i] = w.word
	}
	o := option{text: strings.Join(words, " "), score: float32(c.score)}
	if p.highlight == nil {
		return o
	}
	for i, w := range c.path {
		if w.given {
			continue
		}
		if i == 0 || c.path[i-1].given {
			words[i] = p.highlight[0] + words[i]
		}
		if i == len(words)-1 || c.path[i+1].given {
			words[i] += p.highlight[1]
		}
	}
	o.highlighted = strings.Join(words, " ")
	return o
}

func (p *phrase) combine(all []option) []option { return mergeOptions(all, byScore) }

func (p *phrase) show(out []byte, o option) ([]byte, error) {
	if p.highlight != nil {
		out = appendText(append(out, `,"highlighted":`...), o.highlighted)
	}
	return appendFloat(append(out, `,"score":`...), o.score), nil
}

// numberOf is how many of so many words may be wrong.
func numberOf(maxErrors float32, words int) int {
	if maxErrors >= 1 {
		return int(min(maxErrors, math.MaxInt32))
	}
	return max(1, int(math.Floor(float64(maxErrors*float32(words))+0.5)))
}
