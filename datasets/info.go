package datasets

import (
	"fmt"
	"slices"
	"strings"

	"orrery/sim"
)

// Places of a LeRobot v3.0 dataset, relative to its directory.
const (
	infoPath       = "meta/info.json"
	statsPath      = "meta/stats.json"
	tasksPath      = "meta/tasks.parquet"
	episodesPath   = "meta/episodes/chunk-%03d/file-%03d.parquet"
	dataPath       = "data/chunk-%03d/file-%03d.parquet"
	cardPath       = "README.md"
	scenesPath     = "meta/orrery/scenes.parquet"
	provenancePath = "meta/orrery/provenance.json"
)

// filePath returns the place of a file, numbered when the pattern is.
func filePath(pattern string, chunk, file int) string {
	if !numbered(pattern) {
		return pattern
	}
	return fmt.Sprintf(pattern, chunk, file)
}

func numbered(pattern string) bool { return strings.Contains(pattern, "%") }

// Columns of a frame; all but the first two are demanded by LeRobot.
const (
	featureState     = "observation.state"
	featureAction    = "action"
	featureTimestamp = "timestamp"
	featureFrame     = "frame_index"
	featureEpisode   = "episode_index"
	featureIndex     = "index"
	featureTask      = "task_index"
)

// features lists the columns of a frame in a fixed order.
var features = []string{
	featureState, featureAction, featureTimestamp, featureFrame, featureEpisode, featureIndex, featureTask,
}

const (
	codebaseVersion = "v3.0"
	chunksSize      = 1000 // files in a chunk folder, LeRobot's default
	fileSizeMB      = 100  // a file is closed before it outgrows this, LeRobot's default
	videoSizeMB     = 200  // LeRobot's default; there is no video
)

// Info is meta/info.json, which tells LeRobot what a dataset holds.
type Info struct {
	CodebaseVersion string             `json:"codebase_version"` // "v3.0"
	RobotType       *string            `json:"robot_type"`
	TotalEpisodes   int                `json:"total_episodes"`
	TotalFrames     int                `json:"total_frames"`
	TotalTasks      int                `json:"total_tasks"`
	ChunksSize      int                `json:"chunks_size"`           // files in a chunk folder
	DataFileSizeMB  int                `json:"data_files_size_in_mb"` // megabytes (2^20 bytes)
	VideoFileSizeMB int                `json:"video_files_size_in_mb"`
	FPS             int                `json:"fps"` // frames per second
	Splits          map[string]string  `json:"splits"`
	DataPath        string             `json:"data_path"`
	VideoPath       *string            `json:"video_path"`
	Features        map[string]Feature `json:"features"`
}

// Feature describes a column of the frames.
type Feature struct {
	DType string   `json:"dtype"` // a numpy type name
	Shape []int    `json:"shape"`
	Names []string `json:"names"` // one for each element, or nil
}

// newInfo returns the description of a dataset of these sizes.
func newInfo(episodes, frames, fps, maxBodies int) Info {
	float, integer := Feature{DType: "float32", Shape: []int{1}}, Feature{DType: "int64", Shape: []int{1}}
	names := make([]string, 0, sim.StateSize*maxBodies)
	for body := range maxBodies {
		for _, quantity := range []string{"x", "y", "angle", "vx", "vy", "omega"} {
			names = append(names, fmt.Sprintf("body%d.%s", body, quantity))
		}
	}
	return Info{
		CodebaseVersion: codebaseVersion,
		TotalEpisodes:   episodes,
		TotalFrames:     frames,
		TotalTasks:      1,
		ChunksSize:      chunksSize,
		DataFileSizeMB:  fileSizeMB,
		VideoFileSizeMB: videoSizeMB,
		FPS:             fps,
		Splits:          map[string]string{"train": fmt.Sprintf("0:%d", episodes)},
		DataPath:        "data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet",
		Features: map[string]Feature{
			featureState:     {DType: "float32", Shape: []int{len(names)}, Names: names},
			featureAction:    {DType: "float32", Shape: []int{1}, Names: []string{"none"}},
			featureTimestamp: float,
			featureFrame:     integer,
			featureEpisode:   integer,
			featureIndex:     integer,
			featureTask:      integer,
		},
	}
}

// check returns an error naming what keeps this package from reading the
// dataset that i describes.
func (i *Info) check() error {
	state := i.Features[featureState]
	want := newInfo(i.TotalEpisodes, i.TotalFrames, i.FPS, 0)
	switch {
	case i.CodebaseVersion != codebaseVersion:
		return fmt.Errorf("codebase_version %q must be %q", i.CodebaseVersion, codebaseVersion)
	case i.FPS <= 0:
		return fmt.Errorf("fps %d must be > 0", i.FPS)
	case i.TotalEpisodes <= 0 || i.TotalEpisodes > maxEpisodes:
		return fmt.Errorf("total_episodes %d must be from 1 to %d", i.TotalEpisodes, maxEpisodes)
	case i.TotalFrames < i.TotalEpisodes:
		return fmt.Errorf("total_frames %d must be at least total_episodes, %d", i.TotalFrames, i.TotalEpisodes)
	case i.ChunksSize <= 0:
		return fmt.Errorf("chunks_size %d must be > 0", i.ChunksSize)
	case i.DataPath != want.DataPath:
		return fmt.Errorf("data_path %q must be %q", i.DataPath, want.DataPath)
	case len(state.Shape) != 1 || state.Shape[0] <= 0 || state.Shape[0]%sim.StateSize != 0:
		return fmt.Errorf("feature %s: shape %v must be one positive multiple of %d", featureState, state.Shape, sim.StateSize)
	}
	for _, name := range features {
		got, want := i.Features[name], want.Features[name]
		if got.DType != want.DType {
			return fmt.Errorf("feature %s: dtype %q must be %q", name, got.DType, want.DType)
		}
		if name != featureState && !slices.Equal(got.Shape, want.Shape) {
			return fmt.Errorf("feature %s: shape %v must be %v", name, got.Shape, want.Shape)
		}
	}
	return nil
}
