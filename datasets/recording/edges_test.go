package recording

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"orrery/sim"
)

// movedTo returns a recording of one body at places in m, at 10 pictures a second; NaN is unseen.
func movedTo(x ...float64) *Recording {
	r := &Recording{Tracks: make([]Track, 1)}
	for k, v := range x {
		r.Times = append(r.Times, 0.1*float64(k))
		r.Sights = append(r.Sights, []sim.Sight{{Seen: !math.IsNaN(v), X: v, Y: -2 * v}})
	}
	return r
}

// TestBoundsLeaveOutAShareOfPlaces: a hundredth or a quarter on each side, of what is seen.
func TestBoundsLeaveOutAShareOfPlaces(t *testing.T) {
	t.Parallel()
	var x []float64
	for k := range 200 {
		x = append(x, float64((k*77)%200), math.NaN())
	}
	for name, c := range map[string]struct {
		of  func(...*Recording) Bounds
		out float64
	}{"around": {Around, 2}, "amid": {Amid, 50}} {
		want := Bounds{sim.Vec{X: c.out, Y: -2 * (199 - c.out)}, sim.Vec{X: 199 - c.out, Y: -2 * c.out}}
		if got := c.of(movedTo(x[:100]...), movedTo(x[100:]...)); got != want {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
		if got := c.of(movedTo(math.NaN())); got != (Bounds{}) {
			t.Errorf("%s of nothing: %v", name, got)
		}
	}
	b := Bounds{sim.Vec{X: 1, Y: 2}, sim.Vec{X: 4, Y: 3}}
	if b.size() != 3 {
		t.Errorf("size %v", b.size())
	}
	for _, c := range []struct {
		other Bounds
		want  bool
	}{
		{Bounds{sim.Vec{X: 0.5, Y: 1.5}, sim.Vec{X: 4.5, Y: 3.5}}, true}, {Bounds{sim.Vec{X: 0.4, Y: 2}, b.High}, false}, {Bounds{sim.Vec{X: 1, Y: 1.4}, b.High}, false},
		{Bounds{b.Low, sim.Vec{X: 4.6, Y: 3}}, false}, {Bounds{b.Low, sim.Vec{X: 4, Y: 3.6}}, false},
	} {
		if b.holds(c.other, 0.5) != c.want {
			t.Errorf("%v holds %v: %v", b, c.other, !c.want)
		}
	}
}

// TestDoubledPicturesStandStillInAMotion: a body that is where it was, and goes on at half to four times its way before.
func TestDoubledPicturesStandStillInAMotion(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		x    []float64
		want []int
	}{
		{[]float64{0, 1, 1, 2, 3}, []int{2}}, {[]float64{0, 1, 1, 1.51, 2}, []int{2}}, {[]float64{0, 1, 1, 1.5, 2}, nil}, {[]float64{0, 1, 1, 4.9, 6}, []int{2}},
		{[]float64{0, 1, 1, 5, 6}, nil}, {[]float64{0, 1, 1, 1, 1}, nil}, {[]float64{1, 1, 2, 3, 4}, nil}, {[]float64{0, 1, 2, 2}, nil},
		{[]float64{0, 1, math.NaN(), 2, 3}, nil}, {[]float64{0, 1, 1, math.NaN(), 3}, nil}, {[]float64{math.NaN(), 1, 1, 2, 3}, nil},
		{[]float64{0, 1, 1, 2, 3, 4, 4, 5}, []int{2, 6}}, {[]float64{0, 1, math.NaN(), math.NaN(), 2, 3}, nil},
	} {
		if got := movedTo(c.x...).doubled(); !slices.Equal(got, c.want) {
			t.Errorf("%v: %v, want %v", c.x, got, c.want)
		}
	}
	turned := movedTo(0, 1, 1, 2, 3)
	for k := range turned.Sights {
		turned.Sights[k][0].Turned, turned.Sights[k][0].Angle = true, float64(k)
	}
	if got := turned.doubled(); got != nil {
		t.Errorf("a body that turns: %v", got)
	}
}

// TestStuckSightsJumpToWhereTheBodyIs: three of one value at least, after a motion that the jump makes up for.
func TestStuckSightsJumpToWhereTheBodyIs(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		x    []float64
		want string
	}{
		{[]float64{0, 1, 2, 2, 2, 2, 6, 7, 8}, "[[3 5]]"}, {[]float64{0, 1, 2, 2, 2, 5, 6, 7}, "[[3 4]]"}, {[]float64{0, 1, 2, 2, 4, 5, 6}, "[]"},
		{[]float64{2, 2, 2, 2, 6, 7, 8}, "[]"}, {[]float64{0, 1, 2, 2, 2, 2}, "[]"}, {[]float64{0, 1, 2, 2, 2, 2, 3, 4, 5}, "[]"},
	} {
		q := movedTo(c.x...).path(0, 1e-6)
		q.pull = sim.Vec{}
		if got := fmt.Sprint(q.stuck()); got != c.want {
			t.Errorf("%v: %s, want %s", c.x, got, c.want)
		}
	}
}

// TestScenesOfFewerBodiesHaveNothingTheyMayBelongTo: joints, fields, actuators, goals and points need all bodies.
func TestScenesOfFewerBodiesHaveNothingTheyMayBelongTo(t *testing.T) {
	t.Parallel()
	r := movedTo(0, 1, 2)
	r.Tracks[0].Name = "1"
	p := &Piece{Of: r, Tracks: []int{0}}
	for name, add := range map[string]func(s *sim.Scene){
		"": func(*sim.Scene) {}, "2 joints": func(s *sim.Scene) { s.Joints = make([]sim.Joint, 2) }, "1 field": func(s *sim.Scene) { s.Fields = make([]sim.Field, 1) },
		"1 actuator": func(s *sim.Scene) { s.Actuators = make([]sim.Actuator, 1) }, "1 goal": func(s *sim.Scene) { s.Goals = make([]sim.Goal, 1) },
		"3 points": func(s *sim.Scene) { s.Points = make([]sim.Point, 3) },
	} {
		scene := sim.DefaultScene()
		scene.Bodies = []sim.Body{sim.NewDisc(0.1, 1, sim.Surface{}), sim.NewDisc(0.2, 1, sim.Surface{})}
		add(&scene)
		got, of, err := p.cast(&scene)
		if name == "" {
			if err != nil || len(got.Bodies) != 1 || got.Bodies[0].Reach() != 0.2 || !slices.Equal(of, []int{0}) {
				t.Errorf("%v, %v, %v", got, of, err)
			}
		} else if err == nil || err.Error() != "body 0 of the scene is not seen, and the scene has "+name+" that it may belong to" {
			t.Errorf("%s: %v", name, err)
		}
		if f := (&Frame{PerMetre: 100, Unit: "cm"}); name != "" {
			if _, err := f.Scene(&scene); err == nil || !strings.Contains(err.Error(), "a scene in cm must have walls and bodies alone") {
				t.Errorf("%s in cm: %v", name, err)
			}
		}
	}
}

// TestFramesAreSaidInWords: what is no length says how many are a metre, and a scale is a number a metre, not of several.
func TestFramesAreSaidInWords(t *testing.T) {
	t.Parallel()
	for want, f := range map[string]Frame{
		"px, 400 to a metre, y down": {Unit: "px", PerMetre: 400, Down: true}, "mm, y up": {Unit: "mm", PerMetre: 1000}, "m, y up, origin at 1,-2": {Unit: "m", PerMetre: 1, Origin: sim.Vec{X: 1, Y: -2}},
	} {
		if got := f.String(); !strings.HasPrefix(got, want) {
			t.Errorf("%+v: %s, want %s", f, got, want)
		}
	}
	for scale, good := range map[string]bool{"400px/m": true, "2.5mm/px": true, "400px/2m": false, "400px/0m": false, "400px/": false, "px/m": false} {
		if f, err := ParseFrame(Words{Scale: scale}); (err == nil) != good || scale != "" && good && f.PerMetre != 400 {
			t.Errorf("%s: %+v, %v", scale, f, err)
		}
	}
}
