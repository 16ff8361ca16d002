package eval_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/world"
	"orrery/world/eval"
	"orrery/world/flight"
)

// predictedBy returns what a model predicts for some episodes, as another program might hand it in.
func predictedBy(t *testing.T, model world.Model, episodes []*sim.Trajectory, frames int) *eval.Predicted {
	t.Helper()
	p := &eval.Predicted{}
	step := func(scene *sim.Scene, state sim.State, action sim.Action) sim.State {
		predictor, err := model.Predictor([]*sim.Scene{scene})
		if err != nil {
			t.Fatal(err)
		}
		next := slices.Clone(state)
		if err := predictor.Step(next, action); err != nil {
			t.Fatal(err)
		}
		return next
	}
	for _, e := range episodes {
		rollout, steps := []sim.State{e.States[0]}, []sim.State{}
		for k := range frames - 1 {
			rollout = append(rollout, step(e.Scene, rollout[k], e.Action(k)))
			steps = append(steps, step(e.Scene, e.States[k], e.Action(k)))
		}
		p.Rollouts, p.Steps = append(p.Rollouts, rollout), append(p.Steps, steps)
	}
	return p
}

// asJSON is a row but for what is not known of other programs.
func asJSON(t *testing.T, row *eval.Row) string {
	t.Helper()
	copied := *row
	copied.Params, copied.TrainS, copied.USPerStep = 0, 0, 0
	text, err := json.Marshal(&copied)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The same predictions get the same figures, whether a model makes them or someone else.
func TestWhatOthersPredictIsMeasuredAsModelsAre(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"mixed", "push"} {
		episodes := trueEpisodes(t, name, 3, 61)
		frames, err := eval.Frames(episodes, quick())
		if err != nil {
			t.Fatal(err)
		}
		p := predictedBy(t, flight.Ballistic(), episodes, frames)
		r := evaluate(t, episodes, []eval.Entry{{Name: "theirs", Predicted: p}}, truth, quick())
		theirs, ours := r.Row("theirs"), r.Row("ballistic")
		if a, b := asJSON(t, theirs), asJSON(t, ours); a != b {
			t.Errorf("%s: theirs is\n%s\nballistic is\n%s", name, a, b)
		}
		for _, n := range []eval.Number{theirs.Params, theirs.TrainS, theirs.USPerStep} {
			if n.Measured() {
				t.Errorf("%s: %v is known of a program that nobody knows", name, n)
			}
		}
		var text bytes.Buffer
		if err := r.WriteJSON(&text); err != nil {
			t.Fatal(err)
		}
		if _, err := eval.ReadResult(&text); err != nil {
			t.Errorf("%s: metrics.json is not read: %v", name, err)
		}
	}
}

// Without velocities everything that needs none is measured as before, and nothing else.
func TestPosesTellNothingOfVelocities(t *testing.T) {
	t.Parallel()
	episodes := trueEpisodes(t, "mixed", 3, 61)
	whole := predictedBy(t, flight.Ballistic(), episodes, 61)
	poses := &eval.Predicted{Poses: true}
	blank := func(lists [][]sim.State) (out [][]sim.State) {
		for _, states := range lists {
			var copied []sim.State
			for k, s := range states {
				s = slices.Clone(s)
				for b := range s {
					if k > 0 {
						s[b].VX, s[b].VY, s[b].Omega = 1e3, 1e3, 1e3
					}
				}
				copied = append(copied, s)
			}
			out = append(out, copied)
		}
		return out
	}
	poses.Rollouts, poses.Steps = blank(whole.Rollouts), blank(whole.Steps)
	before := blank(poses.Rollouts)
	r := evaluate(t, episodes, []eval.Entry{{Name: "whole", Predicted: whole}, {Name: "poses", Predicted: poses}}, truth, quick())
	a, b := r.Row("whole"), r.Row("poses")
	same := func(what string, x, y any) {
		one, _ := json.Marshal(x)
		two, _ := json.Marshal(y)
		if !bytes.Equal(one, two) {
			t.Errorf("%s is %s, want %s", what, two, one)
		}
	}
	same("position", a.Position, b.Position)
	same("angle", a.Angle, b.Angle)
	same("epsilon", a.EpsilonM, b.EpsilonM)
	same("one step", a.OneStepM, b.OneStepM)
	same("penetration", a.PenetrationMaxM, b.PenetrationMaxM)
	same("stack", a.Stack, b.Stack)
	for m := range a.Motions {
		same("error of a motion", a.Motions[m].PositionM, b.Motions[m].PositionM)
		if b.Motions[m].VelocityM.Measured() {
			t.Errorf("the error of the velocity when %s is %v", b.Motions[m].Motion, b.Motions[m].VelocityM)
		}
	}
	for _, n := range append([]eval.Number{b.MomentumDrift, b.EnergyError}, b.ScaledMSE...) {
		if n.Measured() {
			t.Errorf("%v was measured without velocities", n)
		}
	}
	if b.Impact != nil {
		t.Error("impacts were measured without velocities")
	}
	if n := count(b.Escapes, world.TooFast); n > count(a.Escapes, world.TooFast) {
		t.Errorf("%d rollouts are too fast by velocities that mean nothing", n)
	}
	same("the caller's states", before, blank(poses.Rollouts))
}

func count(e *eval.Escapes, kind world.EscapeKind) int {
	if e == nil {
		return 0
	}
	return e.Count(kind)
}

// Velocities are told by poses: a body that leaps is too fast.
func TestPosesShowWhatIsTooFast(t *testing.T) {
	t.Parallel()
	episodes := []*sim.Trajectory{run(t, discs(sim.BodyState{VX: 1}), 61)}
	p := predictedBy(t, flight.Ballistic(), episodes, 61)
	p.Poses = true
	p.Rollouts[0][30][0].X += 0.5 // 15 m/s on average there and back
	r := evaluate(t, episodes, []eval.Entry{{Name: "leaps", Predicted: p}}, truth, quick())
	if e := r.Row("leaps").Escapes; count(e, world.TooFast) != 1 || e.Worst.First.Frame != 29 {
		t.Errorf("escapes are %+v, want one at frame 29", e)
	}
}

func TestARolloutThatEndedIsLostFromThereOn(t *testing.T) {
	t.Parallel()
	episodes := trueEpisodes(t, "mixed", 2, 61)
	p := &eval.Predicted{Ended: []error{nil, errors.New("it gave up")}}
	for _, e := range episodes {
		p.Rollouts = append(p.Rollouts, e.States[:61])
	}
	p.Rollouts[1] = p.Rollouts[1][:40]
	r := evaluate(t, episodes, []eval.Entry{{Name: "theirs", Predicted: p}}, truth, quick())
	row := r.Row("theirs")
	if row.Position.Mean[1] != 0 || !(row.Position.Mean[2] > 0.5) {
		t.Errorf("errors are %v, want 0 before the end and the size of the arena after it", row.Position.Mean)
	}
	if len(row.Failures) != 1 || row.Failures[0].Frame != 40 || row.Failures[0].Reason != "it gave up" || row.Failures[0].Episode != 1 {
		t.Errorf("failures are %+v", row.Failures)
	}
	if row.OneStepM.Measured() || len(row.Motions) > 0 {
		t.Error("single steps were measured that nobody predicted")
	}
}

func TestPredictionsThatDoNotFitAreRefused(t *testing.T) {
	t.Parallel()
	episodes := trueEpisodes(t, "mixed", 2, 61)
	for _, c := range []struct {
		want  string
		spoil func(p *eval.Predicted)
	}{
		{"1 rollouts, 2 lists of steps", func(p *eval.Predicted) { p.Rollouts = p.Rollouts[:1] }},
		{"episode 1: a rollout of 60 frames must have 61", func(p *eval.Predicted) { p.Rollouts[1] = p.Rollouts[1][:60] }},
		{"episode 0: a rollout of 62 frames must have 61", func(p *eval.Predicted) { p.Rollouts[0] = append(p.Rollouts[0], p.Rollouts[0][60]) }},
		{"episode 0: a rollout of 61 frames", func(p *eval.Predicted) { p.Ended = []error{errors.New("why"), nil} }},
		{"episode 0: 59 steps must be 60", func(p *eval.Predicted) { p.Steps[0] = p.Steps[0][1:] }},
		{"episode 1: frame 7: 1 bodies must be the scene's", func(p *eval.Predicted) { p.Rollouts[1][7] = p.Rollouts[1][7][:1] }},
		{"episode 1: frame 7: body 0", func(p *eval.Predicted) { p.Rollouts[1][7][0].Y = math.NaN() }},
		{"episode 1: steps: frame 7: body 0", func(p *eval.Predicted) { p.Steps[1][7][0].Y = math.Inf(1) }},
	} {
		p := predictedBy(t, flight.Still(), episodes, 61)
		c.spoil(p)
		err := eval.Check(episodes, []eval.Entry{{Name: "theirs", Predicted: p}}, quick())
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
	p := predictedBy(t, flight.Still(), episodes, 61)
	for _, e := range []eval.Entry{{Name: "both", Model: flight.Still(), Predicted: p}, {Name: "neither"}} {
		if err := eval.Check(episodes, []eval.Entry{e}, quick()); err == nil || !strings.Contains(err.Error(), "either a model or what it predicted") {
			t.Errorf("%s: got %v", e.Name, err)
		}
	}
	if n, err := eval.Frames(episodes, quick()); n != 61 || err != nil {
		t.Errorf("%d frames are compared (%v), want 61", n, err)
	}
}
