package links

import (
	"context"
	"errors"
	"fmt"
	"math"

	"orrery/sim"
	"orrery/world/cholesky"
	"orrery/world/identify"
)

// How many episodes are looked at, evenly among all: enough for values, and soon enough done.
const (
	mostSeen  = 12 // of noisy positions
	mostExact = 40 // of known states
)

// Identify finds which pairs of bodies springs, charges and rods couple, and how strongly. It is an
// identify.Method. Where motion shows no forces between bodies the result has no edges.
func Identify(ctx context.Context, trajectories []*sim.Trajectory, o *identify.Options) (*identify.Result, error) {
	out := &identify.Result{}
	tracks, episodes, why := collect(trajectories)
	if len(tracks) == 0 {
		if len(trajectories) > 0 && len(trajectories[0].Scene.Fields) > 0 { // else nobody asked
			out.Sentences = append(out.Sentences, "Forces at a distance were not looked for: "+why+".")
		}
		return out, nil
	}
	scene := trajectories[episodes[0]].Scene
	held, lengths := rods(tracks)
	for e, t := range tracks {
		t.part(trajectories[episodes[e]].Scene, held)
	}
	if len(trajectories) > len(tracks) {
		out.Sentences = append(out.Sentences, fmt.Sprintf("Forces at a distance were looked for in %d of the %d episodes: those have edges.", len(tracks), len(trajectories)))
	}
	r := report{Result: out, scene: scene, label: identify.Label{Scene: scene}, tracks: tracks, episodes: episodes}
	for k, ab := range held {
		r.rod(ab, lengths[k])
	}
	f, err := explain(ctx, tracks, func(done, of float64) { o.Report("links", done, of) })
	if err != nil {
		if errors.Is(err, context.Canceled) && len(held) > 0 {
			out.Stopped = true
			return out, nil
		}
		return nil, err
	}
	if f == nil || f.edges() == 0 {
		r.fits()
		out.Sentences = []string{"No pair of bodies pulls or pushes at a distance, as far as motion shows."}
		return out, nil
	}
	r.found, out.Stopped = f, f.stopped
	r.tell(o)
	r.fits()
	return out, nil
}

// collect returns the tracks that can be used, and the indices of their episodes.
func collect(trajectories []*sim.Trajectory) (tracks []*track, episodes []int, why string) {
	most := mostExact
	for _, t := range trajectories {
		if t.Seen != nil {
			most = mostSeen
		}
	}
	most = min(most, len(trajectories))
	for j := range most {
		k := j * len(trajectories) / most
		t, reason := newTrack(trajectories[k])
		if t == nil {
			why = reason
			continue
		}
		if len(tracks) > 0 && (t.n != tracks[0].n || (t.exact == nil) != (tracks[0].exact == nil)) {
			continue
		}
		tracks, episodes = append(tracks, t), append(episodes, k)
	}
	return tracks, episodes, why
}

// report turns what was found into words and parameters.
type report struct {
	*identify.Result
	*found
	scene    *sim.Scene
	label    identify.Label
	tracks   []*track
	episodes []int
}

func (r *report) rod(ab [2]int, length float64) {
	a, b := r.label.Body(ab[0]), r.label.Body(ab[1])
	r.Edges = append(r.Edges, identify.Edge{A: a, B: b, Kind: identify.Rod, Probability: 1})
	spread := 2 * math.Sqrt(r.tracks[0].noise/float64(max(1, r.tracks[0].frames)))
	r.Parameters = append(r.Parameters, identify.Known(identify.Length, r.label.Pair(ab[0], ab[1]), length, length-spread, length+spread, "m", "they turn about each other at one distance"))
}

// one is a number with its standard deviation.
type one struct{ value, std float64 }

func (v one) known(name identify.Name, of, unit, why string) identify.Parameter {
	return identify.Known(name, of, v.value, v.value-1.96*v.std, v.value+1.96*v.std, unit, why)
}

// variables returns the fit's variables with their standard deviations.
func (r *report) variables() []one {
	v := len(r.fitting.values)
	out := make([]one, v)
	h := append([]float64(nil), r.h...)
	inverse := make([]float64, v*v)
	for k := range v {
		inverse[k*v+k] = 1
	}
	ok := cholesky.Factor(h, v)
	if ok {
		cholesky.Solve(h, v, inverse, v)
	}
	for k := range out {
		out[k] = one{r.fitting.values[k], math.Inf(1)}
		if ok {
			out[k].std = math.Sqrt(r.variance * inverse[k*v+k])
		}
	}
	return out
}

// tell writes the edges and their values.
func (r *report) tell(o *identify.Options) {
	variables := r.variables()
	kind := identify.Spring
	if r.family.signed {
		kind = identify.Charge
	}
	limit := 0.0
	if r.family.core > 0 {
		limit = math.Abs(r.fitting.values[0]) / (r.family.core * r.family.core)
	}
	doubtful := 0
	pair := pairOf(r.n)
	t := len(r.family.terms)
	for g, signs := range r.signs {
		next := 0
		for p, z := range signs {
			ab := pair[p]
			e := identify.Edge{A: r.label.Body(ab[0]), B: r.label.Body(ab[1]), Kind: kind, Probability: r.likely[g][p], Limit: limit}
			if z != 0 {
				e.Probability = max(e.Probability, 0.5+1e-9)
			} else {
				e.Probability = min(e.Probability, 0.5)
			}
			if e.Probability > 0.05 && e.Probability < 0.95 {
				doubtful++
			}
			var values []one
			if z != 0 {
				for k := range t {
					at := r.tie[g].to[next*t+k]
					v := variables[at]
					v.value *= r.tie[g].sign[next*t+k]
					values = append(values, v)
				}
				next++
			}
			if !r.graph {
				episode := r.episodes[g]
				e.Episode = &episode
				if z != 0 {
					e.Strength = values[0].value
				}
			}
			if e.Probability >= 0.01 {
				r.Edges = append(r.Edges, e)
			}
			if z != 0 && r.graph {
				r.values(r.label.Pair(ab[0], ab[1]), ab, values, o)
			}
		}
	}
	if !r.graph && r.guess.values {
		v := append([]one(nil), variables...)
		if r.family.signed {
			v[0].value = math.Abs(v[0].value)
		}
		r.values(identify.Scene, [2]int{-1, -1}, v, o)
	}
	switch {
	case r.graph && len(r.tracks) > 1:
		r.Sentences = append(r.Sentences, fmt.Sprintf("All %d episodes that were looked at have the same %ss.", len(r.tracks), kind))
	case !r.graph:
		r.Sentences = append(r.Sentences, fmt.Sprintf("Every episode has %ss of its own.", kind))
	}
	if r.guess.values && r.edges() > 1 {
		r.Sentences = append(r.Sentences, fmt.Sprintf("All %ss are equally strong, as far as motion shows.", kind))
	}
	if doubtful > 0 {
		r.Sentences = append(r.Sentences, fmt.Sprintf("Of %d pairs it is not sure whether they are coupled.", doubtful))
	}
	r.Sentences = append(r.Sentences, "Strengths hold for the masses that the scene says: motion shows only strength over mass.")
	for _, q := range r.quadratics {
		if q != nil && q.breaks > 0 {
			r.Sentences = append(r.Sentences, "Some encounters are too close to be followed, and were left out.")
			break
		}
	}
}

// values writes the parameters of a pair, or of all if of is the scene.
func (r *report) values(of string, ab [2]int, v []one, o *identify.Options) {
	why := "motion with all forces, fitted to what was seen"
	add := func(p identify.Parameter) {
		if o.Wants(p.Name) {
			r.Parameters = append(r.Parameters, p)
		}
	}
	if r.family.signed {
		add(v[0].known(identify.Strength, of, "N·m²", why))
		return
	}
	for k := range r.scene.Fields {
		if f := &r.scene.Fields[k]; f.Kind == sim.Linear && (f.A == ab[0] && f.B == ab[1] || f.A == ab[1] && f.B == ab[0]) {
			add(v[0].known(identify.Strength, of, "N/m", why))
			return
		}
	}
	stiffness := one{-v[0].value, v[0].std}
	add(stiffness.known(identify.Stiffness, of, "N/m", why))
	if len(v) > 1 {
		length := one{v[1].value / stiffness.value, math.Hypot(v[1].std, v[1].value/stiffness.value*v[0].std) / math.Abs(stiffness.value)}
		add(length.known(identify.Length, of, "m", why))
	}
	if len(v) > 2 {
		damping := one{-v[2].value, v[2].std}
		add(damping.known(identify.Damping, of, "N·s/m", why))
	}
}

// mostFits is of how many episodes the fit is kept for a picture.
const mostFits = 4

// fits keeps where bodies were seen and where the fit has them.
func (r *report) fits() {
	for e, t := range r.tracks[:min(mostFits, len(r.tracks))] {
		var c []float64
		if r.found != nil {
			c = r.tie[e].coefficients(pairs(t.n)*terms, r.fitting.values)
		} else {
			c = make([]float64, pairs(t.n)*terms)
		}
		m := newMotion(t.system, c, nil, 0)
		for i := range t.n {
			r.Fits = append(r.Fits, identify.Fit{Episode: r.episodes[e], Body: i})
		}
		fits := r.Fits[len(r.Fits)-t.n:]
		for k := range t.frames {
			if t.exact == nil {
				m.set(t.nodes[k/t.window*4*t.n:(k/t.window+1)*4*t.n], false)
			} else if k > 0 {
				m.set(t.exact[(k-1)*4*t.n:k*4*t.n], false)
				m.advance()
			} else {
				m.set(t.exact[:4*t.n], false)
			}
			for i := range fits {
				x, y, ok := t.place(k, i)
				if !ok {
					continue
				}
				f := &fits[i]
				f.Times = append(f.Times, float64(k)*t.frame)
				f.Seen = append(f.Seen, sim.Vec{X: x, Y: y})
				f.Fitted = append(f.Fitted, sim.Vec{X: m.x[4*i], Y: m.x[4*i+1]})
			}
		}
	}
}
