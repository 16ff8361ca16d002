package recording

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
)

// film is a recording of bodies that fly freely and are reflected at ±1.
type film struct {
	tracks []string
	rows   []Row
	angles bool
}

// fly returns the rows of n bodies in so many pictures, at 30 a second, with noise in m.
func fly(n, pictures int, noise float64) *film {
	random := sim.NewRand(3, "film", n)
	f := &film{}
	for i := range n {
		f.tracks = append(f.tracks, fmt.Sprint(i))
	}
	at := make([]sim.Vec, n)
	v := make([]sim.Vec, n)
	for i := range n {
		at[i] = sim.Vec{X: 1.6*random.Float64() - 0.8, Y: 1.6*random.Float64() - 0.8}
		turn := 2 * math.Pi * random.Float64()
		v[i] = sim.Vec{X: 1.2}.Rotate(turn)
	}
	fold := func(x float64) float64 { // the way of a body between two walls
		x = math.Mod(x+1, 4)
		if x < 0 {
			x += 4
		}
		if x > 2 {
			x = 4 - x
		}
		return x - 1
	}
	for k := range pictures {
		t := float64(k) / 30
		for i := range n {
			p := at[i].Add(v[i].Scale(t))
			f.rows = append(f.rows, Row{
				Number: 2 + len(f.rows), Frame: int64(k), Time: t, Track: i, Seen: true,
				X: fold(p.X) + noise*random.NormFloat64(), Y: fold(p.Y) + noise*random.NormFloat64(),
			})
		}
	}
	return f
}

func (f *film) raw(timed bool) *Raw {
	return &Raw{
		Name: "film.csv", Place: func(row int) string { return fmt.Sprintf("line %d", row) },
		Timed: timed, Framed: true, Angled: f.angles, Tracks: f.tracks, Rows: f.rows,
	}
}

func (f *film) at(picture, track int) *Row { return &f.rows[picture*len(f.tracks)+track] }

func mustIn(t *testing.T, raw *Raw, frame Frame) *Recording {
	t.Helper()
	r, err := raw.In(frame, Rate{30, 1})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestWhatIsOddIsFound(t *testing.T) {
	t.Parallel()
	for _, noise := range []float64{0, 0.001} {
		for _, test := range []struct {
			name  string
			spoil func(f *film)
			want  []string // kind, picture and tracks
		}{
			{"nothing", func(*film) {}, nil},
			{"outlier", func(f *film) { f.at(20, 1).X += 0.3 }, []string{"outlier 20 [1]"}},
			{"small outlier", func(f *film) { f.at(24, 1).Y += 0.04 }, []string{"outlier 24 [1]"}},
			{"outlier at the start", func(f *film) { f.at(0, 2).Y -= 0.5 }, []string{"outlier 0 [2]"}},
			{"outlier at the end", func(f *film) { f.at(59, 0).Y -= 0.5 }, []string{"outlier 59 [0]"}},
			{"teleport", func(f *film) {
				for k := 30; k < 60; k++ {
					f.at(k, 0).X += 0.3
				}
			}, []string{"teleport 30 [0]"}},
			{"swap", func(f *film) { f.swap(30, 0, 2) }, []string{"swapped ids 30 [0 2]"}},
			{"three change places", func(f *film) { f.swap(30, 0, 1); f.swap(30, 1, 2) }, []string{"swapped ids 30 [0 1 2]"}},
			{"doubled frame", func(f *film) {
				for i := range 3 {
					f.at(40, i).X, f.at(40, i).Y = f.at(39, i).X, f.at(39, i).Y
				}
			}, []string{"doubled frame 40 [0 1 2]"}},
			{"stuck", func(f *film) {
				for k := 41; k < 46; k++ {
					f.at(k, 1).X, f.at(k, 1).Y = f.at(40, 1).X, f.at(40, 1).Y
				}
			}, []string{"stuck value 41 [1]"}},
			{"stuck for two pictures", func(f *film) {
				for k := 41; k < 43; k++ {
					f.at(k, 1).X, f.at(k, 1).Y = f.at(40, 1).X, f.at(40, 1).Y
				}
			}, []string{"stuck value 41 [1]"}},
			{"a body at rest", func(f *film) {
				for k := range 60 {
					f.at(k, 1).X, f.at(k, 1).Y = 0.25, 0.5
				}
			}, nil},
			{"a body that is not always seen", func(f *film) {
				for k := 30; k < 36; k++ {
					f.at(k, 1).Seen = false
				}
			}, nil},
			{"the clock", func(f *film) {
				for i := range 3 {
					f.at(50, i).Time = 1
				}
			}, []string{"clock 30 []"}},
		} {
			f := fly(3, 60, noise)
			test.spoil(f)
			r, err := f.raw(test.name == "the clock").In(Metres(), Rate{30, 1})
			if test.name == "the clock" {
				if err == nil || !strings.Contains(err.Error(), "times must ascend; --odd drop leaves out") {
					t.Errorf("%s: %v", test.name, err)
				}
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, o := range r.Odd() {
				tracks := slices.Clone(o.Tracks)
				slices.Sort(tracks)
				got = append(got, fmt.Sprintf("%s %d %v", o.Kind, o.Picture, tracks))
				if !strings.HasPrefix(o.Text, "line ") || !strings.Contains(o.Text, string(o.Kind)) {
					t.Errorf("%s: %q has no place or no kind", test.name, o.Text)
				}
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("noise %v: %s: %q, want %q", noise, test.name, got, test.want)
			}
		}
	}
}

// swap changes two bodies from a picture on.
func (f *film) swap(picture, a, b int) {
	for k := picture; k < len(f.rows)/len(f.tracks); k++ {
		x, y := f.at(k, a), f.at(k, b)
		x.X, x.Y, y.X, y.Y = y.X, y.Y, x.X, x.Y
	}
}

// TestCleanMotionIsNotOdd looks at many noisy flights.
func TestCleanMotionIsNotOdd(t *testing.T) {
	t.Parallel()
	for _, noise := range []float64{0, 1e-4, 1e-3, 3e-3} {
		r := mustIn(t, fly(40, 300, noise).raw(false), Metres())
		if odd := r.Odd(); len(odd) > 1 { // of 12,000 sights
			t.Errorf("noise %v: %d odd things such as %s", noise, len(odd), odd[0].Text)
		}
	}
}

func TestFallingIsNotOdd(t *testing.T) {
	t.Parallel()
	f := fly(1, 60, 0)
	for k := range 60 {
		s := math.Mod(float64(k)/30, 0.8)
		f.rows[k].X, f.rows[k].Y = float64(k)/300, 0.8*9.81*s/2-9.81*s*s/2
	}
	if odd := mustIn(t, f.raw(false), Metres()).Odd(); len(odd) > 0 {
		t.Error(odd[0].Text)
	}
}

func TestPoliciesMend(t *testing.T) {
	t.Parallel()
	clean := mustIn(t, fly(3, 60, 0).raw(false), Metres())
	for _, policy := range []Policy{Report, Drop, Split} {
		f := fly(3, 60, 0)
		f.swap(30, 0, 2)
		f.at(12, 1).X += 0.4
		r := mustIn(t, f.raw(false), Metres())
		pieces, _ := r.Pieces(policy, r.Odd())
		want := map[Policy]int{Report: 1, Drop: 1, Split: 3}[policy]
		if len(pieces) != want {
			t.Fatalf("%s: %d pieces, want %d", policy, len(pieces), want)
		}
		last := pieces[len(pieces)-1]
		got, truth := r.Sights[40][0], clean.Sights[40][0]
		if same := got.X == truth.X; same != (policy != Report) {
			t.Errorf("%s: body 0 is at %v, and was at %v", policy, got.X, truth.X)
		}
		if seen := r.Sights[12][1].Seen; seen != (policy == Report) {
			t.Errorf("%s: the outlier is seen: %t", policy, seen)
		}
		records := last.Records(last.Tracks)
		if policy == Drop {
			if n := len(records); n != 180 || records[12*3+1].Odd != string(Outlier) || records[0].Odd != "" || records[40*3].Body != 2 {
				t.Errorf("%d records, of which %+v and %+v", n, records[37], records[120])
			}
		}
	}
}

func TestPiecesHaveTheSameBodies(t *testing.T) {
	t.Parallel()
	f := fly(3, 90, 0)
	unseen := func(track, from, to int) {
		for k := from; k < to; k++ {
			f.at(k, track).Seen = false
		}
	}
	unseen(0, 10, 20) // a short gap
	unseen(1, 0, 30)  // comes later
	unseen(2, 50, 70) // a long gap
	r := mustIn(t, f.raw(false), Metres())
	pieces, notes := r.Pieces(Report, nil)
	var got []string
	for _, p := range pieces {
		got = append(got, fmt.Sprint(p.From, p.To, p.Tracks))
	}
	if want := []string{"0 30 [0 2]", "30 50 [0 1 2]", "70 90 [0 1 2]"}; !slices.Equal(got, want) || len(notes) != 1 || !strings.Contains(notes[0], "body 2 is not seen") {
		t.Errorf("%q, %q", got, notes)
	}
}

// TestAllMayBeUnseen: where there is no picture for longer than half a second, a new episode begins as well.
func TestAllMayBeUnseen(t *testing.T) {
	t.Parallel()
	for lost, want := range map[int]string{14: "[0 76]", 15: "[0 30] [30 75]"} { // pictures; fifteen steps are half a second
		f := fly(1, 90, 0)
		f.rows = slices.Delete(f.rows, 30, 30+lost)
		pieces, notes := mustIn(t, f.raw(true), Metres()).Pieces(Report, nil)
		var got []string
		for _, p := range pieces {
			got = append(got, fmt.Sprintf("[%d %d]", p.From, p.To))
		}
		if strings.Join(got, " ") != want || len(notes) != len(pieces)-1 {
			t.Errorf("%d pictures are lost: pieces %v, want %s; %q", lost, got, want, notes)
		}
	}
}

func TestFramesOfReference(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		words         Words
		x, y, angle   float64
		wantX, wantY  float64
		want          float64
		std, wantTurn float64
	}{
		{Words{}, 1, 2, 3, 1, 2, 3, 0, 0},
		{Words{Unit: "mm", Noise: "2mm"}, 1500, 20, 3, 1.5, 0.02, 3, 0.002, 0},
		{Words{Unit: "in", Angle: "degrees"}, 100, -10, 180, 2.54, -0.254, math.Pi, 0, 0},
		{Words{Scale: "400px/m", Y: "down", Noise: "0.1px,2deg", Angle: "clockwise,degrees"}, 400, 800, 90, 1, -2, -math.Pi / 2, 0.00025, 2 * math.Pi / 180},
		{Words{Unit: "px", Scale: "2.5mm/px"}, 400, 0, 0, 1, 0, 0, 0, 0},
		{Words{Scale: "80px=20cm"}, 400, 0, 0, 1, 0, 0, 0, 0},
		{Words{Scale: "10,20:310,420=1.25m", Noise: "1mm,0.01rad", Angle: "degrees"}, 400, 0, 0, 1, 0, 0, 0.001, 0.01},
		{Words{Scale: "400px/m", Y: "down", Origin: "400,400"}, 600, 600, 0, 0.5, -0.5, 0, 0, 0},
		{Words{Unit: "m", Angle: "counterclockwise,radians", Noise: "1mm"}, 1, 0, 1, 1, 0, 1, 0.001, 0},
	} {
		f, err := ParseFrame(test.words)
		if err != nil {
			t.Errorf("%+v: %v", test.words, err)
			continue
		}
		p := f.Point(test.x, test.y)
		for _, pair := range [][2]float64{{p.X, test.wantX}, {p.Y, test.wantY}, {f.Turn(test.angle), test.want}, {f.Std / f.PerMetre, test.std}, {f.StdTurned(f.StdTurn), test.wantTurn}} {
			if !scalar.EqualWithinAbs(pair[0], pair[1], 1e-12) {
				t.Errorf("%+v: %v, want %v", test.words, pair[0], pair[1])
			}
		}
	}
}

func TestBadWordsOfFramesAreExplained(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		words Words
		want  string
	}{
		{Words{Unit: "px"}, "unit px needs a scale"},
		{Words{Unit: "miles"}, `unit "miles" must be one of px, mm, cm, m, in`},
		{Words{Unit: "miles", Scale: "radius=0.05m"}, `unit "miles" must be one of px, mm, cm, m, in`},
		{Words{Scale: "fast"}, "must be such as 400px/m"},
		{Words{Scale: "0px/m"}, "must be such as"},
		{Words{Scale: "400px/km"}, `unit "km" must be one of`},
		{Words{Unit: "mm", Scale: "400px/m"}, "is of px, but the unit is mm"},
		{Words{Unit: "mm", Scale: "500mm/m"}, "contradicts the unit mm"},
		{Words{Scale: "1000.01mm/m"}, "contradicts the unit mm"},
		{Words{Scale: "1,2:1,2=1m"}, "a metre must have a finite number of units > 0"},
		{Words{Scale: "1,2:3=1m"}, `"3" must be two numbers X,Y`},
		{Words{Scale: "80px=0m"}, `"0m" must be a length > 0`},
		{Words{Scale: "80px=3px"}, `"3px" must be a length > 0`},
		{Words{Y: "left"}, `y "left" must be up or down`},
		{Words{Angle: "clockwise,counterclockwise"}, "clockwise or counterclockwise, not both"},
		{Words{Angle: "degrees,none"}, "angle none says that there are none"},
		{Words{Angle: "degree"}, `perhaps "degrees"`},
		{Words{Noise: "small"}, `noise "small" must be a number > 0`},
		{Words{Noise: "-1mm"}, "must be a number > 0"},
		{Words{Noise: "1px"}, `must be in m, as positions are`},
		{Words{Noise: "1mm,fast"}, `noise "fast" of angles`},
		{Words{Origin: "3"}, `"3" must be two numbers X,Y`},
	} {
		if _, err := ParseFrame(test.words); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%+v: %v, want %s", test.words, err, test.want)
		}
	}
}

func TestTimesHaveTheirUnit(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		first, step, unit float64
	}{
		"seconds":          {0, 1 / 30., 1},
		"since 1970":       {1.77e9, 1 / 30., 1},
		"milliseconds":     {0, 1000 / 30., 1e3},
		"ms since 1970":    {1.77e12, 1000 / 30., 1e3},
		"µs since 1970":    {1.77e15, 1e6 / 30., 1e6},
		"ns since 1970":    {1.77e18, 1e9 / 30., 1e9},
		"nanoseconds":      {5e8, 1e9 / 30., 1e9},
		"seven per second": {0, 1 / 7., 1},
	} {
		f := fly(2, 40, 0)
		for k := range f.rows {
			f.rows[k].Time = test.first + float64(k/2)*test.step
		}
		raw := f.raw(true)
		raw.Framed = false
		r, err := raw.In(Metres(), Rate{})
		if err != nil {
			t.Fatal(err)
		}
		if r.Scaled != test.unit || !scalar.EqualWithinRel(r.Step(), test.step/test.unit, 1e-4) || r.Begin != test.first {
			t.Errorf("%s: %v units a second, %v s between pictures, begins at %v", name, r.Scaled, r.Step(), r.Begin)
		}
	}
}

// TestBodiesOfOnePictureNeedNotHaveOneTime reads bags, where each message has a time of its own.
func TestBodiesOfOnePictureNeedNotHaveOneTime(t *testing.T) {
	t.Parallel()
	f := fly(3, 40, 0)
	for k := range f.rows {
		f.rows[k].Time += 0.002 * float64(f.rows[k].Track)
	}
	raw := f.raw(true)
	raw.Framed = false
	r := mustIn(t, raw, Metres())
	if len(r.Times) != 40 || !scalar.EqualWithinAbs(r.Sights[7][2].After, 0.004, 1e-9) {
		t.Errorf("%d pictures, body 2 is seen %v s later", len(r.Times), r.Sights[7][2].After)
	}
}

// TestBodiesMayBeSeenInTurn: a picture for each does not make the recording three times as fast.
func TestBodiesMayBeSeenInTurn(t *testing.T) {
	t.Parallel()
	f := fly(3, 40, 0.001)
	for k := range f.rows {
		f.rows[k].Time += 0.01 * float64(f.rows[k].Track)
	}
	raw := f.raw(true)
	raw.Framed = false
	r := mustIn(t, raw, Metres())
	about := Tell([]*Recording{r})
	if len(r.Times) != 120 || !scalar.EqualWithinRel(about.RateHz, 30, 1e-6) || !scalar.EqualWithinRel(about.NoiseM, 0.001, 0.25) || !(about.Uneven <= 1e-6) || about.Unseen != 0 || about.LongestS != 0 {
		t.Errorf("%d pictures, %v a second, noise %v m, uneven by %v", len(r.Times), about.RateHz, about.NoiseM, about.Uneven)
	}
	if odd := r.Odd(); len(odd) > 0 {
		t.Error(odd[0].Text)
	}
}

func TestAnglesAreContinuous(t *testing.T) {
	t.Parallel()
	f := fly(1, 60, 0)
	f.angles = true
	for k := range f.rows {
		f.rows[k].Angle, f.rows[k].Turned = math.Remainder(40*f.rows[k].Time, 2*math.Pi), k < 20 || k > 24
	}
	r := mustIn(t, f.raw(false), Metres())
	for k := range r.Times {
		if s := r.Sights[k][0]; s.Turned && !scalar.EqualWithinAbs(s.Angle, 40*r.Times[k], 1e-9) {
			t.Fatalf("picture %d: angle %v, want %v", k, s.Angle, 40*r.Times[k])
		}
	}
}

func TestSightsOnFramesKeepTheirTime(t *testing.T) {
	t.Parallel()
	f := fly(2, 61, 0)
	for k := range f.rows {
		f.rows[k].Time = float64(k/2) * 1001 / 30000
	}
	r := mustIn(t, f.raw(true), Metres())
	pieces, _ := r.Pieces(Report, nil)
	p := pieces[0]
	sights := p.OnFrames(30, p.Tracks)
	if len(sights) != 61 {
		t.Fatalf("%d frames", len(sights))
	}
	for k := range sights {
		if after := float64(k) * (1001/30000. - 1/30.); !scalar.EqualWithinAbs(sights[k][1].After, after, 1e-12) || !sights[k][1].Seen {
			t.Fatalf("frame %d: %+v, want %v s after it", k, sights[k][1], after)
		}
	}
	if n := len(p.Frames(60)); n != 121 {
		t.Errorf("%d frames at 60 a second", n)
	}
	if n := len(p.OnFrames(10, p.Tracks)); n != 21 {
		t.Errorf("%d frames at 10 a second", n)
	}
}

// TestTheNearestSightIsThatOfAFrame: of five pictures in two frames none is more than a fifth of a frame away.
func TestTheNearestSightIsThatOfAFrame(t *testing.T) {
	t.Parallel()
	f := fly(1, 151, 0)
	for k := range f.rows {
		f.rows[k].Time = float64(k) / 75
	}
	pieces, _ := mustIn(t, f.raw(true), Metres()).Pieces(Report, nil)
	for k, sights := range pieces[0].OnFrames(30, pieces[0].Tracks) {
		want := 0.0
		if k%2 == 1 {
			want = 0.2 / 30
		}
		if after := sights[0].After; !scalar.EqualWithinAbs(math.Abs(after), want, 1e-9) {
			t.Errorf("frame %d: seen %v s after it", k, after)
		}
	}
}

// TestActionsAreThoseOfTheirFrame: what is asked for at a picture holds from it on.
func TestActionsAreThoseOfTheirFrame(t *testing.T) {
	t.Parallel()
	f := fly(1, 31, 0)
	for k := range f.rows {
		f.rows[k].Action = []float64{float64(k)}
		f.rows[k].Time += 0.004 * float64(k%2) // some pictures are an eighth of a frame late
	}
	pieces, _ := mustIn(t, f.raw(true), Metres()).Pieces(Report, nil)
	actions := pieces[0].Actions(30)
	if len(actions) != 30 {
		t.Fatalf("%d actions", len(actions))
	}
	for k, action := range actions {
		if action[0] != float64(k) {
			t.Errorf("from frame %d on %v is asked for", k, action)
		}
	}
	for k, action := range pieces[0].Actions(60) {
		if want := float64(k / 2); action[0] != want {
			t.Errorf("at 60 frames a second: from frame %d on %v is asked for, want %v", k, action, want)
		}
	}
}

func TestTracksAreCalledByTheirNames(t *testing.T) {
	t.Parallel()
	r := &Recording{Tracks: []Track{{Name: "ball"}, {Name: "box"}, {Name: "cart"}, {Name: "disc"}}}
	for _, c := range []struct {
		tracks []int
		want   string
	}{
		{[]int{1}, "body box "}, {[]int{1, 3}, "body box and disc "}, {[]int{0, 1, 3}, "body ball, box and disc "}, {[]int{0, 1, 2, 3}, ""},
	} {
		if got := r.names(c.tracks); got != c.want {
			t.Errorf("%v are called %q, want %q", c.tracks, got, c.want)
		}
	}
	two := &Recording{Tracks: r.Tracks[:2]}
	if got := two.names([]int{0, 1}); got != "body ball and box " {
		t.Errorf("both of two are called %q", got)
	}
	if got := (&Recording{Tracks: make([]Track, 1)}).names([]int{0}); got != "it " {
		t.Errorf("one without a name is called %q", got)
	}
}

// TestRoundedTimesTellTheRate: times of four digits are 0.0333 or 0.0334 s apart, some pictures are missing, and one
// pause is long.
func TestRoundedTimesTellTheRate(t *testing.T) {
	t.Parallel()
	f := fly(2, 90, 0)
	var rows []Row
	for k := range f.rows {
		if picture := k / 2; picture%10 != 7 && (picture < 40 || picture > 55) {
			f.rows[k].Time = math.Round(1e4*float64(picture)/30) / 1e4
			rows = append(rows, f.rows[k])
		}
	}
	f.rows = rows
	raw := f.raw(true)
	raw.Framed = false
	r, err := raw.In(Metres(), Rate{})
	if err != nil {
		t.Fatal(err)
	}
	if !scalar.EqualWithinRel(r.Step(), 1/30., 1e-4) {
		t.Errorf("%v s between pictures, want 1/30", r.Step())
	}
}
