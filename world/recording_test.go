package world

import (
	"bytes"
	"math"
	"reflect"
	"strings"
	"testing"

	"orrery/sim"
)

// newRecording returns a disc in free flight, pushed by nothing, and a model that
// thinks it stands.
func newRecording() *Recording {
	scene := sim.DefaultScene()
	scene.Name = "flight"
	disc := sim.NewDisc(0.1, 10, sim.Surface{})
	disc.Start.VX = 1.0 / 3
	scene.Bodies = []sim.Body{disc}
	scene.Actuators = []sim.Actuator{{Kind: sim.Force, Against: sim.World, Low: -1, High: 1, Axis: sim.Vec{X: 1}}}
	r := &Recording{Model: "still", Seed: math.MaxUint64, Episode: 3, Scene: &scene, Actions: []sim.Action{{0}, nil}}
	for k := range 3 {
		moved := disc.Start
		moved.X = moved.VX * float64(k) * scene.FrameTime()
		r.True = append(r.True, sim.State{moved})
		r.Predicted = append(r.Predicted, sim.State{disc.Start})
	}
	return r
}

func encode(t testing.TB, r *Recording) string {
	t.Helper()
	var text bytes.Buffer
	if err := r.Encode(&text); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

func TestRecordingComesBackBitForBit(t *testing.T) {
	want := newRecording()
	got, err := DecodeRecording(strings.NewReader(encode(t, want)))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestRecordingThatMakesNoSenseIsRefused(t *testing.T) {
	for want, damage := range map[string]func(r *Recording){
		"scene is missing":              func(r *Recording) { r.Scene = nil },
		"scene: body 0: mass":           func(r *Recording) { r.Scene.Bodies[0].Mass = 0 },
		"3 true and 2 predicted":        func(r *Recording) { r.Predicted = r.Predicted[1:] },
		"0 true and 0 predicted":        func(r *Recording) { r.True, r.Predicted = nil, nil },
		"true: frame 1: 2 bodies":       func(r *Recording) { r.True[1] = append(r.True[1], r.True[0]...) },
		"predicted: frame 2: body 0: x": func(r *Recording) { r.Predicted[2][0].X = math.NaN() },
		"true: frame 2: body 0: omega":  func(r *Recording) { r.True[2][0].Omega = math.Inf(1) },
		"episode -1 must be":            func(r *Recording) { r.Episode = -1 },
		"true: 1 actions must be":       func(r *Recording) { r.Actions = r.Actions[:1] },
		"true: frame 1: action of 2":    func(r *Recording) { r.Actions[1] = sim.Action{1, 2} },
	} {
		r := newRecording()
		damage(r)
		var text bytes.Buffer
		err := r.Encode(&text)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
		if text.Len() > 0 {
			t.Errorf("%s: wrote %d bytes all the same", want, text.Len())
		}
	}
}

func TestDamagedRecordingIsRefused(t *testing.T) {
	text := encode(t, newRecording())
	for want, damaged := range map[string]string{
		"ends too early":                      text[:len(text)-30],
		"{ stands after the end":              text + "{}",
		"format 2 must be 1":                  strings.Replace(text, `"format":1`, `"format":2`, 1),
		`kind "film" must be`:                 strings.Replace(text, RecordingKind, "film", 1),
		"unknown key":                         strings.Replace(text, `"model"`, `"sort"`, 1),
		`episode: "3" must be a whole number`: strings.Replace(text, `"episode":3`, `"episode":"3"`, 1),
		"true[0][0]: more than 6 numbers":     strings.Replace(text, `"true":[[[`, `"true":[[[7,`, 1),
	} {
		_, err := DecodeRecording(strings.NewReader(damaged))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

// FuzzDecodeRecording checks that whatever is accepted can be written and read
// again as the same.
func FuzzDecodeRecording(f *testing.F) {
	text := encode(f, newRecording())
	f.Add([]byte(text))
	f.Add([]byte(text[:len(text)/2]))
	f.Add([]byte(strings.Replace(text, "0.1", "1e999", 1)))
	f.Add([]byte(`{"format":1,"kind":"orrery-rollout","scene":{},"true":[[]],"predicted":[[]]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		first, err := DecodeRecording(bytes.NewReader(text))
		if err != nil {
			return
		}
		second, err := DecodeRecording(strings.NewReader(encode(t, first)))
		if err != nil {
			t.Fatal(err)
		}
		if a, b := encode(t, first), encode(t, second); a != b {
			t.Errorf("%s became %s", a, b)
		}
	})
}
