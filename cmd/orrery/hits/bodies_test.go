package hits

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"orrery/datasets/csv"
	"orrery/sim"
)

// rolls returns a scene of a disc of 0.1 m over a floor at 0 m, and impacts with it by a push up and friction that turns the disc.
func rolls(rows int) (*sim.Scene, []csv.Impact) {
	scene, surface := sim.DefaultScene(), sim.Surface{Friction: 0.5, Elasticity: 0.5}
	scene.Walls = []sim.Shape{sim.NewShape(sim.Segment, 0, surface, sim.Vec{X: -50}, sim.Vec{X: 50})}
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 1, surface)}
	b := &scene.Bodies[0]
	b.Start.Y = 1
	var all []csv.Impact
	for i := range rows {
		before := sim.BodyState{X: float64(i), Y: 0.1, VX: 1 + float64(i%3), VY: -2}
		after := before
		after.VY, after.VX = 1.5, before.VX-0.5
		after.Omega = 0.1 * b.Mass * (after.VX - before.VX) / b.Moment // J·r at the lowest point
		all = append(all, csv.Impact{Line: i + 2, Before: before, After: after})
	}
	return &scene, all
}

// TestSpinsTheWrongWayRoundAreTold: a disc looks alike from both sides, and only its spin tells which way angles run.
func TestSpinsTheWrongWayRoundAreTold(t *testing.T) {
	t.Parallel()
	for share, want := range map[float64]string{
		1:   "",
		0.5: "",
		0.3: "", // no other reading agrees with so little either
		-1:  "in most rows the spin changes in another direction than the push turns the body; with --clockwise it would agree",
		-.6: "in most rows the spin changes in another direction than the push turns the body; with --clockwise it would agree",
		-.4: "",
	} {
		scene, rows := rolls(30)
		for i := range rows {
			rows[i].After.Omega *= share
		}
		f, err := Read(t.Context(), scene, rows, DefaultReading())
		if err != nil || f.Reason != want || len(f.Odd) > 0 {
			t.Errorf("%v of the spin: %q, want %q; %d odd, %v", share, f.Reason, want, len(f.Odd), err)
		}
	}
	scene, rows := rolls(30)
	if f, err := Read(t.Context(), scene, rows, Reading{Length: "mm", Angle: "rad"}); err != nil ||
		!strings.HasSuffix(f.Reason, "; in metres and radians, counter-clockwise 100 % of them would be impacts") {
		t.Errorf("%q, %v", f.Reason, err)
	}
	for i := range 4 { // of thirty 87 % are left, which is not enough to suggest a reading, and of 31 90 % are
		rows[i].Before.Y, rows[i].After.Y = 3, 3
	}
	if f, err := Read(t.Context(), scene, rows, Reading{Length: "mm", Angle: "rad"}); err != nil || !strings.HasSuffix(f.Reason, "and the scene of the same size?") {
		t.Errorf("%q, %v", f.Reason, err)
	}
	rows[0].Before.Y, rows[0].After.Y = 0.1, 0.1
	if f, err := Read(t.Context(), scene, rows, Reading{Length: "mm", Angle: "rad"}); err != nil ||
		!strings.HasSuffix(f.Reason, "; in metres and radians, counter-clockwise 90 % of them would be impacts") {
		t.Errorf("%q, %v", f.Reason, err)
	}
}

// TestImpactsWithBodiesThatAreDriven, whichever of the two the scene lists first. What others touch does not matter, and what drives them
// rests.
func TestImpactsWithBodiesThatAreDriven(t *testing.T) {
	t.Parallel()
	for _, own := range []int{0, 1, 2} {
		scene, surface := sim.DefaultScene(), sim.Surface{Friction: 0.5, Elasticity: 0.5}
		scene.Walls = []sim.Shape{sim.NewShape(sim.Segment, 0, surface, sim.Vec{X: -50, Y: -5}, sim.Vec{X: 50, Y: -5})}
		plate, deep := sim.NewBox(2, 0.2, 1, surface), sim.NewBox(2, 0.2, 1, surface)
		disc := sim.NewDisc(0.1, 1, surface)
		plate.Kind, deep.Kind, deep.Start.Y, deep.Start.X = sim.Kinematic, sim.Kinematic, -5.05, 9
		scene.Bodies = []sim.Body{plate, deep}
		scene.Bodies = append(scene.Bodies[:own:own], append([]sim.Body{disc}, scene.Bodies[own:]...)...)
		driven := 0
		if own == 0 {
			driven = 1
		}
		scene.Actuators = []sim.Actuator{
			{Kind: sim.Velocity, Body: driven, Axis: sim.Vec{X: 1}, Low: -1, High: 1},
			{Kind: sim.Velocity, Body: driven, Axis: sim.Vec{Y: 1}, Low: -1, High: 1},
		}
		mass, moment := disc.Mass, disc.Moment
		row := func(spin float64) csv.Impact {
			before := sim.BodyState{Y: 0.3, VX: 1, VY: -2}
			after := sim.BodyState{Y: 0.3, VX: 0.5, VY: 1.5, Omega: spin * 0.1 * mass * -0.5 / moment}
			return csv.Impact{Line: 2, Before: before, After: after, Normal: sim.Vec{X: math.Sin(0.5), Y: math.Cos(0.5)}}
		}
		f, err := Read(t.Context(), &scene, []csv.Impact{row(1), row(1)}, DefaultReading())
		if err != nil || f.Reason != "" || len(f.Odd) > 0 {
			t.Fatalf("body %d: %+v, %v", own, f, err)
		}
		if a := f.Trajectories[1].Actions; len(a) != 1 || len(a[0]) != 2 || a[0][0] != 0 || a[0][1] != 0 {
			t.Errorf("body %d: actions %v", own, a)
		}
		if f, err = Read(t.Context(), &scene, []csv.Impact{row(-1), row(-1)}, DefaultReading()); err != nil || !strings.Contains(f.Reason, "the spin changes in another direction") {
			t.Errorf("body %d: spins the wrong way round are taken: %q, %v", own, f.Reason, err)
		}
		back := row(1)
		back.Normal = back.Normal.Scale(-1)
		if f, err = Read(t.Context(), &scene, []csv.Impact{row(1), row(1), back}, DefaultReading()); err != nil || len(f.Odd) != 1 || !strings.Contains(f.Odd[0].Reason, "151° off the direction (0, 1)") {
			t.Errorf("body %d: %+v, %v", own, f.Odd, err)
		}
	}
}

// TestFarFromEverything is said of a body that is a thousand times its reach away.
func TestFarFromEverything(t *testing.T) {
	t.Parallel()
	for away, want := range map[float64]string{
		90:             "the body is 90 m away from what it hits, more than 0.005 m",
		110:            "the body is nowhere near anything",
		-math.MaxInt16: "the body is nowhere near anything",
	} {
		scene, rows := rolls(5)
		scene.Walls = append(scene.Walls[:0], sim.NewShape(sim.Circle, 0.5, sim.Surface{}, sim.Vec{Y: -0.5}))
		for i := range rows {
			rows[i].Before.X, rows[i].After.X = 0, 0
		}
		rows[3].Before.Y, rows[3].After.Y = 0.1+away, 0.1+away
		f, err := Read(t.Context(), scene, rows, DefaultReading())
		if err != nil || f.Reason != "" || len(f.Odd) != 1 || f.Odd[0].Line != 5 || f.Odd[0].Reason != want {
			t.Errorf("%v m away: %+v, want %q, %v", away, f.Odd, want, err)
		}
	}
	scene, rows := rolls(5)
	rows[1].After.Angle = math.Pi
	if f, err := Read(t.Context(), scene, rows, DefaultReading()); err != nil || len(f.Odd) != 1 || f.Odd[0].Reason != "the body has turned by 3.14 rad after the impact, which takes no time" {
		t.Errorf("%+v, %v", f, err)
	}
	for tolerance, want := range map[float64]string{sim.MaxMagnitude: "", 1.1 * sim.MaxMagnitude: "tolerance 1.1e+09 m must be 0 to 1e+09"} {
		r := DefaultReading()
		r.Tolerance = tolerance
		if err := r.Validate(); fmt.Sprint(err) != want && !(err == nil && want == "") {
			t.Errorf("%v, want %q", err, want)
		}
	}
	if f, err := Read(t.Context(), scene, nil, DefaultReading()); err != nil || len(f.Odd)+len(f.Trajectories) > 0 || f.Reason != "" {
		t.Errorf("of no rows there is %+v, %v", f, err)
	}
}
