package mcap

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/foxglove/mcap/go/mcap"
	"gonum.org/v1/gonum/floats/scalar"

	"orrery/datasets"
	"orrery/sim"
)

// series are the values of a key of a topic, in their order, by time in ns.
type series map[string]map[uint64]float64

// numbersOf reads all messages of numbers, each of which must have the keys of its schema and no others.
func numbersOf(t *testing.T, file []byte) series {
	t.Helper()
	reader, err := mcap.NewReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	messages, err := reader.Messages(mcap.UsingIndex(true), mcap.InOrder(mcap.LogTimeOrder))
	if err != nil {
		t.Fatal(err)
	}
	all := series{}
	for {
		s, c, m, err := messages.NextInto(nil)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		if s.Name == sceneUpdates {
			continue
		}
		var schema struct {
			Title, Type string
			Properties  map[string]struct{ Type string }
		}
		if err := json.Unmarshal(s.Data, &schema); err != nil || schema.Type != "object" || schema.Title != s.Name || s.Encoding != "jsonschema" || c.MessageEncoding != "json" {
			t.Fatalf("%s has the schema %s (%v)", c.Topic, s.Data, err)
		}
		var flat map[string]float64
		if err := json.Unmarshal(m.Data, &flat); err != nil {
			t.Fatalf("%s is not flat: %s", c.Topic, m.Data)
		}
		if !slices.Equal(slices.Sorted(maps.Keys(flat)), slices.Sorted(maps.Keys(schema.Properties))) {
			t.Fatalf("%s has %v, its schema %v", c.Topic, flat, schema.Properties)
		}
		for key, v := range flat {
			if schema.Properties[key].Type != "number" {
				t.Errorf("%s.%s is of type %s", c.Topic, key, schema.Properties[key].Type)
			}
			name := c.Topic + "." + key
			if all[name] == nil {
				all[name] = map[uint64]float64{}
			}
			all[name][m.LogTime] = v
		}
	}
}

// Every number that can be plotted is what the episode has, at the time of its frame.
func TestNumbersArePlotted(t *testing.T) {
	t.Parallel()
	driven := scene(2)
	driven.Bodies[1].Kind = sim.Kinematic // which counts in no mean
	driven.Actuators = []sim.Actuator{{Kind: sim.Force, Axis: sim.Vec{X: 1}, Low: -9, High: 9}, {Kind: sim.Force, Axis: sim.Vec{Y: 1}, Low: -9, High: 9}}
	truth := []sim.State{
		{{X: 1, Y: 2, Angle: 0.5, VX: 3, VY: -4, Omega: 6}, {X: 9}},
		{{X: 2, Y: 1, Angle: 7}, {X: 9}},
		{{X: 3}, {X: 9}},
	}
	predicted := []sim.State{
		truth[0],
		{{X: 2.75, Y: 2, Angle: 0.5, VX: 0.5, VY: 1.2, Omega: -2}, {X: 5}},
		{{X: 3}, {X: 9}},
	}
	e := Episode{
		Trajectory: &sim.Trajectory{Scene: driven, States: truth, Actions: []sim.Action{{1, 2}, {3, 4}}}, Predicted: predicted,
		Outcomes: []datasets.Outcome{{Reward: 0.25}, {Reward: -1, Success: true, Done: true, Truncated: true}},
	}
	plain := Episode{Trajectory: &sim.Trajectory{Scene: scene(1), States: spin(1, 2, 0)}}
	var file bytes.Buffer
	if err := Write(&file, nil, episodes(plain, e)); err != nil {
		t.Fatal(err)
	}
	got := numbersOf(t, file.Bytes())
	start := uint64(2 * second / 30) // after two frames of the first
	frame := func(k int) uint64 { return start + uint64(k)*second/30 }
	check := func(name string, k int, want float64) {
		t.Helper()
		v, there := got[name][frame(k)]
		if !there || !scalar.EqualWithinAbs(v, want, 1e-6) {
			t.Errorf("%s at frame %d is %v (%v), want %v", name, k, v, there, want)
		}
	}
	for name, want := range map[string]float64{"x": 1, "y": 2, "angle": 0.5, "vx": 3, "vy": -4, "omega": 6, "speed": 5} {
		check("/true/body0."+name, 0, want)
		check("/predicted/body0."+name, 0, want)
	}
	check("/predicted/body0.x", 1, 2.75)
	check("/true/body1.x", 2, 9)
	check("/error/body0.position", 1, 1.25)
	check("/error/body0.angle", 1, 6.5-2*3.141592653589793)
	check("/error/body0.velocity", 1, 1.3)
	check("/error/body0.omega", 1, 2)
	check("/error/body1.position", 1, 4)
	check("/error.position", 1, 1.25)
	check("/error.position", 2, 0)
	check("/error.angle", 1, 6.5-2*3.141592653589793)
	check("/action.action1", 0, 2)
	check("/action.action0", 1, 3)
	check("/outcome.reward", 1, 0.25)
	check("/outcome.reward", 2, -1)
	for _, name := range []string{"success", "done", "truncated"} {
		check("/outcome."+name, 1, 0)
		check("/outcome."+name, 2, 1)
	}
	for name, want := range map[string]int{
		"/true/body0.x": 5, "/true/body1.x": 3, "/predicted/body0.x": 3, "/error.position": 3, "/action.action0": 2, "/outcome.reward": 2,
	} {
		if n := len(got[name]); n != want {
			t.Errorf("%s has %d values, want %d", name, n, want)
		}
	}
}

// Without a prediction, a task and actuators there are no topics of them.
func TestWhatIsNotThereHasNoTopic(t *testing.T) {
	t.Parallel()
	var file bytes.Buffer
	if err := Write(&file, nil, episodes(Episode{Trajectory: &sim.Trajectory{Scene: scene(2), States: spin(2, 2, 0)}})); err != nil {
		t.Fatal(err)
	}
	var topics []string
	for name := range numbersOf(t, file.Bytes()) {
		topic, _, _ := strings.Cut(name, ".")
		topics = append(topics, topic)
	}
	slices.Sort(topics)
	if got := fmt.Sprint(slices.Compact(topics)); got != "[/true/body0 /true/body1]" {
		t.Errorf("the topics are %s", got)
	}
}

// TestMissesAreDistances: of angles by the shorter way round.
func TestMissesAreDistances(t *testing.T) {
	t.Parallel()
	got := missOf(&sim.BodyState{X: 1, Y: 1, Angle: 0.1, VX: 1, Omega: 2}, &sim.BodyState{X: 4, Y: -3, Angle: 0.1 + 2*math.Pi - 0.5, VX: 1, VY: -2, Omega: -1})
	if got.Position != 5 || !(math.Abs(float64(got.Angle)-0.5) <= 1e-6) || got.Velocity != 2 || got.Omega != 3 {
		t.Errorf("%+v", got)
	}
	if got := motionOf(&sim.BodyState{X: 1, Y: 2, Angle: 3, VX: -3, VY: 4, Omega: 5}); got != (motion{1, 2, 3, -3, 4, 5, 5}) || flag(true) != 1 || flag(false) != 0 {
		t.Errorf("%+v", got)
	}
}
