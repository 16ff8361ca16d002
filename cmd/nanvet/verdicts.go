package main

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"
)

// A verdicts holds the variables of a test that say later whether it fails: numbers of
// values that are wrong, and whether any is.
type verdicts struct {
	pass   *analysis.Pass
	counts map[types.Object]bool // the test fails when there are too many
	says   map[types.Object]bool // by variable, the value at which the test fails
	seen   map[*ast.BlockStmt]bool
}

// verdictsOf returns the variables on which the branches of a declaration that fail
// depend.
func verdictsOf(pass *analysis.Pass, method bool, decl ast.Decl) *verdicts {
	v := &verdicts{pass, map[types.Object]bool{}, map[types.Object]bool{}, map[*ast.BlockStmt]bool{}}
	ast.Inspect(decl, func(n ast.Node) bool {
		if branch, ok := n.(*ast.IfStmt); ok && fails(pass, method, branch.Body.List) {
			for _, operand := range operands(branch.Cond) {
				v.learn(operand)
			}
		}
		return true
	})
	return v
}

// learn notes on what one operand of a condition that fails depends.
func (v *verdicts) learn(operand ast.Expr) {
	says := true
	operand = ast.Unparen(operand)
	if not, ok := operand.(*ast.UnaryExpr); ok && not.Op == token.NOT {
		operand, says = ast.Unparen(not.X), false
	}
	switch e := operand.(type) {
	case *ast.Ident:
		if of := v.pass.TypesInfo.Uses[e]; of != nil {
			v.says[of] = says
		}
	case *ast.CallExpr:
		name := e.Fun
		if called := types.ExprString(e.Fun); called == "slices.ContainsFunc" || called == "slices.IndexFunc" {
			name = e.Args[1]
		}
		if body := bodyOf(name); body != nil && !v.seen[body] {
			v.seen[body] = true
			v.answers(body, says)
		}
	case *ast.BinaryExpr:
		id, ok := ast.Unparen(e.X).(*ast.Ident)
		if ok && says && (e.Op == token.GTR || e.Op == token.GEQ || e.Op == token.NEQ && types.ExprString(e.Y) == "0") {
			v.counts[v.pass.TypesInfo.Uses[id]] = true
		}
	}
}

// branch reports a comparison after which one more is counted as wrong, or the test is
// said to fail.
func (v *verdicts) branch(s *ast.IfStmt) {
	if len(s.Body.List) == 0 || asksForNaN(v.pass, s.Cond) {
		return
	}
	switch first := s.Body.List[0].(type) {
	case *ast.IncDecStmt:
		if id, ok := first.X.(*ast.Ident); ok && first.Tok == token.INC && v.counts[v.pass.TypesInfo.Uses[id]] {
			report(v.pass, s.Cond)
		}
	case *ast.AssignStmt:
		for i, to := range first.Lhs {
			id, ok := to.(*ast.Ident)
			if !ok || len(first.Lhs) != len(first.Rhs) {
				continue
			}
			if says, known := v.says[v.pass.TypesInfo.Uses[id]]; known && types.ExprString(first.Rhs[i]) == map[bool]string{true: "true", false: "false"}[says] {
				report(v.pass, s.Cond)
			}
		}
	}
}

// assignment reports a comparison that joins what was wrong before.
func (v *verdicts) assignment(s *ast.AssignStmt) {
	if s.Tok != token.ASSIGN || len(s.Lhs) != len(s.Rhs) {
		return
	}
	for i, to := range s.Lhs {
		if id, ok := to.(*ast.Ident); ok && v.says[v.pass.TypesInfo.Uses[id]] && !asksForNaN(v.pass, s.Rhs[i]) {
			report(v.pass, s.Rhs[i])
		}
	}
}

// answers reports the comparisons of a function whose answer makes a test fail.
func (v *verdicts) answers(body *ast.BlockStmt, wrong bool) {
	for _, s := range body.List {
		ast.Inspect(s, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncLit:
				return false
			case *ast.ReturnStmt:
				if wrong && len(n.Results) == 1 && !asksForNaN(v.pass, n.Results[0]) {
					report(v.pass, n.Results[0])
				}
			case *ast.IfStmt:
				if len(n.Body.List) == 0 || asksForNaN(v.pass, n.Cond) {
					break
				}
				if answer, ok := n.Body.List[0].(*ast.ReturnStmt); ok && len(answer.Results) == 1 &&
					types.ExprString(answer.Results[0]) == map[bool]string{true: "true", false: "false"}[wrong] {
					report(v.pass, n.Cond)
				}
			}
			return true
		})
	}
}

// bodyOf returns what a function of the test's own file does, or one without a name, else
// nil.
func bodyOf(f ast.Expr) *ast.BlockStmt {
	if l, ok := defined(f).(*ast.FuncLit); ok {
		return l.Body
	}
	if id, ok := f.(*ast.Ident); ok && id.Obj != nil {
		if d, ok := id.Obj.Decl.(*ast.FuncDecl); ok {
			return d.Body
		}
	}
	return nil
}
