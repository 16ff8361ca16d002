package datasets

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"orrery/datasets/camera"
	"orrery/datasets/splits"
	"orrery/sim"
)

// Places of a LeRobot v3.0 dataset, relative to its directory.
const (
	infoPath     = "meta/info.json"
	statsPath    = "meta/stats.json"
	tasksPath    = "meta/tasks.parquet"
	episodesPath = "meta/episodes/chunk-%03d/file-%03d.parquet"
	dataPath     = "data/chunk-%03d/file-%03d.parquet"
	cardPath     = "README.md"
	scenesPath   = "meta/orrery/scenes.parquet"

	observedPath  = "meta/orrery/observed.parquet"  // of a dataset whose states are estimates
	recordingPath = "meta/orrery/recording.parquet" // likewise
)

// ProvenancePath is the place of a dataset's Provenance, relative to its directory.
const ProvenancePath = "meta/orrery/provenance.json"

// TopLevel are the entries of a dataset's directory, in the order in which they may
// appear: where the last one is, the others are too, but for videos, which few datasets have.
var TopLevel = []string{"data", VideoFolder, cardPath, "meta"}

// filePath returns the place of a file, numbered when the pattern is.
func filePath(pattern string, chunk, file int) string {
	if !numbered(pattern) {
		return pattern
	}
	return fmt.Sprintf(pattern, chunk, file)
}

func numbered(pattern string) bool { return strings.Contains(pattern, "%") }

const (
	codebaseVersion = "v3.0"
	chunksSize      = 1000 // files in a chunk folder, LeRobot's default
	fileSizeMB      = 100  // a file is closed before it outgrows this, LeRobot's default
	videoSizeMB     = 200  // LeRobot's default; each episode has its own video
)

// Info is meta/info.json, which tells LeRobot what a dataset holds.
type Info struct {
	CodebaseVersion string             `json:"codebase_version"` // "v3.0"
	RobotType       *string            `json:"robot_type"`
	TotalEpisodes   int                `json:"total_episodes"`         // number of episodes, at most a million
	TotalFrames     int                `json:"total_frames"`           // of all episodes
	TotalTasks      int                `json:"total_tasks"`            // number of tasks
	ChunksSize      int                `json:"chunks_size"`            // files in a chunk folder
	DataFileSizeMB  int                `json:"data_files_size_in_mb"`  // megabytes (2^20 bytes)
	VideoFileSizeMB int                `json:"video_files_size_in_mb"` // megabytes
	FPS             float64            `json:"fps"`                    // frames per second
	Splits          map[string]string  `json:"splits"`                 // episodes "from:to" of each split; see the package splits
	DataPath        string             `json:"data_path"`
	VideoPath       *string            `json:"video_path"`
	Features        map[string]Feature `json:"features"`
}

// Feature describes a column of the frames.
type Feature struct {
	DType string   `json:"dtype"` // a numpy type name
	Shape []int    `json:"shape"` // values of a frame, [d]
	Names []string `json:"names"` // one for each element, or nil

	Info map[string]any `json:"info,omitempty"` // of a video
}

// UnmarshalJSON takes what it understands of a feature. Names may be a list, an object of
// lists such as {"motors": ["x", "y"]}, one of numbers such as {"x": 0, "y": 1}, or null,
// as different programs write them. Features that nobody reads may be anything.
func (f *Feature) UnmarshalJSON(text []byte) error {
	var members map[string]json.RawMessage
	if json.Unmarshal(text, &members) != nil {
		return nil
	}
	_ = json.Unmarshal(members["dtype"], &f.DType)
	var shape []float64
	if json.Unmarshal(members["shape"], &shape) == nil {
		for _, n := range shape {
			f.Shape = append(f.Shape, int(n))
		}
	}
	var names any
	if json.Unmarshal(members["names"], &names) == nil {
		f.Names = flatNames(names)
	}
	return nil
}

// flatNames returns the names that a value of JSON holds.
func flatNames(v any) []string {
	var names []string
	switch v := v.(type) {
	case []any:
		for _, element := range v {
			if deeper := flatNames(element); deeper != nil {
				names = append(names, deeper...)
			} else {
				names = append(names, fmt.Sprint(element))
			}
		}
	case map[string]any:
		keys := slices.Sorted(maps.Keys(v))
		slices.SortStableFunc(keys, func(a, b string) int {
			x, _ := v[a].(float64)
			y, _ := v[b].(float64)
			return cmp.Compare(x, y)
		})
		for _, key := range keys {
			if deeper := flatNames(v[key]); deeper != nil {
				names = append(names, deeper...)
			} else {
				names = append(names, key)
			}
		}
	}
	return names
}

// newInfo returns the description of a dataset of these sizes, of one task and all to train on.
func newInfo(episodes, frames, fps int, room Room) Info {
	info := Info{
		CodebaseVersion: codebaseVersion,
		TotalEpisodes:   episodes,
		TotalFrames:     frames,
		TotalTasks:      1,
		ChunksSize:      chunksSize,
		DataFileSizeMB:  fileSizeMB,
		VideoFileSizeMB: videoSizeMB,
		FPS:             float64(fps),
		Splits:          splits.Whole(episodes).Encode(),
		DataPath:        "data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet",
		Features:        map[string]Feature{},
	}
	for _, f := range room.features() {
		info.Features[f.name] = Feature{DType: f.dtype, Shape: []int{f.width}, Names: f.names}
	}
	if room.Film.Kind != "" {
		info.Features[featureCamera] = room.cameraFeature(fps)
	}
	if room.Film.Kind == camera.Video {
		path := videoPattern
		info.VideoPath = &path
	}
	return info
}

// room returns what a frame has room for, or an error naming what keeps this
// package from reading the dataset that i describes.
func (i *Info) room() (Room, error) {
	switch path := newInfo(0, 0, 0, Room{}).DataPath; {
	case i.CodebaseVersion != codebaseVersion:
		return Room{}, fmt.Errorf("codebase_version %q must be %q", i.CodebaseVersion, codebaseVersion)
	case !(i.FPS > 0 && i.FPS <= maxFPS && i.FPS == math.Trunc(i.FPS)):
		return Room{}, fmt.Errorf("fps %v must be a whole number from 1 to %d", i.FPS, maxFPS)
	case i.TotalEpisodes <= 0 || i.TotalEpisodes > MaxEpisodes:
		return Room{}, fmt.Errorf("total_episodes %d must be from 1 to %d", i.TotalEpisodes, MaxEpisodes)
	case i.TotalFrames < i.TotalEpisodes:
		return Room{}, fmt.Errorf("total_frames %d must be at least total_episodes, %d", i.TotalFrames, i.TotalEpisodes)
	case i.ChunksSize <= 0:
		return Room{}, fmt.Errorf("chunks_size %d must be > 0", i.ChunksSize)
	case i.DataPath != path:
		return Room{}, fmt.Errorf("data_path %q must be %q", i.DataPath, path)
	}
	bodies, err := i.width(featureState, sim.StateSize, sim.MaxBodies)
	if err != nil {
		return Room{}, err
	}
	actions, err := i.width(featureAction, 1, sim.MaxActuators)
	if err != nil {
		return Room{}, err
	}
	_, rewarded := i.Features[featureReward]
	_, observed := i.Features[featureMeasured]
	r := Room{Bodies: bodies, Actions: make([]string, actions), Rewarded: rewarded, Observed: observed, Film: i.film()}
	copy(r.Actions, i.Features[featureAction].Names)
	if _, viewed := i.Features[featureView]; viewed {
		numbers, err := i.width(featureView, 1, maxView)
		if err != nil {
			return Room{}, err
		}
		r.View = make([]string, numbers)
		copy(r.View, i.Features[featureView].Names)
	}
	for _, f := range r.features() {
		switch got := i.Features[f.name]; {
		case got.DType != f.dtype:
			return Room{}, fmt.Errorf("feature %s: dtype %q must be %q", f.name, got.DType, f.dtype)
		case !slices.Equal(got.Shape, []int{f.width}):
			return Room{}, fmt.Errorf("feature %s: shape %v must be [%d]", f.name, got.Shape, f.width)
		}
	}
	if actions == 1 && r.Actions[0] == noAction {
		r.Actions = nil
	}
	return r, nil
}

// width returns how often a frame of a feature has so many values.
func (i *Info) width(feature string, values, limit int) (int, error) {
	shape := i.Features[feature].Shape
	if len(shape) != 1 || shape[0] <= 0 || shape[0]%values != 0 || shape[0]/values > limit {
		return 0, fmt.Errorf("feature %s: shape %v must be one positive multiple of %d up to %d", feature, shape, values, values*limit)
	}
	return shape[0] / values, nil
}
