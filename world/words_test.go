package world

import (
	"context"
	"errors"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"orrery/sim"
)

// TestRangesHoldTheirEnds and no more.
func TestRangesHoldTheirEnds(t *testing.T) {
	r := Range{-1, 2}
	for x, want := range map[float64]bool{-1: true, 0: true, 2: true, -1.001: false, 2.001: false, math.Inf(1): false} {
		if got := r.Holds(x); got != want {
			t.Errorf("%v holds %v: %v", r, x, got)
		}
	}
	if r.Holds(math.NaN()) {
		t.Error("no number is held")
	}
}

// good is what some training data had in them.
func good() Seen {
	return Seen{
		FrameTime: 0.02, Substeps: Range{1, 4}, Bodies: Range{2, 3}, Size: Range{0.1, 0.2}, Mass: Range{1, 2}, Gravity: Range{0, 9.8},
		Damping: Range{0.5, 1}, Friction: Range{0, 1}, Elasticity: Range{0, 0.9}, Speed: 3, Spin: 4,
		Movers: []sim.BodyKind{sim.Dynamic}, Shapes: []sim.ShapeKind{sim.Circle}, Joints: []sim.JointKind{sim.Pivot},
		Fields: []sim.FieldKind{sim.Linear}, Actuators: sim.Kinds[sim.ActuatorKind]()[:1],
	}
}

// TestWhatWasSeenIsChecked, each range and each list.
func TestWhatWasSeenIsChecked(t *testing.T) {
	t.Parallel()
	s := good()
	if err := s.Validate(); err != nil {
		t.Fatal(err)
	}
	ranges := map[string]func(s *Seen) *Range{
		"substeps": func(s *Seen) *Range { return &s.Substeps }, "bodies": func(s *Seen) *Range { return &s.Bodies },
		"size": func(s *Seen) *Range { return &s.Size }, "mass": func(s *Seen) *Range { return &s.Mass },
		"gravity": func(s *Seen) *Range { return &s.Gravity }, "damping": func(s *Seen) *Range { return &s.Damping },
		"friction": func(s *Seen) *Range { return &s.Friction }, "elasticity": func(s *Seen) *Range { return &s.Elasticity },
	}
	for name, of := range ranges {
		for _, wrong := range []Range{{-1, 2}, {2, 1}, {math.NaN(), 1}, {0, math.NaN()}, {0, math.Inf(1)}} {
			s := good()
			*of(&s) = wrong
			checkSeen(t, &s, "seen: "+name+" from ")
		}
	}
	for _, wrong := range []float64{-1, math.NaN(), math.Inf(1)} {
		for name, of := range map[string]func(s *Seen) *float64{
			"frame_time": func(s *Seen) *float64 { return &s.FrameTime }, "speed": func(s *Seen) *float64 { return &s.Speed }, "spin": func(s *Seen) *float64 { return &s.Spin },
		} {
			s := good()
			*of(&s) = wrong
			checkSeen(t, &s, "seen: "+name+" from ")
		}
	}
	for name, change := range map[string]func(s *Seen){
		`movers: "jelly"`:    func(s *Seen) { s.Movers = append(s.Movers, "jelly") },
		`shapes: "circle"`:   func(s *Seen) { s.Shapes = append(s.Shapes, sim.Circle) },
		`joints: "weld"`:     func(s *Seen) { s.Joints = []sim.JointKind{"weld"} },
		`fields: "linear"`:   func(s *Seen) { s.Fields = append(s.Fields, sim.Linear) },
		`actuators: "magic"`: func(s *Seen) { s.Actuators = []sim.ActuatorKind{"magic"} },
	} {
		s := good()
		change(&s)
		checkSeen(t, &s, "seen: "+name+" must be one of")
	}
	d := newDescription()
	s = good()
	s.Speed = -1
	d.Training.Seen = &s
	if _, err := encodeDescription(d); err == nil || !strings.Contains(err.Error(), "training: seen: speed") {
		t.Errorf("a model that saw a speed below 0: %v", err)
	}
}

func checkSeen(t *testing.T, s *Seen, want string) {
	t.Helper()
	if err := s.Validate(); err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("%v, want %q", err, want)
	}
}

// TestBondsAreFoundOnceAndSorted, and a scene with others is refused by the first of them.
func TestBondsAreFoundOnceAndSorted(t *testing.T) {
	t.Parallel()
	scene := func(joints []sim.JointKind, fields ...sim.FieldKind) *sim.Trajectory {
		s := &sim.Scene{}
		for _, k := range joints {
			s.Joints = append(s.Joints, sim.Joint{Kind: k})
		}
		for _, k := range fields {
			s.Fields = append(s.Fields, sim.Field{Kind: k})
		}
		return &sim.Trajectory{Scene: s}
	}
	all := []*sim.Trajectory{scene([]sim.JointKind{sim.Spring, sim.Pivot}, sim.Linear), scene([]sim.JointKind{sim.Pivot}, sim.Linear, sim.InverseSquare)}
	joints, fields := BondsIn(all)
	if !slices.Equal(joints, []sim.JointKind{sim.Pivot, sim.Spring}) || !slices.Equal(fields, []sim.FieldKind{sim.InverseSquare, sim.Linear}) {
		t.Errorf("joints %v, fields %v", joints, fields)
	}
	if joints, fields := BondsIn([]*sim.Trajectory{scene(nil)}); joints != nil || fields != nil {
		t.Errorf("nothing has the bonds %v and %v", joints, fields)
	}
	if err := CheckBonds(joints, fields); err != nil {
		t.Error(err)
	}
	for _, err := range []error{CheckBonds([]sim.JointKind{sim.Pivot, sim.Pivot}, nil), CheckBonds(nil, []sim.FieldKind{"magic"})} {
		if err == nil || !strings.Contains(err.Error(), "must be one of") {
			t.Errorf("bonds that cannot be: %v", err)
		}
	}
	for _, tr := range all {
		if err := KnowsBonds(tr.Scene, joints, fields); err != nil {
			t.Error(err)
		}
	}
	if err := KnowsBonds(all[0].Scene, joints[:1], fields); err == nil || err.Error() != "joint 0 is a spring and the model was trained without" {
		t.Errorf("an unknown joint: %v", err)
	}
	if err := KnowsBonds(all[1].Scene, joints, fields[1:]); err == nil || err.Error() != "field 1 is inverse_square and the model was trained without" {
		t.Errorf("an unknown field: %v", err)
	}
}

// TestScenariosAreJoinedOnce, and a model is on each of them.
func TestScenariosAreJoinedOnce(t *testing.T) {
	t.Parallel()
	name := JoinScenarios([]string{"tower", "a + tower", "b", "a"})
	if name != "tower + a + b" || JoinScenarios(nil) != "" {
		t.Errorf("joined as %q", name)
	}
	for scenario, want := range map[string]bool{"tower": true, "a": true, "b": true, name: true, "tow": false, "": false, "a + b": false} {
		if got := (&Training{Scenario: name}).On(scenario); got != want {
			t.Errorf("on %q: %v", scenario, got)
		}
	}
}

// TestDescriptionsHaveAMegabyteAtMost, as they are read and as they are written.
func TestDescriptionsHaveAMegabyteAtMost(t *testing.T) {
	t.Parallel()
	d := newDescription()
	text, err := encodeDescription(d)
	if err != nil {
		t.Fatal(err)
	}
	fit := append(text, strings.Repeat(" ", 1<<20-len(text))...)
	if got, err := DecodeDescription(fit); err != nil || !reflect.DeepEqual(got.Kind, d.Kind) {
		t.Errorf("a megabyte: %v", err)
	}
	if _, err := DecodeDescription(append(fit, ' ')); err == nil || err.Error() != "size must be at most 1048576 bytes" {
		t.Errorf("a byte more: %v", err)
	}
	d.Training.Command = "x"
	if text, err = encodeDescription(d); err != nil {
		t.Fatal(err)
	}
	d.Training.Command = strings.Repeat("x", 1+1<<20-len(text))
	if text, err := encodeDescription(d); err != nil || len(text) != 1<<20 {
		t.Errorf("%d bytes are written: %v", len(text), err)
	}
	d.Training.Command += "x"
	if _, err := encodeDescription(d); err == nil || err.Error() != "size must be less than 1048576 bytes" {
		t.Errorf("a byte more is written: %v", err)
	}
}

// TestPredictionsFollowTheActionsOfATrajectory, tell how far they are, and end where the model breaks down.
func TestPredictionsFollowTheActionsOfATrajectory(t *testing.T) {
	t.Parallel()
	scenes, starts := randomScenes(1)
	tr := &sim.Trajectory{Scene: scenes[0], States: starts}
	var told []int
	states, err := Predict(t.Context(), spoiler{}, tr, 4, func(frame int) { told = append(told, frame) })
	if err != nil || len(states) != 4 || !slices.Equal(told, []int{0, 1, 2, 3}) {
		t.Fatalf("%d states, told %v, %v", len(states), told, err)
	}
	if !slices.Equal(states[0], starts[0]) || &states[1][0] == &states[2][0] {
		t.Error("states are not those of their frames")
	}
	again, err := Predict(t.Context(), spoiler{}, tr, 4, nil)
	if err != nil || !reflect.DeepEqual(again, states) {
		t.Errorf("not told: %v", err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := Predict(ctx, spoiler{}, tr, 4, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("told to stop: %v", err)
	}
}

// TestModelsOfAnyPaceSayNothingOfImpacts unless the model does.
func TestModelsOfAnyPaceSayNothingOfImpacts(t *testing.T) {
	t.Parallel()
	scenes, starts := randomScenes(1)
	m := AnyPace(spoiler{}, 0.02)
	var refusal *Refusal
	if _, err := m.(interface {
		Strike(*sim.Scene, sim.State) (sim.State, error)
	}).Strike(scenes[0], starts[0]); !errors.As(err, &refusal) || refusal.Reason != "it says nothing of a single impact" || refusal.Scene != scenes[0].Name || refusal.Model != "spoiler" {
		t.Errorf("%v", err)
	}
	if same, ok := m.(interface{ Coarse(int) (Model, bool) }).Coarse(1); ok || same.Kind() != "spoiler" {
		t.Errorf("a model without steps is coarser: %v", same)
	}
}

// TestPoliciesAreOnePerScene, or there are none.
func TestPoliciesAreOnePerScene(t *testing.T) {
	t.Parallel()
	scenes, starts := randomScenes(2)
	if _, err := Rollout(spoiler{}, scenes, starts, make([]sim.Policy, 1), 2, 1); err == nil || err.Error() != "rollout: 2 scenes but 1 policies" {
		t.Errorf("%v", err)
	}
}
