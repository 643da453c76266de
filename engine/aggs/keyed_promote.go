package aggs

import (
	"slices"

	"github.com/vedette-siem/vedette/storage/document"
)

// promote makes doubles of the numbers of combined keys where other parts have numbers of another kind, as Elasticsearch's multi_terms does. A composite does not:
// its pages go on behind a key, which has to be the same in all indices. Parts that change are copied.
// https://github.com/elastic/elasticsearch/blob/v8.19.0/x-pack/plugin/analytics/src/main/java/org/elasticsearch/xpack/analytics/multiterms/InternalMultiTerms.java
func promote(m *merging, all []*keyed) error {
	if len(all) == 0 || all[0].sources == nil || all[0].limit > 0 { // only composites have a limit
		return nil
	}
	doubles := make([]bool, len(all[0].sources))
	for at := range doubles {
		doubles[at] = mixesNumbers(all, at)
	}
	if !slices.Contains(doubles, true) {
		return nil
	}
	for i, p := range all {
		promoted, err := p.withDoubles(m, doubles)
		if err != nil {
			return err
		}
		all[i] = promoted
	}
	return nil
}

// mixesNumbers reports whether a part of the keys is of several kinds, all of them numbers.
func mixesNumbers(all []*keyed, at int) bool {
	var kinds []document.Kind
	for _, p := range all {
		if show := p.sources[at]; show != nil && !slices.Contains(kinds, show.kind) {
			kinds = append(kinds, show.kind)
		}
	}
	isNumber := func(k document.Kind) bool {
		return k == document.Long || k == document.Unsigned || k == document.Double
	}
	return len(kinds) > 1 && !slices.ContainsFunc(kinds, func(k document.Kind) bool { return !isNumber(k) })
}

// withDoubles is a copy in which some parts of the keys are doubles.
func (k *keyed) withDoubles(m *merging, doubles []bool) (*keyed, error) {
	own := *k
	own.sources, own.texts, own.ranked = slices.Clone(k.sources), make([]string, len(k.counts)), ranked{}
	own.lexicon, own.ords, own.shuffled = nil, nil, true
	for at, show := range own.sources {
		if doubles[at] && show != nil && show.kind != document.Double {
			own.sources[at] = &display{kind: document.Double}
		}
	}
	for entry := range own.texts {
		text := k.text(entry)
		if err := firstError(m.stop.now(), m.take(keyedBytes+len(text))); err != nil {
			return nil, err
		}
		own.texts[entry] = promotedKey(text, k.sources, own.sources)
	}
	return &own, nil
}

// promotedKey writes a key whose parts were of one kind with those of another.
func promotedKey(text string, from, to []*display) string {
	var source compositeSource // ascending, without nulls
	key := make([]byte, 0, len(text))
	for at, show := range from {
		var p part
		if p, text = source.cut(text, show); show != to[at] && !p.null {
			p.num = document.SortableDouble(show.float(p.num))
		}
		key = source.append(key, p)
	}
	return string(key)
}

// appendRuns appends a run, cut where its keys do not ascend.
func (k *keyed) appendRuns(runs []run, r run) []run {
	if !k.shuffled {
		return append(runs, r)
	}
	from := r.from
	for e := r.from + 1; e < r.to; e++ {
		if k.texts[e] < k.texts[e-1] {
			runs = append(runs, run{r.src, from, e})
			from = e
		}
	}
	return append(runs, run{r.src, from, r.to})
}
