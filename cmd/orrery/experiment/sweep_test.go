package experiment

import (
	"math"
	"strconv"
	"testing"
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
