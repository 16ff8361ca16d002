package identification

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/sim/render"
	"orrery/world/identify"
)

// TestWhatTellsNothingIsRefused, with the number that the dataset gives the episode.
func TestWhatTellsNothingIsRefused(t *testing.T) {
	t.Parallel()
	impact, still, empty, held := two(1, 9, false), two(0, 9, false), two(1, 9, false), two(1, 9, false)
	impact.Impact = true
	empty.Scene.Bodies = nil
	for i := range held.Scene.Bodies {
		held.Scene.Bodies[i].Kind = sim.Kinematic
	}
	for _, c := range []struct {
		all  []*sim.Trajectory
		want string
	}{
		{[]*sim.Trajectory{two(1, 2, false)}, ""},
		{[]*sim.Trajectory{two(1, 1, false), two(1, 2, false)}, ""},
		{[]*sim.Trajectory{still, two(1, 9, true)}, ""},
		{nil, "film: there is no episode, so there is no motion to tell anything from"},
		{[]*sim.Trajectory{two(1, 9, false), impact}, "film: episode 8 is of an impact alone: no time passes in it, so nothing can be told from its motion"},
		{[]*sim.Trajectory{two(1, 1, false)}, "film: every episode has one frame: motion shows in two frames at the least"},
		{[]*sim.Trajectory{empty}, "film: its scenes have no bodies, so nothing can move"},
		{[]*sim.Trajectory{still}, "film: nothing moves in its episode: motion is what numbers are read from"},
		{[]*sim.Trajectory{still, held}, "film: nothing moves in any of its 2 episodes: motion is what numbers are read from"},
	} {
		_, err := NewData("film", []int{7, 8}[:len(c.all)], c.all)
		if (err == nil) != (c.want == "") || err != nil && err.Error() != c.want {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
}

// TestKnownStatesMoveByAMillionth of a metre or a radian.
func TestKnownStatesMoveByAMillionth(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		by   sim.BodyState
		want bool
	}{
		{sim.BodyState{X: 0.9e-6}, false}, {sim.BodyState{X: 1.1e-6}, true}, {sim.BodyState{Y: -1.1e-6}, true}, {sim.BodyState{X: 0.8e-6, Y: 0.8e-6}, true},
		{sim.BodyState{Angle: 0.9e-6}, false}, {sim.BodyState{Angle: -1.1e-6}, true}, {sim.BodyState{VX: 9, Omega: 9}, false},
	} {
		motion := two(0, 3, false)
		s := &motion.States[2][1]
		s.X, s.Y, s.Angle, s.VX, s.Omega = s.X+c.by.X, s.Y+c.by.Y, s.Angle+c.by.Angle, c.by.VX, c.by.Omega
		if got := moves(motion); got != c.want {
			t.Errorf("moved by %+v: %v", c.by, got)
		}
	}
}

// TestSightsWanderBeyondTheirNoise: by half as much variance again, and five deviations of what so many sights leave open.
func TestSightsWanderBeyondTheirNoise(t *testing.T) {
	t.Parallel()
	const n, std = 200, 0.01
	limit := math.Sqrt(1.5 + 5*math.Sqrt(2./n)) // 1.414 deviations
	for axis := range 3 {
		for _, c := range []struct {
			spread float64 // of the sights, in deviations
			want   bool
		}{{1, false}, {limit - 0.01, false}, {limit + 0.01, true}} {
			seen := &sim.Observation{}
			for k := range n {
				off := c.spread * std * float64(1-2*(k%2))
				s := sim.Sight{X: 5, Y: -3, Seen: true, Turned: axis == 2, Std: std, StdTurn: 2 * std}
				switch axis {
				case 0:
					s.X += off
				case 1:
					s.Y += off
				case 2:
					s.Angle = 2 * off
				}
				seen.Sights = append(seen.Sights, []sim.Sight{s})
			}
			if got := wanders(seen, 0); got != c.want {
				t.Errorf("axis %d, %v deviations: %v", axis, c.spread, got)
			}
			for k := range seen.Sights { // what is not seen tells nothing, nor does one sight
				seen.Sights[k][0].Seen, seen.Sights[k][0].Turned = k == 0, k == 0
			}
			if wanders(seen, 0) {
				t.Errorf("axis %d: one sight wanders", axis)
			}
		}
	}
}

// TestScenesAreMadeUpWhereAnImporterNamesThemSo, without walls, of what was seen.
func TestScenesAreMadeUpWhereAnImporterNamesThemSo(t *testing.T) {
	t.Parallel()
	for what, c := range map[string]struct {
		change func(t *sim.Trajectory)
		want   bool
	}{
		"made up":      {func(*sim.Trajectory) {}, true},
		"another name": {func(t *sim.Trajectory) { t.Scene.Name = "box" }, false},
		"walls":        {func(t *sim.Trajectory) { t.Scene.Walls = make([]sim.Shape, 1) }, false},
		"known states": {func(t *sim.Trajectory) { t.Seen = nil }, false},
	} {
		a, b := two(1, 3, true), two(1, 3, true)
		a.Scene.Name, b.Scene.Name = "recording", "recording"
		c.change(b)
		if got := presumed([]*sim.Trajectory{a, b}); got != c.want {
			t.Errorf("%s: %v", what, got)
		}
	}
}

// TestAFilesSceneTakesThePlaceOfTheirs: starts, frames and steps stay those of each episode, and the file stays as it is.
func TestAFilesSceneTakesThePlaceOfTheirs(t *testing.T) {
	t.Parallel()
	a, b := two(1, 3, true), two(2, 3, true)
	a.Scene.Name, b.Scene.Name = "recording", "recording"
	b.Scene.FPS, b.Scene.Substeps = 30, 7
	b.Scene.Bodies[1].Start.X = -0.7
	d, err := NewData("film", []int{3, 5}, []*sim.Trajectory{a, b})
	if err != nil || !d.Presumed {
		t.Fatal(err)
	}
	scene := sim.DefaultScene()
	scene.Name, scene.Gravity = "file", sim.Vec{Y: -2}
	scene.Bodies = []sim.Body{sim.NewDisc(0.2, 10, sim.Surface{}), sim.NewDisc(0.3, 10, sim.Surface{})}
	if err := d.Replace(&scene, "a.json"); err != nil || d.Presumed {
		t.Fatal(err)
	}
	got := d.Trajectories[1].Scene
	if got.Name != "file" || got.Gravity.Y != -2 || got.FPS != 30 || got.Substeps != 7 || got.Bodies[1].Start.X != -0.7 || got.Bodies[1].Shapes[0].Radius != 0.3 {
		t.Errorf("%+v", got)
	}
	if scene.Bodies[1].Start.X != 0 || scene.FPS != 60 || b.Scene.Name != "recording" {
		t.Error("the file's scene, or the episode that was given, has changed")
	}
	scene.Bodies = scene.Bodies[:1]
	if err := d.Replace(&scene, "a.json"); err == nil || err.Error() != "a.json has 1 bodies, and episode 3 of film has 2" {
		t.Error(err)
	}
	scene.Bodies = []sim.Body{sim.NewDisc(0.2, 10, sim.Surface{}), sim.NewDisc(-1, 10, sim.Surface{})}
	if err := d.Replace(&scene, "a.json"); err == nil || !strings.HasPrefix(err.Error(), "a.json: with the start of episode 3 of film: ") {
		t.Error(err)
	}
}

// TestMassesAreToldOfDynamicBodies: the moment grows with the mass, in all episodes, and nothing that was given changes.
func TestMassesAreToldOfDynamicBodies(t *testing.T) {
	t.Parallel()
	all := []*sim.Trajectory{two(1, 3, false), two(2, 3, false), two(3, 3, false)}
	for k := range all {
		all[k].Scene.Bodies[0].Name = "puck"
	}
	d, err := NewData("film", []int{3, 4, 9}, all)
	if err != nil {
		t.Fatal(err)
	}
	given := all[1]
	was := given.Scene.Bodies[0]
	for _, c := range []struct {
		body string
		kg   float64
		want string
	}{
		{"puck", 0, ""}, {"puck", 3 * was.Mass, ""}, {"body1", 1, ""}, {"body0", 1, "there is no body body0; there are puck, body1"}, {"a b", 1, "there is no body 'a b'; there are puck, body1"},
	} {
		if err := d.SetMass(c.body, c.kg); (err == nil) != (c.want == "") || err != nil && err.Error() != c.want {
			t.Errorf("%s: %v, want %q", c.body, err, c.want)
		}
		b := d.Trajectories[1].Scene.Bodies[0]
		if want := max(c.kg, was.Mass); c.body == "puck" && (!scalar.EqualWithinRel(b.Mass, want, 1e-12) || !scalar.EqualWithinRel(b.Moment, was.Moment*want/was.Mass, 1e-12)) {
			t.Errorf("%v kg: %v kg and %v kg·m²", c.kg, b.Mass, b.Moment)
		}
	}
	if given.Scene.Bodies[0].Mass != was.Mass {
		t.Error("the episode that was given has changed")
	}
	d.Trajectories[2].Scene.Bodies[0].Kind = sim.Kinematic
	if err := d.SetMass("puck", 1); err == nil || err.Error() != "episode 9 has no such body as puck" {
		t.Error(err)
	}
	d.Trajectories[2].Scene.Bodies = nil
	if err := d.SetMass("puck", 1); err == nil || err.Error() != "episode 9 has no such body as puck" {
		t.Error(err)
	}
	d.Trajectories[0].Scene.Bodies[0].Kind = sim.Kinematic
	if err := d.SetMass("puck", 1); err == nil || err.Error() != "body puck is kinematic, so its mass means nothing" {
		t.Error(err)
	}
}

// TestContradictionsAreListed: three numbers of episodes at most, in the right grammar.
func TestContradictionsAreListed(t *testing.T) {
	t.Parallel()
	for others, want := range map[int]string{
		1: "the scenes contradict each other: the walls of episode 1 are not as in episode 0, and one value is found for all",
		3: "the scenes contradict each other: the walls of 3 episodes (1, 2, 3) are not as in episode 0, and one value is found for all",
		5: "the scenes contradict each other: the walls of 5 episodes (1, 2, 3, …) are not as in episode 0, and one value is found for all",
	} {
		d := &Data{Name: "film", Numbers: []int{0}, Trajectories: []*sim.Trajectory{two(1, 3, false)}}
		for k := range others {
			other := two(float64(2+k), 3, false)
			other.Scene.Walls = []sim.Shape{sim.NewShape(sim.Circle, 0.1, sim.Surface{}, sim.Vec{Y: 9})}
			d.Numbers, d.Trajectories = append(d.Numbers, k+1), append(d.Trajectories, other)
		}
		if got := d.Sort(); !slices.Equal(got, []string{want}) {
			t.Errorf("%q, want %q", got, want)
		}
	}
	a := two(1, 3, true)
	d := &Data{Numbers: []int{1, 2, 3, 4}, Trajectories: []*sim.Trajectory{a, two(1, 3, true), two(1, 3, false), two(1, 4, true)}}
	if got := d.Sort(); len(got) != 1 || !strings.HasPrefix(got[0], "1 episode is a copy of others and left out") || !slices.Equal(d.Numbers, []int{1, 3, 4}) {
		t.Errorf("%q, %v are left", got, d.Numbers)
	}
	d = &Data{Numbers: []int{1, 2, 3}, Trajectories: []*sim.Trajectory{a, a, a}}
	if got := d.Sort(); len(got) != 1 || !strings.HasPrefix(got[0], "2 episodes are copies of others") {
		t.Errorf("%q", got)
	}
}

// TestMethodsAreAsked: one that finds nothing at all is at fault, one that fails says why, and one that goes on when time is over has some
// to return.
func TestMethodsAreAsked(t *testing.T) {
	t.Parallel()
	one := &identify.Result{}
	method := func(r *identify.Result, err error) identify.Method {
		return func(context.Context, []*sim.Trajectory, *identify.Options) (*identify.Result, error) { return r, err }
	}
	if r, err := ask(t.Context(), method(one, nil), nil, nil); r != one || err != nil {
		t.Error(err)
	}
	if _, err := ask(t.Context(), method(nil, nil), nil, nil); err == nil || err.Error() != "a fault of this program: a method found nothing at all" {
		t.Error(err)
	}
	failed := errors.New("failed")
	if _, err := ask(t.Context(), method(nil, failed), nil, nil); !errors.Is(err, failed) {
		t.Error(err)
	}
	o := &identify.Options{Only: []identify.Name{identify.Mass}}
	list := names(o)
	if list[0] = "other"; o.Only[0] != identify.Mass || len(names(&identify.Options{})) != len(identify.Names()) {
		t.Errorf("%v", o.Only)
	}
	known := []identify.Parameter{{Name: identify.Mass}, {Name: identify.Friction}, {Name: identify.Mass, Of: "b"}}
	for _, c := range []struct {
		only []identify.Name
		want int
	}{{nil, 3}, {[]identify.Name{identify.Mass}, 2}, {[]identify.Name{identify.Drag}, 0}} {
		if got := wanted(known, c.only); len(got) != c.want || got == nil {
			t.Errorf("of %v: %v", c.only, got)
		}
	}
}

// TestThePictureShowsTheEpisodeWithTheMostFits, and lines end where nothing was seen for four times as long as usual.
func TestThePictureShowsTheEpisodeWithTheMostFits(t *testing.T) {
	t.Parallel()
	f := &Found{Data: &Data{Trajectories: make([]*sim.Trajectory, 3)}}
	fits := func(episode, sights int) identify.Fit {
		return identify.Fit{Episode: episode, Times: make([]float64, sights)}
	}
	for _, c := range []struct {
		fits []identify.Fit
		want int
	}{{nil, 0}, {[]identify.Fit{fits(1, 3), fits(2, 2), fits(2, 2)}, 2}, {[]identify.Fit{fits(1, 3), fits(2, 3)}, 1}, {[]identify.Fit{fits(7, 9), fits(-1, 9), fits(2, 1)}, 2}} {
		f.Fits = c.fits
		if got := f.shown(); got != c.want {
			t.Errorf("%+v: episode %d, want %d", c.fits, got, c.want)
		}
	}
	if got := usualStep([]float64{0, 1, 2, 9, 10}); got != 1 || !math.IsInf(usualStep([]float64{3}), 1) {
		t.Errorf("the usual step is %v s", got)
	}
	for gap, stretches := range map[float64]int{3.9: 1, 4.1: 2} {
		fit := identify.Fit{Times: []float64{0, 1, 2, 2 + gap, 3 + gap}, Seen: make([]sim.Vec, 5), Fitted: make([]sim.Vec, 5)}
		list := &render.List{}
		p := drawing{list: list, theme: &render.Theme{}}
		p.way(render.Camera{Scale: 1}, fit)
		dots, line := list.Items[0].(render.Path), list.Items[1].(render.Path)
		if len(dots.Contours) != 5 || len(line.Contours) != stretches {
			t.Errorf("a gap of %v usual ones: %d dots, %d lines", gap, len(dots.Contours), len(line.Contours))
		}
	}
}
