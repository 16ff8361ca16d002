package importing

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"orrery/datasets"
	"orrery/datasets/lerobot"
	"orrery/sim"
	"orrery/sim/canon"
	"orrery/sim/input"
	"orrery/sim/scenario"
	"orrery/sim/scenario/library"
)

// scenes are those of the episodes of a LeRobot dataset that has the states of this program but has lost its scenes, as
// LeRobot's tools leave it.
type scenes struct {
	all      []*sim.Scene // of each episode
	notes    []string     // how they were found, and what is not known
	scenario string       // of all episodes, or empty
}

// Hint is what says the scenes of LeRobot data: at most one of these.
type Hint struct {
	Dataset  *datasets.Dataset  // whose episodes begin in the same states, such as the one that LeRobot's tools were given
	Scenario *scenario.Scenario // of all episodes
	Values   map[string]float64 // of the scenario, where they are not the usual ones, each in its own unit
	Scene    *sim.Scene         // of all episodes, but for their starts
}

// template returns the scene that stands for all episodes.
func (h *Hint) template(ctx context.Context) (*sim.Scene, error) {
	switch {
	case h.Dataset != nil:
		t, err := h.Dataset.Episode(ctx, 0)
		if err != nil {
			return nil, err
		}
		return t.Scene, nil
	case h.Scenario != nil:
		values, err := h.Scenario.Values(h.Values)
		if err != nil {
			return nil, err
		}
		return h.Scenario.Sample(1, 0, values)
	}
	return h.Scene, nil
}

// findScenes finds the scenes of a dataset by a hint. Without one it looks for scenarios of the library, which the
// sentences of the tasks name.
func findScenes(ctx context.Context, source *lerobot.Source, hint Hint, n lerobot.Notation) (*scenes, error) {
	f := &finder{source: source, notation: n, scenes: scenes{all: make([]*sim.Scene, source.Episodes())}}
	if err := f.readStarts(ctx); err != nil {
		return nil, err
	}
	var err error
	switch {
	case hint.Dataset != nil:
		err = f.byDataset(ctx, hint.Dataset)
	case hint.Scenario != nil:
		err = f.byScenario(ctx, hint.Scenario, hint.Values, f.every())
	case hint.Scene != nil:
		err = f.byTemplate(hint.Scene, f.every())
	default:
		err = f.byTask(ctx)
	}
	return &f.scenes, err
}

// finder finds scenes by how episodes begin.
type finder struct {
	scenes
	source   *lerobot.Source
	notation lerobot.Notation
	width    int         // values of observation.state
	starts   [][]float64 // of each episode [width]
}

func (f *finder) readStarts(ctx context.Context) error {
	for i := range f.all {
		start, err := f.source.Values(ctx, i, "observation.state", 1)
		if err != nil {
			return err
		}
		f.width = len(start)
		f.starts = append(f.starts, start)
	}
	return nil
}

// every returns the numbers of all episodes.
func (f *finder) every() []int {
	all := make([]int, len(f.all))
	for i := range all {
		all[i] = i
	}
	return all
}

// key returns what is the same for the same start, as float32.
func key(start []float64) string {
	b := make([]byte, 0, 4*len(start))
	for _, v := range start {
		bits := math.Float32bits(float32(v) + 0) // -0 is 0
		b = append(b, byte(bits), byte(bits>>8), byte(bits>>16), byte(bits>>24))
	}
	return string(b)
}

// keyOf returns the key of a scene's start in a dataset, or nothing if it has more bodies.
func (f *finder) keyOf(state sim.State) string {
	if sim.StateSize*len(state) > f.width {
		return ""
	}
	padded := make([]float64, 0, f.width)
	for _, s := range state {
		values := s.Values()
		padded = append(padded, values[:]...)
	}
	return key(append(padded, make([]float64, f.width-len(padded))...))
}

// match gives scenes to those of some episodes that begin as they do, and returns how many are still without.
func (f *finder) match(episodes []int, scenes func(yield func(sim.State, *sim.Scene) bool)) int {
	wanted := map[string][]int{}
	left := 0
	for _, i := range episodes {
		if f.all[i] == nil {
			k := key(f.starts[i])
			wanted[k] = append(wanted[k], i)
			left++
		}
	}
	if left == 0 {
		return 0
	}
	scenes(func(start sim.State, scene *sim.Scene) bool {
		k := f.keyOf(start)
		for _, i := range wanted[k] {
			f.all[i] = scene
			left--
		}
		delete(wanted, k)
		return left > 0
	})
	return left
}

// byDataset takes the scenes of the episodes of a dataset that begin in the same states.
func (f *finder) byDataset(ctx context.Context, data *datasets.Dataset) error {
	var broken error
	left := f.match(f.every(), func(yield func(sim.State, *sim.Scene) bool) {
		for episode, err := range data.Each(ctx, nil, nil) {
			if err != nil {
				broken = err
				return
			}
			if !yield(episode.Trajectory.States[0], episode.Trajectory.Scene) {
				return
			}
		}
	})
	if broken != nil {
		return broken
	}
	if left > 0 {
		first := slices.Index(f.all, nil)
		return fmt.Errorf("%s: no episode there begins as episode %d of %s does%s", f.notation.Scene(data.Name()), first, f.source.Name(), among(left, len(f.all)))
	}
	if p := data.Provenance(); len(p.Parts) == 0 {
		f.scenario = p.Scenario
	}
	f.notes = append(f.notes, fmt.Sprintf("each episode has the scene of the one of %s that begins in the same state", data.Name()))
	return nil
}

// among says how many of all episodes are meant, when that is not one.
func among(left, all int) string {
	switch left {
	case 1:
		return ""
	case 2:
		return fmt.Sprintf(", nor as one other of %d does", all)
	}
	return fmt.Sprintf(", nor as %d others of %d do", left-1, all)
}

// byTask takes the scenario of the library that the task of each episode names.
func (f *finder) byTask(ctx context.Context) error {
	groups := map[string][]int{}
	var order []string
	for i := range f.all {
		task, err := f.source.Task(ctx, i)
		if err != nil {
			return err
		}
		if groups[task] == nil {
			order = append(order, task)
		}
		groups[task] = append(groups[task], i)
	}
	for _, task := range order {
		at := slices.IndexFunc(library.List(), func(s *scenario.Scenario) bool {
			return task != "" && (s.Summary == task || s.Summary+"." == task)
		})
		if at < 0 {
			return fmt.Errorf("%s: has no scenes, and its task, %.80q, is that of no scenario of the library: %s names the scene or scenario file, or the dataset that LeRobot's tools were given", f.source.Name(), task, f.notation.Scene(""))
		}
		if err := f.byScenario(ctx, library.List()[at], nil, groups[task]); err != nil {
			return err
		}
		if len(order) > 1 {
			f.scenario = ""
		}
	}
	return nil
}

// looked bounds how many scenes of a scenario are sampled to find those of the episodes.
const looked = 20_000

// byScenario takes scenes of a scenario: those that begin as the episodes do, or else any, where they differ only in
// how they begin.
func (f *finder) byScenario(ctx context.Context, s *scenario.Scenario, told map[string]float64, episodes []int) error {
	values, err := s.Values(told)
	if err != nil {
		return err
	}
	f.scenario = s.Name
	const seed = 1 // of gen, unless told otherwise
	var broken error
	sample := func(yield func(sim.State, *sim.Scene) bool) {
		for i := range min(looked, max(1000, 3*len(f.all))) {
			if broken = ctx.Err(); broken != nil {
				return
			}
			var scene *sim.Scene
			if scene, broken = s.Sample(seed, i, values); broken != nil || !yield(scene.Start(), scene) {
				return
			}
		}
	}
	left := f.match(episodes, sample)
	if broken != nil {
		return broken
	}
	if left == 0 {
		f.notes = append(f.notes, fmt.Sprintf("%s: the scenes are those of %s with seed %d that begin in the same states", f.episodes(episodes), s.Name, seed))
		return nil
	}
	template, varied, err := common(s, values)
	if err != nil {
		return fmt.Errorf("%s: %w: %s names the dataset that LeRobot's tools were given, or one that orrery gen makes again with its seed", f.source.Name(), err, f.notation.Scene(""))
	}
	if varied != "" {
		f.notes = append(f.notes, fmt.Sprintf("%s: %s of each are not known, and left out: %s with the dataset that LeRobot's tools were given tells them", f.episodes(episodes), varied, f.notation.Scene("")))
	}
	return f.byTemplate(template, episodes)
}

// episodes names some episodes.
func (f *finder) episodes(numbers []int) string {
	if len(numbers) == len(f.all) {
		return "all episodes"
	}
	if len(numbers) == 1 {
		return fmt.Sprintf("episode %d", numbers[0])
	}
	return fmt.Sprintf("episode %d and %d more", numbers[0], len(numbers)-1)
}

// byTemplate gives episodes a scene that begins as they do.
func (f *finder) byTemplate(scene *sim.Scene, episodes []int) error {
	n := len(scene.Bodies)
	if sim.StateSize*n > f.width {
		return fmt.Errorf("%s: has room for %s, and the scene %s has %d", f.source.Name(), input.Count(f.width/sim.StateSize, "body"), scene.Name, n)
	}
	for _, i := range episodes {
		if rest := f.starts[i][sim.StateSize*n:]; slices.ContainsFunc(rest, func(v float64) bool { return v != 0 }) {
			return fmt.Errorf("%s: episode %d: has more bodies than the %d of the scene %s", f.source.Name(), i, n, scene.Name)
		}
		state := make(sim.State, n)
		for body := range state {
			r := f.starts[i][sim.StateSize*body:]
			state[body] = sim.BodyState{X: r[0], Y: r[1], Angle: r[2], VX: r[3], VY: r[4], Omega: r[5]}
		}
		f.all[i] = scene.StartingAt(state)
	}
	f.notes = append(f.notes, fmt.Sprintf("%s: the scene is %s, which begins as each episode does", f.episodes(episodes), scene.Name))
	return nil
}

// errDiffer is the error of scenes of which one does not stand for all.
var errDiffer = errors.New("the scenes of the scenario differ in more than their starts")

// common returns a scene that stands for all of a scenario, whatever their starts, and what of it differs and is left
// out. It is an error when what moves the bodies differs.
func common(s *scenario.Scenario, values scenario.Values) (template *sim.Scene, varied string, err error) {
	const samples = 24
	var first, firstWhole []byte
	for i := range samples {
		scene, err := s.Sample(1, i, values)
		if err != nil {
			return nil, "", err
		}
		whole := scene.StartingAt(make(sim.State, len(scene.Bodies)))
		bare := *whole
		bare.Goals, bare.Points, bare.Regions, bare.Values = nil, nil, nil, nil
		text, err := canon.Encode(&bare)
		if err != nil {
			return nil, "", err
		}
		all, err := canon.Encode(whole)
		if err != nil {
			return nil, "", err
		}
		if i == 0 {
			template, first, firstWhole = whole, text, all
			continue
		}
		if !bytes.Equal(text, first) {
			return nil, "", fmt.Errorf("%w (%s)", errDiffer, s.Name)
		}
		if !bytes.Equal(all, firstWhole) {
			template, varied = &bare, "goals and what else the task speaks of"
		}
	}
	return template, varied, nil
}
