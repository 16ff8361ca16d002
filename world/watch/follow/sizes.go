package follow

import (
	"cmp"
	"context"
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"orrery/datasets/film"
	"orrery/sim"
	"orrery/world/cholesky"
	"orrery/world/watch/cover"
	"orrery/world/watch/ground"
	"orrery/world/watch/look"
)

const (
	// mostSized is the number of pictures to which the sizes of a body are fitted, leastSized how few tell anything.
	mostSized, leastSized = 8, 2
	// elsewhereSized is how far in px a body must lie from where it was, at its ends, to be elsewhere, and paceSized how fast it may be then, in px a
	// picture, as a share of its reach.
	elsewhereSized, paceSized = 3, 0.35
	// wholeSized is the share of the best sight of a body that must be seen of it in them.
	wholeSized = 0.9
	// sizeRounds is the number of steps that sizes and poses take together.
	sizeRounds = 14
	// clearlySized is the share of the loss that other sizes may leave in sharp pictures: what is but little better follows noise and neighbours, and in a film from
	// askew it is the mean of sizes that do differ.
	clearlySized = 0.4
	// gridSizes is how many sizes a paint in many colours counts for.
	gridSizes = 12
)

// Forms are the shapes that bodies may have: those of package bodies.
type Forms struct {
	Of      func(shapes []sim.Shape) cover.Form             // the form of shapes in px, nil where that is not known
	Simple  func(area, long, short float64) []cover.Form    // by an area in px² and standard deviations in px
	Centred func(shapes []sim.Shape) ([]sim.Shape, sim.Vec) // about the middle of their area, and where that was, px
	Alike   func(form cover.Form) int                       // number of turns that look the same, as look.Body has it
}

// sighted is what was seen of all bodies in a picture whose shutter was open for a time.
type sighted struct {
	number int
	time   float64 // s
	sights []Sight
	paths  []path // smooth ones
	known  []bool // whether the path is
}

// sighted returns what was seen in the picture in the middle of the window.
func (w *window) sighted(interval float64) sighted {
	h := w.at(w.count - 2)
	out := sighted{number: h.picture.Number, time: h.picture.Time, sights: slices.Clone(h.sights)}
	for i := range h.sights {
		way, _, ok := w.way(w.count-2, i, interval)
		ok = ok && way.bent() <= 0.3+0.5*way.pace(0)
		out.paths, out.known = append(out.paths, way), append(out.known, ok)
	}
	return out
}

// pace returns by how many px a body of a reach moves in a picture, as its ends turn.
func (p *path) pace(reach float64) float64 {
	return math.Hypot(p.before.X, p.before.Y) + math.Abs(p.before.Angle)*reach/2
}

// resize returns bodies with the forms, sizes and colours with which they explain pictures best: those that were found were
// fitted without knowing of blur, and to a place in one picture at a time. What explains no better than what was found stays.
func (f *follower) resize(ctx context.Context, fi *film.Film, g *ground.Ground, forms *Forms, found []look.Found, seen []sighted, open float64) ([]look.Found, error) {
	chosen := make([][]int, len(found)) // of each body, numbers in seen
	wanted := map[int]*exposed{}
	for i := range found {
		if chosen[i] = f.slowest(seen, i); len(chosen[i]) < leastSized {
			chosen[i] = nil
		}
		for _, k := range chosen[i] {
			wanted[seen[k].number] = nil
		}
	}
	if len(wanted) == 0 {
		return found, nil
	}
	mask := ground.NewMask(g)
	for p, err := range fi.Pictures(ctx) {
		if err != nil {
			return nil, err
		}
		if _, is := wanted[p.Number]; is {
			g.Look(p, mask)
			v := view{g.Width, g.Height, slices.Clone(p.Pix), g.Mean, g.Noise, slices.Clone(mask.Class), mask.Light}
			wanted[p.Number] = &exposed{view: v}
		}
		if p.Number >= seen[len(seen)-1].number {
			break
		}
	}
	sharp := open == 0 && !f.joint.chroma.any()
	out := slices.Clone(found)
	for turn := range 2 * len(out) { // twice, as bodies that touch are told by each other
		i := turn % len(out)
		if sharp && !f.stands(i) {
			continue
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		var views []*exposed
		for _, k := range chosen[i] {
			if v := wanted[seen[k].number]; v != nil {
				views = append(views, f.expose(v.view, &seen[k], i, open))
			}
		}
		views = met(views)
		if len(views) < leastSized || turn >= len(out) && !slices.ContainsFunc(views, func(e *exposed) bool { return len(e.poses) > 1 }) {
			continue
		}
		if better, was, ok := f.refound(ctx, forms, views, out[i], i, sharp); ok {
			better.Pose = was.of(better.Pose)
			for k := range seen {
				s := &seen[k].sights[i]
				s.Pose = was.of(s.Pose)
			}
			out[i] = better
			if err := f.tracks[i].become(&out[i]); err != nil {
				return nil, bodyError(i, err)
			}
		}
	}
	return out, ctx.Err()
}

// stands reports whether sharp pictures tell the sizes of a body better together than the one in which it was found: it is of one colour, of which there is no other body
// that it could grow over.
func (f *follower) stands(body int) bool {
	t := &f.tracks[body]
	for i := range f.tracks {
		if i != body && t.inOneColour(&f.tracks[i]) {
			return false
		}
	}
	return !t.grid
}

// slowest returns the pictures in which a body is seen whole and is slow, spread over the film. Pictures in which it lies elsewhere come first: what compression,
// and a ground that nobody ever saw, make of the edges of a body at rest is the same in all its pictures.
func (f *follower) slowest(seen []sighted, body int) []int {
	var list []int
	best := 0.0
	for k := range seen {
		if s := &seen[k].sights[body]; seen[k].known[body] && s.Seen {
			best = max(best, s.Share)
		}
	}
	for k := range seen {
		if s := &seen[k].sights[body]; seen[k].known[body] && s.Seen && s.Share >= wholeSized*best {
			list = append(list, k)
		}
	}
	reach := f.tracks[body].reach
	pace := func(k int) float64 { return seen[k].paths[body].pace(reach) }
	slices.SortStableFunc(list, func(a, b int) int { return cmp.Compare(pace(a), pace(b)) })
	var elsewhere []int
	for _, k := range list {
		at := seen[k].sights[body].Pose
		known := func(o int) bool {
			d := between(seen[o].sights[body].Pose, at, 1)
			return math.Hypot(d.X, d.Y)+reach*math.Abs(d.Angle) < elsewhereSized
		}
		if pace(k) <= paceSized*reach && !slices.ContainsFunc(elsewhere, known) {
			elsewhere = append(elsewhere, k)
		}
	}
	if len(elsewhere) >= mostSized/2 {
		list = elsewhere
	}
	return spread(list[:min(len(list), max(mostSized, len(list)/3))], mostSized)
}

// spread returns at most n of a list of pictures, spread over the film.
func spread(list []int, n int) (out []int) {
	list = slices.Sorted(slices.Values(list))
	n = min(n, len(list))
	for k := range n {
		out = append(out, list[k*len(list)/n])
	}
	return out
}

// exposed is a picture to which sizes are fitted, with the bodies near one.
type exposed struct {
	view  view
	joint joint
	self  int // the place of the body among them
	poses []look.Pose
	tints []tint
	paths []path
}

// expose makes ready the fit of a body and of those near it in a picture.
func (f *follower) expose(v view, s *sighted, body int, open float64) *exposed {
	e := &exposed{view: v}
	e.joint.canvas = f.joint.canvas // one view is drawn after another
	e.joint.chroma, e.joint.cast, e.joint.limit = f.joint.chroma, f.joint.cast, f.options.limit()
	t := &f.tracks[body]
	var members []int
	for _, i := range f.order {
		o := &f.tracks[i]
		if i == body || s.sights[i].Seen && distance(s.sights[i].Pose, s.sights[body].Pose) < t.reach+o.reach+8 {
			members = append(members, i)
		}
	}
	e.tints, e.paths = make([]tint, len(members)), make([]path, len(members))
	var boxes []frame
	for k, i := range members {
		o := &f.tracks[i]
		if i == body {
			e.self = k
		}
		o.light(&e.view)
		e.tints[k], e.paths[k] = o.tint, s.paths[i]
		if !s.known[i] {
			e.paths[k] = path{}
		}
		e.paths[k].open = open
		e.poses = append(e.poses, s.sights[i].Pose)
		p := o.painted
		e.joint.bodies = append(e.joint.bodies, &p)
		e.joint.tints, e.joint.paths = append(e.joint.tints, &e.tints[k]), append(e.joint.paths, &e.paths[k])
		pose := s.sights[i].Pose
		// Five px, and a radian: what no picture tells stays.
		e.joint.priors = append(e.joint.priors, prior{pose, [3]float64{0.04, 0.04, 1}})
		boxes = append(boxes, around(&p, pose, 5+e.paths[k].pace(o.reach)/2, v.width, v.height))
	}
	e.tints[e.self].plane = [3][3]float32{}
	e.joint.set(&e.view, boxes)
	e.joint.fit(e.poses, 12)
	return e
}

// met returns the views that are met about as well as most: in others poses are wrong.
func met(views []*exposed) []*exposed {
	if len(views) == 0 {
		return nil
	}
	var costs []float64
	for _, e := range views {
		costs = append(costs, e.joint.cost)
	}
	sorted := slices.Sorted(slices.Values(costs))
	limit := 3 * sorted[len(sorted)/4]
	return slices.DeleteFunc(views, func(e *exposed) bool { return !(e.joint.cost <= limit) })
}

// sizing is a form with a paint and its poses in views.
type sizing struct {
	form   cover.Form
	paint  look.Paint
	poses  [][]look.Pose // of the bodies of each view
	cost   float64
	moving int     // number of pixels that change with the poses of the body
	turn   float64 // rad, by which the form is turned against what was found
	locked bool    // sizes and colours stay
}

// clone returns the same with poses of its own.
func (s *sizing) clone() *sizing {
	out := *s
	out.poses = make([][]look.Pose, len(s.poses))
	for k := range s.poses {
		out.poses[k] = slices.Clone(s.poses[k])
	}
	return &out
}

// reframed is where the frame of a body's new shape lies in that of its old one.
type reframed struct {
	middle sim.Vec // px, in the frame that was only turned
	turn   float64 // rad
}

// of returns the pose of the new shape where the old one has a pose.
func (r reframed) of(p look.Pose) look.Pose {
	p.Angle += r.turn
	at := p.Apply(r.middle)
	return look.Pose{X: at.X, Y: at.Y, Angle: p.Angle}
}

// refound returns a body as it explains views best, and whether that is better than what was found. In sharp pictures form and paint are right as they were found, and
// only sizes may be off.
func (f *follower) refound(ctx context.Context, forms *Forms, views []*exposed, found look.Found, body int, sharp bool) (look.Found, reframed, bool) {
	was := &f.tracks[body].painted
	start := &sizing{form: forms.Of(found.Shapes), paint: found.Paint, locked: true}
	if start.form == nil {
		return found, reframed{}, false
	}
	for _, e := range views {
		start.poses = append(start.poses, e.poses)
	}
	tries := []*sizing{start}
	add := func(f cover.Form, paint look.Paint, turn float64) {
		s := start.clone()
		s.form, s.paint, s.turn, s.locked = f, paint, turn, false
		for k, e := range views {
			s.poses[k][e.self].Angle += turn
		}
		tries = append(tries, s)
	}
	if plain := (look.Paint{Mean: found.Paint.Mean}); !sharp {
		add(start.form, plain, 0)
		area, long, short, turn := axesOf(was.outline, was.reach)
		for _, simple := range forms.Simple(area, long, short) {
			add(simple, plain, turn)
		}
	}
	if sharp || found.Paint.Width > 0 {
		add(start.form, found.Paint, 0)
	}
	if found.Paint.Width > 0 && !start.form.Turns() {
		tries = slices.DeleteFunc(tries, func(s *sizing) bool { return s.paint.Width == 0 }) // only its marks tell the angle of a disc
	}
	fits := fitAll(ctx, views, tries)
	base := fits[0]
	if base == nil || base.moving == 0 {
		return found, reframed{}, false
	}
	score := func(s *sizing) float64 {
		const together, floor = 24, 0.1 // pixels at edges err together
		pixels := float64(base.moving)
		n := pixels / together
		sizes := float64(len(s.form.Sizes()))
		if s.paint.Width > 0 {
			sizes += gridSizes
		}
		return n*math.Log(s.cost/pixels+floor) + 2*sizes*math.Log(max(n, 2))
	}
	var best *sizing
	least := score(base)
	for _, got := range fits[1:] {
		if got != nil && score(got) < least {
			best, least = got, score(got)
		}
	}
	if best == nil || sharp && !(best.cost < clearlySized*base.cost) {
		return found, reframed{}, false
	}
	shapes, middle := forms.Centred(best.form.Shapes())
	found.Shapes, found.Alike, found.Turns, found.Paint = shapes, forms.Alike(best.form), best.form.Turns(), best.paint
	if found.Paint.Width > 0 {
		found.Alike, found.Turns = 1, true
		found.Paint.Left, found.Paint.Bottom = found.Paint.Left-middle.X, found.Paint.Bottom-middle.Y
	}
	return found, reframed{middle, best.turn}, true
}

// fitAll fits several sizings to the same views, at the same time.
func fitAll(ctx context.Context, views []*exposed, tries []*sizing) []*sizing {
	fits := make([]*sizing, len(tries))
	var next atomic.Int64
	work := func(views []*exposed) {
		for k := int(next.Add(1)) - 1; k < len(tries); k = int(next.Add(1)) - 1 {
			if s := tries[k]; !s.locked && s.form.Turns() && !tries[0].form.Turns() {
				s.turnIn(views)
			}
			fits[k] = fitSizes(ctx, views, tries[k])
		}
	}
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(tries)) - 1 {
		own := make([]*exposed, len(views))
		canvas := new(canvas)
		for k, v := range views {
			own[k] = v.clone(canvas)
		}
		workers.Go(func() { work(own) })
	}
	work(views)
	workers.Wait()
	return fits
}

// clone returns the same view with bodies and drawings of its own, to be drawn on a canvas.
func (e *exposed) clone(c *canvas) *exposed {
	out := *e
	j := &out.joint
	j.canvas, j.solver, j.shading, j.bare = c, solver{}, shading{}, [2]bare{}
	j.normal, j.slope, j.spans = nil, nil, slices.Clone(j.spans)
	j.pale, j.bed, j.paled = nil, nil, false
	j.bodies = nil
	for _, b := range e.joint.bodies {
		p := *b
		j.bodies = append(j.bodies, &p)
	}
	return &out
}

// turnIn turns the form in each view, where it was taken for a disc, to where it meets the picture best.
func (s *sizing) turnIn(views []*exposed) {
	const turns = 12 // of half a turn
	body := look.Body{Shapes: s.form.Shapes(), Paint: s.paint}
	outline, err := cover.New(body.Shapes)
	if err != nil {
		return
	}
	p := painted{body: &body, outline: outline, reach: body.Reach()}
	for k, v := range views {
		*v.joint.bodies[v.self] = p
		at := &s.poses[k][v.self].Angle
		first, best, least := *at, *at, math.Inf(1)
		for t := range turns {
			*at = first + math.Pi*float64(t)/turns
			if cost := v.joint.draw(s.poses[k]); cost < least {
				best, least = *at, cost
			}
		}
		*at = best
	}
}

// axesOf returns the area of an outline in px², its standard deviations in px along its longest direction and across, and the angle of
// that direction in rad.
func axesOf(o *cover.Outline, reach float64) (area, long, short, angle float64) {
	var rows cover.Rows
	size := int(2*reach) + 4
	o.Draw(&rows, cover.Pose{X: float64(size) / 2, Y: float64(size) / 2}, size, size)
	var xx, xy, yy float64 // the middle of the area is the origin
	for k, share := range rows.Share {
		x := float64(rows.Left+k%rows.Width) + 0.5 - float64(size)/2
		y := float64(size-rows.Top-k/rows.Width) - 0.5 - float64(size)/2
		a := float64(share)
		area, xx, xy, yy = area+a, xx+a*x*x, xy+a*x*y, yy+a*y*y
	}
	mean, half := (xx+yy)/2/area, math.Hypot((xx-yy)/2, xy)/area
	return area, math.Sqrt(mean + half), math.Sqrt(max(mean-half, 0.1)), math.Atan2(2*xy, xx-yy) / 2
}

// become takes over what was found of a body.
func (t *track) become(found *look.Found) error {
	outline, err := cover.New(found.Shapes)
	if err != nil {
		return err
	}
	t.found = found
	t.painted = painted{body: &found.Body, outline: outline, reach: found.Reach(), grid: found.Paint.Width > 0}
	t.area = areaOf(outline, t.reach)
	return nil
}

// fitSizes finds sizes, a plain colour and poses together, by steps damped after Levenberg and Marquardt; nil when there are none, or when ctx is cancelled.
func fitSizes(ctx context.Context, views []*exposed, start *sizing) *sizing {
	best := start.clone()
	e := &sizeEquations{views: views}
	if !e.build(best) {
		return nil
	}
	damp := 1e-3
	for range sizeRounds {
		if ctx.Err() != nil {
			return nil
		}
		step := cholesky.Damped(e.normal, e.slope, damp)
		if step == nil {
			break
		}
		next := e.moved(best, step)
		normal, slope := e.normal, e.slope
		if next == nil || !e.build(next) || !(next.cost < best.cost) {
			e.normal, e.slope = normal, slope
			if damp *= 8; damp > 1e6 {
				break
			}
			continue
		}
		gain := best.cost - next.cost
		best = next
		damp = max(damp/6, 1e-9)
		if gain < 1e-4*best.cost {
			break
		}
	}
	return best
}
