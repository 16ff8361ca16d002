package datasets

import (
	"io/fs"
	"maps"
	"slices"
)

// Summary describes a dataset at a glance.
type Summary struct {
	Format    string             `json:"format"`
	Scenario  string             `json:"scenario"`
	FileSum   string             `json:"scenario_sha256,omitempty"` // of the scenario file that the dataset keeps
	Task      string             `json:"task"`
	Params    map[string]float64 `json:"params"`           // of the scenario, by name, in the units that the scenario gives
	Ranges    map[string]Range   `json:"ranges,omitempty"` // of the parameters that each episode draws
	Seed      uint64             `json:"seed"`             // of all randomness
	Policy    string             `json:"policy,omitempty"` // name of the policy that acts
	Shard     Shard              `json:"shard,omitzero"`
	Parts     []Part             `json:"parts,omitempty"` // datasets that were merged into it
	Episodes  int                `json:"episodes"`        // how many
	Frames    int                `json:"frames"`          // of all episodes
	Shortest  int                `json:"shortest"`        // frames of an episode
	Longest   int                `json:"longest"`         // frames of an episode
	FPS       int                `json:"fps"`             // frames per second
	Seconds   float64            `json:"seconds"`         // simulated, of all episodes
	MaxBodies int                `json:"max_bodies"`      // of a frame
	Actions   []string           `json:"actions"`         // names of the components
	Outcomes  bool               `json:"outcomes"`        // each action is judged
	Files     int                `json:"files"`           // number of files of the dataset
	Bytes     int64              `json:"bytes"`           // size of all files together
	Command   string             `json:"command"`
	Module    string             `json:"module"`
	Go        string             `json:"go"`
	Arch      string             `json:"arch"`
}

// Lengths returns the number of frames of each episode.
func (d *Dataset) Lengths() []int {
	lengths := make([]int, len(d.episodes))
	for i, e := range d.episodes {
		lengths[i] = e.length
	}
	return lengths
}

// Summary returns a summary of d. Files that are gone count as empty. Without a
// provenance, all files in the folder count.
func (d *Dataset) Summary() Summary {
	p := d.provenance
	s := Summary{
		Format:    "LeRobot " + d.info.CodebaseVersion,
		Scenario:  p.Scenario,
		FileSum:   p.FileSum(),
		Task:      p.Task,
		Params:    p.Params,
		Ranges:    p.Ranges,
		Seed:      p.Seed,
		Policy:    p.Policy,
		Shard:     p.Shard,
		Parts:     p.Parts,
		Episodes:  d.Episodes(),
		Frames:    d.Frames(),
		FPS:       d.FPS(),
		Seconds:   float64(d.Frames()) / float64(d.FPS()),
		Shortest:  d.episodes[0].length,
		MaxBodies: d.MaxBodies(),
		Actions:   slices.Clone(d.room.Actions),
		Outcomes:  d.room.Rewarded,
		Command:   p.Command,
		Module:    p.Module,
		Go:        p.Go,
		Arch:      p.Arch,
	}
	for _, e := range d.episodes {
		s.Shortest, s.Longest = min(s.Shortest, e.length), max(s.Longest, e.length)
	}
	for _, path := range d.files() {
		s.Files++
		s.Bytes += d.in.size(path)
	}
	return s
}

// files returns the paths of the files of the dataset.
func (d *Dataset) files() []string {
	if len(d.provenance.Files) > 0 {
		return append(slices.Collect(maps.Keys(d.provenance.Files)), ProvenancePath)
	}
	var paths []string
	_ = fs.WalkDir(d.in.files, ".", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			paths = append(paths, path)
		}
		return nil // what cannot be read counts as gone
	})
	return paths
}
