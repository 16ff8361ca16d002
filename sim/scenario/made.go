package scenario

import (
	"math/rand/v2"

	"orrery/sim"
)

// ArenaEntry is the Entry of walls that are sides of the arena.
const ArenaEntry = -1

// Source says from what of a scenario file a part of a scene was made.
type Source struct {
	Entry  int     // its index in the list of the file, or ArenaEntry
	Copy   int     // number of the copy, from 0
	Origin sim.Vec // of a body: where the origin of the file's frame is, in metres from its centre of mass and in its frame
}

// Made has the source of each part of a scene, in the order of the scene's lists.
type Made struct {
	Walls, Bodies, Joints, Fields, Actuators, Goals []Source
}

// Trace is Sample, and says from what of the file each part of the scene was made. Of a scenario that is no file of
// format 2 that is nil.
func (s *Scenario) Trace(seed uint64, episode int, v Values) (*sim.Scene, *Made, error) {
	if s.drawn == nil {
		scene, err := s.Sample(seed, episode, v)
		return scene, nil, err
	}
	made := new(Made)
	scene, err := s.sample(seed, episode, v, func(rng *rand.Rand, v Values, scene *sim.Scene) error {
		return s.drawn.composed(rng, v, scene, made)
	})
	return scene, made, err
}

// sourceKind says of which list of a scene a source is.
type sourceKind int

const (
	sourceWall sourceKind = iota
	sourceBody
	sourceJoint
	sourceField
	sourceActuator
	sourceGoal
)

// note says of all parts of a kind that were drawn since the last note of it from what they were made.
func (d *drawing) note(kind sourceKind, from Source) {
	if d.made == nil {
		return
	}
	var list *[]Source
	count := 0
	switch kind {
	case sourceWall:
		list, count = &d.made.Walls, len(d.scene.Walls)
	case sourceBody:
		list, count = &d.made.Bodies, len(d.scene.Bodies)
	case sourceJoint:
		list, count = &d.made.Joints, len(d.scene.Joints)
	case sourceField:
		list, count = &d.made.Fields, len(d.scene.Fields)
	case sourceActuator:
		list, count = &d.made.Actuators, len(d.scene.Actuators)
	case sourceGoal:
		list, count = &d.made.Goals, len(d.scene.Goals)
	default:
		panic("scenario: a kind of source without a rule")
	}
	for len(*list) < count {
		*list = append(*list, from)
	}
}
