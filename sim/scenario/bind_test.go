package scenario_test

import (
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/sim/scenario"
	"orrery/sim/task"
)

// judged returns the judge of the first episode of a scenario, its scene and its start.
func judged(t testing.TB, s *scenario.Scenario) (*task.Judge, *sim.Scene, sim.State) {
	t.Helper()
	scene := draw(t, s, 0, nil)
	judge, err := s.Task.Judge(scene)
	if err != nil {
		t.Fatal(err)
	}
	return judge, scene, scene.Start()
}

// table is a scene with all that measures speak of. Two discs stand 3 m apart, and a bar
// that is drawn from its end.
func table(task string) string {
	return `{"format": 2, "fps": 10, "params": {"half": 0.5}, "let": {"reach": "2 * half"}, "arena": [20, 20],
	"walls": [{"name": "bump", "count": 2, "circle": 0.5, "at": [0, "i - 4"]}, {"name": "nail", "count": 2, "circle": 0.1, "scatter": {"in": ["7.5 + i", 5, "8.5 + i", 6], "gap": 0}}],
	"points": {"dock": [1, 2]}, "regions": {"slot": {"box": [2, 2], "at": [5, 0]}},
	"bodies": [
		{"name": "disc", "count": 2, "circle": 0.5, "at": ["3 * i", 0], "velocity": [1, "i"], "spin": "i + 1"},
		{"name": "bar", "box": [2, 0.5], "at": [0, 4], "angle": "30deg", "centre": [-1, 0], "points": {"tip": [1, 0]}},
		{"name": "arm", "kind": "kinematic", "circle": 0.1, "at": [-5, -5]}],
	"joints": [{"name": "axle", "pivot": ["bar", "disc[0]"], "at": [0, 1]}],
	"actuators": [{"name": "drive", "velocity": "arm", "axis": "xy", "limit": 2}],
	"goals": [{"name": "hole", "body": "disc", "place": ["3 * i", 4], "radius": 0.25}, {"name": "turn", "body": "bar", "angle": "120deg", "symmetry": 4}],
	"task": ` + task + `}`
}

// TestMeasuresAreWhatTheySay holds every key of a measure against a number that is worked out by hand.
func TestMeasuresAreWhatTheySay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		term string
		want float64
	}{
		{`{"distance": ["disc[0]", "disc[1]"]}`, 3},
		{`{"distance": ["disc0", "world"], "weight": 7}`, 0},
		{`{"distance": ["disc1", "dock"]}`, math.Sqrt(8)},
		{`{"distance": ["disc", "hole"]}`, 4}, // each and its own goal
		{`{"distance": ["disc", "dock"], "over": "sum"}`, math.Sqrt(5) + math.Sqrt(8)},
		{`{"distance": ["disc", "dock"], "over": "min"}`, math.Sqrt(5)},
		{`{"distance": ["disc", "dock"], "over": "max"}`, math.Sqrt(8)},
		{`{"distance": ["bar.tip", "bar"]}`, 2},
		{`{"offset": ["disc1", "dock"]}`, 2},
		{`{"offset": ["disc1", "dock"], "axis": "y", "weight": "reach"}`, -2},
		{`{"offset": ["disc1", "dock"], "axis": "45deg"}`, 0},
		{`{"height": "bar.tip"}`, 4.5},
		{`{"angle": "bar"}`, math.Pi / 6},
		{`{"angle": ["bar", "turn"]}`, 0}, // a quarter turn looks the same
		{`{"angle": ["bar", "disc0"]}`, math.Pi / 6},
		{`{"misfit": "hole", "over": "sum"}`, 8},
		{`{"inside": ["disc1", "slot"]}`, 0},
		{`{"outside": ["disc1", "slot"]}`, 1.5},
		{`{"gap": ["disc0", "disc1"]}`, 2},
		{`{"gap": ["disc1", "walls"]}`, math.Sqrt(18) - 1},
		{`{"gap": ["disc1", "arena.right"]}`, 6.5},
		{`{"gap": ["disc1", "arena.top"]}`, 9.5},
		{`{"gap": ["disc0", "bump1"]}`, 2},
		{`{"gap": ["disc0", "bump"], "over": "max"}`, 3},
		{`{"gap": ["disc0", "walls"]}`, 2},
		{`{"touching": ["disc0", "nail"], "over": "sum"}`, 0},
		{`{"touching": ["disc0", "disc1"]}`, 0},
		{`{"speed": "disc1"}`, math.Sqrt2},
		{`{"speed": ["disc1", "disc0"]}`, 1},
		{`{"speed": ["disc0", "disc1"], "axis": "y"}`, -1},
		{`{"spin": "disc1"}`, 2},
		{`{"spin": ["disc0", "disc1"]}`, -1},
		{`{"joint_angle": "axle"}`, math.Pi / 6},
		{`{"joint_rate": "axle"}`, -1},
		{`{"effort": "drive"}`, 0.25},
		{`{"effort": "drive_y"}`, 0.25},
		{`{"effort": "all"}`, 0.25},
		{`"reach + 1"`, 2},
	} {
		text := table(`{"starts": "any", "measures": {"m": ` + c.term + `, "half": "2 * m"}, "cost": "half / 2", "reward": ` + c.term + `, "success": "m > 1e9"}`)
		text = strings.Replace(text, `"weight": 7`, `"weight": 1`, 1)
		judge, _, state := judged(t, parse(t, text))
		action := sim.Action{0, 1}
		if got := judge.Cost(state, action); !(math.Abs(got-c.want) <= 1e-9) {
			t.Errorf("%s: cost %v, want %v", c.term, got, c.want)
		}
		if got := judge.Reward(state, action); !(math.Abs(got-c.want) <= 1e-9) {
			t.Errorf("%s: reward %v, want %v", c.term, got, c.want)
		}
		got := []float64{math.NaN(), math.NaN()}
		if judge.Measure(state, got); !slices.Equal(judge.Measures, []string{"m", "half"}) || !(math.Abs(got[1]-2*got[0]) <= 1e-12) {
			t.Errorf("%s: report %v of %v", c.term, got, judge.Measures)
		}
	}
}

// TestCopiesHaveNumbers: a name and a number of digits is that of a copy, up to the last copy, and nothing else is.
func TestCopiesHaveNumbers(t *testing.T) {
	t.Parallel()
	file := func(wall string) string {
		return `{"format": 2, "fps": 10, "walls": [{"name": "bump", "count": 12, "circle": 0.5, "at": ["4 * i", 8]}],
		"bodies": [{"name": "disc", "circle": 0.5, "at": [0, 0]}], "task": {"starts": "any", "cost": {"gap": ["disc", "` + wall + `"]}, "success": "1 < 2"}}`
	}
	for wall, want := range map[string]float64{"bump0": 7, "bump9": math.Hypot(36, 8) - 1, "bump10": math.Hypot(40, 8) - 1} {
		judge, _, state := judged(t, parse(t, file(wall)))
		if got := judge.Cost(state, nil); !(math.Abs(got-want) <= 1e-9) {
			t.Errorf("%s: gap %v m, want %v", wall, got, want)
		}
	}
	for _, wall := range []string{"bump/", "bump:", "bumpa", "bump0a", "bum"} {
		if _, err := scenario.Parse("test.json", []byte(file(wall))); err == nil || !strings.Contains(err.Error(), wall) {
			t.Errorf("%s: %v", wall, err)
		}
	}
}

// TestCopiesOfBodiesAreNamedAsTheyAreCounted: without zeros before, and only where there are copies.
func TestCopiesOfBodiesAreNamedAsTheyAreCounted(t *testing.T) {
	t.Parallel()
	file := func(body string) string {
		return `{"format": 2, "fps": 10, "bodies": [{"name": "disc", "count": 12, "circle": 0.5, "at": ["4 * i", 0]}, {"name": "bar", "circle": 0.5, "at": [0, 5]}],
		"task": {"starts": "any", "cost": {"distance": ["` + body + `", "bar"]}, "success": "1 < 2"}}`
	}
	for body, want := range map[string]float64{"disc0": 5, "disc3": 13, "disc11": math.Hypot(44, 5)} {
		judge, _, state := judged(t, parse(t, file(body)))
		if got := judge.Cost(state, nil); !(math.Abs(got-want) <= 1e-9) {
			t.Errorf("%s: distance %v m, want %v", body, got, want)
		}
	}
	for _, body := range []string{"disc01", "disc00", "disc-1", "disc+1", "disc1x", "bar0", "dis0", "disc99999999999999999999"} {
		if _, err := scenario.Parse("test.json", []byte(file(body))); err == nil || !strings.Contains(err.Error(), body) {
			t.Errorf("%s: %v", body, err)
		}
	}
}

// TestActuatorsOfANameAreThoseOfItsCopies: with each of ten digits, on both axes, and none of another name.
func TestActuatorsOfANameAreThoseOfItsCopies(t *testing.T) {
	t.Parallel()
	s := parse(t, `{"format": 2, "fps": 10,
		"bodies": [{"name": "arm", "count": 11, "kind": "kinematic", "circle": 0.1, "at": ["i", 0]}],
		"actuators": [{"name": "drive", "velocity": "arm", "axis": "xy", "limit": 2}],
		"task": {"starts": "any", "cost": {"effort": "drive", "over": "sum"}, "success": "1 < 2"}}`)
	judge, scene, state := judged(t, s)
	if len(scene.Actuators) != 22 {
		t.Fatalf("%d actuators", len(scene.Actuators))
	}
	for k := range scene.Actuators {
		action := make(sim.Action, 22)
		if action[k] = 2; !(judge.Cost(state, action) > 0) {
			t.Errorf("%s takes no effort", scene.Actuators[k].Name)
		}
	}
}

func TestConditionsAreJoined(t *testing.T) {
	t.Parallel()
	for condition, want := range map[string]bool{
		`"1 < 2"`: true, `"2 < 1"`: false,
		`{"height": "bar", "above": 3}`: true, `{"height": "bar", "above": 3, "below": 3.05}`: false, `{"height": "disc0", "within": 0.1}`: true,
		`{"offset": ["disc0", "disc1"], "within": 2}`:                                false, // −3
		`{"offset": ["disc0", "disc1"], "below": 2}`:                                 true,
		`{"distance": ["disc", "dock"], "below": 2.5}`:                               false, // all of them
		`{"distance": ["disc", "dock"], "below": 2.5, "over": "any"}`:                true,
		`{"distance": ["disc", "dock"], "below": 2.6, "over": "mean"}`:               true,
		`{"touching": ["disc0", "disc1"]}`:                                           false,
		`{"not": {"touching": ["disc0", "disc1"]}}`:                                  true,
		`{"inside": ["dock", "slot"]}`:                                               false,
		`{"all": ["1 < 2", {"not": "1 < 2"}]}`:                                       false,
		`{"any": ["2 < 1", {"all": ["1 < 2", {"height": "bar", "above": "half"}]}]}`: true,
	} {
		if strings.Contains(condition, `"dock", "slot"`) {
			condition = `{"inside": ["disc1", "slot"]}`
		}
		s := parse(t, table(`{"starts": "any", "success": `+condition+`, "failed": `+condition+`, "reward": "sparse"}`))
		judge, _, state := judged(t, s)
		reward := 0.0
		if want {
			reward = 1
		}
		if judge.Success(state) != want || judge.Failed(state) != want || judge.Reward(state, nil) != reward {
			t.Errorf("%s: success %v, failed %v and reward %v, want %v", condition, judge.Success(state), judge.Failed(state), judge.Reward(state, nil), want)
		}
	}
}

// TestTheDefaultTaskIsToReachAllGoals holds what a file gets that says no more than goals.
func TestTheDefaultTaskIsToReachAllGoals(t *testing.T) {
	t.Parallel()
	s := parse(t, `{"format": 2, "fps": 10, "duration_s": 3, "bodies": [{"name": "disc", "count": 2, "circle": 0.5, "at": ["3 * i", 0]}],
		"goals": [{"name": "hole", "body": "disc", "place": ["3 * i", 4]}]}`)
	judge, scene, state := judged(t, s)
	if s.Task.TimeLimit != 30 || s.Task.Hold || s.Task.Held != 1 || s.Task.Unit != 1 || scene.Goals[0].Radius != 0.25 {
		t.Errorf("%+v, %+v", s.Task, scene.Goals[0])
	}
	if cost := judge.Cost(state, nil); cost != 8 || judge.Reward(state, nil) != -8 || judge.Failed != nil || judge.Measure != nil {
		t.Errorf("cost %v and reward %v", cost, judge.Reward(state, nil))
	}
	want := strings.Fields("disc0_x disc0_y disc0_cos disc0_sin disc0_vx disc0_vy disc0_omega disc1_x disc1_y disc1_cos disc1_sin disc1_vx disc1_vy disc1_omega hole0_x hole0_y hole1_x hole1_y")
	if !slices.Equal(judge.Names, want) {
		t.Errorf("sees %q", judge.Names)
	}
	if got := judge.Observe(state); !slices.Equal(got, []float64{0, 0, 1, 0, 0, 0, 0, 3, 0, 1, 0, 0, 0, 0, 0, 4, 3, 4}) {
		t.Errorf("sees %v", got)
	}
	state[0].Y = 4.2
	if judge.Success(state) {
		t.Error("one of two goals is enough")
	}
	if state[1].Y = 3.8; !judge.Success(state) {
		t.Error("both goals are not enough")
	}
}

func TestTaskSettingsAreFrames(t *testing.T) {
	t.Parallel()
	s := parse(t, table(`{"starts": "any", "held_s": 0.3, "time_limit_s": "2500ms", "hold": true, "action_unit": 0.5, "planner": {"horizon": 7},
		"observe": [{"of": "disc", "as": "body{i + 2}_", "see": ["x", "omega"]}, {"of": "bar.tip", "as": "", "see": ["y"]}, {"of": "turn", "see": ["angle"]}, {"name": "away", "value": {"distance": ["disc0", "dock"], "weight": 2}}]}`))
	if s.Task.Held != 4 || s.Task.TimeLimit != 25 || !s.Task.Hold || s.Task.Unit != 0.5 || s.Planner["horizon"] != 7 {
		t.Errorf("%+v, planner %v", s.Task, s.Planner)
	}
	judge, _, state := judged(t, s)
	if want := strings.Fields("body2_x body2_omega body3_x body3_omega y turn_angle away"); !slices.Equal(judge.Names, want) {
		t.Errorf("sees %q", judge.Names)
	}
	for i, want := range []float64{0, 1, 3, 2, 4.5, 2 * math.Pi / 3, 2 * math.Sqrt(5)} {
		if got := judge.Observe(state)[i]; !(math.Abs(got-want) <= 1e-9) {
			t.Errorf("%s: %v, want %v", judge.Names[i], got, want)
		}
	}
}

// TestPlansOfOwnTasksReachFar: a decision holds for a tenth of a second where the file says nothing.
func TestPlansOfOwnTasksReachFar(t *testing.T) {
	t.Parallel()
	for fps, want := range map[string]float64{"4": 1, "10": 1, "24": 2, "60": 6, "240": 24} {
		text := strings.Replace(table(`{"planner": {"horizon": 7}}`), `"fps": 10`, `"fps": `+fps, 1)
		if s := parse(t, text); !maps.Equal(s.Planner, map[string]float64{"repeat": want, "horizon": 7}) {
			t.Errorf("at %s frames a second: %v", fps, s.Planner)
		}
	}
	if s := parse(t, table(`{"planner": {"repeat": 3}}`)); !maps.Equal(s.Planner, map[string]float64{"repeat": 3}) {
		t.Errorf("the file's own: %v", s.Planner)
	}
	goals := `{"format": 2, "fps": 30, "bodies": [{"name": "ball", "circle": 0.1}], "goals": [{"body": "ball", "place": [1, 0]}]}`
	if s := parse(t, goals); s.Planner["repeat"] != 3 {
		t.Errorf("with goals alone: %v", s.Planner)
	}
}

// TestPlansAvoidWhatFails: to the cost, not to the reward.
func TestPlansAvoidWhatFails(t *testing.T) {
	t.Parallel()
	for more, want := range map[string]float64{"": 100, `, "failing": 7`: 7, `, "failing": 0`: 0} {
		judge, _, state := judged(t, parse(t, table(`{"cost": {"height": "bar.tip"}, "failed": {"height": "bar.tip", "above": 6}`+more+`}`)))
		action := sim.Action{0, 0}
		alive := judge.Cost(state, action)
		if reward := judge.Reward(state, action); judge.Failed(state) || !(math.Abs(alive+reward) <= 1e-12) {
			t.Errorf("before it fails the cost is %v and the reward %v", alive, reward)
		}
		state[2].Y += 3
		if got := judge.Cost(state, action) - alive; !judge.Failed(state) || !(math.Abs(got-3-want) <= 1e-9) {
			t.Errorf("failed%s: the cost grows by %v, not by 3 and %v", more, got, want)
		}
		if got := judge.Reward(state, action) + alive; !(math.Abs(got+3) <= 1e-9) {
			t.Errorf("failed%s: the reward changes by %v, not by -3", more, got)
		}
	}
}

func TestCostsOfFilesAllocateNothing(t *testing.T) {
	judge, _, state := judged(t, parse(t, table(`{"starts": "any", "measures": {"d": {"distance": ["disc", "hole"]}, "e": "sqrt(d) * half"},
		"cost": [{"gap": ["disc0", "bar"]}, {"outside": ["disc", "slot"], "weight": 2}, "e + 1", {"misfit": "turn"}, {"effort": "all"}], "failed": {"inside": ["disc", "slot"]}}`)))
	action := sim.Action{1, 1}
	if n := testing.AllocsPerRun(100, func() { judge.Cost(state, action) }); !(n <= 0.5) {
		t.Errorf("%v allocations", n)
	}
}

// TestAJudgeNeedsWhatItsTaskSpeaksOf: scenes may come from elsewhere.
func TestAJudgeNeedsWhatItsTaskSpeaksOf(t *testing.T) {
	t.Parallel()
	s := parse(t, table(`{"starts": "any", "cost": {"distance": ["disc1", "dock"], "weight": "reach"}, "success": {"inside": ["disc0", "slot"]}}`))
	for want, spoil := range map[string]func(*sim.Scene){
		`the scene has no body "disc1"`:        func(s *sim.Scene) { s.Bodies[1].Name = "other" },
		`the scene has several bodies "disc1"`: func(s *sim.Scene) { s.Bodies[2].Name = "disc1" },
		`the scene has no region "slot"`:       func(s *sim.Scene) { s.Regions = nil },
		`the scene has no point "dock" there`:  func(s *sim.Scene) { s.Points = nil },
		`the scene lacks the value "reach"`:    func(s *sim.Scene) { s.Values = nil },
	} {
		scene := draw(t, s, 0, nil)
		spoil(scene)
		if _, err := s.Task.Judge(scene); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestPoliciesOfFilesAct(t *testing.T) {
	t.Parallel()
	s := parse(t, strings.Replace(table(`{"starts": "any"}`), `"task"`, `"policies": [
		{"name": "tour", "waypoints": [{"time_s": 0, "at": [-5, -5]}, {"time_s": 1, "at": "dock"}]},
		{"name": "wave", "actuators": ["drive_y"], "waypoints": [{"time_s": 0, "do": [1]}, {"time_s": 1, "do": [-1]}]},
		{"name": "shove", "push": "hole1", "body": "arm"}, "noise"], "task"`, 1))
	var names []string
	for _, p := range s.Policies() {
		names = append(names, p.Name)
	}
	if !reflect.DeepEqual(names, []string{"tour", "wave", "shove", "noise", "none"}) {
		t.Fatalf("%q", names)
	}
	scene := draw(t, s, 0, nil)
	act := func(name string, frame int) sim.Action {
		p, err := s.Policy(name)
		if err != nil {
			t.Fatal(err)
		}
		return p.Start(1, 0, scene)(frame, scene.Start())
	}
	if a := act("wave", 5); a[0] != 0 || !(math.Abs(a[1]) <= 1e-9) || act("wave", 0)[1] != 1 {
		t.Errorf("wave: %v and %v", act("wave", 0), a)
	}
	if a := act("tour", 0); !(a[0] > 1 && a[1] > 1) {
		t.Errorf("tour: %v, want towards the dock", a)
	}
	if a := act("shove", 0); a[0] == 0 && a[1] == 0 {
		t.Errorf("shove rests: %v", a)
	}
}
