package hits

import (
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

// lay makes the constants for a grouping and tells the windows theirs.
func (s *study) lay(g grouping, pairs, walls, mu float64, masses []float64) *constants {
	c := &constants{}
	for _, w := range s.windows {
		e, how := pairs, g.pairs
		if w.wall {
			e, how = walls, g.walls
		}
		of := s.of(w, how)
		w.elastic = c.add(identify.Elasticity, of, e)
		w.rubs = c.add(identify.Friction, of, mu)
	}
	for _, w := range s.windows {
		for k := range w.sides {
			d := &w.sides[k]
			d.massAt = none
			if d.moves && !w.wall && w.sides[1-k].moves && s.unit[s.island[d.body]] != d.body {
				d.massAt = c.add(identify.Mass, s.label.Body(d.body), masses[d.body])
			}
		}
	}
	return c
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
	a = s.scene.Bodies[w.impact.Body].Shapes[0].Material
	if w.wall {
		return a, s.scene.Walls[-1-w.impact.Other].Material
	}
	return a, s.scene.Bodies[w.impact.Other].Shapes[0].Material
}
