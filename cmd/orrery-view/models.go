package main

import (
	"io/fs"
	"path"

	"orrery/assets"
	"orrery/cmd/orrery-view/session"
	"orrery/world"
	"orrery/world/baseline"
	"orrery/world/fit"
)

// embedded is where assets.Files has models, one directory each.
const embedded = "models"

// builtInModels returns the models that need no file: those that were embedded and,
// last, free flight, which predicts any scene.
func builtInModels() ([]session.Model, error) {
	var models []session.Model
	entries, err := fs.ReadDir(assets.Files, embedded)
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		if !entry.IsDir() {
			continue
		}
		m, err := loadModel(assets.Files, path.Join(embedded, entry.Name()), entry.Name())
		if err != nil {
			return nil, err
		}
		models = append(models, m)
	}
	return append(models, session.Model{Name: "ballistic", Model: baseline.Ballistic()}), nil
}

// loadModel reads a model directory.
func loadModel(files fs.FS, dir, name string) (session.Model, error) {
	model, d, err := fit.LoadFS(files, dir)
	if err != nil {
		return session.Model{}, err
	}
	return session.Model{Name: name, Scenario: d.Training.Scenario, Model: model}, nil
}

// isModel reports whether a directory holds a model.
func isModel(files fs.FS, dir string) bool {
	_, err := fs.Stat(files, path.Join(dir, world.ConfigFile))
	return err == nil
}
