package surprise

import (
	"context"
	"fmt"
	"math"
	"slices"

	"orrery/sim"
)

// rule is what is otherwise than the scene says, from some frame on.
type rule struct {
	body     int
	other    int     // body or wall that it passes through
	times    float64 // by which its mass may have grown instead; 0 if it passes through something
	from, to int     // frames at which windows begin for which it holds
}

// leaves reports whether a body passes through a wall.
func (r *rule) leaves() bool { return r.times == 0 && r.other < 0 }

// passing returns the rules by which something passes through something in a window that begins at a frame.
func (j *judge) passing(frame int) (out []rule) {
	for _, r := range j.rules {
		if r.times == 0 && r.from <= frame && frame < r.to {
			out = append(out, r)
		}
	}
	return out
}

// of returns a fitter for the scene as rules make it. Where they hold bodies, what passes through a wall only
// goes its way, and the walls stand for all others.
func (j *judge) of(rules []rule, hold bool) (*fitter, error) {
	scene, key := without(j.t.Scene, rules), fmt.Sprint(hold)
	if hold {
		scene = held(j.t.Scene, rules)
	}
	for _, r := range rules {
		key += fmt.Sprintf(" %d %d %v", r.body, r.other, r.times)
		switch {
		case r.times != 0:
			scene = heavier(scene, r.body, r.times)
		case r.other >= 0:
			scene = apartFrom(scene, r.body, r.other)
		}
	}
	l := j.laws[key]
	if l == nil {
		var err error
		if l, err = newLaw(j.model, scene); err != nil {
			return nil, err
		}
		j.laws[key] = l
	}
	f := *j.base
	f.law, f.size = l, sizes(scene)
	return &f, nil
}

// rest returns fitters by the masses that may be as well in windows that begin at a frame.
func (j *judge) rest(frame int) (out []*fitter, err error) {
	for _, r := range j.rules {
		if r.times == 0 || r.from > frame+reach || frame >= r.to {
			continue
		}
		f, err := j.of(append(j.passing(frame), r), false)
		if err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, nil
}

// fit fits so many frames from one on by the scene, and by the rules that hold, as fitter.fit does.
func (j *judge) fit(ctx context.Context, from, frames int, about *fit, guesses ...sim.State) (*fit, error) {
	one := func(f *fitter) (*fit, error) {
		if j.exact {
			return f.known(ctx, from)
		}
		return f.fit(ctx, from, frames, about, guesses...)
	}
	rules := append(j.passing(from), j.sure...)
	if len(rules) == 0 {
		return one(j.base)
	}
	f, err := j.of(rules, false)
	if err != nil {
		return nil, err
	}
	g, err := one(f)
	if err != nil {
		return nil, err
	}
	bodies := j.stopped(g, rules)
	if len(bodies) == 0 {
		return g, nil
	}
	if f, err = j.of(rules, true); err != nil {
		return nil, err
	}
	h, err := one(f)
	if err == nil {
		g.take(h, bodies)
	}
	return g, err
}

// stopped returns the bodies that come near a wall in a fit, through which others pass by rules and not they.
func (j *judge) stopped(g *fit, rules []rule) (bodies []int) {
	for _, state := range g.states {
		fastest := 0.0
		for i := range state {
			fastest = max(fastest, state[i].Velocity().Len())
		}
		for m, gap := range j.base.meetings(state, touching+fastest*j.t.Scene.FrameTime()) {
			within := touching + state[m.body].Velocity().Len()*j.t.Scene.FrameTime()
			wall := slices.ContainsFunc(rules, func(r rule) bool { return r.leaves() && r.other == m.other })
			passes := slices.ContainsFunc(rules, func(r rule) bool { return r.leaves() && r.body == m.body })
			if wall && !passes && gap < within && j.judged(m.body) && !slices.Contains(bodies, m.body) {
				bodies = append(bodies, m.body)
			}
		}
	}
	slices.Sort(bodies)
	return bodies
}

// with reports whether a body is one of some, or was fitted together with one of them.
func (g *fit) with(i int, bodies []int) bool {
	return slices.ContainsFunc(bodies, func(b int) bool { return b == i || b >= 0 && g.root != nil && g.root[b] == g.root[i] })
}

// take replaces what g says of bodies, and of those that were fitted together with them, by what h
// says.
func (g *fit) take(h *fit, bodies []int) {
	for i := range g.off {
		if !h.with(i, bodies) {
			continue
		}
		for k := range g.states {
			g.states[k][i] = h.states[k][i]
		}
		for k := range g.pushes {
			g.pushes[k][i] = h.pushes[k][i]
		}
		g.start[i], g.end[i], g.off[i] = h.start[i], h.end[i], h.off[i]
		if g.root != nil {
			g.root[i] = h.root[i]
		}
	}
}

// sizes returns the radius of gyration of each body of a scene, in metres; NaN for kinematic ones, which are not judged.
func sizes(scene *sim.Scene) (out []float64) {
	for i := range scene.Bodies {
		b := &scene.Bodies[i]
		out = append(out, math.Sqrt(b.Moment/b.Mass))
	}
	return out
}
