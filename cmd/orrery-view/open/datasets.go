package open

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"orrery/cmd/orrery-view/session/replay"
	"orrery/datasets"
)

// Datasets returns the datasets in some directories; a browser has none.
func Datasets(dirs ...string) []replay.Offer {
	var sources []replay.Offer
	for _, dir := range dirs {
		found, _ := filepath.Glob(filepath.Join(dir, "*", "meta", "info.json")) // the pattern is well formed
		for _, info := range found {
			name := filepath.Dir(filepath.Dir(info))
			sources = append(sources, replay.Offer{Name: name, Open: func() (replay.Show, error) { return datasetShow(os.DirFS(name), name) }})
		}
	}
	return sources
}

// dataset opens one that is the root of a file system.
func (o *Opener) dataset(files fs.FS, name string) error {
	show, err := datasetShow(files, name)
	if err != nil {
		return err
	}
	return o.Session.OpenShow(show)
}

// datasetShow returns the first episode of a dataset.
func datasetShow(files fs.FS, name string) (replay.Show, error) {
	data, err := datasets.OpenFS(context.Background(), files, name)
	if err != nil {
		return replay.Show{}, err
	}
	var episode func(k int) (replay.Show, error)
	episode = func(k int) (replay.Show, error) {
		t, err := data.Episode(context.Background(), k)
		if err != nil {
			return replay.Show{}, err
		}
		label := episodeLabel(data.Provenance().Seed, k)
		if len(data.Provenance().Sources) > 0 { // nobody has drawn it
			label = fmt.Sprintf("episode %d", k)
		}
		label += fmt.Sprintf(" of %d", data.Episodes())
		return replay.Show{Label: label, Episode: k, Episodes: data.Episodes(), True: t, Next: episode}, nil
	}
	return episode(0)
}

// datasetFile is a file that every dataset has.
const datasetFile = "meta/info.json"

// isDataset reports whether a directory holds a dataset.
func isDataset(files fs.FS, dir string) bool {
	_, err := fs.Stat(files, path.Join(dir, datasetFile))
	return err == nil
}
