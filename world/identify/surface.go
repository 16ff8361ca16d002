package identify

import (
	"fmt"

	"orrery/sim"
)

// surfaces writes elasticity and friction of contacts. Surfaces of a scene multiply, which few
// measured values do, so each contact that was measured becomes a sim.Pair of materials.
func (f *filling) surfaces() {
	if len(f.values[Elasticity])+len(f.values[Friction])+len(f.least[Friction]) == 0 {
		return
	}
	f.materials()
	s := f.out
	for i := range s.Bodies {
		for a := range s.Bodies[i].Shapes {
			for j := range i {
				for b := range s.Bodies[j].Shapes {
					f.contact(&s.Bodies[i].Shapes[a], &s.Bodies[j].Shapes[b], f.label.Pair(j, i), Scene)
				}
			}
			for k := range s.Walls {
				f.contact(&s.Bodies[i].Shapes[a], &s.Walls[k], f.label.Pair(i, -1-k), Wall)
			}
		}
	}
}

// contact writes what was measured of two shapes, of which the most special counts: of the pair
// itself, of its materials, of all pairs of its kind.
func (f *filling) contact(a, b *sim.Shape, pair, all string) {
	c, found := f.out.Contact(a, b), false
	for _, of := range []string{all, f.label.Materials(a.Material, b.Material), pair} {
		found = f.set(&c.Elasticity, Elasticity, of) || found
		found = f.set(&c.Friction, Friction, of) || found
	}
	if !found {
		return
	}
	p := f.out.PairOf(a, b)
	if p == nil {
		f.out.Pairs = append(f.out.Pairs, sim.Pair{A: a.Material, B: b.Material})
		p = &f.out.Pairs[len(f.out.Pairs)-1]
	}
	p.Elasticity, p.Friction = min(max(c.Elasticity, 0), 1), max(c.Friction, 0)
}

// materials gives a material to every shape that has none: one to all bodies and one to all walls
// where contacts were measured together, else one to each body and each wall.
func (f *filling) materials() {
	s := f.out
	taken := map[string]bool{}
	mark := func(m *sim.Shape) { taken[m.Material] = true }
	for i := range s.Bodies {
		for k := range s.Bodies[i].Shapes {
			mark(&s.Bodies[i].Shapes[k])
		}
	}
	for k := range s.Walls {
		mark(&s.Walls[k])
	}
	free := func(name string) string {
		out := name
		for n := 2; taken[out]; n++ {
			out = fmt.Sprintf("%s %d", name, n)
		}
		taken[out] = true
		return out
	}
	each := f.special()
	body, wall := free("body"), free("wall")
	for i := range s.Bodies {
		if each {
			body = free(f.label.Body(i))
		}
		for k := range s.Bodies[i].Shapes {
			if m := &s.Bodies[i].Shapes[k].Material; *m == "" {
				*m = body
			}
		}
	}
	for k := range s.Walls {
		if each {
			wall = free(f.label.WallAt(k))
		}
		if m := &s.Walls[k].Material; *m == "" {
			*m = wall
		}
	}
}

// special reports whether contacts of some body with another or a wall were measured by themselves.
func (f *filling) special() bool {
	for _, name := range []Name{Elasticity, Friction} {
		for i := range f.out.Bodies {
			for j := -len(f.out.Walls); j < i; j++ {
				of := f.label.Pair(i, j)
				_, known := f.values[name][of]
				if _, bounded := f.least[name][of]; known || bounded {
					return true
				}
			}
		}
	}
	return false
}
