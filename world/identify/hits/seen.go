package hits

import (
	"context"
	"math"
	"runtime"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"orrery/sim"
	"orrery/world/geom"
	"orrery/world/identify"
	"orrery/world/observe"
)

// point is one sight of a body.
type point struct {
	at   float64    // s
	seen [3]float64 // m, m, rad
	off  [3]float64 // their standard deviations; 0 where it was not measured
	id   int        // of this sight among all
	near bool       // it touches something, as far as noise lets that be told
}

// leg is a body's flight from one impact to the next.
type leg struct {
	episode, body int
	points        []point
	from, to      int // impacts of the episode that it lies between, or -1
}

// episode is one watch with what was found in it.
type episode struct {
	scene   *sim.Scene
	impacts []sim.Impact
	legs    [][]int // [body] indices of its legs, in order
}

// seen is all that was seen.
type seen struct {
	law      observe.Law
	episodes []episode
	legs     []leg
	points   int       // that legs have
	turns    [][]turn  // [episode] that no impact explains
	reaches  [][]reach // [episode] of the impacts of discs
	beats    []float64 // [episode] s, from one picture to the next
}

// look estimates the impacts of all watches and cuts the ways of bodies at them.
func look(ctx context.Context, watches []*observe.Watch, o *identify.Options) (*seen, error) {
	law, err := observe.Measure(ctx, watches)
	if err != nil {
		return nil, err
	}
	s := &seen{law: law, episodes: make([]episode, len(watches)), turns: make([][]turn, len(watches)), reaches: make([][]reach, len(watches)), beats: make([]float64, len(watches))}
	var mu sync.Mutex
	done := 0
	err = each(ctx, len(watches), o.Workers, func(k int) error {
		e, err := observe.Smooth(ctx, watches[k], &law, watches[k].Times)
		if err != nil {
			return err
		}
		s.episodes[k] = episode{scene: watches[k].Scene, impacts: e.Impacts}
		s.turns[k] = s.turn(k, watches[k], e)
		s.reaches[k] = s.reach(watches[k], e)
		if n := len(watches[k].Times); n > 1 {
			s.beats[k] = (watches[k].Times[n-1] - watches[k].Times[0]) / float64(n-1)
		}
		mu.Lock()
		defer mu.Unlock()
		done++
		o.Report("impacts", float64(done), float64(len(watches)))
		return nil
	})
	if err != nil {
		return nil, err
	}
	for k, w := range watches {
		s.cut(k, w)
	}
	return s, nil
}

// unsure, in deviations of its time, is how near to an impact a sight may be on either side of it.
const unsure = 4

// justAfter is the share of a beat by which a sight may be later than an impact at it and still be of before.
const justAfter = 0.01

// end returns the time in s until which sights are of before an impact, so many deviations of its time later.
func (s *seen) end(hit *sim.Impact, deviations float64) float64 {
	if s.law.OnBeat(hit.Time) {
		return hit.Time + justAfter*s.law.Beat
	}
	return hit.Time + deviations*hit.StdTime
}

// cut divides the ways of the bodies of an episode into legs.
func (s *seen) cut(k int, w *observe.Watch) {
	e := &s.episodes[k]
	e.legs = make([][]int, len(e.scene.Bodies))
	near := s.touching(w)
	for i := range e.scene.Bodies {
		var mine []int
		for h, hit := range e.impacts {
			if hit.Body == i || hit.Other == i {
				mine = append(mine, h)
			}
		}
		points := s.track(w, i, near)
		from, last := -1, 0
		for q := 0; q <= len(mine); q++ {
			l := leg{episode: k, body: i, from: from, to: -1}
			end := math.Inf(1)
			if q < len(mine) {
				l.to = mine[q]
				end = s.end(&e.impacts[mine[q]], 0)
			}
			next := last
			for next < len(points) && points[next].at < end {
				next++
			}
			l.points = points[last:next]
			e.legs[i] = append(e.legs[i], len(s.legs))
			s.legs = append(s.legs, l)
			from, last = l.to, next
		}
	}
}

// touched is the share of its reach within which a body counts as touching.
const touched = 0.02

// touching returns which bodies touch something at which pictures.
func (s *seen) touching(w *observe.Watch) [][]bool {
	detector := geom.NewDetector(w.Scene)
	state := make(sim.State, len(w.Scene.Bodies))
	near := make([][]bool, len(w.Times))
	var found []geom.Clearance
	for k, sights := range w.Sights {
		near[k] = make([]bool, len(sights))
		most := 0.0
		for i, v := range sights {
			state[i] = sim.BodyState{X: 1e6 * float64(i+1), Y: 1e6} // far from everything
			if v.Seen {
				state[i] = sim.BodyState{X: v.X, Y: v.Y, Angle: v.Angle}
			}
			most = max(most, touched*w.Scene.Bodies[i].Reach())
		}
		found = detector.Clearances(found[:0], state, most+unsure*s.law.Noise+math.Abs(s.law.Skin)+s.law.Gap)
		for _, c := range found {
			near[k][c.A] = true
			if c.B >= 0 {
				near[k][c.B] = true
			}
		}
	}
	return near
}

// track returns what was seen of a body.
func (s *seen) track(w *observe.Watch, body int, near [][]bool) (out []point) {
	for k, sights := range w.Sights {
		v := sights[body]
		if !v.Seen && !v.Turned {
			continue
		}
		p := point{at: w.Times[k] + v.After, seen: [3]float64{v.X, v.Y, v.Angle}, id: s.points, near: near[k][body]}
		s.points++
		if v.Seen {
			p.off[0], p.off[1] = or(v.Std, s.law.Noise), or(v.Std, s.law.Noise)
		}
		if v.Turned {
			p.off[2] = or(v.StdTurn, s.law.Turn)
		}
		out = append(out, p)
	}
	return out
}

func or(v, other float64) float64 {
	if v > 0 {
		return v
	}
	return other
}

// flights returns the legs of bodies that fly freely: nothing ties them and they touch nothing for most of the time.
func (s *seen) flights() (out []*leg) {
	for k := range s.legs {
		l := &s.legs[k]
		near := 0
		for _, p := range l.points {
			if p.near {
				near++
			}
		}
		if free(s.episodes[l.episode].scene, l.body) && 3*near <= len(l.points) {
			out = append(out, l)
		}
	}
	return out
}

// leg returns the leg of a body that ends (after false) or begins (after true) with an impact.
func (s *seen) leg(e, body, impact int, after bool) *leg {
	for _, k := range s.episodes[e].legs[body] {
		l := &s.legs[k]
		if !after && l.to == impact || after && l.from == impact {
			return l
		}
	}
	return nil
}

// free reports whether nothing but gravity, drag and contacts acts on a body.
func free(scene *sim.Scene, body int) bool {
	b := &scene.Bodies[body]
	if b.Kind != sim.Dynamic || b.Grip != (sim.Grip{}) {
		return false
	}
	return !slices.ContainsFunc(scene.Joints, func(j sim.Joint) bool { return j.A == body || j.B == body }) &&
		!slices.ContainsFunc(scene.Fields, func(f sim.Field) bool { return f.A == body || f.B == body }) &&
		!slices.ContainsFunc(scene.Actuators, func(a sim.Actuator) bool { return a.Body == body || a.Kind == sim.Torque && a.Against == body })
}

// each calls do for 0 to n-1 on so many workers and returns an error of one of them. When ctx ends
// it begins no more.
func each(ctx context.Context, n, workers int, do func(k int) error) error {
	if workers <= 0 {
		workers = runtime.NumCPU()
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(workers)
	for k := range n {
		group.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			return do(k)
		})
	}
	return group.Wait()
}
