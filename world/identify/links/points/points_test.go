package points

import (
	"math"
	"reflect"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
)

// TestFramesAreATenthOfASecondApart, and points go as springs and charges push them: the accelerations of three frames are those of the forces,
// to what a tenth of a second bends.
func TestFramesAreATenthOfASecondApart(t *testing.T) {
	t.Parallel()
	for name, set := range map[string]Set{"springs": {Points: 3, Frames: 40, Strength: 0.1, Share: 1, Limit: 100}, "charges": {Points: 2, Frames: 40, Charged: true, Strength: 1, Limit: 100}} {
		for index := range 4 {
			tr, fields := set.Episode(index)
			if len(tr.States) != 40 || !scalar.EqualWithinAbs(tr.Scene.FrameTime(), 0.1, 1e-12) || len(fields) != set.Points*(set.Points-1)/2 || tr.Seen != nil || tr.Scene.Substeps != 100 {
				t.Fatalf("%s: %d states, %v s apart, %d fields", name, len(tr.States), tr.Scene.FrameTime(), len(fields))
			}
			for k := range len(tr.States) - 1 {
				now, next := tr.States[k], tr.States[k+1]
				for i := range now {
					if speed := tr.States[0][i].Velocity().Len(); !scalar.EqualWithinAbs(speed, 0.5, 1e-9) {
						t.Fatalf("%s: point %d begins at %v m/s", name, i, speed)
					}
					if out := func(b sim.BodyState) bool { return max(b.X, -b.X, b.Y, -b.Y) >= 4.9 }; out(now[i]) || out(next[i]) {
						continue // it may have turned at a wall
					}
					var force, later sim.Vec
					nearest := math.Inf(1)
					for _, f := range fields {
						other := f.A + f.B - i
						if f.A != i && f.B != i {
							continue
						}
						pull := func(s sim.State) sim.Vec {
							d := s[i].Position().Sub(s[other].Position())
							nearest = min(nearest, d.Len())
							if f.Kind == sim.InverseSquare {
								return d.Scale(f.Strength / math.Pow(d.Len(), 3))
							}
							return d.Scale(f.Strength)
						}
						force, later = force.Add(pull(now)), later.Add(pull(next))
					}
					if nearest < 1 && set.Charged {
						continue // it bends too much
					}
					change := next[i].Velocity().Sub(now[i].Velocity())
					want := force.Add(later).Scale(0.05)
					if !(change.Sub(want).Len() <= 0.02*want.Len()+2e-3) {
						t.Errorf("%s, episode %d, frame %d: point %d changes its velocity by %v m/s, want %v", name, index, k, i, change, want)
					}
					if way := next[i].Position().Sub(now[i].Position()); !(way.Sub(now[i].Velocity().Add(next[i].Velocity()).Scale(0.05)).Len() <= 0.02*way.Len()+1e-3) {
						t.Errorf("%s, episode %d, frame %d: point %d goes %v m", name, index, k, i, way)
					}
				}
			}
		}
	}
}

// TestEpisodesAreThoseOfTheirSeed: with the share of springs that is said, as many charges of one sign as of the other, and noise as it is told.
func TestEpisodesAreThoseOfTheirSeed(t *testing.T) {
	t.Parallel()
	springs := Springs()
	a, fields := springs.Episode(3)
	b, again := springs.Episode(3)
	other := springs
	other.Seed++
	c, _ := other.Episode(3)
	d, _ := springs.Episode(4)
	if !reflect.DeepEqual(a, b) || !reflect.DeepEqual(fields, again) || reflect.DeepEqual(a.States, c.States) || reflect.DeepEqual(a.States, d.States) {
		t.Error("an episode depends on more or less than seed and number")
	}
	count, positive, pairs := 0, 0, 0
	charges := Charges()
	charges.Frames = 1
	springs.Frames = 1
	for index := range 200 {
		_, fields := springs.Episode(index)
		count += len(fields)
		_, fields = charges.Episode(index)
		for _, f := range fields {
			if pairs++; f.Strength > 0 {
				positive++
			}
			if math.Abs(f.Strength) != charges.Strength || f.Kind != sim.InverseSquare {
				t.Fatalf("%+v", f)
			}
		}
	}
	if share := float64(count) / 200 / 10; !scalar.EqualWithinAbs(share, springs.Share, 0.05) {
		t.Errorf("a share of %v has springs, want %v", share, springs.Share)
	}
	if share := float64(positive) / float64(pairs); pairs != 2000 || !scalar.EqualWithinAbs(share, 0.5, 0.05) {
		t.Errorf("a share of %v of %d push", share, pairs)
	}
	noisy := Springs()
	noisy.Noise, noisy.Frames = 0.03, 60
	tr, _ := noisy.Episode(0)
	squares, n := 0.0, 0.0
	for k, sights := range tr.Seen.Sights {
		for i, s := range sights {
			squares, n = squares+math.Pow(s.X-tr.States[k][i].X, 2)+math.Pow(s.Y-tr.States[k][i].Y, 2), n+2
			if s.Std != 0.03 || !s.Seen {
				t.Fatalf("%+v", s)
			}
		}
	}
	if got := math.Sqrt(squares / n); !scalar.EqualWithinAbs(got, 0.03, 0.003) {
		t.Errorf("a noise of %v m", got)
	}
}

// TestPointsStayInTheirBox: 5 m on each side, behind which walls stand by the radius of a point.
func TestPointsStayInTheirBox(t *testing.T) {
	t.Parallel()
	x := []sim.Vec{{X: 5.2, Y: -5.1}, {X: -5.3, Y: 5.4}, {X: 4.9, Y: -4.9}}
	v := []sim.Vec{{X: 1, Y: -2}, {X: 1, Y: -2}, {X: 1, Y: 1}}
	clamp(x, v)
	for i, want := range [][2]sim.Vec{{{X: 4.8, Y: -4.9}, {X: -1, Y: 2}}, {{X: -4.7, Y: 4.6}, {X: 1, Y: -2}}, {{X: 4.9, Y: -4.9}, {X: 1, Y: 1}}} {
		if !(x[i].Sub(want[0]).Len() <= 1e-12) || v[i] != want[1] {
			t.Errorf("point %d is at %v with %v, want %v", i, x[i], v[i], want)
		}
	}
	s := Springs()
	tr, _ := s.Episode(0)
	if len(tr.Scene.Walls) != 4 || !(math.Abs(tr.Scene.Walls[0].Vertices[0].X+5.1) <= 1e-12) || tr.Scene.Bodies[0].Shapes[0].Radius != 0.1 || tr.Scene.Walls[0].Elasticity != 1 {
		t.Errorf("walls %+v", tr.Scene.Walls[0])
	}
	push := make([]sim.Vec, 2)
	far := Set{Limit: 3}
	far.forces(push, []sim.Vec{{X: 10}, {}}, [][]float64{{0, -1}, {-1, 0}})
	if push[0] != (sim.Vec{X: -3}) || push[1] != (sim.Vec{X: 3}) {
		t.Errorf("forces beyond their limit: %v", push)
	}
}
