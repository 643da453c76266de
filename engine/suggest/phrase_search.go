package suggest

import (
	"cmp"
	"container/heap"
	"math"
	"slices"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// maxPaths is how many places of how many texts are tried for one suggestion in an index. Ten words of which each has five others are ten million texts.
const maxPaths = 10_000_000

// A correction is a text with how likely it is.
type correction struct {
	score float64
	path  []choice
}

// compare is less than 0 for the weaker of two corrections; of equals the one whose words come later in the alphabet is the weaker.
func (c *correction) compare(score float64, path []choice) int {
	if c.score != score {
		return cmp.Compare(c.score, score)
	}
	return -slices.CompareFunc(c.path, path, func(a, b choice) int { return cmp.Compare(a.word, b.word) })
}

// correcting looks for the likeliest texts among those that one choice of each set makes. See
// https://github.com/elastic/elasticsearch/blob/8.19/server/src/main/java/org/elasticsearch/search/suggest/phrase/CandidateScorer.java
type correcting struct {
	sets   []set
	likely *likelihoods
	limit  int // how many are wanted
	most   int // how many places of texts are tried: maxPaths
	stop   func() error

	path   []choice
	cutoff float64
	tried  int
	kept   weakestFirst
}

// best returns the likeliest texts, best first, and the score that all of them exceed.
func (c *correcting) best(maxErrors, confidence float32) ([]correction, float64, error) {
	if err := c.likely.count(); err != nil {
		return nil, 0, err
	}
	c.cutoff = math.SmallestNonzeroFloat64
	c.path = make([]choice, len(c.sets))
	if confidence > 0 {
		score, err := c.given()
		if err != nil {
			return nil, 0, err
		}
		c.cutoff = score * float64(confidence)
	}
	if err := c.walk(0, numberOf(maxErrors, len(c.sets)), 0); err != nil {
		return nil, 0, err
	}
	out := []correction(c.kept)
	slices.SortFunc(out, func(a, b correction) int { return b.compare(a.score, a.path) })
	return out, c.cutoff, nil
}

// given is how likely the text itself is.
func (c *correcting) given() (float64, error) {
	sum := 0.0
	for i, s := range c.sets {
		c.path[i] = s.given
		p, err := c.likely.score(c.path, i)
		if err != nil {
			return 0, err
		}
		sum += p
	}
	return math.Exp(sum), nil
}

// walk tries all choices for the words from a place on, of which so many may be others than those of the text.
func (c *correcting) walk(at, errorsLeft int, sum float64) error {
	if err := c.try(at, errorsLeft, sum, c.sets[at].given); err != nil || errorsLeft <= 0 {
		return err
	}
	for _, other := range c.sets[at].others {
		if err := c.try(at, errorsLeft-1, sum, other); err != nil {
			return err
		}
	}
	return nil
}

func (c *correcting) try(at, errorsLeft int, sum float64, w choice) error {
	if c.tried++; c.tried%1024 == 0 {
		if err := c.stop(); err != nil {
			return err
		}
	}
	if c.tried > c.most {
		return eserr.Shard(eserr.IllegalArgument, "a phrase suggestion has more than [%d] ways to put its text together: set [max_errors], [token_limit] or [shard_size] lower", c.most)
	}
	c.path[at] = w
	p, err := c.likely.score(c.path, at)
	if err != nil {
		return err
	}
	if at < len(c.sets)-1 {
		return c.walk(at+1, errorsLeft, sum+p)
	}
	return c.offer(math.Exp(sum + p))
}

// offer keeps the text that was put together, if it is among the likeliest.
func (c *correcting) offer(score float64) error {
	switch {
	case !(score > c.cutoff):
		return nil
	case len(c.kept) < c.limit:
		heap.Push(&c.kept, correction{score, slices.Clone(c.path)})
		return c.likely.words.index.Take(int64(96 * len(c.path)))
	case c.kept[0].compare(score, c.path) < 0:
		copy(c.kept[0].path, c.path)
		c.kept[0].score = score
		heap.Fix(&c.kept, 0)
	}
	return nil
}

// weakestFirst is a heap with the weakest correction on top.
type weakestFirst []correction

func (h weakestFirst) Len() int           { return len(h) }
func (h weakestFirst) Less(i, j int) bool { return h[i].compare(h[j].score, h[j].path) < 0 }
func (h weakestFirst) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *weakestFirst) Push(c any)        { *h = append(*h, c.(correction)) }
func (h *weakestFirst) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}
