package walls

import "math"

// sinks are how far bodies may go into a wall before they turn back, each as a share of their way from one picture to the
// next. What is real turns back at the surface. Engines move bodies in steps, and turn those that a step has taken into
// a wall: by a step at most, and any depth up to it is as likely.
var sinks = [...]float64{0, 1. / 8, 1. / 4, 1. / 2, 1}

// What is taken for granted where hits and edges place a wall.
const (
	steady   = 0.5  // probability that bodies turn back at the surface; the other sinks share what is left
	blunder  = 0.05 // share of hits whose place tells nothing, such as those of bodies that another one hit at the same time
	field    = 20.0 // px in which such places are
	sharp    = 0.05 // px, standard deviation of the place of a hit, at least
	drawn    = 0.95 // probability that the surface is at an edge, or in the middle of two that are a line
	edgeStd  = 0.1  // px, standard deviation of the place of an edge
	lineWide = 5.0  // px between the two edges of a line that stands for a surface, at most
	searched = 6.0  // px on either side in which the surface is
	fine     = 0.02 // px between the heights that are tried
)

// touch is where a hit came nearest to a wall.
type touch struct {
	height float64 // px along the normal of the wall
	std    float64 // px
	way    float64 // px that the body went into the wall from one picture to the next
}

// place puts walls where their hits are, but for those at a single edge of the picture, which tells it.
func place(found []Wall, hits []Hit, ground *Picture) {
	surfaces := make([]surface, len(found))
	for i := range found {
		at := found[i].span()
		surfaces[i] = surface{touches: at.touches(hits), about: at.height}
		if ground != nil && found[i].Edge {
			surfaces[i].edges = ground.edges(at, edgesReach)
		}
	}
	heights, stds := settle(surfaces)
	for i := range found {
		w := &found[i]
		if w.Edge && len(surfaces[i].edges) < 2 {
			w.Std = edgeStd
			continue
		}
		shift := w.Normal().Scale(heights[i] - surfaces[i].about)
		w.A, w.B, w.Std = w.A.Add(shift), w.B.Add(shift), stds[i]
	}
}

// span returns the piece of a line that a wall is.
func (w *Wall) span() span {
	s := span{normal: w.Normal(), height: w.Normal().Dot(w.A)}
	s.low, s.high = s.along().Dot(w.A), s.along().Dot(w.B)
	return s
}

// touches returns the hits at a piece of a wall: pushed away from it, and as deep in it as bodies may sink in.
func (s span) touches(hits []Hit) (found []touch) {
	for i := range hits {
		h := &hits[i]
		if !(h.Push.Dot(s.normal) > math.Cos(cone)*h.Push.Len()) {
			continue
		}
		t := touch{height: h.lowest(s.normal), std: math.Hypot(sharp, h.Doubt), way: max(-h.way.Dot(s.normal), 0)}
		low, high := h.extent(s.along(), s.normal)
		deep := s.height - t.height
		if high > s.low-piece && low < s.high+piece && deep > -edgeReach-2*h.Doubt && deep < edgeReach+2*h.Doubt+t.way {
			found = append(found, t)
		}
	}
	return found
}

// surface is what tells where the surface of a wall is.
type surface struct {
	touches []touch
	edges   []float64 // px along the normal, those of the picture near it in ascending order
	about   float64   // px, the middle of the heights that are tried
}

// settle returns where surfaces are, in px along their normals, and the standard deviations: from where bodies touched them, and from
// the edges of the picture near them. Bodies sink into all walls of a film alike.
func settle(surfaces []surface) (heights, stds []float64) {
	likely := make([][][len(sinks)]float64, len(surfaces)) // logarithms, of each height with each sink
	all := make([][len(sinks)]float64, len(surfaces))      // of each sink, whatever the height
	for i := range surfaces {
		likely[i] = surfaces[i].likely()
		for sink := range sinks {
			all[i][sink] = sumOfLogs(len(likely[i]), func(k int) float64 { return likely[i][k][sink] })
		}
	}
	for i := range surfaces {
		var before [len(sinks)]float64 // what the other walls tell about the sink
		for sink := range sinks {
			before[sink] = math.Log((1 - steady) / float64(len(sinks)-1))
			if sinks[sink] == 0 {
				before[sink] = math.Log(steady)
			}
			for j := range all {
				if j != i {
					before[sink] += all[j][sink]
				}
			}
		}
		height, std := surfaces[i].middle(func(k int) float64 {
			return sumOfLogs(len(sinks), func(sink int) float64 { return before[sink] + likely[i][k][sink] })
		})
		heights, stds = append(heights, height), append(stds, std)
	}
	return heights, stds
}

// sumOfLogs returns the logarithm of the sum of n numbers of which the logarithms are given.
func sumOfLogs(n int, log func(k int) float64) float64 {
	most, sum := math.Inf(-1), 0.0
	for k := range n {
		most = max(most, log(k))
	}
	for k := range n {
		sum += math.Exp(log(k) - most)
	}
	return most + math.Log(sum)
}

// tried is the number of heights that are tried.
const tried = int(2*searched/fine) + 1

// at returns the k-th height that is tried.
func (s *surface) at(k int) float64 { return s.about - searched + float64(k)*fine }

// likely returns how likely it is, as a logarithm, that the surface is at each height and bodies sink in by each share.
func (s *surface) likely() [][len(sinks)]float64 {
	marks, weights := s.marks()
	logs := make([][len(sinks)]float64, tried)
	for k := range logs {
		height := s.at(k)
		density := (1 - drawn) / (2 * searched)
		for i, m := range marks {
			density += drawn * weights[i] * normal(height-m, edgeStd)
		}
		for sink := range sinks {
			logs[k][sink] = math.Log(density)
			for i := range s.touches {
				t := &s.touches[i]
				logs[k][sink] += math.Log((1-blunder)*t.density(height, sinks[sink]*t.way) + blunder/field)
			}
		}
	}
	return logs
}

// marks returns where a surface may be drawn, and how likely each is: at edges, and in the middle of lines, which is nowhere far off.
func (s *surface) marks() (marks, weights []float64) {
	for _, e := range s.edges {
		marks, weights = append(marks, e), append(weights, 1)
	}
	for i := 1; i < len(s.edges); i++ {
		if s.edges[i]-s.edges[i-1] <= lineWide {
			marks, weights = append(marks, (s.edges[i]+s.edges[i-1])/2), append(weights, 2)
		}
	}
	sum := 0.0
	for _, w := range weights {
		sum += w
	}
	for i := range weights {
		weights[i] /= sum
	}
	return marks, weights
}

// middle returns the middle of the heights that are about as likely as the likeliest, and the standard deviation of all about it.
func (s *surface) middle(log func(k int) float64) (height, std float64) {
	weights, best := make([]float64, tried), 0
	for k := range weights {
		if weights[k] = log(k); weights[k] > weights[best] {
			best = k
		}
	}
	most, sum := weights[best], 0.0
	for k := range weights {
		weights[k] = math.Exp(weights[k] - most)
		sum += weights[k]
	}
	low, high := best, best
	for low > 0 && weights[low-1] > 0.5 {
		low--
	}
	for high+1 < tried && weights[high+1] > 0.5 {
		high++
	}
	height = (s.at(low) + s.at(high)) / 2
	for k, w := range weights {
		std += w / sum * (s.at(k) - height) * (s.at(k) - height)
	}
	return height, math.Sqrt(std)
}

// density returns how likely a touch is of a surface at a height into which bodies sink by no more than so many px: the density of a px.
func (t *touch) density(height, sink float64) float64 {
	deep := height - t.height
	if sink < t.std {
		return normal(deep, t.std)
	}
	return (share(deep/t.std) - share((deep-sink)/t.std)) / sink
}

// normal returns the density of a normal distribution about 0.
func normal(x, std float64) float64 {
	return math.Exp(-x*x/(2*std*std)) / (std * math.Sqrt(2*math.Pi))
}

// share returns the share of a normal distribution below so many standard deviations.
func share(x float64) float64 { return math.Erfc(-x/math.Sqrt2) / 2 }

// edges returns the heights of all clear edges of the picture along a span, no further than reach from its height, in ascending order.
func (p *Picture) edges(s span, reach float64) (heights []float64) {
	f := p.across(s, reach)
	least := p.least(max(s.high-s.low, piece))
	for k := range f.steps {
		least = max(least, f.steps[k]/3)
	}
	for k := 3; k+3 < len(f.steps); k++ {
		top := f.steps[k] >= least
		for near := k - 2; near <= k+2; near++ { // a px on either side
			top = top && (f.steps[k] > f.steps[near] || near == k || near > k && f.steps[k] == f.steps[near])
		}
		if top {
			heights = append(heights, f.middle(k))
		}
	}
	return heights
}
