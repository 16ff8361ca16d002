package watched

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/sim/golden"
	"orrery/world/watch/follow"
	"orrery/world/watch/ground"
	"orrery/world/watch/look"
	"orrery/world/watch/walls"
)

// TestMotionIsReplayedAtEvenTimes: two bodies that were seen at uneven ones, of which one turns and the other shows no turn,
// falls, and is missed once.
func TestMotionIsReplayedAtEvenTimes(t *testing.T) {
	t.Parallel()
	box := look.Body{Shapes: []sim.Shape{sim.NewShape(sim.Polygon, 0, sim.Surface{}, sim.Vec{X: -8, Y: -4}, sim.Vec{X: 8, Y: -4}, sim.Vec{X: 8, Y: 4}, sim.Vec{X: -8, Y: 4})}, Turns: true}
	disc := look.Body{Shapes: []sim.Shape{sim.NewShape(sim.Circle, 6, sim.Surface{}, sim.Vec{})}}
	m := motion{ways: []walls.Way{{Body: &box}, {Body: &disc}}}
	for k, at := range []float64{0.5, 0.6, 0.72, 0.8, 0.9, 1.01, 1.1} {
		s := at - 0.5
		m.add(&follow.Frame{Number: k, Time: at, Sights: []follow.Sight{
			{Pose: look.Pose{X: 20 + 40*s, Y: 30, Angle: 2 * s}, Covariance: [3][3]float64{{0.01, 0, 0}, {0, 0.04, 0}, {0, 0, 0}}, Seen: true, Turned: true},
			{Pose: look.Pose{X: 60, Y: 70 - 50*s*s, Angle: 3}, Covariance: [3][3]float64{{0.09, 0, 0}, {0, 0.04, 0}, {0, 0, 0}}, Seen: k != 3},
		}})
	}
	var text strings.Builder
	for i, w := range m.ways {
		fmt.Fprintf(&text, "# body %d as it was seen\n", i)
		for _, p := range w.Places {
			fmt.Fprintf(&text, "%.4f %.4f %.4f ± %.4f, seen %t\n", p.X, p.Y, p.Angle, p.Std, p.Seen)
		}
	}
	g := &ground.Ground{Width: 100, Height: 80, Mean: slices.Repeat([]float32{120}, 3*100*80), Unrest: 2}
	for _, rate := range []float64{10, 24.4} {
		tr := m.trajectory("film", rate, scale{perMetre: 50, gravity: sim.Vec{Y: -2}}, g)
		scene, err := json.Marshal(tr.Scene)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&text, "# at %g pictures a second\n%s\n", rate, scene)
		for _, state := range tr.States {
			for _, b := range state {
				for _, v := range b.Values() {
					fmt.Fprintf(&text, "%.4f ", v)
				}
			}
			fmt.Fprintln(&text)
		}
		last := tr.States[len(tr.States)-1]
		if end := float64(len(tr.States)-1) / float64(tr.Scene.FPS); !(end <= 0.6 && end > 0.6-1/float64(tr.Scene.FPS)) || !(math.Abs(last[0].VX-0.8) < 1e-9) {
			t.Errorf("at %g pictures a second: ends after %g s at %g m/s, want 0.6 s or a little less at 0.8", rate, end, last[0].VX)
		}
	}
	golden.Compare(t, "testdata/motion.txt", text.String())
}
