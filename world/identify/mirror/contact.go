package mirror

import (
	"orrery/sim"
	"orrery/world/identify"
)

// level says which contacts are taken to have the same surface.
type level int

const (
	pooled level = iota // those of two materials; of bodies without; of bodies and walls without
	paired              // those of two bodies, or of a body and a wall
	given               // the scenes are right
)

// group is contacts that have one surface.
type group struct {
	of    string
	told  sim.Surface        // as the first scene with such a contact has it
	joins map[[2]string]bool // materials in prepared scenes, the lesser first
}

// each calls do for every pair of a prepared scene that is of the group.
func (g *group) each(s *sim.Scene, do func(p *sim.Pair)) {
	for i := range s.Pairs {
		if p := &s.Pairs[i]; g.joins[materials(p.A, p.B)] {
			do(p)
		}
	}
}

func materials(a, b string) [2]string { return [2]string{min(a, b), max(a, b)} }

// contacts are the groups of contacts of some scenes.
type contacts struct {
	level  level
	groups []group
	of     map[[2]string]int // index of the group of two materials
}

// prepare returns copies of scenes in which every contact of a group has a sim.Pair, and the groups.
// Of level given there are none.
func prepare(scenes []*sim.Scene, at level) (*contacts, []*sim.Scene, error) {
	c := &contacts{level: at, of: map[[2]string]int{}}
	out := make([]*sim.Scene, len(scenes))
	if at == given {
		for i, s := range scenes {
			same := *s
			out[i] = &same
		}
		return c, out, nil
	}
	index := map[string]int{}
	for i, s := range scenes {
		var told []identify.Parameter
		var names []string
		eachContact(s, func(a, b *sim.Shape, body, other int) {
			of := c.name(s, a, b, body, other)
			names = append(names, of)
			if _, ok := index[of]; !ok {
				index[of] = len(c.groups)
				c.groups = append(c.groups, group{of: of, told: s.Contact(a, b), joins: map[[2]string]bool{}})
			}
			g := &c.groups[index[of]]
			told = append(told, identify.Known(identify.Elasticity, of, g.told.Elasticity, 0, 0, "", ""), identify.Known(identify.Friction, of, g.told.Friction, 0, 0, "", ""))
		})
		filled, err := identify.Fill(s, told, nil)
		if err != nil {
			return nil, nil, err
		}
		n := 0
		eachContact(filled, func(a, b *sim.Shape, _, _ int) {
			k := index[names[n]]
			n++
			m := materials(a.Material, b.Material)
			c.groups[k].joins[m], c.of[m] = true, k
		})
		out[i] = filled
	}
	return c, out, nil
}

// name returns of what the surface of a contact is; other is -1-k for wall k.
func (c *contacts) name(s *sim.Scene, a, b *sim.Shape, body, other int) string {
	label := identify.Label{Scene: s}
	switch {
	case c.level == paired:
		return label.Pair(body, other)
	case a.Material != "" && b.Material != "":
		return label.Materials(a.Material, b.Material)
	case other < 0:
		return identify.Wall
	}
	return identify.Scene
}

// eachContact calls do for every two shapes that may touch; other is -1-k for wall k.
func eachContact(s *sim.Scene, do func(a, b *sim.Shape, body, other int)) {
	for i := range s.Bodies {
		for x := range s.Bodies[i].Shapes {
			for j := range i {
				fixed := s.Bodies[i].Kind == sim.Kinematic && s.Bodies[j].Kind == sim.Kinematic
				if fixed || s.Bodies[i].Group != 0 && s.Bodies[i].Group == s.Bodies[j].Group {
					continue
				}
				for y := range s.Bodies[j].Shapes {
					do(&s.Bodies[i].Shapes[x], &s.Bodies[j].Shapes[y], i, j)
				}
			}
			for k := range s.Walls {
				if s.Bodies[i].Kind == sim.Dynamic {
					do(&s.Bodies[i].Shapes[x], &s.Walls[k], i, -1-k)
				}
			}
		}
	}
}
