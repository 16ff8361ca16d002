package mirror

import (
	"context"
	"math"
	"slices"

	"golang.org/x/sync/errgroup"

	"orrery/sim"
	"orrery/world/identify"
)

// Engine runs a scene from states that it is put into. It belongs to one goroutine.
type Engine interface {
	// Load takes a scene, which must not change while it is in use, and puts it at its start.
	Load(scene *sim.Scene) error
	// Reset puts the bodies into a state and forgets what pushed on what.
	Reset(state sim.State) error
	// Correct puts the bodies into a state and remembers what pushed on what.
	Correct(state sim.State) error
	// Frame advances by one frame.
	Frame(action sim.Action) error
	// State overwrites dst with the state of all bodies and returns it.
	State(dst sim.State) sim.State
}

// each is the numbers in which one body of one frame may be off.
const each = sim.StateSize

// range of spans of one episode, in the order in which they are chosen.
type share struct {
	episode int
	spans   []span
	knobs   [][]int // [spans] that matter
}

// problem is what is to be fitted.
type problem struct {
	survey  *survey
	knobs   []knob
	law     *identify.Solids // whose knobs are among them; nil without
	shares  []share
	workers int
	engines chan Engine
	dt      float64 // s, a step of the engine
	floor   float64 // m/s, below which errors are those of the digits kept
	spent   func(done, of int)
}

// rounding is the share of a number by which float32 has it off, with some to spare.
const rounding = 3e-7

// newProblem readies knobs for spans that were chosen.
func newProblem(v *survey, spans []span, knobs []knob, law *identify.Solids, engines chan Engine, workers int) *problem {
	p := &problem{survey: v, knobs: knobs, law: law, workers: workers, engines: engines, dt: v.scenes[0].StepTime()}
	farthest, fastest := 0.0, 0.0
	for _, s := range spans {
		if n := len(p.shares); n == 0 || p.shares[n-1].episode != s.episode {
			p.shares = append(p.shares, share{episode: s.episode})
		}
		last := &p.shares[len(p.shares)-1]
		last.spans = append(last.spans, s)
		last.knobs = append(last.knobs, p.matter(&s))
		for _, i := range s.bodies {
			b := v.trajectories[s.episode].States[s.first][i]
			farthest, fastest = max(farthest, b.Position().Len()), max(fastest, b.Velocity().Len())
		}
	}
	p.floor = rounding * (1e-3 + fastest + farthest/v.scenes[0].FrameTime())
	return p
}

// matter returns the knobs that may change what happens in a span.
func (p *problem) matter(s *span) (out []int) {
	scene := p.survey.scenes[s.episode]
	for i := range p.knobs {
		k := &p.knobs[i]
		yes := k.anywhere && (!s.free || k.rule == nil) || k.joint >= 0 || k.field >= 0
		if k.episode >= 0 && k.episode != s.episode {
			continue
		}
		if k.contact >= 0 {
			yes = slices.ContainsFunc(s.meetings, func(m meeting) bool { return m.group == k.contact })
		}
		if k.body >= 0 {
			yes = slices.Contains(s.bodies, k.body)
			if s.free && k.name != identify.Grip {
				yes = yes && (p.survey.tied || driven(scene, k.body))
			}
		}
		if yes {
			out = append(out, i)
		}
	}
	return out
}

// work returns what it costs to measure the problem with slopes: so many steps of so many bodies. To load
// a scene costs as much as a few.
func (p *problem) work() (sum int) {
	const load = 4
	for _, s := range p.shares {
		scene := p.survey.scenes[s.episode]
		for k := range s.spans {
			sum += (len(s.knobs[k]) + 1) * len(scene.Bodies) * (load + (s.spans[k].end-s.spans[k].from)*scene.Substeps)
		}
	}
	return sum
}

// driven reports whether a known force acts on a body.
func driven(scene *sim.Scene, body int) bool {
	return slices.ContainsFunc(scene.Actuators, func(a sim.Actuator) bool {
		switch a.Kind {
		case sim.Force, sim.Thrust:
			return a.Body == body
		case sim.Torque:
			return a.Body == body || a.Against == body
		case sim.Velocity, sim.Servo, sim.Steer:
			return false
		}
		panic("mirror: an actuator of an unknown kind")
	})
}

// scene returns the prepared scene of an episode with knobs turned to u.
func (p *problem) scene(episode int, u []float64) *sim.Scene {
	s := *p.survey.scenes[episode]
	s.Bodies, s.Joints, s.Fields, s.Pairs = slices.Clone(s.Bodies), slices.Clone(s.Joints), slices.Clone(s.Fields), slices.Clone(s.Pairs)
	if p.law != nil {
		law := p.law.Clone()
		for i := range p.knobs {
			if k := &p.knobs[i]; k.rule != nil {
				k.rule(law, k.outer(u[i], p.dt))
			}
		}
		plain := *p.survey.trajectories[episode].Scene // whose materials are those of the classes
		plain.Bodies = slices.Clone(plain.Bodies)
		law.Set(&plain)
		for i := range s.Bodies {
			s.Bodies[i].Mass, s.Bodies[i].Moment = plain.Bodies[i].Mass, plain.Bodies[i].Moment
		}
	}
	for i := range p.knobs {
		if k := &p.knobs[i]; k.set != nil && (k.episode < 0 || k.episode == episode) {
			k.set(&s, k.outer(u[i], p.dt))
		}
	}
	return &s
}

// lead runs the engine through a span and appends by how much it is off, [passages × bodies ×
// each] in m/s. What it cannot predict is nowhere.
func (p *problem) lead(e Engine, s *span, dst []float64, state *sim.State) []float64 {
	t := p.survey.trajectories[s.episode]
	dt := t.Scene.FrameTime()
	broken := e.Reset(t.States[s.from]) != nil
	for k := s.from; k < s.end; k++ {
		if k > s.from && !broken {
			broken = e.Correct(t.States[k]) != nil
		}
		broken = broken || e.Frame(t.Action(k)) != nil
		if k < s.first {
			continue
		}
		if broken {
			for range s.bodies {
				dst = append(dst, nowhere, nowhere, nowhere, nowhere, nowhere, nowhere)
			}
			continue
		}
		*state = e.State(*state)
		for _, i := range s.bodies {
			is, was := &t.States[k+1][i], &(*state)[i]
			reach := t.Scene.Bodies[i].Reach()
			dst = append(dst, (was.X-is.X)/dt, (was.Y-is.Y)/dt, reach*(was.Angle-is.Angle)/dt,
				was.VX-is.VX, was.VY-is.VY, reach*(was.Omega-is.Omega))
		}
	}
	return dst
}

// nowhere is how far off, in m/s, what cannot be predicted is.
const nowhere = 1e6

// errorsOf are by how much the engine is off in every span, [shares][spans][passages × bodies × each] in m/s.
type errorsOf [][][]float64

// slopes are the derivatives of errors by the knobs that matter, [shares][spans][knobs][errors].
type slopes [][][][]float64

// run leads the engine through all spans with the knobs at u.
func (p *problem) run(ctx context.Context, u []float64) (errorsOf, error) {
	out := make(errorsOf, len(p.shares))
	return out, p.parallel(ctx, len(p.shares), func(ctx context.Context, e Engine, i int) (err error) {
		out[i], err = p.episode(ctx, e, &p.shares[i], u, nil)
		return err
	})
}

// slope returns the derivatives at u, where the errors are those given: one run for each knob, turned
// a little.
func (p *problem) slope(ctx context.Context, u []float64, at errorsOf) (slopes, error) {
	out := make(slopes, len(p.shares))
	type job struct{ share, knob int }
	var jobs []job
	for i, s := range p.shares {
		out[i] = make([][][]float64, len(s.spans))
		for k := range s.spans {
			out[i][k] = make([][]float64, len(s.knobs[k]))
		}
		for knob := range p.knobs {
			if slices.ContainsFunc(s.knobs, func(all []int) bool { return slices.Contains(all, knob) }) {
				jobs = append(jobs, job{i, knob})
			}
		}
	}
	return out, p.parallel(ctx, len(jobs), func(ctx context.Context, e Engine, n int) error {
		i, knob := jobs[n].share, jobs[n].knob
		s, k := &p.shares[i], &p.knobs[knob]
		turned := slices.Clone(u)
		if turned[knob] += step; turned[knob] > k.inner(k.high, p.dt) {
			turned[knob] = u[knob] - step
		}
		by := turned[knob] - u[knob]
		off, err := p.episode(ctx, e, s, turned, func(span int) bool { return slices.Contains(s.knobs[span], knob) })
		if err != nil {
			return err
		}
		for span := range s.spans {
			place := slices.Index(s.knobs[span], knob)
			if place < 0 {
				continue
			}
			d := off[span]
			for x := range d {
				if d[x] = (d[x] - at[i][span][x]) / by; !(math.Abs(d[x]) <= nowhere) {
					d[x] = 0 // the engine broke down
				}
			}
			out[i][span][place] = d
		}
		return nil
	})
}

// parallel calls do for 0 to n−1 with an engine.
func (p *problem) parallel(ctx context.Context, n int, do func(ctx context.Context, e Engine, i int) error) error {
	all, ctx := errgroup.WithContext(ctx)
	all.SetLimit(p.workers)
	for i := range n {
		all.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			e := <-p.engines
			defer func() { p.engines <- e }()
			return do(ctx, e, i)
		})
	}
	return all.Wait()
}

// episode leads the engine through those spans of an episode that are wanted; nil is all.
func (p *problem) episode(ctx context.Context, e Engine, s *share, u []float64, wanted func(span int) bool) ([][]float64, error) {
	out := make([][]float64, len(s.spans))
	if err := e.Load(p.scene(s.episode, u)); err != nil {
		return nil, err
	}
	var state sim.State
	for k := range s.spans {
		if wanted == nil || wanted(k) {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			out[k] = p.lead(e, &s.spans[k], nil, &state)
		}
	}
	return out, nil
}

// sums are what all spans say of the knobs at a place, with the weights of a scale.
type sums struct {
	cost   float64
	h      []float64 // [knobs × knobs] curvature, the lower half; nil without slopes
	g      []float64 // [knobs] slope
	single []float64 // [shares × knobs] slope of each episode
	off    []float64 // m/s, of each body and frame
	met    []bool    // likewise, whether it met something
}

// weigh sums up errors and slopes, of which there may be none.
func (p *problem) weigh(off errorsOf, d slopes, scale float64) *sums {
	n := len(p.knobs)
	sum := &sums{}
	if d != nil {
		sum.h, sum.g = make([]float64, n*n), make([]float64, n)
	}
	for i := range p.shares {
		s := &p.shares[i]
		before := slices.Clone(sum.g)
		for k := range s.spans {
			var slope [][]float64
			if d != nil {
				slope = d[i][k]
			}
			p.gather(sum, &s.spans[k], s.knobs[k], off[i][k], slope, scale)
		}
		for k := range before {
			sum.single = append(sum.single, sum.g[k]-before[k])
		}
	}
	return sum
}

func indices(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// gather adds the errors of a span, weighed by Cauchy's function: those much beyond the scale count little.
func (p *problem) gather(sum *sums, s *span, knobs []int, off []float64, slope [][]float64, scale float64) {
	n := len(p.knobs)
	for at := 0; at < len(off); at += each {
		square := 0.0
		for _, v := range off[at : at+each] {
			square += v * v
		}
		body := s.bodies[at/each%len(s.bodies)]
		sum.off = append(sum.off, math.Sqrt(square))
		sum.met = append(sum.met, slices.ContainsFunc(s.meetings, func(m meeting) bool { return m.a == body || m.b == body }))
		sum.cost += math.Log1p(square / (scale * scale))
		if len(slope) == 0 {
			continue
		}
		w := 1 / (scale*scale + square)
		for a, i := range knobs {
			for b, j := range knobs[:a+1] {
				v := 0.0
				for x := at; x < at+each; x++ {
					v += slope[a][x] * slope[b][x]
				}
				sum.h[i*n+j] += w * v
			}
			for x := at; x < at+each; x++ {
				sum.g[i] += w * slope[a][x] * off[x]
			}
		}
	}
}
