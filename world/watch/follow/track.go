package follow

import (
	"math"
	"slices"

	"orrery/world/watch/look"
)

// track is a body and what is known of its motion.
type track struct {
	painted
	found *look.Found
	tint  tint
	path  path

	known     bool      // it has been seen, and its pose may be told
	pose      look.Pose // now
	predicted look.Pose
	last      look.Pose // of the latest picture in which it was seen
	lastTime  float64   // s
	speed     look.Pose // px/s, rad/s, the mean of the way to the latest pose
	gap       float64   // s, the time that this way took; negative when the film is followed backward
	moving    bool      // speed is known
	pulls     []pull    // latest accelerations, a bounded number
	missed    int       // pictures since it was seen
	spread    float64   // how much larger the variances are than noise alone makes them
	usual     float64   // how well its edges are met usually, see quality
	uneven    float64   // what one value inside of it differs by usually, in values
	samples   int       // pictures of which spread is the mean

	sought     pause // where it is looked for when it is lost
	doubted    pause // where other poses are tried
	doubts     quality
	steps      steps
	quality    quality
	covariance [3][3]float64
	seen       bool
	fresh      bool // it is seen, and was not in the picture before
	group      int
}

// pause puts off what brought nothing: tries come at once at first, and then rarer and rarer.
type pause struct{ tries, next int }

// over reports whether it is to be tried in a picture.
func (p *pause) over(picture int) bool { return picture >= p.next }

// failed puts off the next try, by no more than so many pictures.
func (p *pause) failed(picture, most int) {
	p.tries++
	p.next = picture + min(1<<max(p.tries-2, 0), most)
}

// pull is an acceleration in px/s².
type pull struct{ x, y float64 }

// mostPulls is how many accelerations a median is taken of: an impact is one or two of them.
const mostPulls = 7

// acceleration returns the median of the latest accelerations: gravity, but for impacts.
func (t *track) acceleration() (x, y float64) {
	if len(t.pulls) < 3 {
		return 0, 0
	}
	var xs, ys [mostPulls]float64
	for i, p := range t.pulls {
		xs[i], ys[i] = p.x, p.y
	}
	n := len(t.pulls)
	slices.Sort(xs[:n])
	slices.Sort(ys[:n])
	return xs[n/2], ys[n/2]
}

// predict sets where the body is thought to be at a time, and how it moves through a picture there.
func (t *track) predict(time, interval, open float64) {
	dt := time - t.lastTime
	ax, ay := t.acceleration()
	t.predicted = t.last
	t.path = path{open: open}
	if !t.moving {
		return
	}
	// A body that was hidden for long may have met something: its speed is trusted less and less.
	away := math.Abs(dt)
	coast := dt
	if far := 8 * interval; away > far {
		coast = math.Copysign(far, dt)
	}
	// The speed is the mean of the way to the latest pose; at that pose the pull has worked for half the time more.
	x, y := t.speed.X+ax*t.gap/2, t.speed.Y+ay*t.gap/2
	t.predicted.X += x*coast + ax*coast*coast/2
	t.predicted.Y += y*coast + ay*coast*coast/2
	t.predicted.Angle += t.speed.Angle * coast
	early, late := coast-interval/2, coast+interval/2
	t.path.before = look.Pose{X: (x + ax*early) * interval, Y: (y + ay*early) * interval, Angle: t.speed.Angle * interval}
	t.path.after = look.Pose{X: (x + ax*late) * interval, Y: (y + ay*late) * interval, Angle: t.speed.Angle * interval}
}

// nearest returns the angle that looks the same as another and is nearest to the predicted one.
func (t *track) nearest(angle float64) float64 {
	if !t.known || t.body.Alike < 1 {
		return angle
	}
	return t.predicted.Angle + math.Remainder(angle-t.predicted.Angle, 2*math.Pi/float64(t.body.Alike))
}

// slower returns the turn in rad from one picture to the next that looks the same as another and is no more than half a turn: nobody can see that something
// spins faster, and a body that was once laid wrongly on a picture would be taken to spin on and on.
func (t *track) slower(turn float64) float64 {
	if math.Abs(turn) <= math.Pi || t.body.Alike < 1 {
		return turn
	}
	return math.Remainder(turn, 2*math.Pi/float64(t.body.Alike))
}

// doubt returns standard deviations of the prediction, px and rad.
func (t *track) doubt(time, interval float64) (place, angle float64) {
	steps := math.Abs(time-t.lastTime) / interval
	pace := math.Hypot(t.speed.X, t.speed.Y) * interval
	spin := math.Abs(t.speed.Angle) * interval
	place = (1.5 + 0.6*pace) * steps
	angle = (0.2 + 0.6*spin) * steps
	if !t.moving {
		place += 0.5 * t.reach
	}
	return place + 0.5, min(angle, math.Pi)
}

// prior returns what the fit is told of the pose. It is weak: a picture in which a body can be seen tells far more.
func (t *track) prior(time, interval float64) prior {
	place, angle := t.doubt(time, interval)
	place *= 2
	return prior{t.predicted, [3]float64{1 / (place * place), 1 / (place * place), 1 / (angle * angle)}}
}

// took records that the body was seen at its pose.
func (t *track) took(time float64) {
	if dt := time - t.lastTime; t.known && dt != 0 {
		was := t.speed
		t.pose.Angle = t.last.Angle + t.slower(t.pose.Angle-t.last.Angle)
		t.speed = look.Pose{X: (t.pose.X - t.last.X) / dt, Y: (t.pose.Y - t.last.Y) / dt, Angle: (t.pose.Angle - t.last.Angle) / dt}
		if t.moving && t.missed == 0 {
			if len(t.pulls) == mostPulls {
				t.pulls = slices.Delete(t.pulls, 0, 1)
			}
			between := (dt + t.gap) / 2
			t.pulls = append(t.pulls, pull{(t.speed.X - was.X) / between, (t.speed.Y - was.Y) / between})
		}
		t.moving = true
		t.gap = dt
	}
	t.fresh = !t.known || t.missed > 0
	t.known, t.missed = true, 0
	t.last, t.lastTime = t.pose, time
}
