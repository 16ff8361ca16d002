package world

import (
	"fmt"
	"math"
	"slices"

	"orrery/sim"
)

// EscapeKind says in which way a predicted state cannot be right.
type EscapeKind string

// The kinds of escape. A body goes through a wall when the straight way of its centre in
// a frame meets a side of the wall. It leaves the arena when its centre is further from
// the arena than the arena is long. It is too fast at ten times the greatest speed or
// angular speed in the model's training data.
const (
	NotFinite   EscapeKind = "not finite"
	ThroughWall EscapeKind = "through a wall"
	OutOfArena  EscapeKind = "out of the arena"
	TooFast     EscapeKind = "too fast"
)

// EscapeKinds returns all kinds of escape.
func EscapeKinds() []EscapeKind { return []EscapeKind{NotFinite, ThroughWall, OutOfArena, TooFast} }

// Escape is the first state of a rollout that cannot be right.
type Escape struct {
	Kind  EscapeKind `json:"kind"`
	Frame int        `json:"frame"` // the start is frame 0
	Body  int        `json:"body"`  // index of the body
	Value float64    `json:"value"` // m beyond the arena, m/s or rad/s; 0 for the other kinds
	Limit float64    `json:"limit"` // of the value, in its unit
	Unit  string     `json:"unit,omitempty"`
}

// String returns a sentence without its full stop, such as "at frame 12 body 3 is out of
// the arena: 7.1 m beyond its edge, where 2 m are allowed".
func (e *Escape) String() string {
	return fmt.Sprintf("at frame %d %s", e.Frame, e.Reason())
}

// Reason is String without the frame.
func (e *Escape) Reason() string {
	body := fmt.Sprintf("body %d ", e.Body)
	switch e.Kind {
	case NotFinite:
		return body + "has a value that is not finite"
	case ThroughWall:
		return body + "went through a wall"
	case OutOfArena:
		return body + fmt.Sprintf("is out of the arena: %.3g m beyond its edge, where %.3g m are allowed", e.Value, e.Limit)
	case TooFast:
		return body + fmt.Sprintf("is too fast: %.3g %s, and the training data had at most %.3g", e.Value, e.Unit, e.Limit/tooFast)
	}
	panic(fmt.Sprintf("world: no sentence for the kind of escape %q", e.Kind))
}

const (
	// tooFast is the multiple of the greatest speed of the training data that is too fast. A
	// model is trusted a little beyond its data, as a longer fall or a harder push may be.
	tooFast = 10
	// arenaMargin is the distance from the arena that a body may go, in lengths of the arena: what is
	// thrown high over a floor, or rolls off its end, has not gone astray.
	arenaMargin = 1
	// slowest and slowestSpin are the least speeds that can be too fast, for data in which
	// nothing moves.
	slowest     = 0.01 // m/s
	slowestSpin = 0.1  // rad/s
)

// Guard looks at the states of one rollout, frame by frame, for what cannot be right. It
// judges dynamic bodies, as kinematic ones go where they are told, though no body may
// have a value that is not finite. The arena is the box around the walls and the starts
// of a scene's bodies and around all places that Within names. A scene without walls has
// no arena until Within gives it one.
type Guard struct {
	scene     *sim.Scene
	speed     float64   // m/s, from which on it is too fast; +Inf when the data is not known
	spins     []float64 // [n] rad/s, likewise for each body
	low, high sim.Vec   // m, corners of the arena
	arena     bool      // there is one
	before    sim.State // of the last frame
	frame     int       // of the next state
	escape    *Escape
	farthest  float64 // m beyond the arena
	fastest   float64 // m/s
}

// NewGuard returns a Guard for a rollout of scene by a model whose training data is
// known, or with nil is not known: then no speed is too fast.
func NewGuard(scene *sim.Scene, seen *Seen) *Guard {
	inf := math.Inf(1)
	g := &Guard{
		scene: scene, speed: inf, spins: slices.Repeat([]float64{inf}, len(scene.Bodies)),
		low: sim.Vec{X: inf, Y: inf}, high: sim.Vec{X: -inf, Y: -inf}, arena: len(scene.Walls) > 0,
	}
	for i := range scene.Walls {
		for _, p := range scene.Walls[i].Vertices {
			g.include(p)
		}
	}
	g.widen(scene.Start())
	if seen == nil {
		return g
	}
	g.speed = tooFast * max(seen.Speed, slowest)
	for i := range g.spins { // a disc whose spin no one measured may roll as fast as it moves
		g.spins[i] = tooFast * max(seen.Spin, slowestSpin, seen.Speed/scene.Bodies[i].Reach())
	}
	return g
}

// Within says that bodies can be where they are in the given states of the scene, such
// as those that truly happen, and in the arena around them.
func (g *Guard) Within(states []sim.State) {
	for _, s := range states {
		g.arena = true
		g.widen(s)
	}
}

func (g *Guard) widen(state sim.State) {
	for i := range state {
		g.include(state[i].Position())
	}
}

func (g *Guard) include(p sim.Vec) {
	g.low = sim.Vec{X: min(g.low.X, p.X), Y: min(g.low.Y, p.Y)}
	g.high = sim.Vec{X: max(g.high.X, p.X), Y: max(g.high.Y, p.Y)}
}

// See takes the next state of the rollout; the first is its start. It reports whether
// the state, and all before, can be right.
func (g *Guard) See(state sim.State) bool {
	for i := range state {
		b := &state[i]
		if state[i:i+1].Check() != nil {
			g.note(NotFinite, i, 0, 0, "")
			continue
		}
		if g.scene.Bodies[i].Kind != sim.Dynamic {
			continue
		}
		g.seeBody(i, b)
	}
	g.before = append(g.before[:0], state...)
	g.frame++
	return g.escape == nil
}

// seeBody judges a dynamic body whose values are finite.
func (g *Guard) seeBody(i int, b *sim.BodyState) {
	if g.frame > 0 && crossesWall(g.scene, g.before[i].Position(), b.Position()) {
		g.note(ThroughWall, i, 0, 0, "")
	}
	if g.arena {
		size := max(g.high.X-g.low.X, g.high.Y-g.low.Y)
		beyond := max(g.low.X-b.X, b.X-g.high.X, g.low.Y-b.Y, b.Y-g.high.Y, 0)
		g.farthest = max(g.farthest, beyond)
		if beyond > arenaMargin*size {
			g.note(OutOfArena, i, beyond, arenaMargin*size, "m")
		}
	}
	speed := b.Velocity().Len()
	g.fastest = max(g.fastest, speed)
	if speed >= g.speed {
		g.note(TooFast, i, speed, g.speed, "m/s")
	}
	if spin := math.Abs(b.Omega); spin >= g.spins[i] {
		g.note(TooFast, i, spin, g.spins[i], "rad/s")
	}
}

// note keeps the first escape.
func (g *Guard) note(kind EscapeKind, body int, value, limit float64, unit string) {
	if g.escape == nil {
		g.escape = &Escape{kind, g.frame, body, value, limit, unit}
	}
}

// Escape returns the first state seen that cannot be right, or nil.
func (g *Guard) Escape() *Escape { return g.escape }

// Farthest returns how far beyond the arena the centre of a dynamic body was at most, in
// metres.
func (g *Guard) Farthest() float64 { return g.farthest }

// Fastest returns the greatest speed of a dynamic body seen, in m/s.
func (g *Guard) Fastest() float64 { return g.fastest }

// crossesWall reports whether the straight way from one point to another meets a side of
// one of the walls. A post, which is a circle, has no sides.
func crossesWall(scene *sim.Scene, from, to sim.Vec) bool {
	for w := range scene.Walls {
		corners := scene.Walls[w].Vertices
		for c := range corners {
			if crosses(from, to, corners[c], corners[(c+1)%len(corners)]) {
				return true
			}
		}
	}
	return false
}

// crosses reports whether the way from one point to another leads from one side of
// the line from a to b to the other, between a and b.
func crosses(from, to, a, b sim.Vec) bool {
	side, way := b.Sub(a), to.Sub(from)
	if (side.Cross(from.Sub(a)) > 0) == (side.Cross(to.Sub(a)) > 0) {
		return false
	}
	return way.Cross(a.Sub(from))*way.Cross(b.Sub(from)) <= 0
}
