package fit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"orrery/sim"
	"orrery/world"
)

// Set is one of several sets of episodes to train on together.
type Set struct {
	Episodes
	Name   string  // what errors call it
	Weight float64 // how often each of its examples is taken in an epoch, from LeastWeight to MostWeight
}

// A set's weight lies in these bounds: what is taken more rarely is hardly learned, and what is
// taken more often makes an epoch too long to finish.
const (
	LeastWeight = 0.01
	MostWeight  = 100
)

// joined is several sets, the episodes of which are numbered through.
type joined struct{ sets []Set }

// Join returns all episodes of the sets, in their order, as one. Each set is dealt out by
// itself, so that it is held out as it would be alone. A model is fitted to frames of one length, which
// one engine has made: the scenes of the first episodes to train on are read, and it is an error when
// their frame rates or the engine's settings differ. The engine steps of a frame may
// differ when config says in how many a model predicts it.
func Join(ctx context.Context, sets []Set, config *Config) (Episodes, error) {
	if len(sets) == 0 {
		return nil, errors.New("there are no sets of episodes to train on")
	}
	var first *sim.Scene
	for _, s := range sets {
		if !(s.Weight >= LeastWeight && s.Weight <= MostWeight) {
			return nil, fmt.Errorf("%s: weight %v must be from %v to %v", s.Name, s.Weight, LeastWeight, MostWeight)
		}
		if n := s.Episodes.Episodes(); n < LeastEpisodes {
			return nil, fmt.Errorf("%s: training needs %d episodes of each dataset at least, one of them to judge by, and there are %d", s.Name, LeastEpisodes, n)
		}
		training, _ := s.Deal(config.Holdout, config.Seed)
		scene, err := s.Scene(ctx, training[0])
		if err != nil {
			return nil, err
		}
		if first == nil {
			first = scene
			continue
		}
		for _, setting := range []struct {
			name       string
			have, want float64
			free       bool
		}{
			{"frames per second", float64(scene.FPS), float64(first.FPS), false},
			{"engine steps a frame", float64(scene.Substeps), float64(first.Substeps), config.InnerSteps > 0},
			{"solver iterations", float64(scene.Iterations), float64(first.Iterations), false},
			{"m of slop", scene.Slop, first.Slop, false},
			{"of overlaps left after a second (bias, 0 is 0.9^60)", scene.Bias, first.Bias, false},
		} {
			if setting.have != setting.want && !setting.free {
				return nil, fmt.Errorf("%s has %v %s, but %s has %v: a model can only learn from both when they are the same",
					s.Name, setting.have, setting.name, sets[0].Name, setting.want)
			}
		}
	}
	return &joined{sets}, nil
}

// place returns the set that an episode is of, and its number there.
func (j *joined) place(episode int) (set, number int) {
	for n := j.sets[set].Episodes.Episodes(); episode >= n; n = j.sets[set].Episodes.Episodes() {
		episode -= n
		set++
	}
	return set, episode
}

func (j *joined) Episodes() int {
	sum := 0
	for _, s := range j.sets {
		sum += s.Episodes.Episodes()
	}
	return sum
}

func (j *joined) Weight(episode int) float64 {
	set, _ := j.place(episode)
	return j.sets[set].Weight
}

func (j *joined) Deal(share float64, seed uint64) (training, holdout []int) {
	before := 0
	for _, s := range j.sets {
		learn, judge := s.Deal(share, seed)
		for _, k := range learn {
			training = append(training, before+k)
		}
		for _, k := range judge {
			holdout = append(holdout, before+k)
		}
		before += s.Episodes.Episodes()
	}
	return training, holdout
}

func (j *joined) Size(episode int) (frames, bodies int) {
	set, number := j.place(episode)
	frames, _ = j.sets[set].Size(number)
	for _, s := range j.sets {
		_, most := s.Size(0)
		bodies = max(bodies, most)
	}
	return frames, bodies
}

func (j *joined) Scene(ctx context.Context, episode int) (*sim.Scene, error) {
	set, number := j.place(episode)
	return j.sets[set].Scene(ctx, number)
}

func (j *joined) Each(ctx context.Context, episodes []int) iter.Seq2[*sim.Trajectory, error] {
	return func(yield func(*sim.Trajectory, error) bool) {
		for len(episodes) > 0 {
			set, _ := j.place(episodes[0])
			var numbers []int // those that come next and are of this set
			for _, episode := range episodes {
				of, number := j.place(episode)
				if of != set {
					break
				}
				numbers = append(numbers, number)
			}
			episodes = episodes[len(numbers):]
			for t, err := range j.sets[set].Each(ctx, numbers) {
				if !yield(t, err) || err != nil {
					return
				}
			}
		}
	}
}

// weighted is what a model's description says of one of several sets.
type weighted struct {
	Weight     float64         `json:"weight"`
	Provenance json.RawMessage `json:"provenance"`
}

func (j *joined) Origin() Origin {
	var scenarios, programs []string
	engine := true
	var about []weighted
	var identities [][2]string
	for _, s := range j.sets {
		o := s.Origin()
		engine = engine && o.Engine
		scenarios, programs = append(scenarios, o.Scenario), append(programs, o.Program)
		if o.Provenance == nil {
			o.Provenance = json.RawMessage("null")
		}
		about = append(about, weighted{s.Weight, o.Provenance})
		identities = append(identities, [2]string{fmt.Sprint(s.Weight), o.Identity})
	}
	provenance, err := json.Marshal(map[string]any{"sets": about})
	if err != nil {
		panic(err) // it came from JSON
	}
	identity, err := json.Marshal(identities)
	if err != nil {
		panic(err) // strings are JSON
	}
	return Origin{
		Scenario: world.JoinScenarios(scenarios), Program: strings.Join(slices.Compact(programs), ", "),
		Provenance: provenance, Identity: string(identity), Engine: engine,
	}
}
