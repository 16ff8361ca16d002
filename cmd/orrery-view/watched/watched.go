// Package watched makes a replay of a film that is dropped on the viewer: package watch finds its bodies, and the
// film lies below them.
//
//	show, err := watched.Show(ctx, files, "table.gif", func(share float64) { … })
//
// A film.json beside it, which orrery watch wrote, tells the scale. Without one, what falls is taken to do so by 9.81 m/s²;
// where nothing falls the picture is taken to be Height m high. Of a film with several takes the longest is shown.
package watched

import (
	"cmp"
	"context"
	"fmt"
	"image"
	"io/fs"
	"math"
	"slices"
	"strconv"

	"orrery/cmd/orrery-view/session/replay"
	"orrery/datasets/film"
	"orrery/datasets/film/files"
	"orrery/datasets/film/shelf"
	"orrery/sim"
	"orrery/world/watch"
	"orrery/world/watch/follow"
	"orrery/world/watch/ground"
	"orrery/world/watch/scenery"
	"orrery/world/watch/steady"
	"orrery/world/watch/walls"
)

// Height is how many m high a picture is taken to be: about as high as the scenes of the library.
const Height = 2

// side is the greatest side in px of the pictures that are kept to be shown.
const side = 960

// most is how many pictures a film may have: a replay keeps the state of each.
const most = 20_000

// Show watches a film among files, or the folder "." of pictures, and reports the share of it that is done. Of a film
// with cuts it shows the longest take.
func Show(ctx context.Context, from fs.FS, name string, progress func(share float64)) (replay.Show, error) {
	f, err := files.OpenIn(ctx, from, name, film.Options{MostPictures: most})
	if err != nil {
		return replay.Show{}, err
	}
	f = slices.MaxFunc(f.Episodes(), func(a, b *film.Film) int { return cmp.Compare(a.Len(), b.Len()) })
	if f, _, err = steady.Film(ctx, f); err != nil {
		return replay.Show{}, fmt.Errorf("%s: %w", name, err)
	}
	progress(0.1)
	seen, err := watch.Find(ctx, f, watch.DefaultOptions())
	if err != nil {
		return replay.Show{}, fmt.Errorf("%s: %w", name, err)
	}
	if len(seen.Bodies) == 0 || f.Len() < 2 {
		return replay.Show{}, fmt.Errorf("%s: nothing moves in it that is a rigid body", name)
	}
	m := motion{ways: make([]walls.Way, len(seen.Bodies))}
	for i := range seen.Bodies {
		m.ways[i].Body = &seen.Bodies[i].Body
	}
	for frame, err := range seen.Follow(ctx, f, watch.DefaultOptions()) {
		if err != nil {
			return replay.Show{}, fmt.Errorf("%s: %w", name, err)
		}
		m.add(&frame)
		progress(0.3 + 0.6*float64(len(m.times))/float64(f.Len()))
	}
	kept, err := shelf.Keep(ctx, f, side)
	if err != nil {
		return replay.Show{}, err
	}
	told, err := read(from, name)
	if err != nil {
		return replay.Show{}, err
	}
	scale := told.scale(walls.Fall(m.ways, m.times), f.Size().Y)
	t := m.trajectory(name, f.Facts().Rate, scale, seen.Ground)
	if err := t.Scene.Validate(); err != nil {
		return replay.Show{}, fmt.Errorf("%s: what was seen is no scene: %w", name, err)
	}
	start, rate, corners := m.times[0], float64(t.Scene.FPS), [2]sim.Vec{{}, {X: float64(f.Size().X) / scale.perMetre, Y: float64(f.Size().Y) / scale.perMetre}}
	return replay.Show{
		Label: name + ", " + scale.why, Episodes: 1, True: t,
		Film: func(frame int) (*image.RGBA, [2]sim.Vec, error) {
			return kept.At(start + float64(frame)/rate), corners, nil
		},
	}, nil
}

// motion is where bodies were seen, in px and rad.
type motion struct {
	times []float64   // s
	ways  []walls.Way // of each body, with a place for each time
}

// add adds where the bodies are in a picture.
func (m *motion) add(frame *follow.Frame) {
	m.times = append(m.times, frame.Time)
	for i := range m.ways {
		s := &frame.Sights[i]
		at := walls.Place{Pose: s.Pose, Std: math.Sqrt(max(s.Covariance[0][0], s.Covariance[1][1])), Seen: s.Seen}
		if !s.Turned {
			at.Angle = 0
		}
		m.ways[i].Places = append(m.ways[i].Places, at)
	}
}

// trajectory returns the motion in metres at even times. Velocities are those from the frame before to the one behind.
func (m *motion) trajectory(name string, rate float64, scale scale, g *ground.Ground) *sim.Trajectory {
	var bodies []scenery.Body
	for i := range m.ways {
		bodies = append(bodies, scenery.Body{Name: strconv.Itoa(i), Body: *m.ways[i].Body, Start: m.ways[i].Places[0].Pose})
	}
	picture := &walls.Picture{Width: g.Width, Height: g.Height, Values: g.Mean, Noise: 1 + float64(g.Unrest)}
	found := walls.Find(walls.Hits(m.ways, m.times, scale.down()), m.ways, picture)
	t := &sim.Trajectory{Scene: scenery.Scene(name, bodies, found, scale.perMetre, rate, scale.gravity)}
	step := 1 / float64(t.Scene.FPS)
	first, last := m.times[0], m.times[len(m.times)-1]
	frames := int((last-first)/step+1e-6) + 1
	for k := range frames {
		at := first + float64(k)*step
		state := make(sim.State, len(m.ways))
		for i := range m.ways {
			b := &state[i]
			b.X, b.Y, b.Angle = m.at(i, at)
			before, after := max(at-step, first), min(at+step, last)
			x, y, angle := m.at(i, before)
			u, v, turned := m.at(i, after)
			b.VX, b.VY, b.Omega = (u-x)/(after-before), (v-y)/(after-before), (turned-angle)/(after-before)
			b.X, b.Y, b.VX, b.VY = b.X/scale.perMetre, b.Y/scale.perMetre, b.VX/scale.perMetre, b.VY/scale.perMetre
		}
		t.States = append(t.States, state)
	}
	return t
}

// at returns where body i is at a time in s, in px and rad.
func (m *motion) at(i int, time float64) (x, y, angle float64) {
	places := m.ways[i].Places
	k, _ := slices.BinarySearch(m.times, time)
	k = min(max(k, 1), len(places)-1)
	share := min(max((time-m.times[k-1])/(m.times[k]-m.times[k-1]), 0), 1)
	a, b := &places[k-1], &places[k]
	return a.X + share*(b.X-a.X), a.Y + share*(b.Y-a.Y), a.Angle + share*(b.Angle-a.Angle)
}
