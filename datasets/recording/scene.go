package recording

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"orrery/sim"
	"orrery/sim/input"
)

// Scene returns the scene of a piece, with a frame rate, and which track each of its bodies is. Template has the bodies and the walls; where it is
// nil, the bodies have the sizes that the recording tells, or are discs of a radius in m. Bodies that are not seen are
// not in the scene. Starts are those of the first sights.
func (p *Piece) Scene(template *sim.Scene, radius float64, fps int) (scene *sim.Scene, of []int, err error) {
	if template == nil {
		scene, of = p.discs(radius), p.Tracks
	} else if scene, of, err = p.cast(template); err != nil {
		return nil, nil, err
	}
	scene.FPS = fps
	for i, track := range of {
		scene.Bodies[i].Start = p.start(track)
	}
	return scene, of, scene.Validate()
}

// start returns where a track is first seen.
func (p *Piece) start(track int) (start sim.BodyState) {
	turned := false
	for k := p.From; k < p.To; k++ {
		s := p.Of.Sights[k][track]
		if s.Turned && !turned {
			start.Angle, turned = s.Angle, true
		}
		if s.Seen {
			start.X, start.Y = s.X, s.Y
			break
		}
	}
	return start
}

// discs returns a scene of smooth, lossless bodies of one density, since nothing says otherwise; the mean mass is 1 kg.
func (p *Piece) discs(radius float64) *sim.Scene {
	scene := sim.DefaultScene()
	scene.Name = "recording"
	smooth := sim.Surface{Elasticity: 1}
	mass := 0.0
	for _, i := range p.Tracks {
		t := &p.Of.Tracks[i]
		body := sim.NewDisc(radius, 1, smooth)
		switch {
		case t.Shape != "disc" && t.Width > 0 && t.Height > 0:
			body = sim.NewBox(t.Width/2, t.Height/2, 1, smooth)
		case t.Radius > 0:
			body = sim.NewDisc(t.Radius, 1, smooth)
		case t.Width > 0:
			body = sim.NewDisc(t.Width/2, 1, smooth)
		}
		if name := t.Name; strings.TrimSpace(name) != "" && !isWhole(name) {
			body.Name = name
		}
		mass += body.Mass / float64(len(p.Tracks))
		scene.Bodies = append(scene.Bodies, body)
	}
	for i := range scene.Bodies {
		scene.Bodies[i].Mass /= mass
		scene.Bodies[i].Moment /= mass
	}
	return &scene
}

func isWhole(name string) bool {
	_, err := strconv.ParseInt(name, 10, 64)
	return err == nil
}

// cast tells which track each body of a scene is, and leaves out those that are not seen.
func (p *Piece) cast(template *sim.Scene) (*sim.Scene, []int, error) {
	scene := *template
	tracks, err := p.match(template)
	if err != nil {
		return nil, nil, err
	}
	scene.Bodies = nil
	var of []int
	for i, track := range tracks {
		if track >= 0 {
			scene.Bodies, of = append(scene.Bodies, template.Bodies[i]), append(of, track)
		}
	}
	if len(of) == len(template.Bodies) {
		return &scene, of, nil
	}
	for _, part := range []struct {
		name  string
		count int
	}{
		{"joint", len(scene.Joints)}, {"field", len(scene.Fields)}, {"actuator", len(scene.Actuators)}, {"goal", len(scene.Goals)}, {"point", len(scene.Points)},
	} {
		if part.count > 0 {
			i := slices.Index(tracks, -1)
			return nil, nil, fmt.Errorf("body %d of the scene is not seen, and the scene has %s that it may belong to", i, input.Count(part.count, part.name))
		}
	}
	return &scene, of, nil
}

// match returns the track of each body of a scene, or -1 where there is none: by the names of the bodies, by their
// numbers, or, where the recording counts otherwise, in the order of the names.
func (p *Piece) match(scene *sim.Scene) ([]int, error) {
	n := len(scene.Bodies)
	named, numbered := slices.Repeat([]int{-1}, n), slices.Repeat([]int{-1}, n)
	byName, byNumber := 0, 0
	for _, track := range p.Tracks {
		name := strings.TrimSpace(p.Of.Tracks[track].Name)
		for i := range scene.Bodies {
			if name != "" && scene.Bodies[i].Name == name && named[i] < 0 {
				named[i] = track
				byName++
				break
			}
		}
		if number, err := strconv.ParseFloat(name, 64); err == nil && number == math.Trunc(number) && number >= 0 && number < float64(n) && numbered[int(number)] < 0 {
			numbered[int(number)] = track
			byNumber++
		}
	}
	switch {
	case byName == len(p.Tracks):
		return named, nil
	case byNumber == len(p.Tracks):
		return numbered, nil
	case len(p.Tracks) > n:
		return nil, fmt.Errorf("%d bodies are seen at one time, but the scene has %d", len(p.Tracks), n)
	case len(p.Tracks) == n || alike(scene):
		return append(slices.Clone(p.Tracks), slices.Repeat([]int{-1}, n-len(p.Tracks))...), nil
	}
	return nil, fmt.Errorf("bodies %s are %d of the scene's %d, which differ, so it must be said which: give the bodies of the scene these names, or number them from 0",
		strings.Join(clipped(p.Names(), 8), ", "), len(p.Tracks), n)
}

// clipped returns at most so many names, each not too long.
func clipped(names []string, most int) (out []string) {
	for i, name := range names {
		if i == most {
			return append(out, fmt.Sprintf("%d more", len(names)-most))
		}
		out = append(out, fmt.Sprintf("%.40q", name))
	}
	return out
}

// alike reports whether all bodies of a scene are the same but for their names and starts.
func alike(scene *sim.Scene) bool {
	for i := range scene.Bodies {
		a, b := scene.Bodies[0], scene.Bodies[i]
		if a.Kind != b.Kind || a.Mass != b.Mass || a.Moment != b.Moment || a.Group != b.Group || a.Grip != b.Grip ||
			!slices.EqualFunc(a.Shapes, b.Shapes, func(s, t sim.Shape) bool {
				return s.Kind == t.Kind && s.Radius == t.Radius && slices.Equal(s.Vertices, t.Vertices) && s.Friction == t.Friction && s.Elasticity == t.Elasticity && s.Material == t.Material
			}) {
			return false
		}
	}
	return true
}

// Bounds are the least and the greatest x and y of places.
type Bounds struct {
	Low, High sim.Vec // m
}

// Around returns the bounds of what is seen in some recordings, in m, but for one in a hundred places on each side,
// which may be outliers.
func Around(recordings ...*Recording) Bounds { return around(0.01, recordings) }

// Amid returns the bounds of the middle half of what is seen in some recordings, in m, in x and in y.
func Amid(recordings ...*Recording) Bounds { return around(0.25, recordings) }

// around returns the bounds of all places but for a share of them on each side.
func around(share float64, recordings []*Recording) Bounds {
	var x, y []float64
	for _, r := range recordings {
		for _, sights := range r.Sights {
			for _, s := range sights {
				if s.Seen {
					x, y = append(x, s.X), append(y, s.Y)
				}
			}
		}
	}
	if len(x) == 0 {
		return Bounds{}
	}
	slices.Sort(x)
	slices.Sort(y)
	from := int(share * float64(len(x)))
	to := len(x) - 1 - from
	return Bounds{sim.Vec{X: x[from], Y: y[from]}, sim.Vec{X: x[to], Y: y[to]}}
}

func (b *Bounds) add(p sim.Vec) {
	b.Low = sim.Vec{X: min(b.Low.X, p.X), Y: min(b.Low.Y, p.Y)}
	b.High = sim.Vec{X: max(b.High.X, p.X), Y: max(b.High.Y, p.Y)}
}

// size returns the greater of width and height.
func (b *Bounds) size() float64 { return max(b.High.X-b.Low.X, b.High.Y-b.Low.Y) }

// holds reports whether places are within the bounds, give or take a margin.
func (b *Bounds) holds(other Bounds, margin float64) bool {
	return other.Low.X >= b.Low.X-margin && other.Low.Y >= b.Low.Y-margin && other.High.X <= b.High.X+margin && other.High.Y <= b.High.Y+margin
}

// Holds reports whether a scene is written in the frame instead of in metres, which its bodies show: they would
// be larger than all of the way that was seen.
func (f *Frame) Holds(scene *sim.Scene, seen Bounds) bool {
	least := math.Inf(1)
	for i := range scene.Bodies {
		least = min(least, scene.Bodies[i].Reach())
	}
	written := seen.size() * f.PerMetre
	return f.PerMetre > 2 && least > 2*seen.size() && least < 2*written
}

// Scene returns a scene that is written in the frame in metres, y up.
func (f *Frame) Scene(scene *sim.Scene) (*sim.Scene, error) {
	if len(scene.Joints)+len(scene.Fields)+len(scene.Actuators)+len(scene.Goals)+len(scene.Points)+len(scene.Regions) > 0 {
		return nil, fmt.Errorf("a scene in %s must have walls and bodies alone; write it in metres", f.Unit)
	}
	out := *scene
	turned := func(v sim.Vec) sim.Vec {
		v = v.Scale(1 / f.PerMetre)
		if f.Down {
			v.Y = -v.Y
		}
		return v
	}
	shapes := func(all []sim.Shape, at func(sim.Vec) sim.Vec) []sim.Shape {
		all = slices.Clone(all)
		for i := range all {
			all[i].Radius /= f.PerMetre
			vertices := make([]sim.Vec, len(all[i].Vertices))
			for k, v := range all[i].Vertices {
				vertices[k] = at(v)
			}
			if f.Down {
				slices.Reverse(vertices) // counter-clockwise again
			}
			all[i].Vertices = vertices
		}
		return all
	}
	out.Gravity = turned(scene.Gravity)
	out.Walls = shapes(scene.Walls, func(v sim.Vec) sim.Vec { return f.Point(v.X, v.Y) })
	out.Bodies = slices.Clone(scene.Bodies)
	for i := range out.Bodies {
		b := &out.Bodies[i]
		b.Moment /= f.PerMetre * f.PerMetre
		b.Grip.Along /= f.PerMetre
		b.Grip.Across /= f.PerMetre
		b.Shapes = shapes(b.Shapes, turned)
	}
	return &out, nil
}

// Outside returns an error when some of what was seen is outside of a scene's walls, with the origin that would put it
// inside if there is one. Scenes without closed walls hold everything. Bodies may leave through a wall that is not
// there, so that only Amid tells that the frame is another.
func (f *Frame) Outside(scene *sim.Scene, seen Bounds) error {
	walls := Bounds{sim.Vec{X: math.Inf(1), Y: math.Inf(1)}, sim.Vec{X: math.Inf(-1), Y: math.Inf(-1)}}
	for _, w := range scene.Walls {
		for _, v := range w.Vertices {
			walls.add(v)
		}
	}
	width, height := walls.High.X-walls.Low.X, walls.High.Y-walls.Low.Y
	if len(scene.Walls) < 3 || !(width > 0 && height > 0) {
		return nil
	}
	margin := 0.25 * max(width, height)
	if walls.holds(seen, margin) {
		return nil
	}
	sign := 1.0
	if f.Down {
		sign = -1
	}
	text := fmt.Sprintf("bodies are seen from %.3g,%.3g to %.3g,%.3g m, but the walls of the scene are from %.3g,%.3g to %.3g,%.3g m: are unit, scale, y and origin as in the recording?",
		seen.Low.X, seen.Low.Y, seen.High.X, seen.High.Y, walls.Low.X, walls.Low.Y, walls.High.X, walls.High.Y)
	if seen.High.X-seen.Low.X <= width+margin && seen.High.Y-seen.Low.Y <= height+margin {
		shift := sim.Vec{X: (seen.Low.X+seen.High.X)/2 - (walls.Low.X+walls.High.X)/2, Y: (seen.Low.Y+seen.High.Y)/2 - (walls.Low.Y+walls.High.Y)/2}
		text += fmt.Sprintf(" An origin near %.3g,%.3g would put them inside.", f.Origin.X+shift.X*f.PerMetre, f.Origin.Y+sign*shift.Y*f.PerMetre)
	}
	return fmt.Errorf("%s", text)
}
