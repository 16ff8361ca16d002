package sim

import (
	"math"
	"strings"
	"testing"
)

// seen returns a trajectory of one body that was seen at each of some frames.
func seen(frames int) *Trajectory {
	scene := DefaultScene()
	scene.Bodies = []Body{{}}
	t := &Trajectory{Scene: &scene, Seen: new(Observation)}
	for k := range frames {
		t.States = append(t.States, State{{X: float64(k)}})
		t.Seen.Sights = append(t.Seen.Sights, []Sight{{X: float64(k), Seen: true, After: 0.001, Std: 0.01}})
		t.Seen.Std = append(t.Seen.Std, State{{X: 0.25 * float64(k)}})
	}
	return t
}

// TestDriftAddsWhatGoesTogether: an error of velocity that goes with that of position adds twice, and one against it
// takes away.
func TestDriftAddsWhatGoesTogether(t *testing.T) {
	o := seen(1).Seen
	o.Std[0][0] = BodyState{X: 0.3, Y: 0.3, VX: 0.1, VY: 0.1}
	for share, want := range map[float64]float64{0: math.Sqrt(0.3*0.3 + 0.2*0.2), 1: 0.3 + 2*0.1, -1: 0.3 - 2*0.1} {
		var c Covariance
		c[3*4/2], c[4*5/2+1] = share*0.3*0.1, share*0.3*0.1 // of x with vx, of y with vy
		if o.Covariances = [][]Covariance{{c}}; share == 0 {
			o.Covariances = nil
		}
		if got := o.Drift(0, 2); !(math.Abs(got-want) <= 1e-12) {
			t.Errorf("together by %v: %v m after 2 s, want %v", share, got, want)
		}
	}
}

func TestBadObservationsAreNamed(t *testing.T) {
	if err := seen(3).Check(); err != nil {
		t.Fatal(err)
	}
	for want, spoil := range map[string]func(o *Observation){
		"2 frames of sights and 3 of deviations must be the 3 of the states":            func(o *Observation) { o.Sights = o.Sights[:2] },
		"3 frames of sights and 2 of deviations must be the 3 of the states":            func(o *Observation) { o.Std = o.Std[:2] },
		"frame 1: sights of 0 bodies and deviations of 1 must be of the scene's 1":      func(o *Observation) { o.Sights[1] = nil },
		"frame 1: sights of 1 bodies and deviations of 0 must be of the scene's 1":      func(o *Observation) { o.Std[1] = nil },
		"frame 2: body 0: measured value NaN must be finite":                            func(o *Observation) { o.Sights[2][0].Angle = math.NaN() },
		"frame 2: body 0: measured value +Inf must be finite":                           func(o *Observation) { o.Sights[2][0].StdTurn = math.Inf(1) },
		"frame 0: body 0: deviations -1 m and 0 rad of a measurement must be":           func(o *Observation) { o.Sights[0][0].Std = -1 },
		"frame 0: body 0: deviations 0.01 m and -2 rad of a measurement must be":        func(o *Observation) { o.Sights[0][0].StdTurn = -2 },
		"frame 0: body 0: a measurement -0.02 s after its frame must be within a frame": func(o *Observation) { o.Sights[0][0].After = -0.02 },
		"frame 1: body 0: deviation -3 of vy must be a finite number of at least 0":     func(o *Observation) { o.Std[1][0].VY = -3 },
		"frame 1: body 0: deviation NaN of omega must be a finite number of at least 0": func(o *Observation) { o.Std[1][0].Omega = math.NaN() },
		"impact 0: body 1 and -1: must be a body of the 1 and another, or wall -1 to 0": func(o *Observation) { o.Impacts = []Impact{{Body: 1, Other: -1}} },
	} {
		trajectory := seen(3)
		spoil(trajectory.Seen)
		if err := trajectory.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want an error with %q", err, want)
		}
	}
}

func TestStrideKeepsWhatWasSeen(t *testing.T) {
	short, err := seen(7).Stride(3)
	if err != nil {
		t.Fatal(err)
	}
	if err := short.Check(); err != nil {
		t.Fatal(err)
	}
	if short.Seen.Sights[2][0].X != 6 || short.Seen.Std[1][0].X != 0.75 {
		t.Errorf("got %+v", short.Seen)
	}
}
