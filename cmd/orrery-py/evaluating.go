//go:build cgo

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"

	"orrery/cmd/orrery-py/door"
	"orrery/cmd/orrery-py/kept"
	"orrery/cmd/orrery-py/learned"
	"orrery/cmd/orrery/evaluation"
	"orrery/datasets/predictions"
	"orrery/datasets/splits"
	"orrery/sim"
	"orrery/world"
	"orrery/world/eval"
	"orrery/world/eval/report"
)

// judging has the methods that score predictions. They are here, and not in a room of their own, as packages below that
// of evaluations are many already.
var judging = door.Methods{"evaluation": ask, "evaluation.judge": judge}

// usualEpisodes is how many episodes are judged if nobody says.
const usualEpisodes = 100

// askRequest says on which episodes predictions are judged.
type askRequest struct {
	Data     int64     `json:"data"`               // handle of a dataset
	Names    []string  `json:"names"`              // of the predictors
	Split    string    `json:"split,omitempty"`    // "test" if there is one, else all
	Episodes int       `json:"episodes,omitempty"` // at most
	Stride   int       `json:"stride,omitempty"`
	History  int       `json:"history,omitempty"` // frames of observed motion that are watched
	Horizons []float64 `json:"horizons,omitempty"`
	Seed     *uint64   `json:"seed,omitempty"` // of perturbations and intervals
	Workers  int       `json:"workers,omitempty"`
}

// evaluated is a set of episodes with what has to be predicted of them.
type evaluated struct {
	set       *evaluation.Set
	settings  eval.Config
	questions *predictions.Questions
}

// askAnswer has the scenes of the episodes. The arrays state [E, F + 1, n, 6], which is the truth, action [E, F, a] and
// bodies [E] go along; what a scene lacks is 0.
type askAnswer struct {
	Handle   int64        `json:"handle"`
	Episodes []int        `json:"episodes"` // their numbers
	Scenes   []*sim.Scene `json:"scenes"`
}

// ask answers what has to be predicted.
func ask(ctx context.Context, c *door.Call) (any, error) {
	q, err := door.Read[askRequest](c)
	if err != nil {
		return nil, err
	}
	for _, name := range q.Names {
		if eval.IsReserved(name) {
			return nil, door.Mistaken(fmt.Errorf("%s is the name of a row that is always there: name= gives a predictor another, and so does a dict of several", name))
		}
	}
	e := &evaluated{settings: eval.DefaultConfig()}
	e.settings.History = q.History
	if q.Seed != nil {
		e.settings.Seed = *q.Seed
	}
	if e.settings.Workers = q.Workers; q.Workers < 1 {
		e.settings.Workers = runtime.GOMAXPROCS(0)
	}
	if q.Horizons != nil {
		e.settings.HorizonsS = q.Horizons
	}
	if err := e.settings.Validate(); err != nil {
		return nil, door.Mistaken(err)
	}
	if q.Episodes < 0 || q.Stride < 0 {
		return nil, door.Mistaken(fmt.Errorf("episodes %d and stride %d must be 1 at least", q.Episodes, q.Stride))
	}
	if e.set, err = q.open(ctx, &e.settings); err != nil {
		return nil, door.Mistaken(err)
	}
	if e.questions, err = e.set.Questions(e.settings); err != nil {
		return nil, door.Mistaken(err)
	}
	a := askAnswer{Episodes: e.questions.Episodes}
	if err := e.tell(c, &a); err != nil {
		return nil, err
	}
	a.Handle = shelf.Put(e)
	return a, nil
}

// open returns the episodes.
func (q *askRequest) open(ctx context.Context, settings *eval.Config) (*evaluation.Set, error) {
	data, release, err := kept.Find(&shelf, q.Data)
	if err != nil {
		return nil, err
	}
	defer release()
	name := q.Split
	if name == "" {
		name = splits.Test
		if _, found := data.Splits().Find(name); !found {
			name = splits.All
		}
	}
	split, err := data.Split(name)
	if err != nil {
		return nil, err
	}
	most := usualEpisodes
	if q.Episodes > 0 {
		most = q.Episodes
	}
	set, err := evaluation.ReadSet(ctx, io.Discard, "", data, split.Numbers()[:min(most, split.Len())])
	if err != nil {
		return nil, err
	}
	if set.OfImpacts() {
		return nil, fmt.Errorf("%s is a table of impacts, in which no time passes: orrery eval judges models on it", data.Name())
	}
	if q.History > 0 {
		if err := set.Watch(ctx, q.History); err != nil {
			return nil, err
		}
	}
	if err := set.Stride(max(q.Stride, 1)); err != nil {
		return nil, err
	}
	if len(set.Trajectories) == 0 || !set.Measured() && set.Trajectories[0].Seen == nil {
		return set, nil
	}
	learn := set.Trajectories // what the rival is fitted to, where the truth is a measurement
	if train, found := data.Splits().Find(splits.Train); found && name == splits.Test {
		numbers := train.Numbers()
		if learn, err = data.Trajectories(ctx, numbers[:min(len(numbers), usualEpisodes)], nil); err != nil {
			return nil, err
		}
		for k := range learn {
			if learn[k], err = learn[k].Stride(max(q.Stride, 1)); err != nil {
				return nil, err
			}
		}
	}
	return set, set.FitEngine(ctx, io.Discard, learn, settings.Seed, settings.Workers)
}

// tell writes the truth and what acts.
func (e *evaluated) tell(c *door.Call, a *askAnswer) error {
	all, frames := e.questions.Trajectories, e.questions.Frames
	n, acts := 0, 0
	for _, t := range all {
		a.Scenes = append(a.Scenes, t.Scene)
		n, acts = max(n, len(t.Scene.Bodies)), max(acts, len(t.Scene.Actuators))
	}
	state, err := c.NewFloats("state", len(all), frames, n, sim.StateSize)
	if err != nil {
		return err
	}
	action, err := c.NewFloats("action", len(all), frames-1, acts)
	if err != nil {
		return err
	}
	bodies, err := c.NewWholes("bodies", len(all))
	for i, t := range all {
		bodies[i] = int64(len(t.Scene.Bodies))
		for k := range frames {
			for b := range t.States[k] {
				values := t.States[k][b].Values()
				copy(state[((i*frames+k)*n+b)*sim.StateSize:], values[:])
			}
			if k < frames-1 {
				copy(action[(i*(frames-1)+k)*acts:(i*(frames-1)+k+1)*acts], t.Action(k))
			}
		}
	}
	return err
}

// judgeRequest says what is judged: models by their handles, and predictions, which are the arrays rollouts [E, F, n, 6]
// and steps likewise, with an index behind the name.
type judgeRequest struct {
	Handle      int64    `json:"handle"`
	Models      []int64  `json:"models,omitempty"`
	ModelNames  []string `json:"model_names,omitempty"`
	Predictions []string `json:"predictions,omitempty"` // names
	Poses       []bool   `json:"poses,omitempty"`       // of each: velocities were not predicted
}

// judgeAnswer is metrics.json, the table, and a sentence for each row that was asked for.
type judgeAnswer struct {
	Metrics   json.RawMessage   `json:"metrics"`
	Table     string            `json:"table"`
	Sentences map[string]string `json:"sentences"`
}

// judge answers how good predictions are.
func judge(ctx context.Context, c *door.Call) (any, error) {
	q, err := door.Read[judgeRequest](c)
	if err != nil {
		return nil, err
	}
	if len(q.Models) != len(q.ModelNames) || len(q.Predictions) != len(q.Poses) {
		return nil, door.Mistaken(errors.New("there must be as many names as models, and as many as predictions"))
	}
	var a judgeAnswer
	return &a, door.Use(&shelf, q.Handle, func(e *evaluated) error {
		var entrants []evaluation.Entrant
		for i, handle := range q.Models {
			model, about, err := learned.Find(&shelf, handle)
			if err != nil {
				return err
			}
			entrants = append(entrants, evaluation.Entrant{Name: q.ModelNames[i], Model: model, Description: about})
		}
		for i, name := range q.Predictions {
			told, err := e.told(c, i, q.Poses[i])
			if err != nil {
				return door.Mistaken(fmt.Errorf("%s: %w", name, err))
			}
			entrants = append(entrants, evaluation.Entrant{Name: name, Predicted: evaluation.Predicted(told), Description: &world.Description{}})
		}
		if err := evaluation.CheckNames(entrants); err != nil {
			return door.Mistaken(err)
		}
		result, err := evaluation.Compare(ctx, io.Discard, entrants, []*evaluation.Set{e.set}, e.settings)
		if err != nil {
			return err
		}
		var text, table bytes.Buffer
		if err := errors.Join(result.WriteJSON(&text), report.WriteTable(&table, result)); err != nil {
			return err
		}
		a = judgeAnswer{text.Bytes(), table.String(), map[string]string{}}
		for _, entrant := range entrants {
			a.Sentences[entrant.Name] = report.Sentence(result, entrant.Name)
		}
		return nil
	})
}

// told returns what arrays predict.
func (e *evaluated) told(c *door.Call, index int, poses bool) (*predictions.Told, error) {
	answers := e.questions.Answers(poses)
	all, ahead := e.questions.Trajectories, e.questions.Frames-1
	n := 0
	for _, t := range all {
		n = max(n, len(t.Scene.Bodies))
	}
	for _, kind := range []string{"rollouts", "steps"} {
		name := fmt.Sprint(kind, index)
		if kind == "steps" && !c.Has(name) {
			continue
		}
		values, err := c.Floats(name, len(all), ahead, n, sim.StateSize)
		if err != nil {
			return nil, err
		}
		for i, t := range all {
			for k := range ahead {
				start := 0
				if kind == "steps" {
					if k == 0 {
						continue // that of the rollout
					}
					start = k
				}
				for b := range t.Scene.Bodies {
					row := predictions.Row{
						Episode: e.questions.Episodes[i], Start: e.questions.Frame(start), Frame: e.questions.Frame(k + 1), Body: b,
					}
					row.State.SetValues([sim.StateSize]float64(values[((i*ahead+k)*n+b)*sim.StateSize:]))
					if err := answers.Add(&row); err != nil {
						return nil, err
					}
				}
			}
		}
	}
	return answers.Told()
}
