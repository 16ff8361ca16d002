package bench

import (
	"fmt"
	"io"
	"maps"
	"runtime"
	"slices"
	"strings"

	"github.com/klauspost/cpuid/v2"

	"orrery/cmd/orrery/console"
)

// Row takes the name, the value and the unit of a figure.
type Row func(name string, value float64, unit string)

// Format is the version of the files in which runs are saved.
const Format = 1

// Run is what bench measured: every figure once in each round. All figures of a round are measured
// before those of the next, so that a change of the machine's speed during a run widens the range of
// each figure.
type Run struct {
	Format     int               `json:"format"`
	Build      string            `json:"build"`                // of the program that measured
	CPU        string            `json:"cpu"`                  // its name
	Cores      int               `json:"cores"`                // number of them that the program could use
	Benchmarks []string          `json:"benchmarks,omitempty"` // names of those that were measured
	Settings   map[string]string `json:"settings"`             // by name of the flag
	Figures    []Measured        `json:"figures"`
}

// Measured is one figure of a run.
type Measured struct {
	Name    string    `json:"name"`
	Unit    string    `json:"unit"`
	Samples []float64 `json:"samples"` // one of each round, in the unit
}

// NewRun returns a run of benchmarks on this machine, without figures.
func NewRun(build string, benchmarks []string, settings map[string]string) *Run {
	cpu := cpuid.CPU.BrandName
	if cpu == "" {
		cpu = runtime.GOARCH
	}
	return &Run{Format: Format, Build: build, CPU: cpu, Cores: runtime.NumCPU(), Benchmarks: benchmarks, Settings: settings}
}

// Add takes in one sample of a figure, in the unit.
func (r *Run) Add(name string, value float64, unit string) {
	if i := r.find(name); i >= 0 {
		r.Figures[i].Samples = append(r.Figures[i].Samples, value)
		return
	}
	r.Figures = append(r.Figures, Measured{Name: name, Unit: unit, Samples: []float64{value}})
}

// WriteJSON writes what a file of the run holds.
func (r *Run) WriteJSON(w io.Writer) error { return console.JSON(w, r) }

// Write writes the median of each figure, and the range of its samples.
func (r *Run) Write(w io.Writer) error {
	return console.Table(w, func(row func(cells ...any)) {
		for _, m := range r.Figures {
			row(m.Name, Digits(median(m.Samples)), m.Unit, fmt.Sprintf("%s to %s", Digits(slices.Min(m.Samples)), Digits(slices.Max(m.Samples))))
		}
	})
}

// Digits prints a figure with four significant digits, without its unit.
func Digits(x float64) string { return fmt.Sprintf("%.4g", x) }

// find returns the index of a figure, or -1.
func (r *Run) find(name string) int {
	return slices.IndexFunc(r.Figures, func(m Measured) bool { return m.Name == name })
}

// Rounds returns the least number of samples of a figure.
func (r *Run) Rounds() int {
	rounds := 0
	for i, m := range r.Figures {
		if n := len(m.Samples); i == 0 || n < rounds {
			rounds = n
		}
	}
	return rounds
}

// Validate returns an error that names what a run read from a file lacks.
func (r *Run) Validate() error {
	switch {
	case r.Format != Format:
		return fmt.Errorf("format %d of the run must be %d", r.Format, Format)
	case r.Rounds() == 0:
		return fmt.Errorf("the run has no figures")
	}
	for _, m := range r.Figures {
		for _, x := range m.Samples {
			if !(x >= 0) || x > 1e300 {
				return fmt.Errorf("%s: sample %g must be a number ≥ 0", m.Name, x)
			}
		}
	}
	return nil
}

// Comparable returns an error where the runs have no benchmark in common, or that names a setting under which they
// did not measure the same. Only flags that both runs have are compared. Runs that do not name their benchmarks
// may have any.
func (r *Run) Comparable(with *Run) error {
	inBoth := func(name string) bool { return slices.Contains(with.Benchmarks, name) }
	if len(with.Benchmarks) > 0 && !slices.ContainsFunc(r.Benchmarks, inBoth) {
		return fmt.Errorf("the saved run measured %s, and not %s", strings.Join(with.Benchmarks, ", "), strings.Join(r.Benchmarks, ", "))
	}
	for _, flag := range slices.Sorted(maps.Keys(r.Settings)) {
		if then, ok := with.Settings[flag]; ok && then != r.Settings[flag] {
			return fmt.Errorf("--%s is %s, but the saved run measured with %s", flag, r.Settings[flag], then)
		}
	}
	return nil
}

// Moves compares the figures that both runs have, in the order of r, and returns the names of those that since
// lacks or has in another unit.
func (r *Run) Moves(since *Run) (moves []Move, lacking []string) {
	for _, now := range r.Figures {
		if i := since.find(now.Name); i >= 0 && since.Figures[i].Unit == now.Unit {
			moves = append(moves, newMove(since.Figures[i].Samples, now))
		} else {
			lacking = append(lacking, now.Name)
		}
	}
	return moves, lacking
}

// better says in which direction a figure of a unit gets better: 1 for up, -1 for down, 0 for neither.
func better(unit string) int {
	word, _, _ := strings.Cut(unit, " ")
	switch strings.TrimSuffix(word, ",") {
	case "ms", "µs", "ns", "MB", "":
		return -1
	case "GFLOP/s", "steps/s", "frames/s", "MB/s", "rows/s", "×", "of":
		return 1
	}
	return 0
}
