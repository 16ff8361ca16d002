package sim

import (
	"encoding/json"
	"fmt"
)

// MarshalJSON returns the pair [x, y].
func (v Vec) MarshalJSON() ([]byte, error) { return json.Marshal([]float64{v.X, v.Y}) }

// UnmarshalJSON reads the pair [x, y].
func (v *Vec) UnmarshalJSON(data []byte) error { return decodeNumbers(data, "vector", &v.X, &v.Y) }

// MarshalJSON returns the array [x, y, angle, vx, vy, omega].
func (b BodyState) MarshalJSON() ([]byte, error) { return json.Marshal(b.Values()) }

// UnmarshalJSON reads the array [x, y, angle, vx, vy, omega].
func (b *BodyState) UnmarshalJSON(data []byte) error {
	return decodeNumbers(data, "state of a body", &b.X, &b.Y, &b.Angle, &b.VX, &b.VY, &b.Omega)
}

// decodeNumbers reads a list of numbers within the data of encoding/json, which does not
// say where it is.
func decodeNumbers(data []byte, name string, to ...*float64) error {
	var numbers []*float64
	if err := json.Unmarshal(data, &numbers); err != nil || len(numbers) != len(to) {
		return fmt.Errorf("%s: %.60s must be a list of %d numbers", name, data, len(to))
	}
	for i, x := range numbers {
		if x == nil {
			return fmt.Errorf("%s: number %d must not be null", name, i)
		}
		*to[i] = *x
	}
	return nil
}

// MostEntries returns how many entries the list, or the map, under a key of a scene's JSON may have.
func (*Scene) MostEntries() map[string]int {
	return map[string]int{
		"walls": maxWalls, "bodies": MaxBodies, "joints": MaxJoints, "fields": MaxFields,
		"actuators": MaxActuators, "goals": maxGoals, "shapes": maxShapes, "vertices": maxVertices,
		"points": maxPoints, "regions": maxRegions, "values": maxValues, "pairs": maxPairs,
	}
}
