package search

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/vedette-siem/vedette/engine/dsl"
	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/storage/segment"
)

// A keyText is what a request asks of an index, in a form that is the same for the same question. Bounds of numbers and dates are kept apart: for each segment they are
// written as they cut its values, so that a range that moves with the clock stays the same question to all segments that lie inside it.
type keyText struct {
	text   []byte
	ranges []keyRange
	failed bool // the answer of a segment depends on more than the segment
}

// keyRange stands at a place of the text.
type keyRange struct {
	at int
	numbers
}

// cacheText is the text of the request against the index, or nil where nothing may be kept.
func (run *indexRun) cacheText(p *planner, queries ...dsl.Query) *keyText {
	s := run.session
	r := s.request
	if s.options.Cache == nil || r.profile || r.from+r.size > 0 || r.terminateAfter > 0 || r.needsScores() || !r.aggs.Keepable() || bytes.Contains(r.aggsBody, []byte(`"now`)) {
		return nil
	}
	if on := r.cache; on != nil && !*on || on == nil && run.index.NoCache {
		return nil
	}
	k := &keyText{}
	k.str(string(r.aggsBody))
	for _, q := range queries {
		k.optional(p, q)
	}
	if k.failed {
		return nil
	}
	return k
}

// key is the key of one segment, or false where nothing is to be kept of it: of a segment in memory, although Elasticsearch's cache does not lose an answer when documents
// go to disk. Such a segment lives until the persister has run, which merges those that it finds into one file as a rule, where documents stand elsewhere. Only one that
// it found alone is written as it is, and even then the file is another Segment: a partial that reads the terms of its segment would hold that in memory beside it.
func (k *keyText) key(run *indexRun, v segment.View) (cacheKey, bool) {
	if k == nil || !v.Persisted() {
		return cacheKey{}, false
	}
	h := sha256.New()
	from := 0
	var buf []byte
	for _, r := range k.ranges {
		h.Write(k.text[from:r.at])
		from = r.at
		buf = r.appendCut(buf[:0], v)
		h.Write(buf)
	}
	h.Write(k.text[from:])
	key := cacheKey{segment: v.Segment, mapping: run.index.Mapping}
	if v.Deleted != nil {
		key.deleted = v.Deleted.GetCardinality()
	}
	h.Sum(key.request[:0])
	return key, true
}

// appendCut writes a range as it cuts the values of a segment: bounds that lie beyond the values are open, and a range beside them is empty.
func (r keyRange) appendCut(buf []byte, v segment.View) []byte {
	least, greatest, ok := v.Bounds(r.name)
	if !ok || r.hi < least || r.lo > greatest {
		return append(buf, 'e')
	}
	if r.lo > least {
		buf = binary.BigEndian.AppendUint64(append(buf, 'l'), uint64(r.lo))
	}
	if r.hi < greatest {
		buf = binary.BigEndian.AppendUint64(append(buf, 'h'), uint64(r.hi))
	}
	return append(buf, '.')
}

func (k *keyText) str(s string) {
	k.text = append(binary.AppendUvarint(k.text, uint64(len(s))), s...)
}

func (k *keyText) strs(kind string, s ...string) {
	k.str(kind)
	k.text = binary.AppendUvarint(k.text, uint64(len(s)))
	for _, one := range s {
		k.str(one)
	}
}

// value tells a string from a number that is written alike.
func valueKey(v any) string { return fmt.Sprintf("%T %v", v, v) }

func (k *keyText) optional(p *planner, q dsl.Query) {
	if q == nil {
		k.str("")
		return
	}
	k.query(p, q)
}

func (k *keyText) all(p *planner, kind string, queries []dsl.Query) {
	k.strs(kind, strconv.Itoa(len(queries)))
	for _, q := range queries {
		k.query(p, q)
	}
}

// query writes a rewritten clause. Scores do not count, so neither do boosts. A clause that is not known here makes the request one that is not kept, and so does one whose
// terms are chosen among those of all segments (fuzzy, and the last word of match_phrase_prefix).
func (k *keyText) query(p *planner, q dsl.Query) {
	switch q := q.(type) {
	case *dsl.MatchAll:
		k.str("all")
	case *dsl.MatchNone:
		k.str("none")
	case *dsl.Term:
		k.strs("term", q.Field, valueKey(q.Value), strconv.FormatBool(q.CaseInsensitive))
	case *dsl.Terms:
		k.strs("terms", q.Field)
		for _, v := range q.Values {
			k.str(valueKey(v))
		}
		k.str("end")
	case *dsl.Range:
		k.rangeOf(p, q)
	case *dsl.Exists:
		k.strs("exists", q.Field)
	case *dsl.Prefix:
		k.strs("prefix", q.Field, q.Value, q.Rewrite, strconv.FormatBool(q.CaseInsensitive))
	case *dsl.Wildcard:
		k.strs("wildcard", q.Field, q.Pattern, q.Rewrite, strconv.FormatBool(q.CaseInsensitive))
	case *dsl.Regexp:
		k.strs("regexp", q.Field, q.Pattern, q.Flags, q.Rewrite, strconv.FormatBool(q.CaseInsensitive))
	case *dsl.IDs:
		k.strs("ids", q.Values...)
	case *dsl.Phrase:
		k.phrase(q)
	case *dsl.CombinedTerm:
		k.strs("combined", q.Terms...)
		for _, f := range q.Fields {
			k.str(f.Name)
		}
		k.str("end")
	default:
		k.compound(p, q)
	}
}

func (k *keyText) compound(p *planner, q dsl.Query) {
	switch q := q.(type) {
	case *dsl.Bool:
		k.strs("bool", q.MinimumShouldMatch)
		k.all(p, "must", q.Must)
		k.all(p, "filter", q.Filter)
		k.all(p, "should", q.Should)
		k.all(p, "not", q.MustNot)
	case *dsl.ConstantScore:
		k.str("constant")
		k.query(p, q.Filter)
	case *dsl.DisMax:
		k.all(p, "dis_max", q.Queries)
	case *dsl.Boosting:
		k.str("boosting")
		k.query(p, q.Positive)
	default:
		k.failed = true
	}
}

func (k *keyText) phrase(q *dsl.Phrase) {
	k.failed = k.failed || q.LastIsPrefix
	k.strs("phrase", q.Field, strconv.Itoa(q.Slop))
	for _, t := range q.Terms {
		k.strs(strconv.Itoa(int(t.Position)), t.Terms...)
	}
	k.str("end")
}

// rangeOf writes a range by the values that it covers, since its text may hold date math.
func (k *keyText) rangeOf(p *planner, q *dsl.Range) {
	n, err := p.rangeOf(q, 1)
	if err != nil {
		k.failed = true
		return
	}
	if c, ok := n.(constant); ok {
		switch leaf := c.leaf.(type) {
		case numbers:
			k.strs("range", leaf.name)
			k.ranges = append(k.ranges, keyRange{len(k.text), leaf})
			return
		case *exists:
			k.strs("exists", q.Field)
			return
		case *termRange:
			b := leaf.bounds
			k.strs("terms between", leaf.name, leaf.prefix, b.From, b.To, fmt.Sprint(b.NoFrom, b.NoTo, b.ExcludeFrom, b.ExcludeTo, b.Empty))
			return
		}
	}
	if _, ok := n.(none); ok {
		k.str("none")
		return
	}
	k.failed = true
}

// keyBody is the text of aggregations without what matters only when the answer is printed: Kibana moves the extended bounds of its histograms with the clock.
func keyBody(raw json.RawMessage) []byte {
	if !bytes.Contains(raw, []byte(`"extended_bounds"`)) {
		return raw
	}
	return appendWithoutBounds(nil, raw, "")
}

func appendWithoutBounds(buf, raw []byte, name string) []byte {
	if eserr.TokenName(raw) != "START_OBJECT" {
		return append(buf, raw...)
	}
	ms, err := members(bytes.TrimSpace(raw))
	if err != nil {
		return append(buf, raw...)
	}
	buf = append(buf, '{')
	for _, m := range ms {
		if m.name == "extended_bounds" && strings.HasSuffix(name, "histogram") {
			continue
		}
		buf = append(strconv.AppendQuote(buf, m.name), ':')
		buf = append(appendWithoutBounds(buf, m.raw, m.name), ',')
	}
	return append(buf, '}')
}
