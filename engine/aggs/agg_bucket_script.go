package aggs

import (
	"encoding/json"
	"math"
	"strconv"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// bucketScriptSpec is `bucket_script`, a number computed from values of each bucket, and `bucket_selector`, which keeps the buckets for which an expression holds.
type bucketScriptSpec struct {
	pipeBase
	names  []string // of the variables, beside paths
	params map[string]float64
	code   *expression
	keep   bool // bucket_selector
}

func parseBucketScript(o *options) spec {
	s := &bucketScriptSpec{keep: o.agg == "bucket_selector"}
	s.gap = o.gapPolicy() // what is wrong counts before what is missing
	s.readPaths(o)
	if !s.keep {
		s.show = o.decimal()
	}
	source, params := o.script()
	s.params = params
	if o.err == nil {
		var err error
		if s.code, err = parseExpression(source, append(paramNames(params), s.names...)); err != nil {
			o.fail(err)
		}
	}
	o.strict()
	return s
}

func paramNames(params map[string]float64) []string {
	out := make([]string, 0, len(params))
	for name := range params {
		out = append(out, name)
	}
	return out
}

// readPaths reads `buckets_path`: an object of paths by the names of variables; a path alone is the variable `_value`, those of a list `_value0`, `_value1`, ...
func (s *bucketScriptSpec) readPaths(o *options) {
	raw := o.get("buckets_path")
	switch eserr.TokenName(raw) {
	case "START_OBJECT":
		members, err := parseObject(raw, "buckets_path")
		if err != nil {
			o.fail(err)
		}
		for _, m := range members {
			s.names, s.paths = append(s.names, m.key), append(s.paths, o.path("buckets_path", m.value))
		}
	case "START_ARRAY":
		for i, path := range o.list("buckets_path") {
			s.names, s.paths = append(s.names, "_value"+strconv.Itoa(i)), append(s.paths, o.path("buckets_path", path))
		}
	case "VALUE_STRING":
		s.names, s.paths = []string{"_value"}, []string{o.path("buckets_path", raw)}
	default:
		o.fail(eserr.BadRequest(eserr.Parsing, "Missing required field [buckets_path] for %s aggregation [%s]", o.agg, o.name))
	}
}

// script reads `script`: a source alone, or an object with `source`, `params` and `lang`. Parameters are numbers or booleans.
func (o *options) script() (source string, params map[string]float64) {
	raw := o.get("script")
	switch eserr.TokenName(raw) {
	case "VALUE_STRING":
		source, _ = scalarText(raw)
		return source, nil
	case "START_OBJECT":
	default:
		o.fail(eserr.BadRequest(eserr.Parsing, "Missing required field [script] for %s aggregation [%s]", o.agg, o.name))
		return "", nil
	}
	sub := o.object("script")
	if sub == nil {
		return "", nil
	}
	source = sub.text("source")
	if inline := sub.text("inline"); inline != "" {
		source = inline
	}
	if id := sub.text("id"); id != "" {
		o.fail(eserr.Illegal("stored script [%s] of aggregation [%s] is not supported: this server runs no scripts but arithmetic", id, o.name))
	}
	switch lang := sub.text("lang"); lang {
	case "", "painless", "expression":
	default:
		o.fail(eserr.Illegal("script_lang not supported [%s]", lang))
	}
	params = sub.params()
	if err := sub.finish(); err != nil {
		o.fail(err)
	}
	if source == "" {
		o.fail(eserr.Illegal("must specify either [source] for an inline script or [id] for a stored script"))
	}
	return source, params
}

func (o *options) params() map[string]float64 {
	sub := o.object("params")
	if sub == nil {
		return nil
	}
	out := map[string]float64{}
	for _, m := range sub.members {
		x, ok := paramValue(m.value)
		if !ok {
			o.fail(eserr.Illegal("parameter [%s] of the script of aggregation [%s] is not a number", m.key, o.name))
		}
		out[m.key] = x
	}
	return out
}

func paramValue(raw json.RawMessage) (float64, bool) {
	switch v := scalar(raw).(type) {
	case bool:
		if v {
			return 1, true
		}
		return 0, true
	case json.Number:
		x, err := v.Float64()
		return x, err == nil
	}
	return 0, false
}

func (s *bucketScriptSpec) check(c *pipeCheck, n *node) { c.inside(n) }

func (s *bucketScriptSpec) run(w *writer, p *pipeRun) {
	columns := make([][]float64, len(s.paths))
	for i, path := range s.paths {
		columns[i] = p.values(w, path, s.gap)
	}
	if w.err != nil {
		return
	}
	vars := make(map[string]float64, len(s.params)+len(s.names))
	for name, x := range s.params {
		vars[name] = x
	}
	kept := p.list.rows[:0]
	for i := range p.list.rows {
		if w.fail(w.stop.at(i * 64)); w.err != nil {
			return
		}
		skip := false
		for j, name := range s.names {
			vars[name] = columns[j][i]
			skip = skip || s.gap != gapZeros && math.IsNaN(columns[j][i])
		}
		if s.keep {
			if s.code.eval(vars) != 0 {
				kept = append(kept, p.list.rows[i])
			}
		} else if !skip {
			p.set(&p.list.rows[i], &simpleValue{s.code.eval(vars), s.show})
		}
	}
	if s.keep {
		p.list.rows = kept
	}
}
