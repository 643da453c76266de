package pipeline

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"time"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// Env is what pipelines need of the server. The zero value will do.
type Env struct {
	// Lookup finds a pipeline by its id, nil if there is none; a nil Lookup finds none.
	Lookup func(id string) *Pipeline
	// Locate tells the place and the network of an address as JSON objects in the terms of ECS (`geo`, `as`); nil where it knows none. A nil Locate means that there is no database.
	Locate func(netip.Addr) (geo, as []byte)
	// Decode makes an event of a raw record, for the processor vedette_decode; nil means that there are no decoders.
	Decode func(ctx context.Context, format string, raw []byte) (Decoded, error)
	// Now is the clock; nil is time.Now.
	Now func() time.Time
}

const (
	// maxSteps is how many processors may run for one document, those in foreach and other pipelines included.
	maxSteps = 100_000
	// maxGrowth is how many bytes of new values one document may be given.
	maxGrowth = 64 << 20
)

// run is one document on its way.
type run struct {
	ctx     context.Context
	env     *Env
	steps   int
	grown   int
	running []string // ids of pipelines that have begun and not ended
	trace   func(Result)
}

// Result is what one processor did, for a verbose simulation.
type Result struct {
	Type, Tag, Description string
	// Status is success, error, error_ignored, skipped or dropped.
	Status string
	Err    error
	// Condition is the text of `if`, empty if there is none; Held is how it went.
	Condition string
	Held      bool
	// Doc is the document after the processor; it is the live one, and is to be rendered at once. Nil where Elasticsearch shows none.
	Doc *Document
}

// Run sends a document through the pipeline. trace is told of each processor and may be nil. An error means that the document must not be written.
func (p *Pipeline) Run(ctx context.Context, env *Env, d *Document, trace func(Result)) error {
	return p.run(&run{ctx: ctx, env: env, trace: trace}, d)
}

func (p *Pipeline) run(r *run, d *Document) (err error) {
	for _, id := range r.running {
		if id == p.ID {
			return eserr.Errorf(500, "graph_structure_exception", "Cycle detected for pipeline: %s", p.ID)
		}
	}
	if r.trace == nil {
		begun := p.counts.Begin()
		defer func() { p.counts.End(begun, err) }()
	}
	before, _ := d.ingest.get("pipeline")
	d.ingest.set("pipeline", p.ID)
	r.running = append(r.running, p.ID)
	defer func() {
		r.running = r.running[:len(r.running)-1]
		if d.ingest.remove("pipeline"); before != nil {
			d.ingest.set("pipeline", before)
		}
	}()
	err = r.all(p.steps, d)
	if err == nil || len(p.onFailure) == 0 || errors.Is(err, errLimit) || r.ctx.Err() != nil {
		return err
	}
	return r.handle(err, p.onFailure, d)
}

// stepError tells which processor an error came from, for `_ingest.on_failure_*`.
type stepError struct {
	err                error
	typ, tag, pipeline string
}

func (e *stepError) Error() string { return e.err.Error() }
func (e *stepError) Unwrap() error { return e.err }

// errLimit is beneath errors that no on_failure may handle.
var errLimit = errors.New("a limit of pipelines was reached")

type limitError struct{ refusal *eserr.Error }

func (e *limitError) Error() string   { return e.refusal.Error() }
func (e *limitError) Unwrap() []error { return []error{e.refusal, errLimit} }

func limit(format string, args ...any) error { return &limitError{eserr.Illegal(format, args...)} }

// grow counts bytes of a new value.
func (r *run) grow(bytes int) error {
	if r.grown += bytes; r.grown > maxGrowth {
		return limit("the pipeline may add no more than %d bytes to a document", maxGrowth)
	}
	return nil
}

func (r *run) clone(v any) (any, error) {
	c, bytes := clone(v)
	return c, r.grow(bytes)
}

// all runs processors one after the other.
func (r *run) all(steps []*procedure, d *Document) error {
	for _, s := range steps {
		if r.steps++; r.steps > maxSteps {
			return limit("the pipeline may run no more than %d processors for a document", maxSteps)
		}
		if err := r.ctx.Err(); err != nil {
			return err
		}
		if err := r.one(s, d); err != nil {
			return err
		}
		if d.Dropped || d.Rerouted {
			return nil
		}
	}
	return nil
}

// one runs a processor with its condition and what is to be done about its failure. One that has both counts what became of both, one without a condition only its own failures.
func (r *run) one(s *procedure, d *Document) (err error) {
	told := false // by the processors of another pipeline
	held, err := s.condition.holds(d)
	if err == nil && !held {
		r.tell(s, Result{Status: "skipped"}, held, nil)
		return nil
	}
	counted := s.counts != nil && r.trace == nil && err == nil
	if counted && s.condition != nil {
		begun := s.counts.Begin()
		defer func() { s.counts.End(begun, err) }()
	}
	if err == nil {
		var begun time.Time
		if counted = counted && s.condition == nil; counted {
			begun = s.counts.Begin()
		}
		if p, ok := s.processor.(*pipelineProcessor); ok && p != nil {
			r.tell(s, Result{Status: "success"}, held, nil)
			err = p.run(r, d)
			told = true
		} else {
			err = s.processor.run(r, d)
		}
		if counted {
			s.counts.End(begun, err)
		}
	}
	switch {
	case err == nil && told:
		return nil
	case err == nil && d.Dropped:
		r.tell(s, Result{Status: "dropped"}, held, nil)
		return nil
	case err == nil:
		r.tell(s, Result{Status: "success"}, held, d)
		return nil
	case errors.Is(err, errLimit) || r.ctx.Err() != nil:
		return err
	case s.ignoreFailure:
		r.tell(s, Result{Status: "error_ignored", Err: err}, held, d)
		return nil
	}
	r.tell(s, Result{Status: "error", Err: err}, held, nil)
	if inner := (*stepError)(nil); !errors.As(err, &inner) {
		err = &stepError{err: err, typ: s.typ, tag: s.tag, pipeline: r.running[len(r.running)-1]}
	}
	if len(s.onFailure) == 0 {
		return err
	}
	return r.handle(err, s.onFailure, d)
}

func (r *run) tell(s *procedure, result Result, held bool, d *Document) {
	if r.trace == nil {
		return
	}
	result.Type, result.Tag, result.Description, result.Doc = s.typ, s.tag, s.description, d
	if s.condition != nil {
		result.Condition, result.Held = s.condition.source, held
	}
	r.trace(result)
}

// handle runs on_failure processors, which find what went wrong under `_ingest`.
func (r *run) handle(err error, steps []*procedure, d *Document) error {
	told := map[string]string{"on_failure_message": message(err)}
	if at := (*stepError)(nil); errors.As(err, &at) {
		told["on_failure_processor_type"], told["on_failure_processor_tag"], told["on_failure_pipeline"] = at.typ, at.tag, at.pipeline
	}
	for name, v := range told {
		if v != "" {
			d.ingest.set(name, v)
		}
	}
	err = r.all(steps, d)
	for name := range told {
		d.ingest.remove(name)
	}
	return err
}

// message is an error's reason without its type.
func message(err error) string {
	var e *eserr.Error
	if errors.As(err, &e) {
		for e.CausedBy != nil {
			e = e.CausedBy
		}
		return e.Reason
	}
	return strings.TrimSpace(err.Error())
}

// now is the time by the server's clock.
func (r *run) now() time.Time {
	if r.env.Now == nil {
		return time.Now()
	}
	return r.env.Now()
}
