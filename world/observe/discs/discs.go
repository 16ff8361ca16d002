// Package discs makes motion that is exact: discs in a square box that fly in closed form under
// gravity and linear drag, and hit each other and the walls at exact times by Newton's and
// Coulomb's laws. It knows nothing of the engine, and all that happens in it is known at every
// instant, so it judges how well motion is told from what was seen of it.
//
//	set := discs.Default()
//	episode := set.Episode(0)
//	watch := set.Watch(episode, 0) // what a camera sees of it
//
// Units are m, s, rad and kg. All randomness comes from Set.Seed.
package discs

import (
	"math"
	"math/rand/v2"

	"orrery/sim"
)

// Set says which discs there are and what acts on them.
type Set struct {
	Discs         int     // number of discs
	Frames        int     // number of frames
	FPS           float64 // frames per second
	Seed          uint64
	E, Mu         float64 // coefficients of restitution and of friction of two discs
	WallE, WallMu float64 // coefficients of restitution and of friction of a disc and a wall
	Gravity       float64 // m/s², downwards
	Drag          float64 // 1/s; spin is not slowed
	Equal         bool    // masses are by area alone
	Noise         float64 // m, standard deviation of each coordinate that is seen
	NoAngle       bool    // angles are not seen; else their noise is 10 mrad for each mm
	Missing       float64 // share of sights that are lost
	Jitter        float64 // share of a frame by which pictures come too early or late, at most
	Wrong         float64 // share of a frame by which the times that are told of pictures are off, at most
	GravityUntold bool    // the scene does not tell of gravity
	NoiseOfSights bool    // sights tell their noise
}

// Default returns five discs of different densities, seen at 30 frames a second with 1 mm of noise for two seconds.
func Default() Set {
	return Set{Discs: 5, Frames: 61, FPS: 30, Seed: 1, E: 0.8, Mu: 0.2, WallE: 0.7, WallMu: 0.3, Noise: 0.001}
}

// half is half the width of the box in m.
const half = 1.0

// Episode is what happened in one episode.
type Episode struct {
	Scene   *sim.Scene
	States  []sim.State  // [t][n] at the frames
	Times   []float64    // s, of the frames
	Impacts []sim.Impact // whose Other is -1-k for wall k: bottom, right, top, left
}

func stream(seed, purpose, index uint64) *rand.Rand {
	return rand.New(rand.NewPCG(seed, purpose<<32|index))
}

func between(r *rand.Rand, low, high float64) float64 { return low + (high-low)*r.Float64() }

// Scene returns the scene of the set's discs, which starts with all of them at rest at the origin.
func (s *Set) Scene() *sim.Scene {
	r := stream(s.Seed, 0, 0)
	scene := sim.DefaultScene()
	scene.Name, scene.FPS, scene.Damping = "discs", max(1, int(math.Round(s.FPS))), math.Exp(-s.Drag)
	if !s.GravityUntold {
		scene.Gravity = sim.Vec{Y: -s.Gravity}
	}
	disc := sim.Surface{Friction: math.Sqrt(s.Mu), Elasticity: math.Sqrt(s.E)}
	wall := sim.Surface{}
	if s.Mu > 0 {
		wall.Friction = s.WallMu / disc.Friction
	}
	if s.E > 0 {
		wall.Elasticity = min(1, s.WallE/disc.Elasticity)
	}
	corners := [4]sim.Vec{{X: -half, Y: -half}, {X: half, Y: -half}, {X: half, Y: half}, {X: -half, Y: half}}
	for k, c := range corners {
		scene.Walls = append(scene.Walls, sim.NewShape(sim.Segment, 0, wall, c, corners[(k+1)%4]))
	}
	for range s.Discs {
		radius, density := math.Round(between(r, 0.08, 0.16)*1000)/1000, 100*between(r, 0.3, 3)
		if s.Equal {
			density = 100
		}
		scene.Bodies = append(scene.Bodies, sim.NewDisc(radius, density, disc))
	}
	return &scene
}

// Episode returns one of the set's episodes.
func (s *Set) Episode(index int) *Episode {
	r := stream(s.Seed, 1, uint64(index))
	scene := s.Scene()
	b := box{set: s, scene: scene}
	for i := range scene.Bodies {
		for {
			q := sim.Vec{X: between(r, -0.83, 0.83), Y: between(r, -0.83, 0.83)}
			free := true
			for k := range i {
				free = free && q.Sub(b.state[k].Position()).Len() > b.radius(i)+b.radius(k)+0.02
			}
			if free {
				way, speed := between(r, 0, 2*math.Pi), between(r, 0.5, 1.5)
				b.state = append(b.state, sim.BodyState{X: q.X, Y: q.Y, VX: speed * math.Cos(way), VY: speed * math.Sin(way), Omega: 2 * r.NormFloat64()})
				break
			}
		}
		scene.Bodies[i].Start = b.state[i]
	}
	e := &Episode{Scene: scene}
	for k := range s.Frames {
		t := float64(k) / s.FPS
		b.run(t)
		e.Times, e.States = append(e.Times, t), append(e.States, append(sim.State(nil), b.state...))
	}
	e.Impacts = b.log
	return e
}

// box is the discs of one episode on their way.
type box struct {
	set   *Set
	scene *sim.Scene
	state sim.State
	now   float64
	log   []sim.Impact
}

func (b *box) radius(i int) float64 { return b.scene.Bodies[i].Shapes[0].Radius }

// fly moves all discs on by dt in closed form.
func (b *box) fly(dt float64) {
	g, c := sim.Vec{Y: -b.set.Gravity}, b.set.Drag
	for i := range b.state {
		s := &b.state[i]
		v := s.Velocity()
		step, after := v.Scale(dt).Add(g.Scale(dt*dt/2)), v.Add(g.Scale(dt))
		if c > 0 {
			keep, end := math.Exp(-c*dt), g.Scale(1/c)
			step = end.Scale(dt).Add(v.Sub(end).Scale((1 - keep) / c))
			after = end.Add(v.Sub(end).Scale(keep))
		}
		s.X, s.Y, s.VX, s.VY = s.X+step.X, s.Y+step.Y, after.X, after.Y
		s.Angle += s.Omega * dt
	}
	b.now += dt
}

// hit lets disc p and disc or wall q meet; n points from p to q.
func (b *box) hit(p, q int, n sim.Vec) {
	e, mu := b.set.WallE, b.set.WallMu
	one, r1 := &b.state[p], b.radius(p)
	m1, i1 := b.scene.Bodies[p].InvMass(), b.scene.Bodies[p].InvMoment()
	var other sim.BodyState
	r2, m2, i2 := 0.0, 0.0, 0.0
	if q >= 0 {
		e, mu = b.set.E, b.set.Mu
		other, r2, m2, i2 = b.state[q], b.radius(q), b.scene.Bodies[q].InvMass(), b.scene.Bodies[q].InvMoment()
	}
	t := n.Perp()
	u := other.Velocity().Sub(one.Velocity())
	along, across := u.Dot(n), u.Dot(t)-other.Omega*r2-one.Omega*r1
	jn := -(1 + e) * along / (m1 + m2)
	jt := min(max(-across/(m1+m2+r1*r1*i1+r2*r2*i2), -mu*jn), mu*jn)
	j := n.Scale(jn).Add(t.Scale(jt))
	one.VX, one.VY, one.Omega = one.VX-m1*j.X, one.VY-m1*j.Y, one.Omega-i1*r1*jt
	if q >= 0 {
		b.state[q].VX, b.state[q].VY = other.VX+m2*j.X, other.VY+m2*j.Y
		b.state[q].Omega -= i2 * r2 * jt
	}
	// a sim.Impact's normal points to Body: the impulse on p is -jn·n - jt·t = jn·(-n) + jt·(-n turned)
	b.log = append(b.log, sim.Impact{Time: b.now, Body: p, Other: q, Normal: n.Scale(-1), Push: jn, Rub: jt})
}

// touching and parting, in m and m/s, are what counts as none.
const touching, parting = 1e-9, 1e-7

// lying, in s, is the longest step of a disc that touches a wall: what pulls it into the wall
// shows as an impact after so long.
const lying = 1e-3

// first returns when something that is gap apart and closes at a speed that grows by at most
// accel could be met at the earliest.
func first(gap, closing, accel float64) float64 {
	gap, closing = max(gap, 0), max(closing, 0)
	return 2 * gap / (closing + math.Sqrt(closing*closing+2*accel*gap) + 1e-12)
}

// run goes on to a time, by conservative advancement: no step is long enough to miss an impact.
func (b *box) run(end float64) {
	outward := [4]sim.Vec{{Y: -1}, {X: 1}, {Y: 1}, {X: -1}}
	for b.now < end-1e-12 {
		wait := end - b.now
		fastest := 0.0
		for i := range b.state {
			fastest = max(fastest, math.Abs(b.state[i].VX), math.Abs(b.state[i].VY))
		}
		accel := b.set.Gravity + b.set.Drag*fastest
		hit := false
	bodies:
		for i := range b.state {
			for k := i + 1; k < len(b.state); k++ {
				d := b.state[k].Position().Sub(b.state[i].Position())
				n := d.Scale(1 / d.Len())
				gap, u := d.Len()-b.radius(i)-b.radius(k), b.state[k].Velocity().Sub(b.state[i].Velocity())
				if gap < touching && -u.Dot(n) > parting {
					b.hit(i, k, n)
					hit = true
					break bodies
				}
				if gap >= touching {
					wait = min(wait, first(gap, u.Len(), 2*b.set.Drag*u.Len()+1e-12))
				}
			}
			for side, n := range outward {
				gap, closing := half-b.radius(i)-b.state[i].Position().Dot(n), b.state[i].Velocity().Dot(n)
				if gap < touching && closing > parting {
					b.hit(i, -1-side, n)
					hit = true
					break bodies
				}
				if gap >= touching || closing > parting {
					wait = min(wait, first(gap, closing, accel))
				} else {
					wait = min(wait, lying)
				}
			}
		}
		if !hit {
			b.fly(min(end-b.now, max(wait, 1e-10)))
		}
	}
}
