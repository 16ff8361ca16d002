package contact

import (
	"slices"

	"orrery/learn/tape"
	"orrery/sim"
	"orrery/world/flight"
	"orrery/world/geom"
)

// placed is a scene within a list of scenes laid end to end.
type placed struct {
	scene    *sim.Scene
	count    int // number of its bodies
	detector *geom.Detector
	step     flight.Step
	lengths  []float64   // m, between the anchors of each joint at the start
	kinds    []int32     // index of each joint's kind among those of the model
	inverses []inverse   // of each body
	inertias []inertia   // of each body
	lone     bool        // only one of them is dynamic: what drives it drives all
	reach    []float64   // m, of each body's shapes from its centre of mass
	sides    []sides     // of each body, where impacts have a law of their own; else nil
	turns    []float64   // m, like reach of what turning moves; see turnable
	depth    float64     // m, by which shapes overlap when they meet within a step
	late     bool        // those bounce at its end
	ends     bool        // of two points of a pair the second end comes first
	sink     float32     // m/s, by which what touches may approach faster after a step; see law.fastest
	calm     float32     // m/s, the speed of approach below which nothing bounces
	first    int         // row of its first body
	act      int         // place of its first actuator
	memory   memory      // of this scene's last steps
	touches  bool        // something does at its state
	lifted   bool        // corrections moved it in this step, or might have
	rests    bool        // what touches did not move in the last step
	ahead    int         // steps that it has flown before the others
	flown    bool        // velocities on the tape are those before
	impacts  impacts     // on its way through this step
	span     flight.Step // scratch
	known    *start      // what touches where it begins; nil where that is to be found, and later
}

// inverse is what a body resists with: the inverses of its mass, in 1/kg, and of its moment, in
// 1/(kg·m²). Both are 0 for a kinematic body and for a wall.
type inverse struct{ mass, moment float64 }

// inertia is the mass of a body, in kg, and its moment, in kg·m². Both are 0 for a kinematic body, whose energy nobody counts.
type inertia struct{ mass, moment float64 }

// place prepares scene for a place in a list.
func (n *network) place(scene *sim.Scene) (p placed) {
	n.replace(&p, scene)
	return p
}

// replace makes p the place of a scene, in the memory that it has.
func (n *network) replace(p *placed, scene *sim.Scene) {
	if p.detector == nil {
		p.detector = new(geom.Detector)
	}
	p.detector.Reset(scene, n.config.Touch)
	p.step.Reset(*n.config.flightOf(scene), scene, n.config.Steps)
	bodies := len(scene.Bodies)
	p.scene, p.count, p.calm = scene, bodies, float32(n.config.Calm)
	p.reach, p.inverses, p.turns = resizeDirty(p.reach, bodies), resizeDirty(p.inverses, bodies), resizeDirty(p.turns, bodies)
	p.inertias = resize(p.inertias, bodies)
	dynamic := 0
	for i := range scene.Bodies {
		b := &scene.Bodies[i]
		p.reach[i], p.inverses[i] = b.Reach(), inverse{b.InvMass(), b.InvMoment()}
		if b.Kind == sim.Dynamic {
			p.inertias[i] = inertia{b.Mass, b.Moment}
			dynamic++
		}
	}
	p.lone = dynamic == 1
	p.impacts.share, p.sink = 1, 0
	if n.config.Hold { // this engine, which stops sweeping early, lets some sink
		p.sink = float32(mostSinking * p.step.Pull() * p.step.Time())
	}
	p.sides, p.ahead = p.sides[:0], 0
	for i := range scene.Bodies {
		if len(n.hits) > 0 {
			p.sides = append(p.sides, sidesOf(&scene.Bodies[i]))
		}
	}
	p.turnable(n.skin)
	p.depth, p.late, p.ends = n.config.Depth, n.config.Late, n.config.Ends
	var start sim.State
	if len(scene.Joints) > 0 {
		start = scene.Start()
	}
	p.kinds, p.lengths = p.kinds[:0], p.lengths[:0]
	for i := range scene.Joints {
		p.kinds = append(p.kinds, int32(slices.Index(n.config.Joints, scene.Joints[i].Kind)))
		h := newHold(p, i, start)
		p.lengths = append(p.lengths, h.at.Sub(h.endB).Len())
	}
}

// again returns a place for the same scene, which shares all that does not change in motion.
func (s *placed) again() *placed {
	other := *s
	other.memory, other.impacts = memory{}, impacts{share: 1}
	return &other
}

// part returns the step that does the work of phase k that is due.
func (s *placed) part(k int) *flight.Step {
	if s.impacts.share == 1 {
		return s.step.Part(k)
	}
	s.span = s.step.Part(k).Share(s.impacts.share)
	return &s.span
}

// bodies returns the rows of s in a state of all scenes.
func (s *placed) bodies(state sim.State) sim.State {
	return state[s.first : s.first+s.count]
}

// action returns the part of s in an action for all scenes.
func (s *placed) action(all sim.Action) sim.Action {
	if all == nil {
		return nil
	}
	return all[s.act : s.act+len(s.scene.Actuators)]
}

// course is a list of scenes on their way: the poses and velocities in float64 and,
// on the tape, what gradients need.
type course struct {
	run      *runner
	scenes   []*placed
	busy     []*placed  // scenes that do not just fly in this step
	state    sim.State  // of all scenes
	here     *graph     // touching points at state
	found    []*placed  // the scenes of here, unless strayed
	velocity tape.Value // [n, 3] that of state
	moved    tape.Value // [n, 3] sum of the velocities at which bodies really moved, step by step
	going    tape.Value // [n, 3] of this step's corrections, to be added to moved
	any      struct{ actuators, ties, springs, fields, grip bool }
	find     finder
	linked   bool // velocities depend on weights
	tracked  bool // moved is wanted

	remembers bool      // impulses of the steps before
	first     []impulse // scratch

	leap leap
	lift []float32 // [n, 3] pseudo-velocities of this step's corrections; nil for none

	stale  bool // the tape has not got the velocities of busy scenes
	landed bool // nor those of some that have flown since

	strayed bool // bodies have moved since here was found

	roots   []int    // scratch; see energy.go
	bundles []bundle // likewise

	was sim.State // at the start of this step, where solving looks ahead
}

// begin sets out from a state, of which the course keeps a copy.
func (c *course) begin(scenes []*placed, state sim.State) {
	c.scenes, c.state = scenes, append(c.state[:0], state...)
	c.any.actuators, c.any.ties, c.any.springs, c.any.fields, c.any.grip = false, false, false, false, false
	for _, s := range scenes {
		c.any.actuators = c.any.actuators || len(s.scene.Actuators) > 0
		c.any.fields = c.any.fields || len(s.scene.Fields) > 0
		for i := range s.scene.Joints {
			spring := s.scene.Joints[i].Kind == sim.Spring
			c.any.springs, c.any.ties = c.any.springs || spring, c.any.ties || !spring
		}
		for i := range s.scene.Bodies {
			c.any.grip = c.any.grip || s.scene.Bodies[i].Grip != sim.Grip{}
		}
	}
	for _, s := range scenes {
		s.memory.points, s.rests = s.memory.points[:0], false
	}
	c.busy = append(c.busy[:0], scenes...)
	c.restart()
	c.touch()
	for _, s := range scenes {
		s.known = nil // it moves on
	}
}

// restart forgets what the tape holds.
func (c *course) restart() {
	c.linked, c.stale, c.moved = false, true, -1
}

// catchUp notes the velocities of busy scenes that the tape has not got, cut off from what they came from. Others stay as
// they are on the tape, which may differ in the last digit from the state's, whatever scenes beside them do.
func (c *course) catchUp() {
	if !c.stale && !c.landed {
		return
	}
	rows := c.run.rows.take()
	*rows = resize(*rows, 3*len(c.state))
	for _, s := range c.busy {
		if c.stale || s.flown {
			writeVelocity((*rows)[3*s.first:], s.bodies(c.state))
			s.flown = false
		} else {
			from, to := 3*s.first, 3*(s.first+s.count)
			copy((*rows)[from:to], c.run.tape.Matrix(c.velocity).Data[from:to])
		}
	}
	c.velocity, c.stale, c.landed = c.run.tape.Input(len(c.state), 3, *rows), false, false
}

// frame advances all scenes by a frame.
func (c *course) frame(actions sim.Action) {
	for left := c.run.net.config.Steps; left > 0; left-- {
		c.busy = c.busy[:0]
		for _, s := range c.scenes {
			if s.ahead == 0 {
				s.ahead = c.fly(s, actions, left)
			}
			if s.ahead > 0 {
				s.ahead--
			} else {
				c.busy, c.landed = append(c.busy, s), c.landed || s.flown
			}
		}
		if len(c.busy) > 0 {
			c.step(actions)
		}
	}
	if c.tracked {
		c.catchUp()
	}
}

// step advances the busy scenes by a step, in the order of the model's source.
func (c *course) step(actions sim.Action) {
	if c.any.actuators {
		for _, s := range c.busy {
			s.step.Command(s.bodies(c.state), s.action(actions))
		}
		c.follow(nil)
	}
	c.catchUp()
	before := c.velocity
	c.going, c.lift = -1, nil
	for _, s := range c.busy {
		s.lifted = false
	}
	c.foresee()
	for k, phase := range c.run.net.phases {
		switch phase {
		case correct:
			c.correct()
		case move, force:
			if from, to := c.run.net.glide(k); from == k {
				c.glide(from, to, actions)
			}
		case solve:
			c.lookAhead()
			c.catchUp()
			c.settle(before)
		}
	}
	if c.going >= 0 {
		c.moved = c.sum(c.moved, c.going)
	}
	c.rest(before)
	if c.any.actuators {
		for _, s := range c.busy {
			s.step.Release(s.bodies(c.state), s.action(actions))
		}
		c.follow(nil)
	}
}

// phase is one of package flight, as a number: every step asks for each.
type phase int8

const (
	correct phase = iota
	move
	force
	solve
)

// phasesOf returns the phases of an order.
func phasesOf(order flight.Order) (phases []phase) {
	for _, p := range order.Phases() {
		switch p {
		case flight.Correct:
			phases = append(phases, correct)
		case flight.Move:
			phases = append(phases, move)
		case flight.Force:
			phases = append(phases, force)
		case flight.Solve:
			phases = append(phases, solve)
		default:
			panic(unknownPhase)
		}
	}
	return phases
}

// unknownPhase is the panic for a phase that package flight has and this one not.
const unknownPhase = "contact: a phase of a step without mechanics"

// sum returns a + b on the tape, of which a may be missing.
func (c *course) sum(a, b tape.Value) tape.Value {
	if a < 0 {
		return b
	}
	return c.run.tape.Add(a, b)
}

// force lets all that pushes without touching change the velocities, as phase k.
func (c *course) force(k int, actions sim.Action) {
	for _, s := range c.busy {
		s.part(k).Force(s.bodies(c.state), s.action(actions))
		if c.any.springs {
			applySprings(s, s.bodies(c.state), s.part(k).Time())
		}
	}
	c.follow(func(dst []slope, s *placed, _ sim.State) []slope { return dragSlopes(dst, s, s.part(k)) })
	if c.any.fields {
		c.pull(k)
	}
	if c.any.grip {
		for _, s := range c.busy {
			s.part(k).Rub(s.bodies(c.state))
		}
		c.follow(rubSlopes)
	}
}

// settle changes the velocities by the edges and ties of here.
func (c *course) settle(before tape.Value) {
	g := c.here
	if len(g.edges)+len(g.ties) > 0 {
		c.recall()
		v, sweep := c.run.settle(g, c.first, before, c.velocity)
		if !c.tracked {
			c.settled(before, v, sweep)
		}
		c.gain(g, v)
		c.keep(sweep)
	} else {
		for _, s := range c.busy {
			s.memory.wait(false)
		}
	}
}

// recall sets first to what the edges of here begin with.
func (c *course) recall() {
	c.first = c.first[:0]
	if !c.remembers {
		return
	}
	for k, s := range c.busy {
		from, to := c.here.bounds(k)
		c.first = s.memory.recall(c.first, c.here.edges[from.edges:to.edges])
	}
}

// keep remembers the impulses at the edges of here.
func (c *course) keep(op *sweepOp) {
	if !c.remembers {
		return
	}
	for k, s := range c.busy {
		from, to := c.here.bounds(k)
		of := func(x []float32) []float32 { return x[from.edges:to.edges] }
		s.memory.note(c.here.edges[from.edges:to.edges], op.laws[from.edges:to.edges], of(op.jn), of(op.jt))
	}
}

// correct pushes overlaps apart.
func (c *course) correct() {
	c.look()
	if len(c.here.edges) > 0 {
		c.lifts()
	}
}

// lifts moves bodies by what corrections ask for at the edges of here.
func (c *course) lifts() {
	dt := c.busy[0].step.Time()
	lift := c.run.part(c.here, len(c.state), dt)
	by := c.run.tape.Matrix(lift).Data
	c.lift = by
	for k, s := range c.busy {
		if c.here.apart(k) {
			continue
		}
		s.lifted = true
		by := by[3*s.first:]
		for i, state := 0, s.bodies(c.state); i < len(state); i++ {
			b, by := &state[i], (*[3]float32)(by[3*i:])
			if *by == still {
				continue
			}
			b.X, b.Y, b.Angle = b.X+float64(by[0])*dt, b.Y+float64(by[1])*dt, b.Angle+float64(by[2])*dt
		}
	}
	if c.tracked {
		c.going = c.sum(c.going, lift)
	}
	c.strayed = true
}

// move moves the bodies by their velocities, as phase k.
func (c *course) move(k int) {
	c.catchUp()
	for _, s := range c.busy {
		s.part(k).Move(s.bodies(c.state))
	}
	if c.tracked {
		c.moved, c.going = c.sum(c.moved, c.sum(c.going, c.shared(k))), -1
	}
	c.strayed = true
}

// shared returns the velocities, each times the share of the step that phase k moves its
// body for.
func (c *course) shared(k int) tape.Value {
	whole := true
	op := c.run.shares.take()
	op.shares = op.shares[:0]
	for _, s := range c.busy {
		share := float32(s.part(k).Time() / s.step.Time())
		whole = whole && share == 1
		for range s.scene.Bodies {
			op.shares = append(op.shares, share)
		}
	}
	if whole {
		return c.velocity
	}
	return c.run.tape.Apply(op, len(c.state), 3, c.velocity)
}

// pull lets the fields act, as phase k.
func (c *course) pull(k int) {
	c.catchUp()
	for kind, name := range c.run.net.config.Fields {
		g := c.run.graphs.take()
		g.reset()
		for _, s := range c.busy {
			g.addPulls(s, s.bodies(c.state), name, s.part(k).Time())
		}
		if len(g.pulls) > 0 {
			c.gain(g, c.run.pull(g, kind, c.velocity))
		}
	}
}

// look makes here what touches and is tied in the busy scenes. Nothing is done where nothing has moved since this was last
// done for the same scenes.
func (c *course) look() {
	switch {
	case c.strayed:
		c.touch()
	case !slices.Equal(c.found, c.busy):
		c.regroup()
	}
}

// regroup takes what was found of scenes that are still busy. The others have flown since then, so that nothing touches there but
// what lies at rest.
func (c *course) regroup() {
	was, k := c.here, 0
	c.here = c.run.graphs.take()
	c.here.reset()
	for _, s := range c.busy {
		for k < len(c.found) && c.found[k].first < s.first {
			k++
		}
		switch {
		case k < len(c.found) && c.found[k] == s:
			c.here.add(was, k)
		case s.touches:
			s.touches = c.find.add(c.here, s, s.bodies(c.state))
		}
		c.here.end()
	}
	c.found = append(c.found[:0], c.busy...)
}

// touch finds what touches and is tied at state.
func (c *course) touch() {
	c.strayed = false
	c.here = c.run.graphs.take()
	c.here.reset()
	for _, s := range c.busy {
		state := s.bodies(c.state)
		if s.known != nil {
			s.touches = s.known.lay(c.here, int32(s.first))
		} else {
			s.touches = c.find.add(c.here, s, state)
		}
		if c.any.ties {
			c.here.addTies(s, state)
		}
		c.here.end()
	}
	c.found = append(c.found[:0], c.busy...)
}

// gain takes v, which came of g, for the velocities and changes those of state by as much.
func (c *course) gain(g *graph, v tape.Value) {
	t := c.run.tape
	now, next := t.Matrix(c.velocity).Data, t.Matrix(v).Data
	for k, s := range c.busy {
		if len(g.pulls) == 0 && g.apart(k) {
			continue
		}
		now, next := now[3*s.first:], next[3*s.first:]
		for i, state := 0, s.bodies(c.state); i < len(state); i++ {
			b, now, next := &state[i], (*[3]float32)(now[3*i:]), (*[3]float32)(next[3*i:])
			if *now == *next {
				continue
			}
			b.VX += float64(next[0] - now[0])
			b.VY += float64(next[1] - now[1])
			b.Omega += float64(next[2] - now[2])
		}
	}
	c.velocity, c.linked = v, c.run.learn
}

// appendVelocity appends vx, vy, ω of every body.
func appendVelocity(dst []float32, state sim.State) []float32 {
	n := len(dst)
	dst = slices.Grow(dst, 3*len(state))[:n+3*len(state)]
	writeVelocity(dst[n:], state)
	return dst
}

// writeVelocity writes vx, vy, ω of every body to dst, [n, 3] or longer.
func writeVelocity(dst []float32, state sim.State) {
	for i := range state {
		b, to := &state[i], (*[3]float32)(dst[3*i:])
		to[0], to[1], to[2] = float32(b.VX), float32(b.VY), float32(b.Omega)
	}
}
