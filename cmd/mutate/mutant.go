package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strconv"
	"strings"
)

// mutant is one change of one file: the bytes from start to end become text.
type mutant struct {
	pkg        *goPackage
	file       string // path
	line       int
	start, end int // offsets
	text       string
	what       string // for the report

	number   int    // from 1, in the order of the draw
	planted  bool   // together with all others
	function [2]int // offsets of the body around it, if planted
	// Where the code that it changes and the body around it are once all mutants are planted.
	at, from, to place
}

func (m *mutant) String() string { return fmt.Sprintf("%s:%d: %s", m.file, m.line, m.what) }

// key is the name of a mutant in a report.
func (m *mutant) key() string { return fmt.Sprint(m.number, " ", m) }

// apply returns the file with the change.
func (m *mutant) apply() ([]byte, error) {
	content, err := os.ReadFile(m.file)
	if err != nil {
		return nil, err
	}
	return []byte(apply(content, 0, len(content), []edit{{m.start, m.end, m.text}})), nil
}

// mutantsOf returns every mutant of a file, in the order of its text.
func mutantsOf(pkg *goPackage, file string) ([]*mutant, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	fset := token.NewFileSet()
	parsed, err := parser.ParseFile(fset, file, content, parser.SkipObjectResolution|parser.ParseComments)
	if err != nil || ast.IsGenerated(parsed) {
		return nil, err
	}
	f := &finder{content: content, fset: fset}
	f.file = mutant{pkg: pkg, file: file}
	ast.Inspect(parsed, f.visit)
	return f.found, nil
}

// finder collects the mutants of one file.
type finder struct {
	content []byte
	fset    *token.FileSet
	file    mutant // that the others are made of
	found   []*mutant
}

// replace adds the mutant in which text stands between two places.
func (f *finder) replace(from, to token.Pos, text string) {
	m := f.file
	place := f.fset.Position(from)
	m.line, m.start, m.end, m.text = place.Line, place.Offset, f.fset.Position(to).Offset, text
	old := strings.Join(strings.Fields(string(f.content[m.start:m.end])), " ")
	if len(old) > 60 {
		old = old[:60] + "…"
	}
	m.what = fmt.Sprintf("%s → %s", old, text)
	if text == "" {
		m.what = "without " + old
	}
	f.found = append(f.found, &m)
}

func (f *finder) source(n ast.Node) string {
	return string(f.content[f.fset.Position(n.Pos()).Offset:f.fset.Position(n.End()).Offset])
}

// swapped are the operators that are mistaken for one another.
var swapped = map[token.Token][]token.Token{
	token.LSS: {token.LEQ, token.GEQ}, token.LEQ: {token.LSS, token.GTR},
	token.GTR: {token.GEQ, token.LEQ}, token.GEQ: {token.GTR, token.LSS},
	token.EQL: {token.NEQ}, token.NEQ: {token.EQL},
	token.ADD: {token.SUB}, token.SUB: {token.ADD}, token.MUL: {token.QUO}, token.QUO: {token.MUL},
	token.LAND: {token.LOR}, token.LOR: {token.LAND},
	token.ADD_ASSIGN: {token.SUB_ASSIGN, token.ASSIGN}, token.SUB_ASSIGN: {token.ADD_ASSIGN},
	token.MUL_ASSIGN: {token.QUO_ASSIGN}, token.QUO_ASSIGN: {token.MUL_ASSIGN},
	token.INC: {token.DEC}, token.DEC: {token.INC},
}

func (f *finder) swap(at token.Pos, operator token.Token) {
	for _, other := range swapped[operator] {
		f.replace(at, at+token.Pos(len(operator.String())), other.String())
	}
}

// visit adds the mutants of one node.
func (f *finder) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.ImportSpec, *ast.Comment, *ast.Field:
		return false
	case *ast.BinaryExpr:
		f.swap(n.OpPos, n.Op)
	case *ast.UnaryExpr:
		if n.Op == token.SUB || n.Op == token.NOT {
			f.replace(n.OpPos, n.OpPos+1, "")
		}
	case *ast.IncDecStmt:
		f.swap(n.TokPos, n.Tok)
	case *ast.AssignStmt:
		f.swap(n.TokPos, n.Tok)
	case *ast.BasicLit:
		f.literal(n)
	case *ast.Ident:
		if n.Name == "true" || n.Name == "false" {
			f.replace(n.Pos(), n.End(), strconv.FormatBool(n.Name == "false"))
		}
	case *ast.IfStmt:
		f.branch(n)
	case *ast.ExprStmt: // a call whose result nobody uses, as of a Sync
		f.replace(n.Pos(), n.End(), "")
	case *ast.DeferStmt:
		f.replace(n.Pos(), n.End(), "")
	case *ast.CallExpr:
		f.call(n)
	}
	return true
}

// literal doubles and halves a number, or moves a small whole one or a zero by one.
func (f *finder) literal(n *ast.BasicLit) {
	switch n.Kind {
	case token.INT:
		if v, err := strconv.Atoi(n.Value); err == nil && v < 4 {
			f.replace(n.Pos(), n.End(), strconv.Itoa(v+1))
			return
		}
		fallthrough
	case token.FLOAT:
		if v, err := strconv.ParseFloat(n.Value, 64); err == nil && v == 0 { // which twice as much is, too
			f.replace(n.Pos(), n.End(), "1.0")
			return
		}
		f.replace(n.Pos(), n.End(), "("+n.Value+" * 2)")
		f.replace(n.Pos(), n.End(), "("+n.Value+" / 2)")
	}
}

// branch forgets what is done about an error, and takes or leaves other branches always.
func (f *finder) branch(n *ast.IfStmt) {
	f.replace(n.Cond.Pos(), n.Cond.End(), "("+f.source(n.Cond)+") && false")
	if c, ok := n.Cond.(*ast.BinaryExpr); ok && c.Op == token.NEQ && f.source(c.Y) == "nil" {
		return // taking it always would return a nil error at once, which everything notices
	}
	f.replace(n.Cond.Pos(), n.Cond.End(), "("+f.source(n.Cond)+") || true")
}

// call leaves out a bound: min(a, b) becomes a, and b.
func (f *finder) call(n *ast.CallExpr) {
	if name := f.source(n.Fun); (name == "min" || name == "max" || name == "math.Min" || name == "math.Max") && len(n.Args) == 2 {
		for _, argument := range n.Args {
			f.replace(n.Pos(), n.End(), "("+f.source(argument)+")")
		}
	}
}
