package bench

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"orrery/datasets"
	"orrery/datasets/csv"
	"orrery/sim"
	"orrery/sim/scenario/library"
)

const (
	dataScenario = "mixed"
	dataEpisodes = 400 // 7 MB of values
)

// Data says how fast datasets are read.
type Data struct {
	Frames      int     `json:"frames"`         // of the dataset
	ValueMB     float64 `json:"value_mb"`       // MB of its states as float32
	LoadMBPerS  float64 `json:"load_mb_per_s"`  // MB of values a second, read into episodes
	CSVRows     int     `json:"csv_rows"`       // a body at a frame each
	CSVRowsPerS float64 `json:"csv_rows_per_s"` // rows a second, read into episodes
	CSVMBPerS   float64 `json:"csv_mb_per_s"`   // MB of text a second
	Workers     int     `json:"workers"`        // goroutines that the program may use
}

// RunData measures how fast a dataset is loaded and a table is imported: one of the scenario mixed,
// generated for this and written as a table too.
func (c *Config) RunData(ctx context.Context) (*Data, error) {
	s, err := library.Find(dataScenario)
	if err != nil {
		return nil, err
	}
	generation, err := c.Generation(s, seed)
	if err != nil {
		return nil, err
	}
	root, err := os.MkdirTemp("", "orrery-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(root)
	dir := filepath.Join(root, "data")
	episodes := dataEpisodes
	if c.Duration < time.Second {
		episodes = max(1, int(dataEpisodes*c.Duration.Seconds()))
	}
	if err := generation.Write(ctx, episodes, c.Workers, dir); err != nil {
		return nil, err
	}
	d := &Data{Workers: c.Workers}
	load := func() ([]*sim.Trajectory, error) {
		data, err := datasets.Open(ctx, dir)
		if err != nil {
			return nil, err
		}
		return data.Trajectories(ctx, nil, nil)
	}
	loaded, err := load()
	if err != nil {
		return nil, err
	}
	values := 0
	for _, t := range loaded {
		d.Frames += len(t.States)
		values += len(t.States) * len(t.Scene.Bodies) * sim.StateSize
	}
	d.ValueMB = float64(4*values) / 1e6
	seconds, err := timed(ctx, c.Duration, func() error {
		_, err := load()
		return err
	})
	if err != nil {
		return nil, err
	}
	d.LoadMBPerS = d.ValueMB / seconds

	// Every episode of a table has the bodies of one scene.
	table, scene := filepath.Join(root, "table.csv"), loaded[0].Scene
	size, err := writeTable(table, loaded[0], episodes)
	if err != nil {
		return nil, err
	}
	d.CSVRows = episodes * len(loaded[0].States) * len(scene.Bodies)
	options := csv.DefaultOptions()
	options.FPS = scene.FPS
	seconds, err = timed(ctx, c.Duration, func() error {
		file, err := csv.Open(ctx, table, options)
		if err != nil {
			return err
		}
		defer file.Close()
		return share(ctx, episodes, c.Workers, func(i int) error {
			_, err := file.Episode(ctx, i)
			return err
		})
	})
	d.CSVRowsPerS, d.CSVMBPerS = float64(d.CSVRows)/seconds, float64(size)/1e6/seconds
	return d, err
}

// writeTable writes an episode so many times into a table and returns its size in bytes.
func writeTable(path string, t *sim.Trajectory, episodes int) (int64, error) {
	file, err := os.Create(path)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	err = csv.Write(file, 0, false, nil, func(yield func(*sim.Trajectory, error) bool) {
		for range episodes {
			if !yield(t, nil) {
				return
			}
		}
	})
	if err != nil {
		return 0, err
	}
	info, err := file.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// Rows passes on name, value and unit of each figure.
func (d *Data) Rows(row Row) {
	row("loading a dataset", d.LoadMBPerS, "MB/s of values")
	row("reading a table", d.CSVRowsPerS, fmt.Sprintf("rows/s, %d workers", d.Workers))
	row("the same in bytes", d.CSVMBPerS, fmt.Sprintf("MB/s of text, %d workers", d.Workers))
}
