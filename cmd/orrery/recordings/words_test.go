package recordings

import (
	"bytes"
	"errors"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/cmd/orrery/console"
	"orrery/datasets/bags"
	"orrery/datasets/csv"
	"orrery/datasets/recording"
	"orrery/sim"
)

// TestRatesAreNumbersOrFractions from one picture a second to a thousand.
func TestRatesAreNumbersOrFractions(t *testing.T) {
	t.Parallel()
	const words, limits = "must be a number such as 30, 29.97 or 30000/1001", "must be from 1 to 1000"
	for _, c := range []struct {
		text           string
		value          float64
		whole, nearest int
		want           string
	}{
		{"30", 30, 30, 30, ""}, {"29.97", 29.97, 0, 30, ""}, {"30000/1001", 30000. / 1001, 0, 30, ""}, {" 60 / 2 ", 30, 30, 30, ""}, {"1.4", 1.4, 0, 1, ""},
		{"1", 1, 1, 1, ""}, {"1000", 1000, 1000, 1000, ""}, {"0.99", 0, 0, 0, limits}, {"1000.1", 0, 0, 0, limits}, {"-30", 0, 0, 0, limits},
		{"30/0", 0, 0, 0, words}, {"30/-1", 0, 0, 0, words}, {"30/x", 0, 0, 0, words}, {"x/2", 0, 0, 0, words}, {"", 0, 0, 0, words}, {"30fps", 0, 0, 0, words},
	} {
		var r Rate
		err := r.Set(c.text)
		var bounds *console.OutOfBounds
		if (err == nil) != (c.want == "") || err != nil && err.Error() != c.want || errors.As(err, &bounds) != (c.want == limits) {
			t.Errorf("%q: %v, want %q", c.text, err, c.want)
		}
		if !scalar.EqualWithinAbs(r.Value(), c.value, 1e-12) || r.Whole() != c.whole || r.Nearest() != c.nearest || err == nil && r.String() != c.text {
			t.Errorf("%q is %v, %d as a whole, %d nearly, %q", c.text, r.Value(), r.Whole(), r.Nearest(), r.String())
		}
	}
}

// TestWordsThatSayNothingLeaveNoFlag, and mistakes in them name the flag.
func TestWordsThatSayNothingLeaveNoFlag(t *testing.T) {
	t.Parallel()
	usual := DefaultOptions()
	if usual.Told() || usual.Settings(&usual) != nil || usual.Parse() != nil {
		t.Error("usual options say something")
	}
	o := DefaultOptions()
	o.Words = recording.Words{Unit: "px", Scale: "400px/m", Y: "down", Angle: "degrees", Noise: "1px", Origin: "1,2"}
	o.Odd, o.Bag = "split", bags.Options{Topics: []string{"/a", "/b"}, Frames: []string{"map"}, Plane: "xz"}
	want := [][2]string{{"unit", "px"}, {"scale", "400px/m"}, {"y", "down"}, {"angle", "degrees"}, {"noise", "1px"}, {"origin", "1,2"},
		{"odd", "split"}, {"plane", "xz"}, {"topic", "/a,/b"}, {"frame", "map"}}
	if got := o.Settings(&usual); !slices.Equal(got, want) || !o.Told() || o.Parse() != nil || o.Frame.PerMetre != 400 {
		t.Errorf("%v, want %v; %v px are a metre", got, want, o.Frame.PerMetre)
	}
	for _, c := range []struct {
		change func(o *Options)
		told   bool
		want   string
	}{
		{func(o *Options) { o.Odd = "drop" }, true, ""},
		{func(o *Options) { o.Words.Y = "up" }, true, ""},
		{func(o *Options) { o.Odd = "dorp" }, true, `--odd "dorp" must be `},
		{func(o *Options) { o.Odd = "dorp" }, true, `, perhaps "drop"`},
		{func(o *Options) { o.Words.Unit = "furlong" }, true, "--unit"},
		{func(o *Options) { o.Bag.Plane = "yx" }, false, "--plane"},
	} {
		o := DefaultOptions()
		c.change(&o)
		if err := o.Parse(); o.Told() != c.told || (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %q", o.Words, err, c.want)
		}
	}
}

// TestFormatsAreToldByTheBeginning, and texts by their ending.
func TestFormatsAreToldByTheBeginning(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, c := range map[string]struct {
		text string
		want Format
	}{
		"a.csv": {"PAR1and more than sixteen bytes", Parquet}, "b.bin": {"PK\x03\x04", NPZ}, "c": {"\x93NUMPY\x01", NPZ}, "d.mcap": {"\x89MCAP0\r\n", MCAP},
		"e.mcap": {"\x89MCAP1\r\n", ""}, "f.TSV": {"x,y", CSV}, "g.csv": {"", CSV}, "h.csv.gz": {"\x1f\x8b", CSV}, "i.png": {"\x89PNG", ""}, "j.dat": {"1 2", CSV}, "k.txt": {"1", CSV},
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := FormatOfFile(path); err != nil || got != c.want {
			t.Errorf("%s is %q, want %q, %v", name, got, c.want, err)
		}
	}
	for _, path := range []string{dir, filepath.Join(dir, "none")} {
		if _, err := FormatOfFile(path); err == nil {
			t.Errorf("%s has a format", path)
		}
	}
}

// TestFilesThatCannotBeOpenedSayWhy.
func TestFilesThatCannotBeOpenedSayWhy(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, c := range []struct {
		format Format
		path   string
		bag    bags.Options
		want   string
		usage  bool
	}{
		{CSV, "a.csv", bags.Options{Topics: []string{"/a"}}, "--topic, --frame and --plane say what is taken of a bag (mcap), and this is csv", true},
		{NPZ, "a.npz", bags.Options{Frames: []string{"a"}}, "and this is npz", true},
		{Parquet, "a.parquet", bags.Options{Plane: "xy"}, "and this is parquet", true},
		{LeRobot, "a", bags.Options{}, "lerobot is a folder, which is mapped before it is opened", true},
		{"xls", "a", bags.Options{}, `unknown format "xls"`, true},
		{Parquet, "-", bags.Options{}, "import: parquet must be a file, and not standard input", true},
		{MCAP, "-", bags.Options{Plane: "xy"}, "import: mcap must be a file, and not standard input", true},
		{NPZ, dir, bags.Options{}, dir + ": must be a plain file", false},
		{Parquet, dir, bags.Options{}, dir + ": must be a plain file", false},
		{NPZ, filepath.Join(dir, "none"), bags.Options{}, "no such file", false},
		{CSV, filepath.Join(dir, "none"), bags.Options{}, "no such file", false},
	} {
		_, err := Open(t.Context(), c.format, c.path, nil, csv.DefaultOptions(), c.bag, func(string) {})
		if err == nil || !strings.Contains(err.Error(), c.want) || console.IsUsage(err) != c.usage {
			t.Errorf("%s: %v, want %q", c.format, err, c.want)
		}
	}
	if _, err := Open(t.Context(), MCAP, dir, nil, csv.DefaultOptions(), bags.Options{}, func(string) {}); err == nil || strings.Contains(err.Error(), "plain file") {
		t.Errorf("bags may be folders: %v", err)
	}
	file, err := Open(t.Context(), CSV, "-", strings.NewReader("frame,x,y\n0,1,2\n1,1,2\n"), lookOnly(csv.DefaultOptions()), bags.Options{}, nil)
	if err != nil || file.Episodes() != 1 {
		t.Fatalf("standard input: %v", err)
	}
	file.Close()
}

// TestRecordingsAreDescribedLineByLine.
func TestRecordingsAreDescribedLineByLine(t *testing.T) {
	t.Parallel()
	info := Info{File: "a.csv", Format: "csv", Episodes: 1, Frame: "metres", About: &recording.About{
		Bodies: []string{"red", "blue"}, Pictures: 90, Seconds: 3, RateHz: 29.97, Uneven: 0.004, NoiseM: 9e-8, Low: sim.Vec{X: -1, Y: -2}, High: sim.Vec{X: 1, Y: 2}, Speed: 0.5,
		Gravity: sim.Vec{Y: -0.04}, GravityStd: 0.01,
	}}
	const plain = `recording        a.csv
holds            positions of 2 bodies in 1 episode (csv)
bodies           red, blue
written in       metres
rate             29.97 pictures a second, 90 in all, 3 s
noise            none in m
gaps             none
arena            x -1 to 1, y -2 to 2 m; speeds of 0.5 m/s (median)
likely gravity   none: 0.04 ± 0.01 m/s²
likely contacts  none
`
	var out strings.Builder
	if err := info.print(&out); err != nil || out.String() != plain {
		t.Errorf("%v\n%s\nwant\n%s", err, &out, plain)
	}
	info.Bodies, info.Episodes, info.Unused, info.ToldM = []string{"red"}, 2, []string{"likelihood"}, 0.01
	info.Uneven, info.NoiseM, info.NoiseRad, info.Turned = 0.006, 2e-7, 0.02, 0.5
	info.Unseen, info.LongestS, info.Gravity, info.GravityStd, info.Hits, info.Pairs = 0.125, 0.2, sim.Vec{Y: -9.81}, 0.1, 7, 2
	info.Walls = []recording.Wall{{Side: "left", At: -1, Hits: 3}, {Side: "bottom", At: -2, Hits: 4}, {Side: "top", At: 2, Hits: 5}}
	info.Odd, info.Notes, info.Missing = []string{"one", "two"}, strings.Fields("a b c d e f g h i j k l"), []string{"the unit"}
	const full = `recording        a.csv
holds            positions and angles of 1 body in 2 episodes (csv)
bodies           red
not used         likelihood
written in       metres
rate             29.97 pictures a second, 90 in all, 3 s; times are off the beat by 0.6 % of a picture (median)
noise            2e-07 m and 0.02 rad; told: 0.01 m
gaps             12.5 % of the sights are missing, at most for 0.2 s
arena            x -1 to 1, y -2 to 2 m; speeds of 0.5 m/s (median)
likely wall      left, a radius beyond x = -1 m, where bodies turn back 3 times
likely wall      bottom, a radius beyond y = -2 m, where bodies turn back 4 times
likely wall      top, a radius beyond y = 2 m, where bodies turn back 5 times
likely gravity   9.81 ± 0.1 m/s², down
likely contacts  7 sudden changes of velocity, 2 of them of two bodies at a time
odd              one
                 two
note             a
                 b
                 c
                 d
                 e
                 f
                 g
                 h
                 i
                 j
                 and 2 more
missing          the unit
`
	out.Reset()
	if err := info.print(&out); err != nil || out.String() != full {
		t.Errorf("%v\n%s\nwant\n%s", err, &out, full)
	}
	info.States = true
	out.Reset()
	if err := info.print(&out); err != nil || !strings.Contains(out.String(), "states with velocities of 1 body") {
		t.Errorf("%v\n%s", err, &out)
	}
	for v, want := range map[sim.Vec]string{
		{X: 1}: "to the right", {X: 1, Y: 1}: "up and to the right", {Y: 1}: "up", {X: -1, Y: 1}: "up and to the left", {X: -1}: "to the left",
		{X: -1, Y: -1}: "down and to the left", {Y: -1}: "down", {X: 1, Y: -1}: "down and to the right", {X: 1, Y: -0.1}: "to the right", {X: -1, Y: -0.1}: "to the left",
	} {
		if got := direction(v.X, v.Y); got != want {
			t.Errorf("%v points %s, want %s", v, got, want)
		}
	}
}

// TestWhatARecordingDoesNotTellIsMissing, with what that means.
func TestWhatARecordingDoesNotTellIsMissing(t *testing.T) {
	t.Parallel()
	const unit, angles, times, scene, sizes = "the unit: positions are taken for metres; --unit", "angles: ", "times: pictures are taken to be 1/30 s apart", "the scene: ", "sizes: "
	for what, c := range map[string]struct {
		change func(r *recording.Recording, info *Info, look *Look)
		want   []string
	}{
		"nothing is told":       {func(*recording.Recording, *Info, *Look) {}, []string{unit, angles, times, scene, sizes}},
		"positions in pixels":   {func(_ *recording.Recording, i *Info, _ *Look) { i.High.Y = 51 }, []string{"the unit: positions are taken for metres, and would be 51 m across", angles, times, scene, sizes}},
		"just in metres":        {func(_ *recording.Recording, i *Info, _ *Look) { i.High.X = 50 }, []string{unit, angles, times, scene, sizes}},
		"a unit":                {func(_ *recording.Recording, _ *Info, l *Look) { l.Seen.Words.Unit = "m" }, []string{angles, times, scene, sizes}},
		"a scale":               {func(_ *recording.Recording, _ *Info, l *Look) { l.Seen.Words.Scale = "1px/m" }, []string{angles, times, scene, sizes}},
		"a bag is in metres":    {func(_ *recording.Recording, i *Info, _ *Look) { i.Format = "mcap" }, []string{angles, times, scene, sizes}},
		"angles":                {func(_ *recording.Recording, i *Info, _ *Look) { i.Turned = 0.01 }, []string{unit, times, scene, sizes}},
		"times":                 {func(r *recording.Recording, _ *Info, _ *Look) { r.Raw.Timed = true }, []string{unit, angles, scene, sizes}},
		"a scene":               {func(_ *recording.Recording, _ *Info, l *Look) { l.Scene = &sim.Scene{} }, []string{unit, angles, times}},
		"a radius":              {func(r *recording.Recording, _ *Info, _ *Look) { r.Tracks[0].Radius = 1 }, []string{unit, angles, times, scene}},
		"a width":               {func(r *recording.Recording, _ *Info, _ *Look) { r.Tracks[0].Width = 1 }, []string{unit, angles, times, scene}},
		"states":                {func(_ *recording.Recording, i *Info, _ *Look) { i.States = true }, []string{"nothing: it has velocities"}},
		"states 49 m across":    {func(_ *recording.Recording, i *Info, _ *Look) { i.States, i.High.X = true, 49 }, []string{"nothing: it has velocities"}},
		"states that are large": {func(_ *recording.Recording, i *Info, _ *Look) { i.States, i.High.X = true, 51 }, []string{"the unit: positions are taken for metres, and would be 51 m across", angles, times, scene, sizes}},
	} {
		r := seenAt(2, 30)
		r.Raw = &recording.Raw{}
		info, look := &Info{About: &recording.About{RateHz: 30}}, Look{}
		c.change(r, info, &look)
		got := missingOf(&Set{Seen: []*recording.Recording{r}}, info, look)
		if !slices.EqualFunc(got, c.want, strings.HasPrefix) {
			t.Errorf("%s: %q, want %q", what, got, c.want)
		}
	}
}

// TestALookIsPrintedAndDrawn, and what cannot be is refused before anything is read.
func TestALookIsPrintedAndDrawn(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path, picture := filepath.Join(dir, "seen.csv"), filepath.Join(dir, "seen.PNG")
	table, _ := bounces(30, 60, func(int) bool { return false })
	if err := os.WriteFile(path, []byte(table), 0o600); err != nil {
		t.Fatal(err)
	}
	look := func(change func(l *Look)) (string, error) {
		l := Look{Path: path, Format: CSV, Seen: DefaultOptions(), Patience: time.Minute}
		if err := l.Seen.Rate.Set("30"); err != nil {
			t.Fatal(err)
		}
		change(&l)
		var out strings.Builder
		err := Inspect(t.Context(), &out, io.Discard, l)
		return out.String(), err
	}
	if out, err := look(func(l *Look) { l.Out = picture }); err != nil || !strings.HasPrefix(out, "recording ") || !strings.Contains(out, "\nlikely contacts  1 sudden change of velocity, 0 of them") {
		t.Errorf("%v\n%s", err, out)
	}
	text, err := os.ReadFile(picture)
	if err != nil {
		t.Fatal(err)
	}
	if drawn, err := png.DecodeConfig(bytes.NewReader(text)); err != nil || drawn.Width != 900 || drawn.Height != 760 {
		t.Errorf("%+v, %v", drawn, err)
	}
	if out, err := look(func(l *Look) { l.JSON = true; l.Seen.Words.Noise = "20mm" }); err != nil || !strings.HasPrefix(out, "{") || !strings.Contains(out, `"told_noise_m": 0.02`) || !strings.Contains(out, `"rate_hz": `) {
		t.Errorf("%v\n%s", err, out)
	}
	if out, err := look(func(l *Look) { l.Scene, l.Seen.Rate = box(30), Rate{} }); err != nil || strings.Contains(out, "the scene: ") {
		t.Errorf("with a scene, which says the rate: %v\n%s", err, out)
	}
	for want, change := range map[string]func(l *Look){
		`inspect: --out "a.jpg" must end in .png`: func(l *Look) { l.Out = "a.jpg" },
		"inspect: --odd": func(l *Look) { l.Seen.Odd = "some" },
		"inspect: the rows have no times, so --fps must say how many pictures a second has": func(l *Look) { l.Seen.Rate = Rate{} },
		"seen.PNG":     func(l *Look) { l.Out = picture },
		"no such file": func(l *Look) { l.Path = filepath.Join(dir, "none.csv") },
	} {
		if _, err := look(change); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	if _, err := look(func(l *Look) { l.Out, l.Force = picture, true }); err != nil {
		t.Errorf("a picture that may be replaced: %v", err)
	}
}

// TestSetsThatCannotBeAreRefused: of nothing that moves, and with episodes that never end.
func TestSetsThatCannotBeAreRefused(t *testing.T) {
	t.Parallel()
	for table, want := range map[string]string{
		"frame,x,y\n0,0,0\n": "nothing is left to estimate: ",
		"frame,x,y\n0,0,0\n400000,0,0\n800000,1,1\n1200000,1,1\n":                                   "so that an episode would have more than 1048576 frames: are frame or time another column?",
		"episode,frame,x,y\n0,0,0,0\n0,1,0,0\n1,0,0,0\n1,400000,1,1\n1,800000,1,1\n1,1200000,1,1\n": "episode 1: 4 pictures take 4e+04 s, so that",
	} {
		options, own := csv.DefaultOptions(), DefaultOptions()
		options.FPS, options.Recording = 30, true
		file, err := csv.Read(t.Context(), "box.csv", strings.NewReader(table), options)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Read(t.Context(), file, own, func(float64) {}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", table, err, want)
		}
		file.Close()
	}
}

// TestBodiesOfASceneThatAreNotSeenAreLeftOut, and said.
func TestBodiesOfASceneThatAreNotSeenAreLeftOut(t *testing.T) {
	t.Parallel()
	table, _ := bounces(30, 40, func(int) bool { return false })
	table = strings.Replace(strings.ReplaceAll(table, ",0.2,0.5\n", ",0.2,0.5,0\n"), "angle\n", "angle,body\n", 1)
	var shares []float64
	s := readSetWith(t, table, func(o *csv.Options) {
		o.Scene = box(30)
		o.Scene.Bodies = append(o.Scene.Bodies, sim.NewDisc(0.1, 1, sim.Surface{}))
	}, func(share float64) { shares = append(shares, share) })
	if !slices.Contains(s.Notes, "the scene's body 1 is not seen, and left out") || len(s.Scene(0).Bodies) != 1 {
		t.Errorf("%d bodies, %q", len(s.Scene(0).Bodies), s.Notes)
	}
	if !slices.Equal(shares, []float64{0.5, 1}) {
		t.Errorf("shares %v are told to be read", shares)
	}
}

// readSetWith reads a table with options, and tells the shares that are read.
func readSetWith(t *testing.T, table string, change func(*csv.Options), progress func(float64)) *Set {
	t.Helper()
	options := csv.DefaultOptions()
	options.FPS, options.Recording = 30, true
	change(&options)
	file, err := csv.Read(t.Context(), "box.csv", strings.NewReader(table), options)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	s, err := Read(t.Context(), file, DefaultOptions(), progress)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
