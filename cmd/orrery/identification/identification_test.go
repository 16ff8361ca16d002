package identification

import (
	"context"
	"image"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/sim/render"
	"orrery/world/identify"
)

// two returns an episode of two discs that fly apart at a speed, in m/s.
func two(speed float64, frames int, seen bool) *sim.Trajectory {
	scene := sim.DefaultScene()
	scene.Gravity = sim.Vec{}
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 10, sim.Surface{}), sim.NewDisc(0.1, 10, sim.Surface{})}
	t := &sim.Trajectory{Scene: &scene}
	if seen {
		t.Seen = &sim.Observation{}
	}
	for k := range frames {
		x := 0.5 + speed*float64(k)/60
		state := sim.State{{X: x, VX: speed}, {X: -x, VX: -speed}}
		t.States = append(t.States, state)
		if seen {
			t.Seen.Sights = append(t.Seen.Sights, []sim.Sight{{X: x, Seen: true, Std: 1e-3}, {X: -x, Seen: true, Std: 1e-3}})
			t.Seen.Std = append(t.Seen.Std, make(sim.State, 2))
		}
	}
	scene.Bodies[0].Start, scene.Bodies[1].Start = t.States[0][0], t.States[0][1]
	return t
}

// TestEpisodesThatTellNoMoreAreLeftOut: copies of others. The rest keeps its numbers, and scenes that contradict each
// other are named.
func TestEpisodesThatTellNoMoreAreLeftOut(t *testing.T) {
	t.Parallel()
	for _, seen := range []bool{false, true} {
		a, b, again := two(1, 20, seen), two(2, 20, seen), two(1, 20, seen)
		other := two(1.5, 20, seen)
		scene := *other.Scene
		scene.Gravity.Y = -1
		other.Scene = &scene
		d, err := NewData("film", []int{4, 5, 6, 7}, []*sim.Trajectory{a, b, again, other})
		if err != nil {
			t.Fatal(err)
		}
		said := strings.Join(d.Sort(), "\n")
		if !slices.Equal(d.Numbers, []int{4, 5, 7}) || len(d.Trajectories) != 3 || d.Trajectories[1] != b {
			t.Errorf("seen %v: %v are left", seen, d.Numbers)
		}
		if !strings.Contains(said, "1 episode is a copy") || !strings.Contains(said, "gravity of episode 7 is not as in episode 4") || strings.Contains(said, "drag") {
			t.Errorf("seen %v: it says %q", seen, said)
		}
	}
}

// TestWhatIsAtRestIsSaidToBe: noise is no motion, and a drift as slow as it is one once there are enough frames.
func TestWhatIsAtRestIsSaidToBe(t *testing.T) {
	t.Parallel()
	rng := sim.NewRand(3, "test/rest", 0)
	rest := two(0, 60, true)
	for _, row := range rest.Seen.Sights {
		for i := range row {
			row[i].X, row[i].Y = row[i].X+1e-3*rng.NormFloat64(), 1e-3*rng.NormFloat64()
		}
	}
	if moves(rest) {
		t.Error("what only seems to move moves")
	}
	for k, row := range rest.Seen.Sights {
		row[0].X += 1e-4 * float64(k)
	}
	if !moves(rest) {
		t.Error("what drifts by 6 mm is at rest")
	}
	turned := two(0, 30, false)
	turned.States[29][1].Angle = 1
	if moves(two(0, 30, false)) || !moves(turned) || !moves(two(0.01, 30, false)) {
		t.Error("what is known to move or to turn is at rest, or the contrary")
	}
	kinematic := two(1, 30, false)
	scene := *kinematic.Scene
	scene.Bodies = slices.Clone(scene.Bodies)
	for i := range scene.Bodies {
		scene.Bodies[i].Kind = sim.Kinematic
	}
	kinematic.Scene = &scene
	if moves(kinematic) {
		t.Error("what is driven tells something")
	}
}

// drawn returns the picture of findings as its texts, and checks that all of them are inside.
func drawn(t *testing.T, f *Found) string {
	t.Helper()
	list, err := f.Picture()
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, item := range list.Items {
		text, ok := item.(render.Text)
		if !ok || text.Value == "" {
			continue
		}
		left := text.At.X
		switch text.Align {
		case render.Left:
		case render.Centre:
			left -= text.Width() / 2
		case render.Right:
			left -= text.Width()
		}
		inside := image.Rect(int(left), int(text.At.Y), int(left+text.Width()), int(text.At.Y)+1)
		if strings.Contains(text.Value, "NaN") || !inside.In(list.Bounds()) {
			t.Errorf("%q stands at %v of %v", text.Value, inside, list.Bounds())
		}
		texts = append(texts, text.Value)
	}
	if list.Image().Bounds() != list.Bounds() || !strings.Contains(string(list.SVG(f.title())), "</svg>") {
		t.Error("it cannot be drawn")
	}
	return strings.Join(texts, "\n")
}

// TestPicturesOfWhateverWasFound: of nothing, of many values, of couplings of all kinds, of one episode and of all.
func TestPicturesOfWhateverWasFound(t *testing.T) {
	t.Parallel()
	film := two(1, 20, true)
	data, err := NewData("film", []int{3, 8}, []*sim.Trajectory{film, two(2, 20, true)})
	if err != nil {
		t.Fatal(err)
	}
	nothing := &Found{identify.Result{Scene: film.Scene}, data}
	if got := drawn(t, nothing); !strings.Contains(got, "none could be told") || !strings.Contains(got, "Episode 3") || strings.Contains(got, "What the fit leaves") {
		t.Errorf("of nothing it says\n%s", got)
	}
	eight := 8
	found := &Found{identify.Result{Scene: film.Scene, Edges: []identify.Edge{
		{A: "body0", B: "body1", Kind: identify.Charge, Probability: 0.98, Strength: 1, Episode: &eight},
		{A: "body0", B: "nobody", Kind: identify.Rod, Probability: 1},
	}}, data}
	for k := range 40 {
		half := math.Pow(10, float64(k%5)-6)
		found.Parameters = append(found.Parameters, identify.Known(identify.Mass, strings.Repeat("m", k), 0.5, 0.5-half, 0.5+half, "kg", "so"))
	}
	fit := identify.Fit{Episode: 1, Body: 1}
	for k := range 20 {
		at := sim.Vec{X: float64(k) / 20}
		fit.Times, fit.Seen, fit.Fitted = append(fit.Times, float64(k)/60), append(fit.Seen, at), append(fit.Fitted, at.Add(sim.Vec{X: 1e-3, Y: 2e-3}))
	}
	found.Fits = []identify.Fit{fit}
	got := drawn(t, found)
	for _, words := range []string{"Episode 8: seen (dots)", "Who acts on whom in episode 8: 1 of 1 pair", "dashes: charges", "thick lines: rods", "What the fit leaves", "RMS 1.6 mm an axis", "more"} {
		if !strings.Contains(got, words) {
			t.Errorf("it does not say %q:\n%s", words, got)
		}
	}
	found.Fits[0].Episode = 0
	if got := drawn(t, found); strings.Contains(got, "dashes") || !strings.Contains(got, "Episode 3") {
		t.Errorf("a coupling of another episode is drawn:\n%s", got)
	}
}

// TestTheNextMethodKnowsOfCouplings, and does not look for their strengths again; what one method fails on fails, and
// when time is over the best so far is told.
func TestTheNextMethodKnowsOfCouplings(t *testing.T) {
	t.Parallel()
	one := 1
	edge := identify.Edge{A: "body0", B: "body1", Kind: identify.Charge, Probability: 0.9, Strength: 2, Episode: &one}
	all := []*sim.Trajectory{two(1, 20, false), two(2, 20, false)}
	with, err := coupled(all, &identify.Result{Edges: []identify.Edge{edge}})
	if err != nil || len(with[0].Scene.Fields) != 0 || len(with[1].Scene.Fields) != 1 || len(all[1].Scene.Fields) != 0 {
		t.Fatalf("%v: %+v", err, with)
	}
	edge.Probability = 0.4
	if with, err := coupled(all, &identify.Result{Edges: []identify.Edge{edge}}); err != nil || with[1] != all[1] {
		t.Errorf("what is unlikely is in the scene: %v", err)
	}
	d, err := NewData("film", []int{0, 1}, all)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := d.Identify(ctx, io.Discard, Settings{}); err == nil {
		t.Error("something was found in no time")
	}
}

// TestCouplingsTakeBackWhatFlightsTold: gravity and drag that were read off flights of bodies that turn out to pull at
// each other are not told; nothing else is lost.
func TestCouplingsTakeBackWhatFlightsTold(t *testing.T) {
	t.Parallel()
	r := &identify.Result{Parameters: []identify.Parameter{
		identify.Known(identify.Gravity, identify.Scene, 0.02, 0.01, 0.03, "m/s²", ""),
		identify.Known(identify.Drag, identify.Scene, 0.1, 0.09, 0.11, "1/s", ""),
		identify.Known(identify.Elasticity, identify.Wall, 0.9, 0.8, 1, "", ""),
	}}
	bind([]*identify.Result{r})
	for k, known := range []bool{false, false, true} {
		if p := r.Parameters[k]; p.Identifiable != known || (p.Why == "") != known {
			t.Errorf("%+v, want that it is known: %v", p, known)
		}
	}
	if p := r.Parameters[0]; p.Value != 0 || p.Of != identify.Scene || p.Unit != "m/s²" {
		t.Errorf("%+v", p)
	}
}

// TestLongListsAreShortened: of more than forty letters the first name and how many more, or as much of one name as there is room.
func TestLongListsAreShortened(t *testing.T) {
	t.Parallel()
	for of, want := range map[string]string{
		"":                                 "",
		strings.Repeat("ä", 40):            strings.Repeat("ä", 40),
		strings.Repeat("ä", 41):            strings.Repeat("ä", 39) + "…",
		"a, b, c":                          "a, b, c",
		"a, b, " + strings.Repeat("c", 35): "a and 2 more",
	} {
		if got := shortened(of); got != want {
			t.Errorf("%s: %s, want %s", of, got, want)
		}
	}
}

// TestLanesHaveOneScale: they reach as far as the episode that is longest, and nearly as far as the residuals along either axis.
func TestLanesHaveOneScale(t *testing.T) {
	t.Parallel()
	theme, err := render.LoadTheme("light")
	if err != nil {
		t.Fatal(err)
	}
	scene := two(1, 2, false).Scene
	p := &drawing{found: &Found{Result: identify.Result{Scene: scene}}, theme: theme, label: identify.Label{Scene: scene}, list: &render.List{Width: 800, Height: 400}}
	long, short := &lane{body: 0}, &lane{body: 1}
	for k := range 100 {
		long.times, long.offs = append(long.times, 0.08*float64(k)), append(long.offs, [2]float64{0.001, 0})
		short.times, short.offs = append(short.times, 0.01*float64(k)), append(short.offs, [2]float64{0, -0.01})
	}
	p.residuals(image.Rect(0, 0, 800, 400), []*lane{long, short})
	var said []string
	for _, item := range p.list.Items {
		if text, is := item.(render.Text); is {
			said = append(said, text.Value)
		}
	}
	all := strings.Join(said, "|")
	if !strings.Contains(all, "± "+small(0.013)) || !slices.Contains(said, "7 s") || slices.Contains(said, "8 s") {
		t.Errorf("it says %s", all)
	}
}
