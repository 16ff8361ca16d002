package experiment

import (
	"encoding/json"
	"math"
	"path/filepath"
	"strconv"
	"testing"

	"orrery/datasets/storage"
)

// TestDrawsStayWithinTheirBounds, reach both ends where they are whole, and are spread by their logarithm where asked to.
func TestDrawsStayWithinTheirBounds(t *testing.T) {
	t.Parallel()
	const trials = 4000
	whole, err := ParseDraw("width=3:6")
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for trial := range trials {
		count[whole.draw(1, trial)]++
	}
	for _, value := range []string{"3", "4", "5", "6"} {
		if n := count[value]; n < trials/5 || n > trials*3/10 {
			t.Errorf("%s is drawn %d times of %d", value, n, trials)
		}
	}
	log, err := ParseDraw("rate=0.001:0.1:log")
	if err != nil {
		t.Fatal(err)
	}
	below := 0
	for trial := range trials {
		v, err := strconv.ParseFloat(log.draw(1, trial), 64)
		if err != nil || !(v >= 0.001 && v <= 0.1) {
			t.Fatalf("%v, %v", v, err)
		}
		if v < 0.01 {
			below++
		}
	}
	if !(math.Abs(float64(below)/trials-0.5) <= 0.04) {
		t.Errorf("%d of %d are below the middle of the logarithms", below, trials)
	}
	if drawn := log.draw(1, 3); drawn == log.draw(2, 3) || drawn == log.draw(1, 4) || drawn != log.draw(1, 3) {
		t.Error("draws do not depend on seed and trial alone")
	}
}

// TestTrialsAreEachOnce: every setting with every seed and dataset.
func TestTrialsAreEachOnce(t *testing.T) {
	t.Parallel()
	s := Sweep{Data: []string{"a", "b"}, Grid: []Axis{{Flag: "width", Values: []string{"8", "16"}}, {Flag: "rounds", Values: []string{"1", "2", "3"}}}, Draws: []Axis{{Flag: "rate", Low: 0.1, High: 0.2}}, Trials: 2, Seeds: []uint64{1, 2}}
	seen := map[string]bool{}
	for i, trial := range s.trials() {
		if trial.Trial != i || len(trial.Flags) != 3 {
			t.Errorf("%+v", trial)
		}
		seen[trial.Data+trial.Flags["width"]+trial.Flags["rounds"]+trial.Flags["rate"]+strconv.FormatUint(trial.Seed, 10)] = true
	}
	if len(seen) != 2*2*3*2*2 {
		t.Errorf("%d trials", len(seen))
	}
}

// TestFilesOfOneNameAreTwoScenarios, with data of their own, and a change of a file is another sweep.
func TestFilesOfOneNameAreTwoScenarios(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var files []string
	for i, text := range []string{`{"format": 2}`, `{"format": 2 }`} {
		path := filepath.Join(dir, strconv.Itoa(i), "ball.scenario.json")
		if err := storage.WriteFile(path, []byte(text)); err != nil {
			t.Fatal(err)
		}
		files = append(files, path)
	}
	s := Sweep{Settings: Settings{Dir: "out", Seed: 1, Workers: 1}, Data: files, Seeds: []uint64{1}, Steps: 1, Episodes: 3}
	terms := func() string {
		t.Helper()
		w, err := s.Work()
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(w.Settings)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	all, err := s.units()
	if err != nil {
		t.Fatal(err)
	}
	if a, b := all[0].lines[0].out, all[1].lines[0].out; a == b || filepath.Dir(a) != filepath.Join("out", "data") {
		t.Errorf("the data of two scenarios is in %s and %s", a, b)
	}
	before := terms()
	if err := storage.WriteFile(files[1], []byte(`{"format":  2}`)); err != nil {
		t.Fatal(err)
	}
	if terms() == before {
		t.Errorf("a changed file changes nothing of %s", before)
	}
}
