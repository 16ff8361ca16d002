package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

const module = "orrery"

// layer says which packages of ours the packages that a pattern covers may import.
type layer struct {
	importer string // "world/..." covers world and everything below
	may      []string
	why      string
}

// layers has the whole module; the first row that covers a package decides.
var layers = []layer{
	{"assets", nil, "embedded files are the bottom of everything"},
	{"sim/input", nil, "what is said of bad input depends on nothing that is read"},
	{"sim/expression", []string{"sim/input"}, "arithmetic depends on nothing that it is used for"},
	{"sim/polygon", []string{"sim"}, "outlines are geometry, whoever draws them"},
	{"sim/drawing", []string{"sim", "sim/input", "sim/polygon"}, "a drawing becomes text, which whoever reads scenarios checks"},
	{"sim/canon", []string{"sim", "sim/input"}, "a scene's text depends on the scene alone"},
	{"sim/ffmpeg", nil, "a program is found whatever it is to do"},
	{"sim/golden", nil, "texts are compared whatever they tell"},
	{"sim", nil, "plain data that all parts share must not drag in any of them"},
	{"sim/engine", []string{"sim"}, "the engine runs a scene and knows nothing of who samples, stores or draws it"},
	{"sim/task", []string{"sim"}, "a task judges states, whoever made them"},
	{"sim/policy", []string{"sim"}, "a way to act sees scenes and states, whoever made them"},
	{"sim/scenario/file", []string{"sim/input"}, "the format is data, whatever it means"},
	{"sim/scenario/library", []string{"sim", "assets", "sim/input", "sim/policy", "sim/scenario", "sim/task"}, "the program's own scenarios are made as anyone's are"},
	{"sim/scenario", []string{"sim", "sim/canon", "sim/expression", "sim/input", "sim/policy", "sim/polygon", "sim/scenario/file", "sim/task"}, "a scenario describes scenes; whoever runs them chooses the engine"},
	{"sim/environment", []string{"sim", "sim/engine", "sim/task"}, "acting needs scenes, their task and the engine, whoever describes the scenes"},
	{"sim/peers", nil, "a comparison with other engines runs programs from outside, ours too"},
	{"sim/render", []string{"sim", "sim/input", "assets"}, "a picture is a function of scene and states, whoever made them"},
	{"sim/render/plot", []string{"sim/render"}, "a plot is drawn from numbers, whatever they measure"},
	{"sim/render/animation", []string{"sim/ffmpeg", "sim/render"}, "pictures are written without asking what they show"},
	{"sim/render/film", []string{"sim", "sim/render/..."}, "a film shows scene and states, whoever made them"},
	{"sim/render/footage", []string{"sim", "sim/render/..."}, "a camera films scene and states, whoever made them"},
	{"sim/render/footage/studio", []string{"sim", "sim/engine", "sim/render/footage", "sim/scenario/library"}, "tests and benchmarks film the scenarios of the library in one way"},
	{"datasets/...", []string{"datasets/...", "sim", "sim/canon", "sim/ffmpeg", "sim/input"}, "files must be readable and writable without an engine or a model"},
	{"learn/...", []string{"learn/..."}, "the learner knows no physics, so that it can be checked and used without any"},
	{"world/eval", []string{"world/...", "datasets/storage", "sim", "sim/input"}, "measuring needs no pictures; world/eval/report draws them"},
	{"world/eval/report", []string{"world", "world/rollout", "world/eval", "learn/train", "datasets/storage", "sim", "sim/input", "sim/render/..."}, "a report draws what was measured, and predicts the motion that it shows"},
	{"world/watch/...", []string{"world/watch/...", "world/cholesky", "datasets/film/...", "sim", "sim/input", "sim/polygon"}, "what a film shows is seen without being told what was filmed"},
	{"world/...", []string{"world/...", "learn/...", "datasets/...", "sim", "sim/canon", "sim/input", "sim/render"}, "a model that cannot reach the engine or its scenarios cannot cheat"},
	{"cmd/orrery/console", []string{"datasets/storage", "sim/input"}, "speaking to the user needs nothing of what is spoken about"},
	{"cmd/orrery/usage", []string{"cmd/orrery/console"}, "a mistake in a command line is told in one way, whatever the command"},
	{"cmd/orrery/schema", []string{"sim/input", "sim/scenario/file"}, "a schema is made of the types that read the files"},
	{"cmd/orrery/arguments", []string{"cmd/orrery/console", "cmd/orrery/scenefiles", "datasets", "datasets/splits", "datasets/storage", "sim/..."}, "what is named on a command line is found in one place, and done elsewhere"},
	{"cmd/orrery/scenefiles", []string{"datasets/storage", "sim", "sim/canon", "sim/scenario", "sim/scenario/file"}, "a scene is read from a file in one way, whoever asks"},
	{"cmd/orrery/importing", []string{"cmd/orrery/console", "cmd/orrery/recordings", "cmd/orrery/scenefiles", "datasets/...", "sim/..."}, "what others recorded becomes a dataset in one way, for commands and for Python"},
	{"cmd/orrery/pixels", []string{"datasets/arrays", "sim", "sim/render"}, "a picture for learners is drawn from scene and states, whatever command asks"},
	{"cmd/orrery/build", nil, "which build this is depends on nothing of it"},
	{"cmd/orrery/recordings", []string{"cmd/orrery/console", "datasets/...", "sim", "sim/input", "sim/render/...", "world/observe"}, "what was seen becomes estimates and a picture in one place, whatever command asks"},
	{"cmd/orrery/takes", []string{"datasets", "sim", "sim/environment", "sim/scenario", "sim/task"}, "an episode is noted as it happens, whoever acts and whoever keeps it"},
	{"cmd/orrery/episodes", []string{"cmd/orrery/console", "cmd/orrery/takes", "datasets/...", "sim/..."}, "data is made without any model"},
	{"cmd/orrery/planning", []string{"sim/...", "world", "world/plan"}, "how a task is planned does not depend on who is to plan"},
	{"cmd/orrery/clip", []string{"cmd/orrery/console", "datasets", "datasets/storage", "sim", "sim/canon", "sim/engine", "sim/render", "sim/render/film", "sim/scenario/...", "world", "world/observe", "world/region", "world/rollout"}, "motion to look at comes from a path, whatever command asks"},
	{"cmd/orrery/watching", []string{"cmd/orrery/console", "cmd/orrery/recordings", "datasets/...", "sim/...", "world/watch/..."}, "what a film shows becomes files in one place, whatever command asks"},
	{"cmd/orrery/gallery", []string{"cmd/orrery/console", "sim/..."}, "a scenario is shown without data and without any model"},
	{"cmd/orrery/evaluation", []string{"cmd/orrery/console", "cmd/orrery/planning", "datasets", "datasets/predictions", "datasets/shard", "datasets/storage", "sim", "sim/engine", "sim/input", "world", "world/eval", "world/identify/...", "world/observe"}, "an evaluation is handed its models and its episodes"},
	{"cmd/orrery/contest", []string{"cmd/orrery/console", "datasets/...", "sim/...", "world", "world/plan"}, "a contest is handed its model, its settings and its starts"},
	{"cmd/orrery/bench", []string{"cmd/orrery/console", "sim/...", "world", "world/contact", "world/plan"}, "what is measured is handed in by the command"},
	{"cmd/orrery/fleet/...", []string{"cmd/orrery/console", "cmd/orrery/fleet", "cmd/orrery/usage", "datasets/...", "sim/input"}, "command lines are spread over machines without asking what they do"},
	{"cmd/orrery/experiment", []string{"cmd/orrery/console", "datasets/...", "sim/...", "world", "world/eval"}, "an experiment is a series of command lines, and reads what they write"},
	{"cmd/orrery-py/door", []string{"sim/input"}, "calls from other languages are taken whatever they ask for"},
	{"cmd/orrery-py/acting", []string{"cmd/orrery-py/asked", "cmd/orrery-py/door", "cmd/orrery/takes", "sim/..."}, "who acts needs scenes and the engine, and neither data nor models"},
	{"cmd/orrery-py/kept", []string{"cmd/orrery-py/asked", "cmd/orrery-py/door", "cmd/orrery/takes", "datasets/...", "sim", "sim/environment", "sim/scenario", "sim/scenario/library", "sim/task"}, "data is read and recorded without any model, whoever acts"},
	{"cmd/orrery-py/asked", []string{"cmd/orrery-py/door", "sim", "sim/canon", "sim/scenario"}, "what a call says is read before anything is done with it"},
	{"cmd/orrery-py/learned", []string{"assets", "cmd/orrery-py/asked", "cmd/orrery-py/door", "cmd/orrery/planning", "datasets/storage", "sim", "sim/input", "sim/scenario", "sim/scenario/library", "sim/task", "world", "world/flight", "world/plan", "world/region"}, "models are handed in, whoever trains and reads them"},
	{"cmd/...", []string{"..."}, "commands tie everything together"},
}

// soleImporters are the modules that one package wraps for all others.
var soleImporters = []struct{ module, importer, why string }{
	{"github.com/jakecoffman/cp", "sim/engine", "the engine's library must be replaceable, and its panics and its addresses kept in one place"},
	{"github.com/minio/minio-go", "datasets/storage", "names are of one sort for all others, and the page must not carry it"},
	{"github.com/invopop/jsonschema", "cmd/orrery/schema", "the page needs no schema and is large enough"},
	{"github.com/hajimehoshi/ebiten", "cmd/orrery-view", "everything but the window must build without cgo and run without a display"},
}

// maxChain is the number of packages in the longest chain of imports.
const maxChain = 6

func TestImportsPointDownward(t *testing.T) {
	skipShort(t)
	for _, p := range ourPackages(t) {
		i := slices.IndexFunc(layers, func(l layer) bool { return covers(l.importer, p.path) })
		if i < 0 {
			t.Errorf("package %s has no row in the table of layers: say what it may import and why", p.path)
			continue
		}
		for _, imported := range p.ours {
			if !slices.ContainsFunc(layers[i].may, func(pattern string) bool { return covers(pattern, imported) }) {
				t.Errorf("%s must not import %s: %s", p.path, imported, layers[i].why)
			}
		}
	}
}

func TestWrappedModulesHaveOneImporter(t *testing.T) {
	skipShort(t)
	for _, p := range ourPackages(t) {
		for _, rule := range soleImporters {
			uses := slices.ContainsFunc(p.others, func(imported string) bool { return covers(rule.module+"/...", imported) })
			if uses && p.path != rule.importer {
				t.Errorf("%s must not import %s, only %s may: %s", p.path, rule.module, rule.importer, rule.why)
			}
		}
	}
}

// TestModelsCannotReachTheEngine follows imports all the way down, so that no
// new package in between opens a back door.
func TestModelsCannotReachTheEngine(t *testing.T) {
	skipShort(t)
	packages := ourPackages(t)
	for _, p := range packages {
		if !covers("world/...", p.path) {
			continue
		}
		if chain := chainTo(packages, p.path, "sim/engine"); chain != nil {
			t.Errorf("%s: a model that can reach the engine can cheat", strings.Join(chain, " → "))
		}
	}
}

func TestImportChainsAreShort(t *testing.T) {
	skipShort(t)
	packages := ourPackages(t)
	longest := map[string][]string{}
	var measure func(name string) []string
	measure = func(name string) []string {
		if chain, ok := longest[name]; ok {
			return chain
		}
		var below []string
		for _, imported := range packages[name].ours {
			if chain := measure(imported); len(chain) > len(below) {
				below = chain
			}
		}
		longest[name] = append([]string{name}, below...)
		return longest[name]
	}
	for name := range packages {
		if chain := measure(name); len(chain) > maxChain {
			t.Errorf("%s: %d packages, at most %d can be kept in mind at once", strings.Join(chain, " → "), len(chain), maxChain)
		}
	}
}

func TestPackageNamesSayWhatIsInside(t *testing.T) {
	skipShort(t)
	for _, p := range ourPackages(t) {
		for element := range strings.SplitSeq(p.path, "/") {
			if slices.Contains([]string{"util", "utils", "common", "helpers", "misc", "internal"}, element) {
				t.Errorf("package %s: %q says nothing about what is inside", p.path, element)
			}
		}
	}
}

// covers reports whether an import path is the pattern's or, when the pattern
// ends in "...", begins with what stands before.
func covers(pattern, name string) bool {
	prefix, below := strings.CutSuffix(pattern, "...")
	return name == strings.TrimSuffix(prefix, "/") || below && strings.HasPrefix(name, prefix)
}

// chainTo returns the imports that lead from one package to another, or nil.
func chainTo(packages map[string]*goPackage, from, to string) []string {
	if from == to {
		return []string{to}
	}
	for _, imported := range packages[from].ours {
		if chain := chainTo(packages, imported, to); chain != nil {
			return append([]string{from}, chain...)
		}
	}
	return nil
}

// goPackage is a package of this module without its tests, for all platforms.
type goPackage struct {
	path         string // below the module
	files        []*ast.File
	fset         *token.FileSet
	ours, others []string // imports, the module's own without its name
}

// readPackages reads the module's sources itself instead of asking the go
// command, so that the test cache notices every change.
var readPackages = sync.OnceValues(func() (map[string]*goPackage, error) {
	const root = "../.."
	packages := map[string]*goPackage{}
	fset := token.NewFileSet()
	err := filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			return skipDir(root, file, entry.Name())
		}
		if !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return nil
		}
		parsed, err := parser.ParseFile(fset, file, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		dir, err := filepath.Rel(root, filepath.Dir(file))
		if err != nil {
			return err
		}
		dir = filepath.ToSlash(dir)
		if packages[dir] == nil {
			packages[dir] = &goPackage{path: dir, fset: fset}
		}
		packages[dir].add(parsed)
		return nil
	})
	return packages, err
})

func ourPackages(t *testing.T) map[string]*goPackage {
	t.Helper()
	packages, err := readPackages()
	if err != nil {
		t.Fatal(err)
	}
	if packages["sim"] == nil || packages["cmd/orrery"] == nil {
		t.Fatal("did not find the module's packages")
	}
	return packages
}

// skipDir passes over what the go command passes over too.
func skipDir(root, dir, name string) error {
	if dir == root {
		return nil
	}
	_, err := os.Stat(filepath.Join(dir, "go.mod"))
	if err == nil || name == "testdata" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") {
		return filepath.SkipDir
	}
	return nil
}

func (p *goPackage) add(file *ast.File) {
	p.files = append(p.files, file)
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			panic(err) // the parser has read it
		}
		list := &p.others
		if below, ok := strings.CutPrefix(imported, module+"/"); ok {
			imported, list = path.Clean(below), &p.ours
		}
		if !slices.Contains(*list, imported) {
			*list = append(*list, imported)
		}
	}
}
