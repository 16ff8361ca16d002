package canon

import (
	"fmt"
	"io"
	"reflect"

	"orrery/sim"
	"orrery/sim/input"
)

// maxSceneBytes is the largest scene file that is read.
const maxSceneBytes = 32 << 20

// Encode returns a scene as compact JSON. The same scene gives the same bytes,
// and Decode gives the same scene back. A scene that does not validate is
// an error.
func Encode(s *sim.Scene) ([]byte, error) {
	if err := s.Validate(); err != nil {
		return nil, fmt.Errorf("scene: %w", err)
	}
	const perShape = 256 // bytes, more or less
	return sceneEncoder.append(make([]byte, 0, perShape*(1+len(s.Walls)+len(s.Bodies))), reflect.ValueOf(s).Elem()), nil
}

// Decode reads one scene in JSON and validates it. Unknown, repeated or
// missing keys, null, lists beyond the limits of package sim and anything after
// the scene are errors that name the place.
func Decode(r io.Reader) (*sim.Scene, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxSceneBytes+1))
	if err != nil {
		return nil, fmt.Errorf("scene: %w", err)
	}
	if len(data) > maxSceneBytes {
		return nil, fmt.Errorf("scene: more than %d bytes", maxSceneBytes)
	}
	var scene sim.Scene
	if err := input.DecodeWholeJSON(data, &scene, scene.MostEntries()); err != nil {
		return nil, fmt.Errorf("scene: %w", err)
	}
	if err := scene.Validate(); err != nil {
		return nil, fmt.Errorf("scene: %w", err)
	}
	return &scene, nil
}
