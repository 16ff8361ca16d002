package sim

import (
	"fmt"
	"math"
)

// Observation is what was measured of a trajectory whose states are estimates made of it.
// Frames are those of the trajectory, and bodies those of its scene.
type Observation struct {
	Sights  [][]Sight // [t][n]
	Std     []State   // [t][n] standard deviation of each value of the state, in its unit
	Impacts []Impact  // that were found between the frames, in the order of their times

	Covariances [][]Covariance // [t][n] of the values of each state; nil where only Std is known
	Records     []Record       // what the recording had, in the order of its rows; nil where nobody asked for it
}

// Covariance is the lower triangle of a symmetric matrix, row by row, of the values of a BodyState in
// their order and their units.
type Covariance [StateSize * (StateSize + 1) / 2]float64

// Record is a measurement as the recording had it, in the unit and the axes of whoever wrote it.
type Record struct {
	Row         int     // line of a text, or number of a row from 1 on
	Time        float64 // s, or a number of a picture where the recording has no times
	Track       string  // how the recording calls the body
	Body        int     // index in the scene, or -1 where the episode has no such body
	X, Y, Angle float64 // in the units of the recording, as written; 0 where there is none
	Seen        bool    // X and Y are there
	Turned      bool    // Angle is there
	Odd         string  // why it was left out of the estimate; empty where it was not
}

// Impact is a hit of two bodies, or of a body and a wall, that was found in observed motion.
type Impact struct {
	Time    float64 // s after the first frame
	StdTime float64 // s, its standard deviation
	Body    int     // index in the scene
	Other   int     // index of another body, or -1-k for wall k of the scene
	Normal  Vec     // unit vector that points from Other to Body
	Push    float64 // N s, impulse on Body along Normal
	Rub     float64 // N s, impulse on Body along Normal turned a quarter counter-clockwise
}

// Sight is what was measured of one body about the time of a frame. It keeps its own time,
// as a camera need not have the beat of the frames.
type Sight struct {
	X, Y    float64 // m, centre of mass
	Angle   float64 // rad, continuous
	Seen    bool    // X and Y were measured
	Turned  bool    // Angle was measured
	After   float64 // s from the frame to the measurement, at most a frame either way
	Std     float64 // m, standard deviation of X and of Y
	StdTurn float64 // rad, standard deviation of Angle
}

// Drift returns the standard deviation in metres, along either axis, to which that of a body's first
// position has grown after some seconds of free flight, because its first velocity is not sure either.
func (o *Observation) Drift(body int, seconds float64) float64 {
	std := o.Std[0][body]
	sum := 0.0
	for axis, s := range [2][2]float64{{std.X, std.VX}, {std.Y, std.VY}} {
		sum += s[0]*s[0] + seconds*seconds*s[1]*s[1]
		if o.Covariances != nil {
			row := axis + 3 // of vx and vy
			sum += 2 * seconds * o.Covariances[0][body][row*(row+1)/2+axis]
		}
	}
	return math.Sqrt(max(0, sum) / 2)
}

// Check returns an error that names the first frame and body whose measurement or uncertainty is
// not finite, or without a place in a trajectory of so many frames of scene.
func (o *Observation) Check(scene *Scene, frames int) error {
	if len(o.Sights) != frames || len(o.Std) != frames {
		return fmt.Errorf("%d frames of sights and %d of deviations must be the %d of the states", len(o.Sights), len(o.Std), frames)
	}
	for k, sights := range o.Sights {
		if len(sights) != len(scene.Bodies) || len(o.Std[k]) != len(scene.Bodies) {
			return fmt.Errorf("frame %d: sights of %d bodies and deviations of %d must be of the scene's %d", k, len(sights), len(o.Std[k]), len(scene.Bodies))
		}
		for i, s := range sights {
			if err := s.check(scene.FrameTime()); err != nil {
				return fmt.Errorf("frame %d: body %d: %w", k, i, err)
			}
			for j, v := range o.Std[k][i].Values() {
				if !(v >= 0) || math.IsInf(v, 0) {
					return fmt.Errorf("frame %d: body %d: deviation %v of %s must be a finite number of at least 0", k, i, v, BodyState{}.Names()[j])
				}
			}
		}
	}
	if err := o.checkCovariances(scene, frames); err != nil {
		return err
	}
	for k, r := range o.Records {
		if r.Body < -1 || r.Body >= len(scene.Bodies) {
			return fmt.Errorf("record %d: body %d must be from -1 to %d", k, r.Body, len(scene.Bodies)-1)
		}
		for _, v := range [...]float64{r.Time, r.X, r.Y, r.Angle} {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("record %d: value %v must be finite", k, v)
			}
		}
	}
	for k, hit := range o.Impacts {
		if err := hit.check(scene); err != nil {
			return fmt.Errorf("impact %d: %w", k, err)
		}
	}
	return nil
}

func (o *Observation) checkCovariances(scene *Scene, frames int) error {
	if o.Covariances != nil && len(o.Covariances) != frames {
		return fmt.Errorf("%d frames of covariances must be the %d of the states", len(o.Covariances), frames)
	}
	for k, all := range o.Covariances {
		if len(all) != len(scene.Bodies) {
			return fmt.Errorf("frame %d: covariances of %d bodies must be of the scene's %d", k, len(all), len(scene.Bodies))
		}
		for i := range all {
			for _, v := range all[i] {
				if math.IsNaN(v) || math.IsInf(v, 0) {
					return fmt.Errorf("frame %d: body %d: covariance %v must be finite", k, i, v)
				}
			}
		}
	}
	return nil
}

func (h Impact) check(scene *Scene) error {
	bodies, walls := len(scene.Bodies), len(scene.Walls)
	if h.Body < 0 || h.Body >= bodies || h.Other >= bodies || h.Other < -walls || h.Other == h.Body {
		return fmt.Errorf("body %d and %d: must be a body of the %d and another, or wall -1 to %d", h.Body, h.Other, bodies, -walls)
	}
	for _, v := range [...]float64{h.Time, h.StdTime, h.Normal.X, h.Normal.Y, h.Push, h.Rub} {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("value %v must be finite", v)
		}
	}
	return nil
}

func (s Sight) check(frameTime float64) error {
	for _, v := range [...]float64{s.X, s.Y, s.Angle, s.After, s.Std, s.StdTurn} {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("measured value %v must be finite", v)
		}
	}
	if s.Std < 0 || s.StdTurn < 0 {
		return fmt.Errorf("deviations %v m and %v rad of a measurement must be at least 0", s.Std, s.StdTurn)
	}
	if !(math.Abs(s.After) <= frameTime) {
		return fmt.Errorf("a measurement %v s after its frame must be within a frame of %v s", s.After, frameTime)
	}
	return nil
}
