package library

import (
	"path"
	"slices"
	"strings"
	"sync"

	"orrery/assets"
	"orrery/sim/input"
	"orrery/sim/scenario"
)

// library has a function for each scenario that the program brings along, in the order of
// their names. One that is a file is read when it is first asked for.
var library = sync.OnceValue(func() []entry {
	entries := []entry{}
	for _, s := range []*scenario.Scenario{billiards, chain, driving, mixed, orbits} {
		entries = append(entries, entry{s.Name, func() *scenario.Scenario { return s }})
	}
	const folder = "scenarios"
	files, err := assets.Files.ReadDir(folder)
	if err != nil {
		panic(err)
	}
	for _, f := range files {
		if name, ok := strings.CutSuffix(f.Name(), ".scenario.json"); ok {
			entries = append(entries, entry{name, sync.OnceValue(func() *scenario.Scenario { return embedded(path.Join(folder, f.Name())) })})
		}
	}
	slices.SortFunc(entries, func(a, b entry) int { return strings.Compare(a.name, b.name) })
	return entries
})

// entry is a scenario of the library.
type entry struct {
	name string
	read func() *scenario.Scenario
}

// embedded reads a scenario of the library. The tests read them all, so a mistake in one is
// one of the program.
func embedded(file string) *scenario.Scenario {
	text, err := assets.Files.ReadFile(file)
	if err != nil {
		panic(err)
	}
	s, err := scenario.Parse(path.Base(file), text)
	if err != nil {
		panic(err)
	}
	s.Own = false
	if expert, ok := experts[s.Name]; ok {
		s.Acting = append(s.Acting, expert)
	}
	return s
}

// List returns all scenarios of the library in the order of their names.
func List() []*scenario.Scenario {
	list := make([]*scenario.Scenario, len(library()))
	var reading sync.WaitGroup
	for i, e := range library() {
		reading.Go(func() { list[i] = e.read() })
	}
	reading.Wait()
	return list
}

// Find returns the scenario of the library that has a name. The error for an unknown one
// lists those there are.
func Find(name string) (*scenario.Scenario, error) {
	var names []string
	for _, e := range library() {
		if e.name == name {
			return e.read(), nil
		}
		names = append(names, e.name)
	}
	return nil, input.Unknown("scenario", name, names)
}
