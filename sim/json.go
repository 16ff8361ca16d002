package sim

import (
	"encoding/json"
	"fmt"
	"io"
	"reflect"
)

// maxSceneBytes is the largest scene file that is read.
const maxSceneBytes = 32 << 20

// Encode returns the scene as compact JSON. The same scene gives the same bytes,
// and DecodeScene gives the same scene back. A scene that does not validate is
// an error.
func (s *Scene) Encode() ([]byte, error) {
	if err := s.Validate(); err != nil {
		return nil, fmt.Errorf("scene: %w", err)
	}
	const perShape = 256 // bytes, more or less
	return sceneEncoder.append(make([]byte, 0, perShape*(1+len(s.Walls)+len(s.Bodies))), reflect.ValueOf(s).Elem()), nil
}

// DecodeScene reads one scene in JSON and validates it. Unknown, repeated or
// missing keys, null, lists beyond the limits of this package and anything after
// the scene are errors that name the place.
func DecodeScene(r io.Reader) (*Scene, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxSceneBytes+1))
	if err != nil {
		return nil, fmt.Errorf("scene: %w", err)
	}
	if len(data) > maxSceneBytes {
		return nil, fmt.Errorf("scene: more than %d bytes", maxSceneBytes)
	}
	var scene Scene
	if err := (jsonRules{most: maxEntries}).decode(data, &scene); err != nil {
		return nil, fmt.Errorf("scene: %w", err)
	}
	if err := scene.Validate(); err != nil {
		return nil, fmt.Errorf("scene: %w", err)
	}
	return &scene, nil
}

// MarshalJSON returns the pair [x, y].
func (v Vec) MarshalJSON() ([]byte, error) { return json.Marshal([]float64{v.X, v.Y}) }

// UnmarshalJSON reads the pair [x, y].
func (v *Vec) UnmarshalJSON(data []byte) error { return decodeArray(data, "vector", v) }

// MarshalJSON returns the array [x, y, angle, vx, vy, omega].
func (b BodyState) MarshalJSON() ([]byte, error) { return json.Marshal(b.Values()) }

// UnmarshalJSON reads the array [x, y, angle, vx, vy, omega].
func (b *BodyState) UnmarshalJSON(data []byte) error { return decodeArray(data, "state of a body", b) }

// decodeArray reads a value within the data of encoding/json, which does not say where.
func decodeArray(data []byte, name string, target any) error {
	if err := (jsonRules{}).decode(data, target); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// maxEntries is how many entries the list under a key may have.
var maxEntries = map[string]int{
	"walls": MaxWalls, "bodies": MaxBodies, "joints": MaxJoints, "fields": MaxFields,
	"actuators": MaxActuators, "goals": maxGoals, "shapes": maxShapes, "vertices": maxVertices,
}
