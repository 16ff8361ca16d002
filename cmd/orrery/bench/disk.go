package bench

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"orrery/sim/scenario"
)

// diskScenarios are the scenarios that are also generated to disk: few bodies and cheap
// steps, bodies of all sorts, and many bodies and dear steps.
var diskScenarios = []string{"billiards", "mixed", "pile"}

// diskRounds is the number of times that stepping and generating take turns, so that what else the
// machine does disturbs both.
const diskRounds = 3

// Generation makes the episodes of a scenario.
type Generation struct {
	// Make makes one episode and keeps nothing.
	Make func(ctx context.Context, episode int) error
	// Write makes some episodes and writes them to dir, where nothing is.
	Write func(ctx context.Context, episodes, workers int, dir string) error
}

// Disk compares making the episodes of a dataset and writing them to disk with
// making them alone, both with as many workers.
type Disk struct {
	Episodes int     `json:"episodes"`
	Frames   int     `json:"frames"`       // of all episodes
	FramesPS float64 `json:"frames_per_s"` // frames a second on their way to disk
	Share    float64 `json:"share"`        // ratio of the speed of generating to the speed of stepping
}

// toDisk generates about as many episodes as are stepped in the duration, or nothing of
// a scenario that is not among those to be generated.
func (c *Config) toDisk(ctx context.Context, s *scenario.Scenario) (*Disk, error) {
	if !slices.Contains(diskScenarios, s.Name) {
		return nil, nil
	}
	dir, err := os.MkdirTemp("", "orrery-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	generation, err := c.Generation(s, seed)
	if err != nil {
		return nil, err
	}
	episodes := 8 * c.Workers
	step := func() (time.Duration, error) {
		began := time.Now()
		err := share(ctx, episodes, c.Workers, func(i int) error {
			return generation.Make(ctx, i)
		})
		return time.Since(began), err
	}
	for taken := time.Duration(0); taken < c.Duration/4; {
		episodes *= 2
		if taken, err = step(); err != nil {
			return nil, err
		}
		if taken >= c.Duration/4 {
			episodes = max(1, int(float64(episodes)*c.Duration.Seconds()/taken.Seconds()))
		}
	}
	var stepping, generating time.Duration
	for round := range diskRounds {
		data := filepath.Join(dir, strconv.Itoa(round))
		taken, err := step()
		if err != nil {
			return nil, err
		}
		stepping += taken
		began := time.Now()
		if err := generation.Write(ctx, episodes, c.Workers, data); err != nil {
			return nil, err
		}
		generating += time.Since(began)
		if err := os.RemoveAll(data); err != nil {
			return nil, err
		}
	}
	frames := episodes * s.Frames
	return &Disk{
		Episodes: episodes, Frames: frames,
		FramesPS: diskRounds * float64(frames) / generating.Seconds(),
		Share:    stepping.Seconds() / generating.Seconds(),
	}, nil
}
