package hits

import (
	"context"
	"math"

	"orrery/world/identify"
)

// grouping says which contacts share an elasticity and a friction.
type grouping struct {
	pairs, walls share
}

// share says what contacts of one kind have in common.
type share int

const (
	whole     share = iota // all are alike
	materials              // those of the same two materials are
	single                 // those of the same two bodies, or of the same body and any wall
	sided                  // those of the same wall
)

// lay makes the constants for a grouping and tells the windows theirs. Start returns where the
// elasticity or the friction of a window begins; nil is 0.
func (s *study) lay(g grouping, start func(identify.Name, *window) float64, masses []float64) *constants {
	if start == nil {
		start = func(identify.Name, *window) float64 { return 0 }
	}
	c := &constants{}
	for _, w := range s.windows {
		how := g.pairs
		if w.wall {
			how = g.walls
		}
		of := s.of(w, how)
		w.elastic = c.add(identify.Elasticity, of, start(identify.Elasticity, w))
		w.rubs = c.add(identify.Friction, of, start(identify.Friction, w))
	}
	for _, w := range s.windows {
		w.shiftAt = none
		for k := range w.sides {
			d := &w.sides[k]
			d.massAt, d.gyreAt, d.radiusAt = none, none, none
			if d.moves && !w.wall && w.sides[1-k].moves && s.unit[s.island[d.number]] != d.number {
				d.massAt = c.add(identify.Mass, s.name(w.episode, d.body), masses[d.number])
			}
		}
	}
	return c
}

// choose decides how many constants there are: more than one for all pairs of bodies, or for all
// walls, where they explain more than they cost.
func (s *study) choose(ctx context.Context) error {
	for _, walls := range []bool{false, true} {
		for _, how := range s.alternatives(walls) {
			g := s.grouping
			if walls {
				g.walls = how
			} else {
				g.pairs = how
			}
			if err := s.try(ctx, g); err != nil {
				return err
			}
		}
	}
	return nil
}

// alternatives returns the ways in which contacts may have more than one constant: each needs two
// groups of which enough hits were seen.
func (s *study) alternatives(walls bool) (out []share) {
	ways := []share{materials, single}
	switch {
	case s.bodies.varied: // bodies and walls of one index are not the same ones
		ways = ways[:1]
	case walls:
		ways = append(ways, sided)
	}
	for _, how := range ways {
		counts := map[string]int{}
		for _, w := range s.windows {
			if w.wall == walls {
				counts[s.of(w, how)]++
			}
		}
		groups := 0
		for _, n := range counts {
			if n >= few {
				groups++
			}
		}
		if groups >= 2 && len(counts) < len(s.windows)/2 {
			out = append(out, how)
		}
	}
	return out
}

// few is the number of hits from which a group may have constants of its own.
const few = 3

// price is what a constant must explain beyond chance, in units of the noise: as a sight counts in
// two windows, twice what Schwarz (1978) asks.
func (s *study) price(constants int) float64 {
	return 2 * s.scale * float64(constants) * math.Log(float64(max(len(s.windows), 3)))
}

// matters is by how much an elasticity or a friction must differ from what is common to all before
// contacts have their own: engines differ from the law by less.
const matters = 0.01

// try takes a grouping if it explains enough.
func (s *study) try(ctx context.Context, g grouping) error {
	before, was := s.keep(), s.system
	x := was.c.values()
	masses := make([]float64, s.bodies.n)
	starts := make(map[*window][2]float64, len(s.windows))
	for _, w := range s.windows {
		starts[w] = [2]float64{x[w.elastic], x[w.rubs]}
		for k := range w.sides {
			masses[w.sides[k].number] = at(x, w.sides[k].massAt, masses[w.sides[k].number])
		}
	}
	y := s.windowed(s.lay(g, func(name identify.Name, w *window) float64 {
		if name == identify.Elasticity {
			return starts[w][0]
		}
		return starts[w][1]
	}, masses))
	cost, err := s.anneal(ctx, y)
	if err != nil {
		return err
	}
	differs := false
	next := y.c.values()
	for _, w := range s.windows {
		differs = differs || math.Abs(next[w.elastic]-starts[w][0]) > matters || math.Abs(next[w.rubs]-starts[w][1]) > matters
	}
	if differs && cost+s.price(len(y.c.all)) < s.cost+s.price(len(was.c.all)) {
		s.system, s.cost, s.grouping = y, cost, g
		return nil
	}
	s.lay(s.grouping, nil, masses)
	s.restore(before)
	return nil
}

// of returns what the contact of a window is of, in a grouping.
func (s *study) of(w *window, how share) string {
	switch how {
	case materials:
		return s.label.Materials(s.material(w))
	case single:
		if w.wall {
			return s.label.Body(w.impact.Body) + "-" + identify.Wall
		}
		return s.label.Pair(w.impact.Body, w.impact.Other)
	case sided:
		if w.wall {
			return s.label.WallAt(-1 - w.impact.Other)
		}
	case whole:
	}
	if w.wall {
		return identify.Wall
	}
	return identify.Scene
}

// material returns the materials of the two that meet in a window.
func (s *study) material(w *window) (a, b string) {
	scene := s.seen.episodes[w.episode].scene
	a = scene.Bodies[w.impact.Body].Shapes[0].Material
	if w.wall {
		return a, scene.Walls[-1-w.impact.Other].Material
	}
	return a, scene.Bodies[w.impact.Other].Shapes[0].Material
}
