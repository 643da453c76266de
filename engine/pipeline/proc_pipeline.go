package pipeline

import "github.com/vedette-siem/vedette/engine/eserr"

// pipelineProcessor runs another pipeline.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/pipeline-processor.html
type pipelineProcessor struct {
	name          template
	ignoreMissing bool
}

func makePipeline(c *config) processor {
	return &pipelineProcessor{c.requiredTemplate("name"), c.flag("ignore_missing_pipeline", false)}
}

func (p *pipelineProcessor) run(r *run, d *Document) error {
	name, err := p.name.render(r, d)
	if err != nil {
		return err
	}
	var next *Pipeline
	if r.env.Lookup != nil {
		next = r.env.Lookup(name)
	}
	if next == nil {
		if p.ignoreMissing {
			return nil
		}
		return eserr.Illegal("Pipeline processor configured for non-existent pipeline [%s]", name)
	}
	return next.run(r, d)
}

// drop ends the document's way: it is not written.
type drop struct{}

func makeDrop(*config) processor { return drop{} }

func (drop) run(_ *run, d *Document) error {
	d.Dropped = true
	return nil
}

// fail refuses the document.
type fail struct{ message template }

func makeFail(c *config) processor { return &fail{c.requiredTemplate("message")} }

func (p *fail) run(r *run, d *Document) error {
	m, err := p.message.render(r, d)
	if err != nil {
		return err
	}
	return eserr.Errorf(500, "fail_processor_exception", "%s", m)
}

// foreach runs a processor on each item of a list or member of an object, as `_ingest._value`.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/foreach-processor.html
type foreach struct {
	field         string
	inner         *procedure
	ignoreMissing bool
}

func (p *compiler) makeForeach(c *config) processor {
	f := &foreach{field: c.required("field"), ignoreMissing: c.flag("ignore_missing", false)}
	v, ok := c.take("processor")
	if !ok {
		c.fail("processor", "required property is missing")
		return f
	}
	if o, ok := v.(*Object); ok && len(o.keys) != 1 {
		c.fail("processor", "Must specify exactly one processor type")
		return f
	}
	inner, err := p.compile(v)
	if err != nil && c.err == nil {
		c.err = err
	}
	f.inner = inner
	return f
}

func (p *foreach) run(r *run, d *Document) error {
	v, err := d.get(p.field)
	if err != nil || v == nil {
		if p.ignoreMissing {
			return nil
		}
		if err == nil {
			err = eserr.Illegal("field [%s] is null, cannot loop over its elements.", p.field)
		}
		return err
	}
	outer, _ := d.ingest.get("_value")
	key, _ := d.ingest.get("_key")
	var out any
	switch v := v.(type) {
	case *List:
		out, err = p.items(r, d, v)
	case *Object:
		out, err = p.members(r, d, v)
	default:
		err = eserr.Illegal("field [%s] of type [%s] cannot be cast to a list or map", p.field, javaType(v))
	}
	d.restore("_value", outer) // before the field is set: in a foreach within one it is a part of that
	d.restore("_key", key)
	if err != nil || d.Dropped || d.Rerouted {
		return err
	}
	return d.set(p.field, out)
}

func (d *Document) restore(name string, v any) {
	if d.ingest.remove(name); v != nil {
		d.ingest.set(name, v)
	}
}

func (p *foreach) items(r *run, d *Document, l *List) (any, error) {
	out := &List{items: make([]any, 0, len(l.items))}
	for _, item := range l.items {
		d.ingest.set("_value", item)
		if err := r.all([]*procedure{p.inner}, d); err != nil || d.Dropped || d.Rerouted {
			return nil, err
		}
		if now, ok := d.ingest.get("_value"); ok {
			out.items = append(out.items, now)
		} else {
			out.items = append(out.items, nil)
		}
	}
	return out, nil
}

func (p *foreach) members(r *run, d *Document, o *Object) (any, error) {
	out := newObject()
	for _, key := range o.keys {
		d.ingest.set("_key", key)
		d.ingest.set("_value", o.values[key])
		if err := r.all([]*procedure{p.inner}, d); err != nil || d.Dropped || d.Rerouted {
			return nil, err
		}
		name, _ := d.ingest.get("_key")
		value, _ := d.ingest.get("_value")
		if name, ok := name.(string); ok && name != "" {
			out.set(name, value)
		}
	}
	return out, nil
}
