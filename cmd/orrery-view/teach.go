package main

import (
	"context"

	"orrery/cmd/orrery-view/lesson"
	"orrery/cmd/orrery/build"
	"orrery/sim"
	"orrery/world/fit"
)

// teach trains a contact model for a round of a lesson, on from the model of the round before. Tests of other rooms
// teach by package teach: if the program did, the longest chain of imports would have seven packages.
func teach(ctx context.Context, episodes []*sim.Trajectory, r lesson.Round) (*lesson.Model, error) {
	config := fit.DefaultConfig()
	config.SetShort(r.Budget, r.Number)
	former, _ := r.Former.(*fit.Fitted)
	fitted, err := fit.Train(ctx, fit.Job{
		Episodes: fit.InMemory(episodes, fit.Origin{Scenario: r.Subject, Program: "orrery " + build.This().String(), Engine: true}),
		Config:   config, From: former, Report: func(fit.Progress) { r.Rest() },
	})
	if err != nil {
		return nil, err
	}
	files, err := fitted.Files()
	about := &fitted.Description.Training
	return &lesson.Model{Files: files, World: fitted.Model, Loss: about.Loss, Frames: about.Examples, State: fitted}, err
}
