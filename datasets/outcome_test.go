package datasets

import (
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
)

func TestActionsAndOutcomesComeBackAsTheyWere(t *testing.T) {
	t.Parallel()
	spec := pushSpec()
	d, err := Open(t.Context(), writePushes(t, spec))
	if err != nil {
		t.Fatal(err)
	}
	frames := 0
	for i := range spec.Episodes {
		want, wanted := push(spec, i)
		frames += len(want.States)
		got, err := d.Episode(t.Context(), i)
		if err != nil {
			t.Fatal(err)
		}
		outcomes, err := d.Outcomes(t.Context(), i)
		if err != nil {
			t.Fatal(err)
		}
		if len(got.States) != len(want.States) || !reflect.DeepEqual(got.Actions, want.Actions) || !sameView(d.Room().View, got, want) || !slices.Equal(outcomes, wanted) {
			t.Fatalf("episode %d: %d frames, actions %v and outcomes %+v came back as %d, %v and %+v",
				i, len(want.States), want.Actions, wanted, len(got.States), got.Actions, outcomes)
		}
	}
	if d.Frames() != frames {
		t.Errorf("%d frames, want %d", d.Frames(), frames)
	}
	if got := d.Info().Features["action"]; !slices.Equal(got.Names, []string{"body0.force_x", "body0.force_y"}) {
		t.Errorf("action %+v", got)
	}
}

// sameView reports whether what the task observed came back, with zeros for bodies that are not there.
func sameView(names []string, got, want *sim.Trajectory) bool {
	if !slices.Equal(names, []string{"left_x", "left_y", "disc0_x", "disc1_x", "disc2_x"}) {
		return false
	}
	for k, row := range want.View {
		if !slices.Equal(got.View[k], append(slices.Clone(row), 0, 0)[:len(names)]) {
			return false
		}
	}
	return len(want.View) == len(got.View)
}

// TestActionsAndOutcomesHaveLeRobotsLayout reads them with parquet-go.
func TestActionsAndOutcomesHaveLeRobotsLayout(t *testing.T) {
	t.Parallel()
	spec := pushSpec()
	file := openParquet(t, writePushes(t, spec), "data/chunk-000/file-000.parquet")
	for i, group := range file.RowGroups() {
		trajectory, outcomes := push(spec, i)
		action := columnValues(t, group, "action")
		reward, done := columnValues(t, group, "next.reward"), columnValues(t, group, "next.done")
		success, truncated := columnValues(t, group, "next.success"), columnValues(t, group, "next.truncated")
		for k := range trajectory.States {
			asked := append(slices.Clone(trajectory.Action(k)), 0, 0)[:2]
			if got := []float64{float64(action[2*k].Float()), float64(action[2*k+1].Float())}; !slices.Equal(got, asked) {
				t.Fatalf("episode %d: frame %d: action %v, want %v", i, k, got, asked)
			}
			want := Outcome{}
			if n := len(outcomes); n > 0 {
				if want = outcomes[min(k, n-1)]; k == n {
					want.Reward = 0
				}
			}
			got := Outcome{float64(reward[k].Float()), done[k].Boolean(), success[k].Boolean(), truncated[k].Boolean()}
			if got != want {
				t.Fatalf("episode %d: frame %d: outcome %+v, want %+v", i, k, got, want)
			}
		}
	}
}

func TestSurveyTellsWhatHappened(t *testing.T) {
	t.Parallel()
	spec := pushSpec()
	d, err := Open(t.Context(), writePushes(t, spec))
	if err != nil {
		t.Fatal(err)
	}
	got, err := d.Survey(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	sum, successes, truncated := 0.0, 0, 0
	x, y, speed, spin, force := nothing(), nothing(), nothing(), nothing(), nothing()
	for i := range spec.Episodes {
		trajectory, outcomes := push(spec, i)
		for k, o := range outcomes {
			sum += o.Reward
			if k == len(outcomes)-1 {
				successes += int(flagNumber(o.Success))
				truncated += int(flagNumber(o.Truncated))
			}
		}
		for _, state := range trajectory.States {
			for _, b := range state {
				x.add(float64(float32(b.X)))
				y.add(float64(float32(b.Y)))
				speed.add(math.Hypot(float64(float32(b.VX)), float64(float32(b.VY))))
				spin.add(math.Abs(float64(float32(b.Omega))))
			}
		}
		for _, action := range trajectory.Actions {
			force.add(action[0])
		}
	}
	if got.Tasks.Successes != successes || got.Tasks.Truncated != truncated || !scalar.EqualWithinAbs(got.Tasks.Return, sum/37, 1e-9) {
		t.Errorf("%+v, want %d successes, %d truncated and a return of %v", got.Tasks, successes, truncated, sum/37)
	}
	if got.X != x || got.Y != y || got.Speed != speed || got.Spin != spin || got.Actions["body0.force_x"] != force || got.Bodies != (Range{1, 3}) || got.Frames != (Range{1, 11}) {
		t.Errorf("%+v, want x %v, y %v, speed %v, spin %v and force %v", got, x, y, speed, spin, force)
	}
}

func TestBadOutcomesAndActionsAreRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		change func(*sim.Trajectory, *[]Outcome)
		want   string
	}{
		{"NaN", func(_ *sim.Trajectory, o *[]Outcome) { (*o)[1].Reward = math.NaN() }, "frame 1: next.reward NaN must be finite"},
		{"beyond float32", func(_ *sim.Trajectory, o *[]Outcome) { (*o)[1].Reward = 1e300 }, "frame 1: next.reward 1e+300 must be finite"},
		{"early end", func(_ *sim.Trajectory, o *[]Outcome) { (*o)[1].Done = true }, "frame 1: next.done must be false"},
		{"truncated, not done", func(_ *sim.Trajectory, o *[]Outcome) { (*o)[1].Truncated = true }, "frame 1: next.truncated must be false"},
		{"too few", func(_ *sim.Trajectory, o *[]Outcome) { *o = (*o)[1:] }, "9 outcomes must be one less than the 11 frames"},
		{"none", func(_ *sim.Trajectory, o *[]Outcome) { *o = nil }, "outcomes must be in all episodes or in none"},
		{"action NaN", func(x *sim.Trajectory, _ *[]Outcome) { x.Actions[3][0] = math.NaN() }, "frame 3: action 0: NaN must be finite"},
		{"action beyond float32", func(x *sim.Trajectory, _ *[]Outcome) { x.Actions[3][0] = 1e300 }, "frame 3 as float32: action +Inf must be finite"},
		{"action below float32", func(x *sim.Trajectory, _ *[]Outcome) { x.Actions[3][0] = -1e39 }, "frame 3 as float32: action -Inf must be finite"},
	} {
		t.Run(c.name, func(t *testing.T) {
			spec := testSpec()
			attempt := func(change func(*sim.Trajectory, *[]Outcome)) (*Prepared, error) {
				trajectory, outcomes := flight(spec, 2), make([]Outcome, spec.Frames-1)
				trajectory.Scene.Actuators = []sim.Actuator{{Kind: sim.Force, Against: sim.World, Low: -1, High: 1, Axis: sim.Vec{X: 1}}}
				for range outcomes {
					trajectory.Actions = append(trajectory.Actions, sim.Action{0.5})
				}
				change(trajectory, &outcomes)
				return Prepare(&spec, trajectory, outcomes)
			}
			sound, err := attempt(func(*sim.Trajectory, *[]Outcome) {})
			if err != nil {
				t.Fatal(err)
			}
			e, err := attempt(c.change)
			if err == nil {
				_, err = sound.Room().Widen(e.Room())
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v must contain %q", err, c.want)
			}
		})
	}
}

func TestActionNamesAreUnique(t *testing.T) {
	t.Parallel()
	scene := &sim.Scene{Bodies: make([]sim.Body, 3), Actuators: []sim.Actuator{
		{Kind: sim.Force, Body: 0, Against: sim.World, Axis: sim.Vec{X: 1}},
		{Kind: sim.Force, Body: 0, Against: sim.World, Axis: sim.Vec{X: 0.6, Y: 0.8}},
		{Kind: sim.Torque, Body: 1, Against: 0},
		{Kind: sim.Torque, Body: 2, Against: sim.World},
		{Kind: sim.Torque, Body: 2, Against: sim.World},
		{Kind: sim.Steer, Body: 2, Against: sim.World},
	}}
	got := roomOf(scene, nil, nil, nil)
	want := []string{"body0.force_x", "body0.force_0.6_0.8", "body1.torque_body0", "body2.torque", "body2.torque_4", "body2.steer"}
	if !slices.Equal(got.Actions, want) {
		t.Errorf("names %v, want %v", got.Actions, want)
	}
	wide, err := got.Widen(Room{Bodies: 9, Actions: []string{"body0.force_x", "body5.force_x"}})
	want[1] = "action1"
	if err != nil || wide.Bodies != 9 || !slices.Equal(wide.Actions, want) {
		t.Errorf("with others %+v: %v", wide, err)
	}
}

// TestViewsAreThereInAllEpisodesOrInNone: names that differ are numbered, and one episode without leaves it out.
func TestViewsAreThereInAllEpisodesOrInNone(t *testing.T) {
	t.Parallel()
	a := Room{Bodies: 1, Rewarded: true, View: []string{"x", "y"}}
	for _, c := range []struct{ other, want []string }{
		{[]string{"x", "y"}, []string{"x", "y"}},
		{[]string{"x", "z", "w"}, []string{"x", "seen1", "w"}},
		{[]string{"x"}, []string{"x", "y"}},
		{nil, nil},
	} {
		b := Room{Bodies: 1, Rewarded: true, View: c.other}
		for _, pair := range [][2]Room{{a, b}, {b, a}} {
			if got, err := pair[0].Widen(pair[1]); err != nil || !slices.Equal(got.View, c.want) {
				t.Errorf("%v with %v: %v, want %v (%v)", pair[0].View, pair[1].View, got.View, c.want, err)
			}
		}
	}
	if a.View[1] != "y" {
		t.Error("what was widened has changed")
	}
}

// TestViewsMustBeFinite and fit their names and frames.
func TestViewsMustBeFinite(t *testing.T) {
	t.Parallel()
	spec := pushSpec()
	for want, change := range map[string]func(*sim.Trajectory){
		"left_y NaN that the task observes must be finite": func(v *sim.Trajectory) { v.View[1][1] = math.NaN() },
		"numbers that the task observes must be":           func(v *sim.Trajectory) { v.View[1] = v.View[1][1:] },
		"observations of the task must be as many as":      func(v *sim.Trajectory) { v.View = v.View[1:] },
		"as float32: observation.environment_state +Inf":   func(v *sim.Trajectory) { v.View[1][0] = 1e300 },
	} {
		trajectory, outcomes := push(spec, 0)
		change(trajectory)
		_, err := Prepare(&spec, trajectory, outcomes)
		wantError(t, want, err, want)
	}
}

// TestTheFirstNumberMayBeTheOneBeyond those of 32 bits.
func TestTheFirstNumberMayBeTheOneBeyond(t *testing.T) {
	t.Parallel()
	spec := pushSpec()
	trajectory, outcomes := push(spec, 0)
	trajectory.View[0][0] = 1e300
	_, err := Prepare(&spec, trajectory, outcomes)
	wantError(t, "view", err, "frame 0 as float32: observation.environment_state +Inf")
}
