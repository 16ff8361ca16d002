package mirror

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"slices"

	"orrery/sim"
	"orrery/world/identify"
)

// Found is what the fit found.
type Found struct {
	Values    identify.Values // to be filled into scenes, also such as were not fitted to; friction that sticks is as much as it takes
	Result    identify.Result // its Scene is the first of the data with the values filled in
	Explained float64         // share of the bodies that met something in a frame which the engine then has right
}

const (
	mostPairs = 60        // of bodies, beyond which they have no surfaces of their own: each meets too rarely
	mostWork  = 1_500_000 // of one measurement with slopes, which takes a second or two; see work
	leastPart = 0.2       // of the usual numbers of spans, with fewer of which numbers are told badly
)

// Identify returns Motion as a method. Of motion that was observed, and of impacts, it finds nothing.
func Identify(engine func() Engine) identify.Method {
	return func(ctx context.Context, trajectories []*sim.Trajectory, o *identify.Options) (*identify.Result, error) {
		known := slices.DeleteFunc(slices.Clone(trajectories), func(t *sim.Trajectory) bool {
			return t.Seen != nil || t.Impact || len(t.States) < 2 || len(t.Scene.Bodies) == 0
		})
		if len(known) == 0 {
			return &identify.Result{Parameters: []identify.Parameter{}, Edges: []identify.Edge{}, Sentences: []string{}}, nil
		}
		found, err := Motion(ctx, known, engine, o)
		if err != nil {
			return nil, err
		}
		return &found.Result, nil
	}
}

// mostEpisodes is the number of episodes that are looked at; more tell little.
const mostEpisodes = 200

// Motion fits an engine to trajectories whose states are known, all of one source. When ctx ends it
// soon returns the best so far, which is Stopped, or its error where it has nothing yet.
func Motion(ctx context.Context, trajectories []*sim.Trajectory, engine func() Engine, o *identify.Options) (*Found, error) {
	trajectories = slices.DeleteFunc(slices.Clone(trajectories), func(t *sim.Trajectory) bool { return t.Impact || len(t.States) < 2 })
	if len(trajectories) == 0 {
		return nil, errors.New("there is no motion of two frames or more to identify anything from")
	}
	if err := oneStep(trajectories); err != nil {
		return nil, err
	}
	if len(trajectories) > mostEpisodes {
		order := sim.NewRand(o.Seed, "identify/mirror/episodes", 0).Perm(len(trajectories))[:mostEpisodes]
		slices.Sort(order)
		some := make([]*sim.Trajectory, mostEpisodes)
		for i, k := range order {
			some[i] = trajectories[k]
		}
		trajectories = some
	}
	m := &motion{trajectories: trajectories, o: o, same: sameBodies(trajectories), workers: o.Workers}
	if m.workers == 0 {
		m.workers = runtime.GOMAXPROCS(0)
	}
	m.engines = make(chan Engine, m.workers)
	for range m.workers {
		m.engines <- engine()
	}
	return m.identify(ctx)
}

// oneStep demands that all scenes step alike.
func oneStep(trajectories []*sim.Trajectory) error {
	a := trajectories[0].Scene
	for i, t := range trajectories {
		if b := t.Scene; b.FPS != a.FPS || b.Substeps != a.Substeps {
			return fmt.Errorf("episode %d: its %d frames a second of %d steps must be the %d of %d of the first episode", i, b.FPS, b.Substeps, a.FPS, a.Substeps)
		}
	}
	return nil
}

// sameBodies reports whether all episodes have the same bodies, tied alike.
func sameBodies(trajectories []*sim.Trajectory) bool {
	a := trajectories[0].Scene
	for _, t := range trajectories[1:] {
		b := t.Scene
		if b == a {
			continue
		}
		same := slices.EqualFunc(a.Bodies, b.Bodies, func(a, b sim.Body) bool {
			return a.Name == b.Name && a.Kind == b.Kind && a.Mass == b.Mass && a.Moment == b.Moment && reflect.DeepEqual(a.Shapes, b.Shapes) && (a.Grip == sim.Grip{}) == (b.Grip == sim.Grip{})
		})
		if !same || !tiedAlike(a, b) {
			return false
		}
	}
	return true
}

// tiedAlike reports whether joints and fields of two scenes are between the same bodies.
func tiedAlike(a, b *sim.Scene) bool {
	return slices.EqualFunc(a.Joints, b.Joints, func(a, b sim.Joint) bool { return a.Kind == b.Kind && a.A == b.A && a.B == b.B }) &&
		slices.EqualFunc(a.Fields, b.Fields, func(a, b sim.Field) bool { return a.Kind == b.Kind && a.A == b.A && a.B == b.B })
}

func scenesOf(trajectories []*sim.Trajectory) []*sim.Scene {
	out := make([]*sim.Scene, len(trajectories))
	for i, t := range trajectories {
		out[i] = t.Scene
	}
	return out
}

// motion is a fit to trajectories.
type motion struct {
	trajectories []*sim.Trajectory
	engines      chan Engine
	o            *identify.Options
	same         bool
	workers      int
}

// attempt is a fit under one view of which numbers there are.
type attempt struct {
	problem   *problem
	fitted    *fitted
	explained float64
}

const (
	explained = 0.95 // share of frames of bodies that meet something which a view must have right to be taken at once
	notably   = 0.02 // by which another view must have more right to be taken instead
	exactly   = 1e-3 // share of the fastest's speed, or of 1 m/s, by which a body in a frame may be off to count as right
)

// identify tries the views one after another, the simplest first.
func (m *motion) identify(ctx context.Context) (*Found, error) {
	type view struct {
		level  level
		solids bool
	}
	var views []view
	if m.same {
		views = append(views, view{pooled, false})
		if n := len(m.trajectories[0].Scene.Bodies); n*(n+1)/2 <= mostPairs {
			views = append(views, view{paired, false})
		}
	} else {
		views = append(views, view{pooled, true}, view{pooled, false}, view{given, false})
	}
	var best *attempt
	for _, v := range views {
		if v.solids && !m.o.Wants(identify.Mass) && !m.o.Wants(identify.Moment) {
			continue
		}
		a, err := m.try(ctx, v.level, v.solids)
		if err != nil {
			if best == nil {
				return nil, err
			}
			best.fitted.stopped = true
			break
		}
		if best == nil || a.explained > best.explained+notably {
			best = a
		}
		if best.explained >= explained || best.fitted.stopped {
			break
		}
	}
	return m.report(best)
}

// try fits under one view.
func (m *motion) try(ctx context.Context, at level, solids bool) (*attempt, error) {
	v, err := look(ctx, m.trajectories, at, m.workers)
	if err != nil {
		return nil, err
	}
	scene := v.scenes[0]
	var law *identify.Solids
	knobs := flightKnobs(scene)
	for i := range v.contacts.groups {
		knobs = append(knobs, surfaceKnobs(&v.contacts.groups[i], i)...)
	}
	switch {
	case m.same:
		knobs = append(knobs, bodyKnobs(scene)...)
	case solids:
		law = identify.NewSolids(scenesOf(m.trajectories))
		knobs = append(knobs, solidKnobs(law)...)
	}
	if loose, alike := v.loose(); alike {
		knobs = append(knobs, jointKnobs(scene, func(joint int) bool { return !loose[joint] })...)
		for j := range scene.Joints {
			if loose[j] && scene.Joints[j].Kind == sim.Pivot {
				knobs = append(knobs, looseKnobs(v.scenes, j)...)
			}
		}
		knobs = append(knobs, fieldKnobs(scene, v.alike)...)
	}
	knobs = slices.DeleteFunc(knobs, func(k knob) bool { return !m.o.Wants(k.name) || m.unit(v, &k) })
	startAnchors(v, knobs)
	startRopes(v, knobs)
	var p *problem
	for part := 1.0; ; part *= 0.7 {
		spans := v.choose(m.o.Seed, part)
		if len(spans) == 0 {
			return nil, errors.New("nothing moves that could tell of anything")
		}
		if p = newProblem(v, spans, knobs, law, m.engines, m.workers); p.work() <= mostWork || part < leastPart {
			break
		}
	}
	p.spent = func(done, of int) { m.o.Report("fitting the engine", float64(done), float64(of)) }
	u := make([]float64, len(knobs))
	for i := range knobs {
		u[i] = knobs[i].inner(knobs[i].start, p.dt)
	}
	f, err := p.fit(ctx, u)
	if err != nil {
		return nil, err
	}
	return &attempt{p, f, right(p, f)}, nil
}

// right returns the share of the bodies that met something in a frame which the engine has right.
func right(p *problem, f *fitted) float64 {
	limit := max(3*p.floor, exactly)
	n, good := 0, 0
	for i, off := range f.sums.off {
		if !f.sums.met[i] && !p.survey.tied {
			continue
		}
		if n++; off <= limit {
			good++
		}
	}
	if n == 0 {
		return 1
	}
	return float64(good) / float64(n)
}

// unit reports whether a knob is the mass from which others count: of the bodies that push each other that
// of Options.Unit, or else of the first, unless a known force tells it.
func (m *motion) unit(v *survey, k *knob) bool {
	if k.name != identify.Mass || k.body < 0 {
		return false
	}
	scene := v.scenes[0]
	label := identify.Label{Scene: scene}
	of := components(scene, v.touched)
	unit := -1
	for i := range scene.Bodies {
		if of[i] != of[k.body] || scene.Bodies[i].Kind != sim.Dynamic {
			continue
		}
		if driven(scene, i) {
			return false
		}
		if unit < 0 || label.Body(i) == m.o.Unit {
			unit = i
		}
	}
	return unit == k.body
}

// components numbers the sets of dynamic bodies that push each other.
func components(scene *sim.Scene, touched map[[2]int]bool) []int {
	of := indices(len(scene.Bodies))
	join := func(a, b int) {
		if a < 0 || b < 0 || scene.Bodies[a].Kind != sim.Dynamic || scene.Bodies[b].Kind != sim.Dynamic || of[a] == of[b] {
			return
		}
		from, to := max(of[a], of[b]), min(of[a], of[b])
		for i := range of {
			if of[i] == from {
				of[i] = to
			}
		}
	}
	for pair := range touched { // in any order: the sets are the same
		join(pair[0], pair[1])
	}
	for _, j := range scene.Joints {
		join(j.A, j.B)
	}
	for _, f := range scene.Fields {
		join(f.A, f.B)
	}
	for _, a := range scene.Actuators {
		if a.Kind == sim.Torque {
			join(a.Body, a.Against)
		}
	}
	return of
}

// report puts together what an attempt found.
func (m *motion) report(a *attempt) (*Found, error) {
	p, f := a.problem, a.fitted
	doubts := p.doubts(f)
	out := &Found{Explained: a.explained}
	out.Result.Stopped = f.stopped
	scene := m.trajectories[0].Scene
	var enough []identify.Parameter
	for i := range p.knobs {
		k := &p.knobs[i]
		if k.rule != nil || k.episode > 0 {
			continue
		}
		if k.episode == 0 {
			out.Values.Parameters = append(out.Values.Parameters, identify.Unknown(k.name, k.of, k.unit, "each episode has it elsewhere, so that no one value is right"))
			continue
		}
		found := p.parameter(k, f.u[i], doubts[i], evidence(k))
		out.Values.Parameters = append(out.Values.Parameters, found)
		if value := k.outer(f.u[i], p.dt); !found.Identifiable && k.name == identify.Friction && value > 0 && p.met(k) {
			enough = append(enough, identify.Known(k.name, k.of, value, value, k.high, k.unit, "what sticks needs this much at least"))
		}
	}
	if p.law != nil {
		law := p.law.Clone()
		for i := range p.knobs {
			if k := &p.knobs[i]; k.rule != nil && doubts[i] < 0.3 {
				k.rule(law, plain(k.outer(f.u[i], p.dt)))
			}
		}
		out.Values.Solids = law
		out.Result.Sentences = append(out.Result.Sentences, fmt.Sprintf("Bodies are drawn anew for each episode: their masses grow with the power %.3g of their areas.", law.Power))
	}
	if m.same && m.o.Wants(identify.Mass) {
		out.Values.Parameters = append(out.Values.Parameters, m.units(p.survey)...)
	}
	out.Values.Parameters = identify.Merge(out.Values.Parameters)
	if a.explained < explained {
		out.Result.Sentences = append(out.Result.Sentences, fmt.Sprintf("With these values the engine has %.0f %% of the frames right in which bodies meet something.", 100*a.explained))
	}
	out.Result.Parameters = out.Values.Parameters
	out.Values.Parameters = identify.Merge(out.Values.Parameters, enough)
	filled, err := out.Values.Fill(scene)
	if err != nil {
		return nil, err
	}
	out.Result.Fits = p.fits(f)
	out.Result.Edges, out.Result.Scene = []identify.Edge{}, filled
	if out.Result.Sentences == nil {
		out.Result.Sentences = []string{}
	}
	return out, nil
}

// units returns the masses from which the others count.
func (m *motion) units(v *survey) (out []identify.Parameter) {
	scene := v.scenes[0]
	label := identify.Label{Scene: scene}
	of := components(scene, v.touched)
	for _, k := range bodyKnobs(scene) {
		if !m.unit(v, &k) {
			continue
		}
		why := "only ratios of masses are told: the others count from its mass in the scene"
		if !slices.ContainsFunc(indices(len(of)), func(i int) bool { return i != k.body && of[i] == of[k.body] && scene.Bodies[i].Kind == sim.Dynamic }) {
			why = "it pushes no other body, and no force on it is known"
		}
		out = append(out, identify.Unknown(identify.Mass, label.Body(k.body), "kg", why))
	}
	return out
}

// evidence says how a knob was identified.
func evidence(k *knob) string {
	switch k.name {
	case identify.Gravity:
		return "from how velocities change between contacts"
	case identify.Drag:
		return "from what velocities lose between contacts"
	case identify.Elasticity:
		return "from velocities before and after impacts"
	case identify.Friction:
		return "from impacts and contacts that slide"
	case identify.Mass:
		return "from what bodies that push each other do to each other"
	case identify.Moment:
		return "from how it turns when it is pushed"
	case identify.Radius:
		return "from where it touches things"
	case identify.Stiffness, identify.Damping, identify.Length, identify.Strength:
		return "from how the bodies move under its force"
	case identify.Anchor:
		return "from the point that both ends share"
	case identify.Grip:
		return "from how it slows"
	}
	panic("mirror: a quantity of an unknown name")
}
