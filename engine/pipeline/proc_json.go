package pipeline

import (
	"github.com/vedette-siem/vedette/engine/eserr"
)

// jsonText reads a text as JSON.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/json-processor.html
type jsonText struct {
	field, target string
	toRoot, merge bool
	strict        bool
}

func makeJSON(c *config) processor {
	field := c.required("field")
	given := c.optional("target_field", "")
	p := &jsonText{field: field, target: c.optional("target_field", field), toRoot: c.flag("add_to_root", false), strict: c.flag("strict_json_parsing", true)}
	c.flag("allow_duplicate_keys", false)
	if p.toRoot && given != "" {
		c.fail("target_field", "Cannot set a target field while also setting `add_to_root` to true")
	}
	switch conflicts := c.optional("add_to_root_conflict_strategy", "replace"); conflicts {
	case "replace":
	case "merge":
		p.merge = true
	default:
		c.fail("add_to_root_conflict_strategy", "conflict strategy [%s] not supported, cannot convert field.", clip(conflicts))
	}
	return p
}

func (p *jsonText) run(r *run, d *Document) error {
	v, err := d.get(p.field)
	if err != nil {
		return err
	}
	if s, ok := v.(string); ok {
		if err := r.grow(2 * len(s)); err != nil {
			return err
		}
		if v, err = parseValue([]byte(s)); err != nil {
			return eserr.Illegal("field [%s] cannot be parsed as JSON: %v", p.field, err)
		}
	} else if v, err = r.clone(v); err != nil { // numbers, booleans and null are JSON as they are
		return err
	}
	if !p.toRoot {
		return d.set(p.target, v)
	}
	o, ok := v.(*Object)
	if !ok {
		return eserr.Illegal("cannot add non-map fields to root of document")
	}
	if p.merge {
		mergeObjects(d.Source, o)
		return nil
	}
	for _, key := range o.keys {
		d.Source.set(key, o.values[key])
	}
	return nil
}

// mergeObjects merges recursively; what is no object on both sides is replaced.
func mergeObjects(into, from *Object) {
	for _, key := range from.keys {
		a, ok := into.values[key].(*Object)
		b, ok2 := from.values[key].(*Object)
		if ok && ok2 {
			mergeObjects(a, b)
		} else {
			into.set(key, from.values[key])
		}
	}
}
