package contact

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"

	"orrery/sim"
	"orrery/world/geom"
)

// apply changes the velocities of scene's dynamic bodies by one frame of flight.
func (f *Flight) apply(scene *sim.Scene, state sim.State) {
	for i := range state {
		if scene.Bodies[i].Kind == sim.Kinematic {
			continue
		}
		s := &state[i]
		s.VX = f.Keep*s.VX + f.Gravity.X*f.FrameTime
		s.VY = f.Keep*s.VY + f.Gravity.Y*f.FrameTime
		s.Omega *= f.KeepAngular
	}
}

// minFlights is the least number of free flights from which constants are read.
const minFlights = 20

// dragNoise is how far from 1 a measured share of kept velocity must be to count
// as drag. Less is the rounding of float32 data.
const dragNoise = 1e-5

// MeasureFlight reads gravity and drag off bodies that touch nothing: the slope
// of the next velocity against the present one is what is kept, and the median
// of the rest is gravity. A gradient would leave such constants a few per cent
// off, and gravity that is 5 % weak is the largest error of a whole model. The
// frame time is the scenes'; scenes that disagree on it are an error, and so are
// trajectories with fewer than minFlights free flights.
func MeasureFlight(trajectories []*sim.Trajectory) (Flight, error) {
	f := Flight{Keep: 1, KeepAngular: 1}
	var vx, vy, omega flightSamples
	for i, t := range trajectories {
		if i == 0 {
			f.FrameTime = t.Scene.FrameTime()
		} else if t.Scene.FrameTime() != f.FrameTime {
			return f, fmt.Errorf("episode %d: frames last %v s, those of episode 0 last %v s", i, t.Scene.FrameTime(), f.FrameTime)
		}
		collectFlights(t, &vx, &vy, &omega)
	}
	if len(vx.now) < minFlights {
		return f, fmt.Errorf("%d free flights of a frame are too few to measure gravity; %d are needed", len(vx.now), minFlights)
	}
	f.Keep = kept(&vx, &vy)
	f.KeepAngular = kept(&omega)
	f.Gravity = sim.Vec{X: vx.gained(f.Keep) / f.FrameTime, Y: vy.gained(f.Keep) / f.FrameTime}
	return f, nil
}

// flightMargin keeps bodies that almost touch out of the flights, in case the data
// was rounded.
const flightMargin = 1e-4 // m

// collectFlights adds the velocities of all dynamic bodies that nothing touches
// at the end of a frame, which is when the engine looks for contacts.
func collectFlights(t *sim.Trajectory, vx, vy, omega *flightSamples) {
	layout := geom.NewLayout(t.Scene)
	var contacts []geom.Contact
	var touched []bool
	for frame := range len(t.States) - 1 {
		now, next := t.States[frame], t.States[frame+1]
		contacts = layout.Contacts(contacts[:0], next, flightMargin)
		touched = resize(touched, len(now))
		for i := range contacts {
			touched[contacts[i].A] = true
			if b := contacts[i].B; b != geom.Wall {
				touched[b] = true
			}
		}
		for i := range now {
			if !touched[i] && t.Scene.Bodies[i].Kind == sim.Dynamic {
				vx.add(now[i].VX, next[i].VX)
				vy.add(now[i].VY, next[i].VY)
				omega.add(now[i].Omega, next[i].Omega)
			}
		}
	}
}

// flightSamples pairs a velocity with the one a frame later.
type flightSamples struct{ now, next []float64 }

func (s *flightSamples) add(now, next float64) {
	s.now, s.next = append(s.now, now), append(s.next, next)
}

// kept returns the share of velocity that survives a frame: the slope of next
// against now that fits all axes best, each about its own mean.
func kept(axes ...*flightSamples) float64 {
	both, now := 0.0, 0.0
	for _, s := range axes {
		both += stat.Covariance(s.now, s.next, nil)
		now += stat.Variance(s.now, nil)
	}
	if math.Abs(both-now) <= dragNoise*now {
		return 1
	}
	return both / now
}

// gained returns the median of what a frame adds beside the velocity kept.
func (s *flightSamples) gained(kept float64) float64 {
	d := make([]float64, len(s.now))
	for i := range d {
		d[i] = s.next[i] - kept*s.now[i]
	}
	slices.Sort(d)
	return stat.Quantile(0.5, stat.Empirical, d, nil)
}
