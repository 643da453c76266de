package aggs

import (
	"math"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/mapping"
	"github.com/vedette-siem/vedette/storage/document"
	"github.com/vedette-siem/vedette/storage/segment"
)

// Fields of ranges are taken by histogram, date_histogram, missing, value_count and cardinality; the others refuse them. All values of a document count as one, as in
// Elasticsearch, which keeps them together.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/range.html

// spans looks up a field whose values are ranges; nil where the field is none.
func (s *source) spans(ix *Index) (*mapping.Field, error) {
	field, ok := ix.Mapping.Lookup(s.field)
	switch {
	case !ok || field.SpanColumn() == "" || !field.AggregatableShape:
		return nil, nil
	case s.missing != nil:
		return nil, eserr.Shard(eserr.IllegalArgument, "Can't apply missing values on a class org.elasticsearch.search.aggregations.support.ValuesSource$Range")
	}
	return field, nil
}

// notOfSpans refuses a field of ranges.
func notOfSpans(field *mapping.Field, kind string) error {
	return eserr.Shard(eserr.IllegalArgument, "Field [%s] of type [%s] is not supported for aggregation [%s]", field.Name, field.Type, kind)
}

// spanKeys gives the first and the last key of the buckets that a range touches, and the key after one.
type spanKeys struct {
	ends func(lo, hi int64) (first, last int64)
	next func(key int64) int64
}

// spanSlots are the keys of the buckets that ranges touch.
type spanSlots struct {
	spanKeys
	col                    *segment.Terms
	err                    error
	seen                   table
	docs, owners, out, tmp []uint32
}

func (s *spanSlots) count() int          { return len(s.seen.keys) }
func (s *spanSlots) ordered() bool       { return false }
func (s *spanSlots) text(uint32) string  { return "" }
func (s *spanSlots) num(n uint32) int64  { return int64(s.seen.keys[n]) }
func (s *spanSlots) allowed(uint32) bool { return true }
func (s *spanSlots) bytes() int          { return s.seen.bytes() }

func (s *spanSlots) read(docs, owners []uint32) ([]uint32, []uint32, []uint32) {
	s.docs, s.owners, s.out = s.docs[:0], s.owners[:0], s.out[:0]
	for i, doc := range docs {
		from := len(s.out)
		s.addDoc(doc)
		for range len(s.out) - from {
			s.docs = append(s.docs, doc)
			if owners != nil {
				s.owners = append(s.owners, owners[i])
			}
		}
	}
	if owners == nil {
		return s.docs, nil, s.out
	}
	return s.docs, s.owners, s.out
}

// addDoc adds the slots of a document, each once: its ranges come by their lower ends.
func (s *spanSlots) addDoc(doc uint32) {
	s.tmp = s.col.Ords(doc, s.tmp[:0])
	done, any := int64(0), false // the greatest key so far
	for _, ord := range s.tmp {
		lo, hi := mapping.SpanNums(s.col.Term(ord))
		first, last := s.ends(lo, hi)
		if any && first <= done {
			first = s.next(done)
		}
		for key := first; key <= last; key = s.next(key) {
			if s.err != nil || len(s.seen.keys) > MaxBuckets {
				s.err = firstError(s.err, tooManyBuckets())
				return
			}
			s.out = append(s.out, s.seen.add(uint64(key)))
			done, any = key, true
		}
	}
}

// spanBlock is how many documents are read at a time: each may be in MaxBuckets buckets.
const spanBlock = 16

// A spanCollector is a keyedCollector of ranges.
type spanCollector struct {
	*keyedCollector
	spans *spanSlots
}

func (c *spanCollector) collect(docs, owners []uint32, buckets int) {
	for from := 0; from < len(docs) && c.seg.err == nil; from += spanBlock {
		to := min(from+spanBlock, len(docs))
		var o []uint32
		if owners != nil {
			o = owners[from:to]
		}
		c.keyedCollector.collect(docs[from:to], o, buckets)
		c.seg.err = firstError(c.seg.err, c.spans.err)
	}
}

// collectWhole hides that of the keyedCollector, which would count nothing.
func (c *spanCollector) collectWhole() bool { return false }

// bindSpans binds a histogram over a field of ranges.
func bindSpans(n *node, field *mapping.Field, show *display, doubles bool, keys spanKeys, subs []binding) binding {
	return func(seg *segmentState, single bool) (collector, error) {
		c := &keyedCollector{seg: seg, name: n.name, slots: emptySlots{}, show: show, doubles: doubles, single: single}
		var err error
		if c.subs, err = collectors(subs, seg, false); err != nil {
			return nil, err
		}
		col := seg.view.Terms(field.SpanColumn())
		if col == nil {
			return c, nil
		}
		slots := &spanSlots{spanKeys: keys, col: col}
		c.slots = slots
		return &spanCollector{c, slots}, nil
	}
}

// bindSpans binds a histogram over ranges of numbers.
func (s *histogramSpec) bindSpans(n *node, field *mapping.Field, subs []binding) (binding, error) {
	kind := field.SpanKind()
	if kind == document.IP {
		return nil, eserr.Shard(eserr.IllegalArgument, "Expected numeric range type but found non-numeric range [%s]", field.Type)
	}
	show, err := s.source.display(kind, nil)
	if err != nil {
		return nil, err
	}
	if kind == document.Date {
		show.dates = field.Dates
	}
	key := func(x float64) int64 { return document.SortableDouble(math.Floor((x-s.offset)/s.interval) + 0) }
	keys := spanKeys{next: func(key int64) int64 { return document.SortableDouble(document.DoubleOf(key) + 1) }}
	keys.ends = func(lo, hi int64) (int64, int64) {
		from, to := show.float(lo), show.float(hi)
		if !math.IsNaN(s.hard.min) {
			from = max(from, s.hard.min)
		}
		if !math.IsNaN(s.hard.max) {
			to = min(to, s.hard.max)
		}
		return key(from), key(to)
	}
	return bindSpans(n, field, show, true, keys, subs), nil
}

// bindSpans binds a date_histogram over ranges of dates.
func (s *dateHistogramSpec) bindSpans(n *node, ix *Index, field *mapping.Field, subs []binding) (binding, error) {
	if field.SpanKind() != document.Date {
		return nil, eserr.Shard(eserr.IllegalArgument, "Expected date range type but found range type [%s]", field.Type)
	}
	show, err := s.source.display(document.Date, field)
	if err != nil {
		return nil, err
	}
	least, most, err := s.limits(n.name, show, ix.Now)
	if err != nil {
		return nil, err
	}
	keys := spanKeys{next: s.rounding.next, ends: func(lo, hi int64) (int64, int64) {
		return s.rounding.floor(max(lo, least, -maxSpanDate)), s.rounding.floor(min(hi, most, maxSpanDate))
	}}
	return bindSpans(n, field, show, false, keys, subs), nil
}

// maxSpanDate is about year 9999 in milliseconds: an open end of a range of dates lies beyond what calendars can count, and has more buckets than there may be in any case.
const maxSpanDate = 253_402_300_800_000

// A spanCounter counts the documents that have a range.
type spanCounter struct {
	termCounter
	col *segment.Terms
}

func (c *spanCounter) collect(docs, owners []uint32, buckets int) {
	if !c.room.grow(c.seg, buckets, 8) {
		return
	}
	c.counts = grown(c.counts, buckets)
	for i, doc := range docs {
		if _, ok := c.col.Ord(doc); !ok {
			continue
		}
		owner := uint32(0)
		if owners != nil {
			owner = owners[i]
		}
		c.counts[owner]++
	}
}

func (c *spanCounter) collectWhole() bool {
	if !c.room.grow(c.seg, 1, 8) {
		return false
	}
	c.counts = grown(c.counts, 1)
	c.counts[0] = int64(c.col.Docs().GetCardinality())
	return true
}

func bindSpanCount(field *mapping.Field) binding {
	return func(seg *segmentState, _ bool) (collector, error) {
		if col := seg.view.Terms(field.SpanColumn()); col != nil {
			return &spanCounter{termCounter{seg: seg, show: &display{kind: document.Keyword}}, col}, nil
		}
		return nil, nil
	}
}

// distinctSpans counts the different lists of ranges that documents have.
type distinctSpans struct {
	seg *segmentState
	col *segment.Terms
	tmp []uint32
	distincts
}

func (c *distinctSpans) collect(docs, owners []uint32, buckets int) {
	if !c.room.grow(c.seg, buckets, setBytes) {
		return
	}
	c.sets = grown(c.sets, buckets)
	grew, owner := 0, uint32(0)
	for i, doc := range docs {
		if c.tmp = c.col.Ords(doc, c.tmp[:0]); len(c.tmp) == 0 {
			continue
		}
		text := ""
		for _, ord := range c.tmp {
			text += c.col.Term(ord)
		}
		if owners != nil {
			owner = owners[i]
		}
		grew += c.sets[owner].add(hashText(text), c.threshold)
	}
	c.seg.take(grew)
}

func (c *distinctSpans) finish(owners []uint32) partial { return c.gather(c.seg, owners) }

func bindDistinctSpans(field *mapping.Field, threshold int) binding {
	return func(seg *segmentState, _ bool) (collector, error) {
		if col := seg.view.Terms(field.SpanColumn()); col != nil {
			return &distinctSpans{seg: seg, col: col, distincts: distincts{threshold: threshold}}, nil
		}
		return nil, nil
	}
}
