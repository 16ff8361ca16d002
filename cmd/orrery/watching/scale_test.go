package watching

import (
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
)

func TestScalesAreRead(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Scale{
		"400px/m": {PerMetre: 400}, "2.5mm/px": {PerMetre: 400}, "80px=0.2m": {PerMetre: 400}, "10,20:310,420=1.25m": {PerMetre: 400},
		"body:0=5cm": {Body: "0", Length: 0.05}, "body:red puck=0.05m": {Body: "red puck", Length: 0.05}, "body:a=b=50mm": {Body: "a=b", Length: 0.05},
		"g=9.81": {Fall: 9.81}, "g=1.62m/s²": {Fall: 1.62}, "picture=2m": {Side: 2},
	} {
		got, err := ParseScale(text)
		near := func(a, b float64) bool { return scalar.EqualWithinAbsOrRel(a, b, 1e-12, 1e-12) }
		if err != nil || got.Body != want.Body || !near(got.PerMetre, want.PerMetre) || !near(got.Length, want.Length) || !near(got.Fall, want.Fall) || !near(got.Side, want.Side) {
			t.Errorf("%s: %+v, %v; want %+v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "g=", "g=-1", "g=nan", "g=1e9", "g=0", "g=0.0009", "g=1000001", "body:=1m", "body:0", "body:0=5", "body:0=px", "picture=", "picture=0m", "radius=0.05m", "0,0:0,0=1m", "-4px/m", "0px=1m"} {
		if got, err := ParseScale(text); err == nil || !strings.HasPrefix(err.Error(), "scale: ") {
			t.Errorf("%q: %+v, error %v", text, got, err)
		}
	}
}

func TestDirectionsAreRead(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]sim.Vec{
		"down": {Y: -1}, "up": {Y: 1}, "left": {X: -1}, "right": {X: 1}, "none": {}, "-90": {Y: -1}, "180°": {X: -1},
		"-60": {X: 0.5, Y: -math.Sqrt(0.75)},
	} {
		if got, err := ParseDown(text); err != nil || !(got.Sub(want).Len() <= 1e-12) {
			t.Errorf("%s: %v, %v; want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "below", "Down", "400", "nan", "1,2"} {
		if got, err := ParseDown(text); err == nil {
			t.Errorf("%q is %v", text, got)
		}
	}
}

func TestWidthOfBodies(t *testing.T) {
	t.Parallel()
	turned := func(angle float64, vertices ...sim.Vec) (out []sim.Vec) {
		for _, v := range vertices {
			out = append(out, v.Rotate(angle))
		}
		return out
	}
	for name, c := range map[string]struct {
		shapes []sim.Shape
		want   float64
	}{
		"disc":    {[]sim.Shape{sim.NewShape(sim.Circle, 20, sim.Surface{}, sim.Vec{})}, 40},
		"box":     {[]sim.Shape{sim.NewShape(sim.Polygon, 0, sim.Surface{}, turned(0.4, sim.Vec{X: -30, Y: -10}, sim.Vec{X: 30, Y: -10}, sim.Vec{X: 30, Y: 10}, sim.Vec{X: -30, Y: 10})...)}, 60},
		"capsule": {[]sim.Shape{sim.NewShape(sim.Segment, 5, sim.Surface{}, turned(1, sim.Vec{X: -20}, sim.Vec{X: 20})...)}, 50},
		"two discs": {[]sim.Shape{
			sim.NewShape(sim.Circle, 10, sim.Surface{}, sim.Vec{X: -15}), sim.NewShape(sim.Circle, 10, sim.Surface{}, sim.Vec{X: 15}),
		}, 50},
	} {
		if got := across(c.shapes); !scalar.EqualWithinAbs(got, c.want, 1e-9) {
			t.Errorf("a %s is %v px wide, want %v", name, got, c.want)
		}
	}
}
