package world

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"orrery/sim"
)

// RecordingKind marks a recording among other JSON files.
const RecordingKind = "orrery-rollout"

// recordingFormat is the version of the recordings this package reads and writes.
const recordingFormat = 1

// maxRecording bounds a recording, in bytes.
const maxRecording = 256 << 20

// Recording is what truly happened in an episode beside what a model predicted
// from its start, ready to be written as JSON. A state is a list of bodies, each
// [x, y, angle, vx, vy, omega] in metres, radians and seconds.
type Recording struct {
	Format    int          `json:"format"`
	Kind      string       `json:"kind"`  // RecordingKind
	Model     string       `json:"model"` // kind of the model
	Seed      uint64       `json:"seed"`  // of the dataset
	Episode   int          `json:"episode"`
	Scene     *sim.Scene   `json:"scene"`
	True      []sim.State  `json:"true"`              // [t][n]
	Predicted []sim.State  `json:"predicted"`         // [t][n]
	Actions   []sim.Action `json:"actions,omitempty"` // [t-1][a] that both followed; none without actuators
}

// Truth returns what truly happened. It shares its states and actions with r.
func (r *Recording) Truth() *sim.Trajectory {
	return &sim.Trajectory{Scene: r.Scene, States: r.True, Actions: r.Actions}
}

// Encode writes the recording in the current format, or nothing when it does not
// validate.
func (r *Recording) Encode(w io.Writer) error {
	r.Format, r.Kind = recordingFormat, RecordingKind
	if err := r.validate(); err != nil {
		return fmt.Errorf("recording: %w", err)
	}
	return json.NewEncoder(w).Encode(r)
}

// DecodeRecording reads and checks one recording. Unknown keys, other formats,
// states that do not fit the scene and anything after it are errors.
func DecodeRecording(from io.Reader) (*Recording, error) {
	text, err := io.ReadAll(io.LimitReader(from, maxRecording+1))
	if err != nil {
		return nil, fmt.Errorf("recording: %w", err)
	}
	if len(text) > maxRecording {
		return nil, fmt.Errorf("recording: size must be at most %d bytes", maxRecording)
	}
	r, err := decodeRecording(text)
	if err != nil {
		return nil, fmt.Errorf("recording: %w", err)
	}
	return r, nil
}

func decodeRecording(text []byte) (*Recording, error) {
	var version struct{ Format int }
	if err := sim.DecodeJSON(text, &version); err != nil {
		return nil, err
	}
	if version.Format != recordingFormat {
		return nil, fmt.Errorf("format %d must be %d, the only one this program reads", version.Format, recordingFormat)
	}
	r := &Recording{}
	if err := sim.DecodeStrictJSON(text, r); err != nil {
		return nil, err
	}
	return r, r.validate()
}

func (r *Recording) validate() error {
	switch {
	case r.Kind != RecordingKind:
		return fmt.Errorf("kind %q must be %q", r.Kind, RecordingKind)
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
	return nil
}
