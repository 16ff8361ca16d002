package render

import (
	"math"
	"testing"

	"orrery/sim"
)

// TestAHatchLiesInside what it fills, holes left out, and covers all of it evenly.
func TestAHatchLiesInside(t *testing.T) {
	t.Parallel()
	outer := []Point{{0, 0}, {100, 0}, {100, 60}, {0, 60}}
	hole := []Point{{40, 20}, {60, 20}, {60, 40}, {40, 40}}
	lines := hatch([][]Point{outer, hole}, 5)
	length := 0.0
	for _, line := range lines {
		a, b := line[0], line[1]
		if !(math.Abs((b.X-a.X)+(b.Y-a.Y)) < 1e-9) {
			t.Errorf("a line goes from %v to %v", a, b)
		}
		middle := a.lerp(b, 0.5)
		within := func(low, high Point) bool {
			return middle.X >= low.X && middle.X <= high.X && middle.Y >= low.Y && middle.Y <= high.Y
		}
		if !within(Point{0, 0}, Point{100, 60}) || within(Point{40, 20}, Point{60, 40}) {
			t.Errorf("a line passes %v", middle)
		}
		length += b.sub(a).len()
	}
	if want := (100.*60 - 20*20) / 5; !(math.Abs(length-want) < 0.05*want) {
		t.Errorf("lines of %v px in all, want %v", length, want)
	}
	if lines := hatch(nil, 5); lines != nil {
		t.Error("nothing is hatched")
	}
	if n := len(hatch([][]Point{{{0, 0}, {1e7, 0}, {1e7, 1e7}, {0, 1e7}}}, 5)); n > 1001 {
		t.Errorf("%d lines of something huge", n)
	}
}

// TestLettersStandOutBesideWhatMoves: on a shadow in the colour of panels, a unit off; what nothing moves has none.
func TestLettersStandOutBesideWhatMoves(t *testing.T) {
	t.Parallel()
	scene, truth, _ := everything()
	moving := 0
	for i := range scene.Bodies {
		if scene.Bodies[i].Kind == sim.Dynamic {
			moving++
		}
	}
	p := painterOf(t, scene, 2, 400)
	p.Letters(truth[0], "B", -1, p.Theme.Text)
	if len(p.List.Items) != 2*moving || moving == len(scene.Bodies) {
		t.Fatalf("%d texts for %d bodies of %d", len(p.List.Items), moving, len(scene.Bodies))
	}
	shadow, front := p.List.Items[0].(Text), p.List.Items[1].(Text)
	if shadow.Colour != p.Theme.Panel || front.Colour != p.Theme.Text || shadow.Value != "B" || front.Value != "B" || front.Size != 24 {
		t.Errorf("a shadow %+v of %+v", shadow, front)
	}
	if off, at := shadow.At.sub(front.At), p.place(sim.Vec{}, truth[0][0]); !(off.sub(Point{2, 2}).len() < 1e-9) || !(front.At.sub(at).sub(Point{-14.4, 8.4}).len() < 1e-9) {
		t.Errorf("a letter at %v, its shadow %v off", front.At.sub(at), off)
	}
}
