package identification

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/sim/golden"
	"orrery/world/identify"
)

// TestWhatWasFoundIsDrawnAndToldAsItWas: values wide and narrow, couplings of each kind and strength, gaps between sights, and more
// bodies than have room.
func TestWhatWasFoundIsDrawnAndToldAsItWas(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	show := func(title string, f *Found) {
		list, err := f.Picture()
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "# %s\n%s", title, list.SVG(title))
		var words bytes.Buffer
		if err := f.Write(&words); err != nil {
			t.Fatal(err)
		}
		out.Write(words.Bytes())
	}
	film := two(1, 12, true)
	data, err := NewData("film", []int{3}, []*sim.Trajectory{film})
	if err != nil {
		t.Fatal(err)
	}
	known := func(name identify.Name, value, low, high float64, unit string) identify.Parameter {
		return identify.Known(name, "body0", value, low, high, unit, "so")
	}
	three := 3
	found := &Found{identify.Result{Scene: film.Scene, Parameters: []identify.Parameter{
		known(identify.Mass, 0.5, 0.49, 0.51, "kg"), known(identify.Friction, 0.3, 0.1, 0.9, ""), known(identify.Elasticity, 0.8, 0.7999, 0.8001, ""),
		known(identify.Gravity, -9.8, -10.2, -9.7, "m/s²"), known(identify.Gravity, 0, -0.1, 0.1, "m/s²"), {Name: identify.Friction, Of: "scene", Why: "nothing slides"},
	}, Edges: []identify.Edge{
		{A: "body0", B: "body1", Kind: identify.Charge, Probability: 0.98, Strength: 1, Episode: &three}, {A: "body0", B: "body1", Kind: identify.Charge, Probability: 0.5, Strength: -1},
		{A: "body0", B: "body1", Kind: identify.Rod, Probability: 0.7}, {A: "body1", B: "body0", Kind: identify.Spring, Probability: 0.05}, {A: "body1", B: "body0", Kind: identify.Spring, Probability: 0.049},
	}}, data}
	for body := range 2 {
		fit := identify.Fit{Episode: 0, Body: body}
		for k := range 12 {
			at := sim.Vec{X: float64(k) / 12, Y: float64(body)}
			fit.Times = append(fit.Times, float64(k+k/6*(4+body))/60) // a gap of five times, and of six times, the usual step
			fit.Seen, fit.Fitted = append(fit.Seen, at), append(fit.Fitted, at.Add(sim.Vec{X: 1e-3 * math.Sin(float64(k)), Y: 2e-7 * float64(body)}))
		}
		found.Fits = append(found.Fits, fit)
	}
	show("two bodies", found)

	many := sim.DefaultScene()
	crowd := &sim.Trajectory{Scene: &many}
	for k := range 14 {
		b := sim.NewDisc(0.1, 10, sim.Surface{})
		b.Start.X = float64(k)
		many.Bodies = append(many.Bodies, b)
	}
	for k := range 3 {
		state := many.Start()
		for i := range state {
			state[i].Y = float64(k)
		}
		crowd.States = append(crowd.States, state)
	}
	data, err = NewData("crowd", []int{0}, []*sim.Trajectory{crowd})
	if err != nil {
		t.Fatal(err)
	}
	found = &Found{identify.Result{Scene: &many}, data}
	for k := range 30 {
		half := math.Pow(10, float64(k%5)-4)
		found.Parameters = append(found.Parameters, known(identify.Mass, 0.5, 0.5-half, 0.5+half, "kg"))
	}
	for body := range 14 {
		off := sim.Vec{X: 1e-9 * math.Pow(10, float64(body)/2)}
		found.Fits = append(found.Fits, identify.Fit{Body: body, Times: []float64{0, 1}, Seen: make([]sim.Vec, 2), Fitted: []sim.Vec{off, off.Scale(-0.5)}})
	}
	show("many bodies", found)
	for _, length := range []float64{0, 1e-4, 0.99e-4, 1e-7, 0.99e-7} {
		fmt.Fprintf(&out, "%v m is %s\n", length, small(length))
	}
	golden.Compare(t, "testdata/found.txt", out.String())
}

// TestContradictionsNameAtMostThreeEpisodes, and each thing that must be the same in all.
func TestContradictionsNameAtMostThreeEpisodes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		others int
		change func(s *sim.Scene)
		want   string
	}{
		{"gravity", 1, func(s *sim.Scene) { s.Gravity.Y = -1 }, "gravity of episode 11 is not as in episode 10"},
		{"drag", 3, func(s *sim.Scene) { s.Damping = 0.5 }, "drag of 3 episodes (11, 12, 13) is not as in episode 10"},
		{"walls", 4, func(s *sim.Scene) { s.Walls = make([]sim.Shape, 1) }, "the walls of 4 episodes (11, 12, 13, …) are not as in episode 10"},
		{"joints", 1, func(s *sim.Scene) { s.Joints = make([]sim.Joint, 1) }, "the joints of episode 11 are not as in episode 10"},
		{"bodies", 1, func(s *sim.Scene) { s.Bodies = nil }, ""},
	} {
		d := &Data{}
		for k := range 6 {
			run := two(1+float64(k), 3, false)
			if k > 0 && k <= c.others {
				c.change(run.Scene)
			}
			d.Numbers, d.Trajectories = append(d.Numbers, 10+k), append(d.Trajectories, run)
		}
		got := strings.Join(d.Sort(), "; ")
		if (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
