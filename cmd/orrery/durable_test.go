package main

import (
	"go/ast"
	"maps"
	"slices"
	"testing"
)

// ownFiles are the calls of the system by which packages write files, and why they may: all others do it by
// datasets/storage, so that a file is whole, on disk and in its place, or not there.
var ownFiles = map[string]string{
	"datasets/storage os.OpenFile":           "is what the others use",
	"datasets/storage os.CreateTemp":         "what goes to an object store, or appears by a link",
	"datasets/storage os.Rename":             "is what the others use",
	"datasets os.OpenFile":                   "files of a draft, which storage.Close brings to disk and storage.Publish puts in their place",
	"datasets/shard os.OpenFile":             "goes on with a journal that storage has begun, and syncs it after each unit",
	"datasets/generate os.Create":            "the journal of a draft",
	"datasets/generate os.Rename":            "moves a folder within a draft",
	"datasets/generate os.OpenFile":          "goes on with a file that storage has begun, and syncs it after each demonstration",
	"datasets/arrays os.Create":              "files of a draft folder, which storage.ReplaceFolder brings to disk",
	"datasets/csv os.CreateTemp":             "a nameless copy to read from",
	"datasets/spool os.CreateTemp":           "a nameless file of examples, which a training makes again",
	"world os.WriteFile":                     "files of a draft folder, which storage.ReplaceFolder brings to disk",
	"learn/train os.OpenFile":                "a log, which is cut off where a checkpoint stands",
	"learn/train os.Create":                  "a log, which is of no use to go on with",
	"cmd/orrery os.CreateTemp":               "a nameless copy of what goes to stdout",
	"cmd/orrery/experiment os.WriteFile":     "files of a draft folder, which storage.ReplaceFolder brings to disk",
	"cmd/orrery/identification os.WriteFile": "files of a draft folder, which storage.ReplaceFolder brings to disk",
	"cmd/orrery/fleet os.Create":             "a log, which grows as long as an attempt lasts",
	"cmd/orrery/fleet os.CreateTemp":         "a log, which storage brings to an object store now and then",
	"cmd/orrery/watching/bench os.WriteFile": "marks of a comparison, which a run that is killed makes again",
	"cmd/orrery/watching/bench os.OpenFile":  "a log, which is of no use to go on with",
	"datasets/storage os.WriteFile":          "files of a draft folder, which it brings to disk itself",
	"cmd/orrery-py/learned os.WriteFile":     "files of a draft folder, which storage.ReplaceFolder brings to disk",
	"cmd/mutate os.WriteFile":                "files for the compiler, which nobody keeps",
	"cmd/mutate os.OpenFile":                 "a report that grows by a line at a time, of which a half one is left out",
	"sim/golden os.WriteFile":                "results that a test is told to take for right",
	"sim/peers os.WriteFile":                 "files for a compiler, which nobody keeps",
	"world/peers os.WriteFile":               "files for another program, which nobody keeps",
	"world/surprise/trial os.WriteFile":      "tables for other programs, which nobody keeps",
}

// TestFilesAreWrittenByStorage, and by the few packages that have a reason.
func TestFilesAreWrittenByStorage(t *testing.T) {
	skipShort(t)
	writes := map[string]bool{}
	for _, p := range ourPackages(t) {
		for _, file := range p.files {
			ast.Inspect(file, func(n ast.Node) bool {
				call, ok := n.(*ast.SelectorExpr)
				if !ok {
					return true
				}
				if from, ok := call.X.(*ast.Ident); ok && from.Name == "os" && slices.Contains([]string{"WriteFile", "Create", "OpenFile", "Rename", "CreateTemp"}, call.Sel.Name) {
					writes[p.path+" os."+call.Sel.Name] = true
				}
				return true
			})
		}
	}
	for _, call := range slices.Sorted(maps.Keys(writes)) {
		if ownFiles[call] == "" {
			t.Errorf("%s: storage writes files, or say here why it need not", call)
		}
	}
	for _, call := range slices.Sorted(maps.Keys(ownFiles)) {
		if !writes[call] {
			t.Errorf("%s is no longer there", call)
		}
	}
}

// TestReadersAreBounded: nothing reads all of what it is given, but as much as it has room for.
func TestReadersAreBounded(t *testing.T) {
	skipShort(t)
	bounded := map[string]string{"cmd/orrery/serve": "reads a body that http.MaxBytesReader bounds"}
	for _, p := range ourPackages(t) {
		for _, file := range p.files {
			ast.Inspect(file, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok || called(call) != "io.ReadAll" {
					return true
				}
				if from, ok := call.Args[0].(*ast.CallExpr); bounded[p.path] == "" && (!ok || called(from) != "io.LimitReader") {
					t.Errorf("%s: io.ReadAll must be of an io.LimitReader, or say here what bounds it", p.path)
				}
				return true
			})
		}
	}
}

// called returns the name of a function of another package that is called, with its package.
func called(call *ast.CallExpr) string {
	if f, ok := call.Fun.(*ast.SelectorExpr); ok {
		if from, ok := f.X.(*ast.Ident); ok {
			return from.Name + "." + f.Sel.Name
		}
	}
	return ""
}
