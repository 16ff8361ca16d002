package csv

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"iter"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
)

// text is a file with some content, in plain text.
func text(name, content string) (input, error) {
	plain, err := plainText(strings.NewReader(content))
	if err != nil {
		return input{}, err
	}
	all, err := io.ReadAll(plain)
	return input{name: name, content: bytes.NewReader(all), size: int64(len(all))}, err
}

// tracks reads a file of motion, and one of edges if there is one.
func tracks(t testing.TB, options Options, contents ...string) []*sim.Trajectory {
	t.Helper()
	all, err := tryTracks(options, contents...)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func tryTracks(options Options, contents ...string) ([]*sim.Trajectory, error) {
	var inputs []input
	for i, content := range contents {
		in, err := text([]string{"motion.csv", "edges.csv"}[i], content)
		if err != nil {
			return nil, err
		}
		inputs = append(inputs, in)
	}
	f := &File{}
	if err := f.read(context.Background(), options, inputs...); err != nil {
		return nil, err
	}
	all := make([]*sim.Trajectory, f.Episodes())
	for i := range all {
		var err error
		if all[i], err = f.Episode(context.Background(), i); err != nil {
			return nil, err
		}
		if err := all[i].Check(); err != nil {
			panic(err) // what is read must be in order
		}
		if len(all[i].States) > f.Frames() {
			panic("more frames than Frames says")
		}
	}
	return all, nil
}

func at50() Options {
	options := DefaultOptions()
	options.FPS = 50
	return options
}

// pusher is a scene of two named bodies and two actuators.
func pusher() *sim.Scene {
	scene := sim.DefaultScene()
	scene.FPS = 50
	for _, name := range []string{"robot", "block"} {
		body := disc(0.2)
		body.Name = name
		scene.Bodies = append(scene.Bodies, body)
	}
	for _, axis := range []sim.Vec{{X: 1}, {Y: 1}} {
		scene.Actuators = append(scene.Actuators, sim.Actuator{Kind: sim.Force, Against: sim.World, Low: -9, High: 9, Axis: axis})
	}
	return &scene
}

// wander returns a trajectory of a scene without any physics in it.
func wander(scene *sim.Scene, frames int, rng *rand.Rand) *sim.Trajectory {
	t := &sim.Trajectory{Scene: scene}
	number := func() float64 { return float64(float32(rng.NormFloat64() * math.Pow(10, rng.Float64()*8-5))) }
	for k := range frames {
		state := make(sim.State, len(scene.Bodies))
		for i := range state {
			angle := rng.NormFloat64()
			if k > 0 {
				angle = t.States[k-1][i].Angle + rng.Float64()*2 - 1
			}
			state[i] = sim.BodyState{X: number(), Y: number(), Angle: float64(float32(angle)), VX: number(), VY: number()}
			state[i].Omega = rng.Float64()
		}
		t.States = append(t.States, state)
		if len(scene.Actuators) > 0 && k > 0 {
			t.Actions = append(t.Actions, sim.Action{number(), number()})
		}
	}
	return t
}

func each(all []*sim.Trajectory) iter.Seq2[*sim.Trajectory, error] {
	return func(yield func(*sim.Trajectory, error) bool) {
		for _, t := range all {
			if !yield(t, nil) {
				return
			}
		}
	}
}

// rounded returns every number of some trajectories as float32.
func rounded(all []*sim.Trajectory) (values [][]float32) {
	for _, t := range all {
		for k, state := range t.States {
			row := state.AppendFloat32(nil, len(state))
			for _, v := range t.Action(k) {
				row = append(row, float32(v))
			}
			values = append(values, row)
		}
	}
	return values
}

func TestReadIsTheInverseOfWrite(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 1))
	for _, scene := range []*sim.Scene{nil, pusher()} {
		options, actions := at50(), 0
		if options.Scene = scene; scene == nil {
			plain := pusher()
			plain.Actuators = nil
			scene = plain
		} else {
			actions = len(scene.Actuators)
		}
		var want []*sim.Trajectory
		for frames := range 9 {
			want = append(want, wander(scene, frames+1, rng))
		}
		var file bytes.Buffer
		if err := Write(&file, actions, false, nil, each(want)); err != nil {
			t.Fatal(err)
		}
		got := tracks(t, options, file.String())
		if !reflect.DeepEqual(rounded(got), rounded(want)) {
			t.Errorf("with %d actions: what is read is not what was written", actions)
		}
		if len(got) != len(want) || !slices.Equal(got[3].Scene.Start(), got[3].States[0]) {
			t.Errorf("with %d actions: scenes must start with the first state", actions)
		}
	}
}

func TestOrderOfRowsDoesNotMatter(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(2, 1))
	want := []*sim.Trajectory{wander(pusher(), 7, rng), wander(pusher(), 4, rng), wander(pusher(), 1, rng)}
	var file bytes.Buffer
	if err := Write(&file, 2, false, nil, each(want)); err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(file.String(), "\n")
	header, rows := lines[0], lines[1:len(lines)-1]
	options := at50()
	options.Scene = pusher()
	for range 50 {
		rng.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		gaps := strings.Join(rows, strings.Repeat("\n", rng.IntN(3))) // blank lines are passed over
		if got := tracks(t, options, header+gaps); !reflect.DeepEqual(rounded(got), rounded(want)) {
			t.Fatalf("shuffled rows give other episodes:\n%s", gaps)
		}
	}
	f := &File{}
	in, err := text("m", "episode,frame,body,x,y\n0,0,0,1,1\n0,1,0,1,1\n\n1,0,0,1,1\n0,2,0,1,1\n")
	if err == nil {
		err = f.read(t.Context(), at50(), in)
	}
	if err != nil || f.Unsorted() != "line 6" {
		t.Errorf("unsorted %s (%v), want line 6", f.Unsorted(), err)
	}
}

// TestVelocitiesAreCentralDifferences uses that they are exact for parabolas, but
// for the ends, which see half a frame into the episode.
func TestWhatHasNoColumnIsZero(t *testing.T) {
	t.Parallel()
	file := "episode,frame,body,x,y,angle\n"
	for k := range 9 {
		file += fmt.Sprintf("7,%d,0,%v,4,%v\n", 100+k, k, math.Remainder(float64(k), 2*math.Pi))
	}
	for k, state := range tracks(t, at50(), file)[0].States {
		if want := (sim.BodyState{X: float64(k), Y: 4, Angle: float64(k)}); !scalar.EqualWithinAbs(state[0].Angle, want.Angle, 1e-9) || state[0].X != want.X || state[0].Velocity() != (sim.Vec{}) {
			t.Errorf("frame %d: %+v, want %+v", k, state[0], want)
		}
	}
}

// TestFastSpinIsToldByOmega turns by more than half a turn a frame, which only
// omega can tell from turning back.
func TestFastSpinIsToldByOmega(t *testing.T) {
	t.Parallel()
	const omega = 1.3 * 2 * math.Pi * 50 // 1.3 turns a frame
	file := "episode,frame,body,x,y,angle,omega\n"
	for k := range 20 {
		file += fmt.Sprintf("0,%d,0,0,0,%v,%v\n", k, math.Remainder(omega*float64(k)/50, 2*math.Pi), omega)
	}
	for k, state := range tracks(t, at50(), file)[0].States {
		if want := omega * float64(k) / 50; !scalar.EqualWithinAbs(state[0].Angle, want, 1e-9) {
			t.Fatalf("frame %d: angle %v, want %v", k, state[0].Angle, want)
		}
	}
}

func TestColumnsGoByName(t *testing.T) {
	t.Parallel()
	options := at50()
	options.Columns = map[string]string{"x": "pos x", "y": "x", "body": "id"}
	file := "\ufeffx,note,episode, id ,\"pos x\",frame\r\n4,\"a, \"\"b\"\"\nc\",0,0,3,0\r\n 6,,0,0, 5 ,1\r\n"
	got := tracks(t, options, file)[0]
	if want := (sim.Vec{X: 5, Y: 6}); len(got.States) != 2 || got.States[1][0].Position() != want {
		t.Errorf("states %v, want the last at %v", got.States, want)
	}
}

func TestEdgesBecomeFields(t *testing.T) {
	t.Parallel()
	motion := "episode,frame,body,x,y\n3,0,0,0,0\n3,0,1,1,0\n5,0,0,0,0\n5,0,1,1,0\n9,0,0,0,0\n9,0,1,1,0\n"
	edges := "type,a,b,episode,strength,limit\nlinear,0,1,3,-0.1,0\nnone,0,1,9,0,0\ninverse_square,1,0,5,2,100\nlinear,0,1,5,1,0\n"
	got := tracks(t, at50(), motion, edges)
	want := [][]sim.Field{
		{{Kind: sim.Linear, A: 0, B: 1, Strength: -0.1}},
		{{Kind: sim.InverseSquare, A: 1, B: 0, Strength: 2, Limit: 100}, {Kind: sim.Linear, A: 0, B: 1, Strength: 1}},
		nil,
	}
	for i, fields := range want {
		if !slices.Equal(got[i].Scene.Fields, fields) {
			t.Errorf("episode %d: fields %v, want %v", i, got[i].Scene.Fields, fields)
		}
	}
	options := at50()
	options.Edges, options.Strength = "edges.csv", -7
	if got := tracks(t, options, motion, "episode,a,b,type\n3,1,0,linear\n")[0].Scene.Fields[0].Strength; got != -7 {
		t.Errorf("strength %v without a column, want -7", got)
	}
}

func TestBodiesGoByTheNamesOfTheScene(t *testing.T) {
	t.Parallel()
	options := at50()
	options.Scene = pusher()
	options.Scene.Actuators = nil
	got := tracks(t, options, "episode,frame,body,x,y\n0,0,block,1,0\n0,0,robot,2,0\n", "episode,a,b,type\n0,block,0,linear\n")[0]
	if got.States[0][1].X != 1 || got.Scene.Fields[0].A != 1 {
		t.Errorf("state %v and fields %v, want the block second", got.States[0], got.Scene.Fields)
	}
	options.Scene.Fields = []sim.Field{{Kind: sim.InverseSquare, A: 0, B: 1, Strength: 2}}
	for range 2 { // those of the edges come to those of the scene, which keeps its own
		got = tracks(t, options, "episode,frame,body,x,y\n0,0,block,1,0\n0,0,robot,2,0\n", "episode,a,b,type\n0,block,0,linear\n")[0]
		if len(got.Scene.Fields) != 2 || got.Scene.Fields[0] != options.Scene.Fields[0] || len(options.Scene.Fields) != 1 {
			t.Errorf("fields %v, want those of the scene and one more", got.Scene.Fields)
		}
	}
}
