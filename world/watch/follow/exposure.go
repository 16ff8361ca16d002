package follow

import (
	"context"
	"math"
	"slices"

	"orrery/datasets/film"
	"orrery/world/watch/ground"
	"orrery/world/watch/look"
)

var (
	// exposures are the shares of the interval that are tried.
	exposures = [...]float64{0, 0.25, 0.5, 0.75, 1}
	// softnesses are the radii in px of blurs in all directions, as lenses and compression make them, that are tried with each.
	softnesses = [...]float64{0, 0.7, 1.4}
)

// blurCosts are how badly each softness and exposure meets pictures.
type blurCosts [len(softnesses)][len(exposures)]float64

const (
	// enoughBlurred is the number of views of fast bodies after which the exposure is known.
	enoughBlurred = 24
	// enoughSharp is the same where fast bodies are clearly sharp.
	enoughSharp = 6
	// mostProbed is the number of pictures that are looked through for fast bodies.
	mostProbed = 200
	// leastPace is the px per picture from which on a body is fast: its blur is as wide as an edge.
	leastPace = 1.5
	// leastProbed is the share of a body that must be seen in spite of its blur.
	leastProbed = 0.6
)

// exposure returns the share of the interval for which the shutter is open: of a few shares the one with which
// fast bodies meet the pictures best. Lenses and compression soften edges, too, but in all directions.
//
// It returns what was seen on the way as well, and the follower that saw it. Blurred says that there is blur, as far as is known.
func (o *Options) exposure(ctx context.Context, f *film.Film, g *ground.Ground, found []look.Found, blurred bool) (open float64, seen []sighted, fo *follower, err error) {
	fo, err = newFollower(found, interval(f), 0, *o)
	if err != nil {
		return 0, nil, nil, err
	}
	fo.joint.timed = blurred
	w := newWindow(3, g)
	var costs blurCosts
	views, pictures := 0, 0
	for l, err := range w.pictures(ctx, f) {
		if err != nil {
			return 0, nil, nil, err
		}
		if w.full() {
			w.pop(fo)
		}
		held := w.push(&l.picture, len(found))
		fo.step(w.masked(held, l.mask), held.picture.Number, held.picture.Time)
		fo.write(held)
		if w.full() {
			if views < enoughBlurred {
				views += w.probe(fo, &costs)
			}
			seen = append(seen, w.sighted(fo.interval))
		}
		if pictures++; views >= enoughBlurred && costs.exposure(views) == 0 || views >= enoughSharp && costs.sharp(views) || pictures >= mostProbed {
			break
		}
	}
	if views == 0 {
		return 0, seen, fo, nil
	}
	return costs.exposure(views), seen, fo, nil
}

// probe adds, for each fast body in the picture in the middle of the window, how badly each blur meets it.
func (w *window) probe(f *follower, costs *blurCosts) (views int) {
	h := w.at(w.count - 2)
	var v *view
	for i := range f.tracks {
		way, _, ok := w.way(w.count-2, i, f.interval)
		pace := math.Hypot(way.before.X, way.before.Y) + math.Abs(way.before.Angle)*f.tracks[i].reach/2
		if !ok || pace < leastPace || way.bent() > 0.3+0.5*pace || h.sights[i].Share < leastProbed {
			continue
		}
		if v == nil {
			v = w.view(h)
		}
		f.hold(h, i)
		way.open = 0.5 // the middle is that of any exposure
		if _, ok := f.refit(v, i, h, way); ok {
			p := f.joint.paths[slices.Index(f.members, i)]
			for s, soft := range softnesses {
				for k, open := range exposures {
					p.open, p.soft = open, soft
					costs[s][k] += f.joint.draw(f.poses)
				}
			}
			views++
		}
		f.release()
	}
	return views
}

// noiseOf returns by how much costs of so many views differ by noise alone.
func noiseOf(views int) float64 { return 30 * math.Sqrt(float64(views)) }

// sharp reports whether every exposure that is tried meets pictures clearly worse than none does.
func (c *blurCosts) sharp(views int) bool {
	least, blurred := math.Inf(1), math.Inf(1)
	for s := range c {
		least, blurred = min(least, c[s][0]), min(blurred, slices.Min(c[s][1:]))
	}
	return blurred-least > noiseOf(views)
}

// exposure returns the exposure at which the costs are least, between those tried by a parabola through three of them.
func (c *blurCosts) exposure(views int) float64 {
	soft, best := 0, 0
	for s := range c {
		for k := range c[s] {
			if c[s][k] < c[soft][best] {
				soft, best = s, k
			}
		}
	}
	costs := &c[soft]
	if !(costs[0]-costs[best] > noiseOf(views)) {
		return 0 // no more than noise
	}
	if best == len(exposures)-1 {
		return 1
	}
	x, y := exposures[best-1:best+2], costs[best-1:best+2]
	left, right := (y[1]-y[0])/(x[1]-x[0]), (y[2]-y[1])/(x[2]-x[1])
	if !(right > left) {
		return x[1]
	}
	a, b := (x[0]+x[1])/2, (x[1]+x[2])/2 // where the slopes are left and right
	return min(max(a-left*(b-a)/(right-left), x[0]), x[2])
}

// way returns how a body moves through a held picture, by where it was seen before and after: on a smooth curve, and, for one that hits something
// there, straight on from before and straight away.
func (w *window) way(k, body int, interval float64) (smooth, broken path, ok bool) {
	if k < 1 || k+1 >= w.count {
		return smooth, broken, false
	}
	before, here, after := w.at(k-1), w.at(k), w.at(k+1)
	a, b, c := &before.sights[body], &here.sights[body], &after.sights[body]
	if !a.Seen || !b.Seen || !c.Seen {
		return smooth, broken, false
	}
	broken.before = between(a.Pose, b.Pose, interval/(here.picture.Time-before.picture.Time))
	broken.after = between(b.Pose, c.Pose, interval/(after.picture.Time-here.picture.Time))
	smooth.bend = between(broken.before, broken.after, 1)
	half := between(broken.before, broken.after, 0.5)
	smooth.before = look.Pose{X: broken.before.X + half.X, Y: broken.before.Y + half.Y, Angle: broken.before.Angle + half.Angle}
	smooth.after = smooth.before
	return smooth, broken, true
}

// between returns a share of the way from one pose to another.
func between(from, to look.Pose, share float64) look.Pose {
	return look.Pose{X: share * (to.X - from.X), Y: share * (to.Y - from.Y), Angle: share * (to.Angle - from.Angle)}
}

// bent returns by how many px a smooth path's ways before and after differ.
func (p *path) bent() float64 { return math.Hypot(p.bend.X, p.bend.Y) }
