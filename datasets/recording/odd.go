package recording

import (
	"fmt"
	"math"
	"slices"

	"orrery/sim"
)

// OddKind is what is odd about some rows of a recording.
type OddKind string

// The kinds of odd rows.
const (
	Outlier OddKind = "outlier"       // a body is far from where it is just before and just after
	Jump    OddKind = "teleport"      // a body goes on elsewhere
	Swap    OddKind = "swapped ids"   // bodies go on where others were
	Doubled OddKind = "doubled frame" // a picture is there again, as if nothing had moved
	Stuck   OddKind = "stuck value"   // a body keeps its place, and goes on where it would be
	Clock   OddKind = "clock"         // time jumps back
)

// Kinds returns all kinds.
func Kinds() []OddKind { return []OddKind{Outlier, Jump, Swap, Doubled, Stuck, Clock} }

// Odd is something odd in a recording.
type Odd struct {
	Kind    OddKind
	Picture int    // index of the first one that is odd
	Last    int    // index of the last one that is odd; for what goes on elsewhere, Picture
	Tracks  []int  // that are odd; for a swap, Tracks[i] goes on where Tracks[i+1] was, and the last where the first was
	Row     int    // place in Raw.Rows of the first odd row
	Text    string // place, body and what is odd, in words
}

// steps of the search.
const (
	farSigmas  = 8    // deviations beyond which noise is no explanation
	hasty      = 1.2  // by how much a body may exceed the speed that few exceed
	squeezed   = 2.0  // by how much a body that is hit twice may be off the way that its speeds before and after explain
	reach      = 1.5  // by how much of the way that its speeds explain a body may exceed it
	nearSteps  = 3    // sights on either side from which the motion is told
	stuckLeast = 3    // sights with one value that are stuck at least
	leastNoise = 0.01 // share of the usual step by which exact motion may be off: times and places are rounded
)

// Odd returns what is odd in the recording, in the order of its pictures. It finds what trackers get wrong and what
// no impact explains: an impact changes where a body goes, but not where it is.
func (r *Recording) Odd() []Odd {
	var all []Odd
	doubled := r.doubled()
	again := map[int]bool{}
	for _, k := range doubled {
		again[k] = true
		all = append(all, r.odd(Doubled, k, k, r.seenIn(k), "is the picture before again"))
	}
	paths := make([]path, len(r.Tracks))
	noise, fast := r.noise(), r.fast()
	for i := range r.Tracks {
		paths[i] = r.path(i, noise)
		paths[i].fast = fast
		paths[i].leaveOut(func(k int) bool { return again[k] })
	}
	jumps := map[int][]int{} // tracks that jump to a picture
	for i := range paths {
		p := &paths[i]
		for _, k := range p.outliers() {
			all = append(all, r.odd(Outlier, p.at[k], p.at[k], []int{i}, fmt.Sprintf("is %.3g m off its way", p.off(k))))
		}
		p.forgetOutliers()
		for _, s := range p.stuck() {
			all = append(all, r.odd(Stuck, p.at[s[0]], p.at[s[1]], []int{i}, fmt.Sprintf("stays where it was for %d pictures", s[1]-s[0]+1)))
		}
		p.forgetStuck()
		for _, k := range p.jumps() {
			jumps[p.at[k]] = append(jumps[p.at[k]], i)
		}
	}
	for _, k := range sortedKeys(jumps) {
		all = append(all, r.explainJumps(k, jumps[k], paths)...)
	}
	for _, i := range r.Jumps {
		row := &r.Raw.Rows[i]
		odd := Odd{Kind: Clock, Row: i, Picture: r.pictureOf(i)}
		odd.Last = odd.Picture
		odd.Text = fmt.Sprintf("%s: time jumps back to %v", r.Raw.Place(row.Number), row.Time)
		all = append(all, odd)
	}
	slices.SortStableFunc(all, func(a, b Odd) int { return a.Picture - b.Picture })
	return all
}

func sortedKeys(m map[int][]int) []int {
	var keys []int
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// pictureOf returns the picture of a row.
func (r *Recording) pictureOf(row int) int {
	for k, rows := range r.Rows {
		if slices.Contains(rows, row) {
			return k
		}
	}
	return 0
}

// odd returns something odd in words.
func (r *Recording) odd(kind OddKind, from, to int, tracks []int, what string) Odd {
	o := Odd{Kind: kind, Picture: from, Last: to, Tracks: tracks}
	for _, i := range tracks {
		if row := r.Rows[from][i]; row >= 0 {
			o.Row = row
			break
		}
	}
	who := r.names(tracks)
	o.Text = fmt.Sprintf("%s, %.4g s: %s: %s%s", r.Raw.Place(r.Raw.Rows[o.Row].Number), r.Times[from], kind, who, what)
	return o
}

// names returns how texts call some tracks, with a space behind.
func (r *Recording) names(tracks []int) string {
	if len(tracks) == len(r.Tracks) && len(tracks) > 2 {
		return ""
	}
	text := ""
	for k, i := range tracks {
		switch {
		case k == 0:
			text = "body "
		case k == len(tracks)-1:
			text += " and "
		default:
			text += ", "
		}
		text += fmt.Sprintf("%.40s", r.Tracks[i].Name)
	}
	if text == "body " {
		return "it " // the only one, without a name
	}
	return text + " "
}

// seenIn returns the tracks that are seen in a picture.
func (r *Recording) seenIn(picture int) []int {
	var tracks []int
	for i, s := range r.Sights[picture] {
		if s.Seen {
			tracks = append(tracks, i)
		}
	}
	return tracks
}

// doubled returns the pictures that have the very values of the one before, while bodies move before and after.
func (r *Recording) doubled() []int {
	var out []int
	for k := 1; k+1 < len(r.Times); k++ {
		same, moving := 0, false
		for i, s := range r.Sights[k] {
			before := r.Sights[k-1][i]
			if s.Seen != before.Seen || s.Seen && (s.X != before.X || s.Y != before.Y) || s.Turned && before.Turned && s.Angle != before.Angle {
				same = -1
				break
			}
			if !s.Seen {
				continue
			}
			same++
			after := r.Sights[k+1][i]
			if k >= 2 && after.Seen && r.Sights[k-2][i].Seen {
				far, near := place(after).Sub(place(s)).Len(), place(s).Sub(place(r.Sights[k-2][i])).Len()
				moving = moving || near > 0 && far > 0.5*near && far < 4*near
			}
		}
		if same > 0 && moving {
			out = append(out, k)
		}
	}
	// A body that stays where it is for longer was not doubled, but has stopped or is stuck.
	alone := func(i int) bool { return (i == 0 || out[i-1] < out[i]-1) && (i == len(out)-1 || out[i+1] > out[i]+1) }
	var single []int
	for i, k := range out {
		if alone(i) {
			single = append(single, k)
		}
	}
	return single
}

func place(s sim.Sight) sim.Vec { return sim.Vec{X: s.X, Y: s.Y} }

// path is where a body was seen.
type path struct {
	at    []int // pictures
	time  []float64
	p     []sim.Vec
	noise float64 // m, or a small share of the usual step where that is more
	pull  sim.Vec // m/s², the usual acceleration
	fast  float64 // m/s, that few bodies exceed
	odd   map[int]bool
}

// path returns where a body was seen.
func (r *Recording) path(track int, noise float64) path {
	q := path{noise: noise, odd: map[int]bool{}}
	for k, sights := range r.Sights {
		if s := sights[track]; s.Seen {
			q.at, q.time, q.p = append(q.at, k), append(q.time, r.Times[k]+s.After), append(q.p, place(s))
		}
	}
	q.measure()
	return q
}

// measure sets what is usual of the way.
func (q *path) measure() {
	var steps, x, y []float64
	for k := 1; k < len(q.p); k++ {
		steps = append(steps, q.p[k].Sub(q.p[k-1]).Len())
		if k+1 < len(q.p) {
			a := q.bendAt(k)
			x, y = append(x, a.X), append(y, a.Y)
		}
	}
	q.noise = max(q.noise, leastNoise*median(steps))
	q.pull = sim.Vec{X: median(x), Y: median(y)}
}

// bendAt returns the acceleration from one sight to the next but one, in m/s².
func (q *path) bendAt(k int) sim.Vec {
	a, b := q.time[k]-q.time[k-1], q.time[k+1]-q.time[k]
	v, w := q.p[k].Sub(q.p[k-1]).Scale(1/a), q.p[k+1].Sub(q.p[k]).Scale(1/b)
	return w.Sub(v).Scale(2 / (a + b))
}

// leaveOut takes the pictures out of which leave is true.
func (q *path) leaveOut(leave func(picture int) bool) {
	keep := path{noise: q.noise, pull: q.pull, fast: q.fast, odd: map[int]bool{}}
	for k, at := range q.at {
		if !leave(at) {
			keep.at, keep.time, keep.p = append(keep.at, at), append(keep.time, q.time[k]), append(keep.p, q.p[k])
		}
	}
	*q = keep
}

// noise returns the standard deviation of all places in m, by the third differences of steady sights.
func (r *Recording) noise() float64 {
	var rough []float64
	step := r.Step()
	for i := range r.Tracks {
		q := r.path(i, 0)
		for k := 3; k < len(q.at); k++ {
			if q.time[k]-q.time[k-3] > 3.5*step {
				continue
			}
			d := q.p[k].Sub(q.p[k-1].Scale(3)).Add(q.p[k-2].Scale(3)).Sub(q.p[k-3])
			rough = append(rough, math.Abs(d.X), math.Abs(d.Y))
		}
	}
	return median(rough) / (0.6745 * math.Sqrt(20))
}

// fast returns the speed in m/s that one in fifty of all steps exceeds.
func (r *Recording) fast() float64 {
	var speeds []float64
	for i := range r.Tracks {
		q := r.path(i, 0)
		for k := 1; k < len(q.p); k++ {
			speeds = append(speeds, q.speed(k-1))
		}
	}
	if len(speeds) == 0 {
		return 0
	}
	slices.Sort(speeds)
	return speeds[len(speeds)*49/50]
}

// speed returns how fast the body is between two neighbours, in m/s.
func (q *path) speed(k int) float64 { return q.p[k+1].Sub(q.p[k]).Len() / (q.time[k+1] - q.time[k]) }

// allowed returns how far a body may get between two sights, by how fast it is before and after, in m.
func (q *path) allowed(from, to int, skip int) float64 {
	v := 0.0
	for k := from - nearSteps; k < from; k++ {
		if k >= 0 && k != skip && k+1 != skip {
			v = max(v, q.speed(k))
		}
	}
	for k := to; k < to+nearSteps; k++ {
		if k+1 < len(q.p) && k != skip && k+1 != skip {
			v = max(v, q.speed(k))
		}
	}
	if skip < 0 || skip == 0 || skip == len(q.p)-1 {
		v = max(v, q.fast/reach*hasty) // a body may be hit just at the end, and twice between two sights
	}
	dt := q.time[to] - q.time[from]
	return reach*v*dt + farSigmas*q.noise + q.pull.Len()*dt*dt
}

// off returns how far a sight is from where its neighbours say it should be, in m.
func (q *path) off(k int) float64 {
	switch {
	case k == 0 && len(q.p) > 2:
		return q.p[0].Sub(between(q.p[1], q.p[2], q.time[1], q.time[2], q.time[0])).Len()
	case k == len(q.p)-1 && k >= 2:
		return q.p[k].Sub(between(q.p[k-2], q.p[k-1], q.time[k-2], q.time[k-1], q.time[k])).Len()
	case k > 0 && k+1 < len(q.p):
		return q.p[k].Sub(between(q.p[k-1], q.p[k+1], q.time[k-1], q.time[k+1], q.time[k])).Len()
	}
	return 0
}

// between returns where a body is at a time that is straight from one place to another.
func between(a, b sim.Vec, from, to, t float64) sim.Vec {
	return a.Add(b.Sub(a).Scale((t - from) / (to - from)))
}

// outliers returns the sights that are far from a way that goes on without them.
func (q *path) outliers() []int {
	var out []int
	last := len(q.p) - 1
	for k := range q.p {
		far := q.off(k)
		var allowed float64
		switch {
		case last < 3:
			continue
		case k == 0:
			if allowed = q.allowed(0, 1, 0); q.p[1].Sub(q.p[0]).Len() <= allowed {
				continue
			}
		case k == last:
			if allowed = q.allowed(last-1, last, last); q.p[last].Sub(q.p[last-1]).Len() <= allowed {
				continue
			}
		default:
			allowed = q.allowed(k-1, k+1, k)
			if q.p[k+1].Sub(q.p[k-1]).Len() > allowed { // it does not go on as before
				continue
			}
			// A body that is hit twice between three pictures may go and come back.
			if !q.lonely(k) && max(q.p[k].Sub(q.p[k-1]).Len(), q.p[k+1].Sub(q.p[k]).Len()) <= squeezed*allowed {
				continue
			}
		}
		if far > farSigmas*q.noise && far > 0 {
			q.odd[k] = true
			out = append(out, k)
		}
	}
	return out
}

// lonely reports whether a sight is off a way on which the sights before it and those after it agree. A body that was
// hit is where one of them says.
func (q *path) lonely(k int) bool {
	if k < nearSteps || k+nearSteps >= len(q.p) {
		return false
	}
	before, after := q.extend(k-nearSteps, k), q.extend(k+1, k)
	off := min(q.p[k].Sub(before).Len(), q.p[k].Sub(after).Len())
	// Three sights tell the next with 1.5 of their deviations, and by some two of the second differences that they have.
	bent := max(q.bent(k-2), q.bent(k+2))
	return before.Sub(after).Len() < farSigmas*q.noise && off > 2*(farSigmas*q.noise+bent)
}

// bent returns the second difference round a sight beyond that of the usual acceleration, in m.
func (q *path) bent(k int) float64 {
	dt := (q.time[k+1] - q.time[k-1]) / 2
	return q.bendAt(k).Sub(q.pull).Len() * dt * dt
}

// extend returns where nearSteps sights from one on say that the body is at the time of sight k, by the line that is
// nearest to them under the usual acceleration.
func (q *path) extend(from, k int) sim.Vec {
	var st, stt float64
	var sp, stp sim.Vec
	for j := from; j < from+nearSteps; j++ {
		t := q.time[j] - q.time[k]
		p := q.p[j].Sub(q.pull.Scale(t * t / 2))
		st, stt = st+t, stt+t*t
		sp, stp = sp.Add(p), stp.Add(p.Scale(t))
	}
	const n = nearSteps
	slope := stp.Sub(sp.Scale(st / n)).Scale(1 / (stt - st*st/n))
	return sp.Scale(1.0 / n).Sub(slope.Scale(st / n))
}

// forgetOutliers takes the outliers out.
func (q *path) forgetOutliers() {
	odd := map[int]bool{}
	for k := range q.odd {
		odd[q.at[k]] = true
	}
	q.leaveOut(func(picture int) bool { return odd[picture] })
}

// stuck returns the first and the last sight of each run that keeps its value and from which the body jumps to where
// it would have been.
func (q *path) stuck() (runs [][2]int) {
	for k := 1; k < len(q.p); {
		if q.p[k] != q.p[k-1] {
			k++
			continue
		}
		from := k - 1 // the last that is true
		for k < len(q.p) && q.p[k] == q.p[from] {
			k++
		}
		n := k - from
		if n < stuckLeast || k >= len(q.p) || from < 1 {
			continue
		}
		before := q.speed(from - 1)
		away := q.p[k].Sub(q.p[from]).Len()
		dt := q.time[k] - q.time[k-1]
		after := before
		if k+1 < len(q.p) {
			after = q.speed(k)
		}
		if before > 0 && away > reach*max(before, after)*dt+farSigmas*q.noise+q.pull.Len()*dt*dt {
			runs = append(runs, [2]int{from + 1, k - 1})
			for j := from + 1; j < k; j++ {
				q.odd[j] = true
			}
		}
	}
	return runs
}

// forgetStuck takes the stuck sights out.
func (q *path) forgetStuck() { q.forgetOutliers() }

// jumps returns the sights to which a body jumps.
func (q *path) jumps() []int {
	var out []int
	for k := 1; k < len(q.p); k++ {
		if len(q.p) > 3 && q.p[k].Sub(q.p[k-1]).Len() > q.allowed(k-1, k, -1) {
			out = append(out, k)
		}
	}
	return out
}

// explainJumps tells bodies that change places from others that jump to a picture.
func (r *Recording) explainJumps(picture int, tracks []int, paths []path) (all []Odd) {
	next := map[int]int{} // the track whose way each goes on
	for _, i := range tracks {
		for _, j := range tracks {
			if i != j && paths[i].goesOn(&paths[j], picture) {
				next[i] = j
				break
			}
		}
	}
	done := map[int]bool{}
	for _, i := range tracks {
		if done[i] {
			continue
		}
		cycle := []int{i}
		for j, ok := next[i]; ok && j != i && len(cycle) <= len(tracks); j, ok = next[j] {
			cycle = append(cycle, j)
		}
		if last := cycle[len(cycle)-1]; len(cycle) > 1 && len(cycle) <= len(tracks) && next[last] == i {
			for _, j := range cycle {
				done[j] = true
			}
			all = append(all, r.odd(Swap, picture, picture, cycle, "go on where the others were"))
			continue
		}
		done[i] = true
		q := &paths[i]
		k := slices.Index(q.at, picture)
		all = append(all, r.odd(Jump, picture, picture, []int{i}, fmt.Sprintf("jumps by %.3g m", q.p[k].Sub(q.p[k-1]).Len())))
	}
	return all
}

// goesOn reports whether q from a picture on is the way that other had before it.
func (q *path) goesOn(other *path, picture int) bool {
	k, j := slices.Index(q.at, picture), slices.Index(other.at, picture)
	if k < 1 || j < 1 {
		return false
	}
	v := 0.0
	if j >= 2 {
		v = max(v, other.speed(j-2))
	}
	if k+1 < len(q.p) {
		v = max(v, q.speed(k))
	}
	dt := q.time[k] - other.time[j-1]
	return dt > 0 && q.p[k].Sub(other.p[j-1]).Len() <= reach*v*dt+farSigmas*q.noise+q.pull.Len()*dt*dt
}
