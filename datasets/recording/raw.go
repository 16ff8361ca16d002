package recording

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"

	"orrery/sim"
)

// Raw is an episode of a table of motion, as it is written.
type Raw struct {
	Name   string               // of the file, for errors
	Place  func(row int) string // of a row, for errors: line 12
	Timed  bool                 // rows have times; otherwise they have numbers of pictures alone
	Framed bool                 // rows have numbers of pictures
	Angled bool                 // the table has angles
	Tracks []string             // how it calls the bodies, in the order in which they come
	Rows   []Row                // in the order of the file
}

// Row is what is written of one body in one picture. What is missing is 0 and said so.
type Row struct {
	Number      int       // of the row, for Place
	Frame       int64     // number of the picture
	Time        float64   // in the unit as written
	Track       int       // index in Raw.Tracks
	X, Y, Angle float64   // in the unit as written
	Seen        bool      // X and Y are there
	Turned      bool      // Angle is there
	Std         float64   // standard deviation of X and of Y, in their unit; 0 where it is not told
	StdTurn     float64   // standard deviation of Angle, in its unit; 0 where it is not told
	Radius      float64   // in the unit of X; 0 where it is not told
	Width       float64   // in the unit of X; 0 where it is not told
	Height      float64   // in the unit of X; 0 where it is not told
	Shape       string    // disc or box, or empty
	Action      []float64 // [a] in the units of the actuators; nil where the table has none
}

// Track is one body of a Recording.
type Track struct {
	Name   string
	Radius float64 // m, the median of the rows; 0 where they tell none
	Width  float64 // m, likewise
	Height float64 // m, likewise
	Shape  string  // disc or box, or empty where the rows tell nothing
}

// Recording is an episode in metres, seconds and radians.
type Recording struct {
	Raw     *Raw
	Frame   Frame
	Tracks  []Track       // in the order of their names
	Times   []float64     // s, of the pictures after the first one
	Begin   float64       // s, the time as written of the first picture
	Sights  [][]sim.Sight // [picture][track]
	Rows    [][]int       // [picture][track] place in Raw.Rows, or -1 where there is none
	Actions [][]float64   // [picture], nil where the table has none
	Scaled  float64       // how many units of the written times are a second
	Jumps   []int         // places in Raw.Rows before which the clock jumps back
}

// Rate is how many pictures a second has, as a fraction. The zero Rate is not known.
type Rate struct {
	Num, Den float64 // numbers of pictures and of seconds
}

// Value returns the pictures a second, or 0.
func (r Rate) Value() float64 {
	if r.Den == 0 {
		return 0
	}
	return r.Num / r.Den
}

// timeUnits are the units in which times may be written, by how many make a second.
var timeUnits = []float64{1, 1e3, 1e6, 1e9}

// In returns the recording in metres, seconds and radians. Rate says how many pictures a second has where rows
// have no times. The error names the place of what is wrong.
func (raw *Raw) In(frame Frame, rate Rate) (*Recording, error) {
	if len(raw.Rows) == 0 {
		return nil, fmt.Errorf("%s: no rows", raw.Name)
	}
	r := &Recording{Raw: raw, Frame: frame, Scaled: 1}
	order := r.setTracks()
	if err := r.setPictures(rate, order); err != nil {
		return nil, err
	}
	r.setSizes(order)
	r.unwrap()
	return r, nil
}

// setTracks orders the tracks by name and returns the place of each of Raw.Tracks.
func (r *Recording) setTracks() []int {
	names := slices.Clone(r.Raw.Tracks)
	slices.SortFunc(names, compareNames)
	order := make([]int, len(names))
	for i, name := range r.Raw.Tracks {
		order[i] = slices.Index(names, name)
	}
	for _, name := range names {
		r.Tracks = append(r.Tracks, Track{Name: name})
	}
	return order
}

// compareNames orders numbers by their size before other names.
func compareNames(a, b string) int {
	x, errX := strconv.ParseFloat(a, 64)
	y, errY := strconv.ParseFloat(b, 64)
	switch {
	case errX == nil && errY == nil:
		return cmp.Or(cmp.Compare(x, y), cmp.Compare(a, b))
	case errX == nil:
		return -1
	case errY == nil:
		return 1
	}
	return cmp.Compare(a, b)
}

// setPictures sorts the rows into pictures.
func (r *Recording) setPictures(rate Rate, order []int) error {
	raw := r.Raw
	seconds, err := r.seconds(rate)
	if err != nil {
		return err
	}
	at := make([]int, len(raw.Rows))
	for i := range at {
		at[i] = i
	}
	slices.SortStableFunc(at, func(a, b int) int {
		return cmp.Or(cmp.Compare(seconds[a], seconds[b]), cmp.Compare(order[raw.Rows[a].Track], order[raw.Rows[b].Track]))
	})
	r.Begin = raw.Rows[at[0]].when(raw.Timed)
	start := seconds[at[0]]
	near := r.nearness(at, seconds)
	var opened float64
	for _, i := range at {
		row := &raw.Rows[i]
		t := seconds[i] - start
		n := len(r.Times)
		track := order[row.Track]
		if n > 0 && t == r.Times[n-1]+r.ownAfter(n-1, track) && r.Rows[n-1][track] >= 0 {
			return r.twice(i, r.Rows[n-1][track])
		}
		if n == 0 || t-opened > near || r.Rows[n-1][track] >= 0 {
			r.Times, opened = append(r.Times, t), t
			r.Sights = append(r.Sights, make([]sim.Sight, len(r.Tracks)))
			r.Rows = append(r.Rows, slices.Repeat([]int{-1}, len(r.Tracks)))
			r.Actions = append(r.Actions, row.Action)
			n++
		}
		r.Rows[n-1][track] = i
		r.Sights[n-1][track] = r.sight(row, t-r.Times[n-1])
	}
	for k := 1; k < len(r.Times); k++ {
		if !(r.Times[k] > r.Times[k-1]) {
			i := r.anyRow(k)
			return r.errorf(i, "time %v must be later than the one before", raw.Rows[i].Time)
		}
	}
	return nil
}

// when returns the time as written, or the number of the picture where there is none.
func (row *Row) when(timed bool) float64 {
	if timed {
		return row.Time
	}
	return float64(row.Frame)
}

func (r *Recording) ownAfter(picture, track int) float64 { return r.Sights[picture][track].After }

func (r *Recording) anyRow(picture int) int {
	for _, i := range r.Rows[picture] {
		if i >= 0 {
			return i
		}
	}
	return 0
}

// twice says that a body is there twice at one time.
func (r *Recording) twice(i, other int) error {
	raw := r.Raw
	row := &raw.Rows[i]
	what := fmt.Sprintf("time %v s", row.Time)
	if raw.Framed {
		what = fmt.Sprintf("frame %d", row.Frame)
	}
	if before := &raw.Rows[other]; raw.Framed && before.Frame != row.Frame {
		hint := ""
		if len(r.Jumps) > 0 {
			hint = "; --odd drop leaves out the rows until the clock has caught up"
		}
		return r.errorf(i, "frame %d has the time %v, as frame %d in %s has: times must ascend%s", row.Frame, row.Time, before.Frame, raw.Place(before.Number), hint)
	}
	hint := ""
	switch {
	case len(r.Jumps) > 0:
		hint = fmt.Sprintf("; the clock jumps back at %s: --odd split begins a new episode there", raw.Place(raw.Rows[r.Jumps[0]].Number))
	case len(raw.Tracks) == 1 && raw.Tracks[0] == "":
		hint = "; there is no column body, so all rows are of one: map body to the column it is in"
	}
	if name := raw.Tracks[row.Track]; name != "" {
		what += fmt.Sprintf(" of body %.40s", name)
	}
	return r.errorf(i, "%s must be there once, but is in %s too%s", what, raw.Place(raw.Rows[other].Number), hint)
}

// errorf returns an error at the place of a row.
func (r *Recording) errorf(i int, format string, args ...any) error {
	return fmt.Errorf("%s: %s: %w", r.Raw.Name, r.Raw.Place(r.Raw.Rows[i].Number), fmt.Errorf(format, args...))
}

// seconds returns the time of each row, in seconds.
func (r *Recording) seconds(rate Rate) ([]float64, error) {
	raw := r.Raw
	out := make([]float64, len(raw.Rows))
	if !raw.Timed {
		if rate.Value() == 0 {
			return nil, ErrNoRate
		}
		first := raw.Rows[0].Frame
		for _, row := range raw.Rows {
			first = min(first, row.Frame)
		}
		for i := range out {
			out[i] = float64(raw.Rows[i].Frame-first) * rate.Den / rate.Num
		}
		return out, nil
	}
	first := math.Inf(1)
	for _, row := range raw.Rows {
		first = min(first, row.Time)
	}
	r.findClockJumps()
	r.Scaled = r.timeUnit(first, rate)
	for i, row := range raw.Rows {
		out[i] = (row.Time - first) / r.Scaled
	}
	return out, nil
}

// findClockJumps notes the rows whose time is before that of the row of the same body that comes before it: by the
// numbers of the pictures, or in the file where there are none. Other bodies that jump with it are not noted.
func (r *Recording) findClockJumps() {
	rows := r.Raw.Rows
	at := make([]int, len(rows))
	for i := range at {
		at[i] = i
	}
	if r.Raw.Framed {
		slices.SortStableFunc(at, func(a, b int) int { return cmp.Compare(rows[a].Frame, rows[b].Frame) })
	}
	last := make([]float64, len(r.Raw.Tracks))
	for i := range last {
		last[i] = math.Inf(-1)
	}
	jumped := -1
	for k, i := range at {
		row := &rows[i]
		if row.Time < last[row.Track] && (jumped < 0 || k-jumped >= len(last)) {
			r.Jumps, jumped = append(r.Jumps, i), k
		}
		last[row.Track] = row.Time
	}
	if len(r.Jumps) > max(fewJumps, len(rows)/100) { // rows that are in no order say nothing of a clock
		r.Jumps = nil
	}
}

// fewJumps are so few that they may be those of a clock in a short recording.
const fewJumps = 5

// timeUnit tells the unit of times: s, unless they are so many that only ms, µs or ns since 1970 explain them, or
// that only these agree with the rate that was told or with what cameras do.
func (r *Recording) timeUnit(first float64, rate Rate) float64 {
	for i := len(timeUnits) - 1; i > 0; i-- {
		if since := first / timeUnits[i]; since > 3e8 && since < 1e11 { // s from 1979 on; milliseconds of those are below 1e12
			return timeUnits[i]
		}
	}
	step := r.medianStep()
	if step <= 0 {
		return 1
	}
	for _, unit := range timeUnits {
		if v := rate.Value(); v > 0 && math.Abs(step/unit*v-1) < 0.2 {
			return unit
		}
	}
	if r.Raw.Framed || step >= 2 { // pictures that are seconds apart are rare, and milliseconds are not
		for _, unit := range timeUnits {
			if s := step / unit; s <= 1.5 && s >= 1e-4 {
				return unit
			}
		}
	}
	return 1
}

// medianStep returns the median time, as written, between a body's rows.
func (r *Recording) medianStep() float64 {
	last := make([]float64, len(r.Raw.Tracks))
	for i := range last {
		last[i] = math.NaN()
	}
	var steps []float64
	for _, row := range r.Raw.Rows {
		if d := math.Abs(row.Time - last[row.Track]); d > 0 {
			steps = append(steps, d)
		}
		last[row.Track] = row.Time
	}
	return median(steps)
}

// nearness returns how far apart the times of bodies may be to be of one picture: where each is seen at times of
// its own, a quarter of the usual time between two sights of one.
func (r *Recording) nearness(at []int, seconds []float64) float64 {
	if !r.Raw.Timed {
		return 0
	}
	last := make([]float64, len(r.Raw.Tracks))
	for i := range last {
		last[i] = math.NaN()
	}
	var steps []float64
	for _, i := range at {
		track := r.Raw.Rows[i].Track
		if d := seconds[i] - last[track]; d > 0 {
			steps = append(steps, d)
		}
		last[track] = seconds[i]
	}
	if len(steps) == 0 {
		return 0
	}
	return median(steps) / 4
}

// sight returns what a row says in metres and radians.
func (r *Recording) sight(row *Row, after float64) sim.Sight {
	f := &r.Frame
	s := sim.Sight{After: after}
	if row.Seen {
		p := f.Point(row.X, row.Y)
		s.X, s.Y, s.Seen = p.X, p.Y, true
		s.Std = cmp.Or(row.Std, f.Std) / f.PerMetre
	}
	if row.Turned && !f.NoAngle {
		s.Angle, s.Turned = f.Turn(row.Angle), true
		s.StdTurn = f.StdTurned(cmp.Or(row.StdTurn, f.StdTurn))
	}
	return s
}

// setSizes takes the sizes of the bodies from the medians of their rows.
func (r *Recording) setSizes(order []int) {
	type sizes struct{ radius, width, height []float64 }
	all := make([]sizes, len(r.Tracks))
	for i := range r.Raw.Rows {
		row := &r.Raw.Rows[i]
		s, t := &all[order[row.Track]], &r.Tracks[order[row.Track]]
		for _, v := range []struct {
			to    *[]float64
			value float64
		}{{&s.radius, row.Radius}, {&s.width, row.Width}, {&s.height, row.Height}} {
			if v.value > 0 {
				*v.to = append(*v.to, v.value)
			}
		}
		t.Shape = cmp.Or(t.Shape, row.Shape)
	}
	for i := range r.Tracks {
		t := &r.Tracks[i]
		t.Radius = median(all[i].radius) / r.Frame.PerMetre
		t.Width, t.Height = median(all[i].width)/r.Frame.PerMetre, median(all[i].height)/r.Frame.PerMetre
	}
}

// unwrap makes the angles of each body continuous: a step is the shortest one, beyond what the body turned before
// where it was not seen for a while.
func (r *Recording) unwrap() {
	usual := r.Step()
	for i := range r.Tracks {
		var at, angle, pace float64
		known := false
		for k := range r.Times {
			s := &r.Sights[k][i]
			if !s.Turned {
				continue
			}
			now := r.Times[k] + s.After
			if known {
				expected := angle
				if now-at > 1.5*usual {
					expected += pace * (now - at)
				}
				s.Angle -= 2 * math.Pi * math.Round((s.Angle-expected)/(2*math.Pi))
				pace = (s.Angle - angle) / max(now-at, 1e-9)
			}
			at, angle, known = now, s.Angle, true
		}
	}
}

// Step returns the usual time between the pictures of a body in s, that of the body which is seen most often, or 0
// where none is seen twice. Bodies may be seen in turn.
func (r *Recording) Step() float64 {
	least := math.Inf(1)
	for i := range r.Tracks {
		if steps := r.steps(i); median(steps) > 0 {
			least = min(least, usual(steps))
		}
	}
	if math.IsInf(least, 0) {
		return 0
	}
	return least
}

// usual returns the mean of steps that are about one median long, or two or three where pictures are missing: times that
// are rounded, such as 0.0333 and 0.0667, tell a rate that the median does not.
func usual(steps []float64) float64 {
	const (
		few  = 3    // steps, of which the number is sure
		near = 0.25 // of a step
	)
	middle := median(steps)
	sum, count := 0.0, 0.0
	for _, s := range steps {
		if n := math.Round(s / middle); n >= 1 && n <= few && math.Abs(s/middle-n) <= near {
			sum, count = sum+s, count+n
		}
	}
	if count == 0 {
		return middle
	}
	return sum / count
}

// steps returns the times in s between the pictures in which a track is.
func (r *Recording) steps(track int) (steps []float64) {
	last := math.NaN()
	for k := range r.Times {
		if r.Rows[k][track] < 0 {
			continue
		}
		now := r.Times[k] + r.Sights[k][track].After
		if d := now - last; d > 0 {
			steps = append(steps, d)
		}
		last = now
	}
	return steps
}

// median returns the median of values, which it sorts, or 0 of none.
func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	n := len(values)
	return (values[(n-1)/2] + values[n/2]) / 2
}
