package datasets

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"

	"orrery/datasets/camera"
	"orrery/datasets/shard"
	"orrery/datasets/splits"
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
	Shard     shard.Shard        `json:"shard,omitzero"`
	Parts     []Part             `json:"parts,omitempty"`     // datasets that were merged into it
	Shares    map[string]float64 `json:"shares,omitempty"`    // of the episodes that each of several scenarios has, by name
	Tasks     []string           `json:"tasks,omitempty"`     // what the episodes show, when that is not the same
	Splits    splits.Splits      `json:"splits,omitempty"`    // when not all is to train on
	Split     string             `json:"split,omitempty"`     // what follows is of this split, and not of all
	Episodes  int                `json:"episodes"`            // how many
	Frames    int                `json:"frames"`              // of all episodes
	Shortest  int                `json:"shortest"`            // frames of an episode
	Longest   int                `json:"longest"`             // frames of an episode
	FPS       int                `json:"fps"`                 // frames per second
	Seconds   float64            `json:"seconds"`             // simulated, of all episodes
	MaxBodies int                `json:"max_bodies"`          // of a frame
	Actions   []string           `json:"actions"`             // names of the components
	Outcomes  bool               `json:"outcomes"`            // each action is judged
	Film      camera.Film        `json:"film,omitzero"`       // how the frames were filmed; none where they were not
	Recording *Recording         `json:"recording,omitempty"` // what the states are estimates of; nil when they are known
	Files     int                `json:"files"`               // number of files of the dataset
	Bytes     int64              `json:"bytes"`               // size of all files together
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
	s := d.SummaryOf(d.all())
	s.Split = ""
	return s
}

// all returns all episodes.
func (d *Dataset) all() splits.Split {
	return splits.Split{Name: splits.All, From: 0, To: d.Episodes()}
}

// SummaryOf is Summary with the episodes and frames of a split only.
func (d *Dataset) SummaryOf(of splits.Split) Summary {
	p := d.provenance
	episodes := d.episodes[of.From:of.To]
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
		Parts:     partsWithin(p.Parts, of.From, of.To),
		Split:     of.Name,
		Episodes:  of.Len(),
		FPS:       d.FPS(),
		Shortest:  episodes[0].length,
		MaxBodies: d.MaxBodies(),
		Actions:   slices.Clone(d.room.Actions),
		Film:      d.film(),
		Recording: p.Recording, Outcomes: d.room.Rewarded,
		Command: p.Command,
		Module:  p.Module,
		Go:      p.Go,
		Arch:    p.Arch,
	}
	for _, e := range episodes {
		s.Shortest, s.Longest = min(s.Shortest, e.length), max(s.Longest, e.length)
		s.Frames += e.length
	}
	s.Seconds = float64(s.Frames) / float64(s.FPS)
	if d.splits.Divided(d.Episodes()) {
		s.Splits = d.splits
	}
	if known := d.taskSentences(); d.info.TotalTasks > 1 {
		s.Tasks = known
	}
	s.Shares = sharesOf(s.Parts)
	for _, path := range d.files() {
		s.Files++
		s.Bytes += d.in.size(path)
	}
	return s
}

// sharesOf returns the share of the episodes that each scenario has, or nil when there is but one. Two
// scenario files of one name are told apart by the beginning of their hashes.
func sharesOf(parts []Part) map[string]float64 {
	counts, sums := map[[2]string]int{}, map[string]map[string]bool{}
	total := 0
	for i := range parts {
		part := &parts[i]
		name, sum := part.Scenario, part.FileSum()
		counts[[2]string{name, sum}] += part.Len()
		total += part.Len()
		if sums[name] == nil {
			sums[name] = map[string]bool{}
		}
		sums[name][sum] = true
	}
	if len(counts) < 2 {
		return nil
	}
	shares := map[string]float64{}
	for key, n := range counts {
		name := key[0]
		if len(sums[name]) > 1 && key[1] != "" {
			name = fmt.Sprintf("%s (SHA-256 %.8s…)", name, key[1])
		}
		shares[name] = float64(n) / float64(total)
	}
	return shares
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
