package datasets

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
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

// Recognise returns what LeRobot data in dir are, if they are Foreign, or nil. It reads nothing else.
func Recognise(dir string) (*Foreign, error) {
	in, err := folderAt(dir)
	if err != nil {
		return nil, nil // whoever opens it says so
	}
	if _, err := fs.Stat(in.files, infoPath); err != nil || !in.foreign() {
		return nil, nil
	}
	var info Info
	if err := in.readJSON(infoPath, &info); err != nil {
		return nil, err
	}
	return newForeign(in.name, &info), nil
}

// foreign reports whether both the scenes and the provenance are missing.
func (f folder) foreign() bool {
	return f.lacks(ProvenancePath) && f.lacks(scenesPath)
}

func (f folder) lacks(name string) bool {
	_, err := fs.Stat(f.files, name)
	return errors.Is(err, fs.ErrNotExist)
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
	return fmt.Sprintf("%s: is %s data without scenes, which this program needs: %d episodes, %d frames at %v a second; orrery inspect %s tells what orrery import lerobot makes of it",
		f.Path, f.Format, f.Episodes, f.Frames, f.FPS, f.Path)
}

// Describe says in some lines what it is, and how to import it where a mapping must say what the values are.
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
Orrery learns how bodies move, and nothing here says what shapes they have and where walls
are. A mapping says which values are places of bodies and actions, and a scene the rest:

    orrery import lerobot %s --map %s --scene scene.json --out DIR

orrery inspect, train, eval and whatever else reads a dataset take the same flags.
`, f.Path, f.mapping())
	return b.String()
}

// mapping returns a mapping to begin with.
func (f *Foreign) mapping() string {
	if shape := f.Features[featureState].Shape; len(shape) == 1 && shape[0] >= 2 {
		return fmt.Sprintf("body0.x=%s[0],body0.y=%s[1]", featureState, featureState)
	}
	return "body0.x=FEATURE[0],body0.y=FEATURE[1]"
}
