package main

import (
	"bytes"
	"math"
	"os"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
)

func TestPlansAreScenes(t *testing.T) {
	t.Parallel()
	for name, s := range settings {
		p, err := newPlan(name, 1, 0, 3)
		if err != nil {
			t.Fatal(err)
		}
		scene := p.scene("test", nil)
		if err := scene.Validate(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if len(p.Bodies) != s.discs+s.boxes || len(p.Episodes) != 3 || (p.Pusher >= 0) != s.pusher {
			t.Errorf("%s: %d bodies, %d episodes, pusher %d", name, len(p.Bodies), len(p.Episodes), p.Pusher)
		}
		discs := 0
		for _, b := range p.Bodies {
			if b.Shapes[0].Kind == sim.Circle {
				discs++
				if r := b.Shapes[0].Radius; !scalar.EqualWithinRel(b.Mass, math.Pi*r*r*b.Density, 1e-12) || !scalar.EqualWithinRel(b.Moment, b.Mass*r*r/2, 1e-12) {
					t.Errorf("%s: a disc of %v m has %v kg and %v kg·m²", name, r, b.Mass, b.Moment)
				}
			}
		}
		if discs != s.discs {
			t.Errorf("%s: %d discs, want %d", name, discs, s.discs)
		}
		for _, w := range p.Walls { // the middle is on the left
			a, b := w.Vertices[0], w.Vertices[1]
			if !(b.Sub(a).Cross(a.Scale(-1)) > 0) {
				t.Errorf("%s: the inside is on the right of %v", name, w.Vertices)
			}
		}
		if s.pusher && len(p.Episodes[0].Actions) != s.frames {
			t.Errorf("%s: %d actions", name, len(p.Episodes[0].Actions))
		}
		again, err := newPlan(name, 1, 2, 1)
		if err != nil || again.Episodes[0].Starts[0] != p.Episodes[2].Starts[0] {
			t.Errorf("%s: an episode depends on which is the first; %v", name, err)
		}
	}
	if _, err := newPlan("chess", 1, 0, 1); err == nil {
		t.Error("there is a scene chess")
	}
}

func TestRowsAreReadAndShown(t *testing.T) {
	t.Parallel()
	metrics := `{"horizons_s": [0.1, 0.2, 0.5, 1], "models": {` + strings.Join([]string{
		`"contact": {"position_m": {"mean": [1, 2, 3, 4]}}`, `"interaction": {"position_m": {"mean": [5, 6, 7, 8]}}`,
		`"ballistic": {"position_m": {"mean": [9, 10, 11, 12]}}`, `"true": {"position_m": {"mean": [0.001, 0.002, 0.003, 0.0041234]}}`,
	}, ",") + `}}`
	r, err := newRow("box2d", "boxes", []byte(metrics))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := writeTable(&out, []row{r}, [2]string{"--steps", "60"}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"boxes  1 / 3 / 4  5 / 7 / 8    9 / 11 / 12  0.001 / 0.003 / 0.00412", "box2d==2.3.10", "trained with --steps 60,"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, &out)
		}
	}
	if _, err := newRow("box2d", "boxes", []byte(strings.Replace(metrics, "ballistic", "other", 1))); err == nil || !strings.Contains(err.Error(), "no row ballistic") {
		t.Errorf("without a row: %v", err)
	}
}

// TestTheFigureShowsTheOrders: only where bodies move first does the ball overlap the floor, only
// with a skin does it turn away from it, and the picture of the guide is up to date.
func TestTheFigureShowsTheOrders(t *testing.T) {
	t.Parallel()
	for i := range panels {
		p := &panels[i]
		least := math.Inf(1)
		for _, y := range p.heights() {
			least = min(least, y-figureRadius)
		}
		switch p.title {
		case "Chipmunk", "matter.js":
			if !(least < -1e-3) {
				t.Errorf("%s: never nearer than %v m", p.title, least)
			}
		case "Box2D, slow":
			if !(least > 1e-3 && least < p.skin) {
				t.Errorf("%s: never nearer than %v m", p.title, least)
			}
		case "exact":
			if !(least > 0) {
				t.Errorf("%s: overlaps by %v m", p.title, -least)
			}
		}
	}
	var picture bytes.Buffer
	if err := writeFigure(&picture); err != nil {
		t.Fatal(err)
	}
	if shown, err := os.ReadFile("../../assets/readme/orders.svg"); err != nil || !bytes.Equal(shown, picture.Bytes()) {
		t.Errorf("the picture of the guide is another one: go run ./world/peers -figure assets/readme/orders.svg; %v", err)
	}
}
