package surprise

import (
	"math"
	"slices"
	"testing"

	"orrery/sim"
)

// inRow returns a judge of discs in a row, whose states are known, and which begin each frame at one of some places.
func inRow(t *testing.T, places ...[]float64) *judge {
	t.Helper()
	scene := discsApart(len(places[0]))
	traj := &sim.Trajectory{Scene: scene}
	for _, x := range places {
		state := scene.Start()
		for i := range state {
			state[i].X = x[i]
		}
		traj.States = append(traj.States, state)
	}
	j, err := newJudge(free{}, traj, defaultScales())
	if err != nil {
		t.Fatal(err)
	}
	return j
}

// alarmAt returns an alarm at one frame.
func alarmAt(t *testing.T, j *judge, frame int) *alarm {
	t.Helper()
	a := &alarm{judge: j, stretch: stretch{0, len(j.t.States)}, frames: []int{frame}, peak: frame, rows: map[int][]float64{}, sides: map[int][2]*fit{}}
	row, before, after, err := j.row(t.Context(), a.stretch, frame)
	if err != nil {
		t.Fatal(err)
	}
	a.rows[frame], a.sides[frame] = row, [2]*fit{before, after}
	return a
}

// TestSwapsAreOfTwoThatGoOnAsEachOther: each must be less than half as far from where the other was as from where it was itself, and
// both must be unlikely. What is not tried is no explanation less for others.
func TestSwapsAreOfTwoThatGoOnAsEachOther(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		now   [2]float64
		tried int
		found bool
	}{
		{[2]float64{1, 0}, 1, true},
		{[2]float64{1.4, 0}, 1, false},
		{[2]float64{1.6, 0}, 0, false},
		{[2]float64{1, -0.4}, 1, false},
		{[2]float64{1, -0.6}, 0, false},
		{[2]float64{1, 1}, 0, false},
		{[2]float64{0, 0}, 0, false},
		{[2]float64{0, 1}, 0, false},
	} {
		was, now := []float64{0, 1}, c.now[:]
		a := alarmAt(t, inRow(t, was, was, now, now, now), 2)
		found, err := a.swapped(t.Context())
		if err != nil || a.tried != c.tried || (found != nil) != c.found {
			t.Errorf("from 0 and 1 to %v: %d are tried, want %d; found %+v, want %v; %v", c.now, a.tried, c.tried, found, c.found, err)
		}
		if found != nil && (found[0].frame != 2 || !slices.Equal(found[0].bodies, []int{0, 1}) || found[0].other != 1 || found[0].cause != Swapped) {
			t.Errorf("%+v", found[0])
		}
	}
	a := alarmAt(t, inRow(t, []float64{0, 1}, []float64{1, 0}, []float64{1, 0}), 1)
	a.rows[1][0] = 0
	if found, err := a.swapped(t.Context()); found != nil || a.tried != 0 || err != nil {
		t.Errorf("one of them is not unlikely: %+v, %v", found, err)
	}
}

// TestThePeakIsWhereBothSidesAreExplained: what is less than usual makes up for nothing, who is not alarmed does not count, and of
// frames that are alike the one that is most unlikely as a whole is taken.
func TestThePeakIsWhereBothSidesAreExplained(t *testing.T) {
	t.Parallel()
	for what, c := range map[string]struct {
		off   [3][2]float64 // of body 0 before and after each frame
		other float64       // of body 1, which is not alarmed, about the last frame
		rows  [3]float64
		peak  int
		clean bool
	}{
		"one side alone is bad":   {off: [3][2]float64{{0, 20}, {11, 11}, {0, 20}}, rows: [3]float64{90, 90, 90}, peak: 6},
		"nobody else counts":      {off: [3][2]float64{{9, 9}, {9, 9}, {8, 8}}, other: 100, rows: [3]float64{90, 90, 90}, peak: 7, clean: true},
		"the most unlikely whole": {off: [3][2]float64{{1, 2}, {3, 2}, {0, 0}}, rows: [3]float64{90, 120, 100}, peak: 6, clean: true},
		"the first of equals":     {off: [3][2]float64{{1, 2}, {3, 2}, {0, 0}}, rows: [3]float64{90, 90, 90}, peak: 5, clean: true},
	} {
		j := inRow(t, []float64{0, 1})
		for range 9 {
			j.base.sights = append(j.base.sights, make([]sim.Sight, 2)) // of which a fit is usually off by 8.2
		}
		a := &alarm{judge: j, frames: []int{5, 6, 7}, rows: map[int][]float64{}, sides: map[int][2]*fit{}}
		for n, k := range a.frames {
			other := 0.0
			if n == 2 {
				other = c.other
			}
			a.rows[k] = []float64{c.rows[n], 30}
			a.sides[k] = [2]*fit{{frames: 1, off: []float64{c.off[n][0], other}}, {frames: 1, off: []float64{c.off[n][1], other}}}
		}
		if a.rank(); a.peak != c.peak || a.clean != c.clean {
			t.Errorf("%s: the peak is frame %d, clean %v; want %d, %v", what, a.peak, a.clean, c.peak, c.clean)
		}
	}
}

// TestMeetingsOfAnAlarm are within a centimetre and what the fastest moves in a frame, from a frame before it to one after it; the
// four nearest count, the nearest first.
func TestMeetingsOfAnAlarm(t *testing.T) {
	t.Parallel()
	near := func(speed float64, odd []int, places ...[]float64) []meeting {
		j := inRow(t, places...)
		a := &alarm{judge: j, stretch: stretch{0, len(places)}, frames: []int{2}, peak: 2, rows: map[int][]float64{2: make([]float64, len(places[0]))}}
		for _, i := range odd {
			a.rows[2][i] = 100
		}
		fast := make(sim.State, len(places[0]))
		fast[0].VX = speed
		a.sides = map[int][2]*fit{2: {{states: []sim.State{make(sim.State, len(places[0]))}}, {states: []sim.State{fast}}}}
		return a.near()
	}
	row := func(gaps ...float64) (x []float64) {
		x = []float64{0}
		for k, gap := range gaps {
			x = append(x, x[k]+0.2+gap)
		}
		return x
	}
	apart, at := row(0.3, 0.3), row(0.009, 0.3)
	for what, c := range map[string]struct {
		speed  float64
		odd    []int
		places [][]float64
		want   []meeting
	}{
		"within a centimetre":         {0, []int{0}, [][]float64{at, at, at, at, at}, []meeting{{1, 0}}},
		"beyond a centimetre":         {0, []int{0}, [][]float64{row(0.011, 0.3), row(0.011, 0.3), row(0.011, 0.3)}, nil},
		"within what the fastest did": {1, []int{0}, [][]float64{row(0.059, 0.3), row(0.059, 0.3), row(0.059, 0.3)}, []meeting{{1, 0}}},
		"beyond what the fastest did": {1, []int{0}, [][]float64{row(0.061, 0.3), row(0.061, 0.3), row(0.061, 0.3)}, nil},
		"the other is alarmed":        {0, []int{1}, [][]float64{at, at, at}, []meeting{{1, 0}}},
		"a third is alarmed":          {0, []int{2}, [][]float64{at, at, at}, nil},
		"a frame before":              {0, []int{0}, [][]float64{apart, at, apart, apart, apart}, []meeting{{1, 0}}},
		"two frames before":           {0, []int{0}, [][]float64{at, apart, apart, apart, apart}, nil},
		"a frame after":               {0, []int{0}, [][]float64{apart, apart, apart, at, apart}, []meeting{{1, 0}}},
		"two frames after":            {0, []int{0}, [][]float64{apart, apart, apart, apart, at}, nil},
		"the nearest first": {0, []int{0, 1, 2, 3, 4, 5}, [][]float64{apart6, apart6,
			row(0.004, 0.002, 0.008, 0.003, 0.006)}, []meeting{{2, 1}, {4, 3}, {1, 0}, {5, 4}}},
		"at the frame at which they are nearest": {0, []int{0, 1, 2}, [][]float64{row(0.3, 0.3), row(0.001, 0.005), row(0.008, 0.002)}, []meeting{{1, 0}, {2, 1}}},
	} {
		got := near(c.speed, c.odd, c.places...)
		for k := range got {
			got[k] = meeting{max(got[k].body, got[k].other), min(got[k].body, got[k].other)}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", what, got, c.want)
		}
	}
}

var apart6 = []float64{0, 1, 2, 3, 4, 5}

// TestPassagesBeginWhereTwoOverlap, or else where they are nearest, and end when they are half a centimetre apart.
func TestPassagesBeginWhereTwoOverlap(t *testing.T) {
	t.Parallel()
	for what, c := range map[string]struct {
		gaps       []float64 // metres
		exact      bool
		at, parted int
	}{
		"at the first overlap":        {[]float64{0.3, 0.3, 0.008, -0.001, -0.05, -0.05, 0.004, 0.006, 0.3}, false, 3, 7},
		"where they are nearest":      {[]float64{0.3, 0.3, 0.008, 0.003, 0.002, 0.009, 0.3, 0.3, 0.3}, false, 4, 5},
		"never apart again":           {[]float64{0.3, 0.3, 0.3, -0.1, -0.1, -0.1, -0.1, -0.1, -0.1}, false, 3, 9},
		"in known states at the peak": {[]float64{0.3, 0.3, -0.001, -0.001, -0.1, 0.0049, 0.0051, 0.3, 0.3}, true, 4, 6},
		"not before the alarm":        {[]float64{-0.1, 0.3, 0.3, 0.009, 0.3, -0.1, 0.3, 0.3, -0.1}, false, 5, 6},
	} {
		var places [][]float64
		for _, gap := range c.gaps {
			places = append(places, []float64{0, 0.2 + gap})
		}
		j := inRow(t, places...)
		j.exact = c.exact
		for _, x := range places {
			j.sights = append(j.sights, []sim.Sight{{X: x[0], Seen: true}, {X: x[1], Seen: true}})
		}
		a := &alarm{judge: j, stretch: stretch{1, len(places)}, frames: []int{3, 4}, peak: 4}
		m := meeting{0, 1}
		if _, found := j.base.meetings(j.t.States[3], 1)[m]; !found {
			m = meeting{1, 0}
		}
		if at, parted := a.passage(m); at != c.at || parted != c.parted {
			t.Errorf("%s: from frame %d to %d, want %d to %d", what, at, parted, c.at, c.parted)
		}
	}
}

// TestChangesHaveACause: a place that velocities do not explain is a jump, a velocity that changes with nothing near is one, and energy is
// gained where more than a twentieth is.
func TestChangesHaveACause(t *testing.T) {
	t.Parallel()
	const std = 1e-3 // m, rad, m/s and rad/s, of both sides together
	for what, c := range map[string]struct {
		gap         float64
		first, p, q sim.BodyState // velocities at the beginning, just before and just after; X is how far it moved beside them
		joint       bool
		want        Cause
	}{
		"a little elsewhere":            {gap: 0.3, q: sim.BodyState{X: 0.0070}, want: Unknown},
		"elsewhere":                     {gap: 0.3, q: sim.BodyState{X: 0.0072}, want: Jumped},
		"within what the kick does":     {gap: 0.3, q: sim.BodyState{X: 0.0565, VX: 1}, want: Untouched},
		"beyond what the kick does":     {gap: 0.3, q: sim.BodyState{X: 0.0575, VX: 1}, want: Jumped},
		"a faint kick":                  {gap: 0.3, q: sim.BodyState{VX: 0.0070}, want: Unknown},
		"a kick":                        {gap: 0.3, q: sim.BodyState{VX: 0.0072}, want: Untouched},
		"a kick of what is tied":        {gap: 0.3, q: sim.BodyState{VX: 1}, joint: true, want: Gained},
		"a kick just near":              {gap: 0.069, q: sim.BodyState{VX: -1}, want: Gained},
		"a kick just apart":             {gap: 0.071, q: sim.BodyState{VX: -1}, want: Untouched},
		"a stop just near":              {gap: 0.069, p: sim.BodyState{VX: 1}, first: sim.BodyState{VX: 1}, want: Unknown},
		"a stop just apart":             {gap: 0.071, p: sim.BodyState{VX: 1}, first: sim.BodyState{VX: 1}, want: Untouched},
		"a little faster where touched": {p: sim.BodyState{VX: 1}, q: sim.BodyState{VX: -1.02}, want: Unknown},
		"faster where touched":          {p: sim.BodyState{VX: 1}, q: sim.BodyState{VX: -1.03}, want: Gained},
		"faster than just before":       {first: sim.BodyState{VX: 1.05}, p: sim.BodyState{VX: 1}, q: sim.BodyState{VX: -1.03}, want: Unknown},
		"spin is energy":                {p: sim.BodyState{VX: 1}, q: sim.BodyState{VX: -1, Omega: 5}, want: Gained},
	} {
		j := inRow(t, []float64{0, 0.2 + c.gap}, []float64{0, 0.2 + c.gap})
		if c.joint {
			j.t.Scene.Joints = []sim.Joint{{Kind: sim.Pin, A: 0, B: sim.World}}
		}
		a := &alarm{judge: j, peak: 1}
		before := &fit{frames: 1, states: []sim.State{{c.first, {}}, {c.p, {}}}, end: make([]covariance, 2)}
		after := &fit{states: []sim.State{{c.q, {}}}, start: make([]covariance, 2)}
		for axis := range sim.StateSize {
			before.end[0][axis][axis], after.start[0][axis][axis] = std*std/4, std*std*3/4
		}
		if got := a.change(before, after, 0, 1); got != c.want {
			t.Errorf("%s: %s, want %s", what, got, c.want)
		}
	}
}

// TestOnlyTheAlarmedBeginAnew: the most unlikely first, and others from a twentieth of it on that are unlikely by themselves.
func TestOnlyTheAlarmedBeginAnew(t *testing.T) {
	t.Parallel()
	j := inRow(t, []float64{0, 1, 2, 3, 4}, []float64{0, 1, 2, 3, 4})
	j.t.Scene.Bodies[4].Kind = sim.Kinematic
	a := alarmAt(t, j, 1)
	for _, c := range []struct {
		row  []float64
		want []int
	}{
		{[]float64{60, 1000, 49, 51, 500}, []int{1, 0, 3}},
		{[]float64{30, 45, 200, 40, 0}, []int{2, 1}},
		{[]float64{0, 3, 2, 1, 0}, []int{1}},
	} {
		a.rows[1] = c.row
		var got []int
		for _, f := range a.restart() {
			if f.frame != 1 || f.other != None || len(f.bodies) != 1 {
				t.Errorf("%+v", f)
			}
			got = append(got, f.bodies[0])
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("of %v begin %v, want %v", c.row, got, c.want)
		}
	}
}

// TestAModelsBlundersAreToldFromEvents: what is held or touched and pushed otherwise, by no more than twice the greatest push about it.
func TestAModelsBlundersAreToldFromEvents(t *testing.T) {
	t.Parallel()
	for what, c := range map[string]struct {
		gap    float64
		push   float64 // m/s, of body 1
		way, v float64 // by which body 0 is off
		cause  Cause
		joint  bool
		want   bool
	}{
		"touched and pushed":           {push: 1, v: 2.04, cause: Unknown, want: true},
		"pushed too much":              {push: 1, v: 2.06, cause: Unknown},
		"half a centimetre apart":      {gap: 0.0051, push: 1, v: 2.04, cause: Unknown},
		"not quite":                    {gap: 0.0049, push: 1, v: 2.04, cause: Unknown, want: true},
		"apart and pushed for oneself": {gap: 0.3, push: 1, v: 0.01, cause: Unknown},
		"held by a joint":              {gap: 0.3, v: 0.049, cause: Gained, joint: true, want: true},
		"held, and off by more":        {gap: 0.3, v: 0.051, cause: Gained, joint: true},
		"nudged":                       {way: 0.00099, cause: Jumped, want: true},
		"moved":                        {way: 0.00101, cause: Jumped},
		"moved as joints give":         {push: 1, way: 0.0059, cause: Jumped, want: true},
		"moved by more":                {push: 1, way: 0.0061, cause: Jumped},
		"through, hardly":              {push: 1, v: 0.049, cause: Through, want: true},
		"through":                      {push: 1, v: 0.051, cause: Through},
		"another mass, hardly":         {push: 1, v: 0.049, cause: MassChange, want: true},
		"another mass":                 {push: 1, v: 0.051, cause: MassChange},
		"another mass on a joint":      {push: 1, v: 2.04, cause: MassChange, joint: true, want: true},
		"swapped":                      {push: 1, cause: Swapped},
	} {
		places := []float64{0, 0.2 + c.gap}
		j := inRow(t, places, places)
		if c.joint {
			j.t.Scene.Joints = []sim.Joint{{Kind: sim.Pin, A: 0, B: sim.World}}
		}
		a := &alarm{judge: j, peak: 1}
		expected := slices.Clone(j.t.States[1])
		expected[0].X -= c.way
		expected[0].VX -= c.v
		a.sides = map[int][2]*fit{1: {{states: []sim.State{j.t.States[0], expected}, pushes: [][]push{{{}, {speed: c.push}}}}}}
		found := []finding{{bodies: []int{0}, cause: c.cause}}
		if got := a.blunder(found, 0); got != c.want {
			t.Errorf("%s: %v", what, got)
		}
		if a.blunder(found, 1) {
			t.Errorf("%s: nothing was found of the other", what)
		}
	}
}

// TestOrdinaryChanges are those that an impact may have made which was not seen well: beside a wall, or where momentum is kept within
// five deviations.
func TestOrdinaryChanges(t *testing.T) {
	t.Parallel()
	const std = 0.1 // m/s, of each velocity along one axis
	for what, c := range map[string]struct {
		cause Cause
		clean bool
		gap   float64    // between the two
		wall  float64    // m from body 0 to a wall
		kick  [2]float64 // m/s
		want  bool
	}{
		"a jump":                      {cause: Jumped},
		"a swap":                      {cause: Swapped},
		"through":                     {cause: Through},
		"untouched":                   {cause: Untouched},
		"gained in a mess":            {cause: Gained, want: true},
		"gained":                      {cause: Gained, clean: true},
		"another mass in a mess":      {cause: MassChange, want: true},
		"another mass":                {cause: MassChange, clean: true},
		"a mess":                      {cause: Unknown, wall: 5, gap: 3, kick: [2]float64{9, 0}, want: true},
		"beside a wall":               {cause: Unknown, clean: true, wall: 0.059, gap: 3, kick: [2]float64{1, 0}, want: true},
		"not beside a wall":           {cause: Unknown, clean: true, wall: 0.061, gap: 3, kick: [2]float64{1, 0}},
		"alone, hardly":               {cause: Unknown, clean: true, wall: 5, gap: 3, kick: [2]float64{0.70, 0}, want: true},
		"alone":                       {cause: Unknown, clean: true, wall: 5, gap: 3, kick: [2]float64{0.72, 0}},
		"momentum is kept":            {cause: Unknown, clean: true, wall: 5, gap: 0.01, kick: [2]float64{2, -2}, want: true},
		"momentum is kept, too far":   {cause: Unknown, clean: true, wall: 5, gap: 0.15, kick: [2]float64{2, -2}},
		"momentum of both is not":     {cause: Unknown, clean: true, wall: 5, gap: 0.01, kick: [2]float64{2, -0.9}},
		"momentum of both is, hardly": {cause: Unknown, clean: true, wall: 5, gap: 0.01, kick: [2]float64{2, -1.1}, want: true},
	} {
		places := []float64{0, 0.2 + c.gap}
		scene := discsApart(2)
		scene.Walls = []sim.Shape{sim.NewShape(sim.Segment, 0, sim.Surface{}, sim.Vec{X: -0.1 - c.wall, Y: -1}, sim.Vec{X: -0.1 - c.wall, Y: 1})}
		states := []sim.State{scene.Start(), scene.Start()}
		for k := range states {
			states[k][0].X, states[k][1].X = places[0], places[1]
		}
		j, err := newJudge(free{}, &sim.Trajectory{Scene: scene, States: states}, defaultScales())
		if err != nil {
			t.Fatal(err)
		}
		a := &alarm{judge: j, peak: 1, clean: c.clean}
		before := &fit{frames: 1, states: []sim.State{slices.Clone(states[0]), slices.Clone(states[0])}, end: make([]covariance, 2)}
		after := &fit{states: []sim.State{slices.Clone(states[1])}, start: make([]covariance, 2)}
		for i := range 2 {
			after.states[0][i].VX = c.kick[i]
			for axis := 3; axis < 5; axis++ {
				before.end[i][axis][axis], after.start[i][axis][axis] = std*std/2, std*std/2
			}
		}
		a.sides = map[int][2]*fit{1: {before, after}}
		if got := a.ordinary(c.cause, 0); got != c.want {
			t.Errorf("%s: %v", what, got)
		}
	}
}

// TestExchangedTracksTurnOn: whole turns that were counted along the other track are taken off, part of one is not.
func TestExchangedTracksTurnOn(t *testing.T) {
	t.Parallel()
	j := inRow(t, []float64{0, 1}, []float64{1, 0}, []float64{1, 0})
	angles := [][2]float64{{0.5, 20}, {20.2, 0.4}, {20.3, 0.3}}
	for k := range j.t.States {
		for i := range 2 {
			j.t.States[k][i].Angle = angles[k][i]
		}
	}
	j.exchange(1, 0, 1)
	if !slices.Equal(j.tracks, []int{1, 0}) {
		t.Errorf("tracks %v", j.tracks)
	}
	for k, want := range [][2]float64{{0.5, 20}, {0.4, 20.2}, {0.3, 20.3}} {
		for i := range 2 {
			if s := j.t.States[k][i]; !(math.Abs(s.Angle-want[i]) <= 1e-12) || s.X != float64(i) {
				t.Errorf("at frame %d body %d is %+v, want an angle of %v", k, i, s, want[i])
			}
		}
	}
	j = inRow(t, []float64{0, 1}, []float64{1, 0})
	j.t.States[1][0].Angle = 4*math.Pi + 0.1
	j.t.States[1][1].Angle = -2*math.Pi + 0.3
	j.exchange(1, 0, 1)
	for i, want := range []float64{0.3, 0.1} {
		if got := j.t.States[1][i].Angle; !(math.Abs(got-want) <= 1e-12) {
			t.Errorf("body %d is turned by %v, want %v", i, got, want)
		}
	}
}
