package evaluation

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/planning"
	"orrery/datasets/storage"
	"orrery/world"
	"orrery/world/eval"
)

// Entrant is a model of an evaluation, or what another program predicted for one.
type Entrant struct {
	Dir         string             // planning.EngineKind for the engine, and for what was predicted a file
	Name        string             // of its row
	Model       world.Model        // nil where there is Predicted
	Predicted   *eval.Predicted    // nil where there is a Model
	Description *world.Description // for the engine only its kind; empty where there is Predicted
}

// Loader reads the model in a directory.
type Loader func(dir string) (world.Model, *world.Description, error)

// LoadEntrants loads models, each given as DIR or NAME=DIR, where the DIR true is the
// engine. Without a name one is named after its kind, or after its directory where
// several unnamed ones are of one kind. Two of one name, or one with the name of a row
// that is always there, are an error.
func LoadEntrants(args []string, load Loader) ([]Entrant, error) {
	entrants, unnamed := make([]Entrant, len(args)), map[string]int{}
	for i, arg := range args {
		e := &entrants[i]
		var err error
		if e.Name, e.Dir, err = SplitName(arg); err != nil {
			return nil, err
		}
		if e.Dir == planning.EngineKind {
			e.Model, e.Description = planning.Engine{}, &world.Description{Kind: planning.EngineKind}
		} else if e.Model, e.Description, err = load(e.Dir); err != nil {
			return nil, err
		}
		if e.Name == "" {
			unnamed[e.Description.Kind]++
		}
	}
	for i := range entrants {
		e := &entrants[i]
		if kind := e.Description.Kind; e.Name == "" {
			e.Name = kind
			if unnamed[kind] > 1 {
				e.Name = filepath.Base(storage.Clean(e.Dir))
			}
		}
	}
	return entrants, CheckNames(entrants)
}

// CheckNames returns an error if two entrants have one name, or one that of a row that is always there.
func CheckNames(entrants []Entrant) error {
	names := map[string]bool{}
	for _, e := range entrants {
		switch {
		case names[e.Name]:
			return console.Usagef("eval: two models are called %s; NAME=DIR names one", e.Name)
		case eval.IsReserved(e.Name):
			return console.Usagef("eval: %s is the name of a row that is always there; NAME=DIR gives %s another", e.Name, e.Dir)
		}
		names[e.Name] = true
	}
	return nil
}

// SplitName splits NAME=DIR. Without a name it is empty; so it is when there is a
// directory of that name with the equals sign.
func SplitName(arg string) (name, dir string, err error) {
	name, dir, named := strings.Cut(arg, "=")
	if _, err := storage.Stat(arg); !named || err == nil {
		return "", arg, nil
	}
	if name == "" || dir == "" {
		return "", "", console.Usagef("eval: %q must be DIR or NAME=DIR", arg)
	}
	return name, dir, nil
}

// WarnOfTraining tells of models that were trained on episodes of a set.
func WarnOfTraining(log io.Writer, entrants []Entrant, sets []*Set) {
	for _, e := range entrants {
		for _, set := range sets {
			if set.Source.Shares(e.Description.Training.Dataset, set.Episodes) {
				fmt.Fprintf(log, "warning: %s was trained on these episodes%s, so they do not show how good it is\n", e.Dir, ofSet(set.Name))
			}
		}
	}
}
