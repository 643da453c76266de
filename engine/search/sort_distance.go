package search

import (
	"encoding/json"
	"math"
	"slices"
	"strings"

	"github.com/vedette-siem/vedette/engine/dsl"
	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/mapping"
	"github.com/vedette-siem/vedette/storage/document"
	"github.com/vedette-siem/vedette/storage/segment"
)

const geoDistanceField = "_geo_distance"

// distanceSort is what a sort by distance has beside its key: the distance to the nearest of some places counts, in a unit of so many metres.
type distanceSort struct {
	field          string
	from           []mapping.Point
	unit           float64
	ignoreUnmapped bool
}

// maxSortPoints is how many places a sort by distance may name.
const maxSortPoints = 1000

// parseDistanceSort reads https://www.elastic.co/guide/en/elasticsearch/reference/8.19/sort-search-results.html#geo-sorting.
func parseDistanceSort(m member) (sortKey, error) {
	k := sortKey{field: geoDistanceField, distance: &distanceSort{unit: 1}}
	ms, err := members(m.raw)
	if err != nil {
		return k, err
	}
	for _, option := range ms {
		if err := k.setDistance(option); err != nil {
			return k, err
		}
	}
	if k.distance.field == "" {
		return k, eserr.Illegal("no points provided for _geo_distance sort.")
	}
	return k, nil
}

func (k *sortKey) setDistance(m member) error {
	text, plain := scalar(m.raw)
	d := k.distance
	var err error
	switch m.name {
	case "order":
		return k.setOrder(text)
	case "unit":
		d.unit, err = dsl.ParseUnit(text)
	case "mode":
		if !slices.Contains([]string{"min", "max", "avg", "median", "sum"}, strings.ToLower(text)) {
			return eserr.Illegal("Unknown SortMode [%s]", text)
		}
		if strings.EqualFold(text, "sum") {
			return eserr.Illegal("sort_mode [%s] isn't supported for sorting by geo distance", text)
		}
		k.mode = text
	case "ignore_unmapped":
		d.ignoreUnmapped = text == "true"
	case "distance_type", "validation_method":
	case "nested", "nested_path", "nested_filter":
		return eserr.Illegal("[%s] of [_geo_distance] is not supported by Vedette", m.name)
	default:
		if plain && text != "" && eserr.TokenName(m.raw) != "VALUE_STRING" {
			return eserr.BadRequest(eserr.Parsing, "[_geo_distance] does not support [%s]", m.name)
		}
		if d.field != "" {
			return eserr.BadRequest(eserr.Parsing, "Trying to reset fieldName to [%s], already set to [%s].", m.name, d.field)
		}
		d.field = m.name
		d.from, err = parsePoints(m.raw)
	}
	return err
}

// parsePoints reads one place or a list of them; two numbers are one place.
func parsePoints(raw json.RawMessage) ([]mapping.Point, error) {
	var list []json.RawMessage
	if eserr.TokenName(raw) != "START_ARRAY" || json.Unmarshal(raw, &list) != nil || len(list) > 0 && eserr.TokenName(list[0]) == "VALUE_NUMBER" {
		list = []json.RawMessage{raw}
	}
	if len(list) > maxSortPoints {
		return nil, eserr.Illegal("[_geo_distance] may name no more than %d places", maxSortPoints)
	}
	out := make([]mapping.Point, len(list))
	for i, one := range list {
		var err error
		if out[i], err = mapping.ParsePoint(one); err != nil {
			return nil, err
		}
	}
	if len(out) == 0 {
		return nil, eserr.Illegal("no points provided for _geo_distance sort.")
	}
	return out, nil
}

// planDistance finds the field. What has no place is infinitely far.
func (p *planner) planDistance(k plannedKey) (plannedKey, error) {
	k.source, k.column.kind, k.missing = fromNothing, document.Double, floatOf(math.Inf(1))
	f, ok := p.mapping.Lookup(k.distance.field)
	switch {
	case !ok && k.distance.ignoreUnmapped:
		return k, nil
	case !ok:
		return k, eserr.Shard(eserr.IllegalArgument, "failed to find mapper for [%s] for geo distance based sort", k.distance.field)
	case f.PointColumn() == "":
		return k, eserr.Shard(eserr.IllegalArgument, "unable to apply geo distance sort to field [%s] of type [%s]", k.distance.field, f.Type)
	}
	k.source, k.column.name = fromDistance, f.PointColumn()
	return k, nil
}

// distanceReader reads distances; codes are in the sortable form.
type distanceReader struct {
	key    *plannedKey
	column *segment.Numbers
	buf    []int64
	far    []float64
}

func (r *distanceReader) seek(v sortValue) int64 { return v.num }

func (r *distanceReader) value(doc uint32, score float32) sortValue {
	return sortValue{kind: floatValue, num: r.code(doc, score)}
}

func (r *distanceReader) code(doc uint32, _ float32) int64 {
	r.buf = r.column.Values(doc, r.buf[:0])
	if len(r.buf) == 0 {
		return r.key.missing.num
	}
	r.far = r.far[:0]
	for _, v := range r.buf {
		at := mapping.PointOf(v)
		for _, from := range r.key.distance.from {
			r.far = append(r.far, at.Distance(from)/r.key.distance.unit)
		}
	}
	return document.SortableDouble(r.pick())
}

// pick makes one distance of several.
func (r *distanceReader) pick() float64 {
	mode := r.key.mode
	if mode == "" && r.key.desc {
		mode = "max"
	}
	n := len(r.far)
	slices.Sort(r.far)
	switch mode {
	case "max":
		return r.far[n-1]
	case "median":
		return (r.far[(n-1)/2] + r.far[n/2]) / 2
	case "avg":
		sum := 0.0
		for _, f := range r.far {
			sum += f
		}
		return sum / float64(n)
	}
	return r.far[0]
}
