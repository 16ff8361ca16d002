package source

import (
	"context"
	"math"

	"orrery/sim"
	"orrery/world/flight"
	"orrery/world/geom"
)

// meeting is a frame in which two shapes approach each other and nothing else is near.
type meeting struct {
	kinds         [2]sim.ShapeKind
	before, after float64 // m, the gap at the start of the frame, and at its end after free flight
	hit           bool    // velocities are not those of free flight
	free          bool    // positions are
	ended         float64 // m, the gap at the end of the frame as it is
	travel        float64 // m, by which the gap shrinks in a frame at the speed of approach
	size          float64 // m, the reach of the smaller body
	vague         float64 // m, by which places may be off because they are estimates

	disc     int // the body that is a disc and meets a wall, or -1
	surfaces [2]sim.Surface
	told     bool    // the materials of the two have a pair in the scene, or turning hides what follows
	walled   bool    // one of them is a wall and their materials have no pair: the slope is right however they turn
	began    float64 // m/s, the speed at which they near each other at the start of the frame
	approach float64 // m/s, the speed at which they near each other after free flight
	parting  float64 // m/s, that at which they part at the end of the frame, below 0 if they still approach
	slope    float64 // change of a velocity along the tangent over that along the normal
	gained   float64 // m/s, by which forces change velocities in the frame
	steps    int     // of the scene's in the frame
	bodies   [2]int  // geom.Wall for a wall
	heavier  float64 // how many times as heavy as the first the second acts; 0 where that does not show
	scenes   float64 // likewise by the scene
}

const (
	mostFrames = 60_000 // that are looked at; more tell nothing new
	reaching   = 0.3    // share of a body's reach up to which gaps are looked at
	rounding   = 1e-5   // share of a body's reach by which positions may be off
	noise      = 1e-5   // share of a velocity, or m/s, by which free flight may be off
)

// collect returns the meetings in trajectories.
func collect(ctx context.Context, trajectories []*sim.Trajectory, f *flight.Flight) ([]meeting, error) {
	frames := 0
	for _, t := range trajectories {
		frames += len(t.States) - 1
	}
	every := max(1, frames/mostFrames)
	var found []meeting
	for i, t := range trajectories {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		w := newWatch(t, f)
		for frame := i % every; frame < len(t.States)-1; frame += every {
			found = w.frame(found, frame)
		}
	}
	return found, nil
}

// watch looks for meetings in a trajectory.
type watch struct {
	t         *sim.Trajectory
	detector  *geom.Detector
	step      flight.Step
	steps     int
	free      []bool
	reach     []float64
	size      float64
	now, then []geom.Clearance
	ends      []geom.Clearance
	flown     sim.State
	at        int // the frame
	near      []int
}

func newWatch(t *sim.Trajectory, f *flight.Flight) *watch {
	w := &watch{
		t: t, detector: geom.NewDetector(t.Scene), step: f.Step(t.Scene, f.Steps(t.Scene)), steps: f.Steps(t.Scene),
		free: flight.Free(t.Scene), near: make([]int, len(t.Scene.Bodies)), size: math.Inf(1),
	}
	for i := range t.Scene.Bodies {
		w.free[i] = w.free[i] || t.Scene.Bodies[i].Kind == sim.Kinematic // it goes where actions say
		w.reach = append(w.reach, t.Scene.Bodies[i].Reach())
		w.size = min(w.size, w.reach[i])
	}
	return w
}

// frame appends the meetings of a frame.
func (w *watch) frame(found []meeting, frame int) []meeting {
	now, next := w.t.States[frame], w.t.States[frame+1]
	w.at = frame
	w.flown = append(w.flown[:0], now...)
	for range w.steps {
		w.step.Fly(w.flown, w.t.Action(frame))
	}
	fastest := 0.0
	for i := range now {
		fastest = max(fastest, now[i].Velocity().Len()+w.reach[i]*math.Abs(now[i].Omega))
	}
	margin := 2*fastest*w.t.Scene.FrameTime() + reaching*w.size
	w.now = w.detector.Clearances(w.now[:0], now, margin)
	w.then = w.detector.Clearances(w.then[:0], w.flown, margin)
	w.ends = w.detector.Clearances(w.ends[:0], next, margin)
	clear(w.near)
	for i := range w.now {
		w.near[w.now[i].A]++
		if b := w.now[i].B; b != geom.Wall {
			w.near[b]++
		}
	}
	k, e := 0, 0
	for i := range w.now {
		p := &w.now[i]
		for e < len(w.ends) && w.ends[e].ID < p.ID {
			e++
		}
		for k < len(w.then) && w.then[k].ID < p.ID {
			k++
		}
		if k == len(w.then) || w.then[k].ID != p.ID || !w.lonely(p.A) || !w.lonely(p.B) {
			continue
		}
		after := w.then[k].Gap
		if w.then[k].Normal.Dot(p.Normal) < 0 { // they have flown through each other
			after = -after - w.size
		}
		if !(after < p.Gap) {
			continue
		}
		a, b := w.detector.Shapes(p.ID)
		m := meeting{kinds: [2]sim.ShapeKind{a.Kind, b.Kind}, before: p.Gap, after: after, free: true, size: w.reach[p.A]}
		if m.ended = math.Inf(1); e < len(w.ends) && w.ends[e].ID == p.ID {
			m.ended = w.ends[e].Gap
		}
		if m.kinds[0] > m.kinds[1] {
			m.kinds[0], m.kinds[1] = m.kinds[1], m.kinds[0]
		}
		m.disc = -1
		if p.B == geom.Wall && a.Kind == sim.Circle {
			m.disc = p.A
		}
		m.surfaces = [2]sim.Surface{a.Surface(), b.Surface()}
		w.watchVelocities(&m, p, next)
		w.weigh(&m, p, next)
		m.walled = p.B == geom.Wall && w.t.Scene.PairOf(a, b) == nil
		m.told = m.told || w.t.Scene.PairOf(a, b) != nil
		w.compare(&m, p.A, frame)
		if p.B != geom.Wall {
			m.size = min(m.size, w.reach[p.B])
			w.compare(&m, p.B, frame)
		}
		found = append(found, m)
	}
	return found
}

// lonely reports whether a body, or wall, flies freely but for one shape near it.
func (w *watch) lonely(i int) bool { return i == geom.Wall || w.free[i] && w.near[i] == 1 }

// watchVelocities notes how two bodies near each other and part.
func (w *watch) watchVelocities(m *meeting, p *geom.Clearance, next sim.State) {
	relative := func(s sim.State) sim.Vec {
		v := s[p.A].Velocity()
		if p.B != geom.Wall {
			v = v.Sub(s[p.B].Velocity())
		}
		return v
	}
	turning := w.turning(p.A)
	if p.B != geom.Wall {
		turning += w.turning(p.B)
	}
	m.approach, m.parting = -relative(w.flown).Dot(p.Normal), relative(next).Dot(p.Normal)
	m.began = -relative(w.t.States[w.at]).Dot(p.Normal)
	m.travel = m.approach * w.t.Scene.FrameTime()
	m.told = turning > slowTurn*m.approach
	change := next[p.A].Velocity().Sub(w.flown[p.A].Velocity())
	m.slope = math.Abs(change.Dot(p.Normal.Perp()) / change.Dot(p.Normal))
	m.gained, m.steps = w.step.Pull()*w.t.Scene.FrameTime(), w.steps
}

// weigh notes the ratio of the masses of two bodies that hit each other: each changes its velocity by as much as
// the other one is heavy.
func (w *watch) weigh(m *meeting, p *geom.Clearance, next sim.State) {
	m.bodies = [2]int{p.A, p.B}
	if p.B == geom.Wall {
		return
	}
	bodies := w.t.Scene.Bodies
	a, b := bodies[p.A].InvMass(), bodies[p.B].InvMass()
	changeA := next[p.A].Velocity().Sub(w.flown[p.A].Velocity()).Len()
	changeB := next[p.B].Velocity().Sub(w.flown[p.B].Velocity()).Len()
	if a > 0 && b > 0 && max(changeA, changeB) > weighed*m.approach {
		m.heavier, m.scenes = changeA/changeB, a/b
	}
}

// weighed is the share of the speed of an impact by which a velocity must change for masses to show.
const weighed = 0.05

// met returns the gap at which two shapes hit, in metres, and by how much it may be off: at a constant speed before
// and another one after, only one time of the hit explains the gaps at the start and the end of the frame. It is not known
// where they turn or hardly change their speed.
func (m *meeting) met() (gap, off float64, ok bool) {
	change := m.began + m.parting
	if !m.hit || m.told || !(change > slowTurn*m.approach) || math.IsInf(m.ended, 0) {
		return 0, 0, false
	}
	dt := m.travel / m.approach
	time := (m.before + m.parting*dt - m.ended) / change
	least := min(touching, leastShare/float64(max(1, m.steps))) // of small steps many an overlap is small
	return m.before - m.began*time, least*m.travel + m.gained*dt, true
}

// leastShare is the share of a step's way by which the gap at a hit may be off.
const leastShare = 0.25

// slowTurn is the share of an approach that turning may add without being looked at.
const slowTurn = 0.1

// turning returns the speed, in m/s, at which turning moves the farthest point of a body: of a
// disc, none towards anything.
func (w *watch) turning(i int) float64 {
	for _, s := range w.t.Scene.Bodies[i].Shapes {
		if s.Kind != sim.Circle || s.Vertices[0] != (sim.Vec{}) {
			return w.reach[i] * math.Abs(w.flown[i].Omega)
		}
	}
	return 0
}

// compare notes whether body i did what free flight would have done in a frame.
func (w *watch) compare(m *meeting, i, frame int) {
	now, flown, is := &w.t.States[frame][i], &w.flown[i], &w.t.States[frame+1][i]
	place, speed := w.doubt(i, frame)
	off := flown.Velocity().Sub(is.Velocity()).Len() + w.reach[i]*math.Abs(flown.Omega-is.Omega)
	if !(off <= speed+noise*(1+flown.Velocity().Len()+w.reach[i]*math.Abs(flown.Omega))) {
		m.hit = true
	}
	way := flown.Position().Sub(now.Position()).Len()
	if !(flown.Position().Sub(is.Position()).Len() <= place+agreement*way+rounding*w.reach[i]) {
		m.free = false
	}
	m.vague = max(m.vague, place)
}

// surely is the number of standard deviations of an estimate that no accident passes.
const surely = 4

// doubt returns by how many metres and m/s a body that flies freely through a frame may be off its
// flight because its states are estimates.
func (w *watch) doubt(i, frame int) (place, speed float64) {
	if w.t.Seen == nil {
		return 0, 0
	}
	a, b := &w.t.Seen.Std[frame][i], &w.t.Seen.Std[frame+1][i]
	speed = surely * math.Hypot(math.Hypot(a.VX, a.VY)+w.reach[i]*a.Omega, math.Hypot(b.VX, b.VY)+w.reach[i]*b.Omega)
	place = surely * math.Hypot(math.Hypot(a.X, a.Y), math.Hypot(b.X, b.Y))
	return place + speed*w.t.Scene.FrameTime(), speed
}
