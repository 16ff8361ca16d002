package kept

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"orrery/cmd/orrery-py/door"
	"orrery/cmd/orrery/takes"
	"orrery/datasets"
	"orrery/sim"
	"orrery/sim/environment"
	"orrery/sim/scenario"
	"orrery/sim/scenario/library"
	"orrery/sim/task"
)

// program calls methods as another language does.
type program struct {
	t       *testing.T
	shelf   door.Shelf
	methods door.Methods
	watch   *takes.Watch // of the one environment, number 1
	watched *environment.Environment
	from    *From // that was told last
	gone    int   // datasets whose files nobody needs any more
}

func newProgram(t *testing.T) *program {
	p := &program{t: t}
	p.methods = Methods(&p.shelf, Source{
		Own: func(_ context.Context, from *From) (string, []string, func(), error) {
			p.from = from
			return from.Dir, []string{"noticed"}, func() { p.gone++ }, nil
		},
		SetWatch: func(_ *door.Shelf, handle int64, begin func(*scenario.Scenario, scenario.Values, int) (*takes.Watch, error)) (err error) {
			found, err := library.Find("push")
			if err != nil {
				return err
			}
			values, err := found.Values(nil)
			if err != nil {
				return err
			}
			if p.watched, err = environment.New(found.Name, found.Task, found.Scenes(values)); err != nil {
				return err
			}
			p.watch, err = begin(found, values, p.watched.Scene().FPS)
			return err
		},
		EndWatch: func(*door.Shelf, int64) { p.watch = nil },
	})
	return p
}

// call returns the answer and the arrays of a call, or its error.
func (p *program) call(method string, request any, arrays ...door.Array) (map[string]any, []door.Array, error) {
	p.t.Helper()
	answer, out, err := door.Ask[any](p.methods, method, request, arrays...)
	found, ok := answer.(map[string]any)
	if !ok && err == nil {
		found = map[string]any{"answer": answer}
	}
	return found, out, err
}

func (p *program) must(method string, request any, arrays ...door.Array) (map[string]any, []door.Array) {
	p.t.Helper()
	a, out, err := p.call(method, request, arrays...)
	if err != nil {
		p.t.Fatalf("%s: %v", method, err)
	}
	return a, out
}

type request map[string]any

// scene returns one of a scenario with its text, and a state for each of some frames.
func scene(t *testing.T, name string, frames int) (*sim.Scene, door.Array) {
	t.Helper()
	found, err := library.Find(name)
	if err != nil {
		t.Fatal(err)
	}
	values, err := found.Values(nil)
	if err != nil {
		t.Fatal(err)
	}
	s, err := found.Sample(1, 0, values)
	if err != nil {
		t.Fatal(err)
	}
	var states []float64
	for k := range frames {
		for _, b := range s.Start() {
			v := b.Values()
			v[0] += 0.125 * float64(k)
			states = append(states, v[:]...)
		}
	}
	return s, door.Array{Name: "states", Shape: []int{frames, len(s.Bodies), sim.StateSize}, Values: states}
}

func array(arrays []door.Array, name string) *door.Array {
	for i := range arrays {
		if arrays[i].Name == name {
			return &arrays[i]
		}
	}
	return nil
}

func TestWhatIsRecordedIsRead(t *testing.T) {
	t.Parallel()
	p, dir := newProgram(t), filepath.Join(t.TempDir(), "it")
	s, states := scene(t, "push", 4)
	rec, _ := p.must("record", request{"dir": dir, "scenario": "push", "policy": "me"})
	actions := door.Array{Name: "actions", Shape: []int{3, 2}, Values: []float64{0.25, 0.5, -0.25, 0, 0, 0.125}}
	rewards := door.Array{Name: "rewards", Shape: []int{3}, Values: []float64{1, 2, 3}}
	success := door.Array{Name: "success", Shape: []int{3}, Values: []uint8{0, 0, 1}}
	if a, _ := p.must("record.add", request{"handle": rec["handle"], "scene": s, "truncated": false}, states, actions, rewards, success); a["answer"] != 1.0 {
		t.Errorf("%v episodes", a)
	}
	p.must("record.add", request{"handle": rec["handle"], "scene": s}, states)
	p.must("record.add", request{"handle": rec["handle"], "scene": s}, states)
	p.must("record.discard", request{"handle": rec["handle"]})
	if a, _ := p.must("record.close", request{"handle": rec["handle"]}); a["answer"] != 2.0 || p.shelf.Len() != 0 {
		t.Errorf("%v episodes, %d things left", a, p.shelf.Len())
	}
	data, lengths := p.must("dataset", request{"dir": dir})
	if got := array(lengths, "lengths").Values.([]int64); !slices.Equal(got, []int64{4, 4}) {
		t.Errorf("lengths %v", got)
	}
	about := data["about"].(map[string]any)
	if about["policy"] != "me" || about["outcomes"] != true || len(data["observation"].([]any)) == 0 {
		t.Errorf("about %v", data)
	}
	_, first := p.must("dataset.episode", request{"handle": data["handle"], "index": 0})
	for _, want := range []door.Array{states, actions, rewards, success, {Name: "truncated", Shape: []int{3}, Values: []uint8{0, 0, 0}}, {Name: "done", Shape: []int{3}, Values: []uint8{0, 0, 1}}} {
		got := array(first, want.Name)
		if got == nil || !slices.Equal(got.Shape, want.Shape) {
			t.Fatalf("%s is %v", want.Name, got)
		}
		switch values := want.Values.(type) {
		case []float64:
			for i, v := range got.Values.([]float64) {
				if float32(v) != float32(values[i]) {
					t.Errorf("%s[%d] = %v, want %v", want.Name, i, v, values[i])
				}
			}
		case []uint8:
			if !slices.Equal(got.Values.([]uint8), values) {
				t.Errorf("%s = %v", want.Name, got.Values)
			}
		}
	}
	_, second := p.must("dataset.episode", request{"handle": data["handle"], "index": 1})
	if got := array(second, "truncated").Values.([]uint8); got[2] != 1 {
		t.Error("an episode that the task has not ended is not truncated")
	}
	if times := array(second, "times").Values.([]float64); times[0] != 0 || times[3] != 3/float64(s.FPS) {
		t.Errorf("times %v", times)
	}
	p.must("dataset.check", request{"handle": data["handle"]})
}

// TestEpisodesOfEnvironmentsAreSavedInOrder lets two environments end in one step, the later one first.
func TestEpisodesOfEnvironmentsAreSavedInOrder(t *testing.T) {
	t.Parallel()
	p, dir := newProgram(t), filepath.Join(t.TempDir(), "it")
	rec, _ := p.must("record", request{"dir": dir, "environment": 1, "policy": "me"})
	var frames []int
	for i, seed := range []uint64{5, 6} {
		if _, _, err := p.watched.Reset(seed); err != nil {
			t.Fatal(err)
		}
		number := 1 - i
		p.watch.Acted(number, []float64{0, 0}, mustAct(t, p.watched)) // it began before
		p.watch.Begun(number, p.watched)
		n := 0
		for over := false; !over; n++ {
			o := mustAct(t, p.watched)
			o.Truncated = o.Truncated || n == 2+i
			over = o.Over()
			p.watch.Acted(number, []float64{0, 0}, o)
		}
		frames = append([]int{n + 1}, frames...)
	}
	if err := p.watch.Stepped(); err != nil {
		t.Fatal(err)
	}
	p.must("record.close", request{"handle": rec["handle"]})
	if p.watch != nil {
		t.Error("it is still watched")
	}
	data, err := datasets.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if got := data.Lengths(); !slices.Equal(got, frames) {
		t.Errorf("lengths %v, want %v", got, frames)
	}
}

func mustAct(t *testing.T, e *environment.Environment) task.Outcome {
	t.Helper()
	o, err := e.Act([]float64{0, 0})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestRecordingsHaveADatasetToThemselves(t *testing.T) {
	t.Parallel()
	p, dir := newProgram(t), filepath.Join(t.TempDir(), "it")
	_, states := scene(t, "billiards", 3)
	s, _ := scene(t, "billiards", 1)
	rec, _ := p.must("record", request{"dir": dir, "scene": s, "policy": "me"})
	if _, _, err := p.call("record", request{"dir": dir, "scene": s, "policy": "me"}); err == nil || !strings.Contains(err.Error(), "another program records") {
		t.Errorf("a second recording: %v", err)
	}
	p.must("record.add", request{"handle": rec["handle"], "scene": s}, states)
	p.shelf.Drop(int64(rec["handle"].(float64))) // as when a program forgets it
	if _, _, err := p.call("record", request{"dir": dir, "scene": s, "policy": "me"}); err == nil || !strings.Contains(err.Error(), "interrupted") {
		t.Errorf("without append: %v", err)
	}
	rec, _ = p.must("record", request{"dir": dir, "scene": s, "policy": "me", "append": true})
	if rec["episodes"] != 1.0 || rec["judged"] != false {
		t.Errorf("what was left is %v", rec)
	}
	rewards := door.Array{Name: "rewards", Shape: []int{2}, Values: []float64{1, 2}}
	if _, _, err := p.call("record.add", request{"handle": rec["handle"], "scene": s}, states, rewards); err == nil || !strings.Contains(err.Error(), "all episodes") {
		t.Errorf("rewards in some: %v", err)
	}
	p.must("record.close", request{"handle": rec["handle"]})
	if card, err := os.ReadFile(filepath.Join(dir, "README.md")); err != nil || !strings.Contains(string(card), "\n1 episodes at 60 frames a second") {
		t.Errorf("the card of episodes of any length says %s, %v", card, err)
	}
	for method, q := range map[string]request{
		"record.add": {"handle": rec["handle"], "scene": s}, "record.discard": {"handle": rec["handle"]}, "record.close": {"handle": rec["handle"]},
	} {
		if _, _, err := p.call(method, q, states); err == nil || err.Error() != "it is closed" {
			t.Errorf("%s after the end: %v", method, err)
		}
	}
}

func TestClosingIsInterrupted(t *testing.T) {
	t.Parallel()
	p, dir := newProgram(t), filepath.Join(t.TempDir(), "it")
	s, states := scene(t, "billiards", 3)
	rec, _ := p.must("record", request{"dir": dir, "scene": s, "policy": "me"})
	p.must("record.add", request{"handle": rec["handle"], "scene": s}, states)
	over, cancel := context.WithCancel(t.Context())
	cancel()
	text, _ := json.Marshal(request{"handle": rec["handle"]})
	if _, err := p.methods["record.close"](over, &door.Call{Request: text}); door.FaultOf(err) != door.Interrupted {
		t.Errorf("error %v", err)
	}
	if _, _, err := p.call("dataset", request{"dir": dir}); err == nil || !strings.Contains(err.Error(), "append=True") && !strings.Contains(err.Error(), "unfinished") {
		t.Errorf("what is not a dataset yet: %v", err)
	}
	rec, _ = p.must("record", request{"dir": dir, "scene": s, "policy": "me", "append": true})
	p.must("record.close", request{"handle": rec["handle"]})
	if data, err := datasets.Open(t.Context(), dir); err != nil || data.Episodes() != 1 {
		t.Errorf("%v", err)
	}
}

// TestFilesStayUntilTheLastReaderIsGone, whoever closes the dataset, and go when it cannot be opened.
func TestFilesStayUntilTheLastReaderIsGone(t *testing.T) {
	t.Parallel()
	p := newProgram(t)
	const sample = "../../../datasets/sample"
	answer, _, err := p.call("dataset", map[string]any{"dir": sample, "mapping": map[string]string{"a": "b"}, "scene_text": map[string]any{"name": "it"}})
	if err != nil {
		t.Fatal(err)
	}
	if p.from.Mapping["a"] != "b" || string(p.from.SceneText) != `{"name":"it"}` || !reflect.DeepEqual(answer["notes"], []any{"noticed"}) {
		t.Errorf("told %+v, answered %v", p.from, answer["notes"])
	}
	handle := int64(answer["handle"].(float64))
	data, release, err := Find(&p.shelf, handle)
	if err != nil || data.Episodes() != 4 {
		t.Fatalf("%v: %v", data, err)
	}
	_, other, err := Find(&p.shelf, handle)
	if err != nil {
		t.Fatal(err)
	}
	p.shelf.Drop(handle)
	other()
	other()
	if p.gone != 0 {
		t.Error("the files are gone while they are read")
	}
	release()
	if p.gone != 1 {
		t.Errorf("the files went %d times", p.gone)
	}
	if _, _, err := Find(&p.shelf, handle); err == nil {
		t.Error("what is closed is found")
	}
	if _, _, err := p.call("dataset", map[string]any{"dir": t.TempDir()}); err == nil || p.gone != 2 {
		t.Errorf("of what cannot be opened the files stay: %v", err)
	}
}
