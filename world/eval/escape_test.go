package eval_test

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/world"
	"orrery/world/eval"
	"orrery/world/flight"
)

// strays is a model under which each scene goes wrong in its own way, by its name.
func strays() world.Model {
	return stepModel(func(scene *sim.Scene, state sim.State, frame int) error {
		b := &state[0]
		switch scene.Name {
		case "wall":
			b.X += 0.06 // through the wall at 1 m after 17 frames
		case "fast":
			b.VX = 1 + float64(frame)
		case "nan":
			if frame == 9 {
				b.Omega = math.NaN()
			}
		}
		return nil
	})
}

// strayEpisodes are 31 frames each of a disc that truly lies still in a box.
func strayEpisodes(t *testing.T, names ...string) []*sim.Trajectory {
	var out []*sim.Trajectory
	for _, name := range names {
		scene := box(discs(sim.BodyState{}), 1)
		scene.Name = name
		out = append(out, run(t, scene, 31))
	}
	return out
}

func TestEscapesAreCountedAndTheWorstIsNamed(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	episodes := strayEpisodes(t, "good", "wall", "wall", "fast", "good")
	seen := &world.Seen{Speed: 2, Spin: 1}
	r := evaluate(t, episodes, []eval.Entry{{Name: "stray", Model: strays(), Seen: seen}, {Name: "calm", Model: flight.Still()}}, truth, quick())
	e := r.Row("stray").Escapes
	if e == nil || e.Rollouts != 3 || e.ThroughWall != 2 || e.TooFast != 1 || e.OutOfArena != 0 || e.NotFinite != 0 {
		t.Fatalf("counted %+v", e)
	}
	w := e.Worst
	if w.Episode != 1 || w.Scene != "wall" || w.First.Kind != world.ThroughWall || w.First.Frame != 17 || w.First.Body != 0 {
		t.Errorf("the worst is %+v", w)
	}
	near(t, "farthest", float64(w.FarthestM), 0.8, 1e-9) // 30 frames of 6 cm
	for _, name := range []string{"calm", "still", "truth+10mm"} {
		if e := r.Row(name).Escapes; e != nil {
			t.Errorf("%s has %+v", name, e)
		}
	}
	again, err := eval.ReadResult(strings.NewReader(encode(t, r)))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(again.Row("stray").Escapes, e) || again.Row("calm").Escapes != nil {
		t.Errorf("read back %+v", again.Row("stray").Escapes)
	}
}

func TestABreakdownIsTheWorstEscape(t *testing.T) {
	t.Parallel()
	r := evaluate(t, strayEpisodes(t, "wall", "nan", "nan", "wall"), []eval.Entry{{Name: "stray", Model: strays()}}, nil, quick())
	e := r.Row("stray").Escapes
	if e == nil || e.Rollouts != 4 || e.NotFinite != 2 || e.ThroughWall != 2 || e.Worst.Episode != 1 || e.Worst.First.Frame != 9 {
		t.Fatalf("counted %+v", e)
	}
}

// A model whose training data is not known is compared with the motion of the episodes.
func TestWithoutTrainingDataTheTruthSaysWhatIsFast(t *testing.T) {
	t.Parallel()
	for top, want := range map[float64]bool{19.9: false, 20: true} {
		scene := discs(sim.BodyState{VX: 1}, sim.BodyState{X: 5, VX: 2})
		model := stepModel(func(scene *sim.Scene, state sim.State, frame int) error {
			if frame == 30 {
				state[0].VX = top
			}
			return nil
		})
		r := evaluate(t, []*sim.Trajectory{run(t, scene, 31)}, []eval.Entry{{Name: "m", Model: model}}, nil, quick())
		if e := r.Row("m").Escapes; (e != nil) != want || e != nil && (e.TooFast != 1 || e.Worst.First.Value != 20) {
			t.Errorf("%v m/s: %+v", top, e)
		}
	}
}

func TestReadResultRefusesEscapesThatCannotBe(t *testing.T) {
	t.Parallel()
	r := evaluate(t, strayEpisodes(t, "wall", "good"), []eval.Entry{{Name: "stray", Model: strays()}}, nil, quick())
	good := encode(t, r)
	for want, change := range map[string][2]string{
		"escapes: 3 rollouts must be 0 to the 2 episodes": {`"through_wall": 1`, `"through_wall": 3`},
		"escapes: 2 rollouts must be from 1 to the 2":     {`"rollouts": 1`, `"rollouts": 2`},
		`kind "through the floor" must be one of`:         {`"through a wall"`, `"through the floor"`},
	} {
		at := strings.Index(good, `"stray"`) // still and ballistic come first
		text := good[:at] + strings.Replace(good[at:], change[0], change[1], 1)
		if _, err := eval.ReadResult(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

// A scene that breaks down in one frame must not spoil the other frames that are
// predicted together with it.
func TestOneFailingFrameIsOneWrongFrame(t *testing.T) {
	t.Parallel()
	episode := run(t, discs(sim.BodyState{VX: 1}), 61)
	last := episode.States[20][0].X
	for name, fail := range map[string]func(b *sim.BodyState) error{
		"the model gives up": func(*sim.BodyState) error { return fmt.Errorf("tired") },
		"not finite":         func(b *sim.BodyState) error { b.Y = math.NaN(); return nil },
	} {
		model := stepModel(func(scene *sim.Scene, state sim.State, frame int) error {
			if state[0].X == last {
				return fail(&state[0])
			}
			return glide(scene, state, frame)
		})
		r := evaluate(t, []*sim.Trajectory{episode}, []eval.Entry{{Name: "m", Model: model}}, nil, quick())
		// The arena is the metre that the disc goes, and one frame of 60 is wrong by it.
		near(t, name+": one-step error", float64(r.Row("m").OneStepM), 1.0/60, 1e-9)
	}
}

// Without walls the arena is where the bodies truly are.
func TestLeavingThePlacesOfTheTruthIsAnEscape(t *testing.T) {
	t.Parallel()
	for to, want := range map[float64]bool{0.99: false, 1.01: true} { // they truly go half a metre
		model := stepModel(func(_ *sim.Scene, state sim.State, frame int) error {
			if frame == 20 {
				state[0].X = to
			}
			return nil
		})
		r := evaluate(t, []*sim.Trajectory{run(t, discs(sim.BodyState{VX: 1}), 31)}, []eval.Entry{{Name: "m", Model: model}}, nil, quick())
		if e := r.Row("m").Escapes; (e != nil) != want || e != nil && (e.OutOfArena != 1 || e.Worst.First.Frame != 20) {
			t.Errorf("to %v m: %+v", to, e)
		}
	}
}
