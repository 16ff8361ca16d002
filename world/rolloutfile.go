package world

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"

	"orrery/sim"
	"orrery/sim/input"
)

// rolloutKind marks a rollout file among other JSON files.
const rolloutKind = "orrery-rollout"

var rolloutMark = regexp.MustCompile(`"kind"\s*:\s*"` + rolloutKind + `"`)

// IsRolloutFile reports whether a text says that it is a rollout file. It also does when
// the text is cut off or damaged elsewhere, so that DecodeRolloutFile can say what is wrong.
func IsRolloutFile(text []byte) bool { return rolloutMark.Match(text) }

// rolloutFormat is the version of the rollout files this package reads and writes.
const rolloutFormat = 1

// maxRolloutFile bounds a rollout file, in bytes.
const maxRolloutFile = 256 << 20

// RolloutFile has what truly happened in an episode and what a model predicted
// from its start, ready to be written as JSON. A state is a list of bodies, each
// [x, y, angle, vx, vy, omega] in metres, radians and seconds.
type RolloutFile struct {
	Format    int          `json:"format"`
	Kind      string       `json:"kind"`  // rolloutKind
	Model     string       `json:"model"` // kind of the model
	Seed      uint64       `json:"seed"`  // of the dataset
	Episode   int          `json:"episode"`
	Scene     *sim.Scene   `json:"scene"`
	True      []sim.State  `json:"true"`              // [t][n]
	Predicted []sim.State  `json:"predicted"`         // [t][n]
	Actions   []sim.Action `json:"actions,omitempty"` // [t-1][a] that both followed; none without actuators
	Escape    *Escape      `json:"escape,omitempty"`  // the first predicted state that cannot be right; nil when there is none
}

// Truth returns what truly happened. It shares its states and actions with r.
func (r *RolloutFile) Truth() *sim.Trajectory {
	return &sim.Trajectory{Scene: r.Scene, States: r.True, Actions: r.Actions}
}

// Label names the episode, such as "seed 1 · episode 3".
func (r *RolloutFile) Label() string { return fmt.Sprintf("seed %d · episode %d", r.Seed, r.Episode) }

// Encode writes the file in the current format, or nothing when it does not
// validate.
func (r *RolloutFile) Encode(w io.Writer) error {
	r.Format, r.Kind = rolloutFormat, rolloutKind
	if err := r.validate(); err != nil {
		return fmt.Errorf("rollout file: %w", err)
	}
	return json.NewEncoder(w).Encode(r)
}

// DecodeRolloutFile reads and checks one rollout file. Unknown keys, other formats,
// states that do not fit the scene and anything after it are errors.
func DecodeRolloutFile(from io.Reader) (*RolloutFile, error) {
	text, err := io.ReadAll(io.LimitReader(from, maxRolloutFile+1))
	if err != nil {
		return nil, fmt.Errorf("rollout file: %w", err)
	}
	if len(text) > maxRolloutFile {
		return nil, fmt.Errorf("rollout file: size must be at most %d bytes", maxRolloutFile)
	}
	r, err := decodeRolloutFile(text)
	if err != nil {
		return nil, fmt.Errorf("rollout file: %w", err)
	}
	return r, nil
}

func decodeRolloutFile(text []byte) (*RolloutFile, error) {
	var version struct{ Format int }
	if err := input.DecodeJSON(text, &version); err != nil {
		return nil, err
	}
	if version.Format != rolloutFormat {
		return nil, fmt.Errorf("format %d must be %d, the only one this program reads", version.Format, rolloutFormat)
	}
	r := &RolloutFile{}
	if err := input.DecodeStrictJSON(text, r); err != nil {
		return nil, err
	}
	return r, r.validate()
}

func (r *RolloutFile) validate() error {
	switch {
	case r.Kind != rolloutKind:
		return fmt.Errorf("kind %q must be %q", r.Kind, rolloutKind)
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
func (r *RolloutFile) validateEscape() error {
	e := r.Escape
	switch {
	case e == nil:
	case !slices.Contains(EscapeKinds(), e.Kind):
		return fmt.Errorf("escape: kind %q must be one of %q", e.Kind, EscapeKinds())
	case e.Frame < 0 || e.Frame >= len(r.Predicted):
		return fmt.Errorf("escape: frame %d must be one of the %d predicted", e.Frame, len(r.Predicted))
	case e.Body < 0 || e.Body >= len(r.Scene.Bodies):
		return fmt.Errorf("escape: body %d must be one of the scene's %d", e.Body, len(r.Scene.Bodies))
	}
	return nil
}
