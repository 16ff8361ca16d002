package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var (
	// numberType is a type of numbers, alone or in lists and maps.
	numberType = regexp.MustCompile(`^(\.\.\.|\[\w*\]|map\[\w+\]|\*)*(float(32|64)|u?int(8|32|64)?|(sim\.)?Vec|(eval\.)?Number)$`)
	floatType  = regexp.MustCompile(`float|Vec$|Number$`)

	// unitWord is a unit, a shape, or a word for a number that has no unit.
	unitWord = regexp.MustCompile(`(?is)(^|[^a-z'’/])(` + strings.Join([]string{
		`m`, `m/s`, `m/s²`, `m²`, `kg`, `kg·m²`, `N`, `N·m`, `N/m`, `N·s`, `rad`, `rad/s`, `1/s`, `s`, `ms`, `µs`, `ns`, `Hz`, `J`, `px`, `MiB`,
		`metres?`, `kilograms?`, `seconds?`, `radians?`, `degrees?`, `joules?`, `newtons?`, `pixels?`, `bytes?`, `megabytes`, `notches`, `(in|of) (the |its |the parameter's )?(own |same )?unit`, `their units?`, `units?\s(of|that)`, `without a unit`,
		`frames?`, `steps?`, `episodes?`, `rows?`, `columns?`, `examples`, `goroutines`, `widths?`, `decisions`, `numbers? of`, `number that`, `number in`, `numbered`, `how many`,
		`share`, `fraction`, `factor`, `ratio`, `gain`, `exponent`, `probability`, `coefficients?`, `standard deviations?`, `unit vectors?`, `per`, `rate`, `1/kg`, `metre's`, `from 0`, `from 1`, `0 to 1`,
		`index`, `indices`, `version`, `seed`, `randomness`, `weights?`, `loss`,
	}, "|") + `)([^a-z]|$)|%|\[[\w·, +*-]+\]|°`)

	// countWord is a name that says itself what is counted.
	countWord = regexp.MustCompile(`(?i)(frame|step|episode|seed|worker|row|col|index|count|bod(y|ies)|width|height|byte|size|second|fps|line|file|number|samples|draws|iteration|param|scene|task|version|chunk|batch|epoch|example|format|degree|^[nedhbtaijkm]$)`)
)

// leastShareWithUnit leaves room for numbers whose comment says it in words of its own.
const leastShareWithUnit = 0.97

// TestExportedNumbersSayTheirUnit: a unit, a shape, or that there is none. Whole numbers
// may say by their name what they count.
func TestExportedNumbersSayTheirUnit(t *testing.T) {
	skipShort(t)
	t.Parallel()
	numbers, silent := 0, []string(nil)
	for _, p := range ourPackages(t) {
		for _, n := range p.exportedNumbers() {
			if numbers++; !n.saysUnit() {
				silent = append(silent, fmt.Sprintf("%s: %s: %s", p.fset.Position(n.pos), n.name, strings.TrimSpace(n.doc)))
			}
		}
	}
	if share := 1 - float64(len(silent))/float64(numbers); numbers < 700 || !(share >= leastShareWithUnit) {
		t.Errorf("of %d exported numbers %.3f have a comment with the unit, the shape, or a word such as share, factor or number of; all but:\n%s",
			numbers, share, strings.Join(silent, "\n"))
	}
	t.Logf("%d of %d exported numbers", numbers-len(silent), numbers)
}

func TestUnitsAreRecognised(t *testing.T) {
	skipShort(t)
	t.Parallel()
	for doc, want := range map[string]bool{
		"m, from the wall": true, "mass in kilograms": true, "Mean[n] of all": true, "share of the frames that count": true, "number of plans": true, "5 % of it": true,
		"": false, "the body's reach": false, "how far it goes": false, "mean": false, "at once": false, "see Mass": false, "computes dst from x": false, "smallest": false,
	} {
		for typ, whole := range map[string]bool{"float64": false, "[]float32": false, "sim.Vec": false, "int": true} {
			n := exportedNumber{name: "Reach", typ: typ, doc: doc}
			if n.saysUnit() != want {
				t.Errorf("%q of a %s: %t", doc, typ, !want)
			}
			if n.name = "Frames"; n.saysUnit() != (want || whole) {
				t.Errorf("%q of the frames, a %s: %t", doc, typ, want == whole)
			}
		}
	}
	for typ, want := range map[string]bool{
		"float64": true, "[][]float32": true, "...int": true, "map[string]float64": true, "*Number": true, "[2]sim.Vec": true, "uint8": true,
		"string": false, "Spread": false, "time.Duration": false, "Point": false, "func(float64)": false,
	} {
		if numberType.MatchString(typ) != want {
			t.Errorf("%s is a number: %t", typ, !want)
		}
	}
}

// exportedNumber is a constant, variable or field, or a parameter or result of a function,
// that holds numbers.
type exportedNumber struct {
	name, typ string
	pos       token.Pos
	doc       string // all comments that a reader finds beside it
}

func (n exportedNumber) saysUnit() bool {
	return unitWord.MatchString(n.doc) || !floatType.MatchString(n.typ) && countWord.MatchString(n.name)
}

func (p *goPackage) exportedNumbers() []exportedNumber {
	var numbers []exportedNumber
	add := func(id *ast.Ident, typ ast.Expr, doc string) {
		if text := types.ExprString(typ); numberType.MatchString(text) {
			numbers = append(numbers, exportedNumber{id.Name, text, id.Pos(), doc})
		}
	}
	signature := func(name *ast.Ident, function *ast.FuncType, doc string) {
		for _, list := range []*ast.FieldList{function.Params, function.Results} {
			if list == nil {
				continue
			}
			for _, field := range list.List {
				if text := types.ExprString(field.Type); floatType.MatchString(text) { // the name of a count says enough
					for range max(len(field.Names), 1) {
						add(name, field.Type, doc)
					}
				}
			}
		}
	}
	for _, file := range p.files {
		if file.Name.Name == "main" {
			continue
		}
		for _, decl := range file.Decls {
			switch decl := decl.(type) {
			case *ast.FuncDecl:
				if decl.Name.IsExported() && (decl.Recv == nil || ast.IsExported(receiver(decl))) {
					signature(decl.Name, decl.Type, decl.Doc.Text())
				}
			case *ast.GenDecl:
				for _, spec := range decl.Specs {
					switch spec := spec.(type) {
					case *ast.ValueSpec:
						for i, id := range spec.Names {
							if typ := valueType(spec, i); typ != nil && id.IsExported() {
								add(id, typ, decl.Doc.Text()+spec.Doc.Text()+spec.Comment.Text())
							}
						}
					case *ast.TypeSpec:
						if !spec.Name.IsExported() {
							continue
						}
						doc := decl.Doc.Text() + spec.Doc.Text()
						switch typ := spec.Type.(type) {
						case *ast.StructType:
							for _, field := range typ.Fields.List {
								for _, id := range field.Names {
									own := field.Doc.Text() + field.Comment.Text() + described(field)
									if regexp.MustCompile(`\b` + id.Name + `\b`).MatchString(doc) {
										own += doc
									}
									if id.IsExported() {
										add(id, field.Type, own)
									}
								}
							}
						case *ast.InterfaceType:
							for _, method := range typ.Methods.List {
								if function, ok := method.Type.(*ast.FuncType); ok {
									signature(method.Names[0], function, doc+method.Doc.Text())
								}
							}
						case *ast.ArrayType, *ast.MapType:
							add(spec.Name, typ, doc)
						}
					}
				}
			}
		}
	}
	return numbers
}

// valueType returns the type of the i-th value of a declaration: the one that stands there,
// or that of its literal.
func valueType(spec *ast.ValueSpec, i int) ast.Expr {
	if spec.Type != nil {
		return spec.Type
	}
	if i < len(spec.Values) {
		if literal, ok := spec.Values[i].(*ast.BasicLit); ok {
			switch literal.Kind {
			case token.INT:
				return ast.NewIdent("int")
			case token.FLOAT:
				return ast.NewIdent("float64")
			}
		}
	}
	return nil
}

// described returns the description that a field has for a JSON Schema, which is its comment.
func described(field *ast.Field) string {
	if field.Tag == nil {
		return ""
	}
	tag, err := strconv.Unquote(field.Tag.Value)
	if err != nil {
		return ""
	}
	return reflect.StructTag(tag).Get("jsonschema_description")
}
