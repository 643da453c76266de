package search

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/vedette-siem/vedette/engine/dsl"
	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/mapping"
	"github.com/vedette-siem/vedette/storage/document"
	"github.com/vedette-siem/vedette/storage/segment"
)

// A node is one clause of a query read against an index. It is immutable and runs on many segments at once.
type node interface {
	// match returns the documents of the segment that the clause matches, deleted ones included, as a new bitmap that the caller owns.
	match(x *exec) (*roaring.Bitmap, error)
	// scored is match with what computes the scores, times boost. The scorer may share the bitmap, so neither it nor the caller changes it.
	scored(x *exec, boost float32) (*roaring.Bitmap, scorer, error)
	// cost orders clauses that are to be run one after the other: cheap or selective ones have a low one.
	cost() int
}

// Costs of nodes, in the order in which a conjunction runs them.
const (
	costConstant = iota
	costTerm
	costTermRange
	costNumbers
	costDictionary
	costPositions
)

// planner reads primitive clauses against the mapping of one index.
type planner struct {
	index   string
	mapping *mapping.Mapping
	now     time.Time
	scroll  bool     // hits come page by page
	profile *profile // nil measures nothing
	named   []named  // clauses with a `_name`, in the order of the request
}

// limits are those that the settings of the index give to its searches.
func (p *planner) limits() mapping.Limits { return p.mapping.Settings().Limits.WithDefaults() }

// named is a clause that hits report by name.
type named struct {
	name string
	node node
}

// plan turns a rewritten query into a node. A nil query matches all. Errors are *eserr.Error of the query phase, but for faults of ours.
func (p *planner) plan(q dsl.Query) (node, error) {
	if q == nil {
		return all{boost: 1}, nil
	}
	n, err := p.measure(func() (node, error) { return p.clause(q) })
	if err != nil {
		return nil, shardError(err)
	}
	if q, ok := q.(interface{ QueryName() (string, bool) }); ok {
		if name, given := q.QueryName(); given {
			p.named = append(p.named, named{name, n})
		}
	}
	return n, nil
}

func (p *planner) clause(q dsl.Query) (node, error) {
	boost := float32(q.Boost())
	switch q := q.(type) {
	case *dsl.MatchAll:
		return all{boost}, nil
	case *dsl.MatchNone:
		return none{}, nil
	case *dsl.Term:
		return p.term(q, boost)
	case *dsl.Terms:
		return p.terms(q, boost)
	case *dsl.Range:
		return p.rangeOf(q, boost)
	case *dsl.Exists:
		return p.exists(q, boost)
	case *dsl.IDs:
		if slices.Contains(q.Values, "") {
			return nil, failedQuery("Ids can't be empty")
		}
		return constant{&termSet{column: idColumn, keys: sortedKeys(q.Values)}, boost}, nil
	case *dsl.Prefix, *dsl.Wildcard, *dsl.Regexp:
		return p.pattern(q, boost)
	case *dsl.Fuzzy:
		return p.fuzzy(q, boost)
	case *dsl.Phrase:
		return p.phrase(q, boost)
	case *dsl.CombinedTerm:
		return p.combined(q, boost)
	case *dsl.GeoDistance:
		return p.geoDistance(q, boost)
	case *dsl.GeoBox:
		return p.geoBox(q, boost)
	case *dsl.DistanceFeature:
		return p.distanceFeature(q, boost)
	}
	return p.compound(q, boost)
}

func (p *planner) compound(q dsl.Query, boost float32) (node, error) {
	switch q := q.(type) {
	case *dsl.Bool:
		return p.boolean(q, boost)
	case *dsl.ConstantScore:
		inner, err := p.plan(q.Filter)
		return constant{inner, boost}, err
	case *dsl.DisMax:
		inner, err := p.planAll(q.Queries)
		return &disMax{inner, float32(q.TieBreaker), boost}, err
	case *dsl.FunctionScore:
		return p.functionScore(q, boost)
	case *dsl.TermsSet:
		return p.termsSet(q, boost)
	case *dsl.Boosting:
		inner, err := p.planAll([]dsl.Query{q.Positive, q.Negative})
		if err != nil {
			return nil, err
		}
		return &boosting{inner[0], inner[1], float32(q.NegativeBoost), boost}, nil
	}
	return nil, fmt.Errorf("BUG: query %T is not primitive", q)
}

func (p *planner) planAll(qs []dsl.Query) ([]node, error) {
	nodes := make([]node, len(qs))
	for i, q := range qs {
		n, err := p.plan(q)
		if err != nil {
			return nil, err
		}
		nodes[i] = n
	}
	return nodes, nil
}

// field looks up a field that is to be searched; nil means that it is not mapped, so that nothing matches.
func (p *planner) field(name string) (*mapping.Field, error) {
	f, ok := p.mapping.Lookup(name)
	if !ok {
		return nil, nil
	}
	if !f.Searchable && !f.Metadata {
		return nil, failedQuery("Cannot search on field [%s] since it is not indexed nor has doc values.", name)
	}
	return f, nil
}

// failedQuery is what Elasticsearch answers when a clause cannot be built for a field.
func failedQuery(format string, args ...any) error {
	return createError(eserr.Illegal(format, args...))
}

// createError is how a search reports that a query cannot be made for an index.
func createError(cause *eserr.Error) error {
	e := eserr.Shard(eserr.QueryShard, "failed to create query: %s", cause.Reason)
	e.CausedBy = cause
	return e
}

// shardError marks a refusal as one that a search meets on its shards.
func shardError(err error) error {
	var e *eserr.Error
	if !errors.As(err, &e) || e.Phase != "" {
		return err
	}
	marked := *e
	marked.Phase = eserr.PhaseQuery
	return &marked
}

// column names a column of terms, words or numbers, and the part of it that is a flattened object's key.
type column struct {
	name   string
	prefix string
	kind   document.Kind
	flat   bool // lengths of a text do not count in scores
	fixed  bool // all terms score the same: they have no index, or no frequencies that count
}

func columnOf(f *mapping.Field) column {
	return column{name: f.Column, prefix: f.KeyPrefix, kind: f.Kind, flat: f.NoNorms, fixed: f.ColumnOnly || f.Type == "match_only_text"}
}

// length is that of a document's text, as scores count it.
func (c column) length(text *segment.Text, doc uint32) uint32 {
	if c.flat {
		return 1
	}
	return text.Length(doc)
}
