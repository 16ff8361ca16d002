package spool

import (
	"math"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/sim/engine"
	"orrery/sim/scenario/library"
)

// motion is an episode of a scenario.
func motion(t *testing.T, name string, frames int) *sim.Trajectory {
	t.Helper()
	scenario, err := library.Find(name)
	if err != nil {
		t.Fatal(err)
	}
	values, err := scenario.Values(nil)
	if err != nil {
		t.Fatal(err)
	}
	scene, err := scenario.Sample(1, 0, values)
	if err != nil {
		t.Fatal(err)
	}
	actions := make([]sim.Action, frames-1)
	for i := range actions {
		actions[i] = scene.Rest()
		for k := range actions[i] {
			actions[i][k] += 0.01 * float64(i)
		}
	}
	out, err := engine.Simulate(t.Context(), scene, scene.Start(), frames, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(scene.Actuators) > 0 {
		out.Actions = actions
	}
	return out
}

// rounded returns a trajectory as a dataset has it: of float32.
func rounded(t *sim.Trajectory) *sim.Trajectory {
	out := &sim.Trajectory{Scene: t.Scene}
	for _, state := range t.States {
		next := make(sim.State, len(state))
		next.SetFloat32(state.AppendFloat32(nil, len(state)))
		out.States = append(out.States, next)
	}
	for _, action := range t.Actions {
		next := make(sim.Action, len(action))
		for i, v := range action {
			next[i] = float64(float32(v))
		}
		out.Actions = append(out.Actions, next)
	}
	return out
}

// TestPartsComeBackAsTheyWere, of every scenario, with the widest numbers and with those of datasets, in any order.
func TestPartsComeBackAsTheyWere(t *testing.T) {
	t.Parallel()
	file, err := New(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var chapters [][]Part
	var wide, narrow int64
	for _, scenario := range library.List() {
		exact := motion(t, scenario.Name, 12)
		exact.States[3][0].VX = math.Copysign(0, -1)
		for _, trajectory := range []*sim.Trajectory{exact, rounded(exact)} {
			before := file.Size()
			chapter := []Part{{trajectory, []int32{0, 1, 5, 10}}, {&sim.Trajectory{Scene: trajectory.Scene, States: trajectory.States[:2], Impact: true}, nil}}
			if err := file.Add(chapter); err != nil {
				t.Fatal(err)
			}
			chapters = append(chapters, chapter)
			wide, narrow = narrow, file.Size()-before
		}
		if narrow >= wide {
			t.Errorf("%s: numbers of datasets take %d bytes, others %d", scenario.Name, narrow, wide)
		}
	}
	for k := range slices.Backward(chapters) {
		got, err := file.Read(k)
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != len(chapters[k]) {
			t.Fatalf("chapter %d has %d parts", k, len(got))
		}
		for i, p := range got {
			want := chapters[k][i]
			if !reflect.DeepEqual(p.Trajectory, want.Trajectory) || !slices.Equal(p.Frames, want.Frames) {
				t.Errorf("chapter %d, part %d is %+v\nwant %+v", k, i, p.Trajectory, want.Trajectory)
			}
			if i == 0 && math.Signbit(p.Trajectory.States[3][0].VX) != true {
				t.Errorf("chapter %d: a zero lost its sign", k)
			}
		}
	}
}

// TestReducedPartsHaveTheSameExamples and nothing else.
func TestReducedPartsHaveTheSameExamples(t *testing.T) {
	t.Parallel()
	whole := motion(t, "pusht", 30)
	for _, frames := range [][]int32{{}, {0}, {28}, {0, 1, 2}, {3, 5, 6, 10}, {4, 6, 8}, {27, 28}} {
		part := Part{whole, frames}.Reduced()
		states := map[int32]bool{}
		for _, f := range frames {
			states[f], states[f+1] = true, true
		}
		if n := len(part.Trajectory.States); n < len(states) || n > 2*len(frames) {
			t.Errorf("%v: %d states are kept", frames, n)
		}
		for i, f := range frames {
			at := int(part.Frames[i])
			if !slices.Equal(part.Trajectory.States[at], whole.States[f]) || !slices.Equal(part.Trajectory.States[at+1], whole.States[f+1]) ||
				!slices.Equal(part.Trajectory.Action(at), whole.Action(int(f))) {
				t.Errorf("%v: frame %d is another", frames, f)
			}
		}
	}
	for _, alone := range []*sim.Trajectory{{Scene: whole.Scene, States: whole.States, Seen: &sim.Observation{}}, {Scene: whole.Scene, States: whole.States[:2], Impact: true}} {
		if part := (Part{alone, []int32{0}}).Reduced(); part.Trajectory != alone {
			t.Error("something was left out where all counts")
		}
	}
}

// TestNothingIsLeft of a file, even if it is not closed, where files need no name; and failures are told.
func TestNothingIsLeft(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file, err := New(dir)
	if err != nil {
		t.Fatal(err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		t.Errorf("%v are there, error %v", entries, err)
	}
	observed := &sim.Trajectory{Seen: &sim.Observation{}}
	if err := file.Add([]Part{{observed, nil}}); err == nil {
		t.Error("observed motion was kept")
	}
	scene := sim.DefaultScene()
	some := []Part{{&sim.Trajectory{Scene: &scene}, nil}}
	if err := file.Add(some); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err == nil || !strings.Contains(err.Error(), "closed") {
		t.Errorf("closing a closed file: %v", err)
	}
	if err := file.Add(some); err == nil || !strings.Contains(err.Error(), "closed") {
		t.Errorf("adding to a closed file: %v", err)
	}
	if _, err := file.Read(0); err == nil || !strings.Contains(err.Error(), "closed") {
		t.Errorf("reading a closed file: %v", err)
	}
	if _, err := New(dir + "/missing"); err == nil {
		t.Error("a file was made where there is no folder")
	}
}

func BenchmarkRead(b *testing.B) {
	file, err := New(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	scenario, err := library.Find("billiards")
	if err != nil {
		b.Fatal(err)
	}
	values, err := scenario.Values(nil)
	if err != nil {
		b.Fatal(err)
	}
	scene, err := scenario.Sample(1, 0, values)
	if err != nil {
		b.Fatal(err)
	}
	exact, err := engine.Simulate(b.Context(), scene, scene.Start(), 100, nil)
	if err != nil {
		b.Fatal(err)
	}
	if err := file.Add([]Part{{rounded(exact), make([]int32, 99)}}); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := file.Read(0); err != nil {
			b.Fatal(err)
		}
	}
}

// TestFilesTakeTheRoomTheySay: numbers that are float32 take half of it, and a file that is gone is an error in words.
func TestFilesTakeTheRoomTheySay(t *testing.T) {
	t.Parallel()
	wide := motion(t, "push", 9)
	wide.Scene.Values = nil // a map is written in any order
	narrow := rounded(wide)
	sizes := map[*sim.Trajectory]int64{}
	for _, m := range []*sim.Trajectory{wide, narrow} {
		file, err := New(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := file.Add([]Part{{m, []int32{0, 1, 7}}, {m, nil}}); err != nil {
				t.Fatal(err)
			}
		}
		if sizes[m] = file.Size() / 2; file.Size() != 2*sizes[m] {
			t.Errorf("%d bytes for the same chapter twice", file.Size())
		}
		if err := file.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := file.Read(1); err == nil || !strings.HasPrefix(err.Error(), "reading the examples of a training again: ") {
			t.Errorf("%v", err)
		}
		if err := file.Add([]Part{{m, nil}}); err == nil || !strings.HasPrefix(err.Error(), "keeping the examples of a training: ") || file.Size() != 2*sizes[m] {
			t.Errorf("%v, %d bytes", err, file.Size())
		}
	}
	numbers := int64(2 * (9*6*len(wide.Scene.Bodies) + 8*len(wide.Scene.Actuators)))
	if saved := sizes[wide] - sizes[narrow]; saved != 4*numbers {
		t.Errorf("float32 save %d bytes of %d numbers", saved, numbers)
	}
	if _, err := New("nowhere/at/all"); err == nil {
		t.Error("a folder that is not there takes a file")
	}
	file, err := New(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := file.Add([]Part{{&sim.Trajectory{Scene: wide.Scene, Seen: &sim.Observation{}}, nil}}); err == nil || file.Size() != 0 {
		t.Errorf("observed motion: %v", err)
	}
}
