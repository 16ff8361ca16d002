package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// tried is the environment variable with the number of the mutant that a program with all
// mutants planted is to be. Without it the program is as it was written.
const tried = "MUTATE_TRIED"

// processes is the environment variable with a directory in which every process of such a
// program makes another.
const processes = "MUTATE_PROCESSES"

// switchFile is added to each package with mutants.
const switchFile = `package %s

import (
	"os"
	"strconv"
)

var mutateTried = func() int {
	if dir := os.Getenv("` + processes + `"); dir != "" {
		os.Mkdir(dir+"/"+strconv.Itoa(os.Getpid()), 0o755)
	}
	number, _ := strconv.Atoi(os.Getenv("` + tried + `"))
	return number
}()
`

// plant writes a copy of the code below root into the directory tree, with all mutants that
// can be chosen when the program runs: of the function of each there is a second one with
// the fault, to which the first one turns when it is told to. So everything is compiled
// once. A mutant outside functions stays alone.
func plant(root, tree string, mutants []*mutant) error {
	err := walkCode(root, func(path string, content []byte) error {
		copied := filepath.Join(tree, path)
		if err := os.MkdirAll(filepath.Dir(copied), 0o755); err != nil {
			return err
		}
		return os.WriteFile(copied, content, 0o755)
	})
	if err != nil {
		return err
	}
	byFile := map[string][]*mutant{}
	for _, m := range mutants {
		byFile[m.file] = append(byFile[m.file], m)
	}
	for file, all := range byFile {
		content, err := os.ReadFile(filepath.Join(root, file))
		if err != nil {
			return err
		}
		planted, err := plantFile(file, content, all)
		if err != nil {
			return err
		}
		dir := filepath.Join(tree, filepath.Dir(file))
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(file)), []byte(planted), 0o644); err != nil {
			return err
		}
		text := fmt.Sprintf(switchFile, all[0].pkg.Name)
		if err := os.WriteFile(filepath.Join(dir, "mutate_tried.go"), []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// walkCode hands on every file below a directory, with its path in it, but what git keeps
// and what `make web` makes.
func walkCode(root string, visit func(path string, content []byte) error) error {
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.Name() == ".git" || d.Name() == "dist":
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case !d.Type().IsRegular():
			return nil
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if path, err = filepath.Rel(root, path); err != nil {
			return err
		}
		return visit(path, content)
	})
}

// edit is a change of a text: the bytes from start to end become text.
type edit struct {
	start, end int
	text       string
}

// apply returns the part of content from start to end with the edits, which lie in it, in
// order.
func apply(content []byte, start, end int, edits []edit) string {
	var b strings.Builder
	for _, e := range edits {
		b.Write(content[start:e.start])
		b.WriteString(e.text)
		start = e.end
	}
	b.Write(content[start:end])
	return b.String()
}

// plantFile returns the file with the mutants planted, and notes in each mutant where the
// code that it changes is now, or that it stays alone.
func plantFile(file string, content []byte, mutants []*mutant) (string, error) {
	fset := token.NewFileSet()
	parsed, err := parser.ParseFile(fset, file, content, parser.SkipObjectResolution|parser.ParseComments)
	if err != nil {
		return "", err
	}
	offset := func(p token.Pos) int { return fset.Position(p).Offset }
	var edits []edit
	var copies strings.Builder
	for _, d := range parsed.Decls {
		f, isFunction := d.(*ast.FuncDecl)
		if !isFunction || f.Body == nil || recovers(f) {
			continue
		}
		var turns strings.Builder
		names, call, plain := signature(f, offset)
		for _, m := range mutants {
			if !plain || m.start < offset(f.Body.Lbrace) || m.end > offset(f.Body.Rbrace) {
				continue
			}
			m.planted, m.function = true, [2]int{offset(f.Body.Lbrace), offset(f.Body.Rbrace)}
			name := fmt.Sprintf("mutate%d%s", m.number, f.Name.Name)
			fmt.Fprintf(&copies, "\n%s%s%s\n", content[offset(f.Type.Func):offset(f.Name.Pos())], name,
				apply(content, offset(f.Name.End()), offset(f.Body.Rbrace)+1, []edit{{m.start, m.end, m.text}}))
			result := "return "
			if f.Type.Results == nil {
				result = ""
			}
			fmt.Fprintf(&turns, "if mutateTried == %d { %s%s", m.number, result, fmt.Sprintf(call, name))
			if result == "" {
				turns.WriteString("; return")
			}
			turns.WriteString(" }; ")
		}
		if turns.Len() > 0 {
			at := offset(f.Body.Lbrace) + 1
			edits = append(append(edits, names...), edit{at, at, " " + turns.String()})
		}
	}
	text := apply(content, 0, len(content), edits)
	for _, m := range mutants {
		if !m.planted {
			continue
		}
		moved := func(at int) place {
			return placeOf(text, at+shift(edits, at))
		}
		m.at, m.from, m.to = moved(m.start), moved(m.function[0]), moved(m.function[1])
	}
	return text + copies.String(), nil
}

// shift returns how far the edits move what stands at an offset.
func shift(edits []edit, at int) (n int) {
	for _, e := range edits {
		if e.start <= at {
			n += len(e.text) - (e.end - e.start)
		}
	}
	return n
}

// place is a line and a column in bytes, both from 1, as profiles of coverage count them.
type place struct{ line, column int }

func (p place) before(q place) bool {
	return p.line < q.line || p.line == q.line && p.column < q.column
}

func placeOf(text string, offset int) place {
	before := text[:offset]
	return place{strings.Count(before, "\n") + 1, offset - strings.LastIndexByte(before, '\n')}
}

// recovers reports whether a function calls recover itself: it must be deferred as it is.
func recovers(f *ast.FuncDecl) (found bool) {
	ast.Inspect(f.Body, func(n ast.Node) bool {
		if name, isName := n.(*ast.Ident); isName && name.Name == "recover" {
			found = true
		}
		_, isLiteral := n.(*ast.FuncLit)
		return !isLiteral
	})
	return found
}

// signature returns the edits that give a name to each receiver and parameter of a function
// that has none, and a format of the call that hands all of them on. It returns false for a
// function with type parameters that cannot be named.
func signature(f *ast.FuncDecl, offset func(token.Pos) int) (names []edit, call string, plain bool) {
	name := func(field *ast.Field, i int) (named []string) {
		if len(field.Names) == 0 {
			named = []string{"mutateP" + strconv.Itoa(i)}
			at := offset(field.Type.Pos())
			names = append(names, edit{at, at, named[0] + " "})
		}
		for _, n := range field.Names {
			given := n.Name
			if given == "_" {
				given = "mutateP" + strconv.Itoa(i+len(named))
				names = append(names, edit{offset(n.Pos()), offset(n.End()), given})
			}
			named = append(named, given)
		}
		return named
	}
	call = "%s"
	if f.Recv != nil {
		call = name(f.Recv.List[0], 0)[0] + ".%s"
	}
	if f.Type.TypeParams != nil {
		var of []string
		for _, field := range f.Type.TypeParams.List {
			for _, n := range field.Names {
				of = append(of, n.Name)
			}
		}
		if slices.Contains(of, "_") {
			return nil, "", false
		}
		call += "[" + strings.Join(of, ", ") + "]"
	}
	var given []string
	for _, field := range f.Type.Params.List {
		given = append(given, name(field, len(given)+1)...)
		if _, variadic := field.Type.(*ast.Ellipsis); variadic {
			given[len(given)-1] += "..."
		}
	}
	return names, call + "(" + strings.Join(given, ", ") + ")", true
}
