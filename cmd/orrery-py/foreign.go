//go:build cgo

package main

import (
	"context"
	"errors"
	"io"

	"orrery/cmd/orrery-py/asked"
	"orrery/cmd/orrery-py/door"
	"orrery/cmd/orrery-py/kept"
	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/importing"
	"orrery/datasets/lerobot"
	"orrery/sim/scenario/library"
)

// ownData reads LeRobot data without scenes as the commands do. It is here, and not with datasets, as packages below
// importing are many already.
func ownData(ctx context.Context, q *kept.From) (own string, notes []string, done func(), err error) {
	told := 0
	for _, is := range []bool{q.Scene != "", len(q.SceneText) > 0, q.Scenario != nil} {
		if is {
			told++
		}
	}
	if told > 1 {
		return "", nil, nil, door.Mistaken(errors.New("scene must be one of a path, a scene and a scenario"))
	}
	f := &importing.Foreign{Columns: q.Mapping, Layout: q.Layout, Scene: q.Scene, Notation: lerobot.Keywords}
	if f.Hint, err = hintOf(q); err != nil {
		return "", nil, nil, err
	}
	log := importing.Log{Bars: io.Discard, Note: func(line string) { notes = append(notes, line) }}
	if own, err = f.Sole(ctx, log, 0, "", q.Dir); err != nil {
		f.Close()
		if console.IsUsage(err) {
			err = door.Mistaken(err)
		}
		return "", nil, nil, err
	}
	return own, notes, f.Close, nil
}

// hintOf returns the scene that is told as one, or the scenario, if one is.
func hintOf(q *kept.From) (*importing.Hint, error) {
	switch {
	case len(q.SceneText) > 0:
		scene, err := asked.ReadScene(q.SceneText)
		return &importing.Hint{Scene: scene}, err
	case q.Scenario != nil:
		found, values, err := q.Scenario.Find(library.Open)
		return &importing.Hint{Scenario: found, Values: values}, err
	}
	return nil, nil
}
