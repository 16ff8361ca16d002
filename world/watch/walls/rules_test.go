package walls

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/world/watch/look"
)

// floor returns a wall from 0 to 100 px, free above.
func floor() Wall { return Wall{A: sim.Vec{}, B: sim.Vec{X: 100}} }

// hitAt returns how a disc of 5 px is pushed at a place.
func hitAt(x, y float64, push sim.Vec) Hit {
	disc := sim.NewDisc(5, 1, sim.Surface{})
	return Hit{Pose: look.Pose{X: x, Y: y}, Push: push, shapes: disc.Shapes}
}

// TestTheNarrowestBodyIsTwiceItsLeastDistance from its middle to its outline.
func TestTheNarrowestBodyIsTwiceItsLeastDistance(t *testing.T) {
	t.Parallel()
	disc, box := sim.NewDisc(7, 1, sim.Surface{}), sim.NewBox(20, 6, 1, sim.Surface{})
	capsule := sim.NewShape(sim.Segment, 3, sim.Surface{}, sim.Vec{X: -20}, sim.Vec{X: 20})
	rounded := sim.NewShape(sim.Polygon, 1, sim.Surface{}, box.Shapes[0].Vertices...)
	for _, c := range []struct {
		shapes [][]sim.Shape
		want   float64
	}{
		{[][]sim.Shape{disc.Shapes}, 14}, {[][]sim.Shape{box.Shapes}, 12}, {[][]sim.Shape{{capsule}}, 6}, {[][]sim.Shape{{rounded}}, 14}, {[][]sim.Shape{disc.Shapes, box.Shapes}, 12},
		{[][]sim.Shape{{disc.Shapes[0], capsule}}, 6}, {nil, math.Inf(1)},
	} {
		var ways []Way
		for _, shapes := range c.shapes {
			ways = append(ways, Way{Body: &look.Body{Shapes: shapes}})
		}
		if got := narrowest(ways); got != c.want {
			t.Errorf("%v: %v px, want %v", c.shapes, got, c.want)
		}
	}
	speck := Way{Body: &look.Body{Shapes: sim.NewDisc(1, 1, sim.Surface{}).Shapes}}
	for n, want := range map[int]float64{48: 2, 49: 14} {
		if got := narrowest(append(slices.Repeat([]Way{{Body: &look.Body{Shapes: disc.Shapes}}}, n), speck)); got != want {
			t.Errorf("a speck among %d discs: %v px, want %v", n, got, want)
		}
	}
}

// TestWallsThatCameToLieOnOneLineAreOne with the hits of all, also what lies behind by less than a width; what lies before stays.
func TestWallsThatCameToLieOnOneLineAreOne(t *testing.T) {
	t.Parallel()
	at := func(y float64, hits int) Wall { return Wall{A: sim.Vec{Y: y}, B: sim.Vec{X: 100, Y: y}, Hits: hits} }
	got := once([]Wall{at(0, 9), at(0.7, 5), at(-5, 3), at(6, 2)}, 10)
	if len(got) != 2 || got[0].Hits != 17 || got[0].A.Y != 0 || got[1].Hits != 2 {
		t.Errorf("%+v", got)
	}
}

// TestWallsOnOneLineAreOne: by 3 px, however they are turned by less than 8°; what lies behind by less than a width is hidden.
func TestWallsOnOneLineAreOne(t *testing.T) {
	t.Parallel()
	w := floor()
	for _, c := range []struct {
		v           Wall
		same, hides bool
	}{
		{Wall{A: sim.Vec{X: 50, Y: 2.9}, B: sim.Vec{X: 150, Y: -2.9}}, true, true}, {Wall{A: sim.Vec{X: 50, Y: 3.1}, B: sim.Vec{X: 150}}, false, false}, {Wall{A: sim.Vec{X: 50}, B: sim.Vec{X: 150, Y: -3.1}}, false, true},
		{Wall{A: sim.Vec{Y: -11.9}, B: sim.Vec{X: 100, Y: -11.9}}, false, true}, {Wall{A: sim.Vec{Y: -12.1}, B: sim.Vec{X: 100, Y: -12.1}}, false, false}, {Wall{A: sim.Vec{X: 100}, B: sim.Vec{}}, false, false},
		{Wall{A: sim.Vec{X: 0, Y: -1}, B: sim.Vec{X: 10, Y: 0.3}}, true, true}, {Wall{A: sim.Vec{X: 0, Y: -1}, B: sim.Vec{X: 10, Y: 0.6}}, false, true}, {Wall{A: sim.Vec{X: 0, Y: -3}, B: sim.Vec{X: 10, Y: 2.9}}, false, false},
	} {
		if got := w.same(&c.v); got != c.same {
			t.Errorf("%v is on one line: %v", c.v, got)
		}
		if got := w.hides(&c.v, 12); got != c.hides {
			t.Errorf("%v is hidden: %v", c.v, got)
		}
	}
	// the hits go to the wall there is, which grows along its line and not by what it hides
	for _, c := range []struct {
		v        Wall
		joined   bool
		from, to float64
	}{
		{Wall{A: sim.Vec{X: -20}, B: sim.Vec{X: 50}, Hits: 2, Rests: 1}, true, -20, 100}, {Wall{A: sim.Vec{X: 50}, B: sim.Vec{X: 130}, Hits: 2, Rests: 1}, true, 0, 130}, {Wall{A: sim.Vec{X: 10}, B: sim.Vec{X: 30}, Hits: 2, Rests: 1}, true, 0, 100},
		{Wall{A: sim.Vec{X: 50, Y: -8}, B: sim.Vec{X: 130, Y: -8}, Hits: 2, Rests: 1}, true, 0, 100}, {Wall{A: sim.Vec{X: 101}, B: sim.Vec{X: 130}}, false, 0, 100}, {Wall{A: sim.Vec{X: -30}, B: sim.Vec{X: -1}}, false, 0, 100},
		{Wall{A: sim.Vec{X: 10, Y: 30}, B: sim.Vec{X: 30, Y: 30}}, false, 0, 100},
	} {
		found := []Wall{{A: sim.Vec{Y: 500}, B: sim.Vec{X: 100, Y: 500}}, floor()}
		got := joined(found, &c.v, 12)
		if w := found[1]; got != c.joined || w.A.X != c.from || w.B.X != c.to || w.A.Y != 0 || got && (w.Hits != 2 || w.Rests != 1) || found[0].Hits != 0 {
			t.Errorf("%v: %v, %+v", c.v, got, w)
		}
	}
}

// TestALineTakesWhatIsPushedAwayFromIt: within 50° of its normal and twice its width.
func TestALineTakesWhatIsPushedAwayFromIt(t *testing.T) {
	t.Parallel()
	l := line{normal: sim.Vec{Y: 1}, height: 10, width: 2}
	for _, c := range []struct {
		height, angle float64 // of where the disc touches, and of the push from the normal in degrees
		takes, own    bool
	}{{10, 0, true, true}, {11.9, 0, true, true}, {12.1, 0, true, false}, {13.9, 0, true, false}, {14.1, 0, false, false}, {6.1, 0, true, false}, {5.9, 0, false, false}, {10, 49, true, true}, {10, -49, true, true}, {10, 51, false, false}, {10, 180, false, false}} {
		h := hitAt(3, c.height+5, sim.Vec{Y: 7}.Rotate(c.angle*math.Pi/180))
		if got := l.takes(&h); got != c.takes {
			t.Errorf("%+v: taken %v", c, got)
		}
		if l.gather([]Hit{h}); (len(l.hits) == 1) != c.own {
			t.Errorf("%+v: gathered %v", c, len(l.hits))
		}
	}
	doubtful := hitAt(3, 10+5+5.9, sim.Vec{Y: 1})
	doubtful.Doubt = 3
	if l.gather([]Hit{doubtful}); len(l.hits) != 1 {
		t.Error("two deviations of a doubtful hit are too far")
	}
	doubtful.Doubt = 2.9
	if l.gather([]Hit{doubtful}); len(l.hits) != 0 {
		t.Error("more than two deviations are near")
	}
}

// TestRestsProveAsMuchAsThreeHits, each body once; three hits are a wall and two are none.
func TestRestsProveAsMuchAsThreeHits(t *testing.T) {
	t.Parallel()
	up := sim.Vec{Y: 1}
	l := line{normal: up}
	for k := range 5 {
		h := hitAt(float64(10*k), 5+[]float64{0, 1, 0, 1, 0.5}[k], up)
		h.Rest, h.Body = k >= 2, k/4
		l.hits = append(l.hits, h)
	}
	if got := l.proof(); got != 2+3*2 {
		t.Errorf("two hits and two bodies at rest prove %v", got)
	}
	if got := l.spread(); !scalar.EqualWithinAbs(got, math.Sqrt(0.2), 1e-12) || (&line{}).spread() != 0 {
		t.Errorf("spread %v", got)
	}
	for n, want := range map[int]bool{2: false, 3: true} {
		var hits []Hit
		for k := range n {
			hits = append(hits, hitAt(float64(30*k), 25, up))
		}
		if best := bestLine(hits); (best != nil) != want || want && (!scalar.EqualWithinAbs(best.height, 20, 1e-6) || !scalar.EqualWithinAbs(best.normal.Y, 1, 1e-6)) {
			t.Errorf("%d hits: %+v", n, best)
		}
	}
	// a line that lies askew is found to a tenth of a degree
	var hits []Hit
	for k := range 9 {
		p := sim.Vec{X: float64(20 * k), Y: 5}.Rotate(0.31)
		hits = append(hits, hitAt(p.X, p.Y, up.Rotate(0.31+0.3*float64(k%3-1))))
	}
	best := bestLine(hits)
	if best == nil || !(math.Abs(math.Atan2(-best.normal.X, best.normal.Y)-0.31) <= 2e-3) || !(math.Abs(best.height) <= 0.1) {
		t.Fatalf("%+v", best)
	}
	s := best.span()
	if !(math.Abs(s.low) <= 1) || !(math.Abs(s.high-160) <= 1) {
		t.Errorf("it reaches from %v to %v", s.low, s.high)
	}
}

// TestNothingGoesThroughAWall: by more than 3 px, two deviations of its place, twice the wall's spread and what it moves in a picture.
func TestNothingGoesThroughAWall(t *testing.T) {
	t.Parallel()
	disc := sim.NewDisc(5, 1, sim.Surface{})
	for name, c := range map[string]struct {
		x, y, std, spread, moves float64
		holds                    bool
	}{
		"above": {50, 6, 0, 0, 0, true}, "a little below": {50, 2.1, 0, 0, 0, true}, "too far": {50, 1.9, 0, 0, 0, false}, "beyond its end": {101, 1, 0, 0, 0, true}, "before it": {-1, 1, 0, 0, 0, true},
		"unsure": {50, 1.1, 0.5, 0, 0, true}, "more than unsure": {50, 0.9, 0.5, 0, 0, false}, "of a wall that is spread": {50, 1.1, 0, 0.5, 0, true}, "of more than that": {50, 0.9, 0, 0.5, 0, false},
		"fast": {50, 0.1, 0, 0, 2, true}, "not so fast": {50, 0.1, 0, 0, 1.8, false}, "its middle is below": {50, -0.1, 9, 9, 9, false}, "unseen": {50, math.NaN(), 0, 0, 0, true},
	} {
		places := []Place{{Pose: look.Pose{X: c.x, Y: c.y}, Seen: !math.IsNaN(c.y), Std: c.std}}
		if c.moves > 0 {
			places = append(places, Place{Pose: look.Pose{X: c.x, Y: c.y + c.moves}, Seen: true})
		}
		w := floor()
		w.Spread = c.spread
		if got := w.holds([]Way{{Body: &look.Body{Shapes: disc.Shapes}, Places: places}}); got != c.holds {
			t.Errorf("%s: holds %v", name, got)
		}
	}
}

// TestAWallHoldsWhereFewOfManyWereSeenBeyondIt: one body in fifty hits, as one that is seen wrongly once must not take away what
// a thousand bodies prove.
func TestAWallHoldsWhereFewOfManyWereSeenBeyondIt(t *testing.T) {
	t.Parallel()
	disc := &look.Body{Shapes: sim.NewDisc(5, 1, sim.Surface{}).Shapes}
	beyond := Way{Body: disc, Places: []Place{{Pose: look.Pose{X: 50, Y: 9}, Seen: true}, {Pose: look.Pose{X: 50, Y: -9}, Seen: true}, {Pose: look.Pose{X: 50, Y: -9}, Seen: true}}}
	for _, c := range []struct {
		hits, rests, gone int
		holds             bool
	}{{0, 0, 0, true}, {49, 0, 1, false}, {50, 0, 1, true}, {0, 50, 1, true}, {40, 10, 1, true}, {40, 9, 1, false}, {99, 0, 2, false}, {100, 0, 2, true}} {
		w := floor()
		w.Hits, w.Rests = c.hits, c.rests
		if got := w.holds(slices.Repeat([]Way{beyond}, c.gone)); got != c.holds {
			t.Errorf("%d bodies went through where %d were hit and %d rest: holds %v", c.gone, c.hits, c.rests, got)
		}
	}
}
