package pipeline

import "fmt"

// primary reads a value with the fields and calls behind it.
func (p *conditionParser) primary() (expression, error) {
	x, err := p.operand()
	for err == nil {
		switch {
		case p.is("."), p.is("?."):
			x, err = p.access(x, p.next.text == "?.")
		case p.is("["):
			x, err = p.bracket(x)
		default:
			return x, nil
		}
	}
	return nil, err
}

func (p *conditionParser) operand() (expression, error) {
	t := p.next
	constant := func(v any) (expression, error) {
		return func(*evaluation) (any, error) { return v, nil }, p.advance()
	}
	switch t.kind {
	case 's':
		return constant(t.text)
	case 'n':
		return constant(Number(t.text))
	case 'i':
		switch t.text {
		case "true", "false":
			return constant(t.text == "true")
		case "null":
			return constant(nil)
		case "ctx":
			return constant(ctxValue{})
		}
	case 'o':
		switch t.text {
		case "(":
			return p.parenthesis()
		case "[":
			return p.list()
		case "-":
			if err := p.advance(); err != nil {
				return nil, err
			}
			if p.next.kind == 'n' {
				return constant(Number("-" + p.next.text))
			}
		}
	}
	return nil, p.unexpected(p.next)
}

func (p *conditionParser) parenthesis() (expression, error) {
	if err := p.advance(); err != nil {
		return nil, err
	}
	x, err := p.or()
	if err != nil {
		return nil, err
	}
	return x, p.expect(")")
}

// list reads a list of values, such as `['a', 'b']`.
func (p *conditionParser) list() (expression, error) {
	items, err := p.arguments("]")
	if err != nil {
		return nil, err
	}
	return func(e *evaluation) (any, error) {
		l := &List{items: make([]any, len(items))}
		for i, x := range items {
			var err error
			if l.items[i], err = x(e); err != nil {
				return nil, err
			}
		}
		return l, e.spend(len(items))
	}, nil
}

// arguments reads values up to the closing word, after the opening one that is next.
func (p *conditionParser) arguments(closing string) ([]expression, error) {
	if err := p.advance(); err != nil {
		return nil, err
	}
	var out []expression
	for !p.is(closing) {
		if len(out) > 0 {
			if err := p.expect(","); err != nil {
				return nil, err
			}
		}
		x, err := p.or()
		if err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, p.advance()
}

func (p *conditionParser) bracket(of expression) (expression, error) {
	if err := p.advance(); err != nil {
		return nil, err
	}
	key, err := p.or()
	if err != nil {
		return nil, err
	}
	return func(e *evaluation) (any, error) {
		v, err := of(e)
		if err != nil {
			return nil, err
		}
		k, err := key(e)
		if err != nil {
			return nil, err
		}
		return at(v, k, e)
	}, p.expect("]")
}

// access reads `.name` or `.name(..)`.
func (p *conditionParser) access(of expression, safe bool) (expression, error) {
	if err := p.advance(); err != nil {
		return nil, err
	}
	name := p.next
	if name.kind != 'i' && name.kind != 'n' {
		return nil, p.unexpected(name)
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	if !p.is("(") {
		return func(e *evaluation) (any, error) {
			v, err := of(e)
			if err != nil {
				return nil, err
			}
			return member(v, name.text, safe, e)
		}, nil
	}
	m, ok := methods[name.text]
	if !ok {
		return nil, p.unexpected(name)
	}
	args, err := p.arguments(")")
	if err != nil {
		return nil, err
	}
	if len(args) != m.arguments {
		return nil, fmt.Errorf("at %d: the method [%s] takes %d arguments but has %d", name.at+1, name.text, m.arguments, len(args))
	}
	return m.call(name.text, of, args, safe), nil
}
