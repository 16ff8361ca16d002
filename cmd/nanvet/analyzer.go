package main

import (
	"fmt"
	"go/ast"
	"go/format"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
)

var analyzer = &analysis.Analyzer{
	Name: "nanvet",
	Doc:  "find comparisons in tests that NaN passes",
	Run:  run,
}

// failing are the methods by which a test says that something is wrong.
var failing = []string{"Error", "Errorf", "Fatal", "Fatalf", "Fail", "FailNow"}

func run(pass *analysis.Pass) (any, error) {
	for _, file := range pass.Files {
		if !strings.HasSuffix(pass.Fset.Position(file.Package).Filename, "_test.go") {
			continue
		}
		for _, decl := range file.Decls {
			f, isFunc := decl.(*ast.FuncDecl)
			method := isFunc && f.Recv != nil
			verdicts := verdictsOf(pass, method, decl)
			ast.Inspect(decl, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.IfStmt:
					check(pass, method, n.Cond, n.Body.List)
					verdicts.branch(n)
				case *ast.AssignStmt:
					verdicts.assignment(n)
				case *ast.SwitchStmt:
					if n.Tag != nil {
						break
					}
					for _, s := range n.Body.List {
						for _, condition := range s.(*ast.CaseClause).List {
							check(pass, method, condition, s.(*ast.CaseClause).Body)
						}
					}
				}
				return true
			})
		}
	}
	return nil, nil
}

// check reports what is wrong with the condition of one branch of a test, or of a method
// of a type that a test made up.
func check(pass *analysis.Pass, method bool, condition ast.Expr, body []ast.Stmt) {
	if !fails(pass, method, body) {
		if c := comparison(pass, condition); c != nil && keeps(body, c) {
			pass.Reportf(c.Pos(), "NaN passes, as it is never the worst: use max or min")
		}
		return
	}
	if asksForNaN(pass, condition) {
		return
	}
	report(pass, defined(condition))
}

// report reports each comparison of a condition that says that something is wrong.
func report(pass *analysis.Pass, condition ast.Expr) {
	for _, operand := range operands(condition) {
		if c := comparison(pass, operand); c != nil {
			better := mended(pass.Fset, c)
			pass.Report(analysis.Diagnostic{
				Pos: c.Pos(), Message: "NaN passes: write " + better,
				SuggestedFixes: []analysis.SuggestedFix{{
					Message:   "make NaN fail",
					TextEdits: []analysis.TextEdit{{Pos: operand.Pos(), End: operand.End(), NewText: []byte(better)}},
				}},
			})
		}
	}
}

var opposite = map[token.Token]token.Token{token.GTR: token.LEQ, token.GEQ: token.LSS, token.LSS: token.GEQ, token.LEQ: token.GTR}

// operands returns what a condition joins by "and" and "or".
func operands(condition ast.Expr) []ast.Expr {
	if e, ok := ast.Unparen(condition).(*ast.BinaryExpr); ok && (e.Op == token.LAND || e.Op == token.LOR) {
		return append(operands(e.X), operands(e.Y)...)
	}
	return []ast.Expr{condition}
}

// defined returns what a variable was declared as, when a condition is nothing but a
// variable, else the condition.
func defined(condition ast.Expr) ast.Expr {
	id, ok := ast.Unparen(condition).(*ast.Ident)
	if !ok || id.Obj == nil {
		return condition
	}
	declared, ok := id.Obj.Decl.(*ast.AssignStmt)
	if !ok || len(declared.Lhs) != len(declared.Rhs) {
		return condition
	}
	for i, to := range declared.Lhs {
		if to, ok := to.(*ast.Ident); ok && to.Name == id.Name {
			return declared.Rhs[i]
		}
	}
	return condition
}

// comparison returns e when it says which of two floating-point numbers is greater,
// else nil.
func comparison(pass *analysis.Pass, e ast.Expr) *ast.BinaryExpr {
	c, ok := ast.Unparen(e).(*ast.BinaryExpr)
	if !ok || opposite[c.Op] == 0 || !float(pass.TypesInfo.TypeOf(c.X)) {
		return nil
	}
	return c
}

func float(t types.Type) bool {
	basic, ok := t.Underlying().(*types.Basic)
	return ok && basic.Info()&types.IsFloat != 0
}

// mended returns a comparison that says the same of numbers, and is true for NaN.
func mended(fset *token.FileSet, c *ast.BinaryExpr) string {
	if call, ok := c.X.(*ast.CallExpr); ok && c.Op == token.GTR && types.ExprString(call.Fun) == "math.Abs" {
		if d, ok := call.Args[0].(*ast.BinaryExpr); ok && d.Op == token.SUB {
			return fmt.Sprintf("!scalar.EqualWithinAbs(%s, %s, %s)", source(fset, d.X), source(fset, d.Y), source(fset, c.Y))
		}
	}
	return fmt.Sprintf("!(%s %s %s)", source(fset, c.X), opposite[c.Op], source(fset, c.Y))
}

// source returns an expression as Go code.
func source(fset *token.FileSet, e ast.Expr) string {
	var b strings.Builder
	if err := format.Node(&b, fset, e); err != nil {
		panic(err) // it has just been parsed
	}
	return b.String()
}

// fails reports whether a body itself says that the test has failed: it calls a method of
// the test, panics, or returns a new error. A method that panics or returns an error is
// part of what is tested, such as a model that breaks down.
func fails(pass *analysis.Pass, method bool, body []ast.Stmt) bool {
	return slices.ContainsFunc(body, func(s ast.Stmt) bool {
		switch s := s.(type) {
		case *ast.ExprStmt:
			call, ok := s.X.(*ast.CallExpr)
			if !ok {
				return false
			}
			if called, ok := call.Fun.(*ast.SelectorExpr); ok {
				return slices.Contains(failing, called.Sel.Name) && pass.TypesInfo.Selections[called] != nil
			}
			if l := literal(call.Fun); l != nil {
				return fails(pass, method, l.Body.List)
			}
			return !method && types.ExprString(call.Fun) == "panic"
		case *ast.ReturnStmt:
			return !method && slices.ContainsFunc(s.Results, func(e ast.Expr) bool {
				call, ok := e.(*ast.CallExpr)
				return ok && slices.Contains([]string{"fmt.Errorf", "errors.New"}, types.ExprString(call.Fun))
			})
		}
		return false
	})
}

// literal returns the function of the test that a name was declared as, else nil.
func literal(name ast.Expr) *ast.FuncLit {
	l, _ := defined(name).(*ast.FuncLit)
	return l
}

// keeps reports whether a body begins by copying one side of a comparison to the other.
func keeps(body []ast.Stmt, c *ast.BinaryExpr) bool {
	if len(body) == 0 {
		return false
	}
	assignment, ok := body[0].(*ast.AssignStmt)
	if !ok || assignment.Tok != token.ASSIGN || len(assignment.Lhs) != len(assignment.Rhs) {
		return false
	}
	x, y := types.ExprString(c.X), types.ExprString(c.Y)
	for i := range assignment.Lhs {
		to, from := types.ExprString(assignment.Lhs[i]), types.ExprString(assignment.Rhs[i])
		if to == x && from == y || to == y && from == x {
			return true
		}
	}
	return false
}

// asksForNaN reports whether a condition calls math.IsNaN, and so knows what it does.
func asksForNaN(pass *analysis.Pass, condition ast.Expr) (asks bool) {
	ast.Inspect(condition, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			f, ok := pass.TypesInfo.Uses[id].(*types.Func)
			asks = asks || ok && f.FullName() == "math.IsNaN"
		}
		return !asks
	})
	return asks
}
