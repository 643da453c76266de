package aggs

import (
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"time"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/storage/document"
)

// A choice is `include` and `exclude` of terms: each a regular expression or a list of values, and include may also be one of several partitions.
type choice struct {
	include, exclude         *regexp.Regexp
	includeList, excludeList []any // string, json.Number or bool; nil without
	partition, partitions    int64 // partitions is 0 without
	unknown                  error // of an expression that we cannot read, which is told where it could be used
}

func (o *options) choice() choice {
	var c choice
	raw := o.get("include")
	if raw != nil && eserr.TokenName(raw) == "START_OBJECT" {
		c.readPartition(o, raw)
	} else {
		c.include, c.includeList = c.pattern(o, "include", raw)
	}
	c.exclude, c.excludeList = c.pattern(o, "exclude", o.get("exclude"))
	if c.partitions > 0 && (c.exclude != nil || c.excludeList != nil) {
		o.refuse("exclude", eserr.Illegal("Cannot specify any excludes when using a partition-based include"))
	}
	return c
}

func (c *choice) readPartition(o *options, raw json.RawMessage) {
	members, err := parseObject(raw, "include")
	if err != nil {
		o.fail(err)
		return
	}
	sub := newOptions("include", o.name, raw, members)
	c.partition, c.partitions = sub.whole("partition", -1), sub.whole("num_partitions", 0)
	switch {
	case sub.finish() != nil:
		o.refuse("include", sub.finish())
	case c.partitions <= 0 || c.partitions > 1<<31-1:
		o.refuse("include", eserr.Illegal("Missing [num_partitions] parameter for partition-based include"))
	case c.partition < 0:
		o.refuse("include", eserr.Illegal("Missing [partition] parameter for partition-based include"))
	case c.partition >= c.partitions:
		o.refuse("include", eserr.Illegal("Partition must be >=0 and < numPartition which is %d", c.partitions))
	}
}

// pattern reads a string as a regular expression and an array as a list.
func (c *choice) pattern(o *options, key string, raw json.RawMessage) (*regexp.Regexp, []any) {
	switch {
	case raw == nil:
		return nil, nil
	case eserr.TokenName(raw) != "START_ARRAY":
		text, ok := scalarText(raw)
		if !ok {
			o.wrong(key, raw)
			return nil, nil
		}
		re, err := luceneRegexp(text)
		if err != nil {
			if lacked := (lackedOperator{}); errors.As(err, &lacked) {
				c.unknown = lacked.cause
				return regexp.MustCompile(""), nil // read by nobody
			}
			o.refuse(key, err)
		}
		return re, nil
	}
	list, err := listOf(raw)
	if err != nil {
		o.fail(badJSON(err))
	}
	values := make([]any, 0, len(list))
	for _, item := range list {
		value := scalar(item)
		if value == nil {
			o.wrong(key, item)
		}
		values = append(values, value)
	}
	return nil, values
}

// chosen is a choice read against one index. A nil *chosen lets everything through.
type chosen struct {
	choice
	text                 bool
	inTexts, outTexts    []string
	inNumbers, outNumber []int64
}

func (c *choice) bind(n *node, v *values, now time.Time) (*chosen, error) {
	if c.include == nil && c.exclude == nil && c.includeList == nil && c.excludeList == nil && c.partitions == 0 {
		return nil, nil
	}
	out := &chosen{choice: *c, text: v.show.isText()}
	if (c.include != nil || c.exclude != nil) && v.show.kind != document.Keyword {
		use := "Use an array of values for include/exclude clauses"
		if v.show.kind != document.IP {
			use = "Use an array of numeric values for include/exclude clauses used to filter numeric fields"
		}
		return nil, eserr.Shard(eserr.IllegalArgument, "Aggregation [%s] cannot support regular expression style include/exclude settings as they can only be applied "+
			"to string fields. %s", n.name, use)
	}
	if c.unknown != nil {
		return nil, c.unknown
	}
	for _, side := range []struct {
		list    []any
		texts   *[]string
		numbers *[]int64
	}{{c.includeList, &out.inTexts, &out.inNumbers}, {c.excludeList, &out.outTexts, &out.outNumber}} {
		for _, value := range side.list {
			text, num, ok, err := v.parse(value, now)
			if err != nil {
				return nil, err
			}
			if !ok {
				continue
			}
			*side.texts, *side.numbers = append(*side.texts, text), append(*side.numbers, num)
		}
		slices.Sort(*side.texts)
		slices.Sort(*side.numbers)
	}
	return out, nil
}

// ordinals is a bit for each ordinal of a column that is let through.
func (c *chosen) ordinals(r *termReader) []uint64 {
	if c == nil {
		return nil
	}
	set := make([]uint64, (r.count()+63)/64)
	for ord := range uint32(r.count()) {
		if c.takesText(r.text(ord)) {
			set[ord/64] |= 1 << (ord % 64)
		}
	}
	return set
}

func (c *chosen) takesText(term string) bool {
	in := func(list []string) bool { _, found := slices.BinarySearch(list, term); return found }
	switch {
	case c.partitions > 0:
		return floorMod(int64(int32(murmur3(term, 31))), c.partitions) == c.partition
	case c.include != nil && !c.include.MatchString(term), c.includeList != nil && !in(c.inTexts):
		return false
	}
	return !(c.exclude != nil && c.exclude.MatchString(term) || c.excludeList != nil && in(c.outTexts))
}

// numbers decides about a value of a numeric column; nil lets all through.
func (c *chosen) numbers() func(int64) bool {
	if c == nil {
		return nil
	}
	return func(n int64) bool {
		in := func(list []int64) bool { _, found := slices.BinarySearch(list, n); return found }
		if c.partitions > 0 {
			return floorMod(mix64(n), c.partitions) == c.partition
		}
		return (c.includeList == nil || in(c.inNumbers)) && (c.excludeList == nil || !in(c.outNumber))
	}
}

func floorMod(a, b int64) int64 { return ((a % b) + b) % b }

// mix64 spreads a number as Elasticsearch's partitions of numbers do (BitMixer.mix64 of com.carrotsearch.hppc).
func mix64(n int64) int64 {
	z := uint64(n)
	z = (z ^ z>>32) * 0x4cd6944c5cc20b6d
	z = (z ^ z>>29) * 0xfc12c5b19d3259e9
	return int64(z ^ z>>32)
}

// murmur3 is MurmurHash3_x86_32, by which Elasticsearch's partitions of strings go (https://github.com/aappleby/smhasher).
func murmur3(s string, seed uint32) uint32 {
	const c1, c2 = 0xcc9e2d51, 0x1b873593
	h := seed
	mixed := func(k uint32) uint32 {
		k *= c1
		return (k<<15 | k>>17) * c2
	}
	i := 0
	for ; i+4 <= len(s); i += 4 {
		h ^= mixed(uint32(s[i]) | uint32(s[i+1])<<8 | uint32(s[i+2])<<16 | uint32(s[i+3])<<24)
		h = (h<<13|h>>19)*5 + 0xe6546b64
	}
	var tail uint32
	for j := len(s) - 1; j >= i; j-- {
		tail = tail<<8 | uint32(s[j])
	}
	if i < len(s) {
		h ^= mixed(tail)
	}
	h ^= uint32(len(s))
	h = (h ^ h>>16) * 0x85ebca6b
	h = (h ^ h>>13) * 0xc2b2ae35
	return h ^ h>>16
}
