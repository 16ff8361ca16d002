package datasets

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
)

// Foreign is the error of opening LeRobot data that this program did not write: without
// the scenes nobody knows what moves, how large it is and what holds it.
type Foreign struct {
	Path     string             `json:"path"`
	Format   string             `json:"format"`
	Robot    string             `json:"robot,omitempty"`
	Episodes int                `json:"episodes"` // how many
	Frames   int                `json:"frames"`   // of all episodes
	FPS      float64            `json:"fps"`      // frames per second
	Features map[string]Feature `json:"features"`
}

func newForeign(path string, info *Info) *Foreign {
	f := &Foreign{
		Path: path, Format: "LeRobot " + info.CodebaseVersion,
		Episodes: info.TotalEpisodes, Frames: info.TotalFrames, FPS: info.FPS, Features: info.Features,
	}
	if info.RobotType != nil {
		f.Robot = *info.RobotType
	}
	return f
}

// Error says what it is in a sentence.
func (f *Foreign) Error() string {
	return fmt.Sprintf("%s: is %s data without scenes, which this program needs: %d episodes, %d frames at %v a second; orrery inspect %s tells how to import it",
		f.Path, f.Format, f.Episodes, f.Frames, f.FPS, f.Path)
}

// Describe says in some lines what it is, and how to import it.
func (f *Foreign) Describe() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "dataset\t%s\nformat\t%s, without scenes\n", f.Path, f.Format)
	if f.Robot != "" {
		fmt.Fprintf(w, "robot\t%s\n", f.Robot)
	}
	fmt.Fprintf(w, "episodes\t%d\nframes\t%d, %v a second\n", f.Episodes, f.Frames, f.FPS)
	for _, name := range slices.Sorted(maps.Keys(f.Features)) {
		feature := f.Features[name]
		fmt.Fprintf(w, "%s\t%s %v", name, feature.DType, feature.Shape)
		if len(feature.Names) > 0 {
			fmt.Fprintf(w, ": %s", strings.Join(feature.Names, ", "))
		}
		fmt.Fprintln(w)
	}
	w.Flush()
	fmt.Fprintf(&b, `
Orrery learns how bodies move, and nothing here says which values are the places of
bodies, what shapes they have and where walls are. To import it, write a table with a
row for each body at each frame, in metres and radians, for example with DuckDB:

    COPY (SELECT episode_index AS episode, frame_index AS frame, 0 AS body,
                 %s AS x, %s AS y
          FROM '%s/data/*/*.parquet')
    TO 'motion.csv'

and give the bodies their shapes in a scene file:

    orrery import csv motion.csv --fps %v --scene scene.json --out DIR
`, f.element(0), f.element(1), filepath.ToSlash(f.Path), f.FPS)
	return b.String()
}

// element returns how DuckDB names a value of the state.
func (f *Foreign) element(i int) string {
	if _, ok := f.Features[featureState]; ok {
		return fmt.Sprintf("%q[%d]", featureState, i+1)
	}
	return "…"
}
