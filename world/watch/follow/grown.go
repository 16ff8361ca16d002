package follow

import (
	"math"

	"orrery/sim"
	"orrery/world/cholesky"
	"orrery/world/watch/cover"
	"orrery/world/watch/look"
)

// A camera that does not look square at the plane of motion sees things larger here and smaller there. How large bodies look is measured now
// and then, so that this can be told; places are fitted with the sizes that were found.

const (
	// mostGrown is the number of pictures of a film in which it is measured how large its bodies look, fewestGrown that of a film of many bodies.
	mostGrown, fewestGrown = 24, 8
	// grownFits is how often that is done in a film, unless its bodies are so many.
	grownFits = 48
)

// grownEvery returns how many pictures of a film of so many lie between those in which it is measured how large bodies look.
func grownEvery(pictures, bodies int) int {
	in := min(max(grownFits/max(bodies, 1), fewestGrown), mostGrown)
	return max((pictures+in-1)/in, 1)
}

// grown is the form of a body that looks larger or smaller as a whole.
type grown struct {
	body  *look.Body
	reach float64 // px, of the body as it was found
	size  float64 // px, its reach now
}

// Shapes implements cover.Form.
func (g grown) Shapes() (shapes []sim.Shape) {
	by := g.size / g.reach
	for _, s := range g.body.Shapes {
		shapes = append(shapes, sim.NewShape(s.Kind, by*s.Radius, s.Surface(), scaled(s.Vertices, by)...))
	}
	return shapes
}

// Motions implements cover.Form.
func (g grown) Motions() []cover.Motion {
	var m cover.Motion
	for _, s := range g.body.Shapes {
		m.Vertices, m.Radius = append(m.Vertices, scaled(s.Vertices, 1/g.reach)), append(m.Radius, s.Radius/g.reach)
	}
	return []cover.Motion{m}
}

// Sizes implements cover.Form.
func (g grown) Sizes() []float64 { return []float64{g.size} }

// With implements cover.Form.
func (g grown) With(sizes []float64) cover.Form {
	if g.size = sizes[0]; !(g.size > g.reach/2 && g.size < 2*g.reach) {
		return nil
	}
	return g
}

// Turns implements cover.Form.
func (g grown) Turns() bool { return g.body.Turns }

// paint returns the colours, which grow with the body.
func (g grown) paint() look.Paint {
	p := g.body.Paint
	if p.Width == 0 {
		return p
	}
	p.Grid = make([]look.Colour, len(p.Grid))
	for i := range p.Grid {
		middle := sim.Vec{X: p.Left + float64(i%p.Width) + 0.5, Y: p.Bottom + float64(i/p.Width) + 0.5}
		p.Grid[i] = g.body.Paint.At(middle.Scale(g.reach / g.size))
	}
	return p
}

func scaled(list []sim.Vec, by float64) []sim.Vec {
	out := make([]sim.Vec, len(list))
	for i, v := range list {
		out[i] = v.Scale(by)
	}
	return out
}

// wholeGrown is the share of a body that must be seen for its size to be measured.
const wholeGrown = 0.95

// measureSizes measures how large the bodies look that are seen alone and whole in a picture that was just followed.
func (f *follower) measureSizes(v *view, sights []Sight) {
	s := sighted{sights: sights}
	for i := range f.tracks {
		s.paths, s.known = append(s.paths, f.tracks[i].path), append(s.known, true)
	}
	for i := range f.tracks {
		t := &f.tracks[i]
		if !t.seen || t.quality.seen < wholeGrown {
			continue
		}
		e := f.expose(*v, &s, i, f.open)
		if len(e.poses) > 1 {
			continue
		}
		sights[i].Size = e.grows(t)
	}
}

// grows returns by what factor the only body of a view looks larger, 0 where that is not told. Its outline alone tells it: marks that are drawn larger are
// blurred, and meet the picture worse than those that were painted.
func (e *exposed) grows(t *track) float64 {
	const steps, damp, still = 4, 1e-6, 0.1 // px, of the last step
	s := &sizing{form: grown{t.body, t.reach, t.reach}, paint: t.body.Paint, poses: [][]look.Pose{e.poses}}
	equations := &sizeEquations{views: []*exposed{e}}
	last := math.Inf(1)
	for range steps {
		if !equations.build(s) {
			return 0
		}
		step := cholesky.Damped(equations.normal, equations.slope, damp)
		if step == nil {
			return 0
		}
		if s = equations.moved(s, step); s == nil {
			return 0
		}
		last = math.Abs(step[0])
	}
	if at := s.poses[0][0]; !(last < still) || !(math.Hypot(at.X-t.pose.X, at.Y-t.pose.Y) < 1) {
		return 0
	}
	return s.form.Sizes()[0] / t.reach
}
