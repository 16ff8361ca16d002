package importing

import (
	"slices"
	"strings"
	"testing"

	"orrery/cmd/orrery/recordings"
	"orrery/datasets/lerobot"
	"orrery/datasets/splits"
	"orrery/sim"
)

// TestTheCommandOfADatasetSaysWhatIsNotUsual, files by their names alone, quantities in order, and nothing else.
func TestTheCommandOfADatasetSaysWhatIsNotUsual(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		change func(*Options)
		want   string
	}{
		{func(*Options) {}, "orrery import csv shots.csv"},
		{func(o *Options) { o.File = "-" }, "orrery import csv -"},
		{func(o *Options) { o.File = "/a/b/two words.csv" }, "orrery import csv 'two words.csv'"},
		{func(o *Options) { o.Scene, o.Name = "/x/y/table.json", "it" }, "orrery import csv shots.csv --scene=table.json --name=it"},
		{func(o *Options) { o.Scenes = "/x/scenes" }, "orrery import csv shots.csv --scenes=scenes"},
		{func(o *Options) { o.Table.Radius = 0.25 }, "orrery import csv shots.csv --radius=0.25"},
		{func(o *Options) { o.Table.Columns = map[string]string{"y": "b", "x": "a"} }, "orrery import csv shots.csv --map x=a --map y=b"},
		{func(o *Options) { o.Task, o.Out, o.Workers, o.Force = "Do it", "/else/where", 99, true }, "orrery import csv shots.csv --task='Do it'"},
		{func(o *Options) { o.Split, _ = splits.Parse("train=8,test=2") }, "orrery import csv shots.csv --split=train=8,test=2"},
	} {
		o := DefaultOptions()
		o.Format, o.File = recordings.CSV, "/data/shots.csv"
		c.change(&o)
		if got := o.command(); got != c.want {
			t.Errorf("%s; want %s", got, c.want)
		}
	}
}

// TestPlansRefuseWhatExcludesItself, and call what is made by the file unless it is told otherwise.
func TestPlansRefuseWhatExcludesItself(t *testing.T) {
	t.Parallel()
	o := DefaultOptions()
	o.File, o.Scene, o.Scenes, o.Command = "shots.csv", "a.json", "b", "import"
	if _, err := o.plan(); err == nil || !strings.HasPrefix(err.Error(), "import: ") || !strings.Contains(err.Error(), "exclude each other") {
		t.Errorf("%v", err)
	}
	o = DefaultOptions()
	o.Format, o.File, o.Layout = recordings.CSV, "shots.csv", "gym"
	if _, err := o.Prepare(t.Context(), Log{}); err == nil || !strings.Contains(err.Error(), "--layout is for LeRobot data, and this is csv") {
		t.Errorf("%v", err)
	}
	o = DefaultOptions()
	o.Format, o.File = recordings.CSV, "/data/break shots.csv"
	spec, err := o.plan()
	if err != nil || spec.Scenario != "break shots" || spec.Task != "Motion that was recorded in break shots.csv." {
		t.Errorf("%+v, %v", spec, err)
	}
	o.Name, o.Task, o.File = "pool", "Break.", "-"
	if spec, err = o.plan(); err != nil || spec.Scenario != "pool" || spec.Task != "Break." || o.base() != "stdin" {
		t.Errorf("%+v, %v", spec, err)
	}
}

// TestWhatASceneLacksIsSaid: all without one, surfaces where it has none, and nothing where any shape or pair tells one.
func TestWhatASceneLacksIsSaid(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		change func(*sim.Scene)
		want   string
	}{
		{func(*sim.Scene) {}, "elasticity and friction"},
		{func(s *sim.Scene) { s.Bodies[1].Shapes[0].Friction = 0.1 }, ""},
		{func(s *sim.Scene) { s.Walls[0].Elasticity = 0.1 }, ""},
		{func(s *sim.Scene) { s.Pairs = []sim.Pair{{A: "a", B: "b"}} }, ""},
	} {
		scene := sim.DefaultScene()
		scene.Bodies = []sim.Body{sim.NewDisc(0.1, 1, sim.Surface{}), sim.NewDisc(0.1, 1, sim.Surface{})}
		scene.Walls = []sim.Shape{sim.NewShape(sim.Segment, 0, sim.Surface{}, sim.Vec{}, sim.Vec{X: 1})}
		c.change(&scene)
		o := DefaultOptions()
		if o.Lacks() != "masses, elasticity and friction" {
			t.Errorf("without a scene it lacks %q", o.Lacks())
		}
		o.Table.Scene = &scene
		if got := o.Lacks(); got != c.want {
			t.Errorf("it lacks %q; want %q", got, c.want)
		}
		if o.lerobot = (&leRobotImport{scenario: "pusht"}); o.Lacks() != "" {
			t.Errorf("the scenes of a scenario lack %q", o.Lacks())
		}
	}
}

// TestWhatIsSaidOfForeignDataIsWrittenAsFlags, quoted, quantities in order, and has no use where nothing is foreign.
func TestWhatIsSaidOfForeignDataIsWrittenAsFlags(t *testing.T) {
	t.Parallel()
	f := &Foreign{}
	if f.Told() || f.Flags() != "" || f.Check("eval") != nil {
		t.Errorf("nothing is %q", f.Flags())
	}
	f.Scene, f.Layout, f.Columns = "my scene.json", "gym", map[string]string{"b.x": "s[1]", "a.x": "s[0]"}
	if got, want := f.Flags(), ` --scene 'my scene.json' --map 'a.x=s[0]' --map 'b.x=s[1]' --layout gym`; strings.ReplaceAll(got, `"`, `'`) != want {
		t.Errorf("%s; want %s", got, want)
	}
	if err := f.Check("eval"); err == nil || !strings.HasPrefix(err.Error(), "eval: --scene") || strings.HasPrefix(f.Check("").Error(), ":") {
		t.Errorf("%v", err)
	}
	for _, one := range []*Foreign{{Scene: "x"}, {Layout: "x"}, {Columns: map[string]string{"a": "b"}}, {Hint: &Hint{}}} {
		if !one.Told() {
			t.Errorf("%+v says nothing", one)
		}
	}
	if f.used = true; f.Check("eval") != nil {
		t.Error("what was used has no use")
	}
}

// TestEpisodesGetTheSceneThatStandsForAll with the start of each; a scene of too many or too few bodies is refused.
func TestEpisodesGetTheSceneThatStandsForAll(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.Name, scene.Bodies = "pair", []sim.Body{sim.NewDisc(0.1, 1, sim.Surface{}), sim.NewDisc(0.1, 1, sim.Surface{})}
	build := func(width int, starts ...[]float64) *finder {
		return &finder{source: &lerobot.Source{}, width: width, starts: starts, scenes: scenes{all: make([]*sim.Scene, len(starts))}}
	}
	start := []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0, 0, 0, 0, 0, 0}
	f := build(18, start, make([]float64, 18))
	if err := f.byTemplate(&scene, f.every()); err != nil {
		t.Fatal(err)
	}
	if got := f.all[0].Start()[1]; got != (sim.BodyState{X: 7, Y: 8, Angle: 9, VX: 10, VY: 11, Omega: 12}) || f.all[1].Start()[0] != (sim.BodyState{}) || scene.Start()[1] != (sim.BodyState{}) {
		t.Errorf("the second body starts as %+v", got)
	}
	if !slices.Equal(f.notes, []string{"all episodes: the scene is pair, which begins as each episode does"}) {
		t.Errorf("%q", f.notes)
	}
	if err := build(6, start[:6]).byTemplate(&scene, []int{0}); err == nil || !strings.Contains(err.Error(), "has room for 1 body, and the scene pair has 2") {
		t.Errorf("%v", err)
	}
	more := slices.Clone(start)
	more[17] = 1e-9
	if err := build(18, start, more).byTemplate(&scene, []int{0, 1}); err == nil || !strings.Contains(err.Error(), "episode 1: has more bodies than the 2") {
		t.Errorf("%v", err)
	}
	if got := f.episodes([]int{4}); got != "episode 4" {
		t.Errorf("%q", got)
	}
	if got := f.keyOf(make(sim.State, 4)); got != "" {
		t.Error("four bodies fit into the room of three")
	}
	if f.keyOf(f.all[0].Start()) != key(start) {
		t.Error("a start is not the same as itself")
	}
}

// TestStartsAreMatchedOnce: each episode gets the first scene that begins as it does, and looking ends when all have one.
func TestStartsAreMatchedOnce(t *testing.T) {
	t.Parallel()
	state := func(x float64) sim.State { return sim.State{{X: x}} }
	f := &finder{width: 6, scenes: scenes{all: make([]*sim.Scene, 4)}}
	for _, x := range []float64{1, 2, 1, 3} {
		f.starts = append(f.starts, []float64{x, 0, 0, 0, 0, 0})
	}
	looked := 0
	made := map[float64]*sim.Scene{}
	scenes := func(xs ...float64) func(func(sim.State, *sim.Scene) bool) {
		return func(yield func(sim.State, *sim.Scene) bool) {
			for _, x := range xs {
				looked++
				scene := &sim.Scene{}
				if made[x] == nil {
					made[x] = scene
				}
				if !yield(state(x), scene) {
					return
				}
			}
		}
	}
	if left := f.match([]int{0, 1, 2}, scenes(9, 1, 1, 2, 7)); left != 0 || looked != 4 || f.all[3] != nil {
		t.Errorf("%d are left after %d looks", left, looked)
	}
	if f.all[0] != made[1] || f.all[2] != made[1] || f.all[1] != made[2] {
		t.Error("an episode has another scene than the first that begins as it does")
	}
	looked = 0
	if left := f.match([]int{0, 1, 2, 3}, scenes(1, 2)); left != 1 || looked != 2 || f.all[0] != made[1] {
		t.Errorf("%d are left after %d looks", left, looked)
	}
	looked = 0
	if left := f.match([]int{0, 1}, scenes(1, 2)); left != 0 || looked != 0 {
		t.Errorf("%d are left after %d looks where all have one", left, looked)
	}
	for left, want := range map[int]string{1: "", 2: ", nor as one other of 9 does", 5: ", nor as 4 others of 9 do"} {
		if got := among(left, 9); got != want {
			t.Errorf("%d: %q; want %q", left, got, want)
		}
	}
}
