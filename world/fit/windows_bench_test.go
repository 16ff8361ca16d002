package fit_test

import (
	"maps"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"orrery/sim"
	"orrery/sim/engine"
	"orrery/sim/scenario/library"
	"orrery/world/fit"
)

// BenchmarkWindows trains by turns with all data in memory and with windows of 8 MB that are read from a file, where few frames can be learned
// from and where most can. It reports how many times as much time of processors a step takes with windows, validation left out. That is what the clock
// says where all processors learn, and does not heed what else they do.
func BenchmarkWindows(b *testing.B) {
	for _, of := range []struct {
		name, scenario string
		set            map[string]float64
		episodes       int
	}{
		{"few", "billiards", map[string]float64{"bodies": 1}, 3000},
		{"most", "billiards", map[string]float64{"bodies": 1, "gravity": 9.8}, 1000},
		{"mixed", "mixed", nil, 400},
	} {
		b.Run(of.name, func(b *testing.B) {
			trajectories := many(b, of.scenario, of.set, of.episodes)
			var ratios []float64
			for b.Loop() {
				whole := secondsOf(b, trajectories, false)
				ratios = append(ratios, secondsOf(b, trajectories, true)/whole)
			}
			slices.Sort(ratios)
			b.ReportMetric(ratios[len(ratios)/2], "times-whole")
		})
	}
}

// many are episodes of 500 frames.
func many(b *testing.B, name string, set map[string]float64, episodes int) (out []*sim.Trajectory) {
	b.Helper()
	scenario, err := library.Find(name)
	if err != nil {
		b.Fatal(err)
	}
	values, err := scenario.Values(nil)
	if err != nil {
		b.Fatal(err)
	}
	maps.Copy(values, set)
	for i := range episodes {
		scene, err := scenario.Sample(1, i, values)
		if err != nil {
			b.Fatal(err)
		}
		t, err := engine.Simulate(b.Context(), scene, nil, 500, nil)
		if err != nil {
			b.Fatal(err)
		}
		for _, state := range t.States { // as a dataset has it
			state.SetFloat32(state.AppendFloat32(nil, len(state)))
		}
		out = append(out, t)
	}
	return out
}

// secondsOf returns the time of processors that the steps of a training take but the first ones.
func secondsOf(b *testing.B, trajectories []*sim.Trajectory, windows bool) (seconds float64) {
	const steps = 3000
	config := fit.DefaultConfig()
	t := &config.Train
	t.Budget, t.Steps, t.ValidateEvery, t.CheckpointEvery = 0, steps, steps, steps
	job := fit.Job{Episodes: fit.InMemory(trajectories, fit.Origin{Engine: true}), Config: config, Work: filepath.Join(b.TempDir(), "work")}
	if windows {
		job.Limit(1, 1<<18, 8<<20, 1<<18)
	}
	var first, last time.Duration
	job.Report = func(p fit.Progress) {
		if p.Training == nil {
			return
		}
		if last = spent(b); first == 0 {
			first = last
		}
	}
	f, err := fit.Train(b.Context(), job)
	if err != nil {
		b.Fatal(err)
	}
	about := &f.Description.Training
	b.Logf("windows %v: %d examples, %.2f epochs, %.3g s of processors, %.3g s by the clock",
		windows, about.Examples, float64(steps*t.Batch)/float64(about.Examples), (last - first).Seconds(), about.Seconds)
	return (last - first).Seconds()
}

// spent returns the time of processors that this process has taken.
func spent(b *testing.B) time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
