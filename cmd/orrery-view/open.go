package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"orrery/cmd/orrery-view/session"
	"orrery/sim"
	"orrery/world"
)

// openPath opens a model, dataset, rollout or scene of the disk.
func (v *viewer) openPath(name string) error {
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	if info.IsDir() && !isModel(os.DirFS(name), ".") {
		return v.openDataset(name)
	}
	return v.openFile(os.DirFS(filepath.Dir(name)), filepath.Base(name))
}

// openDropped opens everything that was dropped on the window. Files that lie beside
// each other may be one model.
func (v *viewer) openDropped(files fs.FS) error {
	if isModel(files, ".") {
		return v.openModel(files, ".", "dropped")
	}
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if err := v.openFile(files, entry.Name()); err != nil {
			return err
		}
	}
	return nil
}

// openFile opens what a file system has under a name.
func (v *viewer) openFile(files fs.FS, name string) error {
	info, err := fs.Stat(files, name)
	switch {
	case err != nil:
		return err
	case info.IsDir() && isModel(files, name):
		return v.openModel(files, name, path.Base(name))
	case info.IsDir():
		return v.openDroppedDataset(files, name)
	}
	text, err := readFile(files, name)
	if err != nil {
		return err
	}
	if err := v.openText(text); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func (v *viewer) openModel(files fs.FS, dir, name string) error {
	m, err := loadModel(files, dir, name)
	if err == nil {
		v.session.AddModel(m)
	}
	return err
}

// openText opens a rollout or a scene.
func (v *viewer) openText(text []byte) error {
	var file struct{ Kind string }
	if json.Unmarshal(text, &file) != nil || file.Kind != world.RecordingKind {
		scene, err := sim.DecodeScene(bytes.NewReader(text))
		if err != nil {
			return err
		}
		return v.session.OpenScene(scene)
	}
	r, err := world.DecodeRecording(bytes.NewReader(text))
	if err != nil {
		return err
	}
	return v.session.OpenShow(session.Show{
		Label: episodeLabel(r.Seed, r.Episode) + " by " + r.Model, Episodes: 1,
		True: &sim.Trajectory{Scene: r.Scene, States: r.True}, Predicted: r.Predicted, Model: r.Model,
	})
}

func episodeLabel(seed uint64, episode int) string {
	return fmt.Sprintf("seed %d · episode %d", seed, episode)
}
