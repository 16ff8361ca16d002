package walls_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"orrery/sim"
	"orrery/world/watch/look"
	"orrery/world/watch/walls"
)

// table is a box without friction in which discs bounce off straight walls, and off each other.
type table struct {
	normals []sim.Vec // into the box
	heights []float64 // px along them
	radius  float64   // px
	gravity sim.Vec   // px/s²
	bounce  float64   // share of the speed into a wall that comes back
}

// run moves discs in steps much shorter than a picture and returns where they are in each.
func (b table) run(places, speeds []sim.Vec, pictures int, noise float64, rng *rand.Rand) (ways []walls.Way, times []float64) {
	body := &look.Body{Shapes: []sim.Shape{sim.NewShape(sim.Circle, b.radius, sim.Surface{}, sim.Vec{})}}
	ways = make([]walls.Way, len(places))
	for i := range ways {
		ways[i].Body = body
	}
	const rate, steps = 30, 200
	dt := 1.0 / (rate * steps)
	for k := range pictures {
		times = append(times, float64(k)/rate)
		for i, p := range places {
			ways[i].Places = append(ways[i].Places, walls.Place{
				Pose: look.Pose{X: p.X + noise*rng.NormFloat64(), Y: p.Y + noise*rng.NormFloat64()}, Std: max(noise, 0.005), Seen: true,
			})
		}
		for range steps {
			for i := range places {
				speeds[i] = speeds[i].Add(b.gravity.Scale(dt))
				places[i] = places[i].Add(speeds[i].Scale(dt))
				for w, n := range b.normals {
					if into := speeds[i].Dot(n); places[i].Dot(n)-b.radius < b.heights[w] && into < 0 {
						speeds[i] = speeds[i].Sub(n.Scale((1 + b.bounce) * into))
					}
				}
				for j := range i {
					n := places[i].Sub(places[j])
					if into := speeds[i].Sub(speeds[j]).Dot(n) / n.Len(); n.Len() < 2*b.radius && into < 0 {
						push := n.Scale(-into / n.Len())
						speeds[i], speeds[j] = speeds[i].Add(push), speeds[j].Sub(push)
					}
				}
			}
		}
	}
	return ways, times
}

func square() table {
	return table{
		normals: []sim.Vec{{X: 1}, {X: -1}, {Y: 1}, {Y: -1}}, heights: []float64{20.3, -459.6, 31.2, -470.8}, radius: 17, bounce: 1,
	}
}

func discs() (places, speeds []sim.Vec) {
	return []sim.Vec{{X: 100, Y: 100}, {X: 300, Y: 200}, {X: 200, Y: 380}}, []sim.Vec{{X: 310, Y: 225}, {X: -270, Y: 330}, {X: 180, Y: -370}}
}

// check compares walls with lines that are known, each with its normal and its height.
func check(t *testing.T, found []walls.Wall, b table, tolerance float64) {
	t.Helper()
	if len(found) != len(b.normals) {
		t.Errorf("%d walls, want %d: %+v", len(found), len(b.normals), found)
	}
	for i, n := range b.normals {
		hit := false
		for _, w := range found {
			if w.Normal().Dot(n) > math.Cos(1*math.Pi/180) {
				a, b2 := w.A.Dot(n)-b.heights[i], w.B.Dot(n)-b.heights[i]
				if !(math.Abs(a) <= tolerance && math.Abs(b2) <= tolerance) {
					t.Errorf("ends of the wall towards %v are %.2f and %.2f px off", n, a, b2)
				}
				hit = true
			}
		}
		if !hit {
			t.Errorf("there is no wall with the normal %v in %+v", n, found)
		}
	}
}

func TestWallsAreWhereBodiesTurnBack(t *testing.T) {
	t.Parallel()
	for _, noise := range []float64{0, 0.02, 0.2} {
		places, speeds := discs()
		ways, times := square().run(places, speeds, 300, noise, rand.New(rand.NewPCG(1, 1)))
		found := walls.Find(walls.Hits(ways, times, sim.Vec{}), ways, nil)
		check(t, found, square(), 0.3+5*noise)
		for _, w := range found {
			if w.Edge || w.Hits < 3 || w.Rests > 0 {
				t.Errorf("wall %+v without a picture and without a body at rest", w)
			}
			if length := w.B.Sub(w.A).Len(); !(math.Abs(length-439.4) <= 3) {
				t.Errorf("a wall is %.1f px long, its box is 439.3 and 439.6 px wide", length)
			}
		}
	}
}

func TestDiscsThatHitEachOtherMakeNoWall(t *testing.T) {
	t.Parallel()
	b := table{radius: 20}
	var all []walls.Hit
	for k := range 12 { // two discs meet head on again and again in about the same place
		places := []sim.Vec{{X: 100, Y: 200 + float64(k)/4}, {X: 300, Y: 200 - float64(k)/3}}
		ways, times := b.run(places, []sim.Vec{{X: 200}, {X: -200}}, 25, 0.01, rand.New(rand.NewPCG(1, uint64(k))))
		all = append(all, walls.Hits(ways, times, sim.Vec{})...)
	}
	if found := walls.Find(all, nil, nil); len(found) > 0 {
		t.Errorf("walls %+v", found)
	}
}

func TestSlantedWallAndFloorOfFallingBodies(t *testing.T) {
	t.Parallel()
	slant := sim.Vec{X: math.Cos(0.9), Y: math.Sin(0.9)}
	b := table{normals: []sim.Vec{slant, {X: -1}, {Y: 1}}, heights: []float64{150, -400, 40}, radius: 12, gravity: sim.Vec{Y: -900}, bounce: 0.9}
	places := []sim.Vec{{X: 250, Y: 300}, {X: 330, Y: 200}}
	ways, times := b.run(places, []sim.Vec{{X: -120}, {X: 260}}, 240, 0.02, rand.New(rand.NewPCG(3, 1)))
	check(t, walls.Find(walls.Hits(ways, times, sim.Vec{Y: -1}), ways, nil), b, 0.5)
}

func TestBodyAtRestProvesTheFloor(t *testing.T) {
	t.Parallel()
	box := &look.Body{Shapes: []sim.Shape{sim.NewShape(sim.Polygon, 0, sim.Surface{}, sim.Vec{X: -30, Y: -10}, sim.Vec{X: 30, Y: -10}, sim.Vec{X: 30, Y: 10}, sim.Vec{X: -30, Y: 10})}}
	ways, times := []walls.Way{{Body: box}, {Body: box}}, []float64(nil)
	for k := range 20 { // one lies on the floor, the other on it
		times = append(times, float64(k)/30)
		for i := range ways {
			ways[i].Places = append(ways[i].Places, walls.Place{Pose: look.Pose{X: 100, Y: 50 + 20*float64(i)}, Std: 0.02, Seen: true})
		}
	}
	found := walls.Find(walls.Hits(ways, times, sim.Vec{Y: -1}), ways, nil)
	if len(found) != 1 || found[0].Rests != 1 || !(math.Abs(found[0].A.Y-40) <= 0.01) || !(math.Abs(found[0].B.Sub(found[0].A).Len()-60) <= 1) {
		t.Errorf("walls %+v, want one of 60 px at 40 px", found)
	}
	if found := walls.Find(walls.Hits(ways, times, sim.Vec{}), ways, nil); len(found) > 0 {
		t.Errorf("where nothing falls bodies rest on %+v", found)
	}
}

// lit returns the picture of a table: light inside, dark outside.
func lit(b table, rng *rand.Rand) *walls.Picture {
	const size = 480
	ground := &walls.Picture{Width: size, Height: size, Values: make([]float32, 3*size*size), Noise: 2}
	for row := range size {
		for column := range size {
			value := 200.0
			for sub := range 16 {
				v := sim.Vec{X: float64(column) + (float64(sub%4)+0.5)/4, Y: size - float64(row) - (float64(sub/4)+0.5)/4}
				for i, n := range b.normals {
					if v.Dot(n) < b.heights[i] {
						value -= 60.0 / 16
						break
					}
				}
			}
			for k := range 3 {
				ground.Values[3*(row*size+column)+k] = float32(value + 2*rng.NormFloat64())
			}
		}
	}
	return ground
}

func TestEdgeOfThePictureTellsThePlace(t *testing.T) {
	t.Parallel()
	rng, b := rand.New(rand.NewPCG(5, 5)), square()
	ground := lit(b, rng)
	places, speeds := discs()
	ways, times := b.run(places, speeds, 300, 0.3, rng)
	found := walls.Find(walls.Hits(ways, times, sim.Vec{}), ways, ground)
	check(t, found, b, 0.12)
	for _, w := range found {
		if !w.Edge {
			t.Errorf("the edge of wall %+v is not seen", w)
		}
	}
}

// TestOneHitProvesALongEdge, of which three would be wanted without it.
func TestOneHitProvesALongEdge(t *testing.T) {
	t.Parallel()
	rng, b := rand.New(rand.NewPCG(6, 5)), square()
	places := []sim.Vec{{X: 100, Y: 100}, {X: 300, Y: 200}, {X: 200, Y: 380}}
	ways, times := b.run(places, []sim.Vec{{X: -310, Y: 40}, {X: 330, Y: -230}, {X: 20, Y: 300}}, 70, 0.02, rng)
	hits := walls.Hits(ways, times, sim.Vec{})
	if found := walls.Find(hits, ways, nil); len(found) == 4 {
		t.Fatal("so many hits prove all walls without the picture")
	}
	check(t, walls.Find(hits, ways, lit(b, rng)), b, 0.12)
}

// TestNothingThatABodyGoesThroughIsAWall: bodies that are turned by what is not seen, all at one height.
func TestNothingThatABodyGoesThroughIsAWall(t *testing.T) {
	t.Parallel()
	places, speeds := discs()
	ways, times := square().run(places, speeds, 300, 0.02, rand.New(rand.NewPCG(1, 1)))
	hits := walls.Hits(ways, times, sim.Vec{})
	ghost := []walls.Way{{Body: ways[0].Body}}
	for range times { // stays where the left wall is
		ghost[0].Places = append(ghost[0].Places, walls.Place{Pose: look.Pose{X: 20, Y: 200}, Std: 0.02, Seen: true})
	}
	found := walls.Find(hits, append(ways, ghost...), nil)
	for _, w := range found {
		if !(w.Normal().X <= 0.9) {
			t.Errorf("wall %+v, through which a body goes", w)
		}
	}
	if len(found) != 3 {
		t.Errorf("%d walls, want the three others", len(found))
	}
}

// TestAWallIsFoundOnce, also when some hits seem to be deeper than the others, as those of blurred bodies do.
func TestAWallIsFoundOnce(t *testing.T) {
	t.Parallel()
	rng, b := rand.New(rand.NewPCG(5, 5)), square()
	places, speeds := discs()
	ways, times := b.run(places, speeds, 300, 0.3, rng)
	hits := walls.Hits(ways, times, sim.Vec{})
	for i := range hits {
		if i%2 == 0 {
			deeper := hits[i].Push.Scale(-3.2 / hits[i].Push.Len())
			hits[i].Pose.X, hits[i].Pose.Y = hits[i].Pose.X+deeper.X, hits[i].Pose.Y+deeper.Y
		}
	}
	found := walls.Find(hits, ways, lit(b, rng))
	proof := 0
	for _, w := range found {
		proof += w.Hits
	}
	if len(found) != 4 || proof < len(hits)*3/4 {
		t.Errorf("%d walls of %d hits, must be 4 of about %d", len(found), proof, len(hits))
	}
}

// TestFallTellsGravity from bodies that bounce about, and none where nothing pulls.
func TestFallTellsGravity(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(7, 5))
	var ways []walls.Way
	var times []float64
	for i := range 3 {
		w := walls.Way{}
		for k := range 40 {
			time := float64(k) / 30
			if i == 0 {
				times = append(times, time)
			}
			since := math.Mod(time+0.2*float64(i), 0.7) // bounces at its end
			x, y := 100*time, 240*since-0.5*400*since*since
			w.Places = append(w.Places, walls.Place{Pose: look.Pose{X: x + 0.1*rng.NormFloat64(), Y: y + 0.1*rng.NormFloat64()}, Std: 0.1, Seen: true})
		}
		ways = append(ways, w)
	}
	if fall := walls.Fall(ways, times); !(fall.Sub(sim.Vec{Y: -400}).Len() < 30) {
		t.Errorf("falls by %v px/s², must be -400 down", fall)
	}
	for i := range ways {
		for k := range ways[i].Places {
			ways[i].Places[k].Y = 0.1 * rng.NormFloat64()
		}
	}
	if fall := walls.Fall(ways, times); fall != (sim.Vec{}) {
		t.Errorf("falls by %v px/s² on a level", fall)
	}
}

// TestFallIsASecondOverASecond, whatever the rate of the film.
func TestFallIsASecondOverASecond(t *testing.T) {
	t.Parallel()
	pull := sim.Vec{X: 30, Y: -400}
	for _, rate := range []float64{25, 60} {
		var ways []walls.Way
		var times []float64
		for k := range 30 {
			times = append(times, float64(k)/rate)
		}
		for i := range 3 {
			var w walls.Way
			for _, at := range times {
				x := 100*at + pull.X*at*at/2
				y := float64(200*i)*at + pull.Y*at*at/2
				w.Places = append(w.Places, walls.Place{Pose: look.Pose{X: x, Y: y}, Std: 0.01, Seen: true})
			}
			ways = append(ways, w)
		}
		if got := walls.Fall(ways, times); !(got.Sub(pull).Len() < 1) {
			t.Errorf("%g pictures a second: %v px/s², must be %v", rate, got, pull)
		}
	}
}

// TestNothingIsAWallBehindAnother: hits that seem to be much deeper than the others are of the wall before them.
func TestNothingIsAWallBehindAnother(t *testing.T) {
	t.Parallel()
	rng, b := rand.New(rand.NewPCG(5, 5)), square()
	places, speeds := discs()
	ways, times := b.run(places, speeds, 300, 0.3, rng)
	hits := walls.Hits(ways, times, sim.Vec{})
	for i := range hits {
		if i%5 == 0 {
			deeper := hits[i].Push.Scale(-6 / hits[i].Push.Len())
			hits[i].Pose.X, hits[i].Pose.Y = hits[i].Pose.X+deeper.X, hits[i].Pose.Y+deeper.Y
		}
	}
	check(t, walls.Find(hits, ways, lit(b, rng)), b, 0.12)
}
