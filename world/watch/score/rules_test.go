package score

import (
	"math"
	"testing"

	"orrery/sim"
)

// still returns a box of 20 px by 10 px that stands still for so many pictures, at a fifth of a radian.
func still(pictures int) *Body {
	box := sim.NewBox(20, 10, 1, sim.Surface{})
	b := &Body{Shapes: box.Shapes}
	for range pictures {
		b.Poses = append(b.Poses, sim.BodyState{Angle: 0.2})
	}
	return b
}

// trackOf returns sights at these distances in px; NaN is unseen.
func trackOf(x ...float64) (track []Sight) {
	for _, v := range x {
		track = append(track, Sight{X: v, Seen: !math.IsNaN(v), Turned: !math.IsNaN(v)})
	}
	return track
}

// TestABodyStaysWithItsTrackWhileThatIsNear, though another is nearer; one that is far, unseen or at its end is left for the nearest.
func TestABodyStaysWithItsTrackWhileThatIsNear(t *testing.T) {
	t.Parallel()
	far, none := 50., math.NaN()
	for name, c := range map[string]struct {
		a, b []float64
		want int
	}{
		"one is nearer":         {[]float64{0, 3, 3, 3}, []float64{far, 1, 1, 1}, 0},
		"it leaves":             {[]float64{0, 0, far, far}, []float64{far, 3, 3, 3}, 1},
		"it is lost":            {[]float64{0, 0, none, none}, []float64{far, far, 1, 1}, 1},
		"it comes back":         {[]float64{0, none, 0, 0}, []float64{far, 1, far, far}, 2},
		"it ends":               {[]float64{0, 0}, []float64{far, far, 1, 1}, 1},
		"nothing is near":       {[]float64{far, far, far, far}, []float64{far, far, far, far}, 0},
		"the other never seen":  {[]float64{0, 0, 0, 0}, []float64{none, none, none, none}, 0},
		"unseen at its place":   {[]float64{far, far, 0, 0}, []float64{none, none, none, none}, 0},
		"the nearest is taken":  {[]float64{2, far, far, 2}, []float64{1, far, far, 1}, 0},
		"for a while elsewhere": {[]float64{0, far, far, 0}, []float64{far, 0, far, far}, 2},
	} {
		if got := switches(still(4), [][]Sight{trackOf(c.a...), trackOf(c.b...)}); got != c.want {
			t.Errorf("%s: %d switches, want %d", name, got, c.want)
		}
	}
	unseen := trackOf(0, 0, 0, 0)
	for k := range unseen {
		unseen[k].Seen = false // though its places are those of the body
	}
	if got := match([]Body{*still(4)}, [][]Sight{unseen, trackOf(3, 3, 3, 3)}); got[0] != 1 {
		t.Errorf("what was not seen is its own: %v", got)
	}
	if got := switches(still(4), [][]Sight{unseen, trackOf(3, 3, 3, 3)}); got != 0 {
		t.Errorf("%d switches to what was not seen", got)
	}
}

// TestTurnsAreThoseBesideTheUsualOne: of a body whose turns can be seen, where they were, but for whole parts of a turn that look alike.
func TestTurnsAreThoseBesideTheUsualOne(t *testing.T) {
	t.Parallel()
	b, track := still(6), trackOf(0, 0, 0, 0, 0, 0)
	for k, angle := range []float64{1.2, 1.2, 1.2 + math.Pi, 1.2, 1.5, 9} {
		track[k].Angle = angle
	}
	track[5].Turned = false
	got := b.turns(track)
	mean := math.Atan2(4*math.Sin(2)+math.Sin(2.6), 4*math.Cos(2)+math.Cos(2.6)) / 2
	if len(got) != 5 || !(math.Abs(got[0]-math.Abs(1-mean)) <= 1e-9) || !(math.Abs(got[2]-got[0]) <= 1e-9) || !(math.Abs(got[4]-math.Abs(1.3-mean)) <= 1e-9) {
		t.Errorf("off by %v", got)
	}
	b.Marked = true
	if got := b.turns(track); !(got[2] > 2) {
		t.Errorf("half a turn of a body with a mark is off by %v", got[2])
	}
	disc := sim.NewDisc(20, 1, sim.Surface{})
	b.Shapes, b.Marked = disc.Shapes, false
	if got := b.turns(track); got != nil {
		t.Errorf("a disc turns by %v", got)
	}
	b.Marked = true
	if got := b.turns(track); len(got) != 5 {
		t.Errorf("a disc with a mark has %v", got)
	}
	track[0].Seen = false
	if got := b.turns(track[:3]); len(got) != 2 {
		t.Errorf("of two that were seen %v", got)
	}
}

// TestShapesOfManyPartsTurnAsAWhole: a body whose ends stick out, and a segment with round ends.
func TestShapesOfManyPartsTurnAsAWhole(t *testing.T) {
	t.Parallel()
	spokes := func(n int, length float64) (out []sim.Shape) {
		for k := range n {
			out = append(out, sim.NewShape(sim.Segment, 2, sim.Surface{}, sim.Vec{}, sim.Vec{X: length}.Rotate(2*math.Pi*float64(k)/float64(n))))
		}
		return out
	}
	for n := 2; n <= 12; n++ {
		if got := Symmetry(spokes(n, 30)); got != n {
			t.Errorf("%d spokes: %d", n, got)
		}
	}
	dumbbell := append(spokes(2, 30), sim.NewShape(sim.Circle, 6, sim.Surface{}, sim.Vec{X: 30}))
	if got := Symmetry(dumbbell); got != 1 {
		t.Errorf("with a knob at one end: %d", got)
	}
	dumbbell = append(dumbbell, sim.NewShape(sim.Circle, 6, sim.Surface{}, sim.Vec{X: -30}))
	if got := Symmetry(dumbbell); got != 2 {
		t.Errorf("with knobs at both ends: %d", got)
	}
}
