// Package rollout keeps what a model predicted beside what truly happened, in one file.
//
//	file, err := rollout.Decode(reader)
package rollout

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"

	"orrery/sim"
	"orrery/sim/input"
	"orrery/world"
)

// kindName marks a rollout file among other JSON files.
const kindName = "orrery-rollout"

var mark = regexp.MustCompile(`"kind"\s*:\s*"` + kindName + `"`)

// IsFile reports whether a text says that it is a rollout file. It also does when
// the text is cut off or damaged elsewhere, so that Decode can say what is wrong.
func IsFile(text []byte) bool { return mark.Match(text) }

// format is the version of the rollout files this package reads and writes.
const format = 1

// maxBytes bounds a rollout file, in bytes.
const maxBytes = 256 << 20

// File has what truly happened in an episode and what a model predicted
// from its start, ready to be written as JSON. A state is a list of bodies, each
// [x, y, angle, vx, vy, omega] in metres, radians and seconds.
type File struct {
	Format    int           `json:"format"`
	Kind      string        `json:"kind"`  // kindName
	Model     string        `json:"model"` // kind of the model
	Seed      uint64        `json:"seed"`  // of the dataset
	Episode   int           `json:"episode"`
	Scene     *sim.Scene    `json:"scene"`
	True      []sim.State   `json:"true"`              // [t][n]
	Predicted []sim.State   `json:"predicted"`         // [t][n]
	Actions   []sim.Action  `json:"actions,omitempty"` // [t-1][a] that both followed; none without actuators
	Escape    *world.Escape `json:"escape,omitempty"`  // the first predicted state that cannot be right; nil when there is none
}

// Truth returns what truly happened. It shares its states and actions with r.
func (r *File) Truth() *sim.Trajectory {
	return &sim.Trajectory{Scene: r.Scene, States: r.True, Actions: r.Actions}
}

// Label names the episode, such as "seed 1 · episode 3".
func (r *File) Label() string { return fmt.Sprintf("seed %d · episode %d", r.Seed, r.Episode) }

// Encode writes the file in the current format, or nothing when it does not
// validate.
func (r *File) Encode(w io.Writer) error {
	r.Format, r.Kind = format, kindName
	if err := r.validate(); err != nil {
		return fmt.Errorf("rollout file: %w", err)
	}
	return json.NewEncoder(w).Encode(r)
}

// Decode reads and checks one rollout file. Unknown keys, other formats,
// states that do not fit the scene and anything after it are errors.
func Decode(from io.Reader) (*File, error) {
	text, err := io.ReadAll(io.LimitReader(from, maxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("rollout file: %w", err)
	}
	if len(text) > maxBytes {
		return nil, fmt.Errorf("rollout file: size must be at most %d bytes", maxBytes)
	}
	r, err := decodeText(text)
	if err != nil {
		return nil, fmt.Errorf("rollout file: %w", err)
	}
	return r, nil
}

func decodeText(text []byte) (*File, error) {
	var version struct{ Format int }
	if err := input.DecodeJSON(text, &version); err != nil {
		return nil, err
	}
	if version.Format != format {
		return nil, fmt.Errorf("format %d must be %d, the only one this program reads", version.Format, format)
	}
	r := &File{}
	if err := input.DecodeStrictJSON(text, r); err != nil {
		return nil, err
	}
	return r, r.validate()
}

func (r *File) validate() error {
	switch {
	case r.Kind != kindName:
		return fmt.Errorf("kind %q must be %q", r.Kind, kindName)
	case r.Episode < 0:
		return fmt.Errorf("episode %d must be ≥ 0", r.Episode)
	case r.Scene == nil:
		return errors.New("scene is missing")
	case len(r.True) == 0 || len(r.True) != len(r.Predicted):
		return fmt.Errorf("%d true and %d predicted states must be as many, and some", len(r.True), len(r.Predicted))
	}
	if err := r.Scene.Validate(); err != nil {
		return fmt.Errorf("scene: %w", err)
	}
	if err := r.Truth().Check(); err != nil {
		return fmt.Errorf("true: %w", err)
	}
	if err := (&sim.Trajectory{Scene: r.Scene, States: r.Predicted}).Check(); err != nil {
		return fmt.Errorf("predicted: %w", err)
	}
	return r.validateEscape()
}

// validateEscape checks that the escape is in the prediction.
func (r *File) validateEscape() error {
	e := r.Escape
	switch {
	case e == nil:
	case !slices.Contains(world.EscapeKinds(), e.Kind):
		return fmt.Errorf("escape: kind %q must be one of %q", e.Kind, world.EscapeKinds())
	case e.Frame < 0 || e.Frame >= len(r.Predicted):
		return fmt.Errorf("escape: frame %d must be one of the %d predicted", e.Frame, len(r.Predicted))
	case e.Body < 0 || e.Body >= len(r.Scene.Bodies):
		return fmt.Errorf("escape: body %d must be one of the scene's %d", e.Body, len(r.Scene.Bodies))
	}
	return nil
}
