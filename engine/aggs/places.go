package aggs

import (
	"encoding/json"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/mapping"
	"github.com/vedette-siem/vedette/storage/document"
)

// A placeSource is where an aggregation takes places from: a geo_point, whose column has them as numbers (mapping.Point.Encode).
type placeSource struct {
	field   string
	missing *mapping.Point // what documents without a place count as; nil without
}

// places reads the options that name a field of places. required is how Elasticsearch lists the options of which one has to be there.
func (o *options) places(required string) placeSource {
	s := placeSource{field: o.text("field")}
	if required != "field" && o.get("script") != nil {
		o.fail(eserr.Illegal("[script] of aggregation [%s] is not supported: this server runs no scripts", o.name))
	}
	if raw := o.get("missing"); raw != nil {
		text, ok := scalarText(raw)
		if !ok {
			o.wrong("missing", raw)
		} else if at, err := parsePlaceText(text); err != nil {
			o.fail(err)
		} else {
			s.missing = &at
		}
	}
	if s.field == "" {
		o.lack(eserr.Illegal("Required one of fields [%s], but none were specified.", required))
	}
	return s
}

func parsePlaceText(text string) (mapping.Point, error) {
	raw, err := json.Marshal(text)
	if err != nil {
		return mapping.Point{}, err
	}
	return mapping.ParsePoint(raw)
}

// bind looks the field up in an index. It returns nil values where documents of the index cannot have any.
func (s *placeSource) bind(n *node, ix *Index) (*values, error) {
	v := &values{show: &display{kind: document.Long}}
	if s.missing != nil {
		v.hasMissing, v.missingNum = true, s.missing.Encode()
	}
	f, ok := ix.Mapping.Lookup(s.field)
	switch {
	case !ok && s.missing == nil:
		return nil, nil
	case !ok:
		return v, nil
	case f.PointColumn() == "":
		return nil, unsupported(n, f.Name, string(f.Type))
	case !f.AggregatableShape:
		return nil, eserr.Shard(eserr.IllegalArgument, "Can't load fielddata on [%s] because fielddata is unsupported on fields of type [%s]. Use doc values instead.", f.Name, f.Type)
	}
	v.field = pointField(f)
	return v, nil
}

// countsPlaces reports whether an aggregation counts values of any kind, places too.
func (n *node) countsPlaces() bool {
	return n.kind == "value_count" || n.kind == "cardinality" || n.kind == "missing"
}

// unsupported is the error of an aggregation over a field of a type that it does not take.
func unsupported(n *node, field, typ string) error {
	return eserr.Shard(eserr.IllegalArgument, "Field [%s] of type [%s] is not supported for aggregation [%s]", field, typ, n.kind)
}

// pointField is the field of whole numbers that a geo_point's places are kept as.
func pointField(f *mapping.Field) *mapping.Field {
	return &mapping.Field{Name: f.Name, Column: f.PointColumn(), Kind: document.Long, Type: "long", Searchable: true, Aggregatable: true}
}

// A pathed is the spec of a metric that pipelines can read, but buckets cannot be sorted by.
type pathed interface {
	// follow reads what a path leads to; false is that there is no such number. Without a path it is the metric itself, which is no number.
	follow(p partial, bucket int, name string) (any, bool)
}

// inPathed follows the steps of a path from a metric.
func inPathed(n *node, s pathed, p partial, bucket int, steps []string) (any, error) {
	name := ""
	if len(steps) > 0 {
		name = steps[0]
	}
	found, ok := s.follow(p, bucket, name)
	if !ok || len(steps) > 1 {
		return nil, eserr.Shard(eserr.IllegalArgument, "Found unknown path element [%s] in [%s]", name, n.name)
	}
	return found, nil
}

// writePoint prints a place under a name.
func (w *writer) writePoint(name string, at mapping.Point) {
	w.key(name)
	w.open('{')
	w.key("lat")
	w.double(at.Lat)
	w.key("lon")
	w.double(at.Lon)
	w.close('}')
}
