package walls_test

import (
	"image"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"orrery/sim"
	"orrery/sim/render/footage"
	"orrery/sim/render/footage/studio"
	"orrery/world/watch/look"
	"orrery/world/watch/walls"
)

// lined returns the picture of a table around which a line is drawn, from so many px beyond its walls to so many, on one ground.
func lined(b table, from, to float64, rng *rand.Rand) *walls.Picture {
	outer, inner := b, b
	outer.heights, inner.heights = slices.Clone(b.heights), slices.Clone(b.heights)
	for i := range b.heights {
		inner.heights[i] -= from
		outer.heights[i] -= to
	}
	ground, beyond := lit(inner, rng), lit(outer, rng)
	for i := range ground.Values {
		ground.Values[i] += 200 - beyond.Values[i]
	}
	ground.Noise *= math.Sqrt2
	return ground
}

// TestBodiesTellWhichEdgeIsTheWalls where a line is drawn on it, in front of it, or behind it.
func TestBodiesTellWhichEdgeIsTheWalls(t *testing.T) {
	t.Parallel()
	b := square()
	places, speeds := discs()
	ways, times := b.run(places, speeds, 300, 0.03, rand.New(rand.NewPCG(1, 1)))
	hits := walls.Hits(ways, times, sim.Vec{})
	for _, line := range [][2]float64{{-1, 1}, {0, 3}, {-3, 0}, {0, 12}} {
		found := walls.Find(hits, ways, lined(b, line[0], line[1], rand.New(rand.NewPCG(2, 1))))
		check(t, found, b, 0.15)
		for _, w := range found {
			if n := w.Normal(); !(math.Abs(n.X*n.Y) <= 0.0003) { // 0.13 px over its length
				t.Errorf("wall %+v is not straight", w)
			}
			if !w.Edge || !(w.Std > 0 && w.Std <= 0.15) {
				t.Errorf("a line from %g to %g px beyond the wall: %+v", line[0], line[1], w)
			}
		}
		if t.Failed() {
			t.Fatalf("a line from %g to %g px beyond the walls", line[0], line[1])
		}
	}
}

// TestAThinLineIsAWallInItsMiddle where one bounce tells little: within half its width, and the deviation says so.
func TestAThinLineIsAWallInItsMiddle(t *testing.T) {
	t.Parallel()
	rng, b := rand.New(rand.NewPCG(6, 5)), square()
	places := []sim.Vec{{X: 100, Y: 100}, {X: 300, Y: 200}, {X: 200, Y: 380}}
	ways, times := b.run(places, []sim.Vec{{X: -310, Y: 40}, {X: 330, Y: -230}, {X: 20, Y: 300}}, 70, 0.02, rng)
	check(t, walls.Find(walls.Hits(ways, times, sim.Vec{}), ways, lined(b, -1.5, 1.5, rng)), b, 0.15)
}

// TestFilmedLinesAreWallsWhereBodiesTurnBack in films of this program, whose engine notices a wall after the step that goes into it:
// places of bodies are true but for noise, and the picture is what most pictures show.
func TestFilmedLinesAreWallsWhereBodiesTurnBack(t *testing.T) {
	t.Parallel()
	settings := footage.Default()
	settings.Width, settings.Height, settings.Rate = 320, 320, 60
	rng := rand.New(rand.NewPCG(8, 1))
	var hits []walls.Hit
	var ways []walls.Way
	var pictures []*image.RGBA
	var b table
	for episode := range 12 {
		shot, err := studio.Shoot(t.Context(), "billiards", 1, episode, 121, settings)
		if err != nil {
			t.Fatal(err)
		}
		var times []float64
		own := make([]walls.Way, len(shot.Truth(0)))
		for i := range own {
			own[i].Body = &look.Body{Shapes: shot.Shapes(i)}
		}
		for k := range shot.Len() {
			times = append(times, shot.Time(k))
			for i, at := range shot.Truth(k) {
				own[i].Places = append(own[i].Places, walls.Place{
					Pose: look.Pose{X: at.X + 0.03*rng.NormFloat64(), Y: at.Y + 0.03*rng.NormFloat64(), Angle: at.Angle}, Std: 0.03, Seen: true,
				})
			}
			if k%80 == 40 {
				picture, err := shot.Picture(k)
				if err != nil {
					t.Fatal(err)
				}
				pictures = append(pictures, picture)
			}
		}
		hits, ways = append(hits, walls.Hits(own, times, sim.Vec{})...), append(ways, own...)
		low, high := shot.Place(sim.Vec{X: -1, Y: -1}), shot.Place(sim.Vec{X: 1, Y: 1})
		b = table{normals: []sim.Vec{{X: 1}, {X: -1}, {Y: 1}, {Y: -1}}, heights: []float64{low.X, -high.X, low.Y, -high.Y}}
	}
	check(t, walls.Find(hits, ways, most(pictures)), b, 0.15)
}

// most returns what most pictures show.
func most(pictures []*image.RGBA) *walls.Picture {
	size := pictures[0].Bounds().Size()
	ground := &walls.Picture{Width: size.X, Height: size.Y, Noise: 1}
	values := make([]uint8, len(pictures))
	for i := range size.X * size.Y {
		for k := range 3 {
			for j, p := range pictures {
				values[j] = p.Pix[4*i+k]
			}
			slices.Sort(values)
			ground.Values = append(ground.Values, float32(values[len(values)/2]))
		}
	}
	return ground
}

// TestALineIsStraight, also where it is clearer on its one side here and on the other there.
func TestALineIsStraight(t *testing.T) {
	t.Parallel()
	b := square()
	places, speeds := discs()
	ways, times := b.run(places, speeds, 300, 0.03, rand.New(rand.NewPCG(1, 1)))
	ground := lined(b, -1, 1, rand.New(rand.NewPCG(2, 1)))
	for row := range ground.Height {
		for column := range ground.Width {
			inside := column >= 20 && column < 460 && ground.Height-row > 31 && ground.Height-row < 471
			if inside == (column < ground.Width/2) {
				for k := range 3 {
					ground.Values[3*(row*ground.Width+column)+k] += 15
				}
			}
		}
	}
	found := walls.Find(walls.Hits(ways, times, sim.Vec{}), ways, ground)
	check(t, found, b, 0.25)
	for _, w := range found {
		if n := w.Normal(); !(math.Abs(n.X*n.Y) <= 0.001) {
			t.Errorf("wall %+v is not straight", w)
		}
	}
}
