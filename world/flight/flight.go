package flight

import (
	"context"
	"fmt"
	"math"
	"slices"

	"orrery/sim"
	"orrery/world"
	"orrery/world/geom"
)

// Flight says how bodies move when nothing touches them, the physics that trained
// models are given. What a scene says of gravity, damping, actuators and the ground
// is taken from there; Flight holds what was measured beyond that, which for data
// of this engine is next to nothing. See MeasureFlight, and Step for its use.
type Flight struct {
	FrameTime   float64 `json:"frame_time"`      // s
	Gravity     sim.Vec `json:"gravity"`         // m/s², beyond the scene's
	Keep        float64 `json:"keep"`            // share of its velocity a body keeps in a frame, beyond damping
	KeepAngular float64 `json:"keep_angular"`    // share of its angular velocity a body keeps in a frame, beyond damping
	Order       Order   `json:"order,omitempty"` // of a step; empty is EngineOrder
}

// DefaultFlight returns motion as scenes say at 60 frames a second.
func DefaultFlight() Flight { return Flight{FrameTime: 1.0 / 60, Keep: 1, KeepAngular: 1} }

// Validate returns an error that names the first field out of range.
func (f *Flight) Validate() error {
	if !(f.FrameTime > 0 && f.FrameTime <= 1) {
		return fmt.Errorf("frame_time %v s must be above 0 and at most 1", f.FrameTime)
	}
	for _, share := range []struct {
		name  string
		value float64
	}{{"keep", f.Keep}, {"keep_angular", f.KeepAngular}} {
		if !(share.value >= 0 && share.value <= 2) {
			return fmt.Errorf("%s %v must be 0 to 2", share.name, share.value)
		}
	}
	if g := f.Gravity.Len(); math.IsNaN(g) || g > 1e6 {
		return fmt.Errorf("gravity %v m/s² must be finite and at most 1e6", f.Gravity)
	}
	return f.Order.Validate()
}

// Fits returns an error that begins with "its" when the frames of scene do not
// last as long as those that were measured.
func (f *Flight) Fits(scene *sim.Scene) error {
	if t := scene.FrameTime(); math.Abs(t-f.FrameTime) > world.FrameTimeTolerance*f.FrameTime {
		return fmt.Errorf("its frames last %.6g s but the model was trained on %.6g s", t, f.FrameTime)
	}
	return nil
}

// minFlights is the least number of free flights from which constants are read.
const minFlights = 20

// dragNoise is the distance from 1 at which a measured share of kept velocity begins to count
// as drag. Less is the rounding of float32 data.
const dragNoise = 1e-5

// MeasureFlight reads gravity and drag off bodies that touch nothing and that
// nothing drives or ties: the slope of the next velocity against the present one is
// what is kept, and the median of the rest is gravity. A gradient would leave such
// constants a few per cent off, and gravity that is 5 % weak is the largest error of
// a whole model. The frame time is the scenes'; scenes that disagree on it are an
// error. With fewer than minFlights free flights scenes are taken at their word. When
// ctx ends, MeasureFlight soon returns its error.
func MeasureFlight(ctx context.Context, trajectories []*sim.Trajectory) (Flight, error) {
	f := DefaultFlight()
	var vx, vy, omega flightSamples
	for i, t := range trajectories {
		if i == 0 {
			f.FrameTime = t.Scene.FrameTime()
		} else if t.Scene.FrameTime() != f.FrameTime {
			return f, fmt.Errorf("episode %d: frames last %v s, those of episode 0 last %v s", i, t.Scene.FrameTime(), f.FrameTime)
		}
		if err := collectFlights(ctx, t, &vx, &vy, &omega); err != nil {
			return f, err
		}
	}
	if len(vx.now) < minFlights {
		return f, nil
	}
	f.Keep = kept(&vx, &vy)
	f.KeepAngular = kept(&omega)
	f.Gravity = sim.Vec{X: vx.gained(f.Keep) / f.FrameTime, Y: vy.gained(f.Keep) / f.FrameTime}
	return f, nil
}

// flightMargin keeps bodies that almost touch out of the flights, in case the data
// was rounded.
const flightMargin = 1e-4 // m

// collectFlights adds the velocities of all free bodies that nothing touches during
// a frame: as they would be by the word of the scene, and as they are.
func collectFlights(ctx context.Context, t *sim.Trajectory, vx, vy, omega *flightSamples) error {
	detector := geom.NewDetector(t.Scene)
	free := freeBodies(t.Scene)
	word := DefaultFlight()
	word.FrameTime = t.Scene.FrameTime()
	step := word.Step(t.Scene, t.Scene.Substeps)
	var contacts []geom.Contact
	var flies []bool
	var told sim.State
	for frame := range len(t.States) - 1 {
		if err := ctx.Err(); err != nil {
			return err
		}
		now, next := t.States[frame], t.States[frame+1]
		margin := flightMargin
		if t.Scene.Substeps > 1 { // something may come and go within the frame
			margin += 2 * fastest(now, next) * t.Scene.FrameTime()
		}
		contacts = detector.Contacts(contacts[:0], next, margin)
		flies = append(flies[:0], free...)
		for i := range contacts {
			flies[contacts[i].A] = false
			if b := contacts[i].B; b != geom.Wall {
				flies[b] = false
			}
		}
		told = append(told[:0], now...)
		for range t.Scene.Substeps {
			step.Force(told, nil)
		}
		for i := range now {
			if flies[i] {
				vx.add(told[i].VX, next[i].VX)
				vy.add(told[i].VY, next[i].VY)
				omega.add(told[i].Omega, next[i].Omega)
			}
		}
	}
	return nil
}

// freeBodies reports which bodies of scene only gravity and drag move between
// contacts.
func freeBodies(scene *sim.Scene) []bool {
	free := make([]bool, len(scene.Bodies))
	for i := range free {
		free[i] = scene.Bodies[i].Kind == sim.Dynamic && scene.Bodies[i].Grip == sim.Grip{}
	}
	bind := func(body int) {
		if body != sim.World {
			free[body] = false
		}
	}
	for _, j := range scene.Joints {
		bind(j.A)
		bind(j.B)
	}
	for _, f := range scene.Fields {
		bind(f.A)
		bind(f.B)
	}
	for _, a := range scene.Actuators {
		bind(a.Body)
		bind(a.Against)
	}
	return free
}

// fastest returns the largest speed in two states, in m/s.
func fastest(states ...sim.State) float64 {
	most := 0.0
	for _, s := range states {
		for i := range s {
			most = max(most, s[i].Velocity().Len())
		}
	}
	return most
}

// flightSamples pairs a velocity with the one a frame later.
type flightSamples struct{ now, next []float64 }

func (s *flightSamples) add(now, next float64) {
	s.now, s.next = append(s.now, now), append(s.next, next)
}

// kept returns the share of velocity that survives a frame: the slope of next
// against now that fits all axes best, each about its own mean. The sums are plain
// because gonum/stat would bring LAPACK to the viewer's page, which is to be small.
func kept(axes ...*flightSamples) float64 {
	both, now := 0.0, 0.0
	for _, s := range axes {
		meanNow, meanNext := mean(s.now), mean(s.next)
		for i, v := range s.now {
			both += (v - meanNow) * (s.next[i] - meanNext)
			now += (v - meanNow) * (v - meanNow)
		}
	}
	if math.Abs(both-now) <= dragNoise*now { // nothing that moves keeps all, too
		return 1
	}
	return both / now
}

func mean(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum / float64(len(values))
}

// gained returns the median of what a frame adds beside the velocity kept.
func (s *flightSamples) gained(kept float64) float64 {
	d := make([]float64, len(s.now))
	for i := range d {
		d[i] = s.next[i] - kept*s.now[i]
	}
	slices.Sort(d)
	return d[(len(d)-1)/2]
}

// Gyration returns the mean distance from the axis at which the mass of dynamic
// bodies sits, in metres: by it an angular velocity compares with a linear one.
// Without such bodies it is 0.
func Gyration(trajectories []*sim.Trajectory) float64 {
	sum, n := 0.0, 0
	for _, t := range trajectories {
		for i := range t.Scene.Bodies {
			if b := &t.Scene.Bodies[i]; b.Kind == sim.Dynamic {
				sum += math.Sqrt(b.Moment / b.Mass)
				n++
			}
		}
	}
	return sum / float64(max(n, 1))
}
