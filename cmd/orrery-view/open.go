package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"orrery/cmd/orrery-view/session"
	"orrery/datasets"
	"orrery/sim"
	"orrery/world"
)

// maxFile bounds the scene and rollout files that are read, in bytes.
const maxFile = 256 << 20

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
	f, err := files.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return err
	}
	if len(text) > maxFile {
		return fmt.Errorf("%s: size must be at most %d bytes", name, maxFile)
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

func (v *viewer) openDataset(dir string) error {
	show, err := datasetShow(dir)
	if err != nil {
		return err
	}
	return v.session.OpenShow(show)
}

// datasetShow returns the first episode of a dataset.
func datasetShow(dir string) (session.Show, error) {
	data, err := datasets.Open(dir)
	if err != nil {
		return session.Show{}, err
	}
	var episode func(k int) (session.Show, error)
	episode = func(k int) (session.Show, error) {
		t, err := data.Episode(k)
		if err != nil {
			return session.Show{}, err
		}
		label := episodeLabel(data.Provenance().Seed, k) + fmt.Sprintf(" of %d", data.Episodes())
		return session.Show{Label: label, Episode: k, Episodes: data.Episodes(), True: t, Next: episode}, nil
	}
	return episode(0)
}

// openDroppedDataset copies a dataset to where its reader finds files.
func (v *viewer) openDroppedDataset(files fs.FS, name string) error {
	part, err := fs.Sub(files, name)
	if err != nil {
		return err
	}
	if _, err := fs.Stat(part, "meta/info.json"); err != nil {
		return fmt.Errorf("%s is neither a model nor a dataset", name)
	}
	dir, err := os.MkdirTemp("", "orrery-view-")
	if err != nil {
		return err
	}
	v.temporary = append(v.temporary, dir)
	if err := os.CopyFS(dir, part); err != nil {
		return err
	}
	return v.openDataset(dir)
}
