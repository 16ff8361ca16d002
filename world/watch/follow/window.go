package follow

import (
	"context"
	"iter"
	"math"
	"slices"

	"orrery/datasets/film"
	"orrery/world/watch/ground"
	"orrery/world/watch/look"
)

// window holds the latest pictures and what was seen in them.
type window struct {
	ground *ground.Ground
	mask   *ground.Mask
	ring   []held
	start  int
	count  int
	out    []Sight
}

// held is one of the pictures.
type held struct {
	picture film.Picture
	sights  []Sight
	paths   []path // with which they were fitted
}

func newWindow(size int, g *ground.Ground) *window {
	return &window{ground: g, mask: ground.NewMask(g), ring: make([]held, size)}
}

// push holds one more picture.
func (w *window) push(p *film.Picture, bodies int) *held {
	h := w.at(w.count)
	w.count++
	pix := append(h.picture.Pix[:0], p.Pix...)
	h.picture = *p
	h.picture.Pix = pix
	h.sights, h.paths = sized(h.sights, bodies), sized(h.paths, bodies)
	return h
}

// looked is a picture and what of it differs from the ground.
type looked struct {
	picture film.Picture
	mask    *ground.Mask
}

// pictures returns the pictures of a film, each looked at while the one before is used. What they hold is valid until the next picture.
func (w *window) pictures(ctx context.Context, f *film.Film) iter.Seq2[*looked, error] {
	return func(yield func(*looked, error) bool) {
		ctx, stop := context.WithCancel(ctx)
		done, free := make(chan *looked), make(chan *looked, ahead)
		for range ahead {
			free <- &looked{mask: ground.NewMask(w.ground)}
		}
		var failed error
		go func() {
			defer close(done)
			for p, err := range f.Pictures(ctx) {
				if err != nil {
					failed = err
					return
				}
				var l *looked
				select {
				case l = <-free:
				case <-ctx.Done():
					failed = ctx.Err()
					return
				}
				pix := append(l.picture.Pix[:0], p.Pix...)
				l.picture = *p
				l.picture.Pix = pix
				w.ground.Look(&l.picture, l.mask)
				select {
				case done <- l:
				case <-ctx.Done():
					failed = ctx.Err()
					return
				}
			}
		}()
		defer func() {
			stop()
			for range done { // until nobody reads the film any more
			}
		}()
		for l := range done {
			if !yield(l, nil) {
				return
			}
			free <- l
		}
		if failed != nil {
			yield(nil, failed)
		}
	}
}

// ahead is how many pictures are held by those who look at them and who follow bodies in them.
const ahead = 3

// at returns the picture that is k after the oldest.
func (w *window) at(k int) *held { return &w.ring[(w.start+k)%len(w.ring)] }

func (w *window) full() bool { return w.count == len(w.ring) }

// pop hands out the oldest picture.
func (w *window) pop(f *follower) Frame {
	h := w.at(0)
	w.start = (w.start + 1) % len(w.ring)
	w.count--
	w.out = append(w.out[:0], h.sights...)
	factor := f.tremble.excess()
	for i := range w.out {
		for a := range 9 {
			if w.out[i].Seen {
				w.out[i].Covariance[a/3][a%3] *= factor
			}
		}
	}
	return Frame{h.picture.Number, h.picture.Time, w.out}
}

// view returns what is to be known of a picture.
func (w *window) view(h *held) *view {
	w.ground.Look(&h.picture, w.mask)
	return w.masked(h, w.mask)
}

// masked returns what is to be known of a picture that was looked at.
func (w *window) masked(h *held, m *ground.Mask) *view {
	return &view{w.ground.Width, w.ground.Height, h.picture.Pix, w.ground.Mean, w.ground.Noise, m.Class, m.Light}
}

// backward follows each body that was just seen for the first time, or for the first time after it was lost,
// back through the pictures that are held until one in which it was seen.
func (w *window) backward(f *follower) {
	for i := range f.tracks {
		if t := &f.tracks[i]; t.fresh {
			t.fresh = false
			w.back(f, i)
		}
	}
}

// back follows one body backward from the latest picture.
func (w *window) back(f *follower, body int) {
	if w.count < 2 || w.at(w.count - 2).sights[body].Seen {
		return
	}
	f.hold(w.at(w.count-1), body)
	defer f.release()
	t := &f.tracks[body]
	t.moving, t.pulls, t.missed = false, nil, 0
	for k := w.count - 2; k >= 0; k-- {
		h := w.at(k)
		if h.sights[body].Seen {
			return
		}
		f.others(h, body)
		v := w.view(h)
		t.seen = false
		t.light(v)
		t.predict(h.picture.Time, f.interval, f.open)
		t.pose = t.predicted
		seen := f.stepBack(v, body, h.picture.Time)
		if !seen && (t.missed > patience || t.quality.visible >= leastSeen) {
			return
		}
		t.write(&h.sights[body])
	}
}

// patience is the number of pictures for which a body that is followed backward may be hidden.
const patience = 12

// polish fits bodies of the last picture but one again, now that it is known where they went, when the blur is not the one they were fitted with.
func (w *window) polish(f *follower) {
	if f.open == 0 || w.count < 3 {
		return
	}
	h := w.at(w.count - 2)
	var v *view
	for i := range f.tracks {
		for range polishes {
			smooth, broken, ok := w.way(w.count-2, i, f.interval)
			smooth.open, broken.open = f.open, f.open
			reach := f.tracks[i].reach
			if !ok || smooth.near(&h.paths[i], reach) < leastPolish || h.paths[i] == broken {
				break
			}
			if v == nil {
				v = w.view(h)
			}
			f.hold(h, i)
			way := smooth
			cost, ok := f.refit(v, i, h, way)
			if ok && smooth.near(&broken, reach) > leastPolish {
				// An impact while the shutter is open leaves a corner.
				pose := f.tracks[i].pose
				if c, fits := f.refit(v, i, h, broken); fits && c < cost-cornerEvidence {
					way = broken
				} else if _, ok = f.refit(v, i, h, smooth); !ok {
					f.tracks[i].pose = pose
				}
			}
			if ok {
				f.covariances()
				f.tracks[i].write(&h.sights[i])
				h.paths[i] = way
			}
			f.release()
			if !ok {
				break
			}
		}
	}
}

const (
	// leastPolish is the difference of two blurs in px from which on it is worth while to fit again.
	leastPolish = 0.1
	// cornerEvidence is by how much, in σ², a picture must be met better by a way with a corner.
	cornerEvidence = 20
)

// polishes is how often a body may be fitted again: the pose changes the way, which changes the pose by an eighth as much.
const polishes = 3

// near returns by how many px a body of a reach is elsewhere on another path when the shutter opens, or when it shuts.
func (p *path) near(other *path, reach float64) (px float64) {
	for _, share := range [2]float64{-p.open / 2, p.open / 2} {
		d := between(p.at(look.Pose{}, share), other.at(look.Pose{}, share), 1)
		px = max(px, math.Hypot(d.X, d.Y)+reach*math.Abs(d.Angle))
	}
	return px
}

// hold keeps the tracks as they are until release, so that an earlier picture can be looked at, and puts them where they were in it.
func (f *follower) hold(h *held, body int) {
	f.saved = append(f.saved[:0], f.tracks...)
	f.backward = true
	f.others(h, body)
}

func (f *follower) release() {
	copy(f.tracks, f.saved)
	f.backward = false
}

// others puts all bodies but one where they were seen in a picture.
func (f *follower) others(h *held, body int) {
	for i := range f.tracks {
		if t := &f.tracks[i]; i != body {
			t.seen, t.pose = h.sights[i].Seen, h.sights[i].Pose
		}
	}
}

// refit fits one body in a picture that is held, on a path, while the others stay where they were seen. It returns how badly the
// picture is met in a part that does not depend on the path's exposure, and whether the body is there.
func (f *follower) refit(v *view, body int, h *held, way path) (cost float64, ok bool) {
	t := &f.tracks[body]
	was := &h.sights[body]
	t.light(v)
	t.pose, t.predicted, t.path = was.Pose, was.Pose, way
	t.last, t.lastTime, t.missed = was.Pose, h.picture.Time-f.interval, 0
	far := math.Hypot(way.before.X, way.before.Y) + math.Hypot(way.after.X, way.after.Y)
	f.near(body)
	f.prepare(v, h.picture.Time)
	k := slices.Index(f.members, body)
	f.joint.set(v, append(f.boxes[:0], around(&t.painted, t.pose, 3+far/2, v.width, v.height)))
	f.pin(k)
	cost = f.joint.fit(f.poses, 12)
	t.pose, t.quality, t.seen = f.poses[k], f.joint.judge(k), true
	return cost, t.isThere() && distance(t.pose, was.Pose) < 2+far/4
}

// stepBack finds one body in a picture in which the others are known.
func (f *follower) stepBack(v *view, body int, time float64) (seen bool) {
	t := &f.tracks[body]
	f.near(body)
	f.prepare(v, time)
	k := slices.Index(f.members, body)
	j := &f.joint
	j.set(v, append(f.boxes[:0], around(&t.painted, t.pose, 4+t.reach/2+t.pace()*f.interval, v.width, v.height)))
	f.pin(k)
	cost := j.fit(f.poses, 20)
	t.pose, t.quality = f.poses[k], j.judge(k)
	if t.doubtful() {
		f.tryTurns(k, t, cost)
		t.quality.beset = f.beset(k, isUnseen)
	}
	if t.isThere() {
		f.covariances()
		t.seen = true
	}
	t.settle(time, f.interval)
	return t.seen
}

// near makes members of a body and of those seen close to it.
func (f *follower) near(body int) {
	f.members = f.members[:0]
	t := &f.tracks[body]
	for _, i := range f.order {
		o := &f.tracks[i]
		if far := t.reach + o.reach + 8 + t.pace()*f.interval; i == body || o.seen && distance(o.pose, t.pose) < far {
			f.members = append(f.members, i)
		}
	}
}

// tryTurns tries to turn a body that is followed backward.
func (f *follower) tryTurns(k int, t *track, cost float64) {
	if !t.body.Turns {
		return
	}
	at := t.pose
	for _, turn := range turns {
		f.poses[k] = look.Pose{X: at.X, Y: at.Y, Angle: t.predicted.Angle + turn}
		if c := f.joint.fit(f.poses, 10); c < cost {
			cost = c
			f.poses[k].Angle = t.nearest(f.poses[k].Angle)
			t.pose, t.quality = f.poses[k], f.joint.judge(k)
		}
	}
	f.poses[k] = t.pose
	f.joint.draw(f.poses)
	f.joint.equations(f.poses)
}
