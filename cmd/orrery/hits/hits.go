// Package hits makes episodes of a table of impacts: it says which rows can be impacts in a
// scene, and in which unit and frame of reference a table is when hardly any can.
package hits

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"orrery/datasets/csv"
	"orrery/sim"
	"orrery/world/geom"
)

// Reading says what the numbers of a table mean.
type Reading struct {
	Length    string  // one of Lengths
	Angle     string  // one of Angles
	Clockwise bool    // angles run clockwise as seen with y up
	Down      bool    // y points down, and angles turn from x to y
	Tolerance float64 // m, by which a gap or an overlap may be off; 0 is a share of the size of the body
}

// DefaultReading returns metres and radians in the scene's frame of reference.
func DefaultReading() Reading { return Reading{Length: "m", Angle: "rad"} }

// unit is a unit of a table.
type unit struct {
	name string
	size float64 // in metres or radians
}

var (
	lengths = []unit{{"m", 1}, {"cm", 0.01}, {"mm", 0.001}, {"in", 0.0254}}
	angles  = []unit{{"rad", 1}, {"deg", math.Pi / 180}}
)

// Lengths returns the units of length that a table may have.
func Lengths() []string { return names(lengths) }

// Angles returns the units of angle that a table may have.
func Angles() []string { return names(angles) }

func names(units []unit) (all []string) {
	for _, u := range units {
		all = append(all, u.name)
	}
	return all
}

// sizeOf returns the size of a unit, or 0 when there is none of that name.
func sizeOf(units []unit, name string) float64 {
	for _, u := range units {
		if u.name == name {
			return u.size
		}
	}
	return 0
}

// Validate returns an error that names the first field without a usable value.
func (r *Reading) Validate() error {
	for _, u := range []struct {
		flag, name string
		units      []unit
	}{{"length", r.Length, lengths}, {"angle", r.Angle, angles}} {
		if sizeOf(u.units, u.name) == 0 {
			return fmt.Errorf("%s %.40q must be one of: %s", u.flag, u.name, strings.Join(names(u.units), ", "))
		}
	}
	if !(r.Tolerance >= 0 && r.Tolerance <= sim.MaxMagnitude) {
		return fmt.Errorf("tolerance %v m must be 0 to %v", r.Tolerance, sim.MaxMagnitude)
	}
	return nil
}

// flags returns the flags that say r, where it is not the usual reading.
func (r *Reading) flags() string {
	var all []string
	usual := DefaultReading()
	if r.Length != usual.Length {
		all = append(all, "--length "+r.Length)
	}
	if r.Angle != usual.Angle {
		all = append(all, "--angle "+r.Angle)
	}
	if r.Clockwise {
		all = append(all, "--clockwise")
	}
	if r.Down {
		all = append(all, "--y-down")
	}
	return strings.Join(all, " ")
}

// state returns a state of the table in metres, radians and the scene's frame of reference.
func (r *Reading) state(b sim.BodyState) sim.BodyState {
	length, angle := sizeOf(lengths, r.Length), sizeOf(angles, r.Angle)
	y := length
	if r.Down {
		y, angle = -y, -angle
	}
	if r.Clockwise {
		angle = -angle
	}
	return sim.BodyState{X: length * b.X, Y: y * b.Y, Angle: angle * b.Angle, VX: length * b.VX, VY: y * b.VY, Omega: angle * b.Omega}
}

// Found is what a table has.
type Found struct {
	Trajectories []*sim.Trajectory // one for each impact
	Odd          []Odd             // rows that are no impacts
	Gaining      int               // number of impacts after which the body has more energy than before
	Reason       string            // why the table as a whole is none of impacts in the scene, or empty
}

// Odd is a row that is no impact in the scene.
type Odd struct {
	Line   int
	Reason string
}

const (
	offShare   = 0.05 // of the body's reach, by which a gap may be off
	wrongAngle = math.Pi / 6
	fits       = 0.9 // share of the rows that must be impacts for a reading to be suggested
	lookedAt   = 200 // rows for that

	// An impulse that acts where the body touches turns it by what it pushes. Measured tables agree to a
	// fifth or so, and those with angles the wrong way round not at all.
	agreement = 0.4
	other     = 0.35 // of another reading that is to be suggested
	mostGain  = 10   // times the energy before an impact, and that of a usual one, beyond which that after it is a mistake
	faint     = 0.02 // share of the reach, as the lever of the impulses, below which turning says nothing
)

// Read returns what rows of a table are in a scene, one body of which is dynamic. An error
// says what is wrong with the scene.
func Read(ctx context.Context, scene *sim.Scene, rows []csv.Impact, reading Reading) (*Found, error) {
	j, err := newJudge(scene, reading)
	if err != nil {
		return nil, err
	}
	f := &Found{}
	if j.usual, err = j.usually(ctx, rows); err != nil {
		return nil, err
	}
	for i := range rows {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		t, reason := j.judge(&rows[i])
		if reason != "" {
			f.Odd = append(f.Odd, Odd{rows[i].Line, reason})
			continue
		}
		f.Trajectories = append(f.Trajectories, t)
		if scene.Energy(t.States[1]) > scene.Energy(t.States[0]) {
			f.Gaining++
		}
	}
	turning := j.turning
	switch {
	case 2*len(f.Odd) > len(rows):
		f.Reason = fmt.Sprintf("in %d of %d rows nothing is hit, as in line %d: %s", len(f.Odd), len(rows), f.Odd[0].Line, f.Odd[0].Reason)
		if how, share := j.another(rows); share >= fits {
			f.Reason += fmt.Sprintf("; %s %.0f %% of them would be impacts", how, 100*share)
		} else if how, share := j.exchanged(rows); share >= fits {
			f.Reason += "; " + how
		} else {
			f.Reason += "; is the table in the scene's frame of reference, and the scene of the same size?"
		}
	case turning.disagrees(j.reach):
		if how, share := j.another(rows); share >= fits {
			f.Reason = fmt.Sprintf("in most rows the spin changes in another direction than the push turns the body; %s it would agree", how)
		}
	}
	return f, nil
}

// turning compares how a body's spin changes with how the impulse at its point turns it, over some impacts.
type turning struct {
	off, size float64 // kg·m²/s, sums of the difference and of both
	push      float64 // kg·m/s, sum of the impulses
}

// add counts an impact of a body at an arm from its centre.
func (t *turning) add(b *sim.Body, arm sim.Vec, before, after sim.BodyState) {
	impulse := after.Velocity().Sub(before.Velocity()).Scale(b.Mass)
	spun, turned := b.Moment*(after.Omega-before.Omega), arm.Cross(impulse)
	t.off, t.size, t.push = t.off+math.Abs(spun-turned), t.size+math.Abs(spun)+math.Abs(turned), t.push+impulse.Len()
}

// disagrees reports whether the spins change otherwise than they should.
func (t *turning) disagrees(reach float64) bool {
	return t.size > faint*reach*t.push && t.off > agreement*t.size
}

// judge says which rows are impacts.
type judge struct {
	scene    *sim.Scene
	detector *geom.Detector
	body     int
	reach    float64 // m, of the body
	reading  Reading
	usual    float64 // J, the kinetic energy before half of the impacts
	turning  turning
	points   []geom.Contact // scratch
}

func newJudge(scene *sim.Scene, reading Reading) (*judge, error) {
	j := &judge{scene: scene, detector: geom.NewDetector(scene), body: -1, reading: reading}
	for i := range scene.Bodies {
		if scene.Bodies[i].Kind != sim.Dynamic {
			continue
		}
		if j.body >= 0 {
			return nil, fmt.Errorf("bodies %d and %d are dynamic, but a row of a table of impacts has the motion of one", j.body, i)
		}
		j.body = i
	}
	if j.body < 0 {
		return nil, errors.New("no body is dynamic, so none can be hit")
	}
	j.reach = scene.Bodies[j.body].Reach()
	return j, nil
}

// usually returns the median of the kinetic energy before the impacts, in J.
func (j *judge) usually(ctx context.Context, rows []csv.Impact) (float64, error) {
	all := make([]float64, len(rows))
	for i := range rows {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		all[i] = j.kinetic(j.reading.state(rows[i].Before))
	}
	slices.Sort(all)
	if len(all) == 0 {
		return 0, nil
	}
	return all[len(all)/2], nil
}

// kinetic returns the kinetic energy of the body, in J.
func (j *judge) kinetic(b sim.BodyState) float64 {
	v := b.Velocity()
	return (j.scene.Bodies[j.body].Mass*v.Dot(v) + j.scene.Bodies[j.body].Moment*b.Omega*b.Omega) / 2
}

// tolerance returns by how many metres a gap may be off.
func (j *judge) tolerance() float64 {
	if j.reading.Tolerance > 0 {
		return j.reading.Tolerance
	}
	return offShare * j.reach
}

// judge returns the episode of a row, or why it is no impact.
func (j *judge) judge(row *csv.Impact) (*sim.Trajectory, string) {
	before, after := j.reading.state(row.Before), j.reading.state(row.After)
	tolerance := j.tolerance()
	if d := after.Position().Sub(before.Position()).Len(); d > tolerance {
		return nil, fmt.Sprintf("the body is %.3g m elsewhere after the impact, which takes no time", d)
	}
	if d := math.Abs(math.Remainder(after.Angle-before.Angle, 2*math.Pi)); d*j.reach > tolerance {
		return nil, fmt.Sprintf("the body has turned by %.3g rad after the impact, which takes no time", d)
	}
	if was, is := j.kinetic(before), j.kinetic(after); is > mostGain*max(was, j.usual) {
		return nil, fmt.Sprintf("the body has %.3g J after the impact, more than %d times the %.3g J before it", is, mostGain, was)
	}
	start := j.scene.Start()
	start[j.body] = before
	j.points = j.detector.Nearest(j.points[:0], start, 1e3*j.reach)
	j.points = slices.DeleteFunc(j.points, func(c geom.Contact) bool { return c.A != j.body && c.B != j.body })
	if len(j.points) == 0 {
		return nil, "the body is nowhere near anything"
	}
	nearest, approach := &j.points[0], math.Inf(-1)
	for i := range j.points {
		if c := &j.points[i]; approaching(start, c) > approach {
			nearest, approach = c, approaching(start, c)
		}
	}
	switch {
	case nearest.Gap > tolerance:
		return nil, fmt.Sprintf("the body is %.3g m away from what it hits, more than %.3g m", nearest.Gap, tolerance)
	case nearest.Gap < -tolerance:
		return nil, fmt.Sprintf("the body is %.3g m deep in what it hits, more than %.3g m", -nearest.Gap, tolerance)
	case !(approach > 0):
		return nil, fmt.Sprintf("the body parts from what it touches at %.3g m/s before the impact", -approach)
	}
	if row.Normal != (sim.Vec{}) {
		n := row.Normal
		if j.reading.Down {
			n.Y = -n.Y
		}
		push := nearest.Normal
		if nearest.A != j.body {
			push = push.Scale(-1)
		}
		if off := math.Abs(math.Atan2(push.Cross(n), push.Dot(n))); off > wrongAngle {
			return nil, fmt.Sprintf("the normal (%.3g, %.3g) is %.0f° off the direction (%.3g, %.3g) in which the scene pushes the body", n.X, n.Y, off*180/math.Pi, push.X, push.Y)
		}
	}
	arm := nearest.ArmA
	if nearest.A != j.body {
		arm = nearest.ArmB
	}
	j.turning.add(&j.scene.Bodies[j.body], arm, before, after)
	scene := *j.scene
	scene.Bodies = slices.Clone(scene.Bodies)
	scene.Bodies[j.body].Start = before
	end := slices.Clone(start)
	end[j.body] = after
	end[j.body].X, end[j.body].Y, end[j.body].Angle = before.X, before.Y, before.Angle
	t := &sim.Trajectory{Scene: &scene, States: []sim.State{start, end}, Impact: true}
	if n := len(scene.Actuators); n > 0 {
		t.Actions = []sim.Action{make(sim.Action, n)}
	}
	return t, ""
}

// approaching returns the speed in m/s at which the sides of a point come nearer to each other.
func approaching(state sim.State, c *geom.Contact) float64 {
	u := state[c.A].Velocity().Add(c.ArmA.Perp().Scale(state[c.A].Omega))
	if c.B != geom.Wall {
		u = u.Sub(state[c.B].Velocity().Add(c.ArmB.Perp().Scale(state[c.B].Omega)))
	}
	return -u.Dot(c.Normal)
}

// exchanged says that the states before and after stand in each other's place, and returns the share of rows that are
// impacts then.
func (j *judge) exchanged(rows []csv.Impact) (how string, share float64) {
	step := max(1, len(rows)/lookedAt)
	all, good := 0, 0
	for i := 0; i < len(rows); i += step {
		row := rows[i]
		row.Before, row.After = row.After, row.Before
		all++
		if _, reason := j.judge(&row); reason == "" {
			good++
		}
	}
	share = float64(good) / float64(all)
	return fmt.Sprintf("with the states before and after exchanged %.0f %% of them would be impacts", 100*share), share
}

// another returns how to read the table so that most rows are impacts that turn the body as they should, and their share.
func (j *judge) another(rows []csv.Impact) (how string, most float64) {
	step := max(1, len(rows)/lookedAt)
	own := j.reading
	defer func() { j.reading = own }()
	for _, length := range Lengths() {
		for _, angle := range Angles() {
			for turn := range 4 {
				j.reading = Reading{Length: length, Angle: angle, Clockwise: turn%2 == 1, Down: turn > 1, Tolerance: own.Tolerance}
				j.turning = turning{}
				all, good := 0, 0
				for i := 0; i < len(rows); i += step {
					all++
					if _, reason := j.judge(&rows[i]); reason == "" {
						good++
					}
				}
				if share := float64(good) / float64(all); share > most && (j.turning.off < other*j.turning.size || j.turning.size <= faint*j.reach*j.turning.push) {
					most, how = share, "with "+j.reading.flags()
					if j.reading.flags() == "" {
						how = "in metres and radians, counter-clockwise"
					}
				}
			}
		}
	}
	return how, most
}
