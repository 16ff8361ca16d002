package contact

// sweeper does all rounds over the points of scenes, each way in which that can be done.
type sweeper interface {
	// alone does those of scene k over its bodies, in portable code, ties included.
	alone(k int, from, to extent)
	// abreast puts scene k, the edges from…to of it, into the next lane. When all lanes are full it does them.
	abreast(k, from, to int)
	// flush does the lanes that wait.
	flush()
	// crowd does those of scene k, which has many points, in vectors. Velocities are those of spots.
	crowd(k, from, to int)
}

// settle does all rounds in every scene where nobody asks how: the quickest way for each. Velocities are v [n, 3] in m/s and
// rad/s; tied says whether ties count.
func (g *graph) settle(s sweeper, v []float32, spots *spots, tied bool) {
	crowded := spots.crowded[:0]
	for k := range g.scenes {
		from, to := g.bounds(k)
		ties := tied && from.ties < to.ties
		switch n := to.edges - from.edges; {
		case n == 0 && !ties:
		case ties:
			s.alone(k, from, to)
		case n <= mostFew:
			s.abreast(k, from.edges, to.edges)
		case vectors:
			crowded = append(crowded, k)
		default:
			s.alone(k, from, to)
		}
	}
	s.flush()
	if spots.crowded = crowded; len(crowded) == 0 {
		return
	}
	spots.reset(len(g.edges), len(v)/3)
	for _, k := range crowded {
		from, to := g.bounds(k)
		first, end := span(g.edges[from.edges:to.edges])
		spots.take(v, first, end)
		s.crowd(k, from.edges, to.edges)
		spots.give(v, first, end)
	}
}
