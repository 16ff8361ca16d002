package walls_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"orrery/sim"
	"orrery/world/watch/look"
	"orrery/world/watch/walls"
)

const rate = 30.0 // pictures per second

// moved returns how bodies of 5 px move, each by a function of the number of a picture, and the times of so many pictures.
func moved(pictures int, places ...func(k float64) sim.Vec) (ways []walls.Way, times []float64) {
	for k := range pictures {
		times = append(times, float64(k)/rate)
	}
	body := &look.Body{Shapes: []sim.Shape{sim.NewShape(sim.Circle, 5, sim.Surface{}, sim.Vec{})}}
	for _, place := range places {
		w := walls.Way{Body: body}
		for k := range pictures {
			at := place(float64(k))
			w.Places = append(w.Places, walls.Place{Pose: look.Pose{X: at.X, Y: at.Y}, Std: 0.01, Seen: true})
		}
		ways = append(ways, w)
	}
	return ways, times
}

// kink returns a way to the right by 5 px a picture, which turns up by so many px a picture at a number, over so many pictures.
func kink(at, by, over float64) func(k float64) sim.Vec {
	return func(k float64) sim.Vec {
		y := 0.0
		for i := range int(over) {
			y += by / over * max(k-at-float64(i), 0)
		}
		return sim.Vec{X: 5 * k, Y: 100 + y}
	}
}

func TestHitsAreKinksOfSomeSize(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		by, over float64
		want     int
	}{{0.28, 1, 0}, {0.32, 1, 1}, {0.64, 2, 1}, {3, 3, 1}, {4, 4, 0}} {
		ways, times := moved(31, kink(12, c.by, c.over))
		hits := walls.Hits(ways, times, sim.Vec{})
		if len(hits) != c.want {
			t.Errorf("a kink of %g px over %g pictures: %d hits", c.by, c.over, len(hits))
		}
		for _, h := range hits {
			if !(math.Abs(h.Push.Y-c.by*rate) < 1e-6) || !(math.Abs(h.Push.X) < 1e-6) || !(math.Abs(h.Time-(12+(c.over-1)/2)/rate) < 1e-6) {
				t.Errorf("a kink of %g px: %+v", c.by, h)
			}
		}
	}
	// Six deviations, where places are as unsure as this: those of a change are √6 times as large.
	for by, want := range map[float64]int{0.95 * 6: 0, 1.05 * 6: 1} {
		ways, times := moved(31, kink(12, by*0.5*math.Sqrt(6), 1))
		for k := range ways[0].Places {
			ways[0].Places[k].Std = 0.5
		}
		if hits := walls.Hits(ways, times, sim.Vec{}); len(hits) != want {
			t.Errorf("a kink of %g deviations: %d hits", by, len(hits))
		}
	}
}

// TestHitsAreWhereTheyCanBe: a body that is elsewhere all at once was hit no later than half a picture after that.
func TestHitsAreWhereTheyCanBe(t *testing.T) {
	t.Parallel()
	for by, want := range map[float64]float64{2: 13.5, -2: 11.5, 0: 0} {
		ways, times := moved(31, func(k float64) sim.Vec {
			at := kink(12, by, 1)(k)
			if k > 12 {
				at.Y -= 40
			}
			return at
		})
		hits := walls.Hits(ways, times, sim.Vec{})
		if want == 0 {
			if len(hits) > 0 {
				t.Errorf("what goes on as before was hit: %+v", hits)
			}
			continue
		}
		if len(hits) != 1 || !(math.Abs(hits[0].Time-want/rate) < 1e-9) {
			t.Errorf("pushed by %g px: %+v, must be at picture %g", by, hits, want)
		}
	}
}

func TestBodiesHitEachOtherAtOneTime(t *testing.T) {
	t.Parallel()
	for late, want := range map[float64]int{0.9: 0, 1.7: 2} {
		other := func(k float64) sim.Vec { return kink(12+late, -2, 1)(k).Add(sim.Vec{Y: -11}) }
		ways, times := moved(31, kink(12, 2, 1), other)
		if hits := walls.Hits(ways, times, sim.Vec{}); len(hits) != want {
			t.Errorf("%g pictures later: %d hits of walls", late, len(hits))
		}
	}
}

func TestRestIsLongAndStill(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pictures int
		drift    float64 // px in all
		want     int
	}{{9, 0, 0}, {11, 0, 1}, {12, 0.48, 1}, {12, 0.7, 0}} {
		ways, times := moved(c.pictures, func(k float64) sim.Vec { return sim.Vec{X: 100 + c.drift*k/float64(c.pictures-1), Y: 50} })
		hits := walls.Hits(ways, times, sim.Vec{Y: -1})
		if len(hits) != c.want || c.want == 1 && (!hits[0].Rest || hits[0].Push != (sim.Vec{Y: 1})) {
			t.Errorf("%d pictures, %g px: %+v", c.pictures, c.drift, hits)
		}
	}
}

func TestFiveChangesTellAFall(t *testing.T) {
	t.Parallel()
	for pictures, want := range map[int]float64{6: 0, 7: -900} {
		ways, times := moved(pictures, func(k float64) sim.Vec { return sim.Vec{X: 5 * k, Y: -0.5 * k * k} })
		if fall := walls.Fall(ways, times); !(math.Abs(fall.Y-want) < 1e-6) || !(math.Abs(fall.X) < 1e-6) {
			t.Errorf("of %d pictures: %v px/s²", pictures, fall)
		}
	}
}

// TestTurnsBesideATextureAreNoWalls: what drives a body may turn it sharply anywhere, and in a texture some step of brightness is near. One turn
// proves a wall only beside an edge that is long.
func TestTurnsBesideATextureAreNoWalls(t *testing.T) {
	t.Parallel()
	const side, cell = 240, 16
	for seed := range uint64(40) {
		rng := rand.New(rand.NewPCG(seed, 1))
		ground := &walls.Picture{Width: side, Height: side, Values: make([]float32, 3*side*side), Noise: 1}
		knots := make([]float64, 22*22)
		for i := range knots {
			knots[i] = 120 + 60*rng.Float64()
		}
		for i := range side * side {
			x, y := float64(i%side)/cell, float64(i/side)/cell
			c, r := int(x), int(y)
			right, down := x-float64(c), y-float64(r)
			v := (knots[22*r+c]*(1-right)+knots[22*r+c+1]*right)*(1-down) + (knots[22*r+22+c]*(1-right)+knots[22*r+23+c]*right)*down
			for k := range 3 {
				ground.Values[3*i+k] = float32(v)
			}
		}
		way := walls.Way{Body: &look.Body{Shapes: []sim.Shape{sim.NewShape(sim.Circle, 9, sim.Surface{}, sim.Vec{})}}}
		var times []float64
		at, speed := sim.Vec{X: 120, Y: 120}, sim.Vec{X: 4}.Rotate(6*rng.Float64())
		for k := range 60 {
			if k%8 == 7 {
				speed = speed.Rotate([2]float64{-0.6, 0.6}[rng.IntN(2)])
			}
			at = at.Add(speed)
			way.Places = append(way.Places, walls.Place{Pose: look.Pose{X: at.X, Y: at.Y}, Std: 0.05, Seen: true})
			times = append(times, float64(k)/30)
		}
		ways := []walls.Way{way}
		for _, w := range walls.Find(walls.Hits(ways, times, sim.Vec{}), ways, ground) {
			if long := w.B.Sub(w.A).Len(); w.Hits+w.Rests < 3 && !(long >= 0.1*side) {
				t.Errorf("seed %d: %d turns beside a texture are a wall of %.1f px", seed, w.Hits, long)
			}
		}
	}
}
