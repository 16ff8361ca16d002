package hits

import (
	"context"
	"math"

	"orrery/world/identify"
)

// extra are parameters of shapes, which the scene tells: they are fitted besides to say how well the
// motion agrees with them.
type extra struct {
	system  *system
	off     []float64 // standard deviations of its constants
	adopted bool      // what the scene tells contradicts the motion
}

// extend fits moments and radii besides all else. Where that explains much more, what the scene
// tells of them is not believed, for any constant.
func (s *study) extend(ctx context.Context) (err error) {
	if s.gyres, err = s.extended(ctx, identify.Moment, func(w *window, d *side, c *constants) {
		if d.turned {
			d.gyreAt = c.add(identify.Moment, s.label.Body(d.body), 0)
		}
	}); err != nil {
		return err
	}
	if s.seen.law.Gap > 0 { // where things touch is not exact, so sizes are not either
		return nil
	}
	s.radii, err = s.extended(ctx, identify.Radius, func(w *window, d *side, c *constants) {
		if d.radius > 0 {
			d.radiusAt = c.add(identify.Radius, s.label.Body(d.body), 0)
		}
	})
	return err
}

// extended fits the constants that add gives to the sides that move.
func (s *study) extended(ctx context.Context, name identify.Name, add func(*window, *side, *constants)) (*extra, error) {
	before, was := s.unknowns(), s.system
	c := &constants{all: append([]constant(nil), was.c.all...)}
	for _, w := range s.windows {
		for k := range w.sides {
			if w.sides[k].moves {
				add(w, &w.sides[k], c)
			}
		}
	}
	if len(c.all) == len(was.c.all) {
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
	for k := range e.off {
		e.off[k] = math.Inf(1)
		if noise != nil {
			e.off[k] = both(math.Sqrt(noise.At(k, k)), over, k)
		}
	}
	if e.adopted = cost+s.price(len(c.all)) < s.cost+s.price(len(was.c.all)); e.adopted {
		s.system, s.cost = y, cost
		return e, nil
	}
	s.restore(before)
	for _, w := range s.windows {
		for k := range w.sides {
			if name == identify.Moment {
				w.sides[k].gyreAt = none
			} else {
				w.sides[k].radiusAt = none
			}
		}
	}
	return e, nil
}
