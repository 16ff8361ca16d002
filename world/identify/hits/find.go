package hits

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"orrery/sim"
	"orrery/world/identify"
	"orrery/world/observe"
)

// Find is an identify.Method for trajectories that were observed: it finds gravity and drag of the
// scene, elasticity and friction of contacts, and masses, moments and radii of bodies. Values that
// the scenes give for these are not believed, except for the mass of Options.Unit, radii unless
// they contradict the motion, and the shapes of walls.
func Find(ctx context.Context, trajectories []*sim.Trajectory, o *identify.Options) (*identify.Result, error) {
	var watches []*observe.Watch
	for k, t := range trajectories {
		if t.Seen == nil {
			return nil, fmt.Errorf("episode %d: its states are exact: only what was observed has sights", k)
		}
		w, _ := observe.WatchOf(t)
		watches = append(watches, w)
	}
	return Watches(ctx, watches, o)
}

// Watches is Find for what was seen itself. Where scenes have other bodies, only what is common is
// told: gravity, drag, elasticity and friction.
func Watches(ctx context.Context, watches []*observe.Watch, o *identify.Options) (*identify.Result, error) {
	if len(watches) == 0 {
		return nil, errors.New("no episodes")
	}
	watches, which := thin(watches)
	scene := watches[0].Scene
	s := &study{which: which, o: o, scene: scene, label: identify.Label{Scene: scene}, bodies: newBodies(watches), result: &identify.Result{}}
	err := s.run(ctx, watches)
	if err != nil && (ctx.Err() == nil || len(s.result.Parameters) == 0) {
		return nil, err
	}
	out, joinErr := identify.Join(s.scene, s.result)
	if joinErr != nil {
		return nil, joinErr
	}
	out.Stopped = err != nil
	return out, nil
}

// mostSights is the number of sights that tell as much as anyone needs, in some 20 s.
const mostSights = 40_000

// thin returns as many watches as have so many sights, evenly spread, and the indices of these.
func thin(watches []*observe.Watch) (some []*observe.Watch, which []int) {
	sights := 0
	for _, w := range watches {
		sights += len(w.Times) * len(w.Scene.Bodies)
	}
	for k, w := range watches {
		if sights <= mostSights || k == 0 || k*mostSights/sights != (k-1)*mostSights/sights {
			some, which = append(some, w), append(which, k)
		}
	}
	return some, which
}

// run does one stage after another. What is found is in the result as soon as it is found.
func (s *study) run(ctx context.Context, watches []*observe.Watch) (err error) {
	if s.seen, err = look(ctx, watches, s.o); err != nil {
		return err
	}
	for range 2 { // right radii may show more walls
		more, lines, changed := s.seen.enclose(watches, !s.bodies.varied)
		if !changed {
			break
		}
		if s.seen, err = look(ctx, more, s.o); err != nil {
			return err
		}
		watches, s.scene = more, more[0].Scene
		s.label = identify.Label{Scene: s.scene}
		s.lines = append(s.lines, lines...)
	}
	if s.which[len(s.which)-1] >= len(s.which) {
		s.say("%d episodes, evenly spread, tell enough: others were not looked at.", len(s.which))
	}
	s.fly()
	if !slices.ContainsFunc([]identify.Name{identify.Elasticity, identify.Friction, identify.Mass, identify.Moment, identify.Radius}, s.o.Wants) {
		s.fits()
		return nil
	}
	if err := s.gather(ctx); err != nil {
		return err
	}
	s.islands()
	if len(s.windows) > 0 {
		if err := s.fit(ctx); err != nil {
			return err
		}
		if err := s.exactly(ctx); err != nil {
			return err
		}
		if err := s.choose(ctx); err != nil {
			return err
		}
		if !s.bodies.varied {
			if err := s.extend(ctx); err != nil {
				return err
			}
		}
		if s.scatter, s.over, err = s.system.spread(ctx, s.scale, s.o.Seed); err != nil {
			return err
		}
	}
	s.tell(ctx)
	s.fits()
	return nil
}

// normal is how many standard deviations either way hold 95 of 100 cases.
const normal = 1.96

// put adds a parameter to the result if it is wanted.
func (s *study) put(p identify.Parameter) {
	if s.o.Wants(p.Name) {
		s.result.Parameters = append(s.result.Parameters, p)
	}
}

// say adds a sentence to the result.
func (s *study) say(format string, values ...any) {
	s.result.Sentences = append(s.result.Sentences, fmt.Sprintf(format, values...))
}

// weakest and dullest are the widest half intervals of gravity in m/s² and of drag in 1/s that tell anything.
const weakest, dullest = 5.0, 2.0

// fly finds gravity and drag.
func (s *study) fly() {
	p, ok := fall(s.seen.flights(), s.o.Seed)
	law := &s.seen.law
	damping := -math.Log(max(s.scene.Damping, 1e-6))
	s.flight = flight{gravity: s.scene.Gravity.Add(law.Gravity), drag: damping + law.Drag, turnDrag: damping + law.TurnDrag}
	if !ok {
		why := "no body flies freely for long enough"
		s.put(identify.Unknown(identify.Gravity, identify.Scene, "m/s²", why))
		s.put(identify.Unknown(identify.Drag, identify.Scene, "1/s", why))
		return
	}
	how := fmt.Sprintf("from %d flights", p.flights)
	if p.flights == 1 {
		how = "from one flight"
	}
	tell := func(name identify.Name, of string, v, off, widest float64, unit, how string) {
		if normal*off > widest {
			s.put(identify.Unknown(name, of, unit, "flights are too short to show it"))
			return
		}
		s.put(identify.Known(name, of, v, v-normal*off, v+normal*off, unit, how))
	}
	tell(identify.Gravity, identify.Scene, -p.gravity.Y, p.off[1], weakest, "m/s²", how)
	if math.Abs(p.gravity.X) > 4*p.off[0] || s.scene.Gravity.X != 0 {
		tell(identify.Gravity, identify.Sideways, p.gravity.X, p.off[0], weakest, "m/s²", how)
	}
	if math.Abs(p.drag) < normal*p.off[2] {
		how += ", which show none"
	}
	tell(identify.Drag, identify.Scene, p.drag, p.off[2], dullest, "1/s", how)
	if normal*max(p.off[0], p.off[1]) > weakest || normal*p.off[2] > dullest {
		return
	}
	s.flight = p.flight
	if math.Abs(p.drag) < 2*p.off[2] { // nothing is simpler
		s.flight.drag = 0
		if q, ok := p.without(); ok {
			s.flight.gravity = q
		}
	}
	if !(math.Abs(p.turnDrag) > 3*p.turnOff) {
		s.flight.turnDrag = 0
	}
}
