package pipeline

import (
	"fmt"
	"strconv"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// A condition is `if`: an expression of the subset of Painless that COMPAT.md documents, compiled.
//
//	or      = and { "||" and }
//	and     = not { "&&" not }
//	not     = "!" not | compare
//	compare = primary [ ("==" | "!=" | "<" | "<=" | ">" | ">=") primary ]
//	primary = ( "ctx" | list | literal | "(" or ")" ) { ("." | "?.") name [ "(" [ or { "," or } ] ")" ] | "[" or "]" }
//
// A `return` before it and a semicolon behind it are allowed.
type condition struct {
	source string
	root   expression
}

// An expression computes a value for a document.
type expression func(e *evaluation) (any, error)

// evaluation is one condition under way for one document.
type evaluation struct {
	d    *Document
	cost int
}

const (
	// maxConditionBytes is how long a condition may be.
	maxConditionBytes = 16 << 10
	// maxConditionDepth is how deep its parts may be nested.
	maxConditionDepth = 50
	// maxConditionCost is how much one evaluation may do: calls and items looked at.
	maxConditionCost = 1_000_000
)

// ctxValue stands for ctx itself.
type ctxValue struct{}

// parseCondition reads `if`, a text or an object with the source.
func parseCondition(v any) (*condition, error) {
	if o, ok := v.(*Object); ok {
		for _, key := range o.keys {
			if key != "source" && key != "lang" && !(key == "params" && equal(o.values[key], newObject())) {
				return nil, fmt.Errorf("[%s] of a script is not supported, only its [source]", clip(key))
			}
		}
		if lang, ok := o.get("lang"); ok && lang != "painless" {
			return nil, fmt.Errorf("the language [%s] is not supported, only [painless]", clip(text(lang)))
		}
		v = o.values["source"]
	}
	source, ok := v.(string)
	if !ok || source == "" {
		return nil, fmt.Errorf("a condition must be a text but is of type [%s]", javaType(v))
	}
	if len(source) > maxConditionBytes {
		return nil, fmt.Errorf("a condition may be no longer than %d bytes", maxConditionBytes)
	}
	p := &conditionParser{source: source}
	root, err := p.parse()
	if err != nil {
		return nil, err
	}
	return &condition{source, root}, nil
}

// holds evaluates the condition; a nil one holds. Its errors are Elasticsearch's script_exception.
func (c *condition) holds(d *Document) (bool, error) {
	if c == nil {
		return true, nil
	}
	v, err := c.root(&evaluation{d: d})
	if err == nil {
		if b, ok := v.(bool); ok {
			return b, nil
		}
		err = eserr.BadRequest("class_cast_exception", "Cannot cast from [%s] to [boolean].", javaType(v))
	}
	out := eserr.BadRequest("script_exception", "runtime error")
	out.CausedBy, _ = err.(*eserr.Error)
	return false, out
}

func (e *evaluation) spend(n int) error {
	if e.cost += n; e.cost > maxConditionCost {
		return eserr.BadRequest("circuit_breaking_exception", "a condition may take no more than %d steps", maxConditionCost)
	}
	return nil
}

// member reads a field of ctx or of an object. Of null it is an error unless the access is null-safe.
func member(of any, name string, safe bool, e *evaluation) (any, error) {
	if err := e.spend(1); err != nil {
		return nil, err
	}
	switch of := of.(type) {
	case ctxValue:
		if name == "_ingest" {
			return e.d.ingest, nil
		}
		if name == "_source" {
			return e.d.Source, nil
		}
		if metaNames[name] {
			v, _ := e.d.Meta.get(name)
			return v, nil
		}
		return e.d.Source.values[name], nil
	case *Object:
		return of.values[name], nil
	case nil:
		if safe {
			return nil, nil
		}
		return nil, eserr.BadRequest("null_pointer_exception", "cannot access method/field [%s] from a null def reference", name)
	case *List:
		if name == "length" || name == "size" {
			return integer(int64(len(of.items))), nil
		}
		if _, err := strconv.Atoi(name); err == nil {
			return at(of, Number(name), e)
		}
	}
	return nil, eserr.Illegal("dynamic getter [%s, %s] not found", javaType(of), name)
}

// at reads `x[key]`.
func at(of, key any, e *evaluation) (any, error) {
	if l, ok := of.(*List); ok {
		n, isNumber := key.(Number)
		i, ok := whole(n)
		if i < 0 {
			i += int64(len(l.items)) // Painless counts from the end
		}
		if !isNumber || !ok || i < 0 || i >= int64(len(l.items)) {
			return nil, eserr.BadRequest("index_out_of_bounds_exception", "Index %s out of bounds for length %d", clip(text(key)), len(l.items))
		}
		return l.items[i], nil
	}
	name, ok := key.(string)
	if !ok {
		return nil, eserr.Illegal("a field of an object must be named by a text but was of type [%s]", javaType(key))
	}
	return member(of, name, false, e)
}
