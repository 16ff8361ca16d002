package library

import (
	"math"
	"testing"

	"orrery/sim"
)

// TestPointsObeyTheirLaws compares with a plain sum of the forces, in the order of the
// source: places first, then velocities.
func TestPointsObeyTheirLaws(t *testing.T) {
	for _, c := range []struct {
		name   string
		frames int
		force  func(f sim.Field, r float64) float64
	}{
		{"springs", 48, func(f sim.Field, r float64) float64 { return -0.1 * r }},
		{"charged", 5, func(f sim.Field, r float64) float64 {
			return min(max(f.Strength/(r*r), -100), 100)
		}},
	} {
		for episode := range episodes(10) {
			scene := sample(t, c.name, nil, 1, episode)
			truth := film(t, scene, c.frames)
			state := scene.Start()
			for frame := 1; frame <= c.frames; frame++ {
				for range 100 {
					for i := range state {
						state[i].X += 0.001 * state[i].VX
						state[i].Y += 0.001 * state[i].VY
					}
					for _, f := range scene.Fields {
						a, b := &state[f.A], &state[f.B]
						dx, dy := a.X-b.X, a.Y-b.Y
						r := math.Sqrt(dx*dx + dy*dy)
						size := 0.001 * c.force(f, r) / r
						a.VX, a.VY = a.VX+size*dx, a.VY+size*dy
						b.VX, b.VY = b.VX-size*dx, b.VY-size*dy
					}
				}
				for i, b := range state {
					if d := b.Position().Sub(truth[frame][i].Position()).Len(); !(d <= 1e-6) {
						t.Fatalf("%s: episode %d, frame %d: point %d is %v m off", c.name, episode, frame, i, d)
					}
				}
			}
		}
	}
}

func TestPointsStartAsInTheSource(t *testing.T) {
	for name, sigma := range map[string]float64{"springs": 0.5, "charged": 1} {
		var squares, tied, positive, points, pairs float64
		for episode := range 400 {
			scene := sample(t, name, nil, 2, episode)
			if scene.FPS != 10 || scene.StepTime() != 0.001 || len(scene.Bodies) != 5 {
				t.Fatalf("%s: %+v", name, scene)
			}
			for _, b := range scene.Bodies {
				wantNear(t, "mass", b.Mass, 1, 1e-12)
				wantNear(t, "speed", b.Start.Velocity().Len(), 0.5, 1e-12)
				squares += b.Start.X*b.Start.X + b.Start.Y*b.Start.Y
				points++
			}
			pairs += 10
			if f := scene.Fields; name == "charged" && !(f[0].Strength*f[1].Strength*f[2].Strength > 0) {
				t.Errorf("episode %d: of three charges two are alike and repel", episode)
			}
			for _, f := range scene.Fields {
				tied++
				if f.Strength > 0 {
					positive++
				}
			}
		}
		wantNear(t, name+": standard deviation", math.Sqrt(squares/points/2), sigma, 0.03*sigma)
		if name == "springs" {
			wantNear(t, "share of springs", tied/pairs, 0.5, 0.03)
		} else {
			wantNear(t, "share of repelling pairs", positive/pairs, 0.5, 0.03)
		}
	}
}

// TestPointsBounceOffTheWalls without loss, and never leave the box.
func TestPointsBounceOffTheWalls(t *testing.T) {
	set := map[string]float64{"speed": 8, "share": 0, "bodies": 20, "sigma": 4}
	scene := sample(t, "springs", set, 1, 0)
	turned := 0
	for frame, state := range film(t, scene, 49) {
		for i, b := range state {
			wantNear(t, "speed", b.Velocity().Len(), 8, 1e-9)
			if !(max(math.Abs(b.X), math.Abs(b.Y)) <= 5.01) {
				t.Fatalf("frame %d: point %d is at %v", frame, i, b.Position())
			}
			if frame == 49 && b.Velocity().Dot(scene.Bodies[i].Start.Velocity()) < 63 {
				turned++
			}
		}
	}
	if turned < 10 {
		t.Errorf("%d points of 20 bounced", turned)
	}
}

// TestPointsStartInTheirBox however far their places spread: a place beyond a side is
// reflected there as often as it must be, which leaves them as likely everywhere.
func TestPointsStartInTheirBox(t *testing.T) {
	for _, name := range []string{"springs", "charged"} {
		var x2, n float64
		for episode := range 40 {
			for _, b := range sample(t, name, map[string]float64{"sigma": 10, "half_width": 2, "bodies": 10}, 1, episode).Bodies {
				if !(math.Abs(b.Start.X) <= 2) || !(math.Abs(b.Start.Y) <= 2) {
					t.Errorf("%s: a point starts at %v", name, b.Start.Position())
				}
				x2, n = x2+b.Start.X*b.Start.X, n+1
			}
		}
		wantNear(t, name+": mean of x²", x2/n, 4.0/3, 0.2)
	}
}

// TestSpringsAreHarmonic: when all n pairs are tied, each point swings about the centre
// of mass with ω = √(k·n/m).
func TestSpringsAreHarmonic(t *testing.T) {
	scene := sample(t, "springs", map[string]float64{"share": 1, "half_width": 50}, 1, 0)
	omega := math.Sqrt(0.1 * 5)
	centre := func(s sim.State) (p, v sim.Vec) {
		for _, b := range s {
			p, v = p.Add(b.Position().Scale(0.2)), v.Add(b.Velocity().Scale(0.2))
		}
		return p, v
	}
	p, v := centre(scene.Start())
	for frame, state := range film(t, scene, 100) {
		sin, cos := math.Sincos(omega * float64(frame) / 10)
		for i, b := range scene.Bodies {
			want := p.Add(v.Scale(float64(frame) / 10)).
				Add(b.Start.Position().Sub(p).Scale(cos)).
				Add(b.Start.Velocity().Sub(v).Scale(sin / omega))
			if d := state[i].Position().Sub(want).Len(); !(d <= 0.002) {
				t.Fatalf("frame %d: point %d is %v m off", frame, i, d)
			}
		}
	}
}

// TestOrbitsObeyKepler: a planet is back after 2π·√(a³/pull), the sun's own motion
// included, and the centre of mass stays.
func TestOrbitsObeyKepler(t *testing.T) {
	const pull, axis, mass = 8, 1.2, 0.1
	want := 2 * math.Pi * math.Sqrt(axis*axis*axis/(pull*(1+mass)))
	for episode := range episodes(10) {
		set := map[string]float64{"planets": 1, "inner": axis, "eccentricity": 0.5, "mass": mass}
		scene := sample(t, "orbits", set, 1, episode)
		want := want * math.Sqrt((1+mass)/(1+scene.Bodies[1].Mass))
		turned, period := 0.0, 0.0
		states := film(t, scene, 200)
		for frame := 1; frame < len(states); frame++ {
			a := states[frame-1][1].Position().Sub(states[frame-1][0].Position())
			b := states[frame][1].Position().Sub(states[frame][0].Position())
			angle := math.Atan2(a.Cross(b), a.Dot(b))
			if turned < 2*math.Pi && turned+angle >= 2*math.Pi {
				period = (float64(frame) - (turned+angle-2*math.Pi)/angle) / 60
			}
			turned += angle
			if p := scene.Momentum(states[frame]).Len(); !(p <= 1e-12) {
				t.Fatalf("episode %d, frame %d: momentum %v kg·m/s", episode, frame, p)
			}
		}
		wantNear(t, "period", period, want, 0.01*want)
	}
}
