package acting

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"orrery/cmd/orrery-py/door"
	"orrery/cmd/orrery/takes"
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
}

func newProgram(t *testing.T) *program {
	p := &program{t: t}
	p.methods = Methods(&p.shelf)
	return p
}

type request map[string]any

// call returns the answer, the numbers of the arrays by name, and the error of a call.
func (p *program) call(method string, q request, arrays ...door.Array) (answer map[string]any, found map[string]any, err error) {
	p.t.Helper()
	answer, arrays, err = door.Ask[map[string]any](p.methods, method, q, arrays...)
	found = map[string]any{}
	for _, array := range arrays {
		found[array.Name] = array.Values
	}
	return answer, found, err
}

func (p *program) must(method string, q request, arrays ...door.Array) (answer, found map[string]any) {
	p.t.Helper()
	answer, found, err := p.call(method, q, arrays...)
	if err != nil {
		p.t.Fatalf("%s: %v", method, err)
	}
	return answer, found
}

// crowd returns environments of push that have begun with the seeds 1, 2, ….
func (p *program) crowd(n int, reset autoreset) (handle int64, arrays map[string]any) {
	p.t.Helper()
	a, arrays := p.must("environment", request{"scenario": "push", "number": n, "autoreset": reset, "workers": 2})
	seeds := make([]uint64, n)
	for i := range seeds {
		seeds[i] = uint64(i) + 1
	}
	handle = int64(a["handle"].(float64))
	p.must("environment.reset", request{"handle": handle, "seeds": seeds})
	return handle, arrays
}

// alone returns one environment of push.
func alone(t *testing.T) *environment.Environment {
	t.Helper()
	found, err := library.Find("push")
	if err != nil {
		t.Fatal(err)
	}
	values, err := found.Values(nil)
	if err != nil {
		t.Fatal(err)
	}
	e, err := environment.New(found.Name, found.Task, found.Scenes(values))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestManyActAsEachAlone(t *testing.T) {
	t.Parallel()
	const n, steps = 9, 20
	p := newProgram(t)
	handle, arrays := p.crowd(n, disabled)
	action, observation := arrays["action"].([]float64), arrays["observation"].([]float64)
	figures := arrays["figures"].([]float64)
	width, seen := len(figures)/n, len(observation)/n
	singles := make([]*environment.Environment, n)
	for i := range singles {
		singles[i] = alone(t)
		first, _, err := singles[i].Reset(uint64(i) + 1)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(first, observation[i*seen:(i+1)*seen]) {
			t.Fatalf("environment %d begins elsewhere", i)
		}
	}
	for k := range steps {
		for i := range action {
			action[i] = math.Sin(float64(i*7 + k*3))
		}
		if err := Step(&p.shelf, handle); err != nil {
			t.Fatal(err)
		}
		for i, e := range singles {
			want, err := e.Step(action[i*2 : (i+1)*2])
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(want.Observation, observation[i*seen:(i+1)*seen]) || want.Reward != figures[i*width] {
				t.Fatalf("step %d: environment %d is elsewhere", k, i)
			}
		}
	}
	_, state := p.must("environment.state", request{"handle": handle, "index": n - 1})
	last := singles[n-1].State()[1].Values()
	if got := state["state"].([]float64); !slices.Equal(got[sim.StateSize:2*sim.StateSize], last[:]) {
		t.Errorf("state %v, want %v", got, last)
	}
}

// TestEpisodesBeginAgainAsTheModeSays lets all episodes of two environments end, and looks at the steps about it.
func TestEpisodesBeginAgainAsTheModeSays(t *testing.T) {
	t.Parallel()
	for _, mode := range []autoreset{disabled, nextStep, sameStep} {
		t.Run(string(mode), func(t *testing.T) {
			t.Parallel()
			p := newProgram(t)
			handle, arrays := p.crowd(2, mode)
			flags, finals, figures := arrays["flags"].([]uint8), arrays["finals"].([]float64), arrays["figures"].([]float64)
			lasts := arrays["last_figures"].([]float64)
			observation := arrays["observation"].([]float64)
			over := func() bool { return flags[terminated] != 0 || flags[truncated] != 0 }
			for steps := 0; !over(); steps++ {
				if flags[began] != 0 && steps > 0 {
					t.Fatal("an episode has begun before one has ended")
				}
				if err := Step(&p.shelf, handle); err != nil {
					t.Fatal(err)
				}
			}
			switch mode {
			case sameStep:
				if flags[began] == 0 || slices.Equal(finals[:len(finals)/2], observation[:len(observation)/2]) {
					t.Error("the next episode has not begun")
				}
				if figures[0] != lasts[0] {
					t.Errorf("reward %v, want that of the last step, %v", figures[0], lasts[0])
				}
			case nextStep:
				if flags[began] != 0 {
					t.Error("the next episode has begun too early")
				}
				if err := Step(&p.shelf, handle); err != nil || flags[began] == 0 || over() || figures[0] != 0 {
					t.Errorf("after the end: %v, flags %v, reward %v", err, flags[:flagCount], figures[0])
				}
			case disabled:
				if err := Step(&p.shelf, handle); err == nil || !strings.Contains(err.Error(), "environment 0") {
					t.Errorf("after the end: %v", err)
				}
				p.must("environment.reset", request{"handle": handle, "which": []int{0, 1}})
				if err := Step(&p.shelf, handle); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

func TestEpisodesBeginInStatesThatAreTold(t *testing.T) {
	t.Parallel()
	p := newProgram(t)
	handle, _ := p.crowd(2, disabled)
	_, before := p.must("environment.state", request{"handle": handle, "index": 0})
	told := slices.Clone(before["state"].([]float64))
	told[sim.StateSize] += 0.125
	p.must("environment.reset", request{"handle": handle, "which": []int{1}, "seeds": []uint64{9}},
		door.Array{Name: "states", Shape: []int{1, len(told) / sim.StateSize, sim.StateSize}, Values: told})
	_, after := p.must("environment.state", request{"handle": handle, "index": 1})
	if !slices.Equal(after["state"].([]float64), told) {
		t.Errorf("begins at %v, want %v", after["state"], told)
	}
	_, other := p.must("environment.state", request{"handle": handle, "index": 0})
	if !slices.Equal(other["state"].([]float64), before["state"].([]float64)) {
		t.Error("an environment that was not meant has begun again")
	}
}

func TestWhatIsWatchedIsToldInOrder(t *testing.T) {
	t.Parallel()
	p := newProgram(t)
	handle, _ := p.crowd(3, nextStep)
	var begun, acted [3]int
	stepped := 0
	watch := &takes.Watch{
		Begun: func(i int, _ *environment.Environment) { begun[i]++ },
		Acted: func(i int, action []float64, _ task.Outcome) { acted[i] += len(action) },
		Stepped: func() error {
			if stepped++; stepped == 3 {
				return errors.New("no room")
			}
			return nil
		},
	}
	set := func() error {
		return SetWatch(&p.shelf, handle, func(of *scenario.Scenario, _ scenario.Values, fps int) (*takes.Watch, error) {
			if of.Name != "push" || fps != 20 {
				t.Errorf("%s with %d frames a second", of.Name, fps)
			}
			return watch, nil
		})
	}
	if err := set(); err != nil {
		t.Fatal(err)
	}
	if err := set(); door.FaultOf(err) != door.Mistake {
		t.Errorf("a second watch: %v", err)
	}
	p.must("environment.reset", request{"handle": handle, "which": []int{1}})
	for range 2 {
		if err := Step(&p.shelf, handle); err != nil {
			t.Fatal(err)
		}
	}
	if err := Step(&p.shelf, handle); err == nil || err.Error() != "no room" {
		t.Errorf("what the watch says is %v", err)
	}
	EndWatch(&p.shelf, handle)
	if err := Step(&p.shelf, handle); err != nil || stepped != 3 {
		t.Errorf("after the end: %v, stepped %d times", err, stepped)
	}
	if begun != [3]int{0, 1, 0} || acted != [3]int{6, 6, 6} {
		t.Errorf("begun %v, acted %v", begun, acted)
	}
	p.shelf.Drop(handle)
	EndWatch(&p.shelf, handle)
	if err := set(); err == nil {
		t.Error("what is closed is watched")
	}
}

func TestMistakesOfActorsSayWhy(t *testing.T) {
	t.Parallel()
	p := newProgram(t)
	handle, _ := p.crowd(2, disabled)
	state := door.Array{Name: "states", Shape: []int{1, 1, 6}, Values: make([]float64, 6)}
	for _, test := range []struct {
		method string
		q      request
		arrays []door.Array
		words  string
	}{
		{"environment", request{"scenario": "billiards", "number": 1, "autoreset": "disabled"}, nil, "no task"},
		{"environment", request{"scenario": "push", "number": 0, "autoreset": "disabled"}, nil, "number of environments: 0"},
		{"environment", request{"scenario": "push", "number": 65537, "autoreset": "disabled"}, nil, "number of environments"},
		{"environment", request{"scenario": "push", "number": 1, "autoreset": "never"}, nil, `autoreset: "never"`},
		{"environment", request{"scenario": "pusht ", "number": 1, "autoreset": "disabled"}, nil, "pusht"},
		{"environment.reset", request{"handle": handle, "which": []int{2}}, nil, "environment 2 must be 0 to 1"},
		{"environment.reset", request{"handle": handle, "which": []int{-1}}, nil, "environment -1"},
		{"environment.reset", request{"handle": handle, "seeds": []int{1}}, nil, "1 seeds must be 2"},
		{"environment.reset", request{"handle": handle, "which": []int{0}}, []door.Array{state}, "states has the shape"},
		{"environment.reset", request{"handle": handle, "goals": []sim.Goal{}}, nil, "goals"},
		{"environment.reset", request{"handle": handle + 99}, nil, "closed"},
		{"environment.state", request{"handle": handle, "index": 5}, nil, "environment 5"},
		{"environment.render", request{"handle": handle, "index": 0, "width": 5, "height": 5, "theme": "light"}, nil, "5 × 5 pixels"},
		{"environment.render", request{"handle": handle, "index": 0, "width": 64, "height": 64, "theme": "no"}, nil, "no"},
		{"scene", request{"scenario": "push", "episode": -1}, nil, "episode: -1"},
		{"scene", request{"scenario": "push", "values": map[string]float64{"nothing": 1}}, nil, "nothing"},
		{"simulate", request{"scene": map[string]any{}, "frames": 1}, nil, "format"},
		{"contacts", request{"scene": map[string]any{}}, nil, "format"},
	} {
		if _, _, err := p.call(test.method, test.q, test.arrays...); err == nil || !strings.Contains(err.Error(), test.words) {
			t.Errorf("%s %v: %v, want %s", test.method, test.q, err, test.words)
		}
	}
	a, _ := p.must("environment", request{"scenario": "push", "number": 1, "autoreset": "disabled"})
	fresh := int64(a["handle"].(float64))
	if err := Step(&p.shelf, fresh); err == nil || !strings.Contains(err.Error(), "reset first") {
		t.Errorf("a step before the first reset: %v", err)
	}
	if _, _, err := p.call("environment.state", request{"handle": fresh, "index": 0}); err == nil {
		t.Error("there is a state before the first reset")
	}
}

// TestContactsAreThoseOfTheNextFrame lets a disc fall on the floor: it touches when it is there.
func TestContactsAreThoseOfTheNextFrame(t *testing.T) {
	t.Parallel()
	p := newProgram(t)
	scene, _ := p.must("scene", request{"scenario": "pile", "seed": 1, "episode": 0})
	n := len(scene["bodies"].([]any))
	_, ran := p.must("simulate", request{"scene": scene, "frames": 90})
	states := door.Array{Name: "states", Shape: []int{90, n, sim.StateSize}, Values: ran["states"]}
	_, found := p.must("contacts", request{"scene": scene}, states)
	bodies, values := found["bodies"].([]int64), found["values"].([]float64)
	if len(bodies) == 0 || len(bodies)/contactBodies != len(values)/contactValues {
		t.Fatalf("%d numbers of bodies, %d values", len(bodies), len(values))
	}
	for k := range len(bodies) / contactBodies {
		frame, a, b := bodies[3*k], bodies[3*k+1], bodies[3*k+2]
		v := values[contactValues*k:]
		if frame < 1 || frame >= 90 || a < 0 || a >= int64(n) || b < -1 || b >= int64(n) || b >= 0 && a >= b {
			t.Errorf("contact %d: frame %d of %d and %d", k, frame, a, b)
		}
		if !(math.Abs(math.Hypot(v[2], v[3])-1) <= 1e-9) || !(v[4] <= 1e-9) || !(v[5] >= 0) {
			t.Errorf("contact %d: normal %v, gap %v, impulse %v", k, v[2:4], v[4], v[5])
		}
	}
	states.Shape, states.Values = []int{0, n, sim.StateSize}, []float64{}
	if _, found := p.must("contacts", request{"scene": scene}, states); len(found["bodies"].([]int64)) != 0 {
		t.Error("contacts of no motion")
	}
}
