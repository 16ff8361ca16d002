package main

import (
	"go/ast"
	"go/token"
	"regexp"
	"strings"
	"testing"
)

// maxExported is how many names a reader of a package can be asked to survey.
const maxExported = 40

// largeByKind are the packages that may have more, and why.
var largeByKind = map[string]int{
	"sim/scenario/file": 60, // each object of the format is a type, which nobody has to know by heart
	"sim":               45, // its kinds, its scene and what is seen of it are the words that all others share
}

func TestPackagesAreDocumented(t *testing.T) {
	skipShort(t)
	for _, p := range ourPackages(t) {
		opening := "Package " + p.files[0].Name.Name + " "
		if p.files[0].Name.Name == "main" {
			opening = "Command " + p.path[strings.LastIndex(p.path, "/")+1:] + " "
		}
		var comments []string
		for _, file := range p.files {
			if file.Doc != nil {
				comments = append(comments, file.Doc.Text())
			}
		}
		if len(comments) != 1 || !strings.HasPrefix(comments[0], opening) {
			t.Errorf("package %s needs one package comment that starts with %q", p.path, opening)
		}
	}
}

func TestExportedNamesAreDocumented(t *testing.T) {
	skipShort(t)
	for _, p := range ourPackages(t) {
		for _, name := range p.exportedNames() {
			if !name.documented() {
				t.Errorf("%s: %s needs a comment that starts with its name", p.fset.Position(name.pos), name.name)
			}
		}
	}
}

func TestPackagesAreSmallEnoughToSurvey(t *testing.T) {
	skipShort(t)
	packages, all := 0, 0
	for _, p := range ourPackages(t) {
		count := 0
		for _, name := range p.exportedNames() {
			if !name.method && !name.value {
				count++
			}
		}
		if most := max(maxExported, largeByKind[p.path]); count > most {
			t.Errorf("package %s exports %d names, more than %d", p.path, count, most)
		}
		packages, all = packages+1, all+count
	}
	t.Logf("%d names in %d packages", all, packages)
	if all > 25*packages {
		t.Errorf("packages export %d names on average", all/packages)
	}
}

// exportedName is a name that users of a package can write.
type exportedName struct {
	name   string
	pos    token.Pos
	doc    string // its own comment
	group  string // the comment of the parenthesised declaration round it
	method bool   // of a type or an interface
	value  bool   // a constant of a type with a name, which lists what the type can be
}

// documented reports whether the name has a comment that starts with it, or
// shares the comment of its group.
func (n exportedName) documented() bool {
	own := regexp.MustCompile(`^(A |An |The )?` + regexp.QuoteMeta(n.name) + `\b`)
	return n.group != "" || own.MatchString(n.doc)
}

func (p *goPackage) exportedNames() []exportedName {
	var names []exportedName
	for _, file := range p.files {
		for _, decl := range file.Decls {
			switch decl := decl.(type) {
			case *ast.FuncDecl:
				if decl.Name.IsExported() && (decl.Recv == nil || ast.IsExported(receiver(decl))) {
					names = append(names, exportedName{decl.Name.Name, decl.Pos(), decl.Doc.Text(), "", decl.Recv != nil, false})
				}
			case *ast.GenDecl:
				for _, spec := range decl.Specs {
					names = append(names, specNames(decl, spec)...)
				}
			}
		}
	}
	return names
}

// specNames returns the exported names of one line or block of a declaration of
// types, constants or variables.
func specNames(decl *ast.GenDecl, spec ast.Spec) []exportedName {
	var names []exportedName
	add := func(id *ast.Ident, own ...*ast.CommentGroup) {
		if !id.IsExported() {
			return
		}
		name := exportedName{name: id.Name, pos: id.Pos()}
		if decl.Lparen.IsValid() {
			name.group = decl.Doc.Text()
		} else {
			own = append([]*ast.CommentGroup{decl.Doc}, own...)
		}
		for _, comment := range own {
			if name.doc == "" {
				name.doc = comment.Text()
			}
		}
		names = append(names, name)
	}
	switch spec := spec.(type) {
	case *ast.ValueSpec:
		for _, id := range spec.Names {
			add(id, spec.Doc)
		}
		for i := range names {
			names[i].value = decl.Tok == token.CONST && spec.Type != nil
		}
	case *ast.TypeSpec:
		add(spec.Name, spec.Doc)
		if face, ok := spec.Type.(*ast.InterfaceType); ok && spec.Name.IsExported() {
			names = append(names, interfaceMethods(face)...)
		}
	}
	return names
}

func interfaceMethods(face *ast.InterfaceType) []exportedName {
	var names []exportedName
	for _, method := range face.Methods.List {
		for _, id := range method.Names {
			if id.IsExported() {
				names = append(names, exportedName{id.Name, id.Pos(), method.Doc.Text(), "", true, false})
			}
		}
	}
	return names
}

// receiver returns the name of the type that a method belongs to.
func receiver(method *ast.FuncDecl) string {
	typ := method.Recv.List[0].Type
	for {
		switch t := typ.(type) {
		case *ast.StarExpr:
			typ = t.X
		case *ast.IndexExpr:
			typ = t.X
		case *ast.IndexListExpr:
			typ = t.X
		case *ast.Ident:
			return t.Name
		default:
			return ""
		}
	}
}
