package sim

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// declaredKinds returns the values of this package's constants by the name of their
// type, as the source has them.
func declaredKinds(t *testing.T) map[string][]string {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string][]string{}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			name, ok := spec.Type.(*ast.Ident)
			if !ok || !strings.HasSuffix(name.Name, "Kind") {
				return true
			}
			for _, v := range spec.Values {
				if literal, ok := v.(*ast.BasicLit); ok {
					text, err := strconv.Unquote(literal.Value)
					if err != nil {
						t.Fatal(err)
					}
					kinds[name.Name] = append(kinds[name.Name], text)
				}
			}
			return true
		})
	}
	return kinds
}

func texts[K ~string](kinds []K) []string {
	var out []string
	for _, k := range kinds {
		out = append(out, string(k))
	}
	return out
}

// A new kind cannot be left out of the lists by which others check that they know
// every kind.
func TestListsOfKindsAreComplete(t *testing.T) {
	t.Parallel()
	declared := declaredKinds(t)
	listed := map[string][]string{
		"BodyKind": texts(Kinds[BodyKind]()), "ShapeKind": texts(Kinds[ShapeKind]()), "JointKind": texts(Kinds[JointKind]()),
		"FieldKind": texts(Kinds[FieldKind]()), "ActuatorKind": texts(Kinds[ActuatorKind]()),
		"GoalKind": texts(Kinds[GoalKind]()),
	}
	for name, got := range listed {
		if want := slices.Sorted(slices.Values(declared[name])); !slices.Equal(slices.Sorted(slices.Values(got)), want) {
			t.Errorf("%ss returns %q, the source declares %q", name, got, want)
		}
	}
	if len(declared) != len(listed) {
		t.Errorf("the source declares kinds of %q, lists exist of %q", slices.Sorted(maps.Keys(declared)), slices.Sorted(maps.Keys(listed)))
	}
}

func TestReachOfABody(t *testing.T) {
	t.Parallel()
	disc := NewDisc(0.3, 1, Surface{})
	box := NewBox(0.3, 0.4, 1, Surface{})
	rounded := Body{Shapes: []Shape{
		NewShape(Circle, 0.1, Surface{}, Vec{X: -0.2}),
		NewShape(Segment, 0.05, Surface{}, Vec{X: 1, Y: 0}, Vec{X: 3, Y: 4}),
		NewShape(Circle, 0.2, Surface{}, Vec{Y: 1}),
	}}
	for _, c := range []struct {
		body Body
		want float64
	}{{disc, 0.3}, {box, 0.5}, {rounded, 5.05}, {Body{}, 0}} {
		if got := c.body.Reach(); !(got > c.want-1e-12 && got < c.want+1e-12) {
			t.Errorf("got %v m, want %v m", got, c.want)
		}
	}
}
