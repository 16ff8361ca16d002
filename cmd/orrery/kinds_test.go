package main

import (
	"go/ast"
	"go/token"
	"maps"
	"slices"
	"strings"
	"testing"
)

// kindType is a type of ours such as sim.JointKind, with its constants.
type kindType struct {
	name      string // with its package
	constants []string
}

// TestKindsAreExhaustive looks at every map from a kind of ours, and at every switch with a
// constant of one among its cases. The map has an entry for each. The switch has all constants of the kind, or a default that is an error or
// a panic, so that a new kind is nowhere taken for another in silence.
func TestKindsAreExhaustive(t *testing.T) {
	skipShort(t)
	t.Parallel()
	packages := ourPackages(t)
	var sources []*ast.File
	for _, p := range packages {
		sources = append(sources, p.files...)
	}
	files, kinds := packages["sim"].fset, kindsOf(sources)
	if len(kinds["sim.Pivot"].constants) < 6 || len(kinds["sim.Circle"].constants) < 3 {
		t.Fatalf("the kinds of joints and shapes were not found among %v", slices.Sorted(maps.Keys(kinds)))
	}
	types := map[string]*kindType{}
	for _, kind := range kinds {
		types[kind.name] = kind
	}
	seen := 0
	for _, source := range sources {
		ast.Inspect(source, func(n ast.Node) bool {
			if table, ok := n.(*ast.CompositeLit); ok {
				for _, missing := range missingKeys(table, source.Name.Name, types) {
					t.Errorf("%v: the table has no entry for %s", files.Position(n.Pos()), missing)
				}
			}
			s, ok := n.(*ast.SwitchStmt)
			if !ok {
				return true
			}
			kind, cases, otherwise := casesOf(s, source.Name.Name, kinds)
			if kind == nil {
				return true
			}
			seen++
			if otherwise != nil && fails(otherwise) {
				return true
			}
			for _, constant := range kind.constants {
				if !slices.Contains(cases, constant) {
					t.Errorf("%v: the switch over %s has no case for %s, and no default that is an error or a panic", files.Position(s.Pos()), kind.name, constant)
				}
			}
			return true
		})
	}
	if seen < 10 {
		t.Errorf("only %d switches over kinds were found", seen)
	}
}

// kindsOf returns the kinds by the names of their constants, both with the package.
func kindsOf(sources []*ast.File) map[string]*kindType {
	types, kinds := map[string]*kindType{}, map[string]*kindType{}
	for _, source := range sources {
		for _, decl := range source.Decls {
			constants, ok := decl.(*ast.GenDecl)
			if !ok || constants.Tok != token.CONST {
				continue
			}
			last := "" // type of the constants before, which those without one have too
			for _, spec := range constants.Specs {
				value := spec.(*ast.ValueSpec)
				if name, ok := value.Type.(*ast.Ident); ok {
					last = name.Name
				} else if value.Values != nil {
					last = ""
				}
				if !strings.HasSuffix(last, "Kind") {
					continue
				}
				name := source.Name.Name + "." + last
				if types[name] == nil {
					types[name] = &kindType{name: name}
				}
				for _, constant := range value.Names {
					full := source.Name.Name + "." + constant.Name
					types[name].constants = append(types[name].constants, full)
					kinds[full] = types[name]
				}
			}
		}
	}
	return kinds
}

// casesOf returns the kind over which a switch goes, or nil, its constants there, and the
// default.
func casesOf(s *ast.SwitchStmt, here string, kinds map[string]*kindType) (kind *kindType, cases []string, otherwise *ast.CaseClause) {
	for _, clause := range s.Body.List {
		clause := clause.(*ast.CaseClause)
		if clause.List == nil {
			otherwise = clause
		}
		for _, value := range clause.List {
			name := fullName(value, here)
			if k := kinds[name]; k != nil {
				kind, cases = k, append(cases, name)
			}
		}
	}
	return kind, cases, otherwise
}

// fullName returns a name in a package with the package's, or nothing for what is no name.
func fullName(e ast.Expr, here string) string {
	switch e := e.(type) {
	case *ast.Ident:
		return here + "." + e.Name
	case *ast.SelectorExpr:
		if from, ok := e.X.(*ast.Ident); ok {
			return from.Name + "." + e.Sel.Name
		}
	}
	return ""
}

// missingKeys returns the constants of a kind for which a map from the kind has no entry.
func missingKeys(table *ast.CompositeLit, here string, types map[string]*kindType) (missing []string) {
	of, ok := table.Type.(*ast.MapType)
	if !ok || types[fullName(of.Key, here)] == nil || len(table.Elts) == 0 {
		return nil
	}
	var keys []string
	for _, entry := range table.Elts {
		if pair, ok := entry.(*ast.KeyValueExpr); ok {
			keys = append(keys, fullName(pair.Key, here))
		}
	}
	for _, constant := range types[fullName(of.Key, here)].constants {
		if !slices.Contains(keys, constant) {
			missing = append(missing, constant)
		}
	}
	return missing
}

// fails reports whether a clause panics or makes an error.
func fails(clause *ast.CaseClause) (yes bool) {
	for _, statement := range clause.Body {
		ast.Inspect(statement, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			switch f := call.Fun.(type) {
			case *ast.Ident:
				yes = yes || f.Name == "panic"
			case *ast.SelectorExpr:
				yes = yes || f.Sel.Name == "Errorf" || f.Sel.Name == "New" || f.Sel.Name == "Usagef"
			}
			return true
		})
	}
	return yes
}
