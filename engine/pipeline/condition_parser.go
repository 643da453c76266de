package pipeline

import (
	"fmt"
	"slices"

	"github.com/vedette-siem/vedette/engine/eserr"
)

type conditionParser struct {
	source string
	pos    int
	next   token
	depth  int
}

func (p *conditionParser) advance() (err error) {
	p.next, err = p.lex()
	return err
}

// is reports whether the next word is one of the operators.
func (p *conditionParser) is(ops ...string) bool {
	return p.next.kind == 'o' && slices.Contains(ops, p.next.text)
}

// accept takes the operator if it comes next.
func (p *conditionParser) accept(op string) (bool, error) {
	if !p.is(op) {
		return false, nil
	}
	return true, p.advance()
}

func (p *conditionParser) expect(op string) error {
	if !p.is(op) {
		return p.unexpected(p.next)
	}
	return p.advance()
}

func (p *conditionParser) parse() (expression, error) {
	if err := p.advance(); err != nil {
		return nil, err
	}
	if p.next.kind == 'i' && p.next.text == "return" {
		if err := p.advance(); err != nil {
			return nil, err
		}
	}
	x, err := p.or()
	if err != nil {
		return nil, err
	}
	if _, err := p.accept(";"); err != nil {
		return nil, err
	}
	if p.next.kind != 0 {
		return nil, p.unexpected(p.next)
	}
	return x, nil
}

// enter guards the parser's own stack.
func (p *conditionParser) enter() error {
	if p.depth++; p.depth > maxConditionDepth {
		return fmt.Errorf("at %d: a condition may be nested no deeper than %d", p.next.at+1, maxConditionDepth)
	}
	return nil
}

func (p *conditionParser) or() (expression, error) {
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	return p.chain("||", true, p.and)
}

func (p *conditionParser) and() (expression, error) { return p.chain("&&", false, p.not) }

// chain reads parts joined by an operator; stop is the value of a part that decides the whole.
func (p *conditionParser) chain(op string, stop bool, part func() (expression, error)) (expression, error) {
	first, err := part()
	if err != nil || !p.is(op) {
		return first, err
	}
	parts := []expression{first}
	for p.is(op) {
		if err := p.advance(); err != nil {
			return nil, err
		}
		next, err := part()
		if err != nil {
			return nil, err
		}
		parts = append(parts, next)
	}
	return func(e *evaluation) (any, error) {
		for _, x := range parts {
			b, err := truth(x, e)
			if err != nil || b == stop {
				return b, err
			}
		}
		return !stop, nil
	}, nil
}

func truth(x expression, e *evaluation) (bool, error) {
	v, err := x(e)
	if err != nil {
		return false, err
	}
	b, ok := v.(bool)
	if !ok {
		return false, eserr.BadRequest("class_cast_exception", "Cannot cast from [%s] to [boolean].", javaType(v))
	}
	return b, nil
}

func (p *conditionParser) not() (expression, error) {
	if !p.is("!") {
		return p.compare()
	}
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	if err := p.advance(); err != nil {
		return nil, err
	}
	x, err := p.not()
	if err != nil {
		return nil, err
	}
	return func(e *evaluation) (any, error) {
		b, err := truth(x, e)
		return !b, err
	}, nil
}

func (p *conditionParser) compare() (expression, error) {
	left, err := p.primary()
	if err != nil || !p.is("==", "!=", "<", "<=", ">", ">=") {
		return left, err
	}
	op := p.next.text
	if err := p.advance(); err != nil {
		return nil, err
	}
	right, err := p.primary()
	if err != nil {
		return nil, err
	}
	return func(e *evaluation) (any, error) {
		a, err := left(e)
		if err != nil {
			return nil, err
		}
		b, err := right(e)
		if err != nil {
			return nil, err
		}
		return compareValues(op, a, b)
	}, nil
}

// compareValues applies an operator. Only numbers have an order in Painless.
func compareValues(op string, a, b any) (any, error) {
	switch op {
	case "==":
		return equal(a, b), nil
	case "!=":
		return !equal(a, b), nil
	}
	x, ok := a.(Number)
	y, ok2 := b.(Number)
	if !ok || !ok2 {
		return nil, eserr.BadRequest("class_cast_exception", "Cannot apply [%s] operation to types [%s] and [%s].", op, javaType(a), javaType(b))
	}
	switch c := compareNumbers(x, y); op {
	case "<":
		return c < 0, nil
	case "<=":
		return c <= 0, nil
	case ">":
		return c > 0, nil
	default:
		return c >= 0, nil
	}
}
