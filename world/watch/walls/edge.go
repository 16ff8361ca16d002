package walls

import (
	"math"
	"slices"

	"orrery/sim"
)

// How edges are looked for.
const (
	clearEdge = 8.0  // standard deviations of the noise that values differ across an edge, at least
	leastStep = 3.0  // values, 0 to 255, that they differ at least
	piece     = 12.0 // px of a wall that are looked at together
	mostGap   = 3    // pieces without an edge at which a wall ends
	nearEdge  = 1.5  // px from an edge that is known to that of its next piece, at most
)

// span is a straight piece: from low to high, in px along it, at a height in px along its normal.
type span struct {
	normal            sim.Vec
	height, low, high float64
}

// along returns the direction from low to high, which has the free side on its left.
func (s span) along() sim.Vec { return sim.Vec{X: s.normal.Y, Y: -s.normal.X} }

// point returns the point of the picture so many px along.
func (s span) point(along float64) sim.Vec {
	return s.along().Scale(along).Add(s.normal.Scale(s.height))
}

// edge returns the edge of the picture beside a span, which is as long as there is an edge, and reports whether there is one.
func (p *Picture) edge(s span) (span, bool) {
	around := s
	around.low, around.high = s.low-piece/2, s.high+piece/2
	at, strength := p.step(around, edgeReach)
	least := p.least(max(s.high-s.low, piece))
	if !(strength >= least) {
		return s, false
	}
	s.height, least = at, max(least, strength/3)
	for range 6 { // each time it is longer, and its direction surer
		s = p.straighten(p.lengthen(s, least), least, p.step)
	}
	for range 3 { // of a line pieces are now on one side, now on the other; its middle is straight
		s = p.straighten(s, least, p.centre)
	}
	if at, strength := p.step(s, edgeReach); strength > 0 {
		s.height = at
	}
	return s, true
}

// least returns by how much values differ across an edge of so many px, at least.
func (p *Picture) least(length float64) float64 {
	return max(leastStep, clearEdge*p.Noise/math.Sqrt(length))
}

// longEdge returns how long in px an edge is beside which one hit is proof.
func (p *Picture) longEdge() float64 { return longEdge * float64(min(p.Width, p.Height)) }

// edgeAt returns the line of a long edge at which a body was hit, or nil where there is none.
func (p *Picture) edgeAt(h *Hit) *line {
	var best *line
	most := 0.0
	for turn := -45; turn <= 45; turn += 3 {
		normal := h.Push.Scale(1 / h.Push.Len()).Rotate(float64(turn) * math.Pi / 180)
		s := span{normal: normal, height: h.lowest(normal)}
		s.low, s.high = h.extent(s.along(), normal)
		s.low, s.high = s.low-piece, s.high+piece
		at, strength := p.step(s, max(edgeReach, 2*h.Doubt))
		if !(strength >= p.least(s.high-s.low)) || strength <= most {
			continue
		}
		s.height = at
		if s, ok := p.edge(s); ok && s.high-s.low >= p.longEdge() {
			best, most = &line{normal: s.normal, height: s.height, width: max(across, 2*h.Doubt)}, strength
		}
	}
	return best
}

// lengthen draws a span out to both sides as long as there is an edge.
func (p *Picture) lengthen(s span, least float64) span {
	reach := func(from, way float64) float64 {
		end, missing := from, 0
		for k := range int(math.Hypot(float64(p.Width), float64(p.Height))/piece) + 1 {
			a, b := from+way*float64(k)*piece, from+way*float64(k+1)*piece
			part := s
			part.low, part.high = min(a, b), max(a, b)
			if _, strength := p.step(part, nearEdge); strength >= least {
				end, missing = b, 0
			} else if missing++; missing > mostGap {
				break
			}
		}
		return end
	}
	s.low, s.high = reach(s.low, -1), reach(s.high, 1)
	return s
}

// straighten turns and moves a span to where the edge is, by the places of its pieces.
func (p *Picture) straighten(s span, least float64, place func(s span, reach float64) (at, strength float64)) span {
	var at, heights []float64
	for from := s.low; from < s.high; from += piece {
		part := s
		part.low, part.high = from, min(from+piece, s.high)
		if height, strength := place(part, edgeReach); strength >= least {
			at, heights = append(at, (part.low+part.high)/2), append(heights, height)
		}
	}
	if len(at) < 3 {
		return s
	}
	start, slope := theilSen(at, heights)
	low, high, middle := s.point(s.low), s.point(s.high), (s.low+s.high)/2
	fixed := s.along().Scale(middle).Add(s.normal.Scale(start + slope*middle))
	s.normal = s.normal.Rotate(math.Atan(slope))
	s.height = s.normal.Dot(fixed)
	s.low, s.high = s.along().Dot(low), s.along().Dot(high)
	return s
}

// theilSen returns the line y = start + slope·x by the median of the slopes of all pairs of points, which a few outliers do not turn.
func theilSen(x, y []float64) (start, slope float64) {
	var slopes []float64
	for i := range x {
		for j := range i {
			slopes = append(slopes, (y[i]-y[j])/(x[i]-x[j]))
		}
	}
	slices.Sort(slopes)
	slope = slopes[len(slopes)/2]
	starts := make([]float64, len(x))
	for i := range x {
		starts[i] = y[i] - slope*x[i]
	}
	slices.Sort(starts)
	return starts[len(starts)/2], slope
}

// profile is how much the mean picture along a span changes across it.
type profile struct {
	first float64   // px along the normal
	steps []float64 // of values, over 2 px each, at heights so many units apart
}

// unit is the distance in px between the heights of a profile.
const unit = 0.5

// across returns the profile of a span, no further than reach px from its height; none where too little of it is inside the picture.
func (p *Picture) across(s span, reach float64) profile {
	count := int(2*(reach+1)/unit) + 1
	f := profile{first: s.height - reach - 1}
	values := make([][3]float64, count)
	for k := range values {
		line := s
		line.height = f.first + float64(k)*unit
		n := 0.0
		for along := s.low; along <= s.high; along++ {
			c, inside := p.at(line.point(along))
			if !inside {
				continue
			}
			n++
			for i := range c {
				values[k][i] += c[i]
			}
		}
		if n < piece/3 {
			return profile{}
		}
		for i := range values[k] {
			values[k][i] /= n
		}
	}
	f.steps = make([]float64, count)
	for k := 2; k+2 < count; k++ { // over 2 px, as wide as the edge of a picture is
		for i := range 3 {
			d := values[k+2][i] - values[k-2][i]
			f.steps[k] += d * d / 3
		}
		f.steps[k] = math.Sqrt(f.steps[k])
	}
	return f
}

// middle returns the middle of the step about the k-th height, in px along the normal, by the moments of what is as far on either side of it.
func (f *profile) middle(k int) (height float64) {
	for range 3 { // the first k may be anywhere on its top
		sum, moment := 0.0, 0.0
		for j := k - 3; j <= k+3; j++ {
			sum += f.steps[j] * f.steps[j]
			moment += f.steps[j] * f.steps[j] * float64(j)
		}
		height = f.first + moment/sum*unit
		k = min(max(int(math.Round(moment/sum)), 3), len(f.steps)-4)
	}
	return height
}

// step returns where the mean picture along a span has its greatest step across it, in px along the normal, no further than reach from its
// height, and how great it is.
func (p *Picture) step(s span, reach float64) (at, strength float64) {
	f := p.across(s, reach)
	best := 0
	for k := 3; k+3 < len(f.steps); k++ { // what is greater beyond is an edge that is further away
		if f.steps[k] >= f.steps[k-1] && f.steps[k] >= f.steps[k+1] && f.steps[k] > f.steps[best] {
			best = k
		}
	}
	if best == 0 {
		return s.height, 0
	}
	return f.middle(best), f.steps[best]
}

// centre returns the middle of all that changes clearly across a span, as step does the place of the greatest change.
func (p *Picture) centre(s span, reach float64) (at, strength float64) {
	f := p.across(s, reach)
	for _, step := range f.steps {
		strength = max(strength, step)
	}
	sum, moment := 0.0, 0.0
	for k, step := range f.steps {
		clear := min(max(step-strength/5, 0), strength/2) // alike for all edges that are clear
		sum, moment = sum+clear, moment+clear*float64(k)
	}
	if !(sum > 0) {
		return s.height, 0
	}
	return f.first + moment/sum*unit, strength
}

// at returns the colour at a point, linear between the middles of pixels, and whether it is inside.
func (p *Picture) at(v sim.Vec) (c [3]float64, inside bool) {
	x, y := v.X-0.5, float64(p.Height)-v.Y-0.5
	column, row := math.Floor(x), math.Floor(y)
	if !(column >= 0 && row >= 0 && column+1 < float64(p.Width) && row+1 < float64(p.Height)) {
		return c, false
	}
	right, down := x-column, y-row
	i := 3 * (int(row)*p.Width + int(column))
	for k := range c {
		top := float64(p.Values[i+k])*(1-right) + float64(p.Values[i+3+k])*right
		bottom := float64(p.Values[i+3*p.Width+k])*(1-right) + float64(p.Values[i+3*p.Width+3+k])*right
		c[k] = top*(1-down) + bottom*down
	}
	return c, true
}
