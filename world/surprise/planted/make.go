package planted

import (
	"fmt"
	"math"
	"math/rand/v2"

	"orrery/sim"
)

// Kind is what happens in an episode that cannot happen.
type Kind string

// The kinds of fault. After each of them motion goes on by the law.
const (
	None     Kind = "none"
	Teleport Kind = "teleport"      // a disc is 3 to 30 cm elsewhere from one frame to the next
	Missed   Kind = "missed impact" // two discs pass through each other, once
	Vanished Kind = "vanished wall" // from an impact on, a wall is not there
	Swapped  Kind = "swapped ids"   // from a frame on, the tracks of two discs are exchanged
	Heavier  Kind = "mass × 2"      // from an impact of two discs on, one has twice its mass
)

// Kinds returns all kinds of fault, and not None.
func Kinds() []Kind { return []Kind{Teleport, Missed, Vanished, Swapped, Heavier} }

// Fault is what was planted at one frame.
type Fault struct {
	Frame  int   // first whose state differs
	Bodies []int // to which it happened
}

// Settings say what the episodes are like.
type Settings struct {
	Discs  int     // number in the box
	Frames int     // of each episode
	FPS    int     // frames a second
	Noise  float64 // m, standard deviation of measured positions; angles have 10 mrad for each mm
	Margin int     // frames at the beginning and at the end without a fault
	Least  float64 // m/s by which a fault at an impact changes a velocity at least
}

// DefaultSettings returns five discs seen for two seconds with noise of a millimetre.
func DefaultSettings() Settings {
	return Settings{Discs: 5, Frames: 61, FPS: 30, Noise: 1e-3, Margin: 6, Least: 0.1}
}

// Validate returns an error that names the first setting out of range.
func (s Settings) Validate() error {
	switch {
	case s.Discs < 2 || s.Discs > 12:
		return fmt.Errorf("discs %d must be from 2 to 12, which have room in the box", s.Discs)
	case s.FPS < 1 || s.Margin < 2 || s.Margin > (s.Frames-1)/2:
		return fmt.Errorf("%d frames at %d a second with margins of %d: margins must be 2 at least, with a frame between them", s.Frames, s.FPS, s.Margin)
	case !(s.Noise >= 0 && s.Noise < 0.1) || !(s.Least >= 0 && s.Least < 1):
		return fmt.Errorf("noise %v m and least change %v m/s must be ≥ 0, and less than 0.1 and 1", s.Noise, s.Least)
	}
	return nil
}

// Episode returns an episode of the discs that belong to a seed, with the faults that were planted
// in it. Its states are true and, with noise, Seen has what was measured. No fault may be found a
// place for; then there are none.
func (s Settings) Episode(seed uint64, number int, kind Kind) (*sim.Trajectory, []Fault) {
	scene := s.scene(seed)
	rng := sim.NewRand(seed, "planted", number)
	m := &maker{Settings: s, kind: kind, rng: rng}
	m.box.ghosts = map[[2]int]bool{}
	m.box.meet = m.meet
	m.place(scene)
	m.from = s.Margin + rng.IntN(s.Frames-2*s.Margin)
	t := &sim.Trajectory{Scene: scene, States: []sim.State{m.state()}}
	for i := range scene.Bodies {
		scene.Bodies[i].Start = t.States[0][i]
	}
	for k := 1; k < s.Frames; k++ {
		if m.frame = k; k == m.from {
			m.interfere()
		}
		m.box.run(float64(k) / float64(s.FPS))
		t.States = append(t.States, m.state())
	}
	if s.Noise > 0 {
		t.Seen = s.look(t.States, rng)
	}
	return t, m.faults
}

// scene returns that of all episodes of a seed, without where they start.
func (s Settings) scene(seed uint64) *sim.Scene {
	scene := sim.DefaultScene()
	scene.Name, scene.FPS, scene.Substeps = "discs", s.FPS, 4
	rng := sim.NewRand(seed, "discs", 0)
	surface := sim.Surface{Friction: math.Sqrt(rub), Elasticity: math.Sqrt(bounce)}
	wall := sim.Surface{Friction: wallRub / surface.Friction, Elasticity: wallBounce / surface.Elasticity}
	for range s.Discs {
		radius := 0.08 + 0.08*rng.Float64()
		scene.Bodies = append(scene.Bodies, sim.NewDisc(radius, 30+270*rng.Float64(), surface))
	}
	corners := [5]sim.Vec{{X: -half, Y: -half}, {X: half, Y: -half}, {X: half, Y: half}, {X: -half, Y: half}, {X: -half, Y: -half}}
	for k := range 4 {
		scene.Walls = append(scene.Walls, sim.NewShape(sim.Segment, 0, wall, corners[k], corners[k+1]))
	}
	return &scene
}

// look measures states.
func (s Settings) look(states []sim.State, rng *rand.Rand) *sim.Observation {
	const turning = 10 // rad of noise for each metre
	seen := &sim.Observation{}
	for _, state := range states {
		row, std := make([]sim.Sight, len(state)), make([]sim.BodyState, len(state))
		for i, b := range state {
			row[i] = sim.Sight{
				X: b.X + s.Noise*rng.NormFloat64(), Y: b.Y + s.Noise*rng.NormFloat64(), Angle: b.Angle + turning*s.Noise*rng.NormFloat64(),
				Seen: true, Turned: true, Std: s.Noise, StdTurn: turning * s.Noise,
			}
		}
		seen.Sights, seen.Std = append(seen.Sights, row), append(seen.Std, std)
	}
	return seen
}

// maker makes one episode.
type maker struct {
	Settings
	kind   Kind
	rng    *rand.Rand
	box    box
	swap   [2]int // bodies whose tracks are exchanged, when they differ
	frame  int    // that comes next
	gone   int    // the wall that is not there, as in a hit, or 0
	from   int    // frame from which on a fault may happen
	faults []Fault
}

// place gives all discs a place of their own and a way to go.
func (m *maker) place(scene *sim.Scene) {
	for i := range scene.Bodies {
		b := &scene.Bodies[i]
		d := disc{radius: b.Shapes[0].Radius, mass: b.Mass, moment: b.Moment}
		for {
			d.X, d.Y = 0.83*(2*m.rng.Float64()-1), 0.83*(2*m.rng.Float64()-1)
			if m.free(i, &d, 0.02) {
				break
			}
		}
		sin, cos := math.Sincos(2 * math.Pi * m.rng.Float64())
		speed := 0.5 + m.rng.Float64()
		d.VX, d.VY, d.Omega = speed*cos, speed*sin, 2*m.rng.NormFloat64()
		m.box.discs = append(m.box.discs, d)
	}
}

// free reports whether disc i would be that far from the walls and the discs before and after it.
func (m *maker) free(i int, d *disc, gap float64) bool {
	if max(math.Abs(d.X), math.Abs(d.Y))+d.radius+gap > half {
		return false
	}
	for j := range m.box.discs {
		o := &m.box.discs[j]
		if j != i && d.Position().Sub(o.Position()).Len() < d.radius+o.radius+gap {
			return false
		}
	}
	return true
}

// state returns that of all discs, under the names by which they are tracked.
func (m *maker) state() sim.State {
	state := make(sim.State, len(m.box.discs))
	for i := range state {
		state[i] = m.box.discs[i].BodyState
	}
	i, j := m.swap[0], m.swap[1]
	state[i], state[j] = state[j], state[i]
	return state
}

func (m *maker) plant(bodies ...int) { m.faults = append(m.faults, Fault{m.frame, bodies}) }

// interfere plants what needs no impact, just before the frame that comes next.
func (m *maker) interfere() {
	i := m.rng.IntN(m.Discs)
	switch m.kind {
	case Teleport:
		for range 100 {
			d := m.box.discs[i]
			sin, cos := math.Sincos(2 * math.Pi * m.rng.Float64())
			way := 0.03 * math.Pow(10, m.rng.Float64())
			d.X, d.Y = d.X+way*cos, d.Y+way*sin
			if m.free(i, &d, 0.02) {
				m.box.discs[i] = d
				m.plant(i)
				return
			}
		}
	case Swapped:
		j := (i + 1 + m.rng.IntN(m.Discs-1)) % m.Discs
		m.swap = [2]int{i, j}
		m.plant(i, j)
	case None, Missed, Vanished, Heavier:
	default:
		panic(fmt.Sprintf("planted: kind of fault %q", m.kind))
	}
}

// meet plants what happens at an impact, and reports whether there is one.
func (m *maker) meet(h hit) bool {
	due := m.frame >= m.from && m.frame < m.Frames-m.Margin
	switch m.kind {
	case None, Teleport, Swapped:
	case Missed:
		if due && len(m.faults) == 0 && h.other >= 0 && h.speed >= m.Least {
			m.plant(h.body, h.other)
			return false
		}
	case Vanished:
		if h.other < 0 && (m.gone == h.other || due && m.gone == 0 && h.speed >= m.Least) {
			m.gone = h.other
			m.plant(h.body)
			return false
		}
	case Heavier:
		if due && len(m.faults) == 0 && h.other >= 0 {
			p, q := &m.box.discs[h.body], &m.box.discs[h.other]
			if m.rng.IntN(2) == 0 {
				p, q = q, p
			}
			// The share of the speed of approach that falls to each changes by this.
			change := 2*p.mass/(2*p.mass+q.mass) - p.mass/(p.mass+q.mass)
			if (1+bounce)*h.speed*change >= m.Least {
				p.mass, p.moment = 2*p.mass, 2*p.moment
				m.plant(h.body, h.other)
			}
		}
	default:
		panic(fmt.Sprintf("planted: kind of fault %q", m.kind))
	}
	return true
}
