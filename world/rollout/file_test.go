package rollout

import (
	"bytes"
	"math"
	"reflect"
	"strings"
	"testing"

	"orrery/sim"
)

// newFile returns a disc in free flight, pushed by nothing, and a model that
// thinks it stands.
func newFile() *File {
	scene := sim.DefaultScene()
	scene.Name = "flight"
	disc := sim.NewDisc(0.1, 10, sim.Surface{})
	disc.Start.VX = 1.0 / 3
	scene.Bodies = []sim.Body{disc}
	scene.Actuators = []sim.Actuator{{Kind: sim.Force, Against: sim.World, Low: -1, High: 1, Axis: sim.Vec{X: 1}}}
	r := &File{Model: "still", Seed: math.MaxUint64, Episode: 3, Scene: &scene, Actions: []sim.Action{{0}, nil}}
	for k := range 3 {
		moved := disc.Start
		moved.X = moved.VX * float64(k) * scene.FrameTime()
		r.True = append(r.True, sim.State{moved})
		r.Predicted = append(r.Predicted, sim.State{disc.Start})
	}
	return r
}

func encode(t testing.TB, r *File) string {
	t.Helper()
	var text bytes.Buffer
	if err := r.Encode(&text); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

func TestFileComesBackBitForBit(t *testing.T) {
	t.Parallel()
	want := newFile()
	got, err := Decode(strings.NewReader(encode(t, want)))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestFileThatMakesNoSenseIsRefused(t *testing.T) {
	t.Parallel()
	for want, damage := range map[string]func(r *File){
		"scene is missing":              func(r *File) { r.Scene = nil },
		"scene: body 0: mass":           func(r *File) { r.Scene.Bodies[0].Mass = 0 },
		"3 true and 2 predicted":        func(r *File) { r.Predicted = r.Predicted[1:] },
		"0 true and 0 predicted":        func(r *File) { r.True, r.Predicted = nil, nil },
		"true: frame 1: 2 bodies":       func(r *File) { r.True[1] = append(r.True[1], r.True[0]...) },
		"predicted: frame 2: body 0: x": func(r *File) { r.Predicted[2][0].X = math.NaN() },
		"true: frame 2: body 0: omega":  func(r *File) { r.True[2][0].Omega = math.Inf(1) },
		"episode -1 must be":            func(r *File) { r.Episode = -1 },
		"true: 1 actions must be":       func(r *File) { r.Actions = r.Actions[:1] },
		"true: frame 1: action of 2":    func(r *File) { r.Actions[1] = sim.Action{1, 2} },
	} {
		r := newFile()
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

func TestDamagedRolloutFileIsRefused(t *testing.T) {
	t.Parallel()
	text := encode(t, newFile())
	for want, damaged := range map[string]string{
		"ends too early":                      text[:len(text)-30],
		"{ stands after the end":              text + "{}",
		"format 2 must be 1":                  strings.Replace(text, `"format":1`, `"format":2`, 1),
		`kind "film" must be`:                 strings.Replace(text, kindName, "film", 1),
		"unknown key":                         strings.Replace(text, `"model"`, `"sort"`, 1),
		`episode: "3" must be a whole number`: strings.Replace(text, `"episode":3`, `"episode":"3"`, 1),
		"true[0][0]: more than 6 numbers":     strings.Replace(text, `"true":[[[`, `"true":[[[7,`, 1),
	} {
		_, err := Decode(strings.NewReader(damaged))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

func TestDamagedRolloutFileIsStillOne(t *testing.T) {
	t.Parallel()
	text := encode(t, newFile())
	for _, damaged := range []string{text, text[:60], text + "}", "\ufeff" + text, strings.Replace(text, ":1", ": NaN", 1)} {
		if !IsFile([]byte(damaged)) {
			t.Errorf("%.80q… is no rollout file", damaged)
		}
	}
	for _, other := range []string{"", "{}", `{"name":"orrery-rollout"}`, `{"shapes":[{"kind":"circle"}]}`} {
		if IsFile([]byte(other)) {
			t.Errorf("%q is a rollout file", other)
		}
	}
}

// FuzzDecode checks that whatever is accepted can be written and read
// again as the same.
func FuzzDecode(f *testing.F) {
	text := encode(f, newFile())
	f.Add([]byte(text))
	f.Add([]byte(text[:len(text)/2]))
	f.Add([]byte(strings.Replace(text, "0.1", "1e999", 1)))
	f.Add([]byte(`{"format":1,"kind":"orrery-rollout","scene":{},"true":[[]],"predicted":[[]]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		first, err := Decode(bytes.NewReader(text))
		if err != nil {
			return
		}
		second, err := Decode(strings.NewReader(encode(t, first)))
		if err != nil {
			t.Fatal(err)
		}
		if a, b := encode(t, first), encode(t, second); a != b {
			t.Errorf("%s became %s", a, b)
		}
	})
}
