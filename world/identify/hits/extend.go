package hits

import (
	"context"
	"math"
	"slices"

	"orrery/world/identify"
)

// extra are parameters of shapes, which the scene tells: they are fitted besides to say how well the
// motion agrees with them.
type extra struct {
	system  *system
	off     []float64 // standard deviations of its constants
	adopted bool      // what the scene tells contradicts the motion
}

// loose is how much better a window may explain an impact at a gap of its own, in units of the
// noise, where all touch at the same gap.
const loose = 0.7

// exactly finds out whether all touch at the same gap, although package observe was not sure of it.
func (s *study) exactly(ctx context.Context) error {
	if !(s.seen.law.Gap > 0) || s.seen.law.Beat > 0 {
		return nil
	}
	back := s.tighten(s.seen.law.Skin)
	x := s.system.c.values()
	cost, err := s.anneal(ctx, s.system)
	if err != nil {
		return err
	}
	if cost < s.cost+loose*s.scale*float64(len(s.windows)) {
		s.cost = cost
		return nil
	}
	back()
	for k := range x {
		s.system.c.all[k].x = x[k]
	}
	return nil
}

// tighten lets all touch at a gap exactly. It returns what takes that back.
func (s *study) tighten(gap float64) (back func()) {
	type was struct {
		gap, off float64
		z        []float64
	}
	before := make([]was, len(s.windows))
	for k, w := range s.windows {
		before[k] = was{w.gap, w.off, slices.Clone(w.z)}
		w.z = w.z[:size*len(w.sides)]
		w.gap, w.off = gap, 0
	}
	return func() {
		for k, w := range s.windows {
			w.gap, w.off, w.z = before[k].gap, before[k].off, before[k].z
		}
	}
}

// extend fits moments and radii besides all else. Where that explains much more, what the scene
// tells of them is not believed, for any constant.
func (s *study) extend(ctx context.Context) error {
	if err := s.sized(ctx); err != nil {
		return err
	}
	s.o.Report("fit", 2, 3)
	var err error
	s.gyres, err = s.extended(ctx, s.price(1), 0.02, func(_ *window, d *side, c *constants) {
		if d.turned {
			d.gyreAt = c.add(identify.Moment, s.label.Body(d.body), 0)
		}
	})
	s.o.Report("fit", 3, 3)
	return err
}

// sized fits radii, which do not show where things overlap by any part of a step's way when they hit. Where things do not touch at the same gap, wrong radii may be why.
func (s *study) sized(ctx context.Context) error {
	if s.seen.law.Beat > 0 {
		return nil
	}
	free := 0.0
	if len(s.windows) > 0 && s.windows[0].off > 0 {
		free = loose * s.scale * float64(len(s.windows))
	}
	pairs := 0
	for _, w := range s.windows {
		if w.round {
			pairs++
		}
	}
	movable := pairs >= few // without them, radii and places of walls that were found are one
	back := s.tighten(0)
	e, err := s.extended(ctx, s.price(1)-free/max(1, float64(len(s.scene.Bodies))), 0.005, func(w *window, d *side, c *constants) {
		if d.radius > 0 {
			d.radiusAt = c.add(identify.Radius, s.label.Body(d.body), 0)
		}
		if k := -1 - w.impact.Other; movable && w.wall && k >= len(s.scene.Walls)-len(s.lines) {
			w.shiftAt = c.add(identify.Length, s.label.WallAt(k), 0)
		}
	})
	if err != nil {
		return err
	}
	if e == nil || !e.adopted {
		back()
		if free > 0 {
			return nil // where things touch is not exact, so sizes are not either
		}
	}
	s.radii = e
	return nil
}

// extended fits the constants that add gives to the sides that move. They are adopted if each
// explains as much as its price and one differs from what is told by a share of at least enough.
func (s *study) extended(ctx context.Context, price, enough float64, add func(*window, *side, *constants)) (*extra, error) {
	before, was := s.keep(), s.system
	x := was.c.values()
	c := &constants{all: slices.Clone(was.c.all)}
	told := map[int]float64{} // what a coordinate is a share of
	for _, w := range s.windows {
		for k := range w.sides {
			if !w.sides[k].moves {
				continue
			}
			n := len(c.all)
			add(w, &w.sides[k], c)
			for ; n < len(c.all); n++ {
				told[n] = 1
				if c.all[n].name == identify.Radius {
					told[n] = w.sides[k].radius
				}
			}
		}
	}
	if len(c.all) == len(x) {
		return nil, nil
	}
	y := s.windowed(c)
	cost, err := s.anneal(ctx, y)
	if err != nil {
		return nil, err
	}
	e := &extra{system: y, off: make([]float64, len(c.all))}
	noise, over, err := y.spread(ctx, s.scale, s.o.Seed)
	if err != nil {
		return nil, err
	}
	differs := false
	for k := range e.off {
		e.off[k] = math.Inf(1)
		if noise != nil {
			e.off[k] = both(math.Sqrt(noise.At(k, k)), over, k)
		}
		if k >= len(x) {
			d := math.Abs(c.all[k].x) / told[k]
			differs = differs || d > enough && d > 3*e.off[k]/told[k]
		}
	}
	if e.adopted = differs && cost+price*float64(len(c.all)-len(x)) < s.cost; e.adopted {
		s.system, s.cost = y, cost
		return e, nil
	}
	s.restore(before)
	for _, w := range s.windows {
		if w.shiftAt >= len(x) {
			w.shiftAt = none
		}
		for k := range w.sides {
			d := &w.sides[k]
			for _, at := range []*int{&d.gyreAt, &d.radiusAt} {
				if *at >= len(x) {
					*at = none
				}
			}
		}
	}
	return e, nil
}
