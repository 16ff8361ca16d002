package expression

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"orrery/sim/input"
)

// The largest expressions that Parse takes. They keep a hostile file from taking the
// stack of its reader.
const (
	maxBytes = 10_000
	maxDepth = 100 // of expressions within expressions
)

// Expression is a text that has been read and not yet tied to the values of its names.
type Expression struct {
	root *node
}

// node is a number, a name, or an operator or function with what it applies to.
type node struct {
	kind   nodeKind
	text   string // the name, the operator or the function
	value  float64
	of     []*node
	offset int // bytes
}

type nodeKind int

const (
	nodeNumber nodeKind = iota
	nodeName
	nodeOperator // of one or two sides
	nodeChoice   // c ? a : b
	nodeCall
)

// Parse reads an expression. The error is an *Error.
func Parse(text string) (*Expression, error) {
	if len(text) > maxBytes {
		return nil, &Error{0, fmt.Sprintf("an expression of %d bytes must have at most %d", len(text), maxBytes)}
	}
	list, err := tokens(text)
	if err != nil {
		return nil, err
	}
	p := parser{list: list}
	root, err := p.choice()
	if err == nil && p.now().kind != tokenEnd {
		err = p.unexpected("an operator or the end")
	}
	if err != nil {
		return nil, err
	}
	return &Expression{root}, nil
}

// Names returns the names that the expression refers to, sorted, each once. Constants and
// functions are none.
func (e *Expression) Names() []string {
	found := map[string]bool{}
	e.root.walk(func(n *node) {
		if n.kind == nodeName {
			found[n.text] = true
		}
	})
	return slices.Sorted(maps.Keys(found))
}

// Random reports whether the expression draws random numbers.
func (e *Expression) Random() bool {
	random := false
	e.root.walk(func(n *node) { random = random || n.kind == nodeCall && functions[n.text].draw != nil })
	return random
}

func (n *node) walk(visit func(*node)) {
	visit(n)
	for _, below := range n.of {
		below.walk(visit)
	}
}

// parser reads tokens from left to right. Each of its methods reads what binds more
// tightly than what the method before reads.
type parser struct {
	list  []token
	at    int
	depth int
}

func (p *parser) now() token { return p.list[p.at] }

// take skips the next token if it is an operator or a word of a text.
func (p *parser) take(texts ...string) (token, bool) {
	t := p.now()
	if t.kind != tokenOperator && t.kind != tokenName || !slices.Contains(texts, t.text) {
		return token{}, false
	}
	p.at++
	return t, true
}

// unexpected returns an error about the next token.
func (p *parser) unexpected(want string) error {
	t := p.now()
	if t.kind == tokenEnd {
		return &Error{t.offset, "the expression ends where " + want + " must stand"}
	}
	return &Error{t.offset, fmt.Sprintf("%q stands where %s must stand", t.text, want)}
}

func (p *parser) choice() (*node, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, &Error{p.now().offset, fmt.Sprintf("expressions must not be nested deeper than %d", maxDepth)}
	}
	defer func() { p.depth-- }()
	condition, err := p.binary(0)
	if err != nil {
		return nil, err
	}
	mark, ok := p.take("?")
	if !ok {
		return condition, nil
	}
	yes, err := p.choice()
	if err != nil {
		return nil, err
	}
	if _, ok := p.take(":"); !ok {
		return nil, p.unexpected(`":"`)
	}
	no, err := p.choice()
	if err != nil {
		return nil, err
	}
	return &node{kind: nodeChoice, of: []*node{condition, yes, no}, offset: mark.offset}, nil
}

// levels are the operators of two sides, from those that bind least.
var levels = [][]string{{"or"}, {"and"}, {"<", "<=", ">", ">=", "==", "!="}, {"+", "-"}, {"*", "/", "%"}}

// comparison is the level on which `not` stands to the left, and sides are not chained.
const comparison = 2

func (p *parser) binary(level int) (*node, error) {
	if level == len(levels) {
		return p.sign()
	}
	if level == comparison {
		if word, ok := p.take("not"); ok {
			if p.depth++; p.depth > maxDepth {
				return nil, &Error{word.offset, fmt.Sprintf("expressions must not be nested deeper than %d", maxDepth)}
			}
			defer func() { p.depth-- }()
			side, err := p.binary(level)
			if err != nil {
				return nil, err
			}
			return &node{kind: nodeOperator, text: "not", of: []*node{side}, offset: word.offset}, nil
		}
	}
	left, err := p.binary(level + 1)
	if err != nil {
		return nil, err
	}
	for compared := false; ; compared = true {
		operator, ok := p.take(levels[level]...)
		if !ok {
			return left, nil
		}
		if level == comparison && compared {
			return nil, &Error{operator.offset, fmt.Sprintf("%q follows another comparison: join the two by and", operator.text)}
		}
		right, err := p.binary(level + 1)
		if err != nil {
			return nil, err
		}
		left = &node{kind: nodeOperator, text: operator.text, of: []*node{left, right}, offset: operator.offset}
	}
}

func (p *parser) sign() (*node, error) {
	operator, ok := p.take("-", "+")
	if !ok {
		return p.power()
	}
	if p.depth++; p.depth > maxDepth {
		return nil, &Error{operator.offset, fmt.Sprintf("expressions must not be nested deeper than %d", maxDepth)}
	}
	defer func() { p.depth-- }()
	side, err := p.sign()
	if err != nil || operator.text == "+" {
		return side, err
	}
	return &node{kind: nodeOperator, text: "-", of: []*node{side}, offset: operator.offset}, nil
}

// power reads from right to left: 2^3^2 is 2^9, and -2^2 is -4.
func (p *parser) power() (*node, error) {
	base, err := p.operand()
	if err != nil {
		return nil, err
	}
	operator, ok := p.take("^")
	if !ok {
		return base, nil
	}
	exponent, err := p.sign()
	if err != nil {
		return nil, err
	}
	return &node{kind: nodeOperator, text: "^", of: []*node{base, exponent}, offset: operator.offset}, nil
}

func (p *parser) operand() (*node, error) {
	t := p.now()
	switch {
	case t.kind == tokenNumber:
		p.at++
		return &node{kind: nodeNumber, value: t.value, offset: t.offset}, nil
	case t.kind == tokenName && !slices.Contains([]string{"and", "or", "not"}, t.text):
		p.at++
		if _, ok := p.take("("); ok {
			return p.call(t)
		}
		if value, ok := constants[t.text]; ok {
			return &node{kind: nodeNumber, value: value, offset: t.offset}, nil
		}
		return &node{kind: nodeName, text: t.text, offset: t.offset}, nil
	}
	if _, ok := p.take("("); !ok {
		return nil, p.unexpected("a number, a name or a parenthesis")
	}
	inner, err := p.choice()
	if err != nil {
		return nil, err
	}
	if _, ok := p.take(")"); !ok {
		return nil, p.unexpected(`")"`)
	}
	return inner, nil
}

// call reads what a function is applied to, after the parenthesis has been opened.
func (p *parser) call(name token) (*node, error) {
	f, ok := functions[name.text]
	if !ok {
		known := names(functions)
		return nil, &Error{name.offset, fmt.Sprintf("unknown function %q%s; there are %s", name.text, input.Perhaps(name.text, known), strings.Join(known, ", "))}
	}
	n := &node{kind: nodeCall, text: name.text, offset: name.offset}
	if _, ok := p.take(")"); ok {
		return n, f.checkCount(n)
	}
	for {
		argument, err := p.choice()
		if err != nil {
			return nil, err
		}
		n.of = append(n.of, argument)
		if _, ok := p.take(")"); ok {
			return n, f.checkCount(n)
		}
		if _, ok := p.take(","); !ok {
			return nil, p.unexpected(`"," or ")"`)
		}
	}
}

// names returns the sorted keys of a map.
func names[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
