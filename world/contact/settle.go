package contact

// abreast says whether scenes of few points are swept side by side; tests turn it off.
var abreast = true

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

// settle does all rounds in every scene, the quickest way for each. Velocities are v [n, 3] in m/s and
// rad/s; tied says whether ties count, recorded whether there will be a way back, which crowds do not know.
func (g *graph) settle(s sweeper, v []float32, spots *spots, tied, recorded bool) {
	crowded := spots.crowded[:0]
	for k := range g.scenes {
		from, to := g.bounds(k)
		ties := tied && from.ties < to.ties
		switch n := to.edges - from.edges; {
		case n == 0 && !ties:
		case ties:
			s.alone(k, from, to)
		case n <= mostFew && abreast:
			s.abreast(k, from.edges, to.edges)
		case vectors && !recorded:
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
