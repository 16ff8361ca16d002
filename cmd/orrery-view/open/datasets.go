package open

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"orrery/cmd/orrery-view/session/replay"
	"orrery/datasets"
	"orrery/sim"
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
	all := &replay.Collection{Motion: func(k int) (*sim.Trajectory, error) { return data.Episode(context.Background(), k) }}
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
		return replay.Show{Label: label, Episode: k, Episodes: data.Episodes(), True: t, Next: episode, All: all}, nil
	}
	return episode(0)
}

// below shows the film of the dataset that was opened last below it.
func (o *Opener) below(options Options) error {
	if options.Film == "" {
		return nil
	}
	var data string
	for _, name := range options.Paths {
		if isDataset(os.DirFS(name), ".") {
			data = name
		}
	}
	show := o.Session.Show()
	if data == "" || show.True == nil {
		return Usage{errors.New("film needs the dataset that was made of it: name that, too")}
	}
	if _, err := os.Stat(options.Film); errors.Is(err, fs.ErrNotExist) {
		return Usage{fmt.Errorf("film: %w", plain(options.Film, err))}
	}
	if options.Behind == nil {
		return nil
	}
	first, err := options.Behind(options.Film, data, show.Episode)
	if err != nil {
		return err
	}
	show.Film = first
	return o.Session.OpenShow(filmed(show, func(episode int) (replay.Film, error) { return options.Behind(options.Film, data, episode) }))
}

// filmed returns a show whose other episodes are opened with their films.
func filmed(show replay.Show, open func(episode int) (replay.Film, error)) replay.Show {
	next := show.Next
	show.Next = func(episode int) (replay.Show, error) {
		other, err := next(episode)
		if err != nil {
			return other, err
		}
		other.Film = replay.Later(func() (replay.Film, error) { return open(episode) })
		return filmed(other, open), nil
	}
	return show
}

// datasetFile is a file that every dataset has.
const datasetFile = "meta/info.json"

// isDataset reports whether a directory holds a dataset.
func isDataset(files fs.FS, dir string) bool {
	_, err := fs.Stat(files, path.Join(dir, datasetFile))
	return err == nil
}
