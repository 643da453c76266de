package pipeline

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// maxSimulated is how many documents one simulation may send.
const maxSimulated = 1000

// A Simulation is the body of a _simulate.
type Simulation struct {
	// Pipeline is that of the body, compiled; nil if there is none.
	Pipeline *Pipeline
	docs     []any
}

// simulatedID is the id of a pipeline that a simulation brings along.
const simulatedID = "_simulate_pipeline"

// ParseSimulation reads the body of a _simulate.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/simulate-pipeline-api.html
func ParseSimulation(body []byte) (*Simulation, error) {
	v, err := parseValue(body)
	o, ok := v.(*Object)
	if err != nil || !ok {
		return nil, eserr.BadRequest("parse_exception", "Failed to parse content to map")
	}
	c := newConfig("", o)
	s := &Simulation{}
	if p := c.object("pipeline"); p != nil {
		raw, err := p.MarshalJSON()
		if err == nil {
			s.Pipeline, err = Compile(simulatedID, raw)
		}
		if err != nil {
			return nil, err
		}
	}
	docs, ok := c.take("docs")
	if !ok {
		c.fail("docs", "required property is missing")
	}
	if l, ok := docs.(*List); ok {
		s.docs = l.items
	} else if c.err == nil {
		c.fail("docs", "property isn't a list, but of type [%s]", javaType(docs))
	}
	switch {
	case c.err != nil:
		return nil, c.err
	case len(s.docs) == 0:
		return nil, eserr.Illegal("must specify at least one document in [docs]")
	case len(s.docs) > maxSimulated:
		return nil, eserr.Illegal("[docs] may hold no more than %d documents but has %d", maxSimulated, len(s.docs))
	}
	return s, nil
}

// Run sends the documents through a pipeline and renders the answer, `{"docs":[..]}`.
func (s *Simulation) Run(ctx context.Context, env *Env, p *Pipeline, verbose bool) (json.RawMessage, error) {
	now := time.Now
	if env.Now != nil {
		now = env.Now
	}
	docs := &List{}
	for _, item := range s.docs {
		d, err := simulated(item, now())
		if err != nil {
			return nil, err
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if verbose {
			docs.items = append(docs.items, p.verbose(ctx, env, d))
			continue
		}
		switch err := p.Run(ctx, env, d, nil); {
		case err != nil:
			docs.items = append(docs.items, errorObject(err))
		case d.Dropped:
			docs.items = append(docs.items, nil)
		default:
			docs.items = append(docs.items, object("doc", d.rendered()))
		}
	}
	return object("docs", docs).MarshalJSON()
}

// simulated reads a document of the body.
func simulated(v any, now time.Time) (*Document, error) {
	o, ok := v.(*Object)
	if !ok {
		return nil, eserr.BadRequest("parse_exception", "[docs] holds something of type [%s] that is no document", javaType(v))
	}
	c := newConfig("", o)
	source := c.object("_source")
	if source == nil {
		c.fail("_source", "required property is missing")
	}
	d := &Document{Meta: Meta{Index: c.optional("_index", "_index"), ID: c.optional("_id", "_id"), Routing: c.optional("_routing", "")}, Source: source, ingest: newObject()}
	for _, name := range []string{"_version", "_version_type", "_if_seq_no", "_if_primary_term"} {
		if v, ok := c.take(name); ok && c.err == nil {
			c.check(name, d.Meta.set(name, v))
		}
	}
	if d.Version == nil {
		any := int64(-3) // Elasticsearch's mark of any version
		d.Version = &any
	}
	d.ingest.set("timestamp", timestamp(now))
	return d, c.err
}

// rendered is a copy of the document as a simulation shows it.
func (d *Document) rendered() *Object {
	o := newObject()
	for _, name := range []string{"_index", "_id", "_routing", "_version", "_version_type", "_if_seq_no", "_if_primary_term"} {
		if v, ok := d.Meta.get(name); ok {
			o.set(name, text(v))
		}
	}
	source, _ := clone(d.Source)
	ingest, _ := clone(d.ingest)
	o.set("_source", source)
	o.set("_ingest", ingest)
	return o
}

// verbose shows what each processor did.
func (p *Pipeline) verbose(ctx context.Context, env *Env, d *Document) *Object {
	results := &List{}
	err := p.Run(ctx, env, d, func(r Result) {
		o := object("processor_type", r.Type)
		o.set("status", r.Status)
		for _, kv := range [][2]string{{"tag", r.Tag}, {"description", r.Description}} {
			if kv[1] != "" {
				o.set(kv[0], kv[1])
			}
		}
		if r.Condition != "" {
			condition := object("condition", r.Condition)
			condition.set("result", r.Held)
			o.set("if", condition)
		}
		if r.Err != nil && r.Status == "error_ignored" {
			o.set("ignored_error", errorObject(r.Err))
		} else if r.Err != nil {
			e := errorObject(r.Err)
			o.set("error", e.values["error"])
		}
		if r.Doc != nil {
			o.set("doc", r.Doc.rendered())
		}
		results.items = append(results.items, o)
	})
	if errors.Is(err, errLimit) { // no processor told it
		results.items = append(results.items, errorObject(err))
	}
	return object("processor_results", results)
}

// errorObject is `{"error":{"root_cause":[..],..}}`.
func errorObject(err error) *Object {
	var e *eserr.Error
	if !errors.As(err, &e) {
		e = eserr.Errorf(500, "exception", "%s", err)
	}
	one, ok := fromAny(e).(*Object)
	if !ok {
		one = object("reason", e.Reason)
	}
	o := object("root_cause", &List{items: []any{one}})
	for _, key := range one.keys {
		o.set(key, one.values[key])
	}
	return object("error", o)
}
