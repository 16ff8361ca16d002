package learned

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"orrery/assets"
	"orrery/cmd/orrery-py/door"
	"orrery/cmd/orrery/planning"
	"orrery/datasets/storage"
	"orrery/sim/input"
	"orrery/world"
	"orrery/world/flight"
)

// Source reads models: that of a folder, with fit.Load, and that of the texts of its config and weights, with fit.Decode.
type Source struct {
	Load   func(dir string) (world.Model, *world.Description, error)
	Decode func(config, weights []byte) (world.Model, *world.Description, error)
}

// Methods returns the methods of models and planners, which are kept on a shelf.
func Methods(shelf *door.Shelf, source Source) door.Methods {
	s := store{shelf, source}
	return door.Methods{
		"models": embedded, "model": s.load, "model.save": s.save, "model.rollout": s.rollout, "model.rollout.inside": s.inside,
		"planner": s.planner, "planner.act": s.act, "planner.reset": s.reset, "planner.expected": s.expected, "planner.costs": s.costs,
	}
}

// store is where models and planners are kept.
type store struct {
	shelf  *door.Shelf
	source Source
}

// model is one that is open. It never changes, so that its lock is held no longer than to find it.
type model struct {
	world.Model
	name  string
	files map[string][]byte // by name; none for a model without weights
}

// find returns the model of a handle.
func (s store) find(handle int64) (found *model, err error) {
	err = door.Use(s.shelf, handle, func(m *model) error { found = m; return nil })
	return found, err
}

// Find returns the model of a handle and what is known of it: of one without weights only its kind.
func Find(shelf *door.Shelf, handle int64) (world.Model, *world.Description, error) {
	m, err := store{shelf: shelf}.find(handle)
	if err != nil {
		return nil, nil, err
	}
	if m.files == nil {
		return m.Model, &world.Description{Kind: m.Kind()}, nil
	}
	d, err := world.DecodeDescription(m.files[world.ConfigFile])
	return m.Model, d, err
}

// folder is where assets.Files has models, one directory each.
const folder = "models"

// unlearned are the models without weights.
var unlearned = []world.Model{planning.Engine{}, flight.Ballistic()}

// names returns the models that need no file.
func names() (all []string) {
	for _, m := range unlearned {
		all = append(all, m.Kind())
	}
	entries, _ := fs.ReadDir(assets.Files, folder) // a folder that is always there
	for _, e := range entries {
		if e.IsDir() {
			all = append(all, e.Name())
		}
	}
	return all
}

// embedded answers the names of the models that need no file.
func embedded(context.Context, *door.Call) (any, error) { return names(), nil }

// loadRequest says which model is meant.
type loadRequest struct {
	Model string `json:"model"`  // a name of models, or a folder
	IsDir bool   `json:"is_dir"` // it is a folder, whatever its name
}

// modelAnswer describes a model.
type modelAnswer struct {
	Handle      int64           `json:"handle"`
	Name        string          `json:"name"`
	Kind        string          `json:"kind"`
	Parameters  int             `json:"parameters"`
	Description json.RawMessage `json:"description"` // config.json, or null
	Metrics     json.RawMessage `json:"metrics"`     // metrics.json, or null
}

// load answers a model, which it keeps.
func (s store) load(_ context.Context, c *door.Call) (any, error) {
	q, err := door.Read[loadRequest](c)
	if err != nil {
		return nil, err
	}
	m, err := s.open(q)
	if err != nil {
		return nil, err
	}
	a := modelAnswer{Name: m.name, Kind: m.Kind(), Parameters: m.Parameters(), Description: m.files[world.ConfigFile], Metrics: m.files[world.MetricsFile]}
	if !json.Valid(a.Metrics) {
		a.Metrics = nil
	}
	a.Handle = s.shelf.Put(m)
	return a, nil
}

func (s store) open(q loadRequest) (*model, error) {
	if !q.IsDir && !strings.ContainsAny(q.Model, `/\`) {
		for _, m := range unlearned {
			if m.Kind() == q.Model {
				return &model{Model: m, name: q.Model}, nil
			}
		}
		if slices.Contains(names(), q.Model) {
			return s.read(q.Model)
		}
		if _, err := storage.Stat(q.Model); err != nil {
			all := names()
			return nil, door.Mistaken(fmt.Errorf("model %.80q is neither a folder nor one of %s%s", q.Model, strings.Join(all, ", "), input.Perhaps(q.Model, all)))
		}
	}
	if _, err := storage.Stat(q.Model); err != nil {
		return nil, err
	}
	m, _, err := s.source.Load(q.Model)
	if err != nil {
		return nil, door.Mistaken(err)
	}
	in, err := storage.DirFS(q.Model)
	if err != nil {
		return nil, err
	}
	files, err := read(in, ".")
	return &model{m, filepath.Base(q.Model), files}, err
}

// read opens an embedded model.
func (s store) read(name string) (*model, error) {
	files, err := read(assets.Files, path.Join(folder, name))
	if err != nil {
		return nil, err
	}
	m, _, err := s.source.Decode(files[world.ConfigFile], files[world.WeightsFile])
	return &model{m, name, files}, err
}

// maxFile bounds each file of a model, in bytes.
const maxFile = 256 << 20

// read returns the files of a model's folder, of which some may be missing.
func read(from fs.FS, dir string) (map[string][]byte, error) {
	files := map[string][]byte{}
	for _, name := range []string{world.ConfigFile, world.WeightsFile, world.CardFile, world.MetricsFile} {
		about, err := fs.Stat(from, path.Join(dir, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil && about.Size() > maxFile {
			err = door.Mistaken(fmt.Errorf("%s has %d bytes, %d at most are read", name, about.Size(), int64(maxFile)))
		}
		if err != nil {
			return nil, err
		}
		text, err := fs.ReadFile(from, path.Join(dir, name))
		if err != nil {
			return nil, err
		}
		files[name] = text
	}
	return files, nil
}

// save writes a model's folder.
func (s store) save(_ context.Context, c *door.Call) (any, error) {
	q, err := door.Read[struct {
		Handle int64  `json:"handle"`
		Dir    string `json:"dir"`
		Force  bool   `json:"force"`
	}](c)
	if err != nil {
		return nil, err
	}
	m, err := s.find(q.Handle)
	if err != nil {
		return nil, err
	}
	if m.files == nil {
		return nil, door.Mistaken(fmt.Errorf("model %s has no weights to save", m.name))
	}
	if err := Replaceable(q.Dir, q.Force); err != nil {
		return nil, err
	}
	return nil, storage.ReplaceFolder(storage.Clean(q.Dir), world.WeightsFile, func(draft string) error {
		for name, text := range m.files {
			if err := os.WriteFile(filepath.Join(draft, name), text, 0o644); err != nil {
				return err
			}
		}
		return nil
	})
}

// Replaceable is world.CheckReplaceable in the words of those who have no flags.
func Replaceable(dir string, force bool) error {
	_, found := storage.Lstat(dir)
	err := world.CheckReplaceable(dir, true)
	if found == nil && !force {
		if err == nil {
			err = fmt.Errorf("%s exists; force=True replaces it", dir)
		}
		return door.Blame(err, door.Exists)
	}
	return door.Mistaken(err)
}
