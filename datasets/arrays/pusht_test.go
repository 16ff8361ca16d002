package arrays

import (
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
)

// pushtScene is Push-T where a pixel is 1/128 m.
func pushtScene() *sim.Scene {
	s := sim.DefaultScene()
	s.Bodies = []sim.Body{sim.NewDisc(0.1, 1, sim.Surface{}), sim.NewDisc(0.2, 1, sim.Surface{})}
	s.Bodies[0].Kind, s.Bodies[0].Mass, s.Bodies[0].Moment = sim.Kinematic, 0, 0
	for _, axis := range []sim.Vec{{X: 1}, {Y: 1}} {
		s.Actuators = append(s.Actuators, sim.Actuator{Kind: sim.Servo, Against: sim.World, High: 4, Axis: axis, Stiffness: 1, Damping: 1})
	}
	s.Points = []sim.Point{{Name: "other", Body: 1}, {Name: "origin", Body: 1, At: sim.Vec{Y: -0.5}}}
	return &s
}

// TestPushTIsWrittenInPixels: with the T's own frame, angles from 0 to 2π, actions from the agent on, and pictures.
func TestPushTIsWrittenInPixels(t *testing.T) {
	t.Parallel()
	states := []sim.State{
		{{X: 1, Y: 2, VX: 0.5, VY: -1}, {X: 1.5, Y: 3, Angle: -math.Pi / 2}},
		{{X: 1.25, Y: 2}, {X: 1.5, Y: 3, Angle: 5 * math.Pi}},
	}
	e := Episode{Trajectory: &sim.Trajectory{Scene: pushtScene(), States: states, Actions: []sim.Action{{1.5, 4}}}}
	size := PushTSize{Size: Size{Episodes: 1, Frames: 2, Bodies: 2, Actions: 2, About: About{FPS: 10}}, Pixels: 2}
	size.Draw = func(_ Episode, k int) []uint8 { return []uint8{255, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, uint8(k)} }
	told := 0
	size.Beyond = func(actions int, farthest float64) {
		if told++; actions != 1 || !scalar.EqualWithinAbs(farthest, 2.56, 1e-12) {
			t.Errorf("%d actions are beyond 1, the farthest %v", actions, farthest)
		}
	}
	path := filepath.Join(t.TempDir(), "t.h5")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := WritePushT(file, size, each([]Episode{e})); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	got, said := readHDF5(t, content)
	f := func(v float64) float64 { return float64(float32(v)) }
	want := map[string]array{
		"state": {"float32", []int{2, 7}, []float64{128, 256, f((1.5 - 0.5) * 128), 384, f(3 * math.Pi / 2), 64, -128,
			160, 256, f(1.5 * 128), f(3.5 * 128), f(math.Pi), 0, 0}},
		"proprio":     {"float32", []int{2, 4}, []float64{128, 256, 64, -128, 160, 256, 0, 0}},
		"action":      {"float32", []int{2, 2}, []float64{f(0.64), f(2.56), 0, 0}},
		"pixels":      {"uint8", []int{2, 2, 2, 3}, []float64{255, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0, 255, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 1}},
		"episode_idx": {"int32", []int{2}, []float64{0, 0}}, "step_idx": {"int32", []int{2}, []float64{0, 1}}, "scene_idx": {"int32", []int{2}, []float64{0, 0}},
		"ep_len": {"int32", []int{1}, []float64{2}}, "ep_offset": {"int64", []int{1}, []float64{0}},
	}
	for name, a := range got {
		w := want[name]
		if a.Type != w.Type || !reflect.DeepEqual(a.Shape, w.Shape) || len(a.Values) != len(w.Values) {
			t.Errorf("%s: %v, want %v", name, a, w)
			continue
		}
		for i := range a.Values {
			if !(math.Abs(a.Values[i]-w.Values[i]) <= 2e-5) {
				t.Errorf("%s: %v, want %v", name, a.Values, w.Values)
				break
			}
		}
	}
	if len(got) != len(want) || told != 1 || !strings.Contains(said["ep_len.units"].(string), "px") || !reflect.DeepEqual(said["proprio.names"], []string{"agent_x", "agent_y", "agent_vx", "agent_vy"}) {
		t.Errorf("%d arrays, want %d; %v", len(got), len(want), said)
	}
}

// TestOtherScenesAreNotPushT: each thing that makes it Push-T is looked at.
func TestOtherScenesAreNotPushT(t *testing.T) {
	t.Parallel()
	if p, err := PushTOf(pushtScene()); err != nil || p.Pixel != 1.0/128 {
		t.Errorf("%+v, %v", p, err)
	}
	for what, change := range map[string]func(*sim.Scene){
		"one body":      func(s *sim.Scene) { s.Bodies = s.Bodies[:1] },
		"one actuator":  func(s *sim.Scene) { s.Actuators = s.Actuators[:1] },
		"a force":       func(s *sim.Scene) { s.Actuators[1].Kind = sim.Force },
		"another body":  func(s *sim.Scene) { s.Actuators[0].Body = 1 },
		"another axis":  func(s *sim.Scene) { s.Actuators[1].Axis = sim.Vec{X: 1} },
		"another range": func(s *sim.Scene) { s.Actuators[1].High = 3 },
		"from below 0":  func(s *sim.Scene) { s.Actuators[0].Low = -1 },
		"no range":      func(s *sim.Scene) { s.Actuators[0].High, s.Actuators[1].High = 0, 0 },
		"no origin":     func(s *sim.Scene) { s.Points = s.Points[:1] },
		"of the agent":  func(s *sim.Scene) { s.Points[1].Body = 0 },
	} {
		s := pushtScene()
		if change(s); func() bool { _, err := PushTOf(s); return err == nil }() {
			t.Errorf("%s: is taken for Push-T", what)
		}
	}
	other := Episode{Trajectory: &sim.Trajectory{Scene: pushtScene(), States: []sim.State{make(sim.State, 2)}}}
	other.Scene.Points = nil
	if err := WritePushT(narrow{1 << 20}, PushTSize{Size: Size{Episodes: 1, Frames: 1, Bodies: 2, Actions: 2}}, each([]Episode{other})); err == nil || !strings.Contains(err.Error(), "is not Push-T") {
		t.Errorf("%v", err)
	}
}
