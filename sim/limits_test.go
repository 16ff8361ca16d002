package sim

import (
	"testing"

	"orrery/sim/golden"
)

// TestEveryNumberOfASceneHasLimits, which are stored to the last digit, with what is said of what is beyond them.
func TestEveryNumberOfASceneHasLimits(t *testing.T) {
	if testing.Short() {
		t.Skip("the whole scene is checked some ten thousand times")
	}
	t.Parallel()
	s := fullScene()
	golden.Compare(t, "testdata/scenelimits.txt", golden.Limits(s, s.Validate))
}

// TestEveryNumberOfMotionHasLimits, of what was measured and of what a task observes, too.
func TestEveryNumberOfMotionHasLimits(t *testing.T) {
	t.Parallel()
	m := seen(2)
	m.Scene.Actuators = []Actuator{{Kind: Force, Against: World, Low: -1, High: 1, Axis: Vec{X: 1}}}
	m.Scene.Walls = []Shape{NewShape(Segment, 0, plain, Vec{}, Vec{X: 1})}
	m.Actions = []Action{{0.5}}
	m.View, m.ViewNames = [][]float64{{1}, {2}}, []string{"far"}
	m.Seen.Covariances = [][]Covariance{{{}}, {{}}}
	m.Seen.Records = []Record{{Row: 1}}
	m.Seen.Impacts = []Impact{{Other: -1}}
	scene := m.Scene
	m.Scene = nil // its numbers have other limits
	golden.Compare(t, "testdata/motionlimits.txt", golden.Limits(m, func() error {
		full := *m
		full.Scene = scene
		return full.Check()
	}))
}
