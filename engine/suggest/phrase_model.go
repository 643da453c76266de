package suggest

import (
	"math"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// A smoothing says how likely a word is after others that it was seldom or never seen after.
type smoothing interface {
	unigram(l *likelihoods, w choice) (float64, error)
	bigram(l *likelihoods, before, w choice) (float64, error)
	trigram(l *likelihoods, first, before, w choice) (float64, error)
}

// parseSmoothing reads the model; of several the last counts, as in Elasticsearch.
func parseSmoothing(m member) (smoothing, error) {
	all, err := members(m.raw, m.at)
	if err != nil {
		return nil, err
	}
	var out smoothing = stupidBackoff(0.4)
	for _, m := range all {
		if m.token() != "START_OBJECT" {
			return nil, m.fail("[smoothing] unknown token [%s] after [%s]", m.token(), m.name)
		}
		options, err := members(m.raw, m.at)
		if err != nil {
			return nil, err
		}
		switch m.name {
		case "stupid_backoff":
			var d float64
			d, err = only(options, "discount", 0.4)
			out = stupidBackoff(d)
		case "laplace":
			var alpha float64
			alpha, err = only(options, "alpha", 0.5)
			out = laplace(alpha)
		case "linear":
			out, err = parseLinear(options)
		default:
			err = eserr.Illegal("suggester[phrase] doesn't support object field [%s]", m.name)
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// only reads the one number that a model has. Elasticsearch looks at nothing else here.
func only(options []member, name string, otherwise float64) (float64, error) {
	for _, m := range options {
		if m.name == name && m.isValue() {
			return m.double()
		}
	}
	return otherwise, nil
}

// stupidBackoff takes what a shorter shingle says, at a discount.
type stupidBackoff float64

// tiny keeps the quotients of frequencies finite.
const tiny = 0.00000000001

func (s stupidBackoff) unigram(l *likelihoods, w choice) (float64, error) { return l.unigram(w) }

func (s stupidBackoff) bigram(l *likelihoods, before, w choice) (float64, error) {
	n, err := l.freq(before.word, w.word)
	if err != nil || n > 0 {
		return float64(n) / (float64(before.totalFreq) + tiny), err
	}
	p, err := l.unigram(w)
	return float64(s) * p, err
}

func (s stupidBackoff) trigram(l *likelihoods, first, before, w choice) (float64, error) {
	two, err := l.freq(before.word, w.word)
	if err != nil {
		return 0, err
	}
	if two < 1 {
		p, err := l.unigram(w)
		return float64(s) * p, err
	}
	three, err := l.freq(first.word, before.word, w.word)
	if three < 1 {
		return float64(s) * (float64(two) / (float64(before.totalFreq) + tiny)), err
	}
	return float64(three) / (float64(two) + tiny), err
}

// laplace adds a constant to all frequencies.
type laplace float64

func (a laplace) unigram(l *likelihoods, w choice) (float64, error) {
	n, err := l.freq(w.word)
	return (float64(a) + float64(n)) / (l.vocabulary + float64(a)*l.distinct), err
}

func (a laplace) bigram(l *likelihoods, before, w choice) (float64, error) {
	n, err := l.freq(before.word, w.word)
	return (float64(a) + float64(n)) / (float64(before.totalFreq) + float64(a)*l.distinct), err
}

func (a laplace) trigram(l *likelihoods, first, before, w choice) (float64, error) {
	three, err := l.freq(first.word, before.word, w.word)
	if err != nil {
		return 0, err
	}
	two, err := l.freq(before.word, w.word)
	return (float64(a) + float64(three)) / (float64(two) + float64(a)*l.distinct), err
}

// linear adds what shingles of all lengths say, each with its weight.
type linear struct{ one, two, three float64 }

func parseLinear(options []member) (smoothing, error) {
	var l linear
	for _, m := range options {
		places := map[string]*float64{"unigram_lambda": &l.one, "bigram_lambda": &l.two, "trigram_lambda": &l.three}
		to := places[m.name]
		if to == nil || !m.isValue() {
			return nil, eserr.Illegal("suggester[phrase][smoothing][linear] doesn't support field [%s]", m.name)
		}
		var err error
		if *to, err = m.double(); err == nil && *to < 0 {
			err = eserr.Illegal("%s must be positive", m.name)
		}
		if err != nil {
			return nil, err
		}
	}
	if sum := l.one + l.two + l.three; math.Abs(sum-1) > 0.001 {
		return nil, eserr.Illegal("linear smoothing lambdas must sum to 1")
	}
	return l, nil
}

func (s linear) unigram(l *likelihoods, w choice) (float64, error) { return l.unigram(w) }

func (s linear) bigram(l *likelihoods, before, w choice) (float64, error) {
	one, err := l.unigram(w)
	if err != nil {
		return 0, err
	}
	n, err := l.freq(before.word, w.word)
	if n < 1 {
		return s.one * one, err
	}
	return s.two*(float64(n)/(0.5+float64(before.totalFreq))) + s.one*one, err
}

// trigram looks for the words in reverse, as Elasticsearch does, so that only palindromes count.
func (s linear) trigram(l *likelihoods, first, before, w choice) (float64, error) {
	p, err := s.bigram(l, before, w)
	if err != nil {
		return 0, err
	}
	three, err := l.freq(w.word, before.word, first.word)
	if err != nil || three < 1 {
		return p, err
	}
	two, err := l.freq(w.word, before.word)
	return s.three*(float64(three)/(1+float64(two))) + p, err
}

// likelihoods say how likely words are after one another, by the frequencies of words and shingles of the suggestion's field.
type likelihoods struct {
	words      *words
	model      smoothing
	separator  string
	real       float64 // that a word is meant
	grams      int     // words in a shingle
	vocabulary float64 // words in all documents
	distinct   float64
	known      map[string]int64
}

// count counts the dictionary.
func (l *likelihoods) count() error {
	total, err := l.words.total()
	l.vocabulary, l.distinct = float64(total), -1 // what Lucene says of a dictionary in several segments
	if len(l.words.segments) == 1 {
		l.distinct = float64(l.words.segments[0].Len())
	}
	if l.vocabulary+l.distinct <= 1 {
		l.distinct = 0
	}
	return err
}

// freq is how often a word or shingle occurs in all documents.
func (l *likelihoods) freq(words ...string) (int64, error) {
	key := strings.Join(words, l.separator)
	n, ok := l.known[key]
	if ok {
		return n, nil
	}
	n, err := l.words.totalFreq(key)
	if err == nil {
		err = l.words.index.Take(int64(len(key)) + 64)
	}
	l.known[key] = n
	return n, err
}

func (l *likelihoods) unigram(w choice) (float64, error) {
	n, err := l.freq(w.word)
	return (1 + float64(n)) / (l.vocabulary + l.distinct), err
}

// score is the logarithm of how likely it is that the word at a place of the path was meant.
func (l *likelihoods) score(path []choice, at int) (float64, error) {
	w := path[at]
	meant := w.distance
	if meant == 1 {
		meant = l.real
	}
	var p float64
	var err error
	switch {
	case at == 0 || l.grams == 1:
		p, err = l.model.unigram(l, w)
	case at == 1 || l.grams == 2:
		p, err = l.model.bigram(l, path[at-1], w)
	default:
		p, err = l.model.trigram(l, path[at-2], path[at-1], w)
	}
	return math.Log10(meant * p), err
}
