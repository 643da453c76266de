package aggs

import (
	"slices"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/storage/document"
)

// keyed is the partial of aggregations whose buckets come from values. The buckets of one owner stand together, with ascending keys. What it holds is never changed.
type keyed struct {
	name string // of the aggregation, for errors
	show *display
	// Bucket i of the parent owns the entries [starts[i], starts[i+1]).
	starts []uint32
	texts  []string // keys, if show.isText and there is no lexicon
	nums   []int64  // keys, if not show.isText
	// doubles says that nums are doubles, whatever the kind of the field is.
	doubles bool
	counts  []int64
	subs    []partial
	// limit is how many buckets of an owner are kept, from the first; 0 keeps all.
	limit int
	// sources show the parts of a composite key, nil in the others.
	sources []*display

	// shuffled says that keys do not ascend any more, since numbers in them have become doubles.
	shuffled bool

	// lexicon has the texts of a segment's terms, by their ordinals; nil where texts has them.
	lexicon *lexicon
	ords    []uint32
	ranked        // by what the buckets are chosen
	rest    int64 // documents of the buckets that were left out by it
}

// keyedBytes is about what an entry holds beside its text.
const keyedBytes = 24

// entries returns the range of a parent's bucket. It is empty for nil and for buckets that are not there.
func (k *keyed) entries(bucket int) (from, to int) {
	if k == nil || bucket+1 >= len(k.starts) {
		return 0, 0
	}
	return int(k.starts[bucket]), int(k.starts[bucket+1])
}

// text is the key of an entry, if keys are text.
func (k *keyed) text(entry int) string {
	if k.lexicon != nil {
		return k.lexicon.text(k.ords[entry])
	}
	return k.texts[entry]
}

func (k *keyed) num(entry int) int64 { return k.nums[entry] }

// findText returns the entry of a key, where there is one owner.
func (k *keyed) findText(key string) (int, bool) {
	if k.lexicon == nil {
		return slices.BinarySearch(k.texts, key)
	}
	ord, ok := k.lexicon.find(key)
	if !ok {
		return 0, false
	}
	return slices.BinarySearch(k.ords, ord)
}

func (k *keyed) findNum(key int64) (int, bool) { return slices.BinarySearch(k.nums, key) }

func (k *keyed) merge(m *merging, parts []share, buckets int) (partial, error) {
	all, err := alike(m, parts)
	if err != nil {
		return nil, err
	}
	out := &keyed{name: k.name, show: all[0].show, doubles: k.doubles, limit: all[0].limit, sources: all[0].sources, starts: make([]uint32, 1, buckets+1)}
	if m.last && buckets == 1 {
		if done, err := out.mergeBest(m, all, parts); done || err != nil {
			return out, err
		}
	}
	return out, out.mergeEach(m, all, parts, buckets)
}

// mergeEach merges all entries.
func (k *keyed) mergeEach(m *merging, all []*keyed, parts []share, buckets int) (err error) {
	nested := false
	subs := make([][]partial, len(all))
	for i, p := range all {
		subs[i], nested = p.subs, nested || len(p.subs) > 0
		if err := firstError(m.stop.now(), p.resolve(m)); err != nil {
			return err
		}
	}
	runs, err := runsOf(m, all, parts, buckets)
	if err != nil {
		return err
	}
	var to [][]uint32
	if k.show.isText() {
		k.texts, to, err = unite(m, k, all, runs, nested, func(k *keyed) []string { return k.texts })
	} else {
		k.nums, to, err = unite(m, k, all, runs, nested, func(k *keyed) []int64 { return k.nums })
	}
	if nested && err == nil {
		k.subs, err = mergeAll(m, subs, to, len(k.counts))
	}
	return err
}

// resolve copies the texts of the lexicon.
func (k *keyed) resolve(m *merging) (err error) {
	if k.lexicon == nil {
		return nil
	}
	k.texts, err = k.lexicon.copies(k.ords, m.take)
	k.lexicon, k.ords = nil, nil
	return err
}

// alike copies the parts, and makes their keys comparable: whole numbers become doubles where another part has doubles. Parts without buckets adapt to the others.
func alike(m *merging, parts []share) ([]*keyed, error) {
	all := make([]*keyed, len(parts))
	for i, s := range parts {
		all[i] = s.partial.(*keyed)
	}
	if err := promote(m, all); err != nil {
		return nil, err
	}
	var first *keyed
	for i := range all {
		if first == nil || len(all[i].counts) > 0 && (len(first.counts) == 0 || order(all[i].show) > order(first.show) || order(all[i].show) == order(first.show) && showID(all[i].show) < showID(first.show)) {
			first = all[i]
		}
	}
	show := first.show
	if mixesUnsigned(all) {
		show = &display{kind: document.Double}
	}
	for i, p := range all {
		own := *p
		all[i] = &own
		switch {
		case p.show.isText() != first.show.isText() || p.sources != nil && !sameSources(p.sources, first.sources):
			if len(p.counts) > 0 {
				return nil, eserr.Shard("aggregation_execution_exception", "Merging/Reducing the aggregations failed when computing the aggregation [%s] because the field "+
					"you gave in the aggregation query existed as two different types in two different indices", p.name)
			}
			all[i] = &keyed{show: show, starts: p.starts, subs: p.subs, sources: first.sources}
		case show.kind == document.Double && p.show.kind != document.Double && !p.doubles:
			own.nums, own.lead = slices.Clone(p.nums), nil // among doubles two of them may be one
			for j, n := range own.nums {
				own.nums[j] = document.SortableDouble(p.show.float(n))
			}
		}
	}
	// the first decides how keys are shown
	out := all[0]
	out.show, out.limit, out.name, out.sources = show, first.limit, first.name, bestSources(all)
	return all, nil
}

// mixesUnsigned reports whether some parts have longs and others unsigned longs; Elasticsearch makes doubles of both.
// https://github.com/elastic/elasticsearch/blob/v8.19.0/server/src/main/java/org/elasticsearch/search/aggregations/bucket/terms/LongTerms.java
func mixesUnsigned(all []*keyed) bool {
	unsigned, others := false, false
	for _, p := range all {
		unsigned = unsigned || p.show.kind == document.Unsigned
		others = others || p.show.kind == document.Long
	}
	return unsigned && others
}

// order ranks kinds: doubles can hold what the others have.
func order(d *display) int {
	if d.kind == document.Double {
		return 1
	}
	return 0
}

// showID tells displays apart, so that what is chosen does not depend on the order of parts.
func showID(d *display) string { return d.kind.String() + " " + d.dates.String() }

// bestSources takes each source's display from a part that maps the field; nil for partials that are no composites.
func bestSources(all []*keyed) []*display {
	out := slices.Clone(all[0].sources)
	for _, p := range all[1:] {
		for i, show := range p.sources {
			if out[i] == nil || show != nil && showID(show) < showID(out[i]) {
				out[i] = show
			}
		}
	}
	return out
}

// sameSources reports whether the keys of two composites can be compared.
func sameSources(a, b []*display) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != nil && b[i] != nil && a[i].kind != b[i].kind {
			return false
		}
	}
	return true
}

// A run is a piece of one source's entries that goes into one bucket of the merged parent.
type run struct {
	src      int
	from, to uint32
}

func runsOf(m *merging, all []*keyed, parts []share, buckets int) ([][]run, error) {
	const runBytes = 32 // with what appending leaves free
	held := 24 * buckets
	for _, p := range all {
		if held += runBytes * (len(p.starts) - 1); p.shuffled {
			held += runBytes * len(p.counts)
		}
	}
	if err := m.take(held); err != nil {
		return nil, err
	}
	runs := make([][]run, buckets)
	for src, p := range all {
		for i, to := range parts[src].to {
			if from, end := p.entries(i); to != dropped && from < end {
				runs[to] = p.appendRuns(runs[to], run{src, uint32(from), uint32(end)})
			}
		}
	}
	return runs, nil
}

// count is the number of documents of an entry; entry -1 has none.
func (k *keyed) count(entry int) int64 {
	if entry < 0 {
		return 0
	}
	return k.counts[entry]
}
