package screen

import (
	"math"
	"slices"
	"testing"

	"orrery/cmd/orrery-view/session/build"
	"orrery/sim/render"
	"orrery/sim/scenario"
	"orrery/sim/scenario/library"
)

func TestSlidersSetParameters(t *testing.T) {
	s := open(t, "mixed")
	s.wait(1)
	w, _ := s.find(t, "set gravity")
	left, right := w.Rail(s.unit)
	y := float64(w.Part.Min.Y+w.Part.Max.Y) / 2
	s.Update(Input{Mouse: render.Point{X: left, Y: y}, Left: true})
	s.Update(Input{Mouse: render.Point{X: right + 500, Y: y + 300}, Left: true})
	s.Update(Input{})
	sc, values := s.Session.Scenario()
	i := slices.IndexFunc(sc.Params, func(p scenario.Param) bool { return p.Name == "gravity" })
	if _, high := sliderRange(&sc.Params[i]); values["gravity"] != high || s.Session.Scene().Gravity.Y != -high {
		t.Errorf("gravity is %v, want %v", values["gravity"], high)
	}
}

// TestEverySliderReachesOnlyWhatIsAllowed goes over all parameters of all scenarios.
func TestEverySliderReachesOnlyWhatIsAllowed(t *testing.T) {
	for _, sc := range library.List() {
		for _, p := range sc.Params {
			low, high := sliderRange(&p)
			if !(low < high) || !(p.Default >= low) || !(p.Default <= high) {
				t.Errorf("%s %s: from %v to %v", sc.Name, p.Name, low, high)
			}
			for k := range 101 {
				v := rounded(&p, low+float64(k)/100*(high-low))
				if !(v >= p.Min) || !(v <= p.Max) || p.Integer && v != math.Trunc(v) {
					t.Errorf("%s %s: %v", sc.Name, p.Name, v)
				}
			}
		}
	}
}

// TestAParameterOfOneValueHasASliderThatStands still, and words like all others.
func TestAParameterOfOneValueHasASliderThatStands(t *testing.T) {
	t.Parallel()
	p := scenario.Param{Name: "fixed", Min: 3, Max: 3, Default: 3}
	low, high := sliderRange(&p)
	if share, value := shareOf(3, low, high), rounded(&p, low); share != 0 || value != 3 {
		t.Errorf("share %v, value %v", share, value)
	}
	for _, c := range [][4]float64{{2, 1, 3, 0.5}, {0, 1, 3, 0}, {9, 1, 3, 1}, {math.NaN(), 1, 3, 0}, {2, math.NaN(), 3, 0}} {
		if got := shareOf(c[0], c[1], c[2]); got != c[3] {
			t.Errorf("%v from %v to %v is at %v", c[0], c[1], c[2], got)
		}
	}
}

// TestPlainScenesHaveSliders for the laws of any scene, which let things be where they are and can be undone at once.
func TestPlainScenesHaveSliders(t *testing.T) {
	t.Parallel()
	s := open(t, "mixed")
	scene := *s.Session.Scene()
	scene.Name = "plain"
	if err := s.Session.OpenScene(&scene); err != nil {
		t.Fatal(err)
	}
	s.wait(30)
	before, was := s.Session.State(), build.LawOf(s.Session.Scene(), 0)
	w, p := s.find(t, "law gravity")
	left, right := w.Rail(s.unit)
	p.X = left
	s.Update(Input{Mouse: p, Left: true})
	for k := range 5 {
		p.X = left + (right-left)*float64(k)/8
		s.Update(Input{Mouse: p, Left: true})
	}
	s.Update(Input{Mouse: p})
	if got := build.LawOf(s.Session.Scene(), 0); !(math.Abs(got-10) <= 0.3) {
		t.Errorf("gravity is %g m/s²", got)
	}
	if far := s.Session.State()[0].Position().Sub(before[0].Position()).Len(); !(far < 0.5) {
		t.Errorf("a body is %g m from where it was", far)
	}
	if s.types("ctrl+z"); build.LawOf(s.Session.Scene(), 0) != was {
		t.Errorf("after undo gravity is %g m/s², was %g", build.LawOf(s.Session.Scene(), 0), was)
	}
}
