package bench

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"orrery/sim"
	"orrery/sim/scenario/library"
)

const (
	dataScenario = "mixed"
	dataEpisodes = 400 // 7 MB of values
)

// Reading reads what generation has written.
type Reading struct {
	// Load reads all episodes of the dataset in dir.
	Load func(ctx context.Context, dir string) ([]*sim.Trajectory, error)
	// Write writes an episode so many times into a table.
	Write func(path string, t *sim.Trajectory, episodes int) error
	// Table reads all episodes of a table, of so many frames a second, by some workers.
	Table func(ctx context.Context, path string, fps, workers int) error
}

// Data says how fast datasets are read.
type Data struct {
	Frames      int     `json:"frames"`         // number of the dataset
	ValueMB     float64 `json:"value_mb"`       // size of its states as float32 in MB, 1e6 bytes
	LoadMBPerS  float64 `json:"load_mb_per_s"`  // MB of values a second, read into episodes
	CSVRows     int     `json:"csv_rows"`       // number; a row is a body at a frame
	CSVRowsPerS float64 `json:"csv_rows_per_s"` // rows a second, read into episodes
	CSVMBPerS   float64 `json:"csv_mb_per_s"`   // MB of text a second
	Workers     int     `json:"workers"`        // goroutines
}

// RunData measures how fast a dataset is loaded and a table is imported: one of the scenario mixed,
// generated for this, and a table of as many episodes.
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
	dir, table := filepath.Join(root, "data"), filepath.Join(root, "table.csv")
	episodes := dataEpisodes
	if c.Duration < time.Second {
		episodes = max(1, int(dataEpisodes*c.Duration.Seconds()))
	}
	if err := generation.Write(ctx, episodes, c.Workers, dir); err != nil {
		return nil, err
	}
	loaded, err := c.Reading.Load(ctx, dir)
	if err != nil {
		return nil, err
	}
	d, values := &Data{Workers: c.Workers}, 0
	for _, t := range loaded {
		d.Frames += len(t.States)
		values += len(t.States) * len(t.Scene.Bodies) * sim.StateSize
	}
	const float32Bytes = 4
	d.ValueMB = float64(float32Bytes*values) / 1e6
	seconds, err := timed(ctx, c.Duration, func() error {
		_, err := c.Reading.Load(ctx, dir)
		return err
	})
	if err != nil {
		return nil, err
	}
	d.LoadMBPerS = d.ValueMB / seconds

	first := loaded[0] // every episode of a table has the bodies of one scene
	if err := c.Reading.Write(table, first, episodes); err != nil {
		return nil, err
	}
	info, err := os.Stat(table)
	if err != nil {
		return nil, err
	}
	d.CSVRows = episodes * len(first.States) * len(first.Scene.Bodies)
	seconds, err = timed(ctx, c.Duration, func() error { return c.Reading.Table(ctx, table, first.Scene.FPS, c.Workers) })
	d.CSVRowsPerS, d.CSVMBPerS = float64(d.CSVRows)/seconds, float64(info.Size())/1e6/seconds
	return d, err
}

// Rows passes on name, value and unit of each figure.
func (d *Data) Rows(row Row) {
	row("loading a dataset", d.LoadMBPerS, "MB/s of values")
	row("reading a table", d.CSVRowsPerS, fmt.Sprintf("rows/s, %d workers", d.Workers))
	row("the same in bytes", d.CSVMBPerS, fmt.Sprintf("MB/s of text, %d workers", d.Workers))
}
