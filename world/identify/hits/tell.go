package hits

import (
	"context"
	"fmt"
	"math"
	"slices"

	"orrery/sim"
	"orrery/world/identify"
	"orrery/world/observe"
)

// vague is the widest half interval of an elasticity or a friction that tells anything.
const vague = 0.5

// tell turns constants into parameters, and says what the motion does not tell.
func (s *study) tell(ctx context.Context) {
	s.walls()
	for k, w := range s.scene.Walls[len(s.scene.Walls)-len(s.lines):] {
		a, b := w.Vertices[0], w.Vertices[1]
		s.say("Bodies turn at a wall that the scene does not have: from (%.3f, %.3f) to (%.3f, %.3f) m, as %d turns show.", a.X, a.Y, b.X, b.Y, len(s.lines[k].hits))
	}
	s.contacts(ctx, false)
	s.contacts(ctx, true)
	if s.bodies.varied {
		const why = "bodies differ from episode to episode"
		s.put(identify.Unknown(identify.Mass, identify.Scene, "kg", why))
		s.put(identify.Unknown(identify.Moment, identify.Scene, "kg·m²", why))
		s.put(identify.Unknown(identify.Radius, identify.Scene, "m", why))
	} else {
		s.masses()
		s.momentsOf()
		s.sizes()
	}
	if n := len(s.windows) + s.broken; s.broken > 3 && 4*s.broken > n {
		s.say("%d of %d impacts were left out: the flights about them are not those of free bodies", s.broken, n)
	}
}

// walls moves those that were found to where the fit has them.
func (s *study) walls() {
	if s.radii == nil || !s.radii.adopted {
		return
	}
	first := len(s.scene.Walls) - len(s.lines)
	lines := slices.Clone(s.lines)
	for k := range lines {
		if q := s.constant(identify.Length, s.label.WallAt(first+k)); q != none {
			lines[k].offset -= s.system.c.all[q].x
		}
	}
	scene := *s.scene
	found, _ := segments(lines, scene.Walls[:first])
	scene.Walls = append(slices.Clone(scene.Walls[:first]), found...)
	if len(scene.Walls) == len(s.scene.Walls) && scene.Validate() == nil {
		s.scene = &scene
	}
}

// guessed is how much wider intervals are where spins were guessed: those that are handed on from
// impact to impact are taken as if they were seen by themselves.
const guessed = 1.2

// off returns the standard deviation of constant k.
func (s *study) off(k int) float64 {
	if s.scatter == nil {
		return math.Inf(1)
	}
	wider := 1.0
	if s.blind() {
		wider = guessed
	}
	return wider * both(math.Sqrt(s.scatter.At(k, k)), s.over, k)
}

// contacts tells elasticity and friction of hits of two bodies, or of a body and a wall.
func (s *study) contacts(ctx context.Context, walls bool) {
	of, none := identify.Scene, "no two bodies were seen to hit each other"
	if walls {
		of, none = identify.Wall, "no body was seen to hit a wall"
	}
	if !walls && !s.crowded() || walls && len(s.scene.Walls) == 0 {
		return
	}
	found := false
	for k, c := range s.constants() {
		if c.name != identify.Elasticity && c.name != identify.Friction {
			continue
		}
		hits, slid, ratio := s.hits(k, walls)
		if hits == 0 {
			continue
		}
		found = true
		how := fmt.Sprintf("from %d impacts", hits)
		if hits == 1 {
			how = "from one impact"
		}
		if c.name == identify.Friction {
			if least, sticks := s.sticks(ctx, k, slid, ratio); sticks {
				b := s.bounce(walls)
				switch {
				case (least == 0 || s.blind()) && c.of == of && b.Slides >= leastSlides && b.Friction > least*(1-sureSlides):
					half := sureSlides * b.Friction / math.Sqrt(float64(b.Slides))
					s.put(identify.Known(c.name, c.of, b.Friction, b.Friction-half, b.Friction+half, "", fmt.Sprintf("from %d impacts that rub alike, and none by more", b.Slides)))
				case least > 0:
					s.put(identify.AtLeast(c.name, c.of, least, "", fmt.Sprintf("every impact sticks: it is at least %.2g", least)))
				default:
					s.put(identify.Unknown(c.name, c.of, "", "no impact is sure to slide"))
				}
				continue
			}
			how += fmt.Sprintf(", of which %d slide", slid)
		}
		half := normal * s.off(k)
		if !(half < vague) {
			s.put(identify.Unknown(c.name, c.of, "", fmt.Sprintf("%s hardly show it", how[len("from "):])))
			continue
		}
		v := max(c.x, 0)
		s.put(identify.Known(c.name, c.of, v, max(v-half, 0), v+half, "", how))
	}
	if !found {
		if s.attempts(walls) > 0 {
			none = "the flights before and after impacts are too short"
		}
		s.put(identify.Unknown(identify.Elasticity, of, "", none))
		s.put(identify.Unknown(identify.Friction, of, "", none))
		return
	}
	s.apart(walls)
}

// leastSlides is the number of impacts that must rub alike to tell friction where no single one is sure to slide, sureSlides the
// share of it by which each of them may be off.
const leastSlides, sureSlides = 8, 0.2

// bounce returns what impacts with walls, or of two bodies, have in common by moments.
func (s *study) bounce(walls bool) observe.Bounce {
	if walls {
		return s.seen.law.Walls
	}
	return s.seen.law.Pairs
}

// crowded reports whether some episode has two bodies.
func (s *study) crowded() bool {
	return slices.ContainsFunc(s.seen.episodes, func(e episode) bool { return len(e.scene.Bodies) > 1 })
}

// constants returns those of the system.
func (s *study) constants() []constant {
	if s.system == nil {
		return nil
	}
	return s.system.c.all
}

// attempts returns how many impacts of a kind were found at all.
func (s *study) attempts(walls bool) (n int) {
	for e := range s.seen.episodes {
		for _, h := range s.seen.episodes[e].impacts {
			if walls == (h.Other < 0) {
				n++
			}
		}
	}
	return n
}

// hits returns in how many windows of a kind constant k counts, in how many of these the contact
// slides to the end, and the largest share of the push that friction takes.
func (s *study) hits(k int, walls bool) (hits, slid int, ratio float64) {
	x := s.system.c.values()
	for _, w := range s.windows {
		if w.wall != walls || w.elastic != k && w.rubs != k {
			continue
		}
		if cost, _ := w.cost(w.z, x, nil); !(cost < s.system.limit(w)) {
			continue
		}
		hits++
		_, states, c, ok := w.when(w.z, x)
		if !ok {
			continue
		}
		e, mu := at(x, w.elastic, 0), at(x, w.rubs, 0)
		push, rub := impulse(w.inertia(x, 0), w.inertia(x, 1), &states, &c, e, math.Inf(1))
		if math.Abs(rub) > mu*push {
			slid++
		} else {
			ratio = max(ratio, math.Abs(rub)/push)
		}
	}
	return hits, slid, ratio
}

// apart tells of pairs that never met, where each pair has constants of its own.
func (s *study) apart(walls bool) {
	if walls || s.grouping.pairs != single {
		return
	}
	s.say("Each pair of bodies has its own elasticity and friction. Those of single bodies are not told: only what two have together shows.")
	met := map[string]bool{}
	for _, w := range s.windows {
		if !w.wall {
			met[s.of(w, single)] = true
		}
	}
	for i := range s.scene.Bodies {
		for j := range i {
			if of := s.label.Pair(j, i); !met[of] {
				s.put(identify.Unknown(identify.Elasticity, of, "", "they were not seen to hit each other"))
				s.put(identify.Unknown(identify.Friction, of, "", "they were not seen to hit each other"))
			}
		}
	}
}

// masses tells those of bodies that hit others.
func (s *study) masses() {
	if len(s.scene.Bodies) < 2 {
		s.put(identify.Unknown(identify.Mass, s.label.Body(0), "kg", "how a body flies and bounces off walls does not depend on its mass"))
		return
	}
	told := false
	for i := range s.scene.Bodies {
		b, name := &s.scene.Bodies[i], s.label.Body(i)
		if b.Kind != sim.Dynamic {
			continue
		}
		unit := s.unit[s.island[i]]
		if unit == i {
			if s.o.Unit == name {
				s.put(identify.Known(identify.Mass, name, b.Mass, b.Mass, b.Mass, "kg", "as told"))
				continue
			}
			alone := true
			for j := range s.island {
				alone = alone && (j == i || s.island[j] != s.island[i])
			}
			if alone {
				s.put(identify.Unknown(identify.Mass, name, "kg", "it hit no other body"))
				continue
			}
			told = true
			s.put(identify.Unknown(identify.Mass, name, "kg", fmt.Sprintf("only ratios of masses: others are told by its %.4g kg in the scene", b.Mass)))
			continue
		}
		k := s.constant(identify.Mass, name)
		if k == none || !(s.off(k) < 1) {
			s.put(identify.Unknown(identify.Mass, name, "kg", "its hits of other bodies hardly show it"))
			continue
		}
		c, half := &s.system.c.all[k], normal*s.off(k)
		v := c.value(c.x, b.Mass)
		s.put(identify.Known(identify.Mass, name, v, v*math.Exp(-half), v*math.Exp(half), "kg", "by the mass of "+s.label.Body(unit)))
	}
	if told && s.o.Wants(identify.Mass) {
		s.say("Motion tells only ratios of masses: one mass of those that hit each other is taken from the scene.")
	}
}

// constant returns the index of a constant of the system, or none.
func (s *study) constant(name identify.Name, of string) int {
	if s.system == nil {
		return none
	}
	return s.system.constant(name, of)
}

// momentsOf tells moments, by how spins change.
func (s *study) momentsOf() {
	for i := range s.scene.Bodies {
		b, name := &s.scene.Bodies[i], s.label.Body(i)
		if b.Kind != sim.Dynamic {
			continue
		}
		if s.gyres == nil {
			why := "angles were not seen"
			if len(s.windows) == 0 {
				why = "nothing was seen to hit it"
			}
			s.put(identify.Unknown(identify.Moment, name, "kg·m²", why))
			continue
		}
		y := s.gyres.system
		k, unit := y.constant(identify.Moment, name), s.constant(identify.Mass, name)
		if k == none || !(s.gyres.off[k] < 0.5) || unit != none && !(s.off(unit) < 1) {
			s.put(identify.Unknown(identify.Moment, name, "kg·m²", "hits hardly turn it"))
			continue
		}
		mass := b.Mass
		if q := s.constant(identify.Mass, name); q != none {
			mass = s.system.c.all[q].value(s.system.c.all[q].x, b.Mass)
		}
		v, half := mass*b.Moment/b.Mass*math.Exp(y.c.all[k].x), normal*s.gyres.off[k]
		if q := y.constant(identify.Radius, name); q != none && disc(b) {
			grown := y.c.all[q].value(y.c.all[q].x, b.Shapes[0].Radius) / b.Shapes[0].Radius
			v *= grown * grown
		}
		if q := s.constant(identify.Mass, name); q != none {
			half = math.Hypot(half, normal*s.off(q))
		}
		how := "by its mass and how hits turn it"
		if !s.gyres.adopted {
			how += ", which agrees with the scene's shape"
		}
		s.put(identify.Known(identify.Moment, name, v, v*math.Exp(-half), v*math.Exp(half), "kg·m²", how))
	}
	if s.gyres != nil && s.gyres.adopted {
		s.say("The scene's moments of bodies, by their masses, contradict the motion: they are not used.")
	}
}

// sizes tells radii of discs.
func (s *study) sizes() {
	for i := range s.scene.Bodies {
		b, name := &s.scene.Bodies[i], s.label.Body(i)
		if !disc(b) {
			continue
		}
		told := b.Shapes[0].Radius
		if s.radii == nil {
			why := "nothing was seen to hit it"
			switch {
			case len(s.windows) > 0 && s.seen.law.Beat > 0:
				why = "things hit each other at steps of an engine, which lets them overlap"
			case len(s.windows) > 0:
				why = fmt.Sprintf("things hit each other at gaps that differ by %.2g mm", 1e3*s.seen.law.Gap)
			}
			s.put(identify.Unknown(identify.Radius, name, "m", why))
			continue
		}
		y := s.radii.system
		k := y.constant(identify.Radius, name)
		if k == none || !(normal*s.radii.off[k] < told/2) {
			s.put(identify.Unknown(identify.Radius, name, "m", "hits hardly show it"))
			continue
		}
		v, half := told+y.c.all[k].x, normal*s.radii.off[k]
		how := "by where it hits, which agrees with the scene"
		if s.radii.adopted {
			how = "by where it hits"
		}
		s.put(identify.Known(identify.Radius, name, v, v-half, v+half, "m", how))
	}
	if s.radii != nil && s.radii.adopted {
		s.say("The scene's radii contradict the motion: they are not used.")
	}
}

// fits writes what was seen of every body beside what is fitted.
func (s *study) fits() {
	places := map[int]sim.Vec{}
	if s.system != nil {
		x := s.system.c.values()
		for _, w := range s.windows {
			r, ok := w.residuals(w.z, x, nil)
			if cost, _ := w.cost(w.z, x, nil); !ok || !(cost < s.system.limit(w)) {
				continue
			}
			row := 0
			for k := range w.sides {
				for _, p := range w.sides[k].points {
					if p.off[0] > 0 {
						places[p.id] = sim.Vec{X: p.seen[0] - p.off[0]*r[row], Y: p.seen[1] - p.off[1]*r[row+1]}
						row += 2
					}
					if p.off[2] > 0 {
						row++
					}
				}
				if !w.sides[k].turned {
					row += 2
				}
			}
		}
	}
	for e := range s.seen.episodes {
		for i, legs := range s.seen.episodes[e].legs {
			f := identify.Fit{Episode: s.which[e], Body: i}
			for _, k := range legs {
				s.seen.legs[k].fitted(&s.flight, places, &f)
			}
			if len(f.Times) > 0 {
				s.result.Fits = append(s.result.Fits, f)
			}
		}
	}
}

// fitted adds the sights of a leg to f: where windows have them, else on the flight that fits best.
func (l *leg) fitted(g *flight, places map[int]sim.Vec, f *identify.Fit) {
	var line [2]line2
	for axis := range line {
		line[axis] = l.straight(g, axis)
	}
	for _, p := range l.points {
		if p.off[0] == 0 {
			continue
		}
		at, ok := places[p.id]
		if !ok {
			if !line[0].ok || !line[1].ok {
				continue
			}
			at = sim.Vec{X: line[0].at(g, p.at), Y: line[1].at(g, p.at)}
		}
		f.Times = append(f.Times, p.at)
		f.Seen = append(f.Seen, sim.Vec{X: p.seen[0], Y: p.seen[1]})
		f.Fitted = append(f.Fitted, at)
	}
}

// line2 is a coordinate of the flight that fits a leg best.
type line2 struct {
	axis int
	from float64 // s
	x, v float64
	ok   bool
}

func (l *line2) at(g *flight, time float64) float64 {
	w := newGlide(g.drag, time-l.from)
	return l.x + w.reach*l.v + w.fall*g.pull(l.axis)
}

// straight fits a coordinate of a leg.
func (l *leg) straight(g *flight, axis int) line2 {
	out := line2{axis: axis}
	if len(l.points) == 0 {
		return out
	}
	out.from = l.points[0].at
	var a, b, y []float64
	for _, p := range l.points {
		if o := p.off[axis]; o > 0 {
			w := newGlide(g.drag, p.at-out.from)
			a, b, y = append(a, 1/o), append(b, w.reach/o), append(y, (p.seen[axis]-w.fall*g.pull(axis))/o)
		}
	}
	if len(y) <= fewest {
		return out
	}
	x := project(a, b, y)
	out.x, out.v, out.ok = x[0], x[1], true
	return out
}
