package aggs

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// An expression is the arithmetic that scripts of pipelines may hold: numbers, `params.x`, + - * / %, comparisons, && || !, `a ? b : c`, parentheses and functions of
// Math. A condition is 1 or 0, and anything but 0 holds. Nothing in it loops, so that it costs no more than its length.
type expression struct {
	eval  func(vars map[string]float64) float64
	truth bool // a comparison or the like
	whole bool // Java computes it with whole numbers
}

// Limits of an expression.
const (
	maxExpression      = 8192 // bytes
	maxExpressionDepth = 50
)

// parseExpression reads a script. names are the variables that there are.
func parseExpression(source string, names []string) (*expression, error) {
	if len(source) > maxExpression {
		return nil, eserr.Illegal("a script of [%d] bytes is longer than the [%d] that this server takes", len(source), maxExpression)
	}
	p := &expressionParser{source: source, names: names}
	p.next()
	if p.token == "return" {
		p.next()
	}
	e := p.ternary(0)
	if p.token == ";" {
		p.next()
	}
	if p.err == nil && p.token != "" {
		p.fail("unexpected [%s]", p.token)
	}
	if p.err != nil {
		return nil, p.err
	}
	return e, nil
}

type expressionParser struct {
	source string
	at     int // behind the token
	token  string
	names  []string
	err    error
}

func (p *expressionParser) fail(format string, args ...any) *expression {
	if p.err == nil {
		p.err = eserr.BadRequest(eserr.IllegalArgument, "script [%s] is not supported: %s near character [%d]; this server computes arithmetic, comparisons, [params.x] and functions of [Math] only",
			p.source, fmt.Sprintf(format, args...), p.at)
	}
	p.token = ""
	return &expression{eval: func(map[string]float64) float64 { return math.NaN() }}
}

// next reads a token: a number, a name with its dots, or an operator; “ at the end.
func (p *expressionParser) next() {
	s := p.source
	for p.at < len(s) && strings.IndexByte(" \t\r\n", s[p.at]) >= 0 {
		p.at++
	}
	from := p.at
	if from == len(s) || p.err != nil {
		p.token = ""
		return
	}
	digit := func(c byte) bool { return c >= '0' && c <= '9' }
	word := func(c byte) bool {
		return c == '_' || c == '$' || c|0x20 >= 'a' && c|0x20 <= 'z' || digit(c) || c == '.'
	}
	switch c := s[from]; {
	case digit(c) || c == '.' && from+1 < len(s) && digit(s[from+1]):
		for p.at < len(s) && (digit(s[p.at]) || s[p.at] == '.' || s[p.at]|0x20 == 'e' || (s[p.at] == '-' || s[p.at] == '+') && s[p.at-1]|0x20 == 'e') {
			p.at++
		}
		for p.at < len(s) && strings.IndexByte("LlDdFf", s[p.at]) >= 0 {
			p.at++
		}
	case word(c):
		for p.at < len(s) && word(s[p.at]) {
			p.at++
		}
	default:
		p.at++
		if p.at < len(s) && slices.Contains([]string{"&&", "||", "==", "!=", "<=", ">="}, s[from:p.at+1]) {
			p.at++
		}
	}
	p.token = s[from:p.at]
}

// take goes on if the token is one of some.
func (p *expressionParser) take(tokens ...string) (string, bool) {
	if t := p.token; t != "" && slices.Contains(tokens, t) {
		p.next()
		return t, true
	}
	return "", false
}

func (p *expressionParser) want(token string) {
	if _, ok := p.take(token); !ok {
		p.fail("expected [%s]", token)
	}
}

func (p *expressionParser) ternary(depth int) *expression {
	if depth > maxExpressionDepth {
		return p.fail("it is nested deeper than [%d] levels", maxExpressionDepth)
	}
	cond := p.binary(0, depth)
	if _, ok := p.take("?"); !ok {
		return cond
	}
	yes := p.ternary(depth + 1)
	p.want(":")
	no := p.ternary(depth + 1)
	return &expression{truth: yes.truth && no.truth, whole: yes.whole && no.whole, eval: func(v map[string]float64) float64 {
		if cond.eval(v) != 0 {
			return yes.eval(v)
		}
		return no.eval(v)
	}}
}

// levels are the binary operators, those that bind loosest first.
func levels() [][]string {
	return [][]string{{"||"}, {"&&"}, {"==", "!="}, {"<", "<=", ">", ">="}, {"+", "-"}, {"*", "/", "%"}}
}

func (p *expressionParser) binary(level, depth int) *expression {
	if level == len(levels()) {
		return p.unary(depth)
	}
	left := p.binary(level+1, depth)
	for {
		op, ok := p.take(levels()[level]...)
		if !ok {
			return left
		}
		left = operate(op, left, p.binary(level+1, depth))
	}
}

// operate joins two expressions. Whole numbers divide without a rest, as in Java.
func operate(op string, a, b *expression) *expression {
	out := &expression{truth: level(op) < 4, whole: level(op) >= 4 && a.whole && b.whole}
	whole := out.whole
	out.eval = func(v map[string]float64) float64 {
		x := a.eval(v)
		switch {
		case op == "||" && x != 0:
			return 1
		case op == "&&" && x == 0:
			return 0
		}
		y := b.eval(v)
		switch op {
		case "+":
			return x + y
		case "-":
			return x - y
		case "*":
			return x * y
		case "/":
			if whole {
				return math.Trunc(x / y)
			}
			return x / y
		case "%":
			return math.Mod(x, y)
		}
		return oneIf(compares(op, x, y))
	}
	return out
}

func level(op string) int {
	return slices.IndexFunc(levels(), func(ops []string) bool { return slices.Contains(ops, op) })
}

func compares(op string, x, y float64) bool {
	switch op {
	case "==":
		return x == y
	case "!=":
		return x != y
	case "<":
		return x < y
	case "<=":
		return x <= y
	case ">":
		return x > y
	case ">=":
		return x >= y
	}
	return y != 0 // && and ||, whose left side does not decide
}

func oneIf(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func (p *expressionParser) unary(depth int) *expression {
	if depth > maxExpressionDepth {
		return p.fail("it is nested deeper than [%d] levels", maxExpressionDepth)
	}
	op, ok := p.take("-", "+", "!")
	if !ok {
		return p.primary(depth)
	}
	e := p.unary(depth + 1)
	switch op {
	case "-":
		return &expression{whole: e.whole, eval: func(v map[string]float64) float64 { return -e.eval(v) }}
	case "!":
		return &expression{truth: true, eval: func(v map[string]float64) float64 { return oneIf(e.eval(v) == 0) }}
	}
	return e
}

func (p *expressionParser) primary(depth int) *expression {
	token := p.token
	switch {
	case token == "(":
		p.next()
		e := p.ternary(depth + 1)
		p.want(")")
		return e
	case token == "":
		return p.fail("it ends too early")
	case token[0] >= '0' && token[0] <= '9' || token[0] == '.':
		return p.number(token)
	case token == "true" || token == "false":
		p.next()
		x := oneIf(token == "true")
		return &expression{truth: true, eval: func(map[string]float64) float64 { return x }}
	case strings.HasPrefix(token, "Math."):
		return p.function(token[len("Math."):], depth)
	}
	name := strings.TrimPrefix(token, "params.")
	if !slices.Contains(p.names, name) {
		return p.fail("unknown [%s]", token)
	}
	p.next()
	return &expression{eval: func(v map[string]float64) float64 { return v[name] }}
}

func (p *expressionParser) number(token string) *expression {
	text := strings.TrimRight(token, "LlDdFf")
	x, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return p.fail("[%s] is no number", token)
	}
	p.next()
	whole := !strings.ContainsAny(token, ".eEdDfF")
	return &expression{whole: whole, eval: func(map[string]float64) float64 { return x }}
}

// function reads a call of Math, or a constant of it.
func (p *expressionParser) function(name string, depth int) *expression {
	p.next()
	switch name {
	case "PI":
		return &expression{eval: func(map[string]float64) float64 { return math.Pi }}
	case "E":
		return &expression{eval: func(map[string]float64) float64 { return math.E }}
	}
	p.want("(")
	args := []*expression{p.ternary(depth + 1)}
	for p.err == nil {
		if _, ok := p.take(","); !ok {
			break
		}
		args = append(args, p.ternary(depth+1))
	}
	p.want(")")
	if f := unaryMath(name); f != nil && len(args) == 1 {
		a := args[0]
		return &expression{whole: a.whole && name == "abs", eval: func(v map[string]float64) float64 { return f(a.eval(v)) }}
	}
	if f := binaryMath(name); f != nil && len(args) == 2 {
		a, b := args[0], args[1]
		return &expression{whole: a.whole && b.whole && name != "pow", eval: func(v map[string]float64) float64 { return f(a.eval(v), b.eval(v)) }}
	}
	return p.fail("unknown function [Math.%s] with [%d] arguments", name, len(args))
}

func unaryMath(name string) func(float64) float64 {
	return map[string]func(float64) float64{"abs": math.Abs, "ceil": math.Ceil, "floor": math.Floor, "sqrt": math.Sqrt, "cbrt": math.Cbrt, "exp": math.Exp, "log": math.Log,
		"log10": math.Log10, "sin": math.Sin, "cos": math.Cos, "tan": math.Tan, "signum": signum, "rint": math.RoundToEven,
		"round": func(x float64) float64 { return math.Floor(x + 0.5) }}[name]
}

func signum(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return x
}

func binaryMath(name string) func(a, b float64) float64 {
	return map[string]func(a, b float64) float64{"max": math.Max, "min": math.Min, "pow": math.Pow, "atan2": math.Atan2, "hypot": math.Hypot}[name]
}
