package pipeline

import (
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// method is one that a condition may call. of is never nil; ok false means that its type has no such method.
type method struct {
	arguments int
	do        func(of, arg any) (v any, ok bool)
}

// onText is a method of texts with a text as argument.
func onText(f func(s, arg string) any) method {
	return method{1, func(of, arg any) (any, bool) {
		s, ok := of.(string)
		a, ok2 := arg.(string)
		if !ok || !ok2 {
			return nil, false
		}
		return f(s, a), true
	}}
}

// ofText is a method of texts without an argument.
func ofText(f func(s string) any) method {
	return method{0, func(of, _ any) (any, bool) {
		s, ok := of.(string)
		if !ok {
			return nil, false
		}
		return f(s), true
	}}
}

var methods = map[string]method{
	"startsWith":       onText(func(s, a string) any { return strings.HasPrefix(s, a) }),
	"endsWith":         onText(func(s, a string) any { return strings.HasSuffix(s, a) }),
	"equalsIgnoreCase": onText(func(s, a string) any { return strings.EqualFold(s, a) }),
	"toLowerCase":      ofText(func(s string) any { return strings.ToLower(s) }),
	"toUpperCase":      ofText(func(s string) any { return strings.ToUpper(s) }),
	"trim":             ofText(func(s string) any { return strings.TrimSpace(s) }),
	"length":           ofText(func(s string) any { return integer(int64(javaLength(s))) }),
	"isEmpty":          {0, isEmpty},
	"size":             {0, size},
	"contains":         {1, contains},
	"containsKey":      {1, containsKey},
	"equals":           {1, func(of, arg any) (any, bool) { return equal(of, arg), true }},
}

// javaLength counts UTF-16 units, as Java does.
func javaLength(s string) (n int) {
	for _, r := range s {
		if n++; r > 0xffff {
			n++
		}
	}
	return n
}

func isEmpty(of, _ any) (any, bool) {
	switch of := of.(type) {
	case string:
		return of == "", true
	case *List:
		return len(of.items) == 0, true
	case *Object:
		return len(of.values) == 0, true
	}
	return nil, false
}

func size(of, _ any) (any, bool) {
	switch of := of.(type) {
	case *List:
		return integer(int64(len(of.items))), true
	case *Object:
		return integer(int64(len(of.values))), true
	}
	return nil, false
}

func contains(of, arg any) (any, bool) {
	switch of := of.(type) {
	case string:
		a, ok := arg.(string)
		return strings.Contains(of, a), ok
	case *List:
		return of.contains(arg), true
	}
	return nil, false
}

func containsKey(of, arg any) (any, bool) {
	name, ok := arg.(string)
	if o, isObject := of.(*Object); ok && isObject {
		_, there := o.get(name)
		return there, true
	}
	return nil, false
}

// call is the expression of a call.
func (m method) call(name string, of expression, args []expression, safe bool) expression {
	return func(e *evaluation) (any, error) {
		v, err := of(e)
		if err != nil {
			return nil, err
		}
		if v == nil {
			return member(nil, name, safe, e)
		}
		if _, isCtx := v.(ctxValue); isCtx {
			v = e.d.Source
		}
		var arg any
		if len(args) > 0 {
			if arg, err = args[0](e); err != nil {
				return nil, err
			}
		}
		if err := e.spend(cost(v)); err != nil {
			return nil, err
		}
		out, ok := m.do(v, arg)
		if !ok {
			return nil, eserr.Illegal("dynamic method [%s, %s/%d] not found", javaType(v), name, m.arguments)
		}
		return out, nil
	}
}

// cost is about how much a call on a value looks at.
func cost(v any) int {
	switch v := v.(type) {
	case string:
		return 1 + len(v)/64
	case *List:
		return 1 + len(v.items)
	}
	return 1
}
