package dsl

import (
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// functionScore reads https://www.elastic.co/guide/en/elasticsearch/reference/8.19/query-dsl-function-score-query.html, without scripts.
func (p *parser) functionScore() (Query, error) {
	q := &FunctionScore{ScoreMode: "multiply", BoostMode: "multiply"}
	single := &ScoreFunction{}
	o := p.common(&q.Base, options{
		"query": p.queryInto(&q.Query), "max_boost": p.optionalFloat(&q.MaxBoost), "min_score": p.optionalFloat(&q.MinScore),
		"score_mode": p.oneOf(&q.ScoreMode, func(text string) error {
			return eserr.Illegal("No enum constant org.elasticsearch.common.lucene.search.function.FunctionScoreQuery.ScoreMode.%s", strings.ToUpper(text))
		}, "first", "avg", "max", "sum", "min", "multiply"),
		"boost_mode": p.oneOf(&q.BoostMode, func(text string) error {
			return eserr.Illegal("No enum constant org.elasticsearch.common.lucene.search.function.CombineFunction.%s", strings.ToUpper(text))
		}, "multiply", "replace", "sum", "avg", "min", "max"),
		"functions": func() error { return p.functions(q) },
	})
	p.functionOptions(single, o)
	if err := p.members(o); err != nil {
		return nil, err
	}
	if single.Kind != "" || single.Weight != nil {
		if len(q.Functions) > 0 {
			return nil, p.fail("failed to parse [function_score] query. already found [functions] array, now encountering [%s].", single.name())
		}
		q.Functions = []*ScoreFunction{single}
	}
	if q.Query == nil {
		q.Query = &MatchAll{}
	}
	return q, nil
}

func (f *ScoreFunction) name() string {
	if f.Kind == "" {
		return "weight"
	}
	return f.Kind
}

func (p *parser) optionalFloat(into **float64) func() error {
	return func() error {
		var f float64
		read := p.floatInto(&f)
		err := read()
		*into = &f
		return err
	}
}

func (p *parser) functions(q *FunctionScore) error {
	if p.tok != startArray {
		return p.fail("failed to parse [function_score] query. the [functions] must be an array")
	}
	return p.each(func() error {
		if p.tok != startObject {
			return p.fail("failed to parse [function_score]. malformed query, expected a [START_OBJECT] while parsing functions but got a [%s] instead", p.tok)
		}
		if len(q.Functions) >= maxClauses {
			return clauseLimit(maxClauses)
		}
		f := &ScoreFunction{}
		o := options{"filter": p.queryInto(&f.Filter)}
		p.functionOptions(f, o)
		if err := p.members(o); err != nil {
			return err
		}
		if f.Kind == "" && f.Weight == nil {
			return p.fail("an entry in functions list is missing a function.")
		}
		q.Functions = append(q.Functions, f)
		return nil
	})
}

// functionOptions adds the members that say what a function computes.
func (p *parser) functionOptions(f *ScoreFunction, o options) {
	o["weight"] = p.optionalFloat(&f.Weight)
	kind := func(name string, read func() error) {
		o[name] = func() error {
			if f.Kind != "" {
				return p.fail("failed to parse [function_score] query. already found function [%s], now encountering [%s].", f.Kind, name)
			}
			if p.tok != startObject {
				return p.fail("[%s] malformed, expected an object", name)
			}
			f.Kind = name
			return read()
		}
	}
	kind("field_value_factor", func() error { return p.fieldFactor(f) })
	kind("random_score", func() error {
		return p.members(options{"seed": p.textInto(&f.Seed), "field": p.textInto(&f.Field)})
	})
	for _, shape := range []string{"gauss", "exp", "linear"} {
		kind(shape, func() error { return p.decay(f) })
	}
	kind("script_score", func() error {
		return eserr.Illegal("scripts are not supported: [script_score]; use [field_value_factor] or a decay function")
	})
}

func (p *parser) fieldFactor(f *ScoreFunction) error {
	f.Factor, f.Modifier = 1, "none"
	err := p.members(options{
		"field": p.textInto(&f.Field), "factor": p.floatInto(&f.Factor), "missing": p.optionalFloat(&f.Missing),
		"modifier": p.oneOf(&f.Modifier, func(text string) error {
			return eserr.Illegal("No enum constant org.elasticsearch.common.lucene.search.function.FieldValueFactorFunction.Modifier.%s", strings.ToUpper(text))
		},
			"none", "log", "log1p", "log2p", "ln", "ln1p", "ln2p", "square", "sqrt", "reciprocal"),
	})
	if err == nil && f.Field == "" {
		err = p.fail("[field_value_factor] required field 'field' missing")
	}
	return err
}

// decay reads `{"<field>":{"origin":..,"scale":..},"multi_value_mode":..}`.
func (p *parser) decay(f *ScoreFunction) error {
	f.Decay, f.ValueMode = 0.5, "min"
	for {
		if err := p.next(); err != nil {
			return err
		}
		if p.tok == endObject {
			break
		}
		name := p.name
		if err := p.next(); err != nil {
			return err
		}
		var err error
		switch {
		case name == "multi_value_mode":
			read := p.oneOf(&f.ValueMode, func(text string) error { return eserr.Illegal("Illegal value for [multi_value_mode]: [%s]", text) }, "min", "max", "avg", "sum")
			err = read()
		case p.tok == startObject && f.Field == "":
			f.Field = name
			err = p.members(options{
				"origin": func() (err error) { f.Origin, err = p.raw(); return err },
				"scale":  p.textInto(&f.Scale), "offset": p.textInto(&f.Offset), "decay": p.floatInto(&f.Decay),
			})
		default:
			err = p.fail("malformed score function score parameters.")
		}
		if err != nil {
			return err
		}
	}
	if f.Field == "" || f.Scale == "" {
		return p.fail("both [scale] and [origin] must be set for numeric fields.")
	}
	return nil
}
